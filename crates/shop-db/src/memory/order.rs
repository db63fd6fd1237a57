//! Orders.

use super::{
    tables::{Order, Seq, Tables, TransferKey},
    violation::{self, FOREIGN_KEY, UNIQUE},
};
use crate::{
    error::DbError,
    model::NewOrder,
    rows::{
        ChainNumber, ClaimRows, EscrowRows, OrderCopies, OrderRow, OrderRows, WatchedRow, Which,
        named_amount,
    },
};
use shop_core::{
    invoice::Invoice,
    money::AssetId,
    order::OrderId,
    order_status::OrderStatus,
    time::CoarseTime,
    view::{BlockAt, Height},
};
use std::collections::BTreeSet;

const FIRST: CoarseTime = CoarseTime::from_hours(0);

impl Tables {
    /// Returns an order with what stands in other rows.
    fn order_row(&self, at: Seq) -> Result<OrderRow, DbError> {
        let order = self.orders.rows().get(&at).ok_or(DbError::Unreadable)?;
        let chain = self.chains.read(&order.chain, |chain| chain.row);
        let is_of_chain = |key: &(ChainNumber, Height)| key.0 == order.chain;
        let unread =
            self.logs_unread.range((order.chain, Height(0)), is_of_chain, |_, row| row.block.time);
        let is_of_order = |key: &(OrderId, u64)| key.0 == order.id;
        let order_asset = order.invoice.due().asset();
        Ok(OrderRow {
            order: order.id,
            chain: chain.ok_or(DbError::Unreadable)?,
            newest_unread: unread.into_iter().max(),
            highest: self.blocks_of(order.id).into_iter().map(|block| block.height).max(),
            reservation: self.reservations.rows().read(&at, |row| row.status),
            claims: self
                .claims(order.id, order.invoice.due().asset())?
                .into_iter()
                .map(|claim| claim.state)
                .collect(),
            events: self.events.range((order.id, 0), is_of_order, |_, event| event.kind),
            invoice: order.invoice,
            placed: order.placed,
            inbox_key: order.inbox_key,
            cancelled: order.cancelled,
            digital: order.digital,
            released: order.released,
            rechecked: order.rechecked,
            underpaid_notified: order.underpaid_notified,
            has_other_money: self.has_other_money(order.id, order_asset),
            other_money_notified: order.other_money_notified,
            escrow: self.escrows.rows().get(&order.id),
        })
    }

    /// Returns true if money of another asset than this stands in a block for an order.
    fn has_other_money(&self, order: OrderId, asset: AssetId) -> bool {
        let keys = self.transfers.by.order.all(&order).into_iter();
        let is_mined = |key| self.transfers.rows().read(&key, |row| row.transfer.block.is_some());
        keys.filter(|key| key.asset != asset).any(|key| is_mined(key) == Some(true))
    }

    /// Returns the blocks in which transfers of an order stand.
    fn blocks_of(&self, order: OrderId) -> Vec<BlockAt> {
        let keys = self.transfers.by.order.all(&order).into_iter();
        let block = |key| self.transfers.rows().read(&key, |row| row.transfer.block);
        keys.filter_map(|key| block(key).flatten()).collect()
    }

    /// Returns the places of the orders asked for.
    fn places(&self, which: Which) -> Vec<Seq> {
        let by = &self.orders.by;
        match which {
            Which::Lookup(lookup) => by.lookup.all(&lookup),
            Which::All => {
                let mut places = by.placed.range(FIRST, |_| true);
                places.reverse();
                places
            }
            Which::OfChain(chain) => by.chain.range((chain, FIRST), |found| found.0 == chain),
            Which::StatusUntil(chain, hour) => {
                let is_over =
                    |found: &(ChainNumber, CoarseTime)| found.0 == chain && found.1 <= hour;
                by.status_until.range((chain, FIRST), is_over)
            }
            Which::Old { chain, expired, placed } => {
                let is_old = |order: &Order| {
                    let is_old = order.invoice.expires() < expired || order.placed < placed;
                    is_old && !self.mails.by.order.has(&order.id)
                };
                let mut places = self.places(Which::OfChain(chain));
                places.retain(|at| self.orders.rows().read(at, is_old) == Some(true));
                places
            }
            Which::ReservedUntil(hour) => {
                self.reservations.by.until.range(FIRST, |until| *until <= hour)
            }
            Which::Backordered => self.reservations.by.backorder.range(i64::MIN, |_| true),
        }
    }

    /// Returns what is read in the orders at these places.
    fn read_orders<T>(&self, places: &[Seq], read: impl Fn(&Order) -> T) -> Vec<T> {
        places.iter().filter_map(|at| self.orders.rows().read(at, &read)).collect()
    }

