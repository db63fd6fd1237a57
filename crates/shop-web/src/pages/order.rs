//! Order page, for whoever has its order code.

pub(crate) mod cancel;
pub(crate) mod claim;
pub(crate) mod code;
pub(crate) mod digital;
pub(crate) mod escrow;
pub(crate) mod exchange;
pub(crate) mod forget;
mod mail;
pub(crate) mod pay;
pub(crate) mod refund;
mod said;
pub(crate) mod statement;
mod timeline;

pub(super) use digital::CodesView;
pub(super) use timeline::paid_in;

use claim::ClaimsView;
use digital::DigitalView;
use escrow::EscrowView;
use exchange::ExchangeView;
use pay::PayView;
use refund::RefundView;
use said::LetterView;
use timeline::StepView;

use super::{
    PageRequest, PrivatePage,
    bill::{self, BillRow},
    escrow::Progress,
    items::{self, OrderLine},
    lost,
    state::{Standing, StateView},
};
use crate::{
    headers::SandboxPermissions,
    language::Sentence,
    page::{
        Page,
        enter::EnterPage,
        notice::{Act, NoticePage},
        view,
    },
    refusal::Refusal,
    session::OrderSession,
};
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use shop_core::{kind::Kind, order::OrderDetails, order_status::EscrowStep};
use shop_db::OrderRecord;
use shop_seal::OrderCodeKeys;

/// Seconds between reloads, where the buyer has asked for them.
const RELOAD: u32 = 60;

/// The query that says: an earlier sending of the form has placed the order.
pub(super) const SENT_BEFORE: &str = "sent-before";

view! {
    /// Values of `order.html`.
    struct OrderPage<'a> {
        /// Order number.
        id: String,
        /// Token of the page's forms.
        token: String,
        /// State in words.
        state: StateView,
        /// True if looking again later can show something new.
        waiting: bool,
        /// True if the page reloads by itself.
        watching: bool,
        /// Payment, while something is to be paid.
        pay: Option<PayView>,
        /// Escrow, if its money waits in a contract.
        escrow: Option<EscrowView<'a>>,
        /// Question if an exchange has paid, while no payment is seen.
        exchange: Option<ExchangeView>,
        /// Steps on the way of the order, the first one first.
        steps: Vec<StepView>,
        /// Digital goods of the order.
        digital: Option<DigitalView>,
        /// Goods, if the buyer's copy can be opened.
        goods: Option<Goods>,
        /// Letters of the seller, oldest first.
        said: Vec<LetterView>,
        /// Address for refunds, if any may be asked for.
        refund: Option<RefundView<'a>>,
        /// Transaction ids that the buyer named, if any may be.
        claims: Option<ClaimsView<'a>>,
        /// True if it can be cancelled.
        cancel: bool,
        /// True if it was placed in a demo, and the shop takes real money now.
        simulated: bool,
    }
}

view! {
    /// Goods of an order and what they cost.
    struct Goods {
        lines: Vec<OrderLine>,
        /// Rows of the bill.
        rows: Vec<BillRow>,
        /// Sentence about the exchange rate of a bill in a currency.
        exchange: Option<String>,
    }
}

impl Page for OrderPage<'_> {
    const TEMPLATE: &'static str = "order.html";
}

/// An order that is open in a browser.
pub(crate) struct Opened {
    pub(super) session: OrderSession,
    keys: OrderCodeKeys,
    pub(super) record: OrderRecord,
}

/// Answer where an order cannot be shown: another page, or a refusal.
pub(crate) enum OrderPageError {
    /// Another page.
    Page(Box<Response>),
    /// A refusal.
    Refused(Refusal),
}

impl From<Refusal> for OrderPageError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for OrderPageError {
    fn into_response(self) -> Response {
        match self {
            Self::Page(page) => *page,
            Self::Refused(refusal) => refusal.into_response(),
        }
    }
}

/// Opens the order whose order code the browser carries.
///
/// An order code that opens nothing and one that was mistyped end here, at the same page.
pub(super) async fn open(request: &PageRequest) -> Result<Opened, OrderPageError> {
    let page = |page| OrderPageError::Page(Box::new(page));
    let session = request.order().ok_or_else(|| page(request.go("/order/enter", [])))?;
    let keys = OrderCodeKeys::derive(&session.order_code);
    let record = request.shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    match record {
        Some(record) => Ok(Opened { session, keys, record }),
        None => {
            let enter = EnterPage { unknown: true, ..EnterPage::default() };
            let sheet = request.sheet("/order", enter)?;
            Err(page(sheet.with_status(StatusCode::NOT_FOUND).into_response()))
        }
    }
}

impl OrderPageError {
    /// Returns a refusal, also where a page would be shown: for files.
    fn or_not_found(self) -> Refusal {
        match self {
            Self::Page(_) => Refusal::Kind(Kind::NotFound),
            Self::Refused(refusal) => refusal,
        }
    }
}

impl Opened {
    /// Returns true while the payment address is not shown: the escrow statement comes first.
    pub(super) const fn hides_payment(&self) -> bool {
        self.record.escrow.is_some() && !self.session.has_kept_statement
    }

    /// Returns true if the contract has gone on, so that nothing is to be paid any more.
    /// That can be without a payment: the seller may close an order that nobody has paid.
    pub(super) fn is_past_payment(&self) -> bool {
        self.record.facts.escrow.is_some_and(|escrow| escrow.step != EscrowStep::Open)
    }

    /// Opens the buyer's copy.
    pub(super) fn receipt(&self) -> Result<OrderDetails, Refusal> {
        self.keys
            .open_box(&self.record.buyer_copy)
            .and_then(|plain| OrderDetails::from_bytes(&plain))
            .ok_or(Refusal::Kind(Kind::Bug))
    }
}

