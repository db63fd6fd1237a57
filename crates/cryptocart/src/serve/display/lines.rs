//! Lines of an open shop, as a state machine: events and the time go in, text comes out.

use super::{
    order_lines::OrderLines, output::Output, role_ends::RoleEnds, screen::Screen,
    transport_lines::TransportLines,
};
use crate::{
    serve::shop_word::{NewOrders, PictureProgress, PictureStage, ShopWord},
    terminal::many,
    tor_lines::{self, TorLines},
};
use shop_net::status::Status;
use std::net::SocketAddr;
use tokio::time::Instant;

/// Facts about the shop that lines name.
#[derive(Default)]
pub(super) struct Facts {
    /// The shop's name.
    pub(super) heading: String,
    /// The mailbox's path.
    pub(super) mailbox: String,
    /// Arguments that name the shop's folder to a command; empty for the usual one.
    pub(super) folder: String,
    /// The secret half of a throw-away key, to import.
    pub(super) import_key: Option<String>,
    /// Changes to make before taking real money.
    pub(super) to_do: Vec<String>,
    /// True if the shop has an onion address.
    pub(super) is_on_tor: bool,
}

/// State of what was told.
pub(super) struct Lines {
    pub(super) facts: Facts,
    output: Output,
    screen: Screen,
    tor: TorLines,
    transports: TransportLines,
    orders: OrderLines,
    /// Pictures that are being made.
    pictures_left: usize,
    ends: RoleEnds,
    /// Reason Tor gave for waiting when it was last heard.
    reason: Option<String>,
    /// The last note, which is not repeated.
    last: String,
}

impl Lines {
    pub(super) fn new(facts: Facts, output: Output) -> Self {
        Self {
            facts,
            output,
            screen: Screen::new(output.rewrites),
            tor: TorLines::default(),
            transports: TransportLines::default(),
            orders: OrderLines::default(),
            pictures_left: 0,
            ends: RoleEnds::default(),
            reason: None,
            last: String::new(),
        }
    }

    /// Tells which shop is being opened.
    pub(super) fn heading(&mut self) {
        self.screen.line(&self.facts.heading);
        self.screen.row("shop", "is opening; press Ctrl-C to close it");
    }

    /// Tells where the preview will be: a browser that comes early waits.
    pub(super) fn preview(&mut self, at: SocketAddr) {
        self.screen.row("preview", &format!("http://{at}/   (only on this machine)"));
    }

    /// Tells where orders arrive, what to type, and what to do before taking real money.
    pub(super) fn open(&mut self) {
        let Facts { mailbox, folder, import_key, to_do, .. } = &self.facts;
        self.screen.row("orders", &format!("mutt -f {mailbox}"));
        if let Some(secret) = import_key {
            self.screen.row("", &format!("once, before that: gpg --import {secret}"));
        }
        let dir = if folder.is_empty() { String::new() } else { format!(" --dir {folder}") };
        let next = format!("in a second terminal: cryptocart orders{dir}, cryptocart status{dir}");
        self.screen.row("next", &next);
        if !to_do.is_empty() {
            self.screen.line("Before you take real money:");
            for left in to_do {
                self.screen.entry(left);
            }
        }
    }

    /// Tells what the tor role reports.
    pub(super) fn tor(&mut self, status: &Status, now: Instant) {
        match status {
            Status::Waiting { reason } => self.reason = Some(reason.clone()),
            Status::Reachable => self.reason = None,
            _ => {}
        }
        let rows = self.tor.hear(status, now);
        self.show_progress(now);
        for tor_lines::Row { subject, text, is_progress } in rows {
            if !(is_progress && self.output.rewrites) {
                self.screen.row(subject, &text);
            }
        }
    }

    /// Tells what the shop role says.
    pub(super) fn hear(&mut self, word: ShopWord, now: Instant) {
        match word {
            ShopWord::Note { subject, text } => self.note(&subject, &text),
            ShopWord::Pictures(progress) => self.pictures(progress, now),
            ShopWord::NewOrders(new) => self.new_orders(&new, now),
        }
    }

