//! Bytes to tape: the grammar of JSON, UTF-8, escapes, depth and repeated keys, in one pass.
//!
//! The scanner knows the declaration: it expects the next key in the usual order and compares it in place, so that a known
//! key costs one comparison.

use core::num::NonZeroUsize;
use std::borrow::Cow;

use crate::escape::{sequence, unescaped, unicode_escape};
use crate::kind::Kind;
use crate::lanes::{self, WIDTH};
use crate::payload::{FIELDS, Field, Form, Id, Object, Sought};
use crate::tape::{Document, Node, Tape, flag, narrow, short, sort, wide};

/// Why a scan ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Not JSON at this byte, where something else was expected.
    Syntax(u32, &'static str),
    /// A bracket at this byte opens one level too many.
    TooDeep(u32),
}

/// What scanning fills and keeps, so that the next scan allocates nothing.
#[derive(Debug)]
pub(crate) struct Buffers {
    keys: Vec<Key>,
    spare: Vec<Key>,
}

impl Buffers {
    pub(crate) const fn new() -> Self {
        Self { keys: Vec::new(), spare: Vec::new() }
    }
}

/// A key that may be a repeat, and a number that is the same for the same text.
#[derive(Debug, Clone, Copy)]
struct Key {
    hash: u64,
    node: u32,
}

/// Scans a whole document onto an empty tape. The root is node 0.
pub(crate) fn scan(
    document: &mut Document<'_>,
    buffers: &mut Buffers,
    sought: Sought,
    from: usize,
    max_depth: usize,
) -> Result<(), Stop> {
    document.tape.fields.resize(FIELDS + 1, 0);
    let tape = &mut document.tape;
    Scanner { bytes: document.bytes, base: 0, sought, tape, buffers, stop: None }.document(
        from,
        Form::Object(Id::PostCall),
        max_depth,
    )
}

/// Scans the text of a string as a document of its own. Whether it is one.
pub(crate) fn embed(document: &mut Document<'_>, buffers: &mut Buffers, at: u32, form: Form, max_depth: usize) -> bool {
    let node = document.node(at);
    let text = document.text_of(node).into_owned();
    let base = narrow(document.bytes.len() + document.tape.text.len());
    let root = narrow(document.tape.nodes.len());
    let (blemishes, doubts) = (document.tape.blemishes, document.tape.doubts.len());
    let sought = Sought::Issues;
    let mut scanner = Scanner { bytes: text.as_bytes(), base, sought, tape: &mut document.tape, buffers, stop: None };
    let outcome = scanner.document(0, form, max_depth);
    // Nor is it checked.
    document.tape.doubts.truncate(doubts);
    // What is odd inside a string is not so in the document: JSON's own escapes made that text. Repeated keys are JSON, what is
    // no Unicode text is none.
    let is_clean = document.tape.blemishes == blemishes
        || document.tape.nodes.get(wide(root)..).is_some_and(|nodes| !nodes.iter().any(|node| node.has(flag::FLAWED)));
    document.tape.blemishes = blemishes;
    if outcome.is_err() || !is_clean {
        document.tape.nodes.truncate(wide(root));
        return false;
    }
    document.tape.text.extend_from_slice(text.as_bytes());
    document.tape.embedded.push((at, root));
    document.tape.flag(at, flag::EMBEDDING);
    true
}

/// Where reading goes on, or that it cannot: the scanner knows why. No value ends at place 0.
type End = Option<NonZeroUsize>;

/// An object that is open while scanning.
struct Open {
    object: &'static Object,
    /// The form of members that the declaration does not name.
    item: Form,
    /// How many containers may stand in one another inside.
    depth: usize,
    /// The place among the fields that the next key is expected at.
    next: usize,
    /// The fields that were there, a bit each.
    seen: u64,
    /// Whether a value has been read and what stands behind it has not.
    is_behind: bool,
}

/// The declaration of an object of which nothing is declared.
static UNDECLARED: Object = Object { name: "", fields: &[], base: 0, wanted: 0 };

/// The single pass over the bytes.
struct Scanner<'b, 't> {
    bytes: &'b [u8],
    /// What is added to a place in `bytes` to make it a place on the tape.
    base: u32,
    /// What a value may be in doubt for.
    sought: Sought,
    tape: &'t mut Tape,
    buffers: &'t mut Buffers,
    stop: Option<Stop>,
}

