//! `[tor]` of `shop.toml`.

use serde::{Deserialize, Serialize};

/// `[tor]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Tor {
    pub(crate) enabled: bool,
    pub(crate) backend: Backend,
    pub(crate) unsealed_key: bool,
    pub(crate) memory_mib: u64,
    pub(crate) passphrase_file: String,
    pub(crate) bridges: Vec<String>,
    pub(crate) transports: Vec<String>,
    pub(crate) test_network: String,
    pub(crate) fronts: Vec<FrontSettings>,
}

impl Default for Tor {
    fn default() -> Self {
        Self {
            enabled: true,
            backend: Backend::Arti,
            unsealed_key: false,
            memory_mib: 256,
            passphrase_file: String::new(),
            bridges: Vec::new(),
            transports: Vec::new(),
            test_network: String::new(),
            fronts: Vec::new(),
        }
    }
}

/// `backend`: the Tor implementation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Backend {
    /// Built into the program.
    Arti,
    /// Debian's tor next to it, through Unix sockets.
    Socket,
}

/// One of `fronts`; what is left out is as Debian's tor has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct FrontSettings {
    pub(crate) socket: String,
    pub(crate) control: String,
    pub(crate) cookie: String,
    pub(crate) socks: String,
}

impl Default for FrontSettings {
    fn default() -> Self {
        Self {
            socket: "/run/cryptocart-tor/onion.sock".into(),
            control: "/run/tor/control".into(),
            cookie: "/run/tor/control.authcookie".into(),
            socks: "/run/tor/socks".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    use super::*;

    #[test]
    fn front_has_the_paths_of_debians_tor_where_none_are_written() {
        let text =
            "[tor]\nbackend = \"socket\"\nfronts = [{ socket = \"/run/a/b\", control = \"\" }]";
        let config = Config::parse(text).unwrap();
        assert_eq!(config.tor.backend, Backend::Socket);
        let front = &config.tor.fronts[0];
        let paths = (&*front.socket, &*front.control, &*front.socks);
        assert_eq!(paths, ("/run/a/b", "", "/run/tor/socks"));
        assert_eq!(Config::parse(&config.to_toml()).unwrap(), config);
    }

    #[test]
    fn backend_of_another_name_is_refused() {
        let error = Config::parse("[tor]\nbackend = \"c-tor\"\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("socket"), "{error}");
    }
}
