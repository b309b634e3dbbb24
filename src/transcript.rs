//! The transcript: one string to turns and lines.
//!
//! A line begins with a label in exact lower case at the start of a line of text: `bot:`, `human:` or `assistant:`.
//! Whatever has no label continues the line before it, or is speech of nobody known where there is none. Lines of text
//! end at LF and nowhere else. A turn is a run of lines by one speaker.
//!
//! // INVARIANT: the spans of all lines, one after the other, are the transcript: no byte is lost or read twice. The
//! one exception is a transcript of white space, which has no turns.

use serde::Serialize;

use crate::escape::{self, Spelling, is_blank};
use crate::lanes::{self, BLOCK};
use crate::tape::wide;
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
    let is_silent = is_blank(text.as_bytes(), Spelling::Plain);
    let mut units = 0;
    let mut from = 0;
    let mut spoken = spoken(text.as_bytes(), Spelling::Plain);
    core::iter::from_fn(move || {
        let line = if is_silent { None } else { spoken.next() }?;
        // What stands before the first label belongs to the first line.
        let start = units;
        units += escape::units(text.get(from..line.end)?.as_bytes());
        from = line.end;
        let words = text.get(line.text..line.end)?;
        let words = if line.speaker.is_some() { words.strip_prefix(' ').unwrap_or(words) } else { words };
        let words = words.strip_suffix('\n').map_or(words, |words| words.strip_suffix('\r').unwrap_or(words));
        Some((line.speaker, Line { text: words, start, end: units }))
    })
}

/// A line in the bytes of a transcript.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoken {
    /// Who speaks; nobody known for text before the first label.
    pub(crate) speaker: Option<Speaker>,
    /// Where the label has ended.
    pub(crate) text: usize,
    /// Where the next line begins.
    pub(crate) end: usize,
    /// Maximal runs of characters that are not white space, the label aside.
    pub(crate) words: u32,
}

/// The lines of a transcript with their words, in one pass over its spelling.
pub(crate) fn spoken(transcript: &[u8], spelling: Spelling) -> Lines<'_> {
    // Empty lines before all others belong to the line behind them.
    let first = empty_lines(transcript, spelling);
    let (speaker, text) =
        label(transcript, first, spelling).map_or((None, first), |(speaker, text)| (Some(speaker), text));
    let mut lines = Lines {
        transcript,
        spelling,
        is_over: false,
        speaker,
        text,
        base: 0,
        blank: 0,
        odd: 0,
        counted: 0,
        was_blank: true,
        blank_to: text,
        read_to: text,
    };
    lines.look();
    lines
}

/// The lines of a transcript, found block by block: a bit for each byte that is white space, and one for each that has
/// to be looked at. What is found out about a byte is put into the bits, so that words are counted by the bits alone.
pub(crate) struct Lines<'t> {
    transcript: &'t [u8],
    spelling: Spelling,
    /// Whether all lines have been read.
    is_over: bool,
    /// Who speaks in the line that is being read, and where its label has ended.
    speaker: Option<Speaker>,
    text: usize,
    /// Where the block begins.
    base: usize,
    blank: u64,
    odd: u64,
    /// A bit for each byte of the block before which words have been counted.
    counted: u64,
    /// Whether the byte before the block is white space.
    was_blank: bool,
    /// Bytes before this place are white space where they are covered: labels, and escapes that reach into the block.
    blank_to: usize,
    /// Bytes before this place have been looked at.
    read_to: usize,
}

impl Iterator for Lines<'_> {
    type Item = Spoken;

    fn next(&mut self) -> Option<Spoken> {
        if self.is_over {
            return None;
        }
        let (speaker, text) = (self.speaker, self.text);
        let mut words = 0;
        loop {
            while self.odd != 0 {
                let here = self.odd & self.odd.wrapping_neg();
                let at = self.base + wide(here.trailing_zeros());
                let rest = self.transcript.get(at..).unwrap_or_default();
                if rest.first() != Some(&self.spelling.mark()) {
                    self.odd ^= here;
                    let space = wide_space(rest);
                    if space > 0 {
                        self.cover(here - 1, at + space);
                    }
                    continue;
                }
                let (character, length) = self.spelling.character(rest);
                let end = at + length;
                let label = if character == '\n' { label(self.transcript, end, self.spelling) } else { None };
                let before = if character.is_whitespace() { self.cover(here - 1, end) } else { self.before(end) };
                self.read_to = end;
                self.odd &= !before;
                if let Some((next, next_text)) = label {
                    words += self.count(before);
                    self.read_to = next_text;
                    self.odd &= !self.cover(before, next_text);
                    (self.speaker, self.text) = (Some(next), next_text);
                    return Some(Spoken { speaker, text, end, words });
                }
            }
            words += self.count(u64::MAX);
            self.was_blank = self.blank >> (BLOCK - 1) == 1;
            self.base += BLOCK;
            self.counted = 0;
            if self.base >= self.transcript.len() {
                self.is_over = true;
                return Some(Spoken { speaker, text, end: self.transcript.len(), words });
            }
            self.look();
        }
    }
}

