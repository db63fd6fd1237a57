//! An arbiter at work: both sides, a chain that is told what to say, and rulings from home.

mod intake;

use super::{
    cases::{Case, Cases, Entry, NotKept},
    pages::ArbiterPages,
    proof::Proof,
    ruling::{Decision, SignedDecision, parse_share, share_text},
    side::Side,
};
use crate::{attest::Chain, files, system::System};
use shop_chain::{
    WatchError,
    ethereum::escrow::{
        Key, PINNED, attestors_hash, case_digest, checksum, id_of, order_commitment, sign_payout,
        vault_of,
    },
};
use shop_core::{
    entropy::Seeded,
    escrow::{
        Account, AttestorSet, EscrowState, Goods, Hash, MatchLevel, Parcel, Statement, Terms,
        Tracking,
    },
    kind::Kind,
    order_code::OrderCode,
    time::{CoarseTime, SetClock, UnixTime},
};
use shop_seal::{BuyerProof, HomeKey, OrderCodeKeys, SealCert, keygen};
use shop_web::service::{Block, Page, ServiceAnswer, ServicePages, ServiceRequest};
use std::{
    path::Path,
    sync::{Arc, Mutex},
};

const START: u64 = 1_800_000_000;
const DAY: u64 = 86_400;
const WORDS: &str = "the parcel was full of newspapers";

/// Chain that says what it is told, or nothing.
#[derive(Clone)]
struct Told(Arc<Mutex<Option<EscrowState>>>);

impl Chain for Told {
    fn state(
        &self,
        _: Account,
        _: Hash,
    ) -> shop_http::BoxFuture<'_, Result<EscrowState, WatchError>> {
        let state = *self.0.lock().unwrap();
        Box::pin(async move { state.ok_or(WatchError::Moved) })
    }
}

fn key(n: u8) -> Key {
    Key::from_bytes(&[n; 32]).unwrap()
}

fn shipped() -> EscrowState {
    let parcel = Parcel { tracking: Tracking([1; 21]), shipped_at: UnixTime(START) };
    EscrowState::Shipped { parcel, until: UnixTime(START + 9 * DAY) }
}

/// Everything around one arbiter, whose key has the number 13.
struct Scene {
    clock: Arc<SetClock>,
    chain: Told,
    folder: tempfile::TempDir,
    pages: ArbiterPages,
}

impl Scene {
    fn new() -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(START)));
        let chain = Told(Arc::new(Mutex::new(Some(shipped()))));
        let folder = tempfile::tempdir().unwrap();
        let made = UnixTime(START).coarse();
        let pair = keygen::throw_away("arbiter", made, &Seeded::new(5)).unwrap();
        let system = System::with_clock(Arc::clone(&clock));
        let pages = ArbiterPages {
            name: "An arbiter".into(),
            about: String::new(),
            account: key(13).account(),
            chain_id: 1,
            cert: SealCert::parse(&pair.public_armored).unwrap(),
            cases: cases(folder.path(), 9),
            rulings: folder.path().join("rulings"),
            chain: Some(Box::new(chain.clone())),
            system,
        };
        std::fs::create_dir(folder.path().join("rulings")).unwrap();
        Self { clock, chain, folder, pages }
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> ServiceAnswer {
        let mut form = form_urlencoded(fields);
        let request = ServiceRequest::new(true, path, "form", std::mem::take(&mut form));
        self.pages.answer(&request).await
    }

    /// Opens a case of our order with its proof, and returns its code.
    async fn open(&self, path: &str, words: &str) -> String {
        let proof = if path == "/buyer" { proof().reveal().to_string() } else { signed(12) };
        let text = format!("{}\n{proof}\n", spelt(&ours()));
        let answer = self.post(path, &[("statement", &text), ("words", words)]).await;
        let page = page(answer, 200);
        let code = page.blocks.iter().find_map(|block| match block {
            Block::Verbatim(code) => Some(code.clone()),
            _ => None,
        });
        code.unwrap()
    }

    /// Returns everything that the service has on its disk.
    fn disk(&self) -> Vec<(String, Vec<u8>)> {
        let mut files = Vec::new();
        for folder in ["cases", "letters"] {
            for entry in std::fs::read_dir(self.folder.path().join(folder)).unwrap().flatten() {
                let name = entry.file_name().into_string().unwrap();
                files.push((format!("{folder}/{name}"), std::fs::read(entry.path()).unwrap()));
            }
        }
        files
    }
}

