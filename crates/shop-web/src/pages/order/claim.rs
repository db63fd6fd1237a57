//! Looking for a payment: the buyer asks to look again, or names the transaction.

use super::{Mode, OrderPageError, Wrong};
use crate::{
    language::Sentence,
    pages::{FormRequest, PageRequest, state},
    refusal::Refusal,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_db::{ClaimError, OrderRecord};
use shop_seal::OrderCodeKeys;

/// Asks to look at the chain soon, for the buyer.
pub(crate) async fn check(FormRequest(asked, form): FormRequest) -> Result<Response, Refusal> {
    let session = asked.own_order(&form)?;
    let keys = OrderCodeKeys::derive(&session.ticket);
    let record = asked.shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    if let Some(record) = record {
        asked.shop.till.nudge(record.invoice.due().asset());
    }
    Ok(asked.go("/order", []))
}

/// Records the transaction that the buyer says has paid.
pub(crate) async fn claim(
    FormRequest(asked, form): FormRequest,
) -> Result<Response, OrderPageError> {
    asked.own_order(&form)?;
    let opened = super::open(&asked).await?;
    if !takes_claims(&opened.record) {
        return Ok(asked.go("/order", []));
    }
    let typed = form.text("txid").trim();
    let why = match asked.shop.db.claim(&opened.keys.lookup(), typed).await {
        Ok(()) => {
            asked.shop.till.nudge(opened.record.invoice.due().asset());
            return Ok(asked.go("/order", []));
        }
        Err(ClaimError::NotATxid) => Sentence::new("claim-not-an-id"),
        Err(ClaimError::AlreadyClaimed) => Sentence::new("claim-known"),
        Err(ClaimError::TooMany) => Sentence::new("claim-too-many"),
        Err(error) => return Err(Refusal::from_error(error).into()),
    };
    let sheet = super::sheet(&asked, &opened, &Mode::NoClaim(Wrong { why, typed })).await?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Builds the transaction id box, for shared pay-tos: a rounded amount names no order there.
/// It is not on the page that reloads, which would take what is half typed away.
pub(super) fn view(asked: &PageRequest, record: &OrderRecord, mode: &Mode<'_>) -> Option<Value> {
    if !takes_claims(record) || mode.is_watching() {
        return None;
    }
    let made = record.claims.iter().map(|claim| {
        context! { txid => &claim.txid, outcome => asked.say(&state::outcome(claim)) }
    });
    let made: Vec<Value> = made.collect();
    let wrong = if let Mode::NoClaim(wrong) = mode { Some(wrong) } else { None };
    let error = wrong.map(|wrong| asked.say(&wrong.why));
    Some(context! { made, error, typed => wrong.map_or("", |wrong| wrong.typed) })
}

fn takes_claims(record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    invoice.matching().is_shared()
        && !invoice.state().is_paid()
        && record.on_chain.put_away.is_none()
}
