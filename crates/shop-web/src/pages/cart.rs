//! Page of the cart.

mod page;
mod update;

use page::CartPage;
pub(crate) use update::update;

use super::{
    Form, FormRequest, PageRequest, PrivatePage,
    bill::{self, QuotedCart},
    errors, lost,
};
use crate::{language::Sentence, refusal::Refusal, session::CartSession};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use shop_core::{
    cart::{Cart, CartError},
    catalog::ProductId,
};

/// Shows the cart as it is, without what does not hold any more: that is said once.
/// The query says that a cookie was just set, and should have come back.
pub(crate) async fn show(request: PageRequest) -> Result<Response, Refusal> {
    match request.cart() {
        Some(mut session) => {
            let notices = settle(&request, &mut session);
            let settled = (!notices.is_empty()).then(|| request.keep_cart(&session));
            let mut response = sheet(&request, &session, notices)?.into_response();
            if let Some(cookie) = settled {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        None if request.says("kept") => Ok(lost::page(&request)?.into_response()),
        None => Ok(sheet(&request, &request.shop.new_cart(), Vec::new())?.into_response()),
    }
}

/// Puts something in.
/// This form is on pages that are the same for everyone, so it has no token: that it comes from a
/// page of ours has been checked.
pub(crate) async fn add(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let mut session = request.cart().unwrap_or_else(|| request.shop.new_cart());
    let before = session.cart.clone();
    let count = form.sent("quantity").map_or(Some(1), update::quantity).filter(|count| *count > 0);
    let added = count.ok_or_else(update::how_many).and_then(|count| {
        let id = product(&form)?;
        let option = option(&form);
        let added = session.cart.add(request.front.catalog(), &id, option, count);
        added.map_err(|error| errors::cart(&error))
    });
    if let Err(sentence) = added {
        let mut notices = settle(&request, &mut session);
        notices.push(sentence);
        return refused_changed(&request, &session, &before, notices);
    }
    Ok(keep(&request, &session, "/cart?kept"))
}

/// Takes out what the catalogue does not offer any more, and says so.
/// The same goes for a discount that does not hold any more.
pub(super) fn settle(request: &PageRequest, session: &mut CartSession) -> Vec<Sentence> {
    let gone = session.cart.settle_with(request.front.catalog());
    let over = bill::settle(request, &mut session.cart).then(bill::over);
    gone.iter().map(errors::cart).chain(over).collect()
}

fn sheet(
    request: &PageRequest,
    session: &CartSession,
    mut notices: Vec<Sentence>,
) -> Result<PrivatePage, Refusal> {
    let cart = &session.cart;
    let mut page = match QuotedCart::new(request, cart) {
        Ok(quoted) => CartPage::new(request, cart, &quoted),
        Err(CartError::Empty) => CartPage::default(),
        Err(error) => {
            notices.push(errors::cart(&error));
            CartPage::default()
        }
    };
    page.token = request.shop.token(session);
    page.notices = notices.iter().map(|sentence| request.say(sentence)).collect();
    request.sheet("/cart", page)
}

/// Shows the cart again, with what is wrong and what does not hold any more.
/// Changes made all the same are kept.
fn refused_changed(
    request: &PageRequest,
    session: &CartSession,
    before: &Cart,
    notices: Vec<Sentence>,
) -> Result<Response, Refusal> {
    let sheet = sheet(request, session, notices)?.with_status(StatusCode::UNPROCESSABLE_ENTITY);
    let mut response = sheet.into_response();
    if session.cart != *before {
        response.headers_mut().append(header::SET_COOKIE, request.keep_cart(session));
    }
    Ok(response)
}

/// Gives the browser the changed cart, and goes on.
fn keep(request: &PageRequest, session: &CartSession, to: &str) -> Response {
    request.go(to, [request.keep_cart(session)])
}

fn product(form: &Form) -> Result<ProductId, Sentence> {
    ProductId::parse(form.text("id")).ok_or_else(|| errors::cart(&CartError::Unknown))
}

fn option(form: &Form) -> Option<&str> {
    form.sent("option").filter(|option| !option.is_empty())
}
