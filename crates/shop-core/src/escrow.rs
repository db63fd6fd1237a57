//! Escrow: the terms of an order, the statement that a buyer keeps, and what happens when.
//!
//! The contract that holds the money is in `contracts/`; docs/adr/0024 says who has which key. Here
//! are the rules that need no chain: [`Terms`] and their bounds, the text of a [`Statement`], what a
//! checker warns of ([`warnings()`]), the state of an order by the contract's events ([`History`]), and
//! what comes next ([`outlook()`]). Hashes, addresses and signatures are computed in shop-chain.
//!
//! Amounts are smallest units of the asset. Times are seconds since 1970, as a block has them.

mod account;
mod attestors;
mod bounds;
mod event;
mod event_words;
mod goods;
mod hash;
mod hex;
mod named_party;
mod outlook;
mod registration;
mod report;
mod signature;
mod state;
mod statement;
mod step;
mod terms;
mod warnings;

pub use account::Account;
pub use attestors::{AttestorSet, AttestorSetError};
pub use bounds::VoidReason;
pub use event::{Closing, Ending, Event, EventAt};
pub use goods::{Goods, GoodsError};
pub use hash::{Hash, Tracking};
pub use hex::HexError;
pub use named_party::NamedParty;
pub use outlook::{
    Action, Allowed, DueCall, Outcome, OutcomeReason, Outlook, Party, Shares, Situation, outlook,
};
pub use registration::{
    Attestation, DeliveredFile, ExtensionEntry, ExtensionFile, RefusedFile, Registration,
    RegistrationAnswer,
};
pub use report::{Report, SignedExtension, SignedReport};
pub use signature::{PayoutSignature, PayoutSignatureError, Signature};
pub use state::{EscrowState, History, OwedPayment, Parcel};
pub use statement::{
    ParsedStatement, Spell, Statement, StatementError, StatementFault, ValueFault, amount_text,
    duration_text, utc_text,
};
pub use step::EscrowStep;
pub use terms::{MatchLevel, Terms};
pub use warnings::{Policy, Recomputed, Role, Severity, Verdict, Warning, verdict, warnings};

#[cfg(test)]
mod samples;
