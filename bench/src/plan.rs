//! What is compared with what, and the bounds that it is read beside.

use serde::Serialize;

use crate::input::{Hostile, Input, LONG};
use crate::job::{Job, Work};

/// What is asked of a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
    /// Nothing: for the reader's information.
    None,
}

/// A job at an input.
type Side = (Job, Input);

/// A ratio of times: one job at an input over another.
#[derive(Debug, Clone, Serialize)]
pub struct Comparison {
    /// What it is about: comparisons of one group stand in one table.
    pub group: &'static str,
    /// The two jobs or inputs, as `a / b`.
    pub name: String,
    /// What is asked of it.
    pub bound: Bound,
    /// Whether times are taken per byte.
    pub per_byte: bool,
    /// How many samples tell its spread: fewer where one takes long.
    pub samples: usize,
    #[serde(skip)]
    sides: [Side; 2],
}

impl Comparison {
    fn new(group: &'static str, name: String, sides: [Side; 2], bound: Bound) -> Self {
        let is_long = |(_, input): &Side| match *input {
            Input::Documented | Input::Indented => false,
            Input::Call(bytes) => bytes >= 10 * MB,
            Input::Hostile(..) => true,
        };
        let samples = if sides.iter().any(is_long) { 10 } else { 20 };
        Self { group, name, bound, per_byte: false, samples, sides }
    }

    fn per_byte(self) -> Self {
        Self { per_byte: true, ..self }
    }

    /// Both sides, ready.
    #[must_use]
    pub fn works(&self) -> [Work; 2] {
        self.sides.map(|(job, input)| Work::new(job, input))
    }

    /// The times of a round, for each byte where the comparison is about that.
    #[must_use]
    #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "lengths of megabytes")]
    pub fn scaled(&self, times: [f64; 2], lengths: [usize; 2]) -> [f64; 2] {
        let [over, under] = lengths.map(|length| if self.per_byte { length as f64 } else { 1.0 });
        [times[0] / over, times[1] / under]
    }
}

const MB: usize = 1_000_000;

/// The sizes at which the time per byte is shown.
const SIZES: [usize; 9] = [1_000, 3_000, 10_000, 30_000, LONG, 300_000, MB, 10 * MB, 20 * MB];

/// The payloads whose memory is measured: a call as they are, and one long text.
pub const MEMORY: [Input; 2] = [Input::Call(10 * MB), Input::Hostile(Hostile::LongString, 10 * MB)];

/// The core beside its peers at one payload.
fn peers(group: &'static str, input: Input, bounds: [Bound; 4]) -> impl Iterator<Item = Comparison> {
    let jobs = [Job::Value, Job::Typed, Job::Brief, Job::Summarize];
    jobs.into_iter().zip(bounds).map(move |(job, bound)| {
        let sides = [(job, input), (Job::Validate, input)];
        Comparison::new(group, format!("{} / validate", job.name()), sides, bound)
    })
}

/// Every comparison, in the order of the tables.
#[must_use]
pub fn comparisons() -> Vec<Comparison> {
    let bounds = [Bound::AtLeast(3.0), Bound::AtLeast(2.0), Bound::None, Bound::AtMost(1.35)];
    let mut all: Vec<_> = peers("documented payload", Input::Documented, bounds).collect();
    all.extend(peers("documented payload, indented", Input::Indented, bounds));
    all.extend(peers("call of 92 KB", Input::Call(LONG), [Bound::None; 4]));
    let ours = [Job::Validate, Job::Summarize];
    all.extend(ours.map(|job| {
        let sides = [(job, Input::Call(LONG)), (job, Input::Documented)];
        let name = format!("{}, 92 KB / documented", job.name());
        Comparison::new("time per byte", name, sides, Bound::AtMost(1.0)).per_byte()
    }));
    all.extend(ours.map(|job| {
        let sides = [(job, Input::Call(20 * MB)), (job, Input::Call(10 * MB))];
        let name = format!("{}, 20 MB / 10 MB", job.name());
        Comparison::new("twice the call", name, sides, Bound::AtMost(2.2))
    }));
    all.extend(Hostile::ALL.map(|kind| {
        let counts = [2 * kind.usual_count(), kind.usual_count()];
        let sides = counts.map(|count| (Job::Everything, Input::Hostile(kind, count)));
        let name = format!("{}, {} / {}", kind.name(), counts[0], counts[1]);
        Comparison::new("twice the hostile payload", name, sides, Bound::AtMost(2.3))
    }));
    all
}

/// The sizes as comparisons of both jobs, whose times are shown per byte.
#[must_use]
pub fn sizes() -> Vec<Comparison> {
    let row = |input: Input| {
        let sides = [(Job::Summarize, input), (Job::Validate, input)];
        Comparison::new("time by size", input.name(), sides, Bound::None).per_byte()
    };
    [Input::Documented, Input::Indented].into_iter().chain(SIZES.map(Input::Call)).map(row).collect()
}

/// The whole plan as JSON, for those who print tables.
#[must_use]
pub fn to_json() -> String {
    let memory = MEMORY.map(Input::name);
    serde_json::json!({ "comparisons": comparisons(), "sizes": sizes(), "memory": memory }).to_string()
}
