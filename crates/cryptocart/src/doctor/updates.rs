//! Updates of the system: that they come, and that they are in use.

use super::{
    kernel,
    machine::{Machine, Seen},
    report::Report,
};
use std::path::Path;

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    if !machine.has("/etc/apt") {
        return report.look(
            "updates",
            "this is no Debian, so it cannot be seen if updates come by themselves",
            "see to it that security updates are installed every day",
        );
    }
    let cure = "docs/server.md, Harden the machine: updates";
    if !machine.has("/usr/bin/unattended-upgrade") {
        report.bad("updates", "security updates do not come by themselves", cure);
    } else if setting(machine, "APT::Periodic::Unattended-Upgrade") == Some(true) {
        report.good("updates", "security updates come by themselves");
    } else {
        report.bad(
            "updates",
            "security updates are installed by nobody: they are turned off",
            cure,
        );
    }
    sources(machine, report);
    restart(machine, report);
}

/// Reads a setting of apt from its files; the last one counts.
fn setting(machine: &dyn Machine, name: &str) -> Option<bool> {
    let folder = Path::new("/etc/apt/apt.conf.d");
    let mut value = None;
    for file in machine.names(folder).is().unwrap_or_default() {
        let text = machine.text(&folder.join(file)).is().unwrap_or_default();
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
            if let Some(rest) = line.strip_prefix(name) {
                let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
                value = Some(digits.parse::<u32>().is_ok_and(|days| days > 0));
            }
        }
    }
    value
}

fn sources(machine: &dyn Machine, report: &mut Report) {
    let mut files = vec!["/etc/apt/sources.list".to_owned()];
    let folder = "/etc/apt/sources.list.d";
    let names = machine.names(Path::new(folder)).is().unwrap_or_default();
    files.extend(names.iter().map(|name| format!("{folder}/{name}")));
    let is_open = files.iter().any(|file| {
        let text = machine.known(file);
        let lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
        lines.into_iter().any(|line| {
            line.split_ascii_whitespace()
                .any(|w| w.starts_with("http://") || w.starts_with("https://"))
        })
    });
    if is_open {
        report.look(
            "mirrors",
            "Debian's mirrors and the network see what is installed here",
            "docs/server.md, Harden the machine: updates through Tor",
        );
    } else {
        report.good("mirrors", "packages come through Tor, or from no network");
    }
}

fn restart(machine: &dyn Machine, report: &mut Report) {
    let cure = "reboot: the shop is back at the same address after it";
    if machine.has("/run/reboot-required") || machine.has("/var/run/reboot-required") {
        return report.look("reboot", "an update waits for a reboot", cure);
    }
    let (Some(running), Seen::Is(names)) =
        (kernel::running(machine), machine.names(Path::new("/boot")))
    else {
        return;
    };
    let installed: Vec<&str> =
        names.iter().filter_map(|name| name.strip_prefix("vmlinuz-")).collect();
    let is_newer = installed.iter().any(|release| is_later(release, &running));
    if installed.contains(&running.as_str()) && !is_newer {
        report.good("reboot", "the newest kernel runs");
    } else if is_newer {
        report.look("reboot", format!("kernel {running} runs, and a newer one is installed"), cure);
    }
}

/// Compares two versions of one flavour: `6.1.0-28-amd64` is later than `6.1.0-9-amd64`.
fn is_later(a: &str, b: &str) -> bool {
    let flavour = |release: &str| -> String { release.split('-').skip(2).collect() };
    let numbers = |release: &str| -> Vec<u64> {
        let parts = release.split(|c: char| !c.is_ascii_digit());
        parts.map_while(|part| part.parse().ok()).collect()
    };
    flavour(a) == flavour(b) && numbers(a) > numbers(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_compared_by_numbers() {
        assert!(is_later("6.1.0-28-amd64", "6.1.0-9-amd64"));
        assert!(!is_later("6.1.0-9-amd64", "6.1.0-28-amd64"));
        assert!(!is_later("6.1.0-28-amd64", "6.1.0-28-amd64"));
        assert!(!is_later("6.1.0-29-rt-amd64", "6.1.0-28-amd64"));
    }
}
