//! Traps of carriers' answers, each as a test. Events are Canada Post's, in its own order.

use super::*;
use crate::canada_post;
use crate::{CarrierName, Number};

const PIN: &str = "0073938000549297";

/// Returns what the events mean: code, date and time, and words.
fn status(events: &[(&str, &str, &str)]) -> Status {
    classify(&snapshot(events), &Rules::default())
}

fn snapshot(events: &[(&str, &str, &str)]) -> Snapshot {
    let event = |(code, at, text): &(&str, &str, &str)| {
        let (date, time) = at.split_once(' ').expect("a date and a time");
        serde_json::json!({
            "eventIdentifier": code, "eventDate": date, "eventTime": time,
            "eventTimeZone": "EST", "eventDescription": text,
        })
    };
    let body = serde_json::json!({
        "pin": PIN, "activeExists": true, "archiveExists": false,
        "signatureImageExists": false, "suppressSignature": false,
        "significantEvents": events.iter().map(event).collect::<Vec<_>>(),
    });
    let number = Number::parse(CarrierName::CanadaPost, PIN).expect("a number");
    canada_post::parse_json(body.to_string().as_bytes(), &number).expect("an answer")
}

fn is_delivered(status: Status) -> bool {
    matches!(status, Status::Delivered { .. })
}

#[test]
fn plain_delivery_is_delivered() {
    let status = status(&[
        ("1442", "2026-11-22 12:00:00", "Delivered"),
        ("0174", "2026-11-22 08:00:00", "Item out for delivery"),
        ("0100", "2026-11-20 08:00:00", "Item processed"),
    ]);
    let noon = UnixTime(1_795_348_800 + 5 * 3_600);
    assert_eq!(status, Status::Delivered { at: noon, signed: false });
}

/// Open source that counts all codes from 1410 to 1438 pays for parcels that were sent back.
#[test]
fn refused_and_returned_parcels_are_not_delivered() {
    for code in 1410..=1438 {
        let code = code.to_string();
        let found = status(&[(&code, "2026-11-22 12:00:00", "")]);
        let delivers = ["1421", "1422", "1423", "1424", "1426", "1427", "1428", "1429", "1430"]
            .contains(&code.as_str())
            || ["1431", "1433", "1434"].contains(&code.as_str());
        assert_eq!(is_delivered(found), delivers, "{code}: {found:?}");
    }
    for code in ["1415", "1416", "1420", "167", "181", "1100", "1481", "1491", "2600", "4650"] {
        assert_eq!(status(&[(code, "2026-11-22 12:00:00", "")]), Status::Returned, "{code}");
    }
}

/// Codes for "delivered" are used for parcels that were handed back to the sender.
#[test]
fn delivered_code_with_words_of_a_return_is_returned() {
    for text in [
        "Item successfully returned to sender",
        "Envoi renvoyé avec succès à l'expéditeur",
        "Envoi renvoye avec succes a l'expediteur",
        "ENVOI RETOURNÉ À L’EXPÉDITEUR",
    ] {
        for code in ["1496", "1498", "1408"] {
            let found = status(&[(code, "2026-11-22 12:00:00", text)]);
            assert_eq!(found, Status::Returned, "{code} {text}");
        }
    }
}

/// A reader of the first event alone misses a delivery below a stored signature.
#[test]
fn signature_event_on_top_hides_no_delivery() {
    for code in ["20", "21", "2001", "0020"] {
        let found = status(&[
            (code, "2026-11-22 13:00:00", "Signature image recorded"),
            ("1496", "2026-11-22 12:00:00", "Item delivered"),
        ]);
        assert!(is_delivered(found), "{code}: {found:?}");
    }
}

