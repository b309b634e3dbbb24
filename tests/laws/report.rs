//! The laws of a report, for any bytes at all.

use postcall::issue::MAX_ISSUES;
use postcall::{Code, Issue, Json, Kind, Location, Options, Report, Segment, Severity, parse, validate};

use crate::grammar::without_mark;
use crate::tree::Tree;

/// Asserts everything that holds of every report.
pub(crate) fn holds(bytes: &[u8], options: &Options) {
    let report = validate(bytes, options);
    let issues = report.issues();
    is_valid_without_errors(&report, &issues, options);
    is_listed_in_order(&report, &issues);
    is_strict_about_the_same(bytes, options, &issues);
    is_usable_where_valid(bytes);
    for issue in &issues {
        assert_eq!(issue.location, place(bytes, issue.location.offset), "{issue:?}");
    }
    let tree = serde_json::from_slice::<Tree>(without_mark(bytes));
    let is_read = !issues.iter().any(|issue| matches!(issue.code, Code::TooDeep | Code::TooLarge));
    if let (Ok(tree), true) = (tree, is_read) {
        for issue in &issues {
            assert!(tree.has_place_of(issue), "{:?} leads nowhere", issue.pointer());
        }
        stands_as_written(report.json(), &tree);
        let id = tree.once("call").and_then(|call| call.once("call_id")).and_then(Tree::text);
        assert_eq!(report.call_id().as_deref(), id.filter(|id| !id.trim().is_empty()));
    }
    if report.valid() {
        is_readable(&report);
    }
}

/// A report is valid exactly when no issue is an error; then there are a summary and a payload, and else neither.
fn is_valid_without_errors(report: &Report<'_>, issues: &[Issue], options: &Options) {
    let has_error = issues.iter().any(|issue| issue.severity == Severity::Error);
    let is_cut = issues.last().is_some_and(|issue| issue.code == Code::TooManyIssues);
    assert!(!(has_error && report.valid()), "an error in a valid report");
    assert!(has_error || is_cut || report.valid(), "an invalid report without an error");
    assert!(!options.strict || issues.iter().all(|issue| issue.severity != Severity::Warning), "a warning, strictly");
    assert_eq!(report.summary().is_some(), report.valid());
    assert_eq!(report.payload().is_some(), report.valid());
}

/// Issues stand in document order: a thousand at most, fewer where their paths are long, and one that says that there are
/// more.
fn is_listed_in_order(report: &Report<'_>, issues: &[Issue]) {
    assert!(issues.is_sorted_by_key(|issue| issue.location.offset), "not in document order: {issues:?}");
    let counting = issues.iter().position(|issue| issue.code == Code::TooManyIssues);
    let step = |segment: &Segment| if let Segment::Key(key) = segment { key.len() + 1 } else { 1 };
    let paths: usize = issues.iter().flat_map(|issue| &issue.path).map(step).sum();
    // What is spelled with escapes is six times as long in the document.
    if counting.is_some() && paths >= (1 << 18) / 6 {
        assert_eq!(counting, issues.len().checked_sub(1));
        assert!(issues.len() <= MAX_ISSUES && report.issue_count() >= issues.len(), "{} are listed", issues.len());
    } else if report.issue_count() > MAX_ISSUES {
        assert_eq!((issues.len(), counting), (MAX_ISSUES + 1, Some(MAX_ISSUES)));
    } else {
        assert_eq!((issues.len(), counting), (report.issue_count(), None));
    }
}

/// Strictness turns warnings into errors and changes nothing else.
fn is_strict_about_the_same(bytes: &[u8], options: &Options, issues: &[Issue]) {
    let lax = validate(bytes, &Options { strict: false, ..*options }).issues();
    let strict = validate(bytes, &Options { strict: true, ..*options });
    let is_faulty = lax.iter().any(|issue| issue.severity != Severity::Info);
    let is_cut = lax.last().is_some_and(|issue| issue.code == Code::TooManyIssues);
    assert!(is_cut || strict.valid() != is_faulty);
    let stricter = lax.iter().cloned().map(|mut issue| {
        if issue.severity == Severity::Warning {
            issue.severity = Severity::Error;
        }
        issue
    });
    assert!(stricter.eq(strict.issues()));
    assert!(issues.iter().map(|issue| issue.code).eq(lax.iter().map(|issue| issue.code)));
}

/// Whoever asks for the payload alone gets it exactly where a report is valid, and else the issues of the report.
fn is_usable_where_valid(bytes: &[u8]) {
    let report = validate(bytes, &Options::default());
    match parse(bytes) {
        Ok(payload) => assert_eq!(Some(payload), report.payload()),
        Err(invalid) => assert!(!report.valid() && invalid.issues == report.issues()),
    }
}

/// Every member stands in its object, in document order, repeated keys as they are.
fn stands_as_written(json: Json<'_>, tree: &Tree) {
    match tree {
        Tree::Leaf(value) => assert_eq!(json.to_value(), *value),
        Tree::Array(items) => {
            assert_eq!(json.items().count(), items.len());
            json.items().zip(items).for_each(|(found, item)| stands_as_written(found, item));
        }
        Tree::Object(members) => {
            assert!(json.entries().map(|(key, _)| key.text()).eq(members.iter().map(|(key, _)| key.as_str())));
            json.entries().zip(members).for_each(|((_, found), (_, member))| stands_as_written(found, member));
        }
    }
}

/// Whatever a valid report holds can be read and written.
fn is_readable(report: &Report<'_>) {
    let view = serde_json::to_value(report.summary()).unwrap();
    let owned = report.summary().map(postcall::View::into_owned);
    assert_eq!(serde_json::to_value(&owned).unwrap(), view, "a summary differs from its copy");
    assert_eq!(serde_json::to_value(report.payload()).unwrap(), report.json().to_value(), "the payload is not whole");
    assert_eq!(report.call_id().as_deref(), owned.as_ref().map(|summary| &*summary.call_id));
    strings_are_measured(report.json());
}

/// A string's length is told in UTF-16 units, and one that is plain is its own spelling.
fn strings_are_measured(json: Json<'_>) {
    match json.kind() {
        Kind::String => {
            let text = json.text();
            assert_eq!(usize::try_from(json.units()).unwrap(), text.encode_utf16().count(), "{text:?}");
            assert!(!json.is_plain() || json.raw() == text.as_bytes(), "{text:?}");
        }
        Kind::Array => json.items().for_each(strings_are_measured),
        Kind::Object => json.entries().for_each(|(key, value)| {
            strings_are_measured(key.json());
            strings_are_measured(value);
        }),
        _ => {}
    }
}

/// The line and column of a byte, counted from the beginning.
fn place(bytes: &[u8], offset: u32) -> Location {
    let before = &bytes[..usize::try_from(offset).unwrap()];
    let before = String::from_utf8_lossy(without_mark(before));
    let line = before.rsplit('\n').next().unwrap_or_default();
    let count = |number: usize| u32::try_from(number).unwrap();
    Location { offset, line: count(before.matches('\n').count()) + 1, column: count(line.encode_utf16().count()) + 1 }
}
