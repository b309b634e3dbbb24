//! Storage: the only file that names KV.
//!
//! Every call is raced with a timer, because a storage that never answers would otherwise hang the request until the
//! runtime kills it. All calls of one request share one budget of time, unless it is [renewed](Store::renew); within it,
//! one call may be tried once more. Every write is idempotent, so a call that was given up may still take effect.

use core::cell::{Cell, RefCell};

use js_sys::{Array, Reflect, Uint8Array};
use serde::Serialize;
use serde_json::Value;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use worker::Env;

use super::host::{self, Timer, now};
use super::problem::Problem;
use super::reply::Reply;

/// The name of the binding; `host.js` calls it by this name.
pub(crate) const BINDING: &str = "CALLS";
/// A method of it that is used.
pub(crate) const METHOD: &str = "getWithMetadata";
/// The most keys that the storage gives for one list.
pub(crate) const MOST_KEYS: usize = 1_000;
/// The most values that it gives at once.
pub(crate) const MOST_VALUES: usize = 100;
/// The most calls that it allows a request.
const MOST_CALLS: usize = 1_000;
/// What all calls of a request may take together.
const BUDGET: u64 = 2_500;
/// What they may take before one that has not answered is given up and tried once more.
const PATIENCE: u64 = 1_200;
/// The wait before another try: a key takes one write a second, and refuses more.
const PAUSE_THROTTLED: u64 = 1_050;
/// The wait before another try after any other failure.
const PAUSE: u64 = 100;
/// The least time that makes another try worth while.
const WORTH_WHILE: u64 = 100;
/// The status with which the storage refuses a second write to one key within a second.
const THROTTLED: u32 = 429;

/// A stored value with its metadata.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The value, as the runtime has it.
    pub(crate) body: Uint8Array,
    /// The metadata, whatever it is.
    pub(crate) metadata: Option<Value>,
}

/// One page of a list.
#[derive(Debug)]
pub(crate) struct Page {
    /// The keys in order, each with its metadata.
    pub(crate) keys: Vec<(String, Option<Value>)>,
    /// The storage's cursor for the page after; `None` is the end.
    pub(crate) next: Option<String>,
}

#[wasm_bindgen(module = "/src/edge/host.js")]
extern "C" {
    fn kv_get(env: &Env, key: &str, timer: &Timer) -> u32;
    fn kv_get_texts(env: &Env, keys: &Array, timer: &Timer) -> u32;
    fn kv_put(env: &Env, key: &str, body: Option<&Uint8Array>, metadata: &str, seconds: f64, timer: &Timer) -> u32;
    fn kv_delete(env: &Env, key: &str, timer: &Timer) -> u32;
    fn kv_list(env: &Env, prefix: &str, cursor: Option<&str>, limit: usize, timer: &Timer) -> u32;
    fn kv_find(env: &Env, prefix: &str, ending: &str, cursor: Option<&str>, limit: usize, timer: &Timer) -> u32;

    /// What is found under a key.
    type Found;
    #[wasm_bindgen(method, getter)]
    fn bytes(this: &Found) -> Uint8Array;
    #[wasm_bindgen(method, getter)]
    fn metadata(this: &Found) -> Option<String>;
}

/// The storage of one request. What it tells of rows comes as one text: each field on its own would take several times as
/// long.
#[derive(Debug)]
pub(crate) struct Store {
    env: Env,
    /// Seconds that what is written is kept; 0 is for ever.
    retention: u64,
    /// When the first call began, in milliseconds. A body that came slowly has used none of the budget.
    started: Cell<Option<u64>>,
    /// What ends a call that has not answered.
    timer: RefCell<Option<Timer>>,
    tried_again: Cell<bool>,
    /// How many calls have been made.
    calls: Cell<usize>,
}

/// How one try ended, if not well.
enum Failure {
    /// The storage said no, with a status if it named one.
    Refused(Option<u32>),
    /// The timer was faster.
    Silent,
}

impl Store {
    /// The storage for one request, in an environment that has the binding.
    pub(crate) fn open(env: &Env, retention: Option<u64>) -> Self {
        Self {
            env: env.clone(),
            retention: retention.unwrap_or(0),
            started: Cell::new(None),
            timer: RefCell::new(None),
            tried_again: Cell::new(false),
            calls: Cell::new(0),
        }
    }

