//! Order, narrowing and page of a list: the part of its address behind the question mark.
//!
//! `?q=wool+socks&sort=price-up&stock=in&price=0.01-0.05&is=Size:M&page=2`. The address of a look is always written
//! in the same way, so that one look has one address; what it does not know it passes over.

use form_urlencoded::Serializer;
use shop_core::catalog::{Facet, PriceBand, ProductListQuery, Sort};

/// Greatest number of characters of a search.
pub(crate) const LONGEST_SEARCH: usize = 100;
/// Greatest number of narrowings at once.
const MOST_VALUES: usize = 4;
/// Greatest number of pages of a list.
const LAST_PAGE: usize = 100_000;

/// Order, narrowing and page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ListQuery {
    /// Words searched for; empty outside of searches.
    pub(crate) search: String,
    /// Order and narrowings.
    pub(crate) wish: ProductListQuery,
    /// Number of the page, counted from 1.
    pub(crate) page: usize,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { search: String::new(), wish: ProductListQuery::default(), page: 1 }
    }
}

impl ListQuery {
    /// Reads the part behind the question mark.
    pub(crate) fn read(query: &str) -> Self {
        let mut look = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "q" => look.search = shop_core::text::line(&value),
                "sort" => look.wish.sort = Sort::from_word(&value).unwrap_or_default(),
                "stock" => look.wish.in_stock = value == "in",
                "price" => look.wish.price = PriceBand::parse(&value),
                "is" if look.wish.values.len() < MOST_VALUES => {
                    look.wish.values.extend(axis_and_value(&value));
                }
                "page" => {
                    let page = value.parse().ok().filter(|page| (1..=LAST_PAGE).contains(page));
                    look.page = page.unwrap_or(1);
                }
                _ => {}
            }
        }
        look.search = look.search.chars().take(LONGEST_SEARCH).collect();
        look.wish.values.sort();
        look.wish.values.dedup();
        look
    }

    /// Returns the address of this look at `path`.
    pub(crate) fn at(&self, path: &str) -> String {
        let mut query = Serializer::new(String::new());
        if !self.search.is_empty() {
            query.append_pair("q", &self.search);
        }
        if self.wish.sort != Sort::default() {
            query.append_pair("sort", self.wish.sort.word());
        }
        if self.wish.in_stock {
            query.append_pair("stock", "in");
        }
        if let Some(band) = self.wish.price {
            query.append_pair("price", &band.to_string());
        }
        for (axis, value) in &self.wish.values {
            let axis = axis.replace('\\', r"\\").replace(':', r"\:");
            query.append_pair("is", &format!("{axis}:{value}"));
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        match query.finish() {
            query if query.is_empty() => path.to_owned(),
            query => format!("{path}?{query}"),
        }
    }

    /// Returns the same look, on another page.
    pub(crate) fn on(&self, page: usize) -> Self {
        Self { page, ..self.clone() }
    }

    /// Returns the same look in another order, from its beginning.
    pub(crate) fn sorted(&self, sort: Sort) -> Self {
        Self { wish: ProductListQuery { sort, ..self.wish.clone() }, ..self.on(1) }
    }

    /// Returns the same look, with what is sold or without, from its beginning.
    pub(crate) fn in_stock(&self, in_stock: bool) -> Self {
        Self { wish: ProductListQuery { in_stock, ..self.wish.clone() }, ..self.on(1) }
    }

    /// Returns the same look, narrowed to a value, or not any more.
    /// An axis has one value at a time.
    pub(crate) fn toggled(&self, axis: &str, value: &str) -> Self {
        let had = self.has(axis, value);
        let mut values = self.wish.values.clone();
        values.retain(|(name, _)| name != axis);
        if !had {
            values.push((axis.to_owned(), value.to_owned()));
            values.sort();
        }
        Self { wish: ProductListQuery { values, ..self.wish.clone() }, ..self.on(1) }
    }

    /// Returns the same look, narrowed to a band of prices, or not any more.
    pub(crate) fn priced(&self, band: PriceBand) -> Self {
        let price = Some(band).filter(|band| self.wish.price != Some(*band));
        Self { wish: ProductListQuery { price, ..self.wish.clone() }, ..self.on(1) }
    }

    /// Returns true if it is narrowed to this value.
    pub(crate) fn has(&self, axis: &str, value: &str) -> bool {
        self.wish.values.iter().any(|(a, v)| a == axis && v == value)
    }

    /// Returns true if the list's own links could have led here.
    /// It is narrowed by what these facets and bands offer alone, one value of an axis.
    pub(crate) fn is_offered(&self, facets: &[Facet], bands: &[PriceBand]) -> bool {
        let offered = |(axis, value): &(String, String)| {
            let once = self.wish.values.iter().filter(|(other, _)| other == axis).count() == 1;
            once && facets.iter().any(|f| f.axis == *axis && f.values.contains(value))
        };
        self.wish.values.iter().all(offered)
            && self.wish.price.is_none_or(|band| bands.contains(&band))
    }

    /// Returns true if nothing was asked for but, perhaps, a page.
    pub(crate) fn is_plain(&self) -> bool {
        *self == Self::default().on(self.page)
    }
}

