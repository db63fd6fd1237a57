//! Request for a page that is made for one visitor.

use super::{PrivatePage, see_other};
use crate::{
    client::ClientInfo,
    form::Form,
    guard,
    language::{Reader, Sentence},
    page::Page,
    refusal::Refusal,
    session::{CartSession, OrderSession, Session},
    shop::ShopWeb,
    storefront::{Localizer, Storefront},
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
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
        Ok(Self::of(parts, shop))
    }
}

/// A form and the request it came in.
/// The shop is looked at when the form is there: one may take half a minute to arrive, and what was
/// shown before that must not decide what is ordered now.
pub(crate) struct FormRequest(pub(crate) PageRequest, pub(crate) Form);

impl FromRequest<Arc<ShopWeb>> for FormRequest {
    type Rejection = Refusal;

    async fn from_request(request: Request, shop: &Arc<ShopWeb>) -> Result<Self, Refusal> {
        let (parts, body) = request.into_parts();
        let form = Form::read(&parts, body).await?;
        Ok(Self(PageRequest::of(&parts, shop), form))
    }
}

impl PageRequest {
    fn of(parts: &Parts, shop: &Arc<ShopWeb>) -> Self {
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
        self.shop.cart(&self.headers, self.front.catalog())
    }

    /// Returns the order that is open in the browser.
    pub(super) fn order(&self) -> Option<OrderSession> {
        self.shop.open_order(&self.headers)
    }

    /// Returns the cart this form was made for.
    pub(super) fn own_cart(&self, form: &Form) -> Result<CartSession, Refusal> {
        self.own(self.cart(), form)
    }

    /// Returns the open order this form was made for.
    pub(super) fn own_order(&self, form: &Form) -> Result<OrderSession, Refusal> {
        self.own(self.order(), form)
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

    fn own<S: Session>(&self, session: Option<S>, form: &Form) -> Result<S, Refusal> {
        session
            .filter(|session| self.shop.is_fresh(session, form.text("token")))
            .ok_or(Refusal::Stale)
    }
}
