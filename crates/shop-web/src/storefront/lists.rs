//! Lists of products: everything, a category, a search; by pages, sorted and narrowed.

use super::{
    inline::InlineBudget,
    list_query::ListQuery,
    views::{CategoryLink, Tile, Views, category_url},
};
use crate::{
    language::Sentence,
    page::{Html, Page, view},
};
use shop_core::catalog::{Category, Facet, PriceBand, Sort};

/// Products on one page of a list: their requests, with page and style sheet, fit one view.
pub(crate) const PAGE: usize = 12;

/// Kind of list.
#[derive(Clone, Copy)]
pub(super) enum Scope<'a> {
    /// All products.
    All,
    /// Products in a category, and in those within it.
    Category(&'a Category),
    /// Products that a search finds.
    Search,
}

impl Scope<'_> {
    /// Returns the path of the list.
    pub(super) fn path(self) -> String {
        match self {
            Self::All => "/product".to_owned(),
            Self::Category(category) => category_url(&category.slug),
            Self::Search => "/search".to_owned(),
        }
    }
}

view! {
    /// Values of `list.html`.
    pub(crate) struct ListPage {
        products: Vec<Tile>,
        /// Number of products found.
        count: usize,
        /// Words searched for; none if it is no search.
        search: Option<String>,
        heading: String,
        /// Attributes of an element with the heading.
        lang: Html,
        /// Categories around this one.
        crumbs: Vec<CategoryLink>,
        /// Categories in this one.
        within: Vec<CategoryLink>,
        orders: Vec<Order>,
        stock: OnlyInStock,
        facets: Vec<FacetView>,
        /// True if it is narrowed.
        narrowed: bool,
        /// Path of the list when it is not narrowed.
        plain: String,
        turn: Turn,
    }
}

view! {
    /// An order of the list.
    struct Order {
        name: String,
        url: String,
        chosen: bool,
    }
}

view! {
    /// Link to the list without what is sold, or with it.
    struct OnlyInStock {
        url: String,
        chosen: bool,
    }
}

view! {
    /// Ways to narrow a list by one property.
    struct FacetView {
        axis: String,
        lang: Html,
        values: Vec<FacetValue>,
    }
}

view! {
    struct FacetValue {
        value: String,
        lang: Html,
        url: String,
        chosen: bool,
    }
}

view! {
    /// The way to the pages around this one.
    struct Turn {
        /// Number of this page.
        at: usize,
        /// Number of pages.
        of: usize,
        before: Option<String>,
        after: Option<String>,
        near: Vec<NearPage>,
    }
}

view! {
    struct NearPage {
        page: usize,
        url: String,
        chosen: bool,
        /// True if pages between this one and the one before it are left out.
        gap: bool,
    }
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "list.html";
}

