//! Counts of the stock.

use super::Db;
use crate::{
    error::DbError,
    model::{Availabilities, StockLine},
    rows::Rows,
    rules::{self, TxContext},
};
use shop_core::stock::StockKey;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

impl Db {
    /// Sets the numbers of the catalogue, whole, at a start and whenever it was read again.
    /// A thing that is new, or has another number than the catalogue had before, is counted again:
    /// so many are there that nobody has paid for. The others go on as they are. Things sold from a
    /// list of codes are as many as codes that were neither given nor promised. A thing not listed
    /// any more goes, unless an order still needs it.
    ///
    /// # Errors
    /// [`DbError`]; nothing is changed then.
    pub async fn recount(&self, listed: Vec<(StockKey, u32)>) -> Result<(), DbError> {
        self.change(move |rows, tx| rules::recount(rows, tx, &listed)).await
    }

    /// Sets numbers as [`Db::recount`] does, together with other lists of codes.
    /// `take_up` makes the order sealer give codes from them, and returns what makes it give them from the
    /// ones before: this is called if the numbers are not set. Both are called where nothing
    /// else is changed meanwhile, so no payment that is settled beside it gets a code of lists that
    /// are refused.
    ///
    /// # Errors
    /// [`DbError`]; nothing is changed then.
    pub async fn recount_from<U>(
        &self,
        listed: Vec<(StockKey, u32)>,
        take_up: impl FnOnce() -> U + Send + 'static,
    ) -> Result<(), DbError>
    where
        U: FnOnce() + Send + 'static,
    {
        let taken: Arc<Mutex<Option<U>>> = Arc::default();
        let before = Arc::clone(&taken);
        let job = move |rows: &dyn Rows, tx: &TxContext| {
            *taken.lock().map_err(|_| DbError::Broken)? = Some(take_up());
            rules::recount(rows, tx, &listed)
        };
        let undo = move || {
            // A job that never ran has taken nothing up.
            if let Some(undo) = before.lock().ok().and_then(|mut before| before.take()) {
                undo();
            }
        };
        self.change_or(job, undo).await
    }

    /// Sets the number of a thing that nobody has paid for, as the seller says.
    /// Returns false if it is not counted, or is sold from a list of codes.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn set_stock(&self, key: StockKey, on_hand: u32) -> Result<bool, DbError> {
        self.change(move |rows, tx| rules::set_stock(rows, tx, &key, on_hand)).await
    }

    /// Notes the next `units` codes of a thing as given, so that nobody gets them any more.
    /// They are the ones that an order would have got, and were given to orders that this database
    /// does not know. Returns how many codes were left before; if they are fewer, nothing is noted.
    ///
    /// # Errors
    /// [`DbError`]; nothing is changed then.
    pub async fn skip_codes(&self, key: StockKey, units: usize) -> Result<usize, DbError> {
        self.change(move |rows, tx| rules::skip_codes(rows, tx, &key, units)).await
    }

    /// Returns everything that is counted, by key. Buyers see [`Db::availabilities`] only.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn stock(&self) -> Result<Vec<StockLine>, DbError> {
        self.engine.read(|rows| rows.stock()).await
    }

    /// Returns a receiver of the levels that buyers may know. `borrow()` is the current value,
    /// `changed()` waits for another. What other processes changed is seen after [`Db::look_again`].
    #[must_use]
    pub fn availabilities(&self) -> watch::Receiver<Availabilities> {
        self.levels.subscribe()
    }

    /// Looks at the counts, and tells who watches [`Db::availabilities`] if one of them is another.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn look_again(&self) -> Result<(), DbError> {
        let _alone = self.looking.lock().await;
        let now = self.engine.read(|rows| Ok(rules::availabilities(rows.stock()?))).await?;
        self.levels.send_if_modified(|levels| {
            let differ = *levels != now;
            *levels = Arc::clone(&now);
            differ
        });
        Ok(())
    }

    /// Returns a number that changes once a different process has changed the database.
    /// Such a process is a seller's command. It is to be asked now and then: nothing else tells.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn foreign_changes(&self) -> Result<i64, DbError> {
        self.engine.foreign_changes().await
    }
}
