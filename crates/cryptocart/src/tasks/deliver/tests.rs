use super::*;
use crate::{
    health::Health,
    sample_order::sample_order,
    seller_key::{LetterSealer, SellerKey},
    system::System,
    tasks::health::ChainMail,
};
use arc_swap::ArcSwap;
use shop_core::{
    money::{Amount, AssetId},
    pay_to::{Matching, Offer, PayTo},
    seller_mail::SellerMail,
    time::UnixTime,
    view::{BlockAt, BlockHash, ChainUpdate, Height, Transfer, TransferId},
};
use shop_db::{ChainNotice, NewMail, NewOrder};
use shop_seal::{SealCert, keygen, mbox, open::SealKey};
use std::path::{Path, PathBuf};

const LAPSED: &str = include_str!("../../seller_key/lapsed.asc");
const CHAIN: Part = Part::Chain(AssetId::ETH.chain());

/// A shop whose seller has this key, and that has not seen a chain for hours.
struct Blind {
    deliver: Deliver,
    mailbox: PathBuf,
    key: SellerKey,
    system: System,
}

impl Blind {
    fn new(key: SealCert, folder: &Path) -> Self {
        let system = System::fake();
        let mut health = Health::new(12);
        let seen = UnixTime(system.clock.now().0 - 5 * 3_600);
        health.works(CHAIN, seen);
        health.fails(CHAIN, "node 1 cannot be reached".into(), true, seen.plus_seconds(9));
        let monitor = Monitor::new(health, Arc::clone(&system.clock));
        drop(monitor.news());
        let mailbox = folder.join("root");
        let db = Db::in_memory().unwrap().with_notices(Arc::clone(&system.entropy));
        let mbox = Mbox::open(&mailbox);
        let key = Arc::new(ArcSwap::from_pointee(key));
        let letters = SellerMail { shop: "Nordlys".into(), demo: false };
        let writer = NoticeWriter {
            orders: letters.clone(),
            chains: ChainMail { letters, terms: Vec::new(), codes: [].into() },
            sealer: LetterSealer::with_key(&key, system.clone()),
        };
        Self { deliver: Deliver { db, mbox, monitor, writer }, mailbox, key, system }
    }

    async fn tell_of_chain(&self) {
        self.deliver.db.tell_of_chain(AssetId::ETH.chain(), ChainNotice::Undetected).await.unwrap();
    }

    /// Delivers, and returns what is told not to work beside the chain.
    async fn deliver(&self) -> Vec<(Part, String)> {
        let monitor = &self.deliver.monitor;
        self.deliver.report(self.deliver.deliver().await);
        drop(monitor.news());
        monitor.with(|health| {
            let others = health.outages().filter(|(part, _)| *part != CHAIN);
            others.map(|(part, outage)| (part, outage.why)).collect()
        })
    }

    fn mails(&self) -> usize {
        mbox::messages(&std::fs::read(&self.mailbox).unwrap_or_default()).len()
    }

    /// Places an order that is paid at once, so that its notice waits behind its mail.
    async fn sell(&self) {
        let db = &self.deliver.db;
        let source = &*self.system.entropy;
        let pay_to = PayTo::new(AssetId::ETH, "demo-1").unwrap();
        let due = Amount::new(AssetId::ETH, 5_000_000_000);
        let offer = Offer { pay_to: pay_to.clone(), due, matching: Matching::PayTo };
        let now = self.system.hour();
        let mail = NewMail {
            message_id: "<order@localhost>".into(),
            bytes: b"Message-ID: <order@localhost>\n\n--order--\n".to_vec(),
        };
        let order = sample_order(source, offer, now, now.plus_hours(24));
        db.place(NewOrder { mail, ..order }).await.unwrap();
        let block = BlockAt { height: Height(1), hash: BlockHash([1; 32]), time: now };
        let id = TransferId("t1".into());
        let paid = Transfer { id, pay_to, amount: due, block: Some(block) };
        let update = ChainUpdate { blocks: vec![block], mined: vec![paid], ..Default::default() };
        db.apply_update(AssetId::ETH.chain(), update, now).await.unwrap();
    }
}

