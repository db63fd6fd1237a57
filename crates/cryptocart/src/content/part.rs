//! Parts of a shop's content, and what is wrong with them.

use crate::{error::CliError, shop_dir::ShopDir};
use shop_core::kind::Kind;

/// A part that was read, or the reason why it cannot be shown.
pub(crate) struct Part<T> {
    name: &'static str,
    read: Result<T, CliError>,
}

/// A part of a shop's content that cannot be shown.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The part, in one word of `check`.
    pub(crate) part: &'static str,
    /// Description of the mistake.
    pub(crate) error: CliError,
}

impl<T> Part<T> {
    pub(super) const fn new(name: &'static str, read: Result<T, CliError>) -> Self {
        Self { name, read }
    }

    /// Returns the part if it can be shown.
    pub(crate) fn ok(&self) -> Option<&T> {
        self.read.as_ref().ok()
    }

    /// Returns the part's name with a sentence: that of `fact`, or what is wrong.
    pub(crate) fn finding(
        &self,
        fact: impl FnOnce(&T) -> Result<String, CliError>,
    ) -> (&'static str, Result<String, CliError>) {
        (self.name, self.read.as_ref().map_err(Clone::clone).and_then(fact))
    }

    /// Returns the part, or adds what is wrong to the problems.
    pub(super) fn take(self, problems: &mut Vec<Problem>) -> Option<T> {
        let part = self.name;
        self.read.map_err(|error| problems.push(Problem { part, error })).ok()
    }
}

impl Problem {
    /// Returns one error for all of them: the first, and the names of the other parts.
    pub(crate) fn in_one(problems: Vec<Self>, dir: &ShopDir) -> CliError {
        let mut problems = problems.into_iter();
        let Some(Self { error: first, .. }) = problems.next() else {
            return CliError::new(Kind::Bug, "the shop's files cannot be read");
        };
        let others: Vec<&str> = problems.map(|problem| problem.part).collect();
        if others.is_empty() {
            return first;
        }
        let check = dir.command("check");
        let what = format!("{} (more errors in: {}; see {check})", first.what(), others.join(", "));
        let error = CliError::new(first.kind(), what);
        match first.hint_text() {
            Some(hint) => error.hint(hint),
            None => error,
        }
    }
}