impl Scanner<'_, '_> {
    /// A value and nothing but white space round it.
    fn document(&mut self, from: usize, form: Form, max_depth: usize) -> Result<(), Stop> {
        self.buffers.keys.clear();
        if let Some(end) = self.value(skip_space(self.bytes, from), form, max_depth) {
            let end = skip_space(self.bytes, end.get());
            if end < self.bytes.len() {
                self.fail((end, "end of input"));
            }
        }
        self.stop.map_or(Ok(()), Err)
    }

    /// A value, in which so many containers may stand in one another: as deep as the functions here call one another.
    fn value(&mut self, at: usize, form: Form, depth: usize) -> End {
        let bytes = self.bytes;
        match bytes.get(at) {
            Some(b'"') => match string(bytes, at) {
                Ok(text) => {
                    self.tape.push_text(self.base, at, text, 0);
                    NonZeroUsize::new(text.end)
                }
                Err(wrong) => self.fail(wrong),
            },
            Some(b'{') => self.object(at, form, depth),
            Some(b'[') => self.array(at, form, depth),
            _ => match scalar(bytes, at) {
                Ok(Scalar { end, kind, flags }) => {
                    self.tape.push(self.base, (at, end), kind, 0, flags, 0);
                    NonZeroUsize::new(end)
                }
                Err(wrong) => self.fail(wrong),
            },
        }
    }

    /// An object. Its members are those of the declaration, or all of one form where a map is declared.
    fn object(&mut self, start: usize, form: Form, depth: usize) -> End {
        let bytes = self.bytes;
        let Some(depth) = depth.checked_sub(1) else { return self.too_deep(start) };
        let (object, item) = match form {
            Form::Object(id) | Form::Settings(id) => (id.object(), Form::Any),
            Form::Map(id) => (&UNDECLARED, Form::Object(id)),
            _ => (&UNDECLARED, Form::Any),
        };
        let node = self.open(start, Kind::Object);
        let kept = self.buffers.keys.len();
        let mut open = Open { object, item, depth, next: 0, seen: 0, is_behind: false };
        let mut at = skip_space(bytes, start + 1);
        let mut lead = None;
        if bytes.get(at) != Some(&b'}') {
            loop {
                if open.next < object.fields.len() && open.seen >> open.next == 0 {
                    at = self.usual(at, &mut open)?.get();
                }
                lead = lead.or(Some(open.next));
                if !core::mem::take(&mut open.is_behind) {
                    if bytes.get(at) != Some(&b'"') {
                        let is_first = narrow(self.tape.nodes.len()) == node + 1;
                        return self.fail((at, if is_first { "a key or `}`" } else { "a key" }));
                    }
                    at = skip_space(bytes, self.member(at, &mut open)?.get());
                }
                match bytes.get(at) {
                    Some(b',') => at = skip_space(bytes, at + 1),
                    Some(b'}') => break,
                    _ => return self.fail((at, "`,` or `}`")),
                }
            }
        }
        if self.buffers.keys.len() > kept + 1 {
            self.mark_repeats(kept);
        }
        self.buffers.keys.truncate(kept);
        let flags = if object.wanted & !open.seen == 0 { flag::COMPLETE } else { 0 };
        // The fields that are usually there are those whose absence is reported, and come first.
        let is_usual = lead.is_some_and(|lead| narrow(lead) >= object.wanted.trailing_ones());
        self.close(node, at + 1, flags, u16::from(is_usual))
    }

