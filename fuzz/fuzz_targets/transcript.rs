//! Transcripts: turns that reproduce the text, and counts that follow from them.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/laws/speech.rs"]
mod speech;

fuzz_target!(|text: &str| speech::is_counted(text));
