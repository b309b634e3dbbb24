//! Declared objects of a document, read by the names of their fields and as tolerantly as the declaration allows.

use std::borrow::Cow;

use crate::json::{Json, Text};
use crate::kind::Kind;
use crate::lanes;
use crate::payload::{EXTRACTOR_PREFIXES, Id, action, analysis, number};
use crate::tape::{Document, NOWHERE, flag};
use crate::time::{self, Instant};
use crate::vocabulary::{ActionType, Verdict, alike, trimmed};

/// A declared object and where its fields stand. Of a repeated key the last one counts.
#[derive(Clone, Copy)]
pub(crate) struct Fields<'a, 'p> {
    pub(crate) document: &'a Document<'a>,
    /// The values' places, 0 for a field that is absent: node 0 is the root and no field of anything.
    places: &'p [u32],
}

/// Room for the places of the fields of an action.
pub(crate) type Room = [u32; 32];

const _: () = assert!(action::OBJECT.fields.len() <= size_of::<Room>() / size_of::<u32>(), "an action has room");

impl<'a> Fields<'a, 'a> {
    /// The fields of an object that a payload has once, the root or what a field of it holds: the scan has seen them.
    pub(crate) fn of(document: &'a Document<'a>, at: Option<u32>, id: Id) -> Self {
        let is_object = at.is_some_and(|at| document.node(at).kind == Kind::Object);
        // As the tape has it, a field's number is one more.
        let first = usize::from(id.object().base) + 1;
        let places = document.tape.fields.get(first..).filter(|_| is_object).unwrap_or_default();
        Self { document, places: places.get(..id.object().fields.len()).unwrap_or_default() }
    }

    /// The fields of the object that a field holds.
    pub(crate) fn object(&self, place: usize, id: Id) -> Self {
        Self::of(self.document, self.get(place), id)
    }
}

impl<'a, 'p> Fields<'a, 'p> {
    /// The fields of an object whose places are known.
    pub(crate) const fn new(document: &'a Document<'a>, places: &'p [u32]) -> Self {
        Self { document, places }
    }

    /// The fields of an action that is an object. A repeated one is found where it stands last.
    pub(crate) fn action(document: &'a Document<'a>, at: u32, room: &'p mut Room) -> Self {
        let first = action::OBJECT.base + 1;
        let (mut key, end) = (at + 1, document.after(at));
        while key < end {
            let place = document.node(key).field.wrapping_sub(first);
            if let Some(place) = room.get_mut(usize::from(place)) {
                *place = key + 1;
            }
            key = document.after(key + 1);
        }
        Self { document, places: room }
    }

    /// The value of a field, if it is there.
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<u32> {
        self.places.get(place).copied().filter(|&at| at != 0)
    }

    /// The value of a field, if it is a string.
    #[inline]
    pub(crate) fn string(&self, place: usize) -> Option<u32> {
        self.get(place).filter(|&at| self.document.node(at).kind == Kind::String)
    }

    /// The word of its vocabulary that a field says, by the table of the vocabulary.
    pub(crate) fn word<T: Copy>(&self, place: usize, all: &[T]) -> Option<T> {
        all.get(self.document.node(self.string(place)?).row()?).copied()
    }

    /// The value of a field of the object that a field holds, also as JSON in a string.
    pub(crate) fn within(&self, place: usize, id: Id, inner: usize) -> Option<u32> {
        field(self.document, read_through(self.document, self.get(place)?), number(id, inner))
    }

    /// The place of a field's text, if it is a string that is not blank.
    pub(crate) fn said(&self, place: usize) -> Option<u32> {
        self.get(place).filter(|&at| says(self.document, at))
    }

    /// Whether a field is a string that is not blank. Not inlined, as it is asked in many places.
    #[inline(never)]
    pub(crate) fn says(&self, place: usize) -> bool {
        self.said(place).is_some()
    }

    /// The text of a field, if it is a string that is not blank, verbatim. Not inlined, for the same reason.
    #[inline(never)]
    pub(crate) fn text(&self, place: usize) -> Option<Text<'a>> {
        self.said(place).map(|at| Text::of(Json { document: self.document, at }))
    }

    /// The same as bytes, for text that nobody reads as characters.
    pub(crate) fn bytes(&self, place: usize) -> Option<Cow<'a, [u8]>> {
        self.said(place).map(|at| self.document.bytes_of(self.document.node(at)))
    }
}

