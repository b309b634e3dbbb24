//! Inputs for the laws: bytes, texts that are nearly JSON, JSON in odd spellings, payloads, and what is left of a
//! payload that somebody has bent.

use std::fs;
use std::path::Path;

use postcall::payload::{Field, Form, Id, Need};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// The payloads of the cases, by name.
pub(crate) fn cases() -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> = fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path().join("payload.json")).unwrap()))
        .collect();
    cases.sort();
    cases
}

/// What JSON is made of, and what is nearly that.
const PARTS: &str = r#"
    { } [ ] , : " \ / // ' null true false nul NaN 0 1 - + . e E5 1.5 -0 01 1e400 -1e-400 123456789012345678901234567890
    "" "a" "a": "ü" "😀" "\u00fc" "\ud83d\ude00" "\ud83d" "\ude00\ud83d" "\u12" "\uD8\u1" "\x" [[[[[[[[ ]]]]]]]]
    {"a":{"a": }}}} "call":{"call_id":"a"} "call": "c\u0061ll": "call_id": "status":"completed" "metadata":
"#;

/// White space and what is none, controls, and bytes that are no UTF-8.
const ODD_PARTS: [&[u8]; 11] =
    [b" ", b"\n", b"\r\n", b"\t", b"\x0B", b"\0", b"\xEF\xBB\xBF", b"\xFF", b"\xC3", b"\"\xC3\"", b"\"\xED\xA0\x80\""];

/// A part of JSON, or of what is nearly that.
fn part() -> impl Strategy<Value = Vec<u8>> {
    let parts = PARTS.split_whitespace().map(str::as_bytes).chain(ODD_PARTS);
    select(parts.map(<[u8]>::to_vec).collect::<Vec<_>>())
}

/// Bytes of any kind.
pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..64)
}

/// A text of JSON's own parts, in any order.
pub(crate) fn tokens() -> impl Strategy<Value = Vec<u8>> {
    vec(part(), 0..24).prop_map(|parts| parts.concat())
}

/// A text that a few changes have been made to: bytes flipped, put in, taken out, moved; the end cut off.
pub(crate) fn bent<S: Strategy<Value = Vec<u8>>>(text: S) -> impl Strategy<Value = Vec<u8>> {
    let change = (0..6_u8, any::<Index>(), any::<Index>(), any::<u8>(), part());
    (text, vec(change, 1..4)).prop_map(|(mut text, changes)| {
        for (kind, one, other, byte, part) in changes {
            let (from, to) = (one.index(text.len() + 1), other.index(text.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            match kind {
                0 => text.iter_mut().skip(from).take(1).for_each(|found| *found = byte),
                1 => drop(text.splice(from..from, part.iter().copied())),
                2 => drop(text.splice(from..to.min(from + 8), None)),
                3 => drop(text.splice(from..to, None)),
                4 => text.truncate(from),
                _ => {
                    let part = text[from..to.min(from + 200)].to_vec();
                    drop(text.splice(to..to, part));
                }
            }
        }
        text
    })
}

/// White space between two parts of a document, mostly none.
fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just(""), 1 => select(&[" ", "\n", "\r\n", "\t", " \n  "][..])]
}

/// The spelling of a number that a machine number can hold.
fn number() -> impl Strategy<Value = String> {
    let known = ["0", "-0", "-0.0", "1E2", "9007199254740993", "18446744073709551615", "18446744073709551616"];
    prop_oneof![
        2 => any::<i32>().prop_map(|number| number.to_string()),
        2 => "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,2})?",
        1 => select(known.map(str::to_owned).to_vec()),
        1 => any::<f64>().prop_filter_map("no JSON", |number| number.is_finite().then(|| format!("{number:e}"))),
    ]
}

/// The spelling of a string's text, in plain characters and escapes.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let escapes = [
        "\\n",
        "\\\\",
        "\\\"",
        "\\/",
        "\\u0000",
        "\\u0061",
        "\\u00FC",
        "\\ud83d\\ude00",
        "\\uD83D\\uDE00",
        "\\u2028",
        "\u{FEFF}",
        "ü",
        "€",
        "😀",
        "e\u{301}",
        "\u{7F}",
        "~",
        "a/b",
        "{\\\"a\\\":1}",
    ];
    let plain = any::<char>().prop_map(|character| match character {
        '"' | '\\' => format!("\\{character}"),
        '\0'..='\x1F' => format!("\\u{:04x}", u32::from(character)),
        _ => character.to_string(),
    });
    let piece = prop_oneof![3 => "[a-z ]{1,5}", 2 => select(escapes.map(str::to_owned).to_vec()), 1 => plain];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

