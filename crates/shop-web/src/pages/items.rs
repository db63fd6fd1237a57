//! Lines of a cart and of an order, as their pages show them.

use super::PageRequest;
use crate::{
    order_text::item,
    page::{Html, view},
    storefront::{Image, Localizer, lang, product_url},
};
use shop_core::{
    cart::{Cart, CartLine, MOST_UNITS, PricedLine, line_key},
    catalog::ProductId,
    order::OrderDetails,
    stock::{Availability, StockKey},
};

view! {
    /// A line of a cart, for a template.
    pub(super) struct ItemLine {
        id: String,
        /// Value of the button that removes the line.
        key: String,
        /// Name of the field with the quantity.
        field: String,
        name: String,
        /// Choice in the seller's words.
        option: Option<String>,
        /// Choice in the reader's words.
        shown: Option<String>,
        option_lang: Option<Html>,
        /// Name and choice.
        full: String,
        quantity: u32,
        each: String,
        total: String,
        /// Path of the product, if there is one.
        url: Option<String>,
        few: bool,
        /// Highest quantity that can be ordered.
        most: Option<u32>,
        thumb: Option<Image>,
        /// Attributes of an element with the name.
        lang: Html,
    }
}

view! {
    /// A line of an order, for a template.
    pub(super) struct OrderLine {
        /// Name and choice.
        full: String,
        /// Number of units.
        quantity: u32,
        /// Price of one unit, in the currency of the order.
        each: String,
        /// Price of all units, in the currency of the order.
        total: String,
    }
}

/// Builds the lines of an order.
pub(super) fn order_lines(voice: Localizer<'_>, receipt: &OrderDetails) -> Vec<OrderLine> {
    let words = voice.reader.words();
    let line = |line: &PricedLine| OrderLine {
        full: item::full(voice, line),
        quantity: line.quantity,
        each: words.amount(line.each),
        total: words.amount(line.total),
    };
    receipt.bill.lines().iter().map(line).collect()
}

/// Builds the lines of a cart.
pub(super) fn lines(request: &PageRequest, lines: &[PricedLine]) -> Vec<ItemLine> {
    lines.iter().map(|of| line(request, of)).collect()
}

fn line(request: &PageRequest, line: &PricedLine) -> ItemLine {
    let front = &request.front;
    let product = ProductId::parse(&line.product).and_then(|id| front.catalog().product(&id));
    let variant = product.and_then(|product| product.variant(line.option.as_deref()));
    let level = variant.map(|variant| front.catalog().level(&variant.stock));
    let words = request.reader.words();
    let tag = request.reader.language.tag();
    let name = product.map_or(line.name.as_str(), |product| product.name_in(tag));
    let option = line.option.as_deref().map(|option| request.voice().marked_word(option));
    let (shown, option_lang) = option.unzip();
    ItemLine {
        id: line.product.clone(),
        key: line_key(&line.product, line.option.as_deref()),
        field: quantity_field(&line.product, line.option.as_deref()),
        name: name.to_owned(),
        option: line.option.clone(),
        shown,
        option_lang,
        full: item::named(request.voice(), name, line.option.as_deref()),
        quantity: line.quantity,
        each: words.amount(line.each),
        total: words.amount(line.total),
        url: product.map(product_url),
        few: level == Some(Availability::LowStock),
        most: level.map(|level| level.most(MOST_UNITS)),
        thumb: product.and_then(|product| front.thumb(product, variant)),
        lang: match product {
            Some(product) if product.is_named_in(tag) => Html::empty(),
            _ => lang(request.reader, front.languages().own()),
        },
    }
}

/// Returns the name of the field with a line's quantity.
pub(super) fn quantity_field(product: &str, option: Option<&str>) -> String {
    format!("quantity:{}", line_key(product, option))
}

/// A line of the cart that asks for more units than are left.
pub(super) struct ShortItem {
    /// Its place in the cart, counted from 0.
    pub(super) line: usize,
    /// Its name.
    pub(super) name: String,
}

/// Returns the lines of the cart that take from these stock levels, which have too few units.
pub(super) fn short(request: &PageRequest, cart: &Cart, levels: &[StockKey]) -> Vec<ShortItem> {
    let name = |line: &CartLine| {
        let product = request.front.catalog().product(&ProductId::parse(line.product())?)?;
        let variant = product.variant(line.option()).filter(|v| levels.contains(&v.stock))?;
        let name = product.name_in(request.reader.language.tag());
        Some(item::named(request.voice(), name, variant.name.as_deref()))
    };
    let lines = cart.lines().iter().enumerate();
    lines.filter_map(|(line, of)| Some(ShortItem { line, name: name(of)? })).collect()
}
