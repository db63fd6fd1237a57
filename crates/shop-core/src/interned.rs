//! Values that are kept once for the whole program, so that small copies can be compared.
//!
//! Equal content gives the same value, whoever asks, so nothing depends on what was kept before.
//! The number is limited: contents come from settings and from what the shop itself has stored.

use std::{
    collections::BTreeMap,
    sync::{PoisonError, RwLock},
};

/// Greatest number of values of one kind: more than any shop has.
const MOST: usize = 1024;

/// Values by the texts that say all of them.
pub(crate) struct Interned<T>(RwLock<BTreeMap<&'static str, T>>);

impl<T: Copy> Interned<T> {
    pub(crate) const fn new() -> Self {
        Self(RwLock::new(BTreeMap::new()))
    }

    /// Returns the value of a text, and makes it where it is not there yet.
    /// Returns None when there are too many. A text that is kept stays for ever, so `make` cannot
    /// fail: check the text before.
    pub(crate) fn get(&self, text: &str, make: impl FnOnce(&'static str) -> T) -> Option<T> {
        if let Some(found) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(text) {
            return Some(*found);
        }
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = all.get(text) {
            return Some(*found);
        }
        if all.len() >= MOST {
            return None;
        }
        let text: &'static str = String::from(text).leak();
        let value = make(text);
        all.insert(text, value);
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn value_is_made_once_for_each_text() {
        let all = Interned::new();
        let made = Cell::new(0);
        let get = |text: &str| {
            all.get(text, |text| {
                made.set(made.get() + 1);
                text
            })
        };
        let first = get("one").unwrap();
        assert!(std::ptr::eq(first, get("one").unwrap()));
        assert_eq!((get("two"), made.get()), (Some("two"), 2));
    }

    /// A text that is kept is never given back, so none is kept in vain.
    #[test]
    fn full_registry_makes_nothing_more() {
        let all = Interned::new();
        for number in 0..MOST {
            assert!(all.get(&number.to_string(), |text| text).is_some());
        }
        let made = Cell::new(false);
        assert_eq!(
            all.get("one more", |text| {
                made.set(true);
                text
            }),
            None
        );
        assert!(!made.get());
        assert_eq!(all.get("7", |text| text), Some("7"));
    }
}
