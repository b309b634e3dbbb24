//! What an issue says to a person: one sentence a code.

use crate::issue::Code;
use crate::mark::{Mark, Received, Step};
use crate::payload;
use crate::rules::Rule;

/// What an issue says to a person. Names of declared fields stand in it, keys and values of the payload never do.
pub(crate) fn message(mark: &Mark, steps: &[Step]) -> String {
    let mut text = String::with_capacity(64);
    let declared = match steps.last() {
        Some(Step::Field(number)) => payload::field(*number).map(|field| field.name),
        _ => None,
    };
    let subject = |text: &mut String, otherwise: &str| match declared {
        Some(name) => {
            text.push('`');
            text.push_str(name);
            text.push('`');
        }
        None => text.push_str(otherwise),
    };
    let expected = mark.expected.unwrap_or_default();
    let received = match mark.received {
        Received::Name(name) => name,
        _ => "",
    };
    match mark.code {
        Code::InvalidJson => {
            text.push_str("not JSON: expected ");
            text.push_str(expected);
            if !received.is_empty() {
                text.push_str(", found ");
                text.push_str(received);
            }
        }
        Code::InvalidUtf8 => {
            subject(&mut text, "text");
            text.push_str(" holds bytes that are not UTF-8");
        }
        Code::LoneSurrogate => {
            subject(&mut text, "text");
            text.push_str(" holds half of a surrogate pair");
        }
        Code::TooLarge => text.push_str("more bytes than `max_bytes` allows"),
        Code::TooDeep => text.push_str("nested deeper than `max_depth` allows"),
        Code::InvalidType => {
            subject(&mut text, if steps.is_empty() { "the document" } else { "the value" });
            text.push_str(" must be ");
            push_with_article(&mut text, expected);
            text.push_str(", not ");
            push_with_article(&mut text, received);
        }
        Code::MissingField => {
            subject(&mut text, "a field");
            text.push_str(" is missing");
        }
        Code::UnusableId => {
            subject(&mut text, "the id");
            text.push_str(" must have 1 to 128 bytes, not be blank, `.` or `..`");
        }
        Code::DuplicateKey => {
            subject(&mut text, "a key");
            text.push_str(" stands more than once in its object");
        }
        Code::UnknownValue => {
            subject(&mut text, "the value");
            text.push_str(" holds a word that the vocabulary `");
            text.push_str(expected);
            text.push_str("` does not have");
        }
        Code::InvalidFormat => {
            subject(&mut text, "the value");
            if matches!(expected, "number" | "boolean" | "object") {
                text.push_str(" cannot be read as ");
                push_with_article(&mut text, expected);
            } else {
                text.push_str(" does not have the format `");
                text.push_str(expected);
                text.push('`');
            }
        }
        Code::OutOfRange => {
            subject(&mut text, "the value");
            text.push_str(" is out of range");
        }
        Code::LooseType => {
            subject(&mut text, "the value");
            text.push_str(" is ");
            push_with_article(&mut text, received);
            text.push_str(" where ");
            push_with_article(&mut text, expected);
            text.push_str(" is documented");
        }
        Code::Mismatch => {
            text.push_str(Rule::read(expected).map_or("fields disagree", Rule::about));
        }
        Code::ByteOrderMark => text.push_str("a byte order mark stands before the document"),
        Code::OtherShape => {
            text.push_str("not a post-call payload but ");
            text.push_str(match received {
                "api_get" => "a call from the Calls API (an array of one)",
                "api_list" => "a list of calls from the Calls API",
                "flat_record" => "a flat record of a completed call",
                "inbound_call" => "the webhook of an inbound call",
                _ => "an error answer of the API",
            });
        }
        Code::UnknownField => text.push_str("a field that the contract does not name"),
        Code::TooManyIssues => text.push_str("more issues than a report lists"),
    }
    text
}

/// Appends the name of a type or vocabulary with its article.
fn push_with_article(text: &mut String, name: &str) {
    match name {
        "null" => {}
        _ if name.starts_with(['a', 'e', 'i', 'o', 'u']) => text.push_str("an "),
        _ => text.push_str("a "),
    }
    text.push_str(name);
}
