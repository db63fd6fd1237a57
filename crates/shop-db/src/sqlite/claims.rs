//! Claims of buyers about payments that name no order.

use super::{
    chains::{self, IS_FOLLOWED},
    codec::{int, read_claim, read_invoice, write_claim},
    named, notices,
    read::{all, read_claim_row},
    release,
    transfers::{self, Counts, Touched},
    tx_context::TxContext,
    update::{judge_touched, one_chain},
};
use crate::{
    claim::{Claim, ClaimRefusal, ClaimState},
    error::{ClaimError, DbError},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{
    invoice::{ClaimFit, Fit, Invoice, NotCounted, SellerNotice},
    money::Amount,
    order::OrderId,
    pay_to::PayTo,
    time::CoarseTime,
    view::{Transfer, TransferId},
};

/// Greatest number of transaction ids one order may claim: each costs a question to the node.
const MOST: i64 = 5;
/// Block times are the miner's word, and Bitcoin lets them be two hours off.
pub(super) const SLACK_HOURS: u64 = 2;

pub(crate) fn claim(conn: &Connection, lookup: &[u8; 32], txid: &str) -> Result<(), ClaimError> {
    let txid = canonical(txid).ok_or(ClaimError::NotATxid)?;
    let claimant = claimant(conn, lookup)?.ok_or(ClaimError::NoSuchOrder)?;
    let Standing { before, others, made } = standing(conn, &claimant, &txid)?;
    match before {
        _ if others => Err(ClaimError::AlreadyClaimed),
        None if made >= MOST => Err(ClaimError::TooMany),
        None => Ok(insert(conn, &claimant, &txid, ClaimState::Pending)?),
        Some(ClaimState::Refused(ClaimRefusal::Rejected)) => Err(ClaimError::AlreadyClaimed),
        Some(ClaimState::Refused(_)) => Ok(set(conn, &claimant.id, &txid, ClaimState::Pending)?),
        Some(_) => Err(ClaimError::AlreadyClaimed),
    }
}

/// Returns the one spelling of a transaction id; none if the text is not shaped like one.
/// Chains write ids in hexadecimal, whose case means nothing.
pub(super) fn canonical(typed: &str) -> Option<String> {
    let txid = typed.trim().to_ascii_lowercase();
    let shaped = (1..=128).contains(&txid.len()) && txid.bytes().all(|b| b.is_ascii_alphanumeric());
    shaped.then_some(txid)
}

pub(super) struct Claimant {
    pub(super) id: String,
    pub(super) asset: String,
}

fn claimant(conn: &Connection, lookup: &[u8; 32]) -> Result<Option<Claimant>, DbError> {
    // What is put away is looked up nowhere.
    let sql = format!("select id, asset from orders where lookup = ?1 and {IS_FOLLOWED}");
    let found = conn
        .prepare_cached(&sql)?
        .query_row([lookup], |row| Ok(Claimant { id: row.get(0)?, asset: row.get(1)? }))
        .optional()?;
    Ok(found)
}

struct Standing {
    /// Result of the same claim made before.
    before: Option<ClaimState>,
    /// True if it counts for another order, or is about to.
    others: bool,
    /// Number of claims the order has made.
    made: i64,
}

fn standing(conn: &Connection, claimant: &Claimant, txid: &str) -> Result<Standing, DbError> {
    let before = conn
        .prepare_cached("select state from claims where order_id = ?1 and txid = ?2")?
        .query_row([&claimant.id, txid], |row| row.get::<_, String>(0))
        .optional()?;
    let before = before.map(|word| read_claim(&word)).transpose()?;
    let others = conn
        .prepare_cached(
            "select 1 from claims where asset = ?1 and txid = ?2 and order_id <> ?3
                 and state in ('found', 'accepted')",
        )?
        .exists(params![claimant.asset, txid, claimant.id])?;
    let made = conn
        .prepare_cached("select count(*) from claims where order_id = ?1")?
        .query_row([&claimant.id], |row| row.get(0))?;
    Ok(Standing { before, others, made })
}

pub(super) fn insert(
    conn: &Connection,
    claimant: &Claimant,
    txid: &str,
    state: ClaimState,
) -> Result<(), DbError> {
    let state = write_claim(state);
    conn.prepare_cached(
        "insert into claims (order_id, asset, txid, state) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![claimant.id, claimant.asset, txid, state])?;
    Ok(())
}

pub(super) fn set(
    conn: &Connection,
    order: &str,
    txid: &str,
    state: ClaimState,
) -> Result<(), DbError> {
    conn.prepare_cached("update claims set state = ?3 where order_id = ?1 and txid = ?2")?
        .execute([order, txid, write_claim(state)])?;
    Ok(())
}

pub(crate) fn judge_claim(
    conn: &Connection,
    tx: &TxContext,
    order: OrderId,
    txid: &str,
    found: Result<Vec<Transfer>, ClaimRefusal>,
    now: CoarseTime,
) -> Result<(), DbError> {
    let id = order.to_string();
    let Some(case) = open_case(conn, order, txid)? else { return Ok(()) };
    let chain = case.invoice.pay_to().asset().chain();
    let taken = match found {
        Ok(transfers) => {
            one_chain(chain, transfers.iter())?;
            take(conn, &case, transfers)?
        }
        Err(refusal) => Taken { state: ClaimState::Refused(refusal), ..Taken::default() },
    };
    set(conn, &id, txid, taken.state)?;
    note_came(conn, &id, txid, taken.came)?;
    match taken.state {
        ClaimState::ToReview => notices::tell(conn, tx, order, SellerNotice::ToReview)?,
        // The seller's word for the payment is their word for what was bought with it.
        ClaimState::Found if case.accepted => release::release(conn, order)?,
        ClaimState::Refused(refusal) if case.accepted => {
            release::take_back(conn, order)?;
            let notice = SellerNotice::NotCounted(refusal.of_accepted());
            notices::tell(conn, tx, order, notice)?;
        }
        _ => {}
    }
    if taken.touched.is_empty() {
        return Ok(());
    }
    judge_touched(conn, tx, chain, taken.touched, now).map(|_| ())
}

/// An open claim's order, as far as it matters here.
struct Case {
    order: OrderId,
    placed: u64,
    invoice: Invoice,
    /// True if the seller has accepted the claim.
    accepted: bool,
}

fn open_case(conn: &Connection, order: OrderId, txid: &str) -> Result<Option<Case>, DbError> {
    let found: Option<(i64, String, bool)> = conn
        .prepare_cached(
            "select placed, invoice, claims.state = 'accepted'
             from claims join orders on orders.id = claims.order_id
             where order_id = ?1 and txid = ?2 and claims.state in ('pending', 'accepted')",
        )?
        .query_row([&order.to_string(), txid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((placed, invoice, accepted)) = found else { return Ok(None) };
    let placed = u64::try_from(placed).map_err(|_| DbError::Unreadable)?;
    Ok(Some(Case { order, placed, invoice: read_invoice(&invoice)?, accepted }))
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
fn take(conn: &Connection, case: &Case, transfers: Vec<Transfer>) -> Result<Taken, DbError> {
    let mut taken = Taken::default();
    let pay_to = case.invoice.pay_to();
    for transfer in transfers.into_iter().filter(|transfer| transfer.pay_to == *pay_to) {
        taken.came = match taken.came {
            Some(came) => came.plus(transfer.amount).ok(),
            None => Some(transfer.amount),
        };
        let verdict = weigh(conn, case, &transfer)?;
        if let ClaimStep::MovesFrom(other) = verdict {
            transfers::give_to(conn, pay_to.asset(), &transfer.id.0, case.order)?;
            taken.touched.insert(other);
        }
        match verdict {
            ClaimStep::Counts | ClaimStep::MovesFrom(_) => {
                let transfer = on_our_branch(conn, transfer)?;
                transfers::assign(conn, &transfer, case.order, true)?;
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
fn weigh(conn: &Connection, case: &Case, transfer: &Transfer) -> Result<ClaimStep, DbError> {
    let Case { order, invoice, accepted, .. } = case;
    let pay_to = invoice.pay_to();
    let amount = transfer.amount;
    let other = ClaimStep::Refused(ClaimRefusal::AlreadyCounted);
    match transfers::counts(conn, pay_to.asset(), &transfer.id.0)? {
        Counts::Before => return Ok(other),
        Counts::For(owner) if owner == *order => return Ok(ClaimStep::Counts),
        Counts::For(owner) if *accepted && has_by_digits(conn, owner, amount)? => {
            return Ok(ClaimStep::MovesFrom(owner));
        }
        Counts::For(_) => return Ok(other),
        Counts::NotYet => {}
    }
    match named::find_order(conn, pay_to, amount)? {
        Some(owner) if owner != *order && !(*accepted && has_by_digits(conn, owner, amount)?) => {
            return Ok(other);
        }
        _ if *accepted => return Ok(ClaimStep::Counts),
        _ => {}
    }
    let too_old = transfer
        .block
        .is_some_and(|block| block.time.hours().saturating_add(SLACK_HOURS) < case.placed);
    if too_old {
        return Ok(ClaimStep::Refused(ClaimRefusal::TooOld));
    }
    if named::find_order(conn, pay_to, amount)?.is_some() {
        return Ok(ClaimStep::Counts);
    }
    Ok(match invoice.claim_fit(amount) {
        ClaimFit::Rounded if named::has_rival(conn, *order, pay_to, amount)? => ClaimStep::ToReview,
        ClaimFit::Rounded => ClaimStep::Counts,
        ClaimFit::Unclear => ClaimStep::ToReview,
        ClaimFit::OfOthers => ClaimStep::Refused(ClaimRefusal::OfOthers),
    })
}

/// Returns true if an unpaid order has such an amount, or would, by its last digits alone.
fn has_by_digits(conn: &Connection, order: OrderId, amount: Amount) -> Result<bool, DbError> {
    let invoice: String = conn
        .prepare_cached("select invoice from orders where id = ?1")?
        .query_row([order.to_string()], |row| row.get(0))?;
    let invoice = read_invoice(&invoice)?;
    Ok(invoice.fit(amount) == Fit::Digits && !invoice.state().is_covered())
}

fn note_came(
    conn: &Connection,
    order: &str,
    txid: &str,
    came: Option<Amount>,
) -> Result<(), DbError> {
    let units = came.map(|came| came.units().to_string());
    conn.prepare_cached("update claims set units = ?3 where order_id = ?1 and txid = ?2")?
        .execute(params![order, txid, units])?;
    Ok(())
}

/// Returns the payments of an order the seller has to look at.
pub(super) fn to_review(
    conn: &Connection,
    order: OrderId,
    pay_to: &PayTo,
) -> Result<Vec<Transfer>, DbError> {
    named_payments(conn, order, pay_to, |state| state == ClaimState::ToReview)
}

/// Returns the payments that were named for an order and do not count, for this reason.
pub(super) fn not_counted(
    conn: &Connection,
    order: OrderId,
    pay_to: &PayTo,
    why: NotCounted,
) -> Result<Vec<Transfer>, DbError> {
    named_payments(
        conn,
        order,
        pay_to,
        |state| matches!(state, ClaimState::Refused(refusal) if refusal.of_accepted() == why),
    )
}

/// Returns the payments that were named for an order and are in such a state.
/// Nothing came of one that did not go to the order's pay-to.
fn named_payments(
    conn: &Connection,
    order: OrderId,
    pay_to: &PayTo,
    is_such: impl Fn(ClaimState) -> bool,
) -> Result<Vec<Transfer>, DbError> {
    let asset = pay_to.asset();
    let sql = "select txid, state, units from claims where order_id = ?1 order by rowid";
    let mut claims = all(conn, sql, [order.to_string()], |row| read_claim_row(row, asset, 0))?;
    claims.retain(|claim| is_such(claim.state));
    let transfer = |claim: Claim| Transfer {
        id: TransferId(claim.txid),
        pay_to: pay_to.clone(),
        amount: claim.came.unwrap_or(Amount::zero(asset)),
        block: None,
    };
    Ok(claims.into_iter().map(transfer).collect())
}

/// Removes the block of a transfer if it contradicts the blocks read.
/// The transfer counts as seen only then. When the watcher has read the reorg, it says
/// where the transfer stands.
fn on_our_branch(conn: &Connection, transfer: Transfer) -> Result<Transfer, DbError> {
    let Some(block) = transfer.block else { return Ok(transfer) };
    let chain = chains::followed_or_unknown(conn, transfer.pay_to.asset().chain())?;
    let rival = conn
        .prepare_cached("select 1 from blocks where chain = ?1 and height = ?2 and hash <> ?3")?
        .exists(params![chain.0, int(block.height.0), block.hash.0])?;
    Ok(Transfer { block: (!rival).then_some(block), ..transfer })
}
