//! The network's keys, kept from one run to the next.

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use data_encoding::HEXLOWER;

use super::{
    TorBedError,
    node::{private_dir, program, write},
    seconds_now,
};
use shop_net::onion::TestAuthority;

/// A year; the authority's certificate is made for two.
const AGE: u64 = 365 * 24 * 3_600;

/// A folder with, for each node, its `keys` and its `fingerprint`.
#[derive(Debug)]
pub(super) struct Keys(PathBuf);

impl Keys {
    /// Returns the keys in `cache`, made there if there are none or they grow old.
    pub(super) fn cached(cache: &Path, relays: usize) -> Result<Self, TorBedError> {
        // The year is in the name, so that old keys are left alone and new ones made.
        let home = cache.join(format!("torbed-{relays}-{}", seconds_now() / AGE));
        if home.is_dir() {
            return Ok(Self(home));
        }
        fs::create_dir_all(cache)?;
        // Made beside and then renamed: tests of several programs may be here at once.
        let fresh = cache.join(format!(".torbed-{}", std::process::id()));
        let _ = fs::remove_dir_all(&fresh);
        certify(&private_dir(&fresh.join("auth0").join("keys"))?)?;
        let relays = (0..relays).map(|place| format!("relay{place}"));
        for nickname in relays.chain(["auth0".to_owned()]) {
            identify(&private_dir(&fresh.join(&nickname))?, &nickname)?;
        }
        if fs::rename(&fresh, &home).is_err() {
            let _ = fs::remove_dir_all(&fresh);
        }
        if home.is_dir() { Ok(Self(home)) } else { Err(refused("cannot keep the keys", b"")) }
    }

    /// Returns the authority, if it listens on `orport`.
    pub(super) fn authority(&self, orport: u16) -> Result<TestAuthority, TorBedError> {
        let home = self.0.join("auth0");
        let certificate = fs::read_to_string(home.join("keys").join("authority_certificate"))?;
        let v3ident = certificate
            .lines()
            .find_map(|line| line.strip_prefix("fingerprint "))
            .ok_or_else(|| refused("the authority's certificate has no fingerprint", b""))?;
        let rsa = fs::read_to_string(home.join("fingerprint"))?;
        let ed = fs::read(home.join("keys").join("ed25519_master_id_public_key"))?;
        let ed = ed.last_chunk::<32>().ok_or_else(|| refused("no Ed25519 identity", b""))?;
        let ed = HEXLOWER.encode(ed);
        Ok(TestAuthority { v3ident: v3ident.trim().into(), rsa, ed, orport })
    }

    /// Returns the relays' RSA identities.
    pub(super) fn relays(&self, count: usize) -> io::Result<Vec<String>> {
        let file = |place| self.0.join(format!("relay{place}")).join("fingerprint");
        (0..count).map(|place| fs::read_to_string(file(place))).collect()
    }

    /// Copies a node's keys to where it will live, below `dir`.
    pub(super) fn place(&self, nickname: &str, dir: &Path) -> io::Result<PathBuf> {
        let home = private_dir(&dir.join(nickname))?;
        let keys = private_dir(&home.join("keys"))?;
        for entry in fs::read_dir(self.0.join(nickname).join("keys"))? {
            let entry = entry?;
            write(&keys.join(entry.file_name()), &fs::read(entry.path())?)?;
        }
        Ok(home)
    }
}

/// Makes an authority's own keys, beside those every relay has.
fn certify(keys: &Path) -> Result<(), TorBedError> {
    let mut gencert = Command::new(program("tor-gencert")?);
    gencert.args(["--create-identity-key", "--passphrase-fd", "0", "-m", "24"]);
    for (flag, file) in [
        ("-i", "authority_identity_key"),
        ("-s", "authority_signing_key"),
        ("-c", "authority_certificate"),
    ] {
        gencert.arg(flag).arg(keys.join(file));
    }
    run(&mut gencert, b"torbed\n").map(drop)
}

/// Makes a relay's identity, and its fingerprint in a file.
fn identify(home: &Path, nickname: &str) -> Result<(), TorBedError> {
    let mut tor = Command::new(program("tor")?);
    tor.args(["--ignore-missing-torrc", "-f", "/nonexistent", "--quiet", "--list-fingerprint"])
        .args(["--ORPort", "1", "--Nickname", nickname, "--DataDirectory"])
        .arg(home)
        .args(["--DirAuthority", &format!("x 127.0.0.1:1 {}", "A".repeat(40))]);
    let output = run(&mut tor, b"")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let fingerprint: String = text.split_whitespace().skip(1).collect();
    if fingerprint.len() != 40 {
        return Err(refused("tor did not tell its fingerprint", &output.stdout));
    }
    Ok(write(&home.join("fingerprint"), fingerprint.as_bytes())?)
}

fn run(command: &mut Command, input: &[u8]) -> Result<Output, TorBedError> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that has no use for it may be gone already.
        let _ = stdin.write_all(input);
    }
    let output = child.wait_with_output()?;
    if output.status.success() { Ok(output) } else { Err(refused("no keys", &output.stderr)) }
}

fn refused(what: &str, said: &[u8]) -> TorBedError {
    TorBedError::Refused(format!("{what}: {}", String::from_utf8_lossy(said)))
}
