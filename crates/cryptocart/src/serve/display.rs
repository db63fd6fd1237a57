//! Display of the open shop for the seller: each thing once it is true.
//! `docs/first-start.md` shows what it prints.

mod lines;
mod order_lines;
mod output;
mod role_ends;
mod screen;
mod transport_lines;

use super::{seen::Seen, shop_word::ShopWord};
use crate::{config::plan::Plan, program, shop_dir, terminal};
use lines::{Facts, Lines};
use output::Output;
use shop_net::{status::Status, transports::TransportEvent};
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::time::Instant;

/// The terminal's side of the supervisor.
pub(super) struct StatusDisplay {
    lines: Lines,
    output: Output,
    /// Copy of all this for those who ask.
    seen: Arc<Seen>,
    /// Secret half of a throw-away key, if the shop has one.
    secret: PathBuf,
}

impl StatusDisplay {
    /// Creates the display of a shop that is being opened.
    pub(super) fn new(plan: &Plan) -> Self {
        let demo = if plan.is_demo() { "  (demo: simulated payments)" } else { "" };
        let output = Output::detect();
        let dir = plan.dir.path();
        let is_usual = dir == Path::new(shop_dir::USUAL);
        let facts = Facts {
            heading: format!("{}{demo}", plan.name),
            mailbox: plan.mailbox.display().to_string(),
            folder: if is_usual { String::new() } else { dir.display().to_string() },
            is_on_tor: plan.tor.is_some(),
            ..Facts::default()
        };
        let secret = plan.dir.throw_away_key().join("secret.asc");
        Self { lines: Lines::new(facts, output), output, seen: Arc::new(Seen::new(plan)), secret }
    }

    /// Records what was found before the shop opens.
    /// `throw_away`: the seller's key is one for trying things out.
    pub(super) fn prepared(&mut self, throw_away: bool, to_do: Vec<String>) {
        let is_there = throw_away && self.secret.exists();
        self.lines.facts.import_key = is_there.then(|| self.secret.display().to_string());
        self.lines.facts.to_do = to_do;
    }

    /// Returns what was told here, for those who ask.
    pub(super) fn seen(&self) -> Arc<Seen> {
        Arc::clone(&self.seen)
    }

    /// Returns true if new orders may be told here.
    pub(super) const fn tells_orders(&self) -> bool {
        self.output.tells_orders
    }

    /// Prints which shop is being opened.
    pub(super) fn heading(&mut self) {
        self.lines.heading();
        self.print();
    }

    /// Prints what the seller should know of how the shop is opened.
    pub(super) fn note(&mut self, subject: &str, text: &str) {
        self.lines.note(subject, text);
        self.print();
    }

    /// Prints the preview's address.
    pub(super) fn preview(&mut self, at: SocketAddr) {
        self.lines.preview(at);
        self.print();
    }

    /// Prints the address on the clear web.
    pub(super) fn clear_web(&mut self, address: &str) {
        self.lines.row("clear", &format!("{address}   (shows where this machine is)"));
        self.print();
    }

    /// Records that the shop role serves pages, for the first time or again.
    pub(super) fn shop_is_open(&self, preview: Option<SocketAddr>) {
        self.seen.shop_is_open(preview);
    }

    /// Prints the mailbox, what to type next, and what to do before taking real money.
    pub(super) fn open(&mut self) {
        self.lines.open();
        self.print();
    }

    /// Prints what the tor role reports.
    pub(super) fn tor(&mut self, status: &Status) {
        self.seen.tor(status);
        self.lines.tor(status, Instant::now());
        self.print();
    }

    /// Prints what the shop role says.
    pub(super) fn hear(&mut self, word: ShopWord) {
        self.lines.hear(word, Instant::now());
        self.print();
    }

    /// Prints that a role ended and is started again.
    pub(super) fn restarting(&mut self, role: &str) {
        self.seen.restarting(role);
        self.lines.role_ended(role, Instant::now());
        if program::is_replaced() {
            self.lines.note(
                "upgrade",
                "the program's file was replaced: restart serve to use the new \
                 version",
            );
        }
        self.print();
    }

    /// Records that the tor role was stopped, and waits for a transport.
    pub(super) fn waits_for_transport(&mut self) {
        self.seen.tor_waits();
        self.lines.tor_waits(Instant::now());
        self.print();
    }

    /// Prints that a transport works, or why not.
    pub(super) fn transport(&mut self, names: &str, event: TransportEvent) {
        let failure = match event {
            TransportEvent::Ready => None,
            TransportEvent::Failed(error) => Some(error.to_string()),
        };
        self.seen.transport(names, failure.as_deref());
        self.lines.transport(names, failure.as_deref());
        self.print();
    }

    /// Prints that a role was killed because it did nothing any more.
    pub(super) fn stuck(&mut self, role: &str) {
        self.lines.row(role, "has not responded for a minute; restarting it");
        self.print();
    }

    /// Prints that the system does not let a role be started.
    pub(super) fn not_started(&mut self, role: &str, error: &std::io::Error) {
        self.lines.note(role, &format!("cannot be started: {error}; trying again"));
        self.print();
    }

    /// Prints that the shop closes.
    pub(super) fn closing(&mut self) {
        self.lines.closing();
        self.print();
    }

    /// Says goodbye.
    pub(super) fn closed(&mut self) {
        self.lines.closed();
        self.print();
    }

    /// Waits until something is to be printed by time alone.
    pub(super) async fn is_due(&self) {
        match self.lines.due(Instant::now()) {
            Some(due) => tokio::time::sleep_until(due).await,
            None => std::future::pending().await,
        }
    }

    /// Prints what has become due.
    pub(super) fn pass(&mut self) {
        self.lines.pass(Instant::now());
        self.print();
    }

    fn print(&mut self) {
        let text = self.lines.take();
        if !text.is_empty() {
            terminal::raw(&text);
        }
    }
}
