//! The escrow desk: the terms and the statement of each order that is paid into escrow.

use super::payouts::Payouts;
use crate::{
    config::plan::EscrowPlan, refund_address::refund_to, system::System, tasks::Readiness,
};
use shop_chain::ethereum::escrow::{
    account_of, checksum, id_of, is_signed_by, order_commitment, pay_to_of, release_digest,
    release_hash, vault_of,
};
use shop_core::{
    bill::Bill,
    escrow::{Account, Goods, MatchLevel, PayoutSignature, Signature, Statement, Terms},
    money::Amount,
    order::StatementText,
    pay_to::{Matching, Offer},
    view::EscrowKey,
};
use shop_db::{Db, NewEscrow};
use shop_web::{
    BoxFuture, EscrowDesk, EscrowOffer, EscrowOfferError, EscrowOrder, EscrowRules, OfferError,
    RefundToError,
};
use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds after which payout addresses are looked for again, once none was free.
const LOOK_AGAIN: u64 = 120;

/// The escrow desk of one shop.
pub(crate) struct ShopEscrow {
    plan: EscrowPlan,
    payouts: Payouts,
    /// Time until which no payout address is looked for, because none was free.
    used_up_until: AtomicU64,
    db: Db,
    system: System,
    /// State of the chain: nothing is offered on it before it was read.
    chain: Readiness,
    /// Set once enough nodes have shown the contract's code.
    contract: Readiness,
}

impl ShopEscrow {
    /// Makes the desk; escrow is offered once `chain` and `contract` are ready.
    pub(crate) fn new(
        plan: &EscrowPlan,
        db: Db,
        system: System,
        chain: Readiness,
        contract: Readiness,
    ) -> Self {
        let payouts = Payouts::new(plan.payouts.clone());
        let used_up_until = AtomicU64::new(0);
        Self { plan: plan.clone(), payouts, used_up_until, db, system, chain, contract }
    }

    /// Returns the flag that is set once the contract's code was seen.
    pub(crate) const fn contract(&self) -> &Readiness {
        &self.contract
    }

    /// Returns the settings.
    pub(crate) const fn plan(&self) -> &EscrowPlan {
        &self.plan
    }

    fn is_offered(&self, total: Amount) -> bool {
        let EscrowPlan { asset, from, most, .. } = &self.plan;
        let is_within =
            total.asset() == *asset && (from.units()..=most.units()).contains(&total.units());
        is_within && self.chain.is_set() && self.contract.is_set()
    }

    async fn make(&self, order: EscrowOrder) -> Result<EscrowOffer, EscrowOfferError> {
        if !self.is_offered(order.total) {
            return Err(OfferError::Unavailable.into());
        }
        let refund_to = account_of(&order.choice.refund_to.pay_to);
        let refund_to = refund_to.ok_or(EscrowOfferError::NotBuyers)?;
        let buyer_key = order.choice.buyer_key;
        if [Some(refund_to), buyer_key].into_iter().flatten().any(|it| self.plan.is_known(it)) {
            return Err(EscrowOfferError::NotBuyers);
        }
        let now = self.system.clock.now();
        let payout = self.payouts.next(&self.db, now).await;
        let payout = payout.map_err(|_| OfferError::Unavailable)?;
        if payout.is_none() {
            // Addresses that are held for others may be free again soon.
            let until = now.plus_seconds(LOOK_AGAIN).0;
            self.used_up_until.store(until, Ordering::SeqCst);
        }
        let payout = payout.ok_or(OfferError::Exhausted)?;
        let due = order.total.rounded_up().map_err(|_| OfferError::Unavailable)?;
        self.offer_with(order, due, refund_to, payout)
    }

