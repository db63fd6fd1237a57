//! Mails on their way from the shop's machine to the seller's, over any pair of pipes.
//!
//! `cryptocart mailbox send` speaks one half and `cryptocart fetch` the other; ssh is between them
//! (ADR 0020). Mails are named by their SHA-256, so that each half can check what it has:
//!
//! | fetch asks | the server answers |
//! |---|---|
//! | (nothing yet) | `cryptocart-mails 1` |
//! | `list` | `mail DIGEST BYTES` for each, then `end MAILS OTHERS UNLISTED` |
//! | `get DIGEST` | `mail DIGEST BYTES` and the bytes, or `gone DIGEST` |
//! | `delete NUMBER`, then as many lines `DIGEST` | `deleted NUMBER` |
//!
//! In place of any answer comes `error STATUS WORDS`, after which the server ends. Each half takes the
//! other for a stranger: lines and numbers are bounded, and a mail is taken only if it has the digest
//! that was asked for and is nothing but a sealed mail.

mod fetched;
mod receiver;
mod sender;
mod wire;

pub(crate) use fetched::FetchedMails;
pub(crate) use receiver::{Progress, Received, Receiver};
pub(crate) use sender::{refuse, send};

#[cfg(test)]
mod tests;
