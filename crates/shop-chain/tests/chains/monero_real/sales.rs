//! Payments as buyers make them, next to what the seller's view-only wallet says.

use super::bench::{Money, Real};
use crate::{
    monerod::Wallet,
    suite::{Reader, TestChain},
};
use serde_json::{Value, json};
use shop_chain::LookUp;
use shop_core::{
    invoice::{Invoice, State},
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    time::CoarseTime,
    view::Confirmations,
};
use std::sync::Arc;

/// Number of subaddresses that are compared.
const COMPARED: u32 = 25;

/// An output as both sides tell it: its key, the subaddress, and the units.
type Told = (String, String, u64);

/// Returns the seller's view-only wallet.
fn view_only(money: &Money) -> Wallet {
    let wallet = Wallet::start(&money.programs, &money.node);
    let params = json!({
        "filename": "view",
        "password": "",
        "address": money.seller.address,
        "viewkey": money.seller.view_key,
        "restore_height": 0,
    });
    wallet.ask("generate_from_keys", params);
    wallet.ask("auto_refresh", json!({ "enable": false }));
    wallet
}

/// Returns the subaddresses of a wallet with numbers from 1 to [`COMPARED`].
fn subaddresses(wallet: &Wallet) -> Vec<String> {
    let made = |_| {
        let made = wallet.ask("create_address", json!({ "account_index": 0 }));
        made["address"].as_str().expect("an address").to_owned()
    };
    (0..COMPARED).map(made).collect()
}

/// Returns all outputs that the wallet saw.
fn outputs(wallet: &Wallet) -> Vec<Told> {
    wallet.refresh();
    let addresses = wallet.ask("get_address", json!({ "account_index": 0 }));
    let address = |index: &Value| {
        let all = addresses["addresses"].as_array().expect("a list");
        let one = all.iter().find(|one| one["address_index"] == *index).expect("a known one");
        one["address"].as_str().expect("an address").to_owned()
    };
    let params = json!({ "transfer_type": "all", "account_index": 0 });
    let told = wallet.ask("incoming_transfers", params);
    let told = told["transfers"].as_array().cloned().unwrap_or_default();
    let output = |one: &Value| {
        let key = one["pubkey"].as_str().expect("a key").to_owned();
        let units = one["amount"].as_u64().expect("a number");
        (key, address(&one["subaddr_index"]["minor"]), units)
    };
    sorted(told.iter().map(output))
}

fn sorted(told: impl Iterator<Item = Told>) -> Vec<Told> {
    let mut told: Vec<Told> = told.collect();
    told.sort_unstable();
    told
}

/// Returns the payments to these pay-tos that a reader knows.
fn seen(reader: &Reader, pay_tos: &[&PayTo]) -> Vec<Told> {
    let of_one = |to: &&PayTo| {
        let address = to.as_str().to_owned();
        let payments = reader.payments(to).into_iter();
        let told = move |(id, amount, _): (_, Amount, _)| {
            let shop_core::view::TransferId(key) = id;
            (key, address.clone(), u64::try_from(amount.units()).expect("few"))
        };
        payments.map(told).collect::<Vec<_>>()
    };
    sorted(pay_tos.iter().flat_map(of_one))
}

/// Buyers pay addresses that the seller's wallet would have given.
pub(crate) fn subaddresses_are_those_of_the_wallet(money: &Arc<Money>) {
    let ours = money.account.subaddresses(1..COMPARED + 1);
    let ours: Vec<&str> = ours.iter().map(PayTo::as_str).collect();
    assert_eq!(ours, subaddresses(&view_only(money)));
}

