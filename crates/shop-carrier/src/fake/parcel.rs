//! Parcels of the fake carrier, and what can happen to them.

use crate::snapshot::EventClass;
use serde::{Deserialize, Serialize};

/// A parcel, and all that will ever happen to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Parcel {
    /// Postal code it goes to; a Canadian one for Canada Post, a ZIP code for USPS.
    pub postal: String,
    /// References that the sender gave it.
    pub refs: Vec<String>,
    /// True if the carrier has a signature.
    pub signed: bool,
    /// True if its events come without a time zone.
    pub zoneless: bool,
    /// True once it is a parcel of the past.
    pub archived: bool,
    /// Everything that happens, in any order.
    pub scans: Vec<Scanned>,
}

/// Something that happens at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scanned {
    /// Seconds since 1970. Before that it is not seen.
    pub at: u64,
    /// Event.
    pub scan: Scan,
}

/// Something that happens to a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scan {
    /// The sender made a label.
    LabelMade,
    /// The carrier took the parcel.
    Accepted,
    /// It went through a sorting centre.
    Processed,
    /// A driver has it.
    OutForDelivery,
    /// Nobody was there, and a card was left.
    CardLeft,
    /// The address was corrected, which undoes a delivery before.
    AddressCorrected,
    /// Handed over at the address.
    Delivered,
    /// Handed to a concierge.
    Concierge,
    /// Put into a locker.
    Locker,
    /// The picture of a signature was stored.
    SignatureStored,
    /// On its way back.
    Returning,
    /// Handed back to its sender, with the code of a delivery.
    GivenBack,
    /// Something that no table of codes has.
    Unheard,
}

/// Code and words of an event.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) text: &'static str,
}

const fn words(code: &'static str, text: &'static str) -> Words {
    Words { code, text }
}

impl Scan {
    /// Returns how Canada Post says it.
    pub(super) const fn canada_post(self) -> Words {
        match self {
            Self::LabelMade => words("3000", "Electronic information submitted by shipper"),
            Self::Accepted => words("0300", "Item accepted at the post office"),
            Self::Processed => words("0100", "Item processed"),
            Self::OutForDelivery => words("0174", "Item out for delivery"),
            Self::CardLeft => words("1479", "Attempted delivery. Notice card left"),
            Self::AddressCorrected => words("0130", "Item re-routed: address corrected"),
            Self::Delivered => words("1442", "Delivered to the door"),
            Self::Concierge => words("1461", "Delivered to the concierge"),
            Self::Locker => words("1405", "Delivered to a parcel locker"),
            Self::SignatureStored => words("20", "Signature image recorded"),
            Self::Returning => words("1481", "Item being returned to sender"),
            Self::GivenBack => words("1496", "Envoi renvoyé avec succès à l'expéditeur"),
            Self::Unheard => words("7777", "Item weighed again"),
        }
    }

    /// Returns how USPS says it. It has no event for a stored signature.
    pub(super) const fn usps(self) -> Option<Words> {
        Some(match self {
            Self::LabelMade => words("GX", "Shipping Label Created, USPS Awaiting Item"),
            Self::Accepted => words("03", "USPS in possession of item"),
            Self::Processed => words("10", "Arrived at USPS Regional Facility"),
            Self::OutForDelivery => words("OF", "Out for Delivery"),
            Self::CardLeft => words("02", "Notice Left (No Authorized Recipient Available)"),
            Self::AddressCorrected => words("06", "Forwarded"),
            Self::Delivered => words("01", "Delivered, Front Door/Porch"),
            Self::Concierge => words("01", "Delivered, Front Desk/Reception/Mail Room"),
            Self::Locker => words("01", "Delivered, Parcel Locker"),
            Self::SignatureStored => return None,
            Self::Returning => words("09", "Return to Sender Processed"),
            Self::GivenBack => words("01", "Delivered, To Original Sender"),
            Self::Unheard => words("QQ", "Item weighed again"),
        })
    }

    /// Returns the class that every form of it must be read as.
    pub(super) const fn class(self) -> EventClass {
        match self {
            Self::LabelMade | Self::SignatureStored => EventClass::Info,
            Self::Accepted | Self::Processed | Self::AddressCorrected | Self::Unheard => {
                EventClass::InTransit
            }
            Self::OutForDelivery => EventClass::OutForDelivery,
            Self::CardLeft => EventClass::Ready,
            Self::Delivered => EventClass::Delivered,
            Self::Concierge => EventClass::ThirdParty,
            Self::Locker => EventClass::Locker,
            Self::Returning | Self::GivenBack => EventClass::Returned,
        }
    }
}

impl Parcel {
    /// Returns all that has happened by `now`, newest first.
    pub(super) fn seen(&self, now: u64) -> Vec<Scanned> {
        let mut seen: Vec<Scanned> =
            self.scans.iter().filter(|scanned| scanned.at <= now).cloned().collect();
        seen.sort_by_key(|scanned| std::cmp::Reverse(scanned.at));
        seen
    }
}
