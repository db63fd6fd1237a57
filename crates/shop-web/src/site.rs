//! What answers visitors: a shop, or a service beside shops.

use crate::{client::ClientInfo, router::Answering};
use axum::{body::Body, http::Request, response::Response};

/// Something that answers requests, and counts who asks too much. A clone is cheap.
pub trait Site: Clone + Send + Sync + 'static {
    /// Counts a connection of this visitor; one too many counts against them.
    fn count_connection(&self, visit: ClientInfo);

    /// Counts something that was refused.
    fn strike(&self, visit: ClientInfo);

    /// Returns true if this visitor was refused more often than by accident.
    fn is_out(&self, visit: ClientInfo) -> bool;

    /// Answers what is ready, if it is.
    fn at_once<B>(&self, request: &Request<B>, visit: ClientInfo) -> Option<Response>;

    /// Answers everything else. The visitor is an extension of the request.
    fn routed(&self, request: Request<Body>) -> Answering;
}
