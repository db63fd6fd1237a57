//! Lines that stay, and below them, on a terminal, one that is rewritten in place.

use std::time::Duration;
use tokio::time::Instant;

/// Shortest time between two changes of the line that is rewritten.
const PACE: Duration = Duration::from_secs(1);

/// Columns that lines are wrapped to on a terminal.
const COLUMNS: usize = 79;

/// Columns of a row's subject, with the blanks around it.
const INDENT: usize = 11;

/// Text on its way to standard output. Knows no clock and writes nothing itself.
pub(super) struct Screen {
    rewrites: bool,
    /// Written since it was last taken.
    written: String,
    /// The rewritten line as it should be; empty if there should be none.
    wanted: String,
    /// The rewritten line as it is.
    shown: String,
    changed: Option<Instant>,
}

impl Screen {
    /// Makes an empty screen. `rewrites`: a line may be rewritten in place.
    pub(super) const fn new(rewrites: bool) -> Self {
        Self {
            rewrites,
            written: String::new(),
            wanted: String::new(),
            shown: String::new(),
            changed: None,
        }
    }

    /// Writes a line that stays.
    pub(super) fn line(&mut self, text: &str) {
        self.wrapped("", text, 0);
    }

    /// Writes a line that stays, of a subject and what is said of it.
    pub(super) fn row(&mut self, subject: &str, text: &str) {
        self.wrapped(&format!("  {subject:<8} "), text, INDENT);
    }

    /// Writes an entry of a list that stays.
    pub(super) fn entry(&mut self, text: &str) {
        self.wrapped("  - ", text, 4);
    }

    /// Sets the line that is rewritten; none if it is empty.
    /// It is written with the next line that stays, or when its time has come.
    pub(super) fn set_progress(&mut self, text: String, now: Instant) {
        if self.rewrites {
            self.wanted = text;
            self.pass(now);
        }
    }

    /// Erases the rewritten line and what was typed into its row.
    pub(super) fn end_progress(&mut self) {
        if self.rewrites {
            self.written.push_str("\r\x1b[K");
        }
        self.wanted.clear();
        self.shown.clear();
    }

    /// Returns the time at which [`Screen::pass`] has something to write.
    pub(super) fn due(&self) -> Option<Instant> {
        self.changed.filter(|_| self.wanted != self.shown).map(|changed| changed + PACE)
    }

    /// Rewrites the line, if that is due.
    pub(super) fn pass(&mut self, now: Instant) {
        let is_late = self.due().is_none_or(|due| due <= now);
        if self.wanted != self.shown && is_late {
            self.erase();
            self.draw();
            self.changed = Some(now);
        }
    }

    /// Returns everything to be written since this was last called.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.written)
    }

    fn wrapped(&mut self, begin: &str, text: &str, indent: usize) {
        self.erase();
        self.written.push_str(begin);
        if self.rewrites {
            self.written.push_str(&wrap(text, begin.chars().count(), indent));
        } else {
            self.written.push_str(text);
        }
        self.written.push('\n');
        self.draw();
    }

    fn erase(&mut self) {
        if !self.shown.is_empty() {
            self.written.push_str("\r\x1b[K");
            self.shown.clear();
        }
    }

    /// Draws the rewritten line without wrapping: only one row can be erased again.
    fn draw(&mut self) {
        if !self.wanted.is_empty() {
            self.written.push_str(&format!("\x1b[?7l{}\x1b[?7h", self.wanted));
        }
        self.shown.clone_from(&self.wanted);
    }
}

/// Breaks a text between words, so that rows have [`COLUMNS`] at most.
/// Its first row begins at column `at`, the others at `indent`. A longer word, such as an address,
/// stays whole, so that it can be copied.
fn wrap(text: &str, mut at: usize, indent: usize) -> String {
    let mut wrapped = String::new();
    for (n, piece) in text.split_inclusive(' ').enumerate() {
        let columns = piece.trim_end().chars().count();
        if n > 0 && at + columns > COLUMNS {
            wrapped.truncate(wrapped.trim_end().len());
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
            at = indent;
        }
        wrapped.push_str(piece);
        at += piece.chars().count();
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn progress_is_rewritten_once_a_second() {
        let begin = Instant::now();
        let mut screen = Screen::new(true);
        screen.set_progress("10 %".into(), begin);
        assert_eq!(screen.take(), "\x1b[?7l10 %\x1b[?7h");
        for percent in 11..40 {
            screen.set_progress(format!("{percent} %"), begin + Duration::from_millis(percent));
        }
        assert_eq!(screen.take(), "");
        let due = screen.due().unwrap();
        assert_eq!(due, begin + PACE);
        screen.pass(due);
        assert_eq!(screen.take(), "\r\x1b[K\x1b[?7l39 %\x1b[?7h");
        assert_eq!(screen.due(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn line_that_stays_is_written_above_progress() {
        let mut screen = Screen::new(true);
        screen.set_progress("10 %".into(), Instant::now());
        screen.take();
        screen.row("onion", "is reachable");
        assert_eq!(screen.take(), "\r\x1b[K  onion    is reachable\n\x1b[?7l10 %\x1b[?7h");
        screen.set_progress(String::new(), Instant::now() + PACE);
        assert_eq!(screen.take(), "\r\x1b[K");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_rewritten_in_a_file() {
        let mut screen = Screen::new(false);
        screen.set_progress("10 %".into(), Instant::now());
        screen.row("tor", &"word ".repeat(40));
        screen.set_progress("20 %".into(), Instant::now());
        screen.end_progress();
        screen.line("end");
        let text = screen.take();
        assert_eq!(text.matches('\n').count(), 2);
        assert!(!text.contains(['\x1b', '\r']), "{text}");
        assert_eq!(screen.due(), None);
    }

    #[test]
    fn rows_break_between_words_and_keep_addresses_whole() {
        let address = format!("http://{}.onion", "a".repeat(56));
        let text = wrap(&format!("{address} {}", "word ".repeat(20)), INDENT, INDENT);
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows[0], address);
        assert!(rows.len() == 3 && rows[1].starts_with("           word word"), "{text}");
        assert!(rows[1..].iter().all(|row| row.len() <= COLUMNS), "{text}");
    }
}
