//! The storefront: what buyers see in Tor Browser at its *Safest* level.
//!
//! *Architecture Invariant:* nothing here decrypts an order, reads a chain or opens a socket. An
//! order is sealed to the seller inside the request that places it; what is due is decided by the
//! [`Till`], which the program implements; bytes come and go on a stream somebody hands to
//! [`serve_connection`]. Pages ask for nothing but this shop: no script, no SVG, no web font, no
//! third party. GET changes nothing, and no visitor is told apart before the first POST.

#![deny(clippy::indexing_slicing)]

mod hosts;
mod pictures;
mod router;
mod serve;
mod shop;
mod storefront;
mod till;

pub use hosts::Hosts;
pub use pictures::{EncodedImage, Picture, Pictures};
pub use router::router;
pub use serve::{Door, ServeError, Visit, serve_connection};
pub use shop::{ShopParts, ShopWeb};
pub use storefront::{BuildError, ContentPage, Storefront, StorefrontSource};
pub use till::{BoxFuture, Terms, Till, TillError};
