//! Mails on their way to the seller.

use super::{
    tables::{Mail, Tables, order_of},
    violation::{self, UNIQUE},
};
use crate::{
    error::DbError,
    model::Backlog,
    rows::{MailRow, OutboxRows, QueuedMail},
};
use shop_core::order::OrderId;

impl OutboxRows for Tables {
    fn queue(&self, message_id: &str, content: &MailRow) -> Result<(), DbError> {
        if order_of(content).is_some_and(|order| !self.is_order(order)) {
            return Ok(());
        }
        let message_id = message_id.to_owned();
        violation::ensure(!self.mails.by.message_id.has(&message_id), UNIQUE)?;
        let id = self.last_mail.get(&()).unwrap_or(0) + 1;
        self.last_mail.put((), id);
        self.mails.put(id, Mail { message_id, content: content.clone() });
        Ok(())
    }

    fn queued(&self, after: i64, most: usize) -> Result<Vec<QueuedMail>, DbError> {
        let keys = self.mails.rows().keys(after.saturating_add(1), |_| true);
        let mails = keys.into_iter().take(most).filter_map(|id| {
            let Mail { message_id, content } = self.mails.rows().get(&id)?;
            Some(QueuedMail { id, message_id, content })
        });
        Ok(mails.collect())
    }

    fn remove_mails(&self, ids: &[i64]) -> Result<(), DbError> {
        ids.iter().for_each(|id| self.mails.remove(id));
        Ok(())
    }

    fn has_mail(&self, order: OrderId) -> Result<bool, DbError> {
        Ok(self.mails.by.order.has(&order))
    }

    fn backlog(&self) -> Result<Backlog, DbError> {
        let is_sealed = |mail: &Mail| matches!(mail.content, MailRow::Sealed { .. });
        let mut backlog = Backlog::default();
        for is_sealed in self.mails.rows().filter_map(|_, mail| Some(is_sealed(mail))) {
            let count = if is_sealed { &mut backlog.mails } else { &mut backlog.notices };
            *count += 1;
        }
        Ok(backlog)
    }
}
