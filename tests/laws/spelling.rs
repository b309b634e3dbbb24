//! Other spellings of the same document: white space, escapes and the order of keys.

use std::fmt::Write;

use postcall::{Options, payload, validate};
use serde_json::Value;

/// A source of choices that needs no more than a seed.
pub(crate) struct Choices(u64);

impl Choices {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    /// A number below a bound (xorshift64).
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for end in (1..items.len()).rev() {
            items.swap(end, self.below(end + 1));
        }
    }
}

/// Spells a document: the members of its objects in an order that `order` chooses, all else as `form` does.
pub(crate) fn spell(value: &Value, order: &mut Choices, form: &mut Choices) -> String {
    let mut text = String::new();
    push_value(&mut text, value, order, form);
    push_space(&mut text, form);
    text
}

fn push_value(text: &mut String, value: &Value, order: &mut Choices, form: &mut Choices) {
    push_space(text, form);
    match value {
        Value::String(string) => push_string(text, string, form),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                push_comma(text, place, form);
                push_value(text, item, order, form);
            }
            push_space(text, form);
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            let mut members: Vec<_> = members.iter().collect();
            order.shuffle(&mut members);
            for (place, (key, member)) in members.into_iter().enumerate() {
                push_comma(text, place, form);
                push_space(text, form);
                push_string(text, key, form);
                push_space(text, form);
                text.push(':');
                push_value(text, member, order, form);
            }
            push_space(text, form);
            text.push('}');
        }
        leaf => write!(text, "{leaf}").unwrap(),
    }
}

fn push_comma(text: &mut String, place: usize, form: &mut Choices) {
    if place > 0 {
        push_space(text, form);
        text.push(',');
    }
}

fn push_space(text: &mut String, form: &mut Choices) {
    text.push_str(["", "", "", "", " ", "\n", "\r\n", "\t \r"][form.below(8)]);
}

fn push_string(text: &mut String, string: &str, form: &mut Choices) {
    text.push('"');
    for character in string.chars() {
        if matches!(character, '"' | '\\' | '\0'..='\x1F') || form.below(16) == 0 {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").unwrap();
            }
        } else {
            text.push(character);
        }
    }
    text.push('"');
}

/// What a report says, places aside.
pub(crate) fn said(bytes: &[u8]) -> (Vec<String>, Value) {
    let report = validate(bytes, &Options::default());
    let mut issues: Vec<_> = (report.issues().into_iter())
        .map(|issue| format!("{} {} {:?} {:?}", issue.code, issue.pointer(), issue.expected, issue.received))
        .collect();
    issues.sort();
    (issues, serde_json::to_value(report.summary()).unwrap())
}

/// Puts a mark before every text, and before every key that the declaration does not name.
pub(crate) fn mark(value: &mut Value, with: &str) {
    match value {
        Value::String(text) => text.insert_str(0, with),
        Value::Array(items) => items.iter_mut().for_each(|item| mark(item, with)),
        Value::Object(members) => {
            let marked = std::mem::take(members).into_iter().map(|(key, mut value)| {
                mark(&mut value, with);
                let is_declared = payload::fields().any(|field| field.name == key);
                (if is_declared { key } else { format!("{with}{key}") }, value)
            });
            *members = marked.collect();
        }
        _ => {}
    }
}
