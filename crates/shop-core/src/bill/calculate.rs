//! The one computation of what an order costs.

use super::{
    Bill, Converted, DiscountCodeHash, DiscountEffect, DiscountNumber, Parcel, PriceRules,
    RateOffer, Row, RowKind, Shipping, Sign,
};
use crate::{
    kind::{HasKind, Kind},
    money::{Amount, Currency, ExchangeRate, MoneyError, Price, PriceUnit},
    place::{Country, Place},
    priced_cart::{PricedCart, PricedLine},
    time::CoarseTime,
};

/// A line of the cart, with what its shipping depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillItem {
    /// Product, quantity and price.
    pub line: PricedLine,
    /// True if it is sent (a file is not).
    pub ships: bool,
    /// Grams of one unit, packed; counts only where `ships`.
    pub grams: u32,
}

impl PricedCart {
    /// Returns the lines with what their shipping depends on.
    #[must_use]
    pub fn goods(&self) -> Vec<BillItem> {
        let grams = self.grams.iter().copied().chain(std::iter::repeat(0));
        let goods = |(line, grams): (&PricedLine, u32)| BillItem {
            line: line.clone(),
            ships: line.digital.is_none(),
            grams,
        };
        self.lines.iter().zip(grams).map(goods).collect()
    }
}

/// Input for a bill: goods, unit, destination, rate and discount.
#[derive(Clone, Copy)]
pub struct BillRequest<'a> {
    /// The goods.
    pub goods: &'a [BillItem],
    /// Unit of the bill, and of every line: the asset that is paid with, or a currency.
    pub unit: PriceUnit,
    /// Rate by which a bill in a currency is converted; none if there is none now.
    pub exchange: Option<&'a ExchangeRate>,
    /// Destination of the goods, if the buyer has said so.
    pub to: Option<Place>,
    /// The id of the shipping rate the buyer chose, if they did.
    pub rate: Option<&'a str>,
    /// The discount whose code the buyer gave, if they did.
    pub discount: Option<DiscountNumber>,
    /// Current hour.
    pub now: CoarseTime,
}

/// A bill as far as it can be made, and what is in the way of an order.
#[derive(Clone, PartialEq, Eq)]
pub struct Quote {
    /// The rows that are known; the total is theirs.
    pub bill: Bill,
    /// Rates by which the order can be sent to its destination.
    /// Empty if nothing is sent, if sending is included, or if the destination is not known yet.
    pub rates: Vec<RateOffer>,
    /// The id of the rate that is on the bill: the chosen one, or the cheapest.
    pub rate: Option<String>,
    /// The discount that is on the bill. None, though one was wanted, if it does not hold.
    pub discount: Option<DiscountNumber>,
    /// Details the buyer has yet to give.
    pub missing: Vec<Missing>,
    /// Reasons for which it cannot be ordered like this.
    pub impossible: Vec<Impossible>,
}

/// A detail that a buyer has yet to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// The country.
    Country,
    /// The region of the country.
    Region,
}

/// Reason for which something cannot be ordered like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impossible {
    /// The goods are not sent to this place.
    NotServed,
    /// The place is served, but no rate has a price in this unit.
    NoRateIn(PriceUnit),
    /// The place is served, but no rate goes up to so many goods.
    NoRate,
    /// The goods are worth less than the least order.
    BelowMinimum {
        /// The least.
        minimum: Price,
    },
    /// The bill is in this currency, and there is no rate to convert it by.
    NoExchangeRate(Currency),
    /// There is nothing to pay, and so nothing a payment could be recognised by.
    NothingToPay,
    /// The total is less than wallets send.
    Dust {
        /// The least that they send.
        least: Amount,
    },
}

/// The first thing that is in the way of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckoutBlocker {
    /// The order is not possible like this.
    #[error("not possible: {0:?}")]
    Impossible(Impossible),
    /// The buyer has yet to say something.
    #[error("not said yet: {0:?}")]
    Missing(Missing),
}

impl HasKind for CheckoutBlocker {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// Destinations of goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShippingArea {
    /// Everywhere.
    World,
    /// To these countries, each once, in the seller's order.
    Countries(Vec<Country>),
}