    /// Begins the budget of time anew: for calls of which there are as many as there is to read or to erase, so that each
    /// is one of its own.
    pub(crate) fn renew(&self) {
        self.started.set(None);
        self.timer.replace(None);
        self.tried_again.set(false);
    }

    /// Whether so little of the budget is used that another call may begin that could as well be left out.
    pub(crate) fn has_time(&self) -> bool {
        self.started.get().is_none_or(|started| now().saturating_sub(started) < PATIENCE)
    }

    /// Reads a value.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Entry>, Problem> {
        let found = self.attempt(|env, timer| kv_get(env, key, timer)).await?;
        if found.is_null() {
            return Ok(None);
        }
        let found: Found = found.unchecked_into();
        let metadata = found.metadata().map(|metadata| read_json(&metadata)).transpose()?;
        Ok(Some(Entry { body: found.bytes(), metadata }))
    }

    /// Reads up to 100 values that are text, each with its metadata, in one call.
    pub(crate) async fn get_texts(&self, keys: &[String]) -> Result<Vec<Option<(Vec<u8>, Option<Value>)>>, Problem> {
        let names: Array = keys.iter().map(|key| JsValue::from_str(key)).collect();
        let found = self.attempt(|env, timer| kv_get_texts(env, &names, timer)).await?;
        let found: Array = found.unchecked_into();
        let text = |at: usize| found.get(u32::try_from(at).unwrap_or(u32::MAX)).as_string();
        let read = |at: usize| {
            let Some(body) = text(2 * at) else { return Ok(None) };
            Ok(Some((body.into_bytes(), text(2 * at + 1).map(|metadata| read_json(&metadata)).transpose()?)))
        };
        (0..keys.len()).map(read).collect()
    }

    /// Writes a value, where there is one beside the metadata.
    pub(crate) async fn put(
        &self,
        key: &str,
        body: Option<&Uint8Array>,
        metadata: &impl Serialize,
    ) -> Result<(), Problem> {
        let metadata = serde_json::to_string(metadata).map_err(|_| Problem::Internal)?;
        self.put_text(key, body, &metadata).await
    }

    async fn put_text(&self, key: &str, body: Option<&Uint8Array>, metadata: &str) -> Result<(), Problem> {
        let seconds = host::number(self.retention);
        self.attempt(|env, timer| kv_put(env, key, body, metadata, seconds, timer)).await.map(drop)
    }

    /// Removes a value; one that is not there is no failure.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), Problem> {
        self.attempt(|env, timer| kv_delete(env, key, timer)).await.map(drop)
    }

    /// Lists keys in order.
    pub(crate) async fn list(&self, prefix: &str, cursor: Option<&str>, limit: usize) -> Result<Page, Problem> {
        self.page(|env, timer| kv_list(env, prefix, cursor, limit, timer)).await
    }

    /// Looks through a page of keys for those that have the ending.
    pub(crate) async fn find(&self, prefix: &str, ending: &str, cursor: Option<&str>) -> Result<Page, Problem> {
        self.page(|env, timer| kv_find(env, prefix, ending, cursor, MOST_KEYS, timer)).await
    }

    async fn page(&self, call: impl Fn(&Env, &Timer) -> u32) -> Result<Page, Problem> {
        let found = self.attempt(call).await?;
        let list = found.as_string().ok_or(Problem::StorageUnavailable)?;
        page(read_json(&list)?).ok_or(Problem::StorageUnavailable)
    }

    /// Tries a call, once more if the budget allows, and reports anything else as one problem, as it does where the request
    /// has made as many calls as it may. `call` is given the environment and the timer that ends it.
    async fn attempt(&self, call: impl Fn(&Env, &Timer) -> u32) -> Result<JsValue, Problem> {
        let started = self.started.get().unwrap_or_else(now);
        self.started.set(Some(started));
        let mut timer =
            self.timer.borrow_mut().get_or_insert_with(|| host::start_timer(host::number(PATIENCE))).clone();
        loop {
            let calls = self.calls.get();
            if calls == MOST_CALLS {
                return Err(Problem::StorageUnavailable);
            }
            self.calls.set(calls.saturating_add(1));
            let failure = match Reply::to(call(&self.env, &timer)).await {
                Ok(nothing) if nothing.is_undefined() => Failure::Silent,
                Ok(done) => return Ok(done),
                Err(error) => Failure::Refused(status(&error)),
            };
            let spent = now().saturating_sub(started);
            let Some((pause, rest)) = another_try(&failure, spent, self.tried_again.replace(true)) else {
                super::log::storage_failed(matches!(failure, Failure::Silent), failure.status());
                return Err(Problem::StorageUnavailable);
            };
            if pause > 0 {
                // A timer has no way to fail.
                drop(Reply::to(host::wait(host::number(pause))).await);
            }
            timer = host::start_timer(host::number(rest));
            self.timer.replace(Some(timer.clone()));
        }
    }
}

