//! Waiting for a turn at the checkout, when the order gate is narrow.

use super::Asked;
use crate::{cookies::CartSession, gate::QUICKEST, refusal::Refusal, serve::Door};
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use minijinja::context;

/// Seconds between looks at the queue.
const RELOAD: u64 = 20;

/// The page that waits, if this cart has to: it goes on by itself, and the cart remembers since when
/// it waits.
pub(super) fn turn(asked: &Asked, session: &mut CartSession) -> Result<Option<Response>, Refusal> {
    let now = asked.shop.clock.now();
    let wait = asked.shop.gate.wait(now);
    if asked.visit.door == Door::Preview || wait == 0 {
        return Ok(None);
    }
    let fresh = session.since.is_none();
    let since = *session.since.get_or_insert(now.0);
    let left = since.saturating_add(wait).saturating_sub(now.0);
    if left == 0 {
        return Ok(None);
    }
    let page = context! { minutes => left.div_ceil(60) };
    let mut response = asked.sheet("queue.html", "", page)?.into_response();
    let to = format!("{}; url={}", left.min(RELOAD), asked.reader.to("/checkout"));
    if let Ok(refresh) = HeaderValue::from_str(&to) {
        response.headers_mut().insert("refresh", refresh);
    }
    if let (true, Ok(cookie)) = (fresh, asked.shop.keep_cart(session)) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(Some(response))
}

/// Whether a form came back faster than anybody writes an address.
pub(super) fn is_too_quick(asked: &Asked, session: &CartSession, token: &str) -> bool {
    let now = asked.shop.clock.now();
    let issued = asked.shop.issued(session, token);
    asked.visit.door == Door::Onion
        && issued.is_some_and(|issued| now.0.saturating_sub(issued.0) < QUICKEST)
}
