//! The flat buffer: words of 32 bits in the order in which JavaScript reads them, and one arena for all texts.
//!
//! `pkg/src/decode.ts` reads what is written here, word by word in the same order. A payload is not written again: the
//! answer says where its tape is, and `pkg/src/tape.ts` reads that beside the input's text.
//!
//! | thing | words |
//! |---|---|
//! | beginning | address of the arena, its length in bytes |
//! | text | its UTF-16 units; its bytes are the next in the arena |
//! | words of the module's own | their address, from bit 21 on their length, and in bit 29 whether they are a name, in backticks; or 0 and a text |
//! | optional text | 0, or the units plus one |
//! | flag | 0 or 1 |
//! | row of a closed table | its index; where it may be absent 0, or the index plus one |
//! | float | low half, high half |
//! | list | its length, then the items |
//! | value | 0 for `null`, or the units of its JSON, which is in the arena |
//! | step of a path | the units of a key's text and a 1 bit, where the name of a declared field stands and the bits 10, or a place and 00 |

use crate::escape::{unescape, units};
use crate::json::{Json, Text};
use crate::kind::Kind;
use crate::lanes::{self, WIDTH};
use crate::mark::{Received, Step};
use crate::message::{Piece, message};
use crate::payload;
use crate::report::{BYTE_ORDER_MARK, Report};
use crate::summary::{Analysis, Part, Talk, View};
use crate::tape::{Document, Node, flag, narrow, wide};
use crate::transcript;
use crate::vocabulary::Speaker;

/// The address of a buffer; nothing where addresses are wider than 32 bits.
pub(super) fn address<T>(buffer: &[T]) -> Option<u32> {
    u32::try_from(buffer.as_ptr().expose_provenance()).ok()
}

/// Where words of the module stand: their address and length in one word.
#[inline(never)]
fn standing(words: &'static str) -> Option<u32> {
    let length = narrow(words.len());
    let place = address(words.as_bytes()).filter(|place| place >> 21 == 0 && length >> 8 == 0);
    place.map(|place| place | length << 21)
}

/// An answer.
#[derive(Debug)]
pub(super) struct Flat {
    words: Vec<u32>,
    arena: Vec<u8>,
    /// Whether all places could be told.
    is_whole: bool,
}

impl Flat {
    pub(super) const fn new() -> Self {
        Self { words: Vec::new(), arena: Vec::new(), is_whole: true }
    }

    /// Begins a new answer.
    pub(super) fn begin(&mut self) {
        self.words.clear();
        self.arena.clear();
        self.is_whole = true;
        self.all([0, 0]);
    }

    /// Ends the answer. Its address; nothing where it lacks a place.
    pub(super) fn end(&mut self) -> Option<u32> {
        let arena = [address(&self.arena)?, narrow(self.arena.len())];
        self.words.first_chunk_mut::<2>()?.copy_from_slice(&arena);
        address(&self.words).filter(|_| self.is_whole)
    }

    #[inline(never)]
    fn word(&mut self, word: u32) {
        self.words.push(word);
    }

    fn all<const COUNT: usize>(&mut self, words: [u32; COUNT]) {
        for word in words {
            self.word(word);
        }
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
        self.counted(text, 0);
    }

    /// A text of our own.
    fn words_of(&mut self, text: &str) {
        self.word(units(text.as_bytes()));
        self.bytes(text.as_bytes());
    }

    /// Words of the module, which never change: JavaScript reads them where they stand, and remembers them.
    fn own(&mut self, Piece { words, is_name }: Piece) {
        self.place(standing(words).map(|place| place | u32::from(is_name) << 29));
    }

    /// A place, if it can be told.
    #[inline(never)]
    fn place(&mut self, place: Option<u32>) {
        self.is_whole &= place.is_some();
        self.word(place.unwrap_or(0));
    }

    /// A text behind its units, to which something is added so that they say more.
    fn counted(&mut self, text: &Text<'_>, more: u32) {
        if let Some((bytes, units)) = text.spelling() {
            self.word(units + more);
            if text.is_plain() {
                self.bytes(bytes);
            } else {
                unescape(bytes, &mut self.arena);
            }
        } else {
            let text = text.text();
            self.word(units(text.as_bytes()) + more);
            self.bytes(text.as_bytes());
        }
    }

    /// Bytes into the arena.
    fn bytes(&mut self, bytes: &[u8]) {
        lanes::append(&mut self.arena, bytes);
    }

    fn optional(&mut self, text: Option<&Text<'_>>) {
        match text {
            None => self.word(0),
            Some(text) => self.counted(text, 1),
        }
    }

