//! Laws: what holds of every input, tried on inputs that nobody thought of.
//!
//! The same inputs each time, so that a green run stays green; the search for new ones is `npm run fuzz`. More inputs:
//! `PROPTEST_CASES=100000 cargo test --release --test laws`. Other inputs: `PROPTEST_RNG_SEED=7`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail where it stands")]

mod fields;
mod grammar;
mod inputs;
mod report;
mod speech;
mod spelling;
mod tree;

use grammar::{Exception, agrees};
use inputs::{Stray, around, bent, bytes, cases, json, payload, text, tokens, transcript};
use postcall::{Code, Issue, Options, Scratch, Severity, Text, validate, validate_in};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use spelling::{Choices, said, spell};

/// Tries a law on so many inputs; what breaks it is made as small as it will go.
#[track_caller]
fn for_all<S: Strategy>(inputs: u32, strategy: S, law: impl Fn(S::Value)) {
    let given = Config::default();
    let is_set = |name: &str| std::env::var_os(name).is_some();
    let config = Config {
        cases: if is_set("PROPTEST_CASES") { given.cases } else { inputs },
        rng_seed: if is_set("PROPTEST_RNG_SEED") { given.rng_seed } else { RngSeed::Fixed(20_260_310) },
        failure_persistence: None,
        ..given
    };
    let outcome = TestRunner::new(config).run(&strategy, |input| {
        law(input);
        Ok(())
    });
    if let Err(broken) = outcome {
        panic!("{broken}");
    }
}

/// The payloads of the cases, small enough to be bent in great numbers.
fn small_cases() -> impl Strategy<Value = Vec<u8>> {
    let cases: Vec<_> = cases().into_iter().map(|(_, payload)| payload).filter(|bytes| bytes.len() < 4_000).collect();
    select(cases)
}

/// Payloads, bent payloads and what is none.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        2 => bytes(),
        4 => tokens(),
        2 => bent(small_cases()),
        1 => payload(Stray::Anything),
        1 => bent(payload(Stray::Anything)),
        1 => json().prop_map(String::into_bytes),
    ]
}

fn options() -> impl Strategy<Value = Options> {
    (any::<bool>(), prop_oneof![Just(16 << 20), 0..200_usize], prop_oneof![4 => Just(128), 1 => 0..6_usize])
        .prop_map(|(strict, max_bytes, max_depth)| Options { strict, max_bytes, max_depth })
}

#[test]
fn any_bytes_have_a_report_and_every_report_keeps_its_laws() {
    for_all(1_500, (anything(), options()), |(bytes, options)| report::holds(&bytes, &options));
}

#[test]
fn the_reports_of_the_cases_keep_the_laws() {
    for (name, payload) in cases() {
        report::holds(&payload, &Options::default());
        let exception = agrees(&payload);
        let known = match name.as_str() {
            "byte-order-mark" => Some(Exception::ByteOrderMark),
            "depth-128" => Some(Exception::Depth),
            "hostile-keys" => Some(Exception::NumberOutOfRange),
            _ => None,
        };
        assert_eq!(exception, known, "{name}");
    }
}

#[test]
fn whatever_is_json_here_is_json_for_serde_json() {
    for_all(2_000, anything(), |bytes| {
        agrees(&bytes);
    });
}

/// What stands as the declaration says is read on a way of its own, which must tell JSON from what is none like any other.
#[test]
fn each_byte_of_what_is_declared_may_be_another_one() {
    let compact =
        br#"{"status":"completed","lead":{"name":"Ida"},"call":{"status":null,"call_id":"a\n\u00e9","duration":1.5}}"#;
    let spaced = b"{ \"status\": \"no-answer\",\n\t\"error_message\" :\"\", \"metadata\":{} ,\"analysis\": [true] }";
    for payload in [compact.as_slice(), spaced] {
        for place in 0..payload.len() {
            for byte in *b"\0\x0B \n\"\\,:{}[]-.0eEtnu/x\x80\xC3" {
                let (before, behind) = payload.split_at(place);
                agrees(&[before, &[byte], behind].concat());
                agrees(&[before, &[byte], behind.get(1..).unwrap_or_default()].concat());
            }
            let (before, behind) = payload.split_at(place);
            agrees(&[before, behind.get(1..).unwrap_or_default()].concat());
            agrees(before);
        }
    }
}

#[test]
fn whatever_is_json_inside_a_payload_is_json_for_serde_json() {
    let values = prop_oneof![3 => tokens(), 1 => json().prop_map(String::into_bytes), 1 => bytes()];
    for_all(4_000, values, |value| {
        let exception = agrees(&around(&value));
        assert!(!matches!(exception, Some(Exception::RefusedAsAWhole | Exception::ByteOrderMark)));
    });
}

