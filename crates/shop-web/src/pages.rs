//! Pages made for one visitor, and access to those that are not.

mod asked;
mod bill;
pub(crate) mod cached;
pub(crate) mod cart;
pub(crate) mod checkout;
mod errors;
pub(crate) mod order;
mod plain;
mod queue;
pub(crate) mod receipt;
pub(crate) mod relay;
pub(crate) mod search;
mod sheet;
mod state;

pub(crate) use asked::{Asked, Posted};
pub(crate) use sheet::{Sheet, see_other};
