//! The types of a summary.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::outcome::OutcomeRule;
use crate::json::{Json, Text};
use crate::vocabulary::{Outcome, Speaker, Verdict};

/// How the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The outcome in one word.
    pub kind: Outcome,
    /// The rule that decided it.
    pub rule: OutcomeRule,
}

/// The person called or calling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lead<S = String> {
    /// Name, if there is one.
    pub name: Option<S>,
    /// Number, verbatim.
    pub phone_number: Option<S>,
}

/// What one speaker said.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Part {
    /// Runs of lines.
    pub turns: u32,
    /// Labelled lines.
    pub lines: u32,
    /// Runs of characters that are not white space.
    pub words: u32,
    /// Share of all words, 0 to 1. The shares of bot and human add to 1 where anyone spoke.
    pub share: f64,
}

/// Talk statistics. Text before the first label is nobody's and is not counted.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Talk {
    /// Runs of lines by one speaker.
    pub turns: u32,
    /// Labelled lines.
    pub lines: u32,
    /// Runs of characters that are not white space.
    pub words: u32,
    /// Whether the last line looks cut off.
    pub truncated: bool,
    /// Who spoke first.
    pub first: Option<Speaker>,
    /// Who spoke last.
    pub last: Option<Speaker>,
    /// What the agent said.
    pub bot: Part,
    /// What the other party said.
    pub human: Part,
}

/// One piece of information that an extractor found, or did not find.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer<S = String, V = Value> {
    /// The action's name.
    pub action: S,
    /// The label of the information.
    pub key: S,
    /// What was asked.
    pub question: Option<S>,
    /// What was found; `null` if nothing.
    pub value: Option<V>,
    /// Whether anything was found.
    pub found: bool,
}

/// An action that failed, whatever became of the call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedAction<S = String> {
    /// The action's name.
    pub name: S,
    /// Its kind.
    pub action_type: S,
    /// Its error text, the status that says so, or the HTTP status of its result.
    pub error: S,
}

/// The actions in numbers, and those that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Actions<S = String> {
    /// All of them.
    pub total: u32,
    /// Those marked relevant.
    pub relevant: u32,
    /// Those that failed.
    pub failed: Vec<FailedAction<S>>,
}

/// A criterion that the judge found not met, or partly met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding<S = String> {
    /// The criterion's key.
    pub criterion: S,
    /// `partial` or `false`.
    pub verdict: Verdict,
    /// The judge's words.
    pub feedback: S,
}

/// The judge's verdicts on the call, the verdict on its own summary aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Analysis<S = String> {
    /// Criteria met.
    pub passed: u32,
    /// Criteria partly met.
    pub partial: u32,
    /// Criteria not met.
    pub failed: u32,
    /// Criteria that do not apply.
    pub not_applicable: u32,
    /// The partly met and the not met, in document order.
    pub findings: Vec<Finding<S>>,
    /// The prose summary of the call.
    pub overview: Option<S>,
}

/// Pairs that are written as an object; of equal names the last one counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Variables<S = String, V = Value>(pub Vec<(S, V)>);

impl<S: Serialize + Ord, V: Serialize> Serialize for Variables<S, V> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let named: BTreeMap<&S, &V> = self.0.iter().map(|(name, value)| (name, value)).collect();
        serializer.collect_map(named)
    }
}

