//! Orders as a table for spreadsheets (RFC 4180), safe against formulas.

use super::{orders::Order, show};
use csv::{Terminator, WriterBuilder};
use shop_core::{
    seller_mail::data::{Item, OrderData},
    text,
};

/// Columns of both tables, at their left.
const ORDER: [&str; 5] = ["order", "shop", "demo", "placed", "status"];
/// Columns of a table with a row for each order. Columns can be added at the right.
const WHOLE: [&str; 22] = [
    "items",
    "currency",
    "goods",
    "discount",
    "shipping",
    "tax",
    "total",
    "due",
    "pay_to",
    "recipient",
    "street",
    "city",
    "province",
    "postcode",
    "country",
    "billed_for",
    "encrypted_address",
    "email",
    "language",
    "note",
    "refund_currency",
    "refund_to",
];
/// Columns of a table with a row for each item.
const EACH: [&str; 9] =
    ["quantity", "name", "variant", "sku", "digital", "currency", "each", "total", "recipient"];

/// Returns the table, with a row for each order, or for each of their items.
pub(super) fn table(orders: &[Order], by_item: bool) -> String {
    let mut csv = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    let columns: &[&str] = if by_item { &EACH } else { &WHOLE };
    let mut write = |cells: Vec<String>| {
        // Into memory: it cannot fail.
        drop(csv.write_record(cells));
    };
    write(ORDER.iter().chain(columns).map(|name| (*name).to_owned()).collect());
    for order in orders {
        let Some(details) = order.details() else {
            let empty = columns.iter().map(|_| String::new());
            write(left(order).into_iter().chain(empty).collect());
            continue;
        };
        if by_item {
            for item in &details.items {
                write(left(order).into_iter().chain(each(item, details)).collect());
            }
        } else {
            write(left(order).into_iter().chain(whole(order, details)).collect());
        }
    }
    let bytes = csv.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

fn left(order: &Order) -> [String; 5] {
    [
        cell(&order.id.to_string()),
        cell(order.shop().unwrap_or_default()),
        yes(order.is_demo()),
        cell(order.placed()),
        cell(order.status()),
    ]
}

fn whole(order: &Order, details: &OrderData<'_>) -> [String; 22] {
    let items: Vec<String> = details.items.iter().map(show::item).collect();
    let row = |kinds: &[&str]| {
        let rows = details.bill.iter().filter(|row| kinds.contains(&&*row.kind));
        let amounts: Vec<&str> = rows.map(|row| &*row.amount.amount).collect();
        cell(&amounts.join(" + "))
    };
    let to = details.ship_to.as_deref();
    let address = |field: fn(&shop_core::order::ShipTo) -> &String| {
        to.map(|to| cell(field(to))).unwrap_or_default()
    };
    let optional =
        |text: &Option<std::borrow::Cow<'_, str>>| text.as_deref().map(cell).unwrap_or_default();
    let (refund_currency, refund_to) = order.refund_to().unwrap_or_default();
    [
        cell(&items.join("; ")),
        cell(&details.due.currency),
        row(&["subtotal"]),
        row(&["discount"]),
        row(&["shipping"]),
        row(&["tax_added", "tax_included"]),
        row(&["total"]),
        cell(&details.due.amount),
        cell(&details.pay_to),
        address(|to| &to.recipient),
        address(|to| &to.street),
        address(|to| &to.city),
        address(|to| &to.province),
        address(|to| &to.postcode),
        address(|to| &to.country),
        optional(&details.billed_for),
        optional(&details.encrypted_address),
        optional(&details.email),
        optional(&details.language),
        optional(&details.note),
        cell(refund_currency),
        cell(refund_to),
    ]
}

fn each(item: &Item<'_>, details: &OrderData<'_>) -> [String; 9] {
    [
        item.quantity.to_string(),
        cell(&item.name),
        cell(item.variant.as_deref().unwrap_or_default()),
        cell(item.sku.as_deref().unwrap_or_default()),
        yes(item.digital),
        cell(&item.each.currency),
        cell(&item.each.amount),
        cell(&item.total.amount),
        cell(details.ship_to.as_deref().map_or("", |to| &to.recipient)),
    ]
}

fn yes(is_true: bool) -> String {
    if is_true { "yes".into() } else { "no".into() }
}

/// Returns text that no spreadsheet takes for a formula.
/// One that would begin a formula gets an apostrophe before it: `=`, `+`, `-`, `@`, their wide forms,
/// a tab and a carriage return (OWASP, *CSV Injection*). No control character is left but line ends.
fn cell(text: &str) -> String {
    const BEGIN: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let clean = text::block(text);
    if text.starts_with(BEGIN) || clean.trim_start().starts_with(BEGIN) {
        format!("'{clean}")
    } else {
        clean
    }
}

#[cfg(test)]
mod tests;
