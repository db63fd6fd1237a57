//! Pay-tos and transaction ids a chain accepts, in one spelling each.

use alloy_primitives::Address;
use shop_core::{
    kind::{HasKind, Kind},
    money::{Amount, AssetId},
    pay_to::PayTo,
};

/// Reason why text is no pay-to of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayToRefusal {
    /// The text has not the form of the chain's addresses.
    #[error("an Ethereum address is 0x followed by 40 digits of 0-9, a-f")]
    NotAnAddress,
    /// The capital letters are a checksum, and they do not fit: a digit was changed on the way.
    #[error("its checksum (upper and lower case) is wrong: copy the address again")]
    Checksum,
    /// An address of the protocol, of which nobody has the key.
    #[error("nobody owns this address: money sent there is lost")]
    Nobody,
    /// The shop cannot watch this chain yet.
    #[error("{0} cannot be watched yet, so a payment would never be seen")]
    NotWatched(AssetId),
}

impl HasKind for PayToRefusal {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// Text that cannot be a transaction id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a transaction id is 0x followed by 64 digits of 0-9, a-f")]
pub struct TxidRefusal;

impl HasKind for TxidRefusal {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// Returns the pay-to that `text` spells, in the one spelling the shop uses (EIP-55).
///
/// # Errors
/// [`PayToRefusal`]; a mixed-case address with a wrong checksum is refused, one without capital
/// letters, or with nothing else, carries no checksum and is taken.
pub fn pay_to(asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
    match asset {
        AssetId::Eth => {
            let address = ethereum_address(text.trim())?;
            let text = address.to_checksum(None);
            PayTo::new(asset, &text).map_err(|_| PayToRefusal::NotAnAddress)
        }
        other => Err(PayToRefusal::NotWatched(other)),
    }
}

fn ethereum_address(text: &str) -> Result<Address, PayToRefusal> {
    let digits = text.strip_prefix("0x").ok_or(PayToRefusal::NotAnAddress)?;
    if digits.len() != 40 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(PayToRefusal::NotAnAddress);
    }
    let address: Address = text.parse().map_err(|_| PayToRefusal::NotAnAddress)?;
    let lower = digits.bytes().any(|b| b.is_ascii_lowercase());
    let upper = digits.bytes().any(|b| b.is_ascii_uppercase());
    if lower && upper && address.to_checksum(None) != text {
        return Err(PayToRefusal::Checksum);
    }
    // The zero address and the precompiled contracts, present and future.
    if address.iter().take(18).all(|byte| *byte == 0) {
        return Err(PayToRefusal::Nobody);
    }
    Ok(address)
}

/// Returns the one spelling of a transaction id that was typed or pasted.
/// It is there to be compared.
///
/// # Errors
/// [`TxidRefusal`] for anything but `0x` and 64 hexadecimal digits, or a chain not watched yet.
pub fn txid(asset: AssetId, text: &str) -> Result<String, TxidRefusal> {
    let AssetId::Eth = asset else { return Err(TxidRefusal) };
    let text = text.trim().to_ascii_lowercase();
    let digits = text.strip_prefix("0x").ok_or(TxidRefusal)?;
    let shaped = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
    if shaped { Ok(text) } else { Err(TxidRefusal) }
}

/// Returns the payment request that wallets read from a QR code (EIP-681).
/// There is none if the chain has none, or the pay-to is not real.
///
/// It names no gas limit and no gas price: forks change what a transfer costs, and a wallet that
/// obeyed an old figure would send a transaction that fails.
#[must_use]
pub fn payment_uri(pay_to: &PayTo, due: Amount, chain_id: u64) -> Option<String> {
    if pay_to.asset() != due.asset() || ethereum_address(pay_to.as_str()).is_err() {
        return None;
    }
    match pay_to.asset() {
        AssetId::Eth => {
            Some(format!("ethereum:{}@{chain_id}?value={}", pay_to.as_str(), due.units()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECKSUMMED: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    fn digits() -> &'static str {
        CHECKSUMMED.trim_start_matches("0x")
    }

    #[test]
    fn every_spelling_of_an_address_becomes_the_one_with_a_checksum() {
        let lower = CHECKSUMMED.to_lowercase();
        let upper = format!("0x{}", digits().to_uppercase());
        for text in [CHECKSUMMED, &lower, &upper, &format!(" {CHECKSUMMED}\n")] {
            let made = pay_to(AssetId::Eth, text).expect("a real address");
            assert_eq!(made.as_str(), CHECKSUMMED);
        }
    }

    #[test]
    fn an_address_with_one_wrong_capital_is_refused() {
        let wrong = CHECKSUMMED.replace("5aA", "5aa");
        assert_eq!(pay_to(AssetId::Eth, &wrong), Err(PayToRefusal::Checksum));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "0x", "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", digits()] {
            assert_eq!(pay_to(AssetId::Eth, text), Err(PayToRefusal::NotAnAddress), "{text}");
        }
        let long = format!("{CHECKSUMMED}0");
        assert_eq!(pay_to(AssetId::Eth, &long), Err(PayToRefusal::NotAnAddress));
        assert_eq!(pay_to(AssetId::Eth, "demo-eth-7k2q9f"), Err(PayToRefusal::NotAnAddress));
    }

    #[test]
    fn an_address_of_nobody_is_refused() {
        for last in ["0000", "0001", "0100"] {
            let text = format!("0x{}{last}", "0".repeat(36));
            assert_eq!(pay_to(AssetId::Eth, &text), Err(PayToRefusal::Nobody), "{text}");
        }
    }

    #[test]
    fn a_chain_that_cannot_be_watched_takes_no_money() {
        let refused = pay_to(AssetId::Btc, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq");
        assert_eq!(refused, Err(PayToRefusal::NotWatched(AssetId::Btc)));
    }

    #[test]
    fn a_transaction_id_has_one_spelling() {
        let canonical = format!("0x{}", "ab".repeat(32));
        assert_eq!(txid(AssetId::Eth, &format!(" 0X{} ", "AB".repeat(32))), Ok(canonical));
        for text in ["", "0x", &"ab".repeat(32), &format!("0x{}", "g".repeat(64))] {
            assert_eq!(txid(AssetId::Eth, text), Err(TxidRefusal), "{text}");
        }
    }

    #[test]
    fn the_payment_request_names_the_exact_wei_and_no_gas() {
        let to = pay_to(AssetId::Eth, CHECKSUMMED).expect("a real address");
        let due = Amount::new(AssetId::Eth, 51_990_000_123_456_789);
        assert_eq!(
            payment_uri(&to, due, 1).as_deref(),
            Some("ethereum:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed@1?value=51990000123456789")
        );
        let demo = PayTo::new(AssetId::Eth, "demo-eth-7k2q9f").expect("shaped");
        assert_eq!(payment_uri(&demo, due, 1), None);
    }
}
