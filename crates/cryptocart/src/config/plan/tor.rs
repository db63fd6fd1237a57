//! Settings of Tor, checked.

use super::{key, named};
use crate::{
    config::{
        Config,
        tor::{Backend, FrontSettings},
    },
    error::CliError,
    shop_dir::ShopDir,
};
use std::path::PathBuf;

/// Settings of Tor.
#[derive(Clone, Debug)]
pub(crate) struct TorSettings {
    pub(crate) backend: TorBackend,
    /// True if the seller accepts that Debian's tor stores the key unsealed.
    pub(crate) unsealed_key: bool,
    /// Lines of bridges.
    pub(crate) bridges: Vec<String>,
    /// Names and commands of transports.
    pub(crate) transports: Vec<(String, String)>,
    pub(crate) test_network: Option<PathBuf>,
}

/// The Tor implementation.
#[derive(Clone, Debug)]
pub(crate) enum TorBackend {
    /// Built in.
    Arti {
        /// Most memory of its queues.
        memory_mib: u64,
    },
    /// Each tor that hands streams to the shop; at least one.
    Socket(Vec<FrontSettings>),
}

impl TorSettings {
    /// Reads `[tor]`; none if the shop is not on Tor.
    pub(super) fn read(dir: &ShopDir, config: &Config) -> Result<Option<Self>, CliError> {
        let tor = &config.tor;
        if !tor.enabled {
            return Ok(None);
        }
        let backend = match tor.backend {
            Backend::Arti => {
                if !tor.fronts.is_empty() {
                    let hint = "write backend = \"socket\" as well, or take the fronts out";
                    return Err(key("tor.fronts", "only Debian's tor has fronts", hint));
                }
                if !tor.bridges.is_empty() || !tor.transports.is_empty() {
                    let hint = "use Debian's tor: backend = \"socket\" (docs/tor.md)";
                    let what = "the Tor that is built in has no bridges yet";
                    return Err(key("tor.bridges", what, hint));
                }
                TorBackend::Arti { memory_mib: tor.memory_mib.clamp(64, 64 * 1024) }
            }
            Backend::Socket => TorBackend::Socket(fronts(&tor.fronts)?),
        };
        let test_network = named(dir, &tor.test_network);
        let transports = transports(&tor.transports)?;
        let bridges = bridges(&tor.bridges, &transports)?;
        let unsealed_key = tor.unsealed_key;
        Ok(Some(Self { backend, unsealed_key, bridges, transports, test_network }))
    }

    /// Returns true if Debian's tor holds the onion key.
    pub(crate) const fn is_outside(&self) -> bool {
        matches!(self.backend, TorBackend::Socket(_))
    }
}

/// Reads transports: a name, and a command with its full path.
fn transports(all: &[String]) -> Result<Vec<(String, String)>, CliError> {
    let hint = "write transports = [\"obfs4 /usr/bin/obfs4proxy\"]";
    let read = |text: &String| {
        let (name, command) = is_line(text).then(|| text.trim().split_once(' ')).flatten()?;
        let command = command.trim();
        let is_name = name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        (is_name && command.starts_with('/')).then(|| (name.to_owned(), command.to_owned()))
    };
    let wrong = |text: &String| {
        key("tor.transports", &format!("{text:?} is not a name and a full path"), hint)
    };
    all.iter().map(|text| read(text).ok_or_else(|| wrong(text))).collect()
}

