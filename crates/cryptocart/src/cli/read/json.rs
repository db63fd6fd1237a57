//! A mailbox as JSON. `docs/json.md` promises the names.

use super::{
    opening::Opened,
    orders::{Mail, Order},
};
use serde_json::{Value, json};

/// Returns the orders that are wanted, as a document.
pub(super) fn document(opened: &Opened, wanted: impl Fn(&Order) -> bool) -> Value {
    let orders = opened.orders.iter().filter(|order| wanted(order)).map(order);
    json!({
        "version": 1,
        "orders": orders.collect::<Vec<_>>(),
        "about_shop": opened.about_shop.iter().map(mail).collect::<Vec<_>>(),
        "not_read": {
            "other": opened.other,
            "other_key": opened.other_key,
            "incomplete": opened.incomplete,
        },
    })
}

fn order(order: &Order) -> Value {
    json!({
        "order": order.id.to_string(),
        "placed": order.placed(),
        "status": order.status(),
        "mails": order.mails.iter().map(mail).collect::<Vec<_>>(),
    })
}

fn mail(mail: &Mail) -> Value {
    let letter = &mail.letter;
    json!({
        "day": mail.day,
        "subject": letter.subject,
        "text": letter.body,
        "to_buyer": letter.relay.as_ref().map(|relay| json!({
            "to": relay.to,
            "from": relay.from,
            "subject": relay.subject,
            "text": relay.body,
        })),
        "data": mail.data,
    })
}
