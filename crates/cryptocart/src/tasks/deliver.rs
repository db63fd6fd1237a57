//! The deliver task: outbox to mailbox, each mail once.

use shop_db::{Db, OutboxMail};
use shop_seal::{mail::SealedMail, mbox::Mbox};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Mails taken from the outbox, written and struck together: one wait for each disk serves them all.
const BATCH: usize = 64;
/// How long to wait before trying again what failed.
const PAUSE: Duration = Duration::from_secs(15);

/// Delivers until told to stop; what is left waits in the database. A mail that was written but
/// not marked is recognised by its Message-ID the next time.
pub(crate) async fn run(db: Db, mbox: Mbox, stop: CancellationToken) {
    let mut failing = false;
    loop {
        match deliver_all(&db, &mbox).await {
            Ok(()) => {
                if failing {
                    tracing::info!("the mailbox can be written again");
                }
                failing = false;
            }
            Err(error) => {
                if !failing {
                    tracing::warn!("writing the mailbox: {error}; nothing is lost, trying again");
                }
                failing = true;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = db.new_mail() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
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