impl PriceRules {
    /// Returns the destinations that goods can be sent to.
    #[must_use]
    pub fn served(&self) -> ShippingArea {
        let Shipping::Zones(zones) = &self.shipping else { return ShippingArea::World };
        if zones.rest().is_some() {
            return ShippingArea::World;
        }
        let mut countries: Vec<Country> = Vec::new();
        for country in zones.areas().filter_map(|area| area.country()) {
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        ShippingArea::Countries(countries)
    }

    /// Returns the countries named in shipping zones or whose regions count, each once.
    /// With the rest of the world served as well, these are the countries most orders go to.
    #[must_use]
    pub fn named(&self) -> Vec<Country> {
        let zones = match &self.shipping {
            Shipping::Zones(zones) => Some(zones.areas()),
            Shipping::Included => None,
        };
        let all = zones.into_iter().flatten().chain(self.tax.areas());
        let mut countries: Vec<Country> = Vec::new();
        for country in all.filter_map(|area| area.country()) {
            if !countries.contains(&country) {
                countries.push(country);
            }
        }
        countries
    }

    /// Returns true if goods can be sent to this place.
    #[must_use]
    pub fn serves(&self, place: Place) -> bool {
        match &self.shipping {
            Shipping::Zones(zones) => zones.at(place).is_some(),
            Shipping::Included => true,
        }
    }

    /// Returns true if an order's bill depends on the country. `ships`: any of it is sent.
    #[must_use]
    pub fn asks_country(&self, ships: bool) -> bool {
        self.tax.tells_apart() || (ships && matches!(self.shipping, Shipping::Zones(_)))
    }

    /// Returns true if an order's bill depends on the region of this country.
    #[must_use]
    pub fn asks_region(&self, country: Country, ships: bool) -> bool {
        let sent = match &self.shipping {
            Shipping::Zones(zones) => ships && zones.tells_regions_apart(country),
            Shipping::Included => false,
        };
        sent || self.tax.tells_regions_apart(country)
    }
}

/// Reckons what an order costs, as far as it is known, and says what is in its way.
///
/// Free shipping from a value on and rates by value go by the value, after the discount, of the
/// goods that are sent; minimums by the value of all goods before it. Tax is reckoned once, on the
/// sum. Tax is rounded to eight decimals, and what a discount leaves, and the total, up to them:
/// wallets keep no more. In a currency each row is rounded to its minor unit.
///
/// A bill in a currency is converted once, by its total, so that its rows add up.
///
/// # Errors
/// [`MoneyError`] if lines are in another unit, the rate is of another currency, or a sum does not
/// fit.
pub fn calculate(rules: &PriceRules, wanted: &BillRequest<'_>) -> Result<Quote, MoneyError> {
    let nothing = Price::zero(wanted.unit);
    let goods = wanted.goods.iter().try_fold(nothing, |sum, goods| sum.plus(goods.line.total))?;
    let sent = Sent::of(wanted.goods, nothing)?;
    let mut missing = Vec::new();
    let mut impossible = Vec::new();
    let mut rows = vec![Row::new(RowKind::Subtotal, "", goods)];

    let (discount, off) = discounted(rules, wanted, goods, sent, &mut rows);
    let goods_now = goods.minus(off)?;

    let to = destination(rules, wanted.to, sent.any, &mut missing);
    let parcel = Parcel { grams: sent.grams, value: sent.value_now(rules, discount, goods_now)? };
    let sending = Sending::of(rules, wanted, sent.any.then_some(parcel), to, &rows)?;
    impossible.extend(sending.impossible);
    rows.extend(sending.row);
    rows.extend(tax(rules, to, goods_now, sending.price)?);

    let total = sum(&rows, nothing)?.rounded_up()?;
    let rounding = total.minus(sum(&rows, nothing)?)?;
    if !rounding.is_zero() {
        rows.push(Row::new(RowKind::Rounding, "", rounding));
    }
    let minimum = rules.minimum.of(wanted.unit);
    if let Some(minimum) = minimum.filter(|minimum| goods.units() < minimum.units()) {
        impossible.push(Impossible::BelowMinimum { minimum });
    }
    if total.is_zero() && missing.is_empty() {
        impossible.push(Impossible::NothingToPay);
    }
    let converted = match wanted.unit {
        PriceUnit::Asset(_) => None,
        PriceUnit::Currency(currency) => {
            if wanted.exchange.is_none() {
                impossible.push(Impossible::NoExchangeRate(currency));
            }
            wanted.exchange.map(|rate| Converted::new(rate, total)).transpose()?
        }
    };
    let lines = wanted.goods.iter().map(|goods| goods.line.clone()).collect();
    let bill = Bill { lines, rows, total, converted };
    if let Some(to_pay) = bill.to_pay().filter(|to_pay| to_pay.is_dust() && missing.is_empty()) {
        impossible.push(Impossible::Dust { least: Amount::least_payment(to_pay.asset()) });
    }
    Ok(Quote { bill, rates: sending.rates, rate: sending.chosen, discount, missing, impossible })
}

/// Finds the discount of a typed code's hash, if it holds for this order now.
/// A code nobody made, one that has not begun, one that ended, one that is used up and one that is
/// for other orders get the same answer, after the same steps. `used_up` names the discounts whose
/// stock level is empty.
///
/// # Errors
/// As [`calculate()`].
pub fn accept(
    rules: &PriceRules,
    wanted: &BillRequest<'_>,
    hash: &DiscountCodeHash,
    used_up: &[DiscountNumber],
) -> Result<Option<DiscountNumber>, MoneyError> {
    let found = rules.discounts.by_hash(hash).map(|discount| discount.number);
    let quote = calculate(rules, &BillRequest { discount: found, ..*wanted })?;
    Ok(quote.discount.filter(|number| !used_up.contains(number)))
}

impl Quote {
    /// Returns the bill to place an order with.
    ///
    /// # Errors
    /// [`CheckoutBlocker`]: the first thing that is in the way.
    pub fn ready(self) -> Result<Bill, CheckoutBlocker> {
        if let Some(impossible) = self.impossible.first() {
            return Err(CheckoutBlocker::Impossible(*impossible));
        }
        match self.missing.first() {
            Some(missing) => Err(CheckoutBlocker::Missing(*missing)),
            None => Ok(self.bill),
        }
    }
}

/// Goods of an order that are sent.
#[derive(Clone, Copy)]
struct Sent {
    any: bool,
    grams: u64,
    /// Its price before the discount.
    value: Price,
}

impl Sent {
    fn of(goods: &[BillItem], nothing: Price) -> Result<Self, MoneyError> {
        let sent = || goods.iter().filter(|goods| goods.ships);
        let weight = |goods: &BillItem| u64::from(goods.grams) * u64::from(goods.line.quantity);
        Ok(Self {
            any: sent().count() > 0,
            grams: sent().map(weight).fold(0, u64::saturating_add),
            value: sent().try_fold(nothing, |sum, goods| sum.plus(goods.line.total))?,
        })
    }

