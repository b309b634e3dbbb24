//! Texts that have a format: times, zones, addresses, phone numbers, and numbers and booleans in strings.

use crate::fields::{is_decimal, milliseconds};
use crate::kind::Kind;
use crate::payload::Form;
use crate::time::{self, Spelling};
use crate::vocabulary::{alike, trimmed};

/// What reading a text in its format came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As documented.
    Right,
    /// Readable, in a form that was seen but is not documented.
    Loose,
    /// Readable, and impossible.
    OutOfRange,
    /// Not readable as what it should be.
    Wrong,
}

/// Reads the text of a string, or the spelling of a number, in the format of a field. White space round times, numbers
/// and booleans does not matter; names and addresses are compared byte for byte by whoever gets them.
pub(crate) fn read(text: &[u8], form: Form, kind: Kind) -> Reading {
    let right_if = |is_right: bool| if is_right { Reading::Right } else { Reading::Wrong };
    let (verbatim, text) = (text, trimmed(text));
    match form {
        Form::Time => instant(text, Spelling::Offset),
        Form::NaiveTime => instant(text, Spelling::Naive),
        Form::Stamp => stamp(text, kind),
        Form::Zone => right_if(is_zone(verbatim)),
        Form::Url => right_if(is_url(verbatim)),
        Form::Phone => right_if(is_e164(verbatim)),
        Form::Number | Form::Duration if is_decimal(text) => Reading::Loose,
        Form::Boolean if alike(text, b"true") || alike(text, b"false") => Reading::Loose,
        _ => Reading::Wrong,
    }
}

/// A time in text. Unix time in digits was seen; a missing or an unwanted offset is readable but not what it should be.
fn instant(text: &[u8], spelling: Spelling) -> Reading {
    let Some(instant) = time::read_bytes(text) else { return Reading::Wrong };
    if !is_plausible(instant.milliseconds) {
        return Reading::OutOfRange;
    }
    match instant.spelling {
        found if found == spelling => Reading::Right,
        Spelling::Digits => Reading::Loose,
        _ => Reading::Wrong,
    }
}

/// Unix seconds, as a number or in a string.
fn stamp(text: &[u8], kind: Kind) -> Reading {
    // 13 digits are milliseconds, which were seen in strings alone.
    let is_seconds = text.iter().take_while(|byte| byte.is_ascii_digit()).count() != 13;
    match (milliseconds(text, kind), kind) {
        (Some(milliseconds), Kind::Number) if is_plausible(milliseconds) && is_seconds => Reading::Right,
        (Some(milliseconds), Kind::String) if is_plausible(milliseconds) => Reading::Loose,
        (Some(_), _) | (None, Kind::Number) => Reading::OutOfRange,
        (None, _) => Reading::Wrong,
    }
}

/// Whether a time lies within the years 2000 to 2100.
fn is_plausible(milliseconds: i64) -> bool {
    (946_684_800_000..4_133_980_800_000).contains(&milliseconds)
}

/// Whether a text has the shape of an IANA zone's name: 64 bytes at most, in one to three parts that begin with a letter, of
/// letters, digits, `_`, `+` and `-`.
fn is_zone(text: &[u8]) -> bool {
    let is_part = |part: &[u8]| {
        part.first().is_some_and(u8::is_ascii_alphabetic)
            && part.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'+' | b'-'))
    };
    text.len() <= 64 && text.split(|&byte| byte == b'/').count() <= 3 && text.split(|&byte| byte == b'/').all(is_part)
}

/// Whether a text has the shape of an absolute URL: a scheme, and for the web a host.
fn is_url(text: &[u8]) -> bool {
    let Some((scheme, rest)) = text.iter().position(|&byte| byte == b':').and_then(|end| text.split_at_checked(end))
    else {
        return false;
    };
    let rest = rest.get(1..).unwrap_or_default();
    let is_scheme = scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let is_clean = !rest.is_empty()
        && rest.utf8_chunks().all(|part| {
            part.invalid().is_empty() && !part.valid().chars().any(|it| it.is_whitespace() || it.is_control())
        });
    let is_web = alike(scheme, b"http") || alike(scheme, b"https");
    let has_host = rest.strip_prefix(b"//").is_some_and(|rest| {
        let authority = rest.iter().take_while(|byte| !b"/?#".contains(byte));
        // What a name of a user stands before is not the host.
        let first = authority.fold(None, |first, &byte| if byte == b'@' { None } else { first.or(Some(byte)) });
        first.is_some_and(|first| first != b':')
    });
    is_scheme && is_clean && (!is_web || has_host)
}

/// Whether a text is a phone number by E.164: a plus and at most 15 digits, the first not 0.
fn is_e164(text: &[u8]) -> bool {
    let Some(digits) = text.strip_prefix(b"+") else { return false };
    (2..=15).contains(&digits.len()) && !digits.starts_with(b"0") && digits.iter().all(u8::is_ascii_digit)
}
