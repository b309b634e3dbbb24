//! Calls: the list, one call, its bytes, its erasure.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use super::answer::{Answer, Content, Note};
use super::cursor::Place;
use super::filter::{Filter, PAGE_LIMITS};
use super::ingest;
use super::key;
use super::problem::{Problem, Status};
use super::record::{self, Digest};
use super::settings::Settings;
use super::shown::shown;
use super::store::{Entry, MOST_KEYS, Store};
use crate::issue::{Code, Issue};
use crate::report::{BYTE_ORDER_MARK, Report};

/// The answer to a list.
#[derive(Serialize)]
struct List {
    calls: Vec<Value>,
    cursor: Option<String>,
}

/// What the Worker itself knows of a stored body.
#[derive(Serialize)]
pub(crate) struct Record<'a> {
    call_id: &'a str,
    received_at: Option<&'a Value>,
    size: usize,
    sha256: String,
}

impl<'a> Record<'a> {
    /// By the bytes and their metadata.
    pub(crate) fn of(call_id: &'a str, metadata: Option<&'a Value>, bytes: &[u8]) -> Self {
        let received_at = metadata.and_then(|metadata| metadata.get("received_at"));
        Self { call_id, received_at, size: bytes.len(), sha256: key::hash(bytes) }
    }

    /// When the body arrived, where that is told.
    pub(crate) fn received_at(&self) -> Option<&'a str> {
        self.received_at?.as_str()
    }
}

/// The same with the other bodies of the call.
#[derive(Serialize)]
struct WholeRecord<'a> {
    #[serde(flatten)]
    record: Record<'a>,
    conflicts: Vec<Conflict>,
    /// Whether there are conflicts beside these.
    more_conflicts: bool,
}

/// Another body for the call.
#[derive(Serialize)]
struct Conflict {
    id: String,
    #[serde(flatten)]
    arrival: Map<String, Value>,
}

/// The most lists that an erasure looks through: below the 1,000 calls that the storage allows a request.
const MOST_ERASURE_LISTS: usize = 900;
/// The most lists of conflicts for the answer about one call.
const MOST_CONFLICT_LISTS: usize = 3;

/// What a cursor of this list is signed for.
const LIST: &str = "calls";

