//! Addresses in the spelling with a checksum (EIP-55).

use super::abi;
use crate::{chain::PayToRefusal, ethereum::rules};
use shop_core::{
    escrow::Account,
    money::AssetId,
    pay_to::{PayTo, PayToError},
};

/// Returns the spelling with a checksum (EIP-55).
#[must_use]
pub fn checksum(account: Account) -> String {
    abi::address(account).to_checksum(None)
}

/// Reads an address that a person typed or pasted.
///
/// A mixed-case address with a wrong checksum is refused, and so are addresses of the protocol.
///
/// # Errors
/// [`PayToRefusal`].
pub fn parse_account(text: &str) -> Result<Account, PayToRefusal> {
    rules::address(text.trim()).map(abi::account)
}

/// Returns the address of a payment address. None: it is of another kind of chain.
#[must_use]
pub fn account_of(pay_to: &PayTo) -> Option<Account> {
    Account::parse(pay_to.as_str()).ok()
}

/// Returns the address as a payment address for an asset.
///
/// # Errors
/// [`PayToError`], which a spelling with a checksum never is.
pub fn pay_to_of(asset: AssetId, account: Account) -> Result<PayTo, PayToError> {
    PayTo::new(asset, &checksum(account))
}
