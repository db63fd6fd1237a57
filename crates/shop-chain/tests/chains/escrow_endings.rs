//! The escrow contract on a real node: each way to an end, by our own transactions and
//! events.
//!
//! Before each step, [`outlook`] has to say that it is possible, or that it is not; after it, the
//! state by events has to be the one that the contract tells, and the money where it was said to go.

mod stage;

use shop_chain::ethereum::escrow::{Act, Call, Proof, act_digest, release_digest};
use shop_core::escrow::{
    Action, DueCall, Ending, EscrowState, MatchLevel, OutcomeReason, Party, Signature,
};
use stage::{DAY, PRICE, Stage};

#[test]
fn delivered_order_pays_the_seller_after_the_time_to_dispute() {
    let mut stage = Stage::new(|_| {});
    assert!(!stage.can(Party::Operator, Action::Ship), "it is not paid");
    stage.pay(PRICE + 7);
    assert!(stage.can(Party::Operator, Action::Ship));
    stage.ship();
    assert!(matches!(stage.state(), EscrowState::Shipped { .. }));
    assert!(stage.can(Party::Attestors, Action::Attest));
    stage.attest(&[2, 0]);
    let EscrowState::Delivered { until, .. } = stage.state() else { panic!("not delivered") };
    assert_eq!(until, stage.now().plus_seconds(stage.terms.dispute_window.into()));
    assert!(!stage.can(Party::Anyone, Action::Due(DueCall::Finalize)));
    assert!(!stage.send_at(until.0 - 1, &Call::Finalize), "one second too early");
    assert!(stage.can(Party::Anyone, Action::Due(DueCall::Finalize)), "in the next second");
    stage.end_by_itself(DueCall::Finalize, OutcomeReason::Delivered, Ending::Finalized);
}

#[test]
fn order_that_is_not_shipped_goes_back() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE);
    assert!(!stage.send_at(stage.terms.ship_by.0, &Call::RefundLate), "one second too early");
    assert!(!stage.can(Party::Operator, Action::Ship), "the next block is too late");
    stage.end_by_itself(DueCall::RefundLate, OutcomeReason::NotShipped, Ending::Expired);
}

#[test]
fn order_that_is_not_delivered_goes_back_after_the_extension() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE);
    stage.ship();
    assert!(stage.can(Party::Attestors, Action::Extend));
    let until = stage.terms.deliver_by.plus_seconds(3 * DAY);
    stage.extend(until, &[1, 2]);
    assert_eq!(stage.state().until(), Some(until));
    assert!(!stage.can(Party::Attestors, Action::Extend));
    assert!(!stage.send_at(until.0, &Call::RefundLate), "one second too early");
    stage.end_by_itself(DueCall::RefundLate, OutcomeReason::NotDelivered, Ending::Expired);
}

#[test]
fn ruling_divides_the_price_as_was_said() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE + 5);
    stage.ship();
    stage.dispute();
    assert!(matches!(stage.state(), EscrowState::Disputed { .. }));
    assert!(stage.can(Party::Arbiter, Action::Rule));
    let signature = stage.arbiter.sign(stage.digest(Act::Rule { buyer_bps: 6_000 }));
    let shares = stage.terms.ruling_shares(PRICE + 5, 6_000);
    assert!(stage.send(&Call::Rule { buyer_bps: 6_000, signature: Some(signature) }));
    stage.has_ended(Ending::Ruled, shares);
}

#[test]
fn silent_arbiter_gives_the_money_back_without_a_report() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE);
    stage.ship();
    stage.dispute();
    let reason = OutcomeReason::SilentNotDelivered;
    stage.end_by_itself(DueCall::ArbiterTimeout, reason, Ending::ArbiterSilent);
}

#[test]
fn silent_arbiter_pays_the_seller_with_a_report() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE);
    stage.ship();
    stage.dispute();
    assert!(stage.can(Party::Attestors, Action::Attest));
    stage.attest(&[0, 1]);
    assert!(matches!(stage.state(), EscrowState::DisputedDelivered { .. }));
    let reason = OutcomeReason::SilentDelivered;
    stage.end_by_itself(DueCall::ArbiterTimeout, reason, Ending::ArbiterSilent);
}

#[test]
fn release_secret_key_and_text_each_pay_the_seller() {
    let proofs: [fn(&Stage) -> Option<Signature>; 3] = [
        |_| None,
        |stage| Some(stage.buyer.sign(stage.digest(Act::Release))),
        |stage| Some(stage.buyer.sign(release_digest(stage.vault))),
    ];
    for proof in proofs {
        let mut stage = Stage::new(|_| {});
        stage.pay(PRICE);
        assert!(stage.can(Party::SecretHolder, Action::Release));
        assert!(!stage.send(&Call::Release(Proof::Secret(b"another"))));
        let proof = proof(&stage).map_or(Proof::Secret(stage::SECRET), Proof::Signature);
        let shares = stage.terms.seller_shares(PRICE, false);
        assert!(stage.send(&Call::Release(proof)));
        stage.has_ended(Ending::Released, shares);
    }
}

#[test]
fn seller_refunds_and_late_money_is_swept() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE);
    stage.ship();
    let signature = stage.operator.sign(stage.digest(Act::Refund));
    let shares = stage.terms.refund_shares(PRICE, false);
    assert!(stage.send(&Call::Refund(Some(signature))));
    stage.has_ended(Ending::Refunded, shares);
    assert!(!stage.can(Party::Anyone, Action::Sweep));
    stage.pay(9);
    assert!(stage.can(Party::Anyone, Action::Sweep));
    assert!(stage.send(&Call::Sweep { token: None }));
    assert_eq!(stage.balance(stage.terms.refund_to), shares.to_buyer + 9);
}

#[test]
fn void_terms_and_another_chain_only_give_the_money_back() {
    let mut void = Stage::new(|terms| terms.dispute_window = 3_600);
    void.pay(PRICE);
    assert!(!void.can(Party::Operator, Action::Ship));
    void.end_by_itself(DueCall::RefundLate, OutcomeReason::Void, Ending::Expired);
    let mut elsewhere = Stage::new(|terms| terms.chain_id = 1);
    elsewhere.pay(PRICE);
    assert!(!elsewhere.can(Party::Operator, Action::Ship));
    elsewhere.end_by_itself(DueCall::RefundLate, OutcomeReason::WrongChain, Ending::Expired);
}

#[test]
fn contract_refuses_what_was_said_to_be_impossible() {
    let mut stage = Stage::new(|_| {});
    stage.pay(PRICE - 1);
    assert!(!stage.try_ship(), "too little money");
    stage.pay(1);
    stage.ship();
    assert!(!stage.try_attest(&[0], MatchLevel::POSTAL_CODE), "one is not enough");
    assert!(!stage.try_attest(&[0, 1], MatchLevel::POSTAL_AREA), "another postal code");
    stage.attest(&[0, 1]);
    assert!(!stage.can(Party::Operator, Action::Dispute));
    let by = stage.operator.account();
    let signature = Some(stage.operator.sign(stage.digest(Act::Dispute)));
    assert!(!stage.send(&Call::Dispute { by, signature }));
    let other = Some(stage.arbiter.sign(act_digest(stage.domain(), stage.id, Act::Dispute)));
    let by = stage.buyer.account();
    assert!(!stage.send(&Call::Dispute { by, signature: other }));
}