/// The entries of `executed_actions`, each with its key; in an array there are no keys.
pub(crate) fn entries<'a>(document: &'a Document<'a>, at: u32) -> impl Iterator<Item = (Option<u32>, u32)> + 'a {
    let has_keys = document.node(at).kind == Kind::Object;
    let end = document.after(at);
    let mut at = at + 1;
    core::iter::from_fn(move || {
        while at < end {
            let key = has_keys.then_some(at);
            let value = at + u32::from(has_keys);
            at = document.after(value);
            if !key.is_some_and(|key| document.node(key).has(flag::OVERWRITTEN)) {
                return Some((key, value));
            }
        }
        None
    })
}

/// Whether a value is a string that is not blank.
pub(crate) fn says(document: &Document<'_>, at: u32) -> bool {
    let node = document.node(at);
    node.kind == Kind::String && !document.is_blank(node)
}

/// The value of a declared field of an object, by the field's number.
pub(crate) fn field(document: &Document<'_>, object: u32, number: u16) -> Option<u32> {
    document.members(object).find(|&(key, _)| document.node(key).field() == Some(number)).map(|(_, value)| value)
}

/// Whether an action extracts information, by its type or, where that is not told, by its key or name.
pub(crate) fn is_extractor(entry: &Fields<'_, '_>, key: Option<u32>) -> bool {
    let text = |at: u32| entry.document.bytes_of(entry.document.node(at));
    if let Some(kind) = entry.said(action::action_type) {
        return ActionType::read_bytes(&text(kind)) == Some(ActionType::ExtractInfo);
    }
    let extracts = |at: u32| {
        let text = text(at);
        EXTRACTOR_PREFIXES.iter().any(|prefix| text.starts_with(prefix.as_bytes()))
    };
    key.is_some_and(extracts) || entry.string(action::name).is_some_and(extracts)
}

/// The root of a value: the document that a string holds, or the value itself.
pub(crate) fn read_through(document: &Document<'_>, at: u32) -> u32 {
    if document.node(at).has(flag::EMBEDDING) { document.embedded(at).unwrap_or(at) } else { at }
}

/// The point in time that a value spells.
pub(crate) fn instant(document: &Document<'_>, at: u32) -> Option<Instant> {
    time::read_bytes(trimmed(&document.bytes_of(document.node(at))))
}

/// The milliseconds that a value spells in Unix seconds.
pub(crate) fn stamp(document: &Document<'_>, at: u32) -> Option<i64> {
    let node = document.node(at);
    milliseconds(trimmed(&document.bytes_of(node)), node.kind)
}

/// The milliseconds that a text spells in Unix seconds; that of a number may have an exponent.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "milliseconds beyond every calendar saturate"
)]
pub(crate) fn milliseconds(text: &[u8], kind: Kind) -> Option<i64> {
    let exact = time::read_stamp_bytes(text);
    exact.or_else(|| if kind == Kind::Number { Some((spelled(text)? * 1_000.0).floor() as i64) } else { None })
}

/// Whether two values are the same text.
pub(crate) fn is_same(document: &Document<'_>, a: u32, b: u32) -> bool {
    let text = |at: u32| document.bytes_of(document.node(at));
    lanes::same(&text(a), &text(b))
}

/// The number that a value is or spells, if a machine number can hold it.
pub(crate) fn decimal(document: &Document<'_>, at: u32) -> Option<f64> {
    let node = document.node(at);
    let text = document.bytes_of(node);
    let text = trimmed(&text);
    let is_number = node.kind == Kind::Number || (node.kind == Kind::String && is_decimal(text));
    is_number.then(|| spelled(text))?
}

