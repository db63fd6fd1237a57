//! Settings of Tor, checked.

use super::{
    bridges::{self, TransportProgram},
    key, named,
};
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
    /// The programs of transports that this shop starts itself; none with Debian's tor.
    pub(crate) programs: Vec<TransportProgram>,
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
                TorBackend::Arti { memory_mib: tor.memory_mib.clamp(64, 64 * 1024) }
            }
            Backend::Socket => TorBackend::Socket(fronts(&tor.fronts)?),
        };
        let test_network = named(dir, &tor.test_network);
        let transports = bridges::transports(&tor.transports)?;
        let bridges = bridges::bridges(&tor.bridges, &transports)?;
        let programs = match backend {
            TorBackend::Arti { .. } => {
                bridges::check_for_arti(&bridges, &transports)?;
                bridges::programs(&bridges, &transports)
            }
            TorBackend::Socket(_) => Vec::new(),
        };
        let unsealed_key = tor.unsealed_key;
        Ok(Some(Self { backend, unsealed_key, bridges, transports, programs, test_network }))
    }

    /// Returns true if Debian's tor holds the onion key.
    pub(crate) const fn is_outside(&self) -> bool {
        matches!(self.backend, TorBackend::Socket(_))
    }
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
    fn bridges_need_their_transport_with_either_tor() {
        let fingerprint = "0bac39417268b96b9f514ef763fa6fba1a788956";
        let bridge = format!("bridges = [\"Bridge obfs4 192.0.2.1:443 {fingerprint} cert=b\"]\n");
        let transport = "transports = [\"obfs4 /usr/bin/obfs4proxy\"]\n";
        for (backend, started) in [("arti", 1), ("socket", 0)] {
            let backend = format!("backend = \"{backend}\"\n");
            let bare = read(&format!("{backend}{bridge}")).unwrap_err();
            assert!(bare.to_string().contains("needs the transport \"obfs4\""), "{bare}");
            let tor = read(&format!("{backend}{bridge}{transport}")).unwrap().unwrap();
            assert_eq!(tor.bridges, [format!("obfs4 192.0.2.1:443 {fingerprint} cert=b")]);
            assert_eq!(tor.programs.len(), started);
        }
        let socket = "backend = \"socket\"\nbridges = [\"192.0.2.1:443\"]\n";
        assert!(read(socket).unwrap().unwrap().transports.is_empty());
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
