//! The tape: a scanned document as a flat list of nodes in document order.
//!
//! A member of an object is a key node and the nodes of its value. Nodes hold places in the bytes, never copies.
//!
//! // INVARIANT: a container's node links to the node after its last one, so that a reader can skip what it contains.
//! // INVARIANT: places at or behind the length of the input lie in the tape's own text, which holds the unescaped
//! documents that were found inside strings.

use std::borrow::Cow;

use crate::escape::{Spelling, is_blank, lone_surrogate, unescaped};
use crate::kind::Kind;
use crate::lanes;

/// `usize` of a place on the tape or in the bytes.
#[expect(clippy::as_conversions, reason = "usize has 32 bits at least on every host")]
pub(crate) const fn wide(place: u32) -> usize {
    place as usize
}

/// A place as the tape keeps it.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "inputs are shorter than 2^28 bytes")]
pub(crate) const fn narrow(place: usize) -> u32 {
    place as u32
}

/// The number of a field as the tape keeps it.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "there are some hundred fields")]
pub(crate) const fn short(number: u32) -> u16 {
    number as u16
}

/// Sorts a list, equals as they stand: a merge sort, whose worst case is n log n, and which reads from front to back. The
/// library's sort is a tenth of the whole WebAssembly module; what is sorted here is short or hostile.
pub(crate) fn sort<T: Copy>(list: &mut [T], spare: &mut Vec<T>, is_before: &dyn Fn(&T, &T) -> bool) {
    let mut width = 1;
    while width < list.len() {
        spare.clear();
        for pair in list.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at_checked(width).unwrap_or((pair, &[]));
            while let (Some((first, behind_first)), Some((second, behind_second))) =
                (left.split_first(), right.split_first())
            {
                if is_before(second, first) {
                    spare.push(*second);
                    right = behind_second;
                } else {
                    spare.push(*first);
                    left = behind_first;
                }
            }
            spare.extend_from_slice(left);
            spare.extend_from_slice(right);
        }
        list.copy_from_slice(spare);
        width *= 2;
    }
}

/// A place behind every tape, which reads as a null without text.
pub(crate) const NOWHERE: u32 = u32::MAX / 2;

/// A value or a key on the tape. JavaScript reads it as four words: see `pkg/src/tape.ts`.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) struct Node {
    /// First byte: the quote of a string, the bracket of a container.
    pub(crate) start: u32,
    /// The byte after the last one.
    pub(crate) end: u32,
    /// Containers: the node after the last one inside. Strings: UTF-16 units of the text. Others: 0.
    pub(crate) link: u32,
    pub(crate) kind: Kind,
    pub(crate) flags: u8,
    /// Keys: the field's number in the declaration plus one, 0 for a key that it does not name. Words of a vocabulary:
    /// their row plus one, once they have been checked. Objects: 1 where they begin with all fields that are usually there, in
    /// the order of the declaration.
    pub(crate) field: u16,
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
    /// A key that stands in its object once more behind, so that its value does not count. No key is a number: they share a bit.
    pub(crate) const OVERWRITTEN: u8 = 1 << 5;
    /// A declared object that has every field whose absence is reported.
    pub(crate) const COMPLETE: u8 = 1 << 6;
    /// An action that extracts information, as the check found.
    pub(crate) const EXTRACTOR: u8 = 1 << 7;
    /// A string that is no Unicode text.
    pub(crate) const FLAWED: u8 = BAD_UTF8 | LONE_SURROGATE;
}

impl Node {
    pub(crate) const NULL: Self = Self { start: 0, end: 0, link: 0, kind: Kind::Null, flags: 0, field: 0 };

    pub(crate) const fn has(&self, flags: u8) -> bool {
        self.flags & flags != 0
    }

    /// UTF-16 units of a string's text.
    pub(crate) const fn units(&self) -> u32 {
        self.link
    }

    /// The row of its vocabulary that a word means.
    pub(crate) fn row(&self) -> Option<usize> {
        self.field.checked_sub(1).map(usize::from)
    }

    /// The number of the declared field that a key names.
    pub(crate) fn field(&self) -> Option<u16> {
        self.field.checked_sub(1)
    }
}
/// The nodes of a document.
#[derive(Debug)]
pub(crate) struct Tape {
    pub(crate) nodes: Vec<Node>,
    /// Unescaped documents that were found in strings.
    pub(crate) text: Vec<u8>,
    /// The string nodes that hold a document, and the root of each.
    pub(crate) embedded: Vec<(u32, u32)>,
    /// How many strings are no Unicode text, and how many keys are repeats.
    pub(crate) blemishes: u32,
    /// By the number of a declared field, one more than in the declaration: its value where it was read last, or 0. It
    /// tells all of the fields of objects that a payload has once.
    pub(crate) fields: Vec<u32>,
    /// The values in declared objects that are not settled by their kind, in document order.
    pub(crate) doubts: Vec<u32>,
}

impl Tape {
    pub(crate) const fn new() -> Self {
        Self {
            nodes: Vec::new(),
            text: Vec::new(),
            embedded: Vec::new(),
            blemishes: 0,
            fields: Vec::new(),
            doubts: Vec::new(),
        }
    }

