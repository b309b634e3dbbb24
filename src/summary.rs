//! The summary: what the call was, normalised and small.
//!
//! A summary is derived from a valid payload alone. It never repeats an issue, and it is the same for every spelling of
//! the same facts.

use std::borrow::Cow;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::check::{EXTRACTOR_PREFIXES, Slots, decimal, is_extractor, is_true, read_through};
use crate::issue::push_number;
use crate::json::Json;
use crate::payload::{Id, Object, action, analysis, call, envelope, lead, parameters};
use crate::scan::{Document, Kind};
use crate::time;
use crate::transcript;
use crate::vocabulary::{CallStatus, EndCallReason, Outcome, Speaker, Verdict, words};

words! {
    /// The rule that decided an outcome.
    Rule {
        /// the end reason is a voicemail's, and the status does not say otherwise
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

/// How the call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Ending {
    /// The outcome in one word.
    pub kind: Outcome,
    /// The rule that decided it.
    pub rule: Rule,
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

/// Pairs that are written as an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Variables<S = String, V = Value>(pub Vec<(S, V)>);

impl<S: Serialize, V: Serialize> Serialize for Variables<S, V> {
    fn serialize<T: Serializer>(&self, serializer: T) -> Result<T::Ok, T::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What a call was. `S` and `V` are its texts and JSON values: owned for callers, borrowed in a [`View`].
#[derive(Debug, Clone, PartialEq, Serialize)]
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
pub type View<'a> = Summary<Cow<'a, str>, Json<'a>>;

/// Whole numbers are written without a fraction, as JavaScript writes them.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "exact: whole and within 2^53")]
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
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
        let text = Cow::into_owned;
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
                    value: answer.value.map(Json::to_value),
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
            variables: Variables(
                self.variables.0.into_iter().map(|(name, value)| (text(name), value.to_value())).collect(),
            ),
            recording_url: self.recording_url.map(text),
            external_id: self.external_id.map(text),
            model_id: self.model_id.map(text),
            headline: self.headline,
        }
    }
}

/// An object of the document and where its declared fields stand.
struct Record<'a> {
    document: &'a Document<'a>,
    slots: Slots,
}

impl<'a> Record<'a> {
    fn of(document: &'a Document<'a>, at: Option<u32>, object: &'static Object) -> Self {
        // Node 0 is the root and no member of anything, so a place behind the tape reads as an empty object.
        Self { document, slots: Slots::of(document, at.unwrap_or(u32::MAX), object) }
    }

    fn object(&self, place: usize, object: &'static Object) -> Self {
        let at = self.slots.get(place).map(|at| read_through(self.document, at));
        Self::of(self.document, at, object)
    }

    /// A string that is not blank, verbatim.
    fn text(&self, place: usize) -> Option<Cow<'a, str>> {
        let at = self.slots.string(self.document, place)?;
        Some(self.document.text_of(self.document.node(at))).filter(|text| !text.trim().is_empty())
    }
}

/// Summarises a valid payload.
pub(crate) fn of<'a>(document: &'a Document<'a>) -> View<'a> {
    let root = Record::of(document, Some(0), Id::PostCall.object());
    let call = root.object(envelope::call, Id::Call.object());
    let lead = root.object(envelope::lead, Id::Lead.object());
    let end_call_reason = call.text(call::end_call_reason);
    let started = call.slots.get(call::start_time).map(|at| document.text_of(document.node(at)));
    let (answers, actions) = actions(document, root.slots.get(envelope::executed_actions));
    let mut summary = View {
        call_id: call.text(call::call_id).unwrap_or_default(),
        outcome: outcome(
            call.text(call::status).as_deref(),
            root.text(envelope::status).as_deref(),
            end_call_reason.as_deref(),
        ),
        status: call.text(call::status).or_else(|| root.text(envelope::status)),
        end_call_reason,
        custom_end_call_reason: (call.text(call::custom_end_call_reason))
            .or_else(|| root.text(envelope::custom_end_call_reason)),
        started_at: started.and_then(|text| time::read(text.trim())).and_then(|at| time::write(at.milliseconds)),
        timezone: call.text(call::timezone),
        duration_seconds: call.slots.get(call::duration).and_then(|at| decimal(document, at)),
        lead: Lead { name: lead.text(lead::name), phone_number: lead.text(lead::phone_number) },
        talk: call.text(call::transcript).map_or_else(Talk::default, |transcript| talk(&transcript)),
        answers,
        actions,
        analysis: judge(document, root.slots.get(envelope::analysis)),
        variables: Variables(variables(document, root.slots.get(envelope::collected_variables))),
        recording_url: call.text(call::recording_url),
        external_id: call.text(call::external_id),
        model_id: call.text(call::model_id),
        headline: String::new(),
    };
    summary.headline = headline(&summary);
    summary
}

