//! The order number.

use crate::{base32, entropy::Entropy};
use serde::{Deserialize, Serialize};

/// An order's number, for seller and buyer to talk about it.
/// It has 40 random bits, written `K7Q2-9FXD`, and opens nothing; the order code does.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct OrderId([u8; 8]);

impl OrderId {
    /// Returns a random number.
    pub fn random(source: &dyn Entropy) -> Self {
        Self(crate::entropy::bytes::<8>(source).map(|byte| byte & 31))
    }

    /// Reads a number in any case, with or without the dash.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let mut values = [0; 8];
        let mut digits = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
        for value in &mut values {
            *value = base32::value(digits.next()?)?;
        }
        digits.next().is_none().then_some(Self(values))
    }
}

impl std::fmt::Display for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, value) in self.0.iter().enumerate() {
            if i == 4 {
                f.write_str("-")?;
            }
            write!(f, "{}", base32::digit(*value))?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for OrderId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderId({self})")
    }
}

impl From<OrderId> for String {
    fn from(id: OrderId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for OrderId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or("an order number has eight characters, such as K7Q2-9FXD")
    }
}