fn new_key() -> (SealCert, SealKey) {
    let system = System::fake();
    let key = keygen::throw_away("Seller", system.hour(), &*system.entropy).unwrap();
    let secret = SealKey::parse(&key.secret_armored, "").unwrap();
    (SealCert::parse(&key.public_armored).unwrap(), secret)
}

fn good_key() -> SealCert {
    new_key().0
}

#[tokio::test]
async fn mail_about_a_chain_unseen_for_hours_arrives_once() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(good_key(), folder.path());
    shop.tell_of_chain().await;
    for _ in 0..2 {
        assert_eq!(shop.deliver().await, []);
        assert_eq!(shop.mails(), 1);
    }
    let text = std::fs::read_to_string(&shop.mailbox).unwrap();
    assert!(text.contains("BEGIN PGP MESSAGE") && !text.contains("NOT SEEN"), "{text}");
}

#[tokio::test]
async fn notice_that_cannot_be_sealed_is_no_fault_of_the_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(SealCert::parse(LAPSED).unwrap(), folder.path());
    shop.tell_of_chain().await;
    for _ in 0..2 {
        let told = shop.deliver().await;
        let [(Part::Sealing, why)] = &told[..] else { panic!("{told:?}") };
        assert!(why.contains("certificate"), "{why}");
    }
    let notices = async || shop.deliver.db.backlog().await.unwrap().notices;
    assert_eq!((notices().await, shop.mails()), (1, 0));
    assert!(shop.deliver.monitor.cannot_seal());
    shop.key.store(Arc::new(good_key()));
    assert_eq!(shop.deliver().await, []);
    assert_eq!((notices().await, shop.mails()), (0, 1));
}

/// Mails that were sealed in a request do not wait for the seller's next key.
#[tokio::test]
async fn notice_that_cannot_be_sealed_holds_up_no_mail_behind_it() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(SealCert::parse(LAPSED).unwrap(), folder.path());
    for _ in 0..=BATCH {
        shop.tell_of_chain().await;
    }
    shop.sell().await;
    drop(shop.deliver().await);
    assert_eq!(shop.mails(), 1);
    assert_eq!(shop.deliver.db.backlog().await.unwrap().mails, 0);
}

/// The notice was queued before the seller had this key.
#[tokio::test]
async fn notice_is_sealed_to_the_key_in_use_when_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(SealCert::parse(LAPSED).unwrap(), folder.path());
    shop.sell().await;
    let (cert, secret) = new_key();
    shop.key.store(Arc::new(cert));
    assert_eq!(shop.deliver().await, []);
    let mails = mbox::messages(&std::fs::read(&shop.mailbox).unwrap());
    assert!(secret.open(mails.last().unwrap()).unwrap().subject.ends_with("is paid"));
}

/// Killed after the mailbox was written, the shop seals the notice again.
#[tokio::test]
async fn notice_in_the_mailbox_before_a_crash_is_not_written_twice() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(good_key(), folder.path());
    shop.sell().await;
    let mails = shop.deliver.db.outbox(9).await.unwrap();
    let mut batch = Batch::default();
    for OutboxMail { id, message_id, content } in mails {
        match content {
            MailContent::Sealed(bytes) => batch.add(id, SealedMail { message_id, bytes }),
            notice => {
                let Deliver { writer, monitor, .. } = &shop.deliver;
                writer.write(id, &message_id, &notice, monitor, &mut batch);
            }
        }
    }
    shop.deliver.mbox.deliver_all(&batch.sealed).unwrap();
    assert_eq!(shop.mails(), 2);
    let again =
        Blind { deliver: Deliver { mbox: Mbox::open(&shop.mailbox), ..shop.deliver }, ..shop };
    assert_eq!(again.deliver().await, []);
    assert_eq!(again.mails(), 2);
    assert!(again.deliver.db.outbox(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn notice_waits_while_the_mailbox_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let shop = Blind::new(good_key(), folder.path());
    shop.sell().await;
    std::fs::create_dir(&shop.mailbox).unwrap();
    for _ in 0..2 {
        shop.deliver.report(shop.deliver.deliver().await);
    }
    assert_eq!(shop.deliver.db.outbox(9).await.unwrap().len(), 2);
    std::fs::remove_dir(&shop.mailbox).unwrap();
    assert_eq!(shop.deliver().await, []);
    assert_eq!(shop.mails(), 2);
}
