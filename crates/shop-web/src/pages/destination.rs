//! Page that asks where an order goes, before a form whose bill depends on that.

use super::{
    PageRequest, PrivatePage,
    bill::{self, BillRow, QuotedCart},
    items::{self, ItemLine},
};
use crate::{
    language::{Reader, Sentence},
    page::{Page, view},
    refusal::Refusal,
    session::CartSession,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_core::{
    bill::{PriceRules, ShippingArea},
    cart::Cart,
    place::{Country, Place, Region},
};
use std::borrow::Cow;

/// Greatest number of countries named by the seller that stand before all others.
const FEW: usize = 12;

view! {
    /// Values of `destination.html`.
    struct DestinationPage {
        token: String,
        /// True if any of it is sent.
        ships: bool,
        /// Sentences that say what is asked.
        missing: Vec<String>,
        destination: Option<Places>,
        /// Description of what is wrong with the choice.
        wrong: Option<String>,
        lines: Vec<ItemLine>,
        rows: Vec<BillRow>,
    }
}

view! {
    /// Choice of places, for `fields.html`.
    pub(super) struct Places {
        /// True if any of it is sent.
        ships: bool,
        /// Places that stand before all others.
        first: Vec<PlaceOption>,
        others: Vec<PlaceOption>,
    }
}

view! {
    struct PlaceOption {
        code: Cow<'static, str>,
        name: String,
        selected: bool,
    }
}

impl Page for DestinationPage {
    const TEMPLATE: &'static str = "destination.html";
}

/// Asks again where it goes, because nothing was chosen.
pub(super) fn without_place(
    request: &PageRequest,
    session: &CartSession,
    quoted: &QuotedCart,
) -> Result<Response, Refusal> {
    let sheet = sheet(request, session, quoted, true)?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Builds the page that asks where it goes, before the form whose bill depends on that.
pub(super) fn sheet(
    request: &PageRequest,
    session: &CartSession,
    quoted: &QuotedCart,
    again: bool,
) -> Result<PrivatePage, Refusal> {
    let ships = quoted.priced.ships();
    let wrong = again.then(|| request.say(&Sentence::new("bill-unknown-country")));
    let page = DestinationPage {
        token: request.shop.token(session),
        ships,
        missing: bill::missing(request, &quoted.quote, ships),
        destination: choice(request, &session.cart, ships),
        wrong,
        lines: items::lines(request, &quoted.priced.lines),
        rows: bill::rows(request.voice(), &quoted.quote.bill, true),
    };
    request.sheet("/checkout", page)
}

/// Returns the places to choose from; none where the bill depends on no place.
pub(super) fn choice(request: &PageRequest, cart: &Cart, ships: bool) -> Option<Places> {
    let rules = request.front.rules();
    rules.asks_country(ships).then(|| places(request.reader, rules, cart.to(), ships))
}

/// Builds the choice of countries, or of regions where the bill depends on them.
/// One choice says it all.
fn places(reader: Reader, rules: &PriceRules, to: Option<Place>, ships: bool) -> Places {
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
    let place = |place: Place, name: String| PlaceOption {
        code: Cow::Borrowed(place.code()),
        name,
        selected: to == Some(place),
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
    let listed = |countries: Vec<&Country>| countries.into_iter().flat_map(within).collect();
    Places { ships, first: listed(first), others: listed(others) }
}

/// Returns the places orders can go to; anywhere for those of which nothing is sent.
fn served(rules: &PriceRules, ships: bool) -> ShippingArea {
    if ships { rules.served() } else { ShippingArea::World }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<DestinationPage>();
    }
}