    /// Returns what it costs after the discount.
    /// A percentage is taken off everything alike; an amount is taken off what is not sent first.
    /// `goods_now` is what all goods cost after it.
    fn value_now(
        self,
        rules: &PriceRules,
        discount: Option<DiscountNumber>,
        goods_now: Price,
    ) -> Result<Price, MoneyError> {
        let discount = discount.and_then(|number| rules.discounts.numbered(number));
        match discount.map(|discount| &discount.gives) {
            Some(DiscountEffect::Percent(percent)) => self.value.minus(percent.of(self.value)),
            _ if goods_now.units() < self.value.units() => Ok(goods_now),
            _ => Ok(self.value),
        }
    }
}

/// Shipping of an order: its rates, the chosen one and the price.
struct Sending {
    rates: Vec<RateOffer>,
    /// The id of the one that is taken.
    chosen: Option<String>,
    row: Option<Row>,
    /// Price of the chosen rate, 0 while it is not known.
    price: Price,
    impossible: Option<Impossible>,
}

impl Sending {
    fn of(
        rules: &PriceRules,
        wanted: &BillRequest<'_>,
        parcel: Option<Parcel>,
        to: Option<Place>,
        rows: &[Row],
    ) -> Result<Self, MoneyError> {
        let price = Price::zero(wanted.unit);
        let mut sending =
            Self { rates: Vec::new(), chosen: None, row: None, price, impossible: None };
        let Some(parcel) = parcel else { return Ok(sending) };
        match (&rules.shipping, to) {
            (Shipping::Included, _) => {
                sending.row = Some(Row::new(RowKind::ShippingIncluded, "", price));
            }
            (Shipping::Zones(_), None) => {}
            (Shipping::Zones(zones), Some(place)) => match zones.at(place) {
                None => sending.impossible = Some(Impossible::NotServed),
                Some(zone) => {
                    sending.rates = zone.offers(parcel)?;
                    if rows.iter().any(|row| row.kind == RowKind::FreeShipping) {
                        sending.rates.iter_mut().for_each(|rate| rate.price = price);
                    }
                    let why = if zone.knows(wanted.unit) {
                        Impossible::NoRate
                    } else {
                        Impossible::NoRateIn(wanted.unit)
                    };
                    sending.impossible = sending.rates.is_empty().then_some(why);
                    sending.choose(wanted.rate);
                }
            },
        }
        Ok(sending)
    }

