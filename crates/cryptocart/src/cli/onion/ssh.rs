//! `cryptocart onion ssh`.

mod home;
mod host;
mod login;
mod port;
mod prepare;

use crate::error::CliError;
use clap::Subcommand;
use host::Host;
use shop_core::entropy::Entropy;

/// The user whom Debian's tor runs as.
const TOR_USER: &str = "debian-tor";

#[derive(Debug, Subcommand)]
pub(crate) enum Ssh {
    /// On the server: give SSH an onion address, and print the key to it. Run it with sudo.
    ///
    /// Debian's tor serves that address, so it works while the shop is closed, too. Only who has the
    /// key finds the way there. The key is printed once, on standard output, and is not kept on the
    /// server: send it into a file at home. The other half goes to /var/lib/tor/cryptocart-ssh, and
    /// the service into /etc/tor/torrc. No port is shut.
    Prepare {
        /// The key is lost: make a new one for the same address. The old key opens nothing more.
        #[arg(long)]
        new_key: bool,
    },
    /// At home: print the lines for ~/.ssh/config.
    Home(home::Home),
    /// On the server: shut the port of SSH for ten minutes. Run it with sudo.
    ///
    /// Type it in a login over the onion address; it is refused in one that came another way. Log in once more within ten minutes and
    /// `confirm`; otherwise the port opens by itself. It also does after a crash or a reboot.
    Close,
    /// On the server: let the port stay shut. Run it with sudo.
    ///
    /// Type it in a login over the onion address that began after the port was shut.
    Confirm,
    /// On the server: open the port of SSH again. Run it with sudo.
    Open {
        /// Only if it is shut and nobody has confirmed that.
        #[arg(long)]
        unconfirmed: bool,
    },
}

impl Ssh {
    pub(super) fn run(self, entropy: &dyn Entropy) -> Result<(), CliError> {
        match self {
            Self::Prepare { new_key } => prepare::run(&Host::as_root()?, new_key, entropy),
            Self::Home(home) => home.run(),
            Self::Close => port::close(&Host::as_root()?),
            Self::Confirm => port::confirm(&Host::as_root()?),
            Self::Open { unconfirmed } => port::open(&Host::as_root()?, unconfirmed),
        }
    }
}

#[cfg(test)]
mod tests;
