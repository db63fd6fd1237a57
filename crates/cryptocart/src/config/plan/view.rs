//! Accounts whose payments are seen with a private view key alone.

use shop_chain::ViewAccount;
use std::sync::Arc;

/// Account that a chain is paid to.
///
/// The settings name its address. Its view key is in a file of its own.
#[derive(Clone, Debug)]
pub(crate) struct ViewPlan {
    pub(crate) address: String,
    /// True if payments that wait to be in a block are read too.
    pub(crate) reads_unmined: bool,
    /// Account itself, once its key was read ([`super::ChainPlan::open_account`]).
    pub(crate) account: Option<Arc<dyn ViewAccount>>,
}
