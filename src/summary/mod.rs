//! The summary: what the call was, normalised and small.
//!
//! A summary is derived from a valid payload alone. It never repeats an issue, and it is the same for every spelling of
//! the same facts.

mod shape;

mod outcome;

mod talk;

mod actions;

mod judge;

mod variables;

mod headline;

pub use outcome::OutcomeRule;
pub use shape::{Actions, Analysis, Answer, Ending, FailedAction, Finding, Lead, Part, Summary, Talk, Variables, View};

use crate::fields::{Fields, decimal, instant};
use crate::json::Text;
use crate::payload::{Id, call, envelope, lead};
use crate::tape::Document;
use crate::time;
use crate::vocabulary::EndCallReason;

/// Summarises a valid payload.
pub(crate) fn of<'a>(document: &'a Document<'a>) -> View<'a> {
    let root = Fields::of(document, Some(0), Id::PostCall);
    let call = root.object(envelope::call, Id::Call);
    let lead = root.object(envelope::lead, Id::Lead);
    let (answers, actions) = actions::actions(document, root.get(envelope::executed_actions));
    let reason = call.word(call::end_call_reason, EndCallReason::ALL);
    let mut summary = View {
        call_id: call.text(call::call_id).unwrap_or(Text::nothing(document)),
        outcome: outcome::outcome(&root, &call, reason),
        status: call.text(call::status).or_else(|| root.text(envelope::status)),
        end_call_reason: call.text(call::end_call_reason),
        custom_end_call_reason: (call.text(call::custom_end_call_reason))
            .or_else(|| root.text(envelope::custom_end_call_reason)),
        started_at: (call.get(call::start_time))
            .and_then(|at| instant(document, at))
            .and_then(|started| time::write(started.milliseconds)),
        timezone: call.text(call::timezone),
        duration_seconds: call.get(call::duration).and_then(|at| decimal(document, at)),
        lead: Lead { name: lead.text(lead::name), phone_number: lead.text(lead::phone_number) },
        talk: (call.string(call::transcript))
            .map_or_else(Talk::default, |at| talk::talk(document.raw_of(document.node(at)))),
        answers,
        actions,
        analysis: judge::judge(document, root.get(envelope::analysis)),
        variables: Variables(variables::variables(document, root.get(envelope::collected_variables))),
        recording_url: call.text(call::recording_url),
        external_id: call.text(call::external_id),
        model_id: call.text(call::model_id),
        headline: String::new(),
    };
    summary.headline = headline::headline(&summary, reason);
    summary
}
