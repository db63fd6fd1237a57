//! A terminal that can be read: a program in a window of tmux.

use std::{path::Path, process::Command};

/// A terminal of 120 columns and 60 rows, in which one program runs.
pub(crate) struct Terminal {
    folder: tempfile::TempDir,
}

impl Terminal {
    /// Runs a program in this folder.
    pub(crate) fn run(folder: &Path, command: &[&str]) -> Self {
        let terminal = Self { folder: tempfile::tempdir().unwrap() };
        let begin = ["start-server", ";", "set-option", "-g", "remain-on-exit", "on", ";"];
        let window = ["new-session", "-d", "-x", "120", "-y", "60", "-c"];
        let arguments: Vec<&str> =
            [&begin[..], &window, &[folder.to_str().unwrap()], command].concat();
        terminal.tmux(&arguments);
        terminal
    }

    /// Presses a key.
    pub(crate) fn press(&self, key: &str) {
        self.tmux(&["send-keys", key]);
    }

    /// Returns what is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    /// Returns the exit status of the program, once it has ended.
    pub(crate) fn exit_status(&self) -> Option<i32> {
        // tmux can miss the end of a program until another of its own processes ends.
        self.tmux(&["run-shell", "true"]);
        self.ask("#{pane_dead_status}").parse().ok()
    }

    fn ask(&self, format: &str) -> String {
        self.tmux(&["display-message", "-p", format]).trim().to_owned()
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux")
            .args(["-f", "/dev/null", "-S"])
            .arg(self.folder.path().join("tmux"))
            .args(arguments)
            .env("TERM", "xterm")
            .output()
            .expect("tmux starts (Debian: apt install tmux)");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A shop survives the end of its terminal.
        if self.exit_status().is_none() {
            drop(Command::new("kill").args(["-9", &self.ask("#{pane_pid}")]).output());
        }
        self.tmux(&["kill-server"]);
    }
}