/// Two equal payments, and three outputs of one transaction: each is an output of the wallet.
/// Each is found by the id that the buyer names.
pub(crate) async fn payments_are_told_as_the_wallet_tells_them(money: &Arc<Money>) {
    let mut bench = Real::new(money);
    let to = [bench.pay_to(), bench.pay_to(), bench.pay_to()];
    let all = [&to[0], &to[1], &to[2]];
    let mut reader = Reader::new(&bench, &all);
    reader.catch_up().await;
    let equal = [bench.pay_all(&[(&to[0], 700)]), bench.pay_all(&[(&to[1], 700)])];
    let several = bench.pay_all(&[(&to[2], 5), (&to[0], 7), (&to[2], 9)]);
    reader.catch_up().await;
    let waiting: Vec<usize> = to.iter().map(|to| reader.waiting(to)).collect();
    assert_eq!((waiting, seen(&reader, &all)), (vec![2, 1, 2], vec![]), "they wait");
    bench.mine_now(1);
    reader.catch_up().await;
    let waiting: usize = to.iter().map(|to| reader.waiting(to)).sum();
    assert_eq!(waiting, 0);
    let ours = seen(&reader, &all);
    assert_eq!(ours.len(), 5);
    let wallet = view_only(money);
    subaddresses(&wallet);
    let addresses: Vec<&str> = to.iter().map(PayTo::as_str).collect();
    let mut theirs = outputs(&wallet);
    theirs.retain(|(_, address, _)| addresses.contains(&address.as_str()));
    assert_eq!(ours, theirs);
    for (txid, outputs) in [(&equal[0], 1), (&equal[1], 1), (&several, 3)] {
        let LookUp::Found(found) = reader.look_up(txid).await else { panic!("it pays us") };
        assert_eq!(found.len(), outputs);
    }
}

/// Returns what an order over `due` that ended in an hour is after this was paid for it.
async fn judged(bench: &mut Real, paid: &[u64], due: u64, ends: CoarseTime) -> State {
    let to = bench.pay_to();
    let amount = |units: u64| Amount::new(AssetId::XMR, u128::from(units));
    let offer = Offer { pay_to: to.clone(), due: amount(due), matching: Matching::PayTo };
    let invoice = Invoice::open(offer, Confirmations(2), ends).expect("something is due");
    let mut reader = Reader::new(bench, &[&to]);
    reader.catch_up().await;
    for units in paid {
        bench.pay_all(&[(&to, *units)]);
    }
    bench.mine_now(2);
    reader.catch_up().await;
    let now = CoarseTime::from_hours(0);
    let judged = invoice.assess(&reader.view(&to), now).expect("it adds up");
    judged.next().state()
}

/// Less than is due, more than is due, in two parts, and after the offer ended.
pub(crate) async fn orders_are_paid_short_over_and_late(money: &Arc<Money>) {
    let mut bench = Real::new(money);
    let amount = |units: u64| Amount::new(AssetId::XMR, u128::from(units));
    let far = CoarseTime::from_hours(u64::MAX);
    let past = CoarseTime::from_hours(1);
    let cases = [
        (vec![999], far, State::Underpaid { paid: amount(999) }),
        (vec![1_001], far, State::Overpaid { paid: amount(1_001) }),
        (vec![400, 600], far, State::Settled { paid: amount(1_000) }),
        (vec![1_000], past, State::Late { paid: amount(1_000) }),
    ];
    for (paid, ends, wanted) in cases {
        assert_eq!(judged(&mut bench, &paid, 1_000, ends).await, wanted);
    }
}

/// A shop that does not read the pool sees a payment once it is in a block.
pub(crate) async fn nothing_waits_unless_the_pool_is_read(money: &Arc<Money>) {
    let mut bench = Real::new(money);
    bench.reads_pool = false;
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay_all(&[(&to, 3)]);
    reader.catch_up().await;
    assert_eq!(reader.waiting(&to), 0);
    bench.mine_now(1);
    reader.catch_up().await;
    assert_eq!(reader.payments(&to).len(), 1);
}

/// Newer wallets and nodes refuse to lock money: then the chain in memory alone tests it.
#[expect(clippy::print_stderr, reason = "whoever runs the tests has to know")]
pub(crate) async fn locked_money_is_no_payment(money: &Arc<Money>) {
    let mut bench = Real::new(money);
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    if let Err(refusal) = bench.pay_locked(&to, 5, 400_000_000) {
        assert!(refusal.contains("unlock"), "{refusal}");
        eprintln!("LEFT OUT: locked money; this wallet refuses to make it: {refusal}");
        return;
    }
    bench.mine_now(2);
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
}
