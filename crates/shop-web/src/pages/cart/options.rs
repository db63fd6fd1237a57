//! Questions of the cart's form apart from quantities: destination, way of sending, discount.

use crate::{
    language::{Reader, Sentence},
    pages::{PageRequest, bill::Count},
};
use minijinja::{Value, context};
use shop_core::{
    bill::{PriceRules, RateOffer, ShippingArea},
    cart::Cart,
    place::{Country, Place, Region},
};

/// Greatest number of countries named by the seller that stand before all others.
const FEW: usize = 12;

/// Builds the questions that the cart's bill depends on, for a template.
pub(super) fn forms(request: &PageRequest, cart: &Cart, count: &Count) -> Value {
    let words = request.reader.words();
    let chosen = count.quote.rate.as_deref();
    let rate = |offer: &RateOffer| {
        context! {
            id => &offer.id,
            name => request.voice().word(&offer.name),
            price => words.amount(offer.price),
            chosen => chosen == Some(offer.id.as_str()),
        }
    };
    let rates = count.quote.rates.iter().map(rate).collect::<Vec<_>>();
    context! {
        destination => destination(request, cart, count.priced.ships()),
        rates => (rates.len() > 1).then_some(rates),
        codes => !request.front.rules().discounts.all().is_empty(),
        discount => count.quote.discount.is_some(),
    }
}

/// The places to choose from, for a template; none where the bill depends on no place.
pub(in crate::pages) fn destination(
    request: &PageRequest,
    cart: &Cart,
    ships: bool,
) -> Option<Value> {
    let rules = request.front.rules();
    rules.asks_country(ships).then(|| places(request.reader, rules, cart.to(), ships))
}

/// Builds the choice of countries, or of regions where the bill depends on them.
/// One choice says it all.
fn places(reader: Reader, rules: &PriceRules, to: Option<Place>, ships: bool) -> Value {
    let language = reader.language.tag();
    let served = served(rules, ships);
    let all = Country::sorted(language).iter();
    let all = all.filter(|country| match &served {
        ShippingArea::World => true,
        ShippingArea::Countries(served) => served.contains(country),
    });
    let named = rules.named();
    let first = served == ShippingArea::World && (1..=FEW).contains(&named.len());
    let (first, others): (Vec<&Country>, Vec<&Country>) =
        all.partition(|country| first && named.contains(country));
    let place = |place: Place, name: String| {
        context! { code => place.code(), name, selected => to == Some(place) }
    };
    let within = |country: &Country| {
        let name = country.name(language);
        if !rules.asks_region(*country, ships) {
            return vec![place(Place::country_alone(*country), name.to_owned())];
        }
        let regions = country.regions(language).into_iter().map(Place::region_of);
        let regions = regions.filter(|place| !ships || rules.serves(*place));
        let called = |region: Region| {
            let said = Sentence::new("labelled").with("label", name);
            reader.say(&said.with("value", region.name(language)))
        };
        regions.map(|at| place(at, at.region().map(called).unwrap_or_default())).collect()
    };
    let listed =
        |countries: Vec<&Country>| countries.into_iter().flat_map(within).collect::<Vec<Value>>();
    context! { ships, first => listed(first), others => listed(others) }
}

/// Returns the places orders can go to; anywhere for those of which nothing is sent.
fn served(rules: &PriceRules, ships: bool) -> ShippingArea {
    if ships { rules.served() } else { ShippingArea::World }
}
