//! The scanner: any bytes as a value of no name, in few and many levels, and every node of what was read.

#![no_main]

use libfuzzer_sys::fuzz_target;
use postcall::{Json, Kind, Options, validate};

fuzz_target!(|value: &[u8]| {
    let head = br#"{"call":{"call_id":"a"},"unknown":"#;
    let payload = [&head[..], value, b"}"].concat();
    for max_depth in [3, 128, Options::MOST_DEPTH] {
        let report = validate(&payload, &Options { max_depth, ..Options::default() });
        let depth = depth(report.json());
        assert!(depth <= max_depth, "{depth} levels");
        assert!(!report.valid() || report.call_id().is_some());
    }
});

/// The levels of a document, every text read and measured on the way.
fn depth(json: Json<'_>) -> usize {
    match json.kind() {
        Kind::Array => 1 + json.items().map(depth).max().unwrap_or(0),
        Kind::Object => {
            1 + (json.entries())
                .map(|(key, value)| {
                    measure(key.json());
                    depth(value)
                })
                .max()
                .unwrap_or(0)
        }
        Kind::String => {
            measure(json);
            0
        }
        _ => {
            assert_eq!(json.text().as_bytes(), json.raw());
            0
        }
    }
}

/// A string that is plain is its own spelling; the raw bytes of any other are longer, or no UTF-8.
fn measure(string: Json<'_>) {
    let text = string.text();
    if string.is_plain() {
        assert_eq!(text.as_bytes(), string.raw());
        assert_eq!(usize::try_from(string.units()).unwrap(), text.encode_utf16().count());
    } else {
        assert_ne!(text.as_bytes(), string.raw());
    }
}