/// What the storage gave, read as JSON.
fn read_json(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|_| Problem::StorageUnavailable)
}

/// A page of a list, as the storage spells it.
fn page(mut list: Value) -> Option<Page> {
    let Value::Array(keys) = list.get_mut("keys")?.take() else {
        return None;
    };
    let key = |mut key: Value| {
        let Value::String(name) = key.get_mut("name")?.take() else {
            return None;
        };
        Some((name, key.get_mut("metadata").map(Value::take).filter(|metadata| !metadata.is_null())))
    };
    let is_last = list.get("list_complete")?.as_bool()?;
    let next = if is_last { None } else { list.get("cursor")?.as_str().map(str::to_owned) };
    Some(Page { keys: keys.into_iter().map(key).collect::<Option<_>>()?, next })
}

impl Failure {
    const fn status(&self) -> Option<u32> {
        match self {
            Self::Refused(status) => *status,
            Self::Silent => None,
        }
    }
}

/// The pause before another try and the time that it gets, in milliseconds; `None` gives up.
fn another_try(failure: &Failure, spent: u64, tried_again: bool) -> Option<(u64, u64)> {
    let pause = match failure {
        Failure::Refused(Some(THROTTLED)) => PAUSE_THROTTLED,
        Failure::Refused(_) => PAUSE,
        Failure::Silent => 0,
    };
    let rest = BUDGET.checked_sub(spent)?.checked_sub(pause)?;
    (!tried_again && rest >= WORTH_WHILE).then_some((pause, rest))
}

/// The status in the text of an error, which the storage gives in words alone. The text itself goes nowhere.
fn status(error: &JsValue) -> Option<u32> {
    let message = Reflect::get(error, &"message".into()).ok()?.as_string()?;
    status_in(&message)
}

/// The first number of three digits in a text like `KV PUT failed: 429 Too Many Requests`.
fn status_in(message: &str) -> Option<u32> {
    let mut words = message.split(|character: char| !character.is_ascii_alphanumeric());
    words.find(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_page_is_read_whole_or_not_at_all() {
        let read = |list: Value| page(list).map(|page| (page.keys, page.next));
        let key = json!({"name": "a", "expiration": 1, "metadata": {"v": 1}});
        let whole = json!({"keys": [key, {"name": "b"}], "list_complete": true, "cursor": "c"});
        let keys = vec![("a".to_owned(), Some(json!({"v": 1}))), ("b".to_owned(), None)];
        assert_eq!(read(whole), Some((keys, None)));
        let more = json!({"keys": [], "list_complete": false, "cursor": "c"});
        assert_eq!(read(more), Some((Vec::new(), Some("c".to_owned()))));
        for odd in [
            json!(null),
            json!({"keys": []}),
            json!({"keys": [{}], "list_complete": true}),
            json!({"keys": [], "list_complete": false}),
        ] {
            assert_eq!(read(odd), None);
        }
    }

    #[test]
    fn the_status_is_read_from_the_words_of_an_error() {
        assert_eq!(status_in("KV PUT failed: 429 Too Many Requests"), Some(429));
        assert_eq!(status_in("KV GET failed: 500 Internal Server Error"), Some(500));
        assert_eq!(status_in("something else"), None);
    }

    #[test]
    fn a_failed_call_is_tried_once_more_and_within_the_budget() {
        assert_eq!(another_try(&Failure::Refused(Some(500)), 10, false), Some((100, 2_390)));
        assert_eq!(another_try(&Failure::Refused(Some(429)), 10, false), Some((1_050, 1_440)));
        assert_eq!(another_try(&Failure::Silent, 1_200, false), Some((0, 1_300)));
        assert_eq!(another_try(&Failure::Refused(None), 10, true), None);
        assert_eq!(another_try(&Failure::Refused(Some(429)), 2_000, false), None);
        assert_eq!(another_try(&Failure::Silent, 2_600, false), None);
    }
}
