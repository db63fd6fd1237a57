//! The checks behind the warnings.

use super::{Policy, Recomputed, Role, Warning};
use crate::escrow::{Account, MatchLevel, ParsedStatement, Statement, Terms};

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;

pub(super) fn all(
    parsed: &ParsedStatement,
    recomputed: &Recomputed,
    policy: &Policy,
) -> Vec<Warning> {
    let statement = &parsed.statement;
    let check = Check { statement, terms: &statement.terms, recomputed, policy };
    let mut found = Found(Vec::new());
    found.if_so(parsed.has_other_sentences, Warning::OtherSentences);
    check.hashes(&mut found);
    check.shop(&mut found);
    check.buyer(&mut found);
    check.parties(&mut found);
    check.times(&mut found);
    check.attestors(&mut found);
    check.arbiter(&mut found);
    check.money(&mut found);
    found.0
}

struct Found(Vec<Warning>);

impl Found {
    fn if_so(&mut self, is_so: bool, warning: Warning) {
        if is_so {
            self.0.push(warning);
        }
    }

    /// Adds one of two warnings: the value is another than is expected, or nobody expects any.
    fn unless_expected<T: PartialEq>(
        &mut self,
        value: &T,
        expected: Option<&T>,
        other: Warning,
        unchecked: Warning,
    ) {
        match expected {
            Some(expected) => self.if_so(value != expected, other),
            None => self.0.push(unchecked),
        }
    }
}

struct Check<'a> {
    statement: &'a Statement,
    terms: &'a Terms,
    recomputed: &'a Recomputed,
    policy: &'a Policy,
}

