//! Code by which the buyer of an order proves to an arbiter to be the buyer.
//!
//! It follows from the order code, and its mark is in the goods of the escrow statement, to which the
//! contract's terms commit. So whoever has the statement can check the code, and only who has the order
//! code can make it: the buyer, and the shop's server while the buyer uses it.

use crate::aead::{self, Secret};
use shop_core::order_code::{OrderCode, OrderCodeError};
use zeroize::Zeroizing;

/// Buyer's proof: 130 bits, written as `BUYER-` and seven groups of four characters.
#[derive(Clone, PartialEq, Eq)]
pub struct BuyerProof(OrderCode);

/// Name of the derivation of the mark; changing it makes every proof that exists useless.
const SALT: &str = "cryptocart buyer proof 1";

impl BuyerProof {
    /// First characters of the text, which tell it from an order code.
    pub const PREFIX: &'static str = "BUYER-";

    pub(crate) fn from_secret(secret: &Secret) -> Self {
        Self(OrderCode::from_secret(secret))
    }

    /// Reads what a person typed, in any case.
    ///
    /// # Errors
    /// There is no result for text that does not begin like a proof: it may be an order code, which is
    /// nobody else's business. The inner error says what is mistyped, and repeats nothing.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Result<Self, OrderCodeError>> {
        let typed = typed.trim();
        let (prefix, rest) = typed.split_at_checked(Self::PREFIX.len())?;
        prefix.eq_ignore_ascii_case(Self::PREFIX).then(|| OrderCode::parse(rest).map(Self))
    }

    /// Finds the first proof among the words of a text.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| Self::parse(word)?.ok())
    }

    /// Returns the text to keep.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let code = Zeroizing::new(self.0.reveal());
        let mut text = Zeroizing::new(String::with_capacity(Self::PREFIX.len() + code.len()));
        text.push_str(Self::PREFIX);
        text.push_str(&code);
        text
    }

    /// Returns the mark: seven groups of four characters, from which the proof does not follow.
    #[must_use]
    pub fn mark(&self) -> String {
        let secret = aead::derive(self.0.secret(), SALT, &[b"mark"]);
        OrderCode::from_secret(&secret).reveal()
    }
}

/// Text without the secret.
impl std::fmt::Debug for BuyerProof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BuyerProof(..)")
    }
}
