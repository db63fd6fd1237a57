//! What the seller reads while the shop opens: each thing once it is true.

use super::program;
use crate::{config::plan::Plan, say};
use shop_net::{onion::OnionAddress, status::Status};
use std::net::SocketAddr;

/// The terminal's side of the supervisor.
pub(super) struct Board {
    heading: String,
    mailbox: String,
    import_key: Option<String>,
    to_do: Vec<String>,
    onion: Option<String>,
    reachable: bool,
    last: String,
    percent: u8,
}

impl Board {
    pub(super) fn new(plan: &Plan, to_do: Vec<String>) -> Self {
        let demo = if plan.is_demo() { "  (demo: payments are simulated)" } else { "" };
        let secret = plan.dir.throw_away_key().join("secret.asc");
        Self {
            heading: format!("{}{demo}", plan.name),
            mailbox: plan.mailbox.display().to_string(),
            import_key: secret.exists().then(|| secret.display().to_string()),
            to_do,
            onion: None,
            reachable: false,
            last: String::new(),
            percent: 0,
        }
    }

    pub(super) fn heading(&self) {
        say::line(&self.heading);
    }

    /// The shop role serves pages.
    pub(super) fn open(&self, preview: Option<SocketAddr>) {
        if let Some(preview) = preview {
            row("preview", &format!("http://{preview}/   (this machine alone)"));
        }
        row("orders", &format!("mutt -f {}", self.mailbox));
        if let Some(secret) = &self.import_key {
            row("", &format!("once, before: gpg --import {secret}"));
        }
        if !self.to_do.is_empty() {
            say::line("Before you take real money:");
            for left in &self.to_do {
                say::line(format!("  - {left}"));
            }
        }
    }

    /// What the tor role says.
    pub(super) fn tor(&mut self, status: &Status) {
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
                self.once("tor", &format!("waiting: {reason} (it keeps trying)"));
            }
            Status::Reachable if !self.reachable => {
                self.reachable = true;
                if let Some(onion) = &self.onion {
                    row("onion", &format!("http://{onion}/   is open: try it in Tor Browser"));
                }
            }
            Status::Reachable | Status::Started | Status::Open => {}
        }
    }

    /// A role ended and is started again.
    pub(super) fn restarting(&mut self, role: &str) {
        self.percent = 0;
        self.reachable = false;
        row(role, "ended unexpectedly; it is started again");
        if program::is_replaced() {
            self.once(
                "upgrade",
                "this program's file was replaced: the version that runs goes on until serve is \
                 ended and begun again",
            );
        }
    }

    /// A role was killed because it did nothing any more.
    pub(super) fn stuck(&mut self, role: &str) {
        row(role, "has not answered for a minute: it is ended and started again");
    }

    /// The system does not let a role be started.
    pub(super) fn not_started(&mut self, role: &str, error: &std::io::Error) {
        self.once(role, &format!("cannot be started: {error}; it is tried again"));
    }

    /// A line from the shop role.
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
    say::line(format!("  {subject:<8} {text}"));
}
