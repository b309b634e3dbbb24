//! Storage: the only file that names KV.
//!
//! Every call is raced with a timer, because a storage that never answers would otherwise hang the request until the
//! runtime kills it. All calls of one request share one budget; within it, one call may be tried once more. Every
//! write is idempotent, so a call that was given up may still take effect.

use core::cell::{Cell, RefCell};
use core::future::{Future as _, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;

use serde::Serialize;
use serde_json::Value;
use worker::js_sys::{Array, Function, JSON, Map, Object, Promise, Reflect, Uint8Array};
use worker::wasm_bindgen::{JsCast as _, JsValue};
use worker::wasm_bindgen_futures::JsFuture;
use worker::{Date, Delay, Env};

use super::problem::Problem;
use super::settings::STORAGE_SETTINGS;

/// The name of the binding.
const BINDING: &str = "CALLS";
/// The most keys that the storage gives for one list.
pub(crate) const MOST_KEYS: usize = 1_000;
/// The most values that it gives at once.
pub(crate) const MOST_VALUES: usize = 100;
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
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
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

/// The namespace as the runtime gives it. Called by hand: the bindings of crate `worker` read each field of each row
/// on its own, which takes several times as long as one text for a whole page, and a tenth of the module.
struct Kv(JsValue);

impl Kv {
    /// The namespace that is bound, if any.
    fn bound(env: &Env) -> Option<Self> {
        let kv = Reflect::get(env, &BINDING.into()).ok()?;
        kv.is_object().then_some(Self(kv))
    }

    /// Calls a method, all of which give promises.
    async fn call(&self, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
        let method: Function = Reflect::get(&self.0, &method.into())?.dyn_into()?;
        let promise = method.apply(&self.0, arguments)?;
        JsFuture::from(Promise::resolve(&promise)).await
    }
}

/// The storage of one request.
pub(crate) struct Store {
    kv: Kv,
    /// Seconds that what is written is kept.
    retention: Option<u64>,
    /// When the first call began, in milliseconds. A body that came slowly has used none of the budget.
    started: Cell<Option<u64>>,
    timer: RefCell<Pin<Box<Delay>>>,
    tried_again: Cell<bool>,
}

/// How one try ended, if not well.
enum Failure {
    /// The storage said no, with a status if it named one.
    Refused(Option<u32>),
    /// The timer was faster.
    Silent,
}

impl Store {
    /// Opens the storage for one request.
    ///
    /// # Errors
    /// `NotConfigured` where the binding is missing.
    pub(crate) fn open(env: &Env, retention: Option<u64>) -> Result<Self, Problem> {
        let kv = Kv::bound(env).ok_or(Problem::NotConfigured(STORAGE_SETTINGS))?;
        let timer = RefCell::new(timer(PATIENCE));
        Ok(Self { kv, retention, started: Cell::new(None), timer, tried_again: Cell::new(false) })
    }

    /// Whether the binding is there.
    pub(crate) fn is_bound(env: &Env) -> bool {
        Kv::bound(env).is_some()
    }

    /// Begins the budget anew: a stream takes as long as its reader, and each of its calls is one of its own.
    pub(crate) fn renew(&self) {
        self.started.set(None);
        self.tried_again.set(false);
        *self.timer.borrow_mut() = timer(PATIENCE);
    }

    /// Whether so little of the budget is used that another call may begin that could as well be left out.
    pub(crate) fn has_time(&self) -> bool {
        self.started.get().is_none_or(|started| Date::now().as_millis().saturating_sub(started) < PATIENCE)
    }

    /// Reads a value.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Entry>, Problem> {
        let found = self.attempt("getWithMetadata", [key.into(), "arrayBuffer".into()]).await?;
        let value = member(&found, "value")?;
        let metadata = read_json(&member(&found, "metadata")?)?;
        let entry = || Entry { bytes: Uint8Array::new(&value).to_vec(), metadata };
        Ok((!value.is_null()).then(entry))
    }

    /// Reads up to 100 values that are text, in one call.
    pub(crate) async fn get_texts(&self, keys: &[String]) -> Result<Vec<Option<Vec<u8>>>, Problem> {
        let names: Array = keys.iter().map(|key| JsValue::from_str(key)).collect();
        let found = self.attempt("get", [names.into(), "text".into()]).await?;
        let found: Map = found.dyn_into().map_err(|_| Problem::StorageUnavailable)?;
        Ok(keys.iter().map(|key| found.get(&key.into()).as_string().map(String::into_bytes)).collect())
    }

    /// Writes a value with its metadata.
    pub(crate) async fn put(&self, key: &str, bytes: &[u8], metadata: &impl Serialize) -> Result<(), Problem> {
        let metadata = serde_json::to_string(metadata).map_err(|_| Problem::Internal)?;
        self.put_text(key, bytes, &metadata).await
    }

    async fn put_text(&self, key: &str, bytes: &[u8], metadata: &str) -> Result<(), Problem> {
        let options = Object::new();
        // As JSON, so that the runtime makes the object: no key can be taken for anything but a key.
        set(&options, "metadata", &JSON::parse(metadata).map_err(|_| Problem::Internal)?)?;
        if let Some(seconds) = self.retention {
            set(&options, "expirationTtl", &number(seconds))?;
        }
        self.attempt("put", [key.into(), Uint8Array::from(bytes).into(), options.into()]).await.map(drop)
    }

    /// Removes a value; one that is not there is no failure.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), Problem> {
        self.attempt("delete", [key.into()]).await.map(drop)
    }

    /// Lists keys in order.
    pub(crate) async fn list(&self, prefix: &str, cursor: Option<&str>, limit: usize) -> Result<Page, Problem> {
        let options = Object::new();
        set(&options, "prefix", &prefix.into())?;
        set(&options, "limit", &number(limit))?;
        if let Some(cursor) = cursor {
            set(&options, "cursor", &cursor.into())?;
        }
        let found = self.attempt("list", [options.into()]).await?;
        read_json(&found)?.and_then(page).ok_or(Problem::StorageUnavailable)
    }

    /// Tries a call, once more if the budget allows, and reports anything else as one problem.
    async fn attempt(&self, method: &str, arguments: impl IntoIterator<Item = JsValue>) -> Result<JsValue, Problem> {
        let arguments: Array = arguments.into_iter().collect();
        self.attempt_with(method, &arguments).await
    }

    async fn attempt_with(&self, method: &str, arguments: &Array) -> Result<JsValue, Problem> {
        let started = self.started.get().unwrap_or_else(|| Date::now().as_millis());
        self.started.set(Some(started));
        loop {
            let failure = match self.race(method, arguments).await {
                Some(Ok(done)) => return Ok(done),
                Some(Err(error)) => Failure::Refused(status(&error)),
                None => Failure::Silent,
            };
            let spent = Date::now().as_millis().saturating_sub(started);
            let Some((pause, rest)) = another_try(&failure, spent, self.tried_again.replace(true)) else {
                super::log::storage_failed(matches!(failure, Failure::Silent), failure.status());
                return Err(Problem::StorageUnavailable);
            };
            if pause > 0 {
                Delay::from(Duration::from_millis(pause)).await;
            }
            *self.timer.borrow_mut() = timer(rest);
        }
    }

    /// Waits for a call, or for the timer.
    async fn race(&self, method: &str, arguments: &Array) -> Option<Result<JsValue, JsValue>> {
        let mut call = pin!(self.kv.call(method, arguments));
        poll_fn(|context| {
            if let Poll::Ready(done) = call.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            self.timer.borrow_mut().as_mut().poll(context).map(|()| None)
        })
        .await
    }
}

fn timer(milliseconds: u64) -> Pin<Box<Delay>> {
    Box::pin(Delay::from(Duration::from_millis(milliseconds)))
}

/// A member of an object that the storage gave.
fn member(object: &JsValue, name: &str) -> Result<JsValue, Problem> {
    Reflect::get(object, &name.into()).map_err(|_| Problem::StorageUnavailable)
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), Problem> {
    Reflect::set(object, &name.into(), value).map(drop).map_err(|_| Problem::Internal)
}

/// A number for the storage. The largest is a retention of 100 years in seconds, which 32 bits hold.
fn number(number: impl TryInto<u32>) -> JsValue {
    number.try_into().unwrap_or(u32::MAX).into()
}

/// What the storage gave, read as JSON; nothing where it gave nothing.
fn read_json(value: &JsValue) -> Result<Option<Value>, Problem> {
    if value.is_null() || value.is_undefined() {
        return Ok(None);
    }
    let text = JSON::stringify(value).ok().and_then(|text| text.as_string()).ok_or(Problem::StorageUnavailable)?;
    serde_json::from_str(&text).map(Some).map_err(|_| Problem::StorageUnavailable)
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
