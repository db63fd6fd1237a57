//! Sealing orders to the seller and opening them; buyer boxes, cookies, MIME and mbox.
//!
//! Three kinds of seal, by who can open it:
//! - the **seller**: [`mail::seal`] makes an OpenPGP mail for a [`SealCert`], [`mbox::Mbox`] delivers
//!   it, and [`open::SealKey`] opens it at the seller's desk;
//! - the **buyer**: [`OrderCodeKeys`] follow from the order code, which the shop does not keep; a
//!   [`BuyerInbox`] takes what the seller says about an order, and [`FormKeys`] are those of a form that
//!   comes twice;
//! - the **shop itself**: [`CookieKey`] for what buyers carry, [`ReservationKey`] for what orders take from
//!   the stock levels, [`passphrase`] for files at rest, and [`HomeKey`] for
//!   the records of a seller's escrow home.
//!
//! *Architecture Invariant:* this is the only crate that knows OpenPGP or a cipher, and neither
//! shows in its signatures: callers pass text and bytes and get bytes back. What is absent:
//! - plaintext leaving by any other door. Nothing here logs, prints, or writes a file except
//!   [`mbox`], which takes only mail that is sealed already;
//! - a secret key on the way in: [`SealCert::parse`] refuses a file that has one, and nothing but
//!   [`open`] and [`keygen`] can hold one. The server calls neither for a real shop;
//! - a clock and a source of randomness: both are arguments;
//! - the network, and async: delivery blocks, and its caller gives it a thread.

#![deny(clippy::indexing_slicing)]

pub mod buyer_inbox;
pub mod buyer_proof;
pub mod cert;
pub mod code_fingerprint;
pub mod code_hash;
pub mod cookie;
pub mod form_keys;
pub mod home_key;
pub mod key_proof;
pub mod keygen;
pub mod mail;
pub mod mbox;
pub mod open;
pub mod order_code_keys;
pub mod passphrase;
pub mod reservation_key;
pub mod signed;
pub mod stream;

mod aead;
mod letter;
mod mime;
mod openpgp;
mod pad;

pub use buyer_inbox::BuyerInbox;
pub use buyer_proof::BuyerProof;
pub use cert::{
    LARGEST_FILE as LARGEST_CERT_FILE, Recipient, SealCert, SealCertError, Unsupported,
};
pub use code_fingerprint::{CodeFingerprint, FingerprintKey};
pub use code_hash::CodeSalt;
pub use cookie::CookieKey;
pub use form_keys::FormKeys;
pub use home_key::HomeKey;
pub use key_proof::key_proof;
pub use order_code_keys::OrderCodeKeys;
pub use reservation_key::ReservationKey;
