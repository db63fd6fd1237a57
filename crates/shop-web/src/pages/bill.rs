//! Cost of a cart, as pages show it, and the obstacles to ordering it.

use super::{PageRequest, cart};
use crate::{
    cookies::{CartSession, Session},
    language::{Reader, Sentence},
    storefront::Localizer,
};
use minijinja::{Value, context};
use shop_core::{
    bill::{Bill, DiscountNumber, Impossible, Missing, Quote, Row, RowKind, Sign},
    cart::{Cart, CartError, PricedCart},
    money::{Amount, AssetId},
    order::OrderDetails,
    place::Place,
    stock::Availability,
};

/// A cart at today's prices, by today's rules.
pub(super) struct Count {
    /// Asset it is paid with.
    pub(super) asset: AssetId,
    /// Assets it could be paid with.
    pub(super) payable: Vec<AssetId>,
    pub(super) priced: PricedCart,
    pub(super) quote: Quote,
}

/// Calculates the cost of this cart.
pub(super) fn count(request: &PageRequest, cart: &Cart) -> Result<Count, CartError> {
    let payable = cart::payable(request, cart);
    let (asset, priced) = cart::priced_in(request, cart, &payable)?;
    let now = request.shop.clock.now().coarse();
    let quote = cart.quote(request.front.rules(), &priced, now)?;
    Ok(Count { asset, payable, priced, quote })
}

impl Count {
    /// Returns true if the buyer has given a code that does not hold for this order now.
    pub(super) const fn lacks(&self, cart: &Cart) -> bool {
        cart.discount().is_some() && self.quote.discount.is_none()
    }

    /// Returns a mark of this bill for a form of this session: another bill has another one.
    pub(super) fn mark(&self, request: &PageRequest, session: &CartSession) -> String {
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

/// Takes a discount off the cart that does not hold for it any more; whether there was one.
pub(super) fn settle(request: &PageRequest, cart: &mut Cart) -> bool {
    let Some(number) = cart.discount() else { return false };
    let over = used_up(request).contains(&number)
        || count(request, cart).is_ok_and(|count| count.lacks(cart));
    if over {
        cart.discount_by(None);
    }
    over
}

/// Returns the sentence for a discount that was taken off.
pub(super) const fn over() -> Sentence {
    Sentence::new("bill-code-over")
}

/// Returns the rows of a bill, for a template.
/// `open`: something is still to be said, and the total may become another one.
pub(super) fn rows(voice: Localizer<'_>, bill: &Bill, open: bool) -> Vec<Value> {
    let row = |row: &Row| {
        let whole = row.kind == RowKind::Total;
        let so_far = whole && open;
        let title = if so_far { Sentence::new("bill-so-far") } else { title(voice, row) };
        context! { title => voice.say(&title), amount => amount(voice.reader, row), whole }
    };
    bill.rows().iter().map(row).collect()
}

/// Returns the rows of an order's bill, and below them what names the order.
/// If the amount names it, more than the total is to be paid by that.
pub(super) fn order_rows(voice: Localizer<'_>, receipt: &OrderDetails) -> Vec<Value> {
    let mut rows = rows(voice, &receipt.bill, false);
    if let Some(naming) = naming(receipt) {
        let words = voice.reader.words();
        // They stand below the total, which is not with them.
        let more = |title, amount| {
            context! { title => voice.say(&title), amount => words.amount(amount), whole => true }
        };
        rows.push(more(Sentence::new("bill-naming"), naming));
        rows.push(more(Sentence::new("bill-to-pay"), receipt.due));
    }
    rows
}

/// Returns the amount beyond the total that is to be paid to name the order.
/// There is none where the address is the order's alone.
pub(super) fn naming(receipt: &OrderDetails) -> Option<Amount> {
    receipt.due.minus(receipt.bill.total()).ok().filter(|naming| !naming.is_zero())
}

/// Returns the amount of a row, with its sign; none where its words say it all.
pub(super) fn amount(reader: Reader, row: &Row) -> Option<String> {
    match row.kind {
        RowKind::ShippingIncluded | RowKind::FreeShipping => None,
        kind if kind.sign() == Sign::Minus => Some(reader.words().less(row.amount)),
        _ => Some(reader.words().amount(row.amount)),
    }
}

/// Returns the title of a row.
pub(super) fn title(voice: Localizer<'_>, row: &Row) -> Sentence {
    let reader = voice.reader;
    let percent = row.percent.map(|percent| reader.words().percent(percent));
    // A discount's number is the seller's: one holds for an order, and its buyer knows the code.
    let label = || voice.word(&row.label);
    match (row.kind, percent) {
        (RowKind::Subtotal, _) => Sentence::new("bill-goods"),
        (RowKind::Discount, Some(percent)) => {
            Sentence::new("bill-discount-percent").with("percent", percent)
        }
        (RowKind::Discount, None) => Sentence::new("bill-discount"),
        (RowKind::FreeShipping, _) => Sentence::new("bill-shipping-free"),
        (RowKind::Shipping, _) => Sentence::new("bill-shipping").with("name", label()),
        (RowKind::ShippingIncluded, _) => Sentence::new("shipping-included"),
        (RowKind::TaxAdded, percent) => Sentence::new("bill-tax")
            .with("name", label())
            .with("percent", percent.unwrap_or_default()),
        (RowKind::TaxIncluded, percent) => Sentence::new("bill-tax-inside")
            .with("name", label())
            .with("percent", percent.unwrap_or_default()),
        (RowKind::Rounding, _) => Sentence::new("bill-rounding"),
        (RowKind::Total, _) => Sentence::new("total"),
    }
}

/// Returns the reasons why the cart cannot be ordered like this, one sentence each.
pub(super) fn impossible(request: &PageRequest, cart: &Cart, quote: &Quote) -> Vec<Sentence> {
    let sentence = |why: &Impossible| match why {
        Impossible::NotServed => Sentence::new("bill-not-served")
            .with("place", cart.to().map_or_else(String::new, |to| name(request.reader, to))),
        Impossible::NoRateIn(asset) => {
            Sentence::new("bill-no-rate-in").with("currency", asset.name())
        }
        Impossible::NoRate => Sentence::new("bill-no-rate"),
        Impossible::BelowMinimum { minimum } => {
            Sentence::new("bill-below-minimum").with("minimum", *minimum)
        }
        Impossible::NothingToPay => Sentence::new("bill-nothing-to-pay"),
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
