//! Orders whose money waits in the escrow contract.

use super::{other_money::proved, sample::*};
use crate::{
    BalanceClaim, BalanceClaimError, Db, NewEscrow, NewMail, NewOrder, PlaceError, ReleaseError,
};
use shop_core::{
    entropy::{Seeded, bytes},
    escrow::{Account, Closing, Ending, Event, Hash, Tracking},
    invoice::SellerNotice,
    order_status::{Debt, EscrowStep, ForgetRefusal, Phase, RetentionPolicy},
    time::UnixTime,
    view::{BlockAt, ChainUpdate, EscrowKey, EscrowSeen, Height},
};

const CONTRACT: Account = Account([0xc0; 20]);
/// Hours after the end of the offer in which the seller can ship, and the delivery after
/// that.
const SHIP_BY: u64 = EXPIRES + 1 + 5 * 24;
const DELIVER_BY: u64 = SHIP_BY + 60 * 24;
const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 168, paid_hours: 30 * 24 };

/// Returns order `n`, to be paid into escrow.
fn in_escrow(n: u8) -> NewOrder {
    let key = EscrowKey { contract: CONTRACT, id: Hash([n; 32]) };
    let payout = Account([n; 20]);
    let escrow = NewEscrow { key, payout, ship_by: at(SHIP_BY), deliver_by: at(DELIVER_BY) };
    NewOrder { escrow: Some(escrow), ..pooled(u64::from(n)) }
}

fn key(order: &NewOrder) -> EscrowKey {
    order.escrow.as_ref().expect("in escrow").key
}

const fn hour(hours: u64) -> UnixTime {
    UnixTime(hours * 3_600)
}

fn shipped() -> Event {
    Event::Shipped { tracking: Tracking([5; 21]), at: hour(HOUR) }
}

fn delivered() -> Event {
    Event::Delivered { until: hour(HOUR + 120) }
}

const fn closed(ending: Ending, to_seller: u128) -> Event {
    Event::Closed(Closing { ending, to_seller, to_buyer: PRICE - to_seller, fee: 0, tip: 0 })
}

/// Returns an advance of blocks with this event of an order in the first of them.
fn telling(heights: std::ops::RangeInclusive<u64>, order: &NewOrder, event: Event) -> ChainUpdate {
    let block = block(*heights.start());
    let seen = EscrowSeen { key: key(order), block, place: 0, event };
    ChainUpdate { escrow: vec![seen], ..blocks(heights, vec![]) }
}

async fn step(desk: &TestDb, order: &NewOrder) -> EscrowStep {
    desk.record(order).await.facts.escrow.expect("in escrow").step
}

async fn phase(desk: &TestDb, order: &NewOrder) -> Phase {
    desk.record(order).await.status(NOW).phase
}

pub async fn payout_address_is_given_to_one_order(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    let payouts = vec![Account([1; 20]), Account([2; 20])];
    assert_eq!(desk.db.payouts_given(payouts).await.unwrap(), [true, false]);
    let same = NewOrder { escrow: in_escrow(1).escrow, ..in_escrow(2) };
    assert_eq!(desk.db.place(same).await, Err(PlaceError::PayToTaken));
    // The same terms with another payout address cannot be, and are refused all the same.
    let mut twin = in_escrow(3);
    twin.escrow.as_mut().expect("in escrow").key = key(&order);
    assert_eq!(desk.db.place(twin).await, Err(PlaceError::PayToTaken));
    desk.place(&in_escrow(2)).await;
    let record = desk.record(&order).await.escrow.expect("in escrow");
    assert!(record.stored == order.escrow.unwrap() && record.events.is_empty());
}

