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
pub(crate) async fn check(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let session = request.own_order(&form)?;
    let keys = OrderCodeKeys::derive(&session.order_code);
    let record = request.shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    if let Some(record) = record {
        request.shop.payments.nudge(record.invoice.due().asset());
    }
    Ok(request.go("/order", []))
}

/// Records the transaction that the buyer says has paid.
pub(crate) async fn claim(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    request.own_order(&form)?;
    let opened = super::open(&request).await?;
    if !takes_claims(&opened.record) {
        return Ok(request.go("/order", []));
    }
    let typed = form.text("txid").trim();
    let why = match request.shop.db.claim(&opened.keys.lookup(), typed).await {
        Ok(()) => {
            request.shop.payments.nudge(opened.record.invoice.due().asset());
            return Ok(request.go("/order", []));
        }
        Err(ClaimError::NotATxid) => Sentence::new("claim-not-an-id"),
        Err(ClaimError::AlreadyClaimed) => Sentence::new("claim-known"),
        Err(ClaimError::TooMany) => Sentence::new("claim-too-many"),
        Err(error) => return Err(Refusal::from_error(error).into()),
    };
    let sheet = super::sheet(&request, &opened, &Mode::NoClaim(Wrong { why, typed })).await?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Builds the transaction id box, for shared pay-tos: a rounded amount names no order there.
/// It is not on the page that reloads, which would take what is half typed away.
pub(super) fn view(request: &PageRequest, record: &OrderRecord, mode: &Mode<'_>) -> Option<Value> {
    if !takes_claims(record) || mode.is_watching() {
        return None;
    }
    let made = record.claims.iter().map(|claim| {
        context! { txid => &claim.txid, outcome => request.say(&state::outcome(claim)) }
    });
    let made: Vec<Value> = made.collect();
    let wrong = if let Mode::NoClaim(wrong) = mode { Some(wrong) } else { None };
    let error = wrong.map(|wrong| request.say(&wrong.why));
    Some(context! { made, error, typed => wrong.map_or("", |wrong| wrong.typed) })
}

fn takes_claims(record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    invoice.matching().is_shared()
        && !invoice.state().is_paid()
        && record.facts.on_chain.put_away.is_none()
}
