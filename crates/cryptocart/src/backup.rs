//! Backups: a shop as one file that only the seller opens, and a shop made from one.
//!
//! A backup is one OpenPGP message around a tar archive, so that gpg and tar alone open it. In the
//! archive everything is in the folder [`names::TOP`]. The first file is `shop-id.toml`, which says
//! that the rest is older than its shop: whoever unpacks it by hand is told the same as who restores
//! it. The last is the database, without which nothing opens. Why it is so: ADR 0015.

mod gather;
mod names;
mod pack;
mod restore;
mod seal;
mod unpack;

pub(crate) use gather::Contents;
pub(crate) use restore::{Restored, unpack};
pub(crate) use seal::{Sealed, seal};
