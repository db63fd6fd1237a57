//! Payment of an order: what to send, where, and the picture a wallet reads it from.

use super::{Opened, OrderPageError};
use crate::{
    language::Sentence,
    page::view,
    pages::{PageRequest, state::Standing},
    qr as qr_code,
    refusal::Refusal,
};
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use shop_core::{
    invoice::State,
    kind::Kind,
    money::{Amount, AssetId},
    time::CoarseTime,
};
use shop_db::OrderRecord;
use std::borrow::Cow;

view! {
    /// Payment that an order waits for.
    pub(super) struct PayView {
        /// Sentence about the network to pay on.
        how: String,
        /// Sentence about the usual fee, where money is real.
        fee: Option<String>,
        /// Payment request as a link, where the picture has the bare address.
        link: Option<String>,
        /// True if the picture has the amount too.
        amount_in_picture: bool,
        /// Amount and code of the currency, to be copied: with a dot, whatever the language.
        amount: String,
        /// Name of the currency.
        asset: Cow<'static, str>,
        /// Payment address.
        to: String,
        /// Hour before which it is to be paid.
        until: String,
        /// True if the amount names the order, and must not be rounded.
        tagged: bool,
        /// True if a part is paid, and the amount is the rest.
        rest: bool,
        /// Command that simulates the payment, in a demo.
        hint: Option<DemoHint>,
    }
}

view! {
    /// Command in three parts, so that the order number can be selected by itself.
    struct DemoHint {
        /// Part before the order number.
        before: String,
        /// Order number; empty if the command does not have it.
        whole: String,
        /// Part after the order number.
        after: String,
    }
}

/// Builds what is still to be paid, for a template.
/// There is none before the escrow statement is kept.
pub(super) fn view(request: &PageRequest, opened: &Opened, standing: &Standing) -> Option<PayView> {
    if opened.hides_payment() {
        return None;
    }
    let record = &opened.record;
    let invoice = &record.invoice;
    let amount = standing.to_pay?;
    let id = record.id.to_string();
    let hint = request.shop.payments.demo_hint(record.id).map(|hint| {
        let (before, after) = hint.split_once(&id).unwrap_or((&hint, ""));
        let whole = if before.len() < hint.len() { id.as_str() } else { "" };
        DemoHint { before: before.to_owned(), whole: whole.to_owned(), after: after.to_owned() }
    });
    let asset = amount.asset();
    let payments = &request.shop.payments;
    let uri = payments.payment_uri(invoice.pay_to(), amount);
    Some(PayView {
        how: request.say(&network(asset, payments.chain_id(asset))),
        fee: payments.usual_fee(asset).map(|fee| request.say(&about(asset, fee))),
        link: payments.payment_link(invoice.pay_to(), amount).filter(|_| uri.is_none()),
        amount_in_picture: uri.is_some(),
        amount: amount.to_string(),
        asset: Cow::Borrowed(amount.asset().name()),
        to: invoice.pay_to().as_str().to_owned(),
        until: request.reader.words().hour(invoice.expires()),
        tagged: invoice.matching().is_shared(),
        rest: invoice.state().paid().is_some(),
        hint,
    })
}

/// Returns the sentence about the network to pay on.
/// A token is on many networks, and on each it is another.
fn network(asset: AssetId, chain_id: Option<u64>) -> Sentence {
    let is_token = asset.token_on_chain().is_some();
    match chain_id {
        Some(1) if is_token => Sentence::new("pay-token-mainnet").with("token", asset.code()),
        Some(1) => Sentence::new("pay-mainnet"),
        Some(id) if is_token => {
            let sentence = Sentence::new("pay-token-chain").with("token", asset.code());
            sentence.with("id", id.to_string())
        }
        Some(id) => Sentence::new("pay-chain").with("id", id.to_string()),
        None => Sentence::new("pay-fee"),
    }
}

/// Returns the sentence about the usual fee.
fn about(asset: AssetId, fee: Amount) -> Sentence {
    if asset.token_on_chain().is_some() {
        let sentence = Sentence::new("pay-about-token").with("fee", fee);
        return sentence.with("coin", fee.asset().name());
    }
    Sentence::new("pay-about").with("fee", fee)
}

/// Answers with the QR code for wallets.
/// It is a file of its own, so that the policy needs no `data:` pictures; it has no words, and so
/// one address in all languages.
pub(crate) async fn qr(request: PageRequest) -> Result<Response, Refusal> {
    if !request.reader.is_own() {
        return Err(Kind::NotFound.into());
    }
    let opened = super::open(&request).await.map_err(OrderPageError::or_not_found)?;
    if opened.hides_payment() || opened.is_past_payment() {
        return Err(Kind::NotFound.into());
    }
    let invoice = &opened.record.invoice;
    let amount = in_picture(&opened.record, request.hour()).ok_or(Refusal::Kind(Kind::NotFound))?;
    let text = request.shop.payments.payment_uri(invoice.pay_to(), amount);
    let text = text.as_deref().unwrap_or(invoice.pay_to().as_str());
    let png = qr_code::png(text).ok_or(Refusal::Kind(Kind::NotFound))?;
    let mut response = Response::new(Body::from(png));
    let png = HeaderValue::from_static("image/png");
    response.headers_mut().insert(header::CONTENT_TYPE, png);
    Ok(response)
}

/// Returns the amount the picture asks for.
/// The money may have been seen since the page was made that shows it; a broken picture would
/// frighten who has just paid. Nobody is asked to pay for nothing, though.
fn in_picture(record: &OrderRecord, now: CoarseTime) -> Option<Amount> {
    let invoice = &record.invoice;
    match Standing::of(record, now).to_pay {
        Some(amount) => Some(amount),
        None if !record.goods_left || record.facts.on_chain.put_away.is_some() => None,
        None if matches!(invoice.state(), State::Expired | State::Underpaid { .. }) => None,
        None => Some(invoice.due()),
    }
}
