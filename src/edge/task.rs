//! Tasks: futures that JavaScript drives.
//!
//! A future of ours waits for nothing but promises of the runtime, one at a time. Where it does, its task hands the promise
//! out and is called again with what came of it. So a request needs no queue of its own, no closure and no microtask, of
//! which each costs as much as reading a payload.

use core::cell::Cell;
use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::panic::AssertUnwindSafe;

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    /// What the task that runs has begun to wait for.
    static AWAITED: Cell<Option<Promise>> = const { Cell::new(None) };
    /// What came of that.
    static CAME: Cell<Option<Result<JsValue, JsValue>>> = const { Cell::new(None) };
}

/// A future on its way. A panic leaves nothing of it that anybody asks again.
#[wasm_bindgen]
pub struct Task(AssertUnwindSafe<Pin<Box<dyn Future<Output = JsValue>>>>);

impl Task {
    /// A task that has not begun.
    pub(crate) fn new(future: impl Future<Output = JsValue> + 'static) -> Self {
        Self(AssertUnwindSafe(Box::pin(future)))
    }
}

#[wasm_bindgen]
impl Task {
    /// Goes on, with what came of the promise that the task gave last: the next promise, or what the task ends in, which
    /// is never one.
    pub fn go_on(&mut self, came: JsValue, has_failed: bool) -> JsValue {
        CAME.set(Some(if has_failed { Err(came) } else { Ok(came) }));
        match self.0.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(end) => end,
            Poll::Pending => AWAITED.take().map_or(JsValue::UNDEFINED, JsValue::from),
        }
    }
}

/// Waits for a promise.
///
/// # Errors
/// What the promise was rejected with.
pub(crate) async fn wait(promise: Promise) -> Result<JsValue, JsValue> {
    let mut promise = Some(promise);
    poll_fn(|_| match promise.take() {
        Some(promise) => {
            AWAITED.set(Some(promise));
            Poll::Pending
        }
        None => CAME.take().map_or(Poll::Pending, Poll::Ready),
    })
    .await
}
