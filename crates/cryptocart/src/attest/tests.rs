//! An attestor at work, with the fake carrier and a chain that says what the test wants.

mod contested;
mod keeper;
mod lines;

use super::{
    carriers::Carriers,
    desk::{Chain, Desk, DeskParts},
    polling,
    records::Records,
    signed::Signed,
};
use crate::system::System;
use shop_carrier::{
    CarrierName, Rules,
    fake::{FakeCarrier, FakePost, Fault, Parcel, Scan, Scanned},
};
use shop_chain::{
    WatchError,
    ethereum::escrow::{
        Domain, Key, PINNED, attestors_hash, delivered_digest, id_of, is_signed_by,
        order_commitment, refused_digest, sign_payout, tracking_commitment, vault_of,
    },
};
use shop_core::{
    entropy::Seeded,
    escrow::{
        Account, Attestation, AttestorSet, EscrowState, Goods, Hash, MatchLevel, Parcel as Shipped,
        Registration, Statement, Terms,
    },
    time::{Clock, SetClock, UnixTime},
};
use shop_seal::HomeKey;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
};

const NUMBER: &str = "1371134583769923";
const OTHER: &str = "RB123456785GB";
const START: u64 = 1_800_000_000;
const HOUR: u64 = 3_600;

/// Chain that says what it is told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<BTreeMap<Hash, EscrowState>>>);

impl Chain for Told {
    fn state(
        &self,
        _: Account,
        id: Hash,
    ) -> shop_http::BoxFuture<'_, Result<EscrowState, WatchError>> {
        let state = self.0.lock().unwrap().get(&id).copied().unwrap_or(EscrowState::Open);
        Box::pin(async move { Ok(state) })
    }
}

/// Everything around one attestor.
struct Scene {
    clock: Arc<SetClock>,
    post: Arc<FakePost>,
    chain: Told,
    folder: tempfile::TempDir,
    key: [u8; 32],
}

fn key(n: u8) -> Key {
    Key::from_bytes(&[n; 32]).unwrap()
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(START)));
        let post = Arc::new(FakePost::new(Arc::clone(&clock) as Arc<dyn Clock>));
        let folder = tempfile::tempdir().unwrap();
        Self { clock, post, chain: Told::default(), folder, key: [41; 32] }
    }

    /// Opens the attestor, each time as one that has just started.
    fn desk(&self) -> Arc<Desk> {
        self.desk_with(Vec::new())
    }

    /// Opens the attestor with more carriers.
    fn desk_with(&self, more: Vec<Box<dyn shop_carrier::Carrier>>) -> Arc<Desk> {
        let state = |name: &str| self.folder.path().join(name);
        let carrier = FakeCarrier::new(Arc::clone(&self.post), CarrierName::CanadaPost);
        let carrier: Box<dyn shop_carrier::Carrier> = Box::new(carrier);
        let entropy = Arc::new(Seeded::new(3));
        Desk::new(DeskParts {
            key: Key::from_bytes(&self.key).unwrap(),
            chain_id: 1,
            rules: Rules::default(),
            most_parcels: 9,
            records: Records::open(state("parcels"), HomeKey::from_bytes(&[9; 32]), entropy)
                .unwrap(),
            signed: Signed::open(state("signed")).unwrap(),
            carriers: Carriers::new(more.into_iter().chain([carrier])),
            chain: Box::new(self.chain.clone()),
            system: System::with_clock(Arc::clone(&self.clock)),
        })
    }

    /// Order number `n`, with its goods.
    fn order(&self, n: u8) -> (Statement, Goods) {
        self.order_to(n, "K1A 0B1")
    }

    /// Order number `n`, which goes to this postal code.
    fn order_to(&self, n: u8, postal: &str) -> (Statement, Goods) {
        self.order_with(n, postal, |_| {})
    }

    /// Order number `n`, with its terms changed.
    fn order_with(
        &self,
        n: u8,
        postal: &str,
        change: impl FnOnce(&mut Terms),
    ) -> (Statement, Goods) {
        let salt = |at| Hash([at; 32]);
        let goods = Goods::new(salt(n), salt(n + 1), "CA", postal, "1 shirt").unwrap();
        let accounts = [41, 42, 43].map(|n| key(n).account()).to_vec();
        let attestors = AttestorSet::new(2, accounts).unwrap();
        let seller = Account([n; 20]);
        let mut terms = Terms {
            chain_id: 1,
            seller,
            operator: key(12).account(),
            refund_to: Account([7; 20]),
            buyer_key: None,
            arbiter: Some(key(13).account()),
            token: None,
            price: 10_u128.pow(17),
            ship_by: UnixTime(START + 5 * 24 * HOUR),
            deliver_by: UnixTime(START + 65 * 24 * HOUR),
            dispute_window: 432_000,
            arbiter_window: 1_209_600,
            arbiter_fee_bps: 500,
            keeper_tip: 0,
            min_match: MatchLevel(3),
            attestors: attestors_hash(&attestors),
            release_hash: None,
            order: order_commitment(&goods),
        };
        change(&mut terms);
        let id = id_of(&terms);
        let contract = PINNED.contract;
        let statement = Statement {
            terms,
            contract,
            vault: vault_of(contract, id),
            id,
            attestors,
            shop_key: key(11).account(),
            payout_signature: sign_payout(&key(11), seller).signature,
            goods: None,
        };
        (statement, goods)
    }

    fn registration(&self, n: u8, number: &str) -> (Hash, Registration) {
        registration_of(&self.order(n), number)
    }

    /// Has the chain say that an order was shipped with this number, now.
    fn ship(&self, id: Hash, number: &str) {
        let tracking = tracking_commitment("cpc", number, Hash([77; 32]));
        let shipped_at = self.clock.now();
        let until = UnixTime(START + 65 * 24 * HOUR);
        let state = EscrowState::Shipped { parcel: Shipped { tracking, shipped_at }, until };
        self.chain.0.lock().unwrap().insert(id, state);
    }

    /// Has the carrier know a parcel, and what happens to it: hours after the start, scans.
    fn parcel(&self, number: &str, scans: &[(u64, Scan)]) {
        let scans =
            scans.iter().map(|(hours, scan)| Scanned { at: START + hours * HOUR, scan: *scan });
        self.post.put(
            number,
            Parcel { postal: "K1A0B1".into(), scans: scans.collect(), ..Parcel::default() },
        );
    }
}