/// Attestors moved the deadline. It is no step that the seller is told of.
pub async fn moved_deadline_is_the_one_that_counts(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.advance(telling(20..=30, &order, shipped())).await;
    desk.taken().await;
    let until = async || desk.record(&order).await.facts.escrow.expect("in escrow").until;
    assert_eq!(until().await, Some(at(DELIVER_BY).start()));
    let moved = hour(DELIVER_BY + 720);
    desk.advance(telling(31..=45, &order, Event::Extended { until: moved })).await;
    assert_eq!(until().await, Some(moved));
    assert_eq!(step(&desk, &order).await, EscrowStep::Shipped);
    assert!(desk.taken().await.is_empty(), "it is no new step");
    let record = desk.record(&order).await.escrow.expect("in escrow");
    let state = record.history().state_by(at(DELIVER_BY).start());
    assert_eq!(state.until(), Some(moved));
}

pub async fn payout_of_an_unpaid_order_is_free_once_it_is_gone(db: Db) {
    let desk = TestDb::new(db);
    let unpaid = in_escrow(1);
    let paid = in_escrow(2);
    desk.place(&unpaid).await;
    desk.place(&paid).await;
    desk.settle(10, &[&paid]).await;
    desk.advance(telling(20..=30, &paid, closed(Ending::Refunded, 0))).await;
    desk.deliver_all().await;
    desk.mine_at(40, HOUR + 2_000).await;
    desk.db.purge(at(HOUR + 2_000), TERMS).await.unwrap();
    assert!(desk.db.orders().await.unwrap().is_empty());
    let payouts = vec![Account([1; 20]), Account([2; 20])];
    assert_eq!(desk.db.payouts_given(payouts).await.unwrap(), [false, true]);
}

/// The seller could still ship it: a payment that comes late would be paid out there.
pub async fn payout_of_an_order_that_goes_early_is_given_no_more(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.db.cancel(&order.lookup, at(HOUR), pooled(100).mail).await.unwrap();
    desk.mine_at(10, HOUR + 1).await;
    desk.deliver_all().await;
    let soon = RetentionPolicy { unpaid_hours: 1, paid_hours: 1 };
    desk.mine_at(20, EXPIRES + 9).await;
    assert_eq!(desk.db.purge(at(EXPIRES + 9), soon).await.unwrap().orders, 0, "it may be paid");
    desk.db.forget(&order.lookup, at(EXPIRES + 9)).await.unwrap();
    assert!(desk.db.orders().await.unwrap().is_empty());
    let payouts = vec![Account([1; 20])];
    assert_eq!(desk.db.payouts_given(payouts).await.unwrap(), [true]);
    let same = NewOrder { escrow: in_escrow(1).escrow, ..in_escrow(2) };
    assert_eq!(desk.db.place(same).await, Err(PlaceError::PayToTaken));
}

/// An older copy of a database does not know which were given since.
pub async fn payouts_that_may_have_been_given_are_retired(db: Db) {
    let desk = TestDb::new(db);
    let payouts: Vec<Account> = [1, 2, 3].map(|n| Account([n; 20])).to_vec();
    desk.place(&in_escrow(1)).await;
    for _ in 0..2 {
        desk.db.retire_payouts(payouts[..2].to_vec()).await.unwrap();
    }
    assert_eq!(desk.db.payouts_given(payouts).await.unwrap(), [true, true, false]);
    assert_eq!(desk.db.place(in_escrow(2)).await, Err(PlaceError::PayToTaken));
    desk.place(&in_escrow(3)).await;
}

pub async fn escrow_is_followed_and_told_when_it_is_deep(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    let watched = desk.db.watched(ETH.chain()).await.unwrap();
    assert!(watched.pay_tos.contains(order.invoice.pay_to()));
    assert_eq!(watched.escrows.into_iter().collect::<Vec<_>>(), [key(&order)]);
    desk.settle(10, &[&order]).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Paid)]);
    assert_eq!(phase(&desk, &order).await, Phase::Paid);
    desk.advance(telling(20..=21, &order, shipped())).await;
    assert_eq!(step(&desk, &order).await, EscrowStep::Shipped);
    assert!(!desk.record(&order).await.escrow.expect("in escrow").is_deep);
    assert!(desk.taken().await.is_empty(), "two blocks are not deep enough");
    desk.advance(blocks(22..=22, vec![])).await;
    let news = SellerNotice::Escrow(EscrowStep::Shipped);
    assert_eq!(desk.taken().await, [(order.id, news)]);
    assert!(desk.record(&order).await.escrow.expect("in escrow").is_deep);
    desk.advance(telling(30..=40, &order, delivered())).await;
    desk.advance(telling(50..=60, &order, closed(Ending::Finalized, PRICE))).await;
    let told = [EscrowStep::Delivered, EscrowStep::Closed(Ending::Finalized)];
    let told = told.map(|step| (order.id, SellerNotice::Escrow(step)));
    assert_eq!(desk.taken().await, told);
    assert_eq!(phase(&desk, &order).await, Phase::Delivered);
    assert!(!desk.record(&order).await.facts.on_chain.is_checked);
}

