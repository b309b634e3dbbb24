//! The slots of a conversation flow.

use std::borrow::Cow;

use crate::fields::slot;
use crate::json::Json;
use crate::scan::{Document, narrow, sort, wide};

/// The slots of a conversation flow by name. Where agents share a name, the last one counts.
pub(super) fn variables<'a>(document: &'a Document<'a>, at: Option<u32>) -> Vec<(Cow<'a, str>, Json<'a>)> {
    let Some(at) = at else { return Vec::new() };
    let mut found: Vec<(u32, u32)> = Vec::new();
    for (key, value) in document.members(at) {
        match slot(document, value) {
            Some(value) => found.push((key, value)),
            None if document.members(value).all(|(_, inner)| slot(document, inner).is_some()) => {
                found.extend(document.members(value).filter_map(|(key, inner)| Some((key, slot(document, inner)?))));
            }
            None => found.push((key, value)),
        }
    }
    let names: Vec<_> = found.iter().map(|&(key, _)| document.text_of(document.node(key))).collect();
    let name = |at: u32| names.get(wide(at)).map_or("", |name| name);
    let mut order: Vec<u32> = (0..narrow(names.len())).collect();
    sort(&mut order, &|a, b| name(a).cmp(name(b)));
    let mut kept: Vec<(Cow<'a, str>, Json<'a>)> = Vec::with_capacity(order.len());
    for place in order {
        let (Some(&(_, at)), value_name) = (found.get(wide(place)), name(place)) else { continue };
        let value = Json { document, at };
        match kept.last_mut() {
            Some((last, kept)) if last == value_name => *kept = value,
            _ => kept.push((names.get(wide(place)).cloned().unwrap_or_default(), value)),
        }
    }
    kept
}
