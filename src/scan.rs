//! Bytes to tape: the grammar of JSON, UTF-8, escapes, depth and repeated keys, in one pass.
//!
//! The tape is a flat list of nodes in document order; a member of an object is a key node and the nodes of its value.
//! Nodes hold places in the bytes, never copies. The scanner knows the declaration: it expects the next key in the
//! usual order and compares it in place, so that a known key costs one comparison.
//!
//! // INVARIANT: a container's node links to the node after its last one, so that a reader can skip what it contains.
//! // INVARIANT: places at or behind the length of the input lie in the tape's own text, which holds the unescaped
//! documents that were found inside strings.

use std::borrow::Cow;

use memchr::memchr;

use crate::payload::{Form, Id, Object};

/// `usize` of a place on the tape or in the bytes.
#[expect(clippy::as_conversions, reason = "usize has 32 bits at least on every host")]
pub(crate) const fn wide(place: u32) -> usize {
    place as usize
}

/// A place as the tape keeps it. Inputs are shorter than 2^28 bytes (see `Options`), so the bound is never met.
pub(crate) fn narrow(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// Sorts places by what stands there, equals by their places: a heap sort, whose worst case is n log n. The library's
/// sort is faster and a tenth of the whole WebAssembly module; what is sorted here is short or hostile.
pub(crate) fn sort(places: &mut [u32], order: &dyn Fn(u32, u32) -> core::cmp::Ordering) {
    let is_less = |a: u32, b: u32| order(a, b).then(a.cmp(&b)).is_lt();
    let sift = |places: &mut [u32], mut parent: usize| {
        while let Some(&child) = places.get(2 * parent + 1) {
            let (mut at, mut greatest) = (2 * parent + 1, child);
            if let Some(&right) = places.get(at + 1)
                && is_less(greatest, right)
            {
                (at, greatest) = (at + 1, right);
            }
            if !places.get(parent).is_some_and(|&value| is_less(value, greatest)) {
                return;
            }
            swap(places, parent, at);
            parent = at;
        }
    };
    for parent in (0..places.len() / 2).rev() {
        sift(places, parent);
    }
    for end in (1..places.len()).rev() {
        swap(places, 0, end);
        sift(places.get_mut(..end).unwrap_or_default(), 0);
    }
}

fn swap(places: &mut [u32], a: usize, b: usize) {
    if let Ok([a, b]) = places.get_disjoint_mut([a, b]) {
        core::mem::swap(a, b);
    }
}

/// What a JSON value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `false`
    False,
    /// `true`
    True,
    /// A number, kept as it is spelled.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl Kind {
    /// The name of the JSON type, as issues give it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::False | Self::True => "boolean",
            Self::Number => "number",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        }
    }
}

/// A value or a key on the tape.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Node {
    /// First byte: the quote of a string, the bracket of a container.
    pub(crate) start: u32,
    /// The byte after the last one.
    pub(crate) end: u32,
    /// Containers: the node after the last one inside. Strings: UTF-16 units of the text. Others: 0.
    link: u32,
    pub(crate) kind: Kind,
    flags: u8,
    /// Keys: the field's number in the declaration plus one, 0 for a key that it does not name.
    field: u16,
}

/// Flags of a node.
pub(crate) mod flag {
    /// A string with escapes.
    pub(crate) const ESCAPED: u8 = 1;
    /// A string with bytes that are no UTF-8.
    pub(crate) const BAD_UTF8: u8 = 1 << 1;
    /// A string with a lone surrogate.
    pub(crate) const LONE_SURROGATE: u8 = 1 << 2;
    /// A key that stood in its object before.
    pub(crate) const REPEATED: u8 = 1 << 3;
    /// A string whose text is JSON; the document behind it is on the tape.
    pub(crate) const EMBEDDING: u8 = 1 << 4;
    /// A number without fraction and exponent.
    pub(crate) const INTEGER: u8 = 1 << 5;
    /// A string that is no Unicode text.
    pub(crate) const FLAWED: u8 = BAD_UTF8 | LONE_SURROGATE;
}

impl Node {
    const NULL: Self = Self { start: 0, end: 0, link: 0, kind: Kind::Null, flags: 0, field: 0 };

    pub(crate) const fn has(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// UTF-16 units of a string's text.
    pub(crate) const fn units(&self) -> u32 {
        self.link
    }

    /// The number of the declared field that a key names.
    pub(crate) fn field(&self) -> Option<u16> {
        self.field.checked_sub(1)
    }
}

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

/// The nodes of a document, and the buffers that scanning reuses.
#[derive(Debug, Default)]
pub(crate) struct Tape {
    nodes: Vec<Node>,
    open: Vec<Open>,
    /// Unescaped documents that were found in strings.
    text: Vec<u8>,
    /// The string nodes that hold a document, and the root of each.
    embedded: Vec<(u32, u32)>,
    keys: Vec<u32>,
    /// How many strings are no Unicode text, and how many keys are repeats.
    pub(crate) blemishes: u32,
}

impl Tape {
    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.open.clear();
        self.text.clear();
        self.embedded.clear();
        self.blemishes = 0;
    }
}