    /// Takes the rate with this id, or the cheapest: of several, the one the seller names first.
    fn choose(&mut self, id: Option<&str>) {
        let named = self.rates.iter().find(|rate| Some(rate.id.as_str()) == id);
        let cheapest = || self.rates.iter().min_by_key(|rate| rate.price.units());
        let Some(rate) = named.or_else(cheapest) else { return };
        self.price = rate.price;
        self.row = Some(Row::new(RowKind::Shipping, rate.name.clone(), rate.price));
        self.chosen = Some(rate.id.clone());
    }
}

/// Returns the tax's row, where one is levied.
fn tax(
    rules: &PriceRules,
    to: Option<Place>,
    goods: Price,
    sending: Price,
) -> Result<Option<Row>, MoneyError> {
    // Without the place it is open which rate holds, unless all places have one.
    let rate = match to {
        Some(place) => rules.tax.at(place),
        None if rules.tax.tells_apart() => None,
        None => rules.tax.rest(),
    };
    let Some(rate) = rate.filter(|rate| !rate.percent.is_zero()) else { return Ok(None) };
    let taxed = if rate.on_shipping { goods.plus(sending)? } else { goods };
    let (kind, tax) = if rate.included {
        (RowKind::TaxIncluded, rate.percent.inside(taxed).rounded())
    } else {
        (RowKind::TaxAdded, rate.percent.of(taxed).rounded())
    };
    Ok(Some(Row::new(kind, rate.name.clone(), tax).with(rate.percent)))
}

/// Adds the discount's row; returns which it is and what it takes off.
fn discounted(
    rules: &PriceRules,
    wanted: &BillRequest<'_>,
    goods: Price,
    sent: Sent,
    rows: &mut Vec<Row>,
) -> (Option<DiscountNumber>, Price) {
    let nothing = Price::zero(wanted.unit);
    let ships_paid = sent.any && matches!(rules.shipping, Shipping::Zones(_));
    let discount = wanted.discount.and_then(|number| rules.discounts.numbered(number));
    let off = discount.and_then(|d| Some((d, d.off(goods, ships_paid, wanted.now)?)));
    let Some((discount, off)) = off else { return (None, nothing) };
    let label = discount.number.to_string();
    rows.push(match discount.gives {
        DiscountEffect::Percent(percent) => Row::new(RowKind::Discount, label, off).with(percent),
        DiscountEffect::Amount(_) => Row::new(RowKind::Discount, label, off),
        DiscountEffect::FreeShipping => Row::new(RowKind::FreeShipping, label, nothing),
    });
    (Some(discount.number), off)
}

/// Returns the destination, if it is known as exactly as the rules ask for.
/// Adds to `missing` the detail that is not.
fn destination(
    rules: &PriceRules,
    to: Option<Place>,
    ships: bool,
    missing: &mut Vec<Missing>,
) -> Option<Place> {
    let Some(place) = to else {
        if rules.asks_country(ships) {
            missing.push(Missing::Country);
        }
        return None;
    };
    if place.region().is_none() && rules.asks_region(place.country(), ships) {
        missing.push(Missing::Region);
        return None;
    }
    Some(place)
}

fn sum(rows: &[Row], nothing: Price) -> Result<Price, MoneyError> {
    rows.iter().try_fold(nothing, |sum, row| match row.kind.sign() {
        Sign::Plus => sum.plus(row.amount),
        Sign::Minus => sum.minus(row.amount),
        Sign::Says => Ok(sum),
    })
}

/// Text without the buyer's place and goods.
impl std::fmt::Debug for BillRequest<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BillRequest(..)")
    }
}

/// Text without the buyer's goods.
impl std::fmt::Debug for Quote {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Quote(..)")
    }
}
