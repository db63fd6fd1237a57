//! Cache of rendered and compressed lists.

use super::{CachedResponse, list_query::ListQuery};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// Number of looks at lists that are kept beside the plain ones.
/// Sorted or narrowed, each is one of very many.
const MOST_LOOKS: usize = 2_048;

/// Pages of lists, by their addresses.
#[derive(Default)]
pub(super) struct ListCache {
    /// Plain lists: as many as the catalogue has.
    plain: RwLock<HashMap<String, Arc<CachedResponse>>>,
    /// Some of all other lists.
    looks: RwLock<HashMap<String, Arc<CachedResponse>>>,
}

impl ListCache {
    fn of(&self, look: &ListQuery) -> &RwLock<HashMap<String, Arc<CachedResponse>>> {
        if look.is_plain() { &self.plain } else { &self.looks }
    }

    /// Returns the page of this look at this address, if it is kept.
    pub(super) fn get(&self, look: &ListQuery, address: &str) -> Option<Arc<CachedResponse>> {
        self.of(look).read().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    /// Keeps a page.
    /// If there is no room, some other goes: which one is left to chance, so that nobody can
    /// choose it, and what is asked for often is soon back.
    pub(super) fn keep(&self, look: &ListQuery, address: String, page: Arc<CachedResponse>) {
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
        let kept = ListCache::default();
        let page = Arc::new(CachedResponse::page(StatusCode::OK, String::new()));
        let plain = ListQuery::read("page=2");
        kept.keep(&plain, plain.at("/product"), Arc::clone(&page));
        let look = |n: usize| ListQuery::read(&format!("sort=name&page={n}"));
        for n in 1..=MOST_LOOKS + 100 {
            kept.keep(&look(n), look(n).at("/product"), Arc::clone(&page));
            assert!(kept.get(&look(n), &look(n).at("/product")).is_some());
        }
        assert_eq!(kept.looks.read().unwrap().len(), MOST_LOOKS);
        assert!(kept.get(&plain, &plain.at("/product")).is_some());
    }
}
