//! Whether all who are timed give the same answers: what is compared must do the same work.

#![expect(clippy::unwrap_used, reason = "a benchmark is no interface and may fail where it stands")]

use std::collections::BTreeSet;

use postcall::payload::{Id, Need};
use postcall::{Options, Summary, validate};
use serde::Serialize;
use serde_json::Value;

use crate::input::{Hostile, Input, LONG};
use crate::{brief, typed};

/// Ends the program if two of them disagree.
///
/// # Panics
/// That is how it ends.
pub fn check() {
    types_all::<typed::PostCall>(Id::PostCall);
    types_all::<typed::Lead>(Id::Lead);
    types_all::<typed::Call>(Id::Call);
    types_all::<typed::Action>(Id::Action);
    types_all::<typed::Parameters>(Id::Parameters);
    types_all::<typed::Analysis>(Id::Analysis);
    for input in [Input::Documented, Input::Indented, Input::Call(1_000), Input::Call(LONG), Input::Call(1_000_000)] {
        agree(input);
    }
    for kind in Hostile::ALL {
        for count in [1, 2, 1_001] {
            let bytes = kind.payload(count);
            let report = validate(&bytes, &Options::default());
            assert_eq!(report.call_id().as_deref(), Some("0866"), "{count} {} are read to their end", kind.name());
        }
    }
}

/// Asserts that a peer's type has the declared fields; those that are sent only now and then do not show in its default.
fn types_all<T: Default + Serialize>(id: Id) {
    let value = serde_json::to_value(T::default()).unwrap();
    let typed: BTreeSet<_> = value.as_object().unwrap().keys().map(String::as_str).collect();
    let declared = id.object().fields.iter().filter(|field| field.need != Need::Rare).map(|field| field.name).collect();
    assert_eq!(typed, declared, "{}", id.object().name);
}

/// What all of them can tell of a call.
#[derive(Debug, PartialEq)]
struct Told {
    call_id: Option<String>,
    duration: Option<f64>,
    actions: usize,
    transcript: usize,
}

fn agree(input: Input) {
    let (name, bytes) = (input.name(), input.bytes());
    let told = [by_us(&bytes), by_value(&bytes), by_typed(&bytes), by_brief(&bytes)];
    for [one, other] in told.array_windows() {
        assert_eq!(one, other, "{name}");
    }
}

fn by_us(bytes: &[u8]) -> Told {
    let report = validate(bytes, &Options::default());
    assert!(report.valid(), "{:?}", report.issues());
    let summary = report.summary().map(Summary::into_owned).unwrap();
    Told {
        call_id: Some(summary.call_id),
        duration: summary.duration_seconds,
        actions: usize::try_from(summary.actions.total).unwrap(),
        transcript: report.payload().unwrap().call.get().unwrap().transcript.get().unwrap().len(),
    }
}

fn by_value(bytes: &[u8]) -> Told {
    let value: Value = serde_json::from_slice(bytes).unwrap();
    let call = value.get("call").unwrap();
    Told {
        call_id: call.get("call_id").and_then(Value::as_str).map(str::to_owned),
        duration: call.get("duration").and_then(Value::as_f64),
        actions: value.get("executed_actions").and_then(Value::as_object).unwrap().len(),
        transcript: call.get("transcript").and_then(Value::as_str).unwrap().len(),
    }
}

fn by_typed(bytes: &[u8]) -> Told {
    let payload: typed::PostCall = serde_json::from_slice(bytes).unwrap();
    let call = payload.call.unwrap();
    Told {
        call_id: call.call_id,
        duration: call.duration,
        actions: payload.executed_actions.unwrap().len(),
        transcript: call.transcript.unwrap().len(),
    }
}

fn by_brief(bytes: &[u8]) -> Told {
    let payload: brief::PostCall = serde_json::from_slice(bytes).unwrap();
    Told {
        call_id: Some(payload.call.call_id),
        duration: payload.call.duration,
        actions: payload.executed_actions.unwrap().len(),
        transcript: payload.call.transcript.unwrap().len(),
    }
}
