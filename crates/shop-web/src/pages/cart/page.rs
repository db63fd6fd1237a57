//! Values of the cart's template.

use crate::{
    page::{Page, view},
    pages::{
        PageRequest,
        assets::{self, AssetOption},
        bill::{self, BillRow, QuotedCart},
        destination::{self, Places},
        items::{self, ItemLine},
    },
};
use shop_core::{bill::RateOffer, cart::Cart};

view! {
    /// Values of `cart.html`. An empty cart has notices and a token alone.
    #[derive(Default)]
    pub(super) struct CartPage {
        /// Sentences about what is wrong, or does not hold any more.
        pub(super) notices: Vec<String>,
        pub(super) token: String,
        lines: Vec<ItemLine>,
        /// Assets it can be paid in, where the bill depends on which.
        currencies: Vec<AssetOption>,
        /// Sentence about the assets in which a bill in a currency is paid.
        paid_in: Option<String>,
        /// Sentence about assets that are not offered, for want of an exchange rate.
        not_converted: Option<String>,
        rows: Vec<BillRow>,
        /// True if it can be ordered like this.
        ready: bool,
        /// Reasons for which it cannot be ordered like this.
        impossible: Vec<String>,
        /// Sentences that say what the buyer has yet to choose.
        missing: Vec<String>,
        destination: Option<Places>,
        /// Ways to send it, if there is a choice.
        rates: Option<Vec<Rate>>,
        /// True if the shop has discount codes.
        codes: bool,
        /// True if a discount is on the bill.
        discount: bool,
    }
}

view! {
    struct Rate {
        id: String,
        name: String,
        price: String,
        chosen: bool,
    }
}

impl Page for CartPage {
    const TEMPLATE: &'static str = "cart.html";
}

impl CartPage {
    /// Builds the cart with its bill and what that depends on.
    pub(super) fn new(request: &PageRequest, cart: &Cart, quoted: &QuotedCart) -> Self {
        let quote = &quoted.quote;
        let ships = quoted.priced.ships();
        // A bill in the seller's currency is the same whatever it is paid in.
        let is_in_asset = quote.bill.total().unit().asset().is_some();
        Self {
            notices: Vec::new(),
            token: String::new(),
            lines: items::lines(request, &quoted.priced.lines),
            currencies: if is_in_asset { assets::options(request, cart, quoted) } else { vec![] },
            paid_in: assets::paid_in(request, cart, quoted),
            not_converted: assets::not_converted(request, cart, quoted),
            rows: bill::rows(request.voice(), &quote.bill, !quoted.is_ready()),
            ready: quoted.is_ready(),
            impossible: bill::said(request, &bill::impossible(request, cart, quote)),
            missing: bill::missing(request, quote, ships),
            destination: destination::choice(request, cart, ships),
            rates: rates(request, quoted),
            codes: !request.front.rules().discounts.all().is_empty(),
            discount: quote.discount.is_some(),
        }
    }
}

/// Returns the ways to send it, if there is a choice.
fn rates(request: &PageRequest, quoted: &QuotedCart) -> Option<Vec<Rate>> {
    let offers = &quoted.quote.rates;
    let chosen = quoted.quote.rate.as_deref();
    let rate = |offer: &RateOffer| Rate {
        id: offer.id.clone(),
        name: request.voice().word(&offer.name),
        price: request.reader.words().amount(offer.price),
        chosen: chosen == Some(offer.id.as_str()),
    };
    (offers.len() > 1).then(|| offers.iter().map(rate).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<CartPage>();
    }
}
