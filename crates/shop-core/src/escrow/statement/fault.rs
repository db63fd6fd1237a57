//! Faults of a statement's text. Nothing of the text is repeated in them.

use crate::escrow::{AttestorSetError, GoodsError, HexError};

/// Fault of a statement, with the line it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct StatementError {
    /// Line, from 1. In a short form, 1.
    pub line: usize,
    /// The fault.
    pub fault: StatementFault,
}

/// Fault of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatementFault {
    /// The text is too long.
    #[error("this is too long for an escrow statement")]
    TooLong,
    /// There is no statement in the text.
    #[error("there is no escrow statement here: copy it from its first line on")]
    NoStatement,
    /// The version is unknown.
    #[error("this statement has another version: use a newer cryptocart")]
    Version,
    /// A value is missing.
    #[error("\"{0}\" is missing: copy the whole statement")]
    Missing(&'static str),
    /// A value is there twice.
    #[error("\"{0}\" is there twice: copy one statement alone")]
    Twice(&'static str),
    /// A value cannot be read.
    #[error("\"{0}\": {1}")]
    Value(&'static str, ValueFault),
    /// The line looks like a value, and no statement has it.
    #[error("a statement has no such line: copy it as it was, or leave the line out")]
    UnknownLine,
    /// The list of attestors is wrong.
    #[error("attestors: {0}")]
    Attestors(#[from] AttestorSetError),
    /// Part 2 is wrong.
    #[error("part 2: {0}")]
    Goods(GoodsError),
    /// The short form is damaged.
    #[error("the short form is damaged: scan or copy it again")]
    Damaged,
}

/// Fault of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueFault {
    /// No such bytes.
    #[error(transparent)]
    Hex(#[from] HexError),
    /// No whole number, or too great a one.
    #[error("this must be a whole number of at most {0}")]
    Number(u128),
    /// No time.
    #[error("this must be a time such as 2027-01-20 08:00:00 UTC")]
    Time,
    /// No length of time.
    #[error("this must be a number of days, hours or seconds, such as 5 days")]
    Duration,
    /// No percentage.
    #[error("this must be a percentage such as 5.00 %")]
    Percent,
    /// No share of attestors.
    #[error("this must be two numbers such as 2 of 3")]
    Threshold,
    /// Another number of attestors than there are.
    #[error("there are more or fewer attestors than this says")]
    Count,
}
