//! What must hold between fields: one function and one name each. A rule that does not hold is a `mismatch`, a warning.
//!
//! Rules look at what is there; a field that is absent, null, blank or of another type contradicts nothing, but where its
//! lack is what a rule is about.

use core::ops::Range;

use crate::escape::Spelling;
use crate::fields::{self, CRITERIA, FEEDBACK, Fields, decimal, instant, read_through, says_something, truth, verdict};
use crate::issue::Code;
use crate::kind::Kind;
use crate::mark::{Marks, Received, Step};
use crate::payload::{Id, action, analysis, call, envelope, number, parameters};
use crate::tape::{Document, flag};
use crate::transcript;
use crate::vocabulary::{CallStatus, EndCallReason, Outcome, Speaker, Verdict, Vocabulary, alike, trimmed, words};

words! {
    /// A rule between fields.
    Rule {
        /// `status` and `call.status` differ
        StatusMismatch = "status_mismatch",
        /// the call is not over by its status, although the event says that it is
        StatusNotFinal = "status_not_final",
        /// the end reason cannot go with the status
        ReasonContradictsStatus = "reason_contradicts_status",
        /// `custom_end_call` without its text, or the text with another reason
        CustomReasonMismatch = "custom_reason_mismatch",
        /// `error_message` holds an end reason, or `end_call_reason` a status
        FieldsSwapped = "fields_swapped",
        /// an action names another call
        CallIdDisagrees = "call_id_disagrees",
        /// an action's name is not its key
        ActionNameMismatch = "action_name_mismatch",
        /// an action's two time stamps differ by more than a second
        StampMismatch = "stamp_mismatch",
        /// an action ran more than a minute before the call or a quarter of an hour after its end
        ActionOutsideCall = "action_outside_call",
        /// longer than a day, or no seconds with a transcript
        DurationImplausible = "duration_implausible",
        /// a connected call whose transcript has no human line
        SilentConnected = "silent_connected",
        /// human lines in a call that reached nobody
        SpeechWhenUnreached = "speech_when_unreached",
        /// the judge says that a person answered, the status says that none did
        AnsweredMismatch = "answered_mismatch",
        /// a total of the judge contradicts the verdicts
        JudgeTotalsMismatch = "judge_totals_mismatch",
        /// feedback on a verdict that is true, or none on one that is not
        FeedbackMismatch = "feedback_mismatch",
        /// the answer is none of the choices
        AnswerNotAChoice = "answer_not_a_choice",
        /// a slot was collected without a value, or has one without having been collected
        CollectedMismatch = "collected_mismatch",
    }
}

/// The payload as the rules see it.
struct Facts<'a> {
    document: &'a Document<'a>,
    root: Fields<'a, 'a>,
    call: Fields<'a, 'a>,
    analysis: Fields<'a, 'a>,
    /// What the judge says, criterion by criterion.
    judged: [Judged; CRITERIA.end - CRITERIA.start],
    /// What the status says, if it says something that is known.
    class: Option<Outcome>,
    reason: Option<EndCallReason>,
}

/// What the judge says of a criterion.
#[derive(Debug, Clone, Copy)]
struct Judged {
    /// The verdict's place in the analysis.
    place: usize,
    verdict: Option<Verdict>,
    has_feedback: bool,
}

/// The rules that look at the payload once, but for the one about variables.
fn check_payload(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    status_mismatch(facts, broken);
    status_not_final(facts, broken);
    reason_contradicts_status(facts, broken);
    custom_reason_mismatch(facts, broken);
    fields_swapped(facts, broken);
    duration_implausible(facts, broken);
    speech(facts, broken);
    answered_mismatch(facts, broken);
    judge_totals_mismatch(facts, broken);
    feedback_mismatch(facts, broken);
}

/// What the rules of an action must know of the call.
pub(crate) struct CallFacts {
    /// The nodes of the `executed_actions` that count.
    pub(crate) actions: Range<u32>,
    /// The call's id, if it is said.
    id: Option<u32>,
    /// The call's first and last moment, in milliseconds since 1970; the last one is an estimate, where the length is told.
    span: Option<(i64, Option<i64>)>,
}

impl CallFacts {
    /// Reads it from a scanned document whose root is an object.
    pub(crate) fn of(document: &Document<'_>) -> Self {
        let root = Fields::of(document, Some(0), Id::PostCall);
        let call = root.object(envelope::call, Id::Call);
        Self {
            actions: root.get(envelope::executed_actions).map_or(0..0, |at| at..document.after(at)),
            id: call.said(call::call_id),
            span: span(&call),
        }
    }
}

