//! Reading allocates nothing once its buffers have the size of the payload.

#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]

use std::fs;

use postcall::{Options, Scratch, validate_in};

#[test]
fn the_second_payload_allocates_nothing() {
    let payload = fs::read("tests/cases/documented-shape/payload.json").unwrap();
    let options = Options::default();
    let mut scratch = validate_in(&payload, &options, Scratch::default()).into_scratch();
    let allocations = allocation_counter::measure(|| {
        for _ in 0..10 {
            let report = validate_in(&payload, &options, std::mem::take(&mut scratch));
            assert!(report.valid());
            scratch = report.into_scratch();
        }
    });
    assert_eq!(allocations.count_total, 0);
}

#[test]
fn what_a_payload_takes_is_known_before_it_is_read() {
    // Brackets alone are the most nodes for the least bytes.
    let payload = format!(r#"{{"call":{{"call_id":"a"}},"metadata":{{"a":[{}[]]}}}}"#, "[],".repeat(100_000));
    let options = Options::default();
    let peak = allocation_counter::measure(|| {
        assert!(validate_in(payload.as_bytes(), &options, Scratch::default()).valid());
    });
    // A node of 16 bytes for each bracket pair of 3; growing takes three times as much at its peak.
    assert!(peak.bytes_max < 3 * 16 * 110_000, "{} bytes", peak.bytes_max);
}
