use super::*;
use crate::{
    money::AssetId,
    view::{BlockAt, BlockHash, Height, Transfer, TransferId},
};
use proptest::prelude::*;

const DUE: u128 = 1_000;
const EXPIRES: CoarseTime = CoarseTime::from_hours(100);

fn amount(units: u128) -> Amount {
    Amount::new(AssetId::ETH, units)
}

fn pay_to() -> PayTo {
    PayTo::new(AssetId::ETH, "demo-1").unwrap()
}

fn invoice() -> Invoice {
    let offer = Offer { pay_to: pay_to(), due: amount(DUE), matching: Matching::PayTo };
    Invoice::open(offer, Confirmations(3), EXPIRES).unwrap()
}

fn transfer(id: u64, units: u128, mined: Option<(u64, u64)>) -> Transfer {
    let block = mined.map(|(height, hours)| BlockAt {
        height: Height(height),
        hash: BlockHash([u8::try_from(height).unwrap_or(0); 32]),
        time: CoarseTime::from_hours(hours),
    });
    Transfer { id: TransferId(id.to_string()), pay_to: pay_to(), amount: amount(units), block }
}

fn after(invoice: Invoice, tip: u64, transfers: Vec<Transfer>, now: u64) -> Invoice {
    let view = View { tip: Height(tip), transfers };
    invoice.assess(&view, CoarseTime::from_hours(now)).unwrap().next().clone()
}

#[test]
fn a_payment_goes_from_seen_to_settled() {
    let seen = after(invoice(), 10, vec![transfer(1, DUE, None)], 1);
    assert_eq!(seen.state(), State::Seen { paid: amount(DUE) });
    let one = after(seen, 10, vec![transfer(1, DUE, Some((10, 1)))], 1);
    assert_eq!(one.state(), State::Confirming { paid: amount(DUE), have: Confirmations(1) });
    let settled = after(one, 12, vec![transfer(1, DUE, Some((10, 1)))], 1);
    assert_eq!(settled.state(), State::Settled { paid: amount(DUE) });
}

#[test]
fn what_counts_is_when_the_block_was_mined_not_when_we_looked() {
    let in_time = after(invoice(), 20, vec![transfer(1, DUE, Some((10, 100)))], 400);
    assert_eq!(in_time.state(), State::Settled { paid: amount(DUE) });
    let expired = after(invoice(), 20, vec![], 101);
    assert_eq!(expired.state(), State::Expired);
    let late = after(expired, 30, vec![transfer(1, DUE, Some((21, 101)))], 101);
    assert_eq!(late.state(), State::Late { paid: amount(DUE) });
}

#[test]
fn under_and_over_are_told_apart() {
    let short = after(invoice(), 20, vec![transfer(1, DUE - 1, Some((10, 1)))], 1);
    assert_eq!(short.state(), State::Underpaid { paid: amount(DUE - 1) });
    assert_eq!(short.missing(), amount(1));
    let second = vec![transfer(1, DUE - 1, Some((10, 1))), transfer(2, 5, Some((11, 1)))];
    let over = after(short, 20, second, 1);
    assert_eq!(over.state(), State::Overpaid { paid: amount(DUE + 4) });
}

#[test]
fn a_reorg_takes_a_payment_back_and_may_return_it() {
    let paid = vec![transfer(1, DUE, Some((10, 1)))];
    let settled = after(invoice(), 12, paid.clone(), 1);
    let transition = settled
        .assess(&View { tip: Height(12), transfers: vec![] }, CoarseTime::from_hours(1))
        .unwrap();
    assert_eq!(transition.notice(), Some(SellerNotice::Reversed));
    let reversed = transition.next().clone();
    assert_eq!(reversed.state(), State::Reversed { lost: amount(DUE) });
    let again = after(reversed, 13, paid, 1);
    assert_eq!(again.state(), State::Settled { paid: amount(DUE) });
}

/// The news of one step, and the invoice after it.
fn step(invoice: Invoice, tip: u64, transfers: Vec<Transfer>) -> (Option<SellerNotice>, Invoice) {
    let view = View { tip: Height(tip), transfers };
    let transition = invoice.assess(&view, CoarseTime::from_hours(1)).unwrap();
    (transition.notice(), transition.next().clone())
}

