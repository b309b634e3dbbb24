//! What is timed: the core's jobs and those of its peers.

#![expect(clippy::unwrap_used, reason = "a benchmark is no interface and may fail where it stands")]

use std::hint::black_box;

use postcall::{Options, Scratch, validate_in};
use serde_json::Value;

use crate::input::Input;
use crate::{brief, typed};

/// Something that is done with the bytes of a payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// The core: the verdict.
    Validate,
    /// The core: the verdict, and the summary of a valid payload.
    Summarize,
    /// The core: everything that a host may ask for, issues with their places included.
    Everything,
    /// A peer: any JSON, no verdict.
    Value,
    /// A peer: the whole payload, typed.
    Typed,
    /// A peer: the fields that most receivers read, typed.
    Brief,
}

impl Job {
    /// Its name in the tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Validate => "validate",
            Self::Summarize => "summarize",
            Self::Everything => "everything",
            Self::Value => "serde_json Value",
            Self::Typed => "serde, all fields",
            Self::Brief => "serde, some fields",
        }
    }
}

/// A job at a payload, ready to be done many times.
#[derive(Debug)]
pub struct Work {
    job: Job,
    bytes: Vec<u8>,
    options: Options,
    scratch: Scratch,
}

impl Work {
    /// Makes the payload.
    #[must_use]
    pub fn new(job: Job, input: Input) -> Self {
        Self::of_bytes(job, input.bytes())
    }

    /// A job at bytes that are there.
    #[must_use]
    pub fn of_bytes(job: Job, bytes: Vec<u8>) -> Self {
        let options = Options { max_bytes: usize::MAX, ..Options::default() };
        Self { job, bytes, options, scratch: Scratch::default() }
    }

    /// How many bytes it reads.
    #[must_use]
    pub const fn length(&self) -> usize {
        self.bytes.len()
    }

    /// Where JavaScript writes them.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    /// Does the job once: as a receiver would, from bytes, what it gives thrown away.
    ///
    /// # Panics
    /// If a peer refuses the payload.
    pub fn run(&mut self) {
        let bytes = black_box(self.bytes.as_slice());
        match self.job {
            Job::Value => drop(black_box(serde_json::from_slice::<Value>(bytes).unwrap())),
            Job::Typed => drop(black_box(serde_json::from_slice::<typed::PostCall>(bytes).unwrap())),
            Job::Brief => drop(black_box(serde_json::from_slice::<brief::PostCall>(bytes).unwrap())),
            Job::Validate | Job::Summarize | Job::Everything => {
                let report = validate_in(bytes, &self.options, std::mem::take(&mut self.scratch));
                black_box(report.valid());
                if self.job == Job::Everything {
                    black_box(report.issues());
                }
                if self.job != Job::Validate {
                    black_box(report.summary());
                }
                self.scratch = report.into_scratch();
            }
        }
    }
}
