//! Addresses and amounts as they are typed and shown.

use shop_core::{
    escrow::Account,
    money::{Amount, AssetId},
};

/// Reads an address of a setting or an argument, with the checksum of its spelling.
pub(super) fn account(name: &str, text: &str) -> Result<Account, String> {
    shop_chain::ethereum::escrow::parse_account(text).map_err(|error| format!("{name}: {error}"))
}

/// Reads an amount of Ether as wei.
pub(super) fn wei(text: &str) -> Option<u128> {
    Amount::parse(AssetId::ETH, text.trim()).ok().map(Amount::units)
}

/// Returns wei as text in Ether: `0.00123 ETH`.
pub(super) fn ether(wei: u128) -> String {
    Amount::new(AssetId::ETH, wei).to_string()
}
