//! A form, and the request it comes in.

use super::PageRequest;
use crate::{refusal::Refusal, shop::ShopWeb};
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt;
use shop_core::{cart::MOST_LINES, kind::Kind};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

/// Most bytes in a form.
const LARGEST: usize = 16 * 1024;
/// Greatest number of bytes in the checkout form.
/// A note of 4,000 characters and an encrypted address of 12,000 are promised, and a character of
/// Arabic takes 6 bytes in a form, one of Chinese 9.
const LARGEST_CHECKOUT: usize = 64 * 1024;
/// Most fields in a form: a full cart's has a quantity for each line.
const MOST_FIELDS: usize = MOST_LINES + 12;
/// Time a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Time before it has to move.
const START: Duration = Duration::from_secs(5);
/// Bytes a second it has to move at from then on.
const PACE: u64 = 400;

/// A form and the request it came in.
/// The shop is looked at when the form is there: one may take half a minute to arrive, and what was
/// shown before that must not decide what is ordered now.
pub(crate) struct FormRequest(pub(crate) PageRequest, pub(crate) Form);

impl FromRequest<Arc<ShopWeb>> for FormRequest {
    type Rejection = Refusal;

    async fn from_request(request: Request, shop: &Arc<ShopWeb>) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        if !is_urlencoded(&head.headers) {
            return Err(Kind::BadInput.into());
        }
        let most = if head.uri.path() == "/checkout" { LARGEST_CHECKOUT } else { LARGEST };
        let body = read(body, most).await?;
        let form = Form::parse(&body)?;
        Ok(Self(PageRequest::new(&head, shop), form))
    }
}

/// A form as it was sent: names and values, wiped when dropped.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// Returns the value of a field; empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// Returns the value of a field, if it was sent.
    pub(crate) fn sent(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// Returns the names of its fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Takes the value of a field out.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.0
            .iter_mut()
            .find(|(n, _)| n == name)
            .map(|(_, value)| std::mem::take(&mut **value))
            .unwrap_or_default()
    }

    /// Parses a form.
    /// A field twice is an attempt to be read in two ways, and no page of ours sends it.
    fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let mut fields: Vec<(String, Zeroizing<String>)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if fields.len() >= MOST_FIELDS || fields.iter().any(|(n, _)| *n == name) {
                return Err(Kind::BadInput.into());
            }
            fields.push((name.into_owned(), Zeroizing::new(value.into_owned())));
        }
        Ok(Self(fields))
    }
}

/// Returns true if the body of the request is of the one type that our forms send.
pub(crate) fn is_urlencoded(headers: &HeaderMap) -> bool {
    let named = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let kind = named.and_then(|value| value.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

/// Returns the time from the first moment of a form to its next piece, after `so_far` bytes.
fn patience(so_far: usize) -> Duration {
    let paced = Duration::from_millis(so_far as u64 * 1_000 / PACE);
    (START + paced).min(PATIENCE)
}

/// Reads the whole body, if it is not too large and comes at a pace.
async fn read(mut body: Body, most: usize) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // As large as it can get, so that it never moves and leaves a copy behind.
    let mut whole = Zeroizing::new(Vec::with_capacity(most));
    let began = Instant::now();
    loop {
        let next = timeout_at(began + patience(whole.len()), body.frame());
        let Some(frame) = next.await.map_err(|_| Refusal::BadRequest)? else { break };
        let frame = frame.map_err(|_| Refusal::BadRequest)?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > most {
            return Err(Refusal::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::body::Frame;
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll, ready},
    };

    #[test]
    fn a_field_twice_is_refused() {
        assert!(Form::parse(b"a=1&b=2").is_ok());
        assert!(Form::parse(b"a=1&a=2").is_err());
        assert!(Form::parse("x&".repeat(99).as_bytes()).is_err());
    }

    #[test]
    fn a_form_that_dribbles_is_not_waited_for() {
        let seconds = |so_far| patience(so_far).as_secs();
        assert_eq!([0, 1, 400, 4_000, LARGEST].map(seconds), [5, 5, 6, 15, 30]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_has_to_come_at_its_pace() {
        for (each, whole) in [(500, true), (300, false)] {
            let next = Box::pin(tokio::time::sleep(Duration::ZERO));
            let read = read(Body::new(Dribble { each, left: 30, next }), LARGEST).await;
            assert_eq!(read.is_ok(), whole, "{each} bytes a second");
        }
    }

    /// Pieces of a body, a second apart.
    struct Dribble {
        each: usize,
        left: u32,
        next: Pin<Box<tokio::time::Sleep>>,
    }

    impl axum::body::HttpBody for Dribble {
        type Data = axum::body::Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            cx: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Self::Data>, Infallible>>> {
            if self.left == 0 {
                return Poll::Ready(None);
            }
            ready!(self.next.as_mut().poll(cx));
            self.left -= 1;
            self.next = Box::pin(tokio::time::sleep(Duration::from_secs(1)));
            Poll::Ready(Some(Ok(Frame::data(vec![b'x'; self.each].into()))))
        }
    }

    #[test]
    fn values_come_as_they_were_typed() {
        let mut form = Form::parse("name=J%C3%BCrg+%26+Co&empty=".as_bytes()).unwrap();
        assert_eq!(form.text("name"), "Jürg & Co");
        assert_eq!((form.sent("empty"), form.sent("absent")), (Some(""), None));
        assert_eq!(form.take("name"), "Jürg & Co");
        assert_eq!(form.text("name"), "");
    }
}
