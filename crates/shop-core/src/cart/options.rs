//! Options of a cart for the bill: destination, shipping rate and discount.

use super::{Cart, PricedCart};
use crate::{
    bill::{BillItem, BillRequest, DiscountNumber, PriceRules, Quote, calculate},
    money::{ExchangeRate, MoneyError},
    place::Place,
    time::CoarseTime,
};

impl Cart {
    /// Returns the destination, as far as prices depend on it and the buyer has said so.
    #[must_use]
    pub const fn to(&self) -> Option<Place> {
        self.to
    }

    /// Says where the goods go. The chosen rate stays: another zone may have it too.
    pub const fn send_to(&mut self, place: Place) {
        self.to = Some(place);
    }

    /// Returns the id of the shipping rate the buyer chose, if they did.
    #[must_use]
    pub fn rate(&self) -> Option<&str> {
        self.rate.as_deref()
    }

    /// Chooses a shipping rate, of an order that has it: ids of rates are short.
    pub fn send_by(&mut self, rate: &str) {
        self.rate = Some(rate.to_owned());
    }

    /// Returns the discount whose code the buyer gave.
    #[must_use]
    pub const fn discount(&self) -> Option<DiscountNumber> {
        self.discount
    }

    /// Puts a discount on, or takes it off.
    pub const fn discount_by(&mut self, number: Option<DiscountNumber>) {
        self.discount = number;
    }

    /// Returns the input for this cart's bill. `goods` are those of `priced`.
    /// `exchange` is the rate between their currency and the asset that is paid with.
    #[must_use]
    pub fn bill_request<'a>(
        &'a self,
        priced: &PricedCart,
        goods: &'a [BillItem],
        exchange: Option<&'a ExchangeRate>,
        now: CoarseTime,
    ) -> BillRequest<'a> {
        let to = self.to;
        let rate = self.rate();
        let discount = self.discount;
        let unit = priced.total.unit();
        BillRequest { goods, unit, exchange, to, rate, discount, now }
    }

    /// Returns the quote for this cart now, as far as its details are known.
    ///
    /// # Errors
    /// As [`calculate()`].
    pub fn quote(
        &self,
        rules: &PriceRules,
        priced: &PricedCart,
        exchange: Option<&ExchangeRate>,
        now: CoarseTime,
    ) -> Result<Quote, MoneyError> {
        calculate(rules, &self.bill_request(priced, &priced.goods(), exchange, now))
    }
}