impl Check<'_> {
    fn hashes(&self, found: &mut Found) {
        let statement = self.statement;
        let recomputed = self.recomputed;
        found.if_so(!recomputed.is_known_contract, Warning::UnknownContract(statement.contract));
        found.if_so(statement.id != recomputed.id, Warning::WrongId);
        found.if_so(statement.vault != recomputed.vault, Warning::WrongVault(statement.vault));
        found.if_so(self.terms.attestors != recomputed.attestors, Warning::WrongAttestors);
        let is_other_order = recomputed.order.is_some_and(|order| order != self.terms.order);
        found.if_so(is_other_order, Warning::WrongOrder);
        for reason in self.terms.void_reasons() {
            found.0.push(Warning::Void(reason));
        }
    }

    fn shop(&self, found: &mut Found) {
        let key = self.statement.shop_key;
        let is_signed = !key.is_zero() && self.recomputed.payout_signer == Some(key);
        found.if_so(!is_signed, Warning::PayoutNotSigned);
        found.unless_expected(
            &key,
            self.policy.shop_key.as_ref(),
            Warning::OtherShopKey(key),
            Warning::ShopKeyUnchecked(key),
        );
    }

    fn buyer(&self, found: &mut Found) {
        let refund_to = self.terms.refund_to;
        found.if_so(refund_to.is_zero(), Warning::RefundToNobody);
        found.unless_expected(
            &refund_to,
            self.policy.refund_to.as_ref(),
            Warning::OtherRefund(refund_to),
            Warning::RefundUnchecked(refund_to),
        );
        if let Some(key) = self.terms.buyer_key {
            found.unless_expected(
                &key,
                self.policy.buyer_key.as_ref(),
                Warning::OtherBuyerKey(key),
                Warning::BuyerKeyUnchecked(key),
            );
        } else {
            found.if_so(self.policy.buyer_key.is_some(), Warning::NoBuyerKey);
        }
        if let Some(hash) = self.terms.release_hash {
            found.unless_expected(
                &hash,
                self.policy.release_hash.as_ref(),
                Warning::OtherReleaseHash,
                Warning::ReleaseHashUnchecked(hash),
            );
        } else {
            found.if_so(self.policy.release_hash.is_some(), Warning::NoReleaseHash);
        }
    }

    fn parties(&self, found: &mut Found) {
        let terms = self.terms;
        let sellers = [
            (Role::Seller, terms.seller),
            (Role::Operator, terms.operator),
            (Role::Shop, self.statement.shop_key),
        ];
        let attestors = self.statement.attestors.accounts().iter();
        let judges: Vec<(Role, Account)> = terms
            .arbiter
            .into_iter()
            .map(|arbiter| (Role::Arbiter, arbiter))
            .chain(attestors.map(|attestor| (Role::Attestor, *attestor)))
            .collect();
        for (role, account) in &sellers {
            for (judge, same) in judges.iter().filter(|(_, other)| other == account) {
                found.0.push(Warning::SameParty(*role, *judge, *same));
            }
        }
        let is_attestor = |arbiter: &Account| self.statement.attestors.index_of(*arbiter).is_some();
        if let Some(arbiter) = terms.arbiter.filter(is_attestor) {
            found.0.push(Warning::SameParty(Role::Arbiter, Role::Attestor, arbiter));
        }
        if !terms.refund_to.is_zero() {
            let others = sellers.into_iter().chain(judges.iter().copied());
            for (role, _) in others.filter(|(_, account)| *account == terms.refund_to) {
                found.0.push(Warning::RefundToParty(role));
            }
        }
        if let Some(key) = terms.buyer_key {
            let others = sellers.into_iter().chain(judges);
            for (role, _) in others.filter(|(_, account)| *account == key) {
                found.0.push(Warning::SameParty(role, Role::Buyer, key));
            }
        }
        let contracts = [self.statement.contract, self.recomputed.vault, self.statement.vault];
        let paid = [(Role::Seller, terms.seller), (Role::Refund, terms.refund_to)];
        for (role, account) in paid {
            found.if_so(contracts.contains(&account), Warning::PartyIsContract(role));
        }
    }

    fn times(&self, found: &mut Found) {
        let terms = self.terms;
        let policy = self.policy;
        match terms.ship_by.0.checked_sub(policy.now.0) {
            None => found.0.push(Warning::ShipByPassed),
            Some(left) => {
                found.if_so(left > policy.most_until_shipped, Warning::ShipByFar(left / DAY));
            }
        }
        let between = terms.deliver_by.0.saturating_sub(terms.ship_by.0);
        let is_far = between > policy.most_until_delivered;
        found.if_so(is_far, Warning::DeliverByFar(between / DAY));
        if terms.arbiter.is_some() {
            let hours = u64::from(terms.dispute_window) / HOUR;
            let is_short = terms.dispute_window < policy.min_dispute_window;
            found.if_so(is_short, Warning::DisputeWindowShort(hours));
            let hours = u64::from(terms.arbiter_window) / HOUR;
            let is_short = terms.arbiter_window < policy.min_arbiter_window;
            found.if_so(is_short, Warning::ArbiterWindowShort(hours));
        }
    }

    fn attestors(&self, found: &mut Found) {
        let attestors = &self.statement.attestors;
        found.if_so(attestors.threshold() == 1, Warning::ThresholdOne);
        let MatchLevel(level) = self.terms.min_match;
        found.if_so(level & 7 < MatchLevel::POSTAL_CODE.0, Warning::WeakMatch);
        let is_possible = level & 7 <= MatchLevel::REFERENCE.0 && level & 0xf0 == 0;
        found.if_so(!is_possible, Warning::ImpossibleMatch);
        let Some(known) = &self.policy.attestors else {
            found.0.push(Warning::AttestorsUnchecked);
            return;
        };
        let unknown = attestors.accounts().iter().filter(|account| !known.contains(account));
        let suffice = unknown.clone().count() >= usize::from(attestors.threshold());
        found.if_so(suffice, Warning::UnknownAttestorsSuffice);
        found.0.extend(unknown.map(|account| Warning::UnknownAttestor(*account)));
    }

    fn arbiter(&self, found: &mut Found) {
        let Some(arbiter) = self.terms.arbiter else {
            found.0.push(Warning::NoArbiter);
            return;
        };
        match &self.policy.arbiters {
            Some(known) => {
                found.if_so(!known.contains(&arbiter), Warning::UnknownArbiter(arbiter));
            }
            None => found.0.push(Warning::ArbiterUnchecked(arbiter)),
        }
    }

    fn money(&self, found: &mut Found) {
        let terms = self.terms;
        if let Some(token) = terms.token {
            found.0.push(Warning::Token(token));
        } else {
            let is_above = self.policy.most_price.is_some_and(|most| terms.price > most);
            found.if_so(is_above, Warning::PriceAboveLimit);
        }
        found.if_so(terms.keeper_tip > 0, Warning::KeeperTip);
        found.if_so(terms.operator.is_zero(), Warning::NoOperator);
    }
}
