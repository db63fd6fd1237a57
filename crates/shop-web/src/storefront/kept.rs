//! Cache of rendered and compressed lists.

use super::{Fixed, look::Look};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// Number of looks at lists that are kept beside the plain ones.
/// Sorted or narrowed, each is one of very many.
const MOST_LOOKS: usize = 2_048;

/// Pages of lists, by their addresses.
#[derive(Default)]
pub(super) struct Kept {
    /// Plain lists: as many as the catalogue has.
    plain: RwLock<HashMap<String, Arc<Fixed>>>,
    /// Some of all other lists.
    looks: RwLock<HashMap<String, Arc<Fixed>>>,
}

impl Kept {
    fn of(&self, look: &Look) -> &RwLock<HashMap<String, Arc<Fixed>>> {
        if look.is_plain() { &self.plain } else { &self.looks }
    }

    /// Returns the page of this look at this address, if it is kept.
    pub(super) fn get(&self, look: &Look, address: &str) -> Option<Arc<Fixed>> {
        self.of(look).read().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    /// Keeps a page.
    /// If there is no room, some other goes: which one is left to chance, so that nobody can
    /// choose it, and what is asked for often is soon back.
    pub(super) fn keep(&self, look: &Look, address: String, page: Arc<Fixed>) {
        let mut pages = self.of(look).write().unwrap_or_else(PoisonError::into_inner);
        if !look.is_plain() && pages.len() >= MOST_LOOKS {
            let any = pages.keys().next().cloned();
            any.map(|any| pages.remove(&any));
        }
        pages.insert(address, page);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::StatusCode;

    #[test]
    fn a_full_shelf_takes_what_is_new_and_keeps_every_plain_page() {
        let kept = Kept::default();
        let page = Arc::new(Fixed::page(StatusCode::OK, String::new()));
        let plain = Look::read("page=2");
        kept.keep(&plain, plain.at("/product"), Arc::clone(&page));
        let look = |n: usize| Look::read(&format!("sort=name&page={n}"));
        for n in 1..=MOST_LOOKS + 100 {
            kept.keep(&look(n), look(n).at("/product"), Arc::clone(&page));
            assert!(kept.get(&look(n), &look(n).at("/product")).is_some());
        }
        assert_eq!(kept.looks.read().unwrap().len(), MOST_LOOKS);
        assert!(kept.get(&plain, &plain.at("/product")).is_some());
    }
}
