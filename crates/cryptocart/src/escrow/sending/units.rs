//! Amounts of Ether in settings, arguments and words.

use shop_core::money::{Amount, AssetId};

/// Reads an amount of Ether as wei.
pub(crate) fn wei(text: &str) -> Option<u128> {
    Amount::parse(AssetId::ETH, text.trim()).ok().map(Amount::units)
}

/// Returns wei as text in Ether: `0.00123 ETH`.
pub(crate) fn ether(wei: u128) -> String {
    Amount::new(AssetId::ETH, wei).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ether_is_read_and_written_exactly() {
        assert_eq!(wei("0.000000000000000001"), Some(1));
        assert_eq!(wei("-1"), None);
        assert_eq!(ether(1_500_000_000_000_000), "0.0015 ETH");
    }
}