/// Lists calls, newest first: one page of one storage list.
///
/// # Errors
/// `BadParameter`, `BadCursor`, `StorageUnavailable`.
pub(crate) async fn list(
    store: &Store,
    settings: &Settings,
    query: Vec<(&'static str, String)>,
) -> Result<Answer, Problem> {
    let filter = Filter::read(query, PAGE_LIMITS)?;
    let place = filter.place(LIST, &settings.api_tokens)?;
    if filter.is_empty_range() {
        return Answer::json(Status::OK, &List { calls: Vec::new(), cursor: None });
    }
    let keys = if filter.selects() { MOST_KEYS } else { filter.limit };
    let page = store.list(&filter.prefix(), place.page.as_deref(), keys).await?;
    let (calls, next) = select(&filter, place, page.keys, page.next);
    let cursor = filter.cursor(next, LIST, &settings.api_tokens);
    Answer::json(Status::OK, &List { calls, cursor })
}

/// A row of the index as the storage lists it.
struct Listed {
    key: String,
    at: i64,
    call_id: String,
    metadata: Option<Value>,
}

/// The rows of a page that the filter lets through, and the place where the next page begins.
fn select(
    filter: &Filter,
    place: Place,
    keys: Vec<(String, Option<Value>)>,
    next: Option<String>,
) -> (Vec<Value>, Option<Place>) {
    let mut calls: Vec<Value> = Vec::new();
    let rows = keys.into_iter().filter_map(|(key, metadata)| {
        let (at, call_id) = key::read_time_key(&key)?;
        Some(Listed { key, at, call_id, metadata })
    });
    let rows: Vec<Listed> = rows.collect();
    let superseded = superseded(&rows);
    let rows = rows.into_iter().enumerate();
    let mut rows = rows.filter(|(_, row)| place.after.as_ref().is_none_or(|after| row.key > *after)).peekable();
    while let Some((number, Listed { key, at, call_id, metadata })) = rows.next() {
        if filter.is_past(at) {
            return (calls, None);
        }
        let row = row(at, call_id, metadata);
        if !superseded.contains(&number) && filter.admits(at, &row) {
            calls.push(row);
        }
        if calls.len() >= filter.limit && rows.peek().is_some() {
            return (calls, Some(Place { page: place.page, after: Some(key) }));
        }
    }
    drop(rows);
    // What was given out before stays so on the next page as well: where as many calls have arrived as a page holds, the
    // last one that was given out stands there.
    (calls, next.map(|page| Place { page: Some(page), after: place.after }))
}

/// The rows of a page, by their numbers, whose call has another one there that tells more: one that is final, or else one that
/// is newer. Two rows can be left by deliveries that were stored at once, or of which only one says when the call began.
fn superseded(rows: &[Listed]) -> BTreeSet<usize> {
    let mut shown = BTreeMap::new();
    let mut superseded = BTreeSet::new();
    for (number, row) in rows.iter().enumerate() {
        let status = row.metadata.as_ref().and_then(|metadata| metadata.get("status")).and_then(Value::as_str);
        let is_final = record::is_final(status);
        match shown.get(&row.call_id) {
            Some(&(other, false)) if is_final => superseded.insert(other),
            Some(_) => {
                superseded.insert(number);
                continue;
            }
            None => false,
        };
        shown.insert(&row.call_id, (number, is_final));
    }
    superseded
}

/// The row of a call as lists show it. Without readable metadata it shows what its key tells.
fn row(at: i64, call_id: String, metadata: Option<Value>) -> Value {
    let mut row = record::shown(metadata);
    if row.is_empty() {
        row.insert("started_at".into(), crate::time::write(at).into());
    }
    row.insert("call_id".into(), call_id.into());
    Value::Object(row)
}

/// One call: the record, the payload as it was received, its summary and its issues by today's rules.
///
/// # Errors
/// `NotFound`, `StorageUnavailable`.
pub(crate) async fn show(store: &Store, call_id: &str) -> Result<Answer, Problem> {
    let entry = find(store, call_id).await?;
    let (conflicts, more_conflicts) = conflicts(store, call_id).await?;
    let bytes = entry.body.to_vec();
    let record = Record::of(call_id, entry.metadata.as_ref(), &bytes);
    let record = WholeRecord { record, conflicts, more_conflicts };
    let body = document(&record, &bytes, &ingest::read_stored(&bytes))?;
    Ok(Answer::new(Status::OK, Content::Json, body).noting(note(call_id)))
}

/// The conflicts of a call, as many as one answer has, and whether there are more.
async fn conflicts(store: &Store, call_id: &str) -> Result<(Vec<Conflict>, bool), Problem> {
    let mut conflicts = Vec::new();
    let mut next = None;
    for _ in 0..MOST_CONFLICT_LISTS {
        let page = store.list(&key::conflict_prefix(call_id), next.as_deref(), MOST_KEYS).await?;
        conflicts.extend(page.keys.into_iter().filter_map(|(key, metadata)| {
            Some(Conflict { id: key::conflict_name(&key)?, arrival: record::shown(metadata) })
        }));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok((conflicts, next.is_some()))
}

/// A call whole, in JSON: the record, the payload as it was received, its summary and its issues by today's rules.
///
/// # Errors
/// `Internal` where a part cannot be written as JSON.
pub(crate) fn document(record: &impl Serialize, bytes: &[u8], report: &Report<'_>) -> Result<Vec<u8>, Problem> {
    let issues = report.issues();
    let json = |written: serde_json::Result<Vec<u8>>| written.map(Cow::Owned).map_err(|_| Problem::Internal);
    let mut body = Vec::with_capacity(bytes.len().saturating_mul(2));
    for (name, part) in [
        (&b"{\"record\":"[..], json(serde_json::to_vec(record))?),
        (b",\"payload\":", Cow::Borrowed(payload(bytes, report.valid(), &issues))),
        (b",\"summary\":", json(serde_json::to_vec(&report.summary().map(shown)))?),
        (b",\"issues\":", json(serde_json::to_vec(&issues))?),
    ] {
        body.extend_from_slice(name);
        body.extend_from_slice(&part);
    }
    body.push(b'}');
    Ok(body)
}

/// The stored bytes as a JSON value: as they are, but for a byte order mark; `null` where they are no JSON text, or
/// have more issues than are listed, any of which could say so.
fn payload<'a>(bytes: &'a [u8], is_valid: bool, issues: &[Issue]) -> &'a [u8] {
    let is_flaw = |issue: &Issue| {
        matches!(
            issue.code,
            Code::InvalidJson
                | Code::InvalidUtf8
                | Code::LoneSurrogate
                | Code::TooDeep
                | Code::TooLarge
                | Code::TooManyIssues
        )
    };
    if !is_valid && issues.iter().any(is_flaw) {
        return b"null";
    }
    bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes)
}

/// The bytes of a call as they were received.
///
/// # Errors
/// `NotFound`, `StorageUnavailable`.
pub(crate) async fn raw(store: &Store, call_id: &str) -> Result<Answer, Problem> {
    let entry = find(store, call_id).await?;
    Ok(Answer::new(Status::OK, Content::Bytes, entry.body.to_vec()).noting(note(call_id)))
}

