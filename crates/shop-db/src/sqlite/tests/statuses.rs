//! Stored statuses are those that are derived, until the hour they name.

use super::*;
use crate::{
    DEMO_CHAIN, Networks,
    suite::sample::{ETH, NEEDS, PRICE, TestDb, block_at, reorg, tees, transfer},
};
use proptest::prelude::*;
use shop_core::{
    order_status::EventKind,
    view::{BlockHash, ChainIdentity, ChainUpdate, Height},
};

const FOREVER: RetentionPolicy = RetentionPolicy { unpaid_hours: u64::MAX, paid_hours: u64::MAX };

/// Phase, debt and the hour of another derivation, as they are stored.
type Stored = (String, String, Option<i64>);

fn stored_of(conn: &Connection, id: &str) -> Result<Stored, DbError> {
    let sql = "select phase, debt, status_until from orders where id = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    Ok(conn.query_row(sql, [id], read)?)
}

async fn stored(desk: &TestDb, order: &NewOrder) -> (String, String, Option<u64>) {
    let id = order.id.to_string();
    let job = move |conn: &Connection| stored_of(conn, &id);
    let (phase, debt, until) = desk.db.engine().write(job).await.unwrap();
    (phase, debt, until.map(i64::cast_unsigned))
}

/// Checks that stored statuses are the derived ones, now and later, as long as they hold.
pub(super) async fn check_stored(db: &Db, now: u64) {
    let orders = db.orders().await.unwrap();
    let job = move |conn: &Connection| {
        let mut wrong = Vec::new();
        for order in orders {
            let stored = stored_of(conn, &order.id.to_string())?;
            for hour in [0, 1, 5, 20, 100].map(|later| at(now + later)) {
                if stored.2.is_some_and(|until| codec::hours(hour) >= until) {
                    continue;
                }
                let derived = order.status(hour);
                let phase = derived.phase.word().to_owned();
                let debt = derived.debt.word().to_owned();
                let derived = (phase, debt, derived.until.map(codec::hours));
                if stored != derived {
                    wrong.push(format!("{}: {stored:?} is {derived:?}", order.id));
                }
            }
        }
        Ok::<_, DbError>(wrong)
    };
    assert_eq!(db.engine().write(job).await.unwrap(), Vec::<String>::new());
}

fn words(phase: &str, debt: &str, until: Option<u64>) -> (String, String, Option<u64>) {
    (phase.to_owned(), debt.to_owned(), until)
}

#[tokio::test]
async fn stored_status_is_refreshed_in_the_hour_it_names() {
    let desk = TestDb::new(Db::sqlite_in_memory().unwrap());
    let order = pooled(1);
    desk.place(&order).await;
    assert_eq!(stored(&desk, &order).await, words("awaiting", "none", None));
    let part = transfer("t1", order.invoice.pay_to(), 5, Some(block(1)));
    desk.advance(blocks(1..=3, vec![part])).await;
    let until = Some(EXPIRES + 1);
    assert_eq!(stored(&desk, &order).await, words("underpaid", "none", until));
    desk.mine_at(4, EXPIRES + 1).await;
    assert_eq!(stored(&desk, &order).await, words("underpaid", "payment", until), "notified");
    desk.db.purge(at(EXPIRES), FOREVER).await.unwrap();
    assert_eq!(stored(&desk, &order).await, words("underpaid", "payment", until));
    desk.db.purge(at(EXPIRES + 1), FOREVER).await.unwrap();
    assert_eq!(stored(&desk, &order).await, words("underpaid ended", "payment", None));
    desk.db.add_event(order.id, EventKind::Refunded, None).await.unwrap();
    assert_eq!(stored(&desk, &order).await, words("refunded", "none", None));
    desk.db.undo_event(order.id).await.unwrap();
    check_stored(&desk.db, EXPIRES + 1).await;
}

/// A clock that is ahead of the chain refreshes nothing.
#[tokio::test]
async fn stored_status_is_refreshed_by_the_hour_of_its_chain() {
    let desk = TestDb::new(Db::sqlite_in_memory().unwrap());
    let order = pooled(1);
    desk.place(&order).await;
    let part = transfer("t1", order.invoice.pay_to(), 5, Some(block_at(0, 1, HOUR - 40)));
    let read = vec![block_at(0, 1, HOUR - 40)];
    desk.advance(ChainUpdate { blocks: read, ..blocks(1..=1, vec![part]) }).await;
    desk.db.purge(at(99 * HOUR), FOREVER).await.unwrap();
    assert_eq!(stored(&desk, &order).await, words("underpaid", "none", Some(EXPIRES + 1)));
}

#[tokio::test]
async fn demo_order_owes_nothing_while_it_is_put_away() {
    let desk = TestDb::new(Db::sqlite_in_memory().unwrap());
    let demo = ChainIdentity { chain_id: DEMO_CHAIN, genesis: BlockHash([1; 32]) };
    let real = ChainIdentity { chain_id: 1, genesis: BlockHash([2; 32]) };
    let order = pooled(1);
    let open = async |chain: ChainIdentity| {
        desk.db.begin_chains(Networks::from_iter([(ETH.chain(), chain.chain_id)])).await.unwrap();
        desk.db.follow(ETH.chain(), chain).await.unwrap();
        check_stored(&desk.db, HOUR).await;
        stored(&desk, &order).await.1
    };
    desk.db.begin_chains(Networks::demo()).await.unwrap();
    desk.db.follow(ETH.chain(), demo).await.unwrap();
    desk.place(&order).await;
    let more = transfer("t1", order.invoice.pay_to(), PRICE + 4, Some(block(1)));
    desk.advance(blocks(1..=3, vec![more])).await;
    assert_eq!(stored(&desk, &order).await.1, "difference");
    assert_eq!(open(real).await, "none");
    assert_eq!(open(demo).await, "difference");
}

