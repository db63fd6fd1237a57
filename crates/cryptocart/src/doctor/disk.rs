//! The disk below the shop: encrypted or not, and its room.

use super::{
    Subject,
    machine::{Machine, Seen},
    report::Report,
};
use crate::tasks::disk_space;
use std::path::Path;

/// Free bytes below which the seller should look.
/// It is four times the number below which orders are refused.
const PLENTY: u64 = disk_space::LEAST * 4;

/// Devices below a device that are followed: encryption is at most below LVM and RAID.
const DEEPEST: u32 = 6;

pub(super) fn look(machine: &dyn Machine, subject: &Subject, report: &mut Report) {
    match is_encrypted(machine, &subject.folder) {
        Some(true) => report.good("encryption", "the shop is on an encrypted disk"),
        Some(false) => report.look(
            "encryption",
            "the shop's disk is not encrypted: who gets it, or a copy, reads the onion key",
            "cryptocart onion lock seals the key; a disk is encrypted when Debian is installed",
        ),
        None => report.look(
            "encryption",
            "it cannot be seen if the shop's disk is encrypted",
            "on Debian, lsblk shows \"crypt\" above an encrypted one",
        ),
    }
    let Some(free) = machine.free(&subject.folder) else { return };
    let what = format!("{} MiB free", disk_space::mib(free));
    if free < disk_space::LEAST {
        let least = disk_space::mib(disk_space::LEAST);
        report.bad(
            "room",
            what,
            format!("below {least} MiB no orders are taken: free some disk space"),
        );
    } else if free < PLENTY {
        report.look("room", what, "free some disk space before the shop has to stop");
    } else {
        report.good("room", what);
    }
}

/// Returns true if a path is on an encrypted disk; none if that cannot be seen.
pub(super) fn is_encrypted(machine: &dyn Machine, path: &Path) -> Option<bool> {
    let table = machine.known("/proc/self/mountinfo");
    let mut best: Option<Mount<'_>> = None;
    for mount in table.lines().filter_map(Mount::parse) {
        let depth = |mount: &Mount<'_>| mount.place.len();
        // The last of two at one place is the one that is seen.
        if path.starts_with(&mount.place) && best.as_ref().is_none_or(|b| depth(b) <= depth(&mount))
        {
            best = Some(mount);
        }
    }
    let mount = best?;
    if mount.kind == "tmpfs" || mount.kind == "ramfs" {
        return Some(true);
    }
    if let Some(known) = is_node_encrypted(machine, mount.device, 0) {
        return Some(known);
    }
    // btrfs and overlays have a device number of their own.
    is_device_encrypted(machine, mount.source.strip_prefix("/dev/")?)
}

/// Returns the same for a device in `/dev`.
pub(super) fn is_device_encrypted(machine: &dyn Machine, device: &str) -> Option<bool> {
    let name = match device.strip_prefix("mapper/") {
        Some(mapped) => named(machine, mapped)?,
        None => device.to_owned(),
    };
    let number = machine.text(Path::new(&format!("/sys/class/block/{name}/dev"))).is()?;
    is_node_encrypted(machine, number.trim(), 0)
}

/// Finds the device that the mapper calls so: `dm-0`.
fn named(machine: &dyn Machine, mapped: &str) -> Option<String> {
    let devices = machine.names(Path::new("/sys/class/block")).is()?;
    devices
        .into_iter()
        .find(|name| machine.known(&format!("/sys/class/block/{name}/dm/name")).trim() == mapped)
}

/// Follows a device, by its number (`254:0`), to those below it.
fn is_node_encrypted(machine: &dyn Machine, number: &str, depth: u32) -> Option<bool> {
    let folder = format!("/sys/dev/block/{number}");
    if depth > DEEPEST || matches!(machine.names(Path::new(&folder)), Seen::Missing | Seen::Denied)
    {
        return None;
    }
    if machine.known(&format!("{folder}/dm/uuid")).starts_with("CRYPT-") {
        return Some(true);
    }
    let below = machine.names(Path::new(&format!("{folder}/slaves"))).is().unwrap_or_default();
    let mut all = None;
    for name in below {
        let number = machine.known(&format!("{folder}/slaves/{name}/dev"));
        match is_node_encrypted(machine, number.trim(), depth + 1) {
            // One open part is enough to read a part.
            Some(false) => return Some(false),
            found => all = found.or(all),
        }
    }
    all.or(Some(false))
}

/// A line of `mountinfo`.
struct Mount<'a> {
    device: &'a str,
    place: String,
    kind: &'a str,
    source: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (left, right) = line.split_once(" - ")?;
        let left: Vec<&str> = left.split(' ').collect();
        let right: Vec<&str> = right.split(' ').collect();
        // Blanks are written as octal numbers there.
        let place = left.get(4)?.replace("\\040", " ");
        Some(Self { device: left.get(2)?, place, kind: right.first()?, source: right.get(1)? })
    }
}
