//! Notices that were queued some time before they are delivered.

use super::sample::*;
use crate::{Db, MailContent};
use shop_core::{invoice::SellerNotice, stock::ReservationStatus, view::ChainUpdate};

pub async fn sold_out_is_not_said_once_the_goods_are_back(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    desk.place(&first).await;
    desk.place(&second).await;
    desk.letters.fail(true);
    desk.settle(10, &[&first]).await;
    desk.settle(13, &[&second]).await;
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Backordered);
    desk.db.set_stock(tee(), 1).await.unwrap();
    assert_eq!(desk.reservation_status(&second).await, ReservationStatus::Allocated);
    desk.letters.fail(false);
    assert_eq!(
        desk.taken().await,
        [(first.id, SellerNotice::Paid), (second.id, SellerNotice::BackInStock)]
    );
    let dropped = desk.db.outbox(99).await.unwrap();
    assert_eq!(dropped.iter().filter(|m| matches!(m.content, MailContent::Dropped)).count(), 1);
}

/// The seller may have refunded, or sent, on what was said before it.
pub async fn reversed_and_underpaid_are_said_although_overtaken(db: Db) {
    let desk = TestDb::new(db);
    let order = pooled(1);
    let short = pooled(2);
    desk.place(&order).await;
    desk.place(&short).await;
    desk.letters.fail(true);
    let due = short.invoice.due().units();
    let little = transfer("t2", short.invoice.pay_to(), 5, Some(block(10)));
    desk.advance(blocks(10..=12, vec![payment("t1", &order, Some(block(10))), little.clone()]))
        .await;
    desk.advance_at(EXPIRES + 1, reorg(10..=13, vec![little])).await;
    assert_eq!([desk.word(&order).await, desk.word(&short).await], ["reversed", "short"]);
    let rest = transfer("t3", short.invoice.pay_to(), due - 5, Some(block_on(1, 14)));
    let again = payment("t1", &order, Some(block_on(1, 14)));
    let returned = ChainUpdate { reorg_from: None, ..reorg(14..=16, vec![again, rest]) };
    desk.advance_at(EXPIRES + 1, returned).await;
    assert_eq!([desk.word(&order).await, desk.word(&short).await], ["settled", "settled"]);
    let mails = desk.db.outbox(99).await.unwrap();
    let overtaken = mails.iter().filter_map(|mail| match &mail.content {
        MailContent::OrderNotice(notice) if notice.is_overtaken => Some(notice.kind),
        _ => None,
    });
    let expected = [SellerNotice::Reversed, SellerNotice::Short];
    assert_eq!(overtaken.collect::<Vec<_>>(), expected);
    desk.letters.fail(false);
    let said = desk.taken().await;
    let about = |id| {
        let of_order = said.iter().filter(|(order, _)| *order == id);
        of_order.map(|(_, notice)| *notice).collect::<Vec<_>>()
    };
    let paid = SellerNotice::Paid;
    assert_eq!(about(order.id), [paid, SellerNotice::Reversed, paid]);
    assert_eq!(about(short.id), [SellerNotice::Short, paid]);
}
