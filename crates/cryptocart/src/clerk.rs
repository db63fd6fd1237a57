//! The database's clerk, and the shop's secret bytes it seals with.

use crate::{
    config::plan::Plan,
    digital::CodeLists,
    error::CliError,
    files,
    system::{SystemClock, SystemEntropy},
};
use shop_core::{entropy, order::Letters, time::Clock};
use shop_db::{Clerk, NewMail, NewsMail, NewsOf};
use shop_seal::{HoldKey, SealCert, mail};
use std::{path::Path, sync::Arc};

/// The bytes that the keys of cookies and of holds are derived from; made when first asked for, so
/// that carts and counts outlive a restart.
pub(crate) fn secret(path: &Path) -> Result<[u8; 32], CliError> {
    if !path.exists() {
        files::write(path, &entropy::bytes::<32>(&SystemEntropy), true)?;
    }
    files::read(path, 64)?.try_into().map_err(|_| {
        CliError::misconfigured(format!("{} is damaged", path.display())).hint(
            "put back a copy, or remove it: a new one is made, buyers' open carts are lost, and \
             what open orders took from the stock is not counted any more",
        )
    })
}

/// Writes to the seller, seals what orders take, and knows these lists of codes.
pub(crate) fn clerk(
    plan: &Plan,
    secret: &[u8; 32],
    cert: SealCert,
    lists: &Arc<CodeLists>,
) -> Clerk {
    let letters = Letters { shop: plan.name.clone(), demo: plan.is_demo() };
    let (letters, key) = (news_letters(letters, cert), HoldKey::from_bytes(secret));
    shop_web::clerk(letters, key, lists.codes(), Arc::new(SystemEntropy))
}

/// Writes and seals the letters about changes of payment.
fn news_letters(letters: Letters, cert: SealCert) -> NewsMail {
    Arc::new(move |news: &NewsOf<'_>| {
        let today = SystemClock.now().coarse();
        let (subject, body) =
            letters.news(news.order, news.news, news.invoice, news.transfers, today);
        let letter = mail::Letter { subject, body, relay: None };
        match mail::seal(&cert, &letter, today, &SystemEntropy) {
            Ok(sealed) => Some(NewMail { message_id: sealed.message_id, bytes: sealed.bytes }),
            Err(error) => {
                tracing::error!("sealing news to the seller: {error}");
                None
            }
        }
    })
}