fn cases(folder: &Path, most: usize) -> Cases {
    let entropy = Arc::new(Seeded::new(3));
    let key = HomeKey::from_bytes(&[9; 32]);
    Cases::open(folder.join("cases"), folder.join("letters"), key, most, entropy).unwrap()
}

fn form_urlencoded(fields: &[(&str, &str)]) -> Vec<u8> {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs = fields.iter().map(|(name, value)| format!("{name}={}", encode(value)));
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}

fn page(answer: ServiceAnswer, status: u16) -> Page {
    match answer {
        ServiceAnswer::Page(told, page) => {
            assert_eq!(told, status, "{page:?}");
            page
        }
        other => panic!("{other:?}"),
    }
}

fn text(page: &Page) -> String {
    format!("{page:?}")
}

/// Statement of an order with this arbiter, with its goods.
fn statement(arbiter: Option<Account>) -> Statement {
    let text = format!("1 shirt\n{}{}", Goods::BUYER_MARK, proof().mark());
    let goods = Goods::new(Hash([1; 32]), Hash([2; 32]), "CA", "K1A 0B1", &text).unwrap();
    let accounts = [41, 42, 43].map(|n| key(n).account()).to_vec();
    let attestors = AttestorSet::new(2, accounts).unwrap();
    let seller = Account([6; 20]);
    let terms = Terms {
        chain_id: 1,
        seller,
        operator: key(12).account(),
        refund_to: key(15).account(),
        buyer_key: Some(key(16).account()),
        arbiter,
        token: None,
        price: 10_u128.pow(17),
        ship_by: UnixTime(START + 5 * DAY),
        deliver_by: UnixTime(START + 65 * DAY),
        dispute_window: 432_000,
        arbiter_window: 1_209_600,
        arbiter_fee_bps: 500,
        keeper_tip: 0,
        min_match: MatchLevel(3),
        attestors: attestors_hash(&attestors),
        release_hash: None,
        order: order_commitment(&goods),
    };
    let id = id_of(&terms);
    let contract = PINNED.contract;
    Statement {
        terms,
        contract,
        vault: vault_of(contract, id),
        id,
        attestors,
        shop_key: key(11).account(),
        payout_signature: sign_payout(&key(11), seller).signature,
        goods: Some(goods),
    }
}

fn ours() -> Statement {
    statement(Some(key(13).account()))
}

/// Returns the proof that the buyer of our order has.
fn proof() -> BuyerProof {
    OrderCodeKeys::derive(&OrderCode::random(&Seeded::new(21))).buyer_proof()
}

/// Returns a signature for the case of our order, by the key with this number.
fn signed(n: u8) -> String {
    key(n).sign(case_digest(ours().id)).to_string()
}

fn spelt(statement: &Statement) -> String {
    statement.to_text(checksum).to_string()
}

#[tokio::test]
async fn case_opens_with_its_code_alone_and_nothing_is_readable() {
    let scene = Scene::new();
    let code = scene.open("/buyer", WORDS).await;
    let files = scene.disk();
    assert_eq!(files.len(), 3, "a case, an order, a letter");
    let id = ours().id.to_string();
    let digits = id.get(2..20).unwrap();
    let (group, _) = code.split_once('-').unwrap();
    let rest = code.get(5..14).unwrap().replace('-', "");
    let start = format!("{group}{rest}");
    let proof = proof().reveal();
    for (name, bytes) in &files {
        let seen = format!("{name}{}", String::from_utf8_lossy(bytes));
        for canary in [WORDS, "newspapers", "K1A0B1", "shirt", digits, &start, &proof] {
            assert!(!seen.contains(canary), "{canary} is in {name}");
        }
    }
    let opened = page(scene.post("/case", &[("code", &code.to_lowercase())]).await, 200);
    assert!(text(&opened).contains(WORDS));
    assert!(!text(&opened).contains("K1A0B1"), "part 2 is the arbiter's alone");
    let other = OrderCode::random(&Seeded::new(77)).reveal();
    page(scene.post("/case", &[("code", &other)]).await, 404);
    page(scene.post("/case", &[("code", "K7Q2-9FXD")]).await, 422);
}

