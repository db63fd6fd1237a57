//! A map of rows whose changes can be taken back.

use std::{cell::RefCell, collections::BTreeMap, ops::Bound};

/// Something whose changes since the last commit can be taken back.
pub(super) trait Journal {
    /// Keeps what was changed.
    fn commit(&self);

    /// Takes back what was changed since the last commit.
    fn roll_back(&self);
}

/// Rows by their key.
///
/// Functions that are given to it see a row, and must not write to the same table.
pub(super) struct Table<K, V> {
    rows: RefCell<BTreeMap<K, V>>,
    /// Rows as they were before each change since the last commit, oldest first.
    before: RefCell<Vec<(K, Option<V>)>>,
}

impl<K: Ord + Clone, V> Table<K, V> {
    pub(super) fn new() -> Self {
        Self { rows: RefCell::default(), before: RefCell::default() }
    }

    pub(super) fn has(&self, key: &K) -> bool {
        self.rows.borrow().contains_key(key)
    }

    /// Returns what `read` finds in the row of this key.
    pub(super) fn read<T>(&self, key: &K, read: impl FnOnce(&V) -> T) -> Option<T> {
        self.rows.borrow().get(key).map(read)
    }

    /// Adds a row, or replaces it.
    pub(super) fn put(&self, key: K, row: V) {
        let before = self.rows.borrow_mut().insert(key.clone(), row);
        self.before.borrow_mut().push((key, before));
    }

    pub(super) fn remove(&self, key: &K) {
        if let Some((key, row)) = self.rows.borrow_mut().remove_entry(key) {
            self.before.borrow_mut().push((key, Some(row)));
        }
    }

    /// Returns what `read` finds in the rows from this key on, while they are `such`.
    pub(super) fn range<T>(
        &self,
        from: K,
        such: impl Fn(&K) -> bool,
        read: impl Fn(&K, &V) -> T,
    ) -> Vec<T> {
        let rows = self.rows.borrow();
        let rows = rows.range(from..).take_while(|(key, _)| such(key));
        rows.map(|(key, row)| read(key, row)).collect()
    }

    /// Returns the keys from this one on, while they are `such`.
    pub(super) fn keys(&self, from: K, such: impl Fn(&K) -> bool) -> Vec<K> {
        self.range(from, such, |key, _| key.clone())
    }

    /// Removes the rows from this key on, while they are `such`.
    pub(super) fn remove_range(&self, from: K, such: impl Fn(&K) -> bool) {
        for key in self.keys(from, such) {
            self.remove(&key);
        }
    }

    /// Returns what `read` finds in each row, by key.
    pub(super) fn filter_map<T>(&self, read: impl Fn(&K, &V) -> Option<T>) -> Vec<T> {
        self.rows.borrow().iter().filter_map(|(key, row)| read(key, row)).collect()
    }

    /// Returns the first key behind this bound.
    pub(super) fn key_behind(&self, bound: Bound<K>) -> Option<K> {
        let rows = self.rows.borrow();
        rows.range((bound, Bound::Unbounded)).next().map(|(key, _)| key.clone())
    }

    pub(super) fn last_key(&self) -> Option<K> {
        self.rows.borrow().last_key_value().map(|(key, _)| key.clone())
    }

    pub(super) fn len(&self) -> usize {
        self.rows.borrow().len()
    }
}

impl<K: Ord + Clone, V: Clone> Table<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.read(key, V::clone)
    }

    /// Changes a row. One that is not there stays so.
    pub(super) fn update(&self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(mut row) = self.get(key) {
            change(&mut row);
            self.put(key.clone(), row);
        }
    }
}

impl<K: Ord + Clone, V> Journal for Table<K, V> {
    fn commit(&self) {
        self.before.borrow_mut().clear();
    }

    fn roll_back(&self) {
        let mut rows = self.rows.borrow_mut();
        while let Some((key, before)) = self.before.borrow_mut().pop() {
            match before {
                Some(row) => rows.insert(key, row),
                None => rows.remove(&key),
            };
        }
    }
}
