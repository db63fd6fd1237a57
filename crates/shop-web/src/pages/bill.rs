//! Cost of a cart, as pages show it, and the obstacles to ordering it.

use super::PageRequest;
use crate::{
    language::{Reader, Sentence},
    order_text::bill_row,
    page::view,
    session::{CartSession, Session},
    storefront::Localizer,
};
use shop_core::{
    bill::{Bill, DiscountNumber, Impossible, Missing, Quote, Row, RowKind},
    cart::{Cart, CartError, PricedCart},
    money::{AssetId, ExchangeRate, PriceUnit},
    order::OrderDetails,
    place::Place,
    stock::Availability,
};

/// Returns the assets the cart can be paid with now, by prices in them or an exchange rate.
pub(super) fn payable(request: &PageRequest, cart: &Cart) -> Vec<AssetId> {
    let taken = request.shop.payments.assets();
    let catalog = request.front.catalog();
    let rates = request.shop.payments.rates();
    let currency = catalog.currency().filter(|currency| cart.price(catalog, *currency).is_ok());
    let converts = |asset| currency.is_some_and(|currency| rates.rate(currency, asset).is_some());
    let priced = |asset: &AssetId| converts(*asset) || cart.price(catalog, *asset).is_ok();
    let offered = request.front.offered().iter().copied();
    offered.filter(|asset| taken.contains(asset)).filter(priced).collect()
}

/// A cart at today's prices, and its bill by today's rules as far as it can be made.
/// From a cart to a bill: [`Cart`], [`PricedCart`], [`Quote`], [`Bill`].
pub(super) struct QuotedCart {
    pub(super) priced: PricedCart,
    pub(super) quote: Quote,
    asset: Option<AssetId>,
}

impl QuotedCart {
    /// Calculates the cost of this cart, in the chosen asset or the first that fits.
    /// A cart that cannot be paid now is shown in the seller's currency.
    pub(super) fn new(request: &PageRequest, cart: &Cart) -> Result<Self, CartError> {
        let payable = payable(request, cart);
        let chosen = cart.currency().filter(|asset| payable.contains(asset));
        if let Some(asset) = chosen.or(payable.first().copied()) {
            return Self::paid_in(request, cart, asset);
        }
        let in_currency = request.front.catalog().currency();
        let in_currency = in_currency.map(|unit| Self::in_unit(request, cart, unit.into(), None));
        if let Some(Ok(quoted)) = in_currency {
            return Ok(quoted);
        }
        Self::in_unit(request, cart, request.front.preferred().into(), None)
    }

    /// Calculates the cost of this cart when it is paid in an asset.
    /// Prices in the asset itself come first. Prices in the currency are converted where there are
    /// no others, or where shipping has a price in the currency alone.
    fn paid_in(request: &PageRequest, cart: &Cart, asset: AssetId) -> Result<Self, CartError> {
        let in_asset = Self::in_unit(request, cart, asset.into(), None);
        let fits = |quoted: &Self| {
            let is_unknown = |why: &Impossible| matches!(why, Impossible::NoRateIn(_));
            !quoted.quote.impossible.iter().any(is_unknown)
        };
        if in_asset.as_ref().is_ok_and(fits) {
            return in_asset;
        }
        let rates = request.shop.payments.rates();
        let currency = request.front.catalog().currency();
        let rate = currency.and_then(|currency| rates.rate(currency, asset));
        let converted =
            rate.map(|rate| Self::in_unit(request, cart, rate.currency().into(), Some(rate)));
        match converted {
            Some(Ok(quoted)) => Ok(quoted),
            _ => in_asset,
        }
    }

    fn in_unit(
        request: &PageRequest,
        cart: &Cart,
        unit: PriceUnit,
        exchange: Option<&ExchangeRate>,
    ) -> Result<Self, CartError> {
        let priced = cart.price(request.front.catalog(), unit)?;
        let now = request.shop.clock.now().coarse();
        let quote = cart.quote(request.front.rules(), &priced, exchange, now)?;
        let asset = exchange.map(ExchangeRate::asset).or(unit.asset());
        Ok(Self { priced, quote, asset })
    }

    /// Returns the asset it is paid with.
    ///
    /// There is none for prices in a currency that cannot be converted now.
    pub(super) const fn asset(&self) -> Option<AssetId> {
        self.asset
    }

    /// Returns true if the buyer has given a code that does not hold for this order now.
    pub(super) const fn lacks_discount(&self, cart: &Cart) -> bool {
        cart.discount().is_some() && self.quote.discount.is_none()
    }

    /// Returns a digest of this bill for a form of this session: another bill has another one.
    pub(super) fn digest(&self, request: &PageRequest, session: &CartSession) -> String {
        let (_, nonce) = session.binding();
        let bill = serde_json::to_vec(&self.quote.bill).unwrap_or_default();
        request.shop.cookie_key.mark("bill", &[nonce, &bill].concat())
    }

    /// Returns true if it can be ordered like this.
    pub(super) fn is_ready(&self) -> bool {
        self.quote.impossible.is_empty() && self.quote.missing.is_empty()
    }
}