impl Lines<'_> {
    /// Looks at a block. Behind the end there is nothing but space.
    #[inline]
    fn look(&mut self) {
        let rest = self.transcript.get(self.base..).unwrap_or_default();
        (self.blank, self.odd) = match rest.first_chunk() {
            Some(block) => lanes::blank_and_odd(block, self.spelling.mark()),
            None => lanes::blank_and_odd(&padded(rest), self.spelling.mark()),
        };
        self.odd &= !self.before(self.read_to);
        self.blank |= self.before(self.blank_to);
    }

    /// The lanes of the block before a place.
    #[inline]
    fn before(&self, place: usize) -> u64 {
        match place.saturating_sub(self.base) {
            lane @ ..BLOCK => (1 << lane) - 1,
            _ => u64::MAX,
        }
    }

    /// Notes that the bytes from some lanes to a place are white space. All lanes before that place.
    #[inline]
    fn cover(&mut self, from: u64, to: usize) -> u64 {
        let before = self.before(to);
        self.blank |= before & !from;
        self.blank_to = to;
        before
    }

    /// The words that begin in some lanes, behind those where they were counted.
    #[inline]
    fn count(&mut self, lanes: u64) -> u32 {
        let begins = !self.blank & (self.blank << 1 | u64::from(self.was_blank));
        let words = begins & lanes & !self.counted;
        self.counted = lanes;
        words.count_ones()
    }
}

/// The last block of a text, with space behind it.
#[inline(never)]
fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// The length of the white space beyond ASCII that begins here.
fn wide_space(text: &[u8]) -> usize {
    match text {
        [0xC2, 0x85 | 0xA0, ..] => 2,
        [0xE1, 0x9A, 0x80, ..]
        | [0xE2, 0x80, 0x80..=0x8A | 0xA8 | 0xA9 | 0xAF, ..]
        | [0xE2, 0x81, 0x9F, ..]
        | [0xE3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// Where the empty lines end that a text begins with.
fn empty_lines(text: &[u8], spelling: Spelling) -> usize {
    let (mut at, mut end) = (0, 0);
    loop {
        let (character, length) = spelling.character(text.get(at..).unwrap_or_default());
        at += length;
        match character {
            '\n' => end = at,
            '\r' => {}
            _ => return end,
        }
    }
}

/// The speaker whose label stands here, and where it ends.
fn label(text: &[u8], at: usize, spelling: Spelling) -> Option<(Speaker, usize)> {
    let rest = text.get(at..)?;
    let begins = |label: &str| rest.get(..label.len()).is_some_and(|start| lanes::same(start, label.as_bytes()));
    // Most labels begin with a letter of their own.
    let may_begin = |label: &str| rest.first() == label.as_bytes().first();
    let plainly = Speaker::LABELS.iter().find(|(label, _)| may_begin(label) && begins(label));
    if let Some((label, speaker)) = plainly {
        return Some((*speaker, at + label.len()));
    }
    // Escapes may spell a label as well. None is longer than this.
    if !rest.iter().take(10).any(|&byte| byte == spelling.mark()) {
        return None;
    }
    Speaker::LABELS.iter().find_map(|(label, speaker)| {
        let end = label.chars().try_fold(at, |at, wanted| {
            let (character, length) = spelling.character(text.get(at..)?);
            (character == wanted).then_some(at + length)
        });
        Some((*speaker, end?))
    })
}

/// Whether a text that ends a conversation looks cut off: its last character, closing quotes and brackets aside, ends
/// no sentence in any script.
pub(crate) fn looks_truncated(text: &str) -> bool {
    let last = text.chars().rev().find(|&character| !is_closing(character));
    last.is_some_and(|last| !is_sentence_mark(last) && !is_symbol(last))
}

/// Quotes as any language closes them, brackets, space and marks of direction, which may stand behind the end of a sentence.
fn is_closing(character: char) -> bool {
    ['"', '\'', '”', '’', '“', '‘', '»', '›', '«', '‹', ')', ']', '}', '」', '』', '）', '】'].contains(&character)
        || matches!(character, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || character.is_whitespace()
}

/// Marks that end a sentence in the scripts in use.
fn is_sentence_mark(character: char) -> bool {
    const MARKS: [char; 28] = [
        '.', '!', '?', '…', '‽', '。', '！', '？', '｡', '．', '؟', '۔', '।', '॥', '։', '።', '፧', '၊', '။', '៕', '‼',
        '⁇', '⁈', '⁉', '\u{37E}', '។', '།', '༎',
    ];
    MARKS.contains(&character)
}

/// Symbols and emoji, with which people end messages.
const fn is_symbol(character: char) -> bool {
    matches!(character, '\u{200D}' | '\u{20E3}' | '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}

#[cfg(test)]
mod tests {
    use super::{spoken, wide_space};
    use crate::escape::Spelling;

    #[test]
    fn white_space_beyond_ascii_is_that_of_unicode() {
        for character in ('\u{80}'..=char::MAX)
            .filter(|character| character.is_whitespace() || wide_space(character.to_string().as_bytes()) > 0)
        {
            assert!(character.is_whitespace(), "{character:?}");
            assert_eq!(wide_space(character.to_string().as_bytes()), character.len_utf8(), "{character:?}");
        }
    }

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
            "\\",
            "\"",
            "\u{B}",
            "\u{1C}",
            "😀",
        ];
        let mut text = String::new();
        let count = |text: &str| {
            let spelled = serde_json::to_string(text).unwrap_or_default();
            let raw = spelled.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
            let plain = spoken(text.as_bytes(), Spelling::Plain).map(|line| line.words).sum::<u32>();
            assert_eq!(
                plain,
                spoken(raw.as_bytes(), Spelling::Escaped).map(|line| line.words).sum::<u32>(),
                "{text:?}"
            );
            usize::try_from(plain)
        };
        // A walk through the pieces in many orders and at many offsets.
        for step in 1..500_usize {
            text.push_str(pieces.get(step * step % 97 % pieces.len()).copied().unwrap_or_default());
            for from in (0..text.len()).rev().take(24).filter(|&from| text.is_char_boundary(from)) {
                let part = text.get(from..).unwrap_or_default();
                assert_eq!(count(part), Ok(part.split_whitespace().count()), "{part:?}");
            }
            if step % 40 == 0 {
                assert_eq!(count(&text), Ok(text.split_whitespace().count()), "{text:?}");
                text.clear();
            }
        }
    }
}
