//! Escrow as this shop offers it.

mod desk;
mod payouts;

pub(crate) use desk::ShopEscrow;
pub(crate) use payouts::left as payouts_left;
