//! Two chains, and a token on the first: what is read of one says nothing of the other.

use super::sample::*;
use crate::{ClaimState, ClockCheck, Db, DbError, Networks, NewOrder};
use shop_core::{
    invoice::Invoice,
    money::{Amount, AssetId},
    order_status::RetentionPolicy,
    pay_to::{Matching, Offer, PayTo},
    view::{BlockHash, ChainIdentity, ChainUpdate, Confirmations, Height, Transfer, TransferId},
};

const BTC: AssetId = AssetId::BTC;
const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 60, paid_hours: 200 };

fn usdc() -> AssetId {
    AssetId::token(ETH.chain(), "0xA0b8", "USDC", 6, 6).unwrap()
}

/// Returns order `n` of 5,000 smallest units of an asset, at an address of its own.
fn order_in(n: u64, asset: AssetId) -> NewOrder {
    let pay_to = PayTo::new(asset, &format!("demo-pool-{n}")).unwrap();
    let due = Amount::new(asset, 5_000);
    let offer = Offer { pay_to, due, matching: Matching::PayTo };
    let invoice = Invoice::open(offer, Confirmations(NEEDS), at(EXPIRES)).unwrap();
    NewOrder { invoice, ..pooled(n) }
}

fn paid(id: &str, order: &NewOrder, height: u64) -> Transfer {
    let pay_to = order.invoice.pay_to().clone();
    let amount = order.invoice.due();
    Transfer { id: TransferId(id.into()), pay_to, amount, block: Some(block(height)) }
}

/// Opens a shop that is paid on both chains, and places an order in each asset.
async fn open(db: Db) -> (TestDb, [NewOrder; 3]) {
    let desk = TestDb::new(db);
    let both = Networks::from_iter([(ETH.chain(), 1), (BTC.chain(), 2)]);
    desk.db.begin_chains(both).await.unwrap();
    for (asset, chain_id) in [(ETH, 1), (BTC, 2)] {
        let genesis = BlockHash([u8::try_from(chain_id).unwrap(); 32]);
        let told = ChainIdentity { chain_id, genesis };
        desk.db.follow(asset.chain(), told).await.unwrap();
    }
    let orders = [order_in(1, ETH), order_in(2, usdc()), order_in(3, BTC)];
    for order in &orders {
        desk.place(order).await;
    }
    desk.deliver_all().await;
    (desk, orders)
}

async fn words(desk: &TestDb, orders: &[NewOrder; 3]) -> [&'static str; 3] {
    let [ether, token, bitcoin] = orders;
    [desk.word(ether).await, desk.word(token).await, desk.word(bitcoin).await]
}

pub async fn coin_and_token_are_paid_in_the_blocks_of_one_chain(db: Db) {
    let (desk, orders) = open(db).await;
    let both = vec![paid("t1", &orders[0], 1), paid("t2", &orders[1], 1)];
    desk.db.apply_update(ETH.chain(), blocks(1..=3, both), NOW).await.unwrap();
    assert_eq!(words(&desk, &orders).await, ["settled", "settled", "awaiting"]);
    let watched = desk.db.watched(ETH.chain()).await.unwrap().pay_tos;
    let pay_tos = orders[..2].iter().map(|order| order.invoice.pay_to().clone());
    assert_eq!(watched, pay_tos.collect());
    assert_eq!(desk.record(&orders[1]).await.invoice.due().to_string(), "0.005 USDC");
}

/// Blocks of the same heights, and the same transaction id.
pub async fn reorg_of_one_chain_leaves_the_other(db: Db) {
    let (desk, orders) = open(db).await;
    let ether = vec![paid("t1", &orders[0], 1)];
    desk.db.apply_update(ETH.chain(), blocks(1..=3, ether), NOW).await.unwrap();
    let bitcoin = vec![paid("t1", &orders[2], 1)];
    desk.db.apply_update(BTC.chain(), blocks(1..=3, bitcoin), NOW).await.unwrap();
    assert_eq!(words(&desk, &orders).await, ["settled", "awaiting", "settled"]);
    desk.db.apply_update(BTC.chain(), reorg(1..=4, vec![]), NOW).await.unwrap();
    assert_eq!(words(&desk, &orders).await, ["settled", "awaiting", "reversed"]);
    assert_eq!(desk.db.chain(ETH.chain()).await.unwrap().len(), 3);
    assert_eq!(desk.db.chain(BTC.chain()).await.unwrap().len(), 4);
    desk.db.claim(&orders[1].lookup, "aa").await.unwrap();
    assert_eq!(desk.db.pending_claims(ETH.chain()).await.unwrap().len(), 1);
    assert!(desk.db.pending_claims(BTC.chain()).await.unwrap().is_empty());
}

