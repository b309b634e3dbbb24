//! Tasks: what the Worker is doing, a request each.
//!
//! A task runs at once, and again as soon as what it waits for has come, within the call that tells it. Those of
//! `wasm-bindgen-futures` run later, in a microtask each time, and end in a promise with two functions made for it.
//!
//! A task belongs to whatever is to wake it. The runtime ends a request without a word when its client has gone: what was asked
//! for never comes, and when nobody waits for that any more, the task is dropped.
//!
//! // INVARIANT: one task runs at a time. What is woken meanwhile runs behind it.
//! // INVARIANT: whatever ends a task, a panic or an error that JavaScript throws through it, ends that one alone, and what it
//! holds is dropped.

use core::cell::{Cell, RefCell};
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::{BTreeMap, VecDeque};
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::task::Wake;

type Task = Pin<Box<dyn Future<Output = ()>>>;

thread_local! {
    /// The number that was given last.
    static LAST: Cell<u32> = const { Cell::new(0) };
    /// The tasks that wait, by their numbers.
    static WAITING: RefCell<BTreeMap<u32, Task>> = const { RefCell::new(BTreeMap::new()) };
    /// Those that are to run.
    static WOKEN: RefCell<VecDeque<Arc<Alarm>>> = const { RefCell::new(VecDeque::new()) };
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// Wakes a task by its number: the one alarm that the task has. Without it the task could not go on.
struct Alarm(u32);

impl Wake for Alarm {
    fn wake(self: Arc<Self>) {
        run(self);
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        drop(WAITING.with_borrow_mut(|waiting| waiting.remove(&self.0)));
    }
}

/// While tasks run. Ends with them, whatever has ended them.
struct Turn;

impl Drop for Turn {
    fn drop(&mut self) {
        IS_RUNNING.set(false);
    }
}

/// Runs a task until it waits for something, and on to its end later.
pub(crate) fn start(task: impl Future<Output = ()> + 'static) {
    let number = LAST.get().wrapping_add(1);
    LAST.set(number);
    WAITING.with_borrow_mut(|waiting| waiting.insert(number, Box::pin(task)));
    run(Arc::new(Alarm(number)));
}

/// Whether a task is running, or ending on its own.
pub(crate) fn is_running() -> bool {
    IS_RUNNING.get()
}

/// Runs a task and all that it wakes; later, where one is running.
fn run(alarm: Arc<Alarm>) {
    WOKEN.with_borrow_mut(|woken| woken.push_back(alarm));
    if IS_RUNNING.replace(true) {
        return;
    }
    let _turn = Turn;
    while let Some(alarm) = WOKEN.with_borrow_mut(VecDeque::pop_front) {
        let number = alarm.0;
        // One that has ended may have been woken once more.
        let Some(mut task) = WAITING.with_borrow_mut(|waiting| waiting.remove(&number)) else { continue };
        let waker = Waker::from(alarm);
        // One that has panicked is not asked again.
        let polled = panic::catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(&mut Context::from_waker(&waker))));
        if matches!(polled, Ok(Poll::Pending)) {
            WAITING.with_borrow_mut(|waiting| waiting.insert(number, task));
        }
    }
}

#[cfg(test)]
mod tests {
    use core::future::poll_fn;
    use std::rc::Rc;

    use super::*;

    /// What has happened, in its order.
    #[derive(Clone, Default)]
    struct Told(Rc<RefCell<Vec<&'static str>>>);

    impl Told {
        fn tell(&self, what: &'static str) {
            self.0.borrow_mut().push(what);
        }

        fn all(&self) -> String {
            self.0.borrow().join(" ")
        }
    }

    /// What is waited for: whether it has come, and who is to be woken.
    #[derive(Clone, Default)]
    struct Bell(Rc<RefCell<(bool, Option<Waker>)>>);

    impl Bell {
        async fn heard(&self) {
            poll_fn(|context| {
                let mut state = self.0.borrow_mut();
                state.1 = Some(context.waker().clone());
                if state.0 { Poll::Ready(()) } else { Poll::Pending }
            })
            .await;
        }

        fn ring(&self) {
            self.0.borrow_mut().0 = true;
            let waker = self.0.borrow().1.clone();
            waker.into_iter().for_each(Waker::wake);
        }
    }

    /// Tells when it is dropped.
    struct Held(Told);

    impl Drop for Held {
        fn drop(&mut self) {
            self.0.tell("dropped");
        }
    }

    #[test]
    fn a_task_runs_at_once_and_within_the_call_that_wakes_it() {
        let (told, bell) = (Told::default(), Bell::default());
        let (log, rung) = (told.clone(), bell.clone());
        start(async move {
            log.tell("begun");
            rung.heard().await;
            log.tell("ended");
        });
        assert_eq!(told.all(), "begun");
        bell.ring();
        assert_eq!(told.all(), "begun ended");
        // There is nobody left.
        bell.ring();
        assert_eq!(told.all(), "begun ended");
        assert_eq!(WAITING.with_borrow(BTreeMap::len), 0);
    }

    #[test]
    fn what_a_task_wakes_or_starts_runs_behind_it() {
        let (told, bell) = (Told::default(), Bell::default());
        let (log, rung) = (told.clone(), bell.clone());
        start(async move {
            rung.heard().await;
            log.tell("woken");
        });
        let (log, rings) = (told.clone(), bell.clone());
        start(async move {
            rings.ring();
            let other = log.clone();
            start(async move { other.tell("started") });
            log.tell("first");
        });
        assert_eq!(told.all(), "first woken started");
    }

    #[test]
    fn a_task_may_wake_itself() {
        let told = Told::default();
        let log = told.clone();
        let mut left = 3;
        start(poll_fn(move |context| {
            log.tell("turn");
            left -= 1;
            context.waker().wake_by_ref();
            if left == 0 { Poll::Ready(()) } else { Poll::Pending }
        }));
        assert_eq!(told.all(), "turn turn turn");
    }

    #[test]
    #[expect(clippy::panic, reason = "that is what it is about")]
    fn a_task_that_panics_drops_what_it_holds_and_takes_no_other_with_it() {
        let told = Told::default();
        let [bell, other] = [Bell::default(), Bell::default()];
        let (held, rung) = (Held(told.clone()), bell.clone());
        start(async move {
            rung.heard().await;
            assert!(held.0.all().is_empty(), "on purpose");
            panic!("on purpose");
        });
        let (log, rung) = (told.clone(), other.clone());
        start(async move {
            rung.heard().await;
            log.tell("ended");
        });
        bell.ring();
        assert_eq!(told.all(), "dropped");
        other.ring();
        assert_eq!(told.all(), "dropped ended");
    }

    #[test]
    fn a_task_that_nothing_can_wake_is_dropped() {
        let (told, bell) = (Told::default(), Bell::default());
        let (held, rung) = (Held(told.clone()), bell.clone());
        start(async move {
            rung.heard().await;
            held.0.tell("ended");
        });
        assert_eq!(told.all(), "");
        bell.0.borrow_mut().1 = None;
        assert_eq!(told.all(), "dropped");
        bell.ring();
        assert_eq!(told.all(), "dropped");
        let held = Held(told.clone());
        start(async move {
            core::future::pending::<()>().await;
            held.0.tell("ended");
        });
        assert_eq!(told.all(), "dropped dropped");
        assert_eq!(WAITING.with_borrow(BTreeMap::len), 0);
    }
}
