//! Bytes to tape: the grammar of JSON, UTF-8, escapes, depth and repeated keys, in one pass.
//!
//! The scanner knows the declaration: it expects the next key in the usual order and compares it in place, so that a known
//! key costs one comparison.

use crate::escape::{Unescaped, sequence, unescape, unicode_escape};
use crate::payload::{Form, Id, Object};
use crate::tape::{Document, Kind, Node, Tape, flag, narrow, sort, wide};

/// Why a scan ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Not JSON at this byte, where something else was expected.
    Syntax(u32, &'static str),
    /// A bracket at this byte opens one level too many.
    TooDeep(u32),
}
/// What the members of an open container are.
#[derive(Debug, Clone, Copy)]
enum Inside {
    /// Anything.
    Free,
    /// The fields of a declared object.
    Fields(&'static Object),
    /// Objects of one declaration.
    Each(Id),
}

impl Inside {
    /// What is inside a container that is the value of a field.
    const fn of(form: Form) -> Self {
        match form {
            Form::Object(id) | Form::Settings(id) => Self::Fields(id.object()),
            Form::Map(id) => Self::Each(id),
            _ => Self::Free,
        }
    }
}
/// A container that is open while scanning.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: u32,
    is_object: bool,
    inside: Inside,
    /// The place among the fields that the next key is expected at.
    next: usize,
    /// The fields that were there, a bit each. No declared object has more than 64.
    seen: u64,
    /// Keys that the declaration does not name.
    strangers: u32,
}
/// What scanning fills and keeps, so that the next scan allocates nothing.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    open: Vec<Open>,
    keys: Vec<u32>,
}

/// Scans a whole document. The root is node 0.
pub(crate) fn scan(
    document: &mut Document<'_>,
    buffers: &mut Buffers,
    from: usize,
    max_depth: usize,
) -> Result<(), Stop> {
    document.tape.clear();
    buffers.open.clear();
    let tape = &mut document.tape;
    Scanner { bytes: document.bytes, at: from, base: 0, tape, buffers, max_depth }
        .document(Inside::Fields(Id::PostCall.object()))
}

/// Scans the text of a string as a document of its own. Whether it is one.
pub(crate) fn embed(document: &mut Document<'_>, buffers: &mut Buffers, at: u32, form: Form, max_depth: usize) -> bool {
    let node = document.node(at);
    let text = document.text_of(node).into_owned();
    let base = narrow(document.bytes.len() + document.tape.text.len());
    let root = narrow(document.tape.nodes.len());
    let blemishes = document.tape.blemishes;
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, base, tape: &mut document.tape, buffers, max_depth };
    let outcome = scanner.document(Inside::of(form));
    // Flaws inside a string are no flaws of the document: JSON's own escapes made that text.
    let clean = document.tape.blemishes == blemishes;
    document.tape.blemishes = blemishes;
    buffers.open.clear();
    if outcome.is_err() || !clean {
        document.tape.nodes.truncate(wide(root));
        return false;
    }
    document.tape.text.extend_from_slice(text.as_bytes());
    document.tape.embedded.push((at, root));
    if let Some(node) = document.tape.nodes.get_mut(wide(at)) {
        node.flags |= flag::EMBEDDING;
    }
    true
}

/// The single pass over the bytes.
struct Scanner<'b, 't> {
    bytes: &'b [u8],
    at: usize,
    /// What is added to a place in `bytes` to make it a place on the tape.
    base: u32,
    tape: &'t mut Tape,
    buffers: &'t mut Buffers,
    max_depth: usize,
}

impl Scanner<'_, '_> {
    /// A value and nothing but white space round it.
    fn document(&mut self, mut inside: Inside) -> Result<(), Stop> {
        let bottom = self.buffers.open.len();
        loop {
            self.space();
            if self.value(inside)? {
                // A container was opened: its first member or its end comes next.
                match self.member(true)? {
                    Some(next) => {
                        inside = next;
                        continue;
                    }
                    None => self.close(),
                }
            }
            // A value has ended: so may the containers round it.
            loop {
                if self.buffers.open.len() == bottom {
                    self.space();
                    return if self.at < self.bytes.len() { Err(self.syntax("end of input")) } else { Ok(()) };
                }
                match self.member(false)? {
                    Some(next) => {
                        inside = next;
                        break;
                    }
                    None => self.close(),
                }
            }
        }
    }

