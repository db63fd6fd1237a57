//! Request for a page that is made for one visitor.

use super::{PrivatePage, see_other};
use crate::{
    client::ClientInfo,
    guard,
    language::{Reader, Sentence},
    page::Page,
    refusal::Refusal,
    session::{CartSession, OrderSession, Session},
    shop::ShopWeb,
    storefront::{Localizer, Storefront},
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, request::Parts},
    response::Response,
};
use shop_core::time::CoarseTime;
use std::{convert::Infallible, sync::Arc};

/// Request, as handlers see it.
/// It has the shop, what it shows at this moment, in which language it is read, and what the
/// browser carries.
pub(crate) struct PageRequest {
    pub(super) shop: Arc<ShopWeb>,
    pub(super) front: Arc<Storefront>,
    pub(super) reader: Reader,
    pub(super) visit: ClientInfo,
    headers: HeaderMap,
    query: Option<String>,
}

impl FromRequestParts<Arc<ShopWeb>> for PageRequest {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        shop: &Arc<ShopWeb>,
    ) -> Result<Self, Infallible> {
        Ok(Self::new(parts, shop))
    }
}

impl PageRequest {
    /// Looks at what the shop shows at this moment.
    pub(super) fn new(parts: &Parts, shop: &Arc<ShopWeb>) -> Self {
        let front = shop.front();
        Self {
            shop: Arc::clone(shop),
            reader: guard::reader(&front, &parts.extensions),
            front,
            visit: ClientInfo::of(&parts.extensions),
            headers: parts.headers.clone(),
            query: parts.uri.query().map(str::to_owned),
        }
    }

    /// Returns the cart the browser carries.
    pub(super) fn cart(&self) -> Option<CartSession> {
        self.shop.cart(self.visit.door, &self.headers, self.front.catalog())
    }

    /// Returns the order that is open in the browser.
    pub(super) fn order(&self) -> Option<OrderSession> {
        self.shop.open_order(self.visit.door, &self.headers)
    }

    /// Returns the cookie that carries a cart.
    pub(super) fn keep_cart(&self, session: &CartSession) -> HeaderValue {
        self.shop.keep_cart(self.visit.door, session)
    }

    /// Returns the cookie that keeps an order open.
    pub(super) fn keep_order(&self, session: &OrderSession) -> HeaderValue {
        self.shop.keep_order(self.visit.door, session)
    }

    /// Returns the cart that a form with this token was made for.
    pub(super) fn own_cart(&self, token: &str) -> Result<CartSession, Refusal> {
        self.own(self.cart(), token)
    }

    /// Returns the open order that a form with this token was made for.
    pub(super) fn own_order(&self, token: &str) -> Result<OrderSession, Refusal> {
        self.own(self.order(), token)
    }

    /// Returns the part of the address behind the question mark.
    pub(super) fn query(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// Returns true if the query is this word.
    pub(super) fn says(&self, query: &str) -> bool {
        self.query.as_deref() == Some(query)
    }

    /// Renders a page in the reader's language.
    pub(super) fn sheet(&self, here: &str, page: impl Page) -> Result<PrivatePage, Refusal> {
        PrivatePage::render(&self.front, self.reader, here, page)
    }

    /// Sends the browser on to another page, in the reader's language.
    pub(super) fn go(&self, to: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
        see_other(self.reader, to, cookies)
    }

    /// Returns the voice in which this reader is spoken to.
    pub(super) fn voice(&self) -> Localizer<'_> {
        Localizer { front: &self.front, reader: self.reader }
    }

    /// Says a sentence in the reader's language.
    pub(super) fn say(&self, sentence: &Sentence) -> String {
        self.reader.say(sentence)
    }

    /// Returns the hour of the request.
    pub(super) fn hour(&self) -> CoarseTime {
        self.shop.clock.now().coarse()
    }

    fn own<S: Session>(&self, session: Option<S>, token: &str) -> Result<S, Refusal> {
        session.filter(|session| self.shop.is_fresh(session, token)).ok_or(Refusal::Stale)
    }
}
