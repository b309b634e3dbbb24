//! Records: the digest that lists are made of, the note on a body that is kept aside, and what becomes of a delivery.
//!
//! Everything here is pure.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::issue::{Issue, Severity};
use crate::time;
use crate::vocabulary::{CallStatus, Outcome};

/// The most bytes of JSON that go into metadata; the storage takes 1,024.
pub(crate) const DIGEST_BYTES: usize = 1_000;
/// The most bytes of a number as the storage spells it, which leaves exponents out longer than serde does.
const LONGEST_NUMBER: usize = "-0.0000012345678901234567".len();
/// The version of the metadata's layout.
pub(crate) const VERSION: u8 = 1;

/// The row of a call in a list, as metadata holds it. The id stands in the key; a field that the call does not have is
/// left out.
///
/// INVARIANT: once [fitted](Self::fitted), at most [`DIGEST_BYTES`] bytes of JSON, the id counted.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(crate) struct Digest {
    /// The version of the layout.
    pub(crate) v: u8,
    /// The time in the key of the index row; kept when a later body replaces the first.
    pub(crate) at: i64,
    /// When the stored body arrived.
    pub(crate) received_at: String,
    /// Start of the call, RFC 3339 in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) started_at: Option<String>,
    /// `call.status`, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// `call.end_call_reason`, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_call_reason: Option<String>,
    /// How the call ended, in one word.
    pub(crate) outcome: String,
    /// Length of the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) duration_seconds: Option<f64>,
    /// The person's name; never the number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) lead_name: Option<String>,
    /// The call in one sentence.
    pub(crate) headline: String,
    /// How many issues the payload has.
    pub(crate) issues: usize,
    /// How many actions failed.
    pub(crate) failed_actions: usize,
    /// How many criteria were met in part or not at all, where somebody judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) findings: Option<usize>,
    /// What statistics count beside the row; no part of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tally: Option<Tally>,
}

/// What statistics count of a call and its row does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// Turns, words of the agent, words of the other party.
    pub(crate) talk: (u32, u32, u32),
    /// A letter for each criterion (see `tally`); nothing where the call was not judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verdicts: Option<String>,
    /// Bytes of the body.
    pub(crate) size: usize,
}

/// What metadata holds and a row does not show: the layout's version and the time of the key are of no use to a reader, and
/// the tally is for statistics.
const INTERNAL: [&str; 3] = ["v", "at", "tally"];

/// What a row shows of metadata; nothing where it cannot be read.
pub(crate) fn shown(metadata: Option<Value>) -> Map<String, Value> {
    let Some(Value::Object(mut row)) = metadata else { return Map::new() };
    for name in INTERNAL {
        row.remove(name);
    }
    row
}

/// The bytes of JSON that one text may take in a digest, before the digest as a whole is fitted.
const WORD_BYTES: usize = 66;
const NAME_BYTES: usize = 122;
const HEADLINE_BYTES: usize = 302;

impl Digest {
    /// The digest, cut so that it fits beside an id.
    pub(crate) fn fitted(mut self, call_id: &str) -> Self {
        for (text, most) in
            [(&mut self.status, WORD_BYTES), (&mut self.end_call_reason, WORD_BYTES), (&mut self.lead_name, NAME_BYTES)]
        {
            if let Some(text) = text {
                cut(text, most);
            }
        }
        cut(&mut self.headline, HEADLINE_BYTES);
        let id = json_length(call_id);
        for give_up in [Self::give_up_headline, Self::give_up_name, Self::give_up_words, Self::give_up_start] {
            let excess = self.length(id).saturating_sub(DIGEST_BYTES);
            if excess == 0 {
                break;
            }
            give_up(&mut self, excess);
        }
        self
    }

