//! An order on its way from the form to the seller.
//! [`BuyerDetails`] holds the buyer's words in memory; [`OrderDetails`] is the sealed record of both sides.

mod buyer_details;
mod details;
mod doubts;
mod id;
mod statement_text;

pub use buyer_details::{
    AddressLine, BuyerDetails, CheckoutForm, Destination, Field, FieldError, FormErrors,
    LONGEST_FIELD, LONGEST_NOTE, RequiredAddress, ShipTo,
};
pub use details::OrderDetails;
pub use id::OrderId;
pub use statement_text::StatementText;

#[cfg(test)]
pub(crate) mod tests;
