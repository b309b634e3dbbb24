//! JSON as another parser reads it, with repeated keys as they stand.

use std::fmt;

use postcall::{Code, Issue, Segment};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

/// A value whose objects keep every member, in document order.
#[derive(Debug)]
pub(crate) enum Tree {
    Leaf(Value),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    /// The values of a key, in document order.
    pub(crate) fn members<'t>(&'t self, name: &str) -> impl Iterator<Item = &'t Tree> {
        let members = if let Self::Object(members) = self { members.as_slice() } else { &[] };
        members.iter().filter(move |(key, _)| key == name).map(|(_, value)| value)
    }

    /// The value of a key that stands there once.
    pub(crate) fn once(&self, name: &str) -> Option<&Self> {
        let mut members = self.members(name);
        members.next().filter(|_| members.next().is_none())
    }

    /// The text, if the value is a string.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Leaf(value) = self { value.as_str() } else { None }
    }

    /// Whether the place of an issue is there. A missing field lies one step behind an object that does not have it.
    pub(crate) fn has_place_of(&self, issue: &Issue) -> bool {
        match issue.path.split_last() {
            Some((Segment::Key(name), way)) if issue.code == Code::MissingField => {
                self.ends(way).iter().any(|end| matches!(end, Self::Object(_)) && end.members(name).next().is_none())
            }
            _ => !self.ends(&issue.path).is_empty(),
        }
    }

    /// The values at the end of a path: several where a key on the way is repeated.
    fn ends(&self, path: &[Segment]) -> Vec<&Self> {
        let Some((step, rest)) = path.split_first() else { return vec![self] };
        let inside: Vec<&Self> = match (step, self) {
            (Segment::Key(name), Self::Object(_)) => self.members(name).collect(),
            (Segment::Index(index), Self::Array(items)) => {
                usize::try_from(*index).ok().and_then(|index| items.get(index)).into_iter().collect()
            }
            _ => Vec::new(),
        };
        inside.into_iter().flat_map(|value| value.ends(rest)).collect()
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Leaf(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Leaf(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Tree::Array(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut found = Vec::new();
        while let Some(member) = members.next_entry()? {
            found.push(member);
        }
        Ok(Tree::Object(found))
    }
}
