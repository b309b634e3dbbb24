//! What JSON values are.

/// What a JSON value is. `pkg/src/tape.ts` knows the kinds by their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number, kept as it is spelled.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The kind as a set of kinds: a bit of its own.
    #[expect(clippy::as_conversions, reason = "the discriminant of an enum without fields")]
    pub(crate) const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether it holds other values.
    pub(crate) const fn is_container(self) -> bool {
        matches!(self, Self::Array | Self::Object)
    }

    /// The name of the JSON type, as issues give it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::False | Self::True => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}
