//! Values of a scanned document, read in place.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use crate::tape::{Document, Kind, flag, narrow};

/// A value of the document.
#[derive(Debug, Clone, Copy)]
pub struct Json<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) at: u32,
}

impl<'a> Json<'a> {
    /// What the value is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.document.node(self.at).kind
    }

    /// The text of a string, unescaped; the spelling of any other value.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        self.document.text_of(self.document.node(self.at))
    }

    /// The bytes of a string between its quotes, escapes as they stand; the spelling of any other value.
    #[must_use]
    pub fn raw(self) -> &'a [u8] {
        self.document.raw_of(self.document.node(self.at))
    }

    /// Whether a string is spelled without escapes and is clean, so that [`raw`](Self::raw) is its text.
    #[must_use]
    pub fn is_plain(self) -> bool {
        !self.document.node(self.at).has(flag::ESCAPED | flag::FLAWED)
    }

    /// Whether a number has neither fraction nor exponent.
    #[must_use]
    pub fn is_integer(self) -> bool {
        self.document.node(self.at).has(flag::INTEGER)
    }

    /// The length of a string's text in UTF-16 units.
    #[must_use]
    pub fn units(self) -> u32 {
        self.document.node(self.at).units()
    }

    /// The items of an array.
    pub fn items(self) -> impl Iterator<Item = Self> + 'a {
        self.document.items(self.at).map(move |at| Self { document: self.document, at })
    }

    /// The members of an object in document order, repeated keys as they stand.
    pub fn entries(self) -> impl Iterator<Item = (Key<'a>, Self)> + 'a {
        let of = move |at| Self { document: self.document, at };
        self.document.members(self.at).map(move |(key, value)| (Key(of(key)), of(value)))
    }

    /// A copy that stands on its own. Of a repeated key the last value counts; a number beyond every machine number
    /// reads `null`.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Number => self.number().map_or(Value::Null, Value::Number),
            Kind::String => Value::String(self.text().into_owned()),
            Kind::Array => Value::Array(self.items().map(Self::to_value).collect()),
            Kind::Object => {
                let members = self.entries().map(|(key, value)| (key.text().into_owned(), value.to_value()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    fn number(self) -> Option<Number> {
        let text = self.text();
        if self.is_integer() && &*text != "-0" {
            if let Ok(number) = text.parse::<u64>() {
                return Some(number.into());
            }
            if let Ok(number) = text.parse::<i64>() {
                return Some(number.into());
            }
        }
        Number::from_f64(text.parse().ok()?)
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

/// The key of a member.
#[derive(Debug, Clone, Copy)]
pub struct Key<'a>(Json<'a>);

impl<'a> Key<'a> {
    /// The number of the declared field that the key names: its place in [`crate::payload::fields`].
    #[must_use]
    pub fn field(self) -> Option<u16> {
        self.0.document.node(self.0.at).field()
    }

    /// The key as text.
    #[must_use]
    pub const fn json(self) -> Json<'a> {
        self.0
    }

    /// The key's text, unescaped.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        self.0.text()
    }
}

/// A text of a summary: a string of the payload where it stands, or words of the summary's own.
#[derive(Debug, Clone)]
pub struct Text<'a>(Source<'a>);

#[derive(Debug, Clone)]
enum Source<'a> {
    /// A string, behind so many bytes that stand for themselves.
    Payload(Json<'a>, usize),
    Own(Cow<'static, str>),
}

impl<'a> Text<'a> {
    pub(crate) const fn of(string: Json<'a>) -> Self {
        Self(Source::Payload(string, 0))
    }

    pub(crate) fn own(text: impl Into<Cow<'static, str>>) -> Self {
        Self(Source::Own(text.into()))
    }

    /// The text, unescaped.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        match &self.0 {
            Source::Own(text) => Cow::Borrowed(text),
            &Source::Payload(string, from) => match string.text() {
                Cow::Borrowed(text) => Cow::Borrowed(text.get(from..).unwrap_or_default()),
                Cow::Owned(text) if from == 0 => Cow::Owned(text),
                Cow::Owned(text) => Cow::Owned(text.get(from..).unwrap_or_default().to_owned()),
            },
        }
    }

    /// The text on its own.
    #[must_use]
    pub fn into_string(self) -> String {
        match self.0 {
            Source::Own(text) => text.into_owned(),
            Source::Payload(..) => self.text().into_owned(),
        }
    }

    /// What stands behind a beginning, if the text begins so.
    pub(crate) fn strip_prefix(&self, prefix: &str) -> Option<Self> {
        match self.0 {
            Source::Payload(string, from) if string.raw().get(from..)?.starts_with(prefix.as_bytes()) => {
                Some(Self(Source::Payload(string, from + prefix.len())))
            }
            _ => self.text().strip_prefix(prefix).map(|rest| Self::own(rest.to_owned())),
        }
    }

    /// The length in UTF-16 units, if it is known, and the bytes: as the payload spells them, or as they are.
    pub(crate) fn spelling(&self) -> (Option<u32>, &[u8], bool) {
        match &self.0 {
            Source::Own(text) => (None, text.as_bytes(), true),
            &Source::Payload(string, from) => {
                (Some(string.units() - narrow(from)), string.raw().get(from..).unwrap_or_default(), string.is_plain())
            }
        }
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::own("")
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text())
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.text().cmp(&other.text())
    }
}
