//! The transcript: one string to turns and lines.
//!
//! A line begins with a label in exact lower case at the start of a line of text: `bot:`, `human:` or `assistant:`.
//! Whatever has no label continues the line before it, or is speech of nobody known where there is none. Lines of text
//! end at LF and nowhere else. A turn is a run of lines by one speaker.
//!
//! // INVARIANT: the spans of all lines, one after the other, are the transcript: no byte is lost or read twice. The
//! one exception is a transcript of white space, which has no turns.

use memchr::memchr;
use serde::Serialize;

use crate::escape::{Unescaped, escaped_character};
use crate::vocabulary::Speaker;

/// One labelled line, with the text that continues it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Line<'a> {
    /// What was said, without label and line end.
    pub text: &'a str,
    /// Where the line begins, its label included, in UTF-16 units.
    pub start: u32,
    /// Where the next line begins, in UTF-16 units.
    pub end: u32,
}

/// A run of lines by one speaker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn<'a> {
    /// Who spoke; nobody known for text before the first label.
    pub speaker: Option<Speaker>,
    /// The lines, one at least.
    pub lines: Vec<Line<'a>>,
}

/// Splits a transcript into turns. Total: any text is a transcript.
pub fn parse(text: &str) -> impl Iterator<Item = Turn<'_>> {
    let mut lines = lines(text);
    let mut ahead = lines.next();
    core::iter::from_fn(move || {
        let (speaker, first) = ahead.take()?;
        let mut turn = Turn { speaker, lines: vec![first] };
        ahead = lines.next();
        while let Some((_, line)) = ahead.filter(|&(next, _)| next == speaker) {
            turn.lines.push(line);
            ahead = lines.next();
        }
        Some(turn)
    })
}

/// The lines of a transcript, each with its speaker.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = (Option<Speaker>, Line<'_>)> {
    let mut rest = text;
    let mut units = 0_u32;
    let mut first = true;
    core::iter::from_fn(move || {
        if rest.is_empty() || (first && rest.trim().is_empty()) {
            return None;
        }
        // Empty lines before all others belong to the line behind them.
        let lead = if first { empty_lines(rest) } else { 0 };
        first = false;
        let body = rest.get(lead..)?;
        let label = label(body);
        let length = lead + next_label(body).unwrap_or(body.len());
        let (line, behind) = rest.split_at_checked(length)?;
        rest = behind;
        let start = units;
        units += units_of(line);
        let (speaker, skip) = label.map_or((None, 0), |(speaker, skip)| (Some(speaker), skip));
        let spoken = line.get((lead + skip)..)?;
        let spoken = spoken.strip_suffix('\n').map_or(spoken, |text| text.strip_suffix('\r').unwrap_or(text));
        Some((speaker, Line { text: spoken, start, end: units }))
    })
}

/// The length of the empty lines that a text begins with.
fn empty_lines(text: &str) -> usize {
    let empty = text.bytes().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    empty.enumerate().filter(|&(_, byte)| byte == b'\n').last().map_or(0, |(end, _)| end + 1)
}

/// Whether the other party has a line, in a transcript as its JSON string spells it: line ends are escapes there.
pub(crate) fn has_human_line(raw: &[u8]) -> bool {
    let is_human = |line: &[u8]| Unescaped::new(line).take(6).eq(*b"human:");
    let mut rest = raw;
    let mut is_at_start = true;
    loop {
        if is_at_start && is_human(rest) {
            return true;
        }
        let Some(escape) = memchr(b'\\', rest).and_then(|at| rest.get(at..)) else { return false };
        let (character, length) = escaped_character(escape);
        is_at_start = character == '\n';
        rest = escape.get(length..).unwrap_or_default();
    }
}

/// The speaker that the text's label names, and the label's length with the one space behind it.
fn label(text: &str) -> Option<(Speaker, usize)> {
    // No label is longer than this.
    let colon = text.bytes().take(10).position(|byte| byte == b':')?;
    let speaker = Speaker::from_label(text.as_bytes().get(..colon)?)?;
    let skip = colon + 1;
    let space = usize::from(text.as_bytes().get(skip) == Some(&b' '));
    Some((speaker, (skip + space)))
}

