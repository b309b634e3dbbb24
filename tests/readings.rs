//! What is read of odd values, and what is said of them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use postcall::{Options, validate};

/// The issues of a payload without those of absent fields, each as `code pointer`.
fn issues(payload: &str) -> Vec<String> {
    let issues = validate(payload.as_bytes(), &Options::default()).issues();
    let issues = issues.iter().map(|issue| format!("{} {}", issue.code, issue.pointer()));
    issues.filter(|issue| !issue.starts_with("missing_field")).collect()
}

/// A payload with one action.
fn with_action(action: &str) -> String {
    format!(r#"{{"call":{{"call_id":"a"}},"executed_actions":{{"extract_info_code":{{{action}}}}}}}"#)
}

#[test]
fn a_word_of_blank_characters_is_no_word() {
    for blank in ["", " ", "\\u00a0", "\\u2003\\t", "\\u0085"] {
        let payload = format!(r#"{{"status":"{blank}","call":{{"call_id":"a","status":"{blank}"}}}}"#);
        assert_eq!(issues(&payload), [""; 0], "{blank:?}");
    }
    assert_eq!(issues(r#"{"status":"?","call":{"call_id":"a"}}"#), ["unknown_value /status"]);
}

#[test]
fn a_result_that_says_nothing_is_no_loose_one() {
    let pointer = "/executed_actions/extract_info_code/return_value";
    for (value, loose) in [("null", false), (r#""""#, false), ("{}", false), ("[]", false), ("[1]", true), ("7", true)]
    {
        let expected: &[String] = if loose { &[format!("loose_type {pointer}")] } else { &[] };
        assert_eq!(issues(&with_action(&format!(r#""return_value":{value}"#))), expected, "{value}");
    }
}

#[test]
fn a_stamp_of_very_many_digits_is_out_of_range_however_many_they_are() {
    let pointer = "out_of_range /executed_actions/extract_info_code/timestamp";
    for digits in [16, 18, 19, 40] {
        let digits = "9".repeat(digits);
        assert_eq!(issues(&with_action(&format!(r#""timestamp":{digits}"#))), [pointer]);
        assert_eq!(issues(&with_action(&format!(r#""timestamp":"{digits}""#))), [pointer]);
    }
}

#[test]
fn an_action_has_failed_by_an_error_status_of_http_and_never_by_an_answer() {
    let failures = |action: &str| {
        let payload = with_action(action);
        let report = validate(payload.as_bytes(), &Options::default());
        let summary = report.summary().map(|summary| summary.actions.failed.len());
        summary.unwrap_or(usize::MAX)
    };
    let other = r#""action_type":"custom_action","return_value":"#;
    for (value, failed) in [("399", 0), ("400", 1), ("599", 1), ("600", 0), (r#""80331""#, 0), (r#""404""#, 1)] {
        assert_eq!(failures(&format!(r#"{other}{{"code":{value},"body":1}}"#)), failed, "{value}");
        let extractor = r#""action_type":"extract_info_action_type","return_value":"#;
        assert_eq!(failures(&format!(r#"{extractor}{{"code":{value}}}"#)), 0, "{value} is an answer");
    }
}

#[test]
fn an_answer_is_the_member_that_bears_its_label_and_else_all_of_them() {
    let answer = |action: &str| {
        let payload = with_action(&format!(r#""action_type":"extract_info_action_type",{action}"#));
        let report = validate(payload.as_bytes(), &Options::default());
        let summary = serde_json::to_value(report.summary()).unwrap();
        let answer = summary.pointer("/answers/0").unwrap();
        [answer.get("key").unwrap().to_string(), answer.get("value").unwrap().to_string()]
    };
    let identified = r#""parameters_hard_coded":{"identifier":"day"},"return_value":"#;
    assert_eq!(answer(&format!(r#"{identified}{{"day":"Monday","sure":1}}"#)), [r#""day""#, r#""Monday""#]);
    assert_eq!(answer(&format!(r#"{identified}{{"a":1,"b":2}}"#)), [r#""day""#, r#"{"a":1,"b":2}"#]);
    assert_eq!(answer(&format!(r#"{identified}{{"a":1}}"#)), [r#""a""#, "1"]);
    assert_eq!(answer(r#""return_value":{"code":5,"b":2}"#), [r#""code""#, "5"]);
}
