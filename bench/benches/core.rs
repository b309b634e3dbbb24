//! The core natively: `cargo bench --bench core`, with a part of a name for some of it.
//!
//! Every comparison is a benchmark whose measured value is the ratio itself, from two jobs that take turns. Criterion
//! calls what it measures `time`, whatever it is; behind it stands the unit.

use std::time::{Duration, Instant};

use criterion::measurement::{Measurement, ValueFormatter};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use postcall_bench::answers;
use postcall_bench::plan::{self, Comparison};
use postcall_bench::round::Pair;

/// Something measured that is no duration: a figure and its unit.
struct Figure(&'static str);

impl Measurement for Figure {
    type Intermediate = ();
    type Value = f64;

    // Every figure comes from `iter_custom`.
    fn start(&self) {}

    fn end(&self, (): ()) -> f64 {
        f64::NAN
    }

    fn add(&self, a: &f64, b: &f64) -> f64 {
        a + b
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self
    }
}

impl ValueFormatter for Figure {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        self.0
    }

    fn scale_throughputs(&self, _: f64, _: &Throughput, _: &mut [f64]) -> &'static str {
        self.0
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        self.0
    }
}

/// Measures a figure of a comparison's rounds.
fn measure(criterion: &mut Criterion<Figure>, comparison: &Comparison, name: &str, figure: fn([f64; 2]) -> f64) {
    let began = Instant::now();
    let clock = || began.elapsed().as_secs_f64();
    // Made when criterion asks, since it may have been told to leave this one out.
    let mut ready = None;
    let mut group = criterion.benchmark_group(comparison.group);
    group.sampling_mode(SamplingMode::Flat).sample_size(comparison.samples);
    group.bench_function(name, |bencher| {
        let pair = ready.get_or_insert_with(|| Pair::new(comparison.works(), 0.05, &clock));
        let lengths = pair.lengths();
        bencher.iter_custom(|rounds| (0..rounds).map(|_| figure(comparison.scaled(pair.round(&clock), lengths))).sum());
    });
    group.finish();
}

fn ratios(criterion: &mut Criterion<Figure>) {
    answers::check();
    for comparison in plan::comparisons() {
        measure(criterion, &comparison, &comparison.name, |[over, under]| over / under);
    }
}

fn sizes(criterion: &mut Criterion<Figure>) {
    for comparison in plan::sizes() {
        measure(criterion, &comparison, &format!("summarize, {}", comparison.name), |[over, _]| over * 1e9);
        measure(criterion, &comparison, &format!("validate, {}", comparison.name), |[_, under]| under * 1e9);
    }
}

/// Criterion for figures of a unit. Where rounds are long, it says that it takes more time than this.
fn settings(unit: &'static str) -> Criterion<Figure> {
    Criterion::default()
        .with_measurement(Figure(unit))
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_secs(1))
}

criterion_group!(name = by_ratio; config = settings("x"); targets = ratios);
criterion_group!(name = by_size; config = settings("ns/byte"); targets = sizes);
criterion_main!(by_ratio, by_size);