/// Returns the registration of an order's parcel.
fn registration_of((statement, goods): &(Statement, Goods), number: &str) -> (Hash, Registration) {
    let text = shop_chain::ethereum::escrow::checksum;
    let registration = Registration {
        version: Registration::VERSION,
        statement: statement.to_text(text).to_string(),
        carrier: "canada-post".into(),
        number: number.into(),
        salt: Hash([77; 32]),
        order_salt: goods.salt(),
        postal_salt: goods.postal_salt(),
        country: goods.country().into(),
        postal_code: goods.postal_code().into(),
        goods: shop_chain::ethereum::escrow::release_hash(goods.text().as_bytes()),
    };
    (statement.id, registration)
}

/// Lets hours pass, and the attestor work in each.
async fn pass(scene: &Scene, desk: &Desk, hours: u64) {
    let mut looked = CarrierName::ALL.map(|carrier| (carrier, BTreeMap::new()));
    for _ in 0..hours {
        scene.clock.advance(HOUR);
        for (carrier, looked) in &mut looked {
            polling::pass(desk, *carrier, looked).await;
        }
    }
}

#[tokio::test]
async fn part_2_of_a_statement_is_not_kept() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (statement, goods) = scene.order(1);
    let whole = Statement { goods: Some(goods.clone()), ..statement };
    let (id, registration) = registration_of(&(whole, goods), NUMBER);
    assert!(registration.statement.contains("1 shirt"));
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted)]);
    assert!(desk.register(registration).await.unwrap().accepted);
    let kept = desk.records.of(id).unwrap().unwrap().registration.statement.clone();
    assert!(Statement::parse_any(&kept).is_ok() && !kept.contains("shirt"), "{kept}");
}

#[tokio::test]
async fn delivered_parcel_is_signed_once_it_has_been_stable() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    let answer = desk.register(registration.clone()).await.unwrap();
    assert!(answer.accepted, "{}", answer.words);
    assert!(desk.register(registration).await.unwrap().accepted, "again");
    pass(&scene, &desk, 97).await;
    assert_eq!(desk.signed.of(id).unwrap(), None, "not before 48 hours");
    pass(&scene, &desk, 30).await;
    let Some(Attestation::Delivered(file)) = desk.signed.of(id).unwrap() else {
        panic!("nothing was signed")
    };
    let report = file.signed_report();
    let domain = Domain { chain_id: 1, contract: PINNED.contract };
    let digest = delivered_digest(domain, id, file.tracking, &report.report);
    assert!(is_signed_by(desk.account(), digest, &report.signature));
    assert_eq!(file.match_level.0 & 7, 3);
    assert_eq!(file.delivered_at, START + 50 * HOUR);
}

/// The official sample has a delivery that is taken back two days later.
#[tokio::test]
async fn delivery_that_was_a_mistake_is_not_signed() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    let scans = [(1, Scan::Accepted), (50, Scan::Delivered), (90, Scan::AddressCorrected)];
    scene.parcel(NUMBER, &scans);
    assert!(desk.register(registration).await.unwrap().accepted);
    pass(&scene, &desk, 24 * 20).await;
    assert_eq!(desk.signed.of(id).unwrap(), None);
}

#[tokio::test]
async fn returned_parcel_is_refused_and_never_reported() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (60, Scan::Returning), (80, Scan::Delivered)]);
    assert!(desk.register(registration).await.unwrap().accepted);
    pass(&scene, &desk, 24 * 10).await;
    let Some(Attestation::Refused(file)) = desk.signed.of(id).unwrap() else {
        panic!("no refusal")
    };
    assert_eq!(file.reason, "returned");
    let digest = refused_digest(PINNED.contract, id, "returned");
    assert!(is_signed_by(desk.account(), digest, &file.signature));
}

