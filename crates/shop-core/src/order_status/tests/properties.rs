//! Properties of every status, whatever the facts and the hour.

use super::*;
use crate::view::{BlockAt, BlockHash, Height, Transfer, TransferId, View};
use proptest::prelude::*;

fn state() -> impl Strategy<Value = State> {
    (0usize..9, 1u128..2 * DUE).prop_map(|(which, units)| match states()[which] {
        State::Underpaid { .. } => State::Underpaid { paid: amount(units.min(DUE - 1)) },
        State::Overpaid { .. } => State::Overpaid { paid: amount(DUE + units) },
        state => state,
    })
}

fn reservation_status() -> impl Strategy<Value = ReservationStatus> {
    prop_oneof![
        1 => Just(ReservationStatus::Untracked),
        1 => Just(ReservationStatus::Unreserved),
        1 => Just(ReservationStatus::Reserved),
        1 => Just(ReservationStatus::Allocated),
        2 => Just(ReservationStatus::Backordered),
    ]
}

fn on_chain() -> impl Strategy<Value = OnChain> {
    let put_away = prop_oneof![
        3 => Just(None),
        1 => Just(Some(PutAway::Demo)),
        1 => Just(Some(PutAway::Real)),
    ];
    (any::<bool>(), put_away).prop_map(|(is_checked, put_away)| OnChain { is_checked, put_away })
}

fn events() -> impl Strategy<Value = Vec<EventKind>> {
    prop::collection::vec(prop::sample::select(&EventKind::ALL[..]), 0..4)
}

fn facts() -> impl Strategy<Value = OrderFacts> {
    let hours = (480u64..520, 0u64..60);
    let flags = any::<[bool; 6]>();
    (state(), reservation_status(), events(), on_chain(), hours, flags).prop_map(
        |(state, reservation_status, events, on_chain, (placed, offered), flags)| {
            let [
                cancelled,
                digital,
                released,
                underpaid_notified,
                has_open_claim,
                may_be_paid_unread,
            ] = flags;
            let placed = CoarseTime::from_hours(placed);
            OrderFacts {
                state,
                reservation_status,
                events: events.into_iter().collect(),
                on_chain,
                cancelled,
                digital,
                released,
                underpaid_notified,
                has_open_claim,
                may_be_paid_unread,
                placed,
                expires: placed.plus_hours(offered),
                ..super::placed()
            }
        },
    )
}

fn hour() -> impl Strategy<Value = CoarseTime> {
    (470u64..1_100).prop_map(CoarseTime::from_hours)
}

/// The rules as SQL said them when an order's time was over.
/// They were written for rows, so they stand here as they stood there.
fn was_over(facts: &OrderFacts, now: CoarseTime, terms: RetentionPolicy) -> bool {
    let SellerEvents { sent, refunded, difference, .. } = facts.events;
    let is = |words: &[&str]| words.contains(&facts.state.word());
    let is_missed = facts.reservation_status == ReservationStatus::Backordered;
    let is_owed = (is(&["short"]) || is(&["settled", "over", "late"]) && is_missed) && !refunded;
    let is_surplus = is(&["over"]) && !refunded && !difference;
    let awaits_release =
        facts.digital && !facts.released && is(&["settled", "over"]) && !sent && !refunded;
    let may_be_paid = facts.may_be_paid_unread && !is(&["settled", "over", "late"]);
    let before = |hours: u64| now.hours().saturating_sub(hours);
    let ended = facts.expires.hours() < before(terms.unpaid_hours);
    let is_old = facts.placed.hours() < before(terms.paid_hours);
    let is_very_old = facts.placed.hours() < before(terms.paid_hours * 4);
    if facts.on_chain.put_away == Some(PutAway::Demo) {
        ended && (is(&["awaiting", "expired"]) || is_old)
    } else if facts.has_open_claim || awaits_release || may_be_paid {
        ended && is_very_old
    } else if is(&["awaiting", "expired"]) {
        ended
    } else if is_owed || is_surplus {
        ended && is_very_old
    } else if is(&["settled", "over", "late", "reversed"]) {
        is_old
    } else {
        ended && is_old
    }
}

