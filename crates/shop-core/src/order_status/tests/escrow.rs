//! Orders whose money waits in the escrow contract.

use super::*;
use crate::{escrow::Ending, time::UnixTime};
use proptest::{prelude::*, sample::select};

const SHIP_BY: CoarseTime = CoarseTime::from_hours(650);

fn at(facts: OrderFacts, step: EscrowStep) -> OrderFacts {
    let until = (!step.is_closed()).then_some(UnixTime(700 * 3_600));
    let until = if step == EscrowStep::Open { None } else { until };
    let escrow = EscrowFacts { step, until, ..EscrowFacts::open(SHIP_BY) };
    OrderFacts { escrow: Some(escrow), ..facts }
}

#[test]
fn escrow_decides_the_phase_of_a_paid_order() {
    for (step, wanted) in [
        (EscrowStep::Open, Phase::Paid),
        (EscrowStep::Shipped, Phase::Sent),
        (EscrowStep::Disputed, Phase::Sent),
        (EscrowStep::Delivered, Phase::Delivered),
        (EscrowStep::Closed(Ending::Ruled), Phase::Delivered),
        (EscrowStep::ClosedSilently, Phase::Delivered),
        (EscrowStep::Closed(Ending::ArbiterSilent), Phase::Refunded),
        (EscrowStep::Closed(Ending::Expired), Phase::Refunded),
        (EscrowStep::Closed(Ending::Refunded), Phase::Refunded),
    ] {
        assert_eq!(phase(at(settled(), step)), wanted, "{step:?}");
        assert_eq!(phase(at(late(), step)), wanted, "{step:?}, which counts no offer");
    }
    assert_eq!(phase(at(placed(), EscrowStep::Open)), Phase::Awaiting);
    assert_eq!(phase(at(underpaid(), EscrowStep::Closed(Ending::Expired))), Phase::Refunded);
}

#[test]
fn order_in_escrow_is_kept_until_its_contract_is_done_with_it() {
    let until = |facts| derive(&facts, ENDED).keep_until(TERMS);
    let unpaid = at(in_state(State::Expired), EscrowStep::Open);
    assert_eq!(until(unpaid), until(in_state(State::Expired)).max(SHIP_BY));
    let late = CoarseTime::from_hours(9_000);
    let late = OrderFacts { escrow: Some(EscrowFacts::open(late)), ..unpaid };
    assert_eq!(until(late), CoarseTime::from_hours(9_000), "it may be paid until then");
    assert_eq!(until(at(settled(), EscrowStep::Open)), SHIP_BY.plus_hours(100));
    assert_eq!(until(at(settled(), EscrowStep::Shipped)), CoarseTime::from_hours(800));
    assert_eq!(until(at(settled(), EscrowStep::ClosedSilently)), until(settled()));
    let shallow = EscrowFacts {
        is_deep: false,
        step: EscrowStep::ClosedSilently,
        ..EscrowFacts::open(SHIP_BY)
    };
    let shallow = OrderFacts { escrow: Some(shallow), ..settled() };
    assert!(until(shallow) > until(settled()), "a reorganisation may open it again");
    assert_eq!(derive(&shallow, ENDED).can_forget, Err(ForgetRefusal::Unsettled));
}

proptest! {
    /// Whatever was paid, and whatever the contract has told.
    #[test]
    fn no_seller_owes_money_of_an_order_in_escrow(
        state in select(states().to_vec()),
        step in select(EscrowStep::ALL.to_vec()),
        backordered_too: bool,
        now in 400u64..900,
    ) {
        let mut facts = at(in_state(state), step);
        if backordered_too {
            facts = backordered(facts);
        }
        let status = derive(&facts, CoarseTime::from_hours(now));
        prop_assert_eq!(status.debt, Debt::None);
        prop_assert!(!status.can_be_refunded);
        prop_assert_eq!(facts.is_unpaid(), state.is_unseen() && !step.proves_payment());
        // While money may be in the contract, no record goes that somebody needs to get at it.
        if !facts.is_unpaid() && !step.is_closed() {
            prop_assert!(status.can_forget.is_err());
            prop_assert!(status.keep_until(TERMS) >= facts.escrow.unwrap().open_until().unwrap());
        }
    }
}