    /// Adds flags to a node.
    pub(crate) fn flag(&mut self, at: u32, flags: u8) {
        if let Some(node) = self.nodes.get_mut(wide(at)) {
            node.flags |= flags;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.text.clear();
        self.embedded.clear();
        self.blemishes = 0;
        self.fields.clear();
        self.doubts.clear();
    }
}
/// A document: the bytes and their tape.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) tape: Tape,
}

impl Document<'_> {
    /// The node at a place of the tape; a null behind its end.
    #[inline]
    pub(crate) fn node(&self, at: u32) -> &Node {
        self.tape.nodes.get(wide(at)).unwrap_or(&Node::NULL)
    }

    /// The root of the document that a string holds.
    pub(crate) fn embedded(&self, at: u32) -> Option<u32> {
        let found = self.tape.embedded.binary_search_by_key(&at, |&(string, _)| string).ok()?;
        self.tape.embedded.get(found).map(|&(_, root)| root)
    }

    /// The node behind a value and all that it contains. Not inlined, as it is asked in many places.
    #[inline(never)]
    pub(crate) fn after(&self, at: u32) -> u32 {
        let node = self.node(at);
        if node.kind.is_container() { node.link } else { at + 1 }
    }

    /// The bytes from one place to another, quotes and escapes as they stand.
    #[inline]
    pub(crate) fn raw(&self, start: u32, end: u32) -> &[u8] {
        let (start, end) = (wide(start), wide(end));
        match self.bytes.get(start..end) {
            Some(raw) => raw,
            None => self.embedded_raw(start, end),
        }
    }

    /// The bytes of a document that was found in a string.
    #[cold]
    #[inline(never)]
    fn embedded_raw(&self, start: usize, end: usize) -> &[u8] {
        let behind = |place: usize| place.saturating_sub(self.bytes.len());
        self.tape.text.get(behind(start)..behind(end)).unwrap_or_default()
    }

    /// The bytes of a value: without the quotes for a string, with its escapes as they stand.
    #[inline]
    pub(crate) fn raw_of(&self, node: &Node) -> &[u8] {
        match node.kind {
            Kind::String => self.raw(node.start + 1, node.end.saturating_sub(1)),
            _ => self.raw(node.start, node.end),
        }
    }

    /// Whether a string is empty or nothing but white space.
    pub(crate) fn is_blank(&self, node: &Node) -> bool {
        let raw = self.raw_of(node);
        match raw.first() {
            None => true,
            Some(b'!'..=b'~') if raw.first() != Some(&b'\\') => false,
            _ if node.has(flag::ESCAPED) => is_blank(raw, Spelling::Escaped),
            _ => is_blank(raw, Spelling::Plain),
        }
    }

    /// The text of a string, unescaped, or the spelling of any other value. What is no Unicode text reads U+FFFD.
    pub(crate) fn text_of(&self, node: &Node) -> Cow<'_, str> {
        match self.bytes_of(node) {
            Cow::Borrowed(raw) => String::from_utf8_lossy(raw),
            Cow::Owned(text) => Cow::Owned(String::from_utf8_lossy(&text).into_owned()),
        }
    }

    /// The bytes of a string, unescaped, or the spelling of any other value; as they are, Unicode or not.
    pub(crate) fn bytes_of(&self, node: &Node) -> Cow<'_, [u8]> {
        let raw = self.raw_of(node);
        if node.has(flag::ESCAPED) { Cow::Owned(unescaped(raw)) } else { Cow::Borrowed(raw) }
    }

    /// The members of an object: key node and value node. Of a repeated key the last one counts. Not inlined, as it is asked in
    /// many places.
    #[inline(never)]
    pub(crate) fn members(&self, object: u32) -> Members<'_> {
        Members { skipped: flag::OVERWRITTEN, ..self.all_members(object) }
    }

    /// The members of an object, those included whose value does not count.
    pub(crate) fn all_members(&self, object: u32) -> Members<'_> {
        let node = self.node(object);
        let at = object + 1;
        Members { document: self, at, end: if node.kind == Kind::Object { node.link } else { at }, skipped: 0 }
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

    /// The value of a key that the declaration may not name.
    pub(crate) fn member(&self, object: u32, name: &str) -> Option<u32> {
        let is_it = |key: &Node| match self.bytes_of(key) {
            Cow::Borrowed(raw) => lanes::same(raw, name.as_bytes()),
            Cow::Owned(text) => text == name.as_bytes(),
        };
        self.members(object).find(|&(key, _)| is_it(self.node(key))).map(|(_, value)| value)
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

/// The members of an object.
pub(crate) struct Members<'d> {
    document: &'d Document<'d>,
    at: u32,
    end: u32,
    /// The flags of keys that are passed over.
    skipped: u8,
}

impl Iterator for Members<'_> {
    type Item = (u32, u32);

    /// Not inlined, as it is asked in many places.
    #[inline(never)]
    fn next(&mut self) -> Option<(u32, u32)> {
        while self.at < self.end {
            let key = self.at;
            self.at = self.document.after(key + 1);
            if !self.document.node(key).has(self.skipped) {
                return Some((key, key + 1));
            }
        }
        None
    }
}

const _: () = assert!(size_of::<Node>() == 16, "as ARCHITECTURE.md says");
