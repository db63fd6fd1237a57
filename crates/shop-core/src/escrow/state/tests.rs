//! Tests of the states of an order.

use super::*;
use crate::escrow::{
    Ending,
    samples::{DELIVER_BY, account, terms},
};
use proptest::prelude::*;

const AT: UnixTime = UnixTime(1_000);
const TRACKING: Tracking = Tracking([7; 21]);
const SHIPPED: Event = Event::Shipped { tracking: TRACKING, at: AT };
const DELIVERED: Event = Event::Delivered { until: UnixTime(3_000) };
const DISPUTED: Event = Event::Disputed { by: account(4), until: UnixTime(4_000) };
const CLOSING: Closing =
    Closing { ending: Ending::Finalized, to_seller: 5, to_buyer: 1, fee: 0, tip: 0 };

fn parcel() -> Parcel {
    Parcel { tracking: TRACKING, shipped_at: AT }
}

fn history(events: &[Event]) -> History {
    (0..).zip(events).map(|(height, event)| (EventAt { height, index: 0 }, *event)).collect()
}

fn state(events: &[Event]) -> EscrowState {
    history(events).state(&terms())
}

#[test]
fn order_goes_from_open_to_paid() {
    assert_eq!(state(&[]), EscrowState::Open);
    let shipped = EscrowState::Shipped { parcel: parcel(), until: DELIVER_BY };
    assert_eq!(state(&[SHIPPED]), shipped);
    let delivered = EscrowState::Delivered { parcel: parcel(), until: UnixTime(3_000) };
    assert_eq!(state(&[SHIPPED, DELIVERED]), delivered);
    let closed = EscrowState::Closed(Some(CLOSING));
    assert_eq!(state(&[SHIPPED, DELIVERED, Event::Closed(CLOSING)]), closed);
}

#[test]
fn dispute_before_and_after_the_delivery_differ() {
    let disputed = EscrowState::Disputed { parcel: parcel(), until: UnixTime(4_000) };
    assert_eq!(state(&[SHIPPED, DISPUTED]), disputed);
    let until = UnixTime(4_000);
    let both = EscrowState::DisputedDelivered { parcel: parcel(), until };
    assert_eq!(state(&[SHIPPED, DELIVERED, DISPUTED]), both);
    // A report in a dispute names the arbiter's deadline again.
    assert_eq!(state(&[SHIPPED, DISPUTED, Event::Delivered { until }]), both);
}

#[test]
fn extension_moves_the_deadline_for_deliveries() {
    let until = UnixTime(DELIVER_BY.0 + 5);
    let extended = EscrowState::Shipped { parcel: parcel(), until };
    assert_eq!(state(&[SHIPPED, Event::Extended { until }]), extended);
}

#[test]
fn event_that_does_not_fit_changes_nothing() {
    assert_eq!(state(&[DELIVERED, DISPUTED]), EscrowState::Open);
    let closed = EscrowState::Closed(Some(CLOSING));
    assert_eq!(state(&[Event::Closed(CLOSING), SHIPPED, DELIVERED]), closed);
}

#[test]
fn reorganisation_takes_events_back() {
    let mut history = history(&[SHIPPED, DELIVERED, Event::Closed(CLOSING)]);
    history.take_back_from(1);
    assert_eq!(history, super::tests::history(&[SHIPPED]));
    history.take_back_from(0);
    assert_eq!(history.state(&terms()), EscrowState::Open);
}

#[test]
fn payments_that_failed_are_owed_until_they_are_made() {
    let owed = |amount| Event::Owed { token: None, payee: account(1), amount };
    let pulled = |amount| Event::Pulled { token: None, payee: account(1), to: account(9), amount };
    let other = Event::Owed { token: Some(account(8)), payee: account(1), amount: 2 };
    let left = history(&[Event::Closed(CLOSING), owed(5), other, pulled(3)]).owed();
    let first = OwedPayment { token: None, payee: account(1), amount: 2 };
    let second = OwedPayment { token: Some(account(8)), payee: account(1), amount: 2 };
    assert_eq!(left, [first, second]);
    assert_eq!(history(&[owed(5), pulled(5)]).owed(), []);
    assert_eq!(history(&[owed(u128::MAX), owed(1), pulled(0)]).owed()[0].amount, u128::MAX);
}

fn any_event() -> impl Strategy<Value = Event> {
    let party = any::<u8>().prop_map(account);
    prop_oneof![
        Just(SHIPPED),
        Just(DELIVERED),
        Just(Event::Closed(CLOSING)),
        any::<u64>().prop_map(|until| Event::Extended { until: UnixTime(until) }),
        (party, any::<u64>())
            .prop_map(|(by, until)| Event::Disputed { by, until: UnixTime(until) }),
        any::<u128>().prop_map(|amount| Event::Swept { token: None, amount }),
        any::<u128>().prop_map(|amount| Event::Owed { token: None, payee: account(1), amount }),
    ]
}

proptest! {
    /// Whatever order the events come in, how often, and what a reorganisation took back between.
    #[test]
    fn state_follows_from_the_chain_of_now(
        events in proptest::collection::vec(any_event(), 0..12),
        back in 0usize..12,
    ) {
        let straight = history(&events);
        let mut detour = History::default();
        for (at, event) in straight.events().collect::<Vec<_>>().into_iter().rev() {
            detour.record(at, *event);
            detour.record(at, *event);
        }
        let height = back as u64;
        for extra in height..20 {
            detour.record(EventAt { height: extra, index: 1 }, Event::Closed(CLOSING));
        }
        detour.take_back_from(height);
        for (at, event) in straight.events().filter(|(at, _)| at.height >= height) {
            detour.record(at, *event);
        }
        prop_assert_eq!(detour.state(&terms()), straight.state(&terms()));
        prop_assert_eq!(detour.owed(), straight.owed());
    }
}
