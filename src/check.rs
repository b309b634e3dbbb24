//! Tape against declaration: what is wrong, odd or new, in document order.
//!
//! Marks are small and point into the tape; issues are made of them only when somebody asks.

use crate::issue::{Code, MAX_ISSUES, Severity};
use crate::payload::{Form, Id, Need, Object, action, call, envelope};
use crate::scan::{Document, Kind, Node, Stop, flag, narrow};
use crate::vocabulary::{ActionType, Verdict, alike};

/// The longest usable id, in bytes of UTF-8.
pub const MAX_ID_BYTES: usize = 128;

/// One step of a mark's path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// A declared field, by its number.
    Field(u16),
    /// A key node.
    Key(u32),
    /// A place in an array.
    Index(u32),
}

/// What a mark says was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Received {
    /// Nothing to say.
    Nothing,
    /// A type or shape.
    Name(&'static str),
    /// The text of a string node.
    Word(u32),
}

/// An issue before anybody reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) offset: u32,
    /// The path: from here to there in the list of steps.
    pub(crate) steps: (u32, u32),
    pub(crate) expected: Option<&'static str>,
    pub(crate) received: Received,
}

/// The marks of a report, in document order.
#[derive(Debug, Default)]
pub(crate) struct Marks {
    pub(crate) list: Vec<Mark>,
    pub(crate) steps: Vec<Step>,
    /// Marks that did not fit the list.
    pub(crate) unlisted: u32,
    /// Marks of severity error, listed or not.
    pub(crate) errors: u32,
    /// Marks of severity warning, listed or not.
    pub(crate) warnings: u32,
    path: Vec<Step>,
}

impl Marks {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.steps.clear();
        self.path.clear();
        self.unlisted = 0;
        self.errors = 0;
        self.warnings = 0;
    }

    pub(crate) fn push(
        &mut self,
        (code, severity): (Code, Severity),
        offset: u32,
        expected: Option<&'static str>,
        received: Received,
    ) {
        match severity {
            Severity::Error => self.errors = self.errors.saturating_add(1),
            Severity::Warning => self.warnings = self.warnings.saturating_add(1),
            Severity::Info => {}
        }
        if self.list.len() >= MAX_ISSUES {
            self.unlisted = self.unlisted.saturating_add(1);
            return;
        }
        let from = narrow(self.steps.len());
        self.steps.extend_from_slice(&self.path);
        self.list.push(Mark {
            code,
            severity,
            offset,
            steps: (from, narrow(self.steps.len())),
            expected,
            received,
        });
    }

    /// Marks the place where the scan of so many bytes stopped.
    pub(crate) fn stop(&mut self, stop: Stop, length: usize) {
        let (code, offset, expected) = match stop {
            Stop::Syntax(offset, expected) => (Code::InvalidJson, offset, Some(expected)),
            Stop::TooDeep(offset) => (Code::TooDeep, offset, None),
        };
        let received = if offset == narrow(length) {
            Received::Name("end of input")
        } else {
            Received::Nothing
        };
        self.push((code, code.severity()), offset, expected, received);
    }
}

/// Whether an action extracts information, by its type or, where that is not told, by its name.
pub(crate) fn is_extractor(document: &Document<'_>, key: Option<u32>, slots: &Slots) -> bool {
    let text = |at: u32| document.text_of(document.node(at));
    match slots.string(document, action::action_type) {
        Some(kind) => ActionType::read(&text(kind)) == Some(ActionType::ExtractInfo),
        None => key
            .into_iter()
            .chain(slots.string(document, action::name))
            .any(|at| EXTRACTOR_PREFIXES.iter().any(|prefix| text(at).starts_with(prefix))),
    }
}

/// What the names of extractors begin with.
pub(crate) const EXTRACTOR_PREFIXES: [&str; 2] = ["extract_info_", "info_extractor_"];

/// The values of a declared object's fields; 0 where a field is absent. The last one of a repeated key counts.
pub(crate) struct Slots([u32; 64]);

impl Slots {
    pub(crate) fn of(document: &Document<'_>, at: u32, object: &Object) -> Self {
        let mut slots = [0; 64];
        for (key, value) in document.members(at) {
            let place = document
                .node(key)
                .field()
                .and_then(|number| number.checked_sub(object.base));
            if let Some(slot) = place.and_then(|place| slots.get_mut(usize::from(place))) {
                *slot = value;
            }
        }
        Self(slots)
    }

    /// The value of a field, if it is there.
    pub(crate) fn get(&self, place: usize) -> Option<u32> {
        self.0.get(place).copied().filter(|&at| at != 0)
    }

