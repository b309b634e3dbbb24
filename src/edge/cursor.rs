//! Cursors: a place in a list that a reader carries from page to page, opaque and signed.
//!
//! The signature covers the version, the route, the filters and the place, with a key made of an API token; so a
//! cursor is good for one list with one set of filters, as long as the token that signed it is configured.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde_json::Value;

use super::problem::Problem;
use crate::signature;

/// The longest cursor that is looked at.
const LONGEST: usize = 4_096;

/// A place in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    /// The storage's own cursor of the page; `None` is the first page.
    #[serde(rename = "p", skip_serializing_if = "Option::is_none")]
    pub(crate) page: Option<String>,
    /// The last key of the page that was given out; `None` where the page begins.
    #[serde(rename = "k", skip_serializing_if = "Option::is_none")]
    pub(crate) after: Option<String>,
}

/// The signed text: fields of our own alphabet first, so that nothing in the filters can pass for another field.
fn message(scope: &str, place: &str) -> String {
    format!("cursor 1 {place} {scope}")
}

/// The key for an API token; not the token itself, so that no signature of a cursor is one of a delivery.
fn key(token: &str) -> String {
    format!("postcall cursor {token}")
}

/// A cursor for a place. `scope` is the route with its filters.
pub(crate) fn write(place: &Place, scope: &str, tokens: &[String]) -> Option<String> {
    let place = URL_SAFE_NO_PAD.encode(serde_json::to_vec(place).ok()?);
    let signature = signature::sign(&message(scope, &place), &key(tokens.first()?));
    Some(format!("{place}.{}", signature.trim_end_matches('=').replace('+', "-").replace('/', "_")))
}

/// The place of a cursor.
///
/// # Errors
/// `BadCursor` for everything that [`write`] did not make for this scope with one of these tokens.
pub(crate) fn read(cursor: &str, scope: &str, tokens: &[String]) -> Result<Place, Problem> {
    let place = || {
        let (place, signature) = (cursor.len() <= LONGEST).then(|| cursor.split_once('.'))??;
        if signature.contains(['+', '/', '=']) {
            return None;
        }
        let keys: Vec<String> = tokens.iter().map(|token| key(token)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let signature = signature.replace('-', "+").replace('_', "/");
        if !signature::verify(&message(scope, place), &signature, &keys) {
            return None;
        }
        let place = String::from_utf8(URL_SAFE_NO_PAD.decode(place).ok()?).ok()?;
        let place: Value = serde_json::from_str(&place).ok()?;
        let text = |name: &str| place.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Place { page: text("p"), after: text("k") })
    };
    place().ok_or(Problem::BadCursor)
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    fn tokens(list: &[&str]) -> Vec<String> {
        list.iter().map(|token| (*token).to_owned()).collect()
    }

    fn place() -> Place {
        Place { page: Some("opaque".into()), after: Some("time/1/a".into()) }
    }

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let one = tokens(&["a"]);
        let cursor = write(&place(), "calls", &one).expect("a cursor");
        assert!(cursor.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        assert_eq!(read(&cursor, "calls", &one), Ok(place()));
        assert_eq!(read(&cursor, "calls", &tokens(&["new", "a"])), Ok(place()));
    }

    #[test]
    fn a_cursor_holds_for_its_scope_and_its_token_only() {
        let cursor = write(&place(), "calls status=busy", &tokens(&["a"])).expect("a cursor");
        assert_eq!(read(&cursor, "calls", &tokens(&["a"])), Err(Problem::BadCursor));
        assert_eq!(read(&cursor, "calls status=busy", &tokens(&["b"])), Err(Problem::BadCursor));
        assert_eq!(read(&cursor, "calls status=busy", &[]), Err(Problem::BadCursor));
    }

    #[test]
    fn a_cursor_that_was_touched_is_refused() {
        let one = tokens(&["a"]);
        let cursor = write(&place(), "calls", &one).expect("a cursor");
        for at in 0..cursor.len() {
            let (before, rest) = cursor.split_at(at);
            let (character, after) = rest.split_at(1);
            let touched = format!("{before}{}{after}", if character == "A" { "B" } else { "A" });
            assert_eq!(read(&touched, "calls", &one), Err(Problem::BadCursor), "{at}");
            assert_eq!(read(before, "calls", &one), Err(Problem::BadCursor), "{at}");
        }
        for junk in ["", ".", "abc", "eyJ9.x", &"x".repeat(10_000), &format!("{cursor}=")] {
            assert_eq!(read(junk, "calls", &one), Err(Problem::BadCursor), "{junk}");
        }
    }
}
