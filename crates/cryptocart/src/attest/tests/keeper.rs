//! The keeper at work, on a chain that does what the test wants.

mod attacks;
mod chain;

use super::{HOUR, NUMBER, START, Scene, key, pass, registration_of};
use crate::attest::{
    keeper::{Keeper, Memory, Orders, Progress, Reports, Trouble},
    settings::Limits,
};
use chain::FakeLedger;
use proptest::prelude::*;
use shop_carrier::fake::Scan;
use shop_chain::ethereum::escrow::{Domain, PINNED, delivered_digest};
use shop_core::{
    entropy::Seeded,
    escrow::{
        Account, Attestation, EscrowState, Goods, Hash, Parcel, SignedReport, Statement, Tracking,
    },
    time::UnixTime,
};
use shop_http::BoxFuture;
use shop_seal::HomeKey;
use std::sync::{Arc, Mutex};

const GWEI: u128 = 1_000_000_000;
/// Tip of the orders of these tests: 0.005 ETH.
const TIP: u128 = 5_000_000 * GWEI;
const LIMITS: Limits = Limits {
    max_fee_per_gas: 50 * GWEI,
    max_fee: 10_000_000 * GWEI,
    margin_percent: 20,
    is_for_free: false,
    max_free_a_day: 20_000_000 * GWEI,
};

/// Other attestors, and what they have signed.
#[derive(Clone, Default)]
struct Others(Arc<Mutex<Vec<SignedReport>>>);

impl Reports for Others {
    fn of_others<'a>(&'a self, _: &'a Statement, _: Account) -> BoxFuture<'a, Vec<SignedReport>> {
        Box::pin(std::future::ready(self.0.lock().unwrap().clone()))
    }
}

/// An attestor with a keeper.
struct Stage {
    scene: Scene,
    ledger: FakeLedger,
    others: Others,
    limits: Limits,
}

impl Stage {
    fn new() -> Self {
        let mut scene = Scene::new();
        let (statement, _) = scene.order(1);
        // The attestor whose turn is first.
        let first = statement.attestors.accounts()[0];
        let n = [41, 42, 43].into_iter().find(|n| key(*n).account() == first).unwrap();
        scene.key = [n; 32];
        let ledger = FakeLedger::new();
        Self { scene, ledger, others: Others::default(), limits: LIMITS }
    }

    /// Opens the keeper, each time as one that has just started.
    fn keeper(&self) -> Arc<Keeper> {
        let folder = self.scene.folder.path().join("kept");
        let entropy = Arc::new(Seeded::new(4));
        let orders = Orders::open(folder, HomeKey::from_bytes(&[9; 32]), entropy).unwrap();
        let ledger = Box::new(self.ledger.clone());
        let others = Box::new(self.others.clone());
        Keeper::new(ledger, key(99), self.limits, orders, others, self.scene.desk())
    }

    /// Order number `n`, with a tip.
    fn order(&self, n: u8) -> (Statement, Goods) {
        self.scene.order_with(n, "K1A 0B1", |terms| terms.keeper_tip = TIP)
    }

    /// Order number `n` in this state, which the keeper is told of.
    async fn told(&self, keeper: &Keeper, n: u8, state: EscrowState) -> Statement {
        let (statement, _) = self.order(n);
        self.ledger.put(&statement, state);
        keeper.accept(&text(&statement)).await.unwrap();
        statement
    }

    fn given(&self) -> Vec<Hash> {
        self.ledger.world().given.clone()
    }
}

fn text(statement: &Statement) -> String {
    statement.to_text(shop_chain::ethereum::escrow::checksum).to_string()
}

const fn parcel() -> Parcel {
    Parcel { tracking: Tracking([5; 21]), shipped_at: UnixTime(START) }
}

const fn delivered(until: u64) -> EscrowState {
    EscrowState::Delivered { parcel: parcel(), until: UnixTime(until) }
}

/// Lets a keeper look once.
async fn step(keeper: &Keeper, memory: &mut Memory) -> Progress {
    keeper.pass(memory).await.unwrap()
}

fn action(keeper: &Keeper, id: Hash) -> Option<(String, u64)> {
    let kept = keeper.orders().of(id).unwrap()?;
    kept.sent.last().map(|sent| (sent.action.clone(), sent.nonce))
}

