//! Changes to an order after it was placed.

use super::Db;
use crate::{
    claim::ClaimState,
    error::{
        CancelError, DbError, DownloadError, EventError, ForgetError, ReplaceCopyError, ReviewError,
    },
    event::OrderEvent,
    model::{Accepted, BuyerCopyUpdate, NewMail},
    rows::Rows,
    rules::{self, TxContext},
};
use shop_core::{order::OrderId, order_status::EventKind, time::CoarseTime};

impl Db {
    /// Ends an order's offer now, while no money was seen for it.
    /// Goods it took come back, and the mail tells the seller. Money that comes after all is late.
    ///
    /// # Errors
    /// [`CancelError`]; nothing is changed then, and the mail is not kept.
    pub async fn cancel(
        &self,
        lookup: &[u8; 32],
        now: CoarseTime,
        mail: NewMail,
    ) -> Result<(), CancelError> {
        let lookup = *lookup;
        self.change(move |rows, tx| rules::cancel(rows, tx, &lookup, now, &mail)).await
    }

    /// Destroys an order's record before its time, at its buyer's wish, and its traces in the
    /// files. Only a closed order goes: ended unpaid, or paid; with every mail about it delivered,
    /// and with its money given back if the goods were gone. True if the log could be emptied at
    /// once; if not, the next purge does it.
    ///
    /// The seller's mails stay with the seller, and what is kept for ever (RECORDS.md) stays here.
    ///
    /// # Errors
    /// [`ForgetError`] says what is still open; nothing is changed then.
    pub async fn forget(&self, lookup: &[u8; 32], now: CoarseTime) -> Result<bool, ForgetError> {
        let lookup = *lookup;
        self.change(move |rows, tx| rules::forget(rows, tx, &lookup, now)).await?;
        Ok(self.engine.empty_log().await?)
    }

    /// Exchanges the buyer's copy for a newer one, together with a mail to the seller.
    /// The mail says what is new in it. Nothing is exchanged if another was kept since the one was
    /// read that this was made from.
    ///
    /// # Errors
    /// [`ReplaceCopyError`]; nothing is changed then.
    pub async fn replace_buyer_copy(
        &self,
        lookup: &[u8; 32],
        exchange: BuyerCopyUpdate,
    ) -> Result<(), ReplaceCopyError> {
        let lookup = *lookup;
        self.change(move |rows, tx| rules::replace_buyer_copy(rows, tx, &lookup, &exchange)).await
    }

    /// Begins a download of a line's file, and counts it, if fewer than `most` were begun.
    /// From now until `open_until` it counts once. If one is open still, nothing is counted.
    ///
    /// # Errors
    /// [`DownloadError`]; nothing is counted then.
    pub async fn begin_download(
        &self,
        lookup: &[u8; 32],
        line: u32,
        most: u32,
        now: CoarseTime,
        open_until: CoarseTime,
    ) -> Result<(), DownloadError> {
        let lookup = *lookup;
        let wish = rules::Begin { line, most, now, open_until };
        self.change(move |rows, tx| rules::begin_download(rows, tx, &lookup, &wish)).await
    }

    /// Gives orders that have paid what they were not given: goods that are there by now, if the
    /// seller took back that the money was returned; codes, because the list had too few, or because
    /// only now the seller says that a late order is served. Codes promised to who got the money back
    /// are for sale again.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn give_codes(&self) -> Result<(), DbError> {
        let job = |rows: &dyn Rows, tx: &TxContext| {
            rules::release_by_policy(rows, tx)?;
            rules::recount_lists(rows, tx)?;
            rules::allocate_backorders(rows, tx)?;
            rules::give_owed(rows, tx)
        };
        self.change(job).await
    }

    /// Adds to an order's story, with the seller's words sealed to its buyer inbox, if there are
    /// any. Where no money was seen, nothing but notes is taken.
    ///
    /// # Errors
    /// [`EventError`]; nothing is changed then.
    pub async fn add_event(
        &self,
        order: OrderId,
        kind: EventKind,
        letter: Option<Vec<u8>>,
    ) -> Result<(), EventError> {
        self.add(order, rules::NewEvent { event: OrderEvent { kind, letter }, force: false }).await
    }

    /// Adds an event as [`Db::add_event`] does, even if no money was seen.
    /// The seller may know better.
    ///
    /// # Errors
    /// [`EventError`]; nothing is changed then.
    pub async fn force_event(
        &self,
        order: OrderId,
        kind: EventKind,
        letter: Option<Vec<u8>>,
    ) -> Result<(), EventError> {
        self.add(order, rules::NewEvent { event: OrderEvent { kind, letter }, force: true }).await
    }

    async fn add(&self, order: OrderId, event: rules::NewEvent) -> Result<(), EventError> {
        self.engine.write(move |rows| rules::add_event(rows, order, &event)).await
    }

    /// Accepts a payment for an order, as the seller says: the one of this transaction id, or the only
    /// one its buyer named that waits. It counts as soon as it is looked up, whatever its amount, unless
    /// it counts for another order. The order's digital goods need no further word then; those that wait
    /// for one now are released at once.
    ///
    /// # Errors
    /// [`ReviewError`]; nothing is changed then.
    pub async fn accept(
        &self,
        order: OrderId,
        txid: Option<String>,
    ) -> Result<Accepted, ReviewError> {
        self.engine.write(move |rows| rules::accept(rows, order, txid.as_deref())).await
    }

    /// Returns what has become of a payment that was named for an order: none if it was not.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn claim_state(
        &self,
        order: OrderId,
        txid: &str,
    ) -> Result<Option<ClaimState>, DbError> {
        let txid = txid.to_owned();
        self.engine.read(move |rows| rows.claim_state(order, &txid)).await
    }

    /// Rejects payments that wait for the seller: the one of this transaction id, or all that the order's
    /// buyer named. Says how many.
    ///
    /// # Errors
    /// [`ReviewError`]; nothing is changed then.
    pub async fn reject(&self, order: OrderId, txid: Option<String>) -> Result<usize, ReviewError> {
        self.engine.write(move |rows| rules::reject(rows, order, txid.as_deref())).await
    }

    /// Takes back what the seller said last about an order, with the words, and says what it was.
    ///
    /// # Errors
    /// [`EventError`]; nothing is changed then.
    pub async fn undo_event(&self, order: OrderId) -> Result<EventKind, EventError> {
        self.change(move |rows, tx| rules::undo_event(rows, tx, order)).await
    }
}
