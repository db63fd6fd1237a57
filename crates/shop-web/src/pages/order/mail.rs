//! What the seller is told of a buyer's click, sealed within the request.

use crate::{pages::Asked, refusal::Refusal};
use shop_db::NewMail;
use shop_seal::mail::{self, Letter};

/// Seals a subject and a letter.
pub(super) fn seal(asked: &Asked, words: (String, String)) -> Result<NewMail, Refusal> {
    let (subject, body) = words;
    let letter = Letter { subject, body, relay: None };
    let today = asked.shop.clock.now().coarse();
    let mail = mail::seal(asked.front.seal_cert(), &letter, today, &*asked.shop.entropy)
        .map_err(Refusal::from_error)?;
    Ok(NewMail { message_id: mail.message_id, bytes: mail.bytes })
}
