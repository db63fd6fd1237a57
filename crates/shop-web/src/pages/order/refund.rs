//! Refund address of the buyer, if any money is given back.
//!
//! It is kept in the buyer's own box and told to the seller, sealed both times.

use super::{Mode, Opened, OrderPageError, Wrong, mail};
use crate::{
    language::Sentence,
    limits::Ask,
    page::view,
    pages::{FormRequest, PageRequest},
    payments::{RefundTo, RefundToError},
    refusal::Refusal,
};
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use shop_core::{invoice::State, order::OrderDetails, stock::ReservationStatus};
use shop_db::{BuyerCopyUpdate, OrderRecord, ReplaceCopyError};
use std::borrow::Cow;

/// Greatest number of times an address may be named: each is a mail in the seller's mailbox.
const MOST: u32 = 8;

view! {
    /// Address for refunds that is kept, and the field for another.
    pub(super) struct RefundView<'a> {
        /// Name of the currency it is an address of.
        asset: Cow<'static, str>,
        /// Address that is kept.
        kept: Option<String>,
        /// Sentence that says once that it is kept.
        news: Option<String>,
        /// True if another one can be named.
        asks: bool,
        /// True if the field is shown at once.
        open: bool,
        /// Description of what is wrong with the one just typed.
        error: Option<String>,
        /// Address as it was typed, if it is wrong.
        typed: Cow<'a, str>,
    }
}

/// Keeps the address a buyer names.
pub(crate) async fn keep(
    FormRequest(request, form): FormRequest,
) -> Result<Response, OrderPageError> {
    request.own_order(form.text("token"))?;
    let typed = form.text("refund").trim();
    loop {
        let opened = super::open(&request).await?;
        let has_address = opened.record.escrow.is_some();
        if has_address || !opened.record.status(request.hour()).can_be_refunded {
            return Ok(request.go("/order", []));
        }
        match name(&request, &opened, typed).await? {
            Named::Kept(to) => return Ok(request.go(to, [])),
            // Each that was quicker leaves one less that may be kept, so this ends.
            Named::Overtaken => {}
            Named::Not(why) => {
                let mode = Mode::NoRefund(Wrong { why, typed });
                let sheet = super::sheet(&request, &opened, &mode).await?;
                return Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response());
            }
        }
    }
}

/// Result of naming an address.
enum Named {
    /// The address is kept, and the seller is told; the path to go to then.
    Kept(&'static str),
    /// Another address was kept since the order was read.
    Overtaken,
    /// The address is wrong, for this reason.
    Not(Sentence),
}

/// Keeps what was typed and tells the seller.
async fn name(request: &PageRequest, opened: &Opened, typed: &str) -> Result<Named, Refusal> {
    let invoice = &opened.record.invoice;
    let asset = invoice.due().asset();
    let refund = match request.shop.payments.refund_to(asset, typed) {
        Ok(refund) if refund.pay_to == *invoice.pay_to() => {
            return Ok(Named::Not(Sentence::new("refund-ours")));
        }
        Ok(refund) => refund,
        Err(error) => return Ok(Named::Not(wrong(error).with("asset", asset.name()))),
    };
    let RefundTo { pay_to, checked } = refund;
    let said = if checked { "/order?noted" } else { "/order?compare" };
    let mut receipt = opened.receipt()?;
    if receipt.refund_to.as_ref() == Some(&pay_to) {
        return Ok(Named::Kept(said));
    }
    if receipt.refund_said >= MOST {
        return Ok(Named::Not(Sentence::new("refund-too-often")));
    }
    let now = request.shop.clock.now();
    if !request.shop.limits.allow(request.visit, Ask::Order, request.shop.clock.uptime()) {
        return Err(Refusal::RateLimited);
    }
    let letters = request.front.letters();
    let letter = letters.refund_to(receipt.order, &pay_to, checked, invoice, now.coarse());
    let (mail, _held) = mail::seal(request, letter).await?;
    receipt.refund_to = Some(pay_to);
    receipt.refund_said += 1;
    let plain = receipt.to_bytes();
    let new = opened.keys.seal_box(&plain, &*request.shop.entropy);
    let exchange = BuyerCopyUpdate { old: opened.record.buyer_copy.clone(), new, mail };
    match request.shop.db.replace_buyer_copy(&opened.keys.lookup(), exchange).await {
        Ok(()) | Err(ReplaceCopyError::NoSuchOrder) => Ok(Named::Kept(said)),
        Err(ReplaceCopyError::Changed) => Ok(Named::Overtaken),
        Err(error) => Err(Refusal::from_error(error)),
    }
}

/// Builds the address that is kept and the field for another, for a template.
/// The field is not on the page that reloads, which would take what is half typed away.
pub(super) fn view<'a>(
    request: &PageRequest,
    record: &OrderRecord,
    receipt: Option<&OrderDetails>,
    mode: &Mode<'a>,
) -> Option<RefundView<'a>> {
    // What goes back from an escrow goes to the address in its terms.
    if record.escrow.is_some() {
        return None;
    }
    let kept = receipt.and_then(|receipt| receipt.refund_to.as_ref());
    let asks = record.status(request.hour()).can_be_refunded && !mode.is_watching();
    if !asks && kept.is_none() {
        return None;
    }
    let wrong = if let Mode::NoRefund(wrong) = mode { Some(wrong) } else { None };
    let news = match request.query() {
        _ if wrong.is_some() || kept.is_none() => None,
        "noted" => Some(Sentence::new("refund-noted")),
        "compare" => Some(Sentence::new("refund-compare")),
        _ => None,
    };
    // Where nothing went wrong the field is not in the way.
    let is_settled = matches!(record.invoice.state(), State::Settled { .. });
    let is_missed = record.facts.reservation_status == ReservationStatus::Backordered;
    Some(RefundView {
        asset: Cow::Borrowed(record.invoice.due().asset().name()),
        kept: kept.map(|kept| kept.as_str().to_owned()),
        news: news.map(|news| request.say(&news)),
        asks,
        open: wrong.is_some() || kept.is_none() && (!is_settled || is_missed),
        error: wrong.map(|wrong| request.say(&wrong.why)),
        typed: Cow::Borrowed(wrong.map_or("", |wrong| wrong.typed)),
    })
}

const fn wrong(error: RefundToError) -> Sentence {
    match error {
        RefundToError::NotAnAddress => Sentence::new("refund-not-an-address"),
        RefundToError::Checksum => Sentence::new("refund-checksum"),
        RefundToError::Nobody => Sentence::new("refund-nobody"),
    }
}
