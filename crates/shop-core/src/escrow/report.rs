//! Signed messages of attestors.

use super::{Account, Hash, MatchLevel, Signature};
use crate::time::UnixTime;

/// One attestor's report of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Report {
    /// Time at which the carrier took the parcel.
    pub accepted_at: UnixTime,
    /// Time at which the carrier delivered it.
    pub delivered_at: UnixTime,
    /// Match between the parcel and the order.
    pub match_level: MatchLevel,
    /// Commitment to the carrier's answer, for the arbiter.
    pub evidence: Hash,
}

/// A report with the signature of the attestor that makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedReport {
    /// The attestor.
    pub attestor: Account,
    /// The words that are signed.
    pub report: Report,
    /// The signature (typed data, EIP-712).
    pub signature: Signature,
}

/// One attestor's signature of a later deadline for the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignedExtension {
    /// The attestor.
    pub attestor: Account,
    /// The new deadline: last second in which a delivery can be reported.
    pub until: UnixTime,
    /// The signature (typed data, EIP-712).
    pub signature: Signature,
}
