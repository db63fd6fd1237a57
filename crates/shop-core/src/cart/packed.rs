//! A cart in so few bytes that a cookie always holds as many lines as are promised.
//!
//! Products and options are not written out: each is a 64-bit FNV-1a hash of its text, looked up
//! in the catalogue when the cart is read. What the catalogue does not have any more becomes a line
//! that it does not offer. That two products of a catalogue, or two options of a product, share a
//! hash is not to be expected before there are thousands of millions of them.

use super::{Cart, CartLine, MOST_LINES};
use crate::{
    bill::{DiscountNumber, LONGEST_RATE_ID},
    catalog::Catalog,
    fnv::fnv,
    money::{AssetId, LONGEST_CODE},
    place::Place,
};

/// Most bytes of a packed cart: its lines, two short codes, a rate and a discount.
pub const LONGEST_PACKED: usize = 1 + MOST_LINES * LINE + 2 * (1 + CODE) + 1 + LONGEST_RATE_ID + 4;

/// Two hashes and a quantity.
const LINE: usize = 8 + 8 + 1;
/// Longest code of a currency or a place.
const CODE: usize = LONGEST_CODE;

impl Cart {
    /// Returns the cart in at most [`LONGEST_PACKED`] bytes.
    #[must_use]
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(LONGEST_PACKED);
        put_text(&mut bytes, self.currency.map_or("", AssetId::code));
        put_text(&mut bytes, self.to.map_or("", Place::code));
        put_text(&mut bytes, self.rate().unwrap_or_default());
        bytes.extend(self.discount.map_or(0, |number| number.0).to_be_bytes());
        bytes.push(small(self.lines.len()));
        for line in &self.lines {
            bytes.extend(fnv(&line.product).to_be_bytes());
            bytes.extend(option_hash(line.option.as_deref()).to_be_bytes());
            bytes.push(small(line.quantity));
        }
        bytes
    }

    /// Reads what [`Cart::pack`] wrote, with the names that `catalog` has.
    /// Bytes that follow are not read. Returns None for other bytes.
    #[must_use]
    pub fn unpack(mut bytes: &[u8], catalog: &Catalog) -> Option<Self> {
        let bytes = &mut bytes;
        let currency = catalog.known_assets().find(take_text(bytes)?);
        let to = Place::parse(take_text(bytes)?);
        let rate = Some(take_text(bytes)?).filter(|rate| !rate.is_empty()).map(str::to_owned);
        let number = u32::from_be_bytes(take(bytes)?);
        let discount = (number > 0).then_some(DiscountNumber(number));
        let [count] = take(bytes)?;
        let lines = (0..count).map(|_| take_line(bytes, catalog));
        let lines = lines.collect::<Option<Vec<_>>>()?;
        Some(Self { lines, currency, to, rate, discount })
    }
}

fn take_line(bytes: &mut &[u8], catalog: &Catalog) -> Option<CartLine> {
    let product = u64::from_be_bytes(take(bytes)?);
    let option = u64::from_be_bytes(take(bytes)?);
    let [quantity] = take(bytes)?;
    let product = catalog.product_by_hash(product);
    let known = product.and_then(|product| {
        let mut names = product.variants.iter().map(|variant| &variant.name);
        names.find(|name| option_hash(name.as_deref()) == option)
    });
    Some(CartLine {
        // No product is called so, nor any option.
        product: product.map_or_else(String::new, |product| product.id.as_str().to_owned()),
        option: known.map_or_else(|| Some(String::new()), Clone::clone),
        quantity: quantity.into(),
    })
}

fn option_hash(option: Option<&str>) -> u64 {
    option.map_or(0, fnv)
}

/// Converts a number of a cart. All are small: at most 99 units, 20 lines and 40 letters.
fn small(number: impl TryInto<u8>) -> u8 {
    number.try_into().unwrap_or(u8::MAX)
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.push(small(text.len()));
    bytes.extend(text.as_bytes());
}

fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a str> {
    let [length] = take(bytes)?;
    let (text, rest) = bytes.split_at_checked(length.into())?;
    *bytes = rest;
    std::str::from_utf8(text).ok()
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

/// Longest option, in bytes, that stands in the name of a line as it is.
const LONGEST_WRITTEN: usize = 48;

/// Returns the name of a line in forms: the product's, and behind a colon the option's or, where that is
/// long, its hash. A form has a field for each line, and stays small whatever they are called.
#[must_use]
pub fn line_key(product: &str, option: Option<&str>) -> String {
    match option {
        None => product.to_owned(),
        Some(option) if option.len() <= LONGEST_WRITTEN => format!("{product}:{option}"),
        Some(option) => format!("{product}::{:016x}", fnv(option)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalog(options: &[&str]) -> Catalog {
        let options: Vec<String> = options.iter().map(|option| format!("{option:?}")).collect();
        let options = options.join(",");
        let product = |n: usize| {
            format!(r#""p{n:0>62}":{{"name":"P","price":1,"quantity":500,"options":[{options}]}}"#)
        };
        let products: Vec<String> = (0..MOST_LINES).map(product).collect();
        Catalog::from_json(&format!(r#"{{"products":{{{}}}}}"#, products.join(","))).unwrap()
    }

    fn full(catalog: &Catalog, option: &str) -> Cart {
        let mut cart = Cart::default();
        for product in catalog.products() {
            cart.add(catalog, &product.id, Some(option), 99).unwrap();
        }
        cart.choose(AssetId::ETH);
        cart.send_to(Place::parse("CA-QC").unwrap());
        cart.send_by(&"x".repeat(LONGEST_RATE_ID));
        cart.discount_by(Some(DiscountNumber(u32::MAX)));
        cart
    }

    #[test]
    fn largest_cart_packs_within_its_bound_and_reads_back() {
        let option = "語".repeat(80);
        let catalog = catalog(&[&option, "M"]);
        let cart = full(&catalog, &option);
        assert_eq!(cart.lines().len(), MOST_LINES);
        let packed = cart.pack();
        assert!(packed.len() <= LONGEST_PACKED, "{}", packed.len());
        assert_eq!(Cart::unpack(&packed, &catalog).unwrap(), cart);
        assert_eq!(Cart::unpack(&[&packed[..], b"   "].concat(), &catalog).unwrap(), cart);
        let empty = Cart::default();
        assert_eq!(Cart::unpack(&empty.pack(), &catalog).unwrap(), empty);
    }

    #[test]
    fn what_the_catalogue_lost_becomes_a_line_it_does_not_offer() {
        let before = catalog(&["L", "M"]);
        let packed = full(&before, "L").pack();
        let options = Cart::unpack(&packed, &catalog(&["M", "S"])).unwrap().settle_with(&before);
        assert_eq!(options.len(), MOST_LINES);
        assert!(options.iter().all(|error| error.to_string().contains("one of the options")));
        let other = Catalog::from_json(r#"{"products":{"p":{"name":"P","price":1}}}"#).unwrap();
        let mut cart = Cart::unpack(&packed, &other).unwrap();
        let again = Cart::unpack(&cart.pack(), &other).unwrap();
        assert_eq!(again, cart, "it is kept until it was said");
        assert!(
            cart.settle_with(&other).iter().all(|error| *error == super::super::CartError::Unknown)
        );
        assert!(cart.is_empty());
    }

    proptest! {
        #[test]
        fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let catalog = catalog(&["M"]);
            if let Some(cart) = Cart::unpack(&bytes, &catalog) {
                prop_assert_eq!(Cart::unpack(&cart.pack(), &catalog), Some(cart));
            }
        }

        #[test]
        fn a_cut_cart_is_refused(at in 0usize..LONGEST_PACKED) {
            let catalog = catalog(&["M"]);
            let packed = full(&catalog, "M").pack();
            prop_assume!(at < packed.len());
            prop_assert!(Cart::unpack(&packed[..at], &catalog).is_none());
        }
    }
}
