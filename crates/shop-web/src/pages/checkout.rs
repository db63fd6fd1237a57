//! Checkout: the form, and the order it places.

mod error;
mod escrow;
mod fields;
mod page;
mod request;

use super::{
    FormRequest, PageRequest, bill::QuotedCart, cart, destination, lost, order::SENT_BEFORE, queue,
};
use crate::{
    cookies::forget_cart,
    place_order::{self, Placed},
    refusal::Refusal,
    session::AtCheckout,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use request::CheckoutRequest;
use shop_core::order_code::OrderCode;
use shop_seal::FormKeys;

/// Shows the empty form, beside what is ordered.
pub(crate) async fn show(request: PageRequest) -> Result<Response, Refusal> {
    let Some(mut session) = request.cart() else { return Ok(request.go("/cart", [])) };
    if let Some(order) = placed_before(&request, None).await? {
        return Ok(order);
    }
    request.shop.may_order()?;
    // What does not hold any more is said in the cart.
    if !cart::settle(&request, &mut session).is_empty() {
        return Ok(request.go("/cart", []));
    }
    let quoted = QuotedCart::new(&request, &session.cart);
    let Some(quoted) = quoted.ok().filter(|quoted| quoted.quote.impossible.is_empty()) else {
        return Ok(request.go("/cart", []));
    };
    if let Some(asset) = quoted.asset() {
        request.shop.may_order_in(asset)?;
    }
    if !quoted.quote.missing.is_empty() {
        return Ok(destination::sheet(&request, &session, &quoted, false)?.into_response());
    }
    if let Some(waits) = queue::turn(&request, &mut session)? {
        return Ok(waits);
    }
    Ok(CheckoutRequest::empty(&request, session, quoted).page(None)?.into_response())
}

/// Takes a form that was sent through all checks, and places the order.
pub(crate) async fn place(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    if let Some(order) = placed_before(&request, form.sent("token")).await? {
        return Ok(order);
    }
    let Some(session) = request.cart() else {
        // Back, and sent again: the cart has become an order. Or there is no cookie at all.
        return match request.order() {
            Some(_) => Ok(request.go("/order", [])),
            None => Ok(lost::page(&request)?
                .with_status(StatusCode::UNPROCESSABLE_ENTITY)
                .into_response()),
        };
    };
    let Ok(mut checkout) = CheckoutRequest::parse(&request, session, form) else {
        return Ok(request.go("/cart", []));
    };
    match checkout.order().await {
        Ok(Placed { code, before: true }) => Ok(opened_again(&request, code, true)),
        Ok(Placed { code, before: false }) => {
            let order = request.keep_order(&request.shop.new_order(code, true));
            Ok(request.go("/order?opened", [order, forget_cart()]))
        }
        Err(error) => checkout.refuse(&error),
    }
}

/// Finds the order that this form, sent before, or another form of this cart has placed.
/// The answer to that did not arrive. The order is looked for before anything else is: goods,
/// prices and the queue may have changed since, and so may the words in the form.
///
/// The form is looked for if it is this cart's, or if some order is open in the browser: where the buyer
/// has closed the order, a form that was left in the browser's history does not open it again.
async fn placed_before(
    request: &PageRequest,
    token: Option<&str>,
) -> Result<Option<Response>, Refusal> {
    let cart = request.cart();
    let is_of = |token: &&str| {
        let issued = |cart| request.shop.issued(&AtCheckout(cart), token);
        cart.as_ref().and_then(issued).is_some()
    };
    let own = token.filter(is_of).is_some();
    let token = token.filter(|_| own || request.order().is_some());
    if let Some(code) = place_order::code_of(&request.shop, &token.map(FormKeys::derive)).await? {
        return Ok(Some(opened_again(request, code, own)));
    }
    let keys = cart.map(|cart| FormKeys::of_cart(&cart.nonce));
    let code = place_order::code_of(&request.shop, &keys).await?;
    Ok(code.map(|code| opened_again(request, code, true)))
}

/// Sends the browser on to an order whose form has come again.
/// The cart goes, if it is the one that was ordered.
fn opened_again(request: &PageRequest, code: OrderCode, own: bool) -> Response {
    let cart = own.then(forget_cart);
    if request.order().is_some_and(|order| order.order_code == code) {
        return request.go("/order", cart);
    }
    let order = request.keep_order(&request.shop.new_order(code, true));
    request.go(&format!("/order?{SENT_BEFORE}"), [Some(order), cart].into_iter().flatten())
}
