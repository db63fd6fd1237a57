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
    /// Returns None where it cannot be made, or when there are too many.
    pub(crate) fn get(
        &self,
        text: &str,
        make: impl FnOnce(&'static str) -> Option<T>,
    ) -> Option<T> {
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
        let value = make(text)?;
        all.insert(text, value);
        Some(value)
    }
}
