//! Door one: what the npm package calls.
//!
//! Only numbers cross. JavaScript writes an input where [`reserve`] says and calls a job; the job answers with the
//! address of a flat buffer (see [`flat`]), which JavaScript reads before it calls again. Input, tape and answer live in
//! buffers that are kept: after the largest payload so far, a call allocates next to nothing.
//!
//! An answer of 0 is none: the door is in use or memory has run out. Nothing here panics; should the core trap all the
//! same, JavaScript throws the instance away.

#![expect(unreachable_pub, reason = "what JavaScript calls is public, though not to Rust")]

mod flat;

use core::cell::RefCell;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::payload::Sought;
use crate::report::{self, Options, Report, Scratch};
use flat::Flat;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// What a door keeps between calls.
struct Door {
    input: Vec<u8>,
    scratch: Scratch,
    answer: Flat,
}

thread_local! {
    static DOOR: RefCell<Door> = const {
        RefCell::new(Door { input: Vec::new(), scratch: Scratch::new(), answer: Flat::new() })
    };
}

/// Bits of the argument `flags`.
mod flag {
    /// Every warning is an error.
    pub(super) const STRICT: u32 = 1;
    /// The input was text in UTF-16.
    pub(super) const FROM_TEXT: u32 = 1 << 1;
    /// Errors alone are looked for, and none is told: what is not valid is to be read again.
    pub(super) const ERRORS: u32 = 1 << 2;
}

/// Does something with the door. 0 if it is in use.
fn enter(job: impl FnOnce(&mut Door) -> Option<u32>) -> u32 {
    let entered = DOOR.try_with(|door| {
        let mut door = door.try_borrow_mut().ok()?;
        job(&mut door)
    });
    entered.ok().flatten().unwrap_or(0)
}

/// Reads the first bytes of the input, writes what the report says, and what `more` adds where the payload is valid.
fn read(length: u32, flags: u32, bounds: (u32, u32), more: fn(&mut Report<'_>, &mut Flat)) -> u32 {
    enter(|door| {
        let (max_bytes, max_depth) = (usize::try_from(bounds.0).ok()?, usize::try_from(bounds.1).ok()?);
        let options = Options { strict: flags & flag::STRICT != 0, max_bytes, max_depth };
        let bytes = door.input.get(..usize::try_from(length).ok()?)?;
        // Where warnings are errors, all are looked for.
        let is_brief = flags & (flag::ERRORS | flag::STRICT) == flag::ERRORS;
        let sought = if is_brief { Sought::Errors } else { Sought::Issues };
        let mut report = report::read(bytes, &options, core::mem::take(&mut door.scratch), sought);
        if flags & flag::FROM_TEXT != 0 {
            report = report.of_text();
        }
        door.answer.begin();
        door.answer.flag(report.valid());
        if is_brief {
            door.answer.flag(false);
        } else {
            door.answer.issues(&report);
        }
        if report.valid() {
            more(&mut report, &mut door.answer);
        }
        // What stands there meanwhile holds nothing, so there is nothing to give back.
        core::mem::forget(core::mem::replace(&mut door.scratch, report.into_scratch()));
        door.answer.end()
    })
}

/// Makes room for an input of so many bytes. Its address.
#[wasm_bindgen]
#[must_use]
pub fn reserve(length: u32) -> u32 {
    enter(|door| {
        let length = usize::try_from(length).ok()?;
        if door.input.len() < length {
            // Given back first: there is never an old and a new input at a time.
            door.input = Vec::new();
            door.input.try_reserve_exact(length).ok()?;
            door.input.resize(length, 0);
        }
        flat::address(&door.input)
    })
}

/// Checks the input: valid, issues.
#[wasm_bindgen]
#[must_use]
pub fn validate(length: u32, flags: u32, max_bytes: u32, max_depth: u32) -> u32 {
    read(length, flags, (max_bytes, max_depth), |_, _| {})
}

/// Reads the input as a payload: valid, issues, and the payload if it is valid.
#[wasm_bindgen]
#[must_use]
pub fn parse(length: u32, flags: u32, max_bytes: u32, max_depth: u32) -> u32 {
    read(length, flags, (max_bytes, max_depth), |report, answer| answer.payload(report))
}

/// Reads the input as a call: valid, issues, and the summary if it is valid.
#[wasm_bindgen]
#[must_use]
pub fn summarize(length: u32, flags: u32, max_bytes: u32, max_depth: u32) -> u32 {
    read(length, flags, (max_bytes, max_depth), |report, answer| {
        if let Some(summary) = report.summary() {
            answer.summary(&summary);
        }
    })
}

/// Reads the input as a transcript: its turns. What is no UTF-8 in it is half of a surrogate pair.
#[wasm_bindgen]
#[must_use]
pub fn transcript(length: u32) -> u32 {
    enter(|door| {
        let bytes = door.input.get(..usize::try_from(length).ok()?)?;
        let text = String::from_utf8_lossy(bytes);
        door.answer.begin();
        door.answer.turns(&text);
        door.answer.end()
    })
}
