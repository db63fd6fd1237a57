//! `cryptocart arbitrate`.

mod decide;

use crate::{
    arbitrate::{self, ArbiterDir},
    error::CliError,
    system::System,
    terminal,
};
use clap::Subcommand;
use decide::{Dispute, NewKey, Rule};
use shop_chain::ethereum::escrow::parse_account;
use std::path::PathBuf;

/// Subcommands of `arbitrate`.
#[derive(Debug, Subcommand)]
pub(super) enum Arbitrate {
    /// At home: make the key that rules. Its address goes into the arbiter's settings.
    Key(NewKey),
    /// Create the folder of a new arbiter's service: its settings, and the key of its records.
    ///
    /// The key that rules does not come to the server. Make it at home: cryptocart arbitrate key
    New {
        /// Folder; it must not have an arbiter yet.
        folder: PathBuf,
        /// Address of the key that rules.
        #[arg(long, value_name = "0x...")]
        account: String,
        /// OpenPGP certificate that everything is sealed to: gpg --armor --export YOUR-KEY
        #[arg(long, value_name = "FILE")]
        certificate: PathBuf,
    },
    /// Run an arbiter's service: its onion pages for both sides.
    ///
    /// Ctrl-C closes it. What it was sent waits in state/letters, sealed. Take the letters home, and
    /// open them with gpg --decrypt. Copy decisions that you signed at home into rulings/.
    Serve {
        /// Folder of the arbiter.
        folder: PathBuf,
    },
    /// At home: sign a ruling, which divides the price of an order in dispute.
    ///
    /// Needs no network. Copy the file that it writes into rulings/ on the server: both sides see
    /// it there, and anybody can send it to the contract. A later ruling does not replace an
    /// earlier one: whichever is sent first counts.
    Rule(Rule),
    /// At home: sign that you open a dispute, for a buyer who has no key.
    ///
    /// The file must be sent to the contract before the time to dispute is over. From then on you
    /// have the time in the terms to rule.
    Dispute(Dispute),
}

impl Arbitrate {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self {
            Self::Key(command) => command.run(system),
            Self::New { folder, account, certificate } => {
                let account = parse_account(&account)
                    .map_err(|why| CliError::input(format!("--account: {why}")))?;
                let dir = ArbiterDir::new(&folder);
                arbitrate::create(&dir, account, &certificate, system.hour(), &*system.entropy)?;
                let folder = folder.display();
                terminal::line(format!("Created an arbiter in {folder}"));
                terminal::line(format!(
                    "\nNext:\n  1. Say who you are in {folder}/arbitrate.toml, and name nodes.\n  \
                     2. cryptocart arbitrate serve {folder}"
                ));
                Ok(())
            }
            Self::Serve { folder } => arbitrate::host(&ArbiterDir::new(&folder), system),
            Self::Rule(command) => command.run(),
            Self::Dispute(command) => command.run(),
        }
    }
}
