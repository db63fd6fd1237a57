//! The login that a command was typed in: since when it is, and whether it came through Tor.

use super::{TOR_USER, host::Host};
use crate::error::CliError;
use shop_core::kind::Kind;
use std::{fs, net::Ipv4Addr};

/// Most processes between a command and the login it was typed in.
const MOST_ANCESTORS: usize = 64;

/// A login over SSH that came through this machine's tor.
pub(super) struct OnionLogin {
    /// Start of the login, in hundredths of a second since the machine started.
    pub(super) started: u64,
}

impl OnionLogin {
    /// Returns the login that the command was typed in.
    ///
    /// # Errors
    /// It was not typed in a login over SSH, or that login came another way.
    pub(super) fn current(host: &Host) -> Result<Self, CliError> {
        let mut process = host.process();
        let mut connection = None;
        let mut started = None;
        for _ in 0..MOST_ANCESTORS {
            let Some(status) = Status::read(host, process) else { break };
            if connection.is_none() {
                connection = ssh_connection(host, process);
            }
            if status.name.starts_with("sshd") && is_session(host, process) {
                started = Some(status.started);
            }
            process = status.parent;
        }
        let (Some(connection), Some(started)) = (connection, started) else {
            return Err(refused("this was not typed in a login over SSH"));
        };
        if !is_from_tor(host, &connection)? {
            return Err(refused("this login did not come over the onion address"));
        }
        Ok(Self { started })
    }
}

fn refused(what: &str) -> CliError {
    CliError::new(Kind::Denied, what).hint(
        "log in over the onion address, without tmux or screen, and type it there: so it is sure \
         that you can come back. Make that address with: cryptocart onion ssh prepare",
    )
}

/// The parts of `/proc/PID/stat` that are of use here.
struct Status {
    name: String,
    parent: u32,
    /// Hundredths of a second since the machine started (`USER_HZ`, which is 100 for programs).
    started: u64,
}

impl Status {
    fn read(host: &Host, process: u32) -> Option<Self> {
        if process == 0 {
            return None;
        }
        Self::parse(&host.read(&format!("/proc/{process}/stat")).ok()?)
    }

    fn parse(line: &str) -> Option<Self> {
        // A name may have spaces and brackets in it; what follows has none.
        let (before, rest) = line.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let parent = fields.get(1)?.parse().ok()?;
        let started = fields.get(19)?.parse().ok()?;
        Some(Self { name: name.to_owned(), parent, started })
    }
}

/// Returns true for an sshd that serves one login.
/// It is known by the title that it gives itself: `sshd: ann [priv]`.
fn is_session(host: &Host, process: u32) -> bool {
    let title = host.read(&format!("/proc/{process}/cmdline")).unwrap_or_default();
    title.starts_with("sshd") && !title.contains("[listener]")
}

/// Returns what sshd told the process about its connection.
fn ssh_connection(host: &Host, process: u32) -> Option<String> {
    let variables = fs::read(host.path(&format!("/proc/{process}/environ"))).ok()?;
    let mut variables = variables.split(|byte| *byte == 0);
    let value = variables.find_map(|variable| variable.strip_prefix(b"SSH_CONNECTION="))?;
    Some(String::from_utf8_lossy(value).into_owned())
}

/// Returns true if the other end of the connection is a socket of tor's on this machine.
/// An onion service of C tor connects from loopback; so does somebody who is logged in here already,
/// and that one proves nothing.
fn is_from_tor(host: &Host, connection: &str) -> Result<bool, CliError> {
    let fields: Vec<&str> = connection.split(' ').collect();
    let [client, client_port, server, server_port] = fields.as_slice() else { return Ok(false) };
    let (Some(client), Some(server)) = (end(client, client_port), end(server, server_port)) else {
        return Ok(false);
    };
    let Some((tor, _)) = host.user(TOR_USER)? else { return Ok(false) };
    let sockets = host.read("/proc/net/tcp")?;
    Ok(sockets.lines().any(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let ends = (fields.get(1).copied(), fields.get(2).copied());
        let is_it = ends == (Some(client.as_str()), Some(server.as_str()));
        is_it && fields.get(7).and_then(|user| user.parse().ok()) == Some(tor)
    }))
}

/// Returns one end of a connection, as `/proc/net/tcp` has it.
fn end(address: &str, port: &str) -> Option<String> {
    let address: Ipv4Addr = address.parse().ok()?;
    let port: u16 = port.parse().ok()?;
    if !address.is_loopback() {
        return None;
    }
    Some(format!("{:08X}:{port:04X}", u32::from_ne_bytes(address.octets())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::onion::ssh::tests::Fake;

    #[test]
    fn login_through_tor_is_found_behind_sudo() {
        let fake = Fake::new();
        let login = OnionLogin::current(&fake.host()).unwrap();
        assert_eq!(login.started, 5_000);
    }

    #[test]
    fn login_that_came_another_way_is_refused() {
        for (from, to) in [
            // From elsewhere; from this machine by ann herself; a socket that is not there.
            ("127.0.0.1 40000 127.0.0.1 22", "203.0.113.9 40000 198.51.100.1 22"),
            ("127.0.0.1 40000 127.0.0.1 22", "127.0.0.1 40001 127.0.0.1 22"),
            ("127.0.0.1 40000 127.0.0.1 22", "127.0.0.1 40002 127.0.0.1 22"),
            ("127.0.0.1 40000 127.0.0.1 22", "::1 40000 ::1 22"),
            ("127.0.0.1 40000 127.0.0.1 22", "127.0.0.1 40000"),
        ] {
            let fake = Fake::new();
            for process in [12, 13] {
                fake.change(&format!("proc/{process}/environ"), from, to);
            }
            let error = OnionLogin::current(&fake.host()).err().expect(to).to_string();
            assert!(error.contains("did not come over the onion address"), "{error}");
        }
    }

    #[test]
    fn console_of_the_machine_is_no_login_over_ssh() {
        let fake = Fake::new();
        for process in [10, 11] {
            fake.change(&format!("proc/{process}/stat"), "(sshd)", "(login)");
        }
        let error = OnionLogin::current(&fake.host()).err().unwrap().to_string();
        assert!(error.contains("not typed in a login over SSH"), "{error}");
    }
}
