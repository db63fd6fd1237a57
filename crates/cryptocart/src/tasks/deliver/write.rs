//! Notices as they are written: what is so now, sealed to the key in use now.

use crate::{
    seller_key::LetterSealer,
    tasks::health::{ChainMail, Monitor},
};
use shop_core::seller_mail::SellerMail;
use shop_db::{MailContent, OutboxMail};
use shop_seal::mail::{Letter, SealError, SealedMail};

/// Writes notices and seals them. Clones write the same.
#[derive(Clone)]
pub(crate) struct NoticeWriter {
    pub(crate) orders: SellerMail,
    pub(crate) chains: ChainMail,
    pub(crate) sealer: LetterSealer,
}

/// Mails of the outbox, as far as they can be delivered now.
#[derive(Default)]
pub(super) struct Batch {
    /// Places in the outbox of all that needs it no more once `sealed` is in the mailbox.
    pub(super) done: Vec<i64>,
    /// Whole messages.
    pub(super) sealed: Vec<SealedMail>,
    /// Reason why a notice waits on.
    pub(super) unsealed: Option<String>,
}

impl NoticeWriter {
    /// Seals what is so now, and drops the other notices.
    pub(super) fn write(&self, mails: Vec<OutboxMail>, monitor: &Monitor) -> Batch {
        let mut batch = Batch::default();
        let mut is_key_bad = false;
        for OutboxMail { id, message_id, content } in mails {
            let letter = match content {
                MailContent::Sealed(bytes) => {
                    batch.done.push(id);
                    batch.sealed.push(SealedMail { message_id, bytes });
                    continue;
                }
                content => self.letter(&content, monitor),
            };
            let Some(letter) = letter else {
                batch.done.push(id);
                continue;
            };
            // A key that has lapsed seals none of them.
            if is_key_bad {
                continue;
            }
            match self.sealer.seal(&message_id, &letter) {
                Ok(sealed) => {
                    batch.done.push(id);
                    batch.sealed.push(sealed);
                }
                Err(error) => {
                    is_key_bad = matches!(error, SealError::Cert(_));
                    batch.unsealed = Some(error.to_string());
                }
            }
        }
        batch
    }

    /// Writes a notice. Returns nothing if it is not so any more.
    fn letter(&self, content: &MailContent, monitor: &Monitor) -> Option<Letter> {
        let letter = match content {
            MailContent::OrderNotice(notice) => self.orders.news(notice, self.sealer.hour()),
            MailContent::ChainNotice { chain, notice } => {
                let change = monitor.with(|health| health.chain_change(*chain, *notice))?;
                self.chains.about(&change)?
            }
            MailContent::Sealed(_) | MailContent::Dropped => return None,
        };
        Some(Letter::from(letter))
    }
}