/// The outcome: the first rule of the table that has something to say.
fn outcome(call_status: Option<&str>, status: Option<&str>, reason: Option<&str>) -> Ending {
    let class = |status: Option<&str>| status.and_then(CallStatus::read).map(CallStatus::class);
    let known = (class(call_status).map(|kind| (kind, Rule::CallStatus)))
        .or_else(|| class(status).map(|kind| (kind, Rule::TopLevelStatus)));
    let is_voicemail = reason.and_then(EndCallReason::read).is_some_and(EndCallReason::is_voicemail);
    let (kind, rule) = match known {
        Some((Outcome::Connected, _)) if is_voicemail => (Outcome::Voicemail, Rule::EndCallReason),
        Some(known) => known,
        None if call_status.or(status).is_some() => (Outcome::Unknown, Rule::UnknownStatus),
        None => (Outcome::Unknown, Rule::MissingStatus),
    };
    Ending { kind, rule }
}

/// Counts turns, lines and words.
fn talk(transcript: &str) -> Talk {
    let mut talk = Talk::default();
    let mut before = None;
    let mut last_text = "";
    for (speaker, line) in transcript::lines(transcript) {
        let turn = u32::from(before != Some(speaker));
        before = Some(speaker);
        last_text = line.text;
        let Some(speaker) = speaker else { continue };
        talk.first = talk.first.or(Some(speaker));
        talk.last = Some(speaker);
        let words = transcript::words(line.text);
        let part = match speaker {
            Speaker::Bot => &mut talk.bot,
            Speaker::Human => &mut talk.human,
        };
        part.turns = part.turns.saturating_add(turn);
        part.lines = part.lines.saturating_add(1);
        part.words = part.words.saturating_add(words);
    }
    talk.turns = talk.bot.turns.saturating_add(talk.human.turns);
    talk.lines = talk.bot.lines.saturating_add(talk.human.lines);
    talk.words = talk.bot.words.saturating_add(talk.human.words);
    talk.truncated = talk.lines > 0 && transcript::looks_truncated(last_text);
    if talk.words > 0 {
        talk.bot.share = f64::from(talk.bot.words) / f64::from(talk.words);
        talk.human.share = 1.0 - talk.bot.share;
    }
    talk
}

/// The answers of the extractors, and the actions in numbers.
fn actions<'a>(
    document: &'a Document<'a>,
    at: Option<u32>,
) -> (Vec<Answer<Cow<'a, str>, Json<'a>>>, Actions<Cow<'a, str>>) {
    let mut answers = Vec::new();
    let mut actions = Actions { total: 0, relevant: 0, failed: Vec::new() };
    let Some(at) = at else { return (answers, actions) };
    let entries = (document.members(at).map(|(key, value)| (Some(key), value)))
        .chain(document.items(at).map(|value| (None, value)))
        .filter(|&(_, value)| document.node(value).kind == Kind::Object);
    for (key, value) in entries {
        let entry = Record::of(document, Some(value), Id::Action.object());
        let name = (key.map(|key| document.text_of(document.node(key))))
            .or_else(|| entry.text(action::name))
            .unwrap_or_default();
        actions.total = actions.total.saturating_add(1);
        let is_relevant = entry.slots.get(action::is_relevant_action).is_some_and(|at| is_true(document, at));
        actions.relevant = actions.relevant.saturating_add(u32::from(is_relevant));
        if let Some(error) = failure(&entry) {
            let action_type = entry.text(action::action_type).unwrap_or_default();
            actions.failed.push(FailedAction { name: name.clone(), action_type, error });
        }
        if is_extractor(document, key, &entry.slots) {
            answers.push(answer(&entry, name));
        }
    }
    (answers, actions)
}

