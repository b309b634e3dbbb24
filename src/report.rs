//! The report: what one pass over the bytes found.
//!
//! // INVARIANT: a report is valid exactly when none of its issues is an error, counted before the list is cut.

use std::borrow::Cow;

use crate::check::check;
use crate::escape::units;
use crate::fields::{Fields, instant};
use crate::issue::{Code, Issue, Location, Segment, Severity, push_text};
use crate::json::Json;
use crate::kind::Kind;
use crate::lanes::{self, WIDTH};
use crate::mark::{Mark, Marks, Received, Step};
use crate::message::{Piece, message};
use crate::payload::{self, Id, PostCall, Sought, call, envelope};
use crate::rules;
use crate::scan::{Buffers, scan};
use crate::summary::{self, View};
use crate::tape::{Document, Node, Tape, flag, narrow, wide};

/// How strictly to read, and the bounds of what is read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Every warning is an error.
    pub strict: bool,
    /// More bytes than this are `too_large`. Values above [`Options::MOST_BYTES`] count as that.
    pub max_bytes: usize,
    /// Deeper nesting than this is `too_deep`; the root is at depth 1. Values above [`Options::MOST_DEPTH`] count as
    /// that.
    pub max_depth: usize,
}

impl Options {
    /// The largest input that places on the tape can address: 256 MiB less one byte.
    pub const MOST_BYTES: usize = (1 << 28) - 1;
    /// The deepest nesting that readers of a report can be asked to follow.
    pub const MOST_DEPTH: usize = 1_024;
}

impl Default for Options {
    fn default() -> Self {
        Self { strict: false, max_bytes: 16 << 20, max_depth: 128 }
    }
}

/// Buffers that reading fills, kept between payloads so that reading the next one allocates nothing.
#[derive(Debug)]
pub struct Scratch {
    tape: Tape,
    buffers: Buffers,
    marks: Marks,
}

impl Scratch {
    /// Empty buffers.
    #[must_use]
    pub const fn new() -> Self {
        Self { tape: Tape::new(), buffers: Buffers::new(), marks: Marks::new() }
    }

    /// Buffers with room for the tape of a payload of so many bytes, so that it need not grow while it is written.
    fn with_room_for(bytes: usize) -> Self {
        let mut scratch = Self::new();
        scratch.tape.nodes.reserve((bytes / BYTES_PER_NODE).min(MOST_EXPECTED_NODES));
        scratch
    }
}

impl Default for Scratch {
    fn default() -> Self {
        Self::new()
    }
}

/// So many bytes of a short payload have a node on the tape. Longer ones are long by their transcript, which is one.
const BYTES_PER_NODE: usize = 16;
/// No more room than this is made before there is anything to put there.
const MOST_EXPECTED_NODES: usize = 1_024;

/// What a payload is, where it is wrong, and what the call was.
#[derive(Debug)]
pub struct Report<'a> {
    pub(crate) document: Document<'a>,
    buffers: Buffers,
    marks: Marks,
    strict: bool,
    is_well_formed: bool,
}

/// Reads a payload, once. Never fails: whatever is wrong stands in the report.
#[must_use]
pub fn validate<'a>(bytes: &'a [u8], options: &Options) -> Report<'a> {
    validate_in(bytes, options, Scratch::with_room_for(bytes.len()))
}

/// As [`validate`], in buffers of an earlier report.
#[must_use]
pub fn validate_in<'a>(bytes: &'a [u8], options: &Options, scratch: Scratch) -> Report<'a> {
    read(bytes, options, scratch, Sought::Issues)
}

/// Reads a payload for what is sought. Of a report on errors alone only this is sure: if it is valid, so is the payload.
pub(crate) fn read<'a>(bytes: &'a [u8], options: &Options, scratch: Scratch, sought: Sought) -> Report<'a> {
    let Scratch { mut tape, mut buffers, mut marks } = scratch;
    tape.clear();
    marks.clear();
    let mut document = Document { bytes, tape };
    let max_bytes = options.max_bytes.min(Options::MOST_BYTES);
    let max_depth = options.max_depth.min(Options::MOST_DEPTH);
    let mut is_well_formed = false;
    if bytes.len() > max_bytes {
        marks.push((Code::TooLarge, Severity::Error), narrow(max_bytes), None, Received::Nothing);
    } else {
        let has_mark = bytes.starts_with(BYTE_ORDER_MARK);
        if has_mark {
            marks.push((Code::ByteOrderMark, Severity::Warning), 0, None, Received::Nothing);
        }
        match scan(&mut document, &mut buffers, sought, if has_mark { BYTE_ORDER_MARK.len() } else { 0 }, max_depth) {
            Ok(()) => {
                is_well_formed = true;
                let is_payload = check(&mut document, &mut buffers, &mut marks, sought, max_depth);
                if is_payload && sought == Sought::Issues {
                    rules::check(&document, &mut marks);
                }
            }
            Err(stop) => {
                document.tape.clear();
                marks.stop(stop, bytes.len());
            }
        }
    }
    Report { document, buffers, marks, strict: options.strict, is_well_formed }
}

/// The mark that may stand before a document.
pub(crate) const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

