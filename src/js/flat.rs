//! The flat buffer: words of 32 bits in the order in which JavaScript reads them, and one arena for all texts.
//!
//! `pkg/src/decode.ts` reads what is written here, word by word in the same order.
//!
//! | thing | words |
//! |---|---|
//! | beginning | address of the arena, its length in bytes |
//! | text | its UTF-16 units; its bytes are the next in the arena |
//! | optional text | 0, or the units plus one |
//! | flag | 0 or 1 |
//! | row of a closed table | its index; where it may be absent 0, or the index plus one |
//! | float | low half, high half |
//! | list | its length, then the items |
//! | value | tag in the lowest [`TAG_BITS`] bits, size above: see [`tag`] |
//! | key | a declared field's number and a 1 bit, or the units of its text and a 0 bit |
//! | step of a path | the units of a key's text and a 1 bit, a declared field's number and the bits 10, or a place and 00 |

use crate::escape::{unescape, units};
use crate::json::{Json, Key, Text};
use crate::kind::Kind;
use crate::lanes;
use crate::mark::Step;
use crate::report::{PathStep, Report};
use crate::summary::{Analysis, Part, Talk, View};
use crate::tape::narrow;
use crate::transcript;
use crate::vocabulary::{Speaker, Verdict};

/// Bits of a value's tag.
const TAG_BITS: u32 = 3;

/// What a value is.
mod tag {
    /// Sizes from 0: null, false, true, the empty string, the verdicts.
    pub(super) const LITERAL: u32 = 0;
    /// A string of so many units.
    pub(super) const TEXT: u32 = 1;
    /// The integer that is the size.
    pub(super) const SMALL: u32 = 2;
    /// An integer within 2^53, in the next two words; size 1 is below zero.
    pub(super) const WIDE: u32 = 3;
    /// A number spelled in so many units, to be read by `Number()`.
    pub(super) const LEXEME: u32 = 4;
    /// So many values.
    pub(super) const ARRAY: u32 = 5;
    /// So many keys and values.
    pub(super) const OBJECT: u32 = 6;
    /// An object that begins with so many fields in the order of the declaration: the number of the first one and how
    /// many keys and values follow in the next two words, then the values of these fields, then keys and values.
    pub(super) const DECLARED: u32 = 7;
}

/// The number of an empty string among the literals; those of the verdicts follow.
const EMPTY: u32 = 3;

/// The address of a buffer; nothing where addresses are wider than 32 bits.
pub(super) fn address<T>(buffer: &[T]) -> Option<u32> {
    u32::try_from(buffer.as_ptr().expose_provenance()).ok()
}

/// An answer.
#[derive(Debug)]
pub(super) struct Flat {
    words: Vec<u32>,
    arena: Vec<u8>,
}

impl Flat {
    pub(super) const fn new() -> Self {
        Self { words: Vec::new(), arena: Vec::new() }
    }

    /// Begins a new answer.
    pub(super) fn begin(&mut self) {
        self.words.clear();
        self.arena.clear();
        self.all(&[0, 0]);
    }

    /// Ends the answer. Its address.
    pub(super) fn end(&mut self) -> Option<u32> {
        let arena = [address(&self.arena)?, narrow(self.arena.len())];
        self.words.first_chunk_mut::<2>()?.copy_from_slice(&arena);
        address(&self.words)
    }

    #[inline(never)]
    fn word(&mut self, word: u32) {
        self.words.push(word);
    }

    #[inline(never)]
    fn all(&mut self, words: &[u32]) {
        self.words.extend_from_slice(words);
    }

    /// A word that is known only when what it counts is written. Its place.
    fn later(&mut self) -> usize {
        self.word(0);
        self.words.len() - 1
    }

    fn set(&mut self, place: usize, word: u32) {
        if let Some(later) = self.words.get_mut(place) {
            *later = word;
        }
    }

    fn length(&mut self, length: usize) {
        self.word(narrow(length));
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.word(u32::from(flag));
    }

    fn text(&mut self, text: &Text<'_>) {
        self.counted(text, 0, 0);
    }

    /// A text of our own.
    fn words_of(&mut self, text: &str) {
        self.word(units(text.as_bytes()));
        self.bytes(text.as_bytes());
    }

    /// A text behind its units, which are moved and added to so that they say more.
    fn counted(&mut self, text: &Text<'_>, shift: u32, more: u32) {
        if let Some((bytes, units)) = text.spelling() {
            self.word((units << shift) + more);
            if text.is_plain() {
                self.bytes(bytes);
            } else {
                unescape(bytes, &mut self.arena);
            }
        } else {
            let text = text.text();
            self.word((units(text.as_bytes()) << shift) + more);
            self.bytes(text.as_bytes());
        }
    }

    /// Bytes into the arena. Not inlined, as `word`: growing a list is code of some size.
    #[inline(never)]
    fn bytes(&mut self, bytes: &[u8]) {
        self.arena.extend_from_slice(bytes);
    }

