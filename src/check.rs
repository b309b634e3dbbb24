//! Tape against declaration: what is wrong, odd or new, in document order.
//!
//! What must hold between fields is checked by the rules: those of an action as soon as it has been checked, while what
//! was read of it is at hand, all others behind this pass.

use crate::fields::{Fields, Room, decimal, is_decimal, is_extractor, says_something};
use crate::format::{self, Reading};
use crate::issue::{Code, Severity};
use crate::kind::Kind;
use crate::mark::{Marks, Received, Step};
use crate::payload::{Field, Form, Id, Need, Sought, call, envelope, number};
use crate::rules::{self, CallFacts};
use crate::scan::{Buffers, embed};
use crate::tape::{Document, Node, flag, wide};
use crate::vocabulary::trimmed;

/// The longest usable id, in bytes of UTF-8.
pub const MAX_ID_BYTES: usize = 128;

/// Checks a scanned document. Whether it is a payload, right or wrong, so that its fields may be compared.
pub(crate) fn check(
    document: &mut Document<'_>,
    buffers: &mut Buffers,
    marks: &mut Marks,
    sought: Sought,
    max_depth: usize,
) -> bool {
    Check { document, buffers, marks, sought, max_depth, call: None, doubt: 0 }.run()
}

/// The pass over a scanned document.
struct Check<'c, 'd> {
    document: &'c mut Document<'d>,
    buffers: &'c mut Buffers,
    marks: &'c mut Marks,
    sought: Sought,
    max_depth: usize,
    /// What the rules of actions must know, where there is a call.
    call: Option<CallFacts>,
    /// The next value in doubt.
    doubt: usize,
}

impl Check<'_, '_> {
    fn run(&mut self) -> bool {
        let root = *self.document.node(0);
        if root.kind != Kind::Object {
            self.wrong_type(root, "object");
            self.free(0);
            return false;
        }
        let call = Fields::of(self.document, Some(0), Id::PostCall).get(envelope::call);
        let has_call = call.is_some_and(|at| self.document.node(at).kind == Kind::Object);
        if !has_call && let Some(shape) = shape(self.document) {
            self.marks.clear();
            self.mark(Code::OtherShape, root.start, Some("post_call"), Received::Name(shape));
            return false;
        }
        let is_compared = has_call && self.sought == Sought::Issues;
        self.call = is_compared.then(|| CallFacts::of(self.document));
        self.object(0, Id::PostCall, None);
        has_call
    }

    /// Checks a declared object and what it contains. The key that it stands under matters for actions alone.
    fn object(&mut self, at: u32, id: Id, under: Option<u32>) {
        let is_action = id == Id::Action && self.sought == Sought::Issues;
        let mut room = is_action.then(Room::default);
        if let Some(room) = &mut room
            && is_extractor(&Fields::action(self.document, at, room), under)
        {
            self.document.tape.flag(at, flag::EXTRACTOR);
        }
        let node = *self.document.node(at);
        if !node.has(flag::COMPLETE) {
            self.missing(at, id);
        }
        // Only then can a key be a repeat, or a text be flawed, so that all members must be looked at.
        let is_blemished = self.document.tape.blemishes > 0;
        let object = id.object();
        let mut key_at = at + 1;
        loop {
            if !is_blemished {
                // Behind the last one nothing is in doubt.
                key_at = self.document.tape.doubts.get(self.doubt).map_or(node.link, |&doubt| doubt - 1);
            }
            if key_at >= node.link {
                break;
            }
            self.doubt += 1;
            let field = self.document.node(key_at).field();
            let place = field.map(|number| usize::from(number.wrapping_sub(object.base)));
            let declared = place.and_then(|place| object.fields.get(place));
            let is_word = declared.is_some_and(|field| self.is_word(key_at + 1, field));
            if is_blemished || !is_word {
                self.marks.enter(field.map_or(Step::Key(key_at), Step::Field));
                self.member(&node, id, key_at, declared);
                self.marks.leave();
            }
            key_at = self.document.after(key_at + 1);
            // What was not looked into holds nothing that is in doubt.
            while self.document.tape.doubts.get(self.doubt).is_some_and(|&doubt| doubt < key_at) {
                self.doubt += 1;
            }
        }
        if let (Some(room), Some(call)) = (&room, &self.call)
            && call.actions.contains(&at)
            && !under.is_some_and(|key| self.document.node(key).has(flag::OVERWRITTEN))
        {
            rules::check_action(call, (under, at), Fields::new(self.document, room), self.marks);
        }
    }

