//! The ticket: shown once, typed in again, put away.

use super::{Opened, SENT_BEFORE};
use crate::{
    cookies::{forget_cart, forget_order},
    language::Sentence,
    pages::{FormRequest, PageRequest, PrivatePage},
    refusal::Refusal,
};
use axum::{
    http::{HeaderValue, StatusCode},
    response::{AppendHeaders, IntoResponse, Response},
};
use minijinja::context;
use shop_core::order_code::{OrderCode, OrderCodeError};
use zeroize::Zeroizing;

/// Answers a ticket that was typed in.
/// If it was mistyped that is said, with what was typed: the characters alone tell, so nothing is
/// said about orders. It is not looked at here if a ticket opens anything: every answer is the
/// same, and takes the same time.
pub(crate) async fn enter(FormRequest(asked, mut form): FormRequest) -> Result<Response, Refusal> {
    let typed = Zeroizing::new(form.take("ticket"));
    match OrderCode::parse(&typed) {
        Ok(ticket) => {
            let session = asked.shop.new_order(ticket, false);
            Ok(asked.go("/order?opened", [asked.shop.keep_order(&session)]))
        }
        Err(error) => {
            let wrong = match error {
                OrderCodeError::Length(count) => Sentence::new("enter-length").with("count", count),
                OrderCodeError::Character(_) | OrderCodeError::Check => {
                    Sentence::new("enter-mistyped")
                }
            };
            let page = context! { unknown => false, wrong => asked.say(&wrong), typed => &*typed };
            let sheet = asked.sheet("enter.html", "/order/enter", page)?;
            Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Records that the buyer has written the ticket down.
pub(crate) async fn kept(FormRequest(asked, form): FormRequest) -> Result<Response, Refusal> {
    let mut session = asked.own_order(&form)?;
    session.fresh = false;
    Ok(asked.go("/order?opened", [asked.shop.keep_order(&session)]))
}

/// Closes the order in this browser; the server has nothing to forget.
pub(crate) async fn leave(FormRequest(asked, form): FormRequest) -> Result<Response, Refusal> {
    asked.own_order(&form)?;
    Ok(away(&asked, "/order/enter"))
}

/// Sends the browser on to another page, with nothing of ours left in it.
pub(super) fn away(asked: &PageRequest, to: &str) -> Response {
    let all = HeaderValue::from_static("\"cookies\"");
    let gone = asked.go(to, [forget_order(), forget_cart()]);
    (AppendHeaders([("clear-site-data", all)]), gone).into_response()
}

/// Shows the ticket, straight after placing.
pub(super) fn fresh(asked: &PageRequest, opened: &Opened) -> Result<PrivatePage, Refusal> {
    let page = context! {
        id => opened.record.id.to_string(),
        ticket => opened.session.ticket.reveal(),
        token => asked.shop.token(&opened.session),
        sent_before => asked.says(SENT_BEFORE),
    };
    asked.sheet("fresh.html", "/order", page)
}