    /// Bytes of JSON: of the metadata, or of the row of an answer, which has the id for the version and the time.
    fn length(&self, id: usize) -> usize {
        let number =
            |number: f64| LONGEST_NUMBER.saturating_sub(serde_json::to_vec(&number).map_or(0, |json| json.len()));
        let metadata = serde_json::to_vec(self).map_or(usize::MAX, |json| json.len());
        let metadata = metadata.saturating_add(self.duration_seconds.map_or(0, number));
        let answered = metadata.saturating_add(id).saturating_add(r#""call_id":,"#.len());
        let tally = self.tally.as_ref().and_then(|tally| serde_json::to_vec(tally).ok());
        let tally = tally.map_or(0, |json| json.len().saturating_add(r#","tally":"#.len()));
        let internal = r#""v":1,"at":,"#.len().saturating_add(self.at.to_string().len()).saturating_add(tally);
        metadata.max(answered.saturating_sub(internal))
    }

    fn give_up_headline(&mut self, excess: usize) {
        let most = json_length(&self.headline).saturating_sub(excess);
        cut(&mut self.headline, most);
    }

    fn give_up_name(&mut self, _excess: usize) {
        self.lead_name = None;
    }

    fn give_up_words(&mut self, _excess: usize) {
        self.end_call_reason = None;
        self.status = None;
    }

    fn give_up_start(&mut self, _excess: usize) {
        self.started_at = None;
    }

    /// Whether two digests say the same of the same body, whenever it arrived.
    pub(crate) fn agrees_with(&self, other: &Self) -> bool {
        let Self { received_at, .. } = other;
        *other == Self { received_at: received_at.clone(), ..self.clone() }
    }

    /// Whether the body that it is of is final.
    pub(crate) fn is_final(&self) -> bool {
        is_final(self.status.as_deref())
    }

    /// The digest in metadata, if it is one of this version. Read by hand, as is all that we read: the reader that serde
    /// derives knows of everything that could stand there instead, in 40 KB.
    pub(crate) fn read(metadata: Option<&Value>) -> Option<Self> {
        let metadata = metadata?;
        let text = |name: &str| text(metadata, name);
        let count = |name: &str| count(metadata, name);
        (metadata.get("v")?.as_u64()? == u64::from(VERSION)).then_some(())?;
        Some(Self {
            v: VERSION,
            at: metadata.get("at")?.as_i64()?,
            received_at: text("received_at")?,
            started_at: text("started_at"),
            status: text("status"),
            end_call_reason: text("end_call_reason"),
            outcome: text("outcome")?,
            duration_seconds: metadata.get("duration_seconds").and_then(Value::as_f64),
            lead_name: text("lead_name"),
            headline: text("headline")?,
            issues: count("issues")?,
            failed_actions: count("failed_actions")?,
            findings: count("findings"),
            tally: metadata.get("tally").and_then(Tally::read),
        })
    }
}

impl Tally {
    fn read(metadata: &Value) -> Option<Self> {
        let talk = metadata.get("talk")?;
        let number = |place: usize| u32::try_from(talk.get(place)?.as_u64()?).ok();
        Some(Self {
            talk: (number(0)?, number(1)?, number(2)?),
            verdicts: text(metadata, "verdicts"),
            size: count(metadata, "size")?,
        })
    }
}

/// A text in metadata.
fn text(metadata: &Value, name: &str) -> Option<String> {
    metadata.get(name)?.as_str().map(str::to_owned)
}

/// A number in metadata of what can be counted.
fn count(metadata: &Value, name: &str) -> Option<usize> {
    usize::try_from(metadata.get(name)?.as_u64()?).ok()
}

/// Bytes of a text as a JSON string, with its quotes.
fn json_length(text: &str) -> usize {
    text.chars().fold(2, |length, character| length.saturating_add(json_width(character)))
}

/// Bytes of one character in a JSON string, as serde writes it.
fn json_width(character: char) -> usize {
    match character {
        '"' | '\\' | '\u{8}' | '\t' | '\n' | '\u{c}' | '\r' => 2,
        '\0'..='\u{1f}' => 6,
        _ => character.len_utf8(),
    }
}

/// Cuts a text between two characters so that it takes at most so many bytes of JSON.
fn cut(text: &mut String, most: usize) {
    let mut length = 2_usize;
    let end = text.char_indices().find_map(|(at, character)| {
        length = length.saturating_add(json_width(character));
        (length > most).then_some(at)
    });
    if let Some(end) = end {
        text.truncate(end);
    }
}

/// What is noted beside a body that is kept without being a call's record.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Arrival {
    /// The version of the layout.
    v: u8,
    /// When it arrived.
    pub(crate) received_at: String,
    /// Bytes of the body.
    pub(crate) size: usize,
    /// The credentials that held.
    pub(crate) check: String,
    /// `call.status`, for a conflict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<String>,
    /// The time in the key of the call's index row, for a conflict: so that the call can be erased where no read knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<i64>,
    /// The first errors, by code and place.
    pub(crate) issues: Vec<Mark>,
}

/// The most errors that an [`Arrival`] names.
const MARKS: usize = 3;

/// One error in an [`Arrival`].
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Mark {
    /// The code of the error.
    pub(crate) code: String,
    /// Where it is, cut.
    pub(crate) pointer: String,
}

impl Arrival {
    /// A note that fits into metadata.
    pub(crate) fn new(received_at: i64, size: usize, check: &str, status: Option<&str>, issues: &[Issue]) -> Self {
        let mark = |issue: &Issue| {
            let mut pointer = issue.pointer();
            cut(&mut pointer, NAME_BYTES);
            Mark { code: issue.code.word().to_owned(), pointer }
        };
        let mut status = status.map(str::to_owned);
        if let Some(status) = &mut status {
            cut(status, WORD_BYTES);
        }
        Self {
            v: VERSION,
            received_at: time::write(received_at).unwrap_or_default(),
            size,
            check: check.to_owned(),
            status,
            at: None,
            issues: issues.iter().filter(|issue| issue.severity == Severity::Error).take(MARKS).map(mark).collect(),
        }
    }
}

impl Arrival {
    /// The note in metadata, if it is one.
    pub(crate) fn read(metadata: Option<&Value>) -> Option<Self> {
        let metadata = metadata?;
        let mark = |mark: &Value| Some(Mark { code: text(mark, "code")?, pointer: text(mark, "pointer")? });
        Some(Self {
            v: VERSION,
            received_at: text(metadata, "received_at")?,
            size: count(metadata, "size")?,
            check: text(metadata, "check")?,
            status: text(metadata, "status"),
            at: None,
            issues: metadata.get("issues")?.as_array()?.iter().filter_map(mark).collect(),
        })
    }
}

/// Whether a status says that no other payload follows. An unknown or missing word counts as final, so that nothing
/// that is not understood is ever replaced.
pub(crate) fn is_final(status: Option<&str>) -> bool {
    status.and_then(CallStatus::read).is_none_or(|status| status.class() != Outcome::InProgress)
}

/// What a body is: its bytes, and whether its status is final.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'a> {
    /// The bytes as they came.
    pub(crate) bytes: &'a [u8],
    /// Whether no other payload follows.
    pub(crate) is_final: bool,
}

/// What becomes of a valid body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is the first of its call.
    Created,
    /// It replaces one that was not final.
    Updated,
    /// It is stored already, byte for byte.
    Duplicate,
    /// It is not final and the call is: not kept.
    Stale,
    /// It differs from the final one that is stored: kept beside it.
    Conflict,
}

