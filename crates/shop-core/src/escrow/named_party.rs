//! Party of an order in escrow, as its seller named it.

use super::Account;
use serde::{Deserialize, Serialize};

/// Party of an order in escrow that is neither seller nor buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedParty {
    /// Address of its key.
    pub account: Account,
    /// Name that the seller gives it.
    pub name: String,
    /// Its onion address, with the suffix, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub onion: Option<String>,
}
