//! Handle of the database.

mod after;
mod balance;
mod chains;
mod escrow;
mod key;
mod stock;

use crate::{
    claim::{ClaimRefusal, PendingClaim},
    engine::Engine,
    error::{ClaimError, DbError, OpenError, PlaceError},
    memory,
    model::{
        Assessed, Availabilities, Backlog, ChainNotice, Contents, NewOrder, OrderRecord,
        OrderSummary, OutboxMail, PaymentPolicies, PlacedOrders, PoolStanding, Purged, StockLine,
    },
    rows::{RecordRows, Rows},
    rules::{self, TxContext},
    sealer::OrderSealer,
    sqlite::{self, FileCheck},
};
use shop_core::{
    chain::ChainId,
    entropy::Entropy,
    money::{Amount, AssetId},
    naming::Name,
    order::OrderId,
    order_status::RetentionPolicy,
    pay_to::PayTo,
    time::CoarseTime,
    view::{BlockAt, ChainUpdate, Transfer},
};
use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};
use tokio::sync::{Mutex, Notify, watch};

/// The shop's memory. Clones are the same database.
#[derive(Clone)]
pub struct Db {
    engine: Arc<Engine>,
    mail: Arc<Notify>,
    levels: watch::Sender<Availabilities>,
    placed: watch::Sender<PlacedOrders>,
    /// One at a time looks at the counts and says what they are.
    looking: Arc<Mutex<()>>,
    sealer: Option<OrderSealer>,
    message_ids: Option<Arc<dyn Entropy>>,
    /// Shared by all handles made from the one that was given them.
    policies: Arc<RwLock<PaymentPolicies>>,
}

