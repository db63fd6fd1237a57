//! The cart.

use super::{Sheet, see_other};
use crate::{
    cookies::CartSession,
    form::Form,
    refusal::Refusal,
    shop::ShopWeb,
    storefront::{Storefront, path, product_url},
};
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{
    cart::{Cart, CartError, MOST_UNITS, Priced, PricedLine},
    catalog::ProductId,
    money::AssetId,
};
use std::sync::Arc;

/// The cart as it is. The query says that a cookie was just set, and should have come back.
pub(crate) async fn show(
    State(shop): State<Arc<ShopWeb>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    match shop.cart(&headers) {
        Some(mut session) => {
            let notices = settle(&front, &mut session);
            Ok(sheet(&shop, &front, &session, notices)?.into_response())
        }
        None if uri.query() == Some("kept") => Ok(lost(&front)?.into_response()),
        None => Ok(sheet(&shop, &front, &shop.new_cart(), Vec::new())?.into_response()),
    }
}

/// Puts something in. This form is on pages that are the same for everyone, so it has no token:
/// that it comes from a page of ours has been checked.
pub(crate) async fn add(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let mut session = shop.cart(&headers).unwrap_or_else(|| shop.new_cart());
    let mut notices = settle(&front, &mut session);
    let count = form.sent("quantity").map_or(Some(1), quantity).filter(|count| *count > 0);
    let added = count.ok_or_else(how_many).and_then(|count| {
        let id = product(&form)?;
        let option = option(&form);
        session.cart.add(front.catalog(), &id, option, count).map_err(|e| e.to_string())
    });
    if let Err(sentence) = added {
        notices.push(sentence);
        return refused(&shop, &front, &session, notices);
    }
    keep(&shop, &front, &session)
}

/// Sets how many of something are in it; none takes it out.
pub(crate) async fn change(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let mut session = own(&shop, &headers, &form)?;
    let removes = form.sent("remove").is_some();
    let count = if removes { Some(0) } else { quantity(form.text("quantity")) };
    let changed = count.ok_or_else(how_many).and_then(|count| {
        let id = product(&form)?;
        let option = option(&form);
        session.cart.set(front.catalog(), &id, option, count).map_err(|e| e.to_string())
    });
    let mut notices = settle(&front, &mut session);
    if let Err(sentence) = changed {
        notices.push(sentence);
        return refused(&shop, &front, &session, notices);
    }
    keep(&shop, &front, &session)
}

/// Chooses what to pay with.
pub(crate) async fn currency(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let mut session = own(&shop, &headers, &form)?;
    let asset = AssetId::from_code(form.text("currency"))
        .filter(|asset| payable(&shop, &front, &session.cart).contains(asset));
    let Some(asset) = asset else {
        let sentence = "This cart cannot be paid with that. Please choose another currency.";
        return refused(&shop, &front, &session, vec![sentence.to_owned()]);
    };
    session.cart.choose(asset);
    keep(&shop, &front, &session)
}

/// The cart with prices, in the chosen currency or the first that fits.
pub(super) fn priced(
    shop: &ShopWeb,
    front: &Storefront,
    cart: &Cart,
) -> Result<(AssetId, Priced), CartError> {
    let payable = payable(shop, front, cart);
    let chosen = cart.currency().filter(|asset| payable.contains(asset));
    let fallback = front.offered().first().copied().unwrap_or(AssetId::Eth);
    let asset = chosen.or(payable.first().copied()).unwrap_or(fallback);
    Ok((asset, cart.price(front.catalog(), asset)?))
}

/// One line, for a template.
pub(super) fn line(front: &Storefront, line: &PricedLine) -> Value {
    let product = ProductId::parse(&line.product).and_then(|id| front.catalog().product(&id));
    let variant = product.and_then(|product| product.variant(line.option.as_deref()));
    context! {
        id => &line.product,
        name => &line.name,
        option => line.option.as_deref(),
        quantity => line.quantity,
        each => line.each.to_string(),
        total => line.total.to_string(),
        url => product.map(|product| path(product_url(product))),
        most => variant.map(|variant| front.catalog().level(&variant.stock).most(MOST_UNITS)),
        thumb => front.thumb(&line.product),
    }
}

