//! Orders as JSON. `docs/json.md` promises the names.

use serde_json::{Value, json};
use shop_core::{
    seller_mail::data::{Money, state_word},
    stock::ReservationStatus,
};
use shop_db::{Claim, ClaimState, OrderSummary, PutAway};

/// Returns orders, and what does not work in the open shop, as a document.
pub(super) fn document(problems: &[String], orders: &[OrderSummary]) -> Value {
    let orders: Vec<Value> = orders.iter().map(order).collect();
    json!({ "version": 1, "problems": problems, "orders": orders })
}

fn order(order: &OrderSummary) -> Value {
    json!({
        "order": order.id.to_string(),
        "placed": order.placed.to_string(),
        "expires": order.expires.to_string(),
        "state": state_word(&order.state),
        "due": Money::from(order.due),
        "paid": order.state.paid().map(Money::from),
        "pay_to": order.pay_to.as_str(),
        "goods": goods(order.reservation_status),
        "cancelled": order.cancelled,
        "inactive": order.on_chain.put_away.map(|put_away| match put_away {
            PutAway::Demo => "demo",
            PutAway::Real => "real",
        }),
        "checking_payment": order.on_chain.is_checked,
        "refund_due": order.is_owed(),
        "difference_due": order.difference().map(Money::from),
        "release_due": order.awaits_release(),
        "claims": order.reviews.iter().map(claim).collect::<Vec<_>>(),
        "events": order.events.iter().map(|kind| kind.word()).collect::<Vec<_>>(),
    })
}

fn claim(claim: &Claim) -> Value {
    json!({
        "transaction": claim.txid,
        "amount": claim.came.map(Money::from),
        "review_due": claim.state == ClaimState::ToReview,
    })
}

const fn goods(status: ReservationStatus) -> &'static str {
    match status {
        ReservationStatus::Untracked => "untracked",
        ReservationStatus::Unreserved => "unreserved",
        ReservationStatus::Reserved => "reserved",
        ReservationStatus::Allocated => "allocated",
        ReservationStatus::Backordered => "backordered",
    }
}
