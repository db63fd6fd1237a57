//! Test suite that every chain passes.
//!
//! A chain's tests implement [`TestChain`] and call [`chain_suite!`], which makes a test of every
//! scenario. All chains are in this crate, and so the suite is with their tests.

use shop_chain::{ChainWatcher, LookUp};
use shop_core::{
    escrow::Event,
    money::{Amount, AssetId},
    pay_to::PayTo,
    view::{Confirmations, EscrowKey, TransferId},
};
use std::future::Future;

mod reader;
pub(crate) mod scenarios;

pub(crate) use reader::Reader;

/// A chain that does what a test tells it.
pub(crate) trait TestChain {
    /// Returns the asset the chain moves.
    fn asset(&self) -> AssetId;
    /// Makes a watcher, as when the shop starts: each one is new.
    fn watch(&self) -> Box<dyn ChainWatcher>;
    /// Returns the most blocks one call of its watchers reads: few, so that the suite shows it.
    fn most_blocks(&self) -> u32;
    /// Returns true if its watchers show payments that wait to be mined.
    fn shows_unmined(&self) -> bool;
    /// Returns amounts in smallest units, the least first; the last two are one unit apart.
    fn exact_units(&self) -> [u128; 4] {
        [1, 999_999_999, 51_990_000_123_456_789, 51_990_000_123_456_790]
    }
    /// Returns true if its watchers find transactions that pay somebody else.
    fn tells_of_strangers(&self) -> bool {
        true
    }
    /// Returns a pay-to that nobody has paid.
    fn pay_to(&mut self) -> PayTo;
    /// Returns a transaction id of this chain's form that it does not hold.
    fn unknown_txid(&self) -> String;

    /// Returns true if the transfer is the transaction's only one, or one of its outputs.
    fn names(&self, id: &TransferId, txid: &str) -> bool {
        id.0.strip_prefix(txid).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    }

    /// Sends money, which waits to be mined. Returns the transaction id.
    fn pay(&mut self, to: &PayTo, amount: Amount) -> impl Future<Output = String>;
    /// Adds blocks; the first takes what waits.
    fn mine(&mut self, blocks: u32) -> impl Future<Output = ()>;
    /// Replaces the last blocks by as many empty ones, and forgets their transactions.
    fn reorg(&mut self, depth: u32) -> impl Future<Output = ()>;
    /// Removes the last blocks, and forgets their transactions.
    fn shrink(&mut self, depth: u32) -> impl Future<Output = ()>;
    /// Sends a forgotten transaction again, unchanged.
    fn again(&mut self, txid: &str) -> impl Future<Output = ()>;
    /// Has an escrow contract tell an event, which waits to be mined. Returns false if this chain
    /// of tests cannot: its contract has a test of its own.
    async fn tell(&mut self, _: EscrowKey, _: Event) -> bool {
        false
    }
    /// Replaces the last blocks by as many others, in which the money of `txid` went elsewhere.
    fn double_spend(&mut self, txid: &str, depth: u32) -> impl Future<Output = ()>;
}

/// Payment in a block, as [`Reader::payments`] tells it: its name, amount and depth.
pub(crate) type Seen = (TransferId, Amount, Confirmations);

/// Returns the transfers that were found, if any were.
fn found(look_up: LookUp) -> Option<Vec<shop_core::view::Transfer>> {
    match look_up {
        LookUp::Found(transfers) => Some(transfers),
        _ => None,
    }
}

/// Makes a test of every scenario: `chain_suite!(async { MyBench::start().await });`
macro_rules! chain_suite {
    ($bench:expr) => {
        crate::suite::all_scenarios! { chain_suite, @each $bench }
    };
    (@each $bench:expr; $($scenario:ident,)+) => { $(
        #[tokio::test]
        async fn $scenario() {
            crate::suite::scenarios::$scenario($bench.await).await;
        }
    )+ };
}
pub(crate) use chain_suite;

/// Runs every scenario, one after the other: for a chain that takes long to start.
macro_rules! run_all_scenarios {
    ($bench:expr) => {
        crate::suite::all_scenarios! { run_all_scenarios, @each $bench }
    };
    (@each $bench:expr; $($scenario:ident,)+) => { $(
        crate::suite::scenarios::$scenario($bench).await;
    )+ };
}
pub(crate) use run_all_scenarios;

/// Runs one part of the scenarios: those whose number leaves this rest, divided by the parts.
macro_rules! run_scenarios_of_part {
    ($bench:expr, $rest:literal of $parts:literal) => {
        crate::suite::all_scenarios! { run_scenarios_of_part, @each $bench, $rest, $parts }
    };
    (@each $bench:expr, $rest:literal, $parts:literal; $($scenario:ident,)+) => {
        let mut number = 0;
        $(
            if number % $parts == $rest {
                crate::suite::scenarios::$scenario($bench).await;
            }
            number += 1;
        )+
        assert!(number > $parts, "each part has scenarios");
    };
}
pub(crate) use run_scenarios_of_part;

/// Hands all scenarios to a macro.
macro_rules! all_scenarios {
    ($then:ident, $($with:tt)+) => {
        crate::suite::$then! { $($with)+;
                reading_starts_at_the_tip,
                a_payment_is_seen_with_its_depth,
                a_payment_that_waits_has_no_depth,
                a_payment_to_somebody_else_is_not_seen,
                two_equal_payments_are_two_transfers,
                amounts_are_exact_to_the_last_unit,
                reading_twice_from_one_place_says_the_same,
                a_reader_far_behind_catches_up_in_steps,
                a_reader_resumes_after_a_restart,
                a_reorg_takes_a_payment_back_and_a_re_mine_returns_it,
                a_reorg_while_nobody_read_is_found_after_a_restart,
                a_double_spend_takes_a_payment_back_for_good,
                a_reorg_deeper_than_what_is_remembered_starts_anew,
                shorter_chain_takes_nothing_back,
                branch_grown_to_the_height_read_takes_a_payment_back,
                branch_below_all_that_is_known_is_read_without_gaps,
                first_reading_begins_at_the_hour_asked_for,
                identity_is_the_same_for_every_watcher,
                block_read_again_tells_its_transfers,
                escrow_event_is_told_and_taken_back_with_its_block,
                probe_reports_every_node,
                a_payment_named_by_its_id_counts_only_to_ours,
                an_unknown_or_waiting_transaction_is_not_found,
                an_invoice_is_settled_reversed_and_settled_again,
        }
    };
}
pub(crate) use all_scenarios;
