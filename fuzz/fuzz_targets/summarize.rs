//! Summaries: bounded, consistent in themselves, and the same for another spelling of the same document.

#![no_main]

use std::hash::{DefaultHasher, Hash, Hasher};

use libfuzzer_sys::fuzz_target;
use postcall::{Code, Options, validate};

#[path = "../../tests/laws/spelling.rs"]
mod spelling;

use spelling::{Choices, said, spell};

fuzz_target!(|bytes: &[u8]| {
    let report = validate(bytes, &Options::default());
    let Some(summary) = report.summary() else { return };
    assert_eq!(report.call_id(), Some(summary.call_id.text()));
    assert!(summary.headline.ends_with('.') && summary.headline.len() < 1_000);
    let found = summary.answers.iter().filter(|answer| answer.found).count();
    assert_eq!(summary.answers.iter().filter(|answer| answer.value.is_some()).count(), found);
    let total = usize::try_from(summary.actions.total).unwrap();
    assert!(summary.answers.len() <= total && summary.actions.failed.len() <= total);
    assert!(summary.actions.relevant <= summary.actions.total);
    if let Some(analysis) = &summary.analysis {
        assert!(analysis.passed + analysis.partial + analysis.failed + analysis.not_applicable <= 15);
        assert_eq!(usize::try_from(analysis.partial + analysis.failed).unwrap(), analysis.findings.len());
    }

    // A document with repeated keys or with numbers that no machine has is another one when it is written anew.
    let is_repeated =
        report.issues().iter().any(|issue| matches!(issue.code, Code::DuplicateKey | Code::TooManyIssues));
    let Ok(value) = serde_json::from_slice(bytes) else { return };
    if !is_repeated {
        let mut hasher = DefaultHasher::new();
        bytes.hash(&mut hasher);
        let seed = hasher.finish();
        let spelled = |form| spell(&value, &mut Choices::new(seed), &mut Choices::new(form));
        assert_eq!(said(spelled(seed).as_bytes()), said(spelled(!seed).as_bytes()));
    }
});
