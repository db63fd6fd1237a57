//! Escrow desk of a test shop: terms are real, hashes and addresses are made up.

use shop_core::{
    bill::Bill,
    escrow::{Account, AttestorSet, Hash, MatchLevel, NamedParty, Signature, Statement, Terms},
    money::{Amount, AssetId},
    order::StatementText,
    pay_to::{Matching, Offer, PayTo},
    time::{CoarseTime, UnixTime},
    view::EscrowKey,
};
use shop_db::NewEscrow;
use shop_web::{
    BoxFuture, EscrowDesk, EscrowOffer, EscrowOfferError, EscrowOrder, EscrowRules, RefundToError,
};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

pub(crate) const CONTRACT: Account = Account([0xcc; 20]);
pub(crate) const REFUND_TO: Account = Account([0xbb; 20]);
pub(crate) const SELLER: Account = Account([0x5e; 20]);
pub(crate) const ARBITER: Account = Account([0xab; 20]);
pub(crate) const ARBITER_ONION: &str =
    "arbiterarbiterarbiterarbiterarbiterarbiterarbiterarbiter.onion";
/// Secret, and text, that the desk takes for a release.
pub(crate) const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";

/// Desk of a test shop.
pub(crate) struct FakeDesk {
    /// True while escrow is offered.
    pub(crate) is_offered: AtomicBool,
    /// True once the seller has turned escrow off.
    pub(crate) is_off: AtomicBool,
    pub(crate) has_arbiter: AtomicBool,
    /// True if every address is taken for somebody else's.
    pub(crate) is_refused: AtomicBool,
    next: AtomicU8,
}

impl FakeDesk {
    pub(crate) const fn new() -> Self {
        Self {
            is_offered: AtomicBool::new(false),
            is_off: AtomicBool::new(false),
            has_arbiter: AtomicBool::new(true),
            is_refused: AtomicBool::new(false),
            next: AtomicU8::new(1),
        }
    }

    fn arbiter(&self) -> Option<Account> {
        self.has_arbiter.load(Ordering::SeqCst).then_some(ARBITER)
    }
}

/// Returns the vault of an order that the desk has made.
pub(crate) fn vault(number: u8) -> Account {
    Account([number; 20])
}

/// Returns the contract's name for an order that the desk has made.
pub(crate) const fn key(number: u8) -> EscrowKey {
    EscrowKey { contract: CONTRACT, id: Hash([number; 32]) }
}

fn attestors() -> Vec<Account> {
    [0xa1, 0xa2, 0xa3].map(|byte| Account([byte; 20])).to_vec()
}

fn named() -> Vec<NamedParty> {
    let names = ["Ada & Co", "Babbage", "Curie"];
    let party = |(account, name): (Account, &str)| {
        let onion = Some(format!("{}.onion", name.to_lowercase().replace(" & ", "")));
        NamedParty { account, name: name.into(), onion }
    };
    attestors().into_iter().zip(names).map(party).collect()
}

fn arbiter() -> NamedParty {
    NamedParty { account: ARBITER, name: "Themis".into(), onion: Some(ARBITER_ONION.into()) }
}

impl EscrowDesk for FakeDesk {
    fn rules(&self, bill: &Bill) -> Option<EscrowRules> {
        if !self.is_offered.load(Ordering::SeqCst)
            || bill.to_pay().is_none_or(|total| total.asset() != AssetId::ETH)
        {
            return None;
        }
        Some(EscrowRules {
            ship_hours: 120,
            deliver_hours: 1_440,
            dispute_hours: 120,
            arbiter_hours: 336,
            arbiter_fee_bps: 550,
            keeper_tip: Amount::new(AssetId::ETH, 1_000_000_000_000_000),
            threshold: 2,
            attestors: named(),
            arbiter: self.arbiter().map(|_| arbiter()),
            min_match: MatchLevel::POSTAL_CODE,
            contract: CONTRACT,
            chain_id: 1,
        })
    }

    fn buyer_key(&self, text: &str) -> Result<Account, RefundToError> {
        Account::parse(text).map_err(|_| RefundToError::NotAnAddress)
    }

    fn offer<'a>(
        &'a self,
        order: EscrowOrder,
    ) -> BoxFuture<'a, Result<EscrowOffer, EscrowOfferError>> {
        Box::pin(async move {
            if self.is_refused.load(Ordering::SeqCst) {
                return Err(EscrowOfferError::NotBuyers);
            }
            let number = self.next.fetch_add(1, Ordering::SeqCst);
            let set = AttestorSet::new(2, attestors()).expect("three attestors");
            let ship_by = order.expires.plus_hours(120);
            let deliver_by = ship_by.plus_hours(1_440);
            let last = |hour: CoarseTime| UnixTime(hour.start().0 - 1);
            let terms = Terms {
                chain_id: 1,
                seller: SELLER,
                operator: Account([0x0e; 20]),
                refund_to: REFUND_TO,
                buyer_key: order.choice.buyer_key,
                arbiter: self.arbiter(),
                token: None,
                price: order.total.units(),
                ship_by: last(ship_by),
                deliver_by: last(deliver_by),
                dispute_window: 5 * 86_400,
                arbiter_window: 14 * 86_400,
                arbiter_fee_bps: 550,
                keeper_tip: 1_000_000_000_000_000,
                min_match: MatchLevel::POSTAL_CODE,
                attestors: Hash([0xaa; 32]),
                release_hash: order.choice.release_hash,
                order: Hash([0xdd; 32]),
            };
            let statement = Statement {
                terms,
                contract: CONTRACT,
                vault: vault(number),
                id: key(number).id,
                attestors: set,
                shop_key: Account([0x77; 20]),
                payout_signature: Signature([0x1b; 65]),
                goods: Some(order.goods),
            };
            let pay_to = PayTo::new(AssetId::ETH, &vault(number).to_string());
            let offer = Offer {
                pay_to: pay_to.expect("an address"),
                due: order.total,
                matching: Matching::PayTo,
            };
            Ok(EscrowOffer {
                offer,
                statement: StatementText::new(statement.to_text(|account| account.to_string())),
                parties: named().into_iter().chain(self.arbiter().map(|_| arbiter())).collect(),
                stored: NewEscrow {
                    key: key(number),
                    payout: Account([0x90 + number; 20]),
                    ship_by,
                    deliver_by,
                },
            })
        })
    }
}