#[test]
fn the_readable_id_minds_nothing_but_the_grammar_and_its_own_keys() {
    let values = prop_oneof![3 => tokens(), 1 => json().prop_map(String::into_bytes), 1 => bytes()];
    for_all(1_500, values, |value| {
        let payload = around(&value);
        let report = validate(&payload, &Options::default());
        let hides = |issue: &Issue| match issue.code {
            Code::InvalidJson | Code::TooDeep => true,
            Code::DuplicateKey => issue.severity == Severity::Error,
            _ => false,
        };
        let is_hidden = report.issues().iter().any(hides);
        assert_eq!(report.call_id().as_deref(), (!is_hidden).then_some("a"));
    });
}

#[test]
fn no_message_repeats_what_the_payload_says() {
    for (name, payload) in cases() {
        let Ok(mut value) = serde_json::from_slice(&payload) else { continue };
        spelling::mark(&mut value, "Secret");
        let marked = value.to_string();
        for issue in validate(marked.as_bytes(), &Options::default()).issues() {
            assert!(!issue.message.contains("Secret"), "{name}: {}", issue.message);
        }
        if let Err(invalid) = postcall::parse(marked.as_bytes()) {
            assert!(!invalid.to_string().contains("Secret"), "{name}: {invalid}");
        }
    }
}

