//! Lists of products: everything, a category, a search; by pages, sorted and narrowed.

use super::{
    inline::InlineBudget,
    list_query::ListQuery,
    views::{Views, category_url, list},
};
use crate::language::Sentence;
use minijinja::{Value, context};
use shop_core::catalog::{Category, Sort};

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
        let bands = self.catalog.price_bands(&every, self.goods.preferred());
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
    ) -> Option<Value> {
        let catalog = self.catalog;
        let every = self.every(scope, look);
        let found = catalog.arranged(&every, &look.wish, self.goods.preferred());
        let pages = found.len().div_ceil(PAGE).max(1);
        if look.page > pages {
            return None;
        }
        let path = scope.path();
        let here = found.iter().skip((look.page - 1) * PAGE).take(PAGE);
        let here = here.filter_map(|at| catalog.products().get(*at));
        let (heading, lang) = self.heading(scope);
        Some(context! {
            products => self.tiles(here, room),
            count => found.len(),
            search => matches!(scope, Scope::Search).then_some(look.search.as_str()),
            heading,
            lang,
            crumbs => self.crumbs(scope),
            within => self.within(scope),
            orders => self.orders(&path, look, matches!(scope, Scope::Search)),
            stock => context! {
                url => look.in_stock(!look.wish.in_stock).at(&path),
                chosen => look.wish.in_stock,
            },
            facets => self.facets(&path, look, &every),
            narrowed => look.wish.narrows(),
            plain => ListQuery { search: look.search.clone(), ..ListQuery::default() }.at(&path),
            turn => turn(&path, look, pages),
        })
    }

    fn heading(&self, scope: Scope<'_>) -> (String, Value) {
        let said = |sentence| (self.reader.say(&sentence), Value::from(""));
        match scope {
            Scope::All => said(Sentence::new("all-products")),
            Scope::Category(category) => self.word(&category.name),
            Scope::Search => said(Sentence::new("search")),
        }
    }

    /// Builds the categories around one, the outermost first.
    fn crumbs(&self, scope: Scope<'_>) -> Value {
        let Scope::Category(category) = scope else { return list(std::iter::empty()) };
        let ends = category.slug.match_indices('/').map(|(at, _)| at);
        let around = ends.filter_map(|end| self.catalog.category(category.slug.get(..end)?));
        list(around.map(|category| self.category(category)))
    }

    /// Builds the categories straight within one.
    fn within(&self, scope: Scope<'_>) -> Value {
        let Scope::Category(outer) = scope else { return list(std::iter::empty()) };
        let prefix = format!("{}/", outer.slug);
        let inner = self.catalog.categories().iter().filter(|category| {
            category.depth == outer.depth + 1 && category.slug.starts_with(&prefix)
        });
        list(inner.map(|category| self.category(category)))
    }

    fn orders(&self, path: &str, look: &ListQuery, search: bool) -> Value {
        list(Sort::ALL.into_iter().map(|sort| {
            let name = match sort {
                Sort::Best if search => Sentence::new("sort-best"),
                Sort::Best => Sentence::new("sort-featured"),
                Sort::Newest => Sentence::new("sort-newest"),
                Sort::PriceUp => Sentence::new("sort-price-up"),
                Sort::PriceDown => Sentence::new("sort-price-down"),
                Sort::Name => Sentence::new("sort-name"),
            };
            context! {
                name => self.reader.say(&name),
                url => look.sorted(sort).at(path),
                chosen => sort == look.wish.sort,
            }
        }))
    }

    /// Builds the ways to narrow a list: its bands of prices, and its axes in the seller's words.
    fn facets(&self, path: &str, look: &ListQuery, every: &[usize]) -> Value {
        let axes = self.catalog.facets(every).into_iter().map(|facet| {
            let values = facet.values.iter().map(|value| {
                let (shown, lang) = self.word(value);
                context! {
                    value => shown,
                    lang,
                    url => look.toggled(&facet.axis, value).at(path),
                    chosen => look.has(&facet.axis, value),
                }
            });
            let (axis, lang) = self.word(&facet.axis);
            context! { axis, lang, values => list(values) }
        });
        list(self.prices(path, look, every).into_iter().chain(axes))
    }

    /// Builds the bands of prices, if there are any.
    fn prices(&self, path: &str, look: &ListQuery, every: &[usize]) -> Option<Value> {
        let asset = self.goods.preferred();
        let values: Vec<Value> = self
            .catalog
            .price_bands(every, asset)
            .into_iter()
            .map(|band| {
                let words = match band.ends(asset) {
                    (Some(from), Some(to)) => {
                        Sentence::new("narrow-price-between").with("from", from).with("to", to)
                    }
                    (Some(from), None) => Sentence::new("narrow-price-above").with("from", from),
                    (None, Some(to)) => Sentence::new("narrow-price-below").with("to", to),
                    (None, None) => Sentence::new("narrow-price"),
                };
                context! {
                    value => self.reader.say(&words),
                    lang => "",
                    url => look.priced(band).at(path),
                    chosen => look.wish.price == Some(band),
                }
            })
            .collect();
        let axis = self.reader.say(&Sentence::new("narrow-price"));
        (!values.is_empty()).then(|| context! { axis, lang => "", values })
    }
}

/// Builds the way to the pages around this one.
fn turn(path: &str, look: &ListQuery, pages: usize) -> Value {
    let to = |page: usize| look.on(page).at(path);
    let near =
        (1..=pages).filter(|page| *page == 1 || *page == pages || page.abs_diff(look.page) <= 2);
    let mut last = 0;
    let near = near.map(|page| {
        let gap = page > last + 1;
        last = page;
        context! { page, url => to(page), chosen => page == look.page, gap }
    });
    context! {
        at => look.page,
        of => pages,
        before => (look.page > 1).then(|| to(look.page - 1)),
        after => (look.page < pages).then(|| to(look.page + 1)),
        near => list(near),
    }
}
