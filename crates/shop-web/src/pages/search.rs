//! Search page.
//!
//! The words searched for stand in the address, as on every page that can be found again by its
//! address, and are kept nowhere.

use super::request::PageRequest;
use crate::{refusal::Refusal, storefront::ListQuery};
use axum::response::{IntoResponse, Response};
use shop_core::kind::Kind;

/// Shows what is found.
pub(crate) async fn show(request: PageRequest) -> Result<Response, Refusal> {
    let look = ListQuery::read(request.query());
    let page = request.front.found(request.reader, &look).ok_or(Kind::NotFound)?;
    Ok(request.sheet(&look.at("/search"), page)?.into_response())
}
