//! Money of another asset than the order asks for, and balances at the address of an order.

use super::sample::{
    ETH, FLOOR, HOUR, NOW, PRICE, TestDb, at, block, block_on, blocks, named, payment, pooled,
    reorg, transfer,
};
use crate::{
    BalanceClaim, BalanceClaimError, Db, EventError, ForgetError, NewOrder, OrderSummary,
    PaymentPolicy,
};
use shop_core::{
    invoice::{Invoice, SellerNotice},
    money::{Amount, AssetId},
    order_status::{Debt, EventKind, RetentionPolicy},
    pay_to::{Matching, Offer, PayTo},
    view::{BalanceAt, BlockAt, Confirmations, Height, Transfer, TransferId},
};
use std::sync::Arc;

const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 10, paid_hours: 100 };

fn token(code: &str) -> AssetId {
    AssetId::token(ETH.chain(), &format!("0x{code}"), code, 6, 6).unwrap()
}

fn usdc() -> AssetId {
    token("USDC")
}

fn usdt() -> AssetId {
    token("USDT")
}

/// Returns a shop that knows Ether and two tokens, and ignores less than 0.05 of these.
fn desk(db: Db) -> TestDb {
    let desk = TestDb::new(db);
    let policy =
        |ignore_below| PaymentPolicy { ignore_below, pool: Arc::default(), releases: true };
    let tokens = [usdc(), usdt()].map(|asset| policy(Amount::new(asset, 50_000)));
    let policies: Vec<_> = tokens.into_iter().chain([policy(FLOOR)]).collect();
    TestDb { db: desk.db.clone().with_policies(policies.into()), letters: desk.letters }
}

/// Returns an order of 25 USDC and a bit, at its own address or at one that orders share.
fn in_usdc(n: u64, naming: Option<u16>) -> NewOrder {
    let order = pooled(n);
    let text = naming.map_or_else(|| format!("demo-pool-{n}"), |_| "demo-wallet".to_owned());
    let matching = naming.map_or(Matching::PayTo, |naming| Matching::Amount { naming });
    let due = Amount::new(usdc(), 25_000_000 + u128::from(naming.unwrap_or(0)));
    let offer = Offer { pay_to: PayTo::new(usdc(), &text).unwrap(), due, matching };
    let invoice = Invoice::open(offer, Confirmations(3), order.invoice.expires()).unwrap();
    NewOrder { invoice, ..order }
}

/// Returns money of this asset at the address of an order.
fn money(id: &str, order: &NewOrder, asset: AssetId, units: u128, at: BlockAt) -> Transfer {
    let pay_to = order.invoice.pay_to().with_asset(asset);
    let amount = Amount::new(asset, units);
    Transfer { id: TransferId(id.to_owned()), pay_to, amount, block: Some(at) }
}

async fn listed(desk: &TestDb, order: &NewOrder) -> OrderSummary {
    let orders = desk.db.orders().await.unwrap();
    orders.into_iter().find(|listed| listed.id == order.id).unwrap()
}

async fn owes_other(desk: &TestDb, order: &NewOrder) -> bool {
    listed(desk, order).await.status(NOW).owes_other_money
}

pub async fn money_of_another_asset_pays_nothing_and_is_owed(db: Db) {
    let desk = desk(db);
    let order = in_usdc(1, None);
    desk.place(&order).await;
    let wrong = money("t1:0", &order, usdt(), 25_000_000, block(10));
    desk.advance(blocks(10..=11, vec![wrong])).await;
    let record = desk.record(&order).await;
    assert_eq!(record.other_money, [Amount::new(usdt(), 25_000_000)]);
    assert!(record.transfers.is_empty() && record.status(NOW).can_be_refunded);
    assert_eq!((desk.word(&order).await, owes_other(&desk, &order).await), ("awaiting", false));
    assert_eq!(desk.taken().await, [], "it is not deep enough");
    desk.advance(blocks(12..=12, vec![])).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::OtherMoney)]);
    assert!(owes_other(&desk, &order).await);
    // The right asset settles it, whatever else came.
    let right = money("t2:0", &order, usdc(), order.invoice.due().units(), block(13));
    desk.advance(blocks(13..=15, vec![right])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)], "once is enough");
    let status = listed(&desk, &order).await.status(NOW);
    assert!(status.owes_other_money && status.debt == Debt::None);
    desk.db.add_event(order.id, EventKind::Difference, None).await.unwrap();
    assert!(!owes_other(&desk, &order).await);
}