impl Fate {
    /// The word in the answer.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Duplicate => "duplicate",
            Self::Stale => "stale",
            Self::Conflict => "conflict",
        }
    }
}

/// Decides what becomes of a body whose call is stored: the first final one wins.
pub(crate) fn decide(stored: Version<'_>, arrived: Version<'_>) -> Fate {
    if stored.bytes == arrived.bytes {
        Fate::Duplicate
    } else if !stored.is_final {
        Fate::Updated
    } else if arrived.is_final {
        Fate::Conflict
    } else {
        Fate::Stale
    }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn digest() -> Digest {
        Digest {
            v: VERSION,
            at: 1_780_000_000_000,
            received_at: "2026-05-28T20:28:20.000Z".into(),
            started_at: time::write(1_780_000_000_000),
            status: Some("completed".into()),
            end_call_reason: Some("agent_goodbye".into()),
            outcome: "connected".into(),
            duration_seconds: Some(113.0),
            lead_name: Some("Ada Example".into()),
            headline: "Connected, 113 s".into(),
            issues: 1_000,
            failed_actions: 100_000,
            findings: Some(35),
            tally: Some(Tally {
                talk: (26_214_400, 26_214_400, 26_214_400),
                verdicts: Some("t".repeat(15)),
                size: 26_214_400,
            }),
        }
    }

    fn length(digest: &Digest) -> usize {
        serde_json::to_vec(digest).expect("JSON").len()
    }

    #[test]
    fn a_digest_fits_whatever_its_texts_are() {
        for id in ["1", &"\0".repeat(128), &"\u{7f}".repeat(128), &"€".repeat(42)] {
            for text in ["", "x", "\0", "😀", "\"", "\u{2028}"] {
                let text = text.repeat(500);
                let digest = Digest {
                    at: super::super::key::LATEST,
                    status: Some(text.clone()),
                    end_call_reason: Some(text.clone()),
                    lead_name: Some(text.clone()),
                    headline: text.clone(),
                    ..digest()
                };
                let digest = digest.fitted(id);
                assert!(length(&digest) <= DIGEST_BYTES, "{id:?} {text:?}: {}", length(&digest));
                assert!(digest.length(json_length(id)) <= DIGEST_BYTES, "{id:?} {text:?}");
            }
        }
    }

    #[test]
    fn a_digest_fits_however_the_storage_spells_its_number() {
        for (seconds, spelled) in
            [(1e19, "10000000000000000000"), (1.234_567_890_123_456_7e-6, "0.0000012345678901234567")]
        {
            let text = "x".repeat(500);
            let digest =
                Digest { duration_seconds: Some(seconds), headline: text.clone(), lead_name: Some(text), ..digest() };
            let digest = digest.fitted(&"\u{1}".repeat(95));
            let whole = digest.length(json_length(&"\u{1}".repeat(95)));
            assert!(whole <= DIGEST_BYTES, "{whole}");
            let here = serde_json::to_string(&seconds).expect("JSON");
            let row = Digest { tally: None, v: 0, at: 0, ..digest.clone() };
            let internal = r#""v":0,"at":0,"#.len();
            let row = length(&row) - internal + json_length(&"\u{1}".repeat(95)) + r#""call_id":,"#.len();
            assert!(row - here.len() + spelled.len() <= DIGEST_BYTES, "{row}");
        }
    }

    #[test]
    fn a_usual_digest_is_kept_whole_and_comes_back() {
        let digest = digest().fitted("c-1");
        assert_eq!(digest, self::digest());
        let metadata = serde_json::to_value(&digest).expect("JSON");
        assert_eq!(Digest::read(Some(&metadata)), Some(digest.clone()));
        let later = Digest { received_at: "2026-05-28T20:30:00.000Z".into(), ..digest.clone() };
        assert!(later != digest && later.agrees_with(&digest));
        assert!(!Digest { issues: 1, ..digest.clone() }.agrees_with(&digest));
        for other in
            [None, Some(serde_json::json!(null)), Some(serde_json::json!([])), Some(serde_json::json!({"v": 2}))]
        {
            assert_eq!(Digest::read(other.as_ref()), None);
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let mut text = "ab😀".to_owned();
        cut(&mut text, 7);
        assert_eq!(text, "ab");
        cut(&mut text, 0);
        assert_eq!(text, "");
    }

    #[test]
    fn a_status_that_is_not_understood_is_final() {
        for status in ["pending", "queue", "initiated", "registered", "ringing", "In_Progress", "in progress", "paused"]
        {
            assert!(!is_final(Some(status)), "{status}");
        }
        for status in [None, Some(""), Some("completed"), Some("failed"), Some("no-answer"), Some("teleported")] {
            assert!(is_final(status), "{status:?}");
        }
    }

    #[test]
    fn the_first_final_body_wins() {
        let queued = Version { bytes: b"q", is_final: false };
        let ringing = Version { bytes: b"r", is_final: false };
        let done = Version { bytes: b"d", is_final: true };
        let other = Version { bytes: b"o", is_final: true };
        assert_eq!(decide(queued, queued), Fate::Duplicate);
        assert_eq!(decide(queued, ringing), Fate::Updated);
        assert_eq!(decide(queued, done), Fate::Updated);
        assert_eq!(decide(done, queued), Fate::Stale);
        assert_eq!(decide(done, other), Fate::Conflict);
        assert_eq!(decide(done, done), Fate::Duplicate);
    }
}