/// The other has no new blocks for days: what was paid there may stand in one not read yet.
pub async fn each_chain_has_its_own_clock(db: Db) {
    let (desk, orders) = open(db).await;
    let late = EXPIRES + 500;
    desk.db.apply_update(BTC.chain(), blocks(1..=1, vec![]), NOW).await.unwrap();
    let newest = ChainUpdate { blocks: vec![block_at(0, 1, late)], ..ChainUpdate::default() };
    desk.db.apply_update(ETH.chain(), newest, at(late)).await.unwrap();
    desk.db.apply_update(BTC.chain(), blocks_of_none(), at(HOUR + 24)).await.unwrap();
    assert_eq!(words(&desk, &orders).await, ["expired", "expired", "awaiting"]);
    let purged = desk.db.purge(at(late), TERMS).await.unwrap();
    assert_eq!(purged.orders, 2, "those of the chain that goes on");
    assert_eq!(purged.clock(ETH.chain()), ClockCheck::Agrees);
    assert_eq!(purged.clock(BTC.chain()), ClockCheck::Ahead(late - HOUR));
}

pub async fn transfer_of_another_chain_is_refused(db: Db) {
    let (desk, orders) = open(db).await;
    for (chain, order) in [(BTC, &orders[1]), (ETH, &orders[2])] {
        let told = blocks(1..=1, vec![paid("t1", order, 1)]);
        let refused = desk.db.apply_update(chain.chain(), told, NOW).await;
        assert_eq!(refused.err(), Some(DbError::Mixed));
    }
    assert!(desk.db.chain(ETH.chain()).await.unwrap().is_empty(), "nothing was applied");
    let dropped = ChainUpdate { reorg_from: Some(Height(0)), ..ChainUpdate::default() };
    desk.db.apply_update(BTC.chain(), dropped, NOW).await.unwrap();
    assert_eq!(words(&desk, &orders).await, ["awaiting"; 3]);
}

/// Returns order `n` at one wallet, named by an amount with these digits.
fn at_the_wallet(n: u64, steps: u128, naming: u16) -> NewOrder {
    let pay_to = PayTo::new(BTC, "demo-wallet").unwrap();
    let offer =
        Offer { pay_to, due: Amount::new(BTC, steps), matching: Matching::Amount { naming } };
    let invoice = Invoice::open(offer, Confirmations(NEEDS), at(EXPIRES)).unwrap();
    NewOrder { invoice, ..pooled(n) }
}

/// Exchanges round amounts: what is left to pay of one order is the amount of the other.
pub async fn rest_of_an_order_is_a_rival_on_every_chain(db: Db) {
    let (desk, _) = open(db).await;
    let short = at_the_wallet(11, 5_000_034, 34);
    let near = at_the_wallet(12, 3_000_056, 56);
    desk.place(&short).await;
    desk.place(&near).await;
    let came = |id: &str, steps, height: Option<u64>| Transfer {
        id: TransferId(id.into()),
        pay_to: short.invoice.pay_to().clone(),
        amount: Amount::new(BTC, steps),
        block: height.map(block),
    };
    let part = came("t1", 2_000_034, Some(1));
    desk.db.apply_update(BTC.chain(), blocks(1..=3, vec![part]), NOW).await.unwrap();
    assert_eq!(desk.word(&short).await, "short");
    let rounded = Ok(vec![came("aa", 3_000_000, None)]);
    assert_eq!(desk.claim(&near, "aa", rounded).await, ClaimState::ToReview);
}
