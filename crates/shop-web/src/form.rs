//! Reading a form.

use crate::refusal::Refusal;
use axum::{
    body::Body,
    extract::{FromRequest, Request},
    http::header,
};
use http_body_util::BodyExt;
use shop_core::kind::Kind;
use std::time::Duration;
use zeroize::Zeroizing;

/// Most bytes in a form.
const LARGEST: usize = 16 * 1024;
/// Most fields in a form.
const MOST_FIELDS: usize = 24;
/// How long a form may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form as it was sent: names and values, wiped when dropped.
pub(crate) struct Form(Vec<(String, Zeroizing<String>)>);

impl Form {
    /// The value of a field; empty if it was not sent.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
    }

    /// The value of a field, if it was sent.
    pub(crate) fn sent(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field, taken out.
    pub(crate) fn take(&mut self, name: &str) -> String {
        self.0
            .iter_mut()
            .find(|(n, _)| n == name)
            .map(|(_, value)| std::mem::take(&mut **value))
            .unwrap_or_default()
    }

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

impl<S: Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let urlencoded = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| {
                kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
            });
        if !urlencoded {
            return Err(Kind::BadInput.into());
        }
        let body = tokio::time::timeout(PATIENCE, read(request.into_body()))
            .await
            .map_err(|_| Refusal::BadRequest)??;
        Self::parse(&body)
    }
}

/// The whole body, if it is not too large.
async fn read(mut body: Body) -> Result<Zeroizing<Vec<u8>>, Refusal> {
    // As large as it can get, so that it never moves and leaves a copy behind.
    let mut whole = Zeroizing::new(Vec::with_capacity(LARGEST));
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Refusal::BadRequest)?;
        let Ok(data) = frame.into_data() else { continue };
        if whole.len() + data.len() > LARGEST {
            return Err(Refusal::TooLarge);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_twice_is_refused() {
        assert!(Form::parse(b"a=1&b=2").is_ok());
        assert!(Form::parse(b"a=1&a=2").is_err());
        assert!(Form::parse("x&".repeat(25).as_bytes()).is_err());
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