    /// Reads up to the next value of the innermost container: what that value may be, or nothing at the container's
    /// end, which is read as well.
    fn member(&mut self, first: bool) -> Result<Option<Inside>, Stop> {
        let Some(&Open { is_object, inside, .. }) = self.buffers.open.last() else {
            return Ok(None);
        };
        self.space();
        match (self.peek(), is_object) {
            (Some(b'}'), true) | (Some(b']'), false) => {
                self.step();
                return Ok(None);
            }
            (Some(b','), _) if !first => {
                self.step();
                self.space();
            }
            _ if first => {}
            (_, true) => return Err(self.syntax("`,` or `}`")),
            (_, false) => return Err(self.syntax("`,` or `]`")),
        }
        if !is_object {
            return Ok(Some(match inside {
                Inside::Each(id) => Inside::Fields(id.object()),
                _ => Inside::Free,
            }));
        }
        if self.peek() != Some(b'"') {
            return Err(self.syntax(if first { "a key or `}`" } else { "a key" }));
        }
        let inside = self.key(inside)?;
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.syntax("`:`"));
        }
        self.step();
        Ok(Some(inside))
    }

    /// Reads a key. What its value may be.
    fn key(&mut self, inside: Inside) -> Result<Inside, Stop> {
        let Inside::Fields(object) = inside else {
            self.stranger()?;
            return Ok(match inside {
                Inside::Each(id) => Inside::Fields(id.object()),
                _ => Inside::Free,
            });
        };
        let next = self.buffers.open.last().map_or(0, |open| open.next);
        let found = match object.fields.get(next) {
            Some(field) if self.key_is(field.name) => {
                let start = self.at;
                self.at = (start + field.name.len()) + 2;
                self.push(start, Kind::String, narrow(field.name.len()), 0);
                Some(next)
            }
            _ => {
                self.stranger()?;
                self.lookup(object)
            }
        };
        let Some(place) = found else { return Ok(Inside::Free) };
        let number = (object.base + u16::try_from(place).unwrap_or(0)) + 1;
        let bit = 1_u64.checked_shl(narrow(place)).unwrap_or(0);
        let mut repeated = false;
        if let Some(open) = self.buffers.open.last_mut() {
            repeated = open.seen & bit != 0;
            open.seen |= bit;
            open.next = place + 1;
            if Some(place) != Some(next) {
                open.strangers = open.strangers.saturating_sub(1);
            }
        }
        if let Some(key) = self.tape.nodes.last_mut() {
            key.field = number;
            if repeated {
                key.flags |= flag::REPEATED;
                self.tape.blemishes += 1;
            }
        }
        Ok(object.fields.get(place).map_or(Inside::Free, |field| Inside::of(field.form)))
    }

    /// Whether the key that begins here is spelled like this, without escapes.
    fn key_is(&self, name: &str) -> bool {
        let from = self.at + 1;
        let end = from + name.len();
        self.bytes.get(from..end) == Some(name.as_bytes()) && self.bytes.get(end) == Some(&b'"')
    }

    /// Reads a key that was not expected here.
    fn stranger(&mut self) -> Result<(), Stop> {
        self.string()?;
        if let Some(open) = self.buffers.open.last_mut() {
            open.strangers += 1;
        }
        Ok(())
    }

    /// The field that the key read last names, escapes undone.
    fn lookup(&self, object: &'static Object) -> Option<usize> {
        let key = self.tape.nodes.last()?;
        let raw = self.slice(*key);
        if key.has(flag::ESCAPED) {
            let mut text = Vec::with_capacity(raw.len());
            unescape(raw, &mut text);
            return object.fields.iter().position(|field| field.name.as_bytes() == text);
        }
        object.fields.iter().position(|field| field.name.as_bytes() == raw)
    }

    /// Reads the value that begins here. Whether it is a container, which is then open.
    fn value(&mut self, inside: Inside) -> Result<bool, Stop> {
        match self.peek() {
            Some(b'"') => self.string().map(|()| false),
            Some(b'{') => self.open(Kind::Object, inside).map(|()| true),
            Some(b'[') => self.open(Kind::Array, inside).map(|()| true),
            Some(b't') => self.literal("true", Kind::True).map(|()| false),
            Some(b'f') => self.literal("false", Kind::False).map(|()| false),
            Some(b'n') => self.literal("null", Kind::Null).map(|()| false),
            Some(b'-' | b'0'..=b'9') => self.number().map(|()| false),
            _ => Err(self.syntax("a value")),
        }
    }

    fn open(&mut self, kind: Kind, inside: Inside) -> Result<(), Stop> {
        if self.buffers.open.len() >= self.max_depth {
            return Err(Stop::TooDeep(self.place(self.at)));
        }
        // An array of what a map holds is read like the map; an array for an object is read by nobody.
        let inside = match (kind, inside) {
            (Kind::Array, Inside::Fields(_)) => Inside::Free,
            _ => inside,
        };
        let node = narrow(self.tape.nodes.len());
        self.buffers.open.push(Open { node, is_object: kind == Kind::Object, inside, next: 0, seen: 0, strangers: 0 });
        let start = self.at;
        self.step();
        self.push(start, kind, 0, 0);
        Ok(())
    }

    /// Ends the innermost container; its last bracket has been read.
    fn close(&mut self) {
        let Some(open) = self.buffers.open.pop() else { return };
        if open.strangers > 1 {
            self.mark_repeats(open.node);
        }
        let (end, link) = (self.place(self.at), narrow(self.tape.nodes.len()));
        if let Some(node) = self.tape.nodes.get_mut(wide(open.node)) {
            node.end = end;
            node.link = link;
        }
    }

    /// Marks the keys of an object that stood there before, among those that the declaration does not name.
    /// Sorted, so that many keys cost n log n comparisons, whatever a sender makes of them.
    fn mark_repeats(&mut self, object: u32) {
        let mut keys = core::mem::take(&mut self.buffers.keys);
        keys.clear();
        let mut at = wide(object) + 1;
        while let Some(key) = self.tape.nodes.get(at) {
            if key.field == 0 {
                keys.push(narrow(at));
            }
            at += 1;
            at = match self.tape.nodes.get(at) {
                Some(node) if matches!(node.kind, Kind::Array | Kind::Object) => wide(node.link),
                _ => at + 1,
            };
        }
        sort(&mut keys, &|a, b| self.compare_keys(a, b));
        for pair in keys.windows(2) {
            if let &[first, second] = pair
                && self.compare_keys(first, second).is_eq()
                && let Some(key) = self.tape.nodes.get_mut(wide(second))
            {
                key.flags |= flag::REPEATED;
                self.tape.blemishes += 1;
            }
        }
        self.buffers.keys = keys;
    }

    /// Orders two keys by their unescaped bytes.
    fn compare_keys(&self, a: u32, b: u32) -> core::cmp::Ordering {
        let node = |at: u32| self.tape.nodes.get(wide(at)).copied().unwrap_or(Node::NULL);
        let (a, b) = (node(a), node(b));
        let plain = |key: Node| (!key.has(flag::ESCAPED)).then(|| self.slice(key));
        match (plain(a), plain(b)) {
            (Some(a), Some(b)) => a.cmp(b),
            _ => Unescaped::new(self.slice(a)).cmp(Unescaped::new(self.slice(b))),
        }
    }

    /// The bytes between a string's quotes.
    fn slice(&self, string: Node) -> &[u8] {
        let start = wide(string.start.saturating_sub(self.base)) + 1;
        let end = wide(string.end.saturating_sub(self.base)).saturating_sub(1);
        self.bytes.get(start..end).unwrap_or_default()
    }

    fn literal(&mut self, word: &'static str, kind: Kind) -> Result<(), Stop> {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at = start + word.len();
            self.push(start, kind, 0, 0);
            return Ok(());
        }
        self.at = start + (rest.iter().zip(word.bytes()).take_while(|&(a, b)| *a == b).count());
        Err(self.syntax(match kind {
            Kind::True => "`true`",
            Kind::False => "`false`",
            _ => "`null`",
        }))
    }

    fn number(&mut self) -> Result<(), Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.step();
        }
        match self.peek() {
            Some(b'0') => self.step(),
            _ => self.digits()?,
        }
        let mut flags = flag::INTEGER;
        if self.peek() == Some(b'.') {
            flags = 0;
            self.step();
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            flags = 0;
            self.step();
            if let Some(b'+' | b'-') = self.peek() {
                self.step();
            }
            self.digits()?;
        }
        self.push(start, Kind::Number, 0, flags);
        Ok(())
    }

    fn digits(&mut self) -> Result<(), Stop> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.syntax("a digit"));
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.step();
        }
        Ok(())
    }

    /// Reads a string: its end, its length in UTF-16 units, and whether it is Unicode text.
    fn string(&mut self) -> Result<(), Stop> {
        let start = self.at;
        let mut at = start + 1;
        let mut flags = 0;
        // Bytes that are no UTF-16 units: the difference between the two lengths.
        let mut surplus = 0_usize;
        loop {
            at = skip_plain(self.bytes, at);
            match self.bytes.get(at) {
                Some(b'"') => break,
                Some(b'\\') => {
                    flags |= flag::ESCAPED;
                    let (length, is_lone) = self.escape(at)?;
                    match length {
                        12 => surplus += 10,
                        _ => surplus += length.saturating_sub(1),
                    }
                    if is_lone {
                        flags |= flag::LONE_SURROGATE;
                    }
                    at += length;
                }
                Some(0x80..) => {
                    let length = sequence(self.bytes.get(at..).unwrap_or_default());
                    match length {
                        0 => {
                            flags |= flag::BAD_UTF8;
                            at += 1;
                        }
                        4 => surplus += 2,
                        _ => surplus += length.saturating_sub(1),
                    }
                    at += length;
                }
                Some(_) => {
                    self.at = at;
                    return Err(self.syntax("an escaped control character"));
                }
                None => {
                    self.at = at;
                    return Err(self.syntax("`\"`"));
                }
            }
        }
        self.at = at + 1;
        if flags & flag::FLAWED != 0 {
            self.tape.blemishes += 1;
        }
        let bytes = at.saturating_sub(start).saturating_sub(1);
        self.push(start, Kind::String, narrow(bytes.saturating_sub(surplus)), flags);
        Ok(())
    }

    /// Reads the escape at a backslash: its length, 12 for a pair of surrogates, and whether it is half of one.
    fn escape(&mut self, at: usize) -> Result<(usize, bool), Stop> {
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok((2, false)),
            Some(b'u') => {
                let rest = self.bytes.get(at..).unwrap_or_default();
                match unicode_escape(rest) {
                    Some(0xD800..=0xDBFF) => match rest.get(6..).and_then(unicode_escape) {
                        Some(0xDC00..=0xDFFF) => Ok((12, false)),
                        _ => Ok((6, true)),
                    },
                    Some(0xDC00..=0xDFFF) => Ok((6, true)),
                    Some(_) => Ok((6, false)),
                    None => {
                        let digits = rest.iter().skip(2).take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
                        self.at = (at + 2) + digits;
                        Err(self.syntax("a hexadecimal digit"))
                    }
                }
            }
            _ => {
                self.at = at + 1;
                Err(self.syntax("an escape character"))
            }
        }
    }

    fn push(&mut self, start: usize, kind: Kind, link: u32, flags: u8) {
        let node = Node { start: self.place(start), end: self.place(self.at), link, kind, flags, field: 0 };
        self.tape.nodes.push(node);
    }

    fn place(&self, at: usize) -> u32 {
        self.base + narrow(at)
    }

    fn syntax(&self, expected: &'static str) -> Stop {
        Stop::Syntax(self.place(self.at), expected)
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn step(&mut self) {
        self.at += 1;
    }

    fn space(&mut self) {
        while let Some(byte @ (b' ' | b'\n' | b'\r' | b'\t')) = self.peek() {
            self.step();
            // Indentation: the usual reason for more than one.
            while byte == b'\n' && self.bytes.get(self.at..self.at + 8) == Some(b"        ") {
                self.at += 8;
            }
        }
    }
}
/// The first byte from a place that is not plain: a quote, a backslash, a control or a byte beyond ASCII.
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const TOPS: u64 = 0x8080_8080_8080_8080;
    // Exact at and below the lowest byte that matches, which is all that is asked.
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & TOPS;
    while let Some(word) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*word);
        let quote = zero(word ^ (ONES * 0x22));
        let backslash = zero(word ^ (ONES * 0x5C));
        let control = word.wrapping_sub(ONES * 0x20) & !word & TOPS;
        let special = quote | backslash | control | (word & TOPS);
        if special != 0 {
            return at + wide(special.trailing_zeros() / 8);
        }
        at += 8;
    }
    while let Some(&byte) = bytes.get(at) {
        if byte < 0x20 || byte == b'"' || byte == b'\\' || byte >= 0x80 {
            break;
        }
        at += 1;
    }
    at
}
