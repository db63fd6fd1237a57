//! Tests that what is stored follows from what the chain shows, in whatever order.

use super::*;
use crate::{
    ClaimRefusal, ClaimState,
    suite::sample::{
        ETH, NEEDS, PRICE, TestDb, block_at, named, owes_payment, pooled_again, transfer,
    },
};
use proptest::prelude::*;
use shop_core::{
    invoice::{Fit, Invoice, SellerNotice},
    pay_to::{Offer, PayTo},
    view::{BlockAt, ChainUpdate, Confirmations, Height, Transfer, TransferId, View},
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One thing that happens.
#[derive(Clone, Debug)]
enum Event {
    /// A buyer places an order, at the pool or the wallet; small numbers collide on purpose.
    Place { pooled: bool, n: u64 },
    /// Somebody pays an order, off by this much, or without the steps that name it.
    Pay { order: usize, off: i64, unnamed: bool },
    /// A block is mined with so many of the waiting transfers.
    Mine { transfers: usize },
    /// A number of blocks is replaced by one more than there were; what they held waits again.
    Reorg { depth: usize, spent: bool },
    /// A waiting transfer is spent elsewhere.
    DoubleSpend { which: usize },
    /// The watcher reads at most `most` blocks. The same advance is applied twice now and then.
    Sync { most: usize, twice: bool },
    /// A buyer names a transfer, perhaps somebody else's, and it is looked up.
    Claim { order: usize, which: usize },
    /// Hours pass.
    Wait { hours: u64 },
    /// The mails are delivered, and old orders go.
    Purge,
    /// All of that together, so that an address of the pool is soon nobody's.
    /// Hours pass, a block tells of them, and what is over goes.
    Rest { hours: u64 },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => (any::<bool>(), prop_oneof![0u64..3, 0u64..12])
            .prop_map(|(pooled, n)| Event::Place { pooled, n }),
        4 => (0usize..12, -1i64..2, prop::bool::weighted(0.3))
            .prop_map(|(order, off, unnamed)| Event::Pay { order, off, unnamed }),
        4 => (0usize..4).prop_map(|transfers| Event::Mine { transfers }),
        2 => (1usize..6, prop::bool::weighted(0.2))
            .prop_map(|(depth, spent)| Event::Reorg { depth, spent }),
        1 => (0usize..6).prop_map(|which| Event::DoubleSpend { which }),
        6 => (1usize..8, any::<bool>()).prop_map(|(most, twice)| Event::Sync { most, twice }),
        2 => (0usize..12, 0usize..30).prop_map(|(order, which)| Event::Claim { order, which }),
        2 => prop_oneof![3 => 1u64..30, 1 => 100u64..300].prop_map(|hours| Event::Wait { hours }),
        1 => Just(Event::Purge),
        2 => prop_oneof![25u64..60, 170u64..260].prop_map(|hours| Event::Rest { hours }),
    ]
}

/// The world outside the database.
struct World {
    desk: TestDb,
    now: u64,
    /// The chain as it stands; a block and the names of the transfers in it.
    chain: Vec<(BlockAt, Vec<TransferId>)>,
    branch: u8,
    waiting: Vec<TransferId>,
    /// Every transfer ever made, with no block.
    made: BTreeMap<TransferId, Transfer>,
    placed: Vec<NewOrder>,
    /// Numbers of the orders ever placed: they are drawn for each.
    numbers: u64,
    /// The addresses of the pool that were given, and when the offer of the last order ends.
    given: BTreeMap<PayTo, u64>,
    /// Addresses at which money was seen, whether it stayed or not.
    paid: BTreeSet<PayTo>,
    /// The last letter about each order, which must agree with its record.
    told: HashMap<shop_core::order::OrderId, SellerNotice>,
    /// The orders of which too little was told.
    told_short: BTreeSet<shop_core::order::OrderId>,
    synced: bool,
}

/// Hours that the clock may be ahead of the newest block.
const CLOCK_SLACK: u64 = 48;

const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 5, paid_hours: 40 };

