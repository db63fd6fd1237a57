//! Rules of a shop: money, catalogue, cart, order, invoice and order code.
//!
//! *Architecture Invariant:* nothing here does I/O, is async, reads a clock, asks the system for
//! randomness or uses floating point. Time ([`time::Clock`]) and randomness ([`entropy::Entropy`])
//! are arguments.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod bill;
pub mod cart;
pub mod catalog;
pub mod chain;
pub mod digital;
pub mod entropy;
pub mod escrow;
pub mod invoice;
pub mod kind;
pub mod message_id;
pub mod money;
pub mod naming;
pub mod order;
pub mod order_code;
pub mod order_status;
pub mod pay_to;
pub mod place;
pub mod seller_mail;
pub mod stock;
pub mod text;
pub mod time;
pub mod view;

mod base32;
mod closed;
mod fnv;
mod interned;
mod priced_cart;
