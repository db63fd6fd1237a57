//! Addresses of a wallet, by their numbers.

use crate::{config::plan::short_name, error::CliError, terminal};
use shop_chain::{bitcoin::Descriptor, monero, wallet::AccountKey};
use shop_core::money::AssetId;

/// Unused addresses after which most wallets stop looking, unless they are told otherwise.
const USUAL_GAP: u32 = 20;
/// The same of Monero's wallets: their lookahead.
const USUAL_LOOKAHEAD: u32 = 200;

/// A wallet's account, of whatever coin.
pub(super) struct Source {
    coin: AssetId,
    /// Number of the account, where it is known.
    account: Option<u32>,
    wallet: Wallet,
}

/// Key from which addresses follow.
pub(super) enum Wallet {
    /// Public key of an account, derived from words or given.
    Account(Box<AccountKey>),
    Descriptor(Descriptor),
    Monero {
        account: Box<monero::Account>,
        address: String,
    },
}

impl Source {
    pub(super) const fn new(coin: AssetId, account: Option<u32>, wallet: Wallet) -> Self {
        Self { coin, account, wallet }
    }

    /// Returns the coin's ticker.
    pub(super) const fn coin(&self) -> &'static str {
        self.coin.code()
    }

    /// Returns the name of the kind of account.
    pub(super) fn kind(&self) -> &'static str {
        match &self.wallet {
            Wallet::Account(key) => key.path().name,
            Wallet::Descriptor(_) => "descriptor",
            Wallet::Monero { .. } => "subaddresses",
        }
    }

    /// Returns a short name of the account's key, which tells nothing of its addresses.
    pub(super) fn fingerprint(&self) -> String {
        match &self.wallet {
            Wallet::Account(key) => key.fingerprint(),
            Wallet::Descriptor(descriptor) => descriptor.fingerprint(),
            Wallet::Monero { address, .. } => short_name(address),
        }
    }

    /// Returns the number of the first address. Monero's number 0 is the primary address, which
    /// no order has.
    pub(super) const fn first(&self) -> u32 {
        match self.wallet {
            Wallet::Account(_) | Wallet::Descriptor(_) => 0,
            Wallet::Monero { .. } => 1,
        }
    }

    /// Returns the receive address with this number.
    pub(super) fn address(&self, number: u32) -> Result<String, CliError> {
        let none = || CliError::input("there is no address with this number");
        let address = match &self.wallet {
            Wallet::Account(key) => {
                key.address(number).map_err(|error| CliError::input(error.to_string()))?
            }
            Wallet::Descriptor(descriptor) => descriptor.address(number).ok_or_else(none)?,
            Wallet::Monero { account, .. } => {
                let end = number.checked_add(1).ok_or_else(none)?;
                account.subaddresses(number..end).pop().ok_or_else(none)?
            }
        };
        Ok(address.as_str().to_owned())
    }

    /// Returns the descriptor of all addresses, where one was not given and the coin has such.
    pub(super) fn descriptor(&self) -> Option<String> {
        match &self.wallet {
            Wallet::Account(key) => key.descriptor(),
            Wallet::Descriptor(_) | Wallet::Monero { .. } => None,
        }
    }

    /// Returns true if the shop makes the addresses itself, and takes no file of them.
    pub(super) const fn is_made_by_the_shop(&self) -> bool {
        matches!(self.wallet, Wallet::Monero { .. })
    }

    /// Shows the first addresses, with their paths where the account is known.
    pub(super) fn show(&self, beginning: &[String]) {
        let kind = self.kind();
        terminal::line(format!("The first addresses of this wallet ({}, {kind}):\n", self.coin()));
        for (number, address) in (self.first()..).zip(beginning) {
            let path = self.path(number).unwrap_or_default();
            terminal::line(format!("  {number}  {address}  {path}").trim_end());
        }
        terminal::line("\nCompare them with your wallet. If they differ, stop.\n");
    }

    fn path(&self, number: u32) -> Option<String> {
        let account = self.account?;
        match &self.wallet {
            Wallet::Account(key) => Some(key.path().of_address(account, number)),
            Wallet::Descriptor(_) => None,
            Wallet::Monero { .. } => Some(format!("{account}/{number}")),
        }
    }

    /// Returns advice for wallets that would not look as far as the last address.
    pub(super) fn gap_hint(&self, last: u32) -> Option<String> {
        if self.is_made_by_the_shop() {
            return (last >= USUAL_LOOKAHEAD).then(|| {
                format!(
                    "Monero's wallets look {USUAL_LOOKAHEAD} subaddresses ahead. Set the lookahead \
                     of yours above {last} (monero-wallet-cli: --subaddress-lookahead 1:{}), or it \
                     may not show what buyers paid.",
                    last.saturating_add(1)
                )
            });
        }
        (last >= USUAL_GAP).then(|| {
            format!(
                "Most wallets look for {USUAL_GAP} unused addresses and then stop. Set your \
                 wallet's gap limit above {last}, or it may not show what buyers paid."
            )
        })
    }
}