impl World {
    fn new() -> Self {
        Self {
            desk: TestDb::new(Db::sqlite_in_memory().unwrap()),
            now: HOUR,
            chain: vec![(block_at(0, 1, HOUR), vec![])],
            branch: 0,
            waiting: vec![],
            made: BTreeMap::new(),
            placed: vec![],
            numbers: 0,
            given: BTreeMap::new(),
            paid: BTreeSet::new(),
            told: HashMap::new(),
            told_short: BTreeSet::new(),
            synced: false,
        }
    }

    async fn happen(&mut self, event: Event) {
        match event {
            Event::Place { pooled, n } => self.place(pooled, n).await,
            Event::Pay { order, off, unnamed } => self.pay(order, off, unnamed),
            Event::Mine { transfers } => self.mine(transfers),
            Event::Reorg { depth, spent } => self.reorg(depth, spent),
            Event::DoubleSpend { which } => {
                if which < self.waiting.len() {
                    self.waiting.remove(which);
                }
            }
            Event::Sync { most, twice } => self.sync(most, twice).await,
            Event::Claim { order, which } => self.claim(order, which).await,
            Event::Wait { hours } => self.now += hours,
            Event::Rest { hours } => {
                self.now += hours;
                self.mine(0);
                self.sync(usize::MAX, false).await;
                self.desk.deliver_all().await;
                self.desk.db.purge(at(self.now), TERMS).await.unwrap();
            }
            Event::Purge => {
                self.desk.deliver_all().await;
                self.desk.db.purge(at(self.now), TERMS).await.unwrap();
            }
        }
        if !matches!(event, Event::Sync { .. }) {
            self.synced = false;
        }
    }

    async fn place(&mut self, in_pool: bool, n: u64) {
        self.numbers += 1;
        let fresh = pooled(1_000 + self.numbers);
        // As the till does it: an address that was given can only be had with an amount that names the order.
        let given = in_pool && self.given.contains_key(pooled(n).invoice.pay_to());
        let like = match (in_pool, given) {
            (true, false) => pooled(n),
            (true, true) => {
                let naming = 100 + u16::try_from(self.numbers).unwrap();
                pooled_again(self.numbers, n, naming, at(self.now))
            }
            (false, _) => named(n, 77 * u16::try_from(n).unwrap() + 1),
        };
        let due = like.invoice.due();
        let pay_to = like.invoice.pay_to().clone();
        let offer = Offer { pay_to: pay_to.clone(), due, matching: like.invoice.matching() };
        let needs = Confirmations(NEEDS);
        let invoice = Invoice::open(offer, needs, at(self.now + 24)).unwrap();
        let order = NewOrder { invoice, placed: at(self.now), ..fresh };
        match self.desk.db.place(order.clone()).await {
            Ok(()) => {
                if given {
                    self.check_rested(&pay_to).await;
                }
                if in_pool {
                    self.given.insert(pay_to, self.now + 24);
                }
                self.placed.push(order);
            }
            Err(error) => assert_eq!(error, PlaceError::PayToTaken),
        }
    }

    /// Checks that an address given again had rested.
    /// No money was ever seen there, its last offer ended a week of clock and of blocks ago, and
    /// its last order is gone.
    async fn check_rested(&self, pay_to: &PayTo) {
        assert!(!self.paid.contains(pay_to), "given again, and money was seen");
        let read = self.desk.db.chain(ETH.chain()).await.unwrap();
        let read = read.iter().map(|block| block.time.hours()).max().unwrap_or(0);
        assert!(self.given[pay_to] + 7 * 24 < self.now.min(read), "given again too early");
        for order in self.placed.iter().filter(|order| order.invoice.pay_to() == pay_to) {
            let kept = self.desk.db.order(&order.lookup).await.unwrap();
            assert!(kept.is_none(), "given again while an order has it");
        }
    }

    /// Checks that each address of the pool has one order at most, whatever its state.
    /// Two could both take the same money up.
    async fn check_alone(&self) {
        let mut held = BTreeSet::new();
        for order in self.desk.db.orders().await.unwrap() {
            let alone = !self.given.contains_key(&order.pay_to) || held.insert(order.pay_to);
            assert!(alone, "two orders at one address of the pool");
        }
    }