    fn offer_with(
        &self,
        order: EscrowOrder,
        due: Amount,
        refund_to: Account,
        payout: PayoutSignature,
    ) -> Result<EscrowOffer, EscrowOfferError> {
        let plan = &self.plan;
        let EscrowOrder { choice, expires, goods, .. } = order;
        // The hour in which the offer ends counts as a whole.
        let ship_by = expires.plus_hours(1).plus_hours(plan.ship_hours);
        let deliver_by = ship_by.plus_hours(plan.deliver_hours);
        let terms = Terms {
            chain_id: plan.network,
            seller: payout.seller,
            operator: plan.operator,
            refund_to,
            buyer_key: choice.buyer_key,
            arbiter: plan.arbiter.as_ref().map(|party| party.account),
            token: None,
            price: due.units(),
            ship_by: ship_by.start(),
            deliver_by: deliver_by.start(),
            dispute_window: plan.dispute_window,
            arbiter_window: plan.arbiter_window,
            arbiter_fee_bps: plan.arbiter_fee_bps,
            keeper_tip: plan.tip(due),
            min_match: min_match(plan.min_match, &goods)?,
            attestors: plan.attestors_hash,
            release_hash: choice.release_hash,
            order: order_commitment(&goods),
        };
        if terms.is_void() {
            return Err(OfferError::Unavailable.into());
        }
        let id = id_of(&terms);
        let vault = vault_of(plan.contract, id);
        let pay_to = pay_to_of(plan.asset, vault).map_err(|_| OfferError::Unavailable)?;
        let statement = Statement {
            terms,
            contract: plan.contract,
            vault,
            id,
            attestors: plan.attestors.clone(),
            shop_key: plan.shop_key,
            payout_signature: payout.signature,
            goods: Some(goods),
        };
        Ok(EscrowOffer {
            offer: Offer { pay_to, due, matching: Matching::PayTo },
            statement: StatementText::new(statement.to_text(checksum)),
            parties: plan.named.iter().chain(&plan.arbiter).cloned().collect(),
            stored: NewEscrow {
                key: EscrowKey { contract: plan.contract, id },
                payout: payout.seller,
                ship_by,
                deliver_by,
            },
        })
    }
}

/// Returns the least match that the destination of an order allows.
/// A country without postal codes can be compared by its name alone. Without a country nothing can be.
fn min_match(wanted: MatchLevel, goods: &Goods) -> Result<MatchLevel, EscrowOfferError> {
    let demands = wanted.0 & !7;
    let level = wanted.0 & 7;
    let most = match (goods.country().is_empty(), goods.postal_code().is_empty()) {
        _ if level == MatchLevel::NOTHING.0 => level,
        (true, _) => return Err(EscrowOfferError::NoDestination),
        (false, true) if level <= MatchLevel::POSTAL_CODE.0 => level.min(MatchLevel::COUNTRY.0),
        (false, _) => level,
    };
    Ok(MatchLevel(most | demands))
}

impl EscrowDesk for ShopEscrow {
    fn rules(&self, bill: &Bill) -> Option<EscrowRules> {
        let total = bill.to_pay()?;
        let all_ships = bill.lines().iter().all(|line| line.digital.is_none());
        let now = self.system.clock.now().0;
        let is_used_up = now < self.used_up_until.load(Ordering::SeqCst);
        if !all_ships || !self.is_offered(total) || is_used_up {
            return None;
        }
        let plan = &self.plan;
        Some(EscrowRules {
            ship_hours: plan.ship_hours,
            deliver_hours: plan.deliver_hours,
            dispute_hours: EscrowPlan::hours(plan.dispute_window),
            arbiter_hours: EscrowPlan::hours(plan.arbiter_window),
            arbiter_fee_bps: plan.arbiter_fee_bps,
            keeper_tip: Amount::new(plan.asset, plan.tip(total)),
            threshold: plan.attestors.threshold(),
            attestors: plan.named.clone(),
            arbiter: plan.arbiter.clone(),
            min_match: plan.min_match,
            contract: plan.contract,
            chain_id: plan.network,
        })
    }

    fn buyer_key(&self, text: &str) -> Result<Account, RefundToError> {
        let key = refund_to(self.plan.asset, text.trim(), Some(self.plan.network))?;
        account_of(&key.pay_to).ok_or(RefundToError::NotAnAddress)
    }

    fn offer<'a>(
        &'a self,
        order: EscrowOrder,
    ) -> BoxFuture<'a, Result<EscrowOffer, EscrowOfferError>> {
        Box::pin(self.make(order))
    }
}

/// Returns true if what a buyer typed releases the money of this statement: the secret, or a
/// signature of the buyer's key. The statement alone decides.
pub(crate) fn releases(statement: &Statement, typed: &str) -> bool {
    let typed = typed.trim();
    let is_secret = statement.terms.release_hash == Some(release_hash(typed.as_bytes()));
    let is_signed = |key: Account| {
        let signature = Signature::parse(typed);
        signature.is_ok_and(|it| is_signed_by(key, release_digest(statement.vault), &it))
    };
    is_secret || statement.terms.buyer_key.is_some_and(is_signed)
}

#[cfg(test)]
mod tests;