/// The rule as the seller's list of refunds had it.
fn was_owed(facts: &OrderFacts) -> bool {
    let owed = match facts.state {
        _ if facts.on_chain.put_away == Some(PutAway::Demo) => false,
        State::Underpaid { .. } => facts.underpaid_notified,
        state => state.is_paid() && facts.reservation_status == ReservationStatus::Backordered,
    };
    owed && !facts.events.refunded
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn status_stands_until_the_hour_it_names(facts in facts(), one in hour(), other in hour()) {
        let earlier = derive(&facts, one.min(other));
        let later = derive(&facts, one.max(other));
        if earlier.until.is_none_or(|until| one.max(other) < until) {
            prop_assert_eq!((earlier.phase, earlier.debt), (later.phase, later.debt));
        } else {
            prop_assert!(earlier.phase != later.phase && later.until.is_none());
        }
        if let Some(until) = earlier.until {
            prop_assert!(derive(&facts, until).phase != earlier.phase, "not an hour too early");
        }
    }

    #[test]
    fn record_goes_when_it_went_before(
        facts in facts(), now in hour(), unpaid_hours in 0u64..100, paid_hours in 0u64..150,
    ) {
        let terms = RetentionPolicy { unpaid_hours, paid_hours };
        let last = derive(&facts, now).keep_until(terms);
        prop_assert!(!was_over(&facts, last, terms), "an hour too early");
        prop_assert!(was_over(&facts, last.plus_hours(1), terms), "an hour too late");
    }

    #[test]
    fn payment_is_owed_where_it_was_before(facts in facts(), now in hour()) {
        let status = derive(&facts, now);
        prop_assert_eq!(matches!(status.debt, Debt::Payment(_)), was_owed(&facts));
        if let Debt::Payment(amount) = status.debt {
            prop_assert_eq!(Some(amount), facts.state.paid());
        }
    }

    #[test]
    fn order_that_owes_keeps_its_record_longest(facts in facts(), now in hour()) {
        let status = derive(&facts, now);
        if status.debt != Debt::None {
            prop_assert!(status.keep_until(TERMS) >= facts.placed.plus_hours(400));
            prop_assert!(status.keep_until(TERMS) >= facts.expires.plus_hours(10));
            prop_assert!(status.can_be_refunded && !facts.events.refunded);
        }
    }

    #[test]
    fn order_that_can_be_forgotten_owes_no_payment(facts in facts(), now in hour()) {
        let status = derive(&facts, now);
        if status.can_forget.is_ok() {
            prop_assert!(!matches!(status.debt, Debt::Payment(_)));
            prop_assert!(facts.is_left_by_demo() || status.phase != Phase::Confirming);
        }
        if status.can_cancel.is_ok() && !facts.is_left_by_demo() {
            prop_assert_eq!(status.can_forget, Err(ForgetRefusal::Payable));
        }
    }

    #[test]
    fn downloads_are_open_for_money_that_is_there_alone(facts in facts(), now in hour()) {
        let status = derive(&facts, now);
        if status.downloads_open() {
            prop_assert!(facts.state.is_paid() && !facts.events.refunded);
            prop_assert!(status.phase != Phase::Backordered && !status.awaits_release);
        }
    }

    /// Invoice and status say the same of what the chain shows.
    #[test]
    fn offer_can_be_cancelled_when_its_invoice_can(
        units in prop::option::of(1u128..2 * DUE), mined in any::<bool>(), tip in 1u64..5,
        assessed in hour(), now in hour(),
    ) {
        let block = BlockAt { height: Height(1), hash: BlockHash([1; 32]), time: PLACED };
        let transfers = units.map(|units| Transfer {
            id: TransferId("1".into()),
            pay_to: invoice().pay_to().clone(),
            amount: amount(units),
            block: mined.then_some(block),
        });
        let view = View { tip: Height(tip), transfers: transfers.into_iter().collect() };
        let invoice = invoice().assess(&view, assessed).unwrap().next().clone();
        let status = derive(&OrderFacts::new(&invoice, PLACED), now);
        prop_assert_eq!(status.can_cancel.is_ok(), invoice.cancel(now).is_some());
    }
}
