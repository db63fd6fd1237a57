//! Storefront: what buyers see in Tor Browser at its *Safest* level.
//!
//! *Architecture Invariant:* nothing here decrypts an order, reads a chain or opens a socket. An
//! order is sealed to the seller inside the request that places it; what is due is decided by the
//! [`Payments`], which the program implements; bytes come and go on a stream somebody hands to
//! [`serve_connection`]. Pages ask for nothing but this shop: no script, no SVG, no web font, no
//! third party. GET changes nothing, and no visitor is told apart before the first POST.
//!
//! (The buyer's own copy of an order is opened with the order code the buyer brings; the shop alone
//! cannot.)

#![deny(clippy::indexing_slicing)]

mod clear_web;
mod client;
mod cookies;
mod csrf;
mod file_path;
mod files;
mod form_locks;
mod guard;
mod gzip;
mod headers;
mod hosts;
mod language;
mod limits;
mod markdown;
mod negotiate;
mod order_queue;
mod order_text;
mod page;
mod pages;
mod payments;
mod pictures;
mod place_order;
mod png;
mod qr;
mod range;
mod refusal;
mod route_table;
mod router;
mod sealer;
mod sealing;
mod serve;
pub mod service;
mod session;
mod shop;
mod site;
mod storefront;
mod strikes;
mod templates;
mod theme;
mod unseen;

pub use client::{ClientInfo, Ingress};
pub use files::Files;
pub use hosts::Hosts;
pub use language::{Glossary, Language, Languages};
pub use markdown::{Lint, lints, rename_pictures};
pub(crate) use payments::escrow;
pub use payments::escrow::{
    EscrowChoice, EscrowDesk, EscrowOffer, EscrowOfferError, EscrowOrder, EscrowRules,
};
pub use payments::{BoxFuture, OfferError, PaymentTerms, Payments, RefundTo, RefundToError};
pub use pictures::{EncodedImage, Picture, Pictures};
pub use router::{Routes, router};
pub use sealer::sealer;
pub use serve::{Ended, ServeError, serve_connection};
pub use shop::{ShopParts, ShopWeb};
pub use site::{Answering, Site};
pub use storefront::{
    BuildError, ContentPage, FIXED_PATHS, PageText, Storefront, StorefrontSource, page_path,
};
pub use theme::{Base, Colour, LogoGround, Role, Scheme, Theme, ThemeError};
pub use unseen::Unseen;
