//! Mails to the seller about a buyer's click, sealed within the request.

use crate::{pages::PageRequest, refusal::Refusal, sealing::SealTo};
use shop_core::{message_id, seller_mail::SellerLetter};
use shop_db::NewMail;
use shop_seal::mail::{self, Letter};

/// Seals a letter. Its key is to be held until the mail is stored.
pub(super) async fn seal(
    request: &PageRequest,
    letter: SellerLetter,
) -> Result<(NewMail, SealTo<'_>), Refusal> {
    let letter = Letter::from(letter);
    let today = request.shop.clock.now().coarse();
    let seal_to = request.shop.sealing.to().await;
    let random = &*request.shop.entropy;
    let mail = mail::seal(message_id::random(random), &seal_to, &letter, today, random)
        .map_err(Refusal::from_error)?;
    Ok((NewMail { message_id: mail.message_id, bytes: mail.bytes }, seal_to))
}
