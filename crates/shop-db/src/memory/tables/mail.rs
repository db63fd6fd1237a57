//! Mails that wait, and what they are found by.

use crate::{
    memory::index::{Follow, Index, Indexes},
    rows::MailRow,
};
use shop_core::order::OrderId;

/// Row of a mail.
#[derive(Clone)]
pub(in crate::memory) struct Mail {
    pub(in crate::memory) message_id: String,
    pub(in crate::memory) content: MailRow,
}

/// Returns the order that a mail is about.
pub(in crate::memory) const fn order_of(content: &MailRow) -> Option<OrderId> {
    match content {
        MailRow::Sealed { order, .. } | MailRow::OrderNotice { order, .. } => Some(*order),
        MailRow::ChainNotice { .. } => None,
    }
}

/// Indexes of mails.
pub(in crate::memory) struct MailIndexes {
    pub(in crate::memory) message_id: Index<String, i64, Mail>,
    pub(in crate::memory) order: Index<OrderId, i64, Mail>,
}

impl MailIndexes {
    pub(super) fn new() -> Self {
        Self {
            message_id: Index::new(|mail| Some(mail.message_id.clone())),
            order: Index::new(|mail| order_of(&mail.content)),
        }
    }
}

impl Indexes<i64, Mail> for MailIndexes {
    fn each(&self) -> Vec<&dyn Follow<i64, Mail>> {
        let Self { message_id, order } = self;
        vec![message_id, order]
    }
}
