//! Tests that every chain has to pass, one sentence a function.

use super::{Reader, TestChain, found};
use shop_chain::{LookUp, WatchError};
use shop_core::{
    escrow::{Account, Event, Hash},
    invoice::{Invoice, State},
    money::Amount,
    pay_to::{Matching, Offer},
    time::{CoarseTime, UnixTime},
    view::{Confirmations, EscrowKey, Height},
};

/// A coin's worth that is not round, so that nothing else is equal to it by chance.
const UNITS: u128 = 51_990_123;

/// Whoever starts sees the newest block, and no payment of before.
pub(crate) async fn reading_starts_at_the_tip(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    bench.pay(&to, amount).await;
    bench.mine(3).await;
    let mut reader = Reader::new(&bench, &[&to]);
    let first = reader.peek().await;
    assert_eq!((first.blocks.len(), first.reorg_from, first.blocks_behind), (1, None, 0));
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
}

/// Its depth grows with every block.
pub(crate) async fn a_payment_is_seen_with_its_depth(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let txid = bench.pay(&to, amount).await;
    for depth in 1..=3 {
        bench.mine(1).await;
        reader.catch_up().await;
        let seen = (bench.transfer_id(&txid), amount, Confirmations(depth));
        assert_eq!(reader.payments(&to), [seen]);
    }
}

/// A payment that a chain shows while it waits counts as seen and no more.
pub(crate) async fn a_payment_that_waits_has_no_depth(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    assert_eq!(reader.waiting(&to), usize::from(bench.shows_unmined()));
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!((reader.payments(&to).len(), reader.waiting(&to)), (1, 0));
}

/// Payments to others are not told, mined or not.
pub(crate) async fn a_payment_to_somebody_else_is_not_seen(mut bench: impl TestChain) {
    let ours = bench.pay_to();
    let other = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&ours]);
    reader.catch_up().await;
    bench.pay(&other, amount).await;
    reader.catch_up().await;
    bench.mine(2).await;
    reader.catch_up().await;
    assert_eq!((reader.payments(&ours).len(), reader.payments(&other).len()), (0, 0));
}

/// Also in one block, to one pay-to.
pub(crate) async fn two_equal_payments_are_two_transfers(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let first = bench.pay(&to, amount).await;
    let second = bench.pay(&to, amount).await;
    assert_ne!(first, second);
    bench.mine(1).await;
    reader.catch_up().await;
    let amounts: Vec<_> = reader.payments(&to).into_iter().map(|(_, amount, _)| amount).collect();
    assert_eq!(amounts, [amount, amount]);
}

/// In `wallet` mode the last digits name the order: one unit more is another order.
pub(crate) async fn amounts_are_exact_to_the_last_unit(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let exact = [1, 999_999_999, 51_990_000_123_456_789, 51_990_000_123_456_790];
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    for units in exact {
        bench.pay(&to, Amount::new(bench.asset(), units)).await;
    }
    bench.mine(1).await;
    reader.catch_up().await;
    let mut seen: Vec<_> = reader.payments(&to).iter().map(|(_, a, _)| a.units()).collect();
    seen.sort_unstable();
    assert_eq!(seen, exact);
    let last_digits = |units: &u128| units % 1_000_000_000;
    assert_eq!(seen.iter().filter(|units| last_digits(units) == 123_456_789).count(), 1);
}

/// An answer that was lost on the way to the disk is simply asked for again.
pub(crate) async fn reading_twice_from_one_place_says_the_same(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(2).await;
    assert_eq!(reader.peek().await, reader.peek().await);
    reader.catch_up().await;
    let nothing = reader.peek().await;
    assert_eq!((nothing.blocks.len(), nothing.reorg_from, nothing.blocks_behind), (0, None, 0));
}

/// No call reads without bound, and none skips a block.
pub(crate) async fn a_reader_far_behind_catches_up_in_steps(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let step = bench.most_blocks();
    for _ in 0..3 {
        bench.pay(&to, amount).await;
        bench.mine(step).await;
    }
    let first = reader.peek().await;
    assert_eq!((first.blocks.len(), first.blocks_behind), (step as usize, u64::from(step) * 2));
    assert_eq!(reader.catch_up().await, 3);
    let depths: Vec<_> = reader.payments(&to).into_iter().map(|(_, _, depth)| depth.0).collect();
    assert_eq!(depths.iter().sum::<u32>(), step * 6);
}

/// The place is the database's: a new watcher goes on as if nothing had been.
pub(crate) async fn a_reader_resumes_after_a_restart(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(2).await;
    reader.catch_up().await;
    // Paid while the shop was down.
    bench.pay(&to, amount).await;
    bench.mine(1).await;
    reader.restart(&bench);
    reader.catch_up().await;
    let mut depths: Vec<_> = reader.payments(&to).iter().map(|(_, _, depth)| depth.0).collect();
    depths.sort_unstable();
    assert_eq!(depths, [1, 3]);
}

