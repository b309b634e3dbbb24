//! The runtime, as far as every part of the door needs it; `host.js` is the other side.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::web_sys::{Request, Response};
use worker::{Date, Env};

use super::auth::SIGNATURE_HEADERS;
use super::export::Pieces;
use super::optional;

#[wasm_bindgen(module = "/src/edge/host.js")]
extern "C" {
    /// A promise that is kept after so many milliseconds.
    pub(crate) fn pause(milliseconds: f64) -> Promise;
    /// An answer. Headers are lines, names and values by turns.
    #[wasm_bindgen(catch)]
    pub(crate) fn respond(status: u16, headers: &str, body: Option<&[u8]>) -> Result<Response, JsValue>;
    /// The same with a body that is made while it is sent.
    #[wasm_bindgen(catch)]
    pub(crate) fn respond_streaming(status: u16, headers: &str, pieces: Pieces) -> Result<Response, JsValue>;
    fn set_questions(headers: &str, settings: &str, methods: &str);
    fn ask_request(request: &Request) -> String;
    fn ask_setup(env: &Env, is_known: bool) -> Option<String>;
}

/// The headers that are looked at, besides those of signatures.
const HEADERS: &str = "authorization cf-connecting-ip cf-ray content-length origin transfer-encoding";
/// The settings.
const SETTINGS: &str = "WEBHOOK_TOKENS SIGNING_SECRETS API_TOKENS MAX_BODY_BYTES RETENTION_DAYS ALLOWED_ORIGINS";

/// Tells the other side what will be asked each time.
pub(crate) fn prepare() {
    let methods = optional::BINDINGS.map(|(name, method)| format!("{name}.{method}"));
    set_questions(&headers().join(" "), SETTINGS, &methods.join(" "));
}

/// The names of all headers that are looked at.
fn headers() -> Vec<&'static str> {
    HEADERS.split(' ').chain(SIGNATURE_HEADERS).collect()
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
    /// What a request says.
    pub(crate) fn of(request: &Request) -> Self {
        let text = ask_request(request);
        let mut told = parts(&text).map(|part| part.map(str::to_owned));
        let mut first = || told.next().flatten().unwrap_or_default();
        let (method, url) = (first(), first());
        Self { method, url, headers: headers().into_iter().zip(told).collect() }
    }

    /// The value of a header that is looked at; several of one name come joined.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| *other == name)?.1.as_deref()
    }
}

/// What the operator has set up, as one text; nothing where that is known and has not changed.
pub(crate) fn setup(env: &Env, is_known: bool) -> Option<String> {
    ask_setup(env, is_known)
}

/// The value of a setting in that text; of a binding, whether it has its method (`1`, else `0`).
pub(crate) fn setting<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let names = SETTINGS.split(' ').chain(optional::BINDINGS.map(|(name, _)| name));
    names.zip(parts(text)).find(|(other, _)| *other == name)?.1
}

/// Texts that came as one: those that there are begin with `=`.
fn parts(text: &str) -> impl Iterator<Item = Option<&str>> {
    text.split('\0').map(|part| part.strip_prefix('='))
}

/// A number for the runtime. The largest is a retention of 100 years in seconds, which 32 bits hold.
pub(crate) fn number(number: impl TryInto<u32>) -> f64 {
    number.try_into().unwrap_or(u32::MAX).into()
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    Date::now().as_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_empty_is_there_and_what_is_not_there_is_not() {
        assert_eq!(parts("=a\0\0=\0==").collect::<Vec<_>>(), [Some("a"), None, Some(""), Some("=")]);
        let text = "\0\0=t\0=5\0\0\0=0\0";
        let told = [
            ("API_TOKENS", Some("t")),
            ("MAX_BODY_BYTES", Some("5")),
            ("WEBHOOK_TOKENS", None),
            ("RATE_LIMIT", Some("0")),
        ];
        for (name, value) in told {
            assert_eq!(setting(text, name), value, "{name}");
        }
        assert_eq!(setting(text, optional::COUNTERS), None);
    }
}
