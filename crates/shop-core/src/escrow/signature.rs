//! Signatures, and payout addresses that the shop key signed.

use super::{Account, HexError, hex::hex_text};

/// A signature of 65 bytes: r, s, and v (27 or 28). Made and checked in shop-chain.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature(pub [u8; 65]);

hex_text!(Signature);

/// A payout address with the shop key's signature of it.
///
/// The seller's home writes them in batches, one a line, and the shop gives one to each order. Its
/// text is the address, a blank, and the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PayoutSignature {
    /// Address that is paid.
    pub seller: Account,
    /// The shop key's signature of `cryptocart payout 0x` and 40 digits in lower case.
    pub signature: Signature,
}

/// Error for a line that is no signed payout address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayoutSignatureError {
    /// There are not two words.
    #[error("a signed payout address is an address, a blank, and a signature")]
    Words,
    /// The address is no address.
    #[error("the payout address: {0}")]
    Seller(HexError),
    /// The signature is no signature.
    #[error("the signature of the payout address: {0}")]
    Signature(HexError),
}

impl PayoutSignature {
    /// Reads a line.
    ///
    /// # Errors
    /// [`PayoutSignatureError`].
    pub fn parse(line: &str) -> Result<Self, PayoutSignatureError> {
        let words: Vec<&str> = line.split_whitespace().take(3).collect();
        let [seller, signature] = words.as_slice() else {
            return Err(PayoutSignatureError::Words);
        };
        Ok(Self {
            seller: Account::parse(seller).map_err(PayoutSignatureError::Seller)?,
            signature: Signature::parse(signature).map_err(PayoutSignatureError::Signature)?,
        })
    }
}

impl std::fmt::Display for PayoutSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.seller, self.signature)
    }
}
