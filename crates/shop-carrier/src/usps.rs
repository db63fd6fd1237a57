//! USPS: its tracking API, version 3.

mod client;
mod codes;
mod json;

pub use client::{Paths, Usps};
pub use json::parse;
