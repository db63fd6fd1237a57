mod escrow;
mod notices;
mod other_money;
mod properties;

use super::*;
use crate::{
    invoice::{Invoice, State},
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    stock::ReservationStatus,
    view::Confirmations,
};

const DUE: u128 = 1_000;
const PLACED: CoarseTime = CoarseTime::from_hours(500);
const EXPIRES: CoarseTime = CoarseTime::from_hours(524);
const ENDED: CoarseTime = CoarseTime::from_hours(525);
const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 10, paid_hours: 100 };

fn amount(units: u128) -> Amount {
    Amount::new(AssetId::ETH, units)
}

fn invoice() -> Invoice {
    let pay_to = PayTo::new(AssetId::ETH, "demo-1").unwrap();
    let offer = Offer { pay_to, due: amount(DUE), matching: Matching::PayTo };
    Invoice::open(offer, Confirmations(3), EXPIRES).unwrap()
}

fn placed() -> OrderFacts {
    OrderFacts::new(&invoice(), PLACED)
}

fn in_state(state: State) -> OrderFacts {
    OrderFacts { state, ..placed() }
}

fn settled() -> OrderFacts {
    in_state(State::Settled { paid: amount(DUE) })
}

fn late() -> OrderFacts {
    in_state(State::Late { paid: amount(DUE) })
}

fn underpaid() -> OrderFacts {
    in_state(State::Underpaid { paid: amount(1) })
}

fn overpaid() -> OrderFacts {
    in_state(State::Overpaid { paid: amount(DUE + 4) })
}

fn backordered(facts: OrderFacts) -> OrderFacts {
    OrderFacts { reservation_status: ReservationStatus::Backordered, ..facts }
}

fn with(facts: OrderFacts, kinds: &[EventKind]) -> OrderFacts {
    OrderFacts { events: kinds.iter().copied().collect(), ..facts }
}

fn put_away(facts: OrderFacts, away: PutAway) -> OrderFacts {
    OrderFacts { on_chain: OnChain { put_away: Some(away), is_checked: false }, ..facts }
}

fn phase(facts: OrderFacts) -> Phase {
    derive(&facts, PLACED).phase
}

fn debt(facts: OrderFacts) -> Debt {
    derive(&facts, PLACED).debt
}

fn hand_out(facts: OrderFacts) -> HandOut {
    derive(&facts, PLACED).hand_out
}

fn states() -> [State; 9] {
    State::each(amount(DUE), Confirmations(1))
}

#[test]
fn order_without_events_is_in_the_phase_of_its_payment() {
    let phases = states().map(|state| phase(in_state(state)));
    assert_eq!(
        phases,
        [
            Phase::Awaiting,
            Phase::Confirming,
            Phase::Confirming,
            Phase::Paid,
            Phase::Underpaid,
            Phase::Paid,
            Phase::Expired,
            Phase::Late,
            Phase::Reversed,
        ]
    );
    let cancelled = OrderFacts { cancelled: true, ..in_state(State::Expired) };
    assert_eq!(phase(cancelled), Phase::Cancelled);
}

#[test]
fn underpaid_order_changes_when_its_offer_ends() {
    let before = derive(&underpaid(), EXPIRES);
    assert_eq!((before.phase, before.until), (Phase::Underpaid, Some(ENDED)));
    let after = derive(&underpaid(), ENDED);
    assert_eq!((after.phase, after.until), (Phase::UnderpaidEnded, None));
}

#[test]
fn events_and_missing_goods_decide_the_phase_of_a_paid_order() {
    use EventKind::{Delivered, Difference, Note, Refunded, Sent};
    assert_eq!(phase(with(settled(), &[Note, Difference])), Phase::Paid);
    assert_eq!(phase(with(late(), &[Sent])), Phase::Sent);
    assert_eq!(phase(with(settled(), &[Sent, Delivered])), Phase::Delivered);
    assert_eq!(phase(with(backordered(settled()), &[Sent, Delivered])), Phase::Backordered);
    assert_eq!(phase(with(backordered(settled()), &[Sent, Refunded])), Phase::Refunded);
    assert_eq!(phase(with(underpaid(), &[Refunded])), Phase::Refunded);
    let seen = in_state(State::Seen { paid: amount(DUE) });
    assert_eq!(phase(with(backordered(seen), &[Refunded])), Phase::Confirming);
}

#[test]
fn paid_order_without_goods_is_owed_until_refunded() {
    for facts in [settled(), late(), overpaid()] {
        assert_eq!(debt(backordered(facts)), Debt::Payment(facts.state.paid().unwrap()));
        let difference = with(backordered(facts), &[EventKind::Difference]);
        assert_eq!(debt(difference), Debt::Payment(facts.state.paid().unwrap()));
        assert_eq!(debt(with(backordered(facts), &[EventKind::Refunded])), Debt::None);
        assert_eq!(debt(put_away(backordered(facts), PutAway::Demo)), Debt::None);
        let real = put_away(backordered(facts), PutAway::Real);
        assert_eq!(debt(real), Debt::Payment(facts.state.paid().unwrap()));
    }
    assert_eq!(debt(backordered(in_state(State::Seen { paid: amount(DUE) }))), Debt::None);
}

