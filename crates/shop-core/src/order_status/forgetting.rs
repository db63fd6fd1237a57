//! Deletion of an order's record by its buyer, before its time.

use super::{OrderFacts, OtherMoney, Phase, debt};

/// Reason why a buyer cannot have an order's record deleted: what is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForgetRefusal {
    /// The order can still be paid: cancel it first.
    Payable,
    /// Money is on its way, too little came, or the chain took it back.
    Unsettled,
    /// Money of it was not given back.
    /// It was paid when the goods were gone, or money of another asset came.
    Owed,
}

/// Decides whether the record may be deleted. What a demo left behind may go at any time.
pub(super) fn decide(facts: &OrderFacts, phase: Phase) -> Result<(), ForgetRefusal> {
    match phase {
        _ if facts.is_left_by_demo() => Ok(()),
        // Who has lost the statement needs the one that is kept here to get at the money.
        _ if is_in_escrow(facts) => Err(ForgetRefusal::Unsettled),
        _ if debt::owes_other_money(facts) || facts.other_money == OtherMoney::Seen => {
            Err(ForgetRefusal::Owed)
        }
        Phase::Awaiting => Err(ForgetRefusal::Payable),
        _ if facts.has_open_claim && !facts.state.is_paid() => Err(ForgetRefusal::Unsettled),
        Phase::Underpaid | Phase::UnderpaidEnded | Phase::Confirming | Phase::Reversed => {
            Err(ForgetRefusal::Unsettled)
        }
        Phase::Backordered => Err(ForgetRefusal::Owed),
        Phase::Paid
        | Phase::Late
        | Phase::Sent
        | Phase::Delivered
        | Phase::Refunded
        | Phase::Expired
        | Phase::Cancelled => Ok(()),
    }
}

/// Returns true while money of the order may be in the escrow contract.
fn is_in_escrow(facts: &OrderFacts) -> bool {
    let is_open = facts.escrow.is_some_and(|escrow| escrow.open_until().is_some());
    is_open && !facts.is_unpaid()
}
