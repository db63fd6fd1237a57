//! Orders as JSON. `docs/json.md` promises the names.

use serde_json::{Value, json};
use shop_core::{
    order_status::{Debt, PutAway},
    seller_mail::data::{Money, state_word},
    stock::ReservationStatus,
    time::CoarseTime,
};
use shop_db::{Claim, ClaimState, OrderSummary};

/// Returns orders, and what does not work in the open shop, as a document.
pub(super) fn document(problems: &[String], orders: &[OrderSummary], now: CoarseTime) -> Value {
    let orders: Vec<Value> = orders.iter().map(|one| order(one, now)).collect();
    json!({ "version": 1, "problems": problems, "orders": orders })
}

fn order(order: &OrderSummary, now: CoarseTime) -> Value {
    let facts = &order.facts;
    let status = order.status(now);
    let difference = match status.debt {
        Debt::Difference(difference) => Some(Money::from(difference)),
        Debt::None | Debt::Payment(_) => None,
    };
    json!({
        "order": order.id.to_string(),
        "placed": facts.placed.to_string(),
        "expires": facts.expires.to_string(),
        "state": state_word(&facts.state),
        "due": Money::from(facts.due),
        "paid": facts.state.paid().map(Money::from),
        "pay_to": order.pay_to.as_str(),
        "goods": goods(facts.reservation_status),
        "cancelled": facts.cancelled,
        "inactive": facts.on_chain.put_away.map(|put_away| match put_away {
            PutAway::Demo => "demo",
            PutAway::Real => "real",
        }),
        "checking_payment": facts.on_chain.is_checked,
        "refund_due": matches!(status.debt, Debt::Payment(_)),
        "difference_due": difference,
        "other_currency_due": if status.owes_other_money {
            order.other_money.iter().map(|sum| Money::from(*sum)).collect()
        } else {
            Vec::new()
        },
        "release_due": status.is_release_due(),
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
