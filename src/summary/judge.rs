//! What the judge says of the call.

use super::shape::{Analysis, Finding};
use crate::fields::{CRITERIA, FEEDBACK, Fields, verdict};
use crate::json::{Json, Text};
use crate::payload::{Id, analysis};
use crate::tape::Document;
use crate::vocabulary::Verdict;

/// The verdicts: 15 criteria, as the 16th judges the summary and not the call.
pub(super) fn judge<'a>(document: &'a Document<'a>, at: Option<u32>) -> Option<Analysis<Text<'a>>> {
    let at = at?;
    document.members(at).next()?;
    let entry = Fields::of(document, Some(at), Id::Analysis);
    let mut judged =
        Analysis { passed: 0, partial: 0, failed: 0, not_applicable: 0, findings: Vec::new(), overview: None };
    for place in CRITERIA {
        let Some(at) = entry.get(place) else { continue };
        let verdict = verdict(document, at);
        let count = match verdict {
            Some(Verdict::True) => &mut judged.passed,
            Some(Verdict::NotApplicable) => &mut judged.not_applicable,
            Some(Verdict::Partial) => &mut judged.partial,
            Some(Verdict::False) => &mut judged.failed,
            None => continue,
        };
        *count += 1;
        if let Some(verdict @ (Verdict::Partial | Verdict::False)) = verdict {
            // A key stands before its value.
            let criterion = Text::of(Json { document, at: at - 1 });
            let feedback = entry.text(place + FEEDBACK).unwrap_or(Text::nothing(document));
            // Mostly they stand in the document as they are declared.
            let behind = judged.findings.iter().rev().take_while(|finding| criterion.stands_before(&finding.criterion));
            let index = judged.findings.len() - behind.count();
            judged.findings.insert(index, Finding { criterion, verdict, feedback });
        }
    }
    judged.overview = entry.text(analysis::call_summary_feedback);
    Some(judged)
}