    /// Reads members whose keys are the next fields of the declaration in their order, which is how senders write them.
    /// Where that ends: at a key, or behind a value that no further key follows.
    #[inline(never)]
    fn usual(&mut self, mut at: usize, open: &mut Open) -> End {
        let bytes = self.bytes;
        let from = open.next;
        // As the tape has them, numbers are one more.
        let mut number = open.object.base + short(narrow(from));
        for field in open.object.fields.get(from..).unwrap_or_default() {
            let name = field.name.as_bytes();
            let colon = (at + 2) + name.len();
            let Some([b'"', there @ .., b'"', b':']) = bytes.get(at..=colon) else { break };
            if !lanes::same(there, name) {
                break;
            }
            let start = skip_space(bytes, colon + 1);
            number += 1;
            let value = narrow(self.tape.nodes.len()) + 1;
            if let Some(place) = self.tape.fields.get_mut(usize::from(number)) {
                *place = value;
            }
            let key = self.node((at, colon), Kind::String, name.len(), number);
            let plain = match bytes.get(start) {
                Some(b'"') => plain(bytes, start + 1).map(|quote| (quote + 1, Kind::String, (quote - start) - 1)),
                _ => bytes.get(start..).and_then(word).map(|(length, kind)| (start + length, kind, 0)),
            };
            at = if let Some((end, kind, units)) = plain {
                let mut plain = self.node((start, end), kind, units, 0);
                if field.settled(self.sought) & kind.bit() == 0 {
                    let text = bytes.get(start + 1..end - 1).unwrap_or_default();
                    match field.form.vocabulary().filter(|_| kind == Kind::String).and_then(|all| all.spelled(text)) {
                        Some(row) => plain.field = u16::from(row) + 1,
                        None => self.tape.doubts.push(value),
                    }
                }
                self.tape.nodes.extend_from_slice(&[key, plain]);
                end
            } else {
                self.doubt(start, field.settled(self.sought), value);
                self.tape.nodes.push(key);
                self.value(start, field.form, open.depth)?.get()
            };
            if bytes.get(at..).and_then(<[u8]>::first_chunk) == Some(b",\"") {
                at += 1;
            } else {
                at = skip_space(bytes, at);
                if bytes.get(at) != Some(&b',') {
                    open.is_behind = true;
                    break;
                }
                at = skip_space(bytes, at + 1);
            }
        }
        open.next = usize::from(number - open.object.base);
        open.seen |= (1 << open.next) - (1 << from);
        NonZeroUsize::new(at)
    }

    /// Takes note of a value that is in doubt by how it begins.
    #[inline]
    fn doubt(&mut self, start: usize, settled: u8, value: u32) {
        let kind = self.bytes.get(start).and_then(|&first| KINDS.get(usize::from(first)));
        if settled & kind.copied().unwrap_or(0) == 0 {
            self.tape.doubts.push(value);
        }
    }

    /// A key or a value that stands for itself.
    #[inline]
    fn node(&self, (start, end): (usize, usize), kind: Kind, units: usize, field: u16) -> Node {
        let (start, end) = (self.place(start), self.place(end));
        Node { start, end, link: narrow(units), kind, flags: 0, field }
    }

    /// Reads a member whose key may be any, and whose key's first quote stands here.
    #[inline(never)]
    fn member(&mut self, start: usize, open: &mut Open) -> End {
        let bytes = self.bytes;
        let text = match string(bytes, start) {
            Ok(text) => text,
            Err(wrong) => return self.fail(wrong),
        };
        let fields = open.object.fields;
        let value = narrow(self.tape.nodes.len()) + 1;
        let is_news = !fields.is_empty() && self.sought == Sought::Issues;
        let (mut form, mut settled) = (open.item, if is_news { 0 } else { u8::MAX });
        let (mut flags, mut number) = (text.flags, 0);
        let place = self.place_of(start, text, fields);
        if let Some((place, field)) = place.and_then(|place| Some((place, fields.get(place)?))) {
            (form, settled) = (field.form, field.settled(self.sought));
            let bit = 1 << place;
            open.next = place + 1;
            number = u32::from(open.object.base) + narrow(open.next);
            if open.seen & bit != 0 {
                flags |= flag::REPEATED;
                self.tape.forget(number, field.form);
            }
            open.seen |= bit;
            if let Some(field) = self.tape.fields.get_mut(wide(number)) {
                *field = value;
            }
        } else {
            // Texts that are the same have the same length.
            let hash = u64::from(narrow(text.units));
            self.buffers.keys.push(Key { hash, node: value - 1 });
        }
        self.tape.push_text(self.base, start, Text { flags, ..text }, number);
        let mut at = skip_space(bytes, text.end);
        if bytes.get(at) != Some(&b':') {
            return self.fail((at, "`:`"));
        }
        at = skip_space(bytes, at + 1);
        self.doubt(at, settled, value);
        self.value(at, form, open.depth)
    }

    /// The place of a key among the fields, escapes undone.
    fn place_of(&self, start: usize, text: Text, fields: &[Field]) -> Option<usize> {
        let raw = self.bytes.get((start + 1)..text.end.saturating_sub(1))?;
        let key = if text.flags & flag::ESCAPED == 0 { Cow::Borrowed(raw) } else { Cow::Owned(unescaped(raw)) };
        fields.iter().position(|field| lanes::same(field.name.as_bytes(), &key))
    }