    fn ids(&self, places: &[Seq]) -> Vec<OrderId> {
        self.read_orders(places, |order| order.id)
    }

    /// Returns true if another order has what an order has alone.
    fn is_taken(&self, order: &NewOrder) -> bool {
        let by = &self.orders.by;
        let pay_to = order.invoice.pay_to();
        by.id.has(&order.id)
            || by.lookup.has(&order.lookup)
            || match named_amount(&order.invoice) {
                Some(amount) => by.named.has(&(pay_to.clone(), amount)),
                None => by.lone.has(pay_to),
            }
    }
}

impl OrderRows for Tables {
    fn insert_order(
        &self,
        order: &NewOrder,
        chain: ChainNumber,
        copies: OrderCopies,
    ) -> Result<(), DbError> {
        violation::ensure(!self.is_taken(order), UNIQUE)?;
        violation::ensure(self.chains.has(&chain), FOREIGN_KEY)?;
        let last = self.orders.rows().last_key().map_or(0, |last| last.0);
        let row = Order {
            id: order.id,
            lookup: order.lookup,
            placed: order.placed,
            chain,
            invoice: order.invoice.clone(),
            copies,
            inbox_key: order.inbox_key,
            digital: order.digital,
            cancelled: false,
            released: false,
            rechecked: false,
            status_until: None,
            underpaid_notified: false,
            other_money_notified: false,
            codes_missing: false,
        };
        self.orders.put(Seq(last + 1), row);
        self.buyer_copies.put(order.id, order.buyer_copy.clone());
        Ok(())
    }

    fn has_order(&self, order: OrderId, lookup: &[u8; 32]) -> Result<bool, DbError> {
        Ok(self.is_order(order) || self.orders.by.lookup.has(lookup))
    }

    fn find_order(&self, order: OrderId) -> Result<Option<OrderRow>, DbError> {
        self.seq(order).map(|at| self.order_row(at)).transpose()
    }

    fn orders(&self, which: Which) -> Result<Vec<OrderRow>, DbError> {
        self.places(which).into_iter().map(|at| self.order_row(at)).collect()
    }

    fn invoice(&self, order: OrderId) -> Result<Invoice, DbError> {
        let at = self.seq(order).ok_or(DbError::Unreadable)?;
        self.orders.rows().read(&at, |row| row.invoice.clone()).ok_or(DbError::Unreadable)
    }

    fn set_invoice(
        &self,
        order: OrderId,
        invoice: &Invoice,
        copies: OrderCopies,
        rechecked: bool,
    ) -> Result<(), DbError> {
        self.update_order(order, |row| {
            row.invoice = invoice.clone();
            row.copies = copies;
            row.rechecked = rechecked;
        });
        Ok(())
    }

    fn set_status(&self, order: OrderId, status: &OrderStatus) -> Result<(), DbError> {
        self.update_order(order, |row| row.status_until = status.until);
        Ok(())
    }

    fn set_cancelled(&self, order: OrderId) -> Result<(), DbError> {
        self.update_order(order, |row| row.cancelled = true);
        Ok(())
    }

    fn set_released(&self, order: OrderId, released: bool) -> Result<(), DbError> {
        self.update_order(order, |row| row.released = released);
        Ok(())
    }

    fn note_underpaid(&self, order: OrderId) -> Result<(), DbError> {
        self.update_order(order, |row| row.underpaid_notified = true);
        Ok(())
    }

    fn note_other_money(&self, order: OrderId) -> Result<(), DbError> {
        self.update_order(order, |row| row.other_money_notified = true);
        Ok(())
    }

    fn buyer_copy(&self, order: OrderId) -> Result<Vec<u8>, DbError> {
        self.buyer_copies.get(&order).ok_or(DbError::Unreadable)
    }

    fn replace_copy(&self, order: OrderId, old: &[u8], new: &[u8]) -> Result<bool, DbError> {
        let is_old = self.buyer_copies.read(&order, |copy| copy == old) == Some(true);
        if is_old {
            self.buyer_copies.put(order, new.to_vec());
        }
        Ok(is_old)
    }

    fn remove_order(&self, order: OrderId) -> Result<(), DbError> {
        let Some(at) = self.seq(order) else { return Ok(()) };
        violation::ensure(!self.mails.by.order.has(&order), FOREIGN_KEY)?;
        self.buyer_copies.remove(&order);
        self.forms.by.order.all(&order).iter().for_each(|name| self.forms.remove(name));
        self.events.remove_range((order, 0), |key| key.0 == order);
        self.transfers.by.order.all(&order).iter().for_each(|key| self.transfers.remove(key));
        self.claims.by.order.all(&order).iter().for_each(|number| self.claims.remove(number));
        self.reservations.remove(&at);
        self.issued_codes.remove_range((order, 0), |key| key.0 == order);
        self.downloads.remove_range((order, 0), |key| key.0 == order);
        self.balance_claims.remove(&order);
        let events = self.escrow_events(order)?;
        events.iter().try_for_each(|event| self.remove_escrow_event(event))?;
        self.escrows.remove(&order);
        self.orders.remove(&at);
        Ok(())
    }

