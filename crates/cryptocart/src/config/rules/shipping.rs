//! `shipping.toml`.

use super::{PriceTable, Spot, prices};
use crate::error::CliError;
use serde::Deserialize;
use shop_core::{
    bill::{AmountBand, ByArea, Cost, Prices, Rate, Shipping, ShippingError, WeightBand, Zone},
    money::Assets,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    zone: Vec<ZoneEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneEntry {
    to: Vec<String>,
    #[serde(default)]
    rate: Vec<RateEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RateEntry {
    name: String,
    id: Option<String>,
    price: Option<PriceTable>,
    per_kilogram: Option<PriceTable>,
    by_weight: Option<Vec<WeightEntry>>,
    by_amount: Option<Vec<AmountEntry>>,
    #[serde(default)]
    free_over: PriceTable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightEntry {
    up_to: u64,
    price: PriceTable,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AmountEntry {
    #[serde(default)]
    up_to: PriceTable,
    price: PriceTable,
}

pub(super) const FILE: &str = "shipping.toml";
const EXAMPLE: &str = "cryptocart config example shipping shows everything you can write";

/// Reads the file's text.
pub(super) fn parse(text: &str, assets: &Assets) -> Result<Shipping, CliError> {
    let file: File = super::tables(FILE, text).map_err(|error| error.hint(EXAMPLE))?;
    let top = Spot::file(FILE).with_assets(assets);
    if file.zone.is_empty() {
        let hint = "delete the file if the prices include shipping, or add a [[zone]]";
        return Err(top.refuse("the file has no zone, so nothing can be shipped", hint));
    }
    let zone = |(number, entry): (usize, &ZoneEntry)| {
        let spot = top.at(format_args!("zone {number}"));
        let areas = spot.areas(&entry.to)?;
        let rates = (1..).zip(&entry.rate).map(|(number, rate)| rate.read(&spot, number));
        let zone = Zone::new(rates.collect::<Result<Vec<_>, _>>()?);
        Ok((areas, zone.map_err(|error| spot.refuse(&error, hint(&error)))?))
    };
    let zones = (1..).zip(&file.zone).map(zone).collect::<Result<Vec<_>, CliError>>()?;
    let zones = ByArea::new(zones);
    zones.map(Shipping::Zones).map_err(|error| top.refuse(error, "keep it in one zone"))
}

impl RateEntry {
    fn read(&self, zone: &Spot, number: usize) -> Result<Rate, CliError> {
        let spot = zone.at(format_args!("rate {number}"));
        let name = spot.name(&self.name)?;
        let id = self.id.clone().unwrap_or_else(|| Rate::id_from_name(&name));
        let free_over = prices::read(&spot.at("free_over"), &self.free_over)?;
        let rate = Rate { id, name, cost: self.cost(&spot)?, free_over };
        // One alone, so that the refusal names it.
        let alone = Zone::new(vec![rate.clone()]);
        alone.map(|_| rate).map_err(|error| spot.refuse(&error, hint(&error)))
    }

    fn cost(&self, spot: &Spot) -> Result<Cost, CliError> {
        match (&self.price, &self.per_kilogram, &self.by_weight, &self.by_amount) {
            (Some(flat), None, None, None) => prices::some(&spot.at("price"), flat).map(Cost::Flat),
            (None, Some(each), None, None) => {
                prices::some(&spot.at("per_kilogram"), each).map(Cost::PerKilogram)
            }
            (None, None, Some(bands), None) => {
                let band = |(number, band): (usize, &WeightEntry)| {
                    let spot = spot.at(format_args!("by_weight {number}, price"));
                    Ok(WeightBand { up_to: band.up_to, price: prices::some(&spot, &band.price)? })
                };
                (1..).zip(bands).map(band).collect::<Result<_, _>>().map(Cost::Weight)
            }
            (None, None, None, Some(bands)) => {
                let band = |(number, band): (usize, &AmountEntry)| {
                    let spot = spot.at(format_args!("by_amount {number}"));
                    let up_to = prices::read(&spot.at("up_to"), &band.up_to)?;
                    let price = prices::some(&spot.at("price"), &band.price)?;
                    told(&spot, &up_to, &price)?;
                    Ok(AmountBand { up_to, price })
                };
                (1..).zip(bands).map(band).collect::<Result<_, _>>().map(Cost::Amount)
            }
            _ => Err(spot.refuse(
                "it needs exactly one of price, per_kilogram, by_weight and by_amount",
                EXAMPLE,
            )),
        }
    }
}

/// Refuses a band with an upper value in some of its currencies alone.
/// In the others it would never be reached.
fn told(spot: &Spot, up_to: &Prices, price: &Prices) -> Result<(), CliError> {
    let untold = |unit| !up_to.is_empty() && up_to.of(unit).is_none();
    match price.iter().map(|amount| amount.unit()).find(|unit| untold(*unit)) {
        None => Ok(()),
        Some(unit) => Err(spot.at("up_to").refuse(
            format_args!("it has nothing in {unit}, but there is a price in {unit}"),
            "use the same currencies in up_to and price",
        )),
    }
}

fn hint(error: &ShippingError) -> &'static str {
    match error {
        ShippingError::NoRates => "add a [[zone.rate]] with a name and a price",
        ShippingError::SameId(_) => "give one of them a different name, or its own id",
        ShippingError::Id(_) => "for example: id = \"courier\"",
        ShippingError::NoBands => "for example: { up_to = 500, price = { ETH = 2000000 } }",
        ShippingError::BandOrder(_) => "order the bands from smallest to largest",
    }
}