    /// Tells that a role ended and is started again.
    pub(super) fn role_ended(&mut self, role: &str, now: Instant) {
        let reason = if role == "tor" { self.reason.take() } else { None };
        let text = self.ends.ended(role, reason, now);
        match role {
            "tor" => self.tor.ended(text.is_some()),
            _ => self.pictures_left = 0,
        }
        self.show_progress(now);
        if let Some(text) = text {
            self.screen.row(role, &text);
        }
    }

    /// Tells nothing of a tor role that was stopped until its transport is back.
    pub(super) fn tor_waits(&mut self, now: Instant) {
        self.tor.ended(true);
        self.show_progress(now);
    }

    /// Tells that a transport works, or why not.
    pub(super) fn transport(&mut self, names: &str, failure: Option<&str>) {
        if let Some(text) = self.transports.hear(names, failure) {
            self.screen.row("tor", &text);
        }
    }

    /// Tells a note, but not twice in a row.
    pub(super) fn note(&mut self, subject: &str, text: &str) {
        let line = format!("{subject}{text}");
        if self.last != line {
            self.screen.row(subject, text);
            self.last = line;
        }
    }

    /// Tells something each time it happens.
    pub(super) fn row(&mut self, subject: &str, text: &str) {
        self.screen.row(subject, text);
    }

    fn pictures(&mut self, progress: PictureProgress, now: Instant) {
        let PictureProgress { ready, all, left, stage } = progress;
        self.pictures_left = left;
        self.show_progress(now);
        let is_last = left == 0;
        match stage {
            PictureStage::Begun => {
                let text = format!("{left} to make in the background; pages work meanwhile");
                self.note("pictures", &text);
            }
            PictureStage::Shown if is_last || !self.output.rewrites => {
                self.note("pictures", &format!("{ready} of {all} ready, metadata removed"));
            }
            PictureStage::Shown | PictureStage::Made => {}
        }
    }

    fn new_orders(&mut self, new: &NewOrders, now: Instant) {
        // The shop role was told to send none; nothing is printed whatever it does.
        if self.output.tells_orders {
            self.orders.add(&new.latest, new.count);
            self.pass(now);
        }
    }

    fn show_progress(&mut self, now: Instant) {
        let tor = self.tor.progress().map(|text| format!("  {:<8} {text}", "tor"));
        let left = self.pictures_left;
        let text = match (tor, left) {
            (tor, 0) => tor.unwrap_or_default(),
            (Some(tor), left) => format!("{tor}; {} left", many(left, "picture", "pictures")),
            (None, left) => format!("  pictures {left} left"),
        };
        self.screen.set_progress(text, now);
    }

    /// Tells that the shop closes.
    pub(super) fn closing(&mut self) {
        self.screen.end_progress();
        let hurry =
            if self.output.rewrites { " Press Ctrl-C again to close it at once." } else { "" };
        self.screen.line(&format!("Closing the shop.{hurry}"));
    }

    /// Says goodbye.
    pub(super) fn closed(&mut self) {
        let stays =
            if self.facts.is_on_tor { ", and the onion address stays the same" } else { "" };
        self.screen.end_progress();
        self.screen.line(&format!("Closed. Placed orders are kept{stays}."));
        let folder = &self.facts.folder;
        let dir = if folder.is_empty() { String::new() } else { format!(" {folder}") };
        self.screen.line(&format!("To open the shop again: cryptocart serve{dir}"));
        self.screen.line("Goodbye.");
    }

    /// Returns the time at which [`Lines::pass`] has something to write.
    pub(super) fn due(&self, now: Instant) -> Option<Instant> {
        [self.screen.due(), self.orders.due(now)].into_iter().flatten().min()
    }

    /// Writes what has become due.
    pub(super) fn pass(&mut self, now: Instant) {
        if let Some(line) = self.orders.take(now) {
            self.screen.line(&line);
        }
        self.screen.pass(now);
    }

    /// Returns everything to be written since this was last called.
    pub(super) fn take(&mut self) -> String {
        self.screen.take()
    }
}

#[cfg(test)]
mod tests;
