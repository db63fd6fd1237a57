//! Tests of what comes next: each row of the state table, at its last and first second.

use super::*;
use crate::escrow::{
    Parcel, Tracking,
    samples::{DELIVER_BY, SHIP_BY, any_terms, terms},
};
use proptest::prelude::*;

const PRICE: u128 = 250_000_000_000_000_000;
const TIP: u128 = 1_000_000_000_000_000;
const PARCEL: Parcel = Parcel { tracking: Tracking([7; 21]), shipped_at: UnixTime(5) };
const UNTIL: UnixTime = UnixTime(1_000_000);

fn at<'a>(terms: &'a Terms, state: EscrowState, now: u64) -> Situation<'a> {
    Situation { terms, state, balance: Some(PRICE), owed: 0, chain_id: 1, now: UnixTime(now) }
}

fn can(situation: &Situation<'_>, party: Party, action: Action) -> bool {
    let allowed = outlook(situation).allowed;
    allowed.iter().any(|allowed| allowed.party == party && allowed.action == action)
}

fn next(situation: &Situation<'_>) -> Outcome {
    outlook(situation).next.unwrap()
}

fn shipped() -> EscrowState {
    EscrowState::Shipped { parcel: PARCEL, until: DELIVER_BY }
}

fn delivered() -> EscrowState {
    EscrowState::Delivered { parcel: PARCEL, until: UNTIL }
}

fn disputed() -> EscrowState {
    EscrowState::Disputed { parcel: PARCEL, until: UNTIL }
}

fn disputed_delivered() -> EscrowState {
    EscrowState::DisputedDelivered { parcel: PARCEL, until: UNTIL }
}

#[test]
fn open_order_can_be_shipped_until_its_last_second() {
    let terms = terms();
    let last = at(&terms, EscrowState::Open, SHIP_BY.0);
    assert!(can(&last, Party::Operator, Action::Ship));
    assert!(!can(&last, Party::Anyone, Action::Due(DueCall::RefundLate)));
    let late = at(&terms, EscrowState::Open, SHIP_BY.0 + 1);
    assert!(!can(&late, Party::Operator, Action::Ship));
    assert!(can(&late, Party::Anyone, Action::Due(DueCall::RefundLate)));
    let outcome = next(&last);
    assert_eq!((outcome.from.0, outcome.is_due), (SHIP_BY.0 + 1, false));
    assert_eq!(outcome.reason, OutcomeReason::NotShipped);
    assert_eq!(outcome.shares, Shares { to_buyer: PRICE - TIP, tip: TIP, ..Shares::default() });
}

#[test]
fn order_that_is_paid_too_little_cannot_be_shipped() {
    let terms = terms();
    let mut situation = at(&terms, EscrowState::Open, 0);
    situation.balance = Some(PRICE - 1);
    assert!(!can(&situation, Party::Operator, Action::Ship));
    situation.balance = None;
    assert!(can(&situation, Party::Operator, Action::Ship));
}

#[test]
fn shipped_order_can_be_reported_until_its_last_second() {
    let terms = terms();
    let last = at(&terms, shipped(), DELIVER_BY.0);
    assert!(can(&last, Party::Attestors, Action::Attest));
    assert!(can(&last, Party::Attestors, Action::Extend));
    for party in [Party::BuyerKey, Party::Arbiter, Party::Operator] {
        assert!(can(&last, party, Action::Dispute), "{party:?}");
    }
    let late = at(&terms, shipped(), DELIVER_BY.0 + 1);
    for action in [Action::Attest, Action::Extend, Action::Dispute] {
        assert!(!outlook(&late).allowed.iter().any(|allowed| allowed.action == action));
    }
    assert!(can(&late, Party::Anyone, Action::Due(DueCall::RefundLate)));
    assert_eq!(next(&late).reason, OutcomeReason::NotDelivered);
    let until = UnixTime(DELIVER_BY.0 + 9);
    let extended = at(&terms, EscrowState::Shipped { parcel: PARCEL, until }, DELIVER_BY.0);
    assert!(!can(&extended, Party::Attestors, Action::Extend));
}

#[test]
fn delivered_order_can_be_disputed_or_finalized_never_both() {
    let terms = terms();
    let before = at(&terms, delivered(), UNTIL.0 - 1);
    assert!(can(&before, Party::BuyerKey, Action::Dispute));
    assert!(can(&before, Party::Arbiter, Action::Dispute));
    assert!(!can(&before, Party::Operator, Action::Dispute));
    assert!(!can(&before, Party::Anyone, Action::Due(DueCall::Finalize)));
    let after = at(&terms, delivered(), UNTIL.0);
    assert!(!can(&after, Party::BuyerKey, Action::Dispute));
    assert!(can(&after, Party::Anyone, Action::Due(DueCall::Finalize)));
    let outcome = next(&after);
    assert_eq!((outcome.from, outcome.is_due), (UNTIL, true));
    assert_eq!(outcome.shares, Shares { to_seller: PRICE - TIP, tip: TIP, ..Shares::default() });
}

#[test]
fn silent_arbiter_pays_by_the_last_evidence() {
    let terms = terms();
    for (state, reason) in [
        (disputed(), OutcomeReason::SilentNotDelivered),
        (disputed_delivered(), OutcomeReason::SilentDelivered),
    ] {
        let before = at(&terms, state, UNTIL.0 - 1);
        assert!(can(&before, Party::Arbiter, Action::Rule));
        assert!(!can(&before, Party::Anyone, Action::Due(DueCall::ArbiterTimeout)));
        let after = at(&terms, state, UNTIL.0);
        assert!(!can(&after, Party::Arbiter, Action::Rule));
        assert!(can(&after, Party::Anyone, Action::Due(DueCall::ArbiterTimeout)));
        assert_eq!(next(&after).reason, reason);
        assert_eq!(next(&after).shares.to_seller > 0, reason.pays_seller());
    }
    assert!(can(&at(&terms, disputed(), UNTIL.0 - 1), Party::Attestors, Action::Attest));
    let reported = at(&terms, disputed_delivered(), 0);
    assert!(!can(&reported, Party::Attestors, Action::Attest));
}