    /// The value of a field, if it is a string.
    pub(crate) fn string(&self, document: &Document<'_>, place: usize) -> Option<u32> {
        self.get(place).filter(|&at| document.node(at).kind == Kind::String)
    }
}

/// The pass over a scanned document.
pub(crate) struct Check<'c, 'd> {
    pub(crate) document: &'c mut Document<'d>,
    pub(crate) marks: &'c mut Marks,
    pub(crate) max_depth: usize,
}

impl Check<'_, '_> {
    /// Checks the whole document.
    pub(crate) fn run(&mut self) {
        let root = self.document.node(0);
        if root.kind != Kind::Object {
            self.wrong_type(root, "object");
            return;
        }
        let slots = Slots::of(self.document, 0, Id::PostCall.object());
        let call = slots.get(envelope::call).map(|at| self.document.node(at).kind);
        if call != Some(Kind::Object)
            && let Some(shape) = shape(self.document)
        {
            self.marks.clear();
            self.mark(Code::OtherShape, root.start, Some("post_call"), Received::Name(shape));
            return;
        }
        self.object(0, Id::PostCall, None);
    }

    /// Checks a declared object and what it contains. The key matters for actions alone: it tells an extractor.
    fn object(&mut self, at: u32, id: Id, under: Option<u32>) {
        let object = id.object();
        let start = self.document.node(at).start;
        let slots = Slots::of(self.document, at, object);
        // An analysis without a member says that nothing was judged, not that 35 verdicts are missing.
        let is_not_judged = id == Id::Analysis && self.document.after(at) == at.saturating_add(1);
        for (place, field) in object.fields.iter().enumerate() {
            let severity = match field.need {
                Need::Identity => Severity::Error,
                Need::Warned => Severity::Warning,
                Need::Usual if !is_not_judged => Severity::Info,
                Need::Usual | Need::Rare => continue,
            };
            if slots.get(place).is_none() {
                self.marks.path.push(Step::Field(number(object, place)));
                self.marks
                    .push((Code::MissingField, severity), start, None, Received::Nothing);
                self.marks.path.pop();
            }
        }
        let mut key_at = at.saturating_add(1);
        let end = self.document.after(at);
        while key_at < end {
            let (key, value_at) = (self.document.node(key_at), key_at.saturating_add(1));
            let next = self.document.after(value_at);
            if let Some(number) = key.field() {
                self.marks.path.push(Step::Field(number));
                self.key(key);
                self.field(
                    value_at,
                    usize::from(number.saturating_sub(object.base)),
                    id,
                    under,
                    &slots,
                );
            } else {
                self.marks.path.push(Step::Key(key_at));
                self.key(key);
                if id != Id::Parameters {
                    self.mark(Code::UnknownField, key.start, None, Received::Nothing);
                }
                self.free(value_at);
            }
            self.marks.path.pop();
            key_at = next;
        }
    }

    /// Checks the value of an object's field.
    fn field(&mut self, at: u32, place: usize, id: Id, under: Option<u32>, slots: &Slots) {
        let Some(field) = id.object().fields.get(place) else {
            return;
        };
        match field.form {
            Form::Settings(settings) if is_extractor(self.document, under, slots) => self.settings(at, settings),
            // Whatever is no extractor puts anything there.
            Form::Settings(_) => self.value(at, Form::Free, field.need),
            form => self.value(at, form, field.need),
        }
        if id == Id::Call && place == call::call_id {
            self.identity(at);
        }
    }

    /// Checks the value of a field against its form.
    fn value(&mut self, at: u32, form: Form, need: Need) {
        let node = self.document.node(at);
        if node.kind == Kind::Null {
            if need == Need::Identity {
                self.wrong_type(node, form.type_name());
            }
            return;
        }
        if node.has(flag::FLAWED) {
            self.flaw(node);
        }
        match (form, node.kind) {
            (Form::Word(vocabulary), Kind::String) => self.word(at, node, |text| vocabulary.knows(text), form),
            (Form::Verdict, Kind::String) => self.word(at, node, |text| Verdict::read(text).is_some(), form),
            (Form::Number | Form::Stamp, Kind::String) => {
                let is_number = is_decimal(self.document.text_of(node).trim());
                self.loose(node, is_number, form);
            }
            (Form::Boolean, Kind::String) => {
                let is_boolean = ["true", "false"]
                    .iter()
                    .any(|word| alike(&self.document.text_of(node), word));
                self.loose(node, is_boolean, form);
            }
            (Form::Text | Form::Time | Form::NaiveTime | Form::Zone | Form::Url | Form::Phone, Kind::String)
            | (Form::Number | Form::Stamp, Kind::Number)
            | (Form::Boolean, Kind::True | Kind::False) => {}
            (Form::Verdict, Kind::True | Kind::False) => self.loose(node, true, form),
            (Form::Texts, Kind::Array) => self.texts(at),
            (Form::Object(id), Kind::Object) => self.object(at, id, None),
            (Form::Map(id), Kind::Object) => self.map(at, id),
            (Form::Map(id), Kind::Array) => self.list(at, id),
            (Form::Any, _)
            | (Form::List, Kind::Array)
            | (Form::Free | Form::Variables | Form::Outcome, Kind::Object) => self.free(at),
            (Form::Free | Form::Outcome, Kind::String) => {
                self.embedded(at, form);
            }
            (Form::Outcome, _) => {
                self.loose(node, true, form);
                self.free(at);
            }
            _ => {
                self.wrong_type(node, form.type_name());
                self.free(at);
            }
        }
    }

