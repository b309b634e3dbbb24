//! Answers: status, body and the headers that every answer of the Worker carries.

use std::borrow::Cow;

use serde::Serialize;

use super::export::Pieces;
use super::problem::{Problem, Status};

/// What a body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// JSON of ours.
    Json,
    /// An error (RFC 9457).
    Problem,
    /// Bytes as they were received; never interpreted by a browser.
    Bytes,
    /// A line of JSON for each call.
    Ndjson,
    /// A row for each call.
    Csv,
    /// No body.
    Nothing,
}

impl Content {
    /// The `Content-Type`.
    pub(crate) const fn media_type(self) -> Option<&'static str> {
        match self {
            Self::Json => Some("application/json"),
            Self::Problem => Some("application/problem+json"),
            Self::Bytes => Some("application/octet-stream"),
            Self::Ndjson => Some("application/x-ndjson"),
            Self::Csv => Some("text/csv; charset=utf-8; header=present"),
            Self::Nothing => None,
        }
    }
}

/// What the log says of a request beyond its route and its status. Never a value of a payload.
#[derive(Debug, Default, Clone)]
pub(crate) struct Note {
    /// The hash of the id of the call, cut.
    pub(crate) call: Option<String>,
    /// What became of a delivery.
    pub(crate) stored: Option<&'static str>,
    /// Bytes of the body that was received.
    pub(crate) bytes: Option<usize>,
    /// How many issues it has.
    pub(crate) issues: Option<usize>,
}

/// An answer before it is handed to the runtime.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: Status,
    /// What the body is.
    pub(crate) content: Content,
    /// The body.
    pub(crate) body: Vec<u8>,
    /// The body where it is made while it is sent.
    pub(crate) pieces: Option<Pieces>,
    /// Headers beyond the common ones.
    pub(crate) headers: Vec<(&'static str, Cow<'static, str>)>,
    /// What the log says.
    pub(crate) note: Note,
}

/// Room for what most answers are, in bytes.
const USUAL_LENGTH: usize = 4_096;

/// The headers of every answer: nothing is cached, sniffed, framed, or run, and no address leaks to another site.
pub(crate) const COMMON_HEADERS: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("vary", "Authorization, Origin"),
    ("x-content-type-options", "nosniff"),
];

/// The headers that let pages of another origin in. `origin` is one that the settings name.
pub(crate) fn cross_origin_headers<'a>(origin: &'a str, allow: &'a str) -> [(&'static str, &'a str); 5] {
    [
        ("access-control-allow-origin", origin),
        ("access-control-allow-methods", allow),
        ("access-control-allow-headers", "authorization, content-type"),
        ("access-control-expose-headers", "content-disposition, link, retry-after"),
        ("access-control-max-age", "600"),
    ]
}

impl Answer {
    /// An answer in JSON.
    ///
    /// # Errors
    /// `Internal` where the value cannot be written as JSON.
    pub(crate) fn json(status: Status, value: &impl Serialize) -> Result<Self, Problem> {
        let mut body = Vec::with_capacity(USUAL_LENGTH);
        serde_json::to_writer(&mut body, value).map_err(|_| Problem::Internal)?;
        Ok(Self::new(status, Content::Json, body))
    }

    /// An answer with a body that is there already.
    pub(crate) fn new(status: Status, content: Content, body: Vec<u8>) -> Self {
        Self { status, content, body, pieces: None, headers: Vec::new(), note: Note::default() }
    }

    /// An answer without a body.
    pub(crate) fn nothing() -> Self {
        Self::new(Status::NO_CONTENT, Content::Nothing, Vec::new())
    }

    /// The answer with a note for the log.
    pub(crate) fn noting(mut self, note: Note) -> Self {
        self.note = note;
        self
    }
}

impl From<Problem> for Answer {
    fn from(problem: Problem) -> Self {
        let mut answer = Self::new(problem.status(), Content::Problem, problem.body());
        answer.headers = problem.headers().into_iter().map(|(name, value)| (name, Cow::Borrowed(value))).collect();
        answer
    }
}