/// One thing that happens to some order.
#[derive(Clone, Debug)]
enum Step {
    Place {
        units: u32,
    },
    /// A part of the price comes, all of it, or more.
    Pay {
        order: usize,
        tenths: u128,
    },
    Mine {
        blocks: u64,
    },
    Reorg {
        depth: u64,
    },
    Say {
        order: usize,
        kind: EventKind,
    },
    Undo {
        order: usize,
    },
    Cancel {
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
    Purge,
}

fn step() -> impl Strategy<Value = Step> {
    let order = || 0usize..8;
    let kind = prop::sample::select(&EventKind::ALL[..]);
    prop_oneof![
        4 => (0u32..3).prop_map(|units| Step::Place { units }),
        6 => (order(), prop_oneof![Just(4), Just(10), Just(12)])
            .prop_map(|(order, tenths)| Step::Pay { order, tenths }),
        4 => (1u64..4).prop_map(|blocks| Step::Mine { blocks }),
        2 => (1u64..5).prop_map(|depth| Step::Reorg { depth }),
        4 => (order(), kind).prop_map(|(order, kind)| Step::Say { order, kind }),
        2 => order().prop_map(|order| Step::Undo { order }),
        1 => order().prop_map(|order| Step::Cancel { order }),
        1 => order().prop_map(|order| Step::Forget { order }),
        1 => (0u32..4).prop_map(|tees| Step::Count { tees }),
        3 => (1u64..30).prop_map(|hours| Step::Wait { hours }),
        2 => Just(Step::Purge),
    ]
}

struct World {
    desk: TestDb,
    placed: Vec<NewOrder>,
    height: u64,
    branch: u8,
    now: u64,
    numbers: u64,
}

impl World {
    async fn happen(&mut self, step: Step) {
        self.numbers += 1;
        let db = self.desk.db.clone();
        let order = |order: usize| self.placed.get(order).cloned();
        match step {
            Step::Place { units } => {
                let like = tees(self.numbers, units.max(1));
                let like = if units == 0 { pooled(self.numbers) } else { like };
                let new = NewOrder { placed: at(self.now), ..like };
                if db.place(new.clone()).await.is_ok() {
                    self.placed.push(new);
                }
            }
            Step::Pay { order: which, tenths } => {
                let Some(order) = order(which) else { return };
                self.mine(1, Some((order, tenths))).await;
            }
            Step::Mine { blocks } => self.mine(blocks, None).await,
            Step::Reorg { depth } => {
                let from = self.height.saturating_sub(depth).max(1);
                self.branch = self.branch.wrapping_add(1);
                self.height += 1;
                let read = (from..=self.height).map(|n| block_at(self.branch, n, self.now));
                let blocks = read.collect();
                let told = reorg(from..=self.height, vec![]);
                let told = ChainUpdate { reorg_from: Some(Height(from)), blocks, ..told };
                self.desk.advance_at(self.now, told).await;
            }
            Step::Say { order: which, kind } => {
                let Some(order) = order(which) else { return };
                let _refused = db.add_event(order.id, kind, None).await;
            }
            Step::Undo { order: which } => {
                let Some(order) = order(which) else { return };
                let _refused = db.undo_event(order.id).await;
            }
            Step::Cancel { order: which } => {
                let Some(order) = order(which) else { return };
                let message_id = format!("cancel-{}@test", self.numbers);
                let mail = crate::NewMail { message_id, bytes: vec![] };
                let _refused = db.cancel(&order.lookup, at(self.now), mail).await;
            }
            Step::Forget { order: which } => {
                let Some(order) = order(which) else { return };
                self.desk.deliver_all().await;
                let _refused = db.forget(&order.lookup, at(self.now)).await;
            }
            Step::Count { tees } => {
                db.set_stock(crate::suite::sample::tee(), tees).await.unwrap();
            }
            Step::Wait { hours } => self.now += hours,
            Step::Purge => {
                let terms = RetentionPolicy { unpaid_hours: 30, paid_hours: 60 };
                self.desk.deliver_all().await;
                db.purge(at(self.now), terms).await.unwrap();
            }
        }
    }

    async fn mine(&mut self, many: u64, paid: Option<(NewOrder, u128)>) {
        let first = self.height + 1;
        self.height += many;
        let read = (first..=self.height).map(|n| block_at(self.branch, n, self.now));
        let read: Vec<_> = read.collect();
        let id = format!("t{}", self.numbers);
        let mined = paid.map(|(order, tenths)| {
            let units = order.invoice.due().units() / 10 * tenths;
            transfer(&id, order.invoice.pay_to(), units, read.first().copied())
        });
        let told = blocks(first..=self.height, mined.into_iter().collect());
        self.desk.advance_at(self.now, ChainUpdate { blocks: read, ..told }).await;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn stored_status_is_the_derived_one_whatever_happens(
        start in 0u32..6, steps in prop::collection::vec(step(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let desk = TestDb::with_tees(Db::sqlite_in_memory().unwrap(), start).await;
            let height = u64::from(NEEDS);
            let placed = vec![];
            let mut world = World { desk, placed, height, branch: 0, now: HOUR, numbers: 0 };
            for step in steps {
                world.happen(step).await;
                check_stored(&world.desk.db, world.now).await;
            }
        });
    }
}
