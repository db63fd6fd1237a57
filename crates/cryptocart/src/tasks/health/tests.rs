use super::*;
use crate::{
    seller_key::LetterSealer,
    system::System,
    tasks::deliver::{Deliver, NoticeWriter},
};
use arc_swap::ArcSwap;
use shop_core::{
    money::AssetId,
    seller_mail::SellerMail,
    time::{CoarseTime, SetClock},
};
use shop_seal::{SealCert, keygen, mbox::Mbox, open::SealKey};

const LETTERS: fn() -> ChainMail = || {
    let letters = SellerMail { shop: "Nordlys".into(), demo: false };
    ChainMail { letters, terms: Vec::new(), codes: BTreeMap::new() }
};

fn mail(stopped: bool) -> Change {
    let since = CoarseTime::from_hours(500_000);
    let why = "node 1 cannot be reached".into();
    Change::Mail { chain: AssetId::ETH.chain(), since, why, stopped }
}

#[test]
fn letter_says_since_when_why_and_what_comes() {
    let SellerLetter { subject, body, .. } = LETTERS().about(&mail(false)).unwrap();
    assert_eq!(subject, "Payments in ETH are NOT DETECTED");
    for wanted in
        ["since 2027-01-15 08:00 UTC", "node 1 cannot be reached", "12 hours", "cryptocart check"]
    {
        assert!(body.contains(wanted), "{wanted}: {body}");
    }
    let stopped = LETTERS().about(&mail(true)).unwrap();
    assert!(stopped.subject.starts_with("No orders in ETH"), "{}", stopped.subject);
    let since = CoarseTime::from_hours(500_000);
    let works = |mailed| Change::Works { part: Part::Chain(AssetId::ETH.chain()), since, mailed };
    assert!(LETTERS().about(&works(true)).is_some());
    assert_eq!(LETTERS().about(&works(false)), None, "no mail told of it");
}

#[test]
fn letter_about_rates_says_why_and_what_goes_on() {
    let since = CoarseTime::from_hours(500_000);
    let chain = AssetId::ETH.chain();
    let why = "ETH in CAD: no source told a price".to_owned();
    let SellerLetter { subject, body, json } =
        LETTERS().about(&Change::NoRate { chain, since, why }).unwrap();
    assert_eq!(subject, "No exchange rate for ETH");
    for wanted in ["since 2027-01-15 08:00 UTC", "no source told", "rates.by_hand", "Open orders"] {
        assert!(body.contains(wanted), "{wanted}: {body}");
    }
    assert!(json.contains("\"no_rate\""), "{json}");
    let works = |mailed| Change::Works { part: Part::Rates(chain), since, mailed };
    assert!(LETTERS().about(&works(true)).is_some());
    assert_eq!(LETTERS().about(&works(false)), None, "no mail told of it");
}

#[test]
fn recovery_is_told_on_the_terminal() {
    let since = CoarseTime::from_hours(500_000);
    for part in [
        Part::Chain(AssetId::ETH.chain()),
        Part::Receipts(AssetId::ETH.chain()),
        Part::Rates(AssetId::ETH.chain()),
        Part::Mailbox,
        Part::Sealing,
        Part::Disk,
        Part::Pool,
    ] {
        let told = said(&Change::Works { part, since, mailed: false }).unwrap();
        assert!(told.1.contains("again"), "{told:?}");
    }
}

/// A shop without its chain, its seller, and who looks.
struct Outage {
    clock: Arc<SetClock>,
    monitor: Arc<Monitor>,
    notices: tokio::sync::Mutex<ChainNotices>,
    deliver: Deliver,
    secret: SealKey,
    folder: tempfile::TempDir,
    shown: Mutex<Vec<Unseen>>,
    said: Mutex<Vec<String>>,
}

impl Outage {
    fn new() -> Self {
        let clock = Arc::new(SetClock::new(CoarseTime::from_hours(500_000).start()));
        let monitor = Monitor::new(Health::new(12), Arc::<SetClock>::clone(&clock));
        let system = System::with_clock(Arc::clone(&clock));
        let made = keygen::throw_away("Seller", system.hour(), &*system.entropy).unwrap();
        let cert = SealCert::parse(&made.public_armored).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let db = Db::in_memory().unwrap().with_notices(Arc::clone(&system.entropy));
        let notices = tokio::sync::Mutex::new(ChainNotices::new(db.clone()));
        let key = Arc::new(ArcSwap::from_pointee(cert));
        let orders = LETTERS().letters;
        let sealer = LetterSealer::with_key(&key, system);
        let deliver = Deliver {
            db,
            mbox: Mbox::open(folder.path().join("mailbox")),
            monitor: Arc::clone(&monitor),
            writer: NoticeWriter { orders, chains: LETTERS(), sealer },
        };
        let secret = SealKey::parse(&made.secret_armored, "").unwrap();
        let shown = Mutex::default();
        let said = Mutex::default();
        Self { clock, monitor, notices, deliver, secret, folder, shown, said }
    }

