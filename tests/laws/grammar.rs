//! The law of the grammar: what is JSON here is JSON for `serde_json`, and the other way round.

use postcall::{Code, Issue, Options, validate};
use serde_json::Value;

/// The codes that say that a document is no JSON, or none that is read to its end.
pub(crate) const GRAMMAR: [Code; 4] = [Code::InvalidJson, Code::InvalidUtf8, Code::LoneSurrogate, Code::TooDeep];

/// Where the two parsers differ on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exception {
    /// One byte order mark before the document is skipped and reported; `serde_json` knows no such mark.
    ByteOrderMark,
    /// A number beyond every machine number is kept as it is spelled; `serde_json` refuses to round it to infinity.
    NumberOutOfRange,
    /// 128 containers inside one another are read; `serde_json` stops at the 128th.
    Depth,
    /// Another document that is recognised is reported alone: nobody looks for flawed strings in it.
    RefusedAsAWhole,
}

/// What `serde_json` says of a document, a byte order mark left aside.
pub(crate) fn theirs(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(without_mark(bytes))
}

/// The document behind a byte order mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Asserts that both parsers say the same of a document, or differ by a known exception, which is returned.
pub(crate) fn agrees(bytes: &[u8]) -> Option<Exception> {
    let report = validate(bytes, &Options::default());
    let issues = report.issues();
    let refusal = issues.iter().find(|issue| GRAMMAR.contains(&issue.code));
    match (refusal, theirs(bytes)) {
        (None, Ok(value)) => {
            assert_eq!(report.json().to_value(), value, "the values differ");
            (bytes.len() > without_mark(bytes).len()).then_some(Exception::ByteOrderMark)
        }
        (None, Err(error)) => Some(excuse(&issues, &error)),
        (Some(refusal), Err(error)) => {
            assert_place(bytes, refusal, &error);
            None
        }
        (Some(refusal), Ok(_)) => panic!("serde_json reads what is refused: {refusal:?}"),
    }
}

/// Why a document is accepted that `serde_json` refuses.
fn excuse(issues: &[Issue], error: &serde_json::Error) -> Exception {
    let is_refused = issues
        .iter()
        .any(|issue| issue.path.is_empty() && matches!(issue.code, Code::OtherShape | Code::TooManyIssues));
    match said(error) {
        Said::Range => Exception::NumberOutOfRange,
        Said::Depth => Exception::Depth,
        Said::Flaw if is_refused => Exception::RefusedAsAWhole,
        _ => panic!("serde_json refuses what is accepted: {error}"),
    }
}

/// Asserts that the place of a syntax error is where `serde_json` noticed it, or where it began a few bytes before.
fn assert_place(bytes: &[u8], refusal: &Issue, error: &serde_json::Error) {
    // serde_json stops at the first flawed string, number or bracket; here the document is read to its end, so that
    // it is called JSON or not whatever its strings hold.
    if refusal.code != Code::InvalidJson || said(error) != Said::Syntax {
        return;
    }
    let mark = bytes.len() - without_mark(bytes).len();
    let ours = usize::try_from(refusal.location.offset).unwrap_or(usize::MAX);
    let behind = mark + noticed(without_mark(bytes), error);
    // Theirs counts the byte that is wrong, and four digits of an escape at once.
    assert!(ours <= behind, "{ours} lies behind {behind}: {error}");
    assert!(behind <= ours + 4, "{ours} lies far before {behind}: {error}");
}

/// How many bytes `serde_json` had read when it gave up.
fn noticed(bytes: &[u8], error: &serde_json::Error) -> usize {
    let ends = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'\n').map(|(place, _)| place + 1);
    std::iter::once(0).chain(ends).nth(error.line().saturating_sub(1)).unwrap_or(0) + error.column()
}

/// The kinds of refusal that matter here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Syntax,
    Flaw,
    Range,
    Depth,
}

/// `serde_json` tells its errors apart by their sentences alone.
fn said(error: &serde_json::Error) -> Said {
    let text = error.to_string();
    let begins = |with: &str| text.starts_with(with);
    if begins("number out of range") {
        Said::Range
    } else if begins("recursion limit exceeded") {
        Said::Depth
    } else if begins("lone leading surrogate") || begins("unexpected end of hex escape") || begins("invalid unicode") {
        Said::Flaw
    } else {
        Said::Syntax
    }
}
