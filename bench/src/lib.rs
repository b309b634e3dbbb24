//! What the benchmark of the core is made of; the same natively and in WebAssembly.
//!
//! A [`plan`] of comparisons, each of two [`job`]s on [`input`]s. A comparison is timed in [`round`]s, in which the two take
//! turns: times on a shared machine move, and what counts are ratios.

pub mod typed;

pub mod brief;

mod call;

mod hostile;

pub mod input;

pub mod job;

pub mod answers;

pub mod plan;

pub mod round;

#[cfg(target_arch = "wasm32")]
mod door;
