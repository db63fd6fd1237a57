//! Monero on a real node: monerod, with monero-wallet-rpc as the buyer and the seller.
//!
//! Each test starts a node of its own. Making its first coins takes most of the time.

mod bench;
mod nodes;
mod proxy;
mod sales;

use crate::{monerod, suite::run_scenarios_of_part};
use bench::{Money, Real};
use std::sync::Arc;

/// Returns a node with coins to spend; none, and says so, where there is no node to start.
#[expect(clippy::print_stderr, reason = "whoever runs the tests has to know")]
fn money() -> Option<Arc<Money>> {
    let programs = monerod::programs();
    if programs.is_none() {
        eprintln!(
            "LEFT OUT: no monerod here; run maint/get-monero, or set MONEROD and \
             MONERO_WALLET_RPC to their paths"
        );
    }
    programs.map(|programs| Arc::new(Money::mine(&programs)))
}

/// A third of the scenarios on one node, whose transactions that wait are read too.
#[tokio::test]
async fn suite_passes_on_a_real_node_part_1() {
    let Some(money) = money() else { return };
    run_scenarios_of_part!(Real::new(&money), 0 of 3);
}

#[tokio::test]
async fn suite_passes_on_a_real_node_part_2() {
    let Some(money) = money() else { return };
    run_scenarios_of_part!(Real::new(&money), 1 of 3);
}

#[tokio::test]
async fn suite_passes_on_a_real_node_part_3() {
    let Some(money) = money() else { return };
    run_scenarios_of_part!(Real::new(&money), 2 of 3);
}

/// Payments as buyers make them, and what the seller's own wallet says of them.
#[tokio::test]
async fn seller_sees_the_money_that_his_wallet_sees() {
    let Some(money) = money() else { return };
    sales::subaddresses_are_those_of_the_wallet(&money);
    sales::payments_are_told_as_the_wallet_tells_them(&money).await;
    sales::orders_are_paid_short_over_and_late(&money).await;
    sales::nothing_waits_unless_the_pool_is_read(&money).await;
    sales::locked_money_is_no_payment(&money).await;
}

/// Nodes that lie, and nodes that are gone for a while.
#[tokio::test]
async fn lies_and_dead_nodes_make_no_payment() {
    let Some(money) = money() else { return };
    nodes::each_lie_is_found_out(&money).await;
    nodes::pool_lies_show_nothing(&money).await;
    nodes::dead_node_stops_nobody_where_two_agree(&money).await;
    nodes::reading_goes_on_once_the_node_is_back(money).await;
}
