//! What the judge says of the call.

use std::borrow::Cow;

use super::record::Record;
use super::shape::{Analysis, Finding};
use crate::payload::{Id, analysis};
use crate::scan::{Document, Kind};
use crate::vocabulary::Verdict;

/// The verdicts: 15 criteria, as the 16th judges the summary and not the call.
pub(super) fn judge<'a>(document: &'a Document<'a>, at: Option<u32>) -> Option<Analysis<Cow<'a, str>>> {
    let at = at?;
    let object = Id::Analysis.object();
    let entry = Record::of(document, Some(at), object);
    let mut judged = Analysis {
        passed: 0,
        partial: 0,
        failed: 0,
        not_applicable: 0,
        findings: Vec::new(),
        overview: None,
    };
    document.members(at).next()?;
    for (key, value) in document.members(at) {
        let Some(number) = document.node(key).field() else {
            continue;
        };
        let place = usize::from(number.saturating_sub(object.base));
        if place >= analysis::call_summary || entry.slots.get(place) != Some(value) {
            continue;
        }
        let count = match verdict(document, value) {
            Some(Verdict::True) => &mut judged.passed,
            Some(Verdict::NotApplicable) => &mut judged.not_applicable,
            Some(Verdict::Partial) => &mut judged.partial,
            Some(Verdict::False) => &mut judged.failed,
            None => continue,
        };
        *count = count.saturating_add(1);
        if let Some(verdict @ (Verdict::Partial | Verdict::False)) = verdict(document, value) {
            let feedback = entry.text(place.saturating_add(FEEDBACK)).unwrap_or_default();
            let criterion = document.text_of(document.node(key));
            judged.findings.push(Finding {
                criterion,
                verdict,
                feedback,
            });
        }
    }
    judged.overview = entry.text(analysis::call_summary_feedback);
    Some(judged)
}

/// How far behind a verdict its feedback is declared.
const FEEDBACK: usize = analysis::persona_feedback - analysis::persona;

/// The verdict that a value says; `null` says that the criterion does not apply.
fn verdict(document: &Document<'_>, at: u32) -> Option<Verdict> {
    let node = document.node(at);
    match node.kind {
        Kind::String => Verdict::read(&document.text_of(node)),
        Kind::True => Some(Verdict::True),
        Kind::False => Some(Verdict::False),
        Kind::Null => Some(Verdict::NotApplicable),
        _ => None,
    }
}
