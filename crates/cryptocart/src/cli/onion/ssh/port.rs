//! The port of SSH: shut for ten minutes, for good if that is confirmed, and opened again.
//!
//! What opens it again is in place before anything is shut: a file that says so, which the unit
//! `cryptocart-ssh-undo` looks for when its timer ends and when the machine starts. Each step can be
//! done twice, so it does not matter where a step was cut off.

use super::{host::Host, login::OnionLogin};
use crate::{
    error::{CliError, IoContext},
    files, terminal,
};
use shop_core::kind::Kind;
use std::{
    fs::{self, File},
    io, thread,
    time::Duration,
};

/// Folder of what is going on; root's.
const STATE: &str = "/var/lib/cryptocart-server";
/// File that is there while the port is shut and nobody has confirmed it.
const CLOSING: &str = "/var/lib/cryptocart-server/closing";
/// sshd's settings while the port is shut, and their text.
const DROP_IN: &str = "/etc/ssh/sshd_config.d/05-cryptocart-onion-only.conf";
const ONION_ONLY: &str = include_str!("../../../../../../deploy/server/sshd-onion-only.conf");
/// The firewall's rule that lets SSH in, and its name while the port is shut.
const RULE: &str = "/etc/cryptocart-server/open-ssh.nft";
const RULE_AWAY: &str = "/etc/cryptocart-server/open-ssh.nft.closed";
const TIMER: &str = "cryptocart-ssh-undo.timer";
/// Longest time for sshd to do as it is told, in tenths of a second.
const PATIENCE: u32 = 100;

/// Shuts the port until it is confirmed, or for ten minutes.
pub(super) fn close(host: &Host) -> Result<(), CliError> {
    OnionLogin::current(host)?;
    let _lock = lock(host)?;
    if !has(host, CLOSING) && has(host, DROP_IN) {
        return Err(CliError::input("the port is shut already, and that was confirmed"));
    }
    // Nobody can confirm before all of it is done.
    remember(host, u64::MAX)?;
    if let Err(error) = host.run("systemctl", &["restart", TIMER]) {
        forget(host)?;
        return Err(error.hint("nothing was changed. The Debian package brings that unit"));
    }
    if let Err(error) = shut(host).and_then(|()| remember(host, now(host)?)) {
        return Err(match undo(host) {
            Ok(()) => error.hint("the port is open, as it was"),
            Err(more) => error.hint(format!(
                "the port opens by itself in ten minutes. Opening it at once failed: {more}"
            )),
        });
    }
    terminal::line("The port of SSH is shut. In ten minutes it opens by itself.");
    terminal::line("Stay logged in here, log in once more over the onion address, and type there:");
    terminal::line("  sudo cryptocart onion ssh confirm");
    Ok(())
}

/// Lets the port stay shut. To be typed in a login that began after it was shut.
pub(super) fn confirm(host: &Host) -> Result<(), CliError> {
    let login = OnionLogin::current(host)?;
    let _lock = lock(host)?;
    if !has(host, CLOSING) {
        if has(host, DROP_IN) {
            terminal::line("It is confirmed already: the port of SSH stays shut.");
            return Ok(());
        }
        let hint = "shut it again with: sudo cryptocart onion ssh close";
        return Err(CliError::input("the port is open: the ten minutes are over").hint(hint));
    }
    let again = CliError::input(
        "this login is older than the shut port, and does not show that a new one works",
    )
    .hint("open a new terminal, log in over the onion address, and type it there");
    match closed_since(host)? {
        Some(since) if login.started > since => {}
        _ => return Err(again),
    }
    forget(host)?;
    // It would find nothing to do.
    drop(host.run("systemctl", &["stop", TIMER]));
    terminal::line("The port of SSH stays shut. The onion address is the way in from now on.");
    terminal::line("To open it again: sudo cryptocart onion ssh open");
    Ok(())
}

/// Opens the port.
/// With `unconfirmed` only if it is shut and nobody has confirmed that.
pub(super) fn open(host: &Host, unconfirmed: bool) -> Result<(), CliError> {
    // Where nothing is to be done, nothing is written either.
    if unconfirmed && !has(host, CLOSING) {
        return Ok(());
    }
    let _lock = lock(host)?;
    // Somebody may have confirmed it meanwhile.
    if unconfirmed && !has(host, CLOSING) {
        return Ok(());
    }
    undo(host)?;
    drop(host.run("systemctl", &["stop", TIMER]));
    terminal::line("The port of SSH is open.");
    Ok(())
}

