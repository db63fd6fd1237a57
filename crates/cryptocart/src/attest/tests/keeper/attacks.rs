//! Nodes that lie, payees that burn gas, and orders that are made to use up the keeper.

use super::{GWEI, HOUR, START, Stage, TIP, action, delivered, step, text};
use crate::attest::keeper::{Keeper, Memory, Peers, Progress, Reports};
use shop_core::escrow::{Account, EscrowState, Hash, Statement, Terms};
use shop_http::{BoxFuture, Dial, Stream};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

/// Gas that a transaction of these tests is given: a quarter above the estimate.
const GAS: u128 = 162_500;
/// Tip that covers today's fee, and little more.
const SMALL: u128 = GAS * 3 * GWEI;

impl Stage {
    /// Order number `n` in this state with its terms changed, which the keeper is told of.
    async fn told_with(
        &self,
        keeper: &Keeper,
        n: u8,
        state: EscrowState,
        change: impl FnOnce(&mut Terms),
    ) -> Statement {
        let (statement, _) = self.scene.order_with(n, "K1A 0B1", change);
        self.ledger.put(&statement, state);
        keeper.accept(&text(&statement)).await.unwrap();
        statement
    }
}

fn numbers(keeper: &Keeper, id: Hash) -> Vec<u64> {
    let kept = keeper.orders().of(id).unwrap();
    kept.iter().flat_map(|kept| &kept.sent).map(|sent| sent.nonce).collect()
}

#[tokio::test]
async fn time_that_a_node_made_up_stops_nothing_for_years() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let years = 50 * 365 * 24 * HOUR;
    let order = stage.told(&keeper, 1, delivered(START + 2 * years)).await;
    stage.ledger.world().time = START + years;
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.world().time = START;
    stage.ledger.put(&order, delivered(START));
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
}

#[tokio::test]
async fn height_that_a_node_made_up_keeps_nothing_stuck() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    step(&keeper, memory).await;
    stage.ledger.world().height = 1 << 40;
    step(&keeper, memory).await;
    stage.ledger.world().height = 1_000;
    step(&keeper, memory).await;
    stage.ledger.advance(25, 1);
    step(&keeper, memory).await;
    assert_eq!(numbers(&keeper, order.id), [0, 0], "it is replaced");
}

/// Such a transaction is in no block for years, and everything would wait behind it.
#[tokio::test]
async fn number_that_a_node_made_up_holds_nothing_up() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().next = 1_000;
    step(&keeper, memory).await;
    stage.ledger.world().next = 0;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(numbers(&keeper, order.id), [1_000, 0]);
    // After a restart, too.
    let keeper = stage.keeper();
    stage.ledger.world().given.clear();
    assert_eq!(step(&keeper, &mut Memory::default()).await, Progress::Waiting);
    assert_eq!(stage.given().len(), 1, "the one that a block can take");
}

/// It would be refused, and its fee lost.
#[tokio::test]
async fn transaction_of_an_order_that_has_ended_is_not_sent() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let order = stage.told(&keeper, 1, delivered(START)).await;
    stage.ledger.world().takes = false;
    step(&keeper, &mut Memory::default()).await;
    stage.ledger.close(order.id);
    stage.ledger.world().takes = true;
    let keeper = stage.keeper();
    step(&keeper, &mut Memory::default()).await;
    assert!(stage.given().is_empty());
}

/// A payee can use nothing while the call is estimated, and all that it may in the block.
#[tokio::test]
async fn payee_with_code_has_room_in_the_gas_limit() {
    for (is_contract, base_fee, gas) in
        [(false, 20, Some(162_500)), (true, 20, None), (true, 10, Some(267_500))]
    {
        let stage = Stage::new();
        let keeper = stage.keeper();
        let order = stage.told(&keeper, 1, delivered(START)).await;
        stage.ledger.world().base_fee = base_fee * GWEI;
        if is_contract {
            stage.ledger.world().contracts.push(order.terms.seller);
        }
        step(&keeper, &mut Memory::default()).await;
        let sent = keeper.orders().of(order.id).unwrap().unwrap().sent;
        assert_eq!(sent.first().map(|sent| sent.gas), gas, "{is_contract} {base_fee}");
    }
}

/// An order whose tip covers the fees of a quiet night would stop the keeper until then.
#[tokio::test]
async fn small_tip_holds_up_no_larger_one() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let small = stage.told_with(&keeper, 1, delivered(START), |it| it.keeper_tip = SMALL).await;
    step(&keeper, memory).await;
    assert_eq!(numbers(&keeper, small.id), [0]);
    step(&keeper, memory).await;
    stage.ledger.world().base_fee = 10 * GWEI;
    stage.ledger.advance(26, 300);
    let large = stage.told(&keeper, 3, delivered(START)).await;
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(action(&keeper, large.id), Some(("finalize".into(), 0)));
    assert!(numbers(&keeper, small.id).is_empty(), "its number is the other one's");
    stage.ledger.mine(large.id);
    stage.ledger.world().base_fee = GWEI;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
    assert_eq!(numbers(&keeper, small.id), [1]);
}

