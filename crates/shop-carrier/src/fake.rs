//! Carrier of our own: parcels move as a script says, over a clock that is passed in.
//!
//! [`FakePost`] holds parcels, faults and limits. It is asked in this process ([`FakeCarrier`]), or
//! over streams in the words of real carriers: both APIs of Canada Post, and USPS
//! ([`FakePost::serve`], [`FakeDial`]). `examples/fake_carrier.rs` puts it behind a port.

mod control;
mod dial;
mod fault;
mod in_process;
mod parcel;
mod post;
mod render;
mod server;

pub use dial::FakeDial;
pub use fault::Fault;
pub use in_process::FakeCarrier;
pub use parcel::{Parcel, Scan, Scanned};
pub use post::{FakePost, KEY_ID, KEY_SECRET};
