//! Choices of a product: the old `options` list, or axes and variants.

use super::Reader;
use crate::{
    catalog::{Axis, BETWEEN_VALUES, CatalogError, Variant},
    digital::Digital,
    money::{Price, PriceUnit},
    stock::StockKey,
    text,
};
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Most axes of a product, and most variants.
const MOST_AXES: usize = 3;
const MOST_VARIANTS: usize = 256;

/// Values that a variant has of its own or from its product.
struct Common {
    /// Unit of single prices.
    unit: PriceUnit,
    prices: Vec<Price>,
    grams: u32,
    stock: StockKey,
    digital: Option<Digital>,
}

/// Quantity of a product or a variant.
enum Quantity {
    Counted(u32),
    Unlimited,
}

impl Reader<'_> {
    pub(super) fn choices(
        &self,
        map: &Map<String, Value>,
        listed: &mut HashMap<StockKey, u32>,
    ) -> Result<(Vec<Axis>, Vec<Variant>), CatalogError> {
        let axes = self.axes(map);
        let unit = self.own_unit(map, self.usual);
        let prices = unit.clone().and_then(|unit| self.prices(map, unit));
        let common = Common {
            unit: unit.unwrap_or(self.usual),
            grams: self.note(self.grams(map)).unwrap_or(0),
            stock: StockKey::product(self.product),
            digital: self.note(self.digital(map)),
            // Without a price nothing can be said of the choices, but of the count.
            prices: match prices {
                Ok(prices) => prices,
                Err(error) => {
                    self.note(axes);
                    self.note(self.quantity(map));
                    return Err(error);
                }
            },
        };
        let axes = axes?;
        let variants = match map.get("variants") {
            None | Some(Value::Null) => self.all(&axes, &common)?,
            Some(Value::Array(list)) if (1..=MOST_VARIANTS).contains(&list.len()) => list
                .iter()
                .enumerate()
                .filter_map(|(i, entry)| {
                    let field = format!("variants[{i}]");
                    let variant = self.variant(&field, entry, &axes, &common, listed);
                    self.note(variant.map(Some).map_err(|error| error.within(&field)))
                })
                .collect::<Vec<Variant>>(),
            Some(_) => {
                let why = format!("it must be a list of 1 to {MOST_VARIANTS} variants");
                return Err(self.error("variants", &why));
            }
        };
        let mut names = HashSet::new();
        if let Some(twice) = variants.iter().find(|variant| !names.insert(&variant.name)) {
            let why = format!("{:?} is listed twice", twice.name.as_deref().unwrap_or_default());
            return Err(self.error("variants", &why));
        }
        if variants.iter().any(|variant| variant.stock == common.stock) {
            self.list_common(map, common, listed)?;
        }
        Ok((axes, variants))
    }

    /// Counts what the product itself has.
    fn list_common(
        &self,
        map: &Map<String, Value>,
        common: Common,
        listed: &mut HashMap<StockKey, u32>,
    ) -> Result<(), CatalogError> {
        let said = self.quantity(map)?;
        let quantity = match &common.digital {
            Some(Digital::Codes { list }) => self.as_many_as_codes(list, said.as_ref())?,
            // Files do not run out because nobody counted them.
            Some(Digital::File(_)) => said.unwrap_or(Quantity::Unlimited),
            None => said.unwrap_or(Quantity::Counted(1)),
        };
        if let Quantity::Counted(count) = quantity {
            listed.insert(common.stock, count);
        }
        Ok(())
    }

    fn as_many_as_codes(
        &self,
        list: &str,
        said: Option<&Quantity>,
    ) -> Result<Quantity, CatalogError> {
        if said.is_some() {
            return Err(self.error("quantity", "leave it out: the stock is the number of codes"));
        }
        self.count_codes(list).map(Quantity::Counted)
    }

    /// Reads `"axes": [{ "name": "Size", "values": ["S", "M"] }]`, or the old `"options": [..]`.
    fn axes(&self, map: &Map<String, Value>) -> Result<Vec<Axis>, CatalogError> {
        let options = self.lines(map, "options")?;
        let axes = match map.get("axes") {
            None | Some(Value::Null) if options.is_empty() => Vec::new(),
            None | Some(Value::Null) => vec![Axis { name: String::new(), values: options }],
            Some(_) if !options.is_empty() => {
                return Err(self.error("axes", "give either \"axes\" or the old \"options\""));
            }
            Some(Value::Array(list)) if list.len() <= MOST_AXES => list
                .iter()
                .enumerate()
                .map(|(i, axis)| self.axis(i, axis))
                .collect::<Result<_, _>>()?,
            Some(_) => {
                let why = format!("it must be a list of at most {MOST_AXES} axes");
                return Err(self.error("axes", &why));
            }
        };
        let mut names = HashSet::new();
        if axes.iter().any(|axis| !names.insert(&axis.name)) {
            return Err(self.error("axes", "two axes have the same name"));
        }
        Ok(axes)
    }

    fn axis(&self, at: usize, axis: &Value) -> Result<Axis, CatalogError> {
        let field = format!("axes[{at}]");
        let Value::Object(map) = axis else {
            return Err(self.error(&field, "it must have a \"name\" and \"values\""));
        };
        let name = text::line(self.string(map, "name")?.unwrap_or_default());
        let values = self.lines(map, "values")?;
        let mut seen = HashSet::new();
        if name.is_empty() || values.is_empty() {
            return Err(self.error(&field, "it needs a \"name\" and at least one of \"values\""));
        }
        if let Some(twice) = values.iter().find(|value| !seen.insert(*value)) {
            return Err(self.error(&field, &format!("{twice:?} is listed twice")));
        }
        Ok(Axis { name, values })
    }

    /// Returns every choice there can be, all from the product's own stock.
    fn all(&self, axes: &[Axis], common: &Common) -> Result<Vec<Variant>, CatalogError> {
        if common.prices.is_empty() {
            return Err(self.error("prices", "it needs at least one price"));
        }
        let count = axes.iter().map(|axis| axis.values.len()).try_fold(1usize, usize::checked_mul);
        if count.is_none_or(|count| count > MOST_VARIANTS) {
            let why = format!(
                "they make more than {MOST_VARIANTS} combinations; list the variants instead"
            );
            return Err(self.error("axes", &why));
        }
        let mut choices: Vec<Vec<String>> = vec![Vec::new()];
        for axis in axes {
            let with = |choice: &Vec<String>, value: &String| {
                choice.iter().chain([value]).cloned().collect::<Vec<String>>()
            };
            choices = choices
                .iter()
                .flat_map(|choice| axis.values.iter().map(move |value| with(choice, value)))
                .collect();
        }
        Ok(choices
            .into_iter()
            .map(|choice| Variant {
                name: name(&choice),
                choice,
                sku: None,
                prices: common.prices.clone(),
                image: None,
                grams: common.grams,
                stock: common.stock.clone(),
                digital: common.digital.clone(),
            })
            .collect())
    }

    fn variant(
        &self,
        field: &str,
        entry: &Value,
        axes: &[Axis],
        common: &Common,
        listed: &mut HashMap<StockKey, u32>,
    ) -> Result<Variant, CatalogError> {
        let Value::Object(map) = entry else { return Err(self.error(field, "not an object")) };
        let choice = self.lines(map, "choice")?;
        let known = choice.len() == axes.len()
            && choice.iter().zip(axes).all(|(value, axis)| axis.values.contains(value));
        if !known {
            let why = "\"choice\" must have one value of each axis, in the same order";
            return Err(self.error(field, why));
        }
        let name = name(&choice);
        let prices = self.prices(map, self.own_unit(map, common.unit)?)?;
        let prices = if prices.is_empty() { common.prices.clone() } else { prices };
        if prices.is_empty() {
            return Err(self.error(field, "it has no price, and neither does the product"));
        }
        let image = self.string(map, "image")?.filter(|image| !image.is_empty());
        let own = self.digital(map)?;
        let said = self.quantity(map)?;
        let quantity = match (&own, &common.digital) {
            (Some(Digital::Codes { list }), _) => Some(self.as_many_as_codes(list, said.as_ref())?),
            // A file beside things that are sent does not run out with them.
            (Some(Digital::File(_)), _) => said.or(Some(Quantity::Unlimited)),
            (None, Some(Digital::Codes { .. })) if said.is_some() => {
                return Err(
                    self.error(field, "leave it out: the variant uses the codes of the product")
                );
            }
            (None, _) => said,
        };
        let digital = own.or_else(|| common.digital.clone());
        let stock = match quantity {
            None => common.stock.clone(),
            Some(own) => {
                let name = name.as_deref().unwrap_or_default();
                let key = StockKey::variant(self.product, name);
                if let Quantity::Counted(count) = own {
                    listed.insert(key.clone(), count);
                }
                key
            }
        };
        Ok(Variant {
            sku: self.string(map, "sku")?.map(text::line).filter(|sku| !sku.is_empty()),
            image: image.map(|image| self.image(field, image)).transpose()?,
            grams: self.grams(map)?.unwrap_or(common.grams),
            name,
            choice,
            prices,
            stock,
            digital,
        })
    }

    /// Reads the quantity; None where the file says nothing.
    fn quantity(&self, map: &Map<String, Value>) -> Result<Option<Quantity>, CatalogError> {
        match map.get("quantity") {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(word)) if word == "unlimited" => Ok(Some(Quantity::Unlimited)),
            Some(value) => {
                let count = value.as_u64().and_then(|n| u32::try_from(n).ok());
                let why = "it must be a whole number, 0 for sold out, or \"unlimited\"";
                count.map(|n| Some(Quantity::Counted(n))).ok_or_else(|| self.error("quantity", why))
            }
        }
    }

    fn grams(&self, map: &Map<String, Value>) -> Result<Option<u32>, CatalogError> {
        match map.get("weight") {
            None | Some(Value::Null) => Ok(None),
            Some(value) => value
                .as_u64()
                .and_then(|n| u32::try_from(n).ok())
                .map(Some)
                .ok_or_else(|| self.error("weight", "it must be a whole number of grams")),
        }
    }
}

/// Returns the name of a choice.
fn name(choice: &[String]) -> Option<String> {
    (!choice.is_empty()).then(|| choice.join(BETWEEN_VALUES))
}
