//! The deliver task: outbox to mailbox, each mail once.

use super::health::Monitor;
use crate::{health::Part, sealer::SellerKey, system::System};
use shop_core::seller_mail::SellerLetter;
use shop_db::{Db, DbError, OutboxMail};
use shop_seal::{
    mail::{self, Letter, SealedMail},
    mbox::{Mbox, MboxError},
};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

/// Mails taken from the outbox, written and struck together.
/// One wait for each disk serves them all.
const BATCH: usize = 64;
/// Wait before trying again what failed.
const PAUSE: Duration = Duration::from_secs(15);

/// Reason why mails were not delivered.
#[derive(Debug, thiserror::Error)]
pub(super) enum DeliverError {
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The mailbox.
    #[error(transparent)]
    Mbox(#[from] MboxError),
    /// The thread that writes to the mailbox ended early.
    #[error(transparent)]
    Thread(#[from] JoinError),
}

/// The deliver task.
pub(crate) struct Deliver {
    pub(crate) db: Db,
    pub(crate) mbox: Mbox,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) key: SellerKey,
    pub(crate) system: System,
}

impl Deliver {
    /// Delivers until told to stop; what is left waits in the database.
    /// A mail that was written but not marked is recognised by its Message-ID the next time.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            self.deliver().await;
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.db.new_mail() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Delivers what waits, and reports whether that went well.
    async fn deliver(&self) {
        let delivered = match deliver_all(&self.db, &self.mbox).await {
            Ok(()) => self.deliver_notices().await,
            Err(error) => Err(error),
        };
        match delivered {
            Ok(()) => self.monitor.works(Part::Mailbox),
            Err(error) => self.monitor.fails(Part::Mailbox, error.to_string(), false),
        }
    }

    /// Seals what is about no order, to the key in use now, and writes it. A key that seals nothing is no
    /// fault of the mailbox: what cannot be sealed waits, and that is told by itself.
    pub(super) async fn deliver_notices(&self) -> Result<(), DeliverError> {
        let notices = self.monitor.notices();
        if notices.is_empty() {
            self.monitor.works(Part::Sealing);
            return Ok(());
        }
        let cert = self.key.load_full();
        let today = self.system.hour();
        let count = notices.len();
        let seal = |notice: SellerLetter| {
            mail::seal(&cert, &Letter::from(notice), today, &*self.system.entropy)
        };
        let sealed = match notices.into_iter().map(seal).collect::<Result<Vec<_>, _>>() {
            Ok(sealed) => sealed,
            Err(error) => {
                self.monitor.fails(Part::Sealing, error.to_string(), true);
                return Ok(());
            }
        };
        self.monitor.works(Part::Sealing);
        let mbox = self.mbox.clone();
        tokio::task::spawn_blocking(move || mbox.deliver_all(&sealed)).await??;
        self.monitor.delivered(count);
        Ok(())
    }
}

async fn deliver_all(db: &Db, mbox: &Mbox) -> Result<(), DeliverError> {
    db.write_pending_notices().await?;
    loop {
        let mails = db.outbox(BATCH).await?;
        if mails.is_empty() {
            return Ok(());
        }
        let ids = mails.iter().map(|mail| mail.id).collect();
        let sealed = |m: OutboxMail| SealedMail { message_id: m.message_id, bytes: m.bytes };
        let sealed: Vec<_> = mails.into_iter().map(sealed).collect();
        let mbox = mbox.clone();
        tokio::task::spawn_blocking(move || mbox.deliver_all(&sealed)).await??;
        db.delivered(ids).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{health::Health, tasks::health::ChainMail};
    use arc_swap::ArcSwap;
    use shop_core::{money::AssetId, seller_mail::SellerMail, time::UnixTime};
    use shop_seal::{SealCert, keygen, mbox};
    use std::path::{Path, PathBuf};

    const LAPSED: &str = include_str!("../clerk/lapsed.asc");
    const CHAIN: Part = Part::Chain(AssetId::Eth);
    const LETTERS: fn() -> ChainMail =
        || ChainMail { letters: shop_letters(), stop_after_hours: 12 };

    fn shop_letters() -> SellerMail {
        SellerMail { shop: "Nordlys".into(), demo: false }
    }

    /// A shop whose seller has this key, and that has not seen a chain for hours.
    struct Blind {
        deliver: Deliver,
        mailbox: PathBuf,
    }

    impl Blind {
        fn new(key: SealCert, folder: &Path) -> Self {
            let system = System::fake();
            let mut health = Health::new(12);
            let seen = UnixTime(system.clock.now().0 - 5 * 3_600);
            health.works(CHAIN, seen);
            health.fails(CHAIN, "node 1 cannot be reached".into(), true, seen.plus_seconds(9));
            let monitor = Monitor::new(health, Arc::clone(&system.clock));
            monitor.news(&LETTERS());
            let mailbox = folder.join("root");
            let db = Db::in_memory().unwrap();
            let mbox = Mbox::open(&mailbox);
            let key = Arc::new(ArcSwap::from_pointee(key));
            Self { deliver: Deliver { db, mbox, monitor, key, system }, mailbox }
        }

        /// Delivers, and returns what is told not to work beside the chain.
        async fn deliver(&self) -> Vec<(Part, String)> {
            let monitor = &self.deliver.monitor;
            self.deliver.deliver().await;
            monitor.news(&LETTERS());
            monitor.with(|health| {
                let others = health.outages().filter(|(part, _)| *part != CHAIN);
                others.map(|(part, outage)| (part, outage.why)).collect()
            })
        }

        fn mails(&self) -> usize {
            mbox::messages(&std::fs::read(&self.mailbox).unwrap_or_default()).len()
        }
    }

    fn good_key() -> SealCert {
        let system = System::fake();
        let key = keygen::throw_away("Seller", system.hour(), &*system.entropy).unwrap();
        SealCert::parse(&key.public_armored).unwrap()
    }

    #[tokio::test]
    async fn mail_about_a_chain_unseen_for_hours_arrives_once() {
        let folder = tempfile::tempdir().unwrap();
        let shop = Blind::new(good_key(), folder.path());
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
        for _ in 0..2 {
            let told = shop.deliver().await;
            let [(Part::Sealing, why)] = &told[..] else { panic!("{told:?}") };
            assert!(why.contains("certificate"), "{why}");
        }
        assert_eq!((shop.deliver.monitor.unsealed(), shop.mails()), (1, 0));
        shop.deliver.key.store(Arc::new(good_key()));
        assert_eq!(shop.deliver().await, []);
        assert_eq!((shop.deliver.monitor.unsealed(), shop.mails()), (0, 1));
    }
}