/// Reads lines of bridges. What a line says is a secret: no error repeats it.
fn bridges(all: &[String], transports: &[(String, String)]) -> Result<Vec<String>, CliError> {
    let mut read = Vec::new();
    for (index, text) in all.iter().enumerate() {
        let number = index + 1;
        // Whoever hands them out may write the keyword of tor's own settings in front.
        let line = text.trim();
        let line = line.strip_prefix("Bridge ").unwrap_or(line).trim();
        let Some(first) = line.split_whitespace().next().filter(|_| is_line(text)) else {
            let what = format!("the bridge number {number} is empty, or has more than one line");
            return Err(key("tor.bridges", &what, "copy each bridge as one line in quotes"));
        };
        let is_address = first.contains(':');
        if !is_address && !transports.iter().any(|(name, _)| name == first) {
            let what = format!("the bridge number {number} needs the transport {first:?}");
            let hint = format!("write transports = [\"{first} /usr/bin/PROGRAM\"]");
            return Err(key("tor.bridges", &what, &hint));
        }
        read.push(line.to_owned());
    }
    Ok(read)
}

/// Returns true if a text stays one line of a torrc, whole.
fn is_line(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() || letter == '#')
}

fn fronts(fronts: &[FrontSettings]) -> Result<Vec<FrontSettings>, CliError> {
    if fronts.is_empty() {
        return Ok(vec![FrontSettings::default()]);
    }
    for (at, front) in fronts.iter().enumerate() {
        if front.socket.is_empty() {
            let hint = "write socket = \"/run/cryptocart-tor/onion.sock\"";
            return Err(key("tor.fronts", "a front has no socket", hint));
        }
        if fronts.iter().take(at).any(|other| other.socket == front.socket) {
            let what = format!("two fronts have the socket {}", front.socket);
            let hint = "each tor needs a socket of its own, because each counts its own circuits";
            return Err(key("tor.fronts", &what, hint));
        }
    }
    Ok(fronts.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Option<TorSettings>, CliError> {
        let config = Config::parse(&format!("[tor]\n{text}")).unwrap();
        TorSettings::read(&ShopDir::new("my-shop".as_ref()), &config)
    }

    #[test]
    fn bridges_need_debians_tor_and_their_transport() {
        let bridge = "bridges = [\"Bridge obfs4 192.0.2.1:443 AAAA cert=b\"]\n";
        let transport = "transports = [\"obfs4 /usr/bin/obfs4proxy\"]\n";
        let socket = "backend = \"socket\"\n";
        let arti = read(&format!("{bridge}{transport}")).unwrap_err();
        assert!(arti.hint_text().is_some_and(|hint| hint.contains("socket")), "{arti:?}");
        let bare = read(&format!("{socket}{bridge}")).unwrap_err();
        assert!(bare.to_string().contains("needs the transport \"obfs4\""), "{bare}");
        let tor = read(&format!("{socket}{bridge}{transport}")).unwrap().unwrap();
        assert_eq!(tor.bridges, ["obfs4 192.0.2.1:443 AAAA cert=b"]);
        let plain = read(&format!("{socket}bridges = [\"192.0.2.1:443\"]\n")).unwrap().unwrap();
        assert!(plain.transports.is_empty());
    }

    #[test]
    fn lines_that_would_be_more_settings_are_refused_unrepeated() {
        for wrong in [
            "bridges = [\"192.0.2.1:443\\nSocksPort 9050\"]",
            "bridges = [\" \"]",
            "transports = [\"obfs4 obfs4proxy\"]",
            "transports = [\"obfs4 /bin/x\\nSocksPort 9050\"]",
        ] {
            let error = read(&format!("backend = \"socket\"\n{wrong}\n")).unwrap_err();
            assert!(!error.to_string().contains("192.0.2"), "{error}");
        }
    }

    #[test]
    fn fronts_have_sockets_of_their_own() {
        let text = |other: &str| {
            format!(
                "backend = \"socket\"\nfronts = [{{ socket = \"/a\" }}, {{ socket = \"{other}\" }}]\n"
            )
        };
        assert!(read(&text("/b")).is_ok());
        assert!(read(&text("/a")).unwrap_err().to_string().contains("two fronts have the socket"));
        assert!(read(&text("")).is_err());
        assert!(read("fronts = [{ socket = \"/a\" }]\n").is_err());
    }
}
