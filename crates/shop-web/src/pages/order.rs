//! The order, for whoever has its ticket.

use super::{
    Sheet, cart, see_other,
    state::{self, Standing},
};
use crate::{
    cookies::{OrderSession, forget_cart, forget_order},
    form::Form,
    qr as qr_code,
    refusal::Refusal,
    shop::ShopWeb,
    storefront::Storefront,
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{kind::Kind, order::Receipt, pay_to::Matching, ticket::Ticket};
use shop_db::{ClaimError, OrderRecord};
use shop_seal::TicketKeys;
use std::sync::Arc;

/// Seconds between reloads, where the buyer has asked for them.
const RELOAD: HeaderValue = HeaderValue::from_static("60; url=/order/watch");

/// An order that is open in a browser.
pub(super) struct Opened {
    pub(super) session: OrderSession,
    keys: TicketKeys,
    pub(super) record: OrderRecord,
}

/// Opens the order whose ticket the browser carries.
///
/// A ticket that opens nothing and one that was mistyped end here, at the same page.
pub(super) async fn open(
    shop: &ShopWeb,
    front: &Storefront,
    headers: &HeaderMap,
) -> Result<Result<Opened, Response>, Refusal> {
    let Some(session) = shop.open_order(headers) else {
        return Ok(Err(see_other("/order/enter", [])));
    };
    let keys = TicketKeys::derive(&session.ticket);
    let record = shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    match record {
        Some(record) => Ok(Ok(Opened { session, keys, record })),
        None => {
            let sheet = Sheet::render(front, "enter.html", "/order", context! { unknown => true })?;
            Ok(Err(sheet.with_status(StatusCode::NOT_FOUND).into_response()))
        }
    }
}

impl Opened {
    /// The buyer's copy.
    pub(super) fn receipt(&self) -> Result<Receipt, Refusal> {
        self.keys
            .open_box(&self.record.buyer_box)
            .and_then(|plain| Receipt::from_bytes(&plain))
            .ok_or(Refusal::Kind(Kind::Bug))
    }
}

/// The order as it stands; straight after placing, its ticket instead.
pub(crate) async fn show(
    State(shop): State<Arc<ShopWeb>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    if shop.open_order(&headers).is_none() && uri.query() == Some("opened") {
        return Ok(cart::lost(&front)?.into_response());
    }
    let opened = match open(&shop, &front, &headers).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if opened.session.fresh {
        return Ok(fresh(&shop, &front, &opened)?.into_response());
    }
    Ok(sheet(&shop, &front, &opened, Mode::Still)?.into_response())
}

/// The order as it stands, reloading by itself while it waits. A page cannot ask for this in
/// `<meta>` under a sandbox without scripts; the `Refresh` header works there in Firefox and
/// Chromium. It is a page of its own because reloading takes what is half typed away, and because
/// a page that moves by itself is for those who ask for it (WCAG 2.2.1).
pub(crate) async fn watch(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let front = shop.front();
    let opened = match open(&shop, &front, &headers).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if opened.session.fresh {
        return Ok(see_other("/order", []));
    }
    let waits = Standing::of(&opened.record.invoice).waits;
    let mut response = sheet(&shop, &front, &opened, Mode::Watching)?.into_response();
    if waits {
        response.headers_mut().insert(header::REFRESH, RELOAD);
    }
    Ok(response)
}

/// What a wallet scans. A file of its own, so that the policy needs no `data:` pictures.
pub(crate) async fn qr(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let opened = match open(&shop, &shop.front(), &headers).await? {
        Ok(opened) => opened,
        Err(_) => return Err(Kind::NotFound.into()),
    };
    let invoice = &opened.record.invoice;
    let amount = Standing::of(invoice).to_pay.ok_or(Refusal::Kind(Kind::NotFound))?;
    let text = shop.till.payment_uri(invoice.pay_to(), amount);
    let text = text.as_deref().unwrap_or(invoice.pay_to().as_str());
    let png = qr_code::png(text).ok_or(Refusal::Kind(Kind::NotFound))?;
    let mut response = Response::new(Body::from(png));
    let png = HeaderValue::from_static("image/png");
    response.headers_mut().insert(header::CONTENT_TYPE, png);
    Ok(response)
}

/// A ticket, typed in. Whether it opens anything is not looked at here: every answer is the same,
/// and takes the same time.
pub(crate) async fn enter(State(shop): State<Arc<ShopWeb>>, mut form: Form) -> Response {
    let typed = zeroize::Zeroizing::new(form.take("ticket"));
    let ticket = Ticket::parse(&typed).unwrap_or_else(|_| Ticket::random(&*shop.entropy));
    let session = shop.new_order(ticket, false);
    see_other("/order?opened", [shop.keep_order(&session)])
}

/// The buyer has written the ticket down.
pub(crate) async fn kept(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let mut session = own(&shop, &headers, &form)?;
    session.fresh = false;
    Ok(see_other("/order?opened", [shop.keep_order(&session)]))
}

/// The buyer asks to look at the chain soon.
pub(crate) async fn check(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    let session = own(&shop, &headers, &form)?;
    let keys = TicketKeys::derive(&session.ticket);
    let record = shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    if let Some(record) = record {
        shop.till.nudge(record.invoice.due().asset());
    }
    Ok(see_other("/order", []))
}

/// The buyer names the transaction that paid.
pub(crate) async fn claim(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    own(&shop, &headers, &form)?;
    let front = shop.front();
    let opened = match open(&shop, &front, &headers).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if !takes_claims(&opened.record) {
        return Ok(see_other("/order", []));
    }
    let sentence = match shop.db.claim(&opened.keys.lookup(), form.text("txid").trim()).await {
        Ok(()) => {
            shop.till.nudge(opened.record.invoice.due().asset());
            return Ok(see_other("/order", []));
        }
        Err(ClaimError::NotATxid) => {
            "This is not a transaction id. Your wallet shows it in the details of the payment."
        }
        Err(ClaimError::AlreadyClaimed) => "This transaction id is known to us already.",
        Err(ClaimError::TooMany) => {
            "That is one transaction id too many. Please write to the seller."
        }
        Err(error) => return Err(Refusal::from_error(error)),
    };
    let sheet = sheet(&shop, &front, &opened, Mode::Refused(sentence))?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Closes the order in this browser; the server has nothing to forget.
pub(crate) async fn leave(
    State(shop): State<Arc<ShopWeb>>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Refusal> {
    own(&shop, &headers, &form)?;
    let mut response = see_other("/order/enter", [forget_order(), forget_cart()]);
    let all = HeaderValue::from_static("\"cookies\"");
    response.headers_mut().insert("clear-site-data", all);
    Ok(response)
}

/// The open order this form was made for.
fn own(shop: &ShopWeb, headers: &HeaderMap, form: &Form) -> Result<OrderSession, Refusal> {
    shop.open_order(headers)
        .filter(|session| shop.is_fresh(session, form.text("token")))
        .ok_or(Refusal::Stale)
}

/// Which of the order page's looks.
#[derive(Clone, Copy)]
enum Mode {
    Still,
    Watching,
    /// A transaction id was not taken up.
    Refused(&'static str),
}

fn fresh(shop: &ShopWeb, front: &Storefront, opened: &Opened) -> Result<Sheet, Refusal> {
    let page = context! {
        id => opened.record.id.to_string(),
        ticket => opened.session.ticket.reveal(),
        token => shop.token(&opened.session),
    };
    Sheet::render(front, "fresh.html", "/order", page)
}

fn sheet(
    shop: &ShopWeb,
    front: &Storefront,
    opened: &Opened,
    mode: Mode,
) -> Result<Sheet, Refusal> {
    let record = &opened.record;
    let standing = Standing::of(&record.invoice);
    let page = context! {
        id => record.id.to_string(),
        token => shop.token(&opened.session),
        state => standing.view(),
        waiting => standing.waits,
        watching => matches!(mode, Mode::Watching),
        pay => payment(shop, record, &standing),
        claims => claims(record, mode),
    };
    Sheet::render(front, "order.html", "/order", page)
}

fn payment(shop: &ShopWeb, record: &OrderRecord, standing: &Standing) -> Option<Value> {
    let invoice = &record.invoice;
    let amount = standing.to_pay?;
    Some(context! {
        amount => amount.to_string(),
        asset => amount.asset().name(),
        to => invoice.pay_to().as_str(),
        until => invoice.expires().to_string(),
        tagged => amount == invoice.due() && matches!(invoice.matching(), Matching::Tag(_)),
        hint => shop.till.demo_hint(record.id),
    })
}

/// The transaction id box: for shared pay-tos, where a rounded amount does not name its order. It
/// is not on the page that reloads, which would take what is half typed away.
fn claims(record: &OrderRecord, mode: Mode) -> Option<Value> {
    if !takes_claims(record) || matches!(mode, Mode::Watching) {
        return None;
    }
    let made: Vec<Value> = record
        .claims
        .iter()
        .map(|claim| context! { txid => &claim.txid, outcome => state::outcome(claim) })
        .collect();
    let error = if let Mode::Refused(sentence) = mode { Some(sentence) } else { None };
    Some(context! { made, error })
}

fn takes_claims(record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    matches!(invoice.matching(), Matching::Tag(_)) && !invoice.state().is_paid()
}
