//! Prices that no wallet can pay, because they are too small.

use shop_core::{
    catalog::Catalog,
    money::{Amount, Price},
};

/// Warns of products that cost less than wallets send, each once.
/// They can be ordered together with others.
pub(super) fn warnings(catalog: &Catalog) -> Vec<String> {
    let warning = |product: &shop_core::catalog::Product| {
        let prices = product.variants.iter().flat_map(|variant| &variant.prices);
        let price = prices.copied().filter_map(Price::in_asset).find(|price| price.is_dust())?;
        let least = Amount::least_payment(price.asset());
        Some(format!(
            "catalog.json: product {:?} costs {price}, and wallets send no less than {least}: an order \
             of it alone is refused",
            product.id.as_str()
        ))
    };
    catalog.products().iter().filter_map(warning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn product_below_the_least_payment_is_named() {
        let goods = r#"{"products":{
            "pin":{"name":"Pin","prices":[{"price":5450,"currency":"BTC"}]},
            "tee":{"name":"Tee","prices":[{"price":5460,"currency":"BTC"}]},
            "dot":{"name":"Dot","price":1}}}"#;
        let found = warnings(&Catalog::from_json(goods).unwrap());
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("\"pin\" costs 0.00000545 BTC"), "{found:?}");
        assert!(found[0].contains("no less than 0.00000546 BTC"), "{found:?}");
    }
}