    /// An array. One that stands for a map has its members as items; one that stands for an object is read by nobody.
    fn array(&mut self, start: usize, form: Form, depth: usize) -> End {
        let bytes = self.bytes;
        let Some(depth) = depth.checked_sub(1) else { return self.too_deep(start) };
        let item = if let Form::Map(id) = form { Form::Object(id) } else { Form::Any };
        let node = self.open(start, Kind::Array);
        let mut at = skip_space(bytes, start + 1);
        if bytes.get(at) != Some(&b']') {
            loop {
                at = skip_space(bytes, self.value(at, item, depth)?.get());
                match bytes.get(at) {
                    Some(b',') => at = skip_space(bytes, at + 1),
                    Some(b']') => break,
                    _ => return self.fail((at, "`,` or `]`")),
                }
            }
        }
        self.close(node, at + 1, 0, 0)
    }

    /// Puts a container on the tape whose end is not known yet. Its node.
    #[inline]
    fn open(&mut self, start: usize, kind: Kind) -> u32 {
        let node = narrow(self.tape.nodes.len());
        self.tape.push(self.base, (start, start), kind, 0, 0, 0);
        node
    }

    /// Ends a container.
    #[inline]
    fn close(&mut self, node: u32, end: usize, flags: u8, field: u16) -> End {
        let (place, link) = (self.place(end), narrow(self.tape.nodes.len()));
        if let Some(node) = self.tape.nodes.get_mut(wide(node)) {
            node.end = place;
            node.link = link;
            node.flags = flags;
            node.field = field;
        }
        NonZeroUsize::new(end)
    }

    /// Marks the keys that stood in their object before, among the kept ones from a place on. Many are sorted, so that they
    /// cost n log n comparisons, whatever a sender makes of them.
    #[inline(never)]
    fn mark_repeats(&mut self, from: usize) {
        let mut kept = core::mem::take(&mut self.buffers.keys);
        let keys = kept.get_mut(from..).unwrap_or_default();
        // A few are compared with one another.
        let is_many = keys.len() > FEW_KEYS;
        if is_many {
            for key in &mut *keys {
                let mix = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
                key.hash = self.text(key.node).iter().fold(key.hash, mix);
            }
            let mut spare = core::mem::take(&mut self.buffers.spare);
            sort(keys, &mut spare, &|a, b| a.hash.cmp(&b.hash).then_with(|| self.compare_keys(a.node, b.node)).is_lt());
            self.buffers.spare = spare;
        }
        for (place, key) in keys.iter().enumerate().skip(1) {
            let before = keys.get(if is_many { place - 1 } else { 0 }..place).unwrap_or_default();
            let is_it = |other: &&Key| other.hash == key.hash && self.compare_keys(other.node, key.node).is_eq();
            if let Some(earlier) = before.iter().rev().find(is_it) {
                self.tape.flag(earlier.node, flag::OVERWRITTEN);
                self.tape.flag(key.node, flag::REPEATED);
                self.tape.blemishes += 1;
            }
        }
        self.buffers.keys = kept;
    }

    /// The unescaped bytes of a key. What is no Unicode text is as it is spelled: unescaped, all of it would read alike.
    fn text(&self, at: u32) -> Cow<'_, [u8]> {
        let key = self.tape.nodes.get(wide(at)).copied().unwrap_or(Node::NULL);
        let raw = self.slice(key);
        if key.has(flag::ESCAPED) && !key.has(flag::FLAWED) { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) }
    }

    /// Orders two keys by their unescaped bytes.
    fn compare_keys(&self, a: u32, b: u32) -> core::cmp::Ordering {
        self.text(a).cmp(&self.text(b))
    }

    /// The bytes between a string's quotes.
    fn slice(&self, string: Node) -> &[u8] {
        let start = wide(string.start.saturating_sub(self.base)) + 1;
        let end = wide(string.end.saturating_sub(self.base)).saturating_sub(1);
        self.bytes.get(start..end).unwrap_or_default()
    }

    #[inline]
    fn place(&self, at: usize) -> u32 {
        self.base + narrow(at)
    }

    #[cold]
    #[inline(never)]
    fn fail(&mut self, (at, expected): Wrong) -> End {
        self.stop = Some(Stop::Syntax(self.place(at), expected));
        None
    }

    #[cold]
    fn too_deep(&mut self, at: usize) -> End {
        self.stop = Some(Stop::TooDeep(self.place(at)));
        None
    }
}

impl Tape {
    /// Takes note of a field that stands in its object again: its value that stood there before counts no more, nor do the
    /// fields of the object that it was.
    #[cold]
    fn forget(&mut self, number: u32, form: Form) {
        self.blemishes += 1;
        let value = self.fields.get(wide(number)).copied().unwrap_or(0);
        self.flag(value.saturating_sub(1), flag::OVERWRITTEN);
        if let Form::Object(id) = form {
            let first = usize::from(id.object().base) + 1;
            let fields = self.fields.get_mut(first..).and_then(|fields| fields.get_mut(..id.object().fields.len()));
            fields.unwrap_or_default().fill(0);
        }
    }