/// What a call was. `S` and `V` are its texts and JSON values: owned for callers, borrowed in a [`View`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(bound(serialize = "S: Serialize + Ord, V: Serialize"))]
pub struct Summary<S = String, V = Value> {
    /// Identity of the call.
    pub call_id: S,
    /// `call.status`, or else the top-level `status`, verbatim.
    pub status: Option<S>,
    /// Why the call ended, verbatim.
    pub end_call_reason: Option<S>,
    /// The user's own condition that ended it.
    pub custom_end_call_reason: Option<S>,
    /// How the call ended, in one word.
    pub outcome: Ending,
    /// Start in UTC with milliseconds (RFC 3339).
    pub started_at: Option<String>,
    /// Time zone of the agent, verbatim.
    pub timezone: Option<S>,
    /// Length in seconds, ringing included.
    #[serde(serialize_with = "whole_if_it_is")]
    pub duration_seconds: Option<f64>,
    /// The person.
    pub lead: Lead<S>,
    /// Who said how much.
    pub talk: Talk,
    /// What the extractors found, in document order.
    pub answers: Vec<Answer<S, V>>,
    /// The actions.
    pub actions: Actions<S>,
    /// The judge's verdicts; nothing where the call was not judged.
    pub analysis: Option<Analysis<S>>,
    /// Slots of the conversation flow, agents taken together.
    pub variables: Variables<S, V>,
    /// The recording. A secret: whoever has the address can listen.
    pub recording_url: Option<S>,
    /// The caller's own reference.
    pub external_id: Option<S>,
    /// The agent.
    pub model_id: Option<S>,
    /// One English sentence, without names and numbers of persons.
    pub headline: String,
}

/// A summary that borrows from a report.
pub type View<'a> = Summary<Text<'a>, Json<'a>>;

/// Whole numbers are written without a fraction, as JavaScript writes them.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "exact: whole and within 2^53")]
#[expect(clippy::ref_option, reason = "the signature that serde calls")]
#[expect(clippy::float_cmp, reason = "exact: whether there is a fraction at all")]
fn whole_if_it_is<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match *number {
        Some(number) if number.trunc() == number && number.abs() < 9_007_199_254_740_992.0 => {
            serializer.serialize_i64(number as i64)
        }
        Some(number) => serializer.serialize_f64(number),
        None => serializer.serialize_none(),
    }
}

impl View<'_> {
    /// The same, on its own.
    #[must_use]
    pub fn into_owned(self) -> Summary {
        self.map(Text::into_string, Json::to_value)
    }
}

impl<S, V> Summary<S, V> {
    /// The same with its texts and its values made into others.
    pub(crate) fn map<T, W>(self, text: impl Fn(S) -> T, value: impl Fn(V) -> W) -> Summary<T, W> {
        let (text, value) = (&text, &value);
        Summary {
            call_id: text(self.call_id),
            status: self.status.map(text),
            end_call_reason: self.end_call_reason.map(text),
            custom_end_call_reason: self.custom_end_call_reason.map(text),
            outcome: self.outcome,
            started_at: self.started_at,
            timezone: self.timezone.map(text),
            duration_seconds: self.duration_seconds,
            lead: Lead { name: self.lead.name.map(text), phone_number: self.lead.phone_number.map(text) },
            talk: self.talk,
            answers: (self.answers.into_iter())
                .map(|answer| Answer {
                    action: text(answer.action),
                    key: text(answer.key),
                    question: answer.question.map(text),
                    value: answer.value.map(value),
                    found: answer.found,
                })
                .collect(),
            actions: Actions {
                total: self.actions.total,
                relevant: self.actions.relevant,
                failed: (self.actions.failed.into_iter())
                    .map(|failed| FailedAction {
                        name: text(failed.name),
                        action_type: text(failed.action_type),
                        error: text(failed.error),
                    })
                    .collect(),
            },
            analysis: self.analysis.map(|analysis| Analysis {
                passed: analysis.passed,
                partial: analysis.partial,
                failed: analysis.failed,
                not_applicable: analysis.not_applicable,
                findings: (analysis.findings.into_iter())
                    .map(|finding| Finding {
                        criterion: text(finding.criterion),
                        verdict: finding.verdict,
                        feedback: text(finding.feedback),
                    })
                    .collect(),
                overview: analysis.overview.map(text),
            }),
            variables: Variables(self.variables.0.into_iter().map(|(name, held)| (text(name), value(held))).collect()),
            recording_url: self.recording_url.map(text),
            external_id: self.external_id.map(text),
            model_id: self.model_id.map(text),
            headline: self.headline,
        }
    }
}
