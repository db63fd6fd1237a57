//! Lines about Tor: its progress, why it waits, and the onion address.

use shop_net::status::Status;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::Instant;

/// Steps of the progress that are told where no line can be rewritten, in per cent.
const STEP: u8 = 25;

/// The step after the last.
const ANNOUNCING: u8 = u8::MAX;

/// Shortest time before the same reason for waiting is told again.
const REMINDER: Duration = Duration::from_secs(60 * 60);

/// A line about Tor that stays.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) subject: &'static str,
    pub(crate) text: String,
    /// True if a terminal does not need it: the line that is rewritten says the same.
    pub(crate) is_progress: bool,
}

/// State of Tor as the seller was told it.
#[derive(Default)]
pub(crate) struct TorLines {
    onion: Option<String>,
    stage: Stage,
    /// The step that was last told, in the rows.
    told: Option<u8>,
    /// Reasons for waiting, and when each was last told.
    reasons: BTreeMap<String, Instant>,
    /// True if the last thing told is that the address can be reached.
    is_told_reachable: bool,
}

/// Stages on the way to an address that can be reached.
#[derive(Default, PartialEq, Eq)]
enum Stage {
    /// Tor has not started, or is off.
    #[default]
    Silent,
    /// It connects: progress in per cent, and the current step.
    Connecting(u8, String),
    /// Nothing moves; progress when it was last heard.
    Waiting(u8),
    Announcing,
    Reachable,
}

impl TorLines {
    /// Takes a report of the tor role, and returns the lines to write about it.
    pub(crate) fn hear(&mut self, status: &Status, now: Instant) -> Vec<Row> {
        match status {
            Status::Started => self.connecting(0, "starting Tor"),
            Status::Address { onion } => self.address(&onion.to_string()),
            Status::Bootstrap { percent, what } => self.connecting(*percent, what),
            Status::Announcing => self.announcing(),
            Status::Waiting { reason } => self.waiting(reason, now),
            Status::Reachable => self.reachable(),
            Status::Open => Vec::new(),
        }
    }

    /// Takes the end of the tor role. `is_told`: the seller was told.
    pub(crate) fn ended(&mut self, is_told: bool) {
        self.stage = Stage::Silent;
        // Otherwise a role that ends again and again would tell its progress each time.
        if is_told {
            self.told = None;
            self.is_told_reachable = false;
        }
    }

    /// Returns how far Tor is; nothing once the address can be reached.
    pub(crate) fn progress(&self) -> Option<String> {
        match &self.stage {
            Stage::Silent | Stage::Reachable => None,
            Stage::Connecting(percent, what) => Some(format!("{percent} %: {what}")),
            Stage::Waiting(percent) => Some(format!("{percent} %: waiting; trying again")),
            Stage::Announcing => Some("100 %: announcing the address".into()),
        }
    }

    fn connecting(&mut self, percent: u8, what: &str) -> Vec<Row> {
        self.stage = Stage::Connecting(percent, what.to_owned());
        let step = percent / STEP * STEP;
        if self.told.is_some_and(|told| step <= told) {
            return Vec::new();
        }
        self.told = Some(step);
        vec![progress(format!("{percent} %: {what}"))]
    }

    fn announcing(&mut self) -> Vec<Row> {
        self.stage = Stage::Announcing;
        if self.told == Some(ANNOUNCING) {
            return Vec::new();
        }
        self.told = Some(ANNOUNCING);
        vec![progress("100 %: announcing the address, which takes about a minute".into())]
    }

    fn waiting(&mut self, reason: &str, now: Instant) -> Vec<Row> {
        self.stage = Stage::Waiting(match self.stage {
            Stage::Silent => 0,
            Stage::Connecting(percent, _) | Stage::Waiting(percent) => percent,
            Stage::Announcing | Stage::Reachable => 100,
        });
        let told = self.reasons.get(reason);
        if told.is_some_and(|told| now.duration_since(*told) < REMINDER) {
            return Vec::new();
        }
        self.reasons.insert(reason.to_owned(), now);
        self.is_told_reachable = false;
        vec![stays("tor", format!("waiting: {reason} (will keep trying)"))]
    }

    fn address(&mut self, onion: &str) -> Vec<Row> {
        if self.onion.as_deref() == Some(onion) {
            return Vec::new();
        }
        self.onion = Some(onion.to_owned());
        vec![stays("onion", format!("http://{onion}")), stays("", "nobody can reach it yet".into())]
    }

    fn reachable(&mut self) -> Vec<Row> {
        self.stage = Stage::Reachable;
        let is_known = std::mem::replace(&mut self.is_told_reachable, true);
        let Some(onion) = self.onion.as_ref().filter(|_| !is_known) else { return Vec::new() };
        vec![
            stays("onion", format!("http://{onion}")),
            stays("", "is reachable: try it in Tor Browser".into()),
        ]
    }
}

const fn stays(subject: &'static str, text: String) -> Row {
    Row { subject, text, is_progress: false }
}

const fn progress(text: String) -> Row {
    Row { subject: "tor", text, is_progress: true }
}

#[cfg(test)]
mod tests;