    /// Whether a field's value is a word of its vocabulary. It is looked up here, once and for all.
    #[inline]
    fn is_word(&mut self, at: u32, field: &Field) -> bool {
        let node = self.document.node(at);
        let Some(vocabulary) = field.form.vocabulary().filter(|_| node.kind == Kind::String) else { return false };
        let row = vocabulary.row(&self.document.bytes_of(node));
        if let (Some(row), Some(node)) = (row, self.document.tape.nodes.get_mut(wide(at))) {
            node.field = u16::from(row) + 1;
        }
        row.is_some()
    }

    /// Checks a member of a declared object, its key and its value.
    fn member(&mut self, object: &Node, id: Id, key_at: u32, declared: Option<&Field>) {
        let (key, value_at) = (*self.document.node(key_at), key_at + 1);
        if declared.is_none() && id != Id::Parameters {
            self.mark(Code::UnknownField, key.start, None, Received::Nothing);
        }
        if self.document.tape.blemishes > 0 {
            self.key(key);
        }
        let Some(field) = declared else {
            self.free(value_at);
            return;
        };
        match field.form {
            // An error that is there by mistake is looked for again, which costs less than to read what each action is.
            Form::Settings(settings) if object.has(flag::EXTRACTOR) || self.sought == Sought::Errors => {
                self.settings(value_at, settings);
            }
            // Whatever is no extractor puts anything there.
            Form::Settings(_) => self.form(value_at, Form::Free, field.need),
            form => self.form(value_at, form, field.need),
        }
        if self.document.tape.blemishes > 0 {
            self.flaw(*self.document.node(value_at));
        }
    }

    /// Marks the fields that an object lacks, where it begins.
    #[inline(never)]
    fn missing(&mut self, at: u32, id: Id) {
        let numbers = self.document.members(at).filter_map(|(key, _)| self.document.node(key).field());
        let places = numbers.filter_map(|number| number.checked_sub(id.object().base));
        let present = places.fold(0_u64, |bits, place| bits | 1_u64 << (place & 63));
        // An analysis without a member says that nothing was judged, not that 35 verdicts are missing.
        let is_not_judged = id == Id::Analysis && self.document.after(at) == at + 1;
        let start = self.document.node(at).start;
        for (place, field) in id.object().fields.iter().enumerate() {
            let severity = match field.need {
                Need::Identity => Severity::Error,
                _ if self.sought == Sought::Errors => continue,
                Need::Warned => Severity::Warning,
                Need::Usual if !is_not_judged => Severity::Info,
                Need::Usual | Need::Rare => continue,
            };
            if present >> place & 1 == 0 {
                self.marks.enter(Step::Field(number(id, place)));
                self.marks.push((Code::MissingField, severity), start, None, Received::Nothing);
                self.marks.leave();
            }
        }
    }

    /// Checks a value for its form and for itself.
    fn value(&mut self, at: u32, form: Form, need: Need) {
        self.form(at, form, need);
        self.flaw(*self.document.node(at));
    }

    /// Checks the form of a value.
    fn form(&mut self, at: u32, form: Form, need: Need) {
        let node = *self.document.node(at);
        if node.kind == Kind::Null {
            if need == Need::Identity {
                self.wrong_type(node, form.type_name());
            }
            return;
        }
        match (form, node.kind) {
            (Form::Any, _)
            | (Form::List, Kind::Array)
            | (Form::Free | Form::Variables | Form::Returned, Kind::Object) => self.inside(at),
            (Form::Object(id), Kind::Object) => self.object(at, id, None),
            (Form::Map(id), Kind::Object) => self.map(at, id),
            (Form::Map(id), Kind::Array) => self.list(at, id),
            (Form::Texts, Kind::Array) => self.items(at, |check, item| check.value(item, Form::Text, Need::Usual)),
            (Form::Text, Kind::String) | (Form::Boolean, Kind::True | Kind::False) | (Form::Number, Kind::Number) => {}
            (Form::CallId, Kind::String) => self.identity(node),
            (Form::Duration, Kind::Number | Kind::String) => self.duration(at, node),
            (Form::Word(_) | Form::Verdict, Kind::String) => self.word(at, node, form),
            (Form::Free | Form::Returned, Kind::String) => self.embedded(at, form),
            (
                Form::Time
                | Form::NaiveTime
                | Form::Stamp
                | Form::Zone
                | Form::Url
                | Form::Phone
                | Form::Number
                | Form::Boolean,
                Kind::String,
            )
            | (Form::Stamp, Kind::Number) => self.text(node, form),
            (Form::Verdict, Kind::True | Kind::False) => self.format(node, form, Reading::Loose),
            (Form::Returned, _) => {
                if says_something(self.document, at) {
                    self.format(node, form, Reading::Loose);
                }
                self.inside(at);
            }
            _ => {
                self.wrong_type(node, form.type_name());
                self.inside(at);
            }
        }
    }