pub async fn events_of_a_dropped_branch_are_taken_back(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.advance(telling(20..=22, &order, shipped())).await;
    desk.taken().await;
    // Applied twice it is there once.
    desk.advance(telling(20..=22, &order, shipped())).await;
    assert_eq!(desk.record(&order).await.escrow.expect("in escrow").events.len(), 1);
    assert!(desk.taken().await.is_empty());
    desk.advance(reorg(20..=23, vec![])).await;
    assert_eq!(step(&desk, &order).await, EscrowStep::Open);
    assert_eq!(phase(&desk, &order).await, Phase::Paid);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Escrow(EscrowStep::Open))]);
    // It comes back in a later block.
    let block = block_on(1, 24);
    let seen = EscrowSeen { key: key(&order), block, place: 3, event: shipped() };
    let blocks: Vec<_> = (24..=26).map(|height| block_on(1, height)).collect();
    desk.advance(ChainUpdate { blocks, escrow: vec![seen], ..blocks_of_none() }).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Escrow(EscrowStep::Shipped))]);
}

pub async fn reorg_half_read_tells_nothing_of_escrow(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.advance(telling(20..=22, &order, shipped())).await;
    desk.taken().await;
    desk.advance(ChainUpdate { blocks_behind: 2, ..reorg(20..=21, vec![]) }).await;
    let block = block_on(1, 22);
    let seen = EscrowSeen { key: key(&order), block, place: 0, event: shipped() };
    let blocks = vec![block, block_on(1, 23)];
    desk.advance(ChainUpdate { blocks, escrow: vec![seen], ..blocks_of_none() }).await;
    assert!(desk.taken().await.is_empty(), "it is there again, if not as deep");
    assert_eq!(step(&desk, &order).await, EscrowStep::Shipped);
    desk.advance(ChainUpdate { blocks: vec![block_on(1, 24)], ..blocks_of_none() }).await;
    assert!(desk.taken().await.is_empty());
    assert!(desk.record(&order).await.escrow.expect("in escrow").is_deep);
}

pub async fn wrong_amounts_in_escrow_are_nobodys_debt(db: Db) {
    let desk = TestDb::new(db);
    let over = in_escrow(1);
    let under = in_escrow(2);
    desk.place(&over).await;
    desk.place(&under).await;
    let much = transfer("t1", over.invoice.pay_to(), 2 * PRICE, Some(block(10)));
    let little = transfer("t2", under.invoice.pay_to(), PRICE - 1, Some(block(10)));
    desk.advance(blocks(10..=12, vec![much, little])).await;
    assert_eq!(desk.taken().await, [(over.id, SellerNotice::Paid)]);
    desk.mine_at(13, EXPIRES + 2).await;
    assert!(desk.taken().await.is_empty(), "the contract sends it back");
    for order in [&over, &under] {
        let status = desk.record(order).await.status(at(EXPIRES + 2));
        assert!(status.debt == Debt::None && !status.can_be_refunded);
        assert_eq!(status.can_forget, Err(ForgetRefusal::Unsettled));
    }
    assert_eq!(phase(&desk, &over).await, Phase::Paid);
}

pub async fn shipment_proves_a_payment_that_nobody_saw(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.advance(telling(10..=20, &order, shipped())).await;
    assert_eq!(phase(&desk, &order).await, Phase::Sent);
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Escrow(EscrowStep::Shipped))]);
    let until = desk.record(&order).await.status(NOW).keep_until(TERMS);
    assert!(until > at(DELIVER_BY), "its record is kept while it runs");
}

