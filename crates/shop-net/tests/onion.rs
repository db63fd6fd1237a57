//! The onion door over a private Tor network: one suite for every backend.
//! Debian's tor is network, visitor and target, the tor role a real process (this program again, as
//! `role`), and the shop side is in this one.
//!
//! One network for all steps of a backend, in order; each step is named by what it shows.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, clippy::print_stdout)]

#[path = "onion/rig.rs"]
mod rig;
#[path = "torbed/network.rs"]
#[expect(dead_code, reason = "scenarios use more of it")]
mod torbed;

use std::future::{Ready, ready};

use rig::{Kind, PAGE, Rig, eventually, holds_nothing_open_for_others, role};
use shop_core::entropy::Seeded;
use shop_net::{
    link::{Ingress, Message},
    onion::OnionKey,
    status::Status,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[tokio::main]
async fn main() {
    if std::env::args().nth(1).as_deref() == Some("role") {
        return role().await;
    }
    for kind in rig::chosen([Kind::Arti, Kind::Socket]) {
        conforms(kind).await;
    }
}

/// Takes a backend through all steps.
async fn conforms(kind: Kind) {
    let dir = tempfile::tempdir().unwrap();
    let mut rig = Rig::start(dir.path(), kind).await;
    step!(rig, c_tor_computes_the_same_address_from_our_key);
    step!(rig, a_c_tor_visitor_reads_a_page_at_the_keys_address);
    if kind == Kind::Arti {
        step!(rig, the_role_has_full_vanguards_on_disk_and_no_key);
    }
    step!(rig, the_role_listens_nowhere);
    step!(rig, one_visitors_streams_share_a_circuit_and_anothers_do_not);
    step!(rig, a_port_that_is_not_the_shops_is_refused);
    step!(rig, stream_above_the_circuits_limit_ends_no_other_circuit);
    step!(rig, the_shop_can_end_a_circuit);
    step!(rig, two_purposes_are_dialled_on_two_circuits);
    step!(rig, a_killed_tor_role_comes_back_at_the_same_address);
    if kind == Kind::Socket {
        step!(rig, c_tor_that_ends_and_starts_again_is_waited_for);
    }
    rig.stops_when_told().await;
    println!("test the_role_stops_when_told ... ok");
}

/// Runs one step and says so.
#[macro_export]
macro_rules! step {
    ($rig:ident, $step:ident) => {
        let began = std::time::Instant::now();
        $step(&mut $rig).await;
        println!("test {} ... ok ({} ms)", stringify!($step), began.elapsed().as_millis());
    };
}

fn c_tor_computes_the_same_address_from_our_key(rig: &mut Rig) -> Ready<()> {
    let key = OnionKey::generate(&Seeded::new(2));
    assert_eq!(rig.target_address, key.address());
    ready(())
}

async fn a_c_tor_visitor_reads_a_page_at_the_keys_address(rig: &mut Rig) {
    let address = rig.address_told().await;
    assert_eq!(address, OnionKey::generate(&Seeded::new(1)).address());
    // A backend may learn from its first visitor that it can be reached.
    let page = rig.page().await;
    rig.role_says(|message| *message == Message::Status(Status::Reachable)).await;
    assert_eq!(page.len(), PAGE.len(), "a page of {} bytes arrives whole", PAGE.len());
    assert!(page == PAGE);
}

async fn the_role_has_full_vanguards_on_disk_and_no_key(rig: &mut Rig) {
    let vanguards = eventually("vanguards are stored", async || {
        let file = rig.state_dir().join("state").join("vanguards.json");
        let text = std::fs::read_to_string(file).ok()?;
        let json: serde_json::Value = serde_json::from_str(&text).ok()?;
        let filled = |layer: &str| json[layer].as_array().is_some_and(|guards| !guards.is_empty());
        (filled("l2_vanguards") && filled("l3_vanguards")).then_some(())
    });
    vanguards.await;
    let key = OnionKey::generate(&Seeded::new(1));
    let secret = &key.as_bytes()[32..];
    for file in rig::files_below(&rig.state_dir()) {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(32).any(|part| part == &secret[..32]), "{}", file.display());
        assert!(!file.to_string_lossy().contains("ks_hs_id"), "{}", file.display());
    }
}

