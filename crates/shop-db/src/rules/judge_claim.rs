//! Judgement of a claim by what looking its transaction up has found.

use super::{
    assessor, chains, facts, named, notices, release,
    transfers::{self, Counts, SLACK_HOURS, Touched},
    tx_context::TxContext,
};
use crate::{
    claim::{ClaimRefusal, ClaimState},
    error::DbError,
    rows::Rows,
};
use shop_core::{
    invoice::{ClaimFit, Fit, Invoice, SellerNotice},
    money::Amount,
    order::OrderId,
    time::CoarseTime,
    view::Transfer,
};

pub(crate) fn judge_claim(
    rows: &dyn Rows,
    tx: &TxContext,
    order: OrderId,
    txid: &str,
    found: Result<Vec<Transfer>, ClaimRefusal>,
    now: CoarseTime,
) -> Result<(), DbError> {
    let Some(case) = Case::open(rows, order, txid)? else { return Ok(()) };
    let chain = case.invoice.pay_to().asset().chain();
    let taken = match found {
        Ok(transfers) => {
            transfers::one_chain(chain, transfers.iter())?;
            take(rows, &case, transfers)?
        }
        Err(refusal) => Taken { state: ClaimState::Refused(refusal), ..Taken::default() },
    };
    rows.set_claim(order, txid, taken.state)?;
    rows.set_came(order, txid, taken.came)?;
    match taken.state {
        ClaimState::ToReview => notices::tell(rows, tx, order, SellerNotice::ToReview)?,
        // The seller's word for the payment is their word for what was bought with it.
        ClaimState::Found if case.accepted => release::release(rows, order)?,
        ClaimState::Refused(refusal) if case.accepted => {
            release::take_back(rows, order)?;
            let notice = SellerNotice::NotCounted(refusal.of_accepted());
            notices::tell(rows, tx, order, notice)?;
        }
        _ => {}
    }
    if taken.touched.is_empty() {
        return Ok(());
    }
    assessor::assess_touched(rows, tx, chain, taken.touched, now).map(|_| ())
}

/// An open claim's order, as far as it matters here.
struct Case {
    order: OrderId,
    placed: CoarseTime,
    invoice: Invoice,
    /// True if the seller has accepted the claim.
    accepted: bool,
}

impl Case {
    /// Returns the case of a claim, if it waits to be looked up.
    fn open(rows: &dyn Rows, order: OrderId, txid: &str) -> Result<Option<Self>, DbError> {
        let Some(state) = rows.claim_state(order, txid)?.filter(|state| state.is_open()) else {
            return Ok(None);
        };
        let row = facts::of_order(rows, order)?;
        let accepted = state == ClaimState::Accepted;
        Ok(Some(Self { order, placed: row.placed, invoice: row.invoice, accepted }))
    }
}

/// Result of a claim.
struct Taken {
    state: ClaimState,
    /// Amount of it that came to the order's pay-to.
    came: Option<Amount>,
    /// The orders whose transfers changed.
    touched: Touched,
}

impl Default for Taken {
    fn default() -> Self {
        let state = ClaimState::Refused(ClaimRefusal::NotOurs);
        Self { state, came: None, touched: Touched::new() }
    }
}

/// Decision about one transfer of a claim.
enum ClaimStep {
    /// The transfer counts for the order.
    Counts,
    /// The transfer counts for this order by its digits alone, and is moved as the seller says.
    MovesFrom(OrderId),
    /// The seller decides.
    ToReview,
    /// The transfer does not count.
    Refused(ClaimRefusal),
}

