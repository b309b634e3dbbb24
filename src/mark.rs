//! Marks: issues before anybody reads them. Small, and in document order.

use crate::issue::{Code, MAX_ISSUES, Severity};
use crate::scan::Stop;
use crate::tape::narrow;

/// One step of a mark's path.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Step {
    /// A declared field, by its number.
    Field(u16),
    /// A key node.
    Key(u32),
    /// A place in an array.
    Index(u32),
}

/// What a mark says was found.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Received {
    /// Nothing to say.
    Nothing,
    /// A type or shape.
    Name(&'static str),
    /// The text of a string node.
    Word(u32),
}

/// An issue before anybody reads it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) code: Code,
    pub(crate) severity: Severity,
    pub(crate) offset: u32,
    /// The path: from here to there in the list of steps.
    pub(crate) steps: (u32, u32),
    pub(crate) expected: Option<&'static str>,
    pub(crate) received: Received,
}

/// The marks of a report, in document order.
#[derive(Debug)]
pub(crate) struct Marks {
    pub(crate) list: Vec<Mark>,
    pub(crate) steps: Vec<Step>,
    /// Marks that did not fit the list.
    pub(crate) unlisted: u32,
    /// Marks of severity error, listed or not.
    pub(crate) errors: u32,
    /// Marks of severity warning, listed or not.
    pub(crate) warnings: u32,
    /// The path to what is looked at.
    path: Vec<Step>,
    /// How many marks the list may hold.
    most: usize,
}

impl Marks {
    pub(crate) const fn new() -> Self {
        Self {
            list: Vec::new(),
            steps: Vec::new(),
            unlisted: 0,
            errors: 0,
            warnings: 0,
            path: Vec::new(),
            most: MAX_ISSUES,
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.steps.clear();
        self.path.clear();
        self.unlisted = 0;
        self.errors = 0;
        self.warnings = 0;
    }

    /// Goes one step down the path. Not inlined: growing a list is code of some size.
    #[inline(never)]
    pub(crate) fn enter(&mut self, step: Step) {
        self.path.push(step);
    }

    /// Goes back by one step. Not inlined, as it is done in many places.
    #[inline(never)]
    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    pub(crate) fn push(
        &mut self,
        (code, severity): (Code, Severity),
        offset: u32,
        expected: Option<&'static str>,
        received: Received,
    ) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => {}
        }
        if self.list.len() >= self.most {
            self.unlisted += 1;
            return;
        }
        let from = narrow(self.steps.len());
        self.steps.extend_from_slice(&self.path);
        self.list.push(Mark { code, severity, offset, steps: (from, narrow(self.steps.len())), expected, received });
    }

    /// Takes marks and puts them among those that are there by their places. If they are more than the list holds, they
    /// must come in order. Those that do not fit the list are the last of all.
    #[inline]
    pub(crate) fn sorted(&mut self, mark: impl FnOnce(&mut Self)) {
        let (before, steps) = (self.list.len(), self.steps.len());
        self.most = before + MAX_ISSUES;
        mark(self);
        self.most = MAX_ISSUES;
        if self.list.len() > before {
            self.merge(before, steps);
        }
    }

    /// Puts the marks from a place on, whose steps stand from a place on, among those before it.
    #[cold]
    fn merge(&mut self, from: usize, steps: usize) {
        let mut is_listed = false;
        for next in from..self.list.len() {
            let Some((mark, before)) = self.list.get(..=next).and_then(<[_]>::split_last) else { return };
            let place = before.partition_point(|other| other.offset <= mark.offset);
            is_listed |= place < MAX_ISSUES;
            if let Some(moved) = self.list.get_mut(place..=next) {
                moved.rotate_right(1);
            }
        }
        let beyond = self.list.len().saturating_sub(MAX_ISSUES);
        self.list.truncate(MAX_ISSUES);
        self.unlisted += narrow(beyond);
        // However many there are that nobody will see, they take no room.
        if !is_listed {
            self.steps.truncate(steps);
        }
    }

    /// Marks the place where the scan of so many bytes stopped.
    pub(crate) fn stop(&mut self, stop: Stop, length: usize) {
        let (code, offset, expected) = match stop {
            Stop::Syntax(offset, expected) => (Code::InvalidJson, offset, Some(expected)),
            Stop::TooDeep(offset) => (Code::TooDeep, offset, None),
        };
        let received = if offset == narrow(length) { Received::Name("end of input") } else { Received::Nothing };
        self.push((code, code.severity()), offset, expected, received);
    }
}
