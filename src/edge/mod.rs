//! The Worker's door: HTTP in, KV behind.
//!
//! One request flows one way: [`route`] → [`bindings`] → [`auth`] → [`body`] → the core → [`key`], [`record`] →
//! [`store`] → [`answer`] → [`log`]. What it asks of the runtime is in [`host`].
//! Only [`store`] names KV, only [`problem`] names status codes, and everything that can be decided without the runtime
//! is a function that native tests call. What is stored has the one `now` of its request, taken here and handed on; the
//! clock is read again only to tell how long something took.

mod answer;
mod auth;
mod bindings;
mod body;
mod calls;
mod csv;
mod cursor;
mod export;
mod filter;
mod health;
mod host;
mod ingest;
mod kept;
mod key;
mod log;
mod openapi;
mod problem;
mod record;
mod reply;
mod route;
mod settings;
mod shown;
mod stats;
mod store;
mod task;
mod walk;

use core::cell::RefCell;
use core::future::{Future, poll_fn};
use core::pin::pin;
use core::task::Poll;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::web_sys::Request;

use answer::{Answer, Content, Note};
use bindings::Bindings;
use host::{Head, Running};
use kept::Kept;
use log::Served;
use problem::{Problem, Status};
use route::{Method, Route};
use settings::Settings;
use shown::{ShownSummary, shown};
use store::Store;

use crate::report::validate;

/// Serves one request: begins at once, and hands over the answer when it is there.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what JavaScript calls is public, though not to Rust")]
pub fn serve(request: Request, env: Env, running: Running) {
    let now = host::now();
    reply::forget(now);
    task::start(async move {
        let mut answered = Answered { running, is_so: false };
        answer(&request, &env, &answered.running, now).await;
        answered.is_so = true;
    });
}

/// Whether a request has been answered. Where what answers it ends before that, its client is told so, instead of waiting; of one
/// that is forgotten there is no client, and the runtime lets nobody tell it anything.
struct Answered {
    running: Running,
    is_so: bool,
}

impl Drop for Answered {
    fn drop(&mut self) {
        if !self.is_so && task::is_running() {
            host::fail(&self.running);
        }
    }
}

/// Answers one request. Nothing that goes wrong on the way leaves this function but as a [`Problem`].
async fn answer(request: &Request, env: &Env, running: &Running, now: u64) {
    let setup = setup(env);
    let head = Head::of(request, &setup.headers);
    let (path, query) = route::path_and_query(&head.url);
    let route = Route::find(path);
    let asked =
        Asked { request, head: &head, env, running, setup: &setup, method: Method::read(&head.method), query, now };
    let answer = match route {
        // The head of an answer that is made while it is sent stands without it.
        Some(route) if asked.method == Method::Head => {
            caught(ask(&asked, route)).await.map(|answer| Answer { pieces: None, ..answer })
        }
        Some(route) => caught(ask(&asked, route)).await,
        None => Err(Problem::NoRoute),
    };
    let (answer, code) = match answer {
        Ok(answer) => (answer, None),
        Err(problem) => {
            let code = problem.code();
            (Answer::from(problem), Some(code))
        }
    };
    let id = log::request_id(head.header("cf-ray"));
    let ms = host::now().saturating_sub(now);
    let served = Served::new(&id, route, asked.method, &answer, code, ms);
    log::write(&served);
    bindings::count(env, &setup.bindings, &served);
    let origin = head.header(host::ORIGIN);
    let origin = origin.filter(|origin| setup.settings.allowed_origins.iter().any(|allowed| allowed == origin));
    respond(running, answer, route, origin)
        // The runtime refused a header or a body of the answer; the answer that says so has none of them.
        .or_else(|_| respond(running, Answer::from(Problem::Internal), None, None))
        .unwrap_or_else(|_| host::fail(running));
}

/// Waits for an answer. A panic on the way to it is a fault of ours like any other, and ends with this request alone;
/// in a build that does not unwind it ends the instance, and with it whatever else is being served there.
async fn caught<T>(answer: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let mut answer = pin!(answer);
    // What a panic leaves half done is the future alone, and nothing asks it again.
    poll_fn(|context| {
        let polled = panic::catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(Err(Problem::Internal)))
    })
    .await
}

