//! The parts of the core that have a door of their own: transcript, time, signature, the typed payload.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail where it stands")]

use postcall::payload::Wire;
use postcall::{Code, Options, signature, time, transcript, validate};

/// The turns of a transcript as sentences: `speaker[text|text]`.
fn turns(text: &str) -> String {
    let turn = |turn: transcript::Turn<'_>| {
        let lines: Vec<_> = turn.lines.iter().map(|line| line.text).collect();
        format!("{}[{}]", turn.speaker.map_or("-", |speaker| speaker.word()), lines.join("|"))
    };
    transcript::parse(text).map(turn).collect::<Vec<_>>().join(" ")
}

/// The transcript put together again from the spans of its lines.
fn joined(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut whole = Vec::new();
    for line in transcript::parse(text).flat_map(|turn| turn.lines) {
        let span = usize::try_from(line.start).unwrap()..usize::try_from(line.end).unwrap();
        assert_eq!(span.start, whole.len(), "spans follow one another");
        whole.extend_from_slice(units.get(span).unwrap());
    }
    String::from_utf16(&whole).unwrap()
}

#[test]
fn lines_are_labelled_and_turns_are_runs() {
    assert_eq!(
        turns("\nbot: Hi. \nhuman: Yes,\nhuman: please.\nbot: Fine."),
        "bot[Hi. ] human[Yes,|please.] bot[Fine.]"
    );
    assert_eq!(turns("assistant: a\nbot:b"), "bot[a|b]");
    assert_eq!(turns("human: so the label said\nuser: x\nHuman : y"), "human[so the label said\nuser: x\nHuman : y]");
    assert_eq!(
        turns("joined the room\nbot: in big letters, human: which is funny"),
        "-[joined the room] bot[in big letters, human: which is funny]"
    );
    assert_eq!(turns("human: hi\r\nbot: \nhuman:"), "human[hi] bot[] human[]");
    assert_eq!(turns("human: a\u{2028}bot: b"), "human[a\u{2028}bot: b]");
}

#[test]
fn a_blank_transcript_has_no_turns() {
    for blank in ["", "\n", " \n\t "] {
        assert_eq!(turns(blank), "");
    }
}

#[test]
fn the_spans_of_all_lines_are_the_transcript() {
    for text in
        ["\nbot: 😀 Hi. \r\nhuman: ü\n\nyes\nbot:", "orphan\n", "\n\nhuman: a\n", "human:", ":", "bot", "\r\nbot: x"]
    {
        assert_eq!(joined(text), text);
    }
}

#[test]
fn time_is_read_in_three_spellings() {
    use time::Spelling::{Digits, Naive, Offset};
    let read = |text: &str| time::read(text).map(|at| (at.milliseconds, at.spelling));
    assert_eq!(read("2025-10-27T10:59:46+01:00"), Some((1_761_559_186_000, Offset)));
    assert_eq!(read("2025-10-27T10:01:41.004936"), Some((1_761_559_301_004, Naive)));
    assert_eq!(read("2024-03-08t11:47:18.330912Z"), Some((1_709_898_438_330, Offset)));
    assert_eq!(read("1761559186000"), Some((1_761_559_186_000, Digits)));
    assert_eq!(read("1761559186"), Some((1_761_559_186_000, Digits)));
    assert_eq!(read("2024-02-29T23:59:60-23:59"), Some((1_709_337_540_000, Offset)));
    assert_eq!(read("0000-01-01T00:00:00Z"), Some((-62_167_219_200_000, Offset)));
    for odd in [
        "",
        "2025-02-29T00:00:00Z",
        "2025-10-27",
        "2025-10-27T24:00:00Z",
        "2025-10-27T10:59:46.Z",
        "2025-10-27T10:59:46+1:00",
        "99999",
        "2025-13-01T00:00:00Z",
        "２０２５-10-27T10:59:46Z",
    ] {
        assert_eq!(read(odd), None, "{odd}");
    }
}

