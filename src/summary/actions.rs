//! What the actions found, and which of them failed.

use super::shape::{Actions, Answer, FailedAction};
use crate::fields::{self, Fields, Room, decimal, read_through, says_something, truth};
use crate::json::{Json, Text};
use crate::kind::Kind;
use crate::payload::{EXTRACTOR_PREFIXES, Id, action, parameters};
use crate::tape::{Document, NOWHERE, flag};
use crate::vocabulary::alike;

type Found<'a> = Answer<Text<'a>, Json<'a>>;

/// The answers of the extractors, and the actions in numbers.
pub(super) fn actions<'a>(document: &'a Document<'a>, at: Option<u32>) -> (Vec<Found<'a>>, Actions<Text<'a>>) {
    let mut answers = Vec::new();
    let mut actions = Actions { total: 0, relevant: 0, failed: Vec::new() };
    for (key, value) in fields::entries(document, at.unwrap_or(NOWHERE)) {
        if document.node(value).kind != Kind::Object {
            continue;
        }
        let mut room = Room::default();
        let entry = Fields::action(document, value, &mut room);
        let name = (key.map(|at| Text::of(Json { document, at })))
            .or_else(|| entry.text(action::name))
            .unwrap_or(Text::nothing(document));
        actions.total += 1;
        let is_relevant = entry.get(action::is_relevant_action).and_then(|at| truth(document, at)) == Some(true);
        actions.relevant += u32::from(is_relevant);
        let is_extractor = document.node(value).has(flag::EXTRACTOR);
        if let Some(error) = failure(&entry, is_extractor) {
            let action_type = entry.text(action::action_type).unwrap_or(Text::nothing(document));
            actions.failed.push(FailedAction { name, action_type, error });
        }
        if is_extractor {
            answers.push(answer(&entry, name));
        }
    }
    (answers, actions)
}

/// Why an action failed, if it did: its error text, a status that says so, or an HTTP status that does, from 400 to 599.
fn failure<'a>(entry: &Fields<'a, '_>, is_extractor: bool) -> Option<Text<'a>> {
    let document = entry.document;
    if let Some(error) = entry.text(action::error_message) {
        return Some(error);
    }
    let result = read_through(document, entry.get(action::return_value)?);
    // The one member is an answer of the call's, whatever it is called.
    if is_extractor && document.members(result).nth(1).is_none() {
        return None;
    }
    let [mut status, mut status_code, mut code] = [None; 3];
    for (key, value) in document.members(result) {
        match &*document.bytes_of(document.node(key)) {
            b"status" => status = Some(value),
            b"status_code" => status_code = Some(value),
            b"code" => code = Some(value),
            _ => {}
        }
    }
    if let Some(at) = status.filter(|&at| document.node(at).kind == Kind::String) {
        let text = document.bytes_of(document.node(at));
        if ["fail", "error", "timeout"].iter().any(|word| holds(&text, word)) {
            return Some(Text::of(Json { document, at }));
        }
    }
    let codes = [status_code, code, status];
    let code = codes
        .into_iter()
        .flatten()
        .find(|&at| decimal(document, at).is_some_and(|code| (400.0..600.0).contains(&code)))?;
    Some(Text::status(Json { document, at: code }))
}

/// Whether a text holds a word, ASCII case aside.
fn holds(text: &[u8], word: &str) -> bool {
    text.windows(word.len()).any(|part| alike(part, word.as_bytes()))
}

/// What an extractor asked and found.
fn answer<'a>(entry: &Fields<'a, '_>, name: Text<'a>) -> Found<'a> {
    let document = entry.document;
    let setting = |place: usize| {
        let at = entry.within(action::parameters_hard_coded, Id::Parameters, place)?;
        fields::says(document, at).then_some(Text::of(Json { document, at }))
    };
    let question = setting(parameters::condition).or_else(|| {
        let description = entry.text(action::description)?;
        description.strip_prefix("Get information with question: ")
    });
    let result = entry.get(action::return_value).map(|at| read_through(document, at));
    let mut members = document.members(result.unwrap_or(NOWHERE));
    let only = members.next().filter(|_| members.next().is_none());
    let key = (only.map(|(at, _)| Text::of(Json { document, at })))
        .or_else(|| setting(parameters::identifier))
        .or_else(|| EXTRACTOR_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix)))
        .unwrap_or(name);
    let named = || document.member(result?, &key.text());
    let value = only.map(|(_, value)| value).or_else(named).or(result).filter(|&at| says_something(document, at));
    Answer { action: name, key, question, value: value.map(|at| Json { document, at }), found: value.is_some() }
}
