//! Validates, types and summarises the JSON that voice-AI platforms post to a customer's URL when a call has ended.
//!
//! One pass over the bytes gives a [`Report`]: whether the payload can be used, everything that is wrong, odd or new in
//! it with its exact place, the call's identity, the typed payload and a [`Summary`] of the call.
//!
//! ```
//! let body = br#"{"status":"completed","call":{"status":"completed","call_id":"0866","duration":"113"}}"#;
//! let report = postcall::validate(body, &postcall::Options::default());
//! assert!(report.valid());
//! let loose = report.issues().into_iter().find(|issue| issue.code == postcall::Code::LooseType).unwrap();
//! assert_eq!(loose.pointer(), "/call/duration");
//! assert_eq!(loose.location.column, 80);
//! assert_eq!(report.summary().unwrap().duration_seconds, Some(113.0));
//! ```
//!
//! The core has no clock, no I/O, no global state and does not panic. Hosts are features: `js` is the door of the npm
//! package, `edge` that of the Cloudflare Worker.
//!
//! Modules stand in the order in which data flows through them; each uses only those above it.

#[cfg(all(feature = "js", feature = "edge", target_arch = "wasm32"))]
compile_error!(
    "features `js` and `edge` exclude each other in one WebAssembly module: each would carry the other's exports, and the \
     Worker the package's small allocator"
);

mod lanes;

mod kind;

pub mod vocabulary;

pub mod issue;

pub mod payload;

mod escape;

mod tape;

mod scan;

mod json;

pub mod time;

mod fields;

mod format;

pub mod transcript;

mod mark;

pub mod rules;

mod check;

mod message;

pub mod summary;

mod report;

pub mod signature;

#[cfg(feature = "js")]
mod js;

#[cfg(feature = "edge")]
mod edge;

pub use check::MAX_ID_BYTES;
pub use issue::{Code, Issue, Location, Segment, Severity};
pub use json::{Json, Key, Text};
pub use kind::Kind;
pub use payload::PostCall;
pub use report::{Options, Report, Scratch, validate, validate_in};
pub use summary::{Summary, View};

use payload::Sought;

/// Runs the README's example in Rust.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// A payload that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// All issues, not only the errors.
    pub issues: Vec<Issue>,
}

impl core::fmt::Display for Invalid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let errors = self.issues.iter().filter(|issue| issue.severity == Severity::Error);
        let count = errors.clone().count();
        write!(f, "invalid payload: {count} {}", if count == 1 { "error" } else { "errors" })?;
        for issue in errors {
            let Location { line, column, .. } = issue.location;
            write!(f, "\n  {line}:{column} {} ({})", issue.message, issue.code)?;
        }
        Ok(())
    }
}

impl core::error::Error for Invalid {}

/// The payload, typed.
///
/// # Errors
/// The issues of a payload that cannot be used.
pub fn parse(bytes: &[u8]) -> Result<PostCall, Invalid> {
    // Whether it can be used is found out sooner than all that is odd in it.
    if let Some(payload) = report::read(bytes, &Options::default(), Scratch::new(), Sought::Errors).payload() {
        return Ok(payload);
    }
    let report = validate(bytes, &Options::default());
    report.payload().ok_or_else(|| Invalid { issues: report.issues() })
}

/// What the call was.
///
/// # Errors
/// The issues of a payload that cannot be used.
pub fn summarize(bytes: &[u8]) -> Result<Summary, Invalid> {
    let report = validate(bytes, &Options::default());
    report.summary().map(View::into_owned).ok_or_else(|| Invalid { issues: report.issues() })
}
