//! `[escrow]`: money that waits in a contract until the carrier reports delivery.

use serde::{Deserialize, Serialize};

/// `[escrow]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Escrow {
    pub(crate) enabled: bool,
    pub(crate) chain: String,
    pub(crate) contract: String,
    pub(crate) key: String,
    pub(crate) operator: String,
    pub(crate) payouts: String,
    pub(crate) attestors: Vec<Party>,
    pub(crate) threshold: u8,
    pub(crate) arbiter: Party,
    pub(crate) arbiter_fee: u16,
    pub(crate) ship_days: u64,
    pub(crate) deliver_days: u64,
    pub(crate) dispute_days: u64,
    pub(crate) arbiter_days: u64,
    pub(crate) parcel_must_match: String,
    pub(crate) keeper_tip: u64,
    pub(crate) from: u64,
    pub(crate) most: u64,
}

/// Somebody who decides about orders in escrow and is not the seller.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Party {
    pub(crate) address: String,
    pub(crate) name: String,
    pub(crate) onion: String,
}

impl Default for Escrow {
    fn default() -> Self {
        Self {
            enabled: false,
            chain: "ethereum".into(),
            contract: String::new(),
            key: String::new(),
            operator: String::new(),
            payouts: String::new(),
            attestors: Vec::new(),
            threshold: 2,
            arbiter: Party::default(),
            arbiter_fee: 500,
            ship_days: 5,
            deliver_days: 60,
            dispute_days: 5,
            arbiter_days: 14,
            parcel_must_match: "postal code".into(),
            keeper_tip: 1_000_000,
            from: 50_000_000,
            most: 500_000_000,
        }
    }
}

impl Escrow {
    /// Returns the texts that name the seller's money or files.
    pub(super) fn private_texts(&mut self) -> [&mut String; 3] {
        [&mut self.key, &mut self.operator, &mut self.payouts]
    }
}