/// An action as the rules see it.
struct ActionFacts<'a> {
    call: &'a CallFacts,
    key: Option<u32>,
    at: u32,
    entry: Fields<'a, 'a>,
    /// When the action ran, by its number and by its text.
    stamp: Option<i64>,
    stamp_text: Option<i64>,
}

/// Checks the rules that look at one action, at its key if it has one, with its fields. The path of the marks leads to
/// it; what is marked in it must be in the marks already.
pub(crate) fn check_action(call: &CallFacts, (key, at): (Option<u32>, u32), entry: Fields<'_, '_>, marks: &mut Marks) {
    let document = entry.document;
    let stamp = || {
        let at = entry.get(action::timestamp)?;
        matches!(document.node(at).kind, Kind::Number | Kind::String).then(|| fields::stamp(document, at))?
    };
    let stamp_text = || Some(instant(document, entry.said(action::timestamp_datetime)?)?.milliseconds);
    let facts = ActionFacts { call, key, at, entry, stamp: stamp(), stamp_text: stamp_text() };
    marks.sorted(|marks| {
        let broken = &mut Broken { marks };
        call_id_disagrees(&facts, broken);
        action_name_mismatch(&facts, broken);
        stamp_mismatch(&facts, broken);
        action_outside_call(&facts, broken);
        answer_not_a_choice(&facts, broken);
    });
}

/// Where broken rules are marked; the path of the marks leads to the object that is looked at.
struct Broken<'m> {
    marks: &'m mut Marks,
}

impl Broken<'_> {
    /// Marks a field of the object that is looked at.
    fn mark(&mut self, rule: Rule, fields: &Fields<'_, '_>, id: Id, place: usize) {
        let Some(at) = fields.get(place) else { return };
        self.within(Step::Field(number(id, place)), |broken| broken.mark_here(rule, fields.document, at));
    }

    /// Marks a value whose path is the present one.
    fn mark_here(&mut self, rule: Rule, document: &Document<'_>, at: u32) {
        let code = Code::Mismatch;
        self.marks.push((code, code.severity()), document.node(at).start, Some(rule.word()), Received::Nothing);
    }

    /// Goes one step further down the path.
    fn within(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.marks.enter(step);
        look(self);
        self.marks.leave();
    }
}

/// Checks all rules but those of an action. The marks are brought into document order with those that were there before.
pub(crate) fn check(document: &Document<'_>, marks: &mut Marks) {
    let root = Fields::of(document, Some(0), Id::PostCall);
    let call = root.object(envelope::call, Id::Call);
    let status = |fields: &Fields<'_, '_>, place: usize| fields.word(place, CallStatus::ALL);
    let analysis = root.object(envelope::analysis, Id::Analysis);
    let facts = Facts {
        document,
        judged: core::array::from_fn(|criterion| CRITERIA.start + criterion).map(|place| Judged {
            place,
            verdict: analysis.get(place).and_then(|at| verdict(document, at)),
            has_feedback: analysis.says(place + FEEDBACK),
        }),
        analysis,
        class: status(&call, call::status).or_else(|| status(&root, envelope::status)).map(CallStatus::class),
        reason: call.word(call::end_call_reason, EndCallReason::ALL),
        root,
        call,
    };
    marks.sorted(|marks| check_payload(&facts, &mut Broken { marks }));
    marks.sorted(|marks| collected_mismatch(&facts, &mut Broken { marks }));
}

/// A call's first moment and its estimated last one.
fn span(call: &Fields<'_, '_>) -> Option<(i64, Option<i64>)> {
    let start = instant(call.document, call.said(call::start_time)?)?.milliseconds;
    let length = call.get(call::duration).and_then(|at| fields::stamp(call.document, at)).filter(|&length| length >= 0);
    Some((start, length.map(|length| start.saturating_add(length))))
}

fn status_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let (Some(outer), Some(inner)) = (facts.root.said(envelope::status), facts.call.said(call::status)) else {
        return;
    };
    let word = |at: u32| facts.document.node(at).row();
    let text = |at: u32| facts.document.bytes_of(facts.document.node(at));
    let is_same = match (word(outer), word(inner)) {
        (None, None) => alike(trimmed(&text(outer)), trimmed(&text(inner))),
        (outer, inner) => outer == inner,
    };
    if !is_same {
        broken.mark(Rule::StatusMismatch, &facts.root, Id::PostCall, envelope::status);
    }
}

