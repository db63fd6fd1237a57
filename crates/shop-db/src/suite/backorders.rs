//! Goods that come back, and the orders that were paid and missed them.

use super::sample::*;
use crate::Db;
use shop_core::{
    invoice::SellerNotice,
    stock::{ReservationStatus, StockLevel},
};

pub async fn goods_of_a_reversed_payment_go_to_the_oldest_missed_order(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let first = tees(1, 1);
    let second = tees(2, 1);
    let third = tees(3, 1);
    for order in [&first, &second, &third] {
        desk.place(order).await;
    }
    desk.settle(10, &[&second]).await;
    desk.settle(13, &[&first]).await;
    desk.settle(16, &[&third]).await;
    let news = [
        (&second, SellerNotice::Paid),
        (&first, SellerNotice::OutOfStock),
        (&third, SellerNotice::OutOfStock),
    ];
    assert_eq!(desk.taken().await, news.map(|(order, news)| (order.id, news)));
    // The chain takes the payment of the second back, and leaves the others where they are.
    let later = [(&first, 13), (&third, 16)]
        .map(|(order, height)| payment(&order.id.to_string(), order, Some(block_on(1, height))));
    desk.advance(reorg(10..=19, later.to_vec())).await;
    let holdings = [&first, &second, &third].map(|order| desk.reservation_status(order));
    let [first_has, second_has, third_has] = holdings;
    assert_eq!(first_has.await, ReservationStatus::Allocated);
    assert_eq!(second_has.await, ReservationStatus::Unreserved);
    assert_eq!(third_has.await, ReservationStatus::Backordered);
    assert_eq!(desk.level(&tee()).await, StockLevel::new(0));
    let news = [(second.id, SellerNotice::Reversed), (first.id, SellerNotice::BackInStock)];
    assert_eq!(desk.taken().await, news);
}

/// The queue goes by who missed them first, not by who ordered first.
pub async fn goods_that_come_back_go_to_who_missed_them_first(db: Db) {
    let desk = TestDb::with_tees(db, 1).await;
    let orders = [tees(1, 1), tees(2, 1), tees(3, 1)];
    for order in &orders {
        desk.place(order).await;
    }
    let [holder, patient, hasty] = &orders;
    desk.settle(10, &[holder]).await;
    desk.settle(13, &[hasty]).await;
    desk.settle(16, &[patient]).await;
    let later = [(hasty, 13), (patient, 16)]
        .map(|(order, height)| payment(&order.id.to_string(), order, Some(block_on(1, height))));
    desk.advance(reorg(10..=19, later.to_vec())).await;
    assert_eq!(desk.reservation_status(hasty).await, ReservationStatus::Allocated);
    assert_eq!(desk.reservation_status(patient).await, ReservationStatus::Backordered);
}
