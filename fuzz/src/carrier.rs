//! A carrier that answers anything: no words make a parcel delivered that comes back.

use shop_carrier::{
    CarrierError, CarrierName, EventClass, Number, Rules, Snapshot, Status, Watch, admit,
    canada_post, classify, usps,
};
use shop_core::time::UnixTime;

const NOW: UnixTime = UnixTime(1_795_348_800);

/// Reads bytes as an answer of both JSON APIs.
pub fn carrier_json(bytes: &[u8]) {
    check(canada_post::parse_json, CarrierName::CanadaPost, "0073938000549297", bytes);
    check(usps::parse, CarrierName::Usps, "9400111201080805483016", bytes);
}

/// Reads bytes as an answer of Canada Post's XML API.
pub fn carrier_xml(bytes: &[u8]) {
    check(canada_post::parse_xml, CarrierName::CanadaPost, "0073938000549297", bytes);
}

fn check(
    parse: impl Fn(&[u8], &Number) -> Result<Snapshot, CarrierError>,
    carrier: CarrierName,
    number: &str,
    bytes: &[u8],
) {
    let number = Number::parse(carrier, number).expect("a number");
    let Ok(snapshot) = parse(bytes, &number) else { return };
    assert_eq!(snapshot.body, bytes, "the evidence is the answer");
    let rules = Rules { third_party: true, locker: true };
    let status = classify(&snapshot, &rules);
    let comes_back = snapshot.events.iter().any(|event| event.class == EventClass::Returned);
    assert_eq!(status == Status::Returned, comes_back);
    let mut turned = snapshot.clone();
    turned.events.reverse();
    assert_eq!(classify(&turned, &rules), status, "the order of an answer decides nothing");
    // One answer alone never signs, whatever it says.
    let mut watch = Watch::new(NOW, NOW, NOW.plus_seconds(1 << 40));
    let step = watch.answer(NOW, Ok(&snapshot), &rules, 0);
    assert!(!matches!(step.next, shop_carrier::Next::Sign(_)));
    if matches!(status, Status::Delivered { .. }) {
        assert!(admit(&snapshot, NOW).is_err(), "what is delivered is not registered");
    }
}
