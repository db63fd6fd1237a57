//! Secret keys that should not be on this machine.

use super::{
    Subject,
    machine::{Machine, Seen},
    report::Report,
};
use std::path::{Path, PathBuf};

/// First line of a secret key that was exported.
const SECRET: &[u8] = b"-----BEGIN PGP PRIVATE KEY BLOCK-----";

pub(super) fn look(machine: &dyn Machine, subject: &Subject, report: &mut Report) {
    let cure = "move it to a computer at home, then remove it here (docs/reading-at-home.md)";
    let mut is_clean = true;
    for (home, name) in homes(machine, report) {
        let keys = home.join("private-keys-v1.d");
        let names = match machine.names(&keys) {
            Seen::Is(names) => names,
            Seen::Missing => continue,
            Seen::Denied => {
                report.unseen("gpg's secret keys of other users");
                continue;
            }
        };
        if !names.iter().any(|name| name.ends_with(".key")) {
            continue;
        }
        is_clean = false;
        if !subject.is_demo && knows_seller(machine, &home, subject) {
            let what =
                format!("gpg of {name} has a secret key, and knows yours: it may open every order");
            report.bad("seller's key", what, cure);
        } else {
            report.look("secret keys", format!("gpg of {name} has a secret key"), cure);
        }
    }
    for path in exported(machine, subject) {
        is_clean = false;
        let what = format!("{} is a secret key", path.display());
        if subject.is_demo && path.starts_with(&subject.throw_away_key) {
            report.look(
                "secret keys",
                format!("{what}, the demo's throw-away one"),
                "it is of no use in a real shop: remove it then",
            );
        } else {
            report.bad("secret keys", what, cure);
        }
    }
    if is_clean {
        report.good("secret keys", "none was found that opens orders");
    }
}

/// Returns the gpg folders of users who can log in, with the users' names.
fn homes(machine: &dyn Machine, report: &mut Report) -> Vec<(PathBuf, String)> {
    let users = machine.known("/etc/passwd");
    let mut homes = Vec::new();
    for line in users.lines() {
        let parts: Vec<&str> = line.split(':').collect();
        let (Some(name), Some(home)) = (parts.first(), parts.get(5)) else { continue };
        if *home == "/" || home.is_empty() || *home == "/nonexistent" {
            continue;
        }
        match machine.rights(&Path::new(home).join(".gnupg")) {
            Seen::Is(_) => homes.push((Path::new(home).join(".gnupg"), (*name).to_owned())),
            Seen::Missing => {}
            Seen::Denied => report.unseen("gpg's secret keys of other users"),
        }
    }
    homes.sort();
    homes.dedup_by(|a, b| a.0 == b.0);
    homes
}

/// Returns true if the list of public keys in a gpg folder has the seller's.
fn knows_seller(machine: &dyn Machine, home: &Path, subject: &Subject) -> bool {
    let Some(fingerprint) = subject.seller.as_deref().and_then(bytes_of) else { return false };
    let lists = ["pubring.kbx", "pubring.gpg", "public-keys.d/pubring.db"];
    lists.iter().any(|name| {
        let list = machine.bytes(&home.join(name)).is().unwrap_or_default();
        list.windows(fingerprint.len()).any(|window| window == fingerprint)
    })
}

pub(super) fn bytes_of(fingerprint: &str) -> Option<Vec<u8>> {
    let pairs = fingerprint.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// Returns files with a secret key, in the shop's folder and where the demo's is.
fn exported(machine: &dyn Machine, subject: &Subject) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in [&subject.folder, &subject.throw_away_key] {
        for name in machine.names(folder).is().unwrap_or_default() {
            let is_key =
                [".asc", ".gpg", ".pgp", ".key", ".txt"].iter().any(|end| name.ends_with(end));
            let path = folder.join(&name);
            if is_key && starts_as_secret(&machine.bytes(&path).is().unwrap_or_default()) {
                found.push(path);
            }
        }
    }
    found
}

fn starts_as_secret(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).take(4096).any(|window| window == SECRET)
}
