//! Progress of a long command.

use crate::terminal;
use std::io::{self, IsTerminal};

/// Progress of a long work, on a terminal.
pub(super) struct Progress {
    doing: &'static str,
    /// Bytes of the whole work, if they are known.
    all: Option<u64>,
    done: u64,
    shown: String,
}

impl Progress {
    pub(super) const fn new(doing: &'static str, all: Option<u64>) -> Self {
        Self { doing, all, done: 0, shown: String::new() }
    }

    pub(super) fn add(&mut self, bytes: u64) {
        self.done = self.done.saturating_add(bytes);
        if !io::stderr().is_terminal() {
            return;
        }
        let doing = self.doing;
        let said = match self.all.filter(|all| *all > 0) {
            Some(all) => {
                format!("{doing}: {} %", (self.done.min(all) / 1024 * 100) / all.div_ceil(1024))
            }
            None => format!("{doing}: {} MiB", self.done >> 20),
        };
        if said != self.shown {
            terminal::progress(&said);
            self.shown = said;
        }
    }

    /// Takes it from the terminal again.
    pub(super) fn end(&self) {
        if !self.shown.is_empty() {
            terminal::progress("");
        }
    }
}
