//! Looking for a payment: the buyer asks to look again, or names the transaction.

use super::{Mode, OrderPageError, Wrong};
use crate::{
    language::Sentence,
    page::view,
    pages::{FormRequest, PageRequest, state},
    refusal::Refusal,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_db::{Claim, ClaimError, OrderRecord};
use shop_seal::OrderCodeKeys;
use std::borrow::Cow;

view! {
    /// Transaction ids that the buyer named, and the field for another.
    pub(super) struct ClaimsView<'a> {
        /// Those named so far.
        made: Vec<ClaimView>,
        /// Description of what is wrong with the one just typed.
        error: Option<String>,
        /// Transaction id as it was typed, if it is wrong.
        typed: Cow<'a, str>,
    }
}

view! {
    /// Transaction id that the buyer named.
    struct ClaimView {
        /// Transaction id, in lower case.
        txid: String,
        /// Sentence about what became of it.
        outcome: String,
    }
}

/// Asks to look at the chain soon, for the buyer.
pub(crate) async fn check(FormRequest(request, form): FormRequest) -> Result<Response, Refusal> {
    let session = request.own_order(form.text("token"))?;
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
    request.own_order(form.text("token"))?;
    let opened = super::open(&request).await?;
    if !takes_claims(&opened.record) {
        return Ok(request.go("/order", []));
    }
    let typed = form.text("txid").trim();
    let claimed = match request.shop.payments.txid(opened.record.invoice.pay_to(), typed) {
        Some(txid) => request.shop.db.claim(&opened.keys.lookup(), &txid).await,
        None => Err(ClaimError::NotATxid),
    };
    let why = match claimed {
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
pub(super) fn view<'a>(
    request: &PageRequest,
    record: &OrderRecord,
    mode: &Mode<'a>,
) -> Option<ClaimsView<'a>> {
    if !takes_claims(record) || mode.is_watching() {
        return None;
    }
    let made = |claim: &Claim| ClaimView {
        txid: claim.txid.clone(),
        outcome: request.say(&state::outcome(claim)),
    };
    let wrong = if let Mode::NoClaim(wrong) = mode { Some(wrong) } else { None };
    Some(ClaimsView {
        made: record.claims.iter().map(made).collect(),
        error: wrong.map(|wrong| request.say(&wrong.why)),
        typed: Cow::Borrowed(wrong.map_or("", |wrong| wrong.typed)),
    })
}

fn takes_claims(record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    invoice.matching().is_shared()
        && !invoice.state().is_paid()
        && record.facts.on_chain.put_away.is_none()
}
