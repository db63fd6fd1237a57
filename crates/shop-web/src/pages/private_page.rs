//! Page made for one visitor.

use crate::{
    headers::SandboxPermissions, language::Reader, page::Page, refusal::Refusal,
    storefront::Storefront,
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// Step of the lengths of these pages, in bytes. They are never compressed.
/// They mix what the buyer typed with what only the buyer may know, and lengths can be seen from
/// outside.
const STEP: usize = 8 * 1024;

/// A page made for one visitor, before it is sent.
pub(crate) struct PrivatePage {
    status: StatusCode,
    leave: SandboxPermissions,
    html: String,
}

impl PrivatePage {
    /// Renders a page. `here` is its path without a language: where the language menu leads.
    pub(crate) fn render(
        front: &Storefront,
        reader: Reader,
        here: &str,
        page: impl Page,
    ) -> Result<Self, Refusal> {
        let html = front.render(reader, here, page)?;
        Ok(Self { status: StatusCode::OK, leave: SandboxPermissions::None, html })
    }

    /// Lets the page do more than others.
    pub(crate) fn leaving(self, leave: SandboxPermissions) -> Self {
        Self { leave, ..self }
    }

    /// Sets another status than 200.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }
}

impl IntoResponse for PrivatePage {
    fn into_response(self) -> Response {
        let mut bytes = self.html.into_bytes();
        bytes.resize(bytes.len().next_multiple_of(STEP), b'\n');
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self.leave);
        let html = HeaderValue::from_static("text/html; charset=utf-8");
        response.headers_mut().insert(header::CONTENT_TYPE, html);
        response
    }
}

/// Answers a form: the browser goes on with GET, so that reloading repeats nothing.
/// It goes on in the language the form came in.
pub(crate) fn see_other(
    reader: Reader,
    to: &str,
    cookies: impl IntoIterator<Item = HeaderValue>,
) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(location) = HeaderValue::from_str(&reader.to(to)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}
