//! Deliveries: from a request to what is stored, and to the word that says so.
//!
//! The order is route, method, configured, token, declared size, body, parse, signature, store, answer. The body is
//! written before its index row, both before the answer; so an answer of success means that both are there, and a
//! delivery that failed between the two is completed when it is repeated.

use serde::Serialize;
use worker::web_sys::Request;

use super::answer::{Answer, Note};
use super::auth::{self, Check, Credentials, PathToken};
use super::body::{self, Body};
use super::host::{self, Head, Running};
use super::kept;
use super::key;
use super::problem::{Problem, Status};
use super::record::{self, Arrival, Digest, Fate, Version};
use super::settings::Settings;
use super::stats;
use super::store::{Entry, Store};
use crate::issue::Issue;
use crate::json::Text;
use crate::report::{Options, Report, validate};
use crate::summary::View;

/// The answer to a valid body.
#[derive(Serialize)]
struct Delivered<'a> {
    stored: &'static str,
    call_id: &'a str,
    issues: &'a [Issue],
}

/// The answer to an authenticated body that is no valid payload.
#[derive(Serialize)]
struct Quarantined<'a> {
    stored: &'static str,
    id: &'a str,
    issues: &'a [Issue],
}

/// How payloads are read that arrive: as everywhere, but no larger than the settings allow.
pub(crate) fn options(settings: &Settings) -> Options {
    Options { max_bytes: settings.max_body_bytes, ..Options::default() }
}

/// Reads a stored body, whatever the settings allow of those that arrive: it was stored under others.
pub(crate) fn read_stored(bytes: &[u8]) -> Report<'_> {
    validate(bytes, &Options { max_bytes: Options::MOST_BYTES, ..Options::default() })
}

/// Receives one delivery.
///
/// # Errors
/// Every [`Problem`] of authentication, of reading a body and of the storage.
pub(crate) async fn receive(
    request: &Request,
    head: &Head,
    running: &Running,
    store: Result<Store, Problem>,
    settings: &Settings,
    token: Option<&str>,
    now: u64,
) -> Result<Answer, Problem> {
    let admitted = auth::admit(credentials(request, head, token, settings), settings)?;
    let store = store?;
    let body = body::read(request, head, settings.max_body_bytes).await?;
    let report = validate(&body.bytes, &options(settings));
    let call_id = report.call_id();
    let check = admitted.verify(call_id.as_deref(), settings)?;
    // What has arrived is stored to its end even when the sender has gone.
    host::run_to_end(running);
    let issues = report.issues();
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    settle(&store, &Arrived { body: &body, issues: &issues, check: check.word(), now }, &report).await
}

/// Stores a body that may be stored, as a call or in quarantine, and answers what became of it.
async fn settle(store: &Store, arrived: &Arrived<'_>, report: &Report<'_>) -> Result<Answer, Problem> {
    let Arrived { body: Body { bytes, .. }, issues, .. } = *arrived;
    let call_id = report.call_id();
    let note = Note {
        call: call_id.as_deref().map(key::log_name),
        bytes: Some(bytes.len()),
        issues: Some(report.issue_count()),
        stored: None,
    };
    let (word, answer) = if let (Some(view), Some(call_id)) = (report.summary(), call_id) {
        let word = keep(store, arrived, report, &view).await?.word();
        (word, Answer::json(Status::OK, &Delivered { stored: word, call_id: &call_id, issues })?)
    } else {
        let id = quarantine(store, arrived).await?;
        let word = "quarantined";
        (word, Answer::json(Status::ACCEPTED, &Quarantined { stored: word, id: &id, issues })?)
    };
    Ok(answer.noting(Note { stored: Some(word), ..note }))
}

