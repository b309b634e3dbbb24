//! Reports: every law of tests/laws/report.rs, for any bytes at all.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postcall::Options;

#[path = "../../tests/laws/grammar.rs"]
mod grammar;
#[path = "../../tests/laws/report.rs"]
mod report;
#[path = "../../tests/laws/tree.rs"]
mod tree;

fuzz_target!(|bytes: &[u8]| {
    report::holds(bytes, &Options::default());
    report::holds(bytes, &Options { strict: true, max_bytes: 2_000, max_depth: 4 });
});
