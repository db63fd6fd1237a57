//! The order code: shown once, typed in again, put away.

use super::{Opened, SENT_BEFORE};
use crate::{
    cookies::{forget_cart, forget_order},
    language::Sentence,
    page::{Page, enter::EnterPage, view},
    pages::{FormRequest, PageRequest, PrivatePage},
    refusal::Refusal,
};
use axum::{
    http::{HeaderValue, StatusCode},
    response::{AppendHeaders, IntoResponse, Response},
};
use shop_core::order_code::{OrderCode, OrderCodeError};
use std::borrow::Cow;
use zeroize::Zeroizing;

view! {
    /// Values of `fresh.html`.
    struct FreshPage {
        /// Order number.
        id: String,
        /// Order code, as the page shows it.
        ticket: String,
        token: String,
        /// True if an earlier sending of the form has placed the order.
        sent_before: bool,
    }
}

impl Page for FreshPage {
    const TEMPLATE: &'static str = "fresh.html";
}

/// Answers an order code that was typed in.
/// If it was mistyped that is said, with what was typed: the characters alone tell, so nothing is
/// said about orders. It is not looked at here if an order code opens anything: every answer is the
/// same, and takes the same time.
pub(crate) async fn enter(
    FormRequest(request, mut form): FormRequest,
) -> Result<Response, Refusal> {
    let typed = Zeroizing::new(form.take("ticket"));
    match OrderCode::parse(&typed) {
        Ok(order_code) => {
            let session = request.shop.new_order(order_code, false);
            Ok(request.go("/order?opened", [request.keep_order(&session)]))
        }
        Err(error) => {
            let wrong = match error {
                OrderCodeError::Length(count) => Sentence::new("enter-length").with("count", count),
                OrderCodeError::Character(_) | OrderCodeError::Check => {
                    Sentence::new("enter-mistyped")
                }
            };
            let page = EnterPage {
                unknown: false,
                wrong: Some(request.say(&wrong)),
                typed: Cow::Borrowed(&typed),
            };
            let sheet = request.sheet("/order/enter", page)?;
            Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
        }
    }
}

/// Records that the buyer has written the order code down.
pub(crate) async fn kept(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let mut session = request.own_order(form.text("token"))?;
    session.fresh = false;
    Ok(request.go("/order?opened", [request.keep_order(&session)]))
}

/// Closes the order in this browser; the server has nothing to forget.
pub(crate) async fn leave(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    request.own_order(form.text("token"))?;
    Ok(away(&request, "/order/enter"))
}

/// Sends the browser on to another page, with nothing of ours left in it.
pub(super) fn away(request: &PageRequest, to: &str) -> Response {
    let all = HeaderValue::from_static("\"cookies\"");
    let gone = request.go(to, [forget_order(), forget_cart()]);
    (AppendHeaders([("clear-site-data", all)]), gone).into_response()
}

/// Shows the order code, straight after placing.
pub(super) fn fresh(request: &PageRequest, opened: &Opened) -> Result<PrivatePage, Refusal> {
    let page = FreshPage {
        id: opened.record.id.to_string(),
        ticket: opened.session.order_code.reveal(),
        token: request.shop.token(&opened.session),
        sent_before: request.says(SENT_BEFORE),
    };
    request.sheet("/order", page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<FreshPage>();
    }
}