#[test]
fn each_exception_is_one() {
    assert_eq!(agrees(b"\xEF\xBB\xBF{}"), Some(Exception::ByteOrderMark));
    assert_eq!(agrees(&around(b"-1e400")), Some(Exception::NumberOutOfRange));
    assert_eq!(agrees(&around("[".repeat(126).as_bytes())), None);
    assert_eq!(agrees(&[b"[".repeat(128), b"]".repeat(128)].concat()), Some(Exception::Depth));
    assert_eq!(agrees(br#"{"event":"call_inbound","a":"\ud800"}"#), Some(Exception::RefusedAsAWhole));
    for plain in [
        &b"{}"[..],
        b"",
        b"[",
        br#"["\ud800"]"#,
        br#"{"a":"\ud800"}"#,
        b"{\"a\":\"\xFF\"}",
        b"[01]",
        b"\xEF\xBB\xBF\xEF\xBB\xBF{}",
    ] {
        assert_eq!(agrees(plain), None, "{plain:?}");
    }
}

#[test]
fn nesting_is_too_deep_exactly_beyond_the_bound() {
    let brackets = prop_oneof![Just(("[", "]")), Just((r#"{"a":"#, "}"))];
    for_all(200, (vec(brackets, 1..300), 1..300_usize), |(brackets, max_depth)| {
        let open: String = brackets.iter().map(|(open, _)| *open).collect();
        let close: String = brackets.iter().rev().map(|(_, close)| *close).collect();
        let text = format!("{open}1{close}");
        let options = Options { max_depth, ..Options::default() };
        let issues = validate(text.as_bytes(), &options).issues();
        let stop = issues.iter().find(|issue| issue.code == Code::TooDeep).map(|issue| issue.location.offset);
        let wanted: Option<usize> =
            (brackets.len() > max_depth).then(|| brackets.iter().take(max_depth).map(|(open, _)| open.len()).sum());
        assert_eq!(stop.map(|offset| usize::try_from(offset).unwrap()), wanted);
    });
}

#[test]
fn a_duration_is_the_number_that_the_payload_spells() {
    for_all(20_000, (0.001..1.0_f64, 0..16_i32), |(part, power)| {
        let seconds = part * 10_f64.powi(power);
        let payload = format!(r#"{{"call":{{"call_id":"a","duration":{seconds:?}}}}}"#);
        let report = validate(payload.as_bytes(), &Options::default());
        assert_eq!(report.summary().unwrap().duration_seconds, Some(seconds));
    });
}

#[test]
fn the_deepest_payload_of_all_is_read_and_written() {
    let inside = Options::MOST_DEPTH - 2;
    let value = [b"[".repeat(inside), b"]".repeat(inside)].concat();
    let payload = around(&value);
    let report = validate(&payload, &Options { max_depth: usize::MAX, ..Options::default() });
    assert!(report.valid());
    assert_eq!(serde_json::to_value(report.payload()).unwrap(), report.json().to_value());
    let deeper = around(&[b"[", &value[..], b"]"].concat());
    assert!(!validate(&deeper, &Options { max_depth: usize::MAX, ..Options::default() }).valid());
}

#[test]
fn a_value_is_what_serde_json_reads_and_the_typed_payload_loses_nothing() {
    for_all(3_000, json(), |value| {
        let bytes = around(value.as_bytes());
        let wanted: Value = serde_json::from_slice(&bytes).unwrap();
        let report = validate(&bytes, &Options::default());
        assert_eq!(report.json().to_value(), wanted);
        assert_eq!(serde_json::to_value(postcall::parse(&bytes).unwrap()).unwrap(), wanted);
    });
}

#[test]
fn a_payload_in_tolerated_forms_is_valid_and_loses_nothing() {
    for_all(150, payload(Stray::Tolerated), |bytes| {
        let report = validate(&bytes, &Options::default());
        assert!(report.valid(), "{:?}", report.issues());
        report::holds(&bytes, &Options::default());
        assert_eq!(agrees(&bytes), None);
    });
}

#[test]
fn json_inside_a_string_is_read_exactly_when_it_is_json() {
    let texts = prop_oneof![2 => tokens(), 1 => json().prop_map(String::into_bytes)];
    for_all(2_000, texts, |text| {
        let text = format!("{{{}", String::from_utf8_lossy(&text));
        for text in [text.clone(), format!("{text}}}")] {
            let metadata = serde_json::to_string(&text).unwrap();
            let payload = format!(r#"{{"call":{{"call_id":"a"}},"metadata":{metadata}}}"#);
            let issues = validate(payload.as_bytes(), &Options::default()).issues();
            let read = issues.iter().find(|issue| issue.pointer() == "/metadata").map(|issue| issue.code);
            let is_json = serde_json::from_str::<Value>(&text).is_ok();
            // Repeated keys inside a string leave it a text, and numbers out of range are numbers.
            let is_plain = !text.contains("1e400") && (!is_json || agrees_on_keys(&text));
            let wanted = if is_json { Code::LooseType } else { Code::InvalidFormat };
            assert!(!is_plain || read == Some(wanted), "{text:?}: {read:?}");
        }
    });
}

/// Whether no key of a document is repeated.
fn agrees_on_keys(text: &str) -> bool {
    let payload = format!(r#"{{"call":{{"call_id":"a"}},"metadata":{text}}}"#);
    !validate(payload.as_bytes(), &Options::default()).issues().iter().any(|issue| issue.code == Code::DuplicateKey)
}

#[test]
fn a_payload_cut_at_any_byte_is_an_error_at_its_end_or_before() {
    for (name, payload) in cases() {
        if !validate(&payload, &Options::default()).valid() {
            continue;
        }
        let whole = payload.trim_ascii_end().len();
        let step = 1 + whole / 400;
        for cut in (0..whole).step_by(step).chain(whole.saturating_sub(40)..whole) {
            let report = validate(&payload[..cut], &Options::default());
            assert!(!report.valid() && report.call_id().is_none(), "{name} cut at {cut}");
            let last = report.issues().pop().map(|issue| (issue.code, issue.location.offset));
            // A part of a byte order mark is no value: the error is at its beginning.
            let place = if payload.starts_with(b"\xEF\xBB\xBF") && cut < 3 { 0 } else { cut };
            assert_eq!(last, Some((Code::InvalidJson, u32::try_from(place).unwrap())), "{name} cut at {cut}");
        }
    }
}

#[test]
fn buffers_that_were_used_before_change_nothing() {
    for_all(400, vec(anything(), 1..4), |inputs| {
        let mut scratch = Scratch::default();
        for bytes in inputs {
            let fresh = validate(&bytes, &Options::default());
            let report = validate_in(&bytes, &Options::default(), scratch);
            assert_eq!(report.issues(), fresh.issues());
            assert_eq!(report.valid(), fresh.valid());
            assert_eq!(report.call_id(), fresh.call_id());
            assert_eq!(serde_json::to_value(report.summary()).unwrap(), serde_json::to_value(fresh.summary()).unwrap());
            scratch = report.into_scratch();
        }
    });
}

#[test]
fn white_space_and_escapes_change_nothing_but_places() {
    for_all(150, (payload(Stray::Anything), any::<[u64; 3]>()), |(bytes, [order, one, other])| {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let spelled = |form| spell(&value, &mut Choices::new(order), &mut Choices::new(form));
        assert_eq!(said(spelled(one).as_bytes()), said(spelled(other).as_bytes()));
    });
}

/// Answers, failed actions and findings stand in document order, and the headline names the first findings: all else
/// is the same in every order of keys.
#[test]
fn the_order_of_keys_changes_nothing_but_places_and_the_order_of_lists() {
    let in_order = |(issues, mut summary): (Vec<String>, Value)| {
        for list in ["/answers", "/actions/failed", "/analysis/findings"] {
            if let Some(Value::Array(list)) = summary.pointer_mut(list) {
                list.sort_by_key(Value::to_string);
            }
        }
        if let Some(Value::String(headline)) = summary.pointer_mut("/headline") {
            headline.truncate(headline.find("; the judge").unwrap_or(headline.len()));
        }
        (issues, summary)
    };
    for_all(150, (payload(Stray::Tolerated), any::<[u64; 3]>()), |(bytes, [form, one, other])| {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let spelled = |order| spell(&value, &mut Choices::new(order), &mut Choices::new(form));
        assert_eq!(in_order(said(spelled(one).as_bytes())), in_order(said(spelled(other).as_bytes())));
    });
}

#[test]
fn a_field_taken_away_is_one_more_issue_at_its_place() {
    let whole = fields::whole();
    assert_eq!(fields::issues(&whole), [""; 0], "the whole payload has no issues");
    for (pointer, need) in fields::declared() {
        assert_eq!(fields::issues(&fields::without(&whole, &pointer)), fields::missing(&pointer, need), "{pointer}");
    }
}

#[test]
fn fields_taken_away_are_as_many_issues_at_their_places() {
    let (whole, declared) = (fields::whole(), fields::declared());
    let some = proptest::sample::subsequence(declared.clone(), 0..=declared.len() / 2);
    for_all(150, some, |taken| {
        let left = taken.iter().fold(whole.clone(), |left, (pointer, _)| fields::without(&left, pointer));
        let is_inside =
            |pointer: &str, other: &str| pointer.strip_prefix(other).is_some_and(|rest| rest.starts_with('/'));
        let outermost = taken.iter().filter(|(pointer, _)| !taken.iter().any(|(other, _)| is_inside(pointer, other)));
        let mut wanted: Vec<_> = outermost.flat_map(|(pointer, need)| fields::missing(pointer, *need)).collect();
        wanted.sort();
        let mut found = fields::issues(&left);
        found.sort();
        assert_eq!(found, wanted);
    });
}

#[test]
fn turns_reproduce_the_transcript() {
    for_all(3_000, transcript(), |text| drop(speech::reproduces(&text)));
}

#[test]
fn talk_is_counted_from_the_turns_and_the_rules_hear_the_same() {
    for_all(1_000, transcript(), |text| speech::is_counted(&text));
}

/// As durations and status codes have them: up to 15 digits and a power of ten that is exact.
#[test]
fn a_number_of_up_to_15_digits_is_read_exactly() {
    for_all(2_000, (0..1_000_000_000_000_000_u64, -22..=22_i32, any::<bool>()), |(digits, power, is_text)| {
        let number = format!("{digits}e{power}");
        let plain = (-14..=0).contains(&power).then(|| {
            let all = format!("{digits:0>15}");
            let (whole, fraction) = all.split_at(all.len() - usize::try_from(-power).unwrap());
            let whole = whole.trim_start_matches('0');
            format!("{}.{fraction}0", if whole.is_empty() { "0" } else { whole })
        });
        for spelling in std::iter::once(number.clone()).chain(plain) {
            let is_text = is_text && !spelling.contains('e');
            let value = if is_text { format!("\"{spelling}\"") } else { spelling.clone() };
            let payload = format!(r#"{{"call":{{"call_id":"a","duration":{value}}}}}"#);
            let read = postcall::summarize(payload.as_bytes()).unwrap().duration_seconds;
            assert_eq!(read, spelling.parse().ok(), "{value}");
        }
    });
}

#[test]
fn a_signature_is_verified_by_its_secret_alone() {
    for_all(300, (any::<String>(), any::<String>(), any::<String>()), |(id, secret, other)| {
        let signature = postcall::signature::sign(&id, &secret);
        assert_eq!(signature.len(), 44);
        assert!(postcall::signature::verify(&id, &signature, &[&other, &secret]));
        assert!(postcall::signature::verify(&id, signature.trim_end_matches('='), &[&secret]));
        // Keys of a MAC are filled up with zeros: a secret and the same with NULs behind it are one.
        let is_same = secret.trim_end_matches('\0') == other.trim_end_matches('\0');
        assert_eq!(postcall::signature::verify(&id, &signature, &[&other]), is_same);
        assert!(!postcall::signature::verify(&format!("{id} "), &signature, &[&secret]));
    });
}

#[test]
fn texts_of_a_payload_are_kept_to_the_last_character() {
    for_all(500, text(), |spelling| {
        let payload = format!(r#"{{"call":{{"call_id":"a{spelling}","recording_url":"{spelling}b"}}}}"#);
        let wanted: String = serde_json::from_str(&format!("\"{spelling}\"")).unwrap();
        let report = validate(payload.as_bytes(), &Options::default());
        assert_eq!(report.call_id(), Some(format!("a{wanted}").into()));
        if let Some(summary) = report.summary() {
            assert_eq!(summary.recording_url.map(Text::into_string), Some(format!("{wanted}b")));
        }
    });
}