/// A document: the bytes and their tape.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) tape: Tape,
}

impl Document<'_> {
    /// Scans a whole document. The root is node 0.
    pub(crate) fn scan(&mut self, from: usize, max_depth: usize) -> Result<(), Stop> {
        self.tape.clear();
        Scanner { bytes: self.bytes, at: from, base: 0, tape: &mut self.tape, max_depth }
            .document(Inside::Fields(Id::PostCall.object()))
    }

    /// Scans the text of a string as a document of its own. Whether it is one.
    pub(crate) fn embed(&mut self, at: u32, form: Form, max_depth: usize) -> bool {
        let node = self.node(at);
        let text = self.text_of(node).into_owned();
        let base = narrow(self.bytes.len() + self.tape.text.len());
        let root = narrow(self.tape.nodes.len());
        let blemishes = self.tape.blemishes;
        let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, base, tape: &mut self.tape, max_depth };
        let outcome = scanner.document(Inside::of(form));
        // Flaws inside a string are no flaws of the document: JSON's own escapes made that text.
        let clean = self.tape.blemishes == blemishes;
        self.tape.blemishes = blemishes;
        self.tape.open.clear();
        if outcome.is_err() || !clean {
            self.tape.nodes.truncate(wide(root));
            return false;
        }
        self.tape.text.extend_from_slice(text.as_bytes());
        self.tape.embedded.push((at, root));
        if let Some(node) = self.tape.nodes.get_mut(wide(at)) {
            node.flags |= flag::EMBEDDING;
        }
        true
    }

    /// The node at a place of the tape; a null behind its end.
    pub(crate) fn node(&self, at: u32) -> &Node {
        self.tape.nodes.get(wide(at)).unwrap_or(&Node::NULL)
    }

    /// The root of the document that a string holds.
    pub(crate) fn embedded(&self, at: u32) -> Option<u32> {
        let found = self.tape.embedded.binary_search_by_key(&at, |&(string, _)| string).ok()?;
        self.tape.embedded.get(found).map(|&(_, root)| root)
    }

    /// The node behind a value and all that it contains.
    pub(crate) fn after(&self, at: u32) -> u32 {
        let node = self.node(at);
        match node.kind {
            Kind::Array | Kind::Object => node.link,
            _ => at + 1,
        }
    }

    /// The bytes from one place to another, quotes and escapes as they stand.
    pub(crate) fn raw(&self, start: u32, end: u32) -> &[u8] {
        let (start, end) = (wide(start), wide(end));
        let found = match start.checked_sub(self.bytes.len()) {
            None => self.bytes.get(start..end),
            Some(start) => self.tape.text.get(start..end.saturating_sub(self.bytes.len())),
        };
        found.unwrap_or_default()
    }

    /// The bytes of a value: without the quotes for a string, with its escapes as they stand.
    pub(crate) fn raw_of(&self, node: &Node) -> &[u8] {
        match node.kind {
            Kind::String => self.raw(node.start + 1, node.end.saturating_sub(1)),
            _ => self.raw(node.start, node.end),
        }
    }

    /// The text of a string, unescaped, or the spelling of any other value. What is no Unicode text reads U+FFFD.
    pub(crate) fn text_of(&self, node: &Node) -> Cow<'_, str> {
        match self.bytes_of(node) {
            Cow::Borrowed(raw) => {
                core::str::from_utf8(raw).map_or_else(|_| String::from_utf8_lossy(raw), Cow::Borrowed)
            }
            Cow::Owned(text) => {
                let text = String::from_utf8(text);
                Cow::Owned(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
            }
        }
    }

    /// The bytes of a string, unescaped, or the spelling of any other value; as they are, Unicode or not.
    pub(crate) fn bytes_of(&self, node: &Node) -> Cow<'_, [u8]> {
        let raw = self.raw_of(node);
        if !node.has(flag::ESCAPED) {
            return Cow::Borrowed(raw);
        }
        let mut text = Vec::with_capacity(raw.len());
        unescape(raw, &mut text);
        Cow::Owned(text)
    }

    /// The members of an object: key node and value node, repeats included.
    pub(crate) fn members(&self, object: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        let node = self.node(object);
        let mut at = object + 1;
        let end = if node.kind == Kind::Object { node.link } else { at };
        core::iter::from_fn(move || {
            (at < end).then(|| {
                let key = at;
                let value = key + 1;
                at = self.after(value);
                (key, value)
            })
        })
    }

    /// The items of an array.
    pub(crate) fn items(&self, array: u32) -> impl Iterator<Item = u32> + '_ {
        let node = self.node(array);
        let mut at = array + 1;
        let end = if node.kind == Kind::Array { node.link } else { at };
        core::iter::from_fn(move || {
            (at < end).then(|| {
                let item = at;
                at = self.after(item);
                item
            })
        })
    }

    /// The value of a key that the declaration may not name. The last one counts.
    pub(crate) fn member(&self, object: u32, name: &str) -> Option<u32> {
        self.members(object)
            .filter(|&(key, _)| *self.bytes_of(self.node(key)) == *name.as_bytes())
            .last()
            .map(|(_, value)| value)
    }

    /// The first byte of a string that makes it no Unicode text.
    pub(crate) fn flaw(&self, node: &Node) -> u32 {
        let raw = self.raw_of(node);
        let within = if node.has(flag::BAD_UTF8) {
            raw.utf8_chunks().next().map_or(0, |chunk| chunk.valid().len())
        } else {
            lone_surrogate(raw).unwrap_or(0)
        };
        (node.start + 1) + narrow(within)
    }
}