#[tokio::test]
async fn due_ending_is_sent_once_and_the_order_forgotten() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START + HOUR)).await;
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.advance(1, HOUR - 1);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.advance(1, 1);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(action(&keeper, order.id), Some(("finalize".into(), 0)));
    let given = stage.given();
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(stage.given(), [given[0], given[0]], "the same one, once more");
    stage.ledger.mine(order.id);
    stage.ledger.advance(20, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    assert!(!keeper.orders().has(order.id), "it has ended, and is forgotten");
}

/// Rows 3, 6 and 10 of the contract's table.
#[tokio::test]
async fn each_ending_is_brought_about_by_its_own_call() {
    let until = UnixTime(START + HOUR);
    let parcel = parcel();
    let cases = [
        (EscrowState::Open, 5 * 24 * HOUR + 1, "refundLate"),
        (EscrowState::Shipped { parcel, until }, HOUR + 1, "refundLate"),
        (EscrowState::Disputed { parcel, until }, HOUR, "arbiterTimeout"),
        (EscrowState::DisputedDelivered { parcel, until }, HOUR, "arbiterTimeout"),
    ];
    for (state, seconds, name) in cases {
        let stage = Stage::new();
        let keeper = stage.keeper();
        let memory = &mut Memory::default();
        let order = stage.told(&keeper, 1, state).await;
        stage.ledger.advance(1, seconds - 1);
        assert_eq!(step(&keeper, memory).await, Progress::Idle, "{name}");
        stage.ledger.advance(1, 1);
        assert_eq!(step(&keeper, memory).await, Progress::Waiting, "{name}");
        assert_eq!(action(&keeper, order.id), Some((name.into(), 0)));
    }
}

#[tokio::test]
async fn tip_below_cost_sends_nothing_until_fees_fall() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().base_fee = 30 * GWEI;
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    assert_eq!(action(&keeper, order.id), None);
    stage.ledger.world().base_fee = 2 * GWEI;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
}

#[tokio::test]
async fn keeper_for_free_sends_what_no_tip_covers() {
    let mut stage = Stage::new();
    stage.limits.is_for_free = true;
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().base_fee = 30 * GWEI;
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert!(stage.given().len() == 1);
}

/// Killed after the record and before any node had it: the same transaction is sent.
#[tokio::test]
async fn killed_keeper_sends_what_it_has_written_down() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().takes = false;
    assert_eq!(step(&keeper, &mut Memory::default()).await, Progress::Waiting);
    assert!(stage.given().is_empty());
    let signed = keeper.orders().of(order.id).unwrap().unwrap().sent;
    drop(keeper);
    stage.ledger.world().takes = true;
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    for _ in 0..3 {
        assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    }
    let hash = signed[0].hash.unwrap();
    assert_eq!(stage.given(), [hash; 3]);
    assert!(keeper.orders().of(order.id).unwrap().unwrap().sent == signed, "and no other");
}

#[tokio::test]
async fn stuck_transaction_is_replaced_under_its_number() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    step(&keeper, memory).await;
    stage.ledger.world().base_fee = 5 * GWEI;
    stage.ledger.advance(24, 1);
    step(&keeper, memory).await;
    stage.ledger.advance(24, 1);
    step(&keeper, memory).await;
    assert_eq!(keeper.orders().of(order.id).unwrap().unwrap().sent.len(), 1);
    stage.ledger.advance(1, 1);
    step(&keeper, memory).await;
    let sent = keeper.orders().of(order.id).unwrap().unwrap().sent;
    assert_eq!(sent.iter().map(|sent| sent.nonce).collect::<Vec<_>>(), [0, 0]);
    assert!(sent[1].max_fee > sent[0].max_fee);
    assert_eq!(stage.given().last(), sent[1].hash.as_ref());
    // Above the tip it is left as it is.
    stage.ledger.world().base_fee = 40 * GWEI;
    stage.ledger.advance(30, 1);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(keeper.orders().of(order.id).unwrap().unwrap().sent.len(), 2);
}

