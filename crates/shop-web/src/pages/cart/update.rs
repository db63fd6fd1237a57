//! The cart's one form: whatever it says is taken together, and *Check out* leads on.

use super::{keep, refused_changed, settle};
use crate::{
    language::Sentence,
    pages::{
        Form, FormRequest, PageRequest,
        bill::{self, QuotedCart, used_up},
        destination, errors,
        items::quantity_field,
    },
    refusal::Refusal,
};
use axum::response::Response;
use shop_core::{
    bill::{DiscountCode, DiscountNumber, PriceRules, accept},
    cart::{Cart, CartLine, MOST_UNITS, line_key},
    catalog::ProductId,
    place::{Place, Region},
};
use std::cmp::Ordering;

/// Fields of the form apart from the quantities.
/// A field that is not sent changes nothing, so that a theme may have a form for each.
const CURRENCY: &str = "currency";
const COUNTRY: &str = "country";
const REGION: &str = "region";
const RATE: &str = "rate";
const CODE: &str = "code";
const REMOVE: &str = "remove";
const CHECK_OUT: &str = "checkout";
/// The form comes from the page that asks for the country alone.
const ASKED: &str = "asked";

/// Takes what the form says. With *Check out* pressed it goes on to the checkout.
pub(crate) async fn update(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let mut session = request.own_cart(form.text("token"))?;
    let before = session.cart.clone();
    let mut wrong = apply(&request, &mut session.cart, &form);
    let checks_out = form.sent(CHECK_OUT).is_some();
    if checks_out
        && wrong.is_empty()
        && let Ok(quoted) = QuotedCart::new(&request, &session.cart)
    {
        wrong = bill::impossible(&request, &session.cart, &quoted.quote);
        if wrong.is_empty() && form.sent(ASKED).is_some() && !quoted.quote.missing.is_empty() {
            return destination::without_place(&request, &session, &quoted);
        }
    }
    if wrong.is_empty() {
        return Ok(keep(&request, &session, if checks_out { "/checkout" } else { "/cart?kept" }));
    }
    let mut notices = settle(&request, &mut session);
    notices.extend(wrong);
    refused_changed(&request, &session, &before, notices)
}

/// Applies all fields; returns what could not be taken.
fn apply(request: &PageRequest, cart: &mut Cart, form: &Form) -> Vec<Sentence> {
    let shown = QuotedCart::new(request, cart).ok().and_then(|quoted| quoted.quote.rate);
    let to = cart.to();
    let mut wrong = quantities(request, cart, form);
    wrong.extend(currency(request, cart, form));
    wrong.extend(place(request, cart, form));
    if cart.to() == to {
        wrong.extend(rate(request, cart, form, shown.as_deref()));
    }
    wrong.extend(discount(request, cart, form));
    wrong
}

fn quantities(request: &PageRequest, cart: &mut Cart, form: &Form) -> Vec<Sentence> {
    let asks = |line: &CartLine| {
        let field = quantity_field(line.product(), line.option());
        Some((line.clone(), wanted(line, form.sent(&field), form)?))
    };
    let mut changes: Vec<(CartLine, Option<u32>)> = cart.lines().iter().filter_map(asks).collect();
    // Lines may share one stock: what is given up is free for what is added.
    changes.sort_by_key(|(line, count)| count.is_some_and(|count| count > line.quantity()));
    changes.iter().filter_map(|(line, count)| set(request, cart, line, *count)).collect()
}

/// Returns the quantity of a line that the form asks for.
/// It is none inside where that cannot be read, none at all where the form says nothing new.
fn wanted(line: &CartLine, typed: Option<&str>, form: &Form) -> Option<Option<u32>> {
    let key = line_key(line.product(), line.option());
    // A form for one line alone names the line beside the quantity.
    let alone = form.sent("id") == Some(line.product())
        && form.sent("option").filter(|option| !option.is_empty()) == line.option();
    let removes = form.sent(REMOVE);
    if removes.is_some_and(|of| alone || (typed.is_some() && of == key)) {
        return Some(Some(0));
    }
    let count = quantity(typed.or_else(|| form.sent("quantity").filter(|_| alone))?);
    (count != Some(line.quantity())).then_some(count)
}

fn set(
    request: &PageRequest,
    cart: &mut Cart,
    line: &CartLine,
    count: Option<u32>,
) -> Option<Sentence> {
    let Some(count) = count else { return Some(how_many()) };
    let id = ProductId::parse(line.product())?;
    let set = cart.set(request.front.catalog(), &id, line.option(), count);
    set.err().map(|error| errors::cart(&error))
}

