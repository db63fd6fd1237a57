//! Event codes of Canada Post.
//!
//! Two public tables of the codes contradict each other here and there. Codes that only one of them
//! counts as delivered are not delivered here. The words are read first: codes for "delivered" are
//! also used for parcels that were handed back to their sender.

use crate::{
    snapshot::EventClass,
    text::{fold, is_conditional, says_data_only, says_returned},
};

/// Handed over at the address, by both tables.
const DELIVERED: [u16; 18] = [
    1408, 1409, 1421, 1422, 1423, 1424, 1426, 1427, 1428, 1429, 1430, 1431, 1433, 1434, 1441, 1442,
    1496, 1498,
];
/// Handed to a superintendent, a guard, a concierge, a mail room or a delivery partner.
const THIRD_PARTY: [u16; 15] =
    [1425, 1432, 1461, 1462, 1463, 1465, 1466, 1467, 1468, 1469, 1471, 1472, 1473, 1475, 1476];
const LOCKER: [u16; 1] = [1405];
/// Held, or a card was left.
const READY: [u16; 15] =
    [156, 1407, 1410, 1411, 1412, 1414, 1435, 1436, 1437, 1438, 1443, 1444, 1479, 1488, 1701];
const RETURNED: [u16; 22] = [
    167, 168, 169, 181, 182, 183, 184, 1100, 1415, 1416, 1417, 1418, 1419, 1420, 1481, 1482, 1491,
    1492, 2600, 2802, 3001, 4650,
];
/// A signature or a picture was stored.
const INFO: [u16; 3] = [20, 21, 2001];
const OUT_FOR_DELIVERY: [u16; 1] = [174];

/// Returns the class of an event. `code` is canonical.
pub(super) fn class(code: &str, text: &str) -> EventClass {
    let folded = fold(text);
    let number = code.parse::<u16>();
    // A notice card says what happens if nobody fetches the parcel.
    let is_threat =
        number.as_ref().is_ok_and(|code| READY.contains(code)) && is_conditional(&folded);
    if says_returned(&folded) && !is_threat {
        return EventClass::Returned;
    }
    let Ok(code) = number else { return unknown(&folded) };
    let lists: [(&[u16], EventClass); 7] = [
        (&RETURNED, EventClass::Returned),
        (&DELIVERED, EventClass::Delivered),
        (&THIRD_PARTY, EventClass::ThirdParty),
        (&LOCKER, EventClass::Locker),
        (&READY, EventClass::Ready),
        (&OUT_FOR_DELIVERY, EventClass::OutForDelivery),
        (&INFO, EventClass::Info),
    ];
    let listed = lists.iter().find(|(codes, _)| codes.contains(&code));
    listed.map_or_else(|| unknown(&folded), |(_, class)| *class)
}

fn unknown(folded: &str) -> EventClass {
    if says_data_only(folded) { EventClass::Info } else { EventClass::InTransit }
}
