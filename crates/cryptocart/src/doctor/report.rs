//! Findings of a look: graded, each with its cure in one line.

use serde_json::{Value, json};
use shop_core::text;

/// Grade of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// As it should be.
    Good,
    /// Not as it could be: the seller should look at it, and may have a reason.
    Look,
    /// Wrong for any shop.
    Bad,
}

impl Grade {
    /// Returns the word that is printed.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Look => "look",
            Self::Bad => "BAD",
        }
    }
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The group of checks it belongs to.
    pub(crate) group: &'static str,
    /// The thing that was looked at, in a word or two.
    pub(crate) subject: &'static str,
    pub(crate) grade: Grade,
    /// The state that was found.
    pub(crate) what: String,
    /// The way to mend it, in one line; none where nothing is to be done.
    pub(crate) cure: Option<String>,
}

/// All findings, and what could not be seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    group: &'static str,
    pub(crate) findings: Vec<Finding>,
    /// Things that root alone can see.
    pub(crate) unseen: Vec<&'static str>,
}

impl Report {
    /// Collects the findings of a group.
    pub(super) fn group(&mut self, name: &'static str, look: impl FnOnce(&mut Self)) {
        self.group = name;
        look(self);
    }

    pub(super) fn good(&mut self, subject: &'static str, what: impl Into<String>) {
        self.add(subject, Grade::Good, what.into(), None);
    }

    pub(super) fn look(
        &mut self,
        subject: &'static str,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.add(subject, Grade::Look, what.into(), Some(cure.into()));
    }

    pub(super) fn bad(
        &mut self,
        subject: &'static str,
        what: impl Into<String>,
        cure: impl Into<String>,
    ) {
        self.add(subject, Grade::Bad, what.into(), Some(cure.into()));
    }

    /// Says what root alone can see.
    pub(super) fn unseen(&mut self, what: &'static str) {
        if !self.unseen.contains(&what) {
            self.unseen.push(what);
        }
    }

    fn add(&mut self, subject: &'static str, grade: Grade, what: String, cure: Option<String>) {
        let group = self.group;
        // Names of processes, users and files are whatever somebody called them.
        let what = text::line(&what);
        let cure = cure.map(|cure| text::line(&cure));
        self.findings.push(Finding { group, subject, grade, what, cure });
    }

    /// Returns the number of findings of a grade.
    pub(crate) fn count(&self, grade: Grade) -> usize {
        self.findings.iter().filter(|finding| finding.grade == grade).count()
    }

    /// Returns the report for programs.
    pub(crate) fn as_json(&self) -> Value {
        let finding = |finding: &Finding| {
            json!({
                "group": finding.group,
                "subject": finding.subject,
                "grade": finding.grade.word().to_lowercase(),
                "text": finding.what,
                "cure": finding.cure,
            })
        };
        json!({
            "version": 1,
            "bad": self.count(Grade::Bad),
            "look": self.count(Grade::Look),
            "findings": self.findings.iter().map(finding).collect::<Vec<_>>(),
            "unseen": self.unseen,
        })
    }
}
