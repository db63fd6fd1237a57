//! An order on its way from the form to the seller.
//! [`Draft`] holds the buyer's words in memory; [`Receipt`] is the sealed record of both sides.

mod doubts;
mod draft;
mod id;
mod letter;
mod receipt;

pub use draft::{
    AddressLine, Destination, Draft, Field, FieldError, Fields, FormErrors, LONGEST_FIELD,
    LONGEST_NOTE, ShipTo,
};
pub use id::OrderId;
pub use letter::{Letters, NAMES_NO_KEY, not_counted};
pub use receipt::Receipt;

#[cfg(test)]
mod tests;
