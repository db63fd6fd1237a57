//! Pages of lists that were rendered, by their addresses.

use super::Fixed;
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// Looks at lists that are kept beside the plain ones: sorted or narrowed, each is one of very many.
const MOST_LOOKS: usize = 2_048;

/// Pages of lists. The plain ones are all kept, and take no room from the others: a shop with ten
/// thousand products has more of them than there is room for looks.
#[derive(Default)]
pub(super) struct Kept {
    plain: Pages,
    looks: Pages,
}

type Pages = RwLock<HashMap<String, Arc<Fixed>>>;

impl Kept {
    /// The page at this address, if it was rendered and kept.
    pub(super) fn page(&self, plain: bool, address: &str) -> Option<Arc<Fixed>> {
        let pages = self.pages(plain).read().unwrap_or_else(PoisonError::into_inner);
        pages.get(address).cloned()
    }

    /// Keeps a page, if there is room.
    pub(super) fn keep(&self, plain: bool, address: String, page: &Arc<Fixed>) {
        let mut pages = self.pages(plain).write().unwrap_or_else(PoisonError::into_inner);
        if plain || pages.len() < MOST_LOOKS {
            pages.insert(address, Arc::clone(page));
        }
    }

    const fn pages(&self, plain: bool) -> &Pages {
        if plain { &self.plain } else { &self.looks }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_pages_take_no_room_from_others() {
        let (kept, page) = (Kept::default(), Arc::new(Fixed::text("a list".to_owned())));
        for number in 0..2 * MOST_LOOKS {
            kept.keep(true, format!("/product?page={number}"), &page);
        }
        kept.keep(false, "/product?sort=name".to_owned(), &page);
        assert!(kept.page(true, "/product?page=4000").is_some(), "all plain ones are kept");
        assert!(kept.page(false, "/product?sort=name").is_some());
        for number in 0..2 * MOST_LOOKS {
            kept.keep(false, format!("/product?sort=name&page={number}"), &page);
        }
        assert!(kept.page(false, "/product?sort=name&page=4000").is_none(), "there are too many");
    }
}
