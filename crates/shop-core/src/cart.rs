//! The cart: what a buyer means to order.
//! It lives in the buyer's sealed cookie and nowhere else.

mod options;
mod packed;

pub use crate::priced_cart::{PricedCart, PricedLine};
pub use packed::{LONGEST_PACKED, line_key};

use crate::{
    bill::DiscountNumber,
    catalog::{Catalog, Product, ProductId, Variant},
    digital::Digital,
    kind::{HasKind, Kind},
    money::{AssetId, MoneyError, Price, PriceUnit},
    place::Place,
    stock::{Availability, ReservedItems, StockKey},
};

/// Most different lines in one cart.
/// The sealed cookie holds as many, whatever they are called.
pub const MOST_LINES: usize = 20;
/// Most units on one line.
pub const MOST_UNITS: u32 = 99;

/// Lines, and what else the bill goes by: a currency, where it is sent and how, a discount's number.
/// Prices are not kept: they are looked up when the cart is shown. (Earlier builds wrote it as JSON.)
///
/// From a cart to the bill of its order:
///
/// ```
/// use shop_core::bill::PriceRules;
/// use shop_core::cart::Cart;
/// use shop_core::catalog::{Catalog, ProductId};
/// use shop_core::money::AssetId;
/// use shop_core::time::CoarseTime;
///
/// // Prices are in 1e-9 of the coin.
/// let catalog = r#"{"products": {"mug": {"name": "Mug", "price": 10000000, "quantity": 3}}}"#;
/// let catalog = Catalog::from_json(catalog)?;
/// let mug = ProductId::parse("mug").expect("a name");
///
/// let mut cart = Cart::default();
/// cart.add(&catalog, &mug, None, 2)?;
/// assert!(cart.add(&catalog, &mug, None, 99).is_err()); // too many: nothing has changed
///
/// let priced = cart.price(&catalog, AssetId::ETH)?;
/// let rules = PriceRules::default(); // no tax, shipping is included
/// let quote = cart.quote(&rules, &priced, None, CoarseTime::from_hours(498_000))?;
/// let bill = quote.ready()?;
/// assert_eq!(bill.total().to_string(), "0.02 ETH");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cart {
    lines: Vec<CartLine>,
    currency: Option<AssetId>,
    to: Option<Place>,
    rate: Option<String>,
    discount: Option<DiscountNumber>,
}

/// A product with one option, and its quantity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartLine {
    product: String,
    option: Option<String>,
    quantity: u32,
}

/// Errors of changing or pricing a cart. The texts are for the buyer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CartError {
    /// The catalogue has no such product (any more).
    #[error("This item is not in the shop any more.")]
    Unknown,
    /// The item is sold out.
    #[error("{0} is sold out.")]
    Sold(String),
    /// The product's options do not include this.
    #[error("Please choose one of the options of {0}.")]
    Option(String),
    /// More than a cart takes.
    /// The number left is not told: who asks again and again would learn what is sold.
    #[error("At most {most} of {name} can be ordered at once.")]
    TooMany {
        /// The product's name.
        name: String,
        /// Highest quantity that a cart takes.
        most: u32,
    },
    /// Too many different lines.
    #[error("A cart holds {MOST_LINES} different items. Please place this order first.")]
    Full,
    /// The sum does not fit.
    #[error("This cart cannot be added up.")]
    Money(#[from] MoneyError),
    /// Not every item has a price in the unit.
    #[error("Not everything in the cart has a price in {0}.")]
    NoPrice(PriceUnit),
    /// There is nothing in it.
    #[error("The cart is empty.")]
    Empty,
}

impl HasKind for CartError {
    fn kind(&self) -> Kind {
        Kind::BadInput
    }
}

impl Cart {
    /// Returns the lines, in the order they were added.
    #[must_use]
    pub fn lines(&self) -> &[CartLine] {
        &self.lines
    }

    /// Lowers the quantity of a line, counted from 0, to `to`, and by at least one.
    /// A line with nothing left is removed.
    pub fn lower(&mut self, line: usize, to: u32) {
        if let Some(line) = self.lines.get_mut(line) {
            line.quantity = line.quantity.saturating_sub(1).min(to);
        }
        self.lines.retain(|line| line.quantity > 0);
    }