/// Delivers a quarantined body once more, by today's rules: the answer is that of a delivery, and what has become a
/// call is in quarantine no longer.
///
/// # Errors
/// `NotFound`; `Unverified` where signatures are wanted and none was checked; `StorageUnavailable`.
pub(crate) async fn retry(store: &Store, settings: &Settings, id: &str, now: u64) -> Result<Answer, Problem> {
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    let key = key::quarantine_key(id).ok_or_else(kept::absent)?;
    let Entry { body, metadata } = store.get(&key).await?.ok_or_else(kept::absent)?;
    let arrival = Arrival::read(metadata.as_ref());
    let report = read_stored(&body.bytes);
    let check = arrival.as_ref().map_or("", |arrival| &arrival.check);
    // A body whose id could not be read was let in by its token alone, which is never enough for a record.
    let is_signed = [Check::Signature, Check::Both].iter().any(|one| one.word() == check);
    if report.valid() && !is_signed && !settings.signing_secrets.is_empty() {
        return Err(Problem::Unverified);
    }
    let issues = report.issues();
    let received = arrival.as_ref().and_then(|arrival| crate::time::read(&arrival.received_at));
    let now = received.map_or(now, |received| received.milliseconds);
    let answer = settle(store, &Arrived { body: &body, issues: &issues, check, now }, &report).await?;
    if report.valid() {
        store.delete(&key).await?;
    }
    Ok(answer)
}

/// What a request brings to show that it may deliver.
fn credentials(request: &Request, head: &Head, token: Option<&str>, settings: &Settings) -> Credentials {
    let mut signatures = Vec::new();
    // Nothing would be compared with them otherwise.
    if !settings.signing_secrets.is_empty() {
        signatures.extend(host::signatures(request).iter().map(|value| auth::trim(value).to_owned()));
    }
    Credentials {
        path_token: PathToken::read(token),
        authorization: head.header("authorization").map(str::to_owned),
        signatures,
    }
}

/// A body that passed authentication.
pub(crate) struct Arrived<'a> {
    /// The body as it came.
    pub(crate) body: &'a Body,
    /// What is to be said of them.
    pub(crate) issues: &'a [Issue],
    /// The word for the checks that held.
    pub(crate) check: &'a str,
    /// When, in milliseconds since 1970.
    pub(crate) now: i64,
}

/// Stores a valid body as far as its call needs it: one read and two writes for a new call, two reads for a repeat.
pub(crate) async fn keep(
    store: &Store,
    arrived: &Arrived<'_>,
    report: &Report<'_>,
    view: &View<'_>,
) -> Result<Fate, Problem> {
    let call_id: &str = &view.call_id.text();
    let key = key::call_key(call_id);
    let stored = store.get(&key).await?;
    let arriving = Version { bytes: &arrived.body.bytes, is_final: is_final(view) };
    // The same bytes are what has just been read, and need not be read again.
    let known = match &stored {
        Some(entry) if entry.body.bytes == arrived.body.bytes => Some(arriving),
        other => other.as_ref().map(version),
    };
    let fate = record::decide(known, arriving);
    let at = index_time(stored.as_ref(), report, arrived.now);
    match fate {
        Fate::Created | Fate::Updated => {
            let digest = digest(report, view, arrived.body.bytes.len(), at, arrived.now);
            store.put(&key, Some(&arrived.body.source), &digest).await?;
            store.put(&key::time_key(digest.at, call_id), None, &digest).await?;
        }
        Fate::Duplicate | Fate::Stale => mend(store, stored.as_ref(), call_id, arrived.now).await?,
        Fate::Conflict => {
            let key = format!("{}{}", key::conflict_prefix(call_id), key::hash(&arrived.body.bytes));
            if store.get(&key).await?.is_none() {
                // Before the conflict, so that its repeat need not look.
                mend(store, stored.as_ref(), call_id, arrived.now).await?;
                let status = view.status.as_ref().map(Text::text);
                let size = arrived.body.bytes.len();
                let mut arrival = Arrival::new(arrived.now, size, arrived.check, status.as_deref(), arrived.issues);
                arrival.at = Some(at);
                store.put(&key, Some(&arrived.body.source), &arrival).await?;
            }
        }
    }
    Ok(fate)
}

