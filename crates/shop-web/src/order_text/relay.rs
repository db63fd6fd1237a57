//! Letter to a buyer, which the seller relays by hand through an anonymous mail service.
//!
//! It is in the language the order was placed in.
//!
//! Privacy: a mail service reads along. There is no name, no address, no place and no number of the
//! seller's own in it, nor the order's code, which nobody here has.

use super::OrderText;
use crate::{language::Sentence, storefront::Localizer};
use shop_core::order::OrderDetails;
use shop_seal::mail::Relay;

/// Writes the letter, from the seller; none if the buyer left no email.
pub(crate) fn letter(voice: Localizer<'_>, receipt: &OrderDetails) -> Option<Relay> {
    let to = receipt.details.email.as_deref()?;
    let from = voice.front.contact().unwrap_or(&voice.front.letters().shop);
    let named = |sentence: Sentence| {
        let sentence = sentence.with("order", receipt.order.to_string());
        voice.say(&sentence.with("shop", &*voice.front.letters().shop))
    };
    let mut text = OrderText::new(voice);
    text.line(&named(Sentence::new("relay-thanks")));
    text.gap();
    text.goods(receipt);
    if receipt.bill.lines().iter().any(|line| line.digital.is_some()) {
        text.say(0, &Sentence::new("relay-handed-out"));
    }
    text.gap();
    // The address of an escrow is shown to who has kept its statement, on the order page alone.
    text.due(receipt, receipt.escrow.is_some());
    text.labelled(&Sentence::new("relay-until"), &voice.reader.words().hour(receipt.expires));
    text.gap();
    text.say(0, &Sentence::new("relay-paid"));
    text.say(0, &Sentence::new("relay-code"));
    Some(Relay {
        to: to.to_owned(),
        from: from.to_owned(),
        subject: named(Sentence::new("relay-subject")),
        body: std::mem::take(&mut *text.end()),
    })
}
