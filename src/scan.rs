//! Bytes to tape: the grammar of JSON, UTF-8, escapes, depth and repeated keys, in one pass.
//!
//! The scanner knows the declaration: it expects the next key in the usual order and compares it in place, so that a known
//! key costs one comparison.

use std::borrow::Cow;

use crate::escape::{sequence, unescaped, unicode_escape};
use crate::lanes::{self, WIDTH};
use crate::payload::{FIELDS, Field, Form, Id};
use crate::tape::{Document, Kind, Node, Tape, flag, narrow, short, sort, wide};

/// Why a scan ended early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Not JSON at this byte, where something else was expected.
    Syntax(u32, &'static str),
    /// A bracket at this byte opens one level too many.
    TooDeep(u32),
}
/// What a container is, or that there is none: the document stands in nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Array,
    Object,
}

/// A container that is open while scanning.
#[derive(Debug, Clone, Copy)]
struct Open {
    node: u32,
    within: Within,
    /// The fields that the declaration names.
    fields: &'static [Field],
    /// The number of the first of them, plus one.
    first: u32,
    /// The place among them that the next key is expected at.
    next: usize,
    /// Those that were there, a bit each. No declared object has more than 64.
    seen: u64,
    /// Those whose absence is reported.
    wanted: u64,
    /// The form of items, and of members that the declaration does not name.
    item: Form,
    /// How many of the kept keys stand in the containers around it; those behind are its own that the declaration does not
    /// name.
    keys: usize,
}

impl Open {
    const NOTHING: Self = Self {
        node: 0,
        within: Within::Nothing,
        fields: &[],
        first: 0,
        next: 0,
        seen: 0,
        wanted: 0,
        item: Form::Any,
        keys: 0,
    };

    /// The container at a node, the value of a field. An array of what a map holds is read like the map; an array that
    /// stands for an object is read by nobody.
    fn new(node: u32, within: Within, form: Form, keys: usize) -> Self {
        let free = Self { node, within, keys, ..Self::NOTHING };
        match (form, within) {
            (Form::Object(id) | Form::Settings(id), Within::Object) => {
                let object = id.object();
                Self { fields: object.fields, first: u32::from(object.base) + 1, wanted: object.wanted, ..free }
            }
            (Form::Map(id), _) => Self { item: Form::Object(id), ..free },
            _ => free,
        }
    }
}

/// What scanning fills and keeps, so that the next scan allocates nothing.
#[derive(Debug)]
pub(crate) struct Buffers {
    open: Vec<Open>,
    keys: Vec<Key>,
    spare: Vec<Key>,
}

impl Buffers {
    pub(crate) const fn new() -> Self {
        Self { open: Vec::new(), keys: Vec::new(), spare: Vec::new() }
    }
}

/// A key that may be a repeat, and a number that is the same for the same text.
#[derive(Debug, Clone, Copy)]
struct Key {
    hash: u64,
    node: u32,
}

/// Scans a whole document. The root is node 0.
pub(crate) fn scan(
    document: &mut Document<'_>,
    buffers: &mut Buffers,
    from: usize,
    max_depth: usize,
) -> Result<(), Stop> {
    document.tape.clear();
    document.tape.fields.resize(FIELDS + 1, 0);
    let tape = &mut document.tape;
    Scanner { bytes: document.bytes, base: 0, tape, buffers, max_depth }.document(from, Form::Object(Id::PostCall))
}

/// Scans the text of a string as a document of its own. Whether it is one.
pub(crate) fn embed(document: &mut Document<'_>, buffers: &mut Buffers, at: u32, form: Form, max_depth: usize) -> bool {
    let node = document.node(at);
    let text = document.text_of(node).into_owned();
    let base = narrow(document.bytes.len() + document.tape.text.len());
    let root = narrow(document.tape.nodes.len());
    let blemishes = document.tape.blemishes;
    let mut scanner = Scanner { bytes: text.as_bytes(), base, tape: &mut document.tape, buffers, max_depth };
    let outcome = scanner.document(0, form);
    // Flaws inside a string are no flaws of the document: JSON's own escapes made that text.
    let clean = document.tape.blemishes == blemishes;
    document.tape.blemishes = blemishes;
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
    /// What is added to a place in `bytes` to make it a place on the tape.
    base: u32,
    tape: &'t mut Tape,
    buffers: &'t mut Buffers,
    max_depth: usize,
}