    /// Takes note of a string that is no Unicode text.
    #[inline]
    fn count_flaw(&mut self, text: Text) {
        if text.flags & flag::FLAWED != 0 {
            self.blemishes += 1;
        }
    }

    /// Puts a string on the tape, a key or a value.
    #[inline]
    fn push_text(&mut self, base: u32, start: usize, text: Text, field: u32) {
        self.count_flaw(text);
        self.push(base, (start, text.end), Kind::String, narrow(text.units), text.flags, field);
    }

    #[inline]
    fn push(&mut self, base: u32, (start, end): (usize, usize), kind: Kind, link: u32, flags: u8, field: u32) {
        let (start, end) = (base + narrow(start), base + narrow(end));
        self.nodes.push(Node { start, end, link, kind, flags, field: short(field) });
    }
}

/// By the first byte of a value the bit of its kind.
static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let (mut first, mut rest) = (0_u8, kinds.as_mut_slice());
    while let [kind, others @ ..] = rest {
        *kind = match first {
            b'"' => Kind::String.bit(),
            b'{' => Kind::Object.bit(),
            b'[' => Kind::Array.bit(),
            b'n' => Kind::Null.bit(),
            b't' => Kind::True.bit(),
            b'f' => Kind::False.bit(),
            b'-' | b'0'..=b'9' => Kind::Number.bit(),
            _ => 0,
        };
        (first, rest) = (first.wrapping_add(1), others);
    }
    kinds
};

/// JSON's own words, and what is expected where one begins.
const LITERALS: [(&str, &str); 3] = [("true", "`true`"), ("false", "`false`"), ("null", "`null`")];

/// A value that is neither a string nor a container.
struct Scalar {
    end: usize,
    kind: Kind,
    flags: u8,
}

/// Reads a value that is neither a string nor a container.
#[inline(never)]
fn scalar(bytes: &[u8], at: usize) -> Result<Scalar, Wrong> {
    if let Some(b'-' | b'0'..=b'9') = bytes.get(at) {
        return number(bytes, at);
    }
    match bytes.get(at..).and_then(word) {
        Some((length, kind)) => Ok(Scalar { end: at + length, kind, flags: 0 }),
        None => Err(no_value(bytes, at)),
    }
}

/// One of JSON's own words, if it stands at the beginning: its length, and what it is.
#[inline]
fn word(here: &[u8]) -> Option<(usize, Kind)> {
    match here {
        [b'n', b'u', b'l', b'l', ..] => Some((4, Kind::Null)),
        [b't', b'r', b'u', b'e', ..] => Some((4, Kind::True)),
        [b'f', b'a', b'l', b's', b'e', ..] => Some((5, Kind::False)),
        _ => None,
    }
}

/// Why no value begins here: what is wrong with a word of JSON's own, or that there is none.
#[cold]
fn no_value(bytes: &[u8], at: usize) -> Wrong {
    let rest = bytes.get(at..).unwrap_or_default();
    let word = LITERALS.iter().find(|(word, ..)| rest.first() == word.as_bytes().first());
    let Some((word, expected)) = word else { return (at, "a value") };
    let alike = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
    (at + alike, expected)
}

/// So many keys are compared with one another sooner than they are sorted.
const FEW_KEYS: usize = 8;

/// Where the grammar was left, and what was expected there.
type Wrong = (usize, &'static str);

/// A string that was read.
#[derive(Clone, Copy)]
struct Text {
    /// The byte after its last quote.
    end: usize,
    /// Its length in UTF-16 units.
    units: usize,
    flags: u8,
}

/// The quote that ends a string, if nothing but what stands for itself comes before it, and the input does not end soon.
#[inline]
fn plain(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let special = lanes::special(lanes::chunk(bytes, at)?);
        if special != 0 {
            at += wide(special.trailing_zeros());
            return (bytes.get(at) == Some(&b'"')).then_some(at);
        }
        at += WIDTH;
    }
}

/// Reads the string whose first quote stands here. Most have nothing in them but what stands for itself.
fn string(bytes: &[u8], start: usize) -> Result<Text, Wrong> {
    match plain(bytes, start + 1) {
        Some(quote) => Ok(Text { end: quote + 1, units: (quote - start) - 1, flags: 0 }),
        None => odd_string(bytes, start, start + 1),
    }
}

