//! `cryptocart attest`.

use crate::{
    attest::{self, AttestDir, Extended, Which},
    error::CliError,
    system::System,
    terminal,
};
use clap::{Args, Subcommand};
use shop_carrier::CarrierName;
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    escrow::{Account, Hash},
    time::{CoarseTime, UnixTime},
};
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
    /// Sign a later deadline for deliveries, because the carrier stands still, as in a strike.
    ///
    /// It can be done once for an order, by at most 60 days, if as many of its attestors as must report
    /// a delivery sign the same date: agree with the others on it. The service shows what is signed, and
    /// sellers bring it to the contract. Parcels that are reported already are left out.
    Extend(Extend),
    /// Print the address of an attestor's key, which sellers write into their shop's settings.
    Address {
        /// Folder of the attestor.
        folder: PathBuf,
        /// Print as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(super) struct Extend {
    /// Folder of the attestor.
    folder: PathBuf,
    /// The order, by its id in the contract.
    #[arg(long, value_name = "ID", required_unless_present = "carrier", value_parser = Hash::parse)]
    order: Option<Hash>,
    /// All orders whose parcels are with this carrier: canada-post or usps.
    #[arg(long, value_name = "NAME", conflicts_with = "order")]
    carrier: Option<CarrierName>,
    /// The last day, in UTC, on which a delivery can be reported, such as 2027-03-31.
    ///
    /// An order that cannot wait so long gets the latest deadline that it can have.
    #[arg(long, value_name = "DATE", value_parser = end_of_day)]
    until: UnixTime,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Reads a date such as 2027-03-31, as its last second.
fn end_of_day(text: &str) -> Result<UnixTime, String> {
    let parts: Vec<u64> = text.split('-').map_while(|part| part.parse().ok()).collect();
    let day = match parts.as_slice() {
        [year, month, day] if text.len() == 10 => CoarseTime::from_date(*year, *month, *day),
        _ => None,
    };
    let day = day.ok_or("write a date such as 2027-03-31")?;
    Ok(day.start().plus_seconds(DAY - 1))
}

const DAY: u64 = 86_400;

impl Extend {
    fn run(&self, system: &System) -> Result<(), CliError> {
        let which = match (self.order, self.carrier) {
            (Some(id), _) => Which::Order(id),
            (None, Some(carrier)) => Which::Carrier(carrier),
            (None, None) => return Err(CliError::input("name --order or --carrier")),
        };
        let dir = AttestDir::new(&self.folder);
        let Extended { signed, before, left_out } =
            attest::extend(&dir, which, self.until, system)?;
        if self.json {
            terminal::json(&serde_json::json!({
                "version": 1, "signed": signed, "signed_before": before, "left_out": left_out,
            }));
            return Ok(());
        }
        let signed = terminal::many(signed, "order", "orders");
        terminal::line(format!("Signed a later deadline for {signed}."));
        if before > 0 {
            terminal::line(format!("{before} had it before."));
        }
        if left_out > 0 {
            terminal::line(format!(
                "{left_out} were left out: reported, past their deadline, or with a later one."
            ));
        }
        Ok(())
    }
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
            Self::Extend(command) => command.run(system),
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
