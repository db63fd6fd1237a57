//! Account of the seller: address and view key, and the subaddresses that follow from them.

use super::network::Network;
use monero_wallet::{
    Scanner, ViewPair,
    address::{AddressType, MoneroAddress, SubaddressIndex},
    ed25519::Scalar,
    interface::ScannableBlock,
    transaction::Timelock,
};
use shop_core::{
    kind::{HasKind, Kind},
    money::AssetId,
    pay_to::PayTo,
};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};
use zeroize::Zeroizing;

/// Account whose payments can be seen, and not spent.
///
/// It prints nothing of itself. The private view key is wiped when it is dropped.
pub struct Account {
    pair: ViewPair,
    network: Network,
    table: Mutex<Table>,
}

/// Subaddresses that are recognised.
struct Table {
    scanner: Scanner,
    pay_tos: HashMap<u32, PayTo>,
    /// The next number that is not in the table.
    next: u32,
}

/// Reason why an address and a view key make no account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// The text is no address.
    #[error("the address is not a Monero address, or a letter of it was changed: copy it again")]
    NotAnAddress,
    /// The address is of another network.
    #[error("the address is of another network than the settings name")]
    OtherNetwork,
    /// The address is a subaddress, or carries a payment id.
    #[error(
        "the address is not the primary one of a wallet: take the one that begins with 4 (5 or 9 \
         on a test network)"
    )]
    NotPrimary,
    /// The text of the view key is no key.
    #[error("the view key is not 64 hexadecimal digits of a key")]
    NotAKey,
    /// The text is the seed of a wallet.
    #[error(
        "this is the seed of a wallet, which spends: a shop must never have it. Move the money to \
         a new wallet, and give the shop the private view key of that"
    )]
    Seed,
    /// The key is the private spend key of the address.
    #[error(
        "this is the private spend key: a shop must never have it. Move the money to a new \
         wallet, and give the shop the private view key of that"
    )]
    SpendKey,
    /// The key belongs to another address.
    #[error("the view key does not belong to this address")]
    OtherKey,
}

impl HasKind for AccountError {
    fn kind(&self) -> Kind {
        Kind::Misconfigured
    }
}

/// Output of a transaction to a subaddress that is recognised.
pub(super) struct Received {
    pub(super) txid: [u8; 32],
    /// Its one-time key: two outputs with one key can be spent once.
    pub(super) key: [u8; 32],
    pub(super) pay_to: PayTo,
    pub(super) units: u64,
    /// True if it cannot be spent before a block or a time that its sender chose.
    pub(super) is_locked: bool,
}

/// Numbers beyond those that are known at which a subaddress is looked for.
const LOOKED_AT: u32 = 20_000;

/// Number of words of a seed, and of one with a passphrase's words or of another make.
const SEED_WORDS: usize = 12;

/// The first donation address of Monero's developers, and its private view key.
pub(super) const DONATIONS: &str = "44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A";
pub(super) const DONATIONS_VIEW_KEY: &str =
    "f359631075708155cc3d92a32b75a7d02a5dcf27756707b47a2b31b21c389501";

impl Account {
    /// Makes the account of a primary address and its private view key.
    /// `view_key` is its text, which the caller wipes.
    ///
    /// # Errors
    /// [`AccountError`]. A private spend key is told by its public half, which the address has.
    pub fn new(address: &str, view_key: &str, network: Network) -> Result<Self, AccountError> {
        let address = primary(address, network)?;
        if view_key.split_whitespace().count() >= SEED_WORDS {
            return Err(AccountError::Seed);
        }
        let view = scalar(view_key.trim())?;
        let pair = ViewPair::new(address.spend(), view).map_err(|_| AccountError::NotAnAddress)?;
        if pair.view() == address.spend() {
            return Err(AccountError::SpendKey);
        }
        if pair.view() != address.view() {
            return Err(AccountError::OtherKey);
        }
        Ok(Self::with(pair, network))
    }

