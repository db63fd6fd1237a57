//! One answer of a carrier about one parcel.

use sha2::{Digest, Sha256};
use shop_core::time::UnixTime;

/// Everything that one answer says of a parcel. It prints nothing of whom the parcel goes to.
#[derive(Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// Place in which the carrier keeps its events.
    pub found: Found,
    /// ISO code of the country it goes to, where the answer says so.
    pub dest_country: Option<String>,
    /// Postal code it goes to, or the beginning of one.
    pub dest_postal: Option<String>,
    /// References that the sender gave it.
    pub refs: Vec<String>,
    /// True if the carrier has a signature.
    pub signed: bool,
    /// All events, in the carrier's order.
    pub events: Vec<Event>,
    /// SHA-256 of [`Snapshot::body`].
    pub body_sha256: [u8; 32],
    /// The answer as it came: evidence for an arbiter.
    pub body: Vec<u8>,
}

/// Place in which a carrier keeps a parcel's events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// Among the parcels of today.
    Active,
    /// Among those of the past.
    Archived,
    /// Nowhere: not yet, or not any more.
    Nowhere,
}

/// One event of a parcel.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// The carrier's code, without leading zeros.
    pub code: String,
    /// The carrier's words.
    pub text: String,
    /// Meaning of code and words.
    pub class: EventClass,
    /// Time of it, where one can be read.
    pub at: Option<UnixTime>,
    /// False if the carrier gave no time zone, and one was assumed.
    pub zone_known: bool,
}

/// Meaning of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventClass {
    /// Something that says nothing of where the parcel is: a label printed, a picture stored.
    Info,
    /// On its way. Any event that is not known is this.
    InTransit,
    /// With the driver.
    OutForDelivery,
    /// Waits to be fetched, or a card was left.
    Ready,
    /// Handed over at the address.
    Delivered,
    /// Handed to somebody else at the address: a concierge, a mail room, an agent.
    ThirdParty,
    /// Put into a locker, from which somebody may or may not fetch it.
    Locker,
    /// On its way back to the sender, or there.
    Returned,
}

impl Snapshot {
    /// Returns the answer "no such parcel", with the body it came with.
    #[must_use]
    pub fn not_found(body: Vec<u8>) -> Self {
        Self {
            found: Found::Nowhere,
            dest_country: None,
            dest_postal: None,
            refs: Vec::new(),
            signed: false,
            events: Vec::new(),
            body_sha256: Sha256::digest(&body).into(),
            body,
        }
    }
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Snapshot({:?}, {} events, ..)", self.found, self.events.len())
    }
}

impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Event({}, {:?}, ..)", self.code, self.class)
    }
}

/// The most events that one answer may have.
pub(crate) const MOST_EVENTS: usize = 2_000;
/// Bytes of an event's words that are kept.
const LONGEST_TEXT: usize = 1_000;

/// Returns a code without the zeros before it: `0174` and `174` are one.
pub(crate) fn canonical_code(code: &str) -> String {
    let code = code.trim();
    if code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return code.to_ascii_uppercase();
    }
    let digits = code.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

/// Returns the beginning of an event's words.
pub(crate) fn bounded_text(text: &str) -> String {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default().trim().to_owned()
}

/// Returns a text unless it has nothing but blanks.
pub(crate) fn filled(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
