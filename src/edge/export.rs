//! Export: the calls of a range as one stream, a line of JSON or a row of CSV for each.
//!
//! The rows of the index are read before the first byte is sent, so that the answer's head can name the place to go on;
//! then bodies are read in groups, each when the reader has taken the one before. So memory holds one group, whatever
//! is exported, and a storage that fails on the way breaks the stream off instead of ending it.

use core::cell::RefCell;
use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use js_sys::{Promise, Uint8Array};
use serde_json::Value;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::wasm_bindgen_futures::future_to_promise;

use super::answer::{Answer, Content};
use super::calls::{self, Record};
use super::caught;
use super::csv;
use super::filter::{Filter, Limits};
use super::ingest;
use super::key;
use super::problem::{Problem, Status};
use super::settings::Settings;
use super::shown::shown;
use super::store::{MOST_VALUES, Store};
use super::walk::{Step, walk};
use crate::report::BYTE_ORDER_MARK;

/// How many calls one answer holds.
const LIMITS: Limits = Limits { usual: 10_000, most: 10_000 };
/// The most groups of one answer: with the lists before them below the 1,000 calls that the storage allows a request.
const MOST_GROUPS: usize = 900;
/// The bytes of bodies in a group, but for one that is larger by itself.
const GROUP_BYTES: usize = 1 << 20;

/// What an export is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// A line of JSON for each call, the payload whole.
    Ndjson,
    /// A row for each call.
    Csv,
}

impl Format {
    fn read(text: &str) -> Option<Self> {
        match text {
            "ndjson" => Some(Self::Ndjson),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Ndjson => "ndjson",
            Self::Csv => "csv",
        }
    }

    /// What a cursor is signed for.
    const fn list(self) -> &'static str {
        match self {
            Self::Ndjson => "export ndjson",
            Self::Csv => "export csv",
        }
    }

    const fn content(self) -> Content {
        match self {
            Self::Ndjson => Content::Ndjson,
            Self::Csv => Content::Csv,
        }
    }

    /// Under which name a browser keeps it. A fixed one: nothing that a client or a payload says is in a header.
    const fn disposition(self) -> &'static str {
        match self {
            Self::Ndjson => "attachment; filename=\"postcall-calls.ndjson\"",
            Self::Csv => "attachment; filename=\"postcall-calls.csv\"",
        }
    }
}

/// Exports the calls of a range, newest first.
///
/// # Errors
/// `BadParameter`, `BadCursor`; `StorageUnavailable` where the rows cannot be read.
pub(crate) async fn start(
    store: Store,
    settings: &Settings,
    mut query: Vec<(&'static str, String)>,
) -> Result<Answer, Problem> {
    let bad = Problem::BadParameter("format");
    let Some(place) = query.iter().position(|(name, _)| *name == "format") else {
        return Err(bad);
    };
    let format = Format::read(&query.swap_remove(place).1).ok_or(bad)?;
    let filter = Filter::read(query, LIMITS)?;
    let place = filter.place(format.list(), &settings.api_tokens)?;
    let mut groups = Groups::default();
    let next = walk(&store, &filter, place, &mut |step| groups.take(step)).await?;
    let mut answer = Answer::new(Status::OK, format.content(), Vec::new());
    answer.headers.push(("content-disposition", Cow::Borrowed(format.disposition())));
    if let Some(cursor) = filter.cursor(next, format.list(), &settings.api_tokens) {
        let next = filter.address(&format!("/api/export?format={}", format.word()), &cursor);
        answer.headers.push(("link", Cow::Owned(format!("<{next}>; rel=\"next\""))));
    }
    let export = Export { store, format, groups: groups.0.into_iter(), begun: false };
    answer.pieces = Some(Pieces(AssertUnwindSafe(Rc::new(RefCell::new(Some(export))))));
    Ok(answer)
}

/// Calls whose bodies are read at once.
#[derive(Debug, Default)]
struct Group {
    ids: Vec<String>,
    bytes: usize,
}

/// The calls of an answer in the order of the index.
#[derive(Default)]
struct Groups(Vec<Group>);

impl Groups {
    /// Takes a call, unless the answer has as many groups as it may.
    fn take(&mut self, step: Step) -> bool {
        let metadata = step.metadata.as_ref();
        // A body whose size nobody noted is a group by itself.
        let size = noted_size(metadata).unwrap_or(GROUP_BYTES);
        let fits = |group: &Group| group.ids.len() < MOST_VALUES && group.bytes.saturating_add(size) <= GROUP_BYTES;
        if !self.0.last().is_some_and(fits) {
            if self.0.len() == MOST_GROUPS {
                return false;
            }
            self.0.push(Group::default());
        }
        if let Some(group) = self.0.last_mut() {
            group.ids.push(step.call_id);
            group.bytes = group.bytes.saturating_add(size);
        }
        true
    }
}

/// An export on its way.
#[derive(Debug)]
struct Export {
    store: Store,
    format: Format,
    groups: std::vec::IntoIter<Group>,
    begun: bool,
}

impl Export {
    /// The next piece of the text; nothing at the end.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Problem> {
        if !self.begun {
            self.begun = true;
            if self.format == Format::Csv {
                return Ok(Some(csv::head()));
            }
        }
        // A stream has no empty pieces: a group whose calls were all erased meanwhile is passed over.
        for group in self.groups.by_ref() {
            self.store.renew();
            let keys: Vec<String> = group.ids.iter().map(|id| key::call_key(id)).collect();
            let bodies = self.store.get_texts(&keys).await?;
            let mut piece = Vec::with_capacity(group.bytes.saturating_mul(2));
            for (call_id, body) in group.ids.iter().zip(bodies) {
                // The row of a call that has been erased may stay a while longer than its body.
                if let Some((body, metadata)) = body {
                    let body = with_mark(body, noted_size(metadata.as_ref()));
                    write(&mut piece, self.format, (call_id, metadata.as_ref()), body)?;
                }
            }
            if !piece.is_empty() {
                return Ok(Some(piece));
            }
        }
        Ok(None)
    }
}