pub async fn escrow_keeps_its_order_until_it_is_closed(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    desk.advance(telling(20..=30, &order, shipped())).await;
    desk.deliver_all().await;
    // Long after the time of other paid orders, and before the deadline for deliveries is over.
    desk.mine_at(31, HOUR + 800).await;
    desk.db.purge(at(HOUR + 800), TERMS).await.unwrap();
    assert_eq!(desk.db.orders().await.unwrap().len(), 1);
    desk.advance_at(
        HOUR + 900,
        ChainUpdate {
            blocks: (32..=40).map(|height| block_at(0, height, HOUR + 900)).collect(),
            escrow: vec![EscrowSeen {
                key: key(&order),
                block: block_at(0, 32, HOUR + 900),
                place: 0,
                event: closed(Ending::Refunded, 0),
            }],
            ..blocks_of_none()
        },
    )
    .await;
    assert_eq!(phase(&desk, &order).await, Phase::Refunded);
    desk.deliver_all().await;
    desk.db.purge(at(HOUR + 900), TERMS).await.unwrap();
    assert!(desk.db.orders().await.unwrap().is_empty());
}

pub async fn proved_balance_counts_what_no_transfer_explains(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    let part = transfer("t1", order.invoice.pay_to(), PRICE / 4, Some(block(10)));
    desk.advance(blocks(10..=12, vec![part])).await;
    let balance = proved;
    let judge = |found| desk.db.judge_balance(order.id, found, NOW);
    assert!(judge(balance(PRICE, block(12))).await.unwrap(), "nobody asked");
    assert_eq!(desk.word(&order).await, "short");
    desk.db.claim_balance(&order.lookup).await.unwrap();
    assert_eq!(desk.db.claim_balance(&order.lookup).await, Err(BalanceClaimError::Waiting));
    let pending = desk.db.pending_balances(ETH.chain()).await.unwrap();
    assert!(pending.len() == 1 && pending[0].pay_to == *order.invoice.pay_to());
    assert!(!judge(balance(PRICE, block_on(1, 12))).await.unwrap(), "a block that was not read");
    assert!(judge(balance(PRICE, block(12))).await.unwrap());
    assert_eq!(desk.word(&order).await, "confirming");
    assert!(desk.db.pending_balances(ETH.chain()).await.unwrap().is_empty());
    desk.advance(blocks(13..=14, vec![])).await;
    assert_eq!(desk.word(&order).await, "settled");
    assert_eq!(desk.db.claim_balance(&order.lookup).await, Err(BalanceClaimError::Paid));
    // The block of the proof is gone, and so is what it proved.
    desk.advance(reorg(12..=15, vec![])).await;
    assert_eq!(desk.word(&order).await, "reversed");
}

pub async fn balance_is_asked_for_six_times_at_most(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.advance(blocks(10..=10, vec![])).await;
    let nothing = proved(0, block(10));
    for asked in 1..=BalanceClaim::MOST {
        desk.db.claim_balance(&order.lookup).await.unwrap();
        assert!(desk.db.judge_balance(order.id, nothing, NOW).await.unwrap());
        let claim = desk.record(&order).await.balance;
        assert_eq!(claim, BalanceClaim { asked, is_asking: false });
    }
    assert_eq!(desk.db.claim_balance(&order.lookup).await, Err(BalanceClaimError::TooMany));
    assert_eq!(desk.word(&order).await, "awaiting");
}

pub async fn release_is_passed_on_once(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(10, &[&order]).await;
    let mail = |n: u8| NewMail { message_id: format!("release-{n}@test"), bytes: vec![n] };
    desk.db.release_escrow(&order.lookup, mail(1)).await.unwrap();
    let again = desk.db.release_escrow(&order.lookup, mail(2)).await;
    assert_eq!(again, Err(ReleaseError::Told));
    assert!(desk.record(&order).await.escrow.expect("in escrow").release_told);
    desk.advance(telling(20..=30, &order, closed(Ending::Released, PRICE))).await;
    let closed = desk.db.release_escrow(&order.lookup, mail(3)).await;
    assert_eq!(closed, Err(ReleaseError::Closed));
    let mails = desk.db.outbox(99).await.unwrap();
    let sealed = mails.iter().filter(|mail| mail.message_id.starts_with("release-"));
    assert_eq!(sealed.count(), 1);
}