    fn count_orders(&self) -> Result<u64, DbError> {
        Ok(self.orders.rows().len() as u64)
    }

    fn count_open(&self, ending: CoarseTime) -> Result<u64, DbError> {
        Ok(self.orders.by.open.range(ending, |_| true).len() as u64)
    }

    fn count_open_put_away(&self, ending: CoarseTime) -> Result<u64, DbError> {
        let open = self.orders.by.open.range(ending, |_| true);
        let is_followed = |chain: &ChainNumber| self.chains.read(chain, |chain| chain.row.followed);
        let is_away = |order: &Order| is_followed(&order.chain) == Some(false);
        let away = self.read_orders(&open, is_away);
        Ok(away.into_iter().filter(|is_away| *is_away).count() as u64)
    }

    fn count_cancelled(&self, placed_after: CoarseTime) -> Result<u64, DbError> {
        let from = placed_after.plus_hours(1);
        Ok(self.orders.by.cancelled.range(from, |hour| *hour > placed_after).len() as u64)
    }

    fn oldest_order(&self, chain: Option<ChainNumber>) -> Result<Option<CoarseTime>, DbError> {
        let by = &self.orders.by;
        let Some(chain) = chain else { return Ok(by.placed.least(FIRST).map(|(hour, _)| hour)) };
        let least = by.chain.least((chain, FIRST));
        Ok(least.and_then(|((found, hour), _)| (found == chain).then_some(hour)))
    }

    fn rechecked(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        Ok(self.ids(&self.orders.by.rechecked.all(&chain)))
    }

    fn ended(&self, chain: ChainNumber, now: CoarseTime) -> Result<Vec<OrderId>, DbError> {
        let has_ended = |found: &(ChainNumber, CoarseTime)| found.0 == chain && found.1 < now;
        Ok(self.ids(&self.orders.by.ending.range((chain, FIRST), has_ended)))
    }

    fn underpaid_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        Ok(self.ids(&self.orders.by.untold.all(&chain)))
    }

    fn other_money_untold(&self, chain: ChainNumber) -> Result<Vec<OrderId>, DbError> {
        let all = self.orders.by.chain.range((chain, FIRST), |found| found.0 == chain);
        let untold = self.read_orders(&all, |order| {
            let asset = order.invoice.due().asset();
            let is_other = |key: &TransferKey| key.asset != asset;
            let has_other = self.transfers.by.order.all(&order.id).iter().any(is_other);
            (has_other && !order.other_money_notified).then_some(order.id)
        });
        Ok(untold.into_iter().flatten().collect())
    }

    fn paid_unreleased(&self) -> Result<Vec<(OrderId, AssetId)>, DbError> {
        let places = self.orders.by.unreleased.all(&());
        Ok(self.read_orders(&places, |order| (order.id, order.invoice.pay_to().asset())))
    }

    fn unconfirmed(&self, chain: ChainNumber, tip: Height) -> Result<Vec<OrderId>, DbError> {
        let is_of_chain = |found: &(ChainNumber, Height)| found.0 == chain;
        let mut found = BTreeSet::new();
        for key in self.transfers.by.height.range((chain, Height(0)), is_of_chain) {
            let transfer = self.transfers.rows().get(&key);
            let Some(block) = transfer.as_ref().and_then(|row| row.transfer.block) else {
                continue;
            };
            let Some(at) = transfer.and_then(|row| self.seq(row.order)) else { continue };
            let needs = self.orders.rows().read(&at, |order| order.invoice.needs().0);
            let deep = block.height.0.saturating_add(u64::from(needs.unwrap_or(0)));
            if deep > tip.0.saturating_add(1) {
                found.insert(at);
            }
        }
        Ok(self.ids(&found.into_iter().collect::<Vec<_>>()))
    }

    fn watched(&self, chain: ChainNumber) -> Result<Vec<WatchedRow>, DbError> {
        let places = self.orders.by.chain.range((chain, FIRST), |found| found.0 == chain);
        Ok(self.read_orders(&places, |order| WatchedRow {
            pay_to: order.invoice.pay_to().clone(),
            placed: order.placed,
            paid: order.copies.paid,
        }))
    }
}