#[test]
fn a_payment_in_a_later_block_is_not_called_reversed() {
    let at = |height| vec![transfer(1, DUE, Some((height, 1)))];
    let settled = after(invoice(), 12, at(10), 1);
    let (news, again) = step(settled, 13, at(12));
    assert_eq!(news, Some(SellerNotice::Reconfirming));
    assert_eq!(again.state(), State::Confirming { paid: amount(DUE), have: Confirmations(2) });
    let (news, deep) = step(again.clone(), 14, at(12));
    assert_eq!((news, deep.state().is_paid()), (Some(SellerNotice::Paid), true));
    let (news, gone) = step(again, 14, vec![]);
    assert_eq!(
        (news, gone.state()),
        (Some(SellerNotice::Reversed), State::Reversed { lost: amount(DUE) })
    );
    // It comes, and goes once more before it is deep: the seller was told already.
    let (news, back) = step(gone, 15, at(15));
    assert_eq!((news, back.state().word()), (None, "confirming"));
    let (news, gone) = step(back, 16, vec![]);
    assert_eq!((news, gone.state().word()), (None, "reversed"));
}

#[test]
fn a_cancelled_offer_ends_now_and_money_in_this_hour_is_late() {
    let cancelled = invoice().cancel(CoarseTime::from_hours(50)).unwrap();
    assert_eq!(cancelled.state(), State::Expired);
    let late = after(cancelled.clone(), 20, vec![transfer(1, DUE, Some((10, 50)))], 50);
    assert_eq!(late.state(), State::Late { paid: amount(DUE) });
    assert_eq!(cancelled.cancel(CoarseTime::from_hours(50)), None);
    let seen = after(invoice(), 10, vec![transfer(1, DUE, None)], 1);
    assert_eq!(seen.cancel(CoarseTime::from_hours(50)), None);
    assert_eq!(invoice().cancel(CoarseTime::from_hours(101)), None, "it has ended by itself");
}

#[test]
fn cancel_in_the_last_hour_of_the_offer_ends_it() {
    let cancelled = invoice().cancel(EXPIRES).unwrap();
    assert_eq!(cancelled.state(), State::Expired);
    assert_eq!(cancelled.expires(), CoarseTime::from_hours(99));
}

#[test]
fn unpaid_offer_awaits_until_its_last_hour_is_over() {
    let at = |hours| after(invoice(), 20, vec![], hours).state();
    assert_eq!([at(1), at(100), at(101)], [State::Awaiting, State::Awaiting, State::Expired]);
}

#[test]
fn depth_is_that_of_the_transfer_that_completes_the_amount() {
    let more = vec![transfer(1, DUE, Some((10, 1))), transfer(2, 1, Some((20, 101)))];
    let over = after(invoice(), 20, more, 1);
    assert_eq!(over.state(), State::Overpaid { paid: amount(DUE + 1) });
    let halves = vec![transfer(1, DUE / 2, Some((20, 1))), transfer(2, DUE / 2, Some((10, 1)))];
    let shallow = after(invoice(), 20, halves, 1);
    assert_eq!(shallow.state(), State::Confirming { paid: amount(DUE), have: Confirmations(1) });
}

fn states() -> [State; 9] {
    State::each(amount(DUE), Confirmations(1))
}

/// The words of the states for which it holds.
fn words(holds: impl Fn(&State) -> bool) -> Vec<&'static str> {
    states().iter().filter(|state| holds(state)).map(State::word).collect()
}

#[test]
fn states_are_told_apart_by_what_has_arrived() {
    assert_eq!(words(State::is_paid), ["settled", "over", "late"]);
    assert_eq!(words(State::is_paid_in_time), ["settled", "over"]);
    assert_eq!(words(State::is_unseen), ["awaiting", "expired"]);
    assert_eq!(words(State::is_payable), ["awaiting", "short"]);
    assert_eq!(words(State::is_open), ["awaiting", "seen", "short"]);
    assert_eq!(words(State::is_covered), ["seen", "confirming", "settled", "over", "late"]);
    assert_eq!(words(|state| state.paid().is_none()), ["awaiting", "expired", "reversed"]);
    assert!(states().iter().filter_map(State::paid).all(|paid| paid == amount(DUE)));
}

