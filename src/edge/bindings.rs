//! The bindings: whether the storage is there, and the two that an operator may add, a rate limit and counters. Nothing
//! depends on either of these: where one is missing, fails or does not answer, requests are served as though it were not
//! there, and the log says so.

use serde::Serialize;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use super::host;
use super::log::{self, Served};
use super::problem::Problem;
use super::reply::Reply;
use super::settings::Settings;
use super::store;

/// The name of the rate-limit binding.
pub(crate) const LIMIT: &str = "RATE_LIMIT";
/// The name of the Analytics Engine binding.
pub(crate) const COUNTERS: &str = "COUNTERS";
/// The bindings, each with the one method of it that is used.
pub(crate) const BINDINGS: [(&str, &str); 3] =
    [(LIMIT, "limit"), (COUNTERS, "writeDataPoint"), (store::BINDING, store::METHOD)];
/// How long the rate limit may take to answer, in milliseconds. It counts in the same place as the Worker runs in.
const PATIENCE: u32 = 250;

#[wasm_bindgen(module = "/src/edge/host.js")]
extern "C" {
    fn ask_limit(env: &Env, name: &str, key: &str, patience: f64) -> u32;
    #[wasm_bindgen(catch)]
    fn write_point(env: &Env, name: &str, point: JsValue) -> Result<(), JsValue>;
}

/// What has been found under the name of a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binding {
    /// Nothing.
    Absent,
    /// Something that is not what it should be.
    Unusable,
    /// The binding.
    Bound,
}

/// The bindings that there are.
#[derive(Debug)]
pub(crate) struct Bindings {
    storage: Binding,
    limit: Binding,
    counters: Binding,
}

impl Bindings {
    /// Reads what was found of each; `value` gives `1` for one that has its method, and something else for one without.
    pub(crate) fn read<'t>(value: impl Fn(&str) -> Option<&'t str>) -> Self {
        let binding = |name| match value(name) {
            None => Binding::Absent,
            Some("1") => Binding::Bound,
            Some(_) => Binding::Unusable,
        };
        Self { storage: binding(store::BINDING), limit: binding(LIMIT), counters: binding(COUNTERS) }
    }

    /// Whether the storage is there.
    pub(crate) fn has_storage(&self) -> bool {
        self.storage == Binding::Bound
    }

    /// Whether requests are limited.
    pub(crate) fn has_limit(&self) -> bool {
        self.limit == Binding::Bound
    }

    /// Notes which of them are there and cannot be used.
    pub(crate) fn check(&self, settings: &mut Settings) {
        if self.limit == Binding::Unusable {
            settings.fault(LIMIT, "not a rate-limit binding: requests are not limited");
        }
        if self.counters == Binding::Unusable {
            settings.fault(COUNTERS, "not an Analytics Engine binding: nothing is counted");
        }
    }
}

/// Asks the rate limit, if there is one, whether a request may be served. It counts before any credential is looked at,
/// so that what it answers says nothing about one; deliveries and readers (`purpose`) are counted apart.
///
/// # Errors
/// `RateLimited`, and nothing else: a limit that does not work lets everybody in.
pub(crate) async fn limit(env: &Env, bindings: &Bindings, purpose: &str, address: Option<&str>) -> Result<(), Problem> {
    if !bindings.has_limit() {
        return Ok(());
    }
    let key = format!("{purpose} {}", network(address.unwrap_or_default()));
    let asked = Reply::to(ask_limit(env, LIMIT, &key, host::number(PATIENCE))).await;
    match asked.ok().and_then(|answer| answer.as_bool()) {
        Some(true) => Ok(()),
        Some(false) => Err(Problem::RateLimited),
        None => {
            log::binding_failed(LIMIT);
            Ok(())
        }
    }
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
pub(crate) fn count(env: &Env, bindings: &Bindings, served: &Served<'_>) {
    if bindings.counters != Binding::Bound {
        return;
    }
    let Served { outcome, route, method: verb, status, ms, .. } = *served;
    let point = Point {
        indexes: [outcome],
        blobs: (outcome, route, verb),
        doubles: (status, ms, served.bytes.unwrap_or_default(), served.issues.unwrap_or_default()),
    };
    let written = serde_wasm_bindgen::to_value(&point).ok().and_then(|point| write_point(env, COUNTERS, point).ok());
    if written.is_none() {
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
