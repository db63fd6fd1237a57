//! The deliver task: outbox to mailbox, each mail once.

mod write;

use super::health::Monitor;
use crate::health::Part;
use shop_db::{Db, DbError, MailContent, OutboxMail};
use shop_seal::{
    mail::{SealError, SealedMail},
    mbox::{Mbox, MboxError},
};
use std::{sync::Arc, time::Duration};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use write::Batch;
pub(crate) use write::NoticeWriter;

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
    pub(crate) writer: NoticeWriter,
}

impl Deliver {
    /// Delivers until told to stop; what is left waits in the database.
    /// A mail that was written but not marked is recognised by its Message-ID the next time.
    pub(crate) async fn run(self, stop: CancellationToken) {
        loop {
            self.report(self.deliver().await);
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.db.new_mail() => {}
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// Goes through the outbox once. Returns the reason if a notice could not be sealed.
    pub(super) async fn deliver(&self) -> Result<Option<SealError>, DeliverError> {
        let mut unsealed = None;
        let mut after = 0;
        loop {
            let mails = self.db.outbox_after(after, BATCH).await?;
            let Some(last) = mails.last() else { return Ok(unsealed) };
            after = last.id;
            let writer = self.writer.clone();
            let monitor = Arc::clone(&self.monitor);
            let mbox = self.mbox.clone();
            let append = move || {
                let mut batch = Batch::default();
                for OutboxMail { id, message_id, content } in mails {
                    match content {
                        MailContent::Sealed(bytes) => {
                            batch.add(id, SealedMail { message_id, bytes });
                        }
                        notice => writer.write(id, &message_id, &notice, &monitor, &mut batch),
                    }
                }
                if !batch.sealed.is_empty() {
                    mbox.deliver_all(&batch.sealed)?;
                }
                Ok::<_, MboxError>(batch)
            };
            let batch = tokio::task::spawn_blocking(append).await??;
            unsealed = unsealed.or(batch.unsealed);
            if !batch.done.is_empty() {
                self.db.delivered(batch.done).await?;
            }
        }
    }

    /// Reports whether a round through the outbox went well.
    /// A key that seals nothing is no fault of the mailbox: what cannot be sealed waits, and that is
    /// told by itself.
    pub(super) fn report(&self, delivered: Result<Option<SealError>, DeliverError>) {
        match delivered {
            Ok(unsealed) => {
                self.monitor.works(Part::Mailbox);
                match unsealed {
                    None => self.monitor.works(Part::Sealing),
                    Some(error) => self.monitor.fails(Part::Sealing, error.to_string(), true),
                }
            }
            Err(error) => self.monitor.fails(Part::Mailbox, error.to_string(), false),
        }
    }
}

#[cfg(test)]
mod tests;