/// Erases every trace of a call: conflicts, index rows, body, in this order, so that a failure can be repeated. A place
/// that has not heard of a write may not show a part of them: what a read does not know is looked for in a list, and what
/// a list does not show in a second one, so that one of them alone can be wrong. Where a conflict shows and its record does
/// not, the record is erased unseen. A call can have more rows than the one that it knows of, and one without a body: from
/// deliveries that were stored at the same moment, or whose row was written after an erasure.
///
/// # Errors
/// `NotFound`; `StorageUnavailable`, also where there is more than one request may look through.
pub(crate) async fn erase(store: &Store, call_id: &str) -> Result<Answer, Problem> {
    let key = key::call_key(call_id);
    let stored = match store.get(&key).await? {
        Some(entry) => Some(ingest::stored_time(&entry)),
        None => listed_time(store, &key).await?.map(Some),
    };
    let conflicts = key::conflict_prefix(call_id);
    let (noted, _) = erase_listed(store, &conflicts, "").await?;
    let known = stored.or(noted);
    if let Some(at) = known.flatten() {
        store.delete(&key::time_key(at, call_id)).await?;
    }
    let (rows, is_whole) = erase_listed(store, key::TIME, &key::row_ending(call_id)).await?;
    if is_whole && known.or(rows).is_none() {
        return Err(absent());
    }
    store.delete(&key).await?;
    erase_listed(store, &conflicts, "").await?;
    // Further back there may be another row. What is known is erased all the same.
    if is_whole { Ok(Answer::nothing().noting(note(call_id))) } else { Err(Problem::StorageUnavailable) }
}

/// Erases the keys with a prefix and an ending that lists show. Where there were any, the time of the call's index row as
/// one of them notes it; and whether the lists were looked through to their end.
async fn erase_listed(store: &Store, prefix: &str, ending: &str) -> Result<(Option<Option<i64>>, bool), Problem> {
    let (mut next, mut found) = (None, None);
    for _ in 0..MOST_ERASURE_LISTS {
        store.renew();
        let page = store.find(prefix, ending, next.as_deref()).await?;
        for (key, metadata) in page.keys {
            store.renew();
            store.delete(&key).await?;
            let noted = metadata.as_ref().and_then(|metadata| metadata.get("at")).and_then(Value::as_i64);
            found = Some(found.flatten().or(noted));
        }
        next = page.next;
        if next.is_none() {
            return Ok((found, true));
        }
    }
    Ok((found, false))
}

/// The time of a call's index row by the list of keys: a second opinion where a read does not know the call.
async fn listed_time(store: &Store, key: &str) -> Result<Option<i64>, Problem> {
    // The key itself stands before all that it is the beginning of.
    let page = store.list(key, None, 1).await?;
    let found = page.keys.iter().find(|(name, _)| name == key);
    Ok(found.and_then(|(_, metadata)| Digest::read(metadata.as_ref())).map(|digest| digest.at))
}

/// The stored body of a call.
async fn find(store: &Store, call_id: &str) -> Result<Entry, Problem> {
    store.get(&key::call_key(call_id)).await?.ok_or_else(absent)
}

/// The answer for a call that is not there.
pub(crate) fn absent() -> Problem {
    Problem::NotFound("no such call; a call that has just arrived can take a minute to show everywhere")
}

fn note(call_id: &str) -> Note {
    Note { call: Some(key::log_name(call_id)), ..Note::default() }
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    /// The ids that a page shows behind a place, and the place after it.
    fn shown(place: Place, calls: &[(i64, &str)], next: Option<&str>) -> (String, Option<Place>) {
        let filter = Filter::read(vec![("limit", "2".to_owned())], PAGE_LIMITS).expect("a filter");
        let keys = calls.iter().map(|(at, id)| (key::time_key(*at, id), None)).collect();
        let (rows, place) = select(&filter, place, keys, next.map(str::to_owned));
        (rows.iter().filter_map(|row| row.get("call_id")?.as_str()).collect(), place)
    }

    #[test]
    fn of_two_rows_of_a_call_the_final_one_is_shown() {
        let row = |at: i64, id: &str, status: &str| {
            (key::time_key(at, id), Some(serde_json::json!({"status": status, "headline": at.to_string()})))
        };
        let rows = [
            row(50, "a", "queue"),
            row(40, "b", "completed"),
            row(30, "a", "completed"),
            row(20, "b", "completed"),
            (key::time_key(15, "c"), None),
            row(10, "c", "queue"),
        ];
        let shown = |query: Vec<(&'static str, String)>| {
            let filter = Filter::read(query, PAGE_LIMITS).expect("a filter");
            let (shown, next) = select(&filter, Place::default(), rows.to_vec(), None);
            assert_eq!(next, None);
            let told = |row: &Value| row.get("headline").or(row.get("started_at")).cloned();
            shown.iter().filter_map(told).collect::<Vec<_>>()
        };
        assert_eq!(shown(Vec::new()), ["40", "30", "1970-01-01T00:00:00.015Z"]);
        assert_eq!(shown(vec![("status", "queue".to_owned())]), [""; 0]);
    }

    #[test]
    fn what_newer_calls_pushed_onto_the_next_page_is_not_shown_again() {
        let after = |page: Option<&str>| Place { page: page.map(str::to_owned), after: Some(key::time_key(40, "b")) };
        let (first, place) = shown(Place::default(), &[(50, "a"), (40, "b"), (30, "c")], None);
        assert_eq!((first.as_str(), &place), ("ab", &Some(after(None))));
        let (none, place) = shown(after(None), &[(90, "x"), (50, "a")], Some("n"));
        assert_eq!((none.as_str(), &place), ("", &Some(after(Some("n")))));
        assert_eq!(shown(after(Some("n")), &[(40, "b"), (30, "c")], None), ("c".to_owned(), None));
    }
}
