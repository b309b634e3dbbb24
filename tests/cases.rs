//! The goldens: every case's payload gives its report, here as on every other host.
//!
//! `UPDATE=1 cargo test --test cases` writes the reports anew; review what changes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail where it stands")]

use std::fs;
use std::path::{Path, PathBuf};

use postcall::{Options, validate};
use serde_json::{Value, json};

/// The folders of the cases, sorted.
fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

/// The options of a case, where it has any.
fn options(case: &Path) -> Options {
    let mut options = Options::default();
    if let Ok(text) = fs::read(case.join("options.json")) {
        let given: Value = serde_json::from_slice(&text).unwrap();
        let number = |name: &str| given[name].as_u64().and_then(|number| usize::try_from(number).ok());
        options.strict = given["strict"].as_bool().unwrap_or(options.strict);
        options.max_bytes = number("max_bytes").unwrap_or(options.max_bytes);
        options.max_depth = number("max_depth").unwrap_or(options.max_depth);
    }
    options
}

/// What a payload gives, as JSON.
fn report(bytes: &[u8], options: &Options) -> Value {
    let report = validate(bytes, options);
    json!({ "valid": report.valid(), "issues": report.issues(), "summary": report.summary() })
}

#[test]
fn every_case_gives_its_report() {
    let update = std::env::var_os("UPDATE").is_some();
    let cases = cases();
    assert!(cases.len() >= 40, "only {} cases", cases.len());
    for case in cases {
        let bytes = fs::read(case.join("payload.json")).unwrap();
        let found = report(&bytes, &options(&case));
        let golden = case.join("report.json");
        if update {
            fs::write(&golden, format!("{found:#}\n")).unwrap();
        }
        let wanted: Value = serde_json::from_slice(&fs::read(&golden).unwrap_or_default()).unwrap_or_default();
        assert!(found == wanted, "{} differs: run `npm run update` and review", case.display());
    }
}

/// Payloads beside the project, where there are any: envelopes are valid, all else is refused.
#[test]
fn samples_are_read_where_there_are_any() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples");
    let other_shapes = ["api-get", "api-list", "flat-record", "flat-record-capitalised"];
    let refused_but_valid = ["bom"];
    for (folder, is_invalid) in [(samples.clone(), false), (samples.join("invalid"), true)] {
        let Ok(files) = fs::read_dir(folder) else { return };
        for path in files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "json"))
        {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let bytes = fs::read(&path).unwrap();
            let report = validate(&bytes, &Options::default());
            let wanted = is_invalid == refused_but_valid.contains(&name) && !other_shapes.contains(&name);
            assert_eq!(report.valid(), wanted, "{name}: {:?}", report.issues());
            assert_eq!(report.summary().is_some(), wanted, "{name}");
            let payload = report.payload().map(|payload| serde_json::to_value(payload).unwrap());
            assert!(payload.is_none_or(|payload| payload == report.json().to_value()), "{name} is not kept whole");
        }
    }
}