    fn float(&mut self, number: f64) {
        let half = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or(0);
        self.all([half(number.to_bits()), half(number.to_bits() >> 32)]);
    }

    /// Issues: code, severity and which optional texts there are in one word, path, texts, place.
    #[inline(never)]
    pub(super) fn issues(&mut self, report: &Report<'_>) {
        let place = self.later();
        let mut count = 0_u32;
        for issue in report.read_issues() {
            count += 1;
            let is_received = !matches!(issue.mark.received, Received::Nothing);
            let optional = u32::from(issue.mark.expected.is_some()) | u32::from(is_received) << 1;
            self.word(issue.mark.code.index() | issue.severity.index() << 8 | optional << 16);
            self.length(issue.steps.len());
            for step in issue.steps {
                match *step {
                    Step::Field(number) => self.place(standing(payload::name(number)).map(|place| place << 2 | 2)),
                    Step::Index(index) => self.word(index << 2),
                    Step::Key(at) => {
                        let key = report.document.text_of(report.document.node(at));
                        self.word(units(key.as_bytes()) << 1 | 1);
                        self.bytes(key.as_bytes());
                    }
                }
            }
            let message_at = self.later();
            let mut pieces = 0;
            message(&issue.mark, issue.steps, |piece| {
                pieces += 1;
                self.own(piece);
            });
            self.set(message_at, pieces);
            if let Some(expected) = issue.mark.expected {
                self.own(Piece::words(expected));
            }
            match issue.mark.received {
                Received::Nothing => {}
                Received::Name(name) => self.own(Piece::words(name)),
                Received::Word(at) => {
                    self.word(0);
                    self.words_of(&report.word(at));
                }
            }
            self.all([issue.location.offset, issue.location.line, issue.location.column]);
        }
        self.set(place, count);
    }

    /// A valid payload: the address of its tape. Behind this the report can be asked for nothing but its buffers.
    pub(super) fn payload(&mut self, report: &mut Report<'_>) {
        self.place(address(places_in_units(&mut report.document)));
    }

    /// A JSON value as it is spelled.
    fn value(&mut self, value: Option<Json<'_>>) {
        let spelled = value.map_or(&[][..], |Json { document, at }| {
            let node = document.node(at);
            document.raw(node.start, node.end)
        });
        self.word(units(spelled));
        self.bytes(spelled);
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
            self.value(answer.value);
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
            self.text(name);
            self.value(Some(*value));
        }
        self.optional(summary.recording_url.as_ref());
        self.optional(summary.external_id.as_ref());
        self.optional(summary.model_id.as_ref());
        self.words_of(&summary.headline);
    }

    fn talk(&mut self, talk: &Talk) {
        self.all([talk.turns, talk.lines, talk.words]);
        self.flag(talk.truncated);
        self.speaker(talk.first);
        self.speaker(talk.last);
        self.part(talk.bot);
        self.part(talk.human);
    }

    fn part(&mut self, part: Part) {
        self.all([part.turns, part.lines, part.words]);
        self.float(part.share);
    }

    #[inline(never)]
    fn speaker(&mut self, speaker: Option<Speaker>) {
        self.word(speaker.map_or(0, |speaker| speaker.index() + 1));
    }

    fn analysis(&mut self, analysis: &Analysis<Text<'_>>) {
        self.all([analysis.passed, analysis.partial, analysis.failed, analysis.not_applicable]);
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
                self.all([line.start, line.end, start, unit]);
            }
        }
        self.set(place, count);
    }
}

/// Makes the places of a document of clean Unicode those in its text, in UTF-16 units. Its nodes, of whose containers only
/// the beginning counts.
fn places_in_units<'d>(document: &'d mut Document<'_>) -> &'d [Node] {
    let bytes = document.bytes;
    let end = wide(document.after(0));
    let nodes = document.tape.nodes.get_mut(..end).unwrap_or_default();
    // Where all is ASCII they are the same.
    if bytes.last_chunk().is_some_and(lanes::is_ascii) && lanes::ascii(bytes) > bytes.len() - WIDTH {
        return nodes;
    }
    // How many bytes more than units there are up to here. The mark is one unit.
    let mut surplus = if bytes.starts_with(BYTE_ORDER_MARK) { narrow(BYTE_ORDER_MARK.len()) - 1 } else { 0 };
    for node in &mut *nodes {
        let (start, end) = (node.start + 1, node.end.saturating_sub(1));
        node.start -= surplus;
        if node.kind == Kind::String {
            let units = if node.has(flag::ESCAPED) {
                units(bytes.get(wide(start)..wide(end)).unwrap_or_default())
            } else {
                node.units()
            };
            surplus += (end - start) - units;
        }
        node.end -= surplus;
    }
    nodes
}