pub async fn events_read_late_are_followed_too(db: Db) {
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    let unread = vec![shop_core::view::Height(10)];
    desk.advance(ChainUpdate { logs_unread: unread, ..blocks(10..=20, vec![]) }).await;
    let seen = EscrowSeen { key: key(&order), block: block(10), place: 0, event: shipped() };
    let logs = shop_core::view::BlockLogs { transfers: vec![], escrow: vec![seen] };
    desk.db.logs_read(ETH.chain(), block(10), logs, NOW).await.unwrap();
    assert_eq!(step(&desk, &order).await, EscrowStep::Shipped);
    desk.advance(blocks(21..=21, vec![])).await;
    assert_eq!(desk.taken().await, [(order.id, SellerNotice::Escrow(EscrowStep::Shipped))]);
}

/// Blocks come and go at random, each perhaps told twice; what is left decides.
pub async fn events_left_on_the_chain_decide_whatever_came_and_went(db: Db) {
    const EVENTS: [fn() -> Event; 4] =
        [shipped, delivered, || closed(Ending::Finalized, PRICE), || closed(Ending::Ruled, 7)];
    let desk = TestDb::new(db);
    let order = in_escrow(1);
    desk.place(&order).await;
    desk.settle(1, &[&order]).await;
    desk.taken().await;
    let source = Seeded::new(7);
    let dice = |sides: u8| {
        let [thrown] = bytes::<1>(&source);
        thrown % sides
    };
    let mut chain: Vec<(BlockAt, Vec<EscrowSeen>)> = Vec::new();
    let mut told = EscrowStep::Open;
    for round in 0..120u8 {
        let from = 1 + u64::from(NEEDS) + chain.len() as u64;
        let gone = if dice(3) == 0 { usize::from(dice(5)).min(chain.len()) } else { 0 };
        let start = from - gone as u64;
        let reorg_from = (gone > 0).then_some(Height(start));
        chain.truncate(chain.len() - gone);
        let mut update = ChainUpdate { reorg_from, ..blocks_of_none() };
        for height in start..start + gone as u64 + 1 + u64::from(dice(3)) {
            let block = block_on(round + 1, height);
            let events = (0..u32::from(dice(3))).map(|place| EscrowSeen {
                key: key(&order),
                block,
                place,
                event: EVENTS[usize::from(dice(4))](),
            });
            let events: Vec<_> = events.collect();
            update.blocks.push(block);
            update.escrow.extend(&events);
            chain.push((block, events));
        }
        for _ in 0..=dice(2) {
            desk.advance(update.clone()).await;
            update.reorg_from = None;
        }
        let left: Vec<_> = chain.iter().flat_map(|(_, events)| events.clone()).collect();
        let record = desk.record(&order).await;
        let kept = record.escrow.expect("in escrow");
        assert_eq!(kept.events, left, "round {round}");
        let step_of = |state| EscrowStep::from(&state);
        let state = kept.history().state_by(at(DELIVER_BY).start());
        assert_eq!(step(&desk, &order).await, step_of(state));
        for (_, notice) in desk.taken().await {
            let SellerNotice::Escrow(step) = notice else { panic!("{notice:?}") };
            told = step;
        }
    }
    let from = 1 + u64::from(NEEDS) + chain.len() as u64;
    let blocks = (from..from + 5).map(|height| block_on(0, height)).collect();
    desk.advance(ChainUpdate { blocks, ..blocks_of_none() }).await;
    for (_, notice) in desk.taken().await {
        let SellerNotice::Escrow(step) = notice else { panic!("{notice:?}") };
        told = step;
    }
    assert_eq!(told, step(&desk, &order).await, "the last that was told is so");
}
