//! Mails as they are delivered now.

use super::{
    claims,
    codec::{read_chain, read_chain_notice, read_notice},
    facts,
    read::all,
    transfers,
};
use crate::{
    error::DbError,
    model::{MailContent, OutboxMail},
};
use rusqlite::{Connection, Row, params};
use shop_core::{
    invoice::SellerNotice,
    order_status::{NoticeFacts, NoticeNow, notice_now},
    seller_mail::OrderNotice,
};

/// Row of the outbox.
struct Queued {
    id: i64,
    message_id: String,
    order: Option<String>,
    chain: Option<String>,
    mail: Option<Vec<u8>>,
    notice: Option<String>,
}

/// Returns the mails behind this number, oldest first, at most so many.
pub(crate) fn outbox(
    conn: &Connection,
    after: i64,
    most: usize,
) -> Result<Vec<OutboxMail>, DbError> {
    let sql = "select id, message_id, order_id, chain, mail, notice from outbox
        where id > ?1 order by id limit ?2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let queued = all(conn, sql, params![after, most], read)?;
    queued.into_iter().map(|queued| mail(conn, queued)).collect()
}

fn read(row: &Row<'_>) -> Result<Queued, DbError> {
    Ok(Queued {
        id: row.get(0)?,
        message_id: row.get(1)?,
        order: row.get(2)?,
        chain: row.get(3)?,
        mail: row.get(4)?,
        notice: row.get(5)?,
    })
}

fn mail(conn: &Connection, queued: Queued) -> Result<OutboxMail, DbError> {
    let Queued { id, message_id, order, chain, mail, notice } = queued;
    let content = match (mail, notice, order, chain) {
        (Some(bytes), None, ..) => MailContent::Sealed(bytes),
        (None, Some(notice), Some(order), None) => {
            order_notice(conn, &order, read_notice(&notice)?)?
        }
        (None, Some(notice), None, Some(chain)) => chain_notice(&chain, &notice)?,
        _ => return Err(DbError::Unreadable),
    };
    Ok(OutboxMail { id, message_id, content })
}

/// Reads a queued notice about an order, as it is now.
fn order_notice(
    conn: &Connection,
    order: &str,
    notice: SellerNotice,
) -> Result<MailContent, DbError> {
    let row = facts::of_order(conn, order)?;
    let pay_to = row.invoice.pay_to();
    let transfers = match notice {
        SellerNotice::ToReview => claims::to_review(conn, row.order, pay_to)?,
        SellerNotice::NotCounted(why) => claims::not_counted(conn, row.order, pay_to, why)?,
        _ => transfers::of_order(conn, row.order, pay_to)?,
    };
    let facts = NoticeFacts {
        order: row.facts,
        codes_missing: conn
            .prepare_cached("select 1 from codes_missing_notified where order_id = ?1")?
            .exists([order])?,
        names_payment: !transfers.is_empty(),
    };
    let (kind, is_overtaken) = match notice_now(notice, &facts) {
        NoticeNow::Holds(kind) => (kind, false),
        NoticeNow::Overtaken => (notice, true),
        NoticeNow::Dropped => return Ok(MailContent::Dropped),
    };
    let invoice = row.invoice;
    let notice = OrderNotice { order: row.order, kind, is_overtaken, invoice, transfers };
    Ok(MailContent::OrderNotice(Box::new(notice)))
}

/// Reads a queued notice about a chain. What is so now, its reader knows.
fn chain_notice(chain: &str, notice: &str) -> Result<MailContent, DbError> {
    let chain = read_chain(chain)?;
    Ok(MailContent::ChainNotice { chain, notice: read_chain_notice(notice)? })
}
