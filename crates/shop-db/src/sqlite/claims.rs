//! What buyers say about payments that name no order.

use super::{
    advance::{judge_touched, one_asset},
    chains::{self, IS_FOLLOWED},
    codec::{int, read_invoice, write_claim},
    hands::Hands,
    transfers::{self, Counts, Touched},
};
use crate::{
    claim::{ClaimRefusal, ClaimState},
    error::{ClaimError, DbError},
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::{order::OrderId, pay_to::PayTo, time::CoarseTime, view::Transfer};

/// How many transaction ids one order may claim: each costs a question to the node.
const MOST: i64 = 5;
/// Block times are the miner's word, and Bitcoin lets them be two hours off.
pub(super) const SLACK_HOURS: u64 = 2;

pub(crate) fn claim(conn: &Connection, lookup: &[u8; 32], txid: &str) -> Result<(), ClaimError> {
    let txid = canonical(txid).ok_or(ClaimError::NotATxid)?;
    let claimant = claimant(conn, lookup)?.ok_or(ClaimError::NoSuchOrder)?;
    let Standing { before, others, made } = standing(conn, &claimant, &txid)?;
    let open = [write_claim(ClaimState::Pending), write_claim(ClaimState::Found)];
    match before {
        _ if others => Err(ClaimError::AlreadyClaimed),
        Some(state) if open.contains(&state.as_str()) => Err(ClaimError::AlreadyClaimed),
        Some(_) => Ok(set(conn, &claimant.id, &txid, ClaimState::Pending)?),
        None if made >= MOST => Err(ClaimError::TooMany),
        None => Ok(insert(conn, &claimant, &txid)?),
    }
}

/// Chains write transaction ids in hexadecimal, whose case means nothing.
fn canonical(typed: &str) -> Option<String> {
    let txid = typed.trim().to_ascii_lowercase();
    let shaped = (1..=128).contains(&txid.len()) && txid.bytes().all(|b| b.is_ascii_alphanumeric());
    shaped.then_some(txid)
}

struct Claimant {
    id: String,
    asset: String,
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
    /// What came of the same claim before.
    before: Option<String>,
    /// Whether another order claims it, without having been refused.
    others: bool,
    /// How many claims the order has made.
    made: i64,
}

fn standing(conn: &Connection, claimant: &Claimant, txid: &str) -> Result<Standing, DbError> {
    let before = conn
        .prepare_cached("select state from claims where order_id = ?1 and txid = ?2")?
        .query_row([&claimant.id, txid], |row| row.get(0))
        .optional()?;
    let others = conn
        .prepare_cached(
            "select 1 from claims where asset = ?1 and txid = ?2 and order_id <> ?3
                 and state in ('pending', 'found')",
        )?
        .exists(params![claimant.asset, txid, claimant.id])?;
    let made = conn
        .prepare_cached("select count(*) from claims where order_id = ?1")?
        .query_row([&claimant.id], |row| row.get(0))?;
    Ok(Standing { before, others, made })
}

fn insert(conn: &Connection, claimant: &Claimant, txid: &str) -> Result<(), DbError> {
    let state = write_claim(ClaimState::Pending);
    conn.prepare_cached(
        "insert into claims (order_id, asset, txid, state) values (?1, ?2, ?3, ?4)",
    )?
    .execute(params![claimant.id, claimant.asset, txid, state])?;
    Ok(())
}

fn set(conn: &Connection, order: &str, txid: &str, state: ClaimState) -> Result<(), DbError> {
    conn.prepare_cached("update claims set state = ?3 where order_id = ?1 and txid = ?2")?
        .execute([order, txid, write_claim(state)])?;
    Ok(())
}

pub(crate) fn judge_claim(
    conn: &Connection,
    hands: &Hands,
    order: OrderId,
    txid: &str,
    found: Result<Vec<Transfer>, ClaimRefusal>,
    now: CoarseTime,
) -> Result<(), DbError> {
    let id = order.to_string();
    let Some(case) = pending(conn, &id, txid)? else { return Ok(()) };
    let asset = case.pay_to.asset();
    let taken = match found {
        Ok(transfers) => {
            one_asset(asset, transfers.iter())?;
            take(conn, order, &case, transfers)?
        }
        Err(refusal) => Err(refusal),
    };
    let state = taken.map_or_else(ClaimState::Refused, |()| ClaimState::Found);
    set(conn, &id, txid, state)?;
    if state != ClaimState::Found {
        return Ok(());
    }
    judge_touched(conn, hands, asset, Touched::from([order]), now).map(|_| ())
}

/// The order of a pending claim, as far as it matters here.
struct Case {
    placed: u64,
    pay_to: PayTo,
}

fn pending(conn: &Connection, order: &str, txid: &str) -> Result<Option<Case>, DbError> {
    let found: Option<(i64, String)> = conn
        .prepare_cached(
            "select placed, invoice from claims join orders on orders.id = claims.order_id
             where order_id = ?1 and txid = ?2 and claims.state = 'pending'",
        )?
        .query_row([order, txid], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((placed, invoice)) = found else { return Ok(None) };
    let placed = u64::try_from(placed).map_err(|_| DbError::Unreadable)?;
    Ok(Some(Case { placed, pay_to: read_invoice(&invoice)?.pay_to().clone() }))
}

/// Gives the order those of the transfers that may be its, or says why there is none.
fn take(
    conn: &Connection,
    order: OrderId,
    case: &Case,
    transfers: Vec<Transfer>,
) -> Result<Result<(), ClaimRefusal>, DbError> {
    let mut answer = Err(ClaimRefusal::NotOurs);
    for transfer in transfers.into_iter().filter(|transfer| transfer.pay_to == case.pay_to) {
        if let Some(refusal) = refuses(conn, order, case, &transfer)? {
            answer = answer.map_err(|_| refusal);
            continue;
        }
        let transfer = on_our_branch(conn, transfer)?;
        transfers::bind(conn, &transfer, order, true)?;
        answer = Ok(());
    }
    Ok(answer)
}

/// A transfer counts for one order: first for the one that has it, then for the one it names by
/// its digits. One from before the order paid for something else, perhaps for an order that is
/// long gone.
fn refuses(
    conn: &Connection,
    order: OrderId,
    case: &Case,
    transfer: &Transfer,
) -> Result<Option<ClaimRefusal>, DbError> {
    let owner = match transfers::counts(conn, case.pay_to.asset(), &transfer.id.0)? {
        Counts::For(owner) => Some(owner),
        Counts::NotYet => transfers::recognises(conn, &case.pay_to, transfer.amount)?,
        Counts::Before => return Ok(Some(ClaimRefusal::AlreadyCounted)),
    };
    if owner.is_some_and(|owner| owner != order) {
        return Ok(Some(ClaimRefusal::AlreadyCounted));
    }
    let too_old = transfer
        .block
        .is_some_and(|block| block.time.hours().saturating_add(SLACK_HOURS) < case.placed);
    Ok(too_old.then_some(ClaimRefusal::TooOld))
}

/// If the node saw the transfer in a block that contradicts the ones read, it counts as seen only;
/// when the watcher has read the reorg, it says where the transfer stands.
fn on_our_branch(conn: &Connection, transfer: Transfer) -> Result<Transfer, DbError> {
    let Some(block) = transfer.block else { return Ok(transfer) };
    let chain = chains::followed_or_unknown(conn, transfer.pay_to.asset())?;
    let rival = conn
        .prepare_cached("select 1 from blocks where chain = ?1 and height = ?2 and hash <> ?3")?
        .exists(params![chain.0, int(block.height.0), block.hash.0])?;
    Ok(Transfer { block: (!rival).then_some(block), ..transfer })
}
