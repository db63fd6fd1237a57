//! Bounds on what a node sends, in unpacked bytes.
//!
//! Transactions that nodes pass on weigh at most 149,400 bytes, and each byte is two digits. Blocks
//! grow with the fees that are paid. These bounds are far above all that was seen, and far below
//! what would hurt.

/// An answer of a few values, or the heads of [`HEADS`] blocks.
pub(super) const SMALL: u64 = 4 << 20;
/// A block with the hashes of its transactions: tens of thousands of them.
pub(super) const BLOCK: u64 = 16 << 20;
/// [`TRANSACTIONS`] transactions.
pub(super) const TRANSACTIONS_ANSWER: u64 = 40 << 20;
/// The hashes of all transactions that wait.
pub(super) const POOL: u64 = 8 << 20;

/// Number of transactions that restricted nodes give at a time.
pub(super) const TRANSACTIONS: usize = 100;
/// Number of transactions that wait which one call reads; later ones read the others.
pub(super) const WAITING: usize = 400;
/// Number of heads asked for at a time.
pub(super) const HEADS: u64 = 500;
