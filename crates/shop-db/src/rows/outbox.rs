//! Rows of mails on their way to the seller.

use crate::{
    error::DbError,
    model::{Backlog, ChainNotice},
};
use shop_core::{chain::ChainId, invoice::SellerNotice, order::OrderId};

/// Content of a mail that waits.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum MailRow {
    /// The whole message about an order, sealed.
    Sealed {
        /// The order.
        order: OrderId,
        /// The message.
        bytes: Vec<u8>,
    },
    /// A notice about an order, which is written when it is delivered.
    OrderNotice {
        /// The order.
        order: OrderId,
        /// Kind of the notice.
        notice: SellerNotice,
    },
    /// A notice about a chain, which is written when it is delivered.
    ChainNotice {
        /// The chain.
        chain: ChainId,
        /// Kind of the notice.
        notice: ChainNotice,
    },
}

/// Mail that waits, with its place in the queue.
pub(crate) struct QueuedMail {
    /// Its place, never used again.
    pub(crate) id: i64,
    /// Its `Message-ID`.
    pub(crate) message_id: String,
    /// Its content.
    pub(crate) content: MailRow,
}

/// Operations on the outbox.
pub(crate) trait OutboxRows {
    /// Adds a mail behind all others.
    fn queue(&self, message_id: &str, content: &MailRow) -> Result<(), DbError>;

    /// Returns the mails behind this place, oldest first, at most `most`.
    fn queued(&self, after: i64, most: usize) -> Result<Vec<QueuedMail>, DbError>;

    /// Removes mails. They may be gone already.
    fn remove_mails(&self, ids: &[i64]) -> Result<(), DbError>;

    /// Returns true if a mail about this order waits.
    fn has_mail(&self, order: OrderId) -> Result<bool, DbError>;

    /// Counts the mails.
    fn backlog(&self) -> Result<Backlog, DbError>;
}