/// Writes the index row of a stored call if it is missing or older than the body: the write behind that of the body may have
/// been lost. Where neither the digest nor the body tells the time of the row, there is no telling which it was.
async fn mend(store: &Store, stored: Option<&Entry>, call_id: &str, now: i64) -> Result<(), Problem> {
    let Some(entry) = stored else { return Ok(()) };
    let Some(at) = stored_time(entry).map(key::clamp) else { return Ok(()) };
    let key = key::time_key(at, call_id);
    let row = store.get(&key).await?;
    let row_digest = row.as_ref().and_then(|row| Digest::read(row.metadata.as_ref()));
    let digest = Digest::read(entry.metadata.as_ref());
    let is_complete = match (&digest, &row_digest) {
        // A row that is final beside a body that is not was written later: the body was read where the storage had not
        // heard of that yet.
        (Some(digest), Some(row)) => row.agrees_with(digest) || row.is_final() && !digest.is_final(),
        // The body's own digest cannot be read: any row will do, as there is nothing to compare it with.
        (None, _) => row.is_some(),
        (Some(_), None) => false,
    };
    if is_complete {
        return Ok(());
    }
    let report = read_stored(&entry.body.bytes);
    let written = || report.summary().map(|view| self::digest(&report, &view, entry.body.bytes.len(), at, now));
    match digest.or_else(written) {
        Some(digest) => store.put(&key, None, &digest).await,
        None => Ok(()),
    }
}

/// Keeps a body that is no valid payload, once, and gives the name that it has.
async fn quarantine(store: &Store, arrived: &Arrived<'_>) -> Result<String, Problem> {
    let id = key::hash(&arrived.body.bytes);
    let key = key::quarantine_key(&id).ok_or(Problem::Internal)?;
    if store.get(&key).await?.is_none() {
        let arrival = Arrival::new(arrived.now, arrived.body.bytes.len(), arrived.check, None, arrived.issues);
        store.put(&key, Some(&arrived.body.source), &arrival).await?;
    }
    Ok(id)
}

/// Whether a body is final, by its status.
fn is_final(view: &View<'_>) -> bool {
    record::is_final(view.status.as_ref().map(Text::text).as_deref())
}

/// What a stored body is by today's rules. One that they cannot read counts as final, so that it stays.
fn version(entry: &Entry) -> Version<'_> {
    let report = read_stored(&entry.body.bytes);
    let is_final = report.summary().is_none_or(|view| is_final(&view));
    Version { bytes: &entry.body.bytes, is_final }
}

/// The time of the call's index row: the one it was first given, else the start of the call, else now.
fn index_time(stored: Option<&Entry>, report: &Report<'_>, now: i64) -> i64 {
    let time = match stored {
        Some(entry) => stored_time(entry),
        None => report.started_ms(),
    };
    key::clamp(time.unwrap_or(now))
}

/// The time of a stored call's index row, where its body or its digest tell.
pub(crate) fn stored_time(entry: &Entry) -> Option<i64> {
    let given = Digest::read(entry.metadata.as_ref()).map(|digest| digest.at);
    given.or_else(|| read_stored(&entry.body.bytes).started_ms())
}

/// The row of a call in lists.
fn digest(report: &Report<'_>, view: &View<'_>, size: usize, at: i64, now: i64) -> Digest {
    Digest {
        v: record::VERSION,
        at,
        received_at: crate::time::write(now).unwrap_or_default(),
        started_at: view.started_at.clone(),
        status: view.status.map(Text::into_string),
        end_call_reason: view.end_call_reason.map(Text::into_string),
        outcome: view.outcome.kind.word().to_owned(),
        duration_seconds: view.duration_seconds,
        lead_name: view.lead.name.map(Text::into_string),
        headline: view.headline.clone(),
        issues: report.issue_count(),
        failed_actions: view.actions.failed.len(),
        findings: view.analysis.as_ref().map(|analysis| analysis.findings.len()),
        tally: Some(stats::tally(report, view, size)),
    }
    .fitted(&view.call_id.text())
}
