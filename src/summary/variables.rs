//! The slots of a conversation flow.

use std::borrow::Cow;

use crate::fields::slot;
use crate::json::Json;
use crate::scan::Document;

/// The slots of a conversation flow by name. Where agents share a name, the last one counts.
pub(super) fn variables<'a>(document: &'a Document<'a>, at: Option<u32>) -> Vec<(Cow<'a, str>, Json<'a>)> {
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