#[test]
fn underpaid_order_is_owed_once_its_seller_was_notified() {
    assert_eq!(debt(underpaid()), Debt::None, "the rest may come");
    let notified = OrderFacts { underpaid_notified: true, ..underpaid() };
    assert_eq!(debt(notified), Debt::Payment(amount(1)));
    assert_eq!(derive(&notified, ENDED).debt, Debt::Payment(amount(1)));
    assert_eq!(debt(with(notified, &[EventKind::Refunded])), Debt::None);
    assert_eq!(debt(OrderFacts { underpaid_notified: true, ..settled() }), Debt::None);
}

#[test]
fn overpaid_order_owes_the_difference_until_it_is_refunded() {
    assert_eq!(debt(overpaid()), Debt::Difference(amount(4)));
    assert_eq!(debt(with(overpaid(), &[EventKind::Sent])), Debt::Difference(amount(4)));
    for given_back in [EventKind::Difference, EventKind::Refunded] {
        assert_eq!(debt(with(overpaid(), &[given_back])), Debt::None);
    }
    assert_eq!(debt(put_away(overpaid(), PutAway::Demo)), Debt::None);
}

#[test]
fn refund_is_possible_where_money_came_and_was_not_given_back() {
    let can_be_refunded = |facts| derive(&facts, PLACED).can_be_refunded;
    let came = states().map(|state| can_be_refunded(in_state(state)));
    assert_eq!(came, [false, false, false, true, true, true, false, true, true]);
    assert!(can_be_refunded(backordered(in_state(State::Seen { paid: amount(DUE) }))));
    assert!(!can_be_refunded(with(settled(), &[EventKind::Refunded])));
    assert!(!can_be_refunded(put_away(settled(), PutAway::Demo)));
    assert!(can_be_refunded(put_away(settled(), PutAway::Real)));
}

#[test]
fn offer_is_cancelled_while_it_lasts_and_no_money_was_seen() {
    assert_eq!(derive(&placed(), EXPIRES).can_cancel, Ok(()));
    assert_eq!(derive(&placed(), ENDED).can_cancel, Err(CancelRefusal::Ended));
    for state in states().into_iter().filter(|state| *state != State::Awaiting) {
        let refusal = derive(&in_state(state), PLACED).can_cancel.unwrap_err();
        let is_ended = refusal == CancelRefusal::Ended;
        assert_eq!(is_ended, state == State::Expired, "{state:?}");
    }
}

#[test]
fn record_is_deleted_by_its_buyer_once_nothing_is_open() {
    use ForgetRefusal::{Owed, Payable, Unsettled};
    let can_forget = |facts| derive(&facts, PLACED).can_forget;
    let by_state = states().map(|state| can_forget(in_state(state)));
    let expected = [
        Err(Payable),
        Err(Unsettled),
        Err(Unsettled),
        Ok(()),
        Err(Unsettled),
        Ok(()),
        Ok(()),
        Ok(()),
        Err(Unsettled),
    ];
    assert_eq!(by_state, expected);
    for state in states() {
        assert_eq!(can_forget(put_away(in_state(state), PutAway::Demo)), Ok(()));
    }
    let ended = derive(&underpaid(), ENDED).can_forget;
    assert_eq!(ended, Err(Unsettled));
    assert_eq!(can_forget(with(underpaid(), &[EventKind::Refunded])), Ok(()));
    assert_eq!(can_forget(backordered(settled())), Err(Owed));
    assert_eq!(can_forget(with(backordered(settled()), &[EventKind::Sent])), Err(Owed));
}

#[test]
fn open_claim_keeps_the_record_of_an_unpaid_order() {
    let claimed = |facts| OrderFacts { has_open_claim: true, ..facts };
    let can_forget = |facts| derive(&claimed(facts), PLACED).can_forget;
    assert_eq!(can_forget(in_state(State::Expired)), Err(ForgetRefusal::Unsettled));
    let refunded = with(underpaid(), &[EventKind::Refunded]);
    assert_eq!(can_forget(refunded), Err(ForgetRefusal::Unsettled));
    assert_eq!(can_forget(placed()), Err(ForgetRefusal::Payable));
    assert_eq!(can_forget(settled()), Ok(()));
    assert_eq!(can_forget(put_away(placed(), PutAway::Demo)), Ok(()));
}

/// Money that is there opens, once it is released; late money when the seller says so.
#[test]
fn hand_out_of_each_state_follows_the_sellers_word() {
    use EventKind::{Refunded, Sent};
    let released = |facts| OrderFacts { released: true, ..facts };
    for facts in [settled(), overpaid()] {
        assert_eq!(hand_out(released(facts)), HandOut::Open);
        assert_eq!(hand_out(facts), HandOut::AwaitsSeller);
        assert_eq!(hand_out(with(facts, &[Sent])), HandOut::Open, "the seller has spoken");
        assert_eq!(hand_out(released(with(facts, &[Sent, Refunded]))), HandOut::Closed);
    }
    assert_eq!(hand_out(released(late())), HandOut::Closed);
    assert_eq!(hand_out(with(late(), &[Sent])), HandOut::Open);
    assert_eq!(hand_out(released(with(late(), &[Sent, Refunded]))), HandOut::Closed);
    for state in states().into_iter().filter(|state| !state.is_paid()) {
        assert_eq!(hand_out(released(with(in_state(state), &[Sent]))), HandOut::Closed);
    }
}

