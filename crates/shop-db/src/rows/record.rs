//! Other rows about an order, and those of the shop itself.

use crate::{
    download::Download, error::DbError, event::OrderEvent, model::NewForm, model::ShopIdentity,
};
use shop_core::{order::OrderId, order_status::EventKind, time::CoarseTime};

/// Operations on forms, events, downloads, and the shop's key and identity.
pub(crate) trait RecordRows {
    /// Returns the order code that a form or a cart has placed, sealed to it.
    fn form_code(&self, name: &[u8; 32]) -> Result<Option<Vec<u8>>, DbError>;

    /// Notes that this form has placed an order.
    fn insert_form(&self, order: OrderId, form: &NewForm) -> Result<(), DbError>;

    /// Removes the forms that lapse in this hour or have before.
    fn remove_forms(&self, lapsed: CoarseTime) -> Result<(), DbError>;

    /// Returns the seller's events of an order, oldest first.
    fn events(&self, order: OrderId) -> Result<Vec<OrderEvent>, DbError>;

    /// Adds an event to those of an order.
    fn insert_event(&self, order: OrderId, event: &OrderEvent) -> Result<(), DbError>;

    /// Removes the last event of an order, and returns its kind.
    fn remove_last_event(&self, order: OrderId) -> Result<Option<EventKind>, DbError>;

    /// Returns the lines of an order whose files were fetched, by line.
    fn downloads(&self, order: OrderId) -> Result<Vec<Download>, DbError>;

    /// Counts one download more of a line, and sets until when that counts once.
    fn count_download(
        &self,
        order: OrderId,
        line: u32,
        open_until: CoarseTime,
    ) -> Result<(), DbError>;

    /// Returns the proof of the shop's key.
    fn key_proof(&self) -> Result<Option<[u8; 32]>, DbError>;

    /// Sets the proof of the shop's key.
    fn set_key_proof(&self, proof: &[u8; 32]) -> Result<(), DbError>;

    /// Returns the identity of the shop.
    fn shop_identity(&self) -> Result<Option<ShopIdentity>, DbError>;

    /// Sets the identity of the shop.
    fn set_shop_identity(&self, identity: &ShopIdentity) -> Result<(), DbError>;
}
