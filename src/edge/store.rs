//! Storage: the only file that names KV.
//!
//! Every call is raced with a timer, because a storage that never answers would otherwise hang the request until the
//! runtime kills it. All calls of one request share one budget; within it, one call may be tried once more. Every
//! write is idempotent, so a call that was given up may still take effect.

use core::cell::{Cell, OnceCell, RefCell};
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;

use serde::Serialize;
use serde_json::Value;
use worker::kv::{KvError, KvStore};
use worker::{Date, Delay, Env, js_sys};

use super::problem::Problem;
use super::settings::STORAGE_SETTINGS;

/// The name of the binding.
const BINDING: &str = "CALLS";
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

/// The storage of one request.
pub(crate) struct Store {
    kv: KvStore,
    /// Seconds that what is written is kept.
    retention: Option<u64>,
    /// When the first call began, in milliseconds. A body that came slowly has used none of the budget.
    started: OnceCell<u64>,
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
        let kv = env.kv(BINDING).map_err(|_| Problem::NotConfigured(STORAGE_SETTINGS))?;
        let timer = RefCell::new(Box::pin(Delay::from(Duration::from_millis(PATIENCE))));
        Ok(Self { kv, retention, started: OnceCell::new(), timer, tried_again: Cell::new(false) })
    }

    /// Whether the binding is there.
    pub(crate) fn is_bound(env: &Env) -> bool {
        env.kv(BINDING).is_ok()
    }

    /// Reads a value.
    pub(crate) async fn get(&self, key: &str) -> Result<Option<Entry>, Problem> {
        let (bytes, metadata) = self.attempt(|| self.kv.get(key).bytes_with_metadata::<Value>()).await?;
        Ok(bytes.map(|bytes| Entry { bytes, metadata }))
    }

    /// Writes a value with its metadata.
    pub(crate) async fn put(&self, key: &str, bytes: &[u8], metadata: &impl Serialize) -> Result<(), Problem> {
        let write = || async {
            let mut put = self.kv.put_bytes(key, bytes)?.metadata(metadata)?;
            if let Some(seconds) = self.retention {
                put = put.expiration_ttl(seconds);
            }
            put.execute().await
        };
        self.attempt(write).await
    }

    /// Removes a value; one that is not there is no failure.
    pub(crate) async fn delete(&self, key: &str) -> Result<(), Problem> {
        self.attempt(|| self.kv.delete(key)).await
    }

    /// Lists keys in order.
    pub(crate) async fn list(&self, prefix: &str, cursor: Option<&str>, limit: u64) -> Result<Page, Problem> {
        let read = || {
            let list = self.kv.list().prefix(prefix.to_owned()).limit(limit);
            match cursor {
                Some(cursor) => list.cursor(cursor.to_owned()).execute(),
                None => list.execute(),
            }
        };
        let list = self.attempt(read).await?;
        let next = if list.list_complete { None } else { list.cursor };
        Ok(Page { keys: list.keys.into_iter().map(|key| (key.name, key.metadata)).collect(), next })
    }

    /// Tries a call, once more if the budget allows, and reports anything else as one problem.
    async fn attempt<T, F: Future<Output = Result<T, KvError>>>(&self, call: impl Fn() -> F) -> Result<T, Problem> {
        let started = *self.started.get_or_init(|| Date::now().as_millis());
        loop {
            let failure = match self.race(call()).await {
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
            *self.timer.borrow_mut() = Box::pin(Delay::from(Duration::from_millis(rest)));
        }
    }

    /// Waits for a call, or for the timer.
    async fn race<T>(&self, call: impl Future<Output = T>) -> Option<T> {
        let mut call = pin!(call);
        poll_fn(|context| {
            if let Poll::Ready(done) = call.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            self.timer.borrow_mut().as_mut().poll(context).map(|()| None)
        })
        .await
    }
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
fn status(error: &KvError) -> Option<u32> {
    let KvError::JavaScript(error) = error else {
        return None;
    };
    let message = js_sys::Reflect::get(error, &"message".into()).ok()?.as_string()?;
    status_in(&message)
}

/// The first number of three digits in a text like `KV PUT failed: 429 Too Many Requests`.
fn status_in(message: &str) -> Option<u32> {
    let mut words = message.split(|character: char| !character.is_ascii_alphanumeric());
    words.find(|word| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
