//! Values of the checkout's template.

use super::{
    escrow::EscrowPart,
    fields::{Fields, SummaryLine},
};
use crate::{
    page::{Page, view},
    pages::{PageRequest, assets::AssetOption, bill::BillRow, items::ItemLine},
};
use shop_core::place::{Country, Place};
use std::borrow::Cow;

view! {
    /// Values of `checkout.html`.
    pub(super) struct CheckoutPage<'a> {
        pub(super) token: Cow<'a, str>,
        /// Digest of the bill that the page shows.
        pub(super) seen: String,
        /// Errors of the form.
        pub(super) summary: Vec<SummaryLine>,
        /// Lines that ask for more than is left.
        pub(super) short: Vec<ShortLine>,
        /// Sentence that says that payments cannot be seen now.
        pub(super) unseen: Option<String>,
        pub(super) lines: Vec<ItemLine>,
        pub(super) rows: Vec<BillRow>,
        pub(super) total: String,
        /// Assets it can be paid in, if there is a choice.
        pub(super) currencies: Vec<AssetOption>,
        /// Sentence about the exchange rate of a bill in a currency.
        pub(super) exchange: Option<String>,
        /// Sentence about assets that are not offered, for want of an exchange rate.
        pub(super) not_converted: Option<String>,
        /// True if any of it is sent.
        pub(super) ships: bool,
        pub(super) fixed: FixedPlace,
        pub(super) fields: Fields<'a>,
        /// Choice of escrow, where it is offered.
        pub(super) escrow: Option<EscrowPart<'a>>,
        /// True if the buyer may say that the address is right although it looks wrong.
        pub(super) doubts: bool,
        pub(super) needs: Needs,
    }
}

view! {
    /// A line of the cart that asks for more than is left.
    pub(super) struct ShortLine {
        /// Its place in the cart, counted from 0.
        pub(super) line: usize,
        /// Highest quantity that can be typed; none if there is no field for it.
        pub(super) fewer: Option<u32>,
        /// Text of the button.
        pub(super) text: String,
    }
}

view! {
    /// Place that the bill was made for; empty if the form asks for it.
    #[derive(Default)]
    pub(super) struct FixedPlace {
        country: Option<Cow<'static, str>>,
        province: Option<Cow<'static, str>>,
    }
}

view! {
    /// Parts that an address there has to have.
    pub(super) struct Needs {
        postcode: bool,
        province: bool,
    }
}

impl Page for CheckoutPage<'_> {
    const TEMPLATE: &'static str = "checkout.html";
}

impl FixedPlace {
    /// Builds a place in the reader's language.
    pub(super) fn new(request: &PageRequest, place: Place) -> Self {
        let language = request.reader.language.tag();
        let province = place.region().map(|region| Cow::Borrowed(region.name(language)));
        Self { country: Some(Cow::Borrowed(place.country().name(language))), province }
    }
}

impl Needs {
    /// Builds the needs of a place. They are not known without one.
    pub(super) fn new(place: Option<Place>) -> Self {
        let country = place.map(Place::country);
        Self {
            postcode: country.is_some_and(Country::needs_postcode),
            province: country.is_some_and(Country::needs_province),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<CheckoutPage<'_>>();
    }
}
