//! The cart: what a buyer means to order. It lives in the buyer's sealed cookie and nowhere else.

use crate::{
    catalog::{Catalog, Product, ProductId},
    kind::{HasKind, Kind},
    money::{Amount, AssetId, MoneyError},
};
use serde::{Deserialize, Serialize};

/// Most different lines in one cart, so that the sealed cookie stays under 2 KiB.
pub const MOST_LINES: usize = 20;
/// Most units on one line.
pub const MOST_UNITS: u32 = 99;

/// Lines and a currency. Prices are not kept: they are looked up when the cart is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cart {
    #[serde(rename = "l")]
    lines: Vec<CartLine>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    currency: Option<AssetId>,
}

/// So many of one product with one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    #[serde(rename = "p")]
    product: String,
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    option: Option<String>,
    #[serde(rename = "q")]
    quantity: u32,
}

/// Why a cart does not take something. What buyers read of it is written where pages are made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// The catalogue has no such product (any more).
    #[error("This item is not in the shop any more.")]
    Unknown,
    /// None is left.
    #[error("{0} is sold out.")]
    Sold(String),
    /// The product's options do not include this.
    #[error("Please choose one of the options of {0}.")]
    Option(String),
    /// More than there are.
    #[error("There are only {left} of {name}.")]
    TooMany {
        /// The product's name.
        name: String,
        /// How many there are.
        left: u32,
    },
    /// Too many different lines.
    #[error("A cart holds {MOST_LINES} different items. Please place this order first.")]
    Full,
    /// The sum does not fit.
    #[error("This cart cannot be added up.")]
    Money(#[from] MoneyError),
    /// Not every item has a price in the currency.
    #[error("Not everything in the cart has a price in {0}.")]
    NoPrice(AssetId),
    /// There is nothing in it.
    #[error("The cart is empty.")]
    Empty,
}

impl HasKind for CartError {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

/// A cart with today's prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Priced {
    /// The lines, in the order they were added.
    pub lines: Vec<PricedLine>,
    /// Their sum.
    pub total: Amount,
}

/// A line with today's price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PricedLine {
    /// The product's id in the catalogue.
    pub product: String,
    /// The product's name.
    pub name: String,
    /// The chosen option.
    pub option: Option<String>,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub each: Amount,
    /// The price of all.
    pub total: Amount,
}