    /// Checks the text of a value that has a format. Blank text says nothing.
    fn text(&mut self, node: Node, form: Form) {
        if !self.document.is_blank(&node) {
            let text = self.document.bytes_of(&node);
            self.format(node, form, format::read(&text, form, node.kind));
        }
    }

    /// Marks what reading a value in its format came to.
    fn format(&mut self, node: Node, form: Form, reading: Reading) {
        let (code, expected) = match reading {
            Reading::Right => return,
            // Unix time in digits is a string, too, as a time should be.
            Reading::Loose if form.name() == node.kind.name() => (Code::LooseType, form.format_name()),
            Reading::Loose => (Code::LooseType, form.name()),
            Reading::OutOfRange => (Code::OutOfRange, form.format_name()),
            Reading::Wrong => (Code::InvalidFormat, form.format_name()),
        };
        self.mark(code, node.start, Some(expected), Received::Name(node.kind.name()));
    }

    /// Checks the members of an object whose keys are free.
    fn map(&mut self, at: u32, id: Id) {
        self.members(at, |check, key, value| check.entry(value, id, Some(key)));
    }

    /// Checks an array that stands where an object with free keys should.
    fn list(&mut self, at: u32, id: Id) {
        if self.document.after(at) > at + 1 {
            self.format(*self.document.node(at), Form::Map(id), Reading::Loose);
        }
        self.items(at, |check, item| check.entry(item, id, None));
    }

    /// Checks a member of a map or of the array that stands for one.
    fn entry(&mut self, at: u32, id: Id, under: Option<u32>) {
        match self.document.node(at).kind {
            Kind::Object => self.object(at, id, under),
            _ => self.value(at, Form::Object(id), Need::Usual),
        }
    }

    /// Checks the configuration of an extractor, which may be JSON in a string.
    fn settings(&mut self, at: u32, id: Id) {
        match self.document.node(at).kind {
            Kind::String => self.embedded(at, Form::Settings(id)),
            _ => self.form(at, Form::Object(id), Need::Usual),
        }
    }

    /// Reads JSON in a string, once. Empty text says nothing; text that does not begin like JSON stays text.
    fn embedded(&mut self, at: u32, form: Form) {
        let node = *self.document.node(at);
        if self.document.is_blank(&node) || node.has(flag::FLAWED) {
            return;
        }
        let text = self.document.bytes_of(&node);
        let text = trimmed(&text);
        let is_json = matches!(text, [b'{' | b'[', ..]) || text == b"null";
        let is_read = !is_json || embed(self.document, self.buffers, at, form, self.max_depth);
        self.format(node, form, if is_read { Reading::Loose } else { Reading::Wrong });
    }

    /// Looks through what the declaration says nothing about for strings and keys that are flawed or repeated.
    fn free(&mut self, at: u32) {
        self.flaw(*self.document.node(at));
        self.inside(at);
    }

    /// Looks through what a container holds.
    fn inside(&mut self, at: u32) {
        if self.document.tape.blemishes > 0 {
            self.items(at, Self::free);
            self.members(at, |check, _, value| check.free(value));
        }
    }

    /// Does something with each item of an array, its place on the path.
    fn items(&mut self, at: u32, mut each: impl FnMut(&mut Self, u32)) {
        let is_array = self.document.node(at).kind == Kind::Array;
        let end = if is_array { self.document.after(at) } else { at };
        let mut item = at + 1;
        let mut index = 0_u32;
        while item < end {
            self.marks.enter(Step::Index(index));
            each(self, item);
            self.marks.leave();
            index += 1;
            item = self.document.after(item);
        }
    }

