//! Addresses as they are typed.

use shop_core::escrow::Account;

/// Reads an address of a setting or an argument, with the checksum of its spelling.
pub(super) fn account(name: &str, text: &str) -> Result<Account, String> {
    shop_chain::ethereum::escrow::parse_account(text).map_err(|error| format!("{name}: {error}"))
}