    fn pay(&mut self, order: usize, off: i64, unnamed: bool) {
        let Some(order) = self.placed.get(order) else { return };
        let due = order.invoice.due().units();
        let exact = if off > 0 { due + PRICE } else { due - PRICE / 2 * u128::from(off < 0) };
        let units = if unnamed { PRICE } else { exact };
        let name = format!("{:x}", 0x1000 + self.made.len());
        let made = transfer(&name, order.invoice.pay_to(), units, None);
        self.waiting.push(made.id.clone());
        self.made.insert(made.id.clone(), made);
    }

    fn mine(&mut self, transfers: usize) {
        let height = self.chain.last().map_or(1, |(block, _)| block.height.0 + 1);
        let mined = self.waiting.drain(..transfers.min(self.waiting.len())).collect();
        self.chain.push((block_at(self.branch, height, self.now), mined));
    }

    fn reorg(&mut self, depth: usize, spent: bool) {
        let depth = depth.min(self.chain.len() - 1);
        for (_, transfers) in self.chain.split_off(self.chain.len() - depth) {
            if !spent {
                self.waiting.extend(transfers);
            }
        }
        self.branch = self.branch.wrapping_add(1);
        (0..=depth).for_each(|_| self.mine(0));
    }

    /// Does the work of a watcher: compares what was read with the chain, and reads on.
    async fn sync(&mut self, most: usize, twice: bool) {
        let known = self.desk.db.chain(ETH.chain()).await.unwrap();
        let blocks: Vec<_> = self.chain.iter().map(|(block, _)| *block).collect();
        let fork = known.iter().find(|block| !blocks.contains(block));
        let from = match (fork, known.last()) {
            (Some(fork), _) => fork.height.0,
            (None, Some(tip)) => tip.height.0 + 1,
            (None, None) => 1,
        };
        let unread = blocks.iter().filter(|block| block.height.0 >= from);
        let read: Vec<_> = unread.clone().take(most).copied().collect();
        let behind = (unread.count() - read.len()) as u64;
        let mined =
            self.standing().into_iter().filter(|t| t.block.is_some_and(|b| read.contains(&b)));
        let advance = ChainUpdate {
            reorg_from: fork.map(|fork| Height(fork.height.0)),
            mined: mined.collect(),
            blocks: read,
            unmined: self.waiting.iter().map(|id| self.made[id].clone()).collect(),
            blocks_behind: behind,
            ..ChainUpdate::default()
        };
        let seen = advance.mined.iter().chain(&advance.unmined);
        self.paid.extend(seen.map(|transfer| transfer.pay_to.clone()));
        self.desk.advance_at(self.now, advance.clone()).await;
        self.hear().await;
        if twice {
            let again = self.desk.advance_at(self.now, advance).await;
            assert_eq!((again.changed, again.mails), (0, 0));
            self.hear().await;
        }
        self.synced = behind == 0;
    }

    /// Returns every transfer of the chain as it stands, and every waiting one.
    fn standing(&self) -> Vec<Transfer> {
        let mined = self.chain.iter().flat_map(|(block, transfers)| {
            let block = *block;
            transfers.iter().map(move |id| Transfer { block: Some(block), ..self.made[id].clone() })
        });
        mined.chain(self.waiting.iter().map(|id| self.made[id].clone())).collect()
    }

    async fn claim(&mut self, order: usize, which: usize) {
        let Some(order) = self.placed.get(order).cloned() else { return };
        let Some(named) = self.made.keys().nth(which).cloned() else { return };
        if self.desk.db.claim(&order.lookup, &named.0).await.is_err() {
            return;
        }
        let found = match self.standing().into_iter().find(|transfer| transfer.id == named) {
            Some(transfer) => {
                self.paid.insert(transfer.pay_to.clone());
                Ok(vec![transfer])
            }
            None => Err(ClaimRefusal::NotFound),
        };
        self.desk.judge_claim(&order, &named.0, found).await;
        self.hear().await;
    }