/// The single pass over the bytes.
struct Scanner<'b, 't> {
    bytes: &'b [u8],
    at: usize,
    /// What is added to a place in `bytes` to make it a place on the tape.
    base: u32,
    tape: &'t mut Tape,
    max_depth: usize,
}

impl Scanner<'_, '_> {
    /// A value and nothing but white space round it.
    fn document(&mut self, mut inside: Inside) -> Result<(), Stop> {
        let bottom = self.tape.open.len();
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
                if self.tape.open.len() == bottom {
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
        let Some(&Open { is_object, inside, .. }) = self.tape.open.last() else {
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
        let next = self.tape.open.last().map_or(0, |open| open.next);
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
        if let Some(open) = self.tape.open.last_mut() {
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
        if let Some(open) = self.tape.open.last_mut() {
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
        if self.tape.open.len() >= self.max_depth {
            return Err(Stop::TooDeep(self.place(self.at)));
        }
        // An array of what a map holds is read like the map; an array for an object is read by nobody.
        let inside = match (kind, inside) {
            (Kind::Array, Inside::Fields(_)) => Inside::Free,
            _ => inside,
        };
        let node = narrow(self.tape.nodes.len());
        self.tape.open.push(Open { node, is_object: kind == Kind::Object, inside, next: 0, seen: 0, strangers: 0 });
        let start = self.at;
        self.step();
        self.push(start, kind, 0, 0);
        Ok(())
    }

    /// Ends the innermost container; its last bracket has been read.
    fn close(&mut self) {
        let Some(open) = self.tape.open.pop() else { return };
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
        let mut keys = core::mem::take(&mut self.tape.keys);
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
        self.tape.keys = keys;
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

/// The length of the UTF-8 sequence that begins here with a byte beyond ASCII; 0 where there is none.
fn sequence(bytes: &[u8]) -> usize {
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
fn unicode_escape(bytes: &[u8]) -> Option<u32> {
    let [b'\\', b'u', digits @ ..] = bytes else { return None };
    let digits = digits.first_chunk::<4>()?;
    digits.iter().try_fold(0, |unit, &digit| Some(unit * 16 + char::from(digit).to_digit(16)?))
}

/// The place of the first surrogate escape that has no partner.
fn lone_surrogate(raw: &[u8]) -> Option<usize> {
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

/// The unescaped bytes of a string, one by one. A lone surrogate reads U+FFFD.
pub(crate) struct Unescaped<'a> {
    raw: &'a [u8],
    pending: [u8; 4],
    left: usize,
}

impl<'a> Unescaped<'a> {
    pub(crate) const fn new(raw: &'a [u8]) -> Self {
        Self { raw, pending: [0; 4], left: 0 }
    }
}

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if let Some(left) = self.left.checked_sub(1) {
            let byte = self.pending.get(3_usize.saturating_sub(left)).copied();
            self.left = left;
            return byte;
        }
        let (&first, rest) = self.raw.split_first()?;
        if first != b'\\' {
            self.raw = rest;
            return Some(first);
        }
        let (character, length) = escaped_character(self.raw);
        self.raw = self.raw.get(length..).unwrap_or_default();
        let mut buffer = [0; 4];
        let encoded = character.encode_utf8(&mut buffer).as_bytes();
        // Right-aligned, so that what is pending ends at the end of the buffer.
        for (to, from) in self.pending.iter_mut().rev().zip(encoded.iter().rev()) {
            *to = *from;
        }
        self.left = encoded.len();
        self.next()
    }
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

/// Appends the unescaped text of a string.
pub(crate) fn unescape(raw: &[u8], text: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(place) = memchr(b'\\', rest) {
        let (plain, escape) = rest.split_at_checked(place).unwrap_or_default();
        text.extend_from_slice(plain);
        let (character, length) = escaped_character(escape);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        rest = escape.get(length..).unwrap_or_default();
    }
    text.extend_from_slice(rest);
}
