//! The receipt, to print and to take along.

use super::{
    Sheet,
    order::{self, Opened},
    state::Standing,
};
use crate::{headers::Leave, refusal::Refusal, shop::ShopWeb};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{
    order::{Destination, Receipt},
    view::Transfer,
};
use std::{fmt::Write, sync::Arc};

/// The receipt as a page.
pub(crate) async fn show(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let opened = match order::open(&shop, &front, &headers).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    let receipt = opened.receipt()?;
    let page = page(&opened, &receipt);
    let mut response = Sheet::render(&front, "receipt.html", "/order", page)?.into_response();
    response.extensions_mut().insert(Leave::Downloads);
    Ok(response)
}

/// The receipt as a text file.
pub(crate) async fn text(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let opened = match order::open(&shop, &front, &headers).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    let receipt = opened.receipt()?;
    let text = plain(&opened, &receipt, &front.letters().shop, front.contact());
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // The name says nothing: it stays in the list of downloads.
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"receipt.txt\""),
    );
    response.extensions_mut().insert(Leave::Downloads);
    Ok(response)
}

fn page(opened: &Opened, receipt: &Receipt) -> Value {
    let lines: Vec<Value> = receipt
        .bill
        .lines()
        .iter()
        .map(|line| {
            context! {
                name => &line.name,
                option => line.option.as_deref(),
                quantity => line.quantity,
                each => line.each.to_string(),
                total => line.total.to_string(),
            }
        })
        .collect();
    let transfer = |transfer: &Transfer| {
        context! { amount => transfer.amount.to_string(), id => &transfer.id.0 }
    };
    context! {
        id => receipt.order.to_string(),
        placed => receipt.placed.to_string(),
        state => Standing::of(&opened.record.invoice).view(),
        lines,
        total => receipt.bill.total().to_string(),
        due => receipt.due.to_string(),
        pay_to => receipt.pay_to.as_str(),
        transfers => opened.record.transfers.iter().map(transfer).collect::<Vec<_>>(),
        ship_to => ship_to(receipt),
        email => receipt.draft.email.as_deref(),
        note => receipt.draft.note.as_deref(),
    }
}

/// Where the goods go, on several lines; none where only the seller can read it.
fn ship_to(receipt: &Receipt) -> Option<String> {
    match &receipt.draft.destination {
        Destination::ShipTo(to) => Some(format!(
            "{}\n{}\n{} {}\n{}\n{}",
            to.recipient, to.street, to.postcode, to.city, to.province, to.country
        )),
        Destination::Sealed(_) => None,
    }
}

fn plain(opened: &Opened, receipt: &Receipt, shop: &str, contact: Option<&str>) -> String {
    let mut text = format!("Receipt for order {} at {shop}\n\n", receipt.order);
    let standing = Standing::of(&opened.record.invoice);
    let _ = writeln!(text, "Placed:   {}", receipt.placed);
    let _ = writeln!(text, "Payment:  {}\n\nItems", standing.heading);
    for line in receipt.bill.lines() {
        let option = line.option.as_ref().map(|o| format!(", {o}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "  {} x {}{option}\n      at {} = {}",
            line.quantity, line.name, line.each, line.total
        );
    }
    let _ = writeln!(text, "  Total: {} (shipping included)\n\nPayment", receipt.bill.total());
    let _ = writeln!(text, "  Due:   {}\n  To:    {}", receipt.due, receipt.pay_to.as_str());
    for transfer in &opened.record.transfers {
        let _ = writeln!(text, "  Received: {}\n    {}", transfer.amount, transfer.id.0);
    }
    let _ = writeln!(text, "\nShip to");
    let sealed = "(you gave it encrypted; only the seller can read it)";
    for line in ship_to(receipt).as_deref().unwrap_or(sealed).lines() {
        let _ = writeln!(text, "  {line}");
    }
    let email = receipt.draft.email.as_deref().unwrap_or("you declined to be written to");
    let _ = writeln!(text, "\nEmail:  {email}");
    if let Some(contact) = contact {
        let _ = writeln!(text, "Seller: {contact}");
    }
    if let Some(note) = &receipt.draft.note {
        let _ = writeln!(text, "\nYour note");
        for line in note.lines() {
            let _ = writeln!(text, "  {line}");
        }
    }
    text.push_str("\nPlease keep this for your records.\n");
    text
}
