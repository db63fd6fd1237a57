//! Tests that what is taken was counted, and is taken once.
//!
//! Orders, payments, reorganisations, counts and hours follow each other in any order.

use super::*;
use crate::suite::sample::{TestDb, block_at, code, owes_payment, tee, tees};
use proptest::prelude::*;
use shop_core::{
    stock::{ReservationStatus, StockKey, StockLevel},
    view::{BlockAt, ChainUpdate, Height, Transfer},
};
use std::collections::HashMap;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Event {
    Place {
        units: u32,
        coded: bool,
    },
    /// A payment of an order in the next block, or only seen.
    Pay {
        order: usize,
        mined: bool,
    },
    Mine {
        blocks: u64,
    },
    /// A number of blocks is replaced by as many empty ones and one more.
    Reorg {
        depth: u64,
    },
    Cancel {
        order: usize,
    },
    Refund {
        order: usize,
    },
    /// The seller takes back what was said last.
    Undo {
        order: usize,
    },
    Forget {
        order: usize,
    },
    Count {
        tees: u32,
    },
    Wait {
        hours: u64,
    },
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        5 => (1u32..4, any::<bool>()).prop_map(|(units, coded)| Event::Place { units, coded }),
        6 => (0usize..14, prop::bool::weighted(0.8))
            .prop_map(|(order, mined)| Event::Pay { order, mined }),
        3 => (1u64..4).prop_map(|blocks| Event::Mine { blocks }),
        2 => (1u64..6).prop_map(|depth| Event::Reorg { depth }),
        1 => (0usize..14).prop_map(|order| Event::Cancel { order }),
        1 => (0usize..14).prop_map(|order| Event::Refund { order }),
        1 => (0usize..14).prop_map(|order| Event::Undo { order }),
        1 => (0usize..14).prop_map(|order| Event::Forget { order }),
        1 => (0u32..14).prop_map(|tees| Event::Count { tees }),
        2 => (1u64..9).prop_map(|hours| Event::Wait { hours }),
    ]
}

struct World {
    desk: TestDb,
    placed: Vec<NewOrder>,
    chain: Vec<(BlockAt, Vec<Transfer>)>,
    unmined: Vec<Transfer>,
    branch: u8,
    now: u64,
    /// Tees on the stock level or with an order; what went with a paid order is gone.
    tees: u32,
    codes: u32,
    numbers: u64,
    last: HashMap<OrderId, Last>,
}

/// An order as it was when it was last looked at.
#[derive(Clone, Copy)]
struct Last {
    reservation_status: ReservationStatus,
    covered: bool,
    /// True if its offer ended unpaid once: then the use of the code was given back.
    ended: bool,
}

const TERMS: RetentionPolicy = RetentionPolicy { unpaid_hours: 3, paid_hours: 30 };

impl World {
    async fn new(tees: u32, codes: u32) -> Self {
        let desk = TestDb::new(Db::sqlite_in_memory().unwrap());
        desk.db.recount(vec![(tee(), tees), (code(), codes)]).await.unwrap();
        let chain = vec![(block_at(0, 1, HOUR), vec![])];
        let placed = vec![];
        let unmined = vec![];
        let last = HashMap::new();
        Self { desk, placed, chain, unmined, branch: 0, now: HOUR, tees, codes, numbers: 0, last }
    }

    async fn happen(&mut self, event: Event) {
        match event {
            Event::Place { units, coded } => self.place(units, coded).await,
            Event::Pay { order, mined } => self.pay(order, mined).await,
            Event::Mine { blocks } => {
                (0..blocks).for_each(|_| self.mine(vec![]));
                self.read(None).await;
            }
            Event::Reorg { depth } => {
                let depth = depth.min(self.chain.len() as u64 - 1);
                self.chain.truncate(self.chain.len() - depth as usize);
                self.branch = self.branch.wrapping_add(1);
                let from = self.chain.len() as u64 + 1;
                (0..=depth).for_each(|_| self.mine(vec![]));
                self.read(Some(from)).await;
            }
            Event::Cancel { order } => {
                let Some(order) = self.placed.get(order) else { return };
                self.numbers += 1;
                let mail = crate::NewMail {
                    message_id: format!("cancel-{}@test", self.numbers),
                    bytes: vec![],
                };
                let _refused = self.desk.db.cancel(&order.lookup, at(self.now), mail).await;
            }
            Event::Refund { order } => {
                let Some(order) = self.placed.get(order) else { return };
                let kind = shop_core::order_status::EventKind::Refunded;
                let _refused = self.desk.db.add_event(order.id, kind, None).await;
            }
            Event::Undo { order } => {
                let Some(order) = self.placed.get(order) else { return };
                let _refused = self.desk.db.undo_event(order.id).await;
            }
            Event::Forget { order } => {
                let Some(order) = self.placed.get(order) else { return };
                self.desk.deliver_all().await;
                let _refused = self.desk.db.forget(&order.lookup, at(self.now)).await;
            }
            Event::Count { tees } => {
                let taken = self
                    .units(|last| last.reservation_status == ReservationStatus::Allocated, &tee());
                self.desk.db.set_stock(tee(), tees).await.unwrap();
                self.tees = tees + taken;
            }
            Event::Wait { hours } => {
                self.now += hours;
                self.desk.deliver_all().await;
                self.desk.db.purge(at(self.now), TERMS).await.unwrap();
            }
        }
    }

