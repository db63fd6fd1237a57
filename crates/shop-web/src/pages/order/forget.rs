//! Deletion of an order's record by its buyer, before its time.

use super::{Opened, OrderPageError, code, digital, question};
use crate::{
    language::Sentence,
    pages::{FormRequest, PageRequest, PrivatePage},
    refusal::Refusal,
};
use axum::response::{IntoResponse, Response};
use shop_core::{
    kind::{HasKind, Kind},
    order_status::{Debt, OrderStatus, Phase},
};
use shop_db::{ForgetError, OrderRecord};
use shop_seal::OrderCodeKeys;

const HERE: &str = "/order/forget";

/// Shows what is destroyed and what remains, or what is still open.
pub(crate) async fn show(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = super::open(&request).await?;
    let open = still_open(&opened.record.status(request.hour()));
    Ok(sheet(&request, &opened, open)?.into_response())
}

/// Destroys the record. The browser forgets its way to the order with it.
pub(crate) async fn forget(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    let session = request.own_order(form.text("token"))?;
    let lookup = OrderCodeKeys::derive(&session.order_code).lookup();
    let now = request.shop.clock.now().coarse();
    let error = match request.shop.db.forget(&lookup, now).await {
        // No record is what was asked for, even if another click brought it about.
        Ok(_) | Err(ForgetError::NoSuchOrder) => {
            return Ok(code::away(&request, "/order/forgotten"));
        }
        Err(error) => error,
    };
    let Some(why) = reason(error) else { return Err(Refusal::from_error(error).into()) };
    let opened = super::open(&request).await?;
    let status = Refusal::Kind(match error.kind() {
        // Not a limit on the visitor.
        Kind::Busy => Kind::BadInput,
        kind => kind,
    });
    Ok(sheet(&request, &opened, Some(why))?.with_status(status.status()).into_response())
}

fn sheet(
    request: &PageRequest,
    opened: &Opened,
    open: Option<Sentence>,
) -> Result<PrivatePage, Refusal> {
    let heading = Sentence::new("forget-heading").with("order", opened.record.id.to_string());
    let button = Sentence::new("forget-do");
    let mut words = vec![Sentence::new("forget-destroys"), Sentence::new("forget-remains")];
    let (words, button) = match open {
        Some(open) => {
            words.insert(0, open);
            (words, None)
        }
        None => {
            if gives_up_money(&opened.record, &opened.record.status(request.hour())) {
                words.push(Sentence::new("forget-gives-up"));
            }
            words.push(Sentence::new("forget-receipt"));
            if opened.record.escrow.is_some() {
                words.push(Sentence::new("forget-escrow"));
            }
            if digital::is_open(request, opened) {
                words.push(Sentence::new("forget-digital"));
            }
            (words, Some(&button))
        }
    };
    question(request, opened, HERE, (heading, &words), button)
}

/// Returns what is still open as far as the record itself tells.
/// The database decides when the time comes; this only spares the buyer the click.
fn still_open(status: &OrderStatus) -> Option<Sentence> {
    status.can_forget.err().and_then(|refusal| reason(refusal.into()))
}

/// Returns true if the seller has money for which nothing was sent yet, or more than was due.
fn gives_up_money(record: &OrderRecord, status: &OrderStatus) -> bool {
    let is_late = status.phase == Phase::Late && !record.facts.is_left_by_demo();
    is_late || matches!(status.debt, Debt::Difference(_))
}

/// Returns what is still open, in words; none for what is not the order's.
const fn reason(error: ForgetError) -> Option<Sentence> {
    match error {
        ForgetError::Payable => Some(Sentence::new("forget-payable")),
        ForgetError::Unsettled => Some(Sentence::new("forget-unsettled")),
        ForgetError::Owed => Some(Sentence::new("forget-owed")),
        ForgetError::Undelivered => Some(Sentence::new("forget-undelivered")),
        _ => None,
    }
}