#[test]
fn downloads_stay_closed_while_payment_or_goods_are_uncertain() {
    let open = OrderFacts { released: true, ..settled() };
    assert!(derive(&open, PLACED).downloads_open());
    let on_chain = OnChain { is_checked: true, put_away: None };
    for closed in [
        OrderFacts { on_chain, ..open },
        backordered(open),
        put_away(open, PutAway::Demo),
        OrderFacts { released: false, ..open },
    ] {
        assert!(!derive(&closed, PLACED).downloads_open());
    }
    assert!(derive(&put_away(open, PutAway::Real), PLACED).downloads_open());
}

#[test]
fn digital_goods_alone_await_release() {
    let awaits = |facts| derive(&facts, PLACED).awaits_release;
    let digital = |facts| OrderFacts { digital: true, ..facts };
    assert!(awaits(digital(settled())) && awaits(digital(overpaid())));
    assert!(awaits(digital(backordered(settled()))), "whenever they come back");
    assert!(!awaits(settled()) && !awaits(digital(late())));
    assert!(!awaits(digital(OrderFacts { released: true, ..settled() })));
    for said in [EventKind::Sent, EventKind::Refunded] {
        assert!(!awaits(digital(with(settled(), &[said]))));
    }
}

#[test]
fn record_is_kept_by_what_was_paid_and_what_is_open() {
    const UNPAID: u64 = 534;
    const PAID: u64 = 600;
    const OPEN: u64 = 900;
    let keep = |facts| derive(&facts, PLACED).keep_until(TERMS).hours();
    let by_state = states().map(|state| keep(in_state(state)));
    assert_eq!(by_state, [UNPAID, PAID, PAID, PAID, OPEN, OPEN, UNPAID, PAID, PAID]);
    assert_eq!(keep(with(overpaid(), &[EventKind::Difference])), PAID);
    assert_eq!(keep(backordered(late())), OPEN);
    assert_eq!(keep(with(underpaid(), &[EventKind::Refunded])), PAID);
    assert_eq!(keep(OrderFacts { digital: true, ..settled() }), OPEN);
    for state in states() {
        assert_eq!(keep(OrderFacts { has_open_claim: true, ..in_state(state) }), OPEN);
        let unread = keep(OrderFacts { may_be_paid_unread: true, ..in_state(state) });
        let is_owed = matches!(state, State::Overpaid { .. });
        assert_eq!(unread == OPEN, !state.is_paid() || is_owed, "{state:?}");
        let of_demo = put_away(in_state(state), PutAway::Demo);
        let expected = if state.is_unseen() { UNPAID } else { PAID };
        assert_eq!(keep(OrderFacts { has_open_claim: true, ..of_demo }), expected, "{state:?}");
    }
}

/// A long offer keeps what is not closed; what is paid goes by the hour it was placed.
#[test]
fn record_outlives_its_offer_while_something_is_open() {
    let terms = RetentionPolicy { unpaid_hours: 10, paid_hours: 0 };
    let keep = |facts| derive(&facts, PLACED).keep_until(terms).hours();
    let seen = in_state(State::Seen { paid: amount(DUE) });
    assert_eq!([keep(settled()), keep(seen), keep(underpaid())], [500, 534, 534]);
    assert_eq!(keep(with(underpaid(), &[EventKind::Refunded])), 534);
    assert_eq!(keep(with(late(), &[EventKind::Refunded])), 500);
    let forever = RetentionPolicy { unpaid_hours: u64::MAX, paid_hours: u64::MAX };
    assert_eq!(derive(&underpaid(), PLACED).keep_until(forever).hours(), u64::MAX);
}

/// These words are stored: they stay as they are.
#[test]
fn words_of_phases_and_debts_are_stored_as_they_are() {
    let difference = Debt::Difference(amount(1));
    let debts = [Debt::None, Debt::Payment(amount(1)), difference].map(Debt::word);
    assert_eq!(debts, ["none", "payment", "difference"]);
    let phases = [
        (Phase::Awaiting, "awaiting"),
        (Phase::Underpaid, "underpaid"),
        (Phase::UnderpaidEnded, "underpaid ended"),
        (Phase::Confirming, "confirming"),
        (Phase::Paid, "paid"),
        (Phase::Late, "late"),
        (Phase::Backordered, "backordered"),
        (Phase::Sent, "sent"),
        (Phase::Delivered, "delivered"),
        (Phase::Refunded, "refunded"),
        (Phase::Expired, "expired"),
        (Phase::Cancelled, "cancelled"),
        (Phase::Reversed, "reversed"),
    ];
    for (phase, word) in phases {
        assert_eq!(phase.word(), word);
    }
}