/// Reads the spelling of a JSON number: rounded once for up to 19 digits and powers of ten up to 22, as durations and status
/// codes have them, and close beyond. The general algorithm's tables would weigh as much as the scanner.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "rounding is what is wanted beyond 2^53, and what it leaves out is told"
)]
fn spelled(text: &[u8]) -> Option<f64> {
    let (sign, text) = text.strip_prefix(b"-").map_or((1.0, text), |text| (-1.0, text));
    let (mut digits, mut exponent, mut is_fraction) = (0_u64, 0_i32, false);
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        match byte {
            b'0'..=b'9' if digits < 1_000_000_000_000_000_000 => {
                digits = digits * 10 + u64::from(byte - b'0');
                exponent = exponent.saturating_sub(i32::from(is_fraction));
            }
            b'0'..=b'9' => exponent = exponent.saturating_add(i32::from(!is_fraction)),
            b'.' => is_fraction = true,
            _ => {
                let is_negative = rest.as_slice().starts_with(b"-");
                let power = rest
                    .filter(|byte| byte.is_ascii_digit())
                    .fold(0_i32, |power, &digit| power.saturating_mul(10).saturating_add(i32::from(digit - b'0')));
                exponent = exponent.saturating_add(if is_negative { -power } else { power });
                break;
            }
        }
    }
    let mut number = digits as f64;
    // What rounding to a machine number has left out.
    let mut rest = digits.wrapping_sub(number as u64).cast_signed() as f64;
    // Powers of ten are exact up to 10^22; steps of that size keep the usual numbers to one rounding.
    while number != 0.0 && number.is_finite() && exponent != 0 {
        let step = exponent.clamp(-22, 22);
        let power = (0..step.unsigned_abs()).fold(1.0, |power, _| power * 10.0);
        number = if step < 0 {
            let quotient = number / power;
            let back = quotient * power;
            quotient + (((number - back) - lost(quotient, power, back)) + rest) / power
        } else {
            let product = number * power;
            product + (lost(number, power, product) + rest * power)
        };
        rest = 0.0;
        exponent -= step;
    }
    number.is_finite().then_some(sign * number)
}

/// What the product of two numbers has lost by rounding: exact, as halves of their digits multiply without rounding
/// (Dekker). Nothing for numbers so large that they cannot be halved. Not inlined, as it is asked twice.
#[inline(never)]
fn lost(a: f64, b: f64, product: f64) -> f64 {
    let halves = |number: f64| {
        let shifted = number * 134_217_729.0;
        let high = shifted - (shifted - number);
        (high, number - high)
    };
    let ((a_high, a_low), (b_high, b_low)) = (halves(a), halves(b));
    let lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    if lost.is_finite() { lost } else { 0.0 }
}

/// Whether a text spells a decimal number.
pub(crate) fn is_decimal(text: &[u8]) -> bool {
    let mut parts = text.strip_prefix(b"-").unwrap_or(text).splitn(2, |&byte| byte == b'.');
    parts.all(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
}

/// The truth that a value is or spells.
pub(crate) fn truth(document: &Document<'_>, at: u32) -> Option<bool> {
    let node = document.node(at);
    match node.kind {
        Kind::True => Some(true),
        Kind::False => Some(false),
        Kind::String => {
            let text = document.bytes_of(node);
            let text = trimmed(&text);
            if alike(text, b"true") { Some(true) } else { alike(text, b"false").then_some(false) }
        }
        _ => None,
    }
}

/// Whether a value is more than `null`, blank text, `{}` or `[]`.
pub(crate) fn says_something(document: &Document<'_>, at: u32) -> bool {
    let node = document.node(at);
    match node.kind {
        Kind::Null => false,
        Kind::String => !document.is_blank(node),
        Kind::Array | Kind::Object => document.after(at) > at + 1,
        Kind::False | Kind::True | Kind::Number => true,
    }
}

/// The value of a slot of a conversation flow, if a member is one: an object with `value` or `collected`, the latter no
/// object. Without `value` it is nothing. A member that is no object stands for itself.
pub(crate) fn slot(document: &Document<'_>, at: u32) -> Option<u32> {
    if document.node(at).kind != Kind::Object {
        return Some(at);
    }
    let (value, collected) = (document.member(at, "value"), document.member(at, "collected"));
    if collected.is_some_and(|at| document.node(at).kind == Kind::Object) {
        return None;
    }
    value.or(collected.map(|_| NOWHERE))
}

/// The criteria that are judged of the call: all but the last, which is about the judge's own summary.
pub(crate) const CRITERIA: core::ops::Range<usize> = analysis::persona..analysis::call_summary;

/// How far behind a verdict its feedback is declared.
pub(crate) const FEEDBACK: usize = analysis::persona_feedback - analysis::persona;

/// The verdict that a value says; `null` says that the criterion does not apply.
pub(crate) fn verdict(document: &Document<'_>, at: u32) -> Option<Verdict> {
    let node = document.node(at);
    match node.kind {
        Kind::String => Verdict::ALL.get(node.row()?).copied(),
        Kind::True => Some(Verdict::True),
        Kind::False => Some(Verdict::False),
        Kind::Null => Some(Verdict::NotApplicable),
        _ => None,
    }
}
