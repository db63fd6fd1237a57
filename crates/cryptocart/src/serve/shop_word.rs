//! Words of the shop role to the supervisor, for the terminal.

use serde::{Deserialize, Serialize};
use shop_core::order::OrderId;

/// A word of the shop role.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ShopWord {
    /// A line. It names no order.
    Note { subject: String, text: String },
    /// Progress of the pictures that are made while the shop is open.
    Pictures(PictureProgress),
    /// Orders that were placed. Sent only if the plan asks for them.
    NewOrders(NewOrders),
}

/// Numbers of pictures.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(super) struct PictureProgress {
    pub(super) stage: PictureStage,
    /// Pictures that can be shown.
    pub(super) ready: usize,
    /// Pictures that the catalogue names.
    pub(super) all: usize,
    /// Pictures that are still to be made.
    pub(super) left: usize,
}

/// Stage of making pictures.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum PictureStage {
    Begun,
    /// Some were made, and are not on the pages yet.
    Made,
    /// All that are ready are on the pages.
    Shown,
}

/// Orders that were placed since the last such word.
#[derive(Serialize, Deserialize)]
pub(super) struct NewOrders {
    /// Numbers of the latest of them.
    pub(super) latest: Vec<OrderId>,
    /// Number of all of them.
    pub(super) count: u64,
}