#[tokio::test]
async fn words_are_added_and_the_other_side_is_told_of() {
    let scene = Scene::new();
    let buyer = scene.open("/buyer", WORDS).await;
    let alone = page(scene.post("/case", &[("code", &buyer)]).await, 200);
    assert!(text(&alone).contains("has not written to the arbiter here yet"));
    let seller = scene.open("/seller", "it weighed 2 kg").await;
    let later = [("code", buyer.as_str()), ("words", "here is the weight on the label")];
    let added = text(&page(scene.post("/case/add", &later).await, 200));
    assert!(added.contains(WORDS) && added.contains("here is the weight on the label"));
    assert!(added.contains("has written to the arbiter, last at"));
    assert!(!added.contains("it weighed 2 kg"), "each side sees its own words");
    let other = text(&page(scene.post("/case", &[("code", &seller)]).await, 200));
    assert!(other.contains("it weighed 2 kg") && !other.contains(WORDS));
    let letters = scene.disk().iter().filter(|(name, _)| name.starts_with("letters")).count();
    assert_eq!(letters, 3);
}

#[tokio::test]
async fn pages_say_what_silence_leads_to() {
    let scene = Scene::new();
    let code = scene.open("/buyer", WORDS).await;
    let parcel = Parcel { tracking: Tracking([1; 21]), shipped_at: UnixTime(START) };
    let until = UnixTime(START + 9 * DAY);
    for (state, said) in [
        (
            EscrowState::Shipped { parcel, until },
            "no delivery was reported, so everything goes back",
        ),
        (EscrowState::Delivered { parcel, until }, "nobody disputed, so the seller is paid"),
        (EscrowState::Disputed { parcel, until }, "The arbiter can rule until"),
        (
            EscrowState::DisputedDelivered { parcel, until },
            "the arbiter did not rule, and a delivery was reported, so the seller is paid",
        ),
        (EscrowState::Closed(None), "The order has ended"),
    ] {
        *scene.chain.0.lock().unwrap() = Some(state);
        let shown = text(&page(scene.post("/case", &[("code", &code)]).await, 200));
        assert!(shown.contains(said), "{said}: {shown}");
    }
    *scene.chain.0.lock().unwrap() = None;
    let shown = text(&page(scene.post("/case", &[("code", &code)]).await, 200));
    assert!(shown.contains("could not look at the chain"));
}

#[tokio::test]
async fn ruling_is_shown_if_this_arbiter_signed_it() {
    let scene = Scene::new();
    let code = scene.open("/buyer", WORDS).await;
    let parsed = Statement::parse_any(&spelt(&ours())).unwrap();
    let decision = Decision::Rule { buyer_bps: 6_000 };
    let reasons = "The label says 80 g.".to_owned();
    let signed = SignedDecision::sign(&parsed, &key(13), decision, reasons).unwrap();
    let path = scene.pages.rulings.join(signed.file_name());
    let shown = async || text(&page(scene.post("/case", &[("code", &code)]).await, 200));
    assert!(!shown().await.contains("has ruled"));
    let keep = |decision: &SignedDecision| {
        files::write(&path, &serde_json::to_vec(decision).unwrap(), false).unwrap();
    };
    keep(&signed);
    let ruled = shown().await;
    assert!(ruled.contains("60% go to the buyer and 40% to the seller"), "{ruled}");
    assert!(ruled.contains(&signed.data) && ruled.contains("The label says 80 g."));
    for changed in [
        SignedDecision { decision: Decision::Rule { buyer_bps: 0 }, ..signed.clone() },
        SignedDecision { data: "0x00".into(), ..signed.clone() },
        SignedDecision { contract: Account([1; 20]), ..signed.clone() },
    ] {
        keep(&changed);
        assert!(!shown().await.contains("has ruled"), "{changed:?}");
    }
}

#[test]
fn only_the_arbiter_of_a_sound_statement_signs() {
    let parsed = Statement::parse_any(&spelt(&ours())).unwrap();
    let decision = Decision::Dispute;
    let sign = |parsed, n| SignedDecision::sign(parsed, &key(n), decision, String::new());
    let signed = sign(&parsed, 13).unwrap();
    assert!(signed.is_of(&parsed.statement, key(13).account()));
    assert!(!signed.is_of(&parsed.statement, key(14).account()));
    assert!(sign(&parsed, 14).is_err(), "another key");
    let mut forged = ours();
    forged.vault = Account([9; 20]);
    let forged = Statement::parse_any(&spelt(&forged)).unwrap();
    assert!(sign(&forged, 13).is_err(), "a false vault");
    let mut forged = ours();
    forged.terms.seller = Account([8; 20]);
    let forged = Statement::parse_any(&spelt(&forged)).unwrap();
    assert!(sign(&forged, 13).is_err(), "another payout address");
    let mut forged = ours();
    forged.goods = Goods::new(Hash([1; 32]), Hash([2; 32]), "CA", "K1A 0B1", "2 shirts").ok();
    let forged = Statement::parse_any(&spelt(&forged)).unwrap();
    assert!(sign(&forged, 13).is_err(), "other goods");
}

