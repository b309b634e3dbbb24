//! What did not go the normal way: bodies that came after the final one, and bodies that are no valid payload.

use serde::Serialize;
use serde_json::Value;

use super::answer::{Answer, Content};
use super::cursor::Place;
use super::filter::{Filter, PAGE_LIMITS};
use super::key;
use super::problem::{Problem, Status};
use super::record;
use super::settings::Settings;
use super::store::Store;

/// The two places where such bodies are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    /// Other bodies for calls that are final.
    Conflicts,
    /// Bodies that are no valid payload.
    Quarantine,
}

/// The answer to a list of conflicts.
#[derive(Serialize)]
struct Conflicts {
    conflicts: Vec<Value>,
    cursor: Option<String>,
}

/// The answer to a list of quarantined bodies.
#[derive(Serialize)]
struct Quarantine {
    quarantine: Vec<Value>,
    cursor: Option<String>,
}

impl Kept {
    const fn scope(self) -> &'static str {
        match self {
            Self::Conflicts => "conflicts",
            Self::Quarantine => "quarantine",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Conflicts => key::CONFLICT,
            Self::Quarantine => key::QUARANTINE,
        }
    }

    /// The key of a body by its name.
    fn key(self, name: &str) -> Result<String, Problem> {
        match self {
            Self::Conflicts => key::read_conflict_name(name).map(|(key, _)| key),
            Self::Quarantine => key::quarantine_key(name),
        }
        .ok_or_else(absent)
    }

    /// The row of a body in a list: its name, its call where it has one, and what was noted when it arrived.
    fn row(self, key: &str, metadata: Option<Value>) -> Option<Value> {
        let mut row = record::shown(metadata);
        match self {
            Self::Conflicts => {
                let name = key::conflict_name(key)?;
                let (_, call_id) = key::read_conflict_name(&name)?;
                row.insert("id".into(), name.into());
                row.insert("call_id".into(), call_id.into());
            }
            Self::Quarantine => {
                row.insert("id".into(), key.strip_prefix(key::QUARANTINE)?.into());
            }
        }
        Some(Value::Object(row))
    }
}

/// Lists kept bodies by name: one page of one storage list.
///
/// # Errors
/// `BadParameter`, `BadCursor`, `StorageUnavailable`.
pub(crate) async fn list(
    kept: Kept,
    store: &Store,
    settings: &Settings,
    query: Vec<(&'static str, String)>,
) -> Result<Answer, Problem> {
    let filter = Filter::read(query, PAGE_LIMITS)?;
    let place = filter.place(kept.scope(), &settings.api_tokens)?;
    let page = store.list(kept.prefix(), place.page.as_deref(), filter.limit).await?;
    let rows = page.keys.into_iter().filter_map(|(key, metadata)| kept.row(&key, metadata)).collect();
    let next = page.next.map(|page| Place { page: Some(page), after: None });
    let cursor = filter.cursor(next, kept.scope(), &settings.api_tokens);
    match kept {
        Kept::Conflicts => Answer::json(Status::OK, &Conflicts { conflicts: rows, cursor }),
        Kept::Quarantine => Answer::json(Status::OK, &Quarantine { quarantine: rows, cursor }),
    }
}

/// The bytes of a kept body as they were received.
///
/// # Errors
/// `NotFound`, `StorageUnavailable`.
pub(crate) async fn raw(kept: Kept, store: &Store, name: &str) -> Result<Answer, Problem> {
    let entry = store.get(&kept.key(name)?).await?.ok_or_else(absent)?;
    Ok(Answer::new(Status::OK, Content::Bytes, entry.body.to_vec()))
}

/// Erases a kept body.
///
/// # Errors
/// `NotFound`, `StorageUnavailable`.
pub(crate) async fn erase(kept: Kept, store: &Store, name: &str) -> Result<Answer, Problem> {
    let key = kept.key(name)?;
    store.get(&key).await?.ok_or_else(absent)?;
    store.delete(&key).await?;
    Ok(Answer::nothing())
}

/// The answer for a body that is not kept.
pub(crate) fn absent() -> Problem {
    Problem::NotFound("nothing is kept under this name")
}

#[cfg(test)]
#[expect(clippy::expect_used, reason = "a test may fail")]
mod tests {
    use super::*;

    #[test]
    fn a_row_names_its_body_and_its_call() {
        let key = format!("{}{}", key::conflict_prefix("a/b"), key::hash(b"x"));
        let row = Kept::Conflicts.row(&key, Some(serde_json::json!({"v": 1, "at": 5, "size": 3}))).expect("a row");
        assert_eq!(row, serde_json::json!({"id": key::conflict_name(&key), "call_id": "a/b", "size": 3}));
        assert_eq!(Kept::Quarantine.row("quarantine/ab", None), Some(serde_json::json!({"id": "ab"})));
    }
}
