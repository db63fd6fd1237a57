//! Completeness of what is known of a chain.

use shop_core::view::Height;

/// Completeness of what is known of the chain.
#[derive(Clone, Copy)]
pub(super) struct SyncStatus {
    /// The newest block read.
    pub(super) tip: Option<Height>,
    /// True if there is nothing left to read.
    /// While there is, a payment that is missing may stand in a block not read yet: nobody is told
    /// that it is gone.
    pub(super) whole: bool,
}
