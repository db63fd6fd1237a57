//! Messages that are signed: typed data (EIP-712), and texts as wallets sign them (ERC-191).

use super::{Key, abi, abi::message};
use alloy_primitives::{U256, eip191_hash_message};
use alloy_sol_types::{Eip712Domain, SolStruct, eip712_domain};
use shop_core::{
    escrow::{Account, Hash, PayoutSignature, RefusedFile, Report, Tracking},
    time::UnixTime,
};

/// Contract and chain for which a signature counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Domain {
    /// Number of the chain (EIP-155).
    pub chain_id: u64,
    /// The escrow contract.
    pub contract: Account,
}

/// Action of a party that is signed, so that somebody else can send it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The seller sent this parcel.
    Ship(Tracking),
    /// The arbiter is called.
    Dispute,
    /// The seller is paid.
    Release,
    /// Everything goes back.
    Refund,
    /// The arbiter divides the price. The buyer's share is in hundredths of a percent.
    Rule {
        /// The buyer's share, at most 10,000.
        buyer_bps: u16,
    },
}

impl Act {
    fn name(self) -> &'static str {
        match self {
            Self::Ship(_) => "ship",
            Self::Dispute => "dispute",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Rule { .. } => "rule",
        }
    }

    pub(super) fn arg(self) -> U256 {
        match self {
            Self::Ship(tracking) => U256::from_be_bytes(tracking.padded()),
            Self::Rule { buyer_bps } => U256::from(buyer_bps),
            Self::Dispute | Self::Release | Self::Refund => U256::ZERO,
        }
    }
}

/// Returns the separator of a domain (EIP-712).
#[must_use]
pub fn domain_separator(domain: Domain) -> Hash {
    abi::hash(eip712(domain).separator())
}

/// Returns the digest of a party's action.
#[must_use]
pub fn act_digest(domain: Domain, id: Hash, act: Act) -> Hash {
    let words = message::Act { id: abi::word(id), action: act.name().to_owned(), arg: act.arg() };
    digest(&words, domain)
}

/// Returns the digest of a later deadline for deliveries, which attestors sign.
#[must_use]
pub fn extend_digest(domain: Domain, id: Hash, until: UnixTime) -> Hash {
    digest(&message::Extend { id: abi::word(id), until: until.0 }, domain)
}

/// Returns the digest of an attestor's report.
#[must_use]
pub fn delivered_digest(domain: Domain, id: Hash, tracking: Tracking, report: &Report) -> Hash {
    let words = message::Delivered {
        id: abi::word(id),
        tracking: tracking.padded().into(),
        acceptedAt: report.accepted_at.0,
        deliveredAt: report.delivered_at.0,
        matchLevel: report.match_level.0,
        evidence: abi::word(report.evidence),
    };
    digest(&words, domain)
}

/// Returns the text that the buyer's wallet signs to pay the seller at once.
#[must_use]
pub fn release_text(vault: Account) -> String {
    format!("cryptocart release {vault}")
}

/// Returns the digest of [`release_text`].
#[must_use]
pub fn release_digest(vault: Account) -> Hash {
    abi::hash(eip191_hash_message(release_text(vault)))
}

/// Returns the text by whose signature a side of an order proves itself to the arbiter.
///
/// The id follows from the terms, which name the arbiter: so it proves nothing about another order, nor
/// to anybody else. The contract takes no signature of such a text.
#[must_use]
pub fn case_text(id: Hash) -> String {
    format!("cryptocart case {id}")
}

/// Returns the digest of [`case_text`].
#[must_use]
pub fn case_digest(id: Hash) -> Hash {
    abi::hash(eip191_hash_message(case_text(id)))
}

/// Returns the text that the shop key signs for each payout address.
#[must_use]
pub fn payout_text(seller: Account) -> String {
    format!("cryptocart payout {seller}")
}

/// Returns the digest of [`payout_text`].
#[must_use]
pub fn payout_digest(seller: Account) -> Hash {
    abi::hash(eip191_hash_message(payout_text(seller)))
}

/// Returns the digest of an attestor's refusal ([`RefusedFile::text`]).
#[must_use]
pub fn refused_digest(contract: Account, id: Hash, reason: &str) -> Hash {
    abi::hash(eip191_hash_message(RefusedFile::text(contract, id, reason)))
}

/// Returns a payout address, signed by the shop key.
#[must_use]
pub fn sign_payout(shop_key: &Key, seller: Account) -> PayoutSignature {
    PayoutSignature { seller, signature: shop_key.sign(payout_digest(seller)) }
}

fn digest(words: &impl SolStruct, domain: Domain) -> Hash {
    abi::hash(words.eip712_signing_hash(&eip712(domain)))
}

fn eip712(domain: Domain) -> Eip712Domain {
    eip712_domain! {
        name: "cryptocart",
        version: "1",
        chain_id: domain.chain_id,
        verifying_contract: abi::address(domain.contract),
    }
}