#[test]
fn correction_after_a_delivery_undoes_it() {
    let found = status(&[
        ("0130", "2026-02-02 09:00:00", "Address corrected"),
        ("1496", "2026-02-01 12:00:00", "Item delivered"),
    ]);
    assert_eq!(found, Status::InTransit);
    let found = status(&[
        ("1496", "2026-02-03 12:00:00", "Item delivered"),
        ("0130", "2026-02-02 09:00:00", "Address corrected"),
        ("1496", "2026-02-01 12:00:00", "Item delivered"),
    ]);
    // 3 February 2026, noon in Eastern time.
    let second = UnixTime(1_770_138_000);
    assert_eq!(found, Status::Delivered { at: second, signed: false });
}

#[test]
fn order_in_the_answer_does_not_matter() {
    let mut events = vec![
        ("1496", "2026-02-01 12:00:00", "Item delivered"),
        ("174", "2026-02-01 08:00:00", "Item out for delivery"),
        ("0130", "2026-02-02 09:00:00", "Address corrected"),
    ];
    for _ in 0..events.len() {
        events.rotate_left(1);
        assert_eq!(status(&events), Status::InTransit);
    }
}

#[test]
fn leading_zeros_of_a_code_do_not_matter() {
    for code in ["0174", "174", "00174"] {
        let found = status(&[(code, "2026-11-22 08:00:00", "")]);
        assert_eq!(found, Status::OutForDelivery, "{code}");
    }
    assert_eq!(status(&[("0156", "2026-11-22 08:00:00", "")]), Status::Ready);
}

#[test]
fn return_before_a_delivery_still_counts() {
    let found = status(&[
        ("1442", "2026-11-25 12:00:00", "Delivered"),
        ("0167", "2026-11-22 12:00:00", "Item refused"),
    ]);
    assert_eq!(found, Status::Returned);
}

#[test]
fn notice_cards_and_lockers_are_not_delivered() {
    for code in ["1407", "1410", "1435", "1479", "1701", "156", "1405"] {
        assert_eq!(status(&[(code, "2026-11-22 12:00:00", "")]), Status::Ready, "{code}");
    }
    let locker = snapshot(&[("1405", "2026-11-22 12:00:00", "Delivered to a locker")]);
    assert!(is_delivered(classify(&locker, &Rules { locker: true, third_party: false })));
}

#[test]
fn third_parties_count_only_where_the_rules_say_so() {
    for code in ["1425", "1432", "1461", "1475"] {
        let parcel = snapshot(&[(code, "2026-11-22 12:00:00", "")]);
        let found = classify(&parcel, &Rules::default());
        assert!(matches!(found, Status::ThirdParty { .. }), "{code}: {found:?}");
        assert!(is_delivered(classify(&parcel, &Rules { third_party: true, locker: false })));
    }
}

/// The two public tables disagree about these.
#[test]
fn codes_of_one_table_alone_are_not_delivered() {
    for code in ["1497", "1499", "5300", "1406", "1476", "9999", "", "ABC"] {
        let found = status(&[(code, "2026-11-22 12:00:00", "Item delivered")]);
        assert!(!is_delivered(found), "{code}: {found:?}");
    }
}

#[test]
fn of_two_events_at_one_time_the_delivery_is_not_believed() {
    let mut events = vec![
        ("1442", "2026-11-22 12:00:00", "Delivered"),
        ("1410", "2026-11-22 12:00:00", "Notice card left"),
    ];
    assert_eq!(status(&events), Status::Ready);
    events.reverse();
    assert_eq!(status(&events), Status::Ready);
}

#[test]
fn delivery_without_a_time_is_not_believed() {
    for at in ["soon 12:00:00", "2026-02-30 12:00:00", "2026-11-22 25:00:00"] {
        assert_eq!(status(&[("1442", at, "Delivered")]), Status::InTransit, "{at}");
    }
}

#[test]
fn label_data_alone_is_pending() {
    let parcel = [("3000", "2026-11-20 12:00:00", "Electronic information submitted by shipper")];
    assert_eq!(status(&parcel), Status::Pending);
    assert_eq!(status(&[]), Status::Pending);
    assert_eq!(accepted_at(&snapshot(&parcel)), None);
}
