//! Waiting for a turn at the checkout, when the order gate is narrow.

use super::PageRequest;
use crate::{
    client::Ingress,
    order_queue::{Moment, QUICKEST, QueueSlot},
    page::{Page, view},
    refusal::Refusal,
    session::{AtCheckout, CartSession},
};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use shop_core::time::UnixTime;

/// Seconds between looks at the queue.
const RELOAD: u64 = 20;

view! {
    /// Values of `queue.html`.
    struct QueuePage {
        /// Time to wait.
        minutes: u64,
    }
}

impl Page for QueuePage {
    const TEMPLATE: &'static str = "queue.html";
}

/// Returns the page that waits, if this cart has to.
/// It goes on by itself, and the cart remembers since when it waits.
pub(super) fn turn(
    request: &PageRequest,
    session: &mut CartSession,
) -> Result<Option<Response>, Refusal> {
    let before = session.since;
    let left = left(request, session);
    if left == 0 {
        return Ok(None);
    }
    let page = QueuePage { minutes: left.div_ceil(60) };
    let mut response = request.sheet("", page)?.into_response();
    let to = format!("{}; url={}", left.min(RELOAD), request.reader.to("/checkout"));
    if let Ok(refresh) = HeaderValue::from_str(&to) {
        response.headers_mut().insert("refresh", refresh);
    }
    if before != session.since {
        response.headers_mut().append(header::SET_COOKIE, request.keep_cart(session));
    }
    Ok(Some(response))
}

/// Returns the seconds this cart still waits for its turn; the cart remembers since when.
pub(super) fn left(request: &PageRequest, session: &mut CartSession) -> u64 {
    let shop = &request.shop;
    let now = Moment::new(&*request.shop.clock);
    let wait = shop.gate.wait(most_open(request), now);
    if request.visit.door == Ingress::Preview || wait == 0 {
        return 0;
    }
    let since = shop.gate.since(session.nonce, session.since, now).unwrap_or(now.clock.0);
    session.since = Some(since);
    since.saturating_add(wait).saturating_sub(now.clock.0)
}

/// Returns true if a form is one that this cart was given at the checkout.
/// That was not too long ago, and the cart has not become an order by another form.
pub(super) fn is_good(request: &PageRequest, session: &CartSession, token: &str) -> bool {
    let shop = &request.shop;
    let cart = AtCheckout(session);
    let now = Moment::new(&*shop.clock);
    shop.is_fresh(&cart, token)
        && (request.visit.door == Ingress::Preview
            || !shop.gate.is_taken(of_form(request, session, token), now))
}

/// Returns the turn a form stands for.
pub(super) fn of_form(request: &PageRequest, session: &CartSession, token: &str) -> QueueSlot {
    let given = request.shop.issued(&AtCheckout(session), token).unwrap_or(UnixTime(0));
    QueueSlot { cart: session.nonce, given }
}

/// Returns true if a form came back faster than anybody writes an address.
pub(super) fn is_too_quick(request: &PageRequest, session: &CartSession, token: &str) -> bool {
    let now = request.shop.clock.now();
    let issued = request.shop.issued(&AtCheckout(session), token);
    request.visit.door != Ingress::Preview
        // A form from a time that is yet to come was given out before the clock was set.
        && issued.and_then(|issued| now.0.checked_sub(issued.0)).is_some_and(|age| age < QUICKEST)
}

/// Returns the number of orders that may wait for money at once: the same for every asset.
fn most_open(request: &PageRequest) -> u32 {
    let payments = &request.shop.payments;
    payments.terms(request.front.preferred()).most_open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_fields_of_the_page() {
        crate::page::sample::assert_samples::<QueuePage>();
    }
}
