//! Tables whose rows are found by what they hold, too.

use super::table::{Journal, Table};
use std::ops::Bound;

/// Keys of the rows of a table, by a value in the row. Rows without that value are not in it.
pub(super) struct Index<T, K, V> {
    /// A key always stands there; a search begins before all of them.
    entries: Table<(T, Option<K>), ()>,
    value: fn(&V) -> Option<T>,
}

impl<T: Ord + Clone, K: Ord + Clone, V> Index<T, K, V> {
    pub(super) fn new(value: fn(&V) -> Option<T>) -> Self {
        Self { entries: Table::new(), value }
    }

    /// Returns the keys of the rows with this value.
    pub(super) fn all(&self, value: &T) -> Vec<K> {
        self.range(value.clone(), |other| other == value)
    }

    /// Returns the first key of the rows with this value.
    pub(super) fn first(&self, value: &T) -> Option<K> {
        let (found, key) = self.behind(Bound::Included((value.clone(), None)))?;
        (found == *value).then_some(key)
    }

    pub(super) fn has(&self, value: &T) -> bool {
        self.first(value).is_some()
    }

    /// Returns the keys of the rows with this value and greater ones, while those are `such`.
    pub(super) fn range(&self, from: T, such: impl Fn(&T) -> bool) -> Vec<K> {
        let found = self.entries.keys((from, None), |(value, _)| such(value));
        found.into_iter().filter_map(|(_, key)| key).collect()
    }

    /// Returns the values from this one on, while they are `such`.
    pub(super) fn values(&self, from: T, such: impl Fn(&T) -> bool) -> Vec<T> {
        self.entries.range((from, None), |(value, _)| such(value), |(value, _), ()| value.clone())
    }

    /// Returns the value and the key that come next.
    pub(super) fn after(&self, value: T, key: K) -> Option<(T, K)> {
        self.behind(Bound::Excluded((value, Some(key))))
    }

    /// Returns the least value from this one on, and its first key.
    pub(super) fn least(&self, from: T) -> Option<(T, K)> {
        self.behind(Bound::Included((from, None)))
    }

    pub(super) fn greatest(&self) -> Option<T> {
        self.entries.last_key().map(|(value, _)| value)
    }

    fn behind(&self, bound: Bound<(T, Option<K>)>) -> Option<(T, K)> {
        let (value, key) = self.entries.key_behind(bound)?;
        key.map(|key| (value, key))
    }
}

impl<T: Ord + Clone, K: Ord + Clone, V> Journal for Index<T, K, V> {
    fn commit(&self) {
        self.entries.commit();
    }

    fn roll_back(&self) {
        self.entries.roll_back();
    }
}

/// An index of any value.
pub(super) trait Follow<K, V>: Journal {
    /// Follows a row that is added, changed or removed.
    fn follow(&self, key: &K, before: Option<&V>, after: Option<&V>);
}

impl<T: Ord + Clone, K: Ord + Clone, V> Follow<K, V> for Index<T, K, V> {
    fn follow(&self, key: &K, before: Option<&V>, after: Option<&V>) {
        let before = before.and_then(self.value);
        let after = after.and_then(self.value);
        if before == after {
            return;
        }
        if let Some(value) = before {
            self.entries.remove(&(value, Some(key.clone())));
        }
        if let Some(value) = after {
            self.entries.put((value, Some(key.clone())), ());
        }
    }
}

/// All indexes of one table.
pub(super) trait Indexes<K, V> {
    fn each(&self) -> Vec<&dyn Follow<K, V>>;
}

/// Rows by their key, with indexes that follow them.
pub(super) struct IndexedTable<K, V, I> {
    rows: Table<K, V>,
    /// Its indexes.
    pub(super) by: I,
}

impl<K: Ord + Clone, V: Clone, I: Indexes<K, V>> IndexedTable<K, V, I> {
    pub(super) fn new(by: I) -> Self {
        Self { rows: Table::new(), by }
    }

    /// Returns the rows, to be read: what is written goes through the indexes.
    pub(super) const fn rows(&self) -> &Table<K, V> {
        &self.rows
    }

    /// Adds a row, or replaces it.
    pub(super) fn put(&self, key: K, row: V) {
        self.follow(&key, Some(&row));
        self.rows.put(key, row);
    }

    pub(super) fn remove(&self, key: &K) {
        self.follow(key, None);
        self.rows.remove(key);
    }

    /// Changes a row. One that is not there stays so.
    pub(super) fn update(&self, key: &K, change: impl FnOnce(&mut V)) {
        if let Some(mut row) = self.rows.get(key) {
            change(&mut row);
            self.put(key.clone(), row);
        }
    }

    fn follow(&self, key: &K, after: Option<&V>) {
        let before = self.rows.get(key);
        for index in self.by.each() {
            index.follow(key, before.as_ref(), after);
        }
    }
}

impl<K: Ord + Clone, V: Clone, I: Indexes<K, V>> Journal for IndexedTable<K, V, I> {
    fn commit(&self) {
        self.rows.commit();
        self.by.each().into_iter().for_each(Journal::commit);
    }

    fn roll_back(&self) {
        self.rows.roll_back();
        self.by.each().into_iter().for_each(Journal::roll_back);
    }
}