#[tokio::test]
async fn ending_by_somebody_else_leaves_its_number_to_the_next() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let first = stage.told(&keeper, 1, delivered(START)).await;
    step(&keeper, memory).await;
    let low = keeper.orders().of(first.id).unwrap().unwrap().sent[0].max_fee;
    let second = stage.told(&keeper, 3, delivered(START)).await;
    stage.ledger.close(first.id);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    stage.ledger.advance(30, 30);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(action(&keeper, second.id), Some(("finalize".into(), 0)));
    let [one, two] = [&first, &second].map(|order| keeper.orders().of(order.id).unwrap());
    assert!(one.is_none_or(|one| one.sent.is_empty()), "the number is the second's alone");
    assert!(low < two.unwrap().sent[0].max_fee);
    // After a restart the number is the second's.
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    stage.ledger.world().given.clear();
    step(&keeper, memory).await;
    let hash = keeper.orders().of(second.id).unwrap().unwrap().sent[0].hash.unwrap();
    assert!(stage.given().contains(&hash));
}

#[tokio::test]
async fn reorganisation_has_the_same_transaction_sent_again() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    step(&keeper, memory).await;
    stage.ledger.mine(order.id);
    stage.ledger.advance(3, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    assert!(keeper.orders().has(order.id), "three blocks are not deep");
    {
        let mut world = stage.ledger.world();
        world.next = 0;
        world.orders.get_mut(&order.id).unwrap().closed_at = None;
        world.given.clear();
    }
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    let sent = keeper.orders().of(order.id).unwrap().unwrap().sent;
    assert_eq!((sent.len(), stage.given()), (1, vec![sent[0].hash.unwrap()]));
}

#[tokio::test]
async fn dead_nodes_and_a_strange_contract_cost_nothing() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().is_down = true;
    assert!(matches!(keeper.pass(memory).await, Err(Trouble::Chain(_))));
    stage.ledger.world().is_down = false;
    stage.ledger.world().code = Hash([1; 32]);
    assert!(matches!(keeper.pass(memory).await, Err(Trouble::Contract)));
    stage.ledger.world().code = PINNED.code_hash;
    stage.ledger.world().has = 1;
    stage.ledger.advance(1, HOUR);
    assert!(matches!(keeper.pass(memory).await, Err(Trouble::Empty(..))));
    stage.ledger.world().has = u128::MAX;
    stage.ledger.world().is_refusing = true;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    assert_eq!(action(&keeper, order.id), None);
    stage.ledger.world().is_refusing = false;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
}

/// A contract that refuses what it was estimated to take is not paid for for ever.
#[tokio::test]
async fn order_that_is_refused_three_times_is_left_alone() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    for number in 0..3 {
        assert_eq!(step(&keeper, memory).await, Progress::Waiting);
        assert_eq!(action(&keeper, order.id), Some(("finalize".into(), number)));
        stage.ledger.world().next += 1;
        stage.ledger.advance(1, HOUR);
    }
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
}

#[tokio::test]
async fn attestors_take_turns() {
    let mut stage = Stage::new();
    let (statement, _) = stage.order(1);
    let second = statement.attestors.accounts()[1];
    let n = [41, 42, 43].into_iter().find(|n| key(*n).account() == second).unwrap();
    stage.scene.key = [n; 32];
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.advance(9, 179);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.advance(1, 1);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
}

#[tokio::test]
async fn report_is_sent_once_enough_have_signed() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let desk = Arc::clone(keeper.desk());
    let (id, registration) = registration_of(&stage.order(1), NUMBER);
    stage.scene.ship(id, NUMBER);
    stage.scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    assert!(desk.register(registration).await.unwrap().accepted);
    let (statement, _) = stage.order(1);
    let state = *stage.scene.chain.0.lock().unwrap().get(&id).unwrap();
    stage.ledger.put(&statement, state);
    step(&keeper, memory).await;
    assert!(keeper.orders().has(id), "a registered parcel's order is looked after");
    pass(&stage.scene, &desk, 130).await;
    let Some(Attestation::Delivered(file)) = desk.signed.of(id).unwrap() else {
        panic!("nothing was signed")
    };
    assert_eq!(step(&keeper, memory).await, Progress::Idle, "one of two is not enough");
    let domain = Domain { chain_id: 1, contract: PINNED.contract };
    let report = file.signed_report().report;
    let others = [41, 42, 43].into_iter().map(key).filter(|key| key.account() != desk.account());
    let others: Vec<_> = others.collect();
    let sign = |n: usize, tracking| {
        let signature = others[n].sign(delivered_digest(domain, id, tracking, &report));
        let signed = SignedReport { attestor: others[n].account(), report, signature };
        stage.others.0.lock().unwrap().push(signed);
    };
    sign(0, Tracking([66; 21]));
    stage.ledger.advance(200, 130 * HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle, "the contract refuses another parcel");
    sign(1, file.tracking);
    assert_eq!(step(&keeper, memory).await, Progress::Idle, "it asks once an hour");
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(action(&keeper, id), Some(("report".into(), 0)));
}

