//! The rules of the database: every decision that is made inside a transaction.
//!
//! Rules are written over row operations ([`crate::rows`]) and know no SQL. What they decide with is
//! in shop-core: states of invoices, statuses of orders, reservations. Here stands which rows they
//! are asked about, in which order, and what is written. The suite runs them over each engine.

mod accept;
mod after;
mod assessor;
mod backorders;
mod balance;
mod cancel;
mod chains;
mod claims;
mod clock;
mod codes;
mod delivery;
mod downloads;
mod escrow;
mod facts;
mod judge_claim;
mod key;
mod late_logs;
mod levels;
mod logs_unread;
mod named;
mod notices;
mod other_money;
mod place;
mod pool;
mod purge;
mod read;
mod recount;
mod release;
mod reservations;
mod statuses;
mod sync_status;
mod transfers;
mod tx_context;
mod underpaid;
mod update;

pub(crate) use self::{
    accept::{accept, reject},
    after::{NewEvent, add_event, undo_event},
    backorders::allocate as allocate_backorders,
    balance::{claim_balance, judge_balance, pending_balances},
    cancel::{cancel, forget, replace_buyer_copy},
    chains::{begin as begin_chains, follow},
    claims::{claim, pending as pending_claims},
    codes::{give_owed, skip as skip_codes},
    delivery::outbox,
    downloads::{Begin, begin as begin_download},
    escrow::{payouts_given, release_escrow, retire_payouts},
    judge_claim::judge_claim,
    key::is_own_key,
    late_logs::logs_read,
    levels::availabilities,
    logs_unread::unread as logs_unread,
    named::free_name,
    notices::tell_of_chain,
    place::place,
    pool::{give_up_unused, given, last_used, retire_pool, reusable, standing as pool_standing},
    purge::purge,
    read::{blocks, order, orders, watched},
    recount::{recount, recount_lists, set_stock},
    release::release_by_policy,
    tx_context::TxContext,
    update::apply_update,
};
