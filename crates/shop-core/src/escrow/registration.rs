//! Registration of a parcel with an attestor, and what the attestor answers and publishes.
//!
//! The seller's home program sends it as JSON to `/v1/register` of each attestor, over the onion
//! address, when the parcel is handed to the carrier.

use super::{
    Account, Hash, MatchLevel, Report, Signature, SignedExtension, SignedReport, Tracking,
};
use crate::{closed_debug, time::UnixTime};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Parcel of an order, and what ties it to the terms.
///
/// An attestor learns the parcel's number and the postal code from it, and neither goods nor names:
/// of the goods it has a hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Version of this form: [`Registration::VERSION`].
    pub version: u8,
    /// Part 1 of the escrow statement, as text or in short form.
    pub statement: String,
    /// Carrier, such as `canada-post`.
    pub carrier: String,
    /// Number of the parcel.
    pub number: String,
    /// Salt of the commitment to the parcel.
    pub salt: Hash,
    /// Salt of the commitment to the order.
    pub order_salt: Hash,
    /// Salt of the commitment to the destination.
    pub postal_salt: Hash,
    /// Country, two capitals, or nothing.
    pub country: String,
    /// Postal code, capitals without blanks, or nothing.
    pub postal_code: String,
    /// SHA-256 of the goods' text.
    pub goods: Hash,
}

closed_debug!(Registration);

impl Registration {
    /// Version of the form.
    pub const VERSION: u8 = 1;
    /// Most bytes of the JSON.
    pub const LONGEST: usize = 96 * 1024;
}

impl Zeroize for Registration {
    fn zeroize(&mut self) {
        self.statement.zeroize();
        self.number.zeroize();
        self.country.zeroize();
        self.postal_code.zeroize();
        self.salt.0.zeroize();
        self.order_salt.0.zeroize();
        self.postal_salt.0.zeroize();
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for Registration {}

/// Answer to a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationAnswer {
    /// True if the parcel is watched from now on, or was before.
    pub accepted: bool,
    /// The attestor that answers.
    pub attestor: Account,
    /// Reason or next step, for a person.
    pub words: String,
    /// True if the same registration may be accepted later.
    #[serde(default)]
    pub try_again: bool,
}

/// Something that an attestor signed and publishes at `/v1/att/` and the order's id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Attestation {
    /// The parcel was delivered.
    Delivered(DeliveredFile),
    /// The parcel never counts as delivered.
    Refused(RefusedFile),
}

/// Report of a delivery, as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveredFile {
    /// Order that it is about.
    pub id: Hash,
    /// The escrow contract.
    pub contract: Account,
    /// Number of the chain.
    pub chain_id: u64,
    /// Commitment to the parcel.
    pub tracking: Tracking,
    /// Seconds since 1970 at which the carrier took the parcel.
    pub accepted_at: u64,
    /// Seconds since 1970 at which the carrier delivered it.
    pub delivered_at: u64,
    /// Match between parcel and order.
    pub match_level: MatchLevel,
    /// Commitment to the carrier's answer.
    pub evidence: Hash,
    /// The attestor.
    pub attestor: Account,
    /// Signature of the typed data.
    pub signature: Signature,
}

impl DeliveredFile {
    /// Returns the report, as a call takes it.
    #[must_use]
    pub const fn signed_report(&self) -> SignedReport {
        SignedReport {
            attestor: self.attestor,
            report: Report {
                accepted_at: UnixTime(self.accepted_at),
                delivered_at: UnixTime(self.delivered_at),
                match_level: self.match_level,
                evidence: self.evidence,
            },
            signature: self.signature,
        }
    }
}

/// Later deadlines for a delivery that an attestor has signed.
/// It publishes them at `/v1/ext/` and the order's id. The contract takes one, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionFile {
    /// Order that it is about.
    pub id: Hash,
    /// The escrow contract.
    pub contract: Account,
    /// Number of the chain.
    pub chain_id: u64,
    /// The attestor.
    pub attestor: Account,
    /// Each deadline that was signed, oldest signature first.
    pub extensions: Vec<ExtensionEntry>,
}

/// One deadline of an [`ExtensionFile`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtensionEntry {
    /// Last second, since 1970, in which a delivery can be reported.
    pub until: u64,
    /// Signature of the typed data.
    pub signature: Signature,
}

impl ExtensionFile {
    /// Returns the deadlines, as a call takes them.
    pub fn signed(&self) -> impl Iterator<Item = SignedExtension> {
        let attestor = self.attestor;
        self.extensions.iter().map(move |entry| SignedExtension {
            attestor,
            until: UnixTime(entry.until),
            signature: entry.signature,
        })
    }
}

/// Refusal of a report, as it is published. It has no effect on the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    /// Order that it is about.
    pub id: Hash,
    /// The escrow contract.
    pub contract: Account,
    /// Reason in one word, such as `returned`.
    pub reason: String,
    /// The attestor.
    pub attestor: Account,
    /// Signature of the refusal text (ERC-191).
    pub signature: Signature,
}

impl RefusedFile {
    /// Returns the text that is signed.
    #[must_use]
    pub fn text(contract: Account, id: Hash, reason: &str) -> String {
        format!("cryptocart refused {reason} {contract} {id}")
    }
}
