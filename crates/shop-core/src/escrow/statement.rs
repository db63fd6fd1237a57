//! The escrow statement: the text with which a buyer, or a helper, can check an order.

mod fault;
mod field;
mod parse;
mod prose;
mod short;
mod value;
mod write;

pub use fault::{StatementError, StatementFault, ValueFault};
pub use value::{amount as amount_text, duration as duration_text, time as utc_text};

use super::{Account, AttestorSet, Goods, Hash, Signature, Terms};
use crate::closed_debug;
use zeroize::Zeroizing;

/// Spelling of an address. The program gives shop-chain's, with a checksum (EIP-55).
pub type Spell = fn(Account) -> String;

/// Escrow statement of one order.
///
/// Part 1 can be shown to anybody who checks it. Part 2 is for the arbiter of a dispute alone.
/// Nothing of it is believed: shop-chain computes id, vault, hashes and signer again.
#[derive(Clone, PartialEq, Eq)]
pub struct Statement {
    /// The terms.
    pub terms: Terms,
    /// The escrow contract.
    pub contract: Account,
    /// Address that the buyer pays to.
    pub vault: Account,
    /// Hash of the terms.
    pub id: Hash,
    /// The attestors, whose hash is in the terms.
    pub attestors: AttestorSet,
    /// The shop key, which signs payout addresses.
    pub shop_key: Account,
    /// The shop key's signature of the payout address.
    pub payout_signature: Signature,
    /// Part 2.
    pub goods: Option<Goods>,
}

closed_debug!(Statement, ParsedStatement);

/// A statement that was read.
#[derive(Clone, PartialEq, Eq)]
pub struct ParsedStatement {
    /// The statement.
    pub statement: Statement,
    /// True if its sentences are not those that follow from its values: somebody changed them.
    pub has_other_sentences: bool,
}

impl Statement {
    /// Longest text that is read, in bytes.
    pub const LONGEST_TEXT: usize = 163_840;
    /// Longest short form that is read, in bytes.
    pub const LONGEST_SHORT: usize = 4_096;

    /// Returns the text: sentences and values of part 1, and part 2 if there is one.
    #[must_use]
    pub fn to_text(&self, spell: Spell) -> Zeroizing<String> {
        write::statement(self, spell)
    }

    /// Returns the sentences that say what happens, one an item, dates in UTC.
    /// They follow from the terms alone.
    #[must_use]
    pub fn sentences(&self, spell: Spell) -> Vec<String> {
        prose::rules(self, spell)
    }

    /// Reads a text as a mail or a file has it.
    ///
    /// Line ends may be of any system. It may be quoted, indented, with lines that a mail program
    /// broke, and with other text before and after it.
    ///
    /// # Errors
    /// [`StatementError`]: the first fault, with its line.
    pub fn parse(text: &str) -> Result<ParsedStatement, StatementError> {
        parse::statement(text)
    }

    /// Returns part 1 in short form, for a QR code: capitals, digits, dashes and colons.
    #[must_use]
    pub fn short(&self) -> String {
        short::write(self)
    }

    /// Reads a short form. Blanks and line ends in it, and small letters, do no harm.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn parse_short(text: &str) -> Result<ParsedStatement, StatementError> {
        short::parse(text)
    }

    /// Reads a text or a short form, whichever it is.
    ///
    /// # Errors
    /// [`StatementError`].
    pub fn parse_any(text: &str) -> Result<ParsedStatement, StatementError> {
        if short::is_short(text) { short::parse(text) } else { parse::statement(text) }
    }

    /// Returns the statement without part 2, to be shown to anybody.
    #[must_use]
    pub fn part_1(&self) -> Self {
        Self { goods: None, attestors: self.attestors.clone(), ..*self }
    }
}

#[cfg(test)]
mod tests;
