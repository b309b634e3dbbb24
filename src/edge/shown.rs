//! Values of a payload as answers show them.

use serde::{Serialize, Serializer};

use crate::json::{Json, Text};
use crate::kind::Kind;
use crate::summary::{Summary, Variables, View};

/// A value of a payload that is written as [`Json`] writes it, by the runtime's reader of numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown<'a>(Json<'a>);

/// A summary whose values are written so.
pub(crate) type ShownSummary<'a> = Summary<Text<'a>, Shown<'a>>;

/// A summary as answers show it.
pub(crate) fn shown(view: View<'_>) -> ShownSummary<'_> {
    view.map(|text| text, Shown)
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(json) = *self;
        match json.kind() {
            Kind::Null => serializer.serialize_unit(),
            Kind::False => serializer.serialize_bool(false),
            Kind::True => serializer.serialize_bool(true),
            Kind::Number => json.number(decimal).serialize(serializer),
            Kind::String => serializer.serialize_str(&json.text()),
            Kind::Array => serializer.collect_seq(json.items().map(Self)),
            Kind::Object => {
                let members = json.entries().map(|(key, value)| (Text::of(key.json()), Self(value)));
                Variables(members.collect()).serialize(serializer)
            }
        }
    }
}

/// The machine number next to a decimal. The library's tables for that weigh as much as the scanner, and the runtime has
/// its own.
fn decimal(text: &str) -> Option<f64> {
    if cfg!(target_arch = "wasm32") { Some(js_sys::parse_float(text)) } else { text.parse().ok() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::*;
    use crate::report::{Options, validate};

    #[test]
    fn a_value_is_shown_as_it_is_written_anywhere_else() {
        let values = r#"[0, -0, 1.5, -2e3, 18446744073709551615, 18446744073709551616, -9223372036854775808, 1e400, "\u0041\"", true, false,
            null, {}, {"b": [], "a": 1, "\u0062": {"c": "d"}}]"#;
        let payload = format!(r#"{{"call": {{"call_id": "1"}}, "collected_variables": {{"given": {values}}}}}"#);
        let report = validate(payload.as_bytes(), &Options::default());
        let view = report.summary().unwrap();
        let written = serde_json::to_string(&view).unwrap();
        assert!(written.contains(r#""given":[0,-0.0,1.5,-2000.0,18446744073709551615,"#), "{written}");
        assert_eq!(serde_json::to_string(&shown(view)).unwrap(), written);
    }
}