impl Report<'_> {
    /// Whether the payload can be used: no issue is an error.
    #[must_use]
    pub const fn valid(&self) -> bool {
        self.marks.errors == 0 && !(self.strict && self.marks.warnings > 0)
    }

    /// How many issues there are, listed or not.
    #[must_use]
    pub fn issue_count(&self) -> usize {
        self.marks.list.len() + wide(self.marks.unlisted)
    }

    /// The issues in document order: [`MAX_ISSUES`](crate::issue::MAX_ISSUES) at most, and one that stands for the others.
    /// They are fewer where their paths hold more than 256 KiB of keys.
    #[must_use]
    pub fn issues(&self) -> Vec<Issue> {
        let issue = |read: ReadIssue<'_>| Issue {
            code: read.mark.code,
            severity: read.severity,
            path: read.steps.iter().map(|&step| self.segment(step)).collect(),
            message: {
                let mut text = String::with_capacity(64);
                message(&read.mark, read.steps, |Piece { words, is_name }| {
                    let tick = if is_name { "`" } else { "" };
                    for part in [tick, words, tick] {
                        push_text(&mut text, part);
                    }
                });
                text
            },
            expected: read.mark.expected.map(str::to_owned),
            received: match read.mark.received {
                Received::Nothing => None,
                Received::Name(name) => Some(name.to_owned()),
                Received::Word(at) => Some(self.word(at).into_owned()),
            },
            location: read.location,
        };
        self.read_issues().map(issue).collect()
    }

    /// The issues, one by one, with nothing copied that is there already.
    pub(crate) fn read_issues(&self) -> impl Iterator<Item = ReadIssue<'_>> {
        let mut places = Places::new(self.document.bytes);
        let (mut marks, mut left) = (self.marks.list.iter(), self.issue_count());
        let (mut room, mut last) = (MOST_PATH_BYTES, 0);
        core::iter::from_fn(move || {
            if left == 0 {
                return None;
            }
            let mark = match marks.next() {
                Some(&mark) if room > 0 => {
                    left -= 1;
                    mark
                }
                _ => {
                    left = 0;
                    Mark {
                        code: Code::TooManyIssues,
                        severity: Severity::Info,
                        offset: last,
                        steps: (0, 0),
                        expected: None,
                        received: Received::Nothing,
                    }
                }
            };
            last = mark.offset;
            let steps = self.marks.steps.get(wide(mark.steps.0)..wide(mark.steps.1)).unwrap_or_default();
            for step in steps {
                let key = if let Step::Key(at) = *step { self.document.node(at) } else { &Node::NULL };
                room = room.saturating_sub((key.end - key.start) + 1);
            }
            let is_stricter = self.strict && mark.severity == Severity::Warning;
            Some(ReadIssue {
                mark,
                severity: if is_stricter { Severity::Error } else { mark.severity },
                steps,
                location: places.at(mark.offset),
            })
        })
    }

    /// A step of a path on its own.
    fn segment(&self, step: Step) -> Segment {
        match step {
            Step::Field(number) => Segment::Key(payload::name(number).to_owned()),
            Step::Key(at) => Segment::Key(self.document.text_of(self.document.node(at)).into_owned()),
            Step::Index(index) => Segment::Index(index),
        }
    }

    /// An unknown word, cut where it is too long to be one.
    pub(crate) fn word(&self, at: u32) -> Cow<'_, str> {
        let text = self.document.text_of(self.document.node(at));
        match text.char_indices().nth(MAX_WORD) {
            None => text,
            Some((end, _)) => Cow::Owned(text.get(..end).unwrap_or_default().to_owned()),
        }
    }

    /// The identity of the call, wherever it can be read without doubt: the document is well-formed to its end and
    /// within its bounds, `call` stands once in it and `call_id` once in that, and it is one clean string that is not
    /// blank. Other errors do not matter.
    #[must_use]
    pub fn call_id(&self) -> Option<Cow<'_, str>> {
        if !self.is_well_formed || self.document.node(0).kind != Kind::Object {
            return None;
        }
        let call = self.once(0, Id::PostCall, envelope::call)?;
        let id = self.document.node(self.once(call, Id::Call, call::call_id)?);
        let is_clean = id.kind == Kind::String && !id.has(flag::FLAWED) && !self.document.is_blank(id);
        is_clean.then(|| self.document.text_of(id))
    }

    /// The value of a field that stands once in its object.
    fn once(&self, object: u32, id: Id, place: usize) -> Option<u32> {
        let number = usize::from(id.object().base) + place;
        let is_it = |key: u32| self.document.node(key).field().is_some_and(|field| usize::from(field) == number);
        let mut found = self.document.all_members(object).filter(|&(key, _)| is_it(key));
        let (_, value) = found.next()?;
        found.next().is_none().then_some(value)
    }

    /// When the call began, in milliseconds since 1970, where the payload says so readably.
    #[must_use]
    pub fn started_ms(&self) -> Option<i64> {
        let call = Fields::of(&self.document, Some(0), Id::PostCall).object(envelope::call, Id::Call);
        let start = call.get(call::start_time)?;
        matches!(self.document.node(start).kind, Kind::String | Kind::Number)
            .then(|| instant(&self.document, start))?
            .map(|instant| instant.milliseconds)
    }

    /// What the call was; nothing for an invalid payload.
    #[must_use]
    pub fn summary(&self) -> Option<View<'_>> {
        self.valid().then(|| summary::of(&self.document))
    }

    /// The payload, typed; nothing for an invalid one.
    #[must_use]
    pub fn payload(&self) -> Option<PostCall> {
        if !self.valid() {
            return None;
        }
        serde_json::from_value(self.json().to_value()).ok()
    }

    /// The document's root. A document that is not well-formed reads `null`.
    #[must_use]
    pub const fn json(&self) -> Json<'_> {
        Json { document: &self.document, at: 0 }
    }

    /// The same report for an input that was UTF-16 before it was encoded: what is no UTF-8 in it stands for half of a
    /// surrogate pair, which UTF-8 cannot say.
    ///
    /// ```
    /// use postcall::{Code, Options, validate};
    ///
    /// let report = validate(b"{\"call\":{\"call_id\":\"\xF0\x90\x80\"}}", &Options::default()).of_text();
    /// assert!(report.issues().iter().any(|issue| issue.code == Code::LoneSurrogate));
    /// assert!(report.issues().iter().all(|issue| issue.code != Code::InvalidUtf8));
    /// ```
    #[must_use]
    pub fn of_text(mut self) -> Self {
        for mark in &mut self.marks.list {
            if mark.code == Code::InvalidUtf8 {
                mark.code = Code::LoneSurrogate;
            }
        }
        self
    }

    /// The buffers, for the next payload.
    #[must_use]
    pub fn into_scratch(self) -> Scratch {
        Scratch { tape: self.document.tape, buffers: self.buffers, marks: self.marks }
    }
}