impl Db {
    /// Opens the database at `path`, or makes it, readable by its owner alone.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not this version's.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let (engine, stock) = sqlite::Engine::open(path)?;
        Ok(Self::on(Engine::Sqlite(engine), stock))
    }

    /// Returns the contents of the file at `path`, which may not be there. Changes nothing in it.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not a shop's.
    pub fn contents(path: &Path) -> Result<Contents, OpenError> {
        let found = sqlite::read_file(path, FileCheck::Header, |rows| rows.key_proof())?;
        Ok(found.map_or(Contents::Nothing, |key_proof| Contents::Shop { key_proof }))
    }

    /// Returns the orders in the file at `path`, as [`Db::orders`] does.
    /// Nothing is written, so a full disk is no obstacle. An empty file has none.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not this version's.
    pub fn orders_in(path: &Path) -> Result<Vec<OrderSummary>, OpenError> {
        let found = sqlite::read_file(path, FileCheck::Whole, |rows| rules::orders(rows))?;
        Ok(found.unwrap_or_default())
    }

    /// Opens a database of maps, which is gone with its last handle: for tests, it knows no file.
    ///
    /// # Errors
    /// None so far.
    pub fn in_memory() -> Result<Self, OpenError> {
        Ok(Self::on(Engine::Memory(memory::Engine::new()), Vec::new()))
    }

    fn on(engine: Engine, stock: Vec<StockLine>) -> Self {
        let (levels, _) = watch::channel(rules::availabilities(stock));
        Self {
            engine: Arc::new(engine),
            mail: Arc::default(),
            levels,
            placed: watch::Sender::default(),
            looking: Arc::default(),
            sealer: None,
            message_ids: None,
            policies: Arc::new(RwLock::new(Arc::new([]))),
        }
    }

    /// Returns a handle of the same database whose changes this sealer seals.
    /// A handle without one places no order that takes what is counted, and treats every order as
    /// uncounted.
    #[must_use]
    pub fn with_sealer(&self, sealer: OrderSealer) -> Self {
        Self { sealer: Some(sealer), ..self.clone() }
    }

    /// Returns a handle of the same database whose changes tell the seller.
    /// Their notices wait in the outbox, under Message-IDs from this source. A handle without one
    /// tells the seller nothing.
    #[must_use]
    pub fn with_notices(&self, message_ids: Arc<dyn Entropy>) -> Self {
        Self { message_ids: Some(message_ids), ..self.clone() }
    }

    /// Returns a handle of the same database that goes by these settings.
    /// A handle without any counts every payment, however little, and lets every payment release
    /// digital goods.
    #[must_use]
    pub fn with_policies(&self, policies: PaymentPolicies) -> Self {
        Self { policies: Arc::new(RwLock::new(policies)), ..self.clone() }
    }

    /// Replaces the settings of payments, for all handles that share them.
    /// A change that is under way goes by those it began with.
    pub fn replace_policies(&self, policies: PaymentPolicies) {
        *self.policies.write().unwrap_or_else(PoisonError::into_inner) = policies;
    }

    fn policies(&self) -> PaymentPolicies {
        Arc::clone(&self.policies.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn tx_context(&self) -> TxContext {
        let sealer = self.sealer.clone();
        TxContext::new(sealer, self.message_ids.clone(), self.policies())
    }

    /// Runs a change, and tells those who wait for what it did.
    async fn change<T, E>(
        &self,
        job: impl FnOnce(&dyn Rows, &TxContext) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.change_or(job, || {}).await
    }

    /// Runs a change; `undo` is called if nothing of it stays, before anything else is done.
    async fn change_or<T, E>(
        &self,
        job: impl FnOnce(&dyn Rows, &TxContext) -> Result<T, E> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let tx = Arc::new(self.tx_context());
        let theirs = Arc::clone(&tx);
        let done = self.engine.write_or(move |rows| job(rows, &theirs), undo).await?;
        if tx.mailed() > 0 {
            self.mail.notify_one();
        }
        if tx.has_changed_levels() {
            // What is on the disk stays there, whoever hears of it.
            let _told_with_the_next = self.look_again().await;
        }
        Ok(done)
    }

    /// Waits until mail may have come into the outbox since this was last waited for. One task
    /// should wait: two would share the news.
    pub async fn new_mail(&self) {
        self.mail.notified().await;
    }

    /// Places an order: all of it is on the disk when this returns, or nothing.
    ///
    /// # Errors
    /// [`PlaceError`]; nothing is stored then.
    pub async fn place(&self, order: NewOrder) -> Result<(), PlaceError> {
        let id = order.id;
        self.change(move |rows, tx| rules::place(rows, tx, &order)).await?;
        // Nothing is remembered that nobody asks for.
        if self.placed.receiver_count() > 0 {
            self.placed.send_modify(|placed| placed.add(id));
        }
        Ok(())
    }

    /// Returns the orders that are placed from now on, as they come.
    /// Orders of other processes are not among them, nor one whose [`Db::place`] was dropped before
    /// it returned.
    #[must_use]
    pub fn placed_orders(&self) -> watch::Receiver<PlacedOrders> {
        self.placed.subscribe()
    }

    /// Returns the code of the order that a form or a cart has placed, sealed to that.
    /// There is none if it has placed none, or has lapsed, or its order is gone.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn form_code(&self, form: &[u8; 32]) -> Result<Option<Vec<u8>>, DbError> {
        let form = *form;
        self.engine.read_here(move |rows| rows.form_code(&form)).await
    }

    /// Returns for each of these pool pay-tos if it was ever given to an order, in their order.
    ///
    /// Only a hint for what to offer: [`Db::place`] decides. It takes as long for an old shop as
    /// for a new one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn given(&self, pay_tos: Vec<PayTo>) -> Result<Vec<bool>, DbError> {
        self.engine.read(move |rows| rules::given(rows, &pay_tos)).await
    }

    /// Returns pool pay-tos that may be given again, to an order that its amount names.
    /// They were given, and never paid. Those that rested longest come first, at most `most` after
    /// the first `skip`. A hint, as [`Db::given`].
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn reusable(
        &self,
        asset: AssetId,
        now: CoarseTime,
        skip: usize,
        most: usize,
    ) -> Result<Vec<PayTo>, DbError> {
        self.engine.read(move |rows| rules::reusable(rows, asset, now, skip, most)).await
    }

    /// Returns the standing of a pool of one asset: what to tell the seller of it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn pool(&self, pool: Vec<PayTo>, now: CoarseTime) -> Result<PoolStanding, DbError> {
        self.engine.read(move |rows| rules::pool_standing(rows, &pool, now)).await
    }

    /// Returns an amount that can name an order of this price at this pay-to.
    /// It is looked for from `start` on; there is none if every amount is taken. A hint, as
    /// [`Db::given`].
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn free_name(
        &self,
        pay_to: &PayTo,
        price: Amount,
        start: u64,
    ) -> Result<Option<Name>, DbError> {
        let pay_to = pay_to.clone();
        self.engine.read(move |rows| rules::free_name(rows, &pay_to, price, start)).await
    }

    /// Returns the order an order code opens.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn order(&self, lookup: &[u8; 32]) -> Result<Option<OrderRecord>, DbError> {
        let lookup = *lookup;
        let tx = self.tx_context();
        self.engine.read_here(move |rows| rules::order(rows, &tx, &lookup)).await
    }

    /// Returns every order, newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn orders(&self) -> Result<Vec<OrderSummary>, DbError> {
        self.engine.read(rules::orders).await
    }

    /// Records a buyer's claim that a transaction paid the order. A refused claim may be made
    /// again.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub async fn claim(&self, lookup: &[u8; 32], txid: &str) -> Result<(), ClaimError> {
        let lookup = *lookup;
        let txid = txid.to_owned();
        self.engine.write(move |rows| rules::claim(rows, &lookup, &txid)).await
    }

    /// Returns the claims that wait to be looked up on a chain, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn pending_claims(&self, chain: ChainId) -> Result<Vec<PendingClaim>, DbError> {
        self.engine.read(move |rows| rules::pending_claims(rows, chain)).await
    }

    /// Stores what looking up a pending claim found, and judges its order. A claim that is not
    /// pending any more is left as it is.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn judge_claim(
        &self,
        order: OrderId,
        txid: &str,
        found: Result<Vec<Transfer>, ClaimRefusal>,
        now: CoarseTime,
    ) -> Result<(), DbError> {
        let txid = txid.to_owned();
        self.change(move |rows, tx| rules::judge_claim(rows, tx, order, &txid, found, now)).await
    }

    /// Returns the last blocks read of a chain, at most 256, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn chain(&self, chain: ChainId) -> Result<Vec<BlockAt>, DbError> {
        self.engine.read(move |rows| rules::blocks(rows, chain)).await
    }

    /// Applies what a chain did, and judges every order it may concern. Applying the same advance
    /// twice is the same as once.
    ///
    /// # Errors
    /// [`DbError`]; nothing is applied then.
    pub async fn apply_update(
        &self,
        chain: ChainId,
        advance: ChainUpdate,
        now: CoarseTime,
    ) -> Result<Assessed, DbError> {
        self.change(move |rows, tx| rules::apply_update(rows, tx, chain, &advance, now)).await
    }

    /// Returns mails that are to be delivered, oldest first, at most `most`.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn outbox(&self, most: usize) -> Result<Vec<OutboxMail>, DbError> {
        self.outbox_after(0, most).await
    }

    /// Returns mails behind this place in the outbox, as [`Db::outbox`] does.
    /// A notice that cannot be sealed now holds up no other mail this way.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn outbox_after(&self, id: i64, most: usize) -> Result<Vec<OutboxMail>, DbError> {
        self.engine.read(move |rows| rules::outbox(rows, id, most)).await
    }

    /// Queues a notice to the seller about a chain.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn tell_of_chain(&self, chain: ChainId, notice: ChainNotice) -> Result<(), DbError> {
        self.change(move |rows, tx| rules::tell_of_chain(rows, tx, chain, notice)).await
    }

    /// Counts what has not reached the seller's mailbox yet.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn backlog(&self) -> Result<Backlog, DbError> {
        self.engine.read(|rows| rows.backlog()).await
    }

    /// Takes mails that are delivered or dropped out of the outbox, all in one commit.
    /// They may be gone already.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn delivered(&self, ids: Vec<i64>) -> Result<(), DbError> {
        self.engine.write(move |rows| rows.remove_mails(&ids)).await
    }

    /// Removes the orders whose time is over, and their traces from the files.
    /// It frees what was set aside for long enough. To be called once in every hour. A clock that
    /// is far ahead of the newest block read deletes nothing that its hours alone would.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, now: CoarseTime, terms: RetentionPolicy) -> Result<Purged, DbError> {
        let job = move |rows: &dyn Rows, tx: &TxContext| rules::purge(rows, tx, now, terms);
        let purged = self.change(job).await?;
        Ok(Purged { log_emptied: self.engine.empty_log().await?, ..purged })
    }

    /// Opens a database of SQLite without a file, for tests of its rows.
    #[cfg(test)]
    pub(crate) fn sqlite_in_memory() -> Result<Self, OpenError> {
        sqlite::Engine::in_memory().map(Self::from_engine)
    }

    /// Returns the engine, which must be SQLite's.
    #[cfg(test)]
    pub(crate) fn engine(&self) -> &sqlite::Engine {
        match &*self.engine {
            Engine::Sqlite(engine) => engine,
            Engine::Memory(_) => panic!("this database is in maps"),
        }
    }

    #[cfg(test)]
    pub(crate) fn from_engine((engine, stock): (sqlite::Engine, Vec<StockLine>)) -> Self {
        Self::on(Engine::Sqlite(engine), stock)
    }

    /// Returns the number of commits to the disk since this was opened, for tests and benchmarks.
    /// There are fewer than changes, when many changes came at once.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.engine.commits()
    }

    /// Finishes what is queued, writes everything into the one file and closes it. Later calls on
    /// other handles fail with [`DbError::Closed`].
    pub async fn close(self) {
        self.engine.close().await;
    }
}

/// Writes the name of the type alone, never the contents.
impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Db(..)")
    }
}
