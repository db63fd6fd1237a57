//! Display of the opening shop for the seller: each thing once it is true.

use super::seen::Seen;
use crate::{config::plan::Plan, program, terminal};
use shop_net::{onion::OnionAddress, status::Status};
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::time::Instant;

/// A role that ends again after so long was well in between.
const WELL: Duration = Duration::from_secs(10 * 60);
/// Ends of a role in a row after which it is said that it will not get well by itself.
const TOO_OFTEN: u32 = 3;

/// The terminal's side of the supervisor.
pub(super) struct StatusDisplay {
    heading: String,
    mailbox: String,
    import_key: Option<String>,
    to_do: Vec<String>,
    onion: Option<String>,
    reachable: bool,
    last: String,
    percent: u8,
    /// Reason Tor gave for waiting when it was last heard.
    reason: Option<String>,
    ends: Option<Ends>,
    /// Copy of all this for those who ask.
    seen: Arc<Seen>,
}

/// Number of ends of a role in a row, and their reason.
struct Ends {
    role: String,
    reason: Option<String>,
    count: u32,
    last: Instant,
}

impl StatusDisplay {
    /// Creates the board. `throw_away`: the seller's key is one for trying things out.
    pub(super) fn new(plan: &Plan, throw_away: bool, to_do: Vec<String>) -> Self {
        let demo = if plan.is_demo() { "  (demo: simulated payments)" } else { "" };
        let secret = plan.dir.throw_away_key().join("secret.asc");
        Self {
            heading: format!("{}{demo}", plan.name),
            mailbox: plan.mailbox.display().to_string(),
            import_key: (throw_away && secret.exists()).then(|| secret.display().to_string()),
            to_do,
            onion: None,
            reachable: false,
            last: String::new(),
            percent: 0,
            reason: None,
            ends: None,
            seen: Arc::new(Seen::new(plan)),
        }
    }

    /// Returns what was told here, for those who ask.
    pub(super) fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.seen)
    }

    /// Records that the shop role serves pages, for the first time or again.
    pub(super) fn shop_is_open(&self, preview: Option<SocketAddr>) {
        self.seen.shop_is_open(preview);
    }

    pub(super) fn heading(&self) {
        terminal::line(&self.heading);
    }

    /// Prints the preview, the mailbox, and what to do before taking real money.
    pub(super) fn open(&self, preview: Option<SocketAddr>) {
        if let Some(preview) = preview {
            row("preview", &format!("http://{preview}/   (only on this machine)"));
        }
        row("orders", &format!("mutt -f {}", self.mailbox));
        if let Some(secret) = &self.import_key {
            row("", &format!("once, before that: gpg --import {secret}"));
        }
        if !self.to_do.is_empty() {
            terminal::line("Before you take real money:");
            for left in &self.to_do {
                terminal::line(format!("  - {left}"));
            }
        }
    }

    /// Prints what the tor role reports.
    pub(super) fn tor(&mut self, status: &Status) {
        self.seen.tor(status);
        match status {
            Status::Address { onion } => self.address(onion),
            Status::Bootstrap { percent, what } => {
                // Tor says this many times a second; a person wants steps.
                if *percent >= self.percent.saturating_add(10) || *percent == 100 {
                    self.percent = *percent;
                    self.once("tor", &format!("connecting, {percent} %: {what}"));
                }
            }
            Status::Waiting { reason } => {
                self.reachable = false;
                self.reason = Some(reason.clone());
                self.once("tor", &format!("waiting: {reason} (will keep trying)"));
            }
            Status::Reachable if !self.reachable => {
                self.reachable = true;
                self.reason = None;
                if let Some(onion) = &self.onion {
                    row("onion", &format!("http://{onion}/   is reachable: try it in Tor Browser"));
                }
            }
            Status::Reachable | Status::Started | Status::Open => {}
        }
    }

    /// Prints that a role ended and is started again.
    pub(super) fn restarting(&mut self, role: &str) {
        self.seen.restarting(role);
        self.percent = 0;
        self.reachable = false;
        let reason = if role == "tor" { self.reason.take() } else { None };
        if let Some(text) = self.ended(role, reason) {
            row(role, &text);
        }
        if program::is_replaced() {
            self.once(
                "upgrade",
                "the program's file was replaced: restart serve to use the new \
                 version",
            );
        }
    }

    /// Prints that a role was killed because it did nothing any more.
    pub(super) fn stuck(&mut self, role: &str) {
        row(role, "has not responded for a minute; restarting it");
    }

    /// Prints that the system does not let a role be started.
    pub(super) fn not_started(&mut self, role: &str, error: &std::io::Error) {
        self.once(role, &format!("cannot be started: {error}; trying again"));
    }

    /// Returns what to say of a role that ended.
    /// That is something at once, and once more when it keeps ending for one reason.
    fn ended(&mut self, role: &str, reason: Option<String>) -> Option<String> {
        let now = Instant::now();
        let same = |ends: &&Ends| {
            ends.role == role && ends.reason == reason && now.duration_since(ends.last) < WELL
        };
        let count = self.ends.as_ref().filter(same).map_or(1, |ends| ends.count.saturating_add(1));
        let text = match count {
            1 => Some("stopped unexpectedly; restarting it".to_owned()),
            TOO_OFTEN => {
                let why = reason.as_deref().unwrap_or("see its last lines above");
                Some(format!(
                    "has stopped {count} times in a row: {why}. It is restarted every minute, \
                     without further messages"
                ))
            }
            _ => None,
        };
        self.ends = Some(Ends { role: role.to_owned(), reason, count, last: now });
        text
    }

    /// Prints a line from the shop role.
    pub(super) fn note(&mut self, subject: &str, text: &str) {
        self.once(subject, text);
    }

    fn address(&mut self, onion: &OnionAddress) {
        let onion = onion.to_string();
        if self.onion.as_ref() != Some(&onion) {
            row("onion", &format!("http://{onion}/   (not reachable yet)"));
            self.onion = Some(onion);
        }
    }

    fn once(&mut self, subject: &str, text: &str) {
        let line = format!("{subject}{text}");
        if self.last != line {
            row(subject, text);
            self.last = line;
        }
    }
}

fn row(subject: &str, text: &str) {
    terminal::line(format!("  {subject:<8} {text}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shop_dir::ShopDir;

    #[tokio::test(start_paused = true)]
    async fn role_that_keeps_ending_is_said_once_more_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &crate::system::System::fake()).unwrap();
        let mut board = StatusDisplay::new(&Plan::load(&dir).unwrap(), true, Vec::new());
        let reason = || Some("Tor cannot use its folder".to_owned());
        let mut said = Vec::new();
        for _ in 0..6 {
            said.push(board.ended("tor", reason()));
            tokio::time::advance(Duration::from_secs(60)).await;
        }
        assert!(said[0].as_ref().is_some_and(|said| said.contains("restarting it")));
        let third = said[2].as_deref().unwrap_or_default();
        assert!(third.contains("3 times in a row: Tor cannot use its folder"), "{third}");
        assert_eq!(said.iter().flatten().count(), 2, "the others are not said");
        assert!(board.ended("tor", None).is_some(), "another reason");
        tokio::time::advance(WELL).await;
        assert!(board.ended("tor", None).is_some_and(|said| said.contains("restarting it")));
    }
}