/// An issue as it is read from a report.
pub(crate) struct ReadIssue<'r> {
    pub(crate) mark: Mark,
    /// As it counts: a warning may be an error here.
    pub(crate) severity: Severity,
    pub(crate) steps: &'r [Step],
    pub(crate) location: Location,
}

/// Where the paths of the issues before have so many bytes, no further one is listed.
const MOST_PATH_BYTES: u32 = 1 << 18;

/// The longest unknown word that an issue repeats, in characters.
const MAX_WORD: usize = 64;

/// Lines and columns, worked out from one place to the next.
struct Places<'a> {
    bytes: &'a [u8],
    offset: u32,
    line: u32,
    column: u32,
}

impl<'a> Places<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, line: 1, column: 1 }
    }

    /// The location of a byte. Bytes that are no UTF-8 count as decoders show them; a byte order mark is no column.
    fn at(&mut self, offset: u32) -> Location {
        if offset < self.offset {
            *self = Self::new(self.bytes);
        }
        let passed = self.bytes.get(wide(self.offset)..wide(offset)).unwrap_or_default();
        let passed = match passed.strip_prefix(BYTE_ORDER_MARK) {
            Some(behind) if self.offset == 0 => behind,
            _ => passed,
        };
        self.offset = offset;
        if lanes::is_line(passed) {
            self.column += narrow(passed.len());
            return Location { offset, line: self.line, column: self.column };
        }
        let mut line = passed;
        let breaks = lanes::count(b'\n', passed);
        if breaks > 0 {
            self.line += breaks;
            self.column = 1;
            line = passed.rsplit(|&byte| byte == b'\n').next().unwrap_or_default();
        }
        // What stands before ASCII and behind it are whole characters.
        while !line.is_empty() {
            let (plain, rest) = line.split_at_checked(lanes::ascii(line)).unwrap_or_default();
            let odd = rest.as_chunks::<WIDTH>().0.iter().take_while(|chunk| !lanes::is_ascii(chunk)).count() * WIDTH;
            let odd = if rest.len() < odd + WIDTH { rest.len() } else { odd };
            let (odd, behind) = rest.split_at_checked(odd).unwrap_or_default();
            self.column += narrow(plain.len());
            self.pass(odd);
            line = behind;
        }
        Location { offset, line: self.line, column: self.column }
    }

    /// Goes on over bytes of any kind, in one line.
    fn pass(&mut self, passed: &[u8]) {
        for chunk in passed.utf8_chunks() {
            let replaced = u32::from(!chunk.invalid().is_empty());
            self.column = (self.column + units(chunk.valid().as_bytes())) + replaced;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, Scratch, read};
    use crate::payload::Sought;

    #[test]
    fn the_documented_payload_is_decided_in_one_reading() {
        let bytes = include_bytes!("../tests/cases/documented-shape/payload.json");
        assert!(read(bytes, &Options::default(), Scratch::new(), Sought::Errors).valid());
    }

    #[test]
    fn an_error_may_be_there_by_mistake() {
        let odd =
            br#"{"call":{"call_id":"0866"},"executed_actions":{"other":{"parameters_hard_coded":{"choices":7}}}}"#;
        let valid = |sought| read(odd, &Options::default(), Scratch::new(), sought).valid();
        assert_eq!([Sought::Errors, Sought::Issues].map(valid), [false, true]);
    }
}