/// Gives the order the transfers that are its, and sorts out those for the seller to look at.
/// If there is none, it says why. A transfer that counts is what came of the claim, then one to
/// look at.
fn take(rows: &dyn Rows, case: &Case, transfers: Vec<Transfer>) -> Result<Taken, DbError> {
    let mut taken = Taken::default();
    let pay_to = case.invoice.pay_to();
    for transfer in transfers.into_iter().filter(|transfer| transfer.pay_to == *pay_to) {
        taken.came = match taken.came {
            Some(came) => came.plus(transfer.amount).ok(),
            None => Some(transfer.amount),
        };
        let verdict = weigh(rows, case, &transfer)?;
        if let ClaimStep::MovesFrom(other) = verdict {
            transfers::give_to(rows, pay_to.asset(), &transfer.id.0, case.order)?;
            taken.touched.insert(other);
        }
        match verdict {
            ClaimStep::Counts | ClaimStep::MovesFrom(_) => {
                let transfer = on_our_branch(rows, transfer)?;
                transfers::assign(rows, &transfer, case.order, true)?;
                taken.touched.insert(case.order);
                taken.state = ClaimState::Found;
            }
            ClaimStep::ToReview => {
                if taken.state != ClaimState::Found {
                    taken.state = ClaimState::ToReview;
                }
            }
            ClaimStep::Refused(refusal) => {
                if matches!(taken.state, ClaimState::Refused(_)) {
                    taken.state = ClaimState::Refused(refusal);
                }
            }
        }
    }
    Ok(taken)
}

/// Decides about one transfer of a claim.
///
/// A transfer counts for one order: first for the one that has it, then for the one it names by its
/// amount. One from before the order paid for something else, perhaps for an order that is long
/// gone. A further transfer counts by itself only if it is this order's amount as exchanges round
/// it, and no other's.
fn weigh(rows: &dyn Rows, case: &Case, transfer: &Transfer) -> Result<ClaimStep, DbError> {
    let Case { order, invoice, accepted, .. } = case;
    let pay_to = invoice.pay_to();
    let amount = transfer.amount;
    let other = ClaimStep::Refused(ClaimRefusal::AlreadyCounted);
    match transfers::counts(rows, pay_to.asset(), &transfer.id.0)? {
        Counts::Before => return Ok(other),
        Counts::For(owner) if owner == *order => return Ok(ClaimStep::Counts),
        Counts::For(owner) if *accepted && has_by_digits(rows, owner, amount)? => {
            return Ok(ClaimStep::MovesFrom(owner));
        }
        Counts::For(_) => return Ok(other),
        Counts::NotYet => {}
    }
    let named = named::find_order(rows, pay_to, amount)?;
    match named {
        Some(owner) if owner != *order && !(*accepted && has_by_digits(rows, owner, amount)?) => {
            return Ok(other);
        }
        _ if *accepted => return Ok(ClaimStep::Counts),
        _ => {}
    }
    let is_too_old =
        transfer.block.is_some_and(|block| block.time.plus_hours(SLACK_HOURS) < case.placed);
    if is_too_old {
        return Ok(ClaimStep::Refused(ClaimRefusal::TooOld));
    }
    if named.is_some() {
        return Ok(ClaimStep::Counts);
    }
    Ok(match invoice.claim_fit(amount) {
        ClaimFit::Rounded if named::has_rival(rows, *order, pay_to, amount)? => ClaimStep::ToReview,
        ClaimFit::Rounded => ClaimStep::Counts,
        ClaimFit::Unclear => ClaimStep::ToReview,
        ClaimFit::OfOthers => ClaimStep::Refused(ClaimRefusal::OfOthers),
    })
}

/// Returns true if an unpaid order has such an amount, or would, by its last digits alone.
fn has_by_digits(rows: &dyn Rows, order: OrderId, amount: Amount) -> Result<bool, DbError> {
    let invoice = rows.invoice(order)?;
    Ok(invoice.fit(amount) == Fit::Digits && !invoice.state().is_covered())
}

/// Removes the block of a transfer if it contradicts the blocks read.
/// The transfer counts as seen only then. When the watcher has read the reorg, it says
/// where the transfer stands.
fn on_our_branch(rows: &dyn Rows, transfer: Transfer) -> Result<Transfer, DbError> {
    let Some(block) = transfer.block else { return Ok(transfer) };
    let chain = chains::followed_or_new(rows, transfer.pay_to.asset().chain())?;
    let there = rows.block(chain, block.height)?;
    let is_ours = there.is_none_or(|there| there.hash == block.hash);
    Ok(Transfer { block: is_ours.then_some(block), ..transfer })
}
