//! The grammar: what is JSON here is JSON for `serde_json`, with the same value, but for the exceptions that
//! tests/laws/grammar.rs lists.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/laws/grammar.rs"]
mod grammar;

fuzz_target!(|bytes: &[u8]| {
    grammar::agrees(bytes);
});