/// Parts `Size:M`.
/// A colon that belongs to the axis has a backslash before it, and so has a backslash.
fn axis_and_value(text: &str) -> Option<(String, String)> {
    let mut axis = String::new();
    let mut rest = text.chars();
    loop {
        match rest.next()? {
            ':' => return Some((axis, rest.as_str().to_owned())),
            '\\' => axis.push(rest.next()?),
            c => axis.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_read_and_written() {
        let look = ListQuery::read("page=3&is=Size%3AM&sort=price-up&q=wool++socks&utm=x&stock=in");
        assert_eq!(look.search, "wool socks");
        assert_eq!(look.page, 3);
        assert_eq!(
            look.at("/search"),
            "/search?q=wool+socks&sort=price-up&stock=in&is=Size%3AM&page=3"
        );
        let none = "sort=nonsense&page=0&stock=out&price=cheap&price=2-1&is=Size";
        assert_eq!(ListQuery::read(none).at("/product"), "/product");
        assert!(ListQuery::read("page=4").is_plain() && !ListQuery::read("sort=name").is_plain());
    }

    #[test]
    fn what_no_link_leads_to_is_not_offered() {
        let facet = |axis: &str, values: &[&str]| Facet {
            axis: axis.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let facets = [facet("Size", &["S", "M"]), facet("Colour", &["Red", "Blue"])];
        let bands = ["0-0.5", "0.5-"].map(|band| PriceBand::parse(band).unwrap());
        let offered = |query| ListQuery::read(query).is_offered(&facets, &bands);
        assert!(offered("sort=name&stock=in&page=9") && offered("is=Size:M&is=Colour:Red"));
        assert!(offered("price=0-0.5") && offered("price=0.50-&is=Size:M"));
        let values = ["is=a:b", "is=Size:Red", "is=Size:M&is=x:1", "is=Size:M&is=Size:S"];
        for invented in values.into_iter().chain(["price=0-0.4", "price=0.5-&is=a:b"]) {
            assert!(!offered(invented), "{invented}");
        }
    }

    #[test]
    fn narrowing_starts_at_page_one_and_its_link_undoes_it() {
        let look = ListQuery::read("page=3&is=Size:M");
        let red = look.toggled("Colour", "Red");
        assert_eq!(red.at("/"), "/?is=Colour%3ARed&is=Size%3AM");
        assert_eq!(red.toggled("Size", "L").at("/"), "/?is=Colour%3ARed&is=Size%3AL");
        assert_eq!(red.toggled("Colour", "Red"), look.on(1));
        let band = PriceBand::parse("0.01-0.02").unwrap();
        let cheap = look.priced(band);
        assert_eq!(cheap.at("/"), "/?price=0.01-0.02&is=Size%3AM");
        assert_eq!(cheap.priced(band), look.on(1));
    }

    #[test]
    fn an_axis_may_have_a_colon_in_its_name() {
        for axis in ["Size: EU", ":", r"a\", r"\:\", "a:b:"] {
            for value in ["42", ":", r"\", "a:b", ""] {
                let address = ListQuery::default().toggled(axis, value).at("/");
                let look = ListQuery::read(address.strip_prefix("/?").unwrap());
                assert!(look.has(axis, value), "{address}");
                assert_eq!(look.at("/"), address);
            }
        }
    }

    proptest! {
        #[test]
        fn any_query_has_one_address(query in ".{0,300}") {
            let look = ListQuery::read(&query);
            let address = look.at("/search");
            let again = ListQuery::read(address.split_once('?').map_or("", |(_, query)| query));
            prop_assert_eq!(&again, &look);
            prop_assert_eq!(again.at("/search"), address);
            prop_assert!(look.search.chars().count() <= LONGEST_SEARCH);
        }
    }
}
