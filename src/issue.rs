//! Issues: the one table of everything that can be wrong, odd or new in a payload's form.
//!
//! An issue names a place, never a value: payloads hold phone numbers and conversations.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::vocabulary::words;

/// The most issues that a report lists; one [`Code::TooManyIssues`] follows where there are more.
pub const MAX_ISSUES: usize = 1_000;

words! {
    /// How much an issue weighs.
    Severity {
        /// the payload cannot be used
        Error = "error",
        /// the payload can be used; do not trust this spot
        Warning = "warning",
        /// new or absent, and harmless
        Info = "info",
    }
}

words! {
    /// What an issue says. The word is stable, the message is not.
    Code {
        /// not JSON by RFC 8259
        InvalidJson = "invalid_json",
        /// bytes that are no UTF-8
        InvalidUtf8 = "invalid_utf8",
        /// a `\u` escape that is half of a pair
        LoneSurrogate = "lone_surrogate",
        /// more bytes than `max_bytes`
        TooLarge = "too_large",
        /// nested deeper than `max_depth`
        TooDeep = "too_deep",
        /// a type that the field was never documented or seen with
        InvalidType = "invalid_type",
        /// a documented field that is absent
        MissingField = "missing_field",
        /// a `call_id` that is blank, longer than 128 bytes, `.` or `..`
        UnusableId = "unusable_id",
        /// the same key twice in one object; the last one counts
        DuplicateKey = "duplicate_key",
        /// a word that its vocabulary does not have
        UnknownValue = "unknown_value",
        /// text that does not have the form of its field
        InvalidFormat = "invalid_format",
        /// a number or time that cannot be meant
        OutOfRange = "out_of_range",
        /// a type that was seen but is not documented
        LooseType = "loose_type",
        /// fields that disagree
        Mismatch = "mismatch",
        /// a byte order mark before the document
        ByteOrderMark = "byte_order_mark",
        /// another document than the post-call payload
        OtherShape = "other_shape",
        /// a key that the contract does not name
        UnknownField = "unknown_field",
        /// more issues than a report lists
        TooManyIssues = "too_many_issues",
    }
}

impl Code {
    /// The severity that the code has unless its field says otherwise.
    #[must_use]
    pub const fn severity(self) -> Severity {
        match self {
            Self::InvalidJson
            | Self::InvalidUtf8
            | Self::LoneSurrogate
            | Self::TooLarge
            | Self::TooDeep
            | Self::InvalidType
            | Self::UnusableId
            | Self::OtherShape => Severity::Error,
            Self::DuplicateKey
            | Self::UnknownValue
            | Self::InvalidFormat
            | Self::OutOfRange
            | Self::LooseType
            | Self::Mismatch
            | Self::ByteOrderMark => Severity::Warning,
            Self::MissingField | Self::UnknownField | Self::TooManyIssues => Severity::Info,
        }
    }
}

/// One step of a path: a key of an object or a place in an array.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A key, as the payload spells it.
    Key(String),
    /// A place in an array, from 0.
    Index(u32),
}

impl Serialize for Segment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Key(key) => serializer.serialize_str(key),
            Self::Index(index) => serializer.serialize_u32(*index),
        }
    }
}

/// A place in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Bytes before the place, from 0.
    pub offset: u32,
    /// The line, from 1; a line ends at LF.
    pub line: u32,
    /// The column, from 1, in UTF-16 code units.
    pub column: u32,
}

/// Something about the form of a payload: wrong, odd or new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// What it is; stable.
    pub code: Code,
    /// How much it weighs.
    pub severity: Severity,
    /// The way from the root to the place; empty for the document as a whole.
    pub path: Vec<Segment>,
    /// What is wrong, for a person: lower case, no full stop, no value from the payload.
    pub message: String,
    /// What was expected: the name of a type, vocabulary, format or rule; for `invalid_json` what the grammar wants there.
    pub expected: Option<String>,
    /// What was found: the name of a type, or the unknown word, cut to 64 characters; for `invalid_json` `end of input`;
    /// for `other_shape` the name of the document.
    pub received: Option<String>,
    /// The place in the bytes. A missing field is placed where the object that lacks it begins.
    pub location: Location,
}

impl Issue {
    /// The path as a JSON Pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.path {
            pointer.push('/');
            match segment {
                Segment::Key(key) => push_pointer_token(&mut pointer, key),
                Segment::Index(index) => push_number(&mut pointer, u64::from(*index)),
            }
        }
        pointer
    }
}

impl Serialize for Issue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let optional = usize::from(self.expected.is_some()) + usize::from(self.received.is_some());
        let mut issue = serializer.serialize_struct("Issue", optional + 6)?;
        issue.serialize_field("code", &self.code)?;
        issue.serialize_field("severity", &self.severity)?;
        issue.serialize_field("path", &self.path)?;
        issue.serialize_field("pointer", &self.pointer())?;
        issue.serialize_field("message", &self.message)?;
        if let Some(expected) = &self.expected {
            issue.serialize_field("expected", expected)?;
        }
        if let Some(received) = &self.received {
            issue.serialize_field("received", received)?;
        }
        issue.serialize_field("location", &self.location)?;
        issue.end()
    }
}

/// Appends a text. Not inlined: growing a string is code of some size, and there are many places that do it.
#[inline(never)]
pub(crate) fn push_text(text: &mut String, part: &str) {
    text.push_str(part);
}

/// Appends a key to a JSON Pointer, `~` and `/` escaped.
pub(crate) fn push_pointer_token(pointer: &mut String, key: &str) {
    for part in key.split_inclusive(['~', '/']) {
        let plain = part.trim_end_matches(['~', '/']);
        push_text(pointer, plain);
        match part.as_bytes().get(plain.len()) {
            Some(b'~') => push_text(pointer, "~0"),
            Some(b'/') => push_text(pointer, "~1"),
            _ => {}
        }
    }
}

/// Appends a number in decimal. Formatting machinery would outweigh the whole scanner in the WebAssembly build.
pub(crate) fn push_number(text: &mut String, number: u64) {
    if number >= 10 {
        push_number(text, number / 10);
    }
    text.push(char::from_digit(u32::try_from(number % 10).unwrap_or(0), 10).unwrap_or('0'));
}
