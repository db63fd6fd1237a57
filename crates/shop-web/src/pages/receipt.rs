//! Receipt, to print and to take along.

use super::{
    PageRequest,
    bill::{self, BillRow},
    escrow::Progress,
    items::{self, OrderLine},
    order::{self, CodesView, Opened, escrow::PaymentView},
    state::{Standing, StateView},
};
use crate::{
    headers::SandboxPermissions,
    language::Sentence,
    order_text::{OrderText, bill_row},
    page::{Page, view},
};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use shop_core::{
    order::{AddressLine, Destination, OrderDetails, ShipTo},
    view::Transfer,
};
use std::borrow::Cow;
use zeroize::Zeroizing;

view! {
    /// Values of `receipt.html`.
    struct ReceiptPage<'a> {
        /// Order number.
        id: String,
        /// True if it was placed in a demo, and the shop takes real money now.
        simulated: bool,
        /// Hour it was placed in.
        placed: String,
        /// State in words.
        state: StateView,
        lines: Vec<OrderLine>,
        /// Rows of the bill.
        rows: Vec<BillRow>,
        /// Sentence about the exchange rate of a bill in a currency.
        exchange: Option<String>,
        /// Amount due, as a wallet shows it: with a dot, whatever the language.
        due: String,
        /// True if the amount names the order.
        tagged: bool,
        /// Payment address; none before the escrow statement is kept.
        pay_to: Option<String>,
        /// True if the address is that of an escrow.
        escrow: bool,
        /// Payments that the escrow made when it ended.
        went: Vec<PaymentView>,
        /// Sentences about what became of the payment.
        story: Vec<String>,
        /// Redeem codes that were given.
        codes: Vec<CodesView>,
        /// Address for refunds that the buyer named.
        refund_to: Option<String>,
        /// Transfers that came for it.
        transfers: Vec<TransferView>,
        /// Address, on several lines.
        ship_to: Option<Zeroizing<String>>,
        /// Reason why there is no address.
        no_address: Option<String>,
        /// Place that the bill was made for, where no address names it.
        billed: Option<String>,
        /// Email address of the buyer.
        email: Option<Cow<'a, str>>,
        /// Note of the buyer to the seller.
        note: Option<Cow<'a, str>>,
    }
}

view! {
    /// Transfer that came for an order.
    struct TransferView {
        /// Amount, as a wallet shows it: with a dot, whatever the language.
        amount: String,
        /// Transaction id.
        id: String,
    }
}

impl Page for ReceiptPage<'_> {
    const TEMPLATE: &'static str = "receipt.html";
}

/// Shows the receipt as a page.
pub(crate) async fn show(request: PageRequest) -> Result<Response, order::OrderPageError> {
    let opened = order::open(&request).await?;
    let receipt = opened.receipt()?;
    let page = ReceiptPage::new(&request, &opened, &receipt);
    let sheet = request.sheet("/order/receipt", page)?;
    Ok(sheet.leaving(SandboxPermissions::Downloads).into_response())
}

/// Answers with the receipt as a text file.
pub(crate) async fn text(request: PageRequest) -> Result<Response, order::OrderPageError> {
    let opened = order::open(&request).await?;
    let receipt = opened.receipt()?;
    let mut response =
        Response::new(Body::from(Bytes::from_owner(plain(&request, &opened, &receipt))));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    // The name says nothing: it stays in the list of downloads.
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"receipt.txt\""),
    );
    response.extensions_mut().insert(SandboxPermissions::Downloads);
    Ok(response)
}

impl<'a> ReceiptPage<'a> {
    fn new(request: &PageRequest, opened: &Opened, receipt: &'a OrderDetails) -> Self {
        // Amounts that stood in a wallet, as they stood there.
        let transfer = |transfer: &Transfer| TransferView {
            amount: transfer.amount.to_string(),
            id: transfer.id.0.clone(),
        };
        let ship_to = ship_to(receipt);
        Self {
            id: receipt.order.to_string(),
            simulated: opened.record.facts.is_left_by_demo(),
            placed: request.reader.words().hour(receipt.placed),
            state: standing(request, opened, receipt).view(request.reader),
            lines: items::order_lines(request.voice(), receipt),
            rows: bill::order_rows(request.voice(), receipt),
            exchange: bill::exchange(request.voice(), &receipt.bill),
            due: receipt.due.to_string(),
            tagged: bill_row::naming(receipt).is_some(),
            pay_to: (!opened.hides_payment()).then(|| receipt.pay_to.as_str().to_owned()),
            escrow: receipt.escrow.is_some(),
            went: went(request, opened, receipt),
            story: story(request, opened),
            codes: order::digital::for_receipt(request, opened, receipt),
            refund_to: receipt.refund_to.as_ref().map(|to| to.as_str().to_owned()),
            transfers: opened.record.transfers.iter().map(transfer).collect(),
            no_address: ship_to.as_ref().err().map(|why| request.say(why)),
            ship_to: ship_to.ok().map(address),
            billed: billed(request, receipt),
            email: receipt.details.email.as_deref().map(Cow::Borrowed),
            note: receipt.details.note.as_deref().map(Cow::Borrowed),
        }
    }
}

