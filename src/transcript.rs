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

/// Whether the other party has a line.
pub(crate) fn has_human_line(text: &str) -> bool {
    let mut rest = text;
    loop {
        if label(rest).is_some_and(|(speaker, _)| speaker == Speaker::Human) {
            return true;
        }
        let Some(end) = memchr(b'\n', rest.as_bytes()) else { return false };
        rest = rest.get((end + 1)..).unwrap_or_default();
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
    let is_ascii_space = |byte: u8| matches!(byte, b'\t'..=b'\r' | b' ');
    if text.is_ascii() {
        // Without branches, so that the compiler makes vector instructions of it.
        let bytes = text.as_bytes();
        let starts = |(&before, &byte): (&u8, &u8)| u32::from(is_ascii_space(before) & !is_ascii_space(byte));
        let first = u32::from(bytes.first().is_some_and(|&byte| !is_ascii_space(byte)));
        return first + bytes.iter().zip(bytes.iter().skip(1)).map(starts).sum::<u32>();
    }
    let mut was_space = true;
    let mut count = 0_u32;
    for character in text.chars() {
        let is_space = character.is_whitespace();
        count += u32::from(was_space && !is_space);
        was_space = is_space;
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
