//! Notices as they are written: what is so now, sealed to the key in use now.

use crate::{
    seller_key::LetterSealer,
    tasks::health::{ChainMail, Monitor},
};
use shop_core::seller_mail::SellerMail;
use shop_db::MailContent;
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
    pub(super) unsealed: Option<SealError>,
}

impl Batch {
    /// Adds a mail that is sealed, and its place in the outbox.
    pub(super) fn add(&mut self, id: i64, mail: SealedMail) {
        self.done.push(id);
        self.sealed.push(mail);
    }
}

impl NoticeWriter {
    /// Seals a notice as it is so now, and adds it to the batch.
    /// One that is not so any more is dropped.
    pub(super) fn write(
        &self,
        id: i64,
        message_id: &str,
        notice: &MailContent,
        monitor: &Monitor,
        batch: &mut Batch,
    ) {
        let Some(letter) = self.letter(notice, monitor) else {
            batch.done.push(id);
            return;
        };
        // A key that has lapsed seals none of them.
        if matches!(batch.unsealed, Some(SealError::Cert(_))) {
            return;
        }
        match self.sealer.seal(message_id, &letter) {
            Ok(sealed) => batch.add(id, sealed),
            Err(error) => batch.unsealed = Some(error),
        }
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
