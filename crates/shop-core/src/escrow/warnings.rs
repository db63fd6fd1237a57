//! Warnings for whoever checks a statement before the buyer pays.
//!
//! The chain cannot see these things; `contracts/README.md` lists them.

mod checks;
mod warning;

pub use warning::{Role, Severity, Warning};

use super::{Account, Hash, ParsedStatement};
use crate::time::UnixTime;
use std::collections::BTreeSet;

const DAY: u64 = 86_400;

/// Facts that shop-chain computes from a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recomputed {
    /// Hash of the terms.
    pub id: Hash,
    /// Address that follows from the contract and that hash.
    pub vault: Account,
    /// Hash of the attestors and their threshold.
    pub attestors: Hash,
    /// Commitment to the goods, if the statement has part 2.
    pub order: Option<Hash>,
    /// Address whose key signed the payout address. None: nobody's.
    pub payout_signer: Option<Account>,
    /// True if the contract is the one that this program knows.
    pub is_known_contract: bool,
}

/// Expectations of whoever checks.
#[derive(Clone, Debug)]
pub struct Policy {
    /// The time.
    pub now: UnixTime,
    /// Least time to dispute that is not warned of, in seconds.
    pub min_dispute_window: u32,
    /// Least time for the arbiter that is not warned of, in seconds.
    pub min_arbiter_window: u32,
    /// Longest time from now to the shipping deadline that is not warned of, in seconds.
    pub most_until_shipped: u64,
    /// Longest time from the shipping to the delivery deadline that is not warned of, in seconds.
    pub most_until_delivered: u64,
    /// Greatest price in the chain's coin that is not warned of, in smallest units.
    pub most_price: Option<u128>,
    /// Refund address that the buyer gave.
    pub refund_to: Option<Account>,
    /// Wallet key that the buyer gave.
    pub buyer_key: Option<Account>,
    /// Hash of the release secret that the buyer gave.
    pub release_hash: Option<Hash>,
    /// Shop key that the buyer has from elsewhere.
    pub shop_key: Option<Account>,
    /// Attestors that are trusted. None: there is no list.
    pub attestors: Option<BTreeSet<Account>>,
    /// Arbiters that are trusted. None: there is no list.
    pub arbiters: Option<BTreeSet<Account>>,
}

impl Policy {
    /// Returns what is expected if nobody says anything else.
    ///
    /// At least 3 days to dispute and 7 for the arbiter, shipping within 14 days, delivery within 90
    /// more, a price of at most one coin (10^18 smallest units).
    #[must_use]
    pub const fn new(now: UnixTime) -> Self {
        Self {
            now,
            min_dispute_window: 3 * 86_400,
            min_arbiter_window: 7 * 86_400,
            most_until_shipped: 14 * DAY,
            most_until_delivered: 90 * DAY,
            most_price: Some(1_000_000_000_000_000_000),
            refund_to: None,
            buyer_key: None,
            release_hash: None,
            shop_key: None,
            attestors: None,
            arbiters: None,
        }
    }
}

/// Result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Nothing is wrong.
    Sound,
    /// There are risks to weigh.
    Careful,
    /// Nobody should pay this.
    DoNotPay,
}

/// Returns all that is to be said of a statement, the gravest first.
#[must_use]
pub fn warnings(
    parsed: &ParsedStatement,
    recomputed: &Recomputed,
    policy: &Policy,
) -> Vec<Warning> {
    let mut all = checks::all(parsed, recomputed, policy);
    all.sort_by_key(|warning| std::cmp::Reverse(warning.severity()));
    all
}

/// Returns the result of a check with these warnings.
#[must_use]
pub fn verdict(warnings: &[Warning]) -> Verdict {
    match warnings.iter().map(Warning::severity).max() {
        Some(Severity::Danger) => Verdict::DoNotPay,
        Some(Severity::Caution) => Verdict::Careful,
        Some(Severity::Note) | None => Verdict::Sound,
    }
}

#[cfg(test)]
mod tests;
