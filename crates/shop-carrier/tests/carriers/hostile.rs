//! Carriers that fail: faults, limits, keys.

use crate::stand::{Kind, Stand};
use shop_carrier::{
    CarrierError, CarrierName, Number, Secret,
    fake::{Fault, KEY_ID, KEY_SECRET, Scan},
};
use std::time::Duration;
use tokio::time::Instant;

const FAULTS: [Fault; 9] = [
    Fault::Throttled,
    Fault::Unavailable,
    Fault::GatewayPage,
    Fault::Huge,
    Fault::Deep,
    Fault::EntityBomb,
    Fault::CutOff,
    Fault::OtherParcel,
    Fault::Silent,
];

#[tokio::test(start_paused = true)]
async fn each_fault_is_its_error_and_passes() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send(&[(0, Scan::Accepted)]);
        for fault in FAULTS {
            stand.post.fail_next(fault);
            assert_eq!(stand.fetch().await.err(), fault.error(), "{kind:?} {fault:?}");
            assert!(stand.fetch().await.is_ok(), "{kind:?} after {fault:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn token_that_ended_is_replaced_once() {
    for kind in [Kind::CanadaPostJson, Kind::Usps] {
        let stand = Stand::new(kind);
        assert!(stand.fetch().await.is_ok());
        let before = stand.post.requests();
        stand.post.fail_next(Fault::TokenEnded);
        assert!(stand.fetch().await.is_ok(), "{kind:?}");
        assert_eq!(stand.post.requests() - before, 3, "{kind:?}: refused, token, answer");
        assert!(stand.fetch().await.is_ok());
        assert_eq!(stand.post.requests() - before, 4, "{kind:?}: the new token is kept");
    }
}

#[tokio::test(start_paused = true)]
async fn token_is_asked_for_again_before_it_ends() {
    for kind in [Kind::CanadaPostJson, Kind::Usps] {
        let stand = Stand::new(kind);
        assert!(stand.fetch().await.is_ok());
        tokio::time::advance(Duration::from_secs(3_000)).await;
        assert!(stand.fetch().await.is_ok());
        assert_eq!(stand.post.requests(), 3, "{kind:?}");
        tokio::time::advance(Duration::from_secs(600)).await;
        assert!(stand.fetch().await.is_ok());
        assert_eq!(stand.post.requests(), 5, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_account_is_not_asked_again_and_again() {
    for kind in Kind::REMOTE {
        let stand = Stand::new(kind);
        assert!(stand.fetch().await.is_ok());
        stand.post.fail_next(Fault::AccountRefused);
        let before = stand.post.requests();
        for _ in 0..10 {
            assert_eq!(stand.fetch().await.err(), Some(CarrierError::AccountRefused), "{kind:?}");
        }
        let most = if kind == Kind::CanadaPostXml { 10 } else { 2 };
        assert!(stand.post.requests() - before <= most, "{kind:?}: {}", stand.post.requests());
        stand.post.close(false);
        tokio::time::advance(Duration::from_secs(601)).await;
        assert!(stand.fetch().await.is_ok(), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn wrong_key_is_a_refused_account() {
    for kind in Kind::REMOTE {
        for secret in ["wrong", "", "line\nbreak"] {
            let stand = Stand::with_key(kind, secret);
            assert_eq!(stand.fetch().await.err(), Some(CarrierError::AccountRefused), "{kind:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn client_keeps_to_twenty_requests_a_minute() {
    for kind in Kind::REMOTE {
        let stand = Stand::new(kind);
        let began = Instant::now();
        for turn in 0..45 {
            assert!(stand.fetch().await.is_ok(), "{kind:?} {turn}");
        }
        assert!(began.elapsed() >= Duration::from_millis(44 * 3_100), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn throttled_client_is_quiet_for_a_minute() {
    for kind in Kind::REMOTE {
        let stand = Stand::new(kind);
        stand.post.fail_next(Fault::Throttled);
        assert!(stand.fetch().await.is_err());
        let began = Instant::now();
        assert!(stand.fetch().await.is_ok());
        assert!(began.elapsed() >= Duration::from_secs(60), "{kind:?}: {:?}", began.elapsed());
    }
}

#[tokio::test(start_paused = true)]
async fn number_of_another_carrier_is_asked_of_nobody() {
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        let (name, typed) = match kind {
            Kind::Usps => (CarrierName::CanadaPost, "0073938000549297"),
            _ => (CarrierName::Usps, "9400111201080805483016"),
        };
        let number = Number::parse(name, typed).expect("a number");
        let answer = stand.carrier.fetch(&number).await;
        assert_eq!(answer.err(), Some(CarrierError::OtherCarrier), "{kind:?}");
        assert_eq!(stand.post.requests(), 0, "{kind:?}");
    }
}

/// Neither key nor parcel is in anything that could be logged.
#[tokio::test(start_paused = true)]
async fn errors_and_debug_texts_name_no_key_and_no_parcel() {
    let mut texts = vec![format!("{:?}", Secret::new(KEY_SECRET.to_owned()))];
    for kind in Kind::ALL {
        let stand = Stand::new(kind);
        stand.send_with(&[(0, Scan::Accepted)], |parcel| parcel.refs = vec!["our-ref".to_owned()]);
        let snapshot = stand.fetch().await.expect("an answer");
        texts.push(format!("{snapshot:?} {:?} {:?}", snapshot.events, stand.number));
        for fault in FAULTS.into_iter().chain([Fault::AccountRefused]) {
            stand.post.fail_next(fault);
            let error = stand.fetch().await.expect_err("a fault");
            texts.push(format!("{error} {error:?}"));
        }
    }
    for text in texts {
        for private in [KEY_ID, KEY_SECRET, "0073938", "94001112", "G1K", "34442", "our-ref"] {
            assert!(!text.contains(private), "{private} is in {text}");
        }
    }
}