/// Why an action failed, if it did: its error text, a status that says so, or an HTTP status of 400 or more.
fn failure<'a>(entry: &Record<'a>) -> Option<Cow<'a, str>> {
    let document = entry.document;
    if let Some(error) = entry.text(action::error_message) {
        return Some(error);
    }
    let result = read_through(document, entry.slots.get(action::return_value)?);
    let status = document.member(result, "status");
    if let Some(status) = status.map(|at| document.node(at)).filter(|node| node.kind == Kind::String) {
        let text = document.text_of(status);
        let lower = text.to_ascii_lowercase();
        if ["fail", "error", "timeout"].iter().any(|word| lower.contains(word)) {
            return Some(text);
        }
    }
    let codes = [document.member(result, "status_code"), document.member(result, "code"), status];
    let code = codes.into_iter().flatten().find(|&at| decimal(document, at).is_some_and(|code| code >= 400.0))?;
    let mut error = String::from("HTTP ");
    error.push_str(document.text_of(document.node(code)).trim());
    Some(Cow::Owned(error))
}

/// What an extractor asked and found.
fn answer<'a>(entry: &Record<'a>, name: Cow<'a, str>) -> Answer<Cow<'a, str>, Json<'a>> {
    let document = entry.document;
    let settings = entry.object(action::parameters_hard_coded, Id::Parameters.object());
    let question = settings.text(parameters::condition).or_else(|| {
        let description = entry.text(action::description)?;
        description.strip_prefix("Get information with question: ").map(|question| Cow::Owned(question.to_owned()))
    });
    let result = entry.slots.get(action::return_value).map(|at| read_through(document, at));
    let mut members = result.into_iter().flat_map(|at| document.members(at));
    let only = members.next().filter(|_| members.next().is_none());
    let key = (only.map(|(key, _)| document.text_of(document.node(key))))
        .or_else(|| settings.text(parameters::identifier))
        .unwrap_or_else(|| match EXTRACTOR_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)) {
            Some(label) => Cow::Owned(label.to_owned()),
            None => name.clone(),
        });
    let value = only.map(|(_, value)| value).or(result).filter(|&at| says_something(document, at));
    Answer { action: name, key, question, value: value.map(|at| Json { document, at }), found: value.is_some() }
}

/// Whether a value is more than `null`, `""`, `{}` or `[]`.
fn says_something(document: &Document<'_>, at: u32) -> bool {
    let node = document.node(at);
    match node.kind {
        Kind::Null => false,
        Kind::String => !document.text_of(node).trim().is_empty(),
        Kind::Array | Kind::Object => document.after(at) > at.saturating_add(1),
        Kind::False | Kind::True | Kind::Number => true,
    }
}