    /// Makes the account of the developers' donations, whose view key they publish.
    /// It is for a watcher that only finds out what nodes can do.
    pub(super) fn of_donations(network: Network) -> Result<Self, AccountError> {
        let address = MoneroAddress::from_str_with_unchecked_network(DONATIONS)
            .map_err(|_| AccountError::NotAnAddress)?;
        let pair = ViewPair::new(address.spend(), scalar(DONATIONS_VIEW_KEY)?);
        Ok(Self::with(pair.map_err(|_| AccountError::NotAnAddress)?, network))
    }

    fn with(pair: ViewPair, network: Network) -> Self {
        let scanner = Scanner::new(pair.clone());
        let table = Mutex::new(Table { scanner, pay_tos: HashMap::new(), next: 1 });
        Self { pair, network, table }
    }

    /// Returns the subaddresses with these numbers, and recognises them from now on.
    /// The primary address, which has number 0, is none: it would tell that payments belong
    /// together.
    pub fn subaddresses(&self, numbers: std::ops::Range<u32>) -> Vec<PayTo> {
        let mut table = self.table();
        table.grow(numbers.end, &self.pair, self.network);
        numbers.filter_map(|number| table.pay_tos.get(&number).cloned()).collect()
    }

    /// Returns those of these pay-tos that are not its subaddresses, up to `LOOKED_AT` numbers
    /// beyond those it knows. It recognises the others from now on.
    pub fn unrecognised(&self, pay_tos: &HashSet<PayTo>) -> HashSet<PayTo> {
        let mut table = self.table();
        let mut left = pay_tos.clone();
        for known in table.pay_tos.values() {
            left.remove(known);
        }
        let end = table.next.saturating_add(LOOKED_AT);
        while !left.is_empty() && table.next < end {
            let number = table.next;
            table.grow(number.saturating_add(1), &self.pair, self.network);
            if let Some(pay_to) = table.pay_tos.get(&number) {
                left.remove(pay_to);
            }
        }
        left
    }

    /// Returns the network that its address names.
    #[must_use]
    pub const fn network(&self) -> Network {
        self.network
    }

    /// Returns what a block holds for the account.
    /// The transactions were proved before. An error says that the block has another form than
    /// any that this program knows.
    pub(super) fn scan(&self, block: ScannableBlock) -> Result<Vec<Received>, ()> {
        let mut table = self.table();
        let found = table.scanner.scan(block).map_err(|_| ())?.ignore_additional_timelock();
        let received = found.iter().filter_map(|output| {
            let number = output.subaddress()?.address();
            Some(Received {
                txid: output.transaction(),
                key: output.key().compress().to_bytes(),
                pay_to: table.pay_tos.get(&number)?.clone(),
                units: output.commitment().amount,
                is_locked: output.additional_timelock() != Timelock::None,
            })
        });
        Ok(received.collect())
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn grow(&mut self, end: u32, pair: &ViewPair, network: Network) {
        while self.next < end {
            let number = self.next;
            self.next = number.saturating_add(1);
            let Some(index) = SubaddressIndex::new(0, number) else { continue };
            let text = pair.subaddress(network.of_addresses(), index).to_string();
            let Ok(pay_to) = PayTo::new(AssetId::XMR, &text) else { continue };
            self.scanner.register_subaddress(index);
            self.pay_tos.insert(number, pay_to);
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").finish_non_exhaustive()
    }
}

/// Reads the primary address of an account.
pub(super) fn primary(text: &str, network: Network) -> Result<MoneroAddress, AccountError> {
    let address = MoneroAddress::from_str_with_unchecked_network(text.trim())
        .map_err(|_| AccountError::NotAnAddress)?;
    if address.network() != network.of_addresses() {
        return Err(AccountError::OtherNetwork);
    }
    if *address.kind() != AddressType::Legacy {
        return Err(AccountError::NotPrimary);
    }
    Ok(address)
}

/// Reads a private key in hexadecimal digits.
fn scalar(text: &str) -> Result<Zeroizing<Scalar>, AccountError> {
    let bytes = super::hex::secret(text).ok_or(AccountError::NotAKey)?;
    let scalar = Scalar::read(&mut bytes.as_slice()).map_err(|_| AccountError::NotAKey)?;
    if scalar == Scalar::ZERO { Err(AccountError::NotAKey) } else { Ok(Zeroizing::new(scalar)) }
}

#[cfg(test)]
mod tests;
