//! Rows of mails on their way to the seller.

use super::{
    codec::{
        int, read_chain, read_chain_notice, read_id, read_notice, write_chain_notice, write_notice,
    },
    query::{all, execute, exists, first},
};
use crate::{
    error::DbError,
    model::Backlog,
    rows::{MailRow, OutboxRows, QueuedMail},
};
use rusqlite::{Connection, Row, params};
use shop_core::order::OrderId;

impl OutboxRows for Connection {
    fn queue(&self, message_id: &str, content: &MailRow) -> Result<(), DbError> {
        let queued = match content {
            MailRow::Sealed { order, bytes } => {
                let sql = "insert into outbox (order_seq, message_id, mail)
                    select seq, ?2, ?3 from orders where id = ?1";
                execute(self, sql, params![order.to_string(), message_id, bytes])
            }
            MailRow::OrderNotice { order, notice } => {
                let sql = "insert into outbox (order_seq, message_id, notice)
                    select seq, ?2, ?3 from orders where id = ?1";
                execute(self, sql, params![order.to_string(), message_id, write_notice(*notice)])
            }
            MailRow::ChainNotice { chain, notice } => {
                let sql = "insert into outbox (chain, message_id, notice) values (?1, ?2, ?3)";
                execute(self, sql, [chain.as_str(), message_id, write_chain_notice(*notice)])
            }
        };
        queued.map(drop)
    }

    fn queued(&self, after: i64, most: usize) -> Result<Vec<QueuedMail>, DbError> {
        let sql = "select outbox.id, message_id, orders.id, outbox.chain, mail, notice
            from outbox left join orders on seq = order_seq
            where outbox.id > ?1 order by outbox.id limit ?2";
        let most = u64::try_from(most).unwrap_or(u64::MAX);
        all(self, sql, [after, int(most)], |row| {
            Ok(QueuedMail { id: row.get(0)?, message_id: row.get(1)?, content: read(row)? })
        })
    }

    fn remove_mails(&self, ids: &[i64]) -> Result<(), DbError> {
        let sql = "delete from outbox where id = ?1";
        ids.iter().try_for_each(|id| execute(self, sql, [id]).map(drop))
    }

    fn has_mail(&self, order: OrderId) -> Result<bool, DbError> {
        let sql = "select 1 from outbox where order_seq = (select seq from orders where id = ?1)";
        exists(self, sql, [order.to_string()])
    }

    fn backlog(&self) -> Result<Backlog, DbError> {
        let sql = "select count(mail), count(notice) from outbox";
        let found = first(self, sql, [], |row| {
            let mails: i64 = row.get(0)?;
            let notices: i64 = row.get(1)?;
            Ok(Backlog { mails: mails.unsigned_abs(), notices: notices.unsigned_abs() })
        });
        Ok(found?.unwrap_or_default())
    }
}

/// Reads the content from the third column on: order, `chain, mail, notice`.
fn read(row: &Row<'_>) -> Result<MailRow, DbError> {
    let order: Option<String> = row.get(2)?;
    let order = order.map(|id| read_id(&id)).transpose()?;
    let chain: Option<String> = row.get(3)?;
    let mail: Option<Vec<u8>> = row.get(4)?;
    let notice: Option<String> = row.get(5)?;
    match (mail, notice, order, chain) {
        (Some(bytes), None, Some(order), None) => Ok(MailRow::Sealed { order, bytes }),
        (None, Some(notice), Some(order), None) => {
            Ok(MailRow::OrderNotice { order, notice: read_notice(&notice)? })
        }
        (None, Some(notice), None, Some(chain)) => Ok(MailRow::ChainNotice {
            chain: read_chain(&chain)?,
            notice: read_chain_notice(&notice)?,
        }),
        _ => Err(DbError::Unreadable),
    }
}