#[tokio::test]
async fn statement_is_taken_only_of_a_paid_order_of_this_attestor() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let (statement, _) = stage.order(1);
    let unpaid = keeper.accept(&text(&statement)).await;
    assert!(unpaid.unwrap_err().to_string().contains("not in the contract"));
    stage.ledger.put(&statement, EscrowState::Open);
    keeper.accept(&text(&statement)).await.unwrap();
    keeper.accept(&text(&statement)).await.unwrap();
    let mut forged = statement.clone();
    forged.vault = Account([7; 20]);
    assert!(keeper.accept(&text(&forged)).await.is_err());
    assert!(keeper.accept("1 shirt").await.is_err());
    let (ended, _) = stage.order(3);
    stage.ledger.put(&ended, EscrowState::Closed(None));
    assert!(keeper.accept(&text(&ended)).await.is_err());
    assert!(keeper.orders().has(statement.id) && !keeper.orders().has(ended.id));
    let folder = stage.scene.folder.path().join("kept");
    let digits = statement.terms.price.to_string();
    assert!(super::nothing_of(&digits, &folder), "it is sealed");
}

/// Event of the random walk.
#[derive(Clone, Copy, Debug)]
enum Happens {
    Pass,
    Blocks(u64),
    Mined,
    Others(usize),
    Restart,
    Takes(bool),
    Fee(u128),
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => Just(Happens::Pass),
        2 => (1_u64..40).prop_map(Happens::Blocks),
        2 => Just(Happens::Mined),
        1 => (0_usize..3).prop_map(Happens::Others),
        1 => Just(Happens::Restart),
        1 => any::<bool>().prop_map(Happens::Takes),
        1 => (1_u128..30).prop_map(Happens::Fee),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    /// Whatever happens, one number at most waits, and nothing can cost more than its tip.
    #[test]
    fn one_transaction_at_a_time_within_its_tip(
        all in proptest::collection::vec(happens(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let stage = Stage::new();
            let mut keeper = stage.keeper();
            let mut memory = Memory::default();
            let mut orders = Vec::new();
            for n in [1, 3, 5] {
                orders.push(stage.told(&keeper, n, delivered(START)).await);
            }
            for event in all {
                match event {
                    Happens::Pass => drop(keeper.pass(&mut memory).await),
                    Happens::Blocks(blocks) => stage.ledger.advance(blocks, blocks * 60),
                    Happens::Mined => {
                        let next = stage.ledger.world().next;
                        let has_number = |order: &&Statement| {
                            let kept = keeper.orders().of(order.id).unwrap();
                            kept.is_some_and(|kept| kept.sent.iter().any(|one| one.nonce == next))
                        };
                        let found = orders.iter().find(has_number).map(|order| order.id);
                        if let Some(id) = found {
                            stage.ledger.mine(id);
                        }
                    }
                    Happens::Others(n) => stage.ledger.close(orders[n].id),
                    Happens::Restart => {
                        keeper = stage.keeper();
                        memory = Memory::default();
                    }
                    Happens::Takes(takes) => stage.ledger.world().takes = takes,
                    Happens::Fee(gwei) => stage.ledger.world().base_fee = gwei * GWEI,
                }
                let next = stage.ledger.world().next;
                let mut waiting = std::collections::BTreeSet::new();
                for order in &orders {
                    for sent in keeper.orders().of(order.id).unwrap().into_iter().flat_map(|kept| kept.sent) {
                        assert!(sent.fees().most(sent.gas) <= TIP);
                        if sent.nonce >= next {
                            waiting.insert(sent.nonce);
                        }
                    }
                }
                assert!(waiting.len() <= 1, "{waiting:?} wait at once");
            }
        });
    }
}
