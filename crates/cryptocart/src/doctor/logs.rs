//! Logs on the disk, which say when somebody logged in and what a shop said.

use super::{
    machine::{Machine, Seen, field},
    report::Report,
};
use std::path::Path;

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    if is_persistent(machine) {
        report.look(
            "journal",
            "it is on the disk: it knows your logins, and the onion address",
            "docs/server.md, Harden the machine: the journal",
        );
    } else {
        report.good("journal", "it is in memory, and gone after a reboot");
    }
    if machine.has("/usr/sbin/rsyslogd") || machine.has("/usr/sbin/syslog-ng") {
        let cure = "apt remove rsyslog: the journal is enough";
        report.look("syslog", "a second log is written to the disk", cure);
    }
}

/// Returns true if journald keeps its files. Settings in later files count more.
fn is_persistent(machine: &dyn Machine) -> bool {
    let mut storage = "auto".to_owned();
    let mut read = |path: &Path| {
        let text = machine.text(path).is().unwrap_or_default();
        if let Some(value) = field(&text, "Storage", '=') {
            storage = value.to_ascii_lowercase();
        }
    };
    read(Path::new("/etc/systemd/journald.conf"));
    for folder in ["/usr/lib/systemd/journald.conf.d", "/etc/systemd/journald.conf.d"] {
        for name in machine.names(Path::new(folder)).is().unwrap_or_default() {
            if name.ends_with(".conf") {
                read(&Path::new(folder).join(name));
            }
        }
    }
    match storage.as_str() {
        "persistent" => true,
        "volatile" | "none" => false,
        _ => !matches!(machine.names(Path::new("/var/log/journal")), Seen::Missing),
    }
}
