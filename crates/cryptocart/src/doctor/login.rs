//! Settings of sshd, read from its files: asking sshd itself needs root.

use super::{
    machine::{Machine, Seen},
    report::Report,
};
use std::{collections::HashMap, path::Path};

const SETTINGS: &str = "/etc/ssh/sshd_config";

/// Depth of files that include files.
const DEEPEST: u32 = 4;

/// The file of the guide that mends each of these.
const CURE: &str = "docs/server.md, Harden the machine: SSH";

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    let mut settings = Settings::default();
    match machine.rights(Path::new(SETTINGS)) {
        Seen::Missing => return report.good("ssh", "there is no ssh server"),
        Seen::Denied => return report.unseen("the settings of the ssh server"),
        Seen::Is(_) => settings.read(machine, Path::new(SETTINGS), 0),
    }
    if settings.is_denied {
        // What cannot be read may come first, and then it counts.
        return report.unseen("some settings of the ssh server");
    }
    let is_yes = |name: &str, default: &str| settings.value(name, default) == "yes";
    if is_yes("passwordauthentication", "yes") || is_yes("kbdinteractiveauthentication", "yes") {
        report.bad("ssh", "it takes passwords, which can be guessed", CURE);
    } else {
        report.good("ssh", "it takes keys alone");
    }
    match settings.value("permitrootlogin", "prohibit-password") {
        "no" => report.good("ssh", "root cannot log in"),
        "yes" => report.bad("ssh", "root can log in", CURE),
        _ => report.look("ssh", "root can log in with a key", CURE),
    }
    let forwards = is_yes("allowtcpforwarding", "yes") || is_yes("x11forwarding", "no");
    if forwards && !is_yes("disableforwarding", "no") {
        report.look("ssh", "a login can forward ports or windows, which a shop never needs", CURE);
    }
}

/// The settings of sshd. The first value of a name counts.
#[derive(Default)]
struct Settings {
    values: HashMap<String, String>,
    is_denied: bool,
}

impl Settings {
    fn value<'a>(&'a self, name: &str, default: &'a str) -> &'a str {
        self.values.get(name).map_or(default, String::as_str)
    }

    fn read(&mut self, machine: &dyn Machine, path: &Path, depth: u32) {
        let text = match machine.text(path) {
            Seen::Is(text) => text,
            Seen::Missing => return,
            Seen::Denied => {
                self.is_denied = true;
                return;
            }
        };
        for line in text.lines() {
            let mut words =
                line.split(|c: char| c.is_whitespace() || c == '=').filter(|w| !w.is_empty());
            let Some(name) = words.next().map(str::to_ascii_lowercase) else { continue };
            match name.as_str() {
                // From here on it holds for some users alone.
                "match" => return,
                "include" if depth < DEEPEST => {
                    for pattern in words {
                        self.include(machine, pattern, depth);
                    }
                }
                name if name.starts_with('#') => {}
                _ => {
                    let value = words.next().unwrap_or_default().trim_matches('"');
                    self.values.entry(name).or_insert_with(|| value.to_ascii_lowercase());
                }
            }
        }
    }

    /// Reads the files of a pattern with at most one `*`, in the last part of the path.
    fn include(&mut self, machine: &dyn Machine, pattern: &str, depth: u32) {
        let path = Path::new("/etc/ssh").join(pattern);
        let folder = path.parent().unwrap_or(Path::new("/"));
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some((before, after)) = name.split_once('*') else {
            return self.read(machine, &path, depth + 1);
        };
        let names = match machine.names(folder) {
            Seen::Is(names) => names,
            Seen::Missing => return,
            Seen::Denied => {
                self.is_denied = true;
                return;
            }
        };
        let fits = |name: &&String| name.starts_with(before) && name.ends_with(after);
        for name in names.iter().filter(fits) {
            self.read(machine, &folder.join(name), depth + 1);
        }
    }
}