impl Cart {
    /// The lines, in the order they were added.
    #[must_use]
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// How many units in all.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).fold(0, u32::saturating_add)
    }

    /// The currency the buyer chose, if they did.
    #[must_use]
    pub const fn currency(&self) -> Option<AssetId> {
        self.currency
    }

    /// Chooses the currency.
    pub const fn choose(&mut self, asset: AssetId) {
        self.currency = Some(asset);
    }

    /// Puts `count` more units in.
    ///
    /// # Errors
    /// [`CartError`]; the cart is then as it was.
    pub fn add(
        &mut self,
        catalog: &Catalog,
        product: &ProductId,
        option: Option<&str>,
        count: u32,
    ) -> Result<(), CartError> {
        let (product, option) = offered(catalog, product, option)?;
        let at = self.position(product.id.as_str(), option);
        let have = at.and_then(|at| self.lines.get(at)).map_or(0, |line| line.quantity);
        let quantity = have.saturating_add(count);
        self.fits(product, option, quantity)?;
        if at.is_none() && self.lines.len() >= MOST_LINES {
            return Err(CartError::Full);
        }
        match at.and_then(|at| self.lines.get_mut(at)) {
            Some(line) => line.quantity = quantity,
            None => self.lines.push(CartLine {
                product: product.id.as_str().to_owned(),
                option: option.map(str::to_owned),
                quantity,
            }),
        }
        Ok(())
    }

    /// Sets how many units a line has; 0 removes it. An unknown line is no error: it is gone.
    ///
    /// # Errors
    /// [`CartError`]; the cart is then as it was.
    pub fn set(
        &mut self,
        catalog: &Catalog,
        product: &ProductId,
        option: Option<&str>,
        quantity: u32,
    ) -> Result<(), CartError> {
        let Some(at) = self.position(product.as_str(), option) else { return Ok(()) };
        if quantity == 0 {
            self.lines.remove(at);
            return Ok(());
        }
        let (product, option) = offered(catalog, product, option)?;
        self.fits(product, option, quantity)?;
        if let Some(line) = self.lines.get_mut(at) {
            line.quantity = quantity;
        }
        Ok(())
    }

    /// Takes out what the catalogue does not offer any more; returns why something was taken out
    /// or lowered.
    pub fn settle_with(&mut self, catalog: &Catalog) -> Vec<CartError> {
        let mut notices = Vec::new();
        for line in std::mem::take(&mut self.lines) {
            let id = ProductId(line.product.clone());
            match self.add(catalog, &id, line.option.as_deref(), line.quantity) {
                Ok(()) => {}
                Err(CartError::TooMany { name, left }) => {
                    notices.push(CartError::TooMany { name, left });
                    let free = left.saturating_sub(self.units_of(&line.product));
                    if free > 0 && self.add(catalog, &id, line.option.as_deref(), free).is_err() {
                        notices.push(CartError::Unknown);
                    }
                }
                Err(error) => notices.push(error),
            }
        }
        notices
    }

    /// The cart with today's prices in `asset`.
    ///
    /// # Errors
    /// [`CartError`], most often because the catalogue has changed meanwhile.
    pub fn price(&self, catalog: &Catalog, asset: AssetId) -> Result<Priced, CartError> {
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        let mut total = Amount::zero(asset);
        let mut lines = Vec::new();
        for line in &self.lines {
            let id = ProductId(line.product.clone());
            let (product, option) = offered(catalog, &id, line.option.as_deref())?;
            self.fits(product, option, line.quantity)?;
            let each = product.price(asset).ok_or(CartError::NoPrice(asset))?;
            let sum = each.times(line.quantity)?;
            total = total.plus(sum)?;
            lines.push(PricedLine {
                product: line.product.clone(),
                name: product.name.clone(),
                option: line.option.clone(),
                quantity: line.quantity,
                each,
                total: sum,
            });
        }
        Ok(Priced { lines, total })
    }

    /// Takes everything out and keeps the currency.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    fn position(&self, product: &str, option: Option<&str>) -> Option<usize> {
        self.lines.iter().position(|l| l.product == product && l.option.as_deref() == option)
    }

    fn units_of(&self, product: &str) -> u32 {
        let lines = self.lines.iter().filter(|line| line.product == product);
        lines.map(|line| line.quantity).fold(0, u32::saturating_add)
    }

    /// Whether this line may have `quantity` units, beside the product's other options.
    fn fits(
        &self,
        product: &Product,
        option: Option<&str>,
        quantity: u32,
    ) -> Result<(), CartError> {
        let others = self
            .lines
            .iter()
            .filter(|l| l.product == product.id.as_str() && l.option.as_deref() != option)
            .map(|line| line.quantity)
            .fold(0, u32::saturating_add);
        let left = product.quantity.min(MOST_UNITS);
        if others.saturating_add(quantity) > left {
            return Err(CartError::TooMany { name: product.name.clone(), left });
        }
        Ok(())
    }
}

impl CartLine {
    /// The product's id.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// The chosen option.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        self.option.as_deref()
    }

    /// How many.
    #[must_use]
    pub const fn quantity(&self) -> u32 {
        self.quantity
    }
}

