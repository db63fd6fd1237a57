//! The keeper of an attestor that runs, on a real node with the real contract.

use crate::support::{
    Anvil, Responder,
    attestors::{Attestor, CarrierServer},
    escrow::{
        EscrowHome, EscrowOrder, PIN, PRICE, balance, chain_with_contract, pass, pay, transactions,
    },
    until,
};
use serde_json::json;
use shop_chain::ethereum::escrow::Key;
use shop_core::escrow::Account;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const ETHER: u128 = 1_000_000_000_000_000_000;
/// Tip of an order: less than a twentieth of its price.
const TIP: u128 = ETHER / 100;

/// An attestor that keeps, and the chain and home of the orders that it looks after.
struct Keeping {
    anvil: Arc<Anvil>,
    home: EscrowHome,
    attestor: Attestor,
    keeper: Account,
    _folder: tempfile::TempDir,
}

impl Keeping {
    /// Makes all of it. The attestor is among those of the orders, and does not run yet.
    fn new() -> Self {
        let anvil = Arc::new(chain_with_contract());
        let home = EscrowHome::new(&anvil);
        let carrier = CarrierServer::start();
        let folder = tempfile::tempdir().unwrap();
        let key = Key::from_bytes(&[41; 32]).unwrap();
        let attestor = Attestor::new(folder.path(), "north", &anvil, &carrier).with_key(&key);
        let keeper = attestor.turn_keeper_on();
        pay(&anvil, keeper, ETHER);
        Self { anvil, home, attestor, keeper, _folder: folder }
    }

    /// Makes order `n`, paid, with a tip, and brings it to the keeper.
    fn order(&self, n: usize, tip: u128) -> EscrowOrder {
        let order = self.home.order_with(&self.anvil, n, |terms| terms.keeper_tip = tip);
        order.pay(&self.anvil);
        assert_eq!(self.attestor.bring(&order.statement), 200);
        order
    }

    /// Lets days pass, so that each attestor's turn has come, and starts the keeper again.
    fn pass(&mut self, days: u64) {
        pass(&self.anvil, days * DAY + HOUR);
        self.attestor.kill();
        self.attestor.start(0);
    }

    /// Waits until an account has this, and lets blocks pass meanwhile.
    fn becomes(&self, account: Account, wei: u128) {
        until("the money arrives", || (balance(&self.anvil, account) == wei).then_some(()));
    }
}

/// The seller does nothing more after the report, and is paid; the keeper earns the tip.
#[test]
fn keeper_finalizes_for_the_tip() {
    let mut all = Keeping::new();
    all.attestor.start(0);
    let order = all.order(0, TIP);
    all.home.json(&[
        "ship",
        "K7Q2-9FXD",
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--without-attestors",
        "--accept",
        "most_tip",
        "--yes",
        "--json",
    ]);
    order.attest(&all.anvil);
    all.attestor.bring(&order.statement);
    let before = balance(&all.anvil, all.keeper);
    all.pass(5);
    all.becomes(order.statement.terms.seller, PRICE - TIP);
    assert!(balance(&all.anvil, all.keeper) > before, "the tip is more than the fee");
    assert_eq!(transactions(&all.anvil, all.keeper), 1);
    // Once it is deep, the order is forgotten.
    all.anvil.mine(20);
    all.pass(1);
    until("the keeper has forgotten the order", || {
        all.anvil.mine(1);
        (all.attestor.kept() == 0).then_some(())
    });
}

/// The buyer has no key and did nothing but bring the statement.
#[test]
fn keeper_refunds_an_unshipped_order_and_leaves_what_costs_more() {
    let mut all = Keeping::new();
    all.attestor.start(0);
    let poor = all.order(0, 1);
    let paying = all.order(1, TIP);
    assert_eq!(all.attestor.kept(), 2);
    let refund_to = paying.statement.terms.refund_to;
    all.pass(5);
    all.becomes(refund_to, PRICE - TIP);
    all.anvil.mine(20);
    all.pass(1);
    until("the keeper has looked at all", || {
        all.anvil.mine(1);
        (all.attestor.kept() == 1).then_some(())
    });
    assert_eq!(balance(&all.anvil, poor.statement.vault), PRICE, "a tip of 1 wei pays nobody");
    assert_eq!(transactions(&all.anvil, all.keeper), 1);
}

/// The node loses what it is given, and then the power fails.
/// The transaction that was written down is sent, and no other.
#[test]
fn killed_keeper_sends_what_it_had_signed() {
    let mut all = Keeping::new();
    let loses = Arc::new(AtomicBool::new(true));
    let lost = Arc::new(AtomicBool::new(false));
    let node = {
        let anvil = Arc::clone(&all.anvil);
        let loses = Arc::clone(&loses);
        let lost = Arc::clone(&lost);
        Responder::new(move |_, question| {
            let method = question["method"].as_str().unwrap();
            let is_sent = method == "eth_sendRawTransaction";
            let told = if is_sent && loses.load(Ordering::SeqCst) {
                lost.store(true, Ordering::SeqCst);
                json!(null)
            } else {
                anvil.ask(method, &question["params"])
            };
            json!({ "jsonrpc": "2.0", "id": question["id"], "result": told })
        })
    };
    all.attestor.set(&all.anvil.url(), &node.url());
    all.attestor.start(0);
    let order = all.order(0, TIP);
    all.pass(5);
    until("the node loses a transaction", || lost.load(Ordering::SeqCst).then_some(()));
    all.attestor.kill();
    loses.store(false, Ordering::SeqCst);
    assert_eq!(transactions(&all.anvil, all.keeper), 0);
    // Fees have moved meanwhile: what is sent is the one that was signed before.
    all.anvil.mine(3);
    all.attestor.start(0);
    all.becomes(order.statement.terms.refund_to, PRICE - TIP);
    assert_eq!(transactions(&all.anvil, all.keeper), 1);
}