/// And it is the same payment as before, not a second one.
pub(crate) async fn a_reorg_takes_a_payment_back_and_a_re_mine_returns_it(
    mut bench: impl TestChain,
) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    bench.mine(3).await;
    reader.catch_up().await;
    let txid = bench.pay(&to, amount).await;
    bench.mine(2).await;
    reader.catch_up().await;
    let tip = reader.tip();
    let before = reader.payments(&to);
    bench.reorg(3).await;
    reader.catch_up().await;
    assert_eq!(reader.tip(), tip, "the new branch is as long as the old one");
    assert_eq!(reader.payments(&to), []);
    bench.again(&txid).await;
    bench.mine(2).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), before);
}

/// A payment undone while the shop was down is not missed.
pub(crate) async fn a_reorg_while_nobody_read_is_found_after_a_restart(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.mine(2).await;
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(1).await;
    reader.catch_up().await;
    bench.reorg(2).await;
    bench.mine(bench.most_blocks() + 1).await;
    reader.restart(&bench);
    assert_eq!(reader.peek().await.reorg_from.map(|h| h.0 + 1), reader.tip().map(|h| h.0));
    assert_eq!(reader.catch_up().await, 2);
    assert_eq!(reader.payments(&to), []);
}

/// The same money, spent elsewhere on the new branch, never comes.
pub(crate) async fn a_double_spend_takes_a_payment_back_for_good(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let txid = bench.pay(&to, amount).await;
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to).len(), 1);
    bench.double_spend(&txid, 1).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    bench.mine(3).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    assert_eq!(reader.look_up(&txid).await, LookUp::NotFound);
}

/// Blocks and payments of a branch that is wholly gone are not kept.
pub(crate) async fn a_reorg_deeper_than_what_is_remembered_starts_anew(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    bench.mine(3).await;
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(2).await;
    reader.catch_up().await;
    reader.remember_only(2);
    bench.reorg(4).await;
    bench.mine(1).await;
    let dropped = reader.peek().await.reorg_from;
    assert!(dropped.map(|h| h.0 + 1) <= reader.tip().map(|h| h.0), "all that is known is dropped");
    reader.catch_up().await;
    assert_eq!(reader.payments(&to), []);
    bench.pay(&to, amount).await;
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to).len(), 1);
}

/// A node that is behind is behind: neither a shorter chain nor a shorter other branch takes
/// anything back. Only the latter is said.
pub(crate) async fn shorter_chain_takes_nothing_back(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    bench.mine(2).await;
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(2).await;
    reader.catch_up().await;
    let tip = reader.tip().expect("blocks were read");
    let before = reader.payments(&to);
    assert_eq!(before.len(), 1);
    bench.shrink(2).await;
    let shorter = reader.peek().await;
    assert_eq!((shorter.nodes_behind, shorter.contested_from), (2, None));
    reader.catch_up().await;
    bench.mine(1).await;
    let other = reader.peek().await;
    assert_eq!((other.nodes_behind, other.contested_from), (1, Some(Height(tip.0 - 1))));
    reader.catch_up().await;
    assert_eq!((reader.tip(), reader.payments(&to)), (Some(tip), before));
}

/// The other branch counts once it is as high as what was read.
pub(crate) async fn branch_grown_to_the_height_read_takes_a_payment_back(
    mut bench: impl TestChain,
) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    bench.mine(2).await;
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(2).await;
    reader.catch_up().await;
    let tip = reader.tip().expect("blocks were read");
    bench.shrink(2).await;
    reader.catch_up().await;
    bench.mine(2).await;
    let grown = reader.peek().await;
    assert_eq!((grown.reorg_from, grown.contested_from), (Some(Height(tip.0 - 1)), None));
    reader.catch_up().await;
    assert_eq!((reader.tip(), reader.payments(&to)), (Some(tip), vec![]));
}

/// Blocks mined between two calls are not skipped, even when all that was known is gone.
pub(crate) async fn branch_below_all_that_is_known_is_read_without_gaps(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    bench.mine(3).await;
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.shrink(2).await;
    let shorter = reader.peek().await;
    assert_eq!((shorter.nodes_behind, shorter.contested_from), (2, None));
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(3).await;
    reader.catch_up().await;
    assert_eq!(reader.payments(&to).len(), 1);
}

/// A shop that was closed before it read anything still sees what its oldest order was paid.
pub(crate) async fn first_reading_begins_at_the_hour_asked_for(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    bench.mine(1).await;
    bench.pay(&to, amount).await;
    bench.mine(bench.most_blocks()).await;
    let mut reader = Reader::new(&bench, &[&to]);
    let tip_hour = reader.peek().await.blocks.first().expect("the tip").time.hours();
    reader.begin_at(CoarseTime::from_hours(tip_hour - 1));
    reader.catch_up().await;
    assert_eq!(reader.payments(&to).len(), 1);
    reader.restart(&bench);
    assert_eq!(reader.peek().await.blocks.len(), 0, "only while nothing is known");
}