/// The product and its option, if the catalogue offers them.
fn offered<'c, 'o>(
    catalog: &'c Catalog,
    product: &ProductId,
    option: Option<&'o str>,
) -> Result<(&'c Product, Option<&'o str>), CartError> {
    let product = catalog.product(product).ok_or(CartError::Unknown)?;
    if product.is_sold() {
        return Err(CartError::Sold(product.name.clone()));
    }
    let known = match option {
        None => product.options.is_empty(),
        Some(option) => product.options.iter().any(|o| o == option),
    };
    if known { Ok((product, option)) } else { Err(CartError::Option(product.name.clone())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalog() -> Catalog {
        Catalog::from_json(
            r#"{"products":{
                "tee":{"name":"Tee","price":51990000,"options":["S","L"],"quantity":5},
                "mug":{"name":"Mug","price":10000000,"quantity":3},
                "gone":{"name":"Gone","price":1,"quantity":0}}}"#,
        )
        .unwrap()
    }

    fn id(text: &str) -> ProductId {
        ProductId::parse(text).unwrap()
    }

    #[test]
    fn units_of_one_choice_share_a_line() {
        let (catalog, mut cart) = (catalog(), Cart::default());
        cart.add(&catalog, &id("tee"), Some("S"), 1).unwrap();
        cart.add(&catalog, &id("tee"), Some("L"), 2).unwrap();
        cart.add(&catalog, &id("tee"), Some("S"), 1).unwrap();
        let priced = cart.price(&catalog, AssetId::Eth).unwrap();
        assert_eq!(priced.lines.len(), 2);
        assert_eq!(priced.total.to_string(), "0.20796 ETH");
        cart.set(&catalog, &id("tee"), Some("S"), 0).unwrap();
        assert_eq!(cart.units(), 2);
    }

    #[test]
    fn what_is_not_offered_is_refused() {
        let (catalog, mut cart) = (catalog(), Cart::default());
        let mut add = |product, option, count| cart.add(&catalog, &id(product), option, count);
        assert_eq!(add("nothing", None, 1), Err(CartError::Unknown));
        assert_eq!(add("gone", None, 1), Err(CartError::Sold("Gone".into())));
        assert_eq!(add("tee", None, 1), Err(CartError::Option("Tee".into())));
        assert_eq!(add("tee", Some("XL"), 1), Err(CartError::Option("Tee".into())));
        assert_eq!(add("mug", Some("S"), 1), Err(CartError::Option("Mug".into())));
        let many = CartError::TooMany { name: "Tee".into(), left: 5 };
        assert_eq!(add("tee", Some("S"), 6), Err(many.clone()));
        add("tee", Some("S"), 3).unwrap();
        assert_eq!(add("tee", Some("L"), 3), Err(many), "options share the stock");
        assert!(cart.price(&catalog, AssetId::Btc).is_err());
    }

    #[test]
    fn a_cart_follows_the_catalogue() {
        let mut cart = Cart::default();
        cart.add(&catalog(), &id("tee"), Some("S"), 5).unwrap();
        cart.add(&catalog(), &id("mug"), None, 1).unwrap();
        let later = r#"{"products":{"tee":{"name":"Tee","price":2,"options":["S"],"quantity":2}}}"#;
        let later = Catalog::from_json(later).unwrap();
        assert_eq!(cart.settle_with(&later).len(), 2);
        assert_eq!(cart.units(), 2);
        assert!(cart.price(&later, AssetId::Eth).is_ok());
    }

    proptest! {
        #[test]
        fn no_path_leads_past_the_stock(
            steps in prop::collection::vec((0usize..3, 0usize..3, 0u32..8, any::<bool>()), 0..30)
        ) {
            let catalog = catalog();
            let mut cart = Cart::default();
            for (product, option, count, add) in steps {
                let product = id(["tee", "mug", "gone"][product]);
                let option = [None, Some("S"), Some("L")][option];
                let _ = if add {
                    cart.add(&catalog, &product, option, count)
                } else {
                    cart.set(&catalog, &product, option, count)
                };
                prop_assert!(cart.units_of("tee") <= 5 && cart.units_of("mug") <= 3);
                prop_assert_eq!(cart.units_of("gone"), 0);
            }
        }
    }
}
