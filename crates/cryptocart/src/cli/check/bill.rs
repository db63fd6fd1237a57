//! Shipping, tax and discounts: what there is, and what is left to do about it.

use crate::terminal::{self, many};
use shop_core::{
    bill::{Cost, Discounts, Shipping, Tax, Zone},
    catalog::{Catalog, Variant},
    money::{AssetId, PriceUnit},
};

pub(super) fn sending(shipping: &Shipping) -> String {
    match shipping {
        Shipping::Included => "included in the prices (no shipping.toml)".into(),
        Shipping::Zones(zones) => {
            let rates = zones.entries().map(|zone| zone.rates().len()).sum::<usize>();
            let zones = many(zones.entries().count(), "zone", "zones");
            format!("{zones}, {}", many(rates, "rate", "rates"))
        }
    }
}

pub(super) fn levied(tax: &Tax) -> String {
    match tax.entries().count() {
        0 => "none".into(),
        count => many(count, "entry", "entries"),
    }
}

pub(super) fn codes(discounts: &Discounts) -> String {
    match discounts.all().len() {
        0 => "none".into(),
        count => many(count, "code", "codes"),
    }
}

/// Finds assets and currencies that things are sold in, but cannot be sent for.
pub(super) fn gaps(shipping: &Shipping, taken: &[AssetId], catalog: &Catalog) -> Vec<String> {
    let Shipping::Zones(zones) = shipping else { return Vec::new() };
    let currency = catalog.currency().map(PriceUnit::from);
    let priced = catalog.assets();
    // A product with a price in the currency alone needs no rate in an asset.
    let taken = taken.iter().filter(|asset| currency.is_none() || priced.contains(asset));
    let units: Vec<PriceUnit> = taken.copied().map(PriceUnit::from).chain(currency).collect();
    let mut gaps = Vec::new();
    for (number, zone) in (1..).zip(zones.entries()) {
        for unit in units.iter().filter(|unit| !zone.knows(**unit)) {
            gaps.push(format!("shipping.toml, zone {number}: there is no rate in {unit}"));
        }
    }
    gaps
}

/// Finds products that are sent by weight and have none.
/// They go for the price of the lightest parcel.
pub(super) fn weightless(shipping: &Shipping, catalog: &Catalog) -> Option<String> {
    let Shipping::Zones(zones) = shipping else { return None };
    let mut rates = zones.entries().flat_map(Zone::rates);
    if !rates.any(|rate| matches!(rate.cost, Cost::Weight(_) | Cost::PerKilogram(_))) {
        return None;
    }
    let light = |variant: &Variant| variant.digital.is_none() && variant.grams == 0;
    let light = catalog.products().iter().filter(|product| product.variants.iter().any(light));
    let names: Vec<&str> = light.map(|product| product.id.as_str()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "shipping is priced by weight, and these products have no weight: {}",
            terminal::some_of(&names)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::bill::{Area, ByArea, Prices, Rate};

    fn zones(cost: Cost) -> Shipping {
        let id = "post".to_owned();
        let name = "Post".to_owned();
        let rate = Rate { id, name, cost, free_over: Prices::default() };
        let area = vec![Area::parse("CA").unwrap()];
        let zones = vec![(area, Zone::new(vec![rate]).unwrap())];
        Shipping::Zones(ByArea::new(zones).unwrap())
    }

    #[test]
    fn what_goes_by_weight_and_has_none_is_named() {
        let goods = r#"{"products":{"tee":{"name":"Tee","price":1},
            "mug":{"name":"Mug","price":1,"weight":300},
            "book":{"name":"Book","price":1,"digital":{"file":"book.pdf"}},
            "cap":{"name":"Cap","price":1,"axes":[{"name":"Size","values":["S","L"]}],
                "variants":[{"choice":["S"],"weight":90},{"choice":["L"]}]}}}"#;
        let goods = Catalog::from_json(goods).unwrap();
        let found = weightless(&zones(Cost::PerKilogram(Prices::default())), &goods);
        let wanted = "shipping is priced by weight, and these products have no weight: tee, cap";
        assert_eq!(found.as_deref(), Some(wanted));
        assert_eq!(weightless(&zones(Cost::Flat(Prices::default())), &goods), None);
        assert_eq!(weightless(&Shipping::Included, &goods), None);
        let product = |n| format!("\"p{n}\":{{\"name\":\"P\",\"price\":1}}");
        let many = (1..=7).map(product).collect::<Vec<_>>().join(",");
        let many = Catalog::from_json(&format!("{{\"products\":{{{many}}}}}")).unwrap();
        let found = weightless(&zones(Cost::PerKilogram(Prices::default())), &many).unwrap();
        assert!(found.ends_with("no weight: p1, p2, p3, p4, p5 and 2 more"), "{found}");
    }
}