fn shut(host: &Host) -> Result<(), CliError> {
    files::write(&host.path(DROP_IN), ONION_ONLY.as_bytes(), false)?;
    host.run("sshd", &["-t"])?;
    let addresses = host.run("sshd", &["-T"])?;
    let mut addresses = addresses.lines().filter_map(|line| line.strip_prefix("listenaddress "));
    if let Some(other) = addresses.find(|address| !address.starts_with("127.0.0.1:")) {
        let what = format!("sshd still listens at {other}, besides 127.0.0.1");
        return Err(CliError::misconfigured(what).hint(
            "take ListenAddress out of /etc/ssh/sshd_config and the files in sshd_config.d",
        ));
    }
    let port = port(host)?;
    host.reload("ssh")?;
    rename(host, RULE, RULE_AWAY)?;
    reload_firewall(host)?;
    for _ in 0..PATIENCE {
        if !listens_outside(host, port)? {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    Err(CliError::new(Kind::Unavailable, format!("something still listens on port {port}")).hint(
        "look for it with: ss -ltnp. Is ssh.socket there? Then: systemctl disable ssh.socket",
    ))
}

/// Opens the port. The file that says that it has to be opened goes last.
fn undo(host: &Host) -> Result<(), CliError> {
    remove(host, DROP_IN)?;
    rename(host, RULE_AWAY, RULE)?;
    // At the start of the machine neither runs yet, and each reads its files when it does.
    let firewall = reload_firewall(host);
    if host.is_active("ssh") {
        host.reload("ssh")?;
    }
    firewall?;
    forget(host)
}

fn reload_firewall(host: &Host) -> Result<(), CliError> {
    if host.is_active("nftables") {
        host.reload("nftables")?;
    }
    Ok(())
}

/// Returns the port that sshd listens on.
pub(super) fn port(host: &Host) -> Result<u16, CliError> {
    let settings = host.run("sshd", &["-T"])?;
    let port = settings.lines().find_map(|line| line.strip_prefix("port "));
    port.and_then(|port| port.parse().ok())
        .ok_or_else(|| CliError::new(Kind::Unavailable, "sshd -T names no port"))
}

/// Returns true if anything listens on the port, other than on loopback.
fn listens_outside(host: &Host, port: u16) -> Result<bool, CliError> {
    let listening = |table: &str, loopback: &str| -> Result<bool, CliError> {
        // Without version 6 of the protocol there is no such file.
        if !has(host, table) {
            return Ok(false);
        }
        let end = format!(":{port:04X}");
        let loopback = format!("{loopback}{end}");
        let sockets = host.read(table)?;
        Ok(sockets.lines().any(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let at = fields.get(1).copied().unwrap_or_default();
            fields.get(3) == Some(&"0A") && at.ends_with(&end) && at != loopback
        }))
    };
    let loopback = format!("{:08X}", u32::from_ne_bytes([127, 0, 0, 1]));
    let in_six = "0".repeat(24) + &format!("{:08X}", u32::from_ne_bytes([0, 0, 0, 1]));
    Ok(listening("/proc/net/tcp", &loopback)? || listening("/proc/net/tcp6", &in_six)?)
}

fn has(host: &Host, path: &str) -> bool {
    host.path(path).exists()
}

/// Removes a file that may not be there, so that it is gone after a power failure, too.
fn remove(host: &Host, path: &str) -> Result<(), CliError> {
    let doing = || format!("removing {path}");
    match fs::remove_file(host.path(path)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).io_context(doing),
        Ok(()) => sync_folder_of(host, path).io_context(doing),
    }
}

/// Renames a file that may not be there, to a name in the same folder.
fn rename(host: &Host, from: &str, to: &str) -> Result<(), CliError> {
    if !has(host, from) {
        return Ok(());
    }
    fs::rename(host.path(from), host.path(to))
        .and_then(|()| sync_folder_of(host, to))
        .io_context(|| format!("renaming {from}"))
}

fn sync_folder_of(host: &Host, path: &str) -> io::Result<()> {
    let path = host.path(path);
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

/// Keeps two of these commands from working at once; freed when this process ends.
fn lock(host: &Host) -> Result<File, CliError> {
    files::private_folder(&host.path(STATE))?;
    let path = host.path(&format!("{STATE}/lock"));
    let file = File::create(path).io_context(|| format!("opening {STATE}/lock"))?;
    file.lock().io_context(|| format!("locking {STATE}/lock"))?;
    Ok(file)
}

/// Writes since when the port is shut.
/// In hundredths of a second since the machine started.
fn remember(host: &Host, since: u64) -> Result<(), CliError> {
    files::write(&host.path(CLOSING), format!("{}{since}\n", boot(host)?).as_bytes(), true)
}

/// Returns since when the port is shut, if that was since the machine started.
fn closed_since(host: &Host) -> Result<Option<u64>, CliError> {
    let text = host.read(CLOSING)?;
    let since = text.strip_prefix(&boot(host)?).and_then(|since| since.trim().parse().ok());
    Ok(since)
}

fn forget(host: &Host) -> Result<(), CliError> {
    remove(host, CLOSING)
}

/// Returns the number of this run of the machine, on a line.
fn boot(host: &Host) -> Result<String, CliError> {
    host.read("/proc/sys/kernel/random/boot_id")
}

/// Returns hundredths of a second since the machine started.
fn now(host: &Host) -> Result<u64, CliError> {
    let uptime = host.read("/proc/uptime")?;
    let seconds = uptime.split(' ').next().unwrap_or_default();
    seconds.replace('.', "").parse().map_err(|_| CliError::new(Kind::Bug, "reading /proc/uptime"))
}
