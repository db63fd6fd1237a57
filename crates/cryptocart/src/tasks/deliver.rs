//! The deliver task: outbox to mailbox, each mail once.

use super::health::{Monitor, Notice};
use crate::{
    clerk::SellerKey,
    health::Part,
    system::{SystemClock, SystemEntropy},
};
use shop_core::time::Clock;
use shop_db::{Db, OutboxMail};
use shop_seal::{
    mail::{self, Letter, SealedMail},
    mbox::Mbox,
};
use std::{sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Mails taken from the outbox, written and struck together.
/// One wait for each disk serves them all.
const BATCH: usize = 64;
/// Wait before trying again what failed.
const PAUSE: Duration = Duration::from_secs(15);

/// The deliver task.
pub(crate) struct Deliver {
    pub(crate) db: Db,
    pub(crate) mbox: Mbox,
    pub(crate) monitor: Arc<Monitor>,
    pub(crate) key: SellerKey,
}

impl Deliver {
    /// Delivers until told to stop; what is left waits in the database.
    /// A mail that was written but not marked is recognised by its Message-ID the next time.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            let delivered = match deliver_all(&self.db, &self.mbox).await {
                Ok(()) => self.deliver_notices().await,
                Err(error) => Err(error),
            };
            match delivered {
                Ok(()) => self.monitor.works(Part::Mailbox),
                Err(error) => self.monitor.fails(Part::Mailbox, error.to_string(), false),
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.db.new_mail() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Seals what is about no order, to the key in use now, and writes it.
    pub(super) async fn deliver_notices(&self) -> anyhow::Result<()> {
        let notices = self.monitor.notices();
        if notices.is_empty() {
            return Ok(());
        }
        let (cert, today) = (self.key.load_full(), SystemClock.now().coarse());
        let count = notices.len();
        let seal = |Notice { subject, body }| {
            let letter = Letter { subject, body, relay: None };
            mail::seal(&cert, &letter, today, &SystemEntropy)
        };
        let sealed = notices.into_iter().map(seal).collect::<Result<Vec<_>, _>>()?;
        let mbox = self.mbox.clone();
        tokio::task::spawn_blocking(move || mbox.deliver_all(&sealed)).await??;
        self.monitor.delivered(count);
        Ok(())
    }
}

async fn deliver_all(db: &Db, mbox: &Mbox) -> anyhow::Result<()> {
    db.write_owed().await?;
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
