//! The ssh of this machine as a child process.

use super::Fetch;
use crate::{
    error::{CliError, IoContext},
    terminal,
};
use shop_core::{kind::Kind, text};
use std::{
    io::{self, BufRead, BufReader, Read},
    process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Output, Stdio},
    thread::{self, JoinHandle},
};

/// The SOCKS port of Debian's tor.
pub(super) const TOR: &str = "127.0.0.1:9050";

/// Most bytes of what ssh and the server say that are shown.
const LONGEST_TALK: u64 = 16 << 10;

/// Options of ssh that fetch adds to the seller's settings.
/// Each takes something away: no terminal, no agent, no forwarding, and an end for a connection that
/// is dead.
const OPTIONS: [&str; 9] = [
    "-T",
    "-a",
    "-x",
    "-oClearAllForwardings=yes",
    "-oPermitLocalCommand=no",
    "-oServerAliveInterval=30",
    "-oServerAliveCountMax=4",
    "-oEscapeChar=none",
    "-oRequestTTY=no",
];

/// A connection to the server.
pub(super) struct Ssh {
    child: Child,
    pipes: Option<(ChildStdout, ChildStdin)>,
    talk: Option<JoinHandle<()>>,
}

impl Ssh {
    /// Starts ssh, which may ask for passphrases and host keys on the terminal.
    pub(super) fn start(fetch: &Fetch) -> Result<Self, CliError> {
        let server = &fetch.server;
        let is_word = |c: char| c.is_ascii_graphic() && !"'\"\\$`;&|<>".contains(c);
        if server.is_empty() || server.starts_with('-') || !server.chars().all(is_word) {
            return Err(CliError::input(format!("{server:?} is not a server's name"))
                .hint("for example user@host, or a name of ~/.ssh/config"));
        }
        let mut command = Command::new("ssh");
        command.args(OPTIONS);
        if let Some(tor) = tor(fetch)? {
            command.arg(format!("-oProxyCommand=nc -X 5 -x {tor} %h %p"));
        }
        command.args(["--", server.as_str(), fetch.command.as_str()]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let talk = child.stderr.take().map(|stderr| thread::spawn(|| show(stderr)));
        let pipes = child.stdout.take().zip(child.stdin.take());
        Ok(Self { child, pipes, talk })
    }

    /// Returns the pipes to the server, once.
    pub(super) fn pipes(&mut self) -> Result<(ChildStdout, ChildStdin), CliError> {
        self.pipes.take().ok_or_else(|| CliError::new(Kind::Bug, "ssh has no pipes"))
    }

    /// Waits for ssh, and says why there was no connection, where that is known better here.
    pub(super) fn end<T>(mut self, done: Result<T, CliError>) -> Result<T, CliError> {
        if done.is_err() && !matches!(self.child.try_wait(), Ok(Some(_))) {
            // It ends by itself, if it is not waiting for us.
            drop(self.pipes.take());
        }
        let status = self.child.wait().io_context(|| "waiting for ssh".into())?;
        if let Some(talk) = self.talk.take() {
            drop(talk.join());
        }
        done.map_err(|error| because(status, error))
    }
}

/// Says what ssh's exit status tells of a failure.
fn because(status: ExitStatus, error: CliError) -> CliError {
    match status.code() {
        Some(255) => {
            CliError::new(Kind::Unavailable, "ssh did not connect to the server, or lost it")
                .hint("see above. Try: ssh SERVER true. What came until then is in the mailbox")
        }
        Some(127) => CliError::new(
            Kind::Unavailable,
            "there is no program cryptocart on the server",
        )
        .hint(
            "install it there, or say where it is: --command \"/path/to/cryptocart mailbox send\"",
        ),
        _ => error,
    }
}

/// Returns the SOCKS port of Tor, if the connection goes through it.
///
/// An onion address without a proxy would be looked up in the DNS, which tells it to strangers.
fn tor(fetch: &Fetch) -> Result<Option<String>, CliError> {
    let address = match &fetch.tor {
        Some(address) => address.clone(),
        None if goes_to_onion_without_proxy(&settings(&fetch.server)?) => TOR.to_owned(),
        None => return Ok(None),
    };
    let is_address = |c: char| c.is_ascii_alphanumeric() || ".:[]-".contains(c);
    let has_port = address.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    if !has_port || !address.chars().all(is_address) || address.starts_with('-') {
        return Err(CliError::input(format!("{address:?} is not an address of Tor's SOCKS port"))
            .hint(format!(
                "for example --tor={TOR}, or --tor=127.0.0.1:9150 for the Tor Browser's"
            )));
    }
    has_netcat()?;
    Ok(Some(address))
}

/// Asks ssh for its settings about a server.
fn settings(server: &str) -> Result<String, CliError> {
    let asked = Command::new("ssh").args(["-G", "--", server]).stdin(Stdio::null()).output();
    let Output { status, stdout, stderr } = asked.map_err(|error| not_started(&error))?;
    if !status.success() {
        show(stderr.as_slice());
        return Err(CliError::input("ssh does not accept that server or its settings")
            .hint("see above; look at ~/.ssh/config"));
    }
    Ok(String::from_utf8_lossy(&stdout).into_owned())
}

/// Returns true if settings that `ssh -G` printed name an onion address and no proxy.
fn goes_to_onion_without_proxy(settings: &str) -> bool {
    let value = |name: &str| {
        let lines = settings.lines().filter_map(|line| line.split_once(' '));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    };
    let is_set = |name| value(name).is_some_and(|value| value != "none");
    let host = value("hostname").unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    host.ends_with(".onion") && !is_set("proxycommand") && !is_set("proxyjump")
}

/// Checks that there is a netcat that can speak with Tor.
fn has_netcat() -> Result<(), CliError> {
    let help = Command::new("nc").arg("-h").stdin(Stdio::null()).output();
    let knows_proxies = help.is_ok_and(|help| {
        let said = [help.stdout, help.stderr].concat();
        String::from_utf8_lossy(&said).contains("-X")
    });
    if knows_proxies {
        return Ok(());
    }
    Err(CliError::new(Kind::NotFound, "the program nc that can speak with Tor is not installed")
        .hint("on Debian: apt install netcat-openbsd"))
}

fn not_started(error: &io::Error) -> CliError {
    match error.kind() {
        io::ErrorKind::NotFound => {
            CliError::new(Kind::NotFound, "the program ssh is not installed, or not in PATH")
                .hint("install OpenSSH; on Debian: apt install openssh-client")
        }
        _ => CliError::new(Kind::Unavailable, format!("starting ssh: {error}")),
    }
}

/// Shows what ssh and the server say: lines of a stranger, without what a terminal obeys.
fn show(stderr: impl Read) {
    let mut stderr = BufReader::new(stderr);
    let mut line = Vec::new();
    let mut talk = stderr.by_ref().take(LONGEST_TALK);
    while talk.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        let said = text::line(&String::from_utf8_lossy(&line));
        if !said.is_empty() {
            terminal::warn(format!("  {said}"));
        }
        line.clear();
    }
    // Read to its end, so that the other side never waits.
    drop(io::copy(&mut stderr, &mut io::sink()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onion_address_without_a_proxy_goes_through_tor() {
        let goes = |settings: &str| goes_to_onion_without_proxy(settings);
        assert!(goes("user ann\nhostname abc.onion\nport 22\n"));
        assert!(goes("hostname ABC.ONION.\nproxycommand none\n"));
        assert!(!goes("hostname abc.onion\nproxycommand nc -X 5 -x 127.0.0.1:9150 %h %p\n"));
        assert!(!goes("hostname abc.onion\nproxyjump gate\n"));
        assert!(!goes("hostname abc.onion.example\n"));
        assert!(!goes(""));
    }
}