/// Reads on in a string, from a place in it: its end, its length in UTF-16 units, and whether it is Unicode text.
#[inline(never)]
fn odd_string(bytes: &[u8], start: usize, mut at: usize) -> Result<Text, Wrong> {
    let mut flags = 0;
    // Bytes that are no UTF-16 units: the difference between the two lengths.
    let mut surplus = 0_usize;
    loop {
        match bytes.get(at) {
            Some(b'"') => break,
            Some(b'\\') => {
                flags |= flag::ESCAPED;
                let (length, is_lone) = escape(bytes, at)?;
                surplus += if length == 12 { 10 } else { length.saturating_sub(1) };
                if is_lone {
                    flags |= flag::LONE_SURROGATE;
                }
                at += length;
            }
            Some(0x80..) => {
                let length = sequence(bytes.get(at..).unwrap_or_default());
                if length == 0 {
                    flags |= flag::BAD_UTF8;
                }
                surplus += if length == 4 { 2 } else { length.saturating_sub(1) };
                at += length.max(1);
            }
            Some(..0x20) => return Err((at, "an escaped control character")),
            Some(_) => at = skip_plain(bytes, at),
            None => return Err((at, "`\"`")),
        }
    }
    Ok(Text { end: at + 1, units: ((at - start) - 1) - surplus, flags })
}

/// Reads the escape at a backslash: its length, 12 for a pair of surrogates, and whether it is half of one.
fn escape(bytes: &[u8], at: usize) -> Result<(usize, bool), Wrong> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok((2, false)),
        Some(b'u') => {
            let rest = bytes.get(at..).unwrap_or_default();
            match unicode_escape(rest) {
                Some(0xD800..=0xDBFF) => match rest.get(6..).and_then(unicode_escape) {
                    Some(0xDC00..=0xDFFF) => Ok((12, false)),
                    _ => Ok((6, true)),
                },
                Some(0xDC00..=0xDFFF) => Ok((6, true)),
                Some(_) => Ok((6, false)),
                None => {
                    let digits = rest.iter().skip(2).take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
                    Err(((at + 2) + digits, "a hexadecimal digit"))
                }
            }
        }
        _ => Err((at + 1, "an escape character")),
    }
}

/// The first byte from a place that does not stand for itself in a string.
fn skip_plain(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = lanes::chunk(bytes, at) {
        let special = lanes::special(chunk);
        if special != 0 {
            return at + wide(special.trailing_zeros());
        }
        at += WIDTH;
    }
    let is_plain = |byte: &&u8| matches!(byte, 0x20..=0x7F) && !matches!(byte, b'"' | b'\\');
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_plain).count()
}

/// Reads a number: its end, and whether it is an integer.
#[inline]
fn number(bytes: &[u8], start: usize) -> Result<Scalar, Wrong> {
    let mut at = start + usize::from(bytes.get(start) == Some(&b'-'));
    at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(bytes, at)? };
    let mut flags = flag::INTEGER;
    if bytes.get(at) == Some(&b'.') {
        flags = 0;
        at = digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        flags = 0;
        let sign = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = digits(bytes, (at + 1) + usize::from(sign))?;
    }
    Ok(Scalar { end: at, kind: Kind::Number, flags })
}

/// Reads digits, one at least: their end.
#[inline(never)]
fn digits(bytes: &[u8], at: usize) -> Result<usize, Wrong> {
    let count = bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { Err((at, "a digit")) } else { Ok(at + count) }
}

/// The first byte from a place that is no white space.
#[inline]
fn skip_space(bytes: &[u8], at: usize) -> usize {
    if bytes.get(at).is_none_or(|&byte| byte > b' ') {
        at
    } else if bytes.get(at + 1).is_some_and(|&byte| byte > b' ') && bytes.get(at) == Some(&b' ') {
        at + 1
    } else {
        skip_spaces(bytes, at)
    }
}

/// The same for more than a single space: indentation.
#[inline(never)]
fn skip_spaces(bytes: &[u8], mut at: usize) -> usize {
    while let Some(chunk) = lanes::chunk(bytes, at) {
        let space = lanes::space(chunk).trailing_ones();
        at += wide(space);
        if wide(space) < WIDTH {
            return at;
        }
    }
    let is_space = |byte: &&u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
    at + bytes.get(at..).unwrap_or_default().iter().take_while(is_space).count()
}