    /// Checks that a letter came for every change between paid and not, and for nothing else.
    async fn hear(&mut self) {
        for (order, news) in self.desk.taken().await {
            if news == SellerNotice::ToReview {
                continue;
            }
            let before = self.told.insert(order, news);
            assert_ne!(before, Some(news), "the same news twice");
            assert!(
                before.is_some() || matches!(news, SellerNotice::Paid | SellerNotice::Short),
                "nothing came"
            );
            assert!(
                news != SellerNotice::Short || self.told_short.insert(order),
                "too little, told twice"
            );
        }
        for order in self.desk.db.orders().await.unwrap() {
            let told = self.told.get(&order.id).copied();
            assert_eq!(
                order.facts.state.is_paid(),
                told == Some(SellerNotice::Paid),
                "news without a letter"
            );
            let moved = told == Some(SellerNotice::Reconfirming);
            assert!(
                !moved || order.facts.state.word() == "confirming",
                "nobody was told it is gone"
            );
            let short = order.facts.state.word() == "short";
            assert_eq!(short && self.told_short.contains(&order.id), owes_payment(&order));
        }
    }

    /// Checks what must hold whenever the whole chain is read.
    async fn check(&self) {
        self.check_alone().await;
        assert_eq!(kept_counts(&self.desk.db).await, counted_anew(&self.desk.db).await);
        let standing = self.standing();
        let now = self.believed();
        let mut owners = BTreeSet::new();
        for order in &self.placed {
            let Some(record) = self.desk.db.order(&order.lookup).await.unwrap() else { continue };
            let claimed: BTreeSet<_> = record
                .claims
                .iter()
                .filter(|claim| claim.state == ClaimState::Found)
                .map(|claim| TransferId(claim.txid.clone()))
                .collect();
            for transfer in &record.transfers {
                assert!(owners.insert(transfer.id.clone()), "one transfer, two orders");
                assert!(!self.synced || standing.contains(transfer), "as the chain shows it");
                assert!(claimed.contains(&transfer.id) || takes(&record.invoice, transfer));
            }
            if !self.synced {
                continue;
            }
            for id in claimed {
                let stands = standing.iter().any(|transfer| transfer.id == id);
                assert_eq!(stands, record.transfers.iter().any(|transfer| transfer.id == id));
            }
            let view = View { tip: record.tip.unwrap(), transfers: record.transfers };
            let stored = record.invoice.state();
            let judged = record.invoice.clone().assess(&view, now).unwrap();
            assert!(!judged.changes(), "{stored:?} is not what the chain shows");
            let offer = Offer {
                pay_to: record.invoice.pay_to().clone(),
                due: record.invoice.due(),
                matching: record.invoice.matching(),
            };
            let fresh = Invoice::open(offer, record.invoice.needs(), record.invoice.expires());
            let fresh = fresh.unwrap().assess(&view, now).unwrap().next().state();
            let waits = stored.word() != "short" || now <= record.invoice.expires();
            assert!(waits || self.told_short.contains(&order.id), "nobody was told");
            assert!(fresh == stored || (stored.word() == "reversed" && !fresh.is_paid()));
        }
        if self.synced {
            for transfer in standing.iter().filter(|transfer| !owners.contains(&transfer.id)) {
                self.check_unowned(transfer).await;
            }
        }
    }

    /// Returns the hour, as far as the chain confirms it.
    fn believed(&self) -> shop_core::time::CoarseTime {
        let newest = self.chain.iter().map(|(block, _)| block.time).max();
        at(self.now).min(newest.unwrap().plus_hours(CLOCK_SLACK))
    }

    /// Checks that no order that was there when it was paid is without its money.
    async fn check_unowned(&self, transfer: &Transfer) {
        for order in self.placed.iter().filter(|order| takes(&order.invoice, transfer)) {
            // A later order may have the digits of one that is gone: the money was not for it.
            let like = |first: &&NewOrder| first.invoice.matching() == order.invoice.matching();
            let mut like = self.placed.iter().filter(like);
            let first = like.find(|first| takes(&first.invoice, transfer));
            let is_first = first.is_some_and(|first| first.id == order.id);
            let record = self.desk.db.order(&order.lookup).await.unwrap();
            assert!(!(is_first && record.is_some()), "a transfer got lost");
        }
    }
}

fn takes(invoice: &Invoice, transfer: &Transfer) -> bool {
    *invoice.pay_to() == transfer.pay_to && invoice.fit(transfer.amount) != Fit::Unnamed
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_path_to_the_same_chain_stores_the_same(
        events in prop::collection::vec(event(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new();
            for event in events {
                world.happen(event).await;
                world.check().await;
            }
            world.sync(usize::MAX, true).await;
            world.check().await;
            statuses::check_stored(&world.desk.db, world.now).await;
        });
    }
}
