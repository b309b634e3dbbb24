//! Calls of any length: what people say, actions in between, a judge's verdicts. Invented, and the same each time.

#![expect(clippy::unwrap_used, reason = "a benchmark is no interface and may fail where it stands")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::input::DOCUMENTED;
use crate::typed::{Action, PostCall};

/// Chooses, the same each time: a linear congruential generator.
struct Chance(u64);

impl Chance {
    /// A number below a bound.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    /// One of some texts.
    fn choose(&mut self, texts: &[&'static str]) -> &'static str {
        texts.get(self.below(texts.len())).unwrap()
    }
}

const BOT: [&str; 16] = [
    "Good morning, this is Ida, the virtual receptionist of Harbour View Dental. What can I do for you?",
    "Of course! Is there a day that suits you, or shall I look for the first free slot?",
    "I’ve noted that down.",
    "The practice is open from 8:30 to 17:00, on Fridays until 13:00.",
    "That would be 45 €, and the insurance pays most of it.",
    "Could you spell the name for me, please?",
    "Thank you! May I have a number to reach you?",
    "So the number is +1 202 555 0142. Is that right?",
    "I’ll send the address to muster@example.com.",
    "Dr. Björk-Österlund is in on Tuesdays and Thursdays.",
    "One moment, I am looking at the calendar …",
    "The first free slot is on Thursday at 10:15. Does that suit you?",
    "“Harbour View” is the yellow house next to the café, on the left.",
    "I am sorry, I did not get that. Could you say it again?",
    "Great, you’re booked. Is there anything that the dentist should know beforehand?",
    "You’re welcome! If your plans change, just call again. Have a lovely day!",
];

const HUMAN: [&str; 20] = [
    "Hello.",
    "Yes.",
    "No, not on Thursday.",
    "I need a check-up.",
    "Well, I have little time today, so",
    "who is this? A machine at the dentist's?",
    "The name is Jürgen Muster.",
    "M, U, S, T, E, R",
    "and the number is the one I am calling from.",
    "That is too late for me.",
    "What does it cost?",
    "Öh … wait, I have to look.",
    "The first free slot, please.",
    "It hurts on the left, at the top, since Sunday or so.",
    "Fine.",
    "Could you say that again?",
    "My daughter Zoë has to come as well, she is seven.",
    "Is there a place to park?",
    "Great, thanks 🙂",
    "No, that is all.",
];

/// A transcript of so many bytes, a little more: the bot speaks, the person answers in one to three lines.
fn transcript(bytes: usize) -> String {
    let mut chance = Chance(7);
    let mut text = String::with_capacity(bytes + 512);
    while text.len() < bytes {
        text.extend(["\nbot: ", chance.choose(&BOT), " "]);
        for _ in 0..=chance.below(3) {
            text.extend(["\nhuman: ", chance.choose(&HUMAN)]);
        }
    }
    text
}

/// What agents do in calls: the type of the action, its name, its arguments, its result, its failure.
fn deed(number: usize) -> (&'static str, String, Value, Value, Option<&'static str>) {
    let key = ["mail address", "postal code", "insurance", "wanted day", "reason", "was here before"][number % 6];
    let answers = [
        json!("muster@example.com"),
        json!("10115"),
        Value::Null,
        json!("Donnerstag früh"),
        json!("A tooth hurts since Sunday; wants the first free slot."),
        json!(true),
    ];
    match number % 10 {
        7 => (
            "custom_function_action_type",
            format!("find_slot_{number}"),
            json!({"day": "2026-03-12", "from": "10:00", "to": "12:00", "person": "Jürgen Muster"}),
            json!({"status": 200, "slots": ["10:15", "11:30"], "doctor": "Dr. Björk-Österlund"}),
            None,
        ),
        8 => (
            "send_sms_action_type",
            format!("send_sms_{number}"),
            json!({"to": "+12025550142", "text": "Thursday, 10:15, Harbour View Dental"}),
            json!({"sent": true}),
            None,
        ),
        9 => (
            "calcom_booking_action_type",
            format!("booking_{number}"),
            json!({"slot": "2026-03-12T10:15:00+01:00"}),
            json!({}),
            Some("The slot has been taken meanwhile."),
        ),
        _ => {
            let answer = answers.get(number % 6).unwrap().clone();
            let result = [(key.to_owned(), answer)].into_iter().collect();
            ("extract_info_action_type", format!("extract_info_{key} {number}"), json!({}), Value::Object(result), None)
        }
    }
}

/// Some actions, in the shape of the documented ones.
fn actions(model: &Action, count: usize) -> BTreeMap<String, Action> {
    let action = |number: usize| {
        let (action_type, name, arguments, result, failure) = deed(number);
        let is_extractor = action_type.starts_with("extract");
        let question = format!("What about number {number}, as far as the person’s answers tell?");
        let mut action = model.clone();
        let mut parameters = action.parameters_hard_coded.take().unwrap_or_default();
        parameters.identifier = Some(format!("p{number}"));
        parameters.condition = Some(question.clone());
        action.parameters_hard_coded = is_extractor.then_some(parameters);
        action.name = Some(name.clone());
        action.action_type = Some(action_type.to_owned());
        action.description = Some(if is_extractor {
            format!("Get information with question: {question}")
        } else {
            "Runs while the person waits on the line.".to_owned()
        });
        action.parameters_from_llm = arguments.as_object().cloned();
        action.return_value = Some(result);
        action.error_message = failure.map(str::to_owned);
        // Within the hour of the documented call.
        let second = number % 3_600;
        action.timestamp = format!("{}.25", 1_773_136_800 + second).parse().ok();
        action.timestamp_datetime = Some(format!("2026-03-10T10:{:02}:{:02}.250000", second / 60, second % 60));
        (name, action)
    };
    (0..count).map(action).collect()
}

/// A payload of so many bytes, a little more: three fifths of a long one are the transcript, the rest actions.
pub(crate) fn payload(bytes: usize) -> Vec<u8> {
    const ACTION: usize = 1_150;
    let mut payload: PostCall = serde_json::from_slice(DOCUMENTED).unwrap();
    let model = payload.executed_actions.take().unwrap_or_default().into_values().next().unwrap();
    payload.executed_actions = Some(actions(&model, bytes * 2 / 5 / ACTION));
    if bytes < 3_000 {
        // A call that was not judged.
        payload.analysis = None;
    }
    let mut call = payload.call.take().unwrap();
    call.duration = Some(3_540.0);
    call.start_time = Some("2026-03-10T11:00:30+01:00".to_owned());
    call.transcript = Some(String::new());
    payload.call = Some(call.clone());
    let rest = bytes.saturating_sub(serde_json::to_vec(&payload).unwrap().len());
    // A line end takes two bytes in JSON, as do none of the other characters.
    call.transcript = Some(transcript(rest * 30 / 31));
    payload.call = Some(call);
    serde_json::to_vec(&payload).unwrap()
}