/// What a request asks, beside its route.
struct Asked<'a> {
    request: &'a Request,
    head: &'a Head,
    env: &'a Env,
    running: &'a Running,
    setup: &'a Setup,
    method: Method,
    query: &'a str,
    now: u64,
}

/// Does what is asked of a route.
async fn ask(asked: &Asked<'_>, route: Route<'_>) -> Result<Answer, Problem> {
    let Asked { request, head, env, running, setup, method, now, .. } = *asked;
    let Setup { settings, bindings, .. } = setup;
    if !route.has(method) {
        return Err(Problem::MethodNotAllowed(route.allow()));
    }
    if method == Method::Options {
        let mut answer = Answer::nothing();
        answer.headers.push(("allow", route.allow().into()));
        return Ok(answer);
    }
    // The platform's word for who asks. Where there is none before the Worker, a client could write it itself.
    let address = head.header(host::ADDRESS);
    match route {
        Route::Health => {
            let mut settings = settings.clone();
            bindings.check(&mut settings);
            return health::show(&mut settings, bindings.has_storage());
        }
        Route::OpenApi => return Ok(openapi::show(openapi::INTERFACE)),
        Route::Schema => return Ok(openapi::show(openapi::PAYLOAD)),
        Route::Webhook(token) => {
            bindings::limit(env, bindings, "deliver", address).await?;
            // Apart, as are all that wait for the storage, so that what every request moves about stays small.
            return Box::pin(ingest::receive(request, head, running, store(setup, env), settings, token, now)).await;
        }
        _ => bindings::limit(env, bindings, "read", address).await?,
    }
    auth::admit_reader(head.header("authorization"), settings)?;
    if matches!(route, Route::Validate | Route::Summarize) {
        let body = body::read(request, head, settings.max_body_bytes).await?;
        return judge(route, &body.to_vec(), settings);
    }
    Box::pin(read(asked, route)).await
}

/// Serves a request to read or to erase what is stored.
async fn read(asked: &Asked<'_>, route: Route<'_>) -> Result<Answer, Problem> {
    let Asked { running, env, setup, method, query, now, .. } = *asked;
    let settings = &setup.settings;
    let store = store(setup, env)?;
    let erases = method == Method::Delete;
    if erases || matches!(route, Route::QuarantinedRetry(_)) {
        host::run_to_end(running);
    }
    let read_query = || route::read_query(query, route.parameters());
    match route {
        Route::Calls => calls::list(&store, settings, read_query()?).await,
        Route::Call(id) if erases => calls::erase(&store, &call_id(id)?).await,
        Route::Call(id) => calls::show(&store, &call_id(id)?).await,
        Route::CallRaw(id) => calls::raw(&store, &call_id(id)?).await,
        Route::Conflicts => kept::list(Kept::Conflicts, &store, settings, read_query()?).await,
        Route::Conflict(id) => kept::erase(Kept::Conflicts, &store, &segment(id)?).await,
        Route::ConflictRaw(id) => kept::raw(Kept::Conflicts, &store, &segment(id)?).await,
        Route::Quarantine => kept::list(Kept::Quarantine, &store, settings, read_query()?).await,
        Route::Quarantined(id) => kept::erase(Kept::Quarantine, &store, &segment(id)?).await,
        Route::QuarantinedRaw(id) => kept::raw(Kept::Quarantine, &store, &segment(id)?).await,
        Route::QuarantinedRetry(id) => ingest::retry(&store, settings, &segment(id)?, now).await,
        Route::Stats => stats::show(&store, settings, read_query()?).await,
        Route::Export => export::start(store, settings, read_query()?).await,
        Route::Webhook(_) | Route::Validate | Route::Summarize | Route::OpenApi | Route::Schema | Route::Health => {
            Err(Problem::Internal)
        }
    }
}

/// The answer to `/api/validate`.
#[derive(Serialize)]
struct Validated<'a> {
    valid: bool,
    issues: &'a [crate::issue::Issue],
}

