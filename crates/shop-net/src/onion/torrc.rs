//! Settings for Debian's tor in front of the shop.

use std::path::Path;

use super::{Front, limits::Limits};

/// Bridges by which a tor enters the network where that is blocked or watched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bridges {
    /// Each as its operator hands it out: `[TRANSPORT] ADDRESS:PORT [FINGERPRINT] [KEY=VALUE]`.
    pub lines: Vec<String>,
    /// Programs that disguise the traffic: a transport's name, and a command with its full path.
    pub transports: Vec<(String, String)>,
}

/// Returns the torrc by which a tor hands the streams of one onion service to the shop.
/// `service` is the folder of the service's key, which tor makes if it is not there.
#[must_use]
pub fn front(front: &Front, service: &Path, bridges: &Bridges) -> String {
    let Limits { streams_per_circuit, circuits_per_second, circuits_burst, .. } = Limits::default();
    let mut lines = format!(
        "HiddenServiceDir {}\n\
         HiddenServicePort 80 unix:{}\n\
         # Each stream begins with the number of its circuit: the shop's limits count by it.\n\
         HiddenServiceExportCircuitID haproxy\n\
         HiddenServiceMaxStreams {streams_per_circuit}\n\
         HiddenServiceMaxStreamsCloseCircuit 1\n\
         # Under attack, visitors compute a proof of work; this many a second come in.\n\
         HiddenServicePoWDefensesEnabled 1\n\
         HiddenServicePoWQueueRate {circuits_per_second}\n\
         HiddenServicePoWQueueBurst {circuits_burst}\n\
         # Introduction points hold back floods.\n\
         HiddenServiceEnableIntroDoSDefense 1\n",
        quoted(service),
        quoted(&front.socket),
    );
    if let Some(control) = &front.control {
        lines.push_str("# The shop has tor close circuits that abuse it.\n");
        lines.push_str(&format!(
            "ControlSocket {} GroupWritable RelaxDirModeCheck\n",
            quoted(control)
        ));
    }
    if front.control.is_some() && front.cookie.is_none() {
        lines.push_str(
            "# Whoever may open the control socket may use it.\nCookieAuthentication 0\n",
        );
    }
    if let Some(cookie) = &front.cookie {
        lines.push_str(&format!(
            "CookieAuthentication 1\nCookieAuthFile {}\nCookieAuthFileGroupReadable 1\n",
            quoted(cookie)
        ));
    }
    match &front.socks {
        Some(socks) => {
            lines.push_str("# The shop's own connections, each purpose on circuits of its own.\n");
            lines.push_str(&format!(
                "SocksPort unix:{} GroupWritable RelaxDirModeCheck\n",
                quoted(socks)
            ));
        }
        None => lines.push_str("SocksPort 0\n"),
    }
    lines.push_str(&entry(bridges));
    lines
}

/// Returns the lines about how a tor enters the network, and what it gives up.
fn entry(bridges: &Bridges) -> String {
    let mut lines = String::new();
    for line in &bridges.lines {
        lines.push_str(&format!("Bridge {line}\n"));
    }
    if !bridges.lines.is_empty() {
        lines.push_str("UseBridges 1\n");
    }
    for (name, command) in &bridges.transports {
        lines.push_str(&format!("ClientTransportPlugin {name} exec {command}\n"));
    }
    // C tor refuses the two together: it starts the program itself.
    lines.push_str(match bridges.transports.as_slice() {
        [] => "# Tor gives up the system calls it does not use.\nSandbox 1\n",
        [..] => "# No \"Sandbox 1\": tor could not start a transport then.\n",
    });
    lines
}

/// Returns a path as tor reads one: in quotes, with C's escapes, where it has to be.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    if !text.contains([' ', '"', '\\', '#', '\n', '\r', '\t']) {
        return text;
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            plain => quoted.push(plain),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debian() -> Front {
        Front {
            socket: "/run/cryptocart-tor/onion.sock".into(),
            control: Some("/run/tor/control".into()),
            cookie: Some("/run/tor/control.authcookie".into()),
            socks: Some("/run/tor/socks".into()),
        }
    }

    #[test]
    fn torrc_turns_on_every_defence_and_circuit_numbers() {
        let service = "/var/lib/tor/cryptocart".as_ref();
        let lines = front(&debian(), service, &Bridges::default());
        for wanted in [
            "HiddenServiceDir /var/lib/tor/cryptocart",
            "HiddenServicePort 80 unix:/run/cryptocart-tor/onion.sock",
            "HiddenServiceExportCircuitID haproxy",
            "HiddenServiceMaxStreams 16",
            "HiddenServiceMaxStreamsCloseCircuit 1",
            "HiddenServicePoWDefensesEnabled 1",
            "HiddenServicePoWQueueRate 10",
            "HiddenServicePoWQueueBurst 100",
            "HiddenServiceEnableIntroDoSDefense 1",
            "ControlSocket /run/tor/control GroupWritable RelaxDirModeCheck",
            "CookieAuthentication 1",
            "SocksPort unix:/run/tor/socks GroupWritable RelaxDirModeCheck",
            "Sandbox 1",
        ] {
            assert!(lines.lines().any(|line| line == wanted), "{wanted}\n{lines}");
        }
    }

    #[test]
    fn front_without_socks_or_control_has_no_port_of_its_own() {
        let bare = Front { control: None, cookie: None, socks: None, ..debian() };
        let lines = front(&bare, "/s".as_ref(), &Bridges::default());
        assert!(!lines.contains("ControlSocket") && lines.contains("\nSocksPort 0\n"), "{lines}");
    }

    #[test]
    fn bridges_are_used_and_a_transport_takes_the_sandbox_away() {
        let line = "obfs4 192.0.2.1:443 AAAA cert=b iat-mode=0".to_owned();
        let transport = ("obfs4".to_owned(), "/usr/bin/obfs4proxy".to_owned());
        let bridges = Bridges { lines: vec![line], transports: vec![transport] };
        let lines = front(&debian(), "/s".as_ref(), &bridges);
        for wanted in [
            "Bridge obfs4 192.0.2.1:443 AAAA cert=b iat-mode=0",
            "UseBridges 1",
            "ClientTransportPlugin obfs4 exec /usr/bin/obfs4proxy",
        ] {
            assert!(lines.lines().any(|line| line == wanted), "{wanted}\n{lines}");
        }
        assert!(!lines.lines().any(|line| line == "Sandbox 1"), "{lines}");
    }

    /// A path cannot smuggle a setting in.
    #[test]
    fn paths_are_quoted_where_they_have_to_be() {
        assert_eq!(quoted("/run/tor/socks".as_ref()), "/run/tor/socks");
        assert_eq!(quoted("/my shop/\"a\\".as_ref()), r#""/my shop/\"a\\""#);
        assert_eq!(quoted("/a\nSocksPort 9050".as_ref()), r#""/a\nSocksPort 9050""#);
    }
}
