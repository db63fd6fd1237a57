//! Parcels as their carriers report them, and the rule for "delivered".
//!
//! A [`Carrier`] is asked for one parcel [`Number`] and answers with a [`Snapshot`]. [`classify()`]
//! says what the snapshot means, and a [`Watch`] says when to ask again and when a delivery is
//! certain enough to be signed. There are [`canada_post`], [`usps`], and a [`fake`] carrier for
//! tests and demos.
//!
//! *Architecture Invariant:* it opens no socket, reads no clock and no settings, and keeps nothing
//! about a parcel between two calls. A carrier is reached through a [`shop_http::Dial`] that is
//! passed in. Keys and parcel numbers are in no error and in no `Debug` text.
//!
//! *Architecture Invariant:* in doubt a parcel is not delivered. A wrong "delivered" pays a seller
//! for a parcel that never came; a missing one costs a dispute.

#![deny(clippy::float_arithmetic, clippy::indexing_slicing)]

pub mod canada_post;
pub mod fake;
pub mod usps;

mod carrier;
mod classify;
mod event_time;
mod http;
mod matching;
mod name;
mod number;
mod pace;
mod secret;
mod snapshot;
mod text;
mod token;
mod watch;

pub use carrier::{Carrier, CarrierError, Limits};
pub use classify::{Rules, Status, accepted_at, classify};
pub use http::Server;
pub use matching::{SIGNATURE, Wanted, match_level};
pub use name::{CarrierName, UnknownCarrier};
pub use number::{Number, NumberError};
pub use secret::Secret;
pub use snapshot::{Event, EventClass, Found, Snapshot};
pub use watch::{Delivery, Next, Refusal, Step, Watch, admit};
