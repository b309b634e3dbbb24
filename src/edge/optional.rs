//! The bindings that an operator may add: a rate limit, and counters. Nothing depends on either of them: where one is
//! missing, fails or does not answer, requests are served as though it were not there, and the log says so.

use core::future::{Future as _, poll_fn};
use core::pin::pin;
use core::task::Poll;
use core::time::Duration;

use serde::Serialize;
use worker::js_sys::{Function, JSON, Object, Promise, Reflect};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Delay, Env};

use super::log::{self, Served};
use super::problem::Problem;
use super::settings::Settings;

/// The name of the rate-limit binding.
pub(crate) const LIMIT: &str = "RATE_LIMIT";
/// The name of the Analytics Engine binding.
pub(crate) const COUNTERS: &str = "COUNTERS";
/// How long the rate limit may take to answer. It counts in the same place as the Worker runs in.
const PATIENCE: Duration = Duration::from_millis(250);

/// A binding with the one method of it that is used.
enum Binding {
    /// Not bound.
    Absent,
    /// Something of that name is there, and it is not what it should be.
    Unusable,
    /// Bound.
    Bound(JsValue, Function),
}

impl Binding {
    fn find(env: &Env, name: &str, method: &str) -> Self {
        let Ok(binding) = Reflect::get(env, &name.into()) else {
            return Self::Absent;
        };
        if binding.is_undefined() || binding.is_null() {
            return Self::Absent;
        }
        // Reading a property of a text or a number throws, which is an answer as well.
        match Reflect::get(&binding, &method.into()).and_then(JsValue::dyn_into) {
            Ok(method) => Self::Bound(binding, method),
            Err(_) => Self::Unusable,
        }
    }

    fn limit(env: &Env) -> Self {
        Self::find(env, LIMIT, "limit")
    }

    fn counters(env: &Env) -> Self {
        Self::find(env, COUNTERS, "writeDataPoint")
    }
}

/// Notes which of the bindings are there and cannot be used.
pub(crate) fn check(env: &Env, settings: &mut Settings) {
    if matches!(Binding::limit(env), Binding::Unusable) {
        settings.fault(LIMIT, "not a rate-limit binding: requests are not limited");
    }
    if matches!(Binding::counters(env), Binding::Unusable) {
        settings.fault(COUNTERS, "not an Analytics Engine binding: nothing is counted");
    }
}

/// Asks the rate limit, if there is one, whether a request may be served. It counts before any credential is looked at,
/// so that what it answers says nothing about one; deliveries and readers (`purpose`) are counted apart.
///
/// # Errors
/// `RateLimited`, and nothing else: a limit that does not work lets everybody in.
pub(crate) async fn limit(env: &Env, purpose: &str, address: Option<&str>) -> Result<(), Problem> {
    let Binding::Bound(binding, method) = Binding::limit(env) else {
        return Ok(());
    };
    match ask(&binding, &method, &format!("{purpose} {}", network(address.unwrap_or_default()))).await {
        Some(true) => Ok(()),
        Some(false) => Err(Problem::RateLimited),
        None => {
            log::binding_failed(LIMIT);
            Ok(())
        }
    }
}

/// What the rate limit says to a key; `None` where it fails or is silent.
async fn ask(binding: &JsValue, method: &Function, key: &str) -> Option<bool> {
    let options = Object::new();
    Reflect::set(&options, &"key".into(), &key.into()).ok()?;
    let promise = method.call1(binding, &options).ok()?;
    let mut answer = pin!(JsFuture::from(Promise::resolve(&promise)));
    let mut timer = pin!(Delay::from(PATIENCE));
    let answer = poll_fn(|context| {
        if let Poll::Ready(answer) = answer.as_mut().poll(context) {
            return Poll::Ready(answer.ok());
        }
        timer.as_mut().poll(context).map(|()| None)
    });
    Reflect::get(&answer.await?, &"success".into()).ok()?.as_bool()
}

/// The network of an address: of the newer kind the first half, since whoever has one such address has them all.
fn network(address: &str) -> &str {
    let half = address.match_indices(':').nth(3).map(|(at, _)| at);
    let zeros = address.find("::");
    let end = half.into_iter().chain(zeros).min().unwrap_or(address.len());
    address.get(..end).unwrap_or(address)
}

/// One point of the counters. The names of its columns are theirs: `index1`, `blob1`, `double1` and so on.
#[derive(Serialize)]
struct Point<'a> {
    indexes: [&'a str; 1],
    blobs: (&'a str, &'a str, super::route::Method),
    doubles: (u16, u64, usize, usize),
}

/// Counts a request, where there are counters.
pub(crate) fn count(env: &Env, served: &Served<'_>) {
    let Binding::Bound(binding, method) = Binding::counters(env) else {
        return;
    };
    let Served { outcome, route, method: verb, status, ms, .. } = *served;
    let point = Point {
        indexes: [outcome],
        blobs: (outcome, route, verb),
        doubles: (status, ms, served.bytes.unwrap_or_default(), served.issues.unwrap_or_default()),
    };
    let written = serde_json::to_string(&point).ok().and_then(|point| JSON::parse(&point).ok());
    if written.is_none_or(|point| method.call1(&binding, &point).is_err()) {
        log::binding_failed(COUNTERS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_stands_for_its_network() {
        let table = [
            ("192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
            ("2001:db8:1:2::6", "2001:db8:1:2"),
            ("2001:db8::6", "2001:db8"),
            ("2001:db8::7:8:9", "2001:db8"),
            ("::1", ""),
            ("", ""),
        ];
        for (address, counted) in table {
            assert_eq!(network(address), counted, "{address}");
        }
    }
}