/// Bytes of a body, where its metadata tell.
fn noted_size(metadata: Option<&Value>) -> Option<usize> {
    let size = metadata?.pointer("/tally/size")?.as_u64()?;
    usize::try_from(size).ok()
}

/// A body as it was stored: the storage leaves a byte order mark out of what it reads as text.
fn with_mark(body: Vec<u8>, size: Option<usize>) -> Vec<u8> {
    if size == Some(body.len().saturating_add(BYTE_ORDER_MARK.len())) {
        [BYTE_ORDER_MARK, &body].concat()
    } else {
        body
    }
}

/// Adds a call to a piece of the text.
fn write(
    piece: &mut Vec<u8>,
    format: Format,
    (call_id, metadata): (&str, Option<&Value>),
    mut body: Vec<u8>,
) -> Result<(), Problem> {
    let record = Record::of(call_id, metadata, &body);
    match format {
        Format::Csv => {
            let report = ingest::read_stored(&body);
            piece.append(&mut csv::row(
                call_id,
                record.received_at(),
                report.summary().map(shown).as_ref(),
                report.issue_count(),
            ));
        }
        Format::Ndjson => {
            // Line breaks stand between the values of JSON and never in them: a space there changes nothing but the
            // lines of the issues, which are found before.
            let lines = calls::document(&record, &body, &ingest::read_stored(&body))?;
            body = lines;
            body.iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
            body.push(b'\n');
            piece.append(&mut body);
        }
    }
    Ok(())
}

/// The pieces of an export, of which JavaScript asks for one when the reader has room for it. A panic leaves nothing behind:
/// what was taken goes with it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Pieces(AssertUnwindSafe<Rc<RefCell<Option<Export>>>>);

#[wasm_bindgen]
impl Pieces {
    /// The next piece, nothing at the end, or the word for what has failed: a stream that fails is broken off, so that
    /// nobody takes a part for the whole.
    pub fn next(&self) -> Promise {
        let export = Rc::clone(&self.0);
        future_to_promise(AssertUnwindSafe(async move {
            // The runtime does not ask again before it has been answered; after a failure it does not ask at all.
            let taken = export.borrow_mut().take();
            let Some(mut taken) = taken else {
                return Ok(JsValue::UNDEFINED);
            };
            let piece = caught(taken.next()).await.map_err(|problem| JsValue::from_str(problem.code()))?;
            let Some(piece) = piece else {
                return Ok(JsValue::UNDEFINED);
            };
            *export.borrow_mut() = Some(taken);
            Ok(Uint8Array::from(piece.as_slice()).into())
        }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail")]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken(sizes: &[Option<usize>]) -> Vec<usize> {
        let mut groups = Groups::default();
        for size in sizes {
            let metadata = size.map(|size| json!({"tally": {"size": size}}));
            groups.take(Step { at: 0, call_id: "c".into(), metadata });
        }
        groups.0.iter().map(|group| group.ids.len()).collect()
    }

    #[test]
    fn a_group_holds_100_bodies_or_a_mebibyte() {
        assert_eq!(taken(&[Some(6_000); 250]), [100, 100, 50]);
        assert_eq!(taken(&[Some(400_000); 5]), [2, 2, 1]);
        assert_eq!(taken(&[Some(5_000_000), Some(1), None, Some(1)]), [1, 1, 1, 1]);
    }

    #[test]
    fn an_answer_has_so_many_groups_that_the_storage_allows_their_calls() {
        let mut groups = Groups::default();
        let step = || Step { at: 0, call_id: "c".into(), metadata: None };
        let takes = (0..1_000).filter(|_| groups.take(step())).count();
        assert_eq!(takes, MOST_GROUPS);
    }

    #[test]
    fn a_line_is_one_line_and_keeps_the_payload() {
        let body = b"{\r\n \"call\": {\n\"call_id\": \"a\\nb\", \"duration\": 12345678901234567890123 }\n}";
        let mut piece = Vec::new();
        write(&mut piece, Format::Ndjson, ("a\nb", None), body.to_vec()).unwrap();
        let text = String::from_utf8(piece).unwrap();
        assert_eq!(text.matches(['\n', '\r']).count(), 1, "{text}");
        assert!(text.ends_with('\n') && text.contains("12345678901234567890123"), "{text}");
        let line: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(line["payload"]["call"]["call_id"], "a\nb");
        assert_eq!(line["record"]["size"], body.len());
        assert_eq!(line["record"]["sha256"], key::hash(body));
    }
}
