//! Page of the cart.

mod options;
mod update;

pub(super) use options::destination;
pub(crate) use update::update;

use super::{FormRequest, PageRequest, PrivatePage, bill, errors};
use crate::{
    cookies::CartSession,
    form::Form,
    language::Sentence,
    refusal::Refusal,
    storefront::{Localizer, lang, product_url},
};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{
    cart::{Cart, CartError, MOST_UNITS, PricedCart, PricedLine, line_key},
    catalog::ProductId,
    money::AssetId,
    stock::{Availability, StockKey},
};

/// Shows the cart as it is, without what does not hold any more: that is said once.
/// The query says that a cookie was just set, and should have come back.
pub(crate) async fn show(request: PageRequest) -> Result<Response, Refusal> {
    match request.cart() {
        Some(mut session) => {
            let notices = settle(&request, &mut session);
            let settled = (!notices.is_empty()).then(|| request.shop.keep_cart(&session));
            let mut response = sheet(&request, &session, notices)?.into_response();
            if let Some(cookie) = settled {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        None if request.says("kept") => Ok(lost(&request)?.into_response()),
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

/// Prices the cart, in the chosen currency or the first that fits.
pub(super) fn priced(
    request: &PageRequest,
    cart: &Cart,
) -> Result<(AssetId, PricedCart), CartError> {
    priced_in(request, cart, &payable(request, cart))
}

/// Prices the cart if it is known what can be paid with.
pub(super) fn priced_in(
    request: &PageRequest,
    cart: &Cart,
    payable: &[AssetId],
) -> Result<(AssetId, PricedCart), CartError> {
    let chosen = cart.currency().filter(|asset| payable.contains(asset));
    let fallback = request.front.offered().first().copied().unwrap_or(AssetId::Eth);
    let asset = chosen.or(payable.first().copied()).unwrap_or(fallback);
    Ok((asset, cart.price(request.front.catalog(), asset)?))
}

/// Builds one line, for a template.
pub(super) fn line(request: &PageRequest, line: &PricedLine) -> Value {
    let front = &request.front;
    let product = ProductId::parse(&line.product).and_then(|id| front.catalog().product(&id));
    let variant = product.and_then(|product| product.variant(line.option.as_deref()));
    let words = request.reader.words();
    let tag = request.reader.language.tag();
    let name = product.map_or(line.name.as_str(), |product| product.name_in(tag));
    let option = line.option.as_deref().map(|option| request.voice().marked_word(option));
    let (shown, option_lang) = option.unzip();
    context! {
        id => &line.product,
        key => line_key(&line.product, line.option.as_deref()),
        field => update::quantity_field(&line.product, line.option.as_deref()),
        name,
        option => line.option.as_deref(),
        shown,
        option_lang,
        full => named(request.voice(), name, line.option.as_deref()),
        quantity => line.quantity,
        each => words.amount(line.each),
        total => words.amount(line.total),
        url => product.map(product_url),
        few => variant.is_some_and(|v| front.catalog().level(&v.stock) == Availability::LowStock),
        most => variant.map(|variant| front.catalog().level(&variant.stock).most(MOST_UNITS)),
        thumb => product.map(|product| front.thumb(product, variant)),
        lang => match product {
            Some(product) if product.is_named_in(tag) => Value::from(""),
            _ => lang(request.reader, front.languages().own()),
        },
    }
}

/// Returns the name of a line: the product, and the option.
pub(super) fn full(voice: Localizer<'_>, line: &PricedLine) -> String {
    named(voice, &line.name, line.option.as_deref())
}

fn named(voice: Localizer<'_>, name: &str, option: Option<&str>) -> String {
    match option {
        Some(option) => {
            let said = Sentence::new("item-option").with("name", name);
            voice.say(&said.with("option", voice.word(option)))
        }
        None => name.to_owned(),
    }
}

/// Returns the page that explains a cookie that did not come back.
pub(super) fn lost(request: &PageRequest) -> Result<PrivatePage, Refusal> {
    let say = |sentence| request.say(&sentence);
    let page = context! {
        heading => say(Sentence::new("lost-heading")),
        sentences => vec![say(Sentence::new("lost-what")), say(Sentence::new("lost-why"))],
        links => vec![
            context! { url => "/product", text => say(Sentence::new("see-all-products")) },
            context! { url => "/order/enter", text => say(Sentence::new("enter-code")) },
        ],
    };
    request.sheet("notice.html", "", page)
}

/// Returns the assets the cart can be paid with now.
pub(super) fn payable(request: &PageRequest, cart: &Cart) -> Vec<AssetId> {
    let taken = request.shop.payments.assets();
    let priced = |asset: &AssetId| cart.price(request.front.catalog(), *asset).is_ok();
    let offered = request.front.offered().iter().copied();
    offered.filter(|asset| taken.contains(asset)).filter(priced).collect()
}

/// Takes out what the catalogue does not offer any more, and says so.
/// The same goes for a discount that does not hold any more.
pub(super) fn settle(request: &PageRequest, session: &mut CartSession) -> Vec<Sentence> {
    let gone = session.cart.settle_with(request.front.catalog());
    let over = bill::settle(request, &mut session.cart).then(bill::over);
    gone.iter().map(errors::cart).chain(over).collect()
}

/// Returns the lines of the cart that stand on these stock levels, of which too few are left.
/// Each comes with its name.
pub(super) fn short(
    request: &PageRequest,
    cart: &Cart,
    levels: &[StockKey],
) -> Vec<(usize, String)> {
    let short = |product: &str, option: Option<&str>| {
        let product = request.front.catalog().product(&ProductId::parse(product)?)?;
        let variant = product.variant(option).filter(|v| levels.contains(&v.stock))?;
        let name = product.name_in(request.reader.language.tag());
        Some(named(request.voice(), name, variant.name.as_deref()))
    };
    let lines = cart.lines().iter().enumerate();
    lines.filter_map(|(at, line)| Some((at, short(line.product(), line.option())?))).collect()
}

fn sheet(
    request: &PageRequest,
    session: &CartSession,
    mut notices: Vec<Sentence>,
) -> Result<PrivatePage, Refusal> {
    let cart = &session.cart;
    let counted = match bill::count(request, cart) {
        Ok(count) => counted(request, cart, &count),
        Err(CartError::Empty) => context! { lines => Vec::<Value>::new() },
        Err(error) => {
            notices.push(errors::cart(&error));
            context! { lines => Vec::<Value>::new() }
        }
    };
    let token = request.shop.token(session);
    let notices: Vec<String> = notices.iter().map(|sentence| request.say(sentence)).collect();
    request.sheet("cart.html", "/cart", context! { notices, token, ..counted })
}

/// Builds the cart with its bill and what that goes by, for a template.
fn counted(request: &PageRequest, cart: &Cart, count: &bill::Count) -> Value {
    let currencies = count.payable.iter().map(|asset| {
        let chosen = *asset == count.asset;
        context! { code => asset.code(), name => asset.name(), chosen }
    });
    let quote = &count.quote;
    let ships = count.priced.ships();
    context! {
        lines => count.priced.lines.iter().map(|l| line(request, l)).collect::<Vec<_>>(),
        currencies => currencies.collect::<Vec<_>>(),
        rows => bill::rows(request.voice(), &quote.bill, !count.is_ready()),
        ready => count.is_ready(),
        impossible => bill::said(request, &bill::impossible(request, cart, quote)),
        missing => bill::missing(request, quote, ships),
        ..options::forms(request, cart, count)
    }
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
        response.headers_mut().append(header::SET_COOKIE, request.shop.keep_cart(session));
    }
    Ok(response)
}

/// Gives the browser the changed cart, and goes on.
fn keep(request: &PageRequest, session: &CartSession, to: &str) -> Response {
    request.go(to, [request.shop.keep_cart(session)])
}

fn product(form: &Form) -> Result<ProductId, Sentence> {
    ProductId::parse(form.text("id")).ok_or_else(|| errors::cart(&CartError::Unknown))
}

fn option(form: &Form) -> Option<&str> {
    form.sent("option").filter(|option| !option.is_empty())
}