#[tokio::test]
async fn an_order_has_one_parcel() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &[(1, Scan::Accepted)]);
    scene.parcel(OTHER, &[(1, Scan::Accepted)]);
    let (first, registration) = scene.registration(1, NUMBER);
    scene.ship(first, NUMBER);
    assert!(desk.register(registration).await.unwrap().accepted);
    let (_, other_parcel) = scene.registration(1, OTHER);
    let refused = desk.register(other_parcel).await.unwrap();
    assert!(!refused.accepted && refused.words.contains("another parcel"), "{}", refused.words);
}

#[tokio::test]
async fn what_the_chain_does_not_show_is_not_registered() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &[(1, Scan::Accepted)]);
    let (id, registration) = scene.registration(1, NUMBER);
    let early = desk.register(registration.clone()).await.unwrap();
    assert!(!early.accepted && early.try_again, "{}", early.words);
    scene.ship(id, OTHER);
    let wrong = desk.register(registration).await.unwrap();
    assert!(!wrong.accepted && !wrong.try_again, "{}", wrong.words);
    assert!(desk.records.ids().is_empty());
}

#[tokio::test]
async fn words_of_the_seller_are_not_believed() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &[(1, Scan::Accepted)]);
    let (id, good) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    let changes: [fn(&mut Registration); 7] = [
        |wrong| wrong.postal_code = "H2X1Y4".into(),
        |wrong| wrong.country = "US".into(),
        |wrong| wrong.goods = Hash([0; 32]),
        |wrong| wrong.salt = Hash([0; 32]),
        |wrong| wrong.number = "1371134583769924".into(),
        |wrong| wrong.version = 2,
        |wrong| wrong.statement = wrong.statement.replace("070707", "080808"),
    ];
    for (place, change) in changes.into_iter().enumerate() {
        let mut wrong = good.clone();
        change(&mut wrong);
        let answer = desk.register(wrong).await.unwrap();
        assert!(!answer.accepted, "change {place} was accepted");
        assert!(!answer.words.contains("H2X"), "{}", answer.words);
    }
}

#[tokio::test]
async fn parcel_from_before_the_shipment_is_refused() {
    let scene = Scene::new();
    let desk = scene.desk();
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (20, Scan::Delivered)]);
    scene.clock.advance(30 * HOUR);
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    let answer = desk.register(registration).await.unwrap();
    assert!(!answer.accepted, "{}", answer.words);
}

/// Killed after the signature and before the record of it: nothing is signed again.
#[tokio::test]
async fn an_attestor_that_was_killed_goes_on_and_signs_once() {
    let scene = Scene::new();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    let desk = scene.desk();
    assert!(desk.register(registration).await.unwrap().accepted);
    pass(&scene, &desk, 60).await;
    drop(desk);
    let desk = scene.desk();
    let before = desk.records.of(id).unwrap().unwrap();
    pass(&scene, &desk, 80).await;
    let signed = desk.signed.of(id).unwrap().unwrap();
    desk.records.keep(&before).unwrap();
    drop(desk);
    let desk = scene.desk();
    pass(&scene, &desk, 200).await;
    assert_eq!(desk.signed.of(id).unwrap(), Some(signed));
}

#[tokio::test]
async fn carrier_that_fails_delays_and_decides_nothing() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    assert!(desk.register(registration).await.unwrap().accepted);
    scene.post.close(true);
    pass(&scene, &desk, 24 * 5).await;
    assert_eq!(desk.signed.of(id).unwrap(), None);
    scene.post.close(false);
    scene.post.fail_next(Fault::Throttled);
    pass(&scene, &desk, 24 * 5).await;
    assert!(matches!(desk.signed.of(id).unwrap(), Some(Attestation::Delivered(_))));
}

#[tokio::test]
async fn parcel_of_an_order_that_ended_is_forgotten() {
    let scene = Scene::new();
    let desk = scene.desk();
    let (id, registration) = scene.registration(1, NUMBER);
    scene.ship(id, NUMBER);
    scene.parcel(NUMBER, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    assert!(desk.register(registration.clone()).await.unwrap().accepted);
    pass(&scene, &desk, 24 * 7).await;
    assert!(desk.records.of(id).unwrap().unwrap().evidence.is_some());
    scene.chain.0.lock().unwrap().insert(id, EscrowState::Closed(None));
    pass(&scene, &desk, 24).await;
    assert!(desk.records.of(id).unwrap().is_none());
    assert!(desk.signed.of(id).unwrap().is_some(), "the report stays");
    assert!(nothing_of(NUMBER, scene.folder.path()));
}

/// Returns true if no file of a folder has these words.
fn nothing_of(words: &str, folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries.map(|entry| entry.path()).all(|path| {
        if path.is_dir() {
            return nothing_of(words, &path);
        }
        !String::from_utf8_lossy(&std::fs::read(&path).unwrap()).contains(words)
    })
}
