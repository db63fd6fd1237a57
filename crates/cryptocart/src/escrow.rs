//! Escrow as this shop offers it.

mod desk;
mod payouts;

pub(crate) use desk::{ShopEscrow, releases};