    fn fail(&self) {
        self.monitor.fails(
            Part::Chain(AssetId::ETH.chain()),
            "node 1 cannot be reached".into(),
            false,
        );
    }

    /// Returns what the terminal says now.
    async fn tell(&self) -> String {
        let show = |unseen| *self.shown.lock().unwrap() = unseen;
        let note = |_, text| {
            self.said.lock().unwrap().push(text);
            std::future::ready(())
        };
        tell(&self.monitor, &mut *self.notices.lock().await, &show, &note).await;
        std::mem::take(&mut *self.said.lock().unwrap()).join("\n")
    }

    /// Returns whether buyers are told that payments are not seen, and whether nothing is offered.
    fn shown(&self) -> Option<bool> {
        self.shown.lock().unwrap().first().map(|unseen| unseen.stopped)
    }

    /// Returns the subjects of the mails in the mailbox, opened.
    async fn mails(&self) -> Vec<String> {
        self.deliver.report(self.deliver.deliver().await);
        let mailbox = std::fs::read(self.folder.path().join("mailbox")).unwrap_or_default();
        let mailbox = String::from_utf8(mailbox).unwrap();
        let mails = mailbox.split("\nFrom ").filter(|mail| mail.contains("BEGIN PGP MESSAGE"));
        mails.map(|mail| self.secret.open(mail.as_bytes()).unwrap().subject.clone()).collect()
    }
}

/// From the second failure to the recovery: terminal, pages, mailbox.
#[tokio::test]
async fn outage_is_told_mailed_stops_the_asset_and_ends() {
    let shop = Outage::new();
    shop.monitor.works(Part::Chain(AssetId::ETH.chain()));
    shop.fail();
    assert_eq!((shop.tell().await, shop.shown()), (String::new(), None), "once is no outage");
    shop.fail();
    let said = shop.tell().await;
    assert!(said.starts_with("PAYMENTS NOT DETECTED since 2027-01-15 08:00 UTC"), "{said}");
    assert_eq!((shop.shown(), shop.mails().await), (Some(false), vec![]));
    shop.clock.advance(3 * 3_600);
    assert_eq!(shop.tell().await, "", "a mail says it");
    let mut subjects = vec!["Payments in ETH are NOT DETECTED".to_owned()];
    assert_eq!((shop.shown(), shop.mails().await), (Some(false), subjects.clone()));
    shop.clock.advance(9 * 3_600);
    assert!(shop.tell().await.starts_with("TAKING NO ORDERS"));
    subjects.push("No orders in ETH: payments are NOT DETECTED".to_owned());
    assert_eq!((shop.shown(), shop.mails().await), (Some(true), subjects.clone()));
    shop.clock.advance(3_600);
    assert_eq!((shop.tell().await, shop.mails().await.len()), (String::new(), 2), "once each");
    shop.monitor.works(Part::Chain(AssetId::ETH.chain()));
    assert!(shop.tell().await.starts_with("payments are detected again"));
    subjects.push("Payments in ETH are detected again".to_owned());
    assert_eq!((shop.shown(), shop.mails().await), (None, subjects));
}

/// The seller was not told of the outage in time, and need not be told any more.
#[tokio::test]
async fn outage_that_ended_before_its_mail_is_told_as_ended() {
    let shop = Outage::new();
    shop.monitor.works(Part::Chain(AssetId::ETH.chain()));
    shop.fail();
    shop.fail();
    drop(shop.tell().await);
    shop.clock.advance(3 * 3_600);
    drop(shop.tell().await);
    shop.monitor.works(Part::Chain(AssetId::ETH.chain()));
    drop(shop.tell().await);
    assert_eq!(shop.deliver.db.backlog().await.unwrap().notices, 2);
    assert_eq!(shop.mails().await, ["Payments in ETH are detected again"]);
    assert_eq!(shop.deliver.db.backlog().await.unwrap().notices, 0);
}