/// The answer to `/api/summarize`.
#[derive(Serialize)]
struct Summarized<'a> {
    summary: ShownSummary<'a>,
    issues: &'a [crate::issue::Issue],
}

/// Judges a body without keeping it.
fn judge(route: Route<'_>, bytes: &[u8], settings: &Settings) -> Result<Answer, Problem> {
    let report = validate(bytes, &ingest::options(settings));
    let issues = report.issues();
    let note = Note { bytes: Some(bytes.len()), issues: Some(report.issue_count()), ..Note::default() };
    let answer = match (route, report.summary()) {
        (Route::Summarize, None) => return Err(Problem::InvalidPayload(issues)),
        (Route::Summarize, Some(view)) => {
            Answer::json(Status::OK, &Summarized { summary: shown(view), issues: &issues })?
        }
        _ => Answer::json(Status::OK, &Validated { valid: report.valid(), issues: &issues })?,
    };
    Ok(answer.noting(note))
}

/// The text of a segment of the path.
fn segment(encoded: &str) -> Result<String, Problem> {
    route::decode(encoded).ok_or(Problem::BadRequest("the path is not percent-encoded text"))
}

/// The id of a call in a segment of the path. One that no call can have never becomes a key.
fn call_id(encoded: &str) -> Result<String, Problem> {
    let id = segment(encoded)?;
    if id.len() > crate::MAX_ID_BYTES { Err(calls::absent()) } else { Ok(id) }
}

/// What the operator has set up.
struct Setup {
    settings: Settings,
    bindings: Bindings,
    /// The headers that are asked of every request: none that nobody looks at.
    headers: Vec<&'static str>,
}

/// The storage of one request, where it is bound.
fn store(setup: &Setup, env: &Env) -> Result<Store, Problem> {
    let bound = setup.bindings.has_storage().then(|| Store::open(env, setup.settings.retention));
    bound.ok_or(Problem::NotConfigured(settings::STORAGE_SETTINGS))
}

/// What the operator has set up: read once, for it is the same for all requests of an instance.
fn setup(env: &Env) -> Rc<Setup> {
    thread_local! {
        static KNOWN: RefCell<Option<Rc<Setup>>> = const { RefCell::new(None) };
    }
    let known = KNOWN.with_borrow(Clone::clone);
    if known.is_none() {
        // Once for each instance, and after the crate `worker` has set a hook of its own, which tells messages.
        log::hush_panics();
        host::prepare();
    }
    match (host::setup(env, known.is_some()), known) {
        (None, Some(known)) => known,
        (text, _) => {
            let text = text.unwrap_or_default();
            let value = |name: &str| host::setting(&text, name);
            let settings = Settings::read(|name| value(name).map(str::to_owned));
            let bindings = Bindings::read(value);
            let origin = (!settings.allowed_origins.is_empty()).then_some(host::ORIGIN);
            let address = bindings.has_limit().then_some(host::ADDRESS);
            let headers = host::ask_for(&origin.into_iter().chain(address).collect::<Vec<_>>());
            let setup = Rc::new(Setup { settings, bindings, headers });
            KNOWN.set(Some(Rc::clone(&setup)));
            setup
        }
    }
}

/// Hands an answer to the runtime.
fn respond(running: &Running, answer: Answer, route: Option<Route<'_>>, origin: Option<&str>) -> Result<(), JsValue> {
    let mut headers = String::with_capacity(512);
    let mut set = |name: &str, value: &str| {
        for part in [name, "\n", value, "\n"] {
            headers.push_str(part);
        }
    };
    for (name, value) in answer::COMMON_HEADERS {
        set(name, value);
    }
    for (name, value) in &answer.headers {
        set(name, value);
    }
    if let (Some(route), Some(origin)) = (route.filter(|route| route.is_for_pages()), origin) {
        for (name, value) in answer::cross_origin_headers(origin, route.allow()) {
            set(name, value);
        }
    }
    if let Some(media_type) = answer.content.media_type() {
        set("content-type", media_type);
    }
    let status = answer.status.code();
    let body = (answer.content != Content::Nothing).then_some(&*answer.body);
    host::answer(running, status, headers, body, answer.pieces)
}
