//! The slots of a conversation flow.

use crate::fields::slot;
use crate::json::{Json, Text};
use crate::kind::Kind;
use crate::tape::{Document, NOWHERE};

/// The slots of a conversation flow in document order, agents one after the other. Of equal names the last one counts.
pub(super) fn variables<'a>(document: &'a Document<'a>, at: Option<u32>) -> Vec<(Text<'a>, Json<'a>)> {
    let mut found = Vec::new();
    let mut push = |key: u32, at: u32| found.push((Text::of(Json { document, at: key }), Json { document, at }));
    for (key, value) in document.members(at.unwrap_or(NOWHERE)) {
        // What an agent collected are slots; any other object is a value.
        let is_object = |at: u32| document.node(at).kind == Kind::Object;
        let is_agent = || {
            document.members(value).any(|(_, inner)| is_object(inner))
                && document.members(value).all(|(_, inner)| slot(document, inner).is_some())
        };
        match slot(document, value) {
            Some(value) => push(key, value),
            None if is_agent() => {
                for (key, inner) in document.members(value) {
                    push(key, slot(document, inner).unwrap_or(inner));
                }
            }
            None => push(key, value),
        }
    }
    found
}
