//! Payloads that are made to cost: each of a kind that makes a careless reader take quadratic time.

use std::fmt::Write;

/// A kind of hostile payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hostile {
    /// Many keys in one object, in no order.
    Keys,
    /// Keys of one length that polynomial hashes to the bases 31 and 33 take for one.
    CollidingKeys,
    /// Keys that differ at their end alone.
    AlikeKeys,
    /// One key, again and again.
    RepeatedKey,
    /// Arrays in arrays, as deep as they may be, side by side.
    Depth,
    /// One string without a line end.
    LongString,
    /// Nothing but escapes.
    Escapes,
    /// The shortest lines that a transcript can have.
    Lines,
    /// An issue at every member.
    Issues,
    /// Actions that lack everything.
    TinyActions,
    /// JSON in strings.
    Embedded,
}

impl Hostile {
    /// Every kind.
    pub const ALL: [Self; 11] = [
        Self::Keys,
        Self::CollidingKeys,
        Self::AlikeKeys,
        Self::RepeatedKey,
        Self::Depth,
        Self::LongString,
        Self::Escapes,
        Self::Lines,
        Self::Issues,
        Self::TinyActions,
        Self::Embedded,
    ];

    /// What the payload is full of.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Keys => "keys in one object",
            Self::CollidingKeys => "keys whose hashes collide",
            Self::AlikeKeys => "keys alike but for the end",
            Self::RepeatedKey => "one key repeated",
            Self::Depth => "deep nesting side by side",
            Self::LongString => "one long string",
            Self::Escapes => "escapes alone",
            Self::Lines => "tiny lines",
            Self::Issues => "issues",
            Self::TinyActions => "tiny actions",
            Self::Embedded => "JSON in strings",
        }
    }

    /// How many of its things make about a megabyte, or at least the hundred thousand that a bound names.
    #[must_use]
    pub const fn usual_count(self) -> usize {
        match self {
            Self::Keys | Self::RepeatedKey => 60_000,
            Self::CollidingKeys | Self::TinyActions => 30_000,
            Self::AlikeKeys => 10_000,
            Self::Depth => 4_000,
            Self::LongString => 1_000_000,
            Self::Escapes => 170_000,
            Self::Lines => 120_000,
            Self::Issues => 100_000,
            Self::Embedded => 16_000,
        }
    }

    /// A payload with so many of its things.
    #[must_use]
    pub fn payload(self, count: usize) -> Vec<u8> {
        let members = |member: &dyn Fn(&mut String, usize)| {
            let mut text = String::from("{");
            for number in 0..count {
                text.push_str(if number == 0 { "" } else { "," });
                member(&mut text, number);
            }
            text + "}"
        };
        match self {
            Self::Keys => {
                within("metadata", &members(&|text, number| put(text, format_args!("\"{}\":0", mix(number)))))
            }
            Self::CollidingKeys => {
                within("metadata", &members(&|text, number| put(text, format_args!("\"{}\":0", colliding(number)))))
            }
            Self::AlikeKeys => within(
                "metadata",
                &members(&|text, number| put(text, format_args!("\"{}{number:06}\":0", "a".repeat(90)))),
            ),
            Self::RepeatedKey => within("metadata", &members(&|text, _| text.push_str("\"again and again\":0"))),
            Self::Depth => {
                // The root, `metadata` and the array are three of the 128 levels.
                let deep = ["[".repeat(125), "]".repeat(125)].concat();
                within("metadata", &format!("{{\"deep\":[{}]}}", vec![deep; count].join(",")))
            }
            Self::LongString => transcript(&"a".repeat(count)),
            Self::Escapes => transcript(&"\\u0041".repeat(count)),
            Self::Lines => transcript(&"bot:\\nhuman:\\n".repeat(count / 2)),
            Self::Issues => within(
                "executed_actions",
                &members(&|text, number| put(text, format_args!("\"action {number:06}\":0"))),
            ),
            Self::TinyActions => within(
                "executed_actions",
                &members(&|text, number| put(text, format_args!("\"action {number:06}\":{{\"name\":\"\"}}"))),
            ),
            Self::Embedded => within(
                "executed_actions",
                &members(&|text, number| {
                    let arguments = "\"parameters_from_llm\":\"{\\\"n\\\":[1]}\"";
                    put(text, format_args!("\"action {number:06}\":{{{arguments}}}"));
                }),
            ),
        }
    }
}

/// Formats to the end of a text.
fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing to a string does not fail.
    let _ = text.write_fmt(arguments);
}

/// The smallest call, and one field more.
fn within(field: &str, value: &str) -> Vec<u8> {
    format!("{{\"call\":{{\"call_id\":\"0866\",\"status\":\"completed\"}},\"{field}\":{value}}}").into_bytes()
}

/// The smallest call with a transcript.
fn transcript(text: &str) -> Vec<u8> {
    format!("{{\"call\":{{\"call_id\":\"0866\",\"status\":\"completed\",\"transcript\":\"{text}\"}}}}").into_bytes()
}

/// Twelve digits in no order; another number, other digits.
fn mix(number: usize) -> String {
    let mixed = u64::try_from(number).unwrap_or(0).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    format!("{:08x}{number:x}", mixed >> 32)
}

/// The bits of a number, spelled with pairs of letters that weigh the same: `Aa` and `BB` for base 31, `Ab` and `BA` for
/// base 33.
fn colliding(number: usize) -> String {
    let pairs = |pairs: [&'static str; 2]| {
        (0..17).map(move |bit| if number >> bit & 1 == 0 { pairs[0] } else { pairs[1] }).collect::<String>()
    };
    if number.is_multiple_of(2) { pairs(["Aa", "BB"]) } else { pairs(["Ab", "BA"]) }
}
