//! Where issues are: the same place however the bytes around it are spelled.

use postcall::{Code, Options, validate};

/// The code, path and place of the first error or warning.
#[track_caller]
fn place(payload: impl AsRef<[u8]>) -> String {
    let report = validate(payload.as_ref(), &Options::default());
    let issue = report.issues().into_iter().find(|issue| issue.severity != postcall::Severity::Info);
    issue.map_or_else(String::new, |issue| {
        let postcall::Location { offset, line, column } = issue.location;
        format!("{} {:?} {offset} {line}:{column}", issue.code, issue.pointer())
    })
}

#[test]
fn columns_count_utf16_units_and_offsets_count_bytes() {
    let payload = r#"{"status":"completed","metadata":"😀ü€","call":{"status":"completed","call_id":7}}"#;
    assert_eq!(place(payload), r#"loose_type "/metadata" 33 1:34"#);
    let payload = r#"{"status":"completed","metadata":{"a":"😀ü€"},"call":{"status":"completed","call_id":7}}"#;
    assert_eq!(place(payload), r#"invalid_type "/call/call_id" 90 1:86"#);
}

#[test]
fn columns_are_counted_wherever_wide_characters_and_lines_fall() {
    for wide in ["ü", "€", "😀", "\n"] {
        for before in 0..40 {
            for between in [0, 1, 15, 16, 17, 40] {
                let space = " ".repeat(before);
                let dashes = "-".repeat(between);
                // Text of any kind stands in a string, line ends between values.
                let (text, end) = if wide == "\n" { ("", wide) } else { (wide, "") };
                let begin = format!(
                    r#"{{"status":"completed","metadata":{{"a":"{dashes}{text}{dashes}{text}"}},{space}{end}{space}"#
                );
                let before_it = format!(r#"{begin}"call":{{"status":"completed","call_id":"#);
                let payload = format!("{before_it}7}}}}");
                let line = before_it.rsplit_once('\n').map_or(before_it.as_str(), |(_, line)| line);
                let (row, column) = (before_it.matches('\n').count() + 1, line.encode_utf16().count() + 1);
                let wanted = format!(r#"invalid_type "/call/call_id" {} {row}:{column}"#, before_it.len());
                assert_eq!(place(&payload), wanted, "{payload}");
            }
        }
    }
}

#[test]
fn a_line_ends_at_lf_alone() {
    let payload = "{\"status\":\"completed\",\r\n\"call\":{\r\"status\":\"completed\",\u{2028}\n\"call_id\":7}}";
    assert_eq!(place(payload), r#"invalid_json "" 54 2:31"#);
    let payload = "{\"status\":\"completed\",\r\n\"call\":{\r\"status\":\"completed\",\n\"call_id\":7}}";
    assert_eq!(place(payload), r#"invalid_type "/call/call_id" 65 3:11"#);
}

#[test]
fn a_missing_field_is_placed_where_its_object_begins() {
    assert_eq!(place(r#" {"status":"completed"}"#), r#"missing_field "/call" 1 1:2"#);
    assert_eq!(
        place(r#"{"status":"completed","call": {"status":"completed"}}"#),
        r#"missing_field "/call/call_id" 30 1:31"#
    );
}

#[test]
fn a_repeated_key_is_placed_at_its_repetition() {
    let payload = r#"{"status":"completed","call":{"status":"completed","call_id":"a","call_\u0069d":"b"}}"#;
    assert_eq!(place(payload), r#"duplicate_key "/call/call_id" 65 1:66"#);
    let payload = r#"{"status":"completed","call":{"call_id":"a","status":"completed"},"metadata":{"\u00fc":1,"ü":2}}"#;
    assert_eq!(place(payload), r#"duplicate_key "/metadata/ü" 89 1:90"#);
}

#[test]
fn text_that_is_no_unicode_is_placed_at_its_first_bad_byte() {
    let payload = b"{\"status\":\"completed\",\"call\":{\"status\":\"completed\",\"call_id\":\"a\xC3\xBC\xFFb\"}}";
    assert_eq!(place(payload), r#"invalid_utf8 "/call/call_id" 65 1:65"#);
    let payload = r#"{"status":"completed","call":{"status":"completed","call_id":"\ud83d\ude00 \ude00"}}"#;
    assert_eq!(place(payload), r#"lone_surrogate "/call/call_id" 75 1:76"#);
}

#[test]
fn a_payload_cut_at_any_byte_is_an_error_at_its_end_or_before() {
    let payload = "{\"status\":\"completed\",\"lead\":{\"name\":\"J\u{fc}rgen \\ud83d\\ude00\"},\"call\":{\"status\":\"completed\",\
        \"call_id\":\"a\",\"duration\":-1.5e+3,\"recording_sid\":null},\"metadata\":{\"a\":[true,false,{}]}}"
        .as_bytes();
    assert!(validate(payload, &Options::default()).valid());
    for (cut, _) in payload.iter().enumerate() {
        let part = payload.get(..cut).unwrap_or_default();
        let report = validate(part, &Options::default());
        assert!(!report.valid(), "cut at {cut}");
        assert_eq!(report.call_id(), None, "cut at {cut}");
        let last = report.issues().pop().map(|issue| (issue.code, issue.location.offset));
        let end = u32::try_from(cut).unwrap_or_default();
        assert_eq!(last, Some((Code::InvalidJson, end)), "cut at {cut}");
    }
}

#[test]
fn the_readable_id_needs_no_valid_payload_but_a_clear_one() {
    let id =
        |payload: &str| validate(payload.as_bytes(), &Options::default()).call_id().map(std::borrow::Cow::into_owned);
    assert_eq!(id(r#"{"call":{"call_id":"a","duration":[]}}"#).as_deref(), Some("a"));
    assert_eq!(id(r#"{"call":{"call_id":"a","transcript":"\ud800"}}"#).as_deref(), Some("a"));
    assert_eq!(id(r#"{"call":{"call_id":" e\u0301 "}}"#).as_deref(), Some(" e\u{301} "));
    assert_eq!(id(r#"{"call":{"call_id":"\ud800"}}"#), None);
    assert_eq!(id(r#"{"call":{"call_id":"a","call_id":"a"}}"#), None);
    assert_eq!(id(r#"{"call":{"call_id":"a"},"call":{}}"#), None);
    assert_eq!(id(r#"{"call":{"call_id":1}}"#), None);
    assert_eq!(id(r#"{"call":{"call_id":"  "}}"#), None);
    assert_eq!(id(r#"{"call":["a"]}"#), None);
    assert_eq!(id(r#"{"call":{"call_id":"a"}} x"#), None);
}

#[test]
fn the_start_of_a_call_is_read_however_it_is_spelled() {
    let start = |spelled: &str| {
        let payload = format!(r#"{{"call":{{"call_id":"a","start_time":{spelled}}}}}"#);
        validate(payload.as_bytes(), &Options::default()).started_ms()
    };
    for right in [r#""2026-03-10T11:06:38+01:00""#, r#"" 2026-03-10T10:06:38 ""#, r#""1773137198000""#, "1773137198"] {
        assert_eq!(start(right), Some(1_773_137_198_000), "{right}");
    }
    for wrong in ["null", "true", r#""noon""#, "[1773137198]", r#"{"a":1773137198}"#] {
        assert_eq!(start(wrong), None, "{wrong}");
    }
    assert_eq!(validate(b"[]", &Options::default()).started_ms(), None);
}
