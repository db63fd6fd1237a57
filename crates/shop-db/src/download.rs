//! Counts of downloads of an order's files.

use shop_core::digital::Fetched;

/// One line of an order, a file of which was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// Index of the line in its bill, from 0.
    pub line: u32,
    /// Number of times it was fetched.
    pub fetched: Fetched,
}
