//! How often an order's files were fetched.

use shop_core::digital::Fetched;

/// One line of an order, a file of which was fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Download {
    /// Which line of its bill, from 0.
    pub line: u32,
    /// How often.
    pub fetched: Fetched,
}
