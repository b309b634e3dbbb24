//! The runtime, as far as every part of the door needs it; `host.js` is the other side.

use core::cell::{Cell, RefCell};

use js_sys::Date;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;
use worker::web_sys::Request;

use super::auth::SIGNATURE_HEADERS;
use super::bindings::BINDINGS;
use super::export::Pieces;
use super::settings::UNREADABLE;

#[wasm_bindgen(module = "/src/edge/host.js")]
extern "C" {
    /// A request that is being served, as `entry.js` hands it over.
    #[derive(Debug)]
    pub(crate) type Running;
    /// What ends calls that have not been answered in time.
    #[derive(Debug, Clone)]
    pub(crate) type Timer;
    /// A timer of so many milliseconds.
    pub(crate) fn start_timer(milliseconds: f64) -> Timer;
    /// The number of a [`Reply`](super::reply::Reply) that comes after so many milliseconds.
    pub(crate) fn wait(milliseconds: f64) -> u32;
    /// Lets a request run to its end even when its sender has gone.
    pub(crate) fn run_to_end(running: &Running);
    /// Answers that there is no answer.
    pub(crate) fn fail(running: &Running);
    #[wasm_bindgen(catch)]
    fn respond(running: &Running, status: u16, headers: Option<&str>, body: Option<&[u8]>) -> Result<(), JsValue>;
    #[wasm_bindgen(catch)]
    fn respond_streaming(running: &Running, status: u16, headers: Option<&str>, pieces: Pieces) -> Result<(), JsValue>;
    fn set_questions(settings: &str, methods: &str, signatures: &str);
    fn set_headers(headers: &str);
    fn ask_request(request: &Request) -> String;
    fn ask_signatures(request: &Request) -> String;
    fn ask_setup(env: &Env, is_known: bool) -> Option<String>;
}

/// The headers that are looked at whatever the operator has set up.
const HEADERS: [&str; 4] = ["authorization", "content-length", "transfer-encoding", "cf-ray"];
/// The header that tells a rate limit who asks.
pub(crate) const ADDRESS: &str = "cf-connecting-ip";
/// The header of pages of other origins.
pub(crate) const ORIGIN: &str = "origin";
/// The settings.
const SETTINGS: &str = "WEBHOOK_TOKENS SIGNING_SECRETS API_TOKENS MAX_BODY_BYTES RETENTION_DAYS ALLOWED_ORIGINS";

/// Tells the other side what will be asked of the environment and of signed deliveries.
pub(crate) fn prepare() {
    let methods = BINDINGS.map(|(name, method)| format!("{name}.{method}"));
    set_questions(SETTINGS, &methods.join(" "), &SIGNATURE_HEADERS.join(" "));
}

/// Tells the other side which headers will be asked of every request, and gives them.
pub(crate) fn ask_for(more: &[&'static str]) -> Vec<&'static str> {
    let headers = [&HEADERS, more].concat();
    set_headers(&headers.join(" "));
    headers
}

/// What a request says of itself, its body aside.
#[derive(Debug)]
pub(crate) struct Head {
    /// The method.
    pub(crate) method: String,
    /// The address.
    pub(crate) url: String,
    headers: Vec<(&'static str, Option<String>)>,
}

impl Head {
    /// What a request says. `headers` are those that [are asked](ask_for) of every request.
    pub(crate) fn of(request: &Request, headers: &[&'static str]) -> Self {
        let text = ask_request(request);
        let mut told = parts(&text).map(|part| part.map(str::to_owned));
        let mut first = || told.next().flatten().unwrap_or_default();
        let (method, url) = (first(), first());
        Self { method, url, headers: headers.iter().copied().zip(told).collect() }
    }

    /// The value of a header that is looked at; several of one name come joined.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name)?.1.as_deref()
    }
}

/// The signature headers of a delivery that are present.
pub(crate) fn signatures(request: &Request) -> Vec<String> {
    parts(&ask_signatures(request)).flatten().map(str::to_owned).collect()
}

/// Hands an answer to the runtime. Headers are lines, names and values by turns; `body` is what is there already, `pieces`
/// what is made while it is sent.
///
/// # Errors
/// What the runtime says where it refuses a header.
pub(crate) fn answer(
    running: &Running,
    status: u16,
    headers: String,
    body: Option<&[u8]>,
    pieces: Option<Pieces>,
) -> Result<(), JsValue> {
    thread_local! {
        /// The headers of the last answer, which the other side still has.
        static LAST: RefCell<String> = const { RefCell::new(String::new()) };
    }
    // Empty while the other side may have others, or none.
    let last = LAST.take();
    let lines = (last != headers).then_some(&*headers);
    match pieces {
        Some(pieces) => respond_streaming(running, status, lines, pieces),
        None => respond(running, status, lines, body),
    }?;
    LAST.set(headers);
    Ok(())
}

/// What the operator has set up, as one text; nothing where that is known and has not changed.
pub(crate) fn setup(env: &Env, is_known: bool) -> Option<String> {
    ask_setup(env, is_known)
}

/// The value of a setting in that text, [`UNREADABLE`] where it is no text; of a binding, whether it has its method (`1`, else `0`).
pub(crate) fn setting<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let names = SETTINGS.split(' ').chain(BINDINGS.map(|(name, _)| name));
    names.zip(parts(text)).find(|(other, _)| *other == name)?.1
}

/// Texts that came as one: those that there are begin with `=`, and `!` is one that cannot be read.
fn parts(text: &str) -> impl Iterator<Item = Option<&str>> {
    text.split('\0').map(|part| if part == "!" { Some(UNREADABLE) } else { part.strip_prefix('=') })
}

/// A number for the runtime. The largest is a retention of 68 years in seconds, which 32 bits hold.
pub(crate) fn number(number: impl TryInto<u32>) -> f64 {
    number.try_into().unwrap_or(u32::MAX).into()
}

thread_local! {
    /// The time when it was last asked.
    static LATELY: Cell<u64> = const { Cell::new(0) };
}

/// Milliseconds since 1970.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the clock counts whole milliseconds, and began long ago"
)]
pub(crate) fn now() -> u64 {
    let now = Date::now() as u64;
    LATELY.set(now);
    now
}

/// What [`now`] said last: asking the runtime costs as much as a header. Requests ask when they come, and storages when a budget
/// of time begins.
pub(crate) fn lately() -> u64 {
    LATELY.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_there_and_what_is_not_there_is_not() {
        let read = [Some("a"), None, Some(""), Some("="), Some(UNREADABLE), Some("!")];
        assert_eq!(parts("=a\0\0=\0==\0!\0=!").collect::<Vec<_>>(), read);
        let text = "\0\0=t\0=5\0\0\0=0\0\0=1";
        let told = [
            ("API_TOKENS", Some("t")),
            ("MAX_BODY_BYTES", Some("5")),
            ("WEBHOOK_TOKENS", None),
            ("RATE_LIMIT", Some("0")),
            ("CALLS", Some("1")),
        ];
        for (name, value) in told {
            assert_eq!(setting(text, name), value, "{name}");
        }
        assert_eq!(setting(text, "COUNTERS"), None);
    }
}
