//! What Node calls: exports that take and give numbers, like those of the package. Their names have a beginning of their
//! own: an export called `round` would be taken for the mathematical one by everybody who rounds.

#![expect(unsafe_code, reason = "names without mangling and the host's clock; nothing here touches memory by itself")]
#![expect(unreachable_pub, reason = "what JavaScript calls is public, though not to Rust")]

use std::cell::RefCell;

use crate::answers;
use crate::job::{Job, Work};
use crate::plan::{self, Comparison};
use crate::round::Pair;

#[link(wasm_import_module = "host")]
unsafe extern "C" {
    /// Milliseconds since some moment.
    safe fn now() -> f64;
}

fn clock() -> f64 {
    now() / 1_000.0
}

/// What is kept between calls.
#[derive(Default)]
struct Door {
    text: Vec<u8>,
    timed: Option<(Comparison, Pair)>,
    times: [f64; 2],
    work: Option<Work>,
}

thread_local! {
    static DOOR: RefCell<Door> = RefCell::default();
}

fn with<T>(job: impl FnOnce(&mut Door) -> T) -> T {
    DOOR.with_borrow_mut(job)
}

fn tell(bytes: Vec<u8>) -> *const u8 {
    with(|door| {
        door.text = bytes;
        door.text.as_ptr()
    })
}

/// The length of what was told last.
#[unsafe(no_mangle)]
pub extern "C" fn bench_told() -> usize {
    with(|door| door.text.len())
}

/// The plan as JSON. Its address.
#[unsafe(no_mangle)]
pub extern "C" fn bench_plan() -> *const u8 {
    tell(plan::to_json().into_bytes())
}

/// Traps if those who are timed disagree.
#[unsafe(no_mangle)]
pub extern "C" fn bench_check() {
    answers::check();
}

/// Makes a comparison of the plan ready, or one of its sizes, and warms it up for so many seconds.
#[unsafe(no_mangle)]
pub extern "C" fn bench_begin(is_size: bool, index: usize, warm_up: f64) {
    let list = if is_size { plan::sizes() } else { plan::comparisons() };
    with(|door| {
        // Given back first: payloads are large.
        door.timed = None;
        door.timed = list.into_iter().nth(index).map(|comparison| {
            let pair = Pair::new(comparison.works(), warm_up, &clock);
            (comparison, pair)
        });
    });
}

/// Times one round.
#[unsafe(no_mangle)]
pub extern "C" fn bench_round() {
    with(|door| {
        if let Some((comparison, pair)) = &mut door.timed {
            door.times = comparison.scaled(pair.round(&clock), pair.lengths());
        }
    });
}

/// The seconds that a side took in the last round, for each byte where the comparison is about that.
#[unsafe(no_mangle)]
pub extern "C" fn bench_time(side: usize) -> f64 {
    with(|door| door.times.get(side).copied().unwrap_or(f64::NAN))
}

/// A payload whose memory is measured. Its address.
#[unsafe(no_mangle)]
pub extern "C" fn bench_payload(index: usize) -> *const u8 {
    tell(plan::MEMORY.get(index).map(|input| input.bytes()).unwrap_or_default())
}

/// Makes room for a payload that will be read once. Its address.
#[unsafe(no_mangle)]
pub extern "C" fn bench_reserve(is_summary: bool, length: usize) -> *mut u8 {
    let job = if is_summary { Job::Summarize } else { Job::Validate };
    with(|door| door.work.insert(Work::of_bytes(job, vec![0; length])).bytes_mut().as_mut_ptr())
}

/// Reads that payload.
#[unsafe(no_mangle)]
pub extern "C" fn bench_read() {
    with(|door| door.work.as_mut().map(Work::run));
}
