//! A payload in which everything that is declared is there and as documented, and what is missing without parts of it.

use postcall::payload::{Form, Id, Need};
use postcall::{Options, validate};
use serde_json::{Map, Value, json};

/// The name of the one action, as its key and in it.
const ACTION: &str = "extract_info_day";

/// The whole payload. It has no issues.
pub(crate) fn whole() -> Value {
    object(Id::PostCall)
}

fn object(id: Id) -> Value {
    let fields = id.object().fields.iter();
    Value::Object(fields.map(|field| (field.name.to_owned(), value(field.name, field.form))).collect::<Map<_, _>>())
}

/// A documented value, chosen so that no rule between fields has anything to say, whichever of them are missing.
fn value(name: &str, form: Form) -> Value {
    match (name, form) {
        ("name", _) => json!(ACTION),
        ("choices", _) => json!(["Monday", "Tuesday"]),
        ("return_value", _) => json!({"day": "Monday"}),
        ("error_message" | "custom_end_call_reason", _) => json!(""),
        (name, Form::Text) if name.ends_with("_feedback") => json!(""),
        ("end_call_reason", _) => json!("agent_goodbye"),
        ("transcript", _) => json!("\nbot: Hello. \nhuman: Hello."),
        ("action_type", _) => json!("extract_info_action_type"),
        (_, Form::Text | Form::CallId) => json!("a"),
        (_, Form::Word(_)) => json!("completed"),
        (_, Form::Verdict) => json!("true"),
        (_, Form::Number | Form::Duration) => json!(60),
        (_, Form::Boolean) => json!(false),
        (_, Form::Time) => json!("2026-03-10T11:06:38+01:00"),
        (_, Form::Stamp) => json!(1_773_137_258.5),
        (_, Form::NaiveTime) => json!("2026-03-10T10:07:38.500000"),
        (_, Form::Zone) => json!("Europe/Berlin"),
        (_, Form::Url) => json!("https://recordings.example.com/a.wav"),
        (_, Form::Phone) => json!("+12025550131"),
        (_, Form::Texts | Form::List) => json!([]),
        (_, Form::Object(id) | Form::Settings(id)) => object(id),
        (_, Form::Map(id)) => json!({ ACTION: object(id) }),
        (_, Form::Free | Form::Variables | Form::Returned) => json!({}),
        (_, Form::Any) => json!(null),
    }
}

/// Every declared field that is checked one by one, by its pointer in the whole payload. Slots of a conversation flow
/// are declared for readers; their keys are free.
pub(crate) fn declared() -> Vec<(String, Need)> {
    let mut found = Vec::new();
    push_declared(&mut found, "", Id::PostCall);
    found
}

fn push_declared(found: &mut Vec<(String, Need)>, way: &str, id: Id) {
    for field in id.object().fields {
        let pointer = format!("{way}/{}", field.name);
        match field.form {
            Form::Object(id) | Form::Settings(id) => push_declared(found, &pointer, id),
            Form::Map(id) => push_declared(found, &format!("{pointer}/{ACTION}"), id),
            _ => {}
        }
        found.push((pointer, field.need));
    }
}

/// A payload without one of its fields.
pub(crate) fn without(payload: &Value, pointer: &str) -> Value {
    let mut payload = payload.clone();
    let (way, name) = pointer.rsplit_once('/').unwrap();
    if let Some(Value::Object(members)) = payload.pointer_mut(way) {
        members.remove(name);
    }
    payload
}

/// The issues of a payload: code, pointer, severity.
pub(crate) fn issues(payload: &Value) -> Vec<String> {
    let bytes = payload.to_string().into_bytes();
    let issues = validate(&bytes, &Options::default()).issues();
    issues.iter().map(|issue| format!("{} {} {}", issue.code, issue.pointer(), issue.severity)).collect()
}

/// The issues that a missing field is.
pub(crate) fn missing(pointer: &str, need: Need) -> Vec<String> {
    let severity = match need {
        Need::Identity => "error",
        Need::Warned => "warning",
        Need::Usual => "info",
        Need::Rare => return Vec::new(),
    };
    vec![format!("missing_field {pointer} {severity}")]
}
