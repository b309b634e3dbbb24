//! How the call ended, in one word, and the rule that says so.

use super::shape::Ending;
use crate::fields::Fields;
use crate::payload::{call, envelope};
use crate::vocabulary::{CallStatus, EndCallReason, Outcome, words};

words! {
    /// The rule that decided an outcome.
    OutcomeRule {
        /// the status says `connected`, and the end reason is one of a voicemail
        EndCallReason = "end_call_reason",
        /// the class of `call.status`
        CallStatus = "call_status",
        /// `call.status` says nothing that is known; the class of the top-level `status`
        TopLevelStatus = "top_level_status",
        /// a status is there, and no vocabulary has it
        UnknownStatus = "unknown_status",
        /// no status is there
        MissingStatus = "missing_status",
    }
}

/// The outcome: the first rule of the table that has something to say.
pub(super) fn outcome(root: &Fields<'_, '_>, call: &Fields<'_, '_>, reason: Option<EndCallReason>) -> Ending {
    let class = |fields: &Fields<'_, '_>, place| fields.word(place, CallStatus::ALL).map(CallStatus::class);
    let known = (class(call, call::status).map(|kind| (kind, OutcomeRule::CallStatus)))
        .or_else(|| class(root, envelope::status).map(|kind| (kind, OutcomeRule::TopLevelStatus)));
    let is_voicemail = reason.is_some_and(EndCallReason::is_voicemail);
    let (kind, rule) = match known {
        Some((Outcome::Connected, _)) if is_voicemail => (Outcome::Voicemail, OutcomeRule::EndCallReason),
        Some(known) => known,
        None if call.says(call::status) || root.says(envelope::status) => {
            (Outcome::Unknown, OutcomeRule::UnknownStatus)
        }
        None => (Outcome::Unknown, OutcomeRule::MissingStatus),
    };
    Ending { kind, rule }
}
