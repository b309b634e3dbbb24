//! Replies: what the runtime is asked for and gives later.
//!
//! The functions of `host.js` that take time give a number, and call `settle` with it later: with what they have got, or when
//! a timer was faster; the first one counts. A promise handed over in its stead would be given two functions made for it alone,
//! which cost several times as much.
//!
//! Not every reply comes: where a client has gone, the runtime forgets its request without a word. No timer of ours takes as long
//! as [`LONGEST`]; what has been waited for longer than that is waited for no more, and whoever waited is dropped.
//!
//! INVARIANT: no number is given twice, not even to the instance after this one; so a reply that nobody waits for is none.

use core::cell::RefCell;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::BTreeMap;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::host;

/// In milliseconds; a body may take 10 s.
const LONGEST: u64 = 15_000;

thread_local! {
    /// The replies that are waited for, each with the time that it was when the wait began.
    static AWAITED: RefCell<BTreeMap<u32, (u64, State)>> = const { RefCell::new(BTreeMap::new()) };
}

/// How far a reply is.
enum State {
    /// It has not come; who is to be woken by it.
    Awaited(Option<Waker>),
    /// It has: a value, or what went wrong.
    Came(Result<JsValue, JsValue>),
}

/// A reply that is waited for. One that is dropped is waited for no longer.
#[derive(Debug)]
pub(crate) struct Reply(u32);

impl Reply {
    /// The reply of a number that `host.js` has just given.
    pub(crate) fn to(number: u32) -> Self {
        AWAITED.with_borrow_mut(|all| all.insert(number, (host::lately(), State::Awaited(None))));
        Self(number)
    }
}

impl Future for Reply {
    type Output = Result<JsValue, JsValue>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        AWAITED.with_borrow_mut(|all| {
            let (since, state) = all.remove(&self.0).unwrap_or((host::lately(), State::Awaited(None)));
            if let State::Came(reply) = state {
                return Poll::Ready(reply);
            }
            all.insert(self.0, (since, State::Awaited(Some(context.waker().clone()))));
            Poll::Pending
        })
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        AWAITED.with_borrow_mut(|all| all.remove(&self.0));
    }
}

/// Forgets what has been waited for too long: it does not come.
pub(crate) fn forget(now: u64) {
    let oldest = || {
        AWAITED.with_borrow_mut(|all| {
            let first = all.first_entry()?;
            let (since, _) = *first.get();
            (now.saturating_sub(since) > LONGEST).then(|| first.remove())
        })
    };
    // Dropped one by one, since who waited may wait for others.
    while oldest().is_some() {}
}

/// Tells what a reply is. Whatever comes after the first one, or for nobody, is let go.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what JavaScript calls is public, though not to Rust")]
pub fn settle(number: u32, value: JsValue, is_failure: bool) {
    let waker = AWAITED.with_borrow_mut(|all| {
        let (_, state) = all.get_mut(&number)?;
        let State::Awaited(waker) = state else { return None };
        let waker = waker.take();
        *state = State::Came(if is_failure { Err(value) } else { Ok(value) });
        waker
    });
    if let Some(waker) = waker {
        waker.wake();
    }
}

#[cfg(test)]
mod tests {
    use core::sync::atomic::{AtomicU32, Ordering};
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    /// How often it was woken.
    #[derive(Default)]
    struct Woken(AtomicU32);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Asks a reply once: whether it is a value, if it has come.
    fn ask(reply: &mut Reply, woken: &Arc<Woken>) -> Option<bool> {
        match Pin::new(reply).poll(&mut Context::from_waker(&Waker::from(Arc::clone(woken)))) {
            Poll::Ready(came) => Some(came.is_ok()),
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_reply_comes_once_and_wakes_who_waits() {
        let woken = Arc::<Woken>::default();
        let mut reply = Reply::to(1);
        assert_eq!(ask(&mut reply, &woken), None);
        settle(2, JsValue::UNDEFINED, false);
        assert_eq!(
            (ask(&mut reply, &woken), woken.0.load(Ordering::Relaxed)),
            (None, 0),
            "the reply of another number"
        );
        settle(1, JsValue::UNDEFINED, true);
        settle(1, JsValue::UNDEFINED, false);
        assert_eq!(
            (ask(&mut reply, &woken), woken.0.load(Ordering::Relaxed)),
            (Some(false), 1),
            "the first one counts"
        );
    }

    #[test]
    fn a_reply_that_comes_before_it_is_asked_for_is_kept() {
        let woken = Arc::<Woken>::default();
        let mut reply = Reply::to(3);
        settle(3, JsValue::UNDEFINED, false);
        assert_eq!((ask(&mut reply, &woken), woken.0.load(Ordering::Relaxed)), (Some(true), 0));
    }

    #[test]
    fn what_does_not_come_is_forgotten() {
        let woken = Arc::<Woken>::default();
        let mut replies = [5, 6].map(Reply::to);
        for reply in &mut replies {
            assert_eq!(ask(reply, &woken), None);
        }
        forget(LONGEST);
        assert_eq!(AWAITED.with_borrow(BTreeMap::len), 2);
        forget(LONGEST + 1);
        assert_eq!((AWAITED.with_borrow(BTreeMap::len), Arc::strong_count(&woken)), (0, 1));
    }

    #[test]
    fn a_reply_that_is_waited_for_no_longer_leaves_nothing() {
        let woken = Arc::<Woken>::default();
        let mut reply = Reply::to(4);
        assert_eq!(ask(&mut reply, &woken), None);
        drop(reply);
        settle(4, JsValue::UNDEFINED, false);
        AWAITED.with_borrow(|all| assert!(all.is_empty()));
        assert_eq!((woken.0.load(Ordering::Relaxed), Arc::strong_count(&woken)), (0, 1));
    }
}