impl Scanner<'_, '_> {
    /// A value and nothing but white space round it. The place and the form of the next value are kept at hand, the
    /// innermost container is the last of those that are open; everything else is a function of them.
    fn document(&mut self, from: usize, mut form: Form) -> Result<(), Stop> {
        let bytes = self.bytes;
        self.buffers.open.clear();
        self.buffers.keys.clear();
        self.buffers.open.push(Open::NOTHING);
        let mut at = skip_space(bytes, from);
        loop {
            // A value begins here.
            let start = at;
            let mut is_open = false;
            match bytes.get(at) {
                Some(b'"') => {
                    let text = string(bytes, at).map_err(|wrong| self.stop(wrong))?;
                    at = text.end;
                    self.tape.push_text(self.base, start, text, 0);
                }
                Some(byte @ (b'{' | b'[')) => {
                    if self.buffers.open.len() > self.max_depth {
                        return Err(Stop::TooDeep(self.place(start)));
                    }
                    let within = if *byte == b'{' { Within::Object } else { Within::Array };
                    let kind = if *byte == b'{' { Kind::Object } else { Kind::Array };
                    let node = narrow(self.tape.nodes.len());
                    self.buffers.open.push(Open::new(node, within, form, self.buffers.keys.len()));
                    at += 1;
                    is_open = true;
                    // The end is not known yet.
                    self.tape.push(self.base, (start, at), kind, 0, 0, 0);
                }
                Some(b'-' | b'0'..=b'9') => {
                    let (end, flags) = number(bytes, at).map_err(|wrong| self.stop(wrong))?;
                    at = end;
                    self.tape.push(self.base, (start, at), Kind::Number, 0, flags, 0);
                }
                Some(_) if let Some((length, kind)) = literal(bytes, at) => {
                    at += length;
                    self.tape.push(self.base, (start, at), kind, 0, 0, 0);
                }
                _ => return Err(self.no_value(at)),
            }
            // Behind it the next one begins, or containers end.
            let open = loop {
                at = skip_space(bytes, at);
                let byte = bytes.get(at).copied();
                let Some(open) = self.buffers.open.last_mut() else { return Ok(()) };
                match (open.within, byte) {
                    (Within::Object | Within::Array, Some(b',')) if !is_open => {
                        at = skip_space(bytes, at + 1);
                        break open;
                    }
                    (Within::Object, Some(b'}')) | (Within::Array, Some(b']')) => {
                        at += 1;
                        self.close(at);
                        is_open = false;
                    }
                    (Within::Object | Within::Array, _) if is_open => break open,
                    (Within::Nothing, None) => return Ok(()),
                    (Within::Nothing, _) => return Err(self.stop((at, "end of input"))),
                    (Within::Object, _) => return Err(self.stop((at, "`,` or `}`"))),
                    (Within::Array, _) => return Err(self.stop((at, "`,` or `]`"))),
                }
            };
            form = open.item;
            if open.within == Within::Object {
                if bytes.get(at) != Some(&b'"') {
                    return Err(self.stop((at, if is_open { "a key or `}`" } else { "a key" })));
                }
                let place = open.next;
                // The usual key costs one comparison.
                let end = match open.fields.get(place) {
                    Some(field) if begins(bytes, at, field.name) => {
                        let text = Text { end: (at + 2) + field.name.len(), units: field.name.len(), flags: 0 };
                        self.tape.push_field(self.base, at, text, open, place);
                        form = field.form;
                        text.end
                    }
                    _ => {
                        let (text, place) = match stranger(bytes, at, open.fields, place) {
                            Ok(key) => key,
                            Err(wrong) => return Err(self.stop(wrong)),
                        };
                        if let Some((place, field)) = place.and_then(|place| Some((place, open.fields.get(place)?))) {
                            self.tape.push_field(self.base, at, text, open, place);
                            form = field.form;
                        } else {
                            // Texts that are the same have the same length.
                            let hash = u64::from(narrow(text.units));
                            self.buffers.keys.push(Key { hash, node: narrow(self.tape.nodes.len()) });
                            self.tape.push_text(self.base, at, text, 0);
                        }
                        text.end
                    }
                };
                at = skip_space(bytes, end);
                if bytes.get(at) != Some(&b':') {
                    return Err(self.stop((at, "`:`")));
                }
                at = skip_space(bytes, at + 1);
            }
        }
    }

