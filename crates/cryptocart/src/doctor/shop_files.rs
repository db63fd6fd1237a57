//! Rights of the shop's files.

use super::{
    Subject,
    machine::{Machine, Rights, Seen},
    report::Report,
};
use std::path::Path;

/// Files and folders of a shop that its user alone may read.
const PRIVATE: [&str; 9] = [
    "state",
    "state/onion",
    "state/onion/hs_ed25519_secret_key",
    "state/view-keys",
    "state/view-keys/monero",
    "state/view-keys/monero.sealed",
    "state/cookie.key",
    "state/shop.db",
    "mailorders/root",
];

pub(super) fn look(machine: &dyn Machine, subject: &Subject, report: &mut Report) {
    let folder = &subject.folder;
    match machine.rights(&folder.join("shop.toml")) {
        Seen::Is(_) => {}
        Seen::Missing => {
            let what = format!("there is no shop in {}", folder.display());
            let cure = if machine.has("/var/lib/cryptocart") {
                "the shop of the package is not yours to see: sudo cryptocart doctor"
            } else {
                "name its folder: cryptocart doctor --dir DIR"
            };
            return report.look("shop", what, cure);
        }
        Seen::Denied => return report.unseen("the files of the shop"),
    }
    let Seen::Is(owner) = machine.rights(folder) else { return };
    if owner.user == 0 {
        report.look(
            "user",
            "the shop belongs to root",
            "give it a user of its own; the Debian package does",
        );
    }
    let mut is_good = true;
    for name in PRIVATE {
        let Seen::Is(rights) = machine.rights(&folder.join(name)) else { continue };
        let path = folder.join(name);
        if is_open(rights) && !is_behind_a_wall(machine, &path) {
            is_good = false;
            let what = format!("others may read {} (mode {:o})", path.display(), rights.mode);
            report.bad("files", what, format!("chmod go= {}", path.display()));
        }
        if rights.user != owner.user {
            is_good = false;
            let what = format!("{} belongs to another user than the shop", path.display());
            report.look("files", what, "chown it to the shop's user");
        }
    }
    let is_there = |name: &str| matches!(machine.rights(&folder.join(name)), Seen::Is(_));
    if is_there("state/onion/onion_key.sealed") && is_there("state/view-keys/monero") {
        is_good = false;
        let what = "the view key of [monero] is not encrypted, and the onion key is";
        report.look("files", what, "store it again: cryptocart monero key");
    }
    if is_good {
        report.good("files", "the shop's keys, orders and mails are its user's alone");
    }
}

const fn is_open(rights: Rights) -> bool {
    rights.mode & 0o077 != 0
}

/// Returns true if a folder above a path lets no other user through.
fn is_behind_a_wall(machine: &dyn Machine, path: &Path) -> bool {
    path.ancestors()
        .skip(1)
        .any(|above| matches!(machine.rights(above), Seen::Is(rights) if rights.mode & 0o011 == 0))
}
