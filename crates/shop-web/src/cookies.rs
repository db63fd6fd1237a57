//! Sealed cookies: a cart, or access to one order.

use crate::{
    client::Ingress,
    session::{CartSession, Nonce, OrderSession, Session},
    shop::ShopWeb,
};
use axum::http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use shop_core::{
    cart::{Cart, LONGEST_PACKED},
    catalog::Catalog,
    entropy,
    order_code::OrderCode,
    time::{CoarseTime, UnixTime},
};
use std::borrow::Cow;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// Seconds a cart lives: a day.
const CART_SECONDS: u64 = 86_400;
/// Seconds an order stays open in a browser; then the order code is asked for again.
const ORDER_SECONDS: u64 = 3_600;
/// Step of the lengths of sealed values, so that their size says little about an order.
const STEP: usize = 256;
/// Bytes of a cart before it is sealed.
/// A cart with most lines fits, and each looks like any other.
const CART_BYTES: usize = 512;
const _: () = assert!(PACKED_HEAD + LONGEST_PACKED <= CART_BYTES, "a cart fits its cookie");
/// The form's version, the random number and the time of waiting.
const PACKED_HEAD: usize = 1 + 16 + 8;
/// Version of the layout of a packed cart: its first byte.
const PACKED: u8 = 2;
/// Forms older than this are refused.
const FORM_SECONDS: u64 = 7_200;

/// Returns the first hour in which a form given out at this moment is refused in all of it.
pub(crate) const fn form_lapses(given: UnixTime) -> CoarseTime {
    given.plus_seconds(FORM_SECONDS).coarse().plus_hours(1)
}

const CART: &str = "__Host-cart";
const ORDER: &str = "__Host-order";

#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct OrderPlain {
    v: u8,
    n: Nonce,
    t: String,
    f: bool,
    #[serde(default)]
    s: bool,
}

impl ShopWeb {
    /// Makes an empty cart.
    pub(crate) fn new_cart(&self) -> CartSession {
        let nonce = entropy::bytes(&*self.entropy);
        CartSession { nonce, cart: Cart::default(), since: None }
    }

    /// Returns the cart a browser brings, if we sealed it, in the words of this catalogue.
    pub(crate) fn cart(
        &self,
        door: Ingress,
        headers: &HeaderMap,
        catalog: &Catalog,
    ) -> Option<CartSession> {
        let plain = self.open(CART, door, headers)?;
        let (&PACKED, packed) = plain.split_first()? else { return None };
        let (nonce, packed) = packed.split_first_chunk::<16>()?;
        let (since, packed) = packed.split_first_chunk::<8>()?;
        let since = Some(u64::from_be_bytes(*since)).filter(|since| *since > 0);
        Some(CartSession { nonce: *nonce, cart: Cart::unpack(packed, catalog)?, since })
    }

    /// Returns the cookie that carries a cart.
    pub(crate) fn keep_cart(&self, door: Ingress, session: &CartSession) -> HeaderValue {
        let mut plain = Zeroizing::new(Vec::with_capacity(CART_BYTES));
        plain.push(PACKED);
        plain.extend(session.nonce);
        plain.extend(session.since.unwrap_or(0).to_be_bytes());
        plain.extend(session.cart.pack());
        plain.resize(CART_BYTES, 0);
        self.seal(CART, door, &plain, CART_SECONDS).unwrap_or_else(forget_cart)
    }

    /// Opens an order in this browser.
    pub(crate) fn new_order(&self, order_code: OrderCode, fresh: bool) -> OrderSession {
        OrderSession {
            nonce: entropy::bytes(&*self.entropy),
            order_code,
            fresh,
            has_kept_statement: false,
        }
    }

    /// Returns the order that is open in a browser.
    pub(crate) fn open_order(&self, door: Ingress, headers: &HeaderMap) -> Option<OrderSession> {
        let plain = self.open(ORDER, door, headers)?;
        let plain: OrderPlain = serde_json::from_slice(&plain).ok()?;
        let order_code = OrderCode::parse(&plain.t).ok().filter(|_| plain.v == 1)?;
        Some(OrderSession {
            nonce: plain.n,
            order_code,
            fresh: plain.f,
            has_kept_statement: plain.s,
        })
    }

    /// Returns the cookie that keeps an order open.
    pub(crate) fn keep_order(&self, door: Ingress, session: &OrderSession) -> HeaderValue {
        let order_code = session.order_code.reveal();
        let plain = OrderPlain {
            v: 1,
            n: session.nonce,
            t: order_code,
            f: session.fresh,
            s: session.has_kept_statement,
        };
        let padded = serde_json::to_vec(&plain).ok().map(|plain| {
            let mut plain = Zeroizing::new(plain);
            // JSON may end in spaces.
            let length = plain.len().next_multiple_of(STEP);
            let mut padded = Zeroizing::new(Vec::with_capacity(length));
            padded.append(&mut plain);
            padded.resize(length, b' ');
            padded
        });
        padded
            .and_then(|padded| self.seal(ORDER, door, &padded, ORDER_SECONDS))
            .unwrap_or_else(forget_order)
    }

    /// Makes a form token for a session.
    pub(crate) fn token(&self, session: &impl Session) -> String {
        let (label, nonce) = session.binding();
        self.cookie_key.token(label, nonce, self.clock.now(), &*self.entropy)
    }

    /// Returns true if a form was made for this session, not too long ago.
    pub(crate) fn is_fresh(&self, session: &impl Session, token: &str) -> bool {
        let (label, nonce) = session.binding();
        self.cookie_key.check_token(label, nonce, token, self.clock.now(), FORM_SECONDS)
    }

    /// Returns the time a form was made, if it was made for this session.
    pub(crate) fn issued(&self, session: &impl Session, token: &str) -> Option<UnixTime> {
        let (label, nonce) = session.binding();
        self.cookie_key.issued(label, nonce, token)
    }

    fn seal(&self, name: &str, door: Ingress, plain: &[u8], seconds: u64) -> Option<HeaderValue> {
        let expires = self.clock.now().plus_seconds(seconds);
        let value = self.cookie_key.seal(&label(name, door), plain, expires, &*self.entropy);
        HeaderValue::from_str(&format!("{name}={value}; Max-Age={seconds}; {ATTRIBUTES}")).ok()
    }

    /// Opens the first cookie of this name that opens.
    /// A browser may be made to carry others beside it.
    fn open(&self, name: &str, door: Ingress, headers: &HeaderMap) -> Option<Zeroizing<Vec<u8>>> {
        let now = self.clock.now();
        let label = label(name, door);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(n, _)| *n == name)
            .take(4)
            .find_map(|(_, value)| self.cookie_key.open(&label, value, now))
    }
}

/// Returns the label under which a cookie is sealed.
/// What the clear web was given opens there alone: the proxy that ends its TLS has read it.
fn label(name: &str, door: Ingress) -> Cow<'_, str> {
    match door {
        Ingress::Onion | Ingress::Preview => name.into(),
        Ingress::Clear => format!("clear {name}").into(),
    }
}

const ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";

/// Takes the cart out of the browser.
pub(crate) fn forget_cart() -> HeaderValue {
    HeaderValue::from_static("__Host-cart=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict")
}

/// Takes the open order out of the browser.
pub(crate) fn forget_order() -> HeaderValue {
    HeaderValue::from_static("__Host-order=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict")
}
