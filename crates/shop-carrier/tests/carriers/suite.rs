//! The same parcels at every carrier, which must say the same of them.

use crate::stand::{HOUR, Kind, START, Stand};
use shop_carrier::{
    Found, Next, Refusal, Rules, SIGNATURE, Status, Wanted, Watch, accepted_at, admit, classify,
    fake::Scan, match_level,
};
use shop_core::time::UnixTime;

const TAG: &str = "ABCDEFGHJKMNPQRSTVWXYZ2345";

#[tokio::test(start_paused = true)]
async fn unknown_number_is_pending() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        let snapshot = stand.fetch().await.expect("an answer");
        assert_eq!(snapshot.found, Found::Nowhere, "{kind:?}");
        assert_eq!(classify(&snapshot, &Rules::default()), Status::Pending);
        assert_eq!(admit(&snapshot, UnixTime(START)), Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn parcel_is_followed_to_the_door() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[
            (1, Scan::LabelMade),
            (10, Scan::Accepted),
            (20, Scan::Processed),
            (30, Scan::OutForDelivery),
            (34, Scan::Delivered),
            (35, Scan::SignatureStored),
        ]);
        let mut seen = Vec::new();
        for hours in [1, 10, 20, 30, 34, 35] {
            stand.at(hours);
            seen.push(stand.status().await);
        }
        let at = UnixTime(START + 34 * HOUR);
        let delivered = Status::Delivered { at, signed: false };
        let way = [Status::Pending, Status::InTransit, Status::InTransit, Status::OutForDelivery];
        assert_eq!(seen, [&way[..], &[delivered, delivered]].concat(), "{kind:?}");
        let snapshot = stand.fetch().await.expect("an answer");
        assert_eq!(accepted_at(&snapshot), Some(UnixTime(START + 10 * HOUR)), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn parcel_given_back_is_returned() {
    for scan in [Scan::Returning, Scan::GivenBack] {
        for kind in Kind::ALL {
            let stand = Stand::new(kind);
            stand.send(&[(1, Scan::Accepted), (5, scan), (9, Scan::Delivered)]);
            stand.at(9);
            assert_eq!(stand.status().await, Status::Returned, "{kind:?} {scan:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hand_overs_to_others_are_told_apart() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.at(9);
        for (scan, status) in [
            (Scan::Concierge, Status::ThirdParty { at: UnixTime(START + 9 * HOUR) }),
            (Scan::Locker, Status::Ready),
            (Scan::CardLeft, Status::Ready),
            (Scan::Unheard, Status::InTransit),
        ] {
            stand.send(&[(1, Scan::Accepted), (9, scan)]);
            assert_eq!(stand.status().await, status, "{kind:?} {scan:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_events_at_one_time_the_strictest_is_believed() {
    let at = UnixTime(START + 9 * HOUR);
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.at(9);
        for (other, status) in [
            (Scan::Concierge, Status::ThirdParty { at }),
            (Scan::Locker, Status::Ready),
            (Scan::OutForDelivery, Status::OutForDelivery),
            (Scan::Processed, Status::InTransit),
        ] {
            for scans in [[Scan::Delivered, other], [other, Scan::Delivered]] {
                stand.send(&scans.map(|scan| (9, scan)));
                assert_eq!(stand.status().await, status, "{kind:?} {scans:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn corrected_delivery_is_undone() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[(1, Scan::Delivered), (20, Scan::AddressCorrected), (44, Scan::Delivered)]);
        stand.at(20);
        assert_eq!(stand.status().await, Status::InTransit, "{kind:?}");
        stand.at(44);
        let at = UnixTime(START + 44 * HOUR);
        assert_eq!(stand.status().await, Status::Delivered { at, signed: false }, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn destination_and_references_are_read() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        let (country, postal) = stand.place();
        let wanted = Wanted { country, postal, order_tag: TAG };
        stand.send_with(&[(1, Scan::Delivered)], |parcel| {
            parcel.refs = vec![String::new(), TAG.to_owned()];
            parcel.signed = true;
        });
        stand.at(1);
        let snapshot = stand.fetch().await.expect("an answer");
        // USPS tells neither references nor signatures.
        let level = if kind == Kind::Usps { 3 } else { 4 | SIGNATURE };
        assert_eq!(match_level(&snapshot, &wanted), level, "{kind:?}");
        stand.send_with(&[(1, Scan::Delivered)], |parcel| parcel.postal.truncate(3));
        let snapshot = stand.fetch().await.expect("an answer");
        assert_eq!(match_level(&snapshot, &wanted), 2, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn archived_parcels_and_missing_zones_are_read() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send_with(&[(1, Scan::Accepted), (9, Scan::Delivered)], |parcel| {
            parcel.archived = true;
            parcel.zoneless = true;
        });
        stand.at(9);
        let snapshot = stand.fetch().await.expect("an answer");
        assert!(snapshot.events.iter().all(|event| !event.zone_known), "{kind:?}");
        let status = classify(&snapshot, &Rules::default());
        assert!(matches!(status, Status::Delivered { .. }), "{kind:?}");
    }
}

/// The body is the evidence: it changes when the parcel moves, and its digest is its own.
#[tokio::test(start_paused = true)]
async fn evidence_is_the_answer_itself() {
    use sha2::{Digest, Sha256};
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[(1, Scan::Accepted), (9, Scan::Delivered)]);
        stand.at(1);
        let first = stand.fetch().await.expect("an answer");
        let again = stand.fetch().await.expect("an answer");
        stand.at(9);
        let second = stand.fetch().await.expect("an answer");
        assert_eq!(first.body_sha256, again.body_sha256, "{kind:?}");
        assert_ne!(first.body_sha256, second.body_sha256, "{kind:?}");
        assert_eq!(<[u8; 32]>::from(Sha256::digest(&second.body)), second.body_sha256);
    }
}

/// A whole watch: registered as it is sent, wrong scan, correction, delivery, signature.
#[tokio::test(start_paused = true)]
async fn watch_signs_the_delivery_that_stayed() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[
            (10, Scan::Accepted),
            (100, Scan::Delivered),
            (124, Scan::AddressCorrected),
            (146, Scan::Delivered),
            (147, Scan::SignatureStored),
        ]);
        let now = UnixTime(START);
        let mut watch = Watch::new(now, now, now.plus_seconds(60 * 24 * HOUR));
        let (signed_at, end) = follow(&stand, &mut watch).await;
        let Next::Sign(delivery) = end else { panic!("{kind:?}: {end:?}") };
        assert_eq!(delivery.accepted_at, UnixTime(START + 10 * HOUR), "{kind:?}");
        assert_eq!(delivery.delivered_at, UnixTime(START + 146 * HOUR), "{kind:?}");
        assert!(signed_at >= START + (146 + 48) * HOUR, "{kind:?}");
        assert!(signed_at <= START + (146 + 48 + 8) * HOUR, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn watch_refuses_a_parcel_that_comes_back() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[(10, Scan::Accepted), (100, Scan::CardLeft), (400, Scan::GivenBack)]);
        let now = UnixTime(START);
        let mut watch = Watch::new(now, now, now.plus_seconds(60 * 24 * HOUR));
        let (_, end) = follow(&stand, &mut watch).await;
        assert_eq!(end, Next::Refuse(Refusal::Returned), "{kind:?}");
    }
}

/// Asks when the watch says so, until it has an end.
async fn follow(stand: &Stand, watch: &mut Watch) -> (u64, Next) {
    let mut now = UnixTime(START);
    loop {
        stand.clock.set(now);
        let answer = stand.fetch().await;
        let step = watch.answer(now, answer.as_ref(), &Rules::default(), now.0);
        match step.next {
            Next::PollAt(at) => now = at,
            end => return (now.0, end),
        }
    }
}
