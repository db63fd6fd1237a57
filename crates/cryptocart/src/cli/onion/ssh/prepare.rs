//! The half on the server: an onion service of Debian's tor that leads to sshd.

use super::{TOR_USER, host::Host, port};
use crate::{
    error::{CliError, IoContext},
    files, terminal,
};
use shop_core::{entropy::Entropy, kind::Kind};
use shop_net::onion::{ClientKey, OnionAddress, OnionKey};
use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt, lchown},
    path::Path,
};

/// The service's folder, as torrc names it, and the one it is made in.
const SERVICE: &str = "/var/lib/tor/cryptocart-ssh";
const FRESH: &str = "/var/lib/tor/.cryptocart-ssh.new";
const TORRC: &str = "/etc/tor/torrc";
const LARGEST_TORRC: u64 = 1 << 20;
const TOR_UNIT: &str = "tor@default.service";

pub(super) fn run(host: &Host, new_key: bool, entropy: &dyn Entropy) -> Result<(), CliError> {
    let Some(owner) = host.user(TOR_USER)? else {
        return Err(CliError::new(Kind::NotFound, "Debian's tor is not on this machine")
            .hint("sudo apt install tor"));
    };
    let port = port::port(host)?;
    let key = ClientKey::generate(entropy);
    let is_there = host.path(SERVICE).exists();
    let address = match (is_there, new_key) {
        (true, false) => {
            return Err(CliError::input(
                "SSH has an onion address already, and a key was printed for it",
            )
            .hint("if that key is lost: sudo cryptocart onion ssh prepare --new-key"));
        }
        (true, true) => replace_key(host, &key, owner)?,
        (false, _) => make_service(host, &key, owner, entropy)?,
    };
    add_to_torrc(host, port)?;
    host.run("systemctl", &["reload-or-restart", TOR_UNIT]).map_err(|error| {
        error.hint(
            "when tor runs again, use: sudo cryptocart onion ssh prepare --new-key. Nothing was shut",
        )
    })?;
    terminal::warn(format!("SSH is at {address} in a minute or two. No port was shut."));
    terminal::warn(
        "The line below is the key to it. It is not kept on this machine: keep it at home.",
    );
    terminal::raw(&key.client_line(&address));
    Ok(())
}

/// Makes the folder aside, so that tor never serves the address to somebody without the key.
fn make_service(
    host: &Host,
    key: &ClientKey,
    owner: (u32, u32),
    entropy: &dyn Entropy,
) -> Result<OnionAddress, CliError> {
    let fresh = host.path(FRESH);
    let identity = OnionKey::generate(entropy);
    let made = || -> io::Result<()> {
        match fs::remove_dir_all(&fresh) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let clients = fresh.join("authorized_clients");
        for folder in [&fresh, &clients] {
            DirBuilder::new().mode(0o700).create(folder)?;
        }
        Ok(())
    };
    made().io_context(|| format!("making {FRESH}"))?;
    files::write(&fresh.join("hs_ed25519_secret_key"), identity.as_bytes(), true)?;
    files::write(&fresh.join("authorized_clients/owner.auth"), key.server_line().as_bytes(), true)?;
    let moved = || -> io::Result<()> {
        // The folder last: until then it is root's, and nobody else changes what is in it.
        for name in
            ["authorized_clients/owner.auth", "authorized_clients", "hs_ed25519_secret_key", ""]
        {
            give(&fresh.join(name), owner)?;
        }
        fs::rename(&fresh, host.path(SERVICE))
    };
    moved().io_context(|| format!("making {SERVICE}"))?;
    Ok(identity.address())
}

/// Lets the new key in, and the old one no more. The address stays.
fn replace_key(host: &Host, key: &ClientKey, owner: (u32, u32)) -> Result<OnionAddress, CliError> {
    let service = host.path(SERVICE);
    let identity = files::read_secret(&service.join("hs_ed25519_secret_key"), 4_096)?;
    let identity = OnionKey::parse(&identity)
        .map_err(|error| CliError::misconfigured(format!("{SERVICE}: {error}")))?;
    let file = service.join("authorized_clients/owner.auth");
    files::write(&file, key.server_line().as_bytes(), true)?;
    give(&file, owner).io_context(|| format!("writing {}", file.display()))?;
    Ok(identity.address())
}

fn give(path: &Path, owner: (u32, u32)) -> io::Result<()> {
    lchown(path, Some(owner.0), Some(owner.1))
}

/// Adds the service to tor's settings, once.
fn add_to_torrc(host: &Host, port: u16) -> Result<(), CliError> {
    let path = host.path(TORRC);
    let before = files::read_text(&path, LARGEST_TORRC)?;
    let service = format!("HiddenServiceDir {SERVICE}");
    if before.lines().any(|line| line.trim() == service) {
        return Ok(());
    }
    let gap = if before.is_empty() || before.ends_with('\n') { "" } else { "\n" };
    let after = format!(
        "{before}{gap}\n# SSH for the owner of the shop, by `cryptocart onion ssh prepare`. Only who has \
         the key to\n# authorized_clients/owner.auth finds the way here.\n{service}\n\
         HiddenServicePort 22 127.0.0.1:{port}\nHiddenServiceMaxStreams 8\n"
    );
    let mode = path.metadata().io_context(|| format!("reading {TORRC}"))?.permissions().mode();
    files::write(&path, after.as_bytes(), mode & 0o077 == 0)
}