    /// Ends the innermost container; its last bracket has been read.
    fn close(&mut self, end: usize) {
        let Some(open) = self.buffers.open.pop() else { return };
        if self.buffers.keys.len() > open.keys + 1 {
            self.mark_repeats(open.keys);
        }
        self.buffers.keys.truncate(open.keys);
        let (end, link) = (self.place(end), narrow(self.tape.nodes.len()));
        if let Some(node) = self.tape.nodes.get_mut(wide(open.node)) {
            node.end = end;
            node.link = link;
            if open.wanted & !open.seen == 0 {
                node.flags |= flag::COMPLETE;
            }
        }
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
                key.hash = self.text(key.node).iter().fold(0xCBF2_9CE4_8422_2325, mix);
            }
            let mut spare = core::mem::take(&mut self.buffers.spare);
            sort(keys, &mut spare, &|a, b| a.hash.cmp(&b.hash).then_with(|| self.compare_keys(a.node, b.node)).is_lt());
            self.buffers.spare = spare;
        }
        for (place, key) in keys.iter().enumerate().skip(1) {
            let before = keys.get(if is_many { place - 1 } else { 0 }..place).unwrap_or_default();
            let is_it = |other: &Key| other.hash == key.hash && self.compare_keys(other.node, key.node).is_eq();
            if before.iter().any(is_it)
                && let Some(key) = self.tape.nodes.get_mut(wide(key.node))
            {
                key.flags |= flag::REPEATED;
                self.tape.blemishes += 1;
            }
        }
        self.buffers.keys = kept;
    }

    /// A key on the tape.
    fn key_at(&self, at: u32) -> Node {
        self.tape.nodes.get(wide(at)).copied().unwrap_or(Node::NULL)
    }

    /// The unescaped bytes of a key.
    fn text(&self, at: u32) -> Cow<'_, [u8]> {
        let key = self.key_at(at);
        let raw = self.slice(key);
        if key.has(flag::ESCAPED) { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) }
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

    /// Why no value begins here: what is wrong with a word of JSON's own, or that there is none.
    #[cold]
    fn no_value(&self, at: usize) -> Stop {
        let rest = self.bytes.get(at..).unwrap_or_default();
        let word = LITERALS.iter().find(|(word, ..)| rest.first() == word.as_bytes().first());
        let Some((word, expected)) = word else { return self.stop((at, "a value")) };
        let alike = rest.iter().zip(word.as_bytes()).take_while(|(a, b)| a == b).count();
        self.stop((at + alike, expected))
    }

    #[inline]
    fn place(&self, at: usize) -> u32 {
        self.base + narrow(at)
    }

    #[cold]
    fn stop(&self, (at, expected): Wrong) -> Stop {
        Stop::Syntax(self.place(at), expected)
    }
}

impl Tape {
    /// Puts a key that the declaration names on the tape, and takes note of where its value will stand.
    #[inline]
    fn push_field(&mut self, base: u32, start: usize, text: Text, open: &mut Open, place: usize) {
        let number = open.first + narrow(place);
        let value = narrow(self.nodes.len()) + 1;
        let bit = 1_u64 << (place & 63);
        let is_repeated = open.seen & bit != 0;
        open.seen |= bit;
        open.next = place + 1;
        if is_repeated {
            self.forget(open.fields.get(place).map(|field| field.form));
        }
        if let Some(field) = self.fields.get_mut(wide(number)) {
            *field = value;
        }
        let flags = if is_repeated { text.flags | flag::REPEATED } else { text.flags };
        self.push_text(base, start, Text { flags, ..text }, number);
    }