pub async fn money_of_another_asset_is_taken_back_with_its_block(db: Db) {
    let desk = desk(db);
    let order = pooled(1);
    desk.place(&order).await;
    let wrong = |block| money("t1:0", &order, usdc(), 25_000_000, block);
    desk.advance(blocks(10..=11, vec![wrong(block(10))])).await;
    desk.advance(reorg(10..=12, vec![])).await;
    assert!(desk.record(&order).await.other_money.is_empty());
    assert_eq!(desk.taken().await, []);
    // The other branch takes it up, deep enough, and then loses it after all.
    let blocks = (13..=15).map(|height| block_on(1, height)).collect();
    let mined = vec![wrong(block_on(1, 13))];
    desk.advance(shop_core::view::ChainUpdate { blocks, mined, ..Default::default() }).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::OtherMoney)]);
    assert!(owes_other(&desk, &order).await);
    let reorg_from = Some(Height(13));
    let blocks = (13..=16).map(|height| block_on(2, height)).collect();
    desk.advance(shop_core::view::ChainUpdate { reorg_from, blocks, ..Default::default() }).await;
    assert!(!owes_other(&desk, &order).await);
    assert_eq!(desk.word(&order).await, "awaiting");
}

pub async fn shared_address_knows_other_money_by_the_whole_amount(db: Db) {
    let desk = desk(db);
    let [one, two] = [in_usdc(1, Some(1_234)), in_usdc(2, Some(5_678))];
    let ether = named(3, 7);
    for order in [&one, &two, &ether] {
        desk.place(order).await;
    }
    let wrong = [
        money("exact:0", &two, usdt(), 25_005_678, block(10)),
        // The digits alone name nobody in another asset.
        money("digits:0", &one, usdt(), 9_001_234, block(10)),
        // The number that the order in Ether asks for, in a token with fewer decimals: not the same.
        money("ether:0", &ether, usdt(), PRICE / 1_000_000_000_000, block(10)),
    ];
    desk.advance(blocks(10..=12, wrong.into())).await;
    assert_eq!(desk.taken().await, [(two.id, SellerNotice::OtherMoney)]);
    for (order, sums) in [(&one, 0), (&two, 1), (&ether, 0)] {
        assert_eq!(desk.record(order).await.other_money.len(), sums);
        assert_eq!(desk.word(order).await, "awaiting");
    }
}

/// Whoever wants an address to be seen sends dust to many, or a token of their own.
pub async fn dust_and_tokens_of_nobody_are_no_orders(db: Db) {
    let desk = desk(db);
    let order = in_usdc(1, None);
    desk.place(&order).await;
    let spam = [
        money("dust:0", &order, usdt(), 49_999, block(10)),
        money("spam:0", &order, token("SPAM"), 25_000_000, block(10)),
        money("wei", &order, ETH, FLOOR.units() - 1, block(10)),
    ];
    desk.advance(blocks(10..=12, spam.into())).await;
    assert!(desk.record(&order).await.other_money.is_empty());
    assert_eq!(desk.taken().await, []);
    let more = [
        money("enough:0", &order, usdt(), 50_000, block(13)),
        money("enough", &order, ETH, FLOOR.units(), block(13)),
    ];
    desk.advance(blocks(13..=15, more.into())).await;
    assert_eq!(desk.record(&order).await.other_money.len(), 2);
}

pub async fn other_money_keeps_its_order_until_it_is_given_back(db: Db) {
    let desk = desk(db);
    let order = in_usdc(1, None);
    desk.place(&order).await;
    let refused = desk.db.add_event(order.id, EventKind::Refunded, None).await;
    assert_eq!(refused, Err(EventError::Unseen));
    let wrong = money("t1:0", &order, usdt(), 25_000_000, block(10));
    desk.advance(blocks(10..=12, vec![wrong.clone()])).await;
    desk.deliver_all().await;
    let forgotten = desk.db.forget(&order.lookup, NOW).await;
    assert_eq!(forgotten, Err(ForgetError::Owed));
    let later = HOUR + 24 + 11;
    desk.mine_at(13, later).await;
    desk.db.purge(at(later), TERMS).await.unwrap();
    assert_eq!(desk.db.orders().await.unwrap().len(), 1);
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    assert!(!owes_other(&desk, &order).await);
    let gone = HOUR + 101;
    desk.mine_at(14, gone).await;
    desk.deliver_all().await;
    desk.db.purge(at(gone), TERMS).await.unwrap();
    assert!(desk.db.orders().await.unwrap().is_empty());
    // It came for an order that is gone, and comes for no other.
    desk.advance_at(gone, blocks(15..=15, vec![wrong])).await;
    assert!(desk.db.orders().await.unwrap().is_empty());
}

