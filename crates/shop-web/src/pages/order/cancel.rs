//! Cancelling an order before any money for it was seen.

use super::{Opened, OrderPageError, mail, question};
use crate::{
    language::Sentence,
    pages::{
        FormRequest, PageRequest, PrivatePage,
        escrow::{Progress, words::end_of},
    },
    refusal::Refusal,
};
use axum::response::{IntoResponse, Response};
use shop_core::{kind::HasKind, order_status::CancelRefusal, time::CoarseTime};
use shop_db::CancelError;

const HERE: &str = "/order/cancel";

/// Shows what a cancellation does, before it does it.
pub(crate) async fn show(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = super::open(&request).await?;
    let sheet = match opened.record.status(request.hour()).can_cancel {
        Ok(()) => {
            let late = match ship_by(&opened) {
                Some(until) => Sentence::new("cancel-escrow").with("until", until),
                None => Sentence::new("cancel-late"),
            };
            let words = [Sentence::new("cancel-what"), late];
            let words = (heading(&opened), &words[..]);
            question(&request, &opened, HERE, words, Some(&Sentence::new("cancel-do")))?
        }
        Err(refusal) => refused(&request, &opened, reason(&opened, refusal))?,
    };
    Ok(sheet.into_response())
}

/// Cancels, and tells the seller.
pub(crate) async fn cancel(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    request.own_order(form.text("token"))?;
    let opened = super::open(&request).await?;
    let now = request.shop.clock.now().coarse();
    let record = &opened.record;
    let letter = request.front.letters().cancelled(record.id, &record.invoice, now);
    let (mail, _held) = mail::seal(&request, letter).await?;
    let error = match request.shop.db.cancel(&opened.keys.lookup(), now, mail).await {
        Ok(()) | Err(CancelError::NoSuchOrder) => return Ok(request.go("/order", [])),
        // A click that was sent twice.
        Err(CancelError::Ended) if record.facts.cancelled => return Ok(request.go("/order", [])),
        Err(error) => error,
    };
    let why = match error {
        CancelError::MoneySeen => reason(&opened, CancelRefusal::MoneySeen),
        CancelError::Ended => reason(&opened, CancelRefusal::Ended),
        error => return Err(Refusal::from_error(error).into()),
    };
    let status = Refusal::Kind(error.kind()).status();
    Ok(refused(&request, &opened, why)?.with_status(status).into_response())
}

fn reason(opened: &Opened, refusal: CancelRefusal) -> Sentence {
    match refusal {
        CancelRefusal::MoneySeen => match ship_by(opened) {
            Some(until) => Sentence::new("cancel-escrow-money-seen").with("until", until),
            None => Sentence::new("cancel-money-seen"),
        },
        CancelRefusal::Ended => Sentence::new("cancel-ended"),
    }
}

/// Returns the hour until which the seller of an order in escrow can ship.
fn ship_by(opened: &Opened) -> Option<CoarseTime> {
    let receipt = opened.receipt().ok()?;
    let progress = Progress::of(&opened.record, Some(&receipt))?;
    Some(end_of(progress.statement.terms.ship_by))
}

fn heading(opened: &Opened) -> Sentence {
    Sentence::new("cancel-heading").with("order", opened.record.id.to_string())
}

fn refused(request: &PageRequest, opened: &Opened, why: Sentence) -> Result<PrivatePage, Refusal> {
    question(request, opened, HERE, (heading(opened), &[why]), None)
}
