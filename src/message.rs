//! What an issue says to a person: one sentence for each code.

use crate::issue::Code;
use crate::mark::{Mark, Received, Step};
use crate::payload;
use crate::rules::Rule;

/// A part of a sentence.
#[derive(Clone, Copy)]
enum Part {
    /// Words.
    Says(&'static str),
    /// The name of the declared field that the path leads to, or these words where it leads to none.
    Field(&'static str),
    /// What was expected.
    Expected,
    /// The same as a name.
    ExpectedName,
    /// The same with its article.
    AnExpected,
    /// What was received, with its article.
    AReceived,
    /// What was received, if that is told.
    Found,
    /// The rule's own words.
    Rule,
    /// What another document is.
    Shape,
}

/// The sentence of a code.
const fn sentence(code: Code) -> &'static [Part] {
    use Part::{AReceived, AnExpected, Expected, ExpectedName, Field, Found, Says, Shape};
    match code {
        Code::InvalidJson => &[Says("not JSON: expected "), Expected, Found],
        Code::InvalidUtf8 => &[Field("text"), Says(" holds bytes that are not UTF-8")],
        Code::LoneSurrogate => &[Field("text"), Says(" holds half of a surrogate pair")],
        Code::TooLarge => &[Says("more bytes than `max_bytes` allows")],
        Code::TooDeep => &[Says("nested deeper than `max_depth` allows")],
        Code::InvalidType => &[Field("the value"), Says(" must be "), AnExpected, Says(", not "), AReceived],
        Code::MissingField => &[Field("a field"), Says(" is missing")],
        Code::UnusableId => &[Field("the id"), Says(" must have 1 to 128 bytes, not be blank, `.` or `..`")],
        Code::DuplicateKey => &[Field("a key"), Says(" stands more than once in its object")],
        Code::UnknownValue => {
            &[Field("the value"), Says(" holds a word that the vocabulary "), ExpectedName, Says(" does not have")]
        }
        Code::InvalidFormat => &[Field("the value"), Says(" does not have the format "), ExpectedName],
        Code::OutOfRange => &[Field("the value"), Says(" is out of range")],
        Code::LooseType => {
            &[Field("the value"), Says(" is "), AReceived, Says(" where "), AnExpected, Says(" is documented")]
        }
        Code::Mismatch => &[Part::Rule],
        Code::ByteOrderMark => &[Says("a byte order mark stands before the document")],
        Code::OtherShape => &[Says("not a post-call payload but "), Shape],
        Code::UnknownField => &[Says("a field that the contract does not name")],
        Code::TooManyIssues => &[Says("more issues than a report lists")],
    }
}

/// A piece of a message: words of our own.
#[derive(Clone, Copy)]
pub(crate) struct Piece {
    pub(crate) words: &'static str,
    /// Whether they are a name, which stands in backticks.
    pub(crate) is_name: bool,
}

impl Piece {
    pub(crate) const fn words(words: &'static str) -> Self {
        Self { words, is_name: false }
    }

    const fn name(words: &'static str) -> Self {
        Self { words, is_name: true }
    }
}

/// What an issue says, piece by piece. Names of declared fields stand in it, keys and values of the payload never do.
pub(crate) fn message(mark: &Mark, steps: &[Step], mut say: impl FnMut(Piece)) {
    let expected = mark.expected.unwrap_or_default();
    let received = if let Received::Name(name) = mark.received { name } else { "" };
    for part in sentence(mark.code) {
        let (before, piece) = match *part {
            Part::Says(words) => ("", Piece::words(words)),
            Part::Field(otherwise) => {
                let piece = match steps.last() {
                    Some(Step::Field(number)) => Piece::name(payload::name(*number)),
                    Some(_) => Piece::words(otherwise),
                    None => Piece::words("the document"),
                };
                ("", piece)
            }
            Part::Expected => ("", Piece::words(expected)),
            Part::ExpectedName => ("", Piece::name(expected)),
            Part::AnExpected => (article(expected), Piece::words(expected)),
            Part::AReceived => (article(received), Piece::words(received)),
            Part::Found => (if received.is_empty() { "" } else { ", found " }, Piece::words(received)),
            Part::Rule => ("", Piece::words(Rule::read(expected).map_or("fields disagree", Rule::about))),
            Part::Shape => ("", Piece::words(shape(received))),
        };
        [Piece::words(before), piece].into_iter().filter(|piece| !piece.words.is_empty()).for_each(&mut say);
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

/// The article of the name of a type or vocabulary.
const fn article(name: &str) -> &'static str {
    match name.as_bytes() {
        b"null" => "",
        [b'a' | b'e' | b'i' | b'o' | b'u', ..] => "an ",
        _ => "a ",
    }
}
