//! Sentences of letters about orders in escrow, and the letter about a release.

use super::{SellerLetter, SellerMail, data, notices::MailKind};
use crate::{
    escrow::Ending,
    invoice::Invoice,
    order::OrderId,
    order_status::{EscrowFacts, EscrowStep},
    time::{CoarseTime, UnixTime},
};
use std::fmt::Write;

/// Returns the step of an order in escrow, and the deadline that counts now.
pub(super) fn says(facts: &EscrowFacts) -> String {
    let until = facts.until.map_or(facts.ship_by, UnixTime::coarse);
    match facts.step {
        EscrowStep::Open => format!("Escrow: ship before {until}.\n"),
        EscrowStep::Shipped => format!("Escrow: shipped. Delivery must be reported by {until}.\n"),
        EscrowStep::Delivered => {
            format!("Escrow: delivered. The buyer can object until {until}.\n")
        }
        EscrowStep::Disputed => {
            format!("Escrow: disputed, no delivery reported. The arbiter can rule until {until}.\n")
        }
        EscrowStep::DisputedDelivered => {
            format!("Escrow: disputed, delivery reported. The arbiter can rule until {until}.\n")
        }
        EscrowStep::Closed(ending) => format!("Escrow has ended: {}.\n", ended(ending)),
        EscrowStep::ClosedSilently => {
            "Escrow has ended: the arbiter was silent, and you were paid.\n".into()
        }
    }
}

/// Says how an order ended.
const fn ended(ending: Ending) -> &'static str {
    match ending {
        Ending::Expired => "a deadline passed, and the money went back to the buyer",
        Ending::Finalized => "nobody objected, and you were paid",
        Ending::Ruled => "the arbiter divided the money",
        Ending::ArbiterSilent => "the arbiter was silent, and the money went back to the buyer",
        Ending::Released => "the buyer released the money, and you were paid",
        Ending::Refunded => "you sent the money back",
    }
}

impl SellerMail {
    /// Returns the letter about a release: the secret, or the signature, that a buyer typed.
    #[must_use]
    pub fn released(
        &self,
        order: OrderId,
        typed: &str,
        invoice: &Invoice,
        today: CoarseTime,
    ) -> SellerLetter {
        let kind = MailKind::EscrowRelease;
        let mut text = self.head(order, today);
        let _ = write!(
            text,
            "The buyer releases the money of this order to you, with this text:\n\n  {typed}\n\n{}",
            kind.row().to_do
        );
        let _ = writeln!(text, "\nDue:  {}\nAt:   {}", invoice.due(), invoice.pay_to().as_str());
        let data = data::NoticeData { kind, order, today, is_overtaken: false };
        let escrow = data::EscrowData::released(typed);
        let json = data::escrow_notice(self, data, data::Payment::due(invoice), Some(escrow));
        SellerLetter { subject: self.subject(kind, order), body: text, json }
    }
}
