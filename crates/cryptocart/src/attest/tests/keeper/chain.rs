//! A chain that does what a test of the keeper wants.

use super::GWEI;
use crate::{
    attest::tests::{START, key},
    escrow::sending::Ledger,
};
use shop_chain::{
    NodeError, WatchError,
    ethereum::{
        Fees, Mined, Moment,
        escrow::{PINNED, describe_call, vault_of},
    },
};
use shop_core::{
    escrow::{Account, EscrowState, Hash, Statement},
    time::UnixTime,
    view::Height,
};
use shop_http::BoxFuture;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
};

/// Order on the chain of these tests.
#[derive(Clone, Copy)]
pub(super) struct OnChain {
    pub(super) state: EscrowState,
    pub(super) balance: u128,
    pub(super) closed_at: Option<u64>,
}

/// Chain of these tests.
pub(super) struct World {
    pub(super) height: u64,
    pub(super) time: u64,
    pub(super) base_fee: u128,
    pub(super) orders: BTreeMap<Hash, OnChain>,
    /// Transactions of the keeper that are in a block.
    pub(super) next: u64,
    pub(super) has: u128,
    /// Calls that nodes were given, by the hash of their transactions: order and name.
    pub(super) given: Vec<Hash>,
    pub(super) takes: bool,
    pub(super) is_down: bool,
    pub(super) is_refusing: bool,
    pub(super) code: Hash,
    /// Accounts that are contracts.
    pub(super) contracts: Vec<Account>,
}

#[derive(Clone)]
pub(super) struct FakeLedger(Arc<Mutex<World>>);

impl FakeLedger {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(World {
            height: 1_000,
            time: START,
            base_fee: GWEI,
            orders: BTreeMap::new(),
            next: 0,
            has: 1_000_000_000 * GWEI,
            given: Vec::new(),
            takes: true,
            is_down: false,
            is_refusing: false,
            code: PINNED.code_hash,
            contracts: Vec::new(),
        })))
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap()
    }

    pub(super) fn put(&self, statement: &Statement, state: EscrowState) {
        let order = OnChain { state, balance: statement.terms.price, closed_at: None };
        self.world().orders.insert(statement.id, order);
    }

    /// Lets blocks and seconds pass.
    pub(super) fn advance(&self, blocks: u64, seconds: u64) {
        let mut world = self.world();
        world.height += blocks;
        world.time += seconds;
    }

    /// Has a block take the keeper's next transaction, which ends an order.
    pub(super) fn mine(&self, id: Hash) {
        self.world().next += 1;
        self.close(id);
    }

    /// Ends an order, by whomever.
    pub(super) fn close(&self, id: Hash) {
        let mut world = self.world();
        world.height += 1;
        let height = world.height;
        world.orders.get_mut(&id).unwrap().closed_at = Some(height);
    }

    fn told<T: Send + 'static>(
        &self,
        tell: impl FnOnce(&mut World) -> T,
    ) -> BoxFuture<'static, Result<T, WatchError>> {
        let mut world = self.world();
        let trouble = WatchError::Node { number: 1, trouble: NodeError::Timeout };
        let told = if world.is_down { Err(trouble) } else { Ok(tell(&mut world)) };
        Box::pin(std::future::ready(told))
    }
}

impl Ledger for FakeLedger {
    fn newest(&self) -> BoxFuture<'_, Result<Moment, WatchError>> {
        self.told(|world| Moment {
            height: Height(world.height),
            time: UnixTime(world.time),
            base_fee: world.base_fee,
        })
    }

    fn state(&self, id: Hash, at: Height) -> BoxFuture<'_, Result<EscrowState, WatchError>> {
        self.told(move |world| {
            world.orders.get(&id).map_or(EscrowState::Open, |order| {
                let is_closed = order.closed_at.is_some_and(|closed| closed <= at.0);
                if is_closed { EscrowState::Closed(None) } else { order.state }
            })
        })
    }

    fn balance_of(
        &self,
        _: Option<Account>,
        account: Account,
        _: Height,
    ) -> BoxFuture<'_, Result<u128, WatchError>> {
        self.told(move |world| {
            let is_vault = |id: &Hash| vault_of(PINNED.contract, *id) == account;
            let order = world.orders.iter().find(|(id, _)| is_vault(id));
            let others = if account == key(99).account() { world.has } else { 0 };
            order.map_or(others, |(_, order)| order.balance)
        })
    }

    fn contract_code(&self, _: Height) -> BoxFuture<'_, Result<Option<Hash>, WatchError>> {
        self.told(|world| Some(world.code))
    }

    fn has_code(&self, account: Account, _: Height) -> BoxFuture<'_, Result<bool, WatchError>> {
        self.told(move |world| world.contracts.contains(&account))
    }

    fn next_nonce(&self, _: Account, _: Height) -> BoxFuture<'_, Result<u64, WatchError>> {
        self.told(|world| world.next)
    }

    fn estimate<'a>(
        &'a self,
        _: Account,
        data: &'a [u8],
    ) -> BoxFuture<'a, Result<u64, WatchError>> {
        assert!(describe_call(data).is_some(), "it is a call about an order");
        if self.world().is_refusing {
            let trouble = WatchError::Node { number: 1, trouble: NodeError::Refused(3) };
            return Box::pin(std::future::ready(Err(trouble)));
        }
        self.told(|_| 130_000)
    }

    fn fees(&self, now: Moment) -> BoxFuture<'_, Fees> {
        let fees = Fees { max_fee: 2 * now.base_fee + GWEI, max_priority_fee: GWEI };
        Box::pin(std::future::ready(fees))
    }

    fn send<'a>(&'a self, _: &'a [u8], hash: Hash) -> BoxFuture<'a, Result<usize, WatchError>> {
        self.told(move |world| {
            if world.takes {
                world.given.push(hash);
            }
            usize::from(world.takes)
        })
    }

    fn mined(&self, _: Hash) -> BoxFuture<'_, Result<Option<Mined>, WatchError>> {
        self.told(|_| None)
    }
}