#[test]
fn time_is_written_as_it_was_read() {
    for text in [
        "2025-10-27T09:59:46.000Z",
        "1970-01-01T00:00:00.000Z",
        "1969-12-31T23:59:59.999Z",
        "2000-02-29T12:00:00.001Z",
        "0000-01-01T00:00:00.000Z",
        "9999-12-31T23:59:59.999Z",
        "1600-12-31T00:00:00.000Z",
        "2100-03-01T00:00:00.000Z",
    ] {
        assert_eq!(time::write(time::read(text).unwrap().milliseconds).as_deref(), Some(text));
    }
    assert_eq!(time::write(253_402_300_800_000), None);
    assert_eq!(time::write(i64::MAX), None);
    assert_eq!(time::write(i64::MIN), None);
}

#[test]
fn every_day_of_four_centuries_is_written_and_read_alike() {
    let mut at = time::read("1899-12-31T00:00:00Z").unwrap().milliseconds;
    let mut before = String::new();
    for _ in 0..146_097 {
        let text = time::write(at).unwrap();
        assert!(text > before);
        assert_eq!(time::read(&text).unwrap().milliseconds, at);
        (before, at) = (text, at + 86_400_000);
    }
}

#[test]
fn signatures_are_the_platforms() {
    let secret = "your-secret-key";
    for (secret, id, signature) in [
        (secret, "123456789", "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A="),
        (secret, "123456789 ", "9idxgtGTJ2MCd6zxCthg+UQ3PEagEmxs5DwLNKVBTsU="),
        ("schlüssel-🔑", "123456789", "7F8BHAP8gz/stWJO3kWFc6qfdByniOJiLcVNsMb2Doo="),
        (secret, "Anruf-\u{fc}", "Nhe6JyJr11jjye0dcxLGgrWo2cgFqicC/k4irgvkvN0="),
        (secret, "Anruf-u\u{308}", "ZsFzXdTKtmwfvIz1eRR3LM/cW9o1sRiniE9/7tbIPS8="),
    ] {
        assert_eq!(signature::sign(id, secret), signature);
        assert!(signature::verify(id, signature, &["another", secret]));
        assert!(signature::verify(id, signature.trim_end_matches('='), &[secret]));
        assert!(!signature::verify(id, signature, &["another"]));
        assert!(!signature::verify(id, signature, &[]));
        assert!(!signature::verify("another", signature, &[secret]));
    }
}

#[test]
fn a_signature_in_another_spelling_is_none() {
    for odd in [
        "",
        "04361f515a4239d9d414f698b936146cd088af86980bf08be74deac5d57673c0",
        "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC_CL503qxdV2c8A=",
        "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8B=",
        "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A==",
        " BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=",
        "sha256=BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=",
        "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=, BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A=",
        "BDYfUVpCOdnUFPaYuTYUbA==",
    ] {
        assert!(!signature::verify("123456789", odd, &["your-secret-key"]), "{odd}");
    }
}

#[test]
fn the_typed_payload_keeps_what_it_does_not_know() {
    let bytes = br#"{"status":"completed","extra":[1],"call":{"call_id":"a","duration":"113","timezone":null,"status":"x","status":"done"}}"#;
    let payload = postcall::parse(bytes).unwrap();
    let call = payload.call.get().unwrap();
    assert_eq!(call.call_id.get().map(String::as_str), Some("a"));
    assert_eq!(call.duration, Wire::Other("113".into()));
    assert_eq!(call.timezone, Wire::Null);
    assert_eq!(call.model_id, Wire::Absent);
    assert_eq!(call.status.get().map(String::as_str), Some("done"));
    let written = serde_json::to_value(&payload).unwrap();
    assert_eq!(written, serde_json::from_slice::<serde_json::Value>(bytes).unwrap());
}

