//! Lines of a cart, as its pages show them.

use super::PageRequest;
use crate::{
    order_text::item,
    storefront::{lang, product_url},
};
use minijinja::{Value, context};
use shop_core::{
    cart::{MOST_UNITS, PricedLine, line_key},
    catalog::ProductId,
    stock::Availability,
};

/// Builds one line, for a template.
pub(super) fn line(request: &PageRequest, line: &PricedLine) -> Value {
    let front = &request.front;
    let product = ProductId::parse(&line.product).and_then(|id| front.catalog().product(&id));
    let variant = product.and_then(|product| product.variant(line.option.as_deref()));
    let words = request.reader.words();
    let tag = request.reader.language.tag();
    let name = product.map_or(line.name.as_str(), |product| product.name_in(tag));
    let option = line.option.as_deref().map(|option| request.voice().marked_word(option));
    let (shown, option_lang) = option.unzip();
    context! {
        id => &line.product,
        key => line_key(&line.product, line.option.as_deref()),
        field => quantity_field(&line.product, line.option.as_deref()),
        name,
        option => line.option.as_deref(),
        shown,
        option_lang,
        full => item::named(request.voice(), name, line.option.as_deref()),
        quantity => line.quantity,
        each => words.amount(line.each),
        total => words.amount(line.total),
        url => product.map(product_url),
        few => variant.is_some_and(|v| front.catalog().level(&v.stock) == Availability::LowStock),
        most => variant.map(|variant| front.catalog().level(&variant.stock).most(MOST_UNITS)),
        thumb => product.map(|product| front.thumb(product, variant)),
        lang => match product {
            Some(product) if product.is_named_in(tag) => Value::from(""),
            _ => lang(request.reader, front.languages().own()),
        },
    }
}

/// The name of the field with a line's quantity.
pub(super) fn quantity_field(product: &str, option: Option<&str>) -> String {
    format!("quantity:{}", line_key(product, option))
}