    fn optional(&mut self, text: Option<&Text<'_>>) {
        match text {
            None => self.word(0),
            Some(text) => self.counted(text, 0, 1),
        }
    }

    fn float(&mut self, number: f64) {
        self.double(number.to_bits());
    }

    fn double(&mut self, bits: u64) {
        let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0);
        self.all(&[half(bits), half(bits >> 32)]);
    }

    /// Issues: code, severity and which optional texts there are in one word, path, texts, place.
    pub(super) fn issues(&mut self, report: &Report<'_>) {
        let place = self.later();
        let mut count = 0_u32;
        for issue in report.read_issues() {
            count += 1;
            let optional = u32::from(issue.expected.is_some()) | u32::from(issue.received.is_some()) << 1;
            self.word(issue.code.index() | issue.severity.index() << 8 | optional << 16);
            let path = report.path(issue.steps);
            self.length(path.len());
            for (step, spelled) in issue.steps.iter().zip(path) {
                match (step, spelled) {
                    (Step::Field(number), _) => self.word(u32::from(*number) << 2 | 2),
                    (_, PathStep::Index(index)) => self.word(index << 2),
                    (_, PathStep::Key(key)) => {
                        self.word(units(key.as_bytes()) << 1 | 1);
                        self.bytes(key.as_bytes());
                    }
                }
            }
            self.words_of(&issue.message);
            for text in [issue.expected, issue.received.as_deref()].into_iter().flatten() {
                self.words_of(text);
            }
            self.all(&[issue.location.offset, issue.location.line, issue.location.column]);
        }
        self.set(place, count);
    }

    fn tagged(&mut self, tag: u32, size: u32) {
        self.word(size << TAG_BITS | tag);
    }

    /// A JSON value. As deep as the document, whose depth is bounded.
    pub(super) fn value(&mut self, value: Json<'_>) {
        let literal = match value.kind() {
            Kind::Null => 0,
            Kind::False => 1,
            Kind::True => 2,
            Kind::Number => return self.number(value),
            Kind::String => match self.string(value) {
                Some(literal) => literal,
                None => return,
            },
            Kind::Array => {
                let place = self.later();
                let mut count = 0_u32;
                for item in value.items() {
                    self.value(item);
                    count += 1;
                }
                return self.set(place, count << TAG_BITS | tag::ARRAY);
            }
            Kind::Object => return self.object(value),
        };
        self.tagged(tag::LITERAL, literal);
    }

    /// A string, unless it is a literal: the number of that.
    fn string(&mut self, string: Json<'_>) -> Option<u32> {
        let literal = literal(string.raw()).filter(|_| string.is_plain());
        if literal.is_none() {
            self.tagged(tag::TEXT, string.units());
            self.unescaped(string);
        }
        literal
    }

    fn object(&mut self, object: Json<'_>) {
        let place = self.later();
        let (mut declared, mut others) = (0_u32, 0_u32);
        let mut next = None;
        for (key, member) in object.entries() {
            let field = key.field();
            if others == 0 && field.is_some() && (declared == 0 || field == next) {
                if declared == 0 {
                    self.all(&[field.map_or(0, u32::from), 0]);
                }
                next = field.map(|field| field + 1);
                declared += 1;
            } else {
                self.key(key);
                others += 1;
            }
            self.value(member);
        }
        if declared > 0 {
            self.set(place, declared << TAG_BITS | tag::DECLARED);
            self.set(place + 2, others);
        } else {
            self.set(place, others << TAG_BITS | tag::OBJECT);
        }
    }

    fn key(&mut self, key: Key<'_>) {
        if let Some(field) = key.field() {
            self.word(u32::from(field) << 1 | 1);
        } else {
            let text = key.json();
            self.word(text.units() << 1);
            self.unescaped(text);
        }
    }

    /// A string's text into the arena.
    fn unescaped(&mut self, string: Json<'_>) {
        let raw = string.raw();
        if string.is_plain() {
            self.bytes(raw);
        } else {
            unescape(raw, &mut self.arena);
        }
    }

    fn number(&mut self, number: Json<'_>) {
        let lexeme = number.raw();
        if number.is_integer()
            && let Some((negative, whole)) = integer(lexeme)
        {
            match u32::try_from(whole) {
                Ok(small) if !negative && small < 1 << (u32::BITS - TAG_BITS) => self.tagged(tag::SMALL, small),
                _ => {
                    self.tagged(tag::WIDE, u32::from(negative));
                    self.double(whole);
                }
            }
            return;
        }
        self.tagged(tag::LEXEME, narrow(lexeme.len()));
        self.bytes(lexeme);
    }

    /// A summary, field by field in the order of its declaration.
    pub(super) fn summary(&mut self, summary: &View<'_>) {
        self.text(&summary.call_id);
        self.optional(summary.status.as_ref());
        self.optional(summary.end_call_reason.as_ref());
        self.optional(summary.custom_end_call_reason.as_ref());
        self.word(summary.outcome.kind.index());
        self.word(summary.outcome.rule.index());
        let started_at = summary.started_at.as_deref();
        self.word(started_at.map_or(0, |text| units(text.as_bytes()) + 1));
        self.bytes(started_at.unwrap_or_default().as_bytes());
        self.optional(summary.timezone.as_ref());
        self.flag(summary.duration_seconds.is_some());
        if let Some(seconds) = summary.duration_seconds {
            self.float(seconds);
        }
        self.optional(summary.lead.name.as_ref());
        self.optional(summary.lead.phone_number.as_ref());
        self.talk(&summary.talk);
        self.length(summary.answers.len());
        for answer in &summary.answers {
            self.text(&answer.action);
            self.text(&answer.key);
            self.optional(answer.question.as_ref());
            match answer.value {
                Some(value) => self.value(value),
                None => self.tagged(tag::LITERAL, 0),
            }
            self.flag(answer.found);
        }
        self.word(summary.actions.total);
        self.word(summary.actions.relevant);
        self.length(summary.actions.failed.len());
        for action in &summary.actions.failed {
            self.text(&action.name);
            self.text(&action.action_type);
            self.text(&action.error);
        }
        self.flag(summary.analysis.is_some());
        if let Some(analysis) = &summary.analysis {
            self.analysis(analysis);
        }
        self.length(summary.variables.0.len());
        for (name, value) in &summary.variables.0 {
            self.counted(name, 1, 0);
            self.value(*value);
        }
        self.optional(summary.recording_url.as_ref());
        self.optional(summary.external_id.as_ref());
        self.optional(summary.model_id.as_ref());
        self.words_of(&summary.headline);
    }

    fn talk(&mut self, talk: &Talk) {
        self.all(&[talk.turns, talk.lines, talk.words]);
        self.flag(talk.truncated);
        self.speaker(talk.first);
        self.speaker(talk.last);
        self.part(talk.bot);
        self.part(talk.human);
    }

    fn part(&mut self, part: Part) {
        self.all(&[part.turns, part.lines, part.words]);
        self.float(part.share);
    }

    fn speaker(&mut self, speaker: Option<Speaker>) {
        self.word(speaker.map_or(0, |speaker| speaker.index() + 1));
    }

    fn analysis(&mut self, analysis: &Analysis<Text<'_>>) {
        self.all(&[analysis.passed, analysis.partial, analysis.failed, analysis.not_applicable]);
        self.length(analysis.findings.len());
        for finding in &analysis.findings {
            self.text(&finding.criterion);
            self.word(finding.verdict.index());
            self.text(&finding.feedback);
        }
        self.optional(analysis.overview.as_ref());
    }

    /// The turns of a transcript: for each line its span and that of its text, in UTF-16 units.
    pub(super) fn turns(&mut self, transcript: &str) {
        let (mut byte, mut unit) = (0, 0_u32);
        let place = self.later();
        let mut count = 0;
        for turn in transcript::parse(transcript) {
            count += 1;
            self.speaker(turn.speaker);
            self.length(turn.lines.len());
            for line in &turn.lines {
                let from = line.text.as_ptr().addr().saturating_sub(transcript.as_ptr().addr());
                let start = unit + units(transcript.as_bytes().get(byte..from).unwrap_or_default());
                byte = from + line.text.len();
                unit = start + units(line.text.as_bytes());
                self.all(&[line.start, line.end, start, unit]);
            }
        }
        self.set(place, count);
    }
}

