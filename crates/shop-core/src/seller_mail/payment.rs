//! Letters about a change of an order's payment.

use super::{SellerLetter, SellerMail, data, escrow, notices::MailKind};
use crate::{
    invoice::{Invoice, NotCounted, SellerNotice, State},
    order::OrderId,
    order_status::EscrowFacts,
    time::CoarseTime,
    view::Transfer,
};
use std::fmt::Write;

/// A notice about an order, to be written now.
#[derive(Clone, PartialEq, Eq)]
pub struct OrderNotice {
    /// The order's number.
    pub order: OrderId,
    /// Kind of the notice.
    pub kind: SellerNotice,
    /// True if it was so when it was queued, and is not any more.
    pub is_overtaken: bool,
    /// The invoice as it is now.
    pub invoice: Invoice,
    /// The transfers that the notice is about, as they are now.
    pub transfers: Vec<Transfer>,
    /// Escrow of the order as it is now, if its money waits there.
    pub escrow: Option<EscrowFacts>,
}

crate::closed_debug!(OrderNotice);

/// State of the payment of an order in escrow. What is above the price goes back to the
/// buyer.
const PAID_INTO_ESCROW: &str = "Paid in full.\n";

/// State of a payment into escrow after the offer had ended, or the buyer had cancelled.
const LATE_INTO_ESCROW: &str = "The payment came after the offer had ended, or after the buyer had \
                                cancelled. You need not ship: without a shipment the money goes \
                                back by itself, and cryptocart escrow refund sends it back now.\n";

/// Advice for an order in escrow whose goods are gone. Money sent by hand would be sent
/// twice.
const SOLD_OUT_IN_ESCROW: &str = "The goods were gone when the payment came. Do not refund it from \
                                  your wallet: the contract sends it back by itself if you do not \
                                  ship, and cryptocart escrow refund does so now.\n";

/// Advice of a notice that was so when it was queued, and is not any more.
const OVERTAKEN: &str = "This notice could not be delivered when it was new. The line above says \
                         how the payment is now. If there is something for you to do, another \
                         message says so.\n";

impl SellerMail {
    /// Returns the letter about a change of an order's payment.
    #[must_use]
    pub fn news(&self, notice: &OrderNotice, today: CoarseTime) -> SellerLetter {
        let OrderNotice { order, kind: news, is_overtaken, invoice, transfers, escrow } = notice;
        let order = *order;
        let news = *news;
        let kind = MailKind::of_notice(news, invoice, *escrow);
        let mut text = self.head(order, today);
        match news {
            SellerNotice::ToReview => {
                text.push_str("The buyer claims a payment whose amount does not match the order.\n")
            }
            SellerNotice::NotCounted(why) => {
                let why = not_counted(why);
                let _ = writeln!(text, "The payment you accepted for this order {why}.");
            }
            SellerNotice::Escrow(_) => {}
            SellerNotice::OtherMoney => text.push_str("Money came in another currency.\n"),
            SellerNotice::Paid if escrow.is_some() => {
                let is_late = matches!(invoice.state(), State::Late { .. });
                text.push_str(if is_late { LATE_INTO_ESCROW } else { PAID_INTO_ESCROW });
            }
            SellerNotice::OutOfStock if escrow.is_some() => text.push_str(SOLD_OUT_IN_ESCROW),
            _ => text.push_str(&payment(invoice)),
        }
        if let Some(facts) = escrow {
            text.push_str(&escrow::says(facts));
        }
        let is_sold_out = matches!(news, SellerNotice::OutOfStock) && escrow.is_some();
        let to_do = if is_sold_out { "" } else { kind.row().to_do };
        text.push_str(if *is_overtaken { OVERTAKEN } else { to_do });
        let _ = writeln!(text, "Due:  {}\nAt:   {}\n", invoice.due(), invoice.pay_to().as_str());
        for transfer in transfers {
            if matches!(news, SellerNotice::NotCounted(_)) {
                let _ = writeln!(text, "  {}", transfer.id.0);
                continue;
            }
            let block = transfer.block.map_or_else(
                || "not in a block yet".to_owned(),
                |block| format!("block {}", block.height.0),
            );
            let _ = writeln!(text, "  {}  {}\n    {}", transfer.amount, block, transfer.id.0);
        }
        let payment = match news {
            SellerNotice::NotCounted(why) => data::Payment::not_counted(why, invoice, transfers),
            SellerNotice::ToReview => data::Payment::due(invoice).with_transfers(transfers),
            _ => data::Payment::of(invoice).with_transfers(transfers),
        };
        let mut subject = self.subject(kind, order);
        if *is_overtaken {
            subject.push_str(", but that has changed since");
        }
        let data = data::NoticeData { kind, order, today, is_overtaken: *is_overtaken };
        let escrow = escrow.map(data::EscrowData::new);
        let json = data::escrow_notice(self, data, payment, escrow);
        SellerLetter { subject, body: text, json }
    }
}

