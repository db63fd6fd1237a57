//! Confinement of the processes of an open shop.

use super::{
    Subject,
    machine::{Machine, Seen, field},
    report::Report,
};
use std::path::Path;

pub(super) fn look(machine: &dyn Machine, subject: &Subject, report: &mut Report) {
    let lock = subject.folder.join("state/serve.lock");
    let supervisor: Option<u32> = match machine.text(&lock) {
        Seen::Is(text) => text.trim().parse().ok(),
        Seen::Missing => None,
        Seen::Denied => return report.unseen("the processes of the shop"),
    };
    // The number may be that of a shop that ended; another process may have it now.
    let supervisor =
        supervisor.filter(|process| words(machine, *process).contains(&"serve".to_owned()));
    let Some(supervisor) = supervisor else {
        return report.look(
            "processes",
            "the shop is not open, so its processes were not looked at",
            "run this again while it is open",
        );
    };
    let mut seen = 0;
    for process in machine.processes() {
        let status = machine.known(&format!("/proc/{process}/status"));
        if field(&status, "PPid", ':').and_then(|id| id.parse().ok()) != Some(supervisor) {
            continue;
        }
        match words(machine, process).last().map(String::as_str) {
            Some("shop") => {
                seen += 1;
                confinement(report, "shop process", &status);
                network(machine, report, process, supervisor);
            }
            Some("tor") => {
                seen += 1;
                confinement(report, "tor process", &status);
            }
            _ => {}
        }
    }
    if seen == 0 {
        report.unseen("the processes of the shop");
    }
}

fn words(machine: &dyn Machine, process: u32) -> Vec<String> {
    let words = machine.known(&format!("/proc/{process}/cmdline"));
    words.split('\0').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Checks what `/proc/PID/status` says of a process.
fn confinement(report: &mut Report, subject: &'static str, status: &str) {
    let value = |name| field(status, name, ':').unwrap_or_default();
    let rights = value("CapEff").trim_start_matches('0');
    if !rights.is_empty() {
        let what = format!("it has rights of the kernel (CapEff {rights})");
        report.bad(subject, what, "do not run the shop as root; use the package's unit");
    } else if value("NoNewPrivs") != "1" || value("Seccomp") != "2" {
        report.bad(
            subject,
            "its system calls are not limited",
            "a kernel of 5.13 or later with seccomp; look at cryptocart check",
        );
    } else {
        report.good(subject, "it has no rights of the kernel, and few system calls");
    }
}

/// Checks that the shop process has no network.
fn network(machine: &dyn Machine, report: &mut Report, process: u32, supervisor: u32) {
    let space = |process: u32| machine.link(Path::new(&format!("/proc/{process}/ns/net"))).is();
    let is_apart = match (space(process), space(supervisor)) {
        (Some(own), Some(other)) => Some(own != other),
        // The tables are readable where the links are not.
        _ => machine
            .text(Path::new(&format!("/proc/{process}/net/dev")))
            .is()
            .map(|table| interfaces(&table) <= 1),
    };
    match is_apart {
        Some(true) => report.good("shop process", "it has no network"),
        Some(false) => report.bad(
            "shop process",
            "it shares the machine's network: an intruder in the shop could find out where it is",
            "allow user namespaces (see system below), or use the package's unit",
        ),
        None => report.unseen("the network of the shop process"),
    }
}

/// Counts the interfaces of `/proc/net/dev`, below its two lines of headings.
fn interfaces(table: &str) -> usize {
    table.lines().skip(2).filter(|line| line.contains(':')).count()
}