/// Marks a field of the call.
fn in_call(facts: &Facts<'_>, broken: &mut Broken<'_>, rule: Rule, place: usize) {
    broken.within(Step::Field(number(Id::PostCall, envelope::call)), |broken| {
        broken.mark(rule, &facts.call, Id::Call, place);
    });
}

/// Marks a field of the analysis.
fn in_analysis(facts: &Facts<'_>, broken: &mut Broken<'_>, rule: Rule, place: usize) {
    broken.within(Step::Field(number(Id::PostCall, envelope::analysis)), |broken| {
        broken.mark(rule, &facts.analysis, Id::Analysis, place);
    });
}

fn status_not_final(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    if facts.class == Some(Outcome::InProgress) {
        if facts.call.word(call::status, CallStatus::ALL).is_some() {
            in_call(facts, broken, Rule::StatusNotFinal, call::status);
        } else {
            broken.mark(Rule::StatusNotFinal, &facts.root, Id::PostCall, envelope::status);
        }
    }
}

fn reason_contradicts_status(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let (Some(class), Some(reason)) = (facts.class, facts.reason) else { return };
    let is_contradiction = match class {
        Outcome::Voicemail => reason.is_goodbye(),
        Outcome::NotReached | Outcome::Failed => {
            reason.is_goodbye() || reason == EndCallReason::HumanPickUpCutOff || reason.is_voicemail()
        }
        Outcome::Connected => false,
        _ => reason.is_voicemail(),
    };
    if is_contradiction {
        in_call(facts, broken, Rule::ReasonContradictsStatus, call::end_call_reason);
    }
}

fn custom_reason_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let is_custom = facts.reason == Some(EndCallReason::CustomEndCall);
    let (inner, outer) =
        (facts.call.says(call::custom_end_call_reason), facts.root.says(envelope::custom_end_call_reason));
    match (is_custom, inner, outer) {
        (true, false, false) => in_call(facts, broken, Rule::CustomReasonMismatch, call::end_call_reason),
        // No reason at all contradicts nothing.
        (false, ..) if !facts.call.says(call::end_call_reason) => {}
        (false, true, _) => in_call(facts, broken, Rule::CustomReasonMismatch, call::custom_end_call_reason),
        (false, false, true) => {
            broken.mark(Rule::CustomReasonMismatch, &facts.root, Id::PostCall, envelope::custom_end_call_reason);
        }
        _ => {}
    }
}

fn fields_swapped(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let reads = |fields: &Fields<'_, '_>, place, vocabulary: Vocabulary| {
        fields.bytes(place).is_some_and(|text| vocabulary.row(&text).is_some())
    };
    if reads(&facts.root, envelope::error_message, Vocabulary::EndCallReason) {
        broken.mark(Rule::FieldsSwapped, &facts.root, Id::PostCall, envelope::error_message);
    }
    // Some words are both a status and a reason; only what no list of reasons of today has is in the wrong place.
    let is_reason = facts.reason.is_some_and(|reason| reason != EndCallReason::Completed);
    if !is_reason && reads(&facts.call, call::end_call_reason, Vocabulary::CallStatus) {
        in_call(facts, broken, Rule::FieldsSwapped, call::end_call_reason);
    }
}

fn duration_implausible(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let Some(seconds) = facts.call.get(call::duration).and_then(|at| decimal(facts.document, at)) else { return };
    let has_transcript = facts.call.says(call::transcript);
    if seconds > 86_400.0 || (seconds == 0.0 && has_transcript) {
        in_call(facts, broken, Rule::DurationImplausible, call::duration);
    }
}

/// `silent_connected` and `speech_when_unreached`: who is heard, and whether the status knows of it.
fn speech(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let Some(at) = facts.call.string(call::transcript) else { return };
    let raw = facts.document.raw_of(facts.document.node(at));
    if raw.is_empty() {
        return;
    }
    let is_connected = facts.class == Some(Outcome::Connected);
    let is_unreached = matches!(facts.class, Some(Outcome::NotReached | Outcome::Failed | Outcome::Blocked));
    if !is_connected && !is_unreached {
        return;
    }
    let is_human = transcript::spoken(raw, Spelling::Escaped).any(|line| line.speaker == Some(Speaker::Human));
    if is_connected && !is_human {
        in_call(facts, broken, Rule::SilentConnected, call::transcript);
    }
    if is_unreached && is_human {
        in_call(facts, broken, Rule::SpeechWhenUnreached, call::transcript);
    }
}