    /// Checks the members of an object whose keys are free.
    fn map(&mut self, at: u32, id: Id) {
        let mut key_at = at.saturating_add(1);
        let end = self.document.after(at);
        while key_at < end {
            self.marks.path.push(Step::Key(key_at));
            self.key(self.document.node(key_at));
            self.entry(key_at.saturating_add(1), id, Some(key_at));
            self.marks.path.pop();
            key_at = self.document.after(key_at.saturating_add(1));
        }
    }

    /// Checks an array that stands where an object with free keys should.
    fn list(&mut self, at: u32, id: Id) {
        let end = self.document.after(at);
        let mut item = at.saturating_add(1);
        if item < end {
            self.loose(self.document.node(at), true, Form::Map(id));
        }
        let mut index = 0_u32;
        while item < end {
            self.marks.path.push(Step::Index(index));
            self.entry(item, id, None);
            self.marks.path.pop();
            index = index.saturating_add(1);
            item = self.document.after(item);
        }
    }

    /// Checks a member of a map or of the array that stands for one.
    fn entry(&mut self, at: u32, id: Id, under: Option<u32>) {
        match self.document.node(at).kind {
            Kind::Object => self.object(at, id, under),
            _ => self.value(at, Form::Object(id), Need::Usual),
        }
    }

    /// Checks an array of strings.
    fn texts(&mut self, at: u32) {
        let end = self.document.after(at);
        let mut item = at.saturating_add(1);
        let mut index = 0_u32;
        while item < end {
            self.marks.path.push(Step::Index(index));
            self.value(item, Form::Text, Need::Usual);
            self.marks.path.pop();
            index = index.saturating_add(1);
            item = self.document.after(item);
        }
    }

    /// Checks the configuration of an extractor, which may be JSON in a string.
    fn settings(&mut self, at: u32, id: Id) {
        match self.document.node(at).kind {
            Kind::Object => self.object(at, id, None),
            Kind::String => {
                if self.document.node(at).has(flag::FLAWED) {
                    self.flaw(self.document.node(at));
                }
                self.embedded(at, Form::Settings(id));
            }
            Kind::Null => {}
            _ => {
                self.wrong_type(self.document.node(at), "object");
                self.free(at);
            }
        }
    }

    /// Reads JSON in a string, once. Empty text says nothing; text that does not begin like JSON stays text.
    fn embedded(&mut self, at: u32, form: Form) {
        let node = self.document.node(at);
        let text = self.document.text_of(node);
        let text = text.trim_start();
        if text.is_empty() || node.has(flag::FLAWED) {
            return;
        }
        let is_json = text.starts_with(['{', '[']) || text.trim_end() == "null";
        let is_read = !is_json || self.document.embed(at, form, self.max_depth);
        self.loose(node, is_read, form);
    }

    /// Walks through what the declaration says nothing about, for strings and keys that are flawed.
    fn free(&mut self, at: u32) {
        if self.document.tape.blemishes == 0 {
            return;
        }
        let node = self.document.node(at);
        let end = self.document.after(at);
        let mut inside = at.saturating_add(1);
        match node.kind {
            Kind::String if node.has(flag::FLAWED) => self.flaw(node),
            Kind::Array => {
                let mut index = 0_u32;
                while inside < end {
                    self.marks.path.push(Step::Index(index));
                    self.free(inside);
                    self.marks.path.pop();
                    index = index.saturating_add(1);
                    inside = self.document.after(inside);
                }
            }
            Kind::Object => {
                while inside < end {
                    self.marks.path.push(Step::Key(inside));
                    self.key(self.document.node(inside));
                    self.free(inside.saturating_add(1));
                    self.marks.path.pop();
                    inside = self.document.after(inside.saturating_add(1));
                }
            }
            _ => {}
        }
    }

