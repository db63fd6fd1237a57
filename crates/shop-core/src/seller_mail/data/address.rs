//! The buyer's address in mail data.

use crate::order::ShipTo;
use serde::{Deserialize, Deserializer, Serialize};
use std::ops::Deref;

/// An address that is borrowed to be written, or was read.
/// It is never copied, because each copy would have to be wiped.
#[derive(PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Address<'a> {
    /// The address of an order that is being placed.
    Borrowed(&'a ShipTo),
    /// An address read from JSON.
    Read(ShipTo),
}

impl Deref for Address<'_> {
    type Target = ShipTo;

    fn deref(&self) -> &ShipTo {
        match self {
            Self::Borrowed(address) => address,
            Self::Read(address) => address,
        }
    }
}

impl<'de> Deserialize<'de> for Address<'_> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        ShipTo::deserialize(from).map(Self::Read)
    }
}