    /// Takes note of a repeated key: the fields of the object that stood there before count no more.
    #[cold]
    fn forget(&mut self, form: Option<Form>) {
        self.blemishes += 1;
        if let Some(Form::Object(id)) = form {
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

    /// Puts a key on the tape.
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

/// JSON's own words, and what is expected where one begins.
const LITERALS: [(&str, &str); 3] = [("true", "`true`"), ("false", "`false`"), ("null", "`null`")];

/// Reads a word of JSON's own, if one stands here whole: its length, and what it is.
#[inline]
fn literal(bytes: &[u8], at: usize) -> Option<(usize, Kind)> {
    match bytes.get(at..)?.first_chunk()? {
        b"null" => Some((4, Kind::Null)),
        b"true" => Some((4, Kind::True)),
        b"fals" if bytes.get(at + 4) == Some(&b'e') => Some((5, Kind::False)),
        _ => None,
    }
}

/// Reads a key that was not expected here, and finds its place among the fields, escapes undone.
#[inline(never)]
fn stranger(bytes: &[u8], at: usize, fields: &[Field], next: usize) -> Result<(Text, Option<usize>), Wrong> {
    let text = string(bytes, at)?;
    let raw = bytes.get((at + 1)..text.end.saturating_sub(1)).unwrap_or_default();
    if text.flags & flag::ESCAPED != 0 {
        let key = unescaped(raw);
        return Ok((text, fields.iter().position(|field| field.name.as_bytes() == key)));
    }
    // Where a field is left out, its next is the one.
    let (before, behind) = fields.split_at_checked(next).unwrap_or_default();
    Ok((text, named(behind, raw).map(|ahead| next + ahead).or_else(|| named(before, raw))))
}

/// The place of the field with a name.
#[inline]
fn named(fields: &[Field], name: &[u8]) -> Option<usize> {
    fields.iter().position(|field| lanes::same(field.name.as_bytes(), name))
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

/// Whether the key that begins here is spelled like this, without escapes.
#[inline]
fn begins(bytes: &[u8], at: usize, name: &str) -> bool {
    let key = bytes.get((at + 1)..=(at + 1) + name.len()).and_then(<[u8]>::split_last);
    key.is_some_and(|(&quote, key)| quote == b'"' && lanes::same(key, name.as_bytes()))
}

/// Reads the string whose first quote stands here. Most have nothing in them but what stands for itself.
#[inline]
fn string(bytes: &[u8], start: usize) -> Result<Text, Wrong> {
    let mut at = start + 1;
    while let Some(chunk) = lanes::chunk(bytes, at) {
        let special = lanes::special(chunk);
        if special != 0 {
            at += wide(special.trailing_zeros());
            if bytes.get(at) == Some(&b'"') {
                return Ok(Text { end: at + 1, units: (at - start) - 1, flags: 0 });
            }
            break;
        }
        at += WIDTH;
    }
    let Text { end, units, flags } = odd_string(bytes, start, at)?;
    Ok(Text { end, units, flags })
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
fn number(bytes: &[u8], start: usize) -> Result<(usize, u8), Wrong> {
    let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
    let mut at = start + usize::from(is(start, b'-'));
    at = if is(at, b'0') { at + 1 } else { digits(bytes, at)? };
    let mut flags = flag::INTEGER;
    if is(at, b'.') {
        flags = 0;
        at = digits(bytes, at + 1)?;
    }
    if is(at, b'e') || is(at, b'E') {
        flags = 0;
        let sign = usize::from(is(at + 1, b'+') || is(at + 1, b'-'));
        at = digits(bytes, (at + 1) + sign)?;
    }
    Ok((at, flags))
}

/// Reads digits, one at least: their end.
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
#[inline]
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
