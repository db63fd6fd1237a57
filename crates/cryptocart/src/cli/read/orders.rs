//! Orders, as their mails tell of them.

use shop_core::{
    order::OrderId,
    seller_mail::{
        MailKind,
        data::{DataError, MailData, OrderData},
    },
};
use shop_seal::mail::Letter;

/// One mail, opened.
pub(super) struct Mail {
    /// Day that stands outside the seal: `2026-11-22`.
    pub(super) day: Option<String>,
    /// The letter.
    pub(super) letter: Letter,
    /// The letter for programs; none in a mail of an earlier or a newer build.
    pub(super) data: Option<MailData<'static>>,
    /// True if the data is of a version that is not known here.
    pub(super) is_newer: bool,
}

/// An order: all mails about it, oldest first.
pub(super) struct Order {
    pub(super) id: OrderId,
    pub(super) mails: Vec<Mail>,
}

impl Mail {
    pub(super) fn new(day: Option<String>, letter: Letter) -> Self {
        let read = letter.json.as_deref().map(MailData::read);
        let is_newer = matches!(read, Some(Err(DataError::Newer(_))));
        Self { day, letter, data: read.and_then(Result::ok), is_newer }
    }

    /// Returns the order it is about. A mail without data has its number in the subject.
    pub(super) fn order(&self) -> Option<OrderId> {
        match &self.data {
            Some(data) => data.order,
            None => number_in(&self.letter.subject),
        }
    }

    fn kind(&self) -> Option<MailKind> {
        self.data.as_ref().and_then(MailData::mail_kind)
    }

    fn contains(&self, word: &str) -> bool {
        let Letter { subject, body, relay, .. } = &self.letter;
        let relay = relay.iter().map(|relay| &relay.to);
        [subject, body].into_iter().chain(relay).any(|text| text.to_lowercase().contains(word))
    }
}

impl Order {
    /// Returns what was ordered; none if that mail is not in the mailbox or has no data.
    pub(super) fn details(&self) -> Option<&OrderData<'static>> {
        self.mails.iter().find_map(|mail| mail.data.as_ref()?.details.as_ref())
    }

    /// Returns the escrow statements that its mails name, for programs.
    pub(super) fn statements(&self) -> impl Iterator<Item = &str> {
        let details = self.mails.iter().filter_map(|mail| mail.data.as_ref()?.details.as_ref());
        details.filter_map(|details| details.escrow.as_deref())
    }

    /// Returns the shop's name.
    pub(super) fn shop(&self) -> Option<&str> {
        self.mails.iter().find_map(|mail| Some(&*mail.data.as_ref()?.shop))
    }

    /// Returns true if its payment is simulated.
    pub(super) fn is_demo(&self) -> bool {
        self.mails.iter().any(|mail| mail.data.as_ref().is_some_and(|data| data.demo))
    }

    /// Returns the status that its newest mail gives it.
    /// A mail that came late, about what had changed by then, gives none.
    pub(super) fn status(&self) -> &'static str {
        let overtaken = |mail: &&Mail| mail.data.as_ref().is_some_and(|data| data.overtaken);
        let mut mails = self.mails.iter().rev().filter(|mail| !overtaken(mail));
        mails.find_map(|mail| mail.kind()?.row().status).unwrap_or("-")
    }

    /// Returns the newest refund address, with its currency.
    pub(super) fn refund_to(&self) -> Option<(&str, &str)> {
        self.mails.iter().rev().find_map(|mail| {
            let refund = mail.data.as_ref()?.refund_to.as_ref()?;
            Some((&*refund.currency, &*refund.address))
        })
    }

    /// Returns the hour it was placed in, or the day of its first mail.
    pub(super) fn placed(&self) -> &str {
        let day = self.mails.first().and_then(|mail| mail.day.as_deref());
        self.details().map(|details| &*details.placed).or(day).unwrap_or("-")
    }

    /// Returns true if each of these words, in small letters, is in one of its mails.
    pub(super) fn has_all(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.mails.iter().any(|mail| mail.contains(word)))
    }
}

/// Finds an order number among the words of a subject, written as the shop writes it.
fn number_in(subject: &str) -> Option<OrderId> {
    let words = subject.split_whitespace().map(|word| word.trim_end_matches(':'));
    words.filter_map(|word| OrderId::parse(word).filter(|id| id.to_string() == word)).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subject_of_an_earlier_build_names_its_order() {
        let id = OrderId::parse("K7Q2-9FXD");
        assert_eq!(number_in("[demo] New order K7Q2-9FXD"), id);
        assert_eq!(number_in("Order K7Q2-9FXD: payment REVERSED"), id);
        assert_eq!(number_in("Payments in ETH are NOT DETECTED"), None);
        assert_eq!(number_in("well-made post-code"), None);
        assert_eq!(number_in("wäll-made"), None);
    }
}
