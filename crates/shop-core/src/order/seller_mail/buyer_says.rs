//! Letters about what a buyer does with an order after it was placed.

use super::{SellerMail, payment};
use crate::{invoice::Invoice, order::OrderId, pay_to::PayTo, time::CoarseTime};
use std::fmt::Write;

impl SellerMail {
    /// Returns the subject and letter about an order that its buyer cancelled before paying.
    /// `invoice` is as it was before that.
    #[must_use]
    pub fn cancelled(
        &self,
        order: OrderId,
        invoice: &Invoice,
        today: CoarseTime,
    ) -> (String, String) {
        let mut text = self.head(order, today);
        text.push_str(
            "The buyer cancelled this order before paying. Do NOT send anything.\nIf a payment \
             still arrives, another message will tell you, and you decide.\n\n",
        );
        let _ = writeln!(text, "Amount due:  {}\nAt:          {}", invoice.due(), at(invoice));
        (format!("{}Order {order} is cancelled", self.mark()), text)
    }

    /// Returns the subject and letter about the address for a refund.
    /// `checked` is true if the address, as the buyer typed it, carried a checksum that fits.
    #[must_use]
    pub fn refund_to(
        &self,
        order: OrderId,
        refund_to: &PayTo,
        checked: bool,
        invoice: &Invoice,
        today: CoarseTime,
    ) -> (String, String) {
        let mut text = self.head(order, today);
        let _ = writeln!(
            text,
            "If you refund this order, the buyer asks you to send the money here:\n\n  {}  \
             {}\n\nThis replaces any address in earlier messages. It does not mean that you owe \
             anything.",
            refund_to.asset(),
            refund_to.as_str()
        );
        if !checked {
            text.push_str(
                "The buyer typed it without a checksum, so a typing mistake would go unnoticed.\n",
            );
        }
        let _ = writeln!(text, "\n{}Due:  {}", payment(invoice), invoice.due());
        (format!("{}Order {order}: refund address", self.mark()), text)
    }

    fn head(&self, order: OrderId, today: CoarseTime) -> String {
        format!("Order {order} at {}\n{today}\n\n", self.shop)
    }
}

fn at(invoice: &Invoice) -> &str {
    invoice.pay_to().as_str()
}
