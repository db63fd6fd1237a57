//! The half at home: lines for the settings of ssh.

use crate::{
    error::{CliError, Context},
    files, terminal,
};
use shop_net::onion::ClientKey;
use std::{net::SocketAddr, path::Path};
use zeroize::Zeroizing;

/// Largest file with a key that is read, in bytes.
const LARGEST: u64 = 4_096;

pub(super) fn run(
    file: &Path,
    user: Option<&str>,
    name: &str,
    socks: SocketAddr,
) -> Result<(), CliError> {
    let words = [Some(name), user];
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_of_a_name);
    if !words.into_iter().flatten().all(is_word) {
        return Err(CliError::input("a name has letters, digits, dots, - and _ alone"));
    }
    let text = Zeroizing::new(files::read_text(file, LARGEST)?);
    let doing = || format!("reading {}", file.display());
    let (address, _) = ClientKey::parse_client_line(&text).context(doing)?;
    let user = user.map(|user| format!("  User {user}\n")).unwrap_or_default();
    terminal::raw(&format!(
        "\n# The shop's server, at its onion address. The address is a key: it says who answers.\n\
         Host {name}\n  HostName {address}\n  Port 22\n{user}  StrictHostKeyChecking accept-new\n  \
         ProxyCommand nc -X 5 -x {socks} %h %p\n"
    ));
    Ok(())
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')
}