/// Where the next line of text with a label begins.
fn next_label(text: &str) -> Option<usize> {
    let mut at = 0_usize;
    loop {
        let rest = text.get(at..)?;
        at = (at + memchr(b'\n', rest.as_bytes())?) + 1;
        if label(text.get(at..)?).is_some() {
            return Some(at);
        }
    }
}

fn units_of(text: &str) -> u32 {
    let units = text.bytes().map(|byte| match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1_u32,
    });
    units.sum()
}

/// How many words a text has: maximal runs of characters that are not white space.
pub(crate) fn words(text: &str) -> u32 {
    const TOPS: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let bytes = text.as_bytes();
    let mut was_space = true;
    let mut count = 0_u32;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>)
            && let word = u64::from_le_bytes(*word)
            && word & TOPS == 0
        {
            // Eight ASCII characters at once; no byte overflows into the next, as all are below 0x80. A top bit marks a
            // space, and a word begins at each character that is none behind one that is.
            let not_blank = (word ^ (ONES * 0x20)) + ONES * 0x7F;
            let from_tab = word + ONES * (0x80 - 0x09);
            let beyond_return = word + ONES * (0x80 - 0x0E);
            let spaces = (!not_blank | (from_tab & !beyond_return)) & TOPS;
            let before = spaces << 8 | if was_space { 0x80 } else { 0 };
            count += (!spaces & before & TOPS).count_ones();
            was_space = spaces >> 63 == 1;
            at += 8;
            continue;
        }
        // All white space beyond ASCII begins with one of these bytes; the other characters need no decoding.
        let wide = match byte {
            0xC2 | 0xE1..=0xE3 => text.get(at..).and_then(|rest| rest.chars().next()),
            _ => None,
        };
        let is_space = matches!(byte, b'\t'..=b'\r' | b' ') || wide.is_some_and(char::is_whitespace);
        count += u32::from(was_space && !is_space);
        was_space = is_space;
        at += wide.map_or(1, char::len_utf8);
    }
    count
}

/// Whether a text that ends a conversation looks cut off: its last character, closing quotes and brackets aside, ends
/// no sentence in any script.
pub(crate) fn looks_truncated(text: &str) -> bool {
    let last = text.chars().rev().find(|&character| !is_closing(character));
    last.is_some_and(|last| !is_sentence_mark(last) && !is_symbol(last))
}

/// Quotes, brackets and space, which may stand behind the end of a sentence.
const fn is_closing(character: char) -> bool {
    matches!(character, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}' | '」' | '』' | '）' | '】')
        || character.is_whitespace()
}

/// Marks that end a sentence in the scripts in use.
const fn is_sentence_mark(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‽' | '。' | '！' | '？' | '｡' | '．' | '؟' | '۔' | '।' | '॥' | '։')
        || matches!(character, '።' | '፧' | '၊' | '။' | '៕' | '‼' | '⁇' | '⁈' | '⁉')
}

/// Symbols and emoji, with which people end messages.
const fn is_symbol(character: char) -> bool {
    matches!(character, '\u{200D}' | '\u{20E3}' | '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_those_that_white_space_parts() {
        let pieces = [
            "a",
            "  ",
            "word",
            "\t",
            "ü",
            "\u{A0}",
            "\u{3000}",
            "\u{2028}x",
            "’",
            "é\u{301}",
            "\u{1680}",
            "\r\n",
            "元気",
            "\u{85}",
            "😀",
        ];
        let mut text = String::new();
        // A walk through the pieces in many orders and at many offsets.
        for step in 1..500_usize {
            text.push_str(pieces.get(step * step % 97 % pieces.len()).copied().unwrap_or_default());
            for from in (0..text.len()).rev().take(24).filter(|&from| text.is_char_boundary(from)) {
                let part = text.get(from..).unwrap_or_default();
                assert_eq!(usize::try_from(words(part)), Ok(part.split_whitespace().count()), "{part:?}");
            }
            if step % 40 == 0 {
                assert_eq!(usize::try_from(words(&text)), Ok(text.split_whitespace().count()), "{text:?}");
                text.clear();
            }
        }
    }
}