/// Returns the discounts that were used as often as they may be.
pub(super) fn used_up(request: &PageRequest) -> Vec<DiscountNumber> {
    let levels = request.shop.db.availabilities();
    let levels = levels.borrow();
    let discounts = request.front.rules().discounts.all().iter();
    discounts
        .filter(|discount| discount.uses.is_some())
        .filter(|discount| levels.get(&discount.stock_key()) == Some(&Availability::SoldOut))
        .map(|discount| discount.number)
        .collect()
}

/// Takes a discount off the cart that does not hold for it any more.
/// Returns true if there was one.
pub(super) fn settle(request: &PageRequest, cart: &mut Cart) -> bool {
    let Some(number) = cart.discount() else { return false };
    let over = used_up(request).contains(&number)
        || QuotedCart::new(request, cart).is_ok_and(|quoted| quoted.lacks_discount(cart));
    if over {
        cart.discount_by(None);
    }
    over
}

/// Returns the sentence for a discount that was taken off.
pub(super) const fn over() -> Sentence {
    Sentence::new("bill-code-over")
}

view! {
    /// A row of a bill, for `bill.html`.
    pub(super) struct BillRow {
        title: String,
        /// Amount; none where the title says it all.
        amount: Option<String>,
        /// True if it stands below the sum.
        whole: bool,
    }
}

/// Returns the rows of a bill, for a template.
/// `open`: something is still to be said, and the total may become another one.
pub(super) fn rows(voice: Localizer<'_>, bill: &Bill, open: bool) -> Vec<BillRow> {
    let row = |row: &Row| {
        let whole = row.kind == RowKind::Total;
        let so_far = whole && open;
        let title = if so_far { Sentence::new("bill-so-far") } else { bill_row::title(voice, row) };
        BillRow { title: voice.say(&title), amount: bill_row::amount(voice.reader, row), whole }
    };
    bill.rows().iter().map(row).collect()
}

/// Returns the rows of an order's bill, and below them what names the order.
/// If the amount names it, more than the total is to be paid by that.
pub(super) fn order_rows(voice: Localizer<'_>, receipt: &OrderDetails) -> Vec<BillRow> {
    let mut rows = rows(voice, &receipt.bill, false);
    rows.extend(converted_row(voice, &receipt.bill));
    if let Some(naming) = bill_row::naming(receipt) {
        let words = voice.reader.words();
        // They stand below the total, which is not with them.
        let more = |title, amount| BillRow {
            title: voice.say(&title),
            amount: Some(words.amount(amount)),
            whole: true,
        };
        rows.push(more(Sentence::new("bill-naming"), naming));
        rows.push(more(Sentence::new("bill-to-pay"), receipt.due));
    }
    rows
}

/// Returns the row with the total in the asset that is paid with, of a bill in a currency.
pub(super) fn converted_row(voice: Localizer<'_>, bill: &Bill) -> Option<BillRow> {
    let converted = bill.converted()?;
    Some(BillRow {
        title: voice.say(&bill_row::converted(converted.rate())),
        amount: Some(voice.reader.words().amount(converted.total())),
        whole: true,
    })
}

/// Returns the sentence about the exchange rate of a bill in a currency.
pub(super) fn exchange(voice: Localizer<'_>, bill: &Bill) -> Option<String> {
    let converted = bill.converted()?;
    Some(voice.say(&bill_row::exchange(voice.reader, converted.rate())))
}

/// Returns the reasons why the cart cannot be ordered like this, one sentence each.
pub(super) fn impossible(request: &PageRequest, cart: &Cart, quote: &Quote) -> Vec<Sentence> {
    let sentence = |why: &Impossible| match why {
        Impossible::NotServed => Sentence::new("bill-not-served")
            .with("place", cart.to().map_or_else(String::new, |to| name(request.reader, to))),
        Impossible::NoRateIn(unit) => {
            Sentence::new("bill-no-rate-in").with("currency", unit.name())
        }
        Impossible::NoExchangeRate(currency) => {
            Sentence::new("bill-no-exchange").with("currency", currency.code())
        }
        Impossible::NoRate => Sentence::new("bill-no-rate"),
        Impossible::BelowMinimum { minimum } => {
            Sentence::new("bill-below-minimum").with("minimum", *minimum)
        }
        Impossible::NothingToPay => Sentence::new("bill-nothing-to-pay"),
        Impossible::Dust { least } => Sentence::new("bill-dust").with("least", *least),
    };
    quote.impossible.iter().map(sentence).collect()
}

/// Sentences in the reader's language.
pub(super) fn said(request: &PageRequest, sentences: &[Sentence]) -> Vec<String> {
    sentences.iter().map(|sentence| request.say(sentence)).collect()
}

/// Returns what the buyer has yet to say, one sentence each.
pub(super) fn missing(request: &PageRequest, quote: &Quote, ships: bool) -> Vec<String> {
    let say = |missing: &Missing| {
        request.say(&match missing {
            Missing::Country if ships => Sentence::new("bill-say-country"),
            Missing::Country => Sentence::new("bill-say-country-tax"),
            Missing::Region => Sentence::new("bill-say-region"),
        })
    };
    quote.missing.iter().map(say).collect()
}

/// Returns the name of a place.
pub(super) fn name(reader: Reader, place: Place) -> String {
    let country = place.country().name(reader.language.tag());
    match place.region() {
        Some(region) => {
            let region = region.name(reader.language.tag());
            let comma = Sentence::new("list-separator");
            format!("{region}{}{country}", reader.say(&comma))
        }
        None => country.to_owned(),
    }
}
