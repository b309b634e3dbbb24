//! One sentence about a call, for a list or a chat message.

use super::shape::View;
use crate::issue::{push_number, push_text};
use crate::vocabulary::{EndCallReason, Outcome, Verdict};

/// One English sentence about the call, which has ended for a reason.
pub(super) fn headline(summary: &View<'_>, reason: Option<EndCallReason>) -> String {
    let mut text = String::with_capacity(160);
    push_text(
        &mut text,
        match summary.outcome.kind {
            Outcome::Connected => "Connected",
            Outcome::Voicemail => "Reached a voicemail",
            Outcome::NotReached => "Nobody was reached",
            Outcome::Failed => "The call failed",
            Outcome::Cancelled => "The call was cancelled",
            Outcome::Blocked => "The call was blocked",
            Outcome::InProgress => "The call is not over",
            Outcome::Unknown => "The call ended with a status that is not known",
        },
    );
    if let (Outcome::Connected, Some(seconds)) = (summary.outcome.kind, summary.duration_seconds) {
        push_duration(&mut text, seconds);
    }
    push_text(
        &mut text,
        match (summary.outcome.kind, reason) {
            (Outcome::Voicemail, Some(EndCallReason::VoicemailMessageLeft)) => " and left a message",
            (Outcome::Connected, Some(reason)) => how_it_ended(reason),
            _ => "",
        },
    );
    let found = summary.answers.iter().filter(|answer| answer.found).count();
    if !summary.answers.is_empty() {
        push_text(&mut text, "; ");
        push_count(&mut text, found);
        push_text(&mut text, " of ");
        push_counted(&mut text, summary.answers.len(), " answer", " answers");
        push_text(&mut text, " found");
    }
    if !summary.actions.failed.is_empty() {
        push_text(&mut text, "; ");
        push_counted(&mut text, summary.actions.failed.len(), " action failed", " actions failed");
    }
    if let Some(findings) = summary.analysis.as_ref().map(|analysis| &analysis.findings).filter(|all| !all.is_empty()) {
        push_text(&mut text, "; the judge found ");
        for (place, finding) in findings.iter().take(MAX_NAMED).enumerate() {
            if place > 0 {
                push_text(&mut text, ", ");
            }
            push_text(&mut text, &finding.criterion.text());
            push_text(&mut text, if finding.verdict == Verdict::Partial { " partly met" } else { " not met" });
        }
        if let Some(more) = findings.len().checked_sub(MAX_NAMED).filter(|&more| more > 0) {
            push_text(&mut text, " and ");
            push_count(&mut text, more);
            push_text(&mut text, " more");
        }
    }
    text.push('.');
    text
}

/// Who or what ended a connected call.
const fn how_it_ended(reason: EndCallReason) -> &'static str {
    match reason {
        EndCallReason::HumanGoodbye | EndCallReason::HumanEndedCall | EndCallReason::HumanHangup => {
            ", ended by the person"
        }
        EndCallReason::AgentGoodbye | EndCallReason::AgentEndedCall => ", ended by the agent",
        EndCallReason::HumanPickUpCutOff => ", cut off without a goodbye",
        EndCallReason::MaxDuration | EndCallReason::Timeout => ", ended by the time limit",
        EndCallReason::CustomEndCall => ", ended by a custom condition",
        _ => "",
    }
}

/// The most findings that a headline names.
const MAX_NAMED: usize = 3;

fn push_count(text: &mut String, count: usize) {
    push_number(text, u64::try_from(count).unwrap_or(u64::MAX));
}

fn push_counted(text: &mut String, count: usize, one: &str, many: &str) {
    push_count(text, count);
    push_text(text, if count == 1 { one } else { many });
}

/// Appends `for 1 h 2 min 3 s`, leaving out what is zero.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "rounding to seconds; out of range saturates"
)]
fn push_duration(text: &mut String, seconds: f64) {
    // Rounding by the library is code of some size.
    let whole = seconds as u64;
    let seconds = whole.saturating_add(u64::from(seconds - whole as f64 >= 0.5));
    let mut lead = " for ";
    for (count, unit) in [(seconds / 3_600, " h"), (seconds / 60 % 60, " min"), (seconds % 60, " s")] {
        if count > 0 {
            push_text(text, lead);
            push_number(text, count);
            push_text(text, unit);
            lead = " ";
        }
    }
}
