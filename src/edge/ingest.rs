//! Deliveries: from a request to what is stored, and to the word that says so.
//!
//! The order is route, method, configured, token, declared size, body, parse, signature, store, answer. The body is
//! written before its index row, both before the answer; so an answer of success means that both are there, and a
//! delivery that failed between the two is completed when it is repeated.

use js_sys::Uint8Array;
use serde::Serialize;
use worker::web_sys::Request;

use super::answer::{Answer, Note};
use super::auth::{self, Check, Credentials, PathToken};
use super::body;
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
    let (check, reading) = {
        let bytes = body.to_vec();
        let report = validate(&bytes, &options(settings));
        let check = admitted.verify(report.call_id().as_deref(), settings)?;
        (check.word(), Reading::of(&report, bytes.len()))
    };
    // What has arrived is stored to its end even when the sender has gone.
    host::run_to_end(running);
    let now = i64::try_from(now).unwrap_or(i64::MAX);
    take_in(&store, &Arrived { body: &body, reading: &reading, check, now }).await
}

/// Stores a body that may be stored, as a call or in quarantine, and answers what became of it.
async fn take_in(store: &Store, arrived: &Arrived<'_>) -> Result<Answer, Problem> {
    let Arrived { reading, .. } = *arrived;
    let Reading { issues, .. } = reading;
    let (stored, answer) = if let Some(call) = &reading.call {
        let word = keep(store, arrived, call).await?.word();
        (word, Answer::json(Status::OK, &Delivered { stored: word, call_id: &call.id, issues })?)
    } else {
        let id = quarantine(store, arrived).await?;
        let word = "quarantined";
        (word, Answer::json(Status::ACCEPTED, &Quarantined { stored: word, id: &id, issues })?)
    };
    let note = Note {
        call: reading.log_name.clone(),
        stored: Some(stored),
        bytes: Some(reading.size),
        issues: Some(reading.issue_count),
    };
    Ok(answer.noting(note))
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
    let check = arrival.as_ref().map_or("", |arrival| &arrival.check);
    let reading = Reading::of_stored(&body);
    // A body whose id could not be read was let in by its token alone, which is never enough for a record.
    let is_signed = [Check::Signature, Check::Both].iter().any(|one| one.word() == check);
    if reading.call.is_some() && !is_signed && !settings.signing_secrets.is_empty() {
        return Err(Problem::Unverified);
    }
    let received = arrival.as_ref().and_then(|arrival| crate::time::read(&arrival.received_at));
    let now = received.map_or(now, |received| received.milliseconds);
    let answer = take_in(store, &Arrived { body: &body, reading: &reading, check, now }).await?;
    if reading.call.is_some() {
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

/// All that is asked of a body after it has been read. What it was read with takes many times its bytes, and is let go before
/// the storage is waited for.
struct Reading {
    /// Bytes of the body.
    size: usize,
    /// What is to be said of it.
    issues: Vec<Issue>,
    /// How many there are, those that are not listed included.
    issue_count: usize,
    /// What the log calls its call.
    log_name: Option<String>,
    /// What it says, where it is a valid payload.
    call: Option<Call>,
}

/// A valid payload, as far as storing it needs that.
struct Call {
    id: String,
    status: Option<String>,
    /// When it began, in milliseconds since 1970.
    started: Option<i64>,
    /// Its row but for the times and what does not fit.
    row: Digest,
}

impl Reading {
    fn of(report: &Report<'_>, size: usize) -> Self {
        let id = report.call_id();
        Self {
            size,
            issues: report.issues(),
            issue_count: report.issue_count(),
            log_name: id.as_deref().map(key::log_name),
            call: report.summary().zip(id).map(|(view, id)| Call {
                id: id.into_owned(),
                status: view.status.map(Text::into_string),
                started: report.started_ms(),
                row: row(report, &view, size),
            }),
        }
    }

    fn of_stored(body: &Uint8Array) -> Self {
        let bytes = body.to_vec();
        Self::of(&read_stored(&bytes), bytes.len())
    }
}

impl Call {
    /// Whether no other payload follows.
    fn is_final(&self) -> bool {
        record::is_final(self.status.as_deref())
    }

    /// Its row under a time of the index.
    fn digest(&self, at: i64, now: i64) -> Digest {
        let received_at = crate::time::write(now).unwrap_or_default();
        Digest { at, received_at, ..self.row.clone() }.fitted(&self.id)
    }
}

/// A body that passed authentication.
struct Arrived<'a> {
    /// The body as it came.
    body: &'a Uint8Array,
    /// What was read of it.
    reading: &'a Reading,
    /// The word for the checks that held.
    check: &'a str,
    /// When, in milliseconds since 1970.
    now: i64,
}

impl Arrived<'_> {
    /// The note on a body that is kept aside.
    fn note(&self, status: Option<&str>) -> Arrival {
        Arrival::new(self.now, self.reading.size, self.check, status, &self.reading.issues)
    }
}

