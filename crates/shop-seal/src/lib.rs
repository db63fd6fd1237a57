//! Sealing orders to the seller and opening them; buyer boxes, cookies, MIME and mbox.

pub mod cert;
pub mod cookie;
pub mod keygen;
pub mod mail;
pub mod mbox;
pub mod open;
pub mod passphrase;
pub mod ticket_keys;

pub use cert::{SealCert, SealCertError};
pub use cookie::CookieKey;
pub use ticket_keys::TicketKeys;