/// Returns the state in words, with what the contract says.
fn standing(request: &PageRequest, opened: &Opened, receipt: &OrderDetails) -> Standing {
    let standing = Standing::of(&opened.record, request.hour());
    match Progress::of(&opened.record, Some(receipt)) {
        Some(progress) => standing.in_escrow(&opened.record, &progress, request.shop.clock.now()),
        None => standing,
    }
}

/// Returns the payments that the escrow made when it ended.
fn went(request: &PageRequest, opened: &Opened, receipt: &OrderDetails) -> Vec<PaymentView> {
    let progress = Progress::of(&opened.record, Some(receipt));
    let asset = receipt.due.asset();
    progress.map(|progress| order::escrow::went(request, &progress, asset)).unwrap_or_default()
}

/// Returns what became of the payment, as far as a receipt is asked for it.
/// It goes by the chain's own block, and by the seller's word.
fn story(request: &PageRequest, opened: &Opened) -> Vec<String> {
    let record = &opened.record;
    let block = order::paid_in(&record.invoice, &record.transfers);
    let paid = block.filter(|_| record.invoice.state().is_paid()).map(|block| {
        let paid = Sentence::new("receipt-paid").with("when", block.time);
        paid.with("block", block.height.0.to_string())
    });
    let refunded = record.facts.events.refunded.then_some(Sentence::new("receipt-refunded"));
    paid.iter().chain(&refunded).map(|sentence| request.say(sentence)).collect()
}

/// Writes where the goods go, or for which reason that is left out.
fn ship_to(receipt: &OrderDetails) -> Result<&ShipTo, Sentence> {
    match &receipt.details.destination {
        Destination::ShipTo(to) => Ok(to),
        Destination::Sealed(_) => Err(Sentence::new("receipt-sealed")),
        Destination::NothingToShip => Err(Sentence::new("bill-nothing-sent")),
    }
}

/// An address on several lines, wiped when dropped.
fn address(to: &ShipTo) -> Zeroizing<String> {
    // One buffer of the right size: one that grew would leave copies behind.
    let length = |line: AddressLine<'_>| line.len() + 1;
    let mut lines = Zeroizing::new(String::with_capacity(to.lines().map(length).sum()));
    for line in to.lines() {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.extend(line.parts());
    }
    lines
}

/// Returns the place of the bill, where no address that can be read here names it.
fn billed(request: &PageRequest, receipt: &OrderDetails) -> Option<String> {
    let place = receipt.billed.filter(|_| ship_to(receipt).is_err())?;
    Some(bill::name(request.reader, place))
}

/// The receipt as text, wiped when dropped.
fn plain(request: &PageRequest, opened: &Opened, receipt: &OrderDetails) -> Zeroizing<String> {
    let mut text = OrderText::new(request.voice());
    let shop = request.front.letters().shop.as_str();
    let heading = Sentence::new("receipt-at").with("order", receipt.order.to_string());
    text.say(0, &heading.with("shop", shop));
    text.gap();
    if opened.record.facts.is_left_by_demo() {
        text.say(0, &Sentence::new("state-demo-what"));
        text.gap();
    }
    let placed = request.reader.words().hour(receipt.placed);
    text.labelled(&Sentence::new("receipt-placed"), &placed);
    let standing = standing(request, opened, receipt);
    text.labelled(&Sentence::new("order-state"), &request.say(&standing.heading));
    text.gap();
    text.goods(receipt);
    text.gap();
    text.due(receipt, opened.hides_payment());
    for transfer in &opened.record.transfers {
        text.say(0, &Sentence::new("receipt-received"));
        text.block(&transfer.amount.to_string());
        text.block(&transfer.id.0);
    }
    story(request, opened).iter().for_each(|line| text.line(line));
    for PaymentView { who, amount, to } in went(request, opened, receipt) {
        text.line(&who);
        text.block(&amount);
        text.block(&to);
    }
    if let Some(refund_to) = &receipt.refund_to {
        text.say(0, &Sentence::new("receipt-refund-to"));
        text.block(refund_to.as_str());
    }
    for CodesView { name, codes } in order::digital::for_receipt(request, opened, receipt) {
        text.say(0, &Sentence::new("receipt-codes").with("name", name));
        codes.iter().for_each(|code| text.block(code));
    }
    text.gap();
    text.say(0, &Sentence::new("ship-to"));
    match ship_to(receipt) {
        Ok(to) => text.address(to.lines()),
        Err(why) => text.say(2, &why),
    }
    if let Some(place) = billed(request, receipt) {
        text.labelled(&Sentence::new("receipt-billed"), &place);
    }
    text.gap();
    match &receipt.details.email {
        Some(email) => text.labelled(&Sentence::new("email"), email),
        None => text.say(0, &Sentence::new("receipt-no-email")),
    }
    if let Some(contact) = request.front.contact() {
        text.labelled(&Sentence::new("receipt-seller"), contact);
    }
    if let Some(note) = &receipt.details.note {
        text.gap();
        text.say(0, &Sentence::new("receipt-note"));
        text.block(note);
    }
    text.gap();
    text.say(0, &Sentence::new("receipt-keep"));
    text.end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<ReceiptPage<'_>>();
    }
}