/// Stores a valid body as far as its call needs it: one read and two writes for a new call, two reads for a repeat.
async fn keep(store: &Store, arrived: &Arrived<'_>, call: &Call) -> Result<Fate, Problem> {
    let key = key::call_key(&call.id);
    let stored = store.get(&key).await?;
    let fate = stored.as_ref().map_or(Fate::Created, |entry| beside(entry, arrived, call));
    let at = key::clamp(stored.as_ref().map_or(call.started, stored_time).unwrap_or(arrived.now));
    match (fate, &stored) {
        (Fate::Created | Fate::Updated, _) | (_, None) => {
            let digest = call.digest(at, arrived.now);
            store.put(&key, Some(arrived.body), &digest).await?;
            store.put(&key::time_key(at, &call.id), None, &digest).await?;
        }
        (Fate::Duplicate | Fate::Stale, Some(entry)) => mend(store, entry, &call.id, arrived.now).await?,
        (Fate::Conflict, Some(entry)) => {
            let key = format!("{}{}", key::conflict_prefix(&call.id), key::hash(&arrived.body.to_vec()));
            if store.get(&key).await?.is_none() {
                // Before the conflict, so that its repeat need not look.
                mend(store, entry, &call.id, arrived.now).await?;
                let mut arrival = arrived.note(call.status.as_deref());
                arrival.at = Some(at);
                store.put(&key, Some(arrived.body), &arrival).await?;
            }
        }
    }
    Ok(fate)
}

/// What becomes of a body whose call is stored, by today's rules. A stored one that they cannot read counts as final, so that
/// it stays.
fn beside(stored: &Entry, arrived: &Arrived<'_>, call: &Call) -> Fate {
    let [known, bytes] = [&stored.body, arrived.body].map(Uint8Array::to_vec);
    let arriving = Version { bytes: &bytes, is_final: call.is_final() };
    // The same bytes are what has just been read, and need not be read again.
    let is_final = if known == bytes {
        arriving.is_final
    } else {
        let is_final = |view: View<'_>| record::is_final(view.status.as_ref().map(Text::text).as_deref());
        read_stored(&known).summary().is_none_or(is_final)
    };
    record::decide(Version { bytes: &known, is_final }, arriving)
}

/// Writes the index row of a stored call if it is missing or older than the body: the write behind that of the body may have
/// been lost. Where neither the digest nor the body tells the time of the row, there is no telling which it was.
async fn mend(store: &Store, entry: &Entry, call_id: &str, now: i64) -> Result<(), Problem> {
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
    let written = || Reading::of_stored(&entry.body).call.map(|call| call.digest(at, now));
    match digest.or_else(written) {
        Some(digest) => store.put(&key, None, &digest).await,
        None => Ok(()),
    }
}

/// Keeps a body that is no valid payload, once, and gives the name that it has.
async fn quarantine(store: &Store, arrived: &Arrived<'_>) -> Result<String, Problem> {
    let id = key::hash(&arrived.body.to_vec());
    let key = key::quarantine_key(&id).ok_or(Problem::Internal)?;
    if store.get(&key).await?.is_none() {
        store.put(&key, Some(arrived.body), &arrived.note(None)).await?;
    }
    Ok(id)
}

/// The time of a stored call's index row, where its body or its digest tell.
pub(crate) fn stored_time(entry: &Entry) -> Option<i64> {
    let given = Digest::read(entry.metadata.as_ref()).map(|digest| digest.at);
    given.or_else(|| read_stored(&entry.body.to_vec()).started_ms())
}

/// The row of a call in lists, but for the times.
fn row(report: &Report<'_>, view: &View<'_>, size: usize) -> Digest {
    Digest {
        v: record::VERSION,
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
        ..Digest::default()
    }
}
