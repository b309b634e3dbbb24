//! A declared object of the document, read by the names of its fields.

use std::borrow::Cow;

use crate::check::{Slots, read_through};
use crate::payload::Object;
use crate::scan::Document;

/// An object of the document and where its declared fields stand.
pub(super) struct Record<'a> {
    pub(super) document: &'a Document<'a>,
    pub(super) slots: Slots,
}

impl<'a> Record<'a> {
    pub(super) fn of(document: &'a Document<'a>, at: Option<u32>, object: &'static Object) -> Self {
        // Node 0 is the root and no member of anything, so a place behind the tape reads as an empty object.
        Self {
            document,
            slots: Slots::of(document, at.unwrap_or(u32::MAX), object),
        }
    }

    pub(super) fn object(&self, place: usize, object: &'static Object) -> Self {
        let at = self.slots.get(place).map(|at| read_through(self.document, at));
        Self::of(self.document, at, object)
    }

    /// A string that is not blank, verbatim.
    pub(super) fn text(&self, place: usize) -> Option<Cow<'a, str>> {
        let at = self.slots.string(self.document, place)?;
        Some(self.document.text_of(self.document.node(at))).filter(|text| !text.trim().is_empty())
    }
}
