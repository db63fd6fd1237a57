//! Sites: a shop, or another service.

use crate::client::ClientInfo;
use axum::{body::Body, http::Request, response::Response};
use std::{
    convert::Infallible,
    future::{Ready, ready},
    pin::Pin,
    task::{Context, Poll},
};

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

/// Answer that is there or on its way.
pub enum Answering {
    /// Answer that is there.
    AtOnce(Ready<Result<Response, Infallible>>),
    /// Answer that comes through the routes.
    Routed(Pin<Box<dyn Future<Output = Response> + Send>>),
}

impl From<Response> for Answering {
    fn from(response: Response) -> Self {
        Self::AtOnce(ready(Ok(response)))
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.get_mut() {
            Self::AtOnce(answer) => Pin::new(answer).poll(cx),
            Self::Routed(answer) => answer.as_mut().poll(cx).map(Ok),
        }
    }
}
