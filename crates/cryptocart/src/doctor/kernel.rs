//! Settings of the kernel.

use super::{
    machine::{Machine, Seen},
    network,
    report::Report,
};
use std::path::Path;

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    user_namespaces(machine, report);
    tracing(machine, report);
    processes_of_others(machine, report);
    clock(machine, report);
}

fn number(machine: &dyn Machine, path: &str) -> Option<u64> {
    machine.text(Path::new(path)).is()?.trim().parse().ok()
}

fn user_namespaces(machine: &dyn Machine, report: &mut Report) {
    let off = [
        ("/proc/sys/kernel/unprivileged_userns_clone", 0, "kernel.unprivileged_userns_clone=1"),
        ("/proc/sys/user/max_user_namespaces", 0, "user.max_user_namespaces=10000"),
        (
            "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
            1,
            "kernel.apparmor_restrict_unprivileged_userns=0",
        ),
    ];
    for (path, refusing, setting) in off {
        if number(machine, path) == Some(refusing) {
            let what = "the kernel gives users no namespaces, with which the shop cuts itself off the network";
            return report.look("namespaces", what, format!("sysctl {setting}"));
        }
    }
    report.good("namespaces", "the shop can cut itself off the network");
}

fn tracing(machine: &dyn Machine, report: &mut Report) {
    match number(machine, "/proc/sys/kernel/yama/ptrace_scope") {
        Some(0) | None => report.look(
            "tracing",
            "a program can look into the memory of others of its user",
            "docs/server.md, Harden the machine: sysctl.conf (kernel.yama.ptrace_scope = 2)",
        ),
        Some(_) => report.good("tracing", "programs cannot look into each other's memory"),
    }
}

fn processes_of_others(machine: &dyn Machine, report: &mut Report) {
    let mounts = machine.known("/proc/self/mountinfo");
    let proc = mounts.lines().rfind(|line| line.split(' ').nth(4) == Some("/proc"));
    let options = proc.and_then(|line| line.rsplit(' ').next()).unwrap_or_default();
    let is_hidden = options.split(',').any(|option| {
        option.strip_prefix("hidepid=").is_some_and(|value| !["0", "off"].contains(&value))
    });
    if is_hidden {
        report.good("processes", "users see their own alone");
        return;
    }
    // The package's unit hides them from the shop (ProtectProc=invisible).
    let users = machine.known("/etc/passwd");
    let people = users.lines().filter(|line| {
        let user: Option<u32> = line.split(':').nth(2).and_then(|user| user.parse().ok());
        user.is_some_and(|user| (1_000..60_000).contains(&user))
    });
    if people.count() > 1 {
        report.look(
            "processes",
            "every user sees the processes of all, and several people have a name here",
            "keep the machine for the shop alone, or mount /proc with hidepid=invisible",
        );
    } else {
        report.good("processes", "at most one person has a name here to see them");
    }
}

fn clock(machine: &dyn Machine, report: &mut Report) {
    let sets = ["systemd-timesyn", "chronyd", "ntpd", "ntpd_intres", "openntpd"];
    let names = machine.processes().into_iter().map(|process| machine.process_name(process));
    let is_set = machine.has("/run/systemd/timesync/synchronized");
    let has_program = names.into_iter().any(|name| sets.contains(&name.as_str()));
    match (is_set, has_program) {
        (true, true) => report.good("clock", "it is set from the network"),
        (false, true) => report.look(
            "clock",
            "a program sets it, and did not say yet that it could",
            "compare it with your watch: date -u",
        ),
        // The way of docs/server.md: nobody on the way tells the machine a wrong time.
        (_, false) if network::keeps_in(machine) => {
            report.good("clock", "nobody is asked for the time; compare it once a month: date -u");
        }
        (_, false) => report.look(
            "clock",
            "no program sets it, though the firewall would let one ask",
            "compare it with your watch once a month: date -u",
        ),
    }
}

/// Returns the version of the kernel that runs.
pub(super) fn running(machine: &dyn Machine) -> Option<String> {
    match machine.text(Path::new("/proc/sys/kernel/osrelease")) {
        Seen::Is(release) => Some(release.trim().to_owned()),
        Seen::Missing | Seen::Denied => None,
    }
}