#[test]
fn news_holds_only_of_the_states_it_speaks_of() {
    let paid = vec!["settled", "over", "late"];
    let unpaid = vec!["awaiting", "seen", "confirming", "short", "expired", "reversed"];
    let expected = [
        (SellerNotice::Paid, paid.clone()),
        (SellerNotice::OutOfStock, paid.clone()),
        (SellerNotice::BackInStock, paid.clone()),
        (SellerNotice::CodesMissing, paid),
        (SellerNotice::Reconfirming, vec!["confirming"]),
        (SellerNotice::Reversed, vec!["reversed"]),
        (SellerNotice::Short, vec!["short"]),
        (SellerNotice::ToReview, unpaid),
        (SellerNotice::ToRelease, vec!["settled", "over"]),
    ];
    for (news, holds) in expected {
        assert_eq!(words(|state| news.is_still_true(*state)), holds, "{news:?}");
    }
}

/// The goods of an order are freed when its money is gone, and only then.
#[test]
fn transition_uncovers_only_what_was_covered() {
    let step = |from: &Invoice, tip, transfers: &[Transfer]| {
        let view = View { tip: Height(tip), transfers: transfers.to_vec() };
        from.clone().assess(&view, CoarseTime::from_hours(1)).unwrap()
    };
    let paid = [transfer(1, DUE, Some((10, 1)))];
    let seen = step(&invoice(), 10, &[transfer(1, DUE, None)]);
    assert_eq!((seen.changes(), seen.uncovers()), (true, false));
    let settled = step(seen.next(), 12, &paid);
    assert_eq!((settled.changes(), settled.uncovers()), (true, false));
    assert!(step(seen.next(), 12, &[]).uncovers());
    assert!(step(seen.next(), 12, &[transfer(1, 1, None)]).uncovers());
    let reversed = step(settled.next(), 13, &[]);
    assert_eq!((reversed.changes(), reversed.uncovers()), (true, true));
    let still_gone = step(reversed.next(), 14, &[]);
    assert_eq!((still_gone.changes(), still_gone.uncovers()), (false, false));
}

fn transfers() -> impl Strategy<Value = Vec<Transfer>> {
    let one = (1u128..2 * DUE, prop::option::of((0u64..20, 90u64..110)));
    prop::collection::vec(one, 0..5).prop_map(|list| {
        list.into_iter()
            .enumerate()
            .map(|(id, (units, mined))| transfer(id as u64, units, mined))
            .collect()
    })
}

fn view() -> impl Strategy<Value = (View, CoarseTime)> {
    (transfers(), 0u64..25, 90u64..110).prop_map(|(transfers, tip, hours)| {
        (View { tip: Height(tip), transfers }, CoarseTime::from_hours(hours))
    })
}

proptest! {
    #[test]
    fn judging_twice_changes_nothing((view, now) in view()) {
        let once = invoice().assess(&view, now).unwrap().next().clone();
        let twice = once.clone().assess(&view, now).unwrap();
        prop_assert!(!twice.changes());
        prop_assert_eq!(twice.next(), &once);
    }

    #[test]
    fn never_paid_below_the_price((view, now) in view()) {
        let judged = invoice().assess(&view, now).unwrap().next().clone();
        if judged.state().is_paid() {
            let deep: u128 = view
                .transfers
                .iter()
                .filter(|t| view.confirmations(t) >= Confirmations(3))
                .map(|t| t.amount.units())
                .sum();
            prop_assert!(deep >= DUE);
        }
    }

    #[test]
    fn only_reversed_remembers_the_path(
        path in prop::collection::vec(view(), 0..6),
        (last, now) in view(),
    ) {
        let mut walked = invoice();
        for (view, now) in path {
            walked = walked.assess(&view, now).unwrap().next().clone();
        }
        let walked = walked.assess(&last, now).unwrap().next().clone();
        let direct = invoice().assess(&last, now).unwrap().next().clone();
        if !matches!(walked.state(), State::Reversed { .. }) {
            prop_assert_eq!(walked.state(), direct.state());
        }
    }

    #[test]
    fn a_stored_invoice_reads_back((view, now) in view()) {
        let judged = invoice().assess(&view, now).unwrap().next().clone();
        let json = serde_json::to_string(&judged).unwrap();
        prop_assert_eq!(serde_json::from_str::<Invoice>(&json).unwrap(), judged);
    }
}
