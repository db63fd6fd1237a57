//! Escrow as this shop offers it, and what everybody needs who deals with the contract.

mod desk;
mod payouts;
pub(crate) mod published;
pub(crate) mod sending;

pub(crate) use desk::{ShopEscrow, releases};
