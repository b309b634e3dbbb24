//! The core against the general way, natively: `cargo bench`.
//!
//! Times on a shared machine move; what counts are the ratios of one run, so each group measures its peers side by side.

#![expect(clippy::unwrap_used, reason = "a benchmark is no interface and may fail where it stands")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use postcall::{Options, Scratch, validate_in};
use serde::Deserialize;
use serde_json::Value;

/// A derived struct of the usual kind: the fields that most receivers read.
#[derive(Deserialize)]
#[expect(dead_code, reason = "what is read is what costs")]
struct Derived {
    status: Option<String>,
    error_message: Option<String>,
    lead: Option<DerivedLead>,
    call: DerivedCall,
    executed_actions: Option<std::collections::BTreeMap<String, DerivedAction>>,
    analysis: Option<std::collections::BTreeMap<String, Value>>,
    metadata: Option<Value>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct DerivedLead {
    name: Option<String>,
    phone_number: Option<String>,
    prompt_variables: Option<Value>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct DerivedCall {
    status: Option<String>,
    end_call_reason: Option<String>,
    model_id: Option<String>,
    timezone: Option<String>,
    call_id: String,
    duration: Option<f64>,
    start_time: Option<String>,
    transcript: Option<String>,
    recording_url: Option<String>,
    external_id: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "as above")]
struct DerivedAction {
    name: Option<String>,
    action_type: Option<String>,
    description: Option<String>,
    parameters_hard_coded: Option<Value>,
    error_message: Option<String>,
    return_value: Option<Value>,
    is_relevant_action: Option<bool>,
    timestamp: Option<f64>,
    timestamp_datetime: Option<String>,
}

/// A payload of the documented shape with its transcript repeated.
fn payload(repeats: usize) -> Vec<u8> {
    let mut payload: Value =
        serde_json::from_slice(include_bytes!("../tests/cases/documented-shape/payload.json")).unwrap();
    let transcript = payload.pointer_mut("/call/transcript").unwrap();
    *transcript = transcript.as_str().unwrap().repeat(repeats).into();
    serde_json::to_vec_pretty(&payload).unwrap()
}

fn core(criterion: &mut Criterion) {
    let options = Options { max_bytes: usize::MAX, ..Options::default() };
    for (name, repeats) in [("6 KB", 1), ("92 KB", 60), ("10 MB", 6_800), ("20 MB", 13_600)] {
        let bytes = payload(repeats);
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(bytes.len().try_into().unwrap()));
        let mut scratch = Scratch::default();
        group.bench_function(BenchmarkId::from_parameter("validate"), |bencher| {
            bencher.iter(|| {
                let report = validate_in(black_box(&bytes), &options, std::mem::take(&mut scratch));
                assert!(report.valid());
                scratch = report.into_scratch();
            });
        });
        group.bench_function(BenchmarkId::from_parameter("summarize"), |bencher| {
            bencher.iter(|| {
                let report = validate_in(black_box(&bytes), &options, std::mem::take(&mut scratch));
                black_box(report.summary());
                scratch = report.into_scratch();
            });
        });
        group.bench_function(BenchmarkId::from_parameter("serde_json Value"), |bencher| {
            bencher.iter(|| serde_json::from_slice::<Value>(black_box(&bytes)).unwrap());
        });
        group.bench_function(BenchmarkId::from_parameter("serde_json derived"), |bencher| {
            bencher.iter(|| serde_json::from_slice::<Derived>(black_box(&bytes)).unwrap());
        });
        group.finish();
    }
}

criterion_group!(benches, core);
criterion_main!(benches);
