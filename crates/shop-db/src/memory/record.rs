//! Forms, events, downloads, and the shop's key and identity.

use super::{
    tables::{Form, Tables},
    violation::{self, UNIQUE},
};
use crate::{
    download::Download,
    error::DbError,
    event::OrderEvent,
    model::{NewForm, ShopIdentity},
    rows::RecordRows,
};
use shop_core::{digital::Fetched, order::OrderId, order_status::EventKind, time::CoarseTime};

impl Tables {
    /// Returns the number of the last event of an order.
    fn last_event(&self, order: OrderId) -> Option<u64> {
        let events = self.events.keys((order, 0), |key| key.0 == order);
        events.last().map(|(_, last)| *last)
    }
}

impl RecordRows for Tables {
    fn form_code(&self, name: &[u8; 32]) -> Result<Option<Vec<u8>>, DbError> {
        Ok(self.forms.rows().read(name, |form| form.code.clone()))
    }

    fn insert_form(&self, order: OrderId, form: &NewForm) -> Result<(), DbError> {
        if !self.is_order(order) {
            return Ok(());
        }
        let NewForm { name, code, lapses } = form;
        violation::ensure(!self.forms.rows().has(name), UNIQUE)?;
        self.forms.put(*name, Form { order, code: code.clone(), lapses: *lapses });
        Ok(())
    }

    fn remove_forms(&self, lapsed: CoarseTime) -> Result<(), DbError> {
        let names = self.forms.by.lapses.range(CoarseTime::from_hours(0), |hour| *hour <= lapsed);
        names.iter().for_each(|name| self.forms.remove(name));
        Ok(())
    }

    fn events(&self, order: OrderId) -> Result<Vec<OrderEvent>, DbError> {
        Ok(self.events.range((order, 0), |key| key.0 == order, |_, event| event.clone()))
    }

    fn insert_event(&self, order: OrderId, event: &OrderEvent) -> Result<(), DbError> {
        if self.is_order(order) {
            let next = self.last_event(order).map_or(0, |last| last + 1);
            self.events.put((order, next), event.clone());
        }
        Ok(())
    }

    fn remove_last_event(&self, order: OrderId) -> Result<Option<EventKind>, DbError> {
        let Some(last) = self.last_event(order) else { return Ok(None) };
        let kind = self.events.read(&(order, last), |event| event.kind);
        self.events.remove(&(order, last));
        Ok(kind)
    }

    fn downloads(&self, order: OrderId) -> Result<Vec<Download>, DbError> {
        let is_of_order = |key: &(OrderId, u32)| key.0 == order;
        let download =
            |key: &(OrderId, u32), fetched: &Fetched| Download { line: key.1, fetched: *fetched };
        Ok(self.downloads.range((order, 0), is_of_order, download))
    }

    fn count_download(
        &self,
        order: OrderId,
        line: u32,
        open_until: CoarseTime,
    ) -> Result<(), DbError> {
        if self.is_order(order) {
            let before = self.downloads.read(&(order, line), |fetched| fetched.begun);
            let begun = before.unwrap_or(0).saturating_add(1);
            let fetched = Fetched { begun, open_until: Some(open_until) };
            self.downloads.put((order, line), fetched);
        }
        Ok(())
    }

    fn key_proof(&self) -> Result<Option<[u8; 32]>, DbError> {
        Ok(self.key_proof.get(&()))
    }

    fn set_key_proof(&self, proof: &[u8; 32]) -> Result<(), DbError> {
        self.key_proof.put((), *proof);
        Ok(())
    }

    fn shop_identity(&self) -> Result<Option<ShopIdentity>, DbError> {
        Ok(self.identity.get(&()))
    }

    fn set_shop_identity(&self, identity: &ShopIdentity) -> Result<(), DbError> {
        self.identity.put((), *identity);
        Ok(())
    }
}
