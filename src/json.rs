//! Values of a scanned document, read in place.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use crate::issue::push_text;
use crate::kind::Kind;
use crate::tape::{Document, NOWHERE, flag, narrow, short};
use crate::vocabulary::trimmed;

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
        self.document.all_members(self.at).map(move |(key, value)| (Key(of(key)), of(value)))
    }

    /// A copy that stands on its own. Of a repeated key the last value counts; a number beyond every machine number
    /// reads `null`.
    #[must_use]
    pub fn to_value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::False => Value::Bool(false),
            Kind::True => Value::Bool(true),
            Kind::Number => self.number(|text| text.parse().ok()).map_or(Value::Null, Value::Number),
            Kind::String => Value::String(self.text().into_owned()),
            Kind::Array => Value::Array(self.items().map(Self::to_value).collect()),
            Kind::Object => {
                let members = self.entries().map(|(key, value)| (key.text().into_owned(), value.to_value()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// The machine number that a number is. `decimal` reads one that is no integer of 64 bits.
    pub(crate) fn number(self, decimal: impl FnOnce(&str) -> Option<f64>) -> Option<Number> {
        let text = self.text();
        if self.is_integer() && &*text != "-0" {
            if let Ok(number) = text.parse::<u64>() {
                return Some(number.into());
            }
            if let Ok(number) = text.parse::<i64>() {
                return Some(number.into());
            }
        }
        Number::from_f64(decimal(&text)?)
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

/// A text of a summary: a string of the payload where it stands, or the status of an HTTP answer.
#[derive(Debug, Clone, Copy)]
pub struct Text<'a> {
    value: Json<'a>,
    /// Bytes at the beginning that do not belong to it, in ASCII.
    from: u16,
    /// Whether the value is a status that is named as such.
    is_status: bool,
}

impl<'a> Text<'a> {
    pub(crate) const fn of(value: Json<'a>) -> Self {
        Self { value, from: 0, is_status: false }
    }

    /// No text.
    pub(crate) const fn nothing(document: &'a Document<'a>) -> Self {
        Self::of(Json { document, at: NOWHERE })
    }

    /// The status of an HTTP answer, by its number.
    pub(crate) const fn status(value: Json<'a>) -> Self {
        Self { is_status: true, ..Self::of(value) }
    }

    /// Whether what the payload has is spelled without escapes and clean, so that [`spelling`](Self::spelling) is the text.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.value.is_plain()
    }

    /// The text, unescaped.
    #[must_use]
    pub fn text(&self) -> Cow<'a, str> {
        let from = usize::from(self.from);
        match self.value.text() {
            Cow::Borrowed(text) if !self.is_status => Cow::Borrowed(text.get(from..).unwrap_or_default()),
            text => {
                let mut whole = String::from(if self.is_status { "HTTP " } else { "" });
                push_text(&mut whole, text.get(from..).unwrap_or_default());
                Cow::Owned(whole)
            }
        }
    }

    /// The text on its own.
    #[must_use]
    pub fn into_string(self) -> String {
        self.text().into_owned()
    }

    /// Whether the text stands before another one in their document.
    pub(crate) const fn stands_before(&self, other: &Self) -> bool {
        self.value.at < other.value.at
    }

    /// What stands behind a beginning in ASCII, if the text begins so and goes on. White space is nothing to go on with.
    pub(crate) fn strip_prefix(self, prefix: &str) -> Option<Self> {
        let text = self.value.document.bytes_of(self.value.document.node(self.value.at));
        let goes_on = text.starts_with(prefix.as_bytes()) && trimmed(&text).len() > prefix.len();
        goes_on.then_some(Self { from: short(narrow(prefix.len())), ..self })
    }

    /// The bytes that spell the text if it is the payload's own, escapes as they stand, and its length in UTF-16 units.
    #[must_use]
    pub fn spelling(&self) -> Option<(&'a [u8], u32)> {
        let is_whole = self.from == 0 || self.value.is_plain();
        let is_own = !self.is_status && self.value.kind() == Kind::String && is_whole;
        is_own.then(|| {
            let raw = self.value.raw().get(usize::from(self.from)..).unwrap_or_default();
            (raw, self.value.units() - u32::from(self.from))
        })
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