fn answered_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let place = analysis::answered_by_human;
    let is_answered = facts.analysis.get(place).and_then(|at| verdict(facts.document, at)) == Some(Verdict::True);
    if is_answered && matches!(facts.class, Some(Outcome::Voicemail | Outcome::NotReached)) {
        in_analysis(facts, broken, Rule::AnsweredMismatch, place);
    }
}

fn judge_totals_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let is_false = facts.judged.iter().any(|judged| judged.verdict == Some(Verdict::False));
    let is_partial = facts.judged.iter().any(|judged| judged.verdict == Some(Verdict::Partial));
    for (place, is_found) in
        [(analysis::judge_found_partial_or_error, is_partial || is_false), (analysis::judge_found_full_error, is_false)]
    {
        let flag = facts.analysis.get(place).and_then(|at| truth(facts.document, at));
        if flag.is_some_and(|flag| flag != is_found) {
            in_analysis(facts, broken, Rule::JudgeTotalsMismatch, place);
        }
    }
    let Some(total) = facts.analysis.string(analysis::all_feedback) else { return };
    let total = facts.document.bytes_of(facts.document.node(total));
    let mut rest = Some(&*total);
    let mut is_first = true;
    for judged in facts.judged.iter().filter(|judged| judged.has_feedback) {
        let feedback = facts.analysis.bytes(judged.place + FEEDBACK).unwrap_or_default();
        if !is_first {
            rest = rest.and_then(|rest| rest.strip_prefix(b" "));
        }
        is_first = false;
        rest = rest.and_then(|rest| rest.strip_prefix(&*feedback));
    }
    if rest != Some(b"") {
        in_analysis(facts, broken, Rule::JudgeTotalsMismatch, analysis::all_feedback);
    }
}

fn feedback_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    for &Judged { place, verdict, has_feedback } in &facts.judged {
        let feedback = place + FEEDBACK;
        let wants_feedback = matches!(verdict, Some(Verdict::Partial | Verdict::False));
        if (verdict == Some(Verdict::True) && has_feedback) || (wants_feedback && !has_feedback) {
            let place = if facts.analysis.get(feedback).is_some() { feedback } else { place };
            in_analysis(facts, broken, Rule::FeedbackMismatch, place);
        }
    }
}

fn collected_mismatch(facts: &Facts<'_>, broken: &mut Broken<'_>) {
    let Some(at) = facts.root.get(envelope::collected_variables) else { return };
    broken.within(Step::Field(number(Id::PostCall, envelope::collected_variables)), |broken| {
        for (key, value) in facts.document.members(at) {
            broken.within(Step::Key(key), |broken| {
                if fields::slot(facts.document, value).is_some() {
                    slot(facts, broken, value);
                    return;
                }
                for (key, value) in facts.document.members(value) {
                    broken.within(Step::Key(key), |broken| slot(facts, broken, value));
                }
            });
        }
    });
}

/// Checks one slot of a conversation flow.
fn slot(facts: &Facts<'_>, broken: &mut Broken<'_>, at: u32) {
    let document = facts.document;
    let Some((key, collected)) =
        document.members(at).find(|&(key, _)| *document.bytes_of(document.node(key)) == *b"collected")
    else {
        return;
    };
    let has_value = document.member(at, "value").is_some_and(|at| document.node(at).kind != Kind::Null);
    if truth(document, collected).is_some_and(|is_collected| is_collected != has_value) {
        broken.within(Step::Key(key), |broken| broken.mark_here(Rule::CollectedMismatch, document, collected));
    }
}

fn call_id_disagrees(facts: &ActionFacts<'_>, broken: &mut Broken<'_>) {
    let (Some(own), Some(id)) = (facts.entry.said(action::call_id), facts.call.id) else {
        return;
    };
    if !fields::is_same(facts.entry.document, own, id) {
        broken.mark(Rule::CallIdDisagrees, &facts.entry, Id::Action, action::call_id);
    }
}

fn action_name_mismatch(facts: &ActionFacts<'_>, broken: &mut Broken<'_>) {
    let document = facts.entry.document;
    let (Some(key), Some(name)) = (facts.key, facts.entry.string(action::name)) else { return };
    if !fields::is_same(document, key, name) {
        broken.mark(Rule::ActionNameMismatch, &facts.entry, Id::Action, action::name);
    }
}

fn stamp_mismatch(facts: &ActionFacts<'_>, broken: &mut Broken<'_>) {
    let (Some(number), Some(text)) = (facts.stamp, facts.stamp_text) else { return };
    if number.abs_diff(text) > 1_000 {
        broken.mark(Rule::StampMismatch, &facts.entry, Id::Action, action::timestamp_datetime);
    }
}

