//! What an issue says to a person: one sentence for each code.

use crate::issue::{Code, push_text};
use crate::mark::{Mark, Received, Step};
use crate::payload;
use crate::rules::Rule;

/// The sentence of a code. In braces stand the field's name, or the words behind the bar where the field is not a
/// declared one; what was expected and received, with an article where `a` or `an` leads; and the rule's own words.
const fn sentence(code: Code) -> &'static str {
    match code {
        Code::InvalidJson => "not JSON: expected {expected}{found}",
        Code::InvalidUtf8 => "{field|text} holds bytes that are not UTF-8",
        Code::LoneSurrogate => "{field|text} holds half of a surrogate pair",
        Code::TooLarge => "more bytes than `max_bytes` allows",
        Code::TooDeep => "nested deeper than `max_depth` allows",
        Code::InvalidType => "{field|the value} must be {an expected}, not {a received}",
        Code::MissingField => "{field|a field} is missing",
        Code::UnusableId => "{field|the id} must have 1 to 128 bytes, not be blank, `.` or `..`",
        Code::DuplicateKey => "{field|a key} stands more than once in its object",
        Code::UnknownValue => "{field|the value} holds a word that the vocabulary `{expected}` does not have",
        Code::InvalidFormat => "{field|the value} does not have the format `{expected}`",
        Code::OutOfRange => "{field|the value} is out of range",
        Code::LooseType => "{field|the value} is {a received} where {an expected} is documented",
        Code::Mismatch => "{rule}",
        Code::ByteOrderMark => "a byte order mark stands before the document",
        Code::OtherShape => "not a post-call payload but {shape}",
        Code::UnknownField => "a field that the contract does not name",
        Code::TooManyIssues => "more issues than the 1,000 that a report lists",
    }
}

/// What an issue says. Names of declared fields stand in it, keys and values of the payload never do.
pub(crate) fn message(mark: &Mark, steps: &[Step]) -> String {
    let mut text = String::with_capacity(64);
    let mut rest = sentence(mark.code);
    while let Some((plain, behind)) = cut(rest, b'{') {
        push_text(&mut text, plain);
        let (hole, behind) = cut(behind, b'}').unwrap_or_default();
        fill(&mut text, hole, mark, steps);
        rest = behind;
    }
    push_text(&mut text, rest);
    text
}

/// What stands before a mark in ASCII and what behind it. The library's search is made for long texts, and is code of
/// some size.
fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == mark)?;
    Some((text.get(..place)?, text.get((place + 1)..)?))
}

/// Appends what belongs into a hole of a sentence.
fn fill(text: &mut String, hole: &str, mark: &Mark, steps: &[Step]) {
    let expected = mark.expected.unwrap_or_default();
    let received = if let Received::Name(name) = mark.received { name } else { "" };
    match hole {
        "expected" => push_text(text, expected),
        "found" => {
            if let Received::Name(name) = mark.received {
                push_text(text, ", found ");
                push_text(text, name);
            }
        }
        "an expected" => push_with_article(text, expected),
        "a received" => push_with_article(text, received),
        "rule" => push_text(text, Rule::read(expected).map_or("fields disagree", Rule::about)),
        "shape" => push_text(text, shape(received)),
        field => match steps.last() {
            Some(Step::Field(number)) => {
                push_text(text, "`");
                push_text(text, payload::field(*number).map_or("", |field| field.name));
                push_text(text, "`");
            }
            _ if steps.is_empty() => push_text(text, "the document"),
            _ => push_text(text, cut(field, b'|').unwrap_or_default().1),
        },
    }
}

/// What another recognised document is.
fn shape(name: &str) -> &'static str {
    match name {
        "api_get" => "a call from the Calls API (an array of one)",
        "api_list" => "a list of calls from the Calls API",
        "flat_record" => "a flat record of a completed call",
        "inbound_call" => "the webhook of an inbound call",
        _ => "an error answer of the API",
    }
}

/// Appends the name of a type or vocabulary with its article.
fn push_with_article(text: &mut String, name: &str) {
    match name.as_bytes() {
        b"null" => {}
        [b'a' | b'e' | b'i' | b'o' | b'u', ..] => push_text(text, "an "),
        _ => push_text(text, "a "),
    }
    push_text(text, name);
}
