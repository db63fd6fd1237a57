//! Event codes of USPS.

use crate::{
    snapshot::EventClass,
    text::{fold, says_data_only, says_returned},
};

const READY: [&str; 10] = ["2", "14", "16", "51", "52", "53", "54", "55", "56", "DG"];
/// Refused, undeliverable, or going back.
const RETURNED: [&str; 13] =
    ["4", "9", "21", "22", "23", "24", "25", "26", "27", "28", "29", "31", "60"];
/// Labels and lists that were sent in before the parcel.
const INFO: [&str; 3] = ["GX", "MA", "GC"];

/// Words of a delivery to somebody else at the address.
const THIRD_PARTY: [&str; 7] =
    ["agent", "front desk", "reception", "mail room", "concierge", "neighbor", "property manager"];

/// Returns the class of an event. `code` is canonical.
pub(super) fn class(code: &str, text: &str, is_agent: bool) -> EventClass {
    let folded = fold(text);
    if says_returned(&folded) || RETURNED.contains(&code) {
        return EventClass::Returned;
    }
    let has_word = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match code {
        "1" if has_word(&["locker"]) => EventClass::Locker,
        "1" if is_agent || has_word(&THIRD_PARTY) => EventClass::ThirdParty,
        "1" if folded.starts_with("delivered") => EventClass::Delivered,
        "OF" => EventClass::OutForDelivery,
        _ if READY.contains(&code) => EventClass::Ready,
        _ if INFO.contains(&code) || says_data_only(&folded) => EventClass::Info,
        _ => EventClass::InTransit,
    }
}