fn action_outside_call(facts: &ActionFacts<'_>, broken: &mut Broken<'_>) {
    let before = facts.entry.get(action::run_action_before_call_start);
    let is_before = before.and_then(|at| truth(facts.entry.document, at)) == Some(true);
    let (false, Some((start, end)), Some(ran)) = (is_before, facts.call.span, facts.stamp.or(facts.stamp_text)) else {
        return;
    };
    if ran < start.saturating_sub(60_000) || end.is_some_and(|end| ran > end.saturating_add(900_000)) {
        let place = if facts.stamp.is_some() { action::timestamp } else { action::timestamp_datetime };
        broken.mark(Rule::ActionOutsideCall, &facts.entry, Id::Action, place);
    }
}

fn answer_not_a_choice(facts: &ActionFacts<'_>, broken: &mut Broken<'_>) {
    let document = facts.entry.document;
    if !document.node(facts.at).has(flag::EXTRACTOR) {
        return;
    }
    let choices = facts.entry.within(action::parameters_hard_coded, Id::Parameters, parameters::choices);
    let Some(choices) = choices.filter(|&at| says_something(document, at)) else { return };
    let Some(result) = facts.entry.get(action::return_value).map(|at| read_through(document, at)) else { return };
    let mut members = document.members(result);
    let (Some((_, answer)), None) = (members.next(), members.next()) else { return };
    let node = document.node(answer);
    if !says_something(document, answer) || !matches!(node.kind, Kind::String | Kind::Number) || node.has(flag::FLAWED)
    {
        return;
    }
    let text = |at: u32| document.bytes_of(document.node(at));
    let answer = text(answer);
    let is_answer = |choice: u32| is_alike(trimmed(&text(choice)), trimmed(&answer));
    if document.node(choices).kind == Kind::Array && !document.items(choices).any(is_answer) {
        broken.mark(Rule::AnswerNotAChoice, &facts.entry, Id::Action, action::return_value);
    }
}

/// Letters of two cases beyond ASCII: the first capital and the last one, how far apart the capitals are, and how far behind
/// each its small letter is. Latin up to U+017F, Greek and the Cyrillic of today: the tables for all scripts would weigh a
/// quarter of the whole module.
static CAPITALS: [(u16, u16, u16, u16); 20] = [
    (0x00C0, 0x00D6, 1, 32),
    (0x00D8, 0x00DE, 1, 32),
    // A small letter whose capital stands far behind it.
    (0x00FF, 0x00FF, 1, 121),
    (0x0100, 0x012E, 2, 1),
    (0x0132, 0x0136, 2, 1),
    (0x0139, 0x0147, 2, 1),
    (0x014A, 0x0176, 2, 1),
    (0x0179, 0x017D, 2, 1),
    (0x0386, 0x0386, 1, 38),
    (0x0388, 0x038A, 1, 37),
    (0x038C, 0x038C, 1, 64),
    (0x038E, 0x038F, 1, 63),
    (0x0391, 0x03AB, 1, 32),
    // The sigma at the end of a word.
    (0x03C2, 0x03C2, 1, 1),
    (0x0400, 0x040F, 1, 80),
    (0x0410, 0x042F, 1, 32),
    (0x048A, 0x04BE, 2, 1),
    (0x04C0, 0x04C0, 1, 15),
    (0x04C1, 0x04CD, 2, 1),
    (0x04D0, 0x052E, 2, 1),
];

/// A character as it is compared where case does not matter.
fn folded(character: char) -> u32 {
    let point = u32::from(character.to_ascii_lowercase());
    let is_in = |&&(first, last, apart, _): &&(u16, u16, u16, u16)| {
        let place = point.wrapping_sub(u32::from(first));
        place <= u32::from(last - first) && place.is_multiple_of(u32::from(apart))
    };
    CAPITALS.iter().find(is_in).map_or(point, |&(.., behind)| point + u32::from(behind))
}

/// Whether two texts are the same but for case.
fn is_alike(mut a: &[u8], mut b: &[u8]) -> bool {
    while !a.is_empty() && !b.is_empty() {
        let ((first, first_length), (second, second_length)) =
            (Spelling::Plain.character(a), Spelling::Plain.character(b));
        if folded(first) != folded(second) {
            return false;
        }
        a = a.get(first_length..).unwrap_or_default();
        b = b.get(second_length..).unwrap_or_default();
    }
    a.len() == b.len()
}
