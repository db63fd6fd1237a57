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
pub(crate) async fn show(asked: PageRequest) -> Result<Response, Refusal> {
    match asked.cart() {
        Some(mut session) => {
            let notices = settle(&asked, &mut session);
            let settled = (!notices.is_empty()).then(|| asked.shop.keep_cart(&session));
            let mut response = sheet(&asked, &session, notices)?.into_response();
            if let Some(cookie) = settled {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        None if asked.says("kept") => Ok(lost(&asked)?.into_response()),
        None => Ok(sheet(&asked, &asked.shop.new_cart(), Vec::new())?.into_response()),
    }
}

/// Puts something in.
/// This form is on pages that are the same for everyone, so it has no token: that it comes from a
/// page of ours has been checked.
pub(crate) async fn add(FormRequest(asked, form): FormRequest) -> Result<Response, Refusal> {
    let mut session = asked.cart().unwrap_or_else(|| asked.shop.new_cart());
    let before = session.cart.clone();
    let count = form.sent("quantity").map_or(Some(1), update::quantity).filter(|count| *count > 0);
    let added = count.ok_or_else(update::how_many).and_then(|count| {
        let (id, option) = (product(&form)?, option(&form));
        let added = session.cart.add(asked.front.catalog(), &id, option, count);
        added.map_err(|error| errors::cart(&error))
    });
    if let Err(sentence) = added {
        let mut notices = settle(&asked, &mut session);
        notices.push(sentence);
        return refused_changed(&asked, &session, &before, notices);
    }
    Ok(keep(&asked, &session, "/cart?kept"))
}

/// Prices the cart, in the chosen currency or the first that fits.
pub(super) fn priced(asked: &PageRequest, cart: &Cart) -> Result<(AssetId, PricedCart), CartError> {
    priced_in(asked, cart, &payable(asked, cart))
}

/// Prices the cart if it is known what can be paid with.
pub(super) fn priced_in(
    asked: &PageRequest,
    cart: &Cart,
    payable: &[AssetId],
) -> Result<(AssetId, PricedCart), CartError> {
    let chosen = cart.currency().filter(|asset| payable.contains(asset));
    let fallback = asked.front.offered().first().copied().unwrap_or(AssetId::Eth);
    let asset = chosen.or(payable.first().copied()).unwrap_or(fallback);
    Ok((asset, cart.price(asked.front.catalog(), asset)?))
}

/// Builds one line, for a template.
pub(super) fn line(asked: &PageRequest, line: &PricedLine) -> Value {
    let front = &asked.front;
    let product = ProductId::parse(&line.product).and_then(|id| front.catalog().product(&id));
    let variant = product.and_then(|product| product.variant(line.option.as_deref()));
    let (words, tag) = (asked.reader.words(), asked.reader.language.tag());
    let name = product.map_or(line.name.as_str(), |product| product.name_in(tag));
    let option = line.option.as_deref().map(|option| asked.voice().marked_word(option));
    let (shown, option_lang) = option.unzip();
    context! {
        id => &line.product,
        key => line_key(&line.product, line.option.as_deref()),
        field => update::quantity_field(&line.product, line.option.as_deref()),
        name,
        option => line.option.as_deref(),
        shown,
        option_lang,
        full => named(asked.voice(), name, line.option.as_deref()),
        quantity => line.quantity,
        each => words.amount(line.each),
        total => words.amount(line.total),
        url => product.map(product_url),
        few => variant.is_some_and(|v| front.catalog().level(&v.stock) == Availability::LowStock),
        most => variant.map(|variant| front.catalog().level(&variant.stock).most(MOST_UNITS)),
        thumb => product.map(|product| front.thumb(product, variant)),
        lang => match product {
            Some(product) if product.is_named_in(tag) => Value::from(""),
            _ => lang(asked.reader, front.languages().own()),
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
pub(super) fn lost(asked: &PageRequest) -> Result<PrivatePage, Refusal> {
    let say = |sentence| asked.say(&sentence);
    let page = context! {
        heading => say(Sentence::new("lost-heading")),
        sentences => vec![say(Sentence::new("lost-what")), say(Sentence::new("lost-why"))],
        links => vec![
            context! { url => "/product", text => say(Sentence::new("see-all-products")) },
            context! { url => "/order/enter", text => say(Sentence::new("enter-code")) },
        ],
    };
    asked.sheet("notice.html", "", page)
}

/// Returns the assets the cart can be paid with now.
pub(super) fn payable(asked: &PageRequest, cart: &Cart) -> Vec<AssetId> {
    let taken = asked.shop.till.assets();
    let priced = |asset: &AssetId| cart.price(asked.front.catalog(), *asset).is_ok();
    let offered = asked.front.offered().iter().copied();
    offered.filter(|asset| taken.contains(asset)).filter(priced).collect()
}

/// Takes out what the catalogue does not offer any more, and says so.
/// The same goes for a discount that does not hold any more.
pub(super) fn settle(asked: &PageRequest, session: &mut CartSession) -> Vec<Sentence> {
    let gone = session.cart.settle_with(asked.front.catalog());
    let over = bill::settle(asked, &mut session.cart).then(bill::over);
    gone.iter().map(errors::cart).chain(over).collect()
}

/// Returns the lines of the cart that stand on these shelves, of which too few are left.
/// Each comes with its name.
pub(super) fn short(
    asked: &PageRequest,
    cart: &Cart,
    shelves: &[StockKey],
) -> Vec<(usize, String)> {
    let short = |product: &str, option: Option<&str>| {
        let product = asked.front.catalog().product(&ProductId::parse(product)?)?;
        let variant = product.variant(option).filter(|v| shelves.contains(&v.stock))?;
        let name = product.name_in(asked.reader.language.tag());
        Some(named(asked.voice(), name, variant.name.as_deref()))
    };
    let lines = cart.lines().iter().enumerate();
    lines.filter_map(|(at, line)| Some((at, short(line.product(), line.option())?))).collect()
}

fn sheet(
    asked: &PageRequest,
    session: &CartSession,
    mut notices: Vec<Sentence>,
) -> Result<PrivatePage, Refusal> {
    let cart = &session.cart;
    let counted = match bill::count(asked, cart) {
        Ok(count) => counted(asked, cart, &count),
        Err(CartError::Empty) => context! { lines => Vec::<Value>::new() },
        Err(error) => {
            notices.push(errors::cart(&error));
            context! { lines => Vec::<Value>::new() }
        }
    };
    let token = asked.shop.token(session);
    let notices: Vec<String> = notices.iter().map(|sentence| asked.say(sentence)).collect();
    asked.sheet("cart.html", "/cart", context! { notices, token, ..counted })
}

/// Builds the cart with its bill and what that goes by, for a template.
fn counted(asked: &PageRequest, cart: &Cart, count: &bill::Count) -> Value {
    let currencies = count.payable.iter().map(|asset| {
        let chosen = *asset == count.asset;
        context! { code => asset.code(), name => asset.name(), chosen }
    });
    let (quote, ships) = (&count.quote, count.priced.ships());
    context! {
        lines => count.priced.lines.iter().map(|l| line(asked, l)).collect::<Vec<_>>(),
        currencies => currencies.collect::<Vec<_>>(),
        rows => bill::rows(asked.voice(), &quote.bill, !count.is_ready()),
        ready => count.is_ready(),
        impossible => bill::said(asked, &bill::impossible(asked, cart, quote)),
        missing => bill::missing(asked, quote, ships),
        ..options::forms(asked, cart, count)
    }
}

/// Shows the cart again, with what is wrong and what does not hold any more.
/// Changes made all the same are kept.
fn refused_changed(
    asked: &PageRequest,
    session: &CartSession,
    before: &Cart,
    notices: Vec<Sentence>,
) -> Result<Response, Refusal> {
    let sheet = sheet(asked, session, notices)?.with_status(StatusCode::UNPROCESSABLE_ENTITY);
    let mut response = sheet.into_response();
    if session.cart != *before {
        response.headers_mut().append(header::SET_COOKIE, asked.shop.keep_cart(session));
    }
    Ok(response)
}

/// Gives the browser the changed cart, and goes on.
fn keep(asked: &PageRequest, session: &CartSession, to: &str) -> Response {
    asked.go(to, [asked.shop.keep_cart(session)])
}

fn product(form: &Form) -> Result<ProductId, Sentence> {
    ProductId::parse(form.text("id")).ok_or_else(|| errors::cart(&CartError::Unknown))
}

fn option(form: &Form) -> Option<&str> {
    form.sent("option").filter(|option| !option.is_empty())
}