/// The identity stays while blocks come and go.
pub(crate) async fn identity_is_the_same_for_every_watcher(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let reader = Reader::new(&bench, &[&to]);
    let identity = reader.identity().await;
    bench.mine(2).await;
    bench.reorg(1).await;
    let other = Reader::new(&bench, &[&to]);
    assert_eq!(other.identity().await, identity);
}

/// The transfers of one block can be had again, unless it is gone.
pub(crate) async fn block_read_again_tells_its_transfers(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    bench.pay(&to, amount).await;
    bench.mine(1).await;
    reader.catch_up().await;
    let before = reader.view(&to).transfers;
    assert_eq!(reader.read_logs().await.ok().as_ref(), Some(&before));
    bench.reorg(1).await;
    assert!(matches!(reader.read_logs().await, Err(WatchError::Moved)));
}

/// An order's events come with their block, and go with it; those of others are not told.
pub(crate) async fn escrow_event_is_told_and_taken_back_with_its_block(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    let key = |n| EscrowKey { contract: Account([1; 20]), id: Hash([n; 32]) };
    reader.follow_escrow(key(1));
    reader.catch_up().await;
    let event = Event::Extended { until: UnixTime(1_800_000_000) };
    if !bench.tell(key(1), event).await {
        return;
    }
    bench.tell(key(2), event).await;
    bench.mine(2).await;
    reader.catch_up().await;
    assert_eq!(reader.escrow(), [event]);
    bench.reorg(2).await;
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(reader.escrow(), []);
}

/// A report says of every node what it can do.
pub(crate) async fn probe_reports_every_node(mut bench: impl TestChain) {
    bench.mine(3).await;
    for report in bench.watch().probe().await {
        assert!(report.is_reached() && report.block_proved, "{report:?}");
        assert_eq!((report.blocks_behind, report.trouble), (Some(0), None));
    }
}

/// Somebody else's payment is no payment, whoever names it.
pub(crate) async fn a_payment_named_by_its_id_counts_only_to_ours(mut bench: impl TestChain) {
    let ours = bench.pay_to();
    let other = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let reader = Reader::new(&bench, &[&ours]);
    let to_us = bench.pay(&ours, amount).await;
    let to_other = bench.pay(&other, amount).await;
    bench.mine(3).await;
    let transfers = found(reader.look_up(&to_us).await).expect("it pays us");
    let [transfer] = transfers.as_slice() else { panic!("one transfer") };
    let id = bench.transfer_id(&to_us);
    assert_eq!((&transfer.id, &transfer.pay_to, transfer.amount), (&id, &ours, amount));
    assert!(transfer.block.is_some());
    assert_eq!(reader.look_up(&to_other).await, LookUp::NotOurs);
}

/// Neither is said to be ours or not.
pub(crate) async fn an_unknown_or_waiting_transaction_is_not_found(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let amount = Amount::new(bench.asset(), UNITS);
    let reader = Reader::new(&bench, &[&to]);
    let waiting = bench.pay(&to, amount).await;
    for txid in [waiting, bench.unknown_txid(), "no txid".to_owned()] {
        assert_eq!(reader.look_up(&txid).await, LookUp::NotFound, "{txid}");
    }
}

/// The whole way: what the chain says, and what the invoice makes of it.
pub(crate) async fn an_invoice_is_settled_reversed_and_settled_again(mut bench: impl TestChain) {
    let to = bench.pay_to();
    let due = Amount::new(bench.asset(), UNITS);
    let offer = Offer { pay_to: to.clone(), due, matching: Matching::PayTo };
    let far = CoarseTime::from_hours(u64::MAX);
    let mut invoice = Invoice::open(offer, Confirmations(2), far).expect("something is due");
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let txid = bench.pay(&to, due).await;
    let mut judge = |reader: &Reader| {
        let now = CoarseTime::from_hours(0);
        let judged = invoice.clone().assess(&reader.view(&to), now).expect("it adds up");
        invoice = judged.next().clone();
        invoice.state()
    };
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(judge(&reader), State::Confirming { paid: due, have: Confirmations(1) });
    bench.mine(1).await;
    reader.catch_up().await;
    assert_eq!(judge(&reader), State::Settled { paid: due });
    bench.reorg(2).await;
    reader.catch_up().await;
    assert_eq!(judge(&reader), State::Reversed { lost: due });
    bench.again(&txid).await;
    bench.mine(2).await;
    reader.catch_up().await;
    assert_eq!(judge(&reader), State::Settled { paid: due });
}
