//! Questions of the cart's form apart from quantities: destination, way of sending, discount.

use crate::pages::{PageRequest, bill::Count, destination};
use minijinja::{Value, context};
use shop_core::{bill::RateOffer, cart::Cart};

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
        destination => destination::choice(request, cart, count.priced.ships()),
        rates => (rates.len() > 1).then_some(rates),
        codes => !request.front.rules().discounts.all().is_empty(),
        discount => count.quote.discount.is_some(),
    }
}
