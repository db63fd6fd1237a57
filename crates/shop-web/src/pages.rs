//! Pages made for one visitor, and access to those that are not.

mod assets;
mod bill;
pub(crate) mod cached;
pub(crate) mod cart;
pub(crate) mod checkout;
mod destination;
mod errors;
mod escrow;
mod form;
mod items;
mod lost;
pub(crate) mod order;
mod private_page;
mod queue;
pub(crate) mod receipt;
mod request;
pub(crate) mod search;
mod state;

pub(crate) use form::{Form, FormRequest, is_urlencoded};
pub(crate) use private_page::{PrivatePage, see_other};
pub(crate) use request::PageRequest;
