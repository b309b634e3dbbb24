//! Telling the operator: one line of JSON for each request and for each thing that failed.
//!
//! INVARIANT: a line has fixed fields and holds nothing that a client chose: no id, no path, no token, nothing of a
//! payload. The id of a request is the platform's, or drawn here.

use std::panic;

use js_sys::Math;
use serde::Serialize;
use wasm_bindgen::handler;
use wasm_bindgen::prelude::wasm_bindgen;

use super::answer::Answer;
use super::route::{Method, Route};

/// What is told of a request that has been served: in the log, and to the counters.
#[derive(Debug, Serialize)]
pub(crate) struct Served<'a> {
    event: &'static str,
    /// Names the request: where the platform gave it an id, the one that answers carry as `cf-ray`.
    request: &'a str,
    /// The template of the route; never the path, which may hold a token.
    pub(crate) route: &'static str,
    /// The method.
    pub(crate) method: Method,
    /// The status of the answer.
    pub(crate) status: u16,
    /// What became of a delivery, else the code of the problem, else `ok`.
    pub(crate) outcome: &'static str,
    /// How long it took. The platform's clock stands still but while something is waited for.
    pub(crate) ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<&'a str>,
    /// Bytes of the body that was received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) bytes: Option<usize>,
    /// How many issues it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) issues: Option<usize>,
}

impl<'a> Served<'a> {
    /// What there is to tell of an answer.
    pub(crate) fn new(
        request: &'a str,
        route: Option<Route<'_>>,
        method: Method,
        answer: &'a Answer,
        problem: Option<&'static str>,
        ms: u64,
    ) -> Self {
        let note = &answer.note;
        Self {
            event: "request",
            request,
            route: route.map_or("none", Route::template),
            method,
            status: answer.status.code(),
            outcome: note.stored.or(problem).unwrap_or("ok"),
            ms,
            call: note.call.as_deref(),
            bytes: note.bytes,
            issues: note.issues,
        }
    }
}

/// The id of a request: the platform's if it has that form, for a client could send anything where there is no platform
/// before the Worker.
pub(crate) fn request_id(ray: Option<&str>) -> String {
    match ray.and_then(|ray| ray.split('-').next()) {
        Some(id) if id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) => id.to_owned(),
        // The digits of a number from 0 to 1, without its sign and its exponent.
        _ => format!("{:013x}", Math::random().to_bits() & 0xF_FFFF_FFFF_FFFF),
    }
}

/// A storage call that was given up.
#[derive(Serialize)]
struct StorageLine {
    event: &'static str,
    silent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u32>,
}

/// Notes that the storage did not do what it was asked: `silent` where it did not answer at all.
pub(crate) fn storage_failed(silent: bool, status: Option<u32>) {
    write(&StorageLine { event: "storage_failed", silent, status });
}

/// An optional binding that did not do what it was asked.
#[derive(Serialize)]
struct BindingLine {
    event: &'static str,
    binding: &'static str,
}

/// Notes that an optional binding failed. Its own words stay out of the log.
pub(crate) fn binding_failed(binding: &'static str) {
    write(&BindingLine { event: "binding_failed", binding });
}

#[wasm_bindgen]
extern "C" {
    /// Writes a line to the log.
    #[wasm_bindgen(js_namespace = console)]
    fn log(line: &str);
}

/// Writes a line.
pub(crate) fn write(line: &impl Serialize) {
    if let Ok(line) = serde_json::to_string(line) {
        log(&line);
    }
}

/// A panic, by its place. Its message may hold what a client sent.
#[derive(Serialize)]
struct PanicLine<'a> {
    event: &'static str,
    file: &'a str,
    line: u32,
}

/// Replaces the hooks of the standard library and of the crate `worker`, which tell messages.
pub(crate) fn hush_panics() {
    panic::set_hook(Box::new(|panic| {
        let (file, line) = panic.location().map_or(("", 0), |place| (place.file(), place.line()));
        write(&PanicLine { event: "panic", file, line });
        // Where a panic ends the instance, the next request is served by a fresh one. Where it unwinds, the instance goes
        // on, and what it cannot survive (no memory, no stack) is seen by `worker`.
        if cfg!(not(panic = "unwind")) {
            handler::schedule_reinit();
        }
    }));
}