#[test]
fn shares_are_read_to_a_hundredth_of_a_percent() {
    for (typed, bps) in [
        ("60%", 6_000),
        ("60", 6_000),
        ("0%", 0),
        ("100 %", 10_000),
        ("33.33%", 3_333),
        ("0.5", 50),
    ] {
        assert_eq!(parse_share(typed), Ok(bps), "{typed}");
    }
    for typed in ["", "%", "101%", "100.01%", "-1%", "1e2", "33.333%", "60.%", "٦٠%", "0x10"] {
        assert!(parse_share(typed).is_err(), "{typed}");
    }
    assert_eq!(share_text(3_333), "33.33%");
    assert_eq!(share_text(6_000), "60%");
}

fn case(id: u8) -> Case {
    let at = UnixTime(START).coarse();
    let entries = vec![Entry { at, words: WORDS.into() }];
    let statement = "part 1".into();
    Case { id: Hash([id; 32]), side: Side::Buyer, proof: Proof::Code, statement, entries }
}

#[test]
fn cases_are_deleted_once_their_order_must_have_ended() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path(), 9);
    let now = UnixTime(START).coarse();
    let until = UnixTime(START + 9 * DAY);
    let code = cases.add(&case(1), b"sealed", now, until).unwrap();
    let later = cases.add(&case(2), b"sealed", now, until.plus_seconds(DAY)).unwrap();
    assert_eq!(cases.purge(until).unwrap(), 0);
    assert_eq!(cases.purge(until.plus_seconds(1)).unwrap(), 1);
    assert!(cases.find(&code).is_err() && cases.find(&later).is_ok());
    assert!(cases.order(Hash([1; 32])).unwrap().is_none());
    let letters = std::fs::read_dir(folder.path().join("letters")).unwrap().count();
    assert_eq!(letters, 2, "letters wait for the arbiter");
}

#[test]
fn full_service_takes_no_more_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path(), 2);
    let add = |n| cases.add(&case(n), b"sealed", CoarseTime::from_hours(1), UnixTime(START));
    assert!(add(1).is_ok() && add(2).is_ok());
    assert!(matches!(add(3), Err(NotKept::Full)));
    let late = UnixTime(START + 3_600).coarse();
    let keep = UnixTime(START + 9 * DAY);
    assert!(cases.add(&case(4), b"sealed", late, keep).is_ok(), "those whose time is over go");
    let letters = std::fs::read_dir(folder.path().join("letters")).unwrap().count();
    assert_eq!(letters, 3, "what is not taken is not kept");
}

#[test]
fn letters_that_nobody_takes_are_limited() {
    let folder = tempfile::tempdir().unwrap();
    let cases = cases(folder.path(), 2);
    let at = CoarseTime::from_hours(1);
    let code = cases.add(&case(1), b"sealed", at, UnixTime(START)).unwrap();
    let append = || cases.append(&code, Entry { at, words: "more".into() }, b"sealed");
    for _ in 0..3 {
        assert!(append().is_ok());
    }
    assert!(matches!(append(), Err(NotKept::Full)));
    assert!(matches!(cases.add(&case(1), b"sealed", at, UnixTime(START)), Err(NotKept::Full)));
    assert_eq!(cases.find(&code).unwrap().entries.len(), 4, "what is not kept is not shown");
    assert!(
        cases.add(&case(2), b"sealed", at, UnixTime(START)).is_ok(),
        "one order alone cannot keep out another one's first letter"
    );
    std::fs::remove_dir_all(folder.path().join("letters")).unwrap();
    std::fs::create_dir(folder.path().join("letters")).unwrap();
    assert!(append().is_ok(), "the arbiter has taken them");
}

#[tokio::test]
async fn unknown_pages_are_not_found() {
    let scene = Scene::new();
    let answer = scene.pages.answer(&ServiceRequest::new(false, "/x", "", Vec::new())).await;
    assert!(matches!(answer, ServiceAnswer::Failed(Kind::NotFound)));
    scene.clock.advance(1);
    let front = scene.pages.answer(&ServiceRequest::new(false, "/", "", Vec::new())).await;
    assert!(text(&page(front, 200)).contains(&checksum(key(13).account())));
}