/// The page that explains a cookie that did not come back.
pub(super) fn lost(front: &Storefront) -> Result<Sheet, Refusal> {
    let page = context! {
        heading => "Your browser did not keep the cookie",
        sentences => vec![
            "Your cart, and the way to your order, live in a sealed cookie in your browser and \
             nowhere else. We have just given your browser one, and it did not come back. Or it \
             was too old: a cart lives for a day, an open order for an hour.",
            "Tor Browser keeps such cookies at every security level, Safest too. Other browsers \
             refuse them on onion pages. Please use Tor Browser as it comes, allow cookies for \
             this page, and try again.",
        ],
        links => vec![
            context! { url => path("/product".to_owned()), text => "See all products" },
            context! { url => path("/order/enter".to_owned()), text => "Enter an order code" },
        ],
    };
    Sheet::render(front, "notice.html", "", page)
}

/// What the cart can be paid with now.
fn payable(shop: &ShopWeb, front: &Storefront, cart: &Cart) -> Vec<AssetId> {
    let taken = shop.till.assets();
    let priced = |asset: &AssetId| cart.price(front.catalog(), *asset).is_ok();
    front.offered().iter().copied().filter(|asset| taken.contains(asset)).filter(priced).collect()
}

/// Takes out what is not offered any more, and says so.
fn settle(front: &Storefront, session: &mut CartSession) -> Vec<String> {
    session.cart.settle_with(front.catalog()).iter().map(ToString::to_string).collect()
}

/// The cart this form was made for.
fn own(shop: &ShopWeb, headers: &HeaderMap, form: &Form) -> Result<CartSession, Refusal> {
    shop.cart(headers)
        .filter(|session| shop.is_fresh(session, form.text("token")))
        .ok_or(Refusal::Stale)
}

fn sheet(
    shop: &ShopWeb,
    front: &Storefront,
    session: &CartSession,
    mut notices: Vec<String>,
) -> Result<Sheet, Refusal> {
    let (mut lines, mut total, mut currencies) = (Vec::new(), String::new(), Vec::new());
    match priced(shop, front, &session.cart) {
        Ok((asset, priced)) => {
            lines = priced.lines.iter().map(|l| line(front, l)).collect();
            total = priced.total.to_string();
            currencies = payable(shop, front, &session.cart)
                .into_iter()
                .map(|a| context! { code => a.code(), name => a.name(), chosen => a == asset })
                .collect();
        }
        Err(CartError::Empty) => {}
        Err(error) => notices.push(error.to_string()),
    }
    let token = shop.token(session);
    let page = context! { notices, lines, total, currencies, token };
    Sheet::render(front, "cart.html", "/cart", page)
}

fn refused(
    shop: &ShopWeb,
    front: &Storefront,
    session: &CartSession,
    notices: Vec<String>,
) -> Result<Response, Refusal> {
    let sheet = sheet(shop, front, session, notices)?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Gives the browser the changed cart, and shows it.
fn keep(shop: &ShopWeb, front: &Storefront, session: &CartSession) -> Result<Response, Refusal> {
    match shop.keep_cart(session) {
        Ok(cookie) => Ok(see_other("/cart?kept", [cookie] as [HeaderValue; 1])),
        Err(_) => refused(shop, front, session, vec![CartError::Full.to_string()]),
    }
}

fn product(form: &Form) -> Result<ProductId, String> {
    ProductId::parse(form.text("id")).ok_or_else(|| CartError::Unknown.to_string())
}

fn option(form: &Form) -> Option<&str> {
    form.sent("option").filter(|option| !option.is_empty())
}

fn quantity(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|count| *count <= MOST_UNITS)
}

fn how_many() -> String {
    format!("Please give a quantity from 1 to {MOST_UNITS}.")
}