/// The tip comes once, whatever a node says of numbers and refusals.
#[tokio::test]
async fn all_numbers_of_an_order_cost_no_more_than_its_tip() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let tip = SMALL * 3 / 2;
    let order = stage.told_with(&keeper, 1, delivered(START), |it| it.keeper_tip = tip).await;
    step(&keeper, memory).await;
    stage.ledger.world().next = 1;
    stage.ledger.advance(1, HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    assert_eq!(numbers(&keeper, order.id), [0]);
}

#[tokio::test]
async fn order_in_a_token_or_without_tip_is_not_taken() {
    let mut stage = Stage::new();
    let keeper = stage.keeper();
    let brought = async |keeper: &Keeper, stage: &Stage, n, change: fn(&mut Terms)| {
        let (statement, _) = stage.scene.order_with(n, "K1A 0B1", change);
        stage.ledger.put(&statement, EscrowState::Open);
        keeper.accept(&text(&statement)).await.map_err(|why| why.to_string())
    };
    let token: fn(&mut Terms) = |terms| {
        terms.token = Some(Account([66; 20]));
        terms.keeper_tip = TIP;
    };
    let no_tip: fn(&mut Terms) = |terms| terms.keeper_tip = 0;
    assert!(brought(&keeper, &stage, 1, token).await.unwrap_err().contains("token"));
    assert!(brought(&keeper, &stage, 3, no_tip).await.unwrap_err().contains("tip"));
    stage.limits.is_for_free = true;
    let keeper = stage.keeper();
    assert!(brought(&keeper, &stage, 1, token).await.is_err());
    assert!(brought(&keeper, &stage, 3, no_tip).await.is_ok());
}

/// Whoever wants no other order to be looked after makes thousands with small tips.
#[tokio::test]
async fn full_list_makes_room_for_a_larger_tip() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let mut small = Vec::new();
    for n in 0..9 {
        let change = |terms: &mut Terms| terms.keeper_tip = 10 + u128::from(n);
        small.push(stage.told_with(&keeper, 2 * n + 1, EscrowState::Open, change).await);
    }
    let (same, _) = stage.scene.order_with(21, "K1A 0B1", |terms| terms.keeper_tip = 10);
    stage.ledger.put(&same, EscrowState::Open);
    assert!(keeper.accept(&text(&same)).await.is_err());
    let larger = stage.told(&keeper, 23, EscrowState::Open).await;
    assert!(keeper.orders().has(larger.id));
    assert!(!keeper.orders().has(small[0].id), "the smallest tip goes");
    assert!(small[1..].iter().all(|order| keeper.orders().has(order.id)));
}

/// Each look asks the nodes, and a node that is asked too often answers no more.
#[tokio::test]
async fn statement_that_is_brought_again_has_no_node_asked() {
    let stage = Stage::new();
    let keeper = stage.keeper();
    let order = stage.told(&keeper, 1, EscrowState::Open).await;
    let news = keeper.desk().news.subscribe();
    stage.ledger.world().is_down = true;
    keeper.accept(&text(&order)).await.unwrap();
    assert!(!news.has_changed().unwrap());
}

#[tokio::test]
async fn sending_for_free_ends_for_the_day() {
    let mut stage = Stage::new();
    stage.limits.is_for_free = true;
    stage.limits.max_free_a_day = 2 * SMALL;
    let keeper = stage.keeper();
    let memory = &mut Memory::default();
    let mut orders = Vec::new();
    for n in [1, 3, 5] {
        orders.push(stage.told_with(&keeper, n, delivered(START), |it| it.keeper_tip = 0).await);
    }
    for number in 0..2 {
        assert_eq!(step(&keeper, memory).await, Progress::Waiting);
        let sent = orders.iter().find(|order| numbers(&keeper, order.id) == [number]).unwrap();
        stage.ledger.mine(sent.id);
        stage.ledger.advance(1, 1);
    }
    assert_eq!(step(&keeper, memory).await, Progress::Idle);
    stage.ledger.advance(1, 24 * HOUR);
    assert_eq!(step(&keeper, memory).await, Progress::Waiting);
}

/// Service that cannot be reached, which takes its time.
struct Silent(AtomicUsize);

impl Dial for Silent {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(90)).await;
            Err(io::ErrorKind::TimedOut.into())
        })
    }
}

/// With hundreds of orders, each would wait for it once an hour, and nothing else be sent.
#[tokio::test(start_paused = true)]
async fn attestor_that_is_gone_is_not_asked_for_each_order() {
    let stage = Stage::new();
    let (statement, _) = stage.order(1);
    let accounts = statement.attestors.accounts();
    let gone = Arc::new(Silent(AtomicUsize::new(0)));
    let peers = Peers::one(accounts[1], Arc::clone(&gone) as Arc<dyn Dial>);
    for _ in 0..5 {
        assert!(peers.of_others(&statement, accounts[0]).await.is_empty());
    }
    assert_eq!(gone.0.load(Ordering::SeqCst), 1);
    tokio::time::advance(Duration::from_secs(1_801)).await;
    assert!(peers.of_others(&statement, accounts[0]).await.is_empty());
    assert_eq!(gone.0.load(Ordering::SeqCst), 2, "it may be back");
}