    async fn place(&mut self, units: u32, coded: bool) {
        self.numbers += 1;
        let mut order = NewOrder { placed: at(self.now), ..tees(self.numbers, units) };
        if coded {
            order.reserved_items.add(code(), 1, true);
        }
        order.invoice = {
            let offer = shop_core::pay_to::Offer {
                pay_to: order.invoice.pay_to().clone(),
                due: order.invoice.due(),
                matching: order.invoice.matching(),
            };
            let needs = order.invoice.needs();
            let expires = at(self.now + 6);
            shop_core::invoice::Invoice::open(offer, needs, expires).unwrap()
        };
        let free = self.desk.level(&tee()).await.available();
        match self.desk.db.place(order.clone()).await {
            Ok(()) => {
                assert!(units <= free);
                self.placed.push(order);
            }
            Err(PlaceError::SoldOut(sold)) => assert!(sold.0.contains(&code()) || units > free),
            Err(error) => panic!("{error}"),
        }
    }

    async fn pay(&mut self, order: usize, mined: bool) {
        let Some(order) = self.placed.get(order).cloned() else { return };
        let transfer = payment(&order.id.to_string(), &order, None);
        if self.chain.iter().any(|(_, all)| all.iter().any(|t| t.id == transfer.id)) {
            return;
        }
        self.unmined.retain(|waiting| waiting.id != transfer.id);
        if mined {
            self.mine(vec![transfer]);
        } else {
            self.unmined.push(transfer);
        }
        self.read(None).await;
    }

    fn mine(&mut self, transfers: Vec<Transfer>) {
        let block = block_at(self.branch, self.chain.len() as u64 + 1, self.now);
        let stand = |t: Transfer| Transfer { block: Some(block), ..t };
        self.chain.push((block, transfers.into_iter().map(stand).collect()));
    }

    /// Reads the whole chain, as a watcher does.
    async fn read(&mut self, dropped_from: Option<u64>) {
        let known = self.desk.db.chain(crate::suite::sample::ETH.chain()).await.unwrap();
        let from = dropped_from.unwrap_or(known.last().map_or(1, |tip| tip.height.0 + 1));
        let new: Vec<_> = self.chain.iter().filter(|(b, _)| b.height.0 >= from).cloned().collect();
        let advance = ChainUpdate {
            reorg_from: dropped_from.map(Height),
            blocks: new.iter().map(|(block, _)| *block).collect(),
            mined: new.into_iter().flat_map(|(_, transfers)| transfers).collect(),
            unmined: self.unmined.clone(),
            ..ChainUpdate::default()
        };
        self.desk.advance_at(self.now, advance).await;
    }

    /// Returns the number of units of a thing asked for by the orders of which this is so.
    fn units(&self, which: impl Fn(&Last) -> bool, key: &StockKey) -> u32 {
        self.units_of(&self.last, which, key)
    }

    fn units_of(
        &self,
        orders: &HashMap<OrderId, Last>,
        which: impl Fn(&Last) -> bool,
        key: &StockKey,
    ) -> u32 {
        let orders = self.placed.iter().filter(|o| orders.get(&o.id).is_some_and(&which));
        let items = orders.flat_map(|order| &order.reserved_items.items);
        items.filter(|item| item.key == *key).map(|item| item.units).sum()
    }

    async fn check(&mut self) {
        let mut gone = HashMap::new();
        let mut now = HashMap::new();
        for order in &self.placed {
            let last = self.last.get(&order.id).copied();
            let Some(record) = self.desk.db.order(&order.lookup).await.unwrap() else {
                gone.extend(last.map(|last| (order.id, last)));
                continue;
            };
            let state = record.invoice.state();
            let ended = last.is_some_and(|last| last.ended) || state.word() == "expired";
            let reservation_status = record.facts.reservation_status;
            let covered = state.is_covered();
            let has = matches!(
                reservation_status,
                ReservationStatus::Allocated | ReservationStatus::Backordered
            );
            assert_eq!(covered, has, "{} {reservation_status:?}", state.word());
            assert_eq!(reservation_status == ReservationStatus::Reserved, record.until.is_some());
            now.insert(order.id, Last { reservation_status, covered, ended });
        }
        // What was paid for went with its order; one that had missed it may have been served first.
        let kept = self.units_of(
            &gone,
            |last| last.reservation_status == ReservationStatus::Allocated,
            &tee(),
        );
        let served = self.units_of(
            &gone,
            |last| last.reservation_status == ReservationStatus::Backordered,
            &tee(),
        );
        self.codes -= self.units_of(&gone, |last| last.covered && !last.ended, &code());
        self.last = now;
        let level = self.desk.level(&tee()).await;
        let there = level.on_hand
            + self.units(|last| last.reservation_status == ReservationStatus::Allocated, &tee());
        // There may be none for those that had missed it, after the seller counted again.
        let least = (self.tees - kept).saturating_sub(served);
        assert!((least..=self.tees - kept).contains(&there), "every tee is somewhere, once");
        self.tees = there;
        let aside =
            self.units(|last| last.reservation_status == ReservationStatus::Reserved, &tee());
        assert_eq!(level.reserved, aside, "what is set aside is some order's");
        let used = self.units(|last| !last.ended, &code());
        assert_eq!(self.desk.level(&code()).await, StockLevel::new(self.codes - used));
        // Nobody who paid waits for what is there.
        for order in self.desk.db.orders().await.unwrap().iter().filter(|order| owes_payment(order))
        {
            let wanted = self.placed.iter().find(|placed| placed.id == order.id).unwrap();
            assert!(
                wanted.reserved_items.items[0].units > level.available(),
                "it is there, and not given"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_happens_nothing_is_sold_twice(
        start in 0u32..14, codes in 0u32..4, events in prop::collection::vec(event(), 1..50),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new(start, codes).await;
            for event in events {
                world.happen(event).await;
                world.check().await;
            }
            statuses::check_stored(&world.desk.db, world.now).await;
        });
    }
}
