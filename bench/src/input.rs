//! The payloads that are read.

use crate::call;
pub use crate::hostile::Hostile;

/// A payload of the documented shape as it is sent, without white space.
pub const DOCUMENTED: &[u8] = include_bytes!("../../tests/cases/documented-shape-compact/payload.json");

/// The same as the platform's documentation prints it, indented.
const INDENTED: &[u8] = include_bytes!("../../tests/cases/documented-shape/payload.json");

/// The size of a long call: an hour of talk and some thirty actions.
pub const LONG: usize = 92_000;

/// A payload, told in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The documented one, 6 KB.
    Documented,
    /// The same indented, 7 KB.
    Indented,
    /// A call of about so many bytes.
    Call(usize),
    /// A hostile one with so many of its things.
    Hostile(Hostile, usize),
}

impl Input {
    /// Its bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        match self {
            Self::Documented => DOCUMENTED.to_vec(),
            Self::Indented => INDENTED.to_vec(),
            Self::Call(bytes) => call::payload(bytes),
            Self::Hostile(kind, count) => kind.payload(count),
        }
    }

    /// What a reader of a table understands.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Documented => "documented payload".to_owned(),
            Self::Indented => "documented payload, indented".to_owned(),
            Self::Call(bytes) => format!("call of {}", size(bytes)),
            Self::Hostile(kind, count) => format!("{}, {count}", kind.name()),
        }
    }
}

/// A number of bytes in the usual unit: 1 KB is 1,000 bytes.
fn size(bytes: usize) -> String {
    if bytes < 1_000_000 { format!("{} KB", bytes / 1_000) } else { format!("{} MB", bytes / 1_000_000) }
}
