//! Text of an escrow statement, as both sides of an order keep it.

use crate::escrow::{Statement, StatementError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

/// Text of an escrow statement with both parts. Wiped when dropped, and prints nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementText(Zeroizing<String>);

crate::closed_debug!(StatementText);

impl StatementText {
    /// Takes the text of a statement.
    #[must_use]
    pub const fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Returns the text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the statement in it.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn statement(&self) -> Result<Statement, StatementError> {
        Statement::parse(&self.0).map(|parsed| parsed.statement)
    }
}

impl Serialize for StatementText {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for StatementText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}