pub(super) const fn proved(units: u128, block: BlockAt) -> BalanceAt {
    BalanceAt { amount: Amount::new(ETH, units), block, is_all_that_came: true }
}

pub async fn proved_balance_pays_an_order_that_has_its_address_alone(db: Db) {
    let desk = desk(db);
    let order = pooled(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=12, vec![])).await;
    desk.db.claim_balance(&order.lookup).await.unwrap();
    let asking = BalanceClaim { asked: 1, is_asking: true };
    assert_eq!(desk.record(&order).await.balance, asking);
    let pending = desk.db.pending_balances(ETH.chain()).await.unwrap();
    assert!(pending.len() == 1 && pending[0].pay_to == *order.invoice.pay_to());
    assert!(desk.db.judge_balance(order.id, proved(PRICE, block(12)), NOW).await.unwrap());
    assert_eq!(desk.word(&order).await, "confirming");
    desk.advance(blocks(13..=14, vec![])).await;
    assert_eq!(desk.word(&order).await, "settled");
    // Its block is gone, and so is what it proved.
    desk.advance(reorg(12..=15, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
}

/// Money that comes by a log later is not counted twice, and neither is what was seen before.
pub async fn proved_balance_and_transfers_count_once(db: Db) {
    let desk = desk(db);
    let order = pooled(1);
    desk.place(&order).await;
    let half = transfer("t1", order.invoice.pay_to(), PRICE / 2, Some(block(10)));
    desk.advance(blocks(10..=12, vec![half])).await;
    let judge = async |units, height| {
        desk.db.claim_balance(&order.lookup).await.unwrap();
        let found = proved(units, block(height));
        assert!(desk.db.judge_balance(order.id, found, NOW).await.unwrap());
    };
    judge(PRICE / 2, 12).await;
    assert_eq!(desk.word(&order).await, "short", "nothing more came");
    judge(PRICE / 2 + PRICE / 4, 12).await;
    desk.advance(blocks(13..=13, vec![])).await;
    judge(PRICE / 2 + PRICE / 4, 13).await;
    let paid = desk.state(&order).await.paid();
    assert_eq!(paid, Some(Amount::new(ETH, PRICE / 2 + PRICE / 4)));
    let rest = transfer("t2", order.invoice.pay_to(), PRICE / 4, Some(block(14)));
    desk.advance(blocks(14..=18, vec![rest])).await;
    assert_eq!(desk.word(&order).await, "settled");
}

pub async fn balance_that_may_be_another_orders_is_not_asked_for(db: Db) {
    let desk = desk(db);
    let shared = named(1, 7);
    let alone = pooled(2);
    desk.place(&shared).await;
    desk.place(&alone).await;
    desk.advance(blocks(10..=12, vec![])).await;
    let refused = desk.db.claim_balance(&shared.lookup).await;
    assert_eq!(refused, Err(BalanceClaimError::Shared));
    assert_eq!(desk.db.claim_balance(&[9; 32]).await, Err(BalanceClaimError::NoSuchOrder));
    // Something was sent from the address: the seller has used it before.
    desk.db.claim_balance(&alone.lookup).await.unwrap();
    let used = BalanceAt { is_all_that_came: false, ..proved(PRICE, block(12)) };
    assert!(desk.db.judge_balance(alone.id, used, NOW).await.unwrap());
    assert_eq!(desk.word(&alone).await, "awaiting");
    desk.advance(blocks(13..=15, vec![payment("t1", &alone, Some(block(13)))])).await;
    let paid = desk.db.claim_balance(&alone.lookup).await;
    assert_eq!(paid, Err(BalanceClaimError::Paid));
}
