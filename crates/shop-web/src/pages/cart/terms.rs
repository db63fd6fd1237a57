//! Where the cart goes, how it is sent, and the discount: what its bill goes by.

use super::{keep, priced, refused, refused_settled};
use crate::{
    form::Form,
    language::{Reader, Sentence},
    pages::{
        Asked, Posted,
        bill::{self, Count},
    },
    refusal::Refusal,
};
use axum::response::Response;
use minijinja::{Value, context};
use shop_core::{
    bill::{Code, DiscountNumber, RateOffer, Rules, Served, accept},
    cart::Cart,
    place::{Country, Place, Region},
};

/// As many countries that the seller names stand before all others.
const FEW: usize = 12;

/// Says where it goes.
pub(crate) async fn destination(Posted(asked, form): Posted) -> Result<Response, Refusal> {
    let mut session = asked.own_cart(&form)?;
    let ships = priced(&asked, &session.cart).is_ok_and(|(_, priced)| priced.ships());
    let Some(place) = place(asked.front.rules(), &form, ships) else {
        return refused(&asked, &session, vec![Sentence::of("bill-unknown-country")]);
    };
    session.cart.send_to(place);
    keep(&asked, &session)
}

/// Chooses how it is sent.
pub(crate) async fn shipping(Posted(asked, form): Posted) -> Result<Response, Refusal> {
    let mut session = asked.own_cart(&form)?;
    let rate = form.text("rate");
    let offered = bill::count(&asked, &session.cart)
        .is_ok_and(|count| count.quote.rates.iter().any(|offer| offer.id == rate));
    if !offered {
        return refused(&asked, &session, vec![Sentence::of("bill-unknown-rate")]);
    }
    session.cart.send_by(rate);
    keep(&asked, &session)
}

/// Puts a discount on by its code, or takes it off. A code that nobody made, one that ended, one that
/// is used up and one that is for other orders get the same answer, after the same steps.
pub(crate) async fn discount(Posted(asked, form): Posted) -> Result<Response, Refusal> {
    let mut session = asked.own_cart(&form)?;
    if form.sent("remove").is_some() {
        session.cart.discount_by(None);
        return keep(&asked, &session);
    }
    // Before anything is known of the code, so that it takes as long for each.
    let used_up = bill::used_up(&asked);
    // What cannot be a code is looked for as one that is nobody's.
    let code = Code::parse(form.text("code")).unwrap_or_else(|| Code::random(&*asked.shop.entropy));
    let hash = asked.front.code_salt().hash(&code);
    let now = asked.shop.clock.now().coarse();
    let accepted = priced(&asked, &session.cart).ok().and_then(|(_, priced)| {
        let goods = priced.goods();
        let wanted = session.cart.wanted(&priced, &goods, now);
        accept(asked.front.rules(), &wanted, &hash, &used_up).ok().flatten()
    });
    if accepted.is_none() {
        return refused_settled(&asked, session, Sentence::of("bill-wrong-code"));
    }
    if !lowers(&asked, &session.cart, accepted) {
        return refused_settled(&asked, session, Sentence::of("bill-code-no-better"));
    }
    session.cart.discount_by(accepted);
    keep(&asked, &session)
}

/// Whether a discount makes this order cheaper than it is, so that none is given up for a lesser one,
/// and none is spent on nothing. While it is not said where the order goes, a first one may be of use.
fn lowers(asked: &Asked, cart: &Cart, discount: Option<DiscountNumber>) -> bool {
    let mut with = cart.clone();
    with.discount_by(discount);
    let (Ok(now), Ok(then)) = (bill::count(asked, cart), bill::count(asked, &with)) else {
        return true;
    };
    let open = cart.discount().is_none() && !now.quote.missing.is_empty();
    open || then.quote.bill.total().units() < now.quote.bill.total().units()
}

/// The forms that the cart's bill asks for, for a template.
pub(super) fn forms(asked: &Asked, cart: &Cart, count: &Count) -> Value {
    let (rules, ships) = (asked.front.rules(), count.priced.ships());
    let words = asked.reader.words();
    let chosen = count.quote.rate.as_deref();
    let rate = |offer: &RateOffer| {
        context! {
            id => &offer.id,
            name => asked.voice().word(&offer.name),
            price => words.amount(offer.price),
            chosen => chosen == Some(offer.id.as_str()),
        }
    };
    let rates = count.quote.rates.iter().map(rate).collect::<Vec<_>>();
    context! {
        destination => rules
            .asks_country(ships)
            .then(|| countries(asked.reader, rules, cart.to(), ships)),
        rates => (rates.len() > 1).then_some(rates),
        codes => !rules.discounts.all().is_empty(),
        discount => count.quote.discount.is_some(),
    }
}

/// The countries to choose from, and the regions of the chosen one.
fn countries(reader: Reader, rules: &Rules, to: Option<Place>, ships: bool) -> Value {
    let language = reader.language.tag();
    let chosen = to.map(Place::country);
    let country = |country: &Country| {
        let selected = chosen == Some(*country);
        context! { code => country.code(), name => country.name(language), selected }
    };
    let served = served(rules, ships);
    let all = Country::sorted(language).iter();
    let all: Vec<&Country> = all
        .filter(|country| match &served {
            Served::World => true,
            Served::Countries(served) => served.contains(country),
        })
        .collect();
    let named = rules.named();
    let first = served == Served::World && (1..=FEW).contains(&named.len());
    let (first, others): (Vec<&Country>, Vec<&Country>) =
        all.into_iter().partition(|country| first && named.contains(country));
    let regions = chosen.filter(|country| rules.asks_region(*country, ships)).map(|country| {
        let region = |region: &Region| {
            let selected = to.and_then(Place::region) == Some(*region);
            context! { code => region.code(), name => region.name(language), selected }
        };
        let reached = |region: &Region| !ships || rules.serves(Place::region_of(*region));
        country.regions(language).iter().filter(|r| reached(r)).map(region).collect::<Vec<_>>()
    });
    context! {
        ships,
        first => first.into_iter().map(country).collect::<Vec<_>>(),
        others => others.into_iter().map(country).collect::<Vec<_>>(),
        regions,
    }
}

/// Where orders can go; those of which nothing is sent, anywhere.
fn served(rules: &Rules, ships: bool) -> Served {
    if ships { rules.served() } else { Served::World }
}

/// The place of a form, as exactly as the rules ask for it.
fn place(rules: &Rules, form: &Form, ships: bool) -> Option<Place> {
    let country = Country::parse(form.text("country")).filter(|_| rules.asks_country(ships))?;
    let region = Region::parse(form.text("region"))
        .filter(|region| region.country() == country && rules.asks_region(country, ships));
    Some(region.map_or(Place::country_alone(country), Place::region_of))
}