    /// Returns true if the cart has no lines.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Returns the number of units in all lines.
    #[must_use]
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).fold(0, u32::saturating_add)
    }

    /// Returns the currency the buyer chose, if they did.
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
        let (product, variant) = offered(catalog, product, option)?;
        let at = self.position(product.id.as_str(), option);
        let have = at.and_then(|at| self.lines.get(at)).map_or(0, |line| line.quantity);
        let quantity = have.saturating_add(count);
        self.fits(catalog, product, variant, quantity)?;
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
        let (product, variant) = offered(catalog, product, option)?;
        self.fits(catalog, product, variant, quantity)?;
        if let Some(line) = self.lines.get_mut(at) {
            line.quantity = quantity;
        }
        Ok(())
    }

    /// Takes out what the catalogue does not offer any more.
    /// Returns what was taken out or lowered, and why.
    pub fn settle_with(&mut self, catalog: &Catalog) -> Vec<CartError> {
        let mut notices = Vec::new();
        for line in std::mem::take(&mut self.lines) {
            let id = ProductId(line.product.clone());
            match self.add(catalog, &id, line.option.as_deref(), line.quantity) {
                Ok(()) => {}
                Err(CartError::TooMany { name, most }) => {
                    let option = line.option.as_deref();
                    let variant = offered(catalog, &id, option).map(|(_, variant)| variant);
                    let used = variant.map_or(0, |v| self.units_from(catalog, &v.stock, None));
                    let free = most.saturating_sub(used);
                    notices.push(CartError::TooMany { name, most });
                    if free > 0 && self.add(catalog, &id, option, free).is_err() {
                        notices.push(CartError::Unknown);
                    }
                }
                Err(error) => notices.push(error),
            }
        }
        notices
    }

    /// Returns the cart with today's prices in `unit`.
    ///
    /// # Errors
    /// [`CartError`], most often because the catalogue has changed meanwhile.
    pub fn price(
        &self,
        catalog: &Catalog,
        unit: impl Into<PriceUnit>,
    ) -> Result<PricedCart, CartError> {
        let unit = unit.into();
        if self.lines.is_empty() {
            return Err(CartError::Empty);
        }
        let mut priced = PricedCart {
            lines: Vec::new(),
            total: Price::zero(unit),
            grams: Vec::new(),
            reserved_items: ReservedItems::default(),
        };
        for line in &self.lines {
            let id = ProductId(line.product.clone());
            let (product, variant) = offered(catalog, &id, line.option.as_deref())?;
            self.fits(catalog, product, variant, line.quantity)?;
            let each = variant.price(unit).ok_or(CartError::NoPrice(unit))?;
            let sum = each.times(line.quantity)?;
            priced.total = priced.total.plus(sum)?;
            priced.grams.push(variant.grams);
            if catalog.listed().contains_key(&variant.stock) {
                let key = variant.stock.clone();
                let units = line.quantity;
                match variant.digital {
                    Some(Digital::Codes { .. }) => priced.reserved_items.add_codes(key, units),
                    _ => priced.reserved_items.add(key, units, false),
                }
            }
            priced.lines.push(PricedLine {
                product: line.product.clone(),
                name: product.name.clone(),
                option: line.option.clone(),
                sku: variant.sku.clone(),
                quantity: line.quantity,
                each,
                total: sum,
                digital: variant.digital.clone(),
            });
        }
        Ok(priced)
    }

    /// Takes everything out and keeps the currency.
    pub fn clear(&mut self) {
        self.lines.clear();
    }

    fn position(&self, product: &str, option: Option<&str>) -> Option<usize> {
        self.lines.iter().position(|l| l.product == product && l.option.as_deref() == option)
    }

    /// Returns the units that come from one stock, but for those of one line.
    fn units_from(&self, catalog: &Catalog, key: &StockKey, except: Option<usize>) -> u32 {
        self.lines
            .iter()
            .enumerate()
            .filter(|(at, _)| Some(*at) != except)
            .filter(|(_, line)| {
                let product = catalog.product(&ProductId(line.product.clone()));
                let variant = product.and_then(|product| product.variant(line.option.as_deref()));
                variant.is_some_and(|variant| variant.stock == *key)
            })
            .map(|(_, line)| line.quantity)
            .fold(0, u32::saturating_add)
    }

    /// Checks that this line may have `quantity` units beside others from the same stock.
    fn fits(
        &self,
        catalog: &Catalog,
        product: &Product,
        variant: &Variant,
        quantity: u32,
    ) -> Result<(), CartError> {
        let line = self.position(product.id.as_str(), variant.name.as_deref());
        let others = self.units_from(catalog, &variant.stock, line);
        let most = catalog.level(&variant.stock).most(MOST_UNITS);
        if others.saturating_add(quantity) > most {
            return Err(CartError::TooMany { name: product.name.clone(), most });
        }
        Ok(())
    }
}

impl CartLine {
    /// Returns the product's id.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    /// Returns the chosen option.
    #[must_use]
    pub fn option(&self) -> Option<&str> {
        self.option.as_deref()
    }

    /// Returns the number of units.
    #[must_use]
    pub const fn quantity(&self) -> u32 {
        self.quantity
    }
}

/// Returns the product and the variant, if the catalogue offers them.
fn offered<'c>(
    catalog: &'c Catalog,
    product: &ProductId,
    option: Option<&str>,
) -> Result<(&'c Product, &'c Variant), CartError> {
    let product = catalog.product(product).ok_or(CartError::Unknown)?;
    if catalog.level_of(product) == Availability::SoldOut {
        return Err(CartError::Sold(product.name.clone()));
    }
    let variant = product.variant(option).ok_or_else(|| CartError::Option(product.name.clone()))?;
    if catalog.level(&variant.stock) == Availability::SoldOut {
        return Err(CartError::Sold(named(product, variant)));
    }
    Ok((product, variant))
}

fn named(product: &Product, variant: &Variant) -> String {
    match &variant.name {
        Some(choice) => format!("{} ({choice})", product.name),
        None => product.name.clone(),
    }
}

#[cfg(test)]
mod tests;