    /// Checks a key for itself: flawed, or there before.
    fn key(&mut self, key: Node) {
        if key.has(flag::FLAWED) {
            self.flaw(key);
        }
        if key.has(flag::REPEATED) {
            let identity = [(Id::PostCall, envelope::call), (Id::Call, call::call_id)];
            let is_identity = identity
                .iter()
                .any(|&(id, place)| key.field() == Some(number(id.object(), place)));
            let severity = if is_identity {
                Severity::Error
            } else {
                Severity::Warning
            };
            self.marks
                .push((Code::DuplicateKey, severity), key.start, None, Received::Nothing);
        }
    }

    /// Checks the identity of the call.
    fn identity(&mut self, at: u32) {
        let node = self.document.node(at);
        if node.kind != Kind::String {
            return;
        }
        let id = self.document.text_of(node);
        if id.trim().is_empty() || id.len() > MAX_ID_BYTES || matches!(&*id, "." | "..") {
            self.mark(Code::UnusableId, node.start, None, Received::Nothing);
        }
    }

    /// Checks a word of an open vocabulary. Empty text is no word.
    fn word(&mut self, at: u32, node: Node, knows: impl FnOnce(&str) -> bool, form: Form) {
        let text = self.document.text_of(node);
        if !text.trim().is_empty() && !knows(&text) {
            self.mark(Code::UnknownValue, node.start, Some(form.name()), Received::Word(at));
        }
    }

    /// Marks a type that was seen but is not documented, or text of that type that cannot be read.
    fn loose(&mut self, node: Node, is_read: bool, form: Form) {
        let code = if is_read { Code::LooseType } else { Code::InvalidFormat };
        self.mark(code, node.start, Some(form.name()), Received::Name(node.kind.name()));
    }

    fn wrong_type(&mut self, node: Node, expected: &'static str) {
        self.mark(
            Code::InvalidType,
            node.start,
            Some(expected),
            Received::Name(node.kind.name()),
        );
    }

    fn flaw(&mut self, node: Node) {
        let code = if node.has(flag::BAD_UTF8) {
            Code::InvalidUtf8
        } else {
            Code::LoneSurrogate
        };
        let offset = self.document.flaw(node);
        self.mark(code, offset, None, Received::Nothing);
    }

    fn mark(&mut self, code: Code, offset: u32, expected: Option<&'static str>, received: Received) {
        self.marks.push((code, code.severity()), offset, expected, received);
    }
}

/// The number of a field among all of the declaration.
fn number(object: &Object, place: usize) -> u16 {
    object.base.saturating_add(u16::try_from(place).unwrap_or(0))
}

/// Whether a text spells a decimal number.
fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && fraction.is_none_or(is_digits)
}

/// The name of the document that stands where the payload should, if it is one that is known.
fn shape(document: &Document<'_>) -> Option<&'static str> {
    let is = |at: u32, kind: Kind| document.node(at).kind == kind;
    let text_is = |at: Option<u32>, word: &str| {
        at.is_some_and(|at| is(at, Kind::String) && document.text_of(document.node(at)) == word)
    };
    let calls = document
        .member(0, "response")
        .and_then(|response| document.member(response, "calls"));
    if let Some(calls) = calls.filter(|&calls| is(calls, Kind::Array)) {
        let is_one = document.items(calls).next().is_some_and(|record| {
            document.member(record, "status").is_some() && document.member(record, "call_status").is_none()
        });
        return Some(if is_one { "api_get" } else { "api_list" });
    }
    let has_id = ["call_id", "Call_id", "callId"]
        .iter()
        .any(|name| document.member(0, name).is_some());
    if has_id && document.member(0, "call_status").is_some() {
        return Some("flat_record");
    }
    if text_is(document.member(0, "event"), "call_inbound") {
        return Some("inbound_call");
    }
    let detail = document.member(0, "detail")?;
    let keys = ["status", "description", "request_id", "category"];
    keys.iter()
        .all(|key| document.member(detail, key).is_some())
        .then_some("api_error")
}

/// The root of a value: the document that a string holds, or the value itself.
pub(crate) fn read_through(document: &Document<'_>, at: u32) -> u32 {
    if document.node(at).has(flag::EMBEDDING) {
        document.embedded(at).unwrap_or(at)
    } else {
        at
    }
}

/// The number that a value is or spells.
pub(crate) fn decimal(document: &Document<'_>, at: u32) -> Option<f64> {
    let node = document.node(at);
    let text = document.text_of(node);
    match node.kind {
        Kind::Number => text.parse().ok().filter(|number: &f64| number.is_finite()),
        Kind::String if is_decimal(text.trim()) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Whether a value is true or spells it.
pub(crate) fn is_true(document: &Document<'_>, at: u32) -> bool {
    let node = document.node(at);
    node.kind == Kind::True || (node.kind == Kind::String && alike(&document.text_of(node), "true"))
}
