//! Bounds on an answer, in unpacked bytes: the most that an honest node can have to say.
//!
//! A log costs its sender 375 gas and each byte of its data 8, so the gas limit of a proved header
//! bounds its receipts. EIP-7934 bounds the transactions. What a node adds in JSON is bounded by
//! what nodes are known to add, doubled.

/// One value, or a block with the ids of its transactions instead of themselves.
pub(super) const SMALL: u64 = 8 << 20;

/// One transaction or one log as JSON, and an answer without those.
pub(super) const PART: usize = 24 << 20;

/// EIP-7934: the most bytes of a block, encoded for the network.
const BLOCK: u64 = 10 << 20;
/// JSON bytes for one encoded byte: two for its digits, more where access lists name fields.
const JSON: u64 = 4;
/// Bytes JSON adds to all transactions of a block: names of fields, and what nodes repeat.
const NAMES: u64 = 16 << 20;

/// Gas for a log, and for a byte of its data.
const LOG_GAS: u64 = 375;
const DATA_GAS: u64 = 8;
/// Gas of the smallest transaction.
const TRANSACTION_GAS: u64 = 21_000;
/// JSON bytes of a log without its data, and of a receipt without its logs.
const LOG: u64 = 1_024;
const RECEIPT: u64 = 4_096;
/// Gas limit that is taken for true where no header says one.
/// It is a few times the main chain's.
pub(super) const UNPROVED_GAS: u64 = 200_000_000;
/// Private chains have gas limits without meaning: no receipts are larger than this.
const RECEIPTS: u64 = 1 << 30;

/// Returns the limit of a block with its transactions.
pub(super) const fn block() -> u64 {
    BLOCK * JSON + NAMES
}

/// Returns the limit of all receipts of a block with this gas limit.
pub(super) const fn receipts(gas_limit: u64) -> u64 {
    let data = (gas_limit / DATA_GAS).saturating_mul(2);
    let logs = (gas_limit / LOG_GAS).saturating_mul(LOG);
    let receipts = (gas_limit / TRANSACTION_GAS).saturating_mul(RECEIPT);
    let all = data.saturating_add(logs).saturating_add(receipts).saturating_add(SMALL);
    if all < RECEIPTS { all } else { RECEIPTS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipt_limit_follows_the_gas_limit_and_never_overflows() {
        // The heaviest block seen: 48,000 empty logs of 18 M gas took 17 MB.
        assert!(receipts(18_000_000) > 2 * 17_000_000);
        assert!(receipts(60_000_000) < 256 << 20);
        assert_eq!(receipts(u64::MAX), RECEIPTS);
        assert_eq!(receipts(0), SMALL);
    }
}
