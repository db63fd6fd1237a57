//! Several orders that name one parcel number: a stranger who is first blocks nobody.

use super::{HOUR, NUMBER, Scene, pass, registration_of};
use crate::attest::{desk::Desk, judge};
use shop_carrier::fake::{Parcel, Scan, Scanned};
use shop_core::escrow::{Attestation, EscrowState, Hash};

/// Scans of a parcel that is delivered.
const DELIVERED: [(u64, Scan); 2] = [(9, Scan::Accepted), (50, Scan::Delivered)];

/// Word of the refusal of an order, or `delivered`.
fn word(desk: &Desk, id: Hash) -> String {
    match desk.signed.of(id).unwrap() {
        Some(Attestation::Delivered(_)) => "delivered".into(),
        Some(Attestation::Refused(file)) => file.reason,
        None => "nothing".into(),
    }
}

/// Registers the parcel for order `n`, which is shipped on the chain at this hour.
async fn ships_and_registers(scene: &Scene, desk: &Desk, n: u8, postal: &str) -> Hash {
    let (id, registration) = registration_of(&scene.order_to(n, postal), NUMBER);
    scene.ship(id, NUMBER);
    let answer = desk.register(registration).await.unwrap();
    assert!(answer.accepted, "{}", answer.words);
    id
}

#[tokio::test]
async fn earlier_shipment_wins_over_the_earlier_registration() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let (true_order, registration) = scene.registration(1, NUMBER);
    scene.ship(true_order, NUMBER);
    scene.clock.advance(HOUR);
    let stranger = ships_and_registers(&scene, &desk, 3, "K1A 0B1").await;
    let answer = desk.register(registration.clone()).await.unwrap();
    assert!(answer.accepted && answer.words.contains("Another order"), "{}", answer.words);
    let again = desk.register(registration).await.unwrap();
    assert!(again.accepted && again.words.contains("Another order"), "{}", again.words);
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, true_order), "delivered");
    assert_eq!(word(&desk, stranger), "other-order");
}

#[tokio::test]
async fn better_destination_wins_over_the_earlier_shipment() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let stranger = ships_and_registers(&scene, &desk, 3, "K1A 9Z9").await;
    scene.clock.advance(HOUR);
    let true_order = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, true_order), "delivered");
    assert_eq!(word(&desk, stranger), "other-order");
}

/// A seller who refunds an order can send its label with another one.
#[tokio::test]
async fn order_that_has_ended_takes_the_parcel_from_no_other() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let ended = ships_and_registers(&scene, &desk, 3, "K1A 0B1").await;
    scene.clock.advance(HOUR);
    let order = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    scene.chain.0.lock().unwrap().insert(ended, EscrowState::Closed(None));
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, order), "delivered");
    assert_eq!(word(&desk, ended), "nothing");
}

#[tokio::test]
async fn reference_of_the_order_wins_over_all_else() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (statement, _) = scene.order(1);
    let tag = judge::order_tag(&statement).to_string();
    let scans = DELIVERED.iter().map(|(hours, scan)| {
        let at = super::START + hours * HOUR;
        Scanned { at, scan: *scan }
    });
    let parcel = Parcel {
        postal: "K1A0B1".into(),
        refs: vec![tag],
        scans: scans.collect(),
        ..Parcel::default()
    };
    scene.post.put(NUMBER, parcel);
    let stranger = ships_and_registers(&scene, &desk, 3, "K1A 0B1").await;
    scene.clock.advance(HOUR);
    let true_order = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, true_order), "delivered");
    assert_eq!(word(&desk, stranger), "other-order");
}

#[tokio::test]
async fn later_shipment_to_the_same_place_loses() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let true_order = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    scene.clock.advance(HOUR);
    let stranger = ships_and_registers(&scene, &desk, 3, "K1A 0B1").await;
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, true_order), "delivered");
    assert_eq!(word(&desk, stranger), "other-order");
}

#[tokio::test]
async fn equal_rights_are_refused_and_both_are_told() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let one = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    let other = ships_and_registers(&scene, &desk, 3, "K1A 0B1").await;
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, one), "conflict");
    assert_eq!(word(&desk, other), "conflict");
}

/// Whoever comes after the report has the wrong number.
#[tokio::test]
async fn reported_parcel_is_nobody_elses() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &DELIVERED);
    let (late, registration) = scene.registration(3, NUMBER);
    scene.ship(late, NUMBER);
    scene.clock.advance(HOUR);
    let reported = ships_and_registers(&scene, &desk, 1, "K1A 0B1").await;
    pass(&scene, &desk, 130).await;
    assert_eq!(word(&desk, reported), "delivered");
    drop(desk);
    let desk = scene.desk();
    let answer = desk.register(registration).await.unwrap();
    assert!(!answer.accepted && !answer.try_again, "{}", answer.words);
    assert_eq!(word(&desk, late), "nothing");
}
