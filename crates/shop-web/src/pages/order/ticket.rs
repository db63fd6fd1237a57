//! The ticket: shown once, typed in again, put away.

use super::Opened;
use crate::{
    cookies::{forget_cart, forget_order},
    form::Form,
    pages::{Asked, Sheet},
    refusal::Refusal,
};
use axum::{
    http::HeaderValue,
    response::{AppendHeaders, IntoResponse, Response},
};
use minijinja::context;
use shop_core::ticket::Ticket;

/// A ticket, typed in. Whether it opens anything is not looked at here: every answer is the same,
/// and takes the same time.
pub(crate) async fn enter(asked: Asked, mut form: Form) -> Response {
    let typed = zeroize::Zeroizing::new(form.take("ticket"));
    let shop = &asked.shop;
    let ticket = Ticket::parse(&typed).unwrap_or_else(|_| Ticket::random(&*shop.entropy));
    let session = shop.new_order(ticket, false);
    asked.go("/order?opened", [shop.keep_order(&session)])
}

/// The buyer has written the ticket down.
pub(crate) async fn kept(asked: Asked, form: Form) -> Result<Response, Refusal> {
    let mut session = asked.own_order(&form)?;
    session.fresh = false;
    Ok(asked.go("/order?opened", [asked.shop.keep_order(&session)]))
}

/// Closes the order in this browser; the server has nothing to forget.
pub(crate) async fn leave(asked: Asked, form: Form) -> Result<Response, Refusal> {
    asked.own_order(&form)?;
    Ok(away(&asked, "/order/enter"))
}

/// On to another page, with nothing of ours left in the browser.
pub(super) fn away(asked: &Asked, to: &str) -> Response {
    let all = HeaderValue::from_static("\"cookies\"");
    let gone = asked.go(to, [forget_order(), forget_cart()]);
    (AppendHeaders([("clear-site-data", all)]), gone).into_response()
}

/// Straight after placing.
pub(super) fn fresh(asked: &Asked, opened: &Opened) -> Result<Sheet, Refusal> {
    let page = context! {
        id => opened.record.id.to_string(),
        ticket => opened.session.ticket.reveal(),
        token => asked.shop.token(&opened.session),
    };
    asked.sheet("fresh.html", "/order", page)
}
