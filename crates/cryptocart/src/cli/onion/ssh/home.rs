//! The half at home: lines for the settings of ssh.

use crate::{
    error::{CliError, Context},
    files, terminal,
};
use clap::Args;
use shop_net::onion::ClientKey;
use std::{net::SocketAddr, path::PathBuf};
use zeroize::Zeroizing;

/// Largest file with a key that is read, in bytes.
const LARGEST: u64 = 4_096;

#[derive(Args, Debug)]
pub(in crate::cli) struct Home {
    /// The file with the key that `prepare` printed.
    file: PathBuf,
    /// Your name on the server, if it is another than at home.
    #[arg(long)]
    user: Option<String>,
    /// The name that you type after `ssh`.
    #[arg(long, default_value = "shop-server")]
    name: String,
    /// Your key of SSH, if this name is for one key alone.
    #[arg(long, value_name = "FILE")]
    identity: Option<String>,
    /// The address at which Tor listens at home. Tor Browser's own is 127.0.0.1:9150.
    #[arg(long, default_value = "127.0.0.1:9050")]
    socks: SocketAddr,
}

impl Home {
    pub(super) fn run(&self) -> Result<(), CliError> {
        terminal::raw(&self.lines()?);
        Ok(())
    }

    /// Returns the lines; the secret is not in them.
    fn lines(&self) -> Result<String, CliError> {
        let name = word("--name", &self.name, "")?;
        let text = Zeroizing::new(files::read_text(&self.file, LARGEST)?);
        let doing = || format!("reading {}", self.file.display());
        let (address, _) = ClientKey::parse_client_line(&text).context(doing)?;
        let mut lines = format!(
            "\n# The shop's server, at its onion address. The address is a key: it says who answers.\n\
             Host {name}\n  HostName {address}\n  Port 22\n  StrictHostKeyChecking accept-new\n  \
             ProxyCommand nc -X 5 -x {} %h %p\n",
            self.socks
        );
        if let Some(user) = &self.user {
            lines += &format!("  User {}\n", word("--user", user, "")?);
        }
        if let Some(file) = &self.identity {
            let file = word("--identity", file, "/~")?;
            lines += &format!("  IdentityFile {file}\n  IdentitiesOnly yes\n");
        }
        Ok(lines)
    }
}

/// Returns a text that is one word of ssh's settings, and nothing that ssh takes for more.
fn word<'a>(option: &str, text: &'a str, more: &str) -> Result<&'a str, CliError> {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') || more.contains(c);
    if text.is_empty() || !text.chars().all(is_plain) {
        let what = format!("{option} takes letters, digits, dots, - and _ alone");
        return Err(CliError::input(what));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;
    use shop_net::onion::OnionKey;

    fn home(folder: &std::path::Path) -> Home {
        let entropy = Seeded::new(5);
        let address = OnionKey::generate(&entropy).address();
        let file = folder.join("owner.auth_private");
        let line = ClientKey::generate(&entropy).client_line(&address);
        files::write(&file, line.as_bytes(), true).unwrap();
        let socks = "127.0.0.1:9050".parse().unwrap();
        Home { file, user: None, name: "shop-server".into(), identity: None, socks }
    }

    #[test]
    fn lines_lead_through_tor_and_hold_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let mut home = home(folder.path());
        home.user = Some("ann".into());
        home.identity = Some("~/.ssh/orders".into());
        let lines = home.lines().unwrap();
        let key = files::read_text(&home.file, LARGEST).unwrap();
        let (address, secret) = key.trim().split_once(":descriptor:x25519:").unwrap();
        for line in [
            "Host shop-server\n",
            &format!("  HostName {address}.onion\n"),
            "  ProxyCommand nc -X 5 -x 127.0.0.1:9050 %h %p\n",
            "  User ann\n",
            "  IdentityFile ~/.ssh/orders\n",
        ] {
            assert!(lines.contains(line), "{line} is not in {lines}");
        }
        assert!(!lines.contains(secret));
    }

    #[test]
    fn names_that_ssh_would_take_apart_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "a b", "a\n  ProxyCommand rm", "a#", "*", "a%h", "\u{e9}"] {
            let mut home = home(folder.path());
            home.name = text.to_owned();
            assert!(home.lines().is_err(), "{text}");
            home.name = "shop".into();
            home.user = Some(text.to_owned());
            assert!(home.lines().is_err(), "{text}");
        }
    }

    #[test]
    fn file_without_a_key_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(folder.path());
        files::write(&home.file, b"SSH is at nowhere\n", true).unwrap();
        let error = home.lines().unwrap_err().to_string();
        assert!(error.contains("owner.auth_private: this is not a line"), "{error}");
    }
}