#[test]
fn an_invalid_payload_says_why() {
    let error = postcall::parse(br#"{"call":{"call_id":4915550100}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid payload: 1 error\n  1:20 `call_id` must be a string, not a number (invalid_type)"
    );
    assert!(!error.to_string().contains("555"));
    let error = postcall::parse(br#"{"status":7,"call":{"call_id":null}}"#).unwrap_err();
    assert_eq!(
        error.to_string(),
        "invalid payload: 2 errors\n  1:11 `status` must be a string, not a number (invalid_type)\n  \
         1:31 `call_id` must be a string, not null (invalid_type)"
    );
}

#[test]
fn space_round_numbers_and_times_does_not_matter_and_round_names_and_addresses_it_does() {
    let format = |field: &str, text: &str| {
        let (lead, call) = if field == "phone_number" { (field, "") } else { ("", field) };
        let payload = serde_json::json!({"lead": {lead: text}, "call": {"call_id": "a", call: text}});
        let issues = validate(payload.to_string().as_bytes(), &Options::default()).issues();
        issues.into_iter().find(|issue| issue.pointer().ends_with(field)).map(|issue| issue.code)
    };
    for (field, text) in [("start_time", " 2026-03-10T11:06:38+01:00"), ("phone_number", "+12025550131")] {
        assert_eq!(format(field, text), None, "{field}");
    }
    assert_eq!(format("duration", " 113 "), Some(Code::LooseType));
    for (field, text) in [
        ("phone_number", " +12025550131"),
        ("timezone", "Europe/Berlin "),
        ("recording_url", " https://recordings.example.com/a.wav"),
    ] {
        assert_eq!(format(field, text), Some(Code::InvalidFormat), "{field}");
    }
}

#[test]
fn an_address_has_a_scheme_and_on_the_web_a_host() {
    let is_url = |text: &str| found_in_call(&format!(r#","recording_url":"{text}""#)).is_empty();
    for right in [
        "https://recordings.example.com/a.wav",
        "HTTP://example.com",
        "https://user:secret@example.com:8443/?a#b",
        "https://[2001:db8::1]/a",
        "git+ssh://example.com/a",
        "x-store.v2:a",
        "sip:anna@example.com",
        "a:b",
    ] {
        assert!(is_url(right), "{right}");
    }
    for wrong in [
        "recordings.example.com/a.wav",
        "https",
        "https:",
        "https:example.com",
        "https:/example.com",
        "https://",
        "https:///a",
        "https://?a",
        "https://#a",
        "https://:8443/",
        "https://user@",
        "https://user@:8443/a",
        "1a:b",
        "+a:b",
        "a_b:c",
        ":a",
        "sip:anna b",
        "sip:a\\u0085b",
        "sip:a\\u0001b",
    ] {
        assert!(!is_url(wrong), "{wrong}");
    }
}

#[test]
fn a_number_of_the_world_has_a_plus_and_two_to_fifteen_digits() {
    let found = |text: &str| found(&format!(r#"{{"call":{{"call_id":"a"}},"lead":{{"phone_number":"{text}"}}}}"#));
    for right in ["+12025550131", "+12", "+123456789012345"] {
        assert_eq!(found(right), "", "{right}");
    }
    for wrong in ["+1", "+1234567890123456", "+02025550131", "12025550131", "+1 2025550131", "+1202555013a", "+"] {
        assert_eq!(found(wrong), "invalid_format /lead/phone_number e164", "{wrong}");
    }
}

#[test]
fn a_zone_has_one_to_three_parts_and_64_bytes_at_most() {
    let found = |text: &str| found_in_call(&format!(r#","timezone":"{text}""#));
    let long = |length: usize| format!("Europe/{}", "a".repeat(length - "Europe/".len()));
    for right in ["UTC", "Etc/GMT+1", "America/North_Dakota/New_Salem", "America/Port-au-Prince", &long(64)] {
        assert_eq!(found(right), "", "{right}");
    }
    for wrong in ["A/B/C/D", "Europe/", "/Berlin", "Europe//Berlin", "1Europe", "+01:00", "Europe/Ber lin", &long(65)] {
        assert_eq!(found(wrong), "invalid_format /call/timezone time_zone", "{wrong}");
    }
}

#[test]
fn a_time_lies_between_the_years_2000_and_2100() {
    let found = |text: &str| found_in_call(&format!(r#","start_time":"{text}""#));
    for right in ["2000-01-01T00:00:00Z", "2000-01-01T01:00:00+01:00", "2100-12-31T23:59:59.999Z"] {
        assert_eq!(found(right), "", "{right}");
    }
    for beyond in ["1999-12-31T23:59:59.999Z", "2000-01-01T00:59:59+01:00", "2101-01-01T00:00:00Z"] {
        assert_eq!(found(beyond), "out_of_range /call/start_time date_time", "{beyond}");
    }
}

#[test]
fn another_document_is_told_by_what_it_has() {
    let shape = |payload: &str| {
        let issues = validate(payload.as_bytes(), &Options::default()).issues();
        let shapes = issues.into_iter().filter(|issue| issue.code == Code::OtherShape);
        shapes.map(|issue| issue.received.unwrap()).collect::<Vec<_>>().join(" ")
    };
    for (payload, name) in [
        (r#"{"response":{"calls":[{"status":"completed"}]}}"#, "api_get"),
        (r#"{"response":{"calls":[{"status":"completed","call_status":"completed"}]}}"#, "api_list"),
        (r#"{"response":{"calls":[{"call_status":"completed"}]}}"#, "api_list"),
        (r#"{"response":{"calls":[]}}"#, "api_list"),
        (r#"{"call_id":"a","call_status":"completed"}"#, "flat_record"),
        (r#"{"Call_id":"a","call_status":"completed"}"#, "flat_record"),
        (r#"{"callId":"a","call_status":"completed","call":null}"#, "flat_record"),
        (r#"{"event":"call_inbound"}"#, "inbound_call"),
        (r#"{"detail":{"status":"a","description":"b","request_id":"c","category":"d"}}"#, "api_error"),
        (r#"{"response":{"calls":{}}}"#, ""),
        (r#"{"calls":[]}"#, ""),
        (r#"{"call_id":"a","status":"completed"}"#, ""),
        (r#"{"call_status":"completed"}"#, ""),
        (r#"{"event":"call_outbound"}"#, ""),
        (r#"{"event":["call_inbound"]}"#, ""),
        (r#"{"detail":{"status":"a","description":"b","request_id":"c"}}"#, ""),
        (r#"{"call":{"call_id":"a"},"call_id":"a","call_status":"completed"}"#, ""),
    ] {
        assert_eq!(shape(payload), name, "{payload}");
    }
}

#[test]
fn the_bounds_are_the_last_that_is_read() {
    let payload = r#"{"call":{"call_id":"a"},"metadata":{"a":[]}}"#;
    let code = |max_bytes: usize, max_depth: usize| {
        let options = Options { max_bytes, max_depth, ..Options::default() };
        let issues = validate(payload.as_bytes(), &options).issues();
        issues.into_iter().map(|issue| issue.code).find(|code| matches!(code, Code::TooLarge | Code::TooDeep))
    };
    assert_eq!(code(payload.len(), 3), None);
    assert_eq!(code(payload.len() - 1, 3), Some(Code::TooLarge));
    assert_eq!(code(payload.len(), 2), Some(Code::TooDeep));
    let deep = |brackets: usize| {
        let payload = format!(
            r#"{{"call":{{"call_id":"a"}},"metadata":{{"a":{}{}}}}}"#,
            "[".repeat(brackets),
            "]".repeat(brackets)
        );
        validate(payload.as_bytes(), &Options { max_depth: usize::MAX, ..Options::default() }).valid()
    };
    assert!(deep(Options::MOST_DEPTH - 2));
    assert!(!deep(Options::MOST_DEPTH - 1));
}

/// What is found in a payload whose call has these members: codes with their places and what was expected, what is missing
/// aside.
fn found_in_call(members: &str) -> String {
    found(&format!(r#"{{"call":{{"call_id":"a"{members}}}}}"#))
}

fn found(payload: &str) -> String {
    let issues = validate(payload.as_bytes(), &Options::default()).issues();
    let told = issues.iter().filter(|issue| issue.code != Code::MissingField).map(|issue| {
        format!("{} {} {}", issue.code.word(), issue.pointer(), issue.expected.as_deref().unwrap_or_default())
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_duration_that_cannot_be_read_is_told_once() {
    for unreadable in ["113 s", "1abc", "1:53", "-5 s", "1e3", "-", "about 5"] {
        let wanted = "invalid_format /call/duration number";
        assert_eq!(found_in_call(&format!(r#","duration":"{unreadable}""#)), wanted, "{unreadable}");
    }
    let loose = "loose_type /call/duration number";
    assert_eq!(found_in_call(r#","duration":" 113 ""#), loose);
    assert_eq!(found_in_call(r#","duration":"-3""#), format!("{loose}, out_of_range /call/duration seconds"));
    assert_eq!(found_in_call(r#","duration":-3"#), "out_of_range /call/duration seconds");
    assert_eq!(found_in_call(r#","duration":1e999"#), "out_of_range /call/duration seconds");
}

#[test]
fn a_stamp_is_a_number_of_seconds_however_it_is_spelled() {
    let stamp = |spelled: &str| {
        found(&format!(
            r#"{{"call":{{"call_id":"a","start_time":"2026-05-28T20:00:00Z","duration":3.6e3}},"executed_actions":{{"a":{{"timestamp":{spelled}}}}}}}"#
        ))
    };
    for right in ["1780000000", "1780000000.25", "1.78e9", "17800000000E-1"] {
        assert_eq!(stamp(right), "", "{right}");
    }
    let place = "/executed_actions/a/timestamp";
    // Milliseconds were seen in strings alone.
    for impossible in ["1780000000000", "1.78e12", "1e300", "5"] {
        assert!(stamp(impossible).starts_with(&format!("out_of_range {place} unix_seconds")), "{impossible}");
    }
    assert_eq!(stamp(r#""1780000000000""#), format!("loose_type {place} number"));
}

#[test]
fn an_unknown_word_is_repeated_up_to_64_characters() {
    let received = |word: &str| {
        let payload = serde_json::json!({"call": {"call_id": "a", "status": word}}).to_string();
        let issues = validate(payload.as_bytes(), &Options::default()).issues();
        issues.into_iter().find(|issue| issue.code == Code::UnknownValue).unwrap().received.unwrap()
    };
    for (length, kept) in [(1, 1), (64, 64), (65, 64), (1_000, 64)] {
        assert_eq!(received(&"ü".repeat(length)), "ü".repeat(kept));
    }
}

#[test]
fn a_text_of_a_summary_tells_its_spelling_where_that_is_the_payloads() {
    let payload = r#"{"call":{"call_id":"\u00e9ü"},"executed_actions":{
        "extract_info_gr\u00fcn":{},"extract_info_für":{"return_value":{"code":500,"b":1}},"a":{"return_value":{"status":"500"}}}}"#;
    let report = validate(payload.as_bytes(), &Options::default());
    let summary = report.summary().unwrap();
    let told = |text: &postcall::Text<'_>| {
        let spelling = text.spelling().map(|(raw, units)| (String::from_utf8(raw.to_vec()).unwrap(), units));
        (text.text().into_owned(), spelling)
    };
    let own = |text: &str, raw: &str, units: u32| (text.to_owned(), Some((raw.to_owned(), units)));
    assert_eq!(told(&summary.call_id), own("éü", r"\u00e9ü", 2));
    let [escaped, plain] = &*summary.answers else { panic!("two answers") };
    assert_eq!(told(&escaped.action), own("extract_info_grün", r"extract_info_gr\u00fcn", 17));
    assert_eq!(told(&escaped.key), ("grün".to_owned(), None));
    assert_eq!(told(&plain.key), own("für", "für", 3));
    let errors: Vec<_> = summary.actions.failed.iter().map(|failed| told(&failed.error)).collect();
    assert_eq!(errors, [("HTTP 500".to_owned(), None), ("HTTP 500".to_owned(), None)]);
    assert_eq!(told(&summary.actions.failed.first().unwrap().action_type), (String::new(), None));
    assert!(summary.call_id > escaped.key && escaped.key > plain.key, "texts are ordered as texts");
}

#[test]
fn half_surrogates_are_keys_of_their_own() {
    let flaw = |key: &str| format!("lone_surrogate /metadata/{key} ");
    let said = found(r#"{"call":{"call_id":"a"},"metadata":{"\ud800":1,"\udc01":2,"\ufffd":3,"\\ud800":4}}"#);
    assert_eq!(said, [flaw("\u{FFFD}"), flaw("\u{FFFD}")].join(", "));
    // What is no text is not read as JSON.
    let said = found(r#"{"call":{"call_id":"a"},"metadata":"{\ud800"}"#);
    assert_eq!(said, "lone_surrogate /metadata ");
    let said = found(r#"{"call":{"call_id":"a"},"metadata":{"\ud800":1,"\ud800":2}}"#);
    assert!(said.contains("duplicate_key"), "{said}");
}

#[test]
fn actions_in_an_array_are_loose_where_there_are_any() {
    let actions = |list: &str| found(&format!(r#"{{"call":{{"call_id":"a"}},"executed_actions":{list}}}"#));
    assert_eq!(actions("[]"), "");
    assert_eq!(actions("[{}]"), "loose_type /executed_actions object");
}

#[test]
fn keys_are_unknown_where_keys_are_fixed() {
    let in_action = |members: &str| {
        found(&format!(r#"{{"call":{{"call_id":"a"}},"executed_actions":{{"extract_info_a":{{{members}}}}}}}"#))
    };
    assert_eq!(in_action(r#""other":1"#), "unknown_field /executed_actions/extract_info_a/other ");
    for free in ["parameters_hard_coded", "parameters_from_llm", "parameters_schema", "return_value"] {
        assert_eq!(in_action(&format!(r#""{free}":{{"other":1}}"#)), "", "{free}");
    }
}

#[test]
fn a_document_of_another_type_is_looked_through() {
    let said = found(r#"[{"a":1,"a":2},"\ud800"]"#);
    assert_eq!(said, "invalid_type  object, duplicate_key /0/a , lone_surrogate /1 ");
}

#[test]
fn the_end_of_a_sentence_is_one_in_every_language() {
    let is_truncated = |said: &str| {
        let payload = serde_json::json!({"call": {"call_id": "a", "transcript": format!("human: {said}")}}).to_string();
        validate(payload.as_bytes(), &Options::default()).summary().unwrap().talk.truncated
    };
    let whole = ["„Ja.“", "»Ja.«", "‚Ja.‘", "“Yes.”", "«Oui.»", "Πότε\u{37E}", "שלום.\u{200F}", "ទេ។", "ལགས།"];
    for said in whole {
        assert!(!is_truncated(said), "{said}");
    }
    for said in ["„Ja", "Ja“", "and then,", "»und"] {
        assert!(is_truncated(said), "{said}");
    }
    for mark in ".!?…‽。！？｡．؟۔।॥։።፧၊။៕‼⁇⁈⁉\u{37E}།༎".chars() {
        assert!(!is_truncated(&format!("so{mark}")), "{mark}");
    }
    for closing in "\"'”’“‘»›«‹)]}」』）】\u{61C}\u{200E}\u{200F}\u{202A}\u{202E}\u{2066}\u{2069}\u{3000}".chars()
    {
        assert!(!is_truncated(&format!("So.{closing}")), "{closing:?}");
        assert!(is_truncated(&format!("so{closing}")), "{closing:?}");
    }
    for symbol in "\u{200D}\u{20E3}\u{2190}\u{2BFF}\u{FE0F}\u{1F000}\u{1FAFF}👍".chars() {
        assert!(!is_truncated(&format!("so {symbol}")), "{symbol:?}");
    }
    for other in "\u{200C}\u{218F}\u{2C00}\u{1EFFF}\u{1FB00}:;-–7ñ火".chars() {
        assert!(is_truncated(&format!("so {other}")), "{other:?}");
    }
}