fn the_role_listens_nowhere(rig: &mut Rig) -> Ready<()> {
    holds_nothing_open_for_others(rig.role_id());
    ready(())
}

async fn one_visitors_streams_share_a_circuit_and_anothers_do_not(rig: &mut Rig) {
    let (_a, one) = rig.visit("shared").await;
    let (_b, same) = rig.visit("shared").await;
    let (_c, other) = rig.visit("another").await;
    assert_eq!(one.door, Ingress::Onion);
    assert_eq!(one.circuit, same.circuit);
    assert_ne!(one.circuit, other.circuit);
}

async fn a_port_that_is_not_the_shops_is_refused(rig: &mut Rig) {
    let (mut stream, mut visit) = rig.visit("ports").await;
    // The visitor's tor tries again for a while, on circuits that are ended like the first.
    let refused = async {
        assert!(rig.connect(81, "ports").await.is_err());
    };
    if rig.kind() == Kind::Socket {
        // C tor refuses by itself, and leaves the circuit alone.
        refused.await;
        visit.stream.write_all(b"!").await.unwrap();
        assert_eq!(stream.read_u8().await.unwrap(), b'!');
        return;
    }
    tokio::select! {
        () = async { refused.await; std::future::pending().await } => {}
        () = rig::ends(&mut stream) => {}
    }
}

async fn stream_above_the_circuits_limit_ends_no_other_circuit(rig: &mut Rig) {
    let (mut bystander, mut their_visit) = rig.visit("bystander").await;
    let mut held = Vec::new();
    for _ in 0..16 {
        held.push(rig.visit("greedy").await);
    }
    let circuit = held[0].1.circuit;
    assert!(held.iter().all(|(_, visit)| visit.circuit == circuit));
    let all_end = async {
        for (stream, _) in &mut held {
            rig::ends(stream).await;
        }
    };
    // The visitor's tor may bring the last one in again on a new circuit.
    tokio::join!(all_end, async { drop(rig.connect(80, "greedy").await) });
    their_visit.stream.write_all(b"!").await.unwrap();
    assert_eq!(bystander.read_u8().await.unwrap(), b'!');
}

async fn the_shop_can_end_a_circuit(rig: &mut Rig) {
    let (mut stream, visit) = rig.visit("abuser").await;
    rig.shop.reporter().end_circuit(visit.door, visit.circuit).await;
    rig::ends(&mut stream).await;
    // The streams end first: whoever comes again at once may still meet the circuit's own end.
    let again = eventually("a new circuit", async || rig.try_visit("abuser").await.ok()).await;
    assert_ne!(visit.circuit, again.1.circuit);
}

async fn two_purposes_are_dialled_on_two_circuits(rig: &mut Rig) {
    let one = rig.dialled_circuit("one").await;
    let same = rig.dialled_circuit("one").await;
    let other = rig.dialled_circuit("two").await;
    assert_eq!(one, same, "a purpose keeps its circuit");
    assert_ne!(one, other, "and shares it with none");
    let refused = rig.shop.dialer().dial("three").await.map(drop).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::NotFound);
}

async fn a_killed_tor_role_comes_back_at_the_same_address(rig: &mut Rig) {
    let before = rig.address_told().await;
    rig.kill_role().await;
    rig.start_role().await;
    assert_eq!(rig.address_told().await, before);
    assert!(rig.page().await == PAGE);
    rig.role_says(|message| *message == Message::Status(Status::Reachable)).await;
}

/// The streams of a tor that was killed end, the seller is told, and the next one serves.
async fn c_tor_that_ends_and_starts_again_is_waited_for(rig: &mut Rig) {
    let (mut stream, visit) = rig.visit("witness").await;
    rig.kill_front();
    rig::ends(&mut stream).await;
    drop(visit);
    rig.role_says(|message| matches!(message, Message::Status(Status::Waiting { .. }))).await;
    rig.start_front().await;
    rig.role_says(|message| *message == Message::Status(Status::Announcing)).await;
    assert!(rig.page().await == PAGE);
    rig.role_says(|message| *message == Message::Status(Status::Reachable)).await;
}
