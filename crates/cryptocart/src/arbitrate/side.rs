//! Sides of a dispute.

use serde::{Deserialize, Serialize};

/// Side of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Side {
    Buyer,
    Seller,
}
