//! `cryptocart attest`.

use crate::{
    attest::{self, AttestDir},
    error::CliError,
    system::System,
    terminal,
};
use clap::Subcommand;
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::Account;
use std::path::PathBuf;

/// Subcommands of `attest`.
#[derive(Debug, Subcommand)]
pub(super) enum Attest {
    /// Create the folder of a new attestor: its key, and settings to fill in.
    New {
        /// Folder; it must not have an attestor yet.
        folder: PathBuf,
    },
    /// Run an attestor: its onion service, and the questions to the carriers.
    ///
    /// Ctrl-C closes it. Everything it has signed stays in state/signed, and is shown again when it
    /// is started again.
    Serve {
        /// Folder of the attestor.
        folder: PathBuf,
    },
    /// Make the key that pays the fees of what the attestor sends, and print its address.
    ///
    /// Send some Ether to that address, for fees alone, and turn on `[keeper]` in attest.toml. If there
    /// is a key already, its address is printed.
    Keeper {
        /// Folder of the attestor.
        folder: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Print the address of an attestor's key, which sellers write into their shop's settings.
    Address {
        /// Folder of the attestor.
        folder: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Attest {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self {
            Self::New { folder } => {
                let dir = AttestDir::new(&folder);
                let key = attest::create(&dir, &*system.entropy)?;
                let folder = folder.display();
                terminal::line(format!("Created an attestor in {folder}"));
                terminal::line(format!("Its key has the address {}", checksum(key.account())));
                terminal::line(format!(
                    "\nNext:\n  1. Fill in {folder}/attest.toml: nodes, and an account with a \
                     carrier.\n  2. Back up {folder}/state: whoever has it can sign in your name.\n  \
                     3. cryptocart attest serve {folder}"
                ));
                Ok(())
            }
            Self::Serve { folder } => attest::host(&AttestDir::new(&folder), system),
            Self::Keeper { folder, json } => {
                let key = attest::create_keeper(&AttestDir::new(&folder), &*system.entropy)?;
                print(key.account(), json);
                Ok(())
            }
            Self::Address { folder, json } => {
                print(AttestDir::new(&folder).read_key()?.account(), json);
                Ok(())
            }
        }
    }
}

fn print(account: Account, json: bool) {
    if json {
        terminal::json(&serde_json::json!({ "address": checksum(account) }));
    } else {
        terminal::line(checksum(account));
    }
}