/// The number of a string among the literals: what stands in most payloads many times.
fn literal(text: &[u8]) -> Option<u32> {
    if text.is_empty() {
        return Some(EMPTY);
    }
    let verdict = Verdict::ALL.iter().find(|verdict| lanes::same(text, verdict.word().as_bytes()))?;
    Some(EMPTY + 1 + verdict.index())
}

/// The sign and size of an integer that a 64-bit float holds exactly. `-0` is not one: it is a float.
fn integer(lexeme: &[u8]) -> Option<(bool, u64)> {
    let (negative, digits) = match lexeme {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 16 || lexeme == b"-0" {
        return None;
    }
    let whole = digits.iter().fold(0_u64, |whole, digit| whole * 10 + u64::from(digit.wrapping_sub(b'0')));
    (whole <= 1 << 53).then_some((negative, whole))
}

#[cfg(test)]
mod tests {
    use super::integer;

    #[test]
    fn integers_are_exact_or_left_to_javascript() {
        assert_eq!(integer(b"0"), Some((false, 0)));
        assert_eq!(integer(b"-113"), Some((true, 113)));
        assert_eq!(integer(b"9007199254740992"), Some((false, 9_007_199_254_740_992)));
        assert_eq!(integer(b"9007199254740993"), None);
        assert_eq!(integer(b"-0"), None);
        assert_eq!(integer(b"123456789012345678901234567890"), None);
    }
}
