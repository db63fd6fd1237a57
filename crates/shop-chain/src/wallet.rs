//! Receive addresses of a seller's wallet, made away from the server.
//!
//! A wallet derives its addresses from one list of words or, without being able to spend, from the
//! public key of an account (BIP-32). What is made here are the addresses that the wallet itself
//! shows as *receive*, so it sees and spends what is paid to them.

mod account_key;
#[cfg(test)]
mod tests;

pub use account_key::{AccountKey, AccountKeyError};