/// The spelling of a key: one of a few, so that some are repeated.
fn key() -> impl Strategy<Value = String> {
    let few = ["a", "\\u0061", "b", "", "__proto__", "value", "collected", "call", "call_id", "status"];
    prop_oneof![2 => select(few.map(str::to_owned).to_vec()), 1 => text()]
}

fn array(items: &[(String, &str)]) -> String {
    let items: Vec<_> = items.iter().map(|(item, space)| format!("{space}{item}{space}")).collect();
    format!("[{}]", items.join(","))
}

fn object(members: &[((String, String), &str)]) -> String {
    let members: Vec<_> =
        members.iter().map(|((key, value), space)| format!("{space}\"{key}\"{space}:{space}{value}")).collect();
    format!("{{{}}}", members.join(","))
}

/// JSON in any spelling, with repeated keys.
pub(crate) fn json() -> impl Strategy<Value = String> + Clone {
    let leaf = prop_oneof![
        select(&["null", "true", "false"][..]).prop_map(str::to_owned),
        number(),
        text().prop_map(|text| format!("\"{text}\"")),
    ];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec((inner.clone(), space()), 0..5).prop_map(|items| array(&items)),
            vec(((key(), inner), space()), 0..5).prop_map(|members| object(&members)),
        ]
    })
    .boxed()
}

/// How far the fields of a payload stray from their declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stray {
    /// Documented and tolerated forms alone: the payload is valid.
    Tolerated,
    /// Now and then anything at all.
    Anything,
}

/// A payload made from the declaration: fields absent or there, in their forms or others, between keys of no name.
pub(crate) fn payload(stray: Stray) -> BoxedStrategy<Vec<u8>> {
    declared(Id::PostCall, stray).prop_map(String::into_bytes).boxed()
}

/// An object of the declaration.
fn declared(id: Id, stray: Stray) -> BoxedStrategy<String> {
    let fields: Vec<_> = id.object().fields.iter().map(|field| member(field, stray)).collect();
    let (repeats, strangers) = if stray == Stray::Anything { (0..2, 0..3) } else { (0..1, 0..2) };
    let stranger = (text().prop_map(|text| format!("{text}!")), json());
    let members = (fields, vec(any::<Index>(), repeats), vec(stranger, strangers));
    (members, space())
        .prop_map(|((fields, repeats, strangers), space)| {
            let mut members: Vec<_> = fields.into_iter().flatten().chain(strangers).collect();
            for repeat in repeats.iter().filter(|_| !members.is_empty()).collect::<Vec<_>>() {
                let member = members[repeat.index(members.len())].clone();
                members.push(member);
            }
            object(&members.into_iter().map(|member| (member, space)).collect::<Vec<_>>())
        })
        .boxed()
}

/// A field of a declared object, there or not.
fn member(field: &'static Field, stray: Stray) -> BoxedStrategy<Option<(String, String)>> {
    let value = match (field.need, field.form) {
        (Need::Identity, form) => tolerated(form, stray),
        (_, form) => prop_oneof![8 => tolerated(form, stray), 1 => Just("null".to_owned())].boxed(),
    };
    let wild = u32::from(stray == Stray::Anything);
    let value = prop_oneof![16 => value, wild => json()].prop_map(|value| Some((field.name.to_owned(), value)));
    let absent = if field.need == Need::Identity { wild } else { 3 };
    prop_oneof![20 => value, absent => Just(None)].boxed()
}