#[test]
fn without_arbiter_nobody_disputes() {
    let mut terms = terms();
    terms.arbiter = None;
    for state in [shipped(), delivered()] {
        let allowed = outlook(&at(&terms, state, 0)).allowed;
        assert!(!allowed.iter().any(|allowed| allowed.action == Action::Dispute));
    }
}

#[test]
fn buyer_can_release_and_seller_refund_until_the_end() {
    let terms = terms();
    for state in [EscrowState::Open, shipped(), delivered(), disputed(), disputed_delivered()] {
        let situation = at(&terms, state, u64::MAX);
        assert!(can(&situation, Party::BuyerKey, Action::Release));
        assert!(can(&situation, Party::SecretHolder, Action::Release));
        assert!(can(&situation, Party::Operator, Action::Refund));
    }
    let mut without = terms;
    without.buyer_key = None;
    without.release_hash = None;
    let allowed = outlook(&at(&without, shipped(), 0)).allowed;
    assert!(!allowed.iter().any(|allowed| allowed.action == Action::Release));
}

#[test]
fn void_terms_only_give_the_money_back() {
    let mut terms = terms();
    terms.dispute_window = 3_600;
    let situation = at(&terms, EscrowState::Open, 5);
    let outcome = next(&situation);
    assert_eq!((outcome.reason, outcome.is_due), (OutcomeReason::Void, true));
    assert_eq!(outcome.shares, Shares { to_buyer: PRICE, ..Shares::default() });
    assert!(!can(&situation, Party::Operator, Action::Ship));
    assert!(!can(&situation, Party::BuyerKey, Action::Release));
}

#[test]
fn other_chain_only_gives_the_money_back() {
    let terms = terms();
    for state in [EscrowState::Open, delivered(), disputed()] {
        let mut situation = at(&terms, state, UNTIL.0);
        situation.chain_id = 2;
        let outlook = outlook(&situation);
        assert_eq!(outlook.next.unwrap().reason, OutcomeReason::WrongChain);
        let actions: Vec<Action> = outlook.allowed.iter().map(|allowed| allowed.action).collect();
        assert_eq!(actions, [Action::Refund, Action::Due(DueCall::RefundLate)]);
    }
}

#[test]
fn closed_order_only_pays_what_is_left() {
    let terms = terms();
    let mut situation = at(&terms, EscrowState::Closed(None), 0);
    situation.owed = PRICE;
    assert_eq!(outlook(&situation).next, None);
    assert!(can(&situation, Party::Anyone, Action::Pull));
    assert!(!can(&situation, Party::Anyone, Action::Sweep));
    situation.owed = 0;
    assert!(!can(&situation, Party::Anyone, Action::Pull));
    assert!(can(&situation, Party::Anyone, Action::Sweep));
    situation.balance = Some(0);
    assert_eq!(outlook(&situation).allowed, []);
}

#[test]
fn ruling_divides_after_the_fee() {
    let terms = terms();
    let shares = terms.ruling_shares(1_000 + PRICE, 6_000);
    let fee = PRICE / 20;
    let to_seller = (PRICE - fee) * 4 / 10;
    assert_eq!(shares.fee, fee);
    assert_eq!(shares.to_seller, to_seller);
    assert_eq!(shares.to_buyer, 1_000 + PRICE - fee - to_seller);
}

#[test]
fn tip_is_at_most_a_twentieth_of_what_is_paid() {
    let mut terms = terms();
    terms.keeper_tip = Terms::MOST_TIP;
    let refund = terms.refund_shares(4 * PRICE, true);
    assert_eq!((refund.tip, refund.to_seller), (PRICE / 5, 0));
    let paid = terms.seller_shares(4 * PRICE, true);
    assert_eq!((paid.tip, paid.to_buyer), (PRICE / 20, 3 * PRICE));
    assert_eq!(terms.seller_shares(20, true).tip, 1);
    assert_eq!(terms.refund_shares(4 * PRICE, false).tip, 0);
}

proptest! {
    #[test]
    fn shares_are_all_of_the_money(
        terms in any_terms(), balance: u128, bps: u16, has_tip: bool,
    ) {
        let all = [
            terms.refund_shares(balance, has_tip),
            terms.seller_shares(balance, has_tip),
            terms.ruling_shares(balance, bps),
        ];
        for shares in all {
            let sum = shares.to_seller + shares.to_buyer + shares.fee + shares.tip;
            prop_assert_eq!(sum, balance);
            prop_assert!(shares.to_seller <= terms.price);
            prop_assert!(shares.tip <= balance / 20);
        }
    }

    /// In every state some ending can be brought about by anybody once its second has come.
    #[test]
    fn every_order_ends_by_itself(terms in any_terms(), state in 0usize..5, now: u64, chain_id: u64) {
        let states = [EscrowState::Open, shipped(), delivered(), disputed(), disputed_delivered()];
        let state = states[state];
        let now = UnixTime(now);
        let situation = Situation { terms: &terms, state, balance: None, owed: 0, chain_id, now };
        let outcome = next(&situation);
        prop_assert_eq!(outcome.is_due, now >= outcome.from);
        let then = Situation { now: outcome.from.max(now), ..situation };
        prop_assert!(can(&then, Party::Anyone, Action::Due(outcome.call)));
        for allowed in outlook(&situation).allowed {
            prop_assert!(allowed.until.is_none_or(|until| until >= now));
        }
    }
}