    /// Does something with each member of an object, its key checked and on the path.
    fn members(&mut self, at: u32, mut each: impl FnMut(&mut Self, u32, u32)) {
        let is_object = self.document.node(at).kind == Kind::Object;
        let end = if is_object { self.document.after(at) } else { at };
        let mut key = at + 1;
        while key < end {
            let value = key + 1;
            self.marks.enter(Step::Key(key));
            self.key(*self.document.node(key));
            each(self, key, value);
            self.marks.leave();
            key = self.document.after(value);
        }
    }

    /// Checks a key for itself: there before, or flawed.
    fn key(&mut self, key: Node) {
        if key.has(flag::REPEATED) {
            let identity = [number(Id::PostCall, envelope::call), number(Id::Call, call::call_id)];
            let is_identity = key.field().is_some_and(|field| identity.contains(&field));
            let severity = if is_identity { Severity::Error } else { Severity::Warning };
            self.marks.push((Code::DuplicateKey, severity), key.start, None, Received::Nothing);
        }
        self.flaw(key);
    }

    /// Checks the identity of the call.
    fn identity(&mut self, node: Node) {
        let id = self.document.bytes_of(&node);
        if self.document.is_blank(&node) || id.len() > MAX_ID_BYTES || matches!(&*id, b"." | b"..") {
            self.mark(Code::UnusableId, node.start, None, Received::Nothing);
        }
    }

    /// Checks that the length of the call is one.
    fn duration(&mut self, at: u32, node: Node) {
        if node.kind == Kind::String {
            self.text(node, Form::Duration);
        }
        let is_number = node.kind == Kind::Number || is_decimal(trimmed(&self.document.bytes_of(&node)));
        if is_number && decimal(self.document, at).is_none_or(|seconds| seconds < 0.0) {
            self.mark(Code::OutOfRange, node.start, Some("seconds"), Received::Nothing);
        }
    }

    /// Checks a word of an open vocabulary. Blank text is no word.
    fn word(&mut self, at: u32, node: Node, form: Form) {
        if node.row().is_none() && !self.document.is_blank(&node) {
            self.mark(Code::UnknownValue, node.start, Some(form.name()), Received::Word(at));
        }
    }

    fn wrong_type(&mut self, node: Node, expected: &'static str) {
        self.mark(Code::InvalidType, node.start, Some(expected), Received::Name(node.kind.name()));
    }

    /// Marks a string that is no Unicode text, at its first bad byte: after all that is marked at its beginning.
    #[inline]
    fn flaw(&mut self, node: Node) {
        if node.has(flag::FLAWED) {
            let code = if node.has(flag::BAD_UTF8) { Code::InvalidUtf8 } else { Code::LoneSurrogate };
            self.mark(code, self.document.flaw(&node), None, Received::Nothing);
        }
    }

    fn mark(&mut self, code: Code, offset: u32, expected: Option<&'static str>, received: Received) {
        self.marks.push((code, code.severity()), offset, expected, received);
    }
}

/// The name of the document that stands where the payload should, if it is one that is known.
fn shape(document: &Document<'_>) -> Option<&'static str> {
    let is = |at: u32, kind: Kind| document.node(at).kind == kind;
    let text_is = |at: Option<u32>, word: &str| {
        at.is_some_and(|at| is(at, Kind::String) && document.text_of(document.node(at)) == word)
    };
    let calls = document.member(0, "response").and_then(|response| document.member(response, "calls"));
    if let Some(calls) = calls.filter(|&calls| is(calls, Kind::Array)) {
        let is_one = document.items(calls).next().is_some_and(|record| {
            document.member(record, "status").is_some() && document.member(record, "call_status").is_none()
        });
        return Some(if is_one { "api_get" } else { "api_list" });
    }
    let has_id = ["call_id", "Call_id", "callId"].iter().any(|name| document.member(0, name).is_some());
    if has_id && document.member(0, "call_status").is_some() {
        return Some("flat_record");
    }
    if text_is(document.member(0, "event"), "call_inbound") {
        return Some("inbound_call");
    }
    let detail = document.member(0, "detail")?;
    let keys = ["status", "description", "request_id", "category"];
    keys.iter().all(|key| document.member(detail, key).is_some()).then_some("api_error")
}