fn currency(request: &PageRequest, cart: &mut Cart, form: &Form) -> Option<Sentence> {
    let code = form.sent(CURRENCY)?;
    let payable = bill::payable(request, cart);
    let assets = request.front.catalog().known_assets();
    match assets.find(code).filter(|asset| payable.contains(asset)) {
        Some(asset) => {
            cart.choose(asset);
            None
        }
        // There is nothing left that could be paid for.
        None if cart.is_empty() => None,
        None => Some(Sentence::new("cart-currency")),
    }
}

fn place(request: &PageRequest, cart: &mut Cart, form: &Form) -> Option<Sentence> {
    let code = form.sent(COUNTRY).filter(|code| !code.is_empty())?;
    // Of an empty cart, nothing is sent.
    let Ok(QuotedCart { priced, .. }) = QuotedCart::new(request, cart) else { return None };
    match chosen_place(request.front.rules(), code, form.text(REGION), priced.ships()) {
        Some(place) => {
            cart.send_to(place);
            None
        }
        None => Some(Sentence::new("bill-unknown-country")),
    }
}

/// Returns the place of a form, as exactly as the rules ask for it.
/// The region may stand in its own field.
fn chosen_place(rules: &PriceRules, code: &str, region: &str, ships: bool) -> Option<Place> {
    let chosen = Place::parse(code)?;
    let country = chosen.country();
    if !rules.asks_country(ships) {
        return None;
    }
    let region = chosen.region().or_else(|| Region::parse(region));
    let region = region.filter(|r| r.country() == country && rules.asks_region(country, ships));
    Some(region.map_or(Place::country_alone(country), Place::region_of))
}

/// Takes the way to send it.
/// The one the page showed may not be offered any more once quantities have changed: then the bill
/// says which one is.
fn rate(
    request: &PageRequest,
    cart: &mut Cart,
    form: &Form,
    shown: Option<&str>,
) -> Option<Sentence> {
    let rate = form.sent(RATE)?;
    let Ok(quoted) = QuotedCart::new(request, cart) else { return None };
    if quoted.quote.rates.iter().any(|offer| offer.id == rate) {
        cart.send_by(rate);
        return None;
    }
    (shown != Some(rate)).then(|| Sentence::new("bill-unknown-rate"))
}

/// Puts a discount on by its code, or takes it off.
/// A code that nobody made, one that ended, one that is used up and one that is for other orders
/// get the same answer, after the same steps.
fn discount(request: &PageRequest, cart: &mut Cart, form: &Form) -> Option<Sentence> {
    if form.sent("uncode").is_some() || (form.sent(REMOVE).is_some() && is_of_no_line(form)) {
        cart.discount_by(None);
        return None;
    }
    let typed = form.sent(CODE).filter(|code| !code.trim().is_empty())?;
    // Before anything is known of the code, so that it takes as long for each.
    let used_up = used_up(request);
    // What cannot be a code is looked for as one that is nobody's.
    let code =
        DiscountCode::parse(typed).unwrap_or_else(|| DiscountCode::random(&*request.shop.entropy));
    let hash = request.front.code_salt().hash(&code);
    let now = request.shop.clock.now().coarse();
    let accepted = QuotedCart::new(request, cart).ok().and_then(|QuotedCart { priced, .. }| {
        let goods = priced.goods();
        // No discount depends on the rate by which the total is converted.
        let wanted = cart.bill_request(&priced, &goods, None, now);
        accept(request.front.rules(), &wanted, &hash, &used_up).ok().flatten()
    });
    if accepted.is_none() {
        return Some(Sentence::new("bill-wrong-code"));
    }
    if !lowers(request, cart, accepted) {
        return Some(Sentence::new("bill-code-no-better"));
    }
    cart.discount_by(accepted);
    None
}

/// Returns true if *Remove* is pressed in a form for the discount alone.
fn is_of_no_line(form: &Form) -> bool {
    form.sent("id").is_none() && !form.names().any(|name| name.starts_with("quantity"))
}

/// Returns true if a discount makes this order cheaper than it is.
/// Thus none is given up for a lesser one, and none is spent on nothing. While it is not said where
/// the order goes, a first one may be of use.
fn lowers(request: &PageRequest, cart: &Cart, discount: Option<DiscountNumber>) -> bool {
    let mut with = cart.clone();
    with.discount_by(discount);
    let Ok(now) = QuotedCart::new(request, cart) else { return true };
    let Ok(then) = QuotedCart::new(request, &with) else { return true };
    let open = cart.discount().is_none() && !now.quote.missing.is_empty();
    let then = then.quote.bill.total();
    open || then.compare(now.quote.bill.total()) == Ok(Ordering::Less)
}

pub(super) fn quantity(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|count| *count <= MOST_UNITS)
}

pub(super) fn how_many() -> Sentence {
    Sentence::new("cart-quantity").with("most", MOST_UNITS)
}
