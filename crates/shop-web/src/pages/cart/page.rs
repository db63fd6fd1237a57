//! Values of the cart's template.

use crate::{
    page::{Page, view},
    pages::{
        PageRequest,
        bill::{self, BillRow, QuotedCart},
        destination::{self, Places},
        items::{self, ItemLine},
    },
};
use shop_core::{bill::RateOffer, cart::Cart, money::AssetId};
use std::borrow::Cow;

view! {
    /// Values of `cart.html`. An empty cart has notices and a token alone.
    #[derive(Default)]
    pub(super) struct CartPage {
        /// Sentences about what is wrong, or does not hold any more.
        pub(super) notices: Vec<String>,
        pub(super) token: String,
        lines: Vec<ItemLine>,
        /// Currencies it can be paid in.
        currencies: Vec<Currency>,
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
    struct Currency {
        code: Cow<'static, str>,
        name: Cow<'static, str>,
        chosen: bool,
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
        let currency = |asset: &AssetId| Currency {
            code: Cow::Borrowed(asset.code()),
            name: Cow::Borrowed(asset.name()),
            chosen: *asset == quoted.asset(),
        };
        Self {
            notices: Vec::new(),
            token: String::new(),
            lines: items::lines(request, &quoted.priced.lines),
            currencies: bill::payable(request, cart).iter().map(currency).collect(),
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
