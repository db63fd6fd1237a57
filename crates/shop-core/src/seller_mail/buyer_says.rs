//! Letters about what a buyer does with an order after it was placed.

use super::{SellerLetter, SellerMail, data, notices::MailKind, payment::payment};
use crate::{invoice::Invoice, order::OrderId, pay_to::PayTo, time::CoarseTime};
use std::fmt::Write;

impl SellerMail {
    /// Returns the letter about an order that its buyer cancelled before paying.
    /// `invoice` is as it was before that.
    #[must_use]
    pub fn cancelled(&self, order: OrderId, invoice: &Invoice, today: CoarseTime) -> SellerLetter {
        let kind = MailKind::Cancelled;
        let mut text = self.head(order, today);
        text.push_str(kind.row().to_do);
        let at = invoice.pay_to().as_str();
        let _ = writeln!(text, "\nAmount due:  {}\nAt:          {at}", invoice.due());
        let payment = data::Payment::due(invoice);
        let data = data::NoticeData { kind, order, today, is_overtaken: false };
        SellerLetter {
            subject: self.subject(kind, order),
            body: text,
            json: data::notice(self, data, payment, None),
        }
    }

    /// Returns the letter about the address for a refund.
    /// `checked` is true if the address, as the buyer typed it, carried a checksum that fits.
    #[must_use]
    pub fn refund_to(
        &self,
        order: OrderId,
        refund_to: &PayTo,
        checked: bool,
        invoice: &Invoice,
        today: CoarseTime,
    ) -> SellerLetter {
        let kind = MailKind::RefundAddress;
        let mut text = self.head(order, today);
        let _ = write!(
            text,
            "If you refund this order, the buyer asks you to send the money here:\n\n  {}  \
             {}\n\n{}",
            refund_to.asset(),
            refund_to.as_str(),
            kind.row().to_do
        );
        if !checked {
            text.push_str(
                "The buyer typed it without a checksum, so a typing mistake would go unnoticed.\n",
            );
        }
        let _ = writeln!(text, "\n{}Due:  {}", payment(invoice), invoice.due());
        let payment = data::Payment::of(invoice).without_address();
        let refund = data::RefundAddress::new(refund_to, checked);
        let data = data::NoticeData { kind, order, today, is_overtaken: false };
        SellerLetter {
            subject: self.subject(kind, order),
            body: text,
            json: data::notice(self, data, payment, Some(refund)),
        }
    }
}