impl Views<'_> {
    /// Returns the number of pages of a plain list; one, if it is empty.
    pub(super) fn pages_of(&self, scope: Scope<'_>) -> usize {
        let count = match scope {
            Scope::All => self.catalog.products().len(),
            Scope::Category(category) => category.products.len(),
            Scope::Search => 0,
        };
        count.div_ceil(PAGE).max(1)
    }

    /// Returns true if a list's own links could lead to this look at it.
    pub(super) fn offers(&self, scope: Scope<'_>, look: &ListQuery) -> bool {
        if look.wish.values.is_empty() && look.wish.price.is_none() {
            return true;
        }
        let every = self.every(scope, look);
        let bands = self.catalog.price_bands(&every, self.goods.compared_in());
        look.is_offered(&self.catalog.facets(&every), &bands)
    }

    /// Returns all that is in a list, however it is narrowed.
    fn every(&self, scope: Scope<'_>, look: &ListQuery) -> Vec<usize> {
        match scope {
            Scope::All => self.catalog.window().to_vec(),
            Scope::Category(category) => self.catalog.featured_first(&category.products),
            Scope::Search => self.catalog.search(&look.search),
        }
    }

    /// Builds what a list's template shows, on a page with this room for its pictures.
    /// There is none for a page behind the last one.
    pub(super) fn listed(
        &self,
        scope: Scope<'_>,
        look: &ListQuery,
        room: InlineBudget,
    ) -> Option<ListPage> {
        let catalog = self.catalog;
        let every = self.every(scope, look);
        let found = catalog.arranged(&every, &look.wish, self.goods.compared_in());
        let pages = found.len().div_ceil(PAGE).max(1);
        if look.page > pages {
            return None;
        }
        let path = scope.path();
        let here = found.iter().skip((look.page - 1) * PAGE).take(PAGE);
        let here = here.filter_map(|at| catalog.products().get(*at));
        let (heading, lang) = self.heading(scope);
        let is_search = matches!(scope, Scope::Search);
        Some(ListPage {
            products: self.tiles(here, room),
            count: found.len(),
            search: is_search.then(|| look.search.clone()),
            heading,
            lang,
            crumbs: self.crumbs(scope),
            within: self.within(scope),
            orders: self.orders(&path, look, is_search),
            stock: OnlyInStock {
                url: look.in_stock(!look.wish.in_stock).at(&path),
                chosen: look.wish.in_stock,
            },
            facets: self.facets(&path, look, &every),
            narrowed: look.wish.narrows(),
            plain: ListQuery { search: look.search.clone(), ..ListQuery::default() }.at(&path),
            turn: Turn::new(&path, look, pages),
        })
    }

    fn heading(&self, scope: Scope<'_>) -> (String, Html) {
        let said = |sentence| (self.reader.say(&sentence), Html::empty());
        match scope {
            Scope::All => said(Sentence::new("all-products")),
            Scope::Category(category) => self.word(&category.name),
            Scope::Search => said(Sentence::new("search")),
        }
    }

    /// Builds the categories around one, the outermost first.
    fn crumbs(&self, scope: Scope<'_>) -> Vec<CategoryLink> {
        let Scope::Category(category) = scope else { return Vec::new() };
        let ends = category.slug.match_indices('/').map(|(at, _)| at);
        let around = ends.filter_map(|end| self.catalog.category(category.slug.get(..end)?));
        around.map(|category| self.category(category)).collect()
    }

    /// Builds the categories straight within one.
    fn within(&self, scope: Scope<'_>) -> Vec<CategoryLink> {
        let Scope::Category(outer) = scope else { return Vec::new() };
        let prefix = format!("{}/", outer.slug);
        let inner = self.catalog.categories().iter().filter(|category| {
            category.depth == outer.depth + 1 && category.slug.starts_with(&prefix)
        });
        inner.map(|category| self.category(category)).collect()
    }

    fn orders(&self, path: &str, look: &ListQuery, search: bool) -> Vec<Order> {
        let order = |sort| {
            let name = match sort {
                Sort::Best if search => Sentence::new("sort-best"),
                Sort::Best => Sentence::new("sort-featured"),
                Sort::Newest => Sentence::new("sort-newest"),
                Sort::PriceUp => Sentence::new("sort-price-up"),
                Sort::PriceDown => Sentence::new("sort-price-down"),
                Sort::Name => Sentence::new("sort-name"),
            };
            Order {
                name: self.reader.say(&name),
                url: look.sorted(sort).at(path),
                chosen: sort == look.wish.sort,
            }
        };
        Sort::ALL.into_iter().map(order).collect()
    }

    /// Builds the ways to narrow a list: its bands of prices, and its axes in the seller's words.
    fn facets(&self, path: &str, look: &ListQuery, every: &[usize]) -> Vec<FacetView> {
        let axis = |facet: Facet| {
            let value = |value: &String| {
                let (shown, lang) = self.word(value);
                FacetValue {
                    value: shown,
                    lang,
                    url: look.toggled(&facet.axis, value).at(path),
                    chosen: look.has(&facet.axis, value),
                }
            };
            let values = facet.values.iter().map(value).collect();
            let (axis, lang) = self.word(&facet.axis);
            FacetView { axis, lang, values }
        };
        let axes = self.catalog.facets(every).into_iter().map(axis);
        self.prices(path, look, every).into_iter().chain(axes).collect()
    }

    /// Builds the bands of prices, if there are any.
    fn prices(&self, path: &str, look: &ListQuery, every: &[usize]) -> Option<FacetView> {
        let unit = self.goods.compared_in();
        let value = |band: PriceBand| {
            let words = match band.ends(unit) {
                (Some(from), Some(to)) => {
                    Sentence::new("narrow-price-between").with("from", from).with("to", to)
                }
                (Some(from), None) => Sentence::new("narrow-price-above").with("from", from),
                (None, Some(to)) => Sentence::new("narrow-price-below").with("to", to),
                (None, None) => Sentence::new("narrow-price"),
            };
            FacetValue {
                value: self.reader.say(&words),
                lang: Html::empty(),
                url: look.priced(band).at(path),
                chosen: look.wish.price == Some(band),
            }
        };
        let bands = self.catalog.price_bands(every, unit);
        let values: Vec<FacetValue> = bands.into_iter().map(value).collect();
        let axis = self.reader.say(&Sentence::new("narrow-price"));
        (!values.is_empty()).then(|| FacetView { axis, lang: Html::empty(), values })
    }
}

impl Turn {
    fn new(path: &str, look: &ListQuery, pages: usize) -> Self {
        let to = |page: usize| look.on(page).at(path);
        let near = (1..=pages)
            .filter(|page| *page == 1 || *page == pages || page.abs_diff(look.page) <= 2);
        let mut last = 0;
        let near = near.map(|page| {
            let gap = page > last + 1;
            last = page;
            NearPage { page, url: to(page), chosen: page == look.page, gap }
        });
        Self {
            at: look.page,
            of: pages,
            before: (look.page > 1).then(|| to(look.page - 1)),
            after: (look.page < pages).then(|| to(look.page + 1)),
            near: near.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<ListPage>();
    }
}
