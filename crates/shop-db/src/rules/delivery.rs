//! Mails as they are delivered now.

use super::{claims, facts, other_money, transfers};
use crate::{
    error::DbError,
    model::{MailContent, OutboxMail},
    rows::{MailRow, QueuedMail, Rows},
};
use shop_core::{
    invoice::SellerNotice,
    order::OrderId,
    order_status::{NoticeFacts, NoticeNow, notice_now},
    seller_mail::OrderNotice,
};

/// Returns the mails behind this place, oldest first, at most `most`.
pub(crate) fn outbox(rows: &dyn Rows, after: i64, most: usize) -> Result<Vec<OutboxMail>, DbError> {
    let mail = |QueuedMail { id, message_id, content }| {
        let content = match content {
            MailRow::Sealed { bytes, .. } => MailContent::Sealed(bytes),
            MailRow::OrderNotice { order, notice } => order_notice(rows, order, notice)?,
            // What is so now, its reader knows.
            MailRow::ChainNotice { chain, notice } => MailContent::ChainNotice { chain, notice },
        };
        Ok(OutboxMail { id, message_id, content })
    };
    rows.queued(after, most)?.into_iter().map(mail).collect()
}

/// Reads a queued notice about an order, as it is now.
fn order_notice(
    rows: &dyn Rows,
    order: OrderId,
    notice: SellerNotice,
) -> Result<MailContent, DbError> {
    let row = facts::of_order(rows, order)?;
    let pay_to = row.invoice.pay_to();
    let transfers = match notice {
        SellerNotice::ToReview => claims::to_review(rows, order, pay_to)?,
        SellerNotice::NotCounted(why) => claims::not_counted(rows, order, pay_to, why)?,
        SellerNotice::OtherMoney => other_money::of_order(rows, &row)?,
        _ => transfers::shown(rows, order, pay_to.asset())?,
    };
    let facts = NoticeFacts {
        order: row.facts(),
        codes_missing: rows.has_codes_missing(order)?,
        names_payment: !transfers.is_empty(),
    };
    let (kind, is_overtaken) = match notice_now(notice, &facts) {
        NoticeNow::Holds(kind) => (kind, false),
        NoticeNow::Overtaken => (notice, true),
        NoticeNow::Dropped => return Ok(MailContent::Dropped),
    };
    let escrow = facts.order.escrow;
    let invoice = row.invoice;
    let notice = OrderNotice { order, kind, is_overtaken, invoice, transfers, escrow };
    Ok(MailContent::OrderNotice(Box::new(notice)))
}