/// Returns the state of the payment in words.
pub(super) fn payment(invoice: &Invoice) -> String {
    match invoice.state() {
        State::Settled { paid } => format!("Paid in full: {paid}.\n"),
        State::Overpaid { paid } => format!(
            "Paid: {paid}, which is {} too much. You may want to refund the difference.\n",
            invoice.excess(paid)
        ),
        State::Late { paid } => format!(
            "Paid: {paid}, but late: the offer had ended, or the buyer had cancelled (cryptocart \
             orders shows which). You decide: send the goods, or refund the money. Marking the \
             order as sent also releases its downloads and codes.\n"
        ),
        State::Confirming { paid, have } => format!(
            "A chain reorganisation moved the payment of {paid} to a later block. It now has {} \
             of the {} confirmations it needs.\n",
            have.0,
            invoice.needs().0
        ),
        State::Reversed { lost } => format!(
            "The payment of {lost} is no longer on the chain (after a reorganisation or a double \
             spend).\n"
        ),
        State::Underpaid { paid } => {
            format!("Paid: {paid}, which is {} too little.\n", invoice.missing())
        }
        other => format!("State: {}.\n", other.word()),
    }
}

/// Says for which reason an accepted payment does not count, as the end of a sentence.
#[must_use]
pub const fn not_counted(why: NotCounted) -> &'static str {
    match why {
        NotCounted::Elsewhere => "counts for another order",
        NotCounted::Failed => "failed on the chain",
        NotCounted::NotOurs => "went elsewhere: the order's address received nothing from it",
        NotCounted::OtherAsset => "is money of another asset than the order asks for",
        NotCounted::Unknown => "was not found on the chain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        order::tests::{checked, filled, receipt},
        pay_to::{Matching, Offer},
    };

    /// Its advice would be wrong: the seller is not to wait, or refund, any more.
    #[test]
    fn overtaken_notice_says_how_it_is_now_and_advises_nothing() {
        let letters = SellerMail { shop: "Tees".into(), demo: false };
        let receipt = receipt(checked(&filled()).unwrap());
        let pay_to = receipt.pay_to.clone();
        let offer = Offer { pay_to, due: receipt.due, matching: Matching::PayTo };
        let notice = OrderNotice {
            order: receipt.order,
            kind: SellerNotice::Reversed,
            is_overtaken: true,
            invoice: Invoice::open(offer, receipt.needs, receipt.expires).unwrap(),
            transfers: Vec::new(),
            escrow: None,
        };
        let SellerLetter { subject, body, json } = letters.news(&notice, receipt.placed);
        assert!(subject.ends_with("payment REVERSED, but that has changed since"), "{subject}");
        assert!(body.contains("State: awaiting.") && !body.contains("Do NOT"), "{body}");
        assert!(json.contains("\"overtaken\": true"), "{json}");
    }
}