/// The verdicts: 15 criteria, as the 16th judges the summary and not the call.
fn judge<'a>(document: &'a Document<'a>, at: Option<u32>) -> Option<Analysis<Cow<'a, str>>> {
    let at = at?;
    let object = Id::Analysis.object();
    let entry = Record::of(document, Some(at), object);
    let mut judged =
        Analysis { passed: 0, partial: 0, failed: 0, not_applicable: 0, findings: Vec::new(), overview: None };
    document.members(at).next()?;
    for (key, value) in document.members(at) {
        let Some(number) = document.node(key).field() else { continue };
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
            judged.findings.push(Finding { criterion, verdict, feedback });
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

/// The slots of a conversation flow by name. Where agents share a name, the last one counts.
fn variables<'a>(document: &'a Document<'a>, at: Option<u32>) -> Vec<(Cow<'a, str>, Json<'a>)> {
    let Some(at) = at else { return Vec::new() };
    let mut found = Vec::new();
    for (key, value) in document.members(at) {
        match slot(document, value) {
            Some(value) => found.push((key, value)),
            None if document.members(value).all(|(_, inner)| slot(document, inner).is_some()) => {
                found.extend(document.members(value).filter_map(|(key, inner)| Some((key, slot(document, inner)?))));
            }
            None => found.push((key, value)),
        }
    }
    let mut named: Vec<_> =
        (found.into_iter()).map(|(key, value)| (document.text_of(document.node(key)), value)).collect();
    // Stable, so that of equal names the last one stays last.
    named.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut kept: Vec<(Cow<'a, str>, Json<'a>)> = Vec::with_capacity(named.len());
    for (name, at) in named {
        let value = Json { document, at };
        match kept.last_mut() {
            Some((last, kept)) if *last == name => *kept = value,
            _ => kept.push((name, value)),
        }
    }
    kept
}

/// The value of a slot, if this is one: an object with `value` or `collected`, the latter no object. A value that is
/// no object stands for itself.
fn slot(document: &Document<'_>, at: u32) -> Option<u32> {
    if document.node(at).kind != Kind::Object {
        return Some(at);
    }
    let (value, collected) = (document.member(at, "value"), document.member(at, "collected"));
    if collected.is_some_and(|at| document.node(at).kind == Kind::Object) {
        return None;
    }
    value.or(collected)
}

/// One English sentence about the call.
fn headline(summary: &View<'_>) -> String {
    let mut text = String::with_capacity(96);
    text.push_str(match summary.outcome.kind {
        Outcome::Connected => "Connected",
        Outcome::Voicemail => "Reached a voicemail",
        Outcome::NotReached => "Nobody was reached",
        Outcome::Failed => "The call failed",
        Outcome::Cancelled => "The call was cancelled",
        Outcome::Blocked => "The call was blocked",
        Outcome::InProgress => "The call is not over",
        Outcome::Unknown => "The call ended with a status that is not known",
    });
    if let (Outcome::Connected, Some(seconds)) = (summary.outcome.kind, summary.duration_seconds) {
        push_duration(&mut text, seconds);
    }
    let reason = summary.end_call_reason.as_deref().and_then(EndCallReason::read);
    text.push_str(match reason {
        Some(EndCallReason::HumanGoodbye | EndCallReason::HumanEndedCall | EndCallReason::HumanHangup) => {
            ", ended by the person"
        }
        Some(EndCallReason::AgentGoodbye | EndCallReason::AgentEndedCall) => ", ended by the agent",
        Some(EndCallReason::HumanPickUpCutOff) => ", cut off without a goodbye",
        Some(EndCallReason::MaxDuration | EndCallReason::Timeout) => ", ended by the time limit",
        Some(EndCallReason::VoicemailMessageLeft) => " and left a message",
        Some(EndCallReason::CustomEndCall) => ", ended by a condition of its own",
        _ => "",
    });
    let found = summary.answers.iter().filter(|answer| answer.found).count();
    if !summary.answers.is_empty() {
        text.push_str("; ");
        push_count(&mut text, found);
        text.push_str(" of ");
        push_counted(&mut text, summary.answers.len(), " answer", " answers");
        text.push_str(" found");
    }
    if !summary.actions.failed.is_empty() {
        text.push_str("; ");
        push_counted(&mut text, summary.actions.failed.len(), " action failed", " actions failed");
    }
    if let Some(findings) = summary.analysis.as_ref().map(|analysis| &analysis.findings).filter(|all| !all.is_empty())
    {
        text.push_str("; the judge found ");
        for (place, finding) in findings.iter().take(MAX_NAMED).enumerate() {
            if place > 0 {
                text.push_str(", ");
            }
            text.push_str(&finding.criterion);
            text.push_str(if finding.verdict == Verdict::Partial { " partly met" } else { " not met" });
        }
        if let Some(more) = findings.len().checked_sub(MAX_NAMED).filter(|&more| more > 0) {
            text.push_str(" and ");
            push_count(&mut text, more);
            text.push_str(" more");
        }
    }
    text.push('.');
    text
}

/// The most findings that a headline names.
const MAX_NAMED: usize = 3;

fn push_count(text: &mut String, count: usize) {
    push_number(text, u64::try_from(count).unwrap_or(u64::MAX));
}

fn push_counted(text: &mut String, count: usize, one: &str, many: &str) {
    push_count(text, count);
    text.push_str(if count == 1 { one } else { many });
}

/// Appends `for 1 h 2 min 3 s`, leaving out what is zero.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounding to seconds; out of range saturates")]
fn push_duration(text: &mut String, seconds: f64) {
    let seconds = seconds.round().max(0.0) as u64;
    let mut lead = " for ";
    for (count, unit) in [(seconds / 3_600, " h"), (seconds / 60 % 60, " min"), (seconds % 60, " s")] {
        if count > 0 {
            text.push_str(lead);
            push_number(text, count);
            text.push_str(unit);
            lead = " ";
        }
    }
}