/// A value in one of the forms that a field is documented or was seen with.
fn tolerated(form: Form, stray: Stray) -> BoxedStrategy<String> {
    let quoted = |text: String| format!("\"{text}\"");
    let words = |words: &[&str]| select(words.iter().map(|&word| quoted(word.to_owned())).collect::<Vec<_>>());
    let speech = || vec(select(&["\\nbot: ", "\\nhuman: ", "\\r\\n", "Hi", " 😀.", "x\\ny"][..]), 0..6);
    match form {
        Form::CallId => "[a-z0-9]{1,8}".prop_map(quoted).boxed(),
        Form::Text => prop_oneof![
            Just(quoted(String::new())),
            text().prop_map(quoted),
            speech().prop_map(move |parts| quoted(parts.concat())),
        ]
        .boxed(),
        Form::Word(vocabulary) => {
            let rows = vocabulary.rows().into_iter().map(|(word, _)| quoted(word.to_owned())).collect::<Vec<_>>();
            prop_oneof![8 => select(rows), 1 => text().prop_map(quoted)].boxed()
        }
        Form::Verdict => prop_oneof![8 => words(&["true", "false", "partial", "not_applicable", "True", ""]),
            1 => select(vec!["true".to_owned(), "false".to_owned()])]
        .boxed(),
        Form::Number | Form::Duration => {
            prop_oneof![4 => (0..5_000_u32).prop_map(|number| number.to_string()), 1 => number(),
            1 => number().prop_map(quoted)]
            .boxed()
        }
        Form::Boolean => prop_oneof![4 => select(vec!["true".to_owned(), "false".to_owned()]),
            1 => words(&["true", "False", "yes", ""])]
        .boxed(),
        Form::Time | Form::NaiveTime => prop_oneof![
            4 => words(&["2026-03-10T11:06:38+01:00", "2026-03-10T10:07:38.500000", "1773137198", "", "yesterday"]),
            1 => text().prop_map(quoted),
        ]
        .boxed(),
        Form::Stamp => prop_oneof![
            (1_773_137_000..1_773_139_000_u32).prop_map(|stamp| format!("{stamp}.25")),
            number(),
            text().prop_map(quoted)
        ]
        .boxed(),
        Form::Zone => words(&["Europe/Berlin", "UTC", "Nowhere at all", ""]).boxed(),
        Form::Url => words(&["https://recordings.example.com/a.wav", "[REDACTED]", ""]).boxed(),
        Form::Phone => words(&["+12025550131", "XXXXXXXX", ""]).boxed(),
        Form::Texts => vec(text().prop_map(quoted), 0..3).prop_map(|items| format!("[{}]", items.join(","))).boxed(),
        Form::List => vec(json(), 0..3).prop_map(|items| format!("[{}]", items.join(","))).boxed(),
        Form::Object(id) | Form::Settings(id) => declared(id, stray),
        Form::Map(id) => {
            let keys = ["extract_info_day", "extract_info_\\u00fc", "info_extractor_b c", "send", "a/b~c", ""];
            let entry = prop_oneof![8 => declared(id, stray), 1 => Just("null".to_owned())];
            (proptest::sample::subsequence(keys.to_vec(), 0..=2), vec(entry, 2))
                .prop_map(|(keys, entries)| {
                    let named = keys.into_iter().map(str::to_owned).zip(entries).map(|member| (member, ""));
                    object(&named.collect::<Vec<_>>())
                })
                .boxed()
        }
        Form::Free | Form::Returned => prop_oneof![
            4 => vec((text(), json()), 0..3).prop_map(unrepeated),
            1 => select(vec!["\"\"".to_owned(), "\"{\\\"day\\\":\\\"Monday\\\"}\"".to_owned(), "\"[1\"".to_owned()]),
        ]
        .boxed(),
        Form::Variables => {
            let slot = (json(), any::<bool>())
                .prop_map(|(value, collected)| format!("{{\"value\":{value},\"collected\":{collected}}}"));
            let agent = vec(slot.clone(), 0..3).prop_map(|slots| {
                let slots = slots.iter().enumerate().map(|(place, slot)| format!("\"inner {place}\":{slot}"));
                format!("{{{}}}", slots.collect::<Vec<_>>().join(","))
            });
            (vec(slot, 0..3), agent, any::<bool>())
                .prop_map(|(slots, agent, has_agent)| {
                    let slots = slots.iter().enumerate().map(|(place, slot)| format!("\"slot {place}\":{slot}"));
                    let agent = has_agent.then(|| format!("\"agent\":{agent}"));
                    format!("{{{}}}", slots.chain(agent).collect::<Vec<_>>().join(","))
                })
                .boxed()
        }
        Form::Any => json().boxed(),
    }
}

/// An object whose keys are told apart by their number.
fn unrepeated(members: Vec<(String, String)>) -> String {
    let numbered = members.into_iter().enumerate();
    let members: Vec<_> = numbered.map(|(place, (key, value))| ((format!("{place} {key}"), value), "")).collect();
    object(&members)
}

/// A payload with a value under a key of no name and under `metadata`.
pub(crate) fn around(value: &[u8]) -> Vec<u8> {
    let head = br#"{"status":"completed","call":{"status":"completed","call_id":"a"},"metadata":{"kept":"#;
    [&head[..], value, br#"},"unknown":"#, value, b"}"].concat()
}

/// A transcript of labels, line ends, words and whatever else.
pub(crate) fn transcript() -> impl Strategy<Value = String> {
    let parts = [
        "bot:",
        "bot: ",
        "human: ",
        "assistant:",
        "human:",
        "Bot: ",
        "user: ",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "\t",
        "Hi",
        "Yes.",
        "ü",
        "😀",
        "\u{2028}",
        "\u{85}",
        "\u{3000}",
        "e\u{301}",
        "\0",
        "human",
    ];
    let part = prop_oneof![6 => select(parts.map(str::to_owned).to_vec()), 1 => any::<String>()];
    vec(part, 0..16).prop_map(|parts| parts.concat())
}
