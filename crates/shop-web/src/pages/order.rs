//! The order, for whoever has its ticket.

use super::{
    Asked, Sheet, cart,
    state::{self, Standing},
};
use crate::{
    cookies::{OrderSession, forget_cart, forget_order},
    form::Form,
    language::Sentence,
    qr as qr_code,
    refusal::Refusal,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use shop_core::{kind::Kind, order::Receipt, pay_to::Matching, ticket::Ticket};
use shop_db::{ClaimError, OrderRecord};
use shop_seal::TicketKeys;

/// Seconds between reloads, where the buyer has asked for them.
const RELOAD: u32 = 60;

/// An order that is open in a browser.
pub(super) struct Opened {
    pub(super) session: OrderSession,
    keys: TicketKeys,
    pub(super) record: OrderRecord,
}

/// Opens the order whose ticket the browser carries.
///
/// A ticket that opens nothing and one that was mistyped end here, at the same page.
pub(super) async fn open(asked: &Asked) -> Result<Result<Opened, Response>, Refusal> {
    let Some(session) = asked.order() else { return Ok(Err(asked.go("/order/enter", []))) };
    let keys = TicketKeys::derive(&session.ticket);
    let record = asked.shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    match record {
        Some(record) => Ok(Ok(Opened { session, keys, record })),
        None => {
            let sheet = asked.sheet("enter.html", "/order", context! { unknown => true })?;
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
pub(crate) async fn show(asked: Asked) -> Result<Response, Refusal> {
    if asked.order().is_none() && asked.says("opened") {
        return Ok(cart::lost(&asked)?.into_response());
    }
    let opened = match open(&asked).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if opened.session.fresh {
        return Ok(fresh(&asked, &opened)?.into_response());
    }
    Ok(sheet(&asked, &opened, &Mode::Still)?.into_response())
}

/// The order as it stands, reloading by itself while it waits. A page cannot ask for this in
/// `<meta>` under a sandbox without scripts; the `Refresh` header works there in Firefox and
/// Chromium. It is a page of its own because reloading takes what is half typed away, and because
/// a page that moves by itself is for those who ask for it (WCAG 2.2.1).
pub(crate) async fn watch(asked: Asked) -> Result<Response, Refusal> {
    let opened = match open(&asked).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if opened.session.fresh {
        return Ok(asked.go("/order", []));
    }
    let waits = Standing::of(&opened.record.invoice).waits;
    let mut response = sheet(&asked, &opened, &Mode::Watching)?.into_response();
    let again = format!("{RELOAD}; url={}", asked.reader.to("/order/watch"));
    if let (true, Ok(again)) = (waits, HeaderValue::from_str(&again)) {
        response.headers_mut().insert(header::REFRESH, again);
    }
    Ok(response)
}

/// What a wallet scans. A file of its own, so that the policy needs no `data:` pictures; it has no
/// words, and so one address in all languages.
pub(crate) async fn qr(asked: Asked) -> Result<Response, Refusal> {
    if !asked.reader.is_own() {
        return Err(Kind::NotFound.into());
    }
    let opened = match open(&asked).await? {
        Ok(opened) => opened,
        Err(_) => return Err(Kind::NotFound.into()),
    };
    let invoice = &opened.record.invoice;
    let amount = Standing::of(invoice).to_pay.ok_or(Refusal::Kind(Kind::NotFound))?;
    let text = asked.shop.till.payment_uri(invoice.pay_to(), amount);
    let text = text.as_deref().unwrap_or(invoice.pay_to().as_str());
    let png = qr_code::png(text).ok_or(Refusal::Kind(Kind::NotFound))?;
    let mut response = Response::new(Body::from(png));
    let png = HeaderValue::from_static("image/png");
    response.headers_mut().insert(header::CONTENT_TYPE, png);
    Ok(response)
}

/// A ticket, typed in. Whether it opens anything is not looked at here: every answer is the same,
/// and takes the same time.
pub(crate) async fn enter(asked: Asked, mut form: Form) -> Response {
    let typed = zeroize::Zeroizing::new(form.take("ticket"));
    let shop = &asked.shop;
    let ticket = Ticket::parse(&typed).unwrap_or_else(|_| Ticket::random(&*shop.entropy));
    let session = shop.new_order(ticket, false);
    asked.go("/order?opened", [shop.keep_order(&session)])
}

/// The buyer has written the ticket down.
pub(crate) async fn kept(asked: Asked, form: Form) -> Result<Response, Refusal> {
    let mut session = asked.own_order(&form)?;
    session.fresh = false;
    Ok(asked.go("/order?opened", [asked.shop.keep_order(&session)]))
}

/// The buyer asks to look at the chain soon.
pub(crate) async fn check(asked: Asked, form: Form) -> Result<Response, Refusal> {
    let session = asked.own_order(&form)?;
    let keys = TicketKeys::derive(&session.ticket);
    let record = asked.shop.db.order(&keys.lookup()).await.map_err(Refusal::from_error)?;
    if let Some(record) = record {
        asked.shop.till.nudge(record.invoice.due().asset());
    }
    Ok(asked.go("/order", []))
}

/// The buyer names the transaction that paid.
pub(crate) async fn claim(asked: Asked, form: Form) -> Result<Response, Refusal> {
    asked.own_order(&form)?;
    let opened = match open(&asked).await? {
        Ok(opened) => opened,
        Err(instead) => return Ok(instead),
    };
    if !takes_claims(&opened.record) {
        return Ok(asked.go("/order", []));
    }
    let claimed = asked.shop.db.claim(&opened.keys.lookup(), form.text("txid").trim()).await;
    let sentence = match claimed {
        Ok(()) => {
            asked.shop.till.nudge(opened.record.invoice.due().asset());
            return Ok(asked.go("/order", []));
        }
        Err(ClaimError::NotATxid) => Sentence::of("claim-not-an-id"),
        Err(ClaimError::AlreadyClaimed) => Sentence::of("claim-known"),
        Err(ClaimError::TooMany) => Sentence::of("claim-too-many"),
        Err(error) => return Err(Refusal::from_error(error)),
    };
    let sheet = sheet(&asked, &opened, &Mode::Refused(sentence))?;
    Ok(sheet.with_status(StatusCode::UNPROCESSABLE_ENTITY).into_response())
}

/// Closes the order in this browser; the server has nothing to forget.
pub(crate) async fn leave(asked: Asked, form: Form) -> Result<Response, Refusal> {
    asked.own_order(&form)?;
    let mut response = asked.go("/order/enter", [forget_order(), forget_cart()]);
    let all = HeaderValue::from_static("\"cookies\"");
    response.headers_mut().insert("clear-site-data", all);
    Ok(response)
}

/// Which of the order page's looks.
enum Mode {
    Still,
    Watching,
    /// A transaction id was not taken up.
    Refused(Sentence),
}

fn fresh(asked: &Asked, opened: &Opened) -> Result<Sheet, Refusal> {
    let page = context! {
        id => opened.record.id.to_string(),
        ticket => opened.session.ticket.reveal(),
        token => asked.shop.token(&opened.session),
    };
    asked.sheet("fresh.html", "/order", page)
}

fn sheet(asked: &Asked, opened: &Opened, mode: &Mode) -> Result<Sheet, Refusal> {
    let record = &opened.record;
    let standing = Standing::of(&record.invoice);
    let watching = matches!(mode, Mode::Watching);
    let page = context! {
        id => record.id.to_string(),
        token => asked.shop.token(&opened.session),
        state => standing.view(asked.reader),
        waiting => standing.waits,
        watching,
        pay => payment(asked, record, &standing),
        claims => claims(asked, record, mode),
    };
    asked.sheet("order.html", if watching { "/order/watch" } else { "/order" }, page)
}

fn payment(asked: &Asked, record: &OrderRecord, standing: &Standing) -> Option<Value> {
    let invoice = &record.invoice;
    let amount = standing.to_pay?;
    Some(context! {
        // To be copied: with a dot, whatever the language.
        amount => amount.to_string(),
        asset => amount.asset().name(),
        to => invoice.pay_to().as_str(),
        until => asked.reader.words().hour(invoice.expires()),
        tagged => amount == invoice.due() && matches!(invoice.matching(), Matching::Tag(_)),
        hint => asked.shop.till.demo_hint(record.id),
    })
}

/// The transaction id box: for shared pay-tos, where a rounded amount does not name its order. It
/// is not on the page that reloads, which would take what is half typed away.
fn claims(asked: &Asked, record: &OrderRecord, mode: &Mode) -> Option<Value> {
    if !takes_claims(record) || matches!(mode, Mode::Watching) {
        return None;
    }
    let made = record.claims.iter().map(|claim| {
        context! { txid => &claim.txid, outcome => asked.say(&state::outcome(claim)) }
    });
    let made: Vec<Value> = made.collect();
    let error = if let Mode::Refused(sentence) = mode { Some(asked.say(sentence)) } else { None };
    Some(context! { made, error })
}

fn takes_claims(record: &OrderRecord) -> bool {
    let invoice = &record.invoice;
    matches!(invoice.matching(), Matching::Tag(_)) && !invoice.state().is_paid()
}