/// Shows the order as it stands; straight after placing, its order code instead.
pub(crate) async fn show(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = request.says("opened") || request.says(SENT_BEFORE);
    if opened && request.order().is_none() {
        return Ok(lost::page(&request)?.into_response());
    }
    let opened = open(&request).await?;
    if opened.session.fresh {
        return Ok(code::fresh(&request, &opened)?.into_response());
    }
    if awaits_statement(&request, &opened) {
        return Ok(statement::sheet(&request, &opened, false)?.into_response());
    }
    Ok(sheet(&request, &opened, &Mode::Still).await?.into_response())
}

/// Shows the order as it stands, reloading by itself while it waits.
/// A page cannot ask for this in `<meta>` under a sandbox without scripts; the `Refresh` header
/// works there in Firefox and Chromium. It is a page of its own because reloading takes what is
/// half typed away, and because a page that moves by itself is for those who ask for it (WCAG
/// 2.2.1).
pub(crate) async fn watch(request: PageRequest) -> Result<Response, OrderPageError> {
    let opened = open(&request).await?;
    if opened.session.fresh || awaits_statement(&request, &opened) {
        return Ok(request.go("/order", []));
    }
    let waits = Standing::of(&opened.record, request.hour()).waits;
    let mut response = sheet(&request, &opened, &Mode::Watching).await?.into_response();
    let again = format!("{RELOAD}; url={}", request.reader.to("/order/watch"));
    if let (true, Ok(again)) = (waits, HeaderValue::from_str(&again)) {
        response.headers_mut().insert(header::REFRESH, again);
    }
    Ok(response)
}

/// Returns true if there is something to pay, and the escrow statement is to be kept before.
fn awaits_statement(request: &PageRequest, opened: &Opened) -> bool {
    let hides_payment = opened.hides_payment() && !opened.is_past_payment();
    hides_payment && Standing::of(&opened.record, request.hour()).to_pay.is_some()
}

/// Kind of view of the order page.
enum Mode<'a> {
    Still,
    Watching,
    /// A transaction id was not accepted.
    NoClaim(Wrong<'a>),
    /// An address for refunds was not kept.
    NoRefund(Wrong<'a>),
    /// A release secret or a signature was not accepted.
    NoRelease(Wrong<'a>),
}

/// Text that was typed, and what is wrong with it.
struct Wrong<'a> {
    why: Sentence,
    typed: &'a str,
}

impl Mode<'_> {
    const fn is_watching(&self) -> bool {
        matches!(self, Self::Watching)
    }
}

async fn sheet(
    request: &PageRequest,
    opened: &Opened,
    mode: &Mode<'_>,
) -> Result<PrivatePage, Refusal> {
    let record = &opened.record;
    // Opened once for all that the page shows of it.
    let receipt = opened.receipt().ok();
    let receipt = receipt.as_ref();
    let ships = receipt.is_none_or(OrderDetails::ships);
    let status = record.status(request.hour());
    let standing = Standing::of(record, request.hour());
    let standing = if ships { standing } else { standing.handed_out(status.hand_out) };
    let progress = Progress::of(record, receipt);
    let standing = match &progress {
        Some(progress) => standing.in_escrow(record, progress, request.shop.clock.now()),
        None => standing,
    };
    let asset = record.invoice.due().asset();
    let unseen = request.shop.unseen(asset);
    let standing = match unseen {
        Some(unseen) => standing.unseen(unseen, asset),
        None => standing,
    };
    let digital = match receipt {
        Some(receipt) => digital::view(request, opened, receipt).await,
        None => None,
    };
    // A page in a sandbox may start no download unless it says so.
    let leave =
        if digital.is_some() { SandboxPermissions::Downloads } else { SandboxPermissions::None };
    let page = OrderPage {
        id: record.id.to_string(),
        token: request.shop.token(&opened.session),
        state: standing.view(request.reader),
        waiting: standing.waits,
        watching: mode.is_watching(),
        pay: pay::view(request, opened, &standing),
        steps: timeline::view(request, record, progress.as_ref(), ships),
        escrow: progress.as_ref().map(|progress| escrow::view(request, record, progress, mode)),
        exchange: exchange::view(request, record, progress.as_ref(), mode),
        digital,
        goods: receipt.map(|receipt| Goods::new(request, receipt)),
        said: said::view(request, opened),
        refund: refund::view(request, &opened.record, receipt, mode),
        claims: claim::view(request, record, mode),
        cancel: record.facts.on_chain.put_away.is_none() && status.can_cancel.is_ok(),
        simulated: record.facts.is_left_by_demo(),
    };
    let here = if mode.is_watching() { "/order/watch" } else { "/order" };
    Ok(request.sheet(here, page)?.leaving(leave))
}

impl Goods {
    fn new(request: &PageRequest, receipt: &OrderDetails) -> Self {
        Self {
            lines: items::order_lines(request.voice(), receipt),
            rows: bill::order_rows(request.voice(), receipt),
            exchange: bill::exchange(request.voice(), &receipt.bill),
        }
    }
}

/// Builds a page that asks before something is done, or says why it cannot be.
fn question(
    request: &PageRequest,
    opened: &Opened,
    here: &str,
    words: (Sentence, &[Sentence]),
    button: Option<&Sentence>,
) -> Result<PrivatePage, Refusal> {
    let (heading, sentences) = words;
    let act = button.map(|button| Act {
        to: here.to_owned(),
        token: request.shop.token(&opened.session),
        text: request.say(button),
    });
    let back = ("/order", Sentence::new("receipt-back"));
    let page = NoticePage::new(request.reader, &heading, sentences, &[back]).asking(act);
    request.sheet(here, page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<OrderPage<'_>>();
    }
}
