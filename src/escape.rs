//! Text in JSON strings: UTF-8, escapes, surrogates.

use crate::lanes::{self, append, position};

/// The length of the UTF-8 sequence that begins here with a byte beyond ASCII; 0 where there is none.
pub(crate) fn sequence(bytes: &[u8]) -> usize {
    match bytes {
        [0xC2..=0xDF, 0x80..=0xBF, ..] => 2,
        [0xE0, 0xA0..=0xBF, 0x80..=0xBF, ..]
        | [0xE1..=0xEC | 0xEE..=0xEF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xED, 0x80..=0x9F, 0x80..=0xBF, ..] => 3,
        [0xF0, 0x90..=0xBF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xF1..=0xF3, 0x80..=0xBF, 0x80..=0xBF, 0x80..=0xBF, ..]
        | [0xF4, 0x80..=0x8F, 0x80..=0xBF, 0x80..=0xBF, ..] => 4,
        _ => 0,
    }
}

/// The code unit of a `\uXXXX` at the beginning of the bytes.
pub(crate) fn unicode_escape(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes else { return None };
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
}

/// The place of the first surrogate escape that has no partner.
pub(crate) fn lone_surrogate(raw: &[u8]) -> Option<usize> {
    let mut at = 0_usize;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        at = match rest {
            [b'\\', b'u', ..] => match unicode_escape(rest) {
                Some(0xD800..=0xDBFF) => match rest.get(6..).and_then(unicode_escape) {
                    Some(0xDC00..=0xDFFF) => at + 12,
                    _ => return Some(at),
                },
                Some(0xDC00..=0xDFFF) => return Some(at),
                _ => at + 6,
            },
            [b'\\', ..] => at + 2,
            _ => at + 1,
        };
    }
    None
}

/// How a text is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// As it is.
    Plain,
    /// As a JSON string, without its quotes.
    Escaped,
}

impl Spelling {
    /// The byte that does not stand for itself, or that ends a line of text.
    pub(crate) const fn mark(self) -> u8 {
        match self {
            Self::Plain => b'\n',
            Self::Escaped => b'\\',
        }
    }

    /// The character that begins here, and the length of its spelling. Most that are asked for are line feeds.
    #[inline]
    pub(crate) fn character(self, text: &[u8]) -> (char, usize) {
        match text {
            [b'\\', b'n', ..] if self == Self::Escaped => ('\n', 2),
            _ => self.other_character(text),
        }
    }

    #[inline(never)]
    fn other_character(self, text: &[u8]) -> (char, usize) {
        let first = match text {
            [b'\\', ..] if self == Self::Escaped => return escaped_character(text),
            [first @ ..0x80, ..] => return (char::from(*first), 1),
            [first, ..] => u32::from(*first),
            [] => return (char::REPLACEMENT_CHARACTER, 1),
        };
        let length = sequence(text);
        // The highest bits of the first byte say how many there are; those behind it bring six bits each.
        let behind = text.get(1..length).unwrap_or_default();
        let scalar = behind.iter().fold(first & (0x7F >> length), |bits, &byte| bits << 6 | u32::from(byte & 0x3F));
        match char::from_u32(scalar) {
            Some(character) if length > 0 => (character, length),
            _ => (char::REPLACEMENT_CHARACTER, 1),
        }
    }
}

/// Whether a text is empty or nothing but white space.
pub(crate) fn is_blank(text: &[u8], spelling: Spelling) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let (character, length) = spelling.character(rest);
        if !character.is_whitespace() {
            return false;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    true
}

/// The character of the escape that begins here, and the escape's length.
pub(crate) fn escaped_character(raw: &[u8]) -> (char, usize) {
    let character = match raw.get(1) {
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{C}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'u') => {
            let unit = unicode_escape(raw).unwrap_or(0xFFFD);
            let low = raw.get(6..).and_then(unicode_escape);
            return match (unit, low) {
                (0xD800..=0xDBFF, Some(low @ 0xDC00..=0xDFFF)) => {
                    let scalar = 0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                    (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), 12)
                }
                _ => (char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER), 6),
            };
        }
        Some(&other) => char::from(other),
        None => char::REPLACEMENT_CHARACTER,
    };
    (character, 2)
}

/// The unescaped text of a string. Not inlined: most strings have no escapes.
#[inline(never)]
pub(crate) fn unescaped(raw: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(raw.len());
    unescape(raw, &mut text);
    text
}

/// Appends the unescaped text of a string. A lone surrogate reads U+FFFD.
pub(crate) fn unescape(raw: &[u8], text: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(place) = position(b'\\', rest) {
        let (plain, escape) = rest.split_at_checked(place).unwrap_or_default();
        append(text, plain);
        let (character, length) = escaped_character(escape);
        append(text, character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = escape.get(length..).unwrap_or_default();
    }
    append(text, rest);
}

/// The UTF-16 units of a text.
#[inline(never)]
pub(crate) fn units(text: &[u8]) -> u32 {
    let (plain, rest) = text.split_at_checked(lanes::ascii(text)).unwrap_or_default();
    // A continuation byte adds none, the first byte of four adds two.
    let units = rest.iter().map(|&byte| u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0));
    u32::try_from(plain.len()).unwrap_or(u32::MAX) + units.sum::<u32>()
}

#[cfg(test)]
mod tests {
    use super::units;

    #[test]
    fn units_are_those_of_utf_16() {
        for text in ["", "plain", "Zoë", "€ 3", "emoji 😀 and a\u{300}", "\u{10FFFF}\u{FFFF}"] {
            assert_eq!(usize::try_from(units(text.as_bytes())), Ok(text.encode_utf16().count()), "{text:?}");
        }
    }
}
