//! Memory, and the ways in which it comes to a disk: swap and copies of crashed programs.

use super::{
    disk,
    machine::{Machine, Seen, field},
    report::Report,
};
use std::path::Path;

/// Memory with which a shop works well, in KiB; 1 GB machines report a little less.
const ENOUGH: u64 = 900 << 10;

/// Free memory below which the system may end programs, in KiB.
const LITTLE: u64 = 96 << 10;

pub(super) fn look(machine: &dyn Machine, report: &mut Report) {
    swap(machine, report);
    core_dumps(machine, report);
    size(machine, report);
}

fn swap(machine: &dyn Machine, report: &mut Report) {
    let table = machine.known("/proc/swaps");
    let names: Vec<&str> =
        table.lines().skip(1).filter_map(|line| line.split_ascii_whitespace().next()).collect();
    if names.is_empty() {
        return report.good("swap", "off");
    }
    let open: Vec<&str> = names.iter().copied().filter(|name| !is_sealed(machine, name)).collect();
    if open.is_empty() {
        return report.good("swap", "in memory or encrypted");
    }
    report.bad(
        "swap",
        format!("{} is on and not encrypted: what is in memory stays on the disk", open.join(", ")),
        "swapoff -a, and systemctl mask swap.target (docs/server.md)",
    );
}

/// Returns true if a swap is compressed memory, or on an encrypted disk.
fn is_sealed(machine: &dyn Machine, name: &str) -> bool {
    if name.starts_with("/dev/zram") {
        return true;
    }
    match name.strip_prefix("/dev/") {
        Some(device) => disk::is_device_encrypted(machine, device) == Some(true),
        None => disk::is_encrypted(machine, Path::new(name)) == Some(true),
    }
}

fn core_dumps(machine: &dyn Machine, report: &mut Report) {
    let pattern = match machine.text(Path::new("/proc/sys/kernel/core_pattern")) {
        Seen::Is(pattern) => pattern.trim().to_owned(),
        Seen::Missing | Seen::Denied => return,
    };
    let cure =
        "docs/server.md, Harden the machine: sysctl.conf (kernel.core_pattern = |/bin/false)";
    if pattern == "|/bin/false" || pattern == "|/usr/bin/false" || pattern.is_empty() {
        return report.good("core dumps", "a program that crashes leaves no copy of its memory");
    }
    // The shop's own processes cannot be dumped whatever stands here.
    let what = match pattern.strip_prefix('|') {
        Some(program) => {
            let program = program.split(' ').next().unwrap_or_default();
            format!("the memory of a program that crashes is given to {program}")
        }
        None => "the memory of a program that crashes can be written to the disk".to_owned(),
    };
    report.look("core dumps", what, cure);
}

fn size(machine: &dyn Machine, report: &mut Report) {
    let table = machine.known("/proc/meminfo");
    let kib =
        |name: &str| -> Option<u64> { field(&table, name, ':')?.strip_suffix(" kB")?.parse().ok() };
    let (Some(all), Some(free)) = (kib("MemTotal"), kib("MemAvailable")) else { return };
    let what = format!("{} MiB, {} MiB of them free", all >> 10, free >> 10);
    if all < ENOUGH || free < LITTLE {
        report.look("memory", what, "a shop wants 1 GB: stop other programs, or rent more");
    } else {
        report.good("memory", what);
    }
}
