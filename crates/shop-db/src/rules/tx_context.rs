//! Seals, Message-IDs and news of one change, which it carries along with its rows.

use crate::{
    error::DbError,
    model::{NewMail, PaymentPolicies, PaymentPolicy},
    rows::{MailRow, Rows},
    sealer::{OrderSealer, RedeemCode},
};
use shop_core::{
    digital::IssuedCodes,
    entropy::Entropy,
    message_id,
    money::AssetId,
    order::OrderId,
    stock::{ReservedItems, StockKey},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

/// Sealer, Message-IDs, settings and news of one change.
#[derive(Default)]
pub(crate) struct TxContext {
    sealer: Option<OrderSealer>,
    message_ids: Option<Arc<dyn Entropy>>,
    policies: PaymentPolicies,
    mails: AtomicUsize,
    levels: AtomicBool,
}

impl TxContext {
    pub(crate) fn new(
        sealer: Option<OrderSealer>,
        message_ids: Option<Arc<dyn Entropy>>,
        policies: PaymentPolicies,
    ) -> Self {
        Self { sealer, message_ids, policies, ..Self::default() }
    }

    /// Returns the settings of payments in this asset, if there are settings.
    pub(super) fn policy(&self, asset: AssetId) -> Option<&PaymentPolicy> {
        self.policies.iter().find(|policy| policy.ignore_below.asset() == asset)
    }

    /// Returns the assets that there are settings for.
    pub(super) fn assets(&self) -> impl Iterator<Item = AssetId> {
        self.policies.iter().map(|policy| policy.ignore_below.asset())
    }

    /// Returns the number of mails put into the outbox.
    pub(crate) fn mailed(&self) -> usize {
        self.mails.load(Ordering::SeqCst)
    }

    /// Returns true if buyers see another level now.
    pub(crate) fn has_changed_levels(&self) -> bool {
        self.levels.load(Ordering::SeqCst)
    }

    /// Returns true if there is an order sealer to open what orders take.
    pub(super) const fn can_open(&self) -> bool {
        self.sealer.is_some()
    }

    /// Draws the Message-ID of a notice. Returns nothing if the seller is told nothing.
    pub(super) fn message_id(&self) -> Option<String> {
        Some(message_id::random(&**self.message_ids.as_ref()?))
    }

    pub(super) fn note_levels(&self) {
        self.levels.store(true, Ordering::SeqCst);
    }

    pub(super) fn seal(&self, order: OrderId, items: &ReservedItems) -> Result<Vec<u8>, DbError> {
        let sealer = self.sealer.as_ref().ok_or(DbError::NoClerk)?;
        Ok((sealer.seal_items)(order, items))
    }

    /// Opens reserved items. Returns nothing if the key is lost, or was never given.
    pub(super) fn open(&self, order: OrderId, sealed: &[u8]) -> Option<ReservedItems> {
        (self.sealer.as_ref()?.open_items)(order, sealed)
    }

    /// Returns the codes of a thing, if it is sold from a list.
    pub(super) fn codes(&self, key: &StockKey) -> Option<Arc<[RedeemCode]>> {
        (self.sealer.as_ref()?.codes)(key)
    }

    pub(super) fn seal_codes(
        &self,
        order: OrderId,
        inbox_key: [u8; 32],
        given: &IssuedCodes,
    ) -> Result<Vec<u8>, DbError> {
        let sealer = self.sealer.as_ref().ok_or(DbError::NoClerk)?;
        Ok((sealer.seal_codes)(order, inbox_key, given))
    }

    /// Queues a sealed mail about an order.
    pub(super) fn mail(
        &self,
        rows: &dyn Rows,
        order: OrderId,
        mail: &NewMail,
    ) -> Result<(), DbError> {
        self.queue(rows, &mail.message_id, &MailRow::Sealed { order, bytes: mail.bytes.clone() })
    }

    /// Queues a mail.
    pub(super) fn queue(
        &self,
        rows: &dyn Rows,
        message_id: &str,
        mail: &MailRow,
    ) -> Result<(), DbError> {
        self.mails.fetch_add(1, Ordering::SeqCst);
        rows.queue(message_id, mail)
    }
}
