//! Client of the tracking API.

use super::json;
use crate::{
    carrier::{Carrier, CarrierError, Limits},
    http::{Question, Server},
    name::CarrierName,
    number::Number,
    secret::Secret,
    snapshot::Snapshot,
    token::Bearer,
};
use shop_http::BoxFuture;

/// USPS, by its tracking API.
pub struct Usps {
    bearer: Bearer,
    tracking: String,
}

/// Paths of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Path of the token endpoint.
    pub token: String,
    /// Path before `/NUMBER`.
    pub tracking: String,
}

impl Default for Paths {
    fn default() -> Self {
        let token = "/oauth2/v3/token".to_owned();
        Self { token, tracking: "/tracking/v3/tracking".to_owned() }
    }
}

impl Usps {
    /// Creates a client with an application's key.
    #[must_use]
    pub fn new(server: Server, paths: Paths, client_id: &Secret, client_secret: &Secret) -> Self {
        let key = [client_id, client_secret].map(|part| form_encoded(part.expose()));
        let [id, secret] = &key;
        let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let bearer = Bearer::new(server, Limits::POSTAL, Question::post(paths.token, form));
        Self { bearer, tracking: paths.tracking.trim_end_matches('/').to_owned() }
    }

    async fn ask(&self, number: &Number) -> Result<Snapshot, CarrierError> {
        if number.carrier() != CarrierName::Usps {
            return Err(CarrierError::OtherCarrier);
        }
        let path = format!("{}/{}?expand=DETAIL", self.tracking, number.as_str());
        let answer = self.bearer.get(Question::get(path, "application/json")).await?;
        match answer.status {
            200 => json::parse(&answer.body, number),
            404 => Ok(Snapshot::not_found(answer.body)),
            _ => {
                let error = answer.refusal();
                if let CarrierError::Throttled { retry_after } = error {
                    self.bearer.pause(retry_after);
                }
                Err(error)
            }
        }
    }
}

/// Returns a key as a form writes it.
fn form_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

impl Carrier for Usps {
    fn name(&self) -> CarrierName {
        CarrierName::Usps
    }

    fn limits(&self) -> Limits {
        self.bearer.limits()
    }

    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>> {
        Box::pin(self.ask(number))
    }
}
