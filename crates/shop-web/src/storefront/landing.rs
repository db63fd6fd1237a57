//! First page of the shop.

use super::{
    inline::InlineBudget,
    lists::PAGE,
    views::{Tile, Views},
};
use crate::page::{Html, Page, view};

view! {
    /// Values of `landing.html`.
    pub(super) struct LandingPage {
        products: Vec<Tile>,
        /// True if there are more products than these.
        more: bool,
        /// Number of products there are.
        count: usize,
        /// Style sheet as an element.
        style: Option<Html>,
    }
}

impl Page for LandingPage {
    const TEMPLATE: &'static str = "landing.html";
}

impl LandingPage {
    /// Builds the page.
    pub(super) fn new(views: Views<'_>) -> Self {
        let catalog = views.catalog;
        // With the slogan among them they fill their rows, of two, three or four.
        let most = PAGE - usize::from(!views.goods.tagline.is_empty());
        let every = catalog.window();
        let window = every.iter().take(most).filter_map(|at| catalog.products().get(*at));
        Self {
            products: views.tiles(window, InlineBudget::of_first_view()),
            more: catalog.products().len() > most,
            count: every.len(),
            style: views.goods.style.as_ref().map(|style| style.element.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<LandingPage>();
    }
}
