//! How much memory reading takes at its peak, natively, and the plan: one line of JSON for `npm run bench`.

#![expect(unsafe_code, reason = "an allocator that counts cannot be written without")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use postcall_bench::job::{Job, Work};
use postcall_bench::{answers, plan};
use serde_json::{Value, json};

/// The system's allocator, counted. A block that grows is a new one beside the old one until it has been copied.
struct Counting;

static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// SAFETY: both go to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let live = LIVE.fetch_add(layout.size(), Relaxed) + layout.size();
        PEAK.fetch_max(live, Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size(), Relaxed);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The bytes that are allocated at the peak of a job's first run, its input not counted.
fn peak(job: Job, bytes: Vec<u8>) -> usize {
    let mut work = Work::of_bytes(job, bytes);
    let before = LIVE.load(Relaxed);
    PEAK.store(before, Relaxed);
    work.run();
    PEAK.load(Relaxed) - before
}

fn main() {
    answers::check();
    let memory = plan::MEMORY.map(|input| {
        let bytes = input.bytes();
        json!({
            "input": input.name(),
            "bytes": bytes.len(),
            "validate": peak(Job::Validate, bytes.clone()),
            "summarize": peak(Job::Summarize, bytes),
        })
    });
    let plan: Value = serde_json::from_str(&plan::to_json()).unwrap_or_default();
    println!("{}", json!({ "plan": plan, "memory": memory }));
}
