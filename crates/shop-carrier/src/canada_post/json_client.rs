//! Client of the JSON API.

use super::json::{self, Told};
use crate::{
    carrier::{Carrier, CarrierError, Limits},
    http::{Question, Server},
    name::CarrierName,
    number::Number,
    secret::Secret,
    snapshot::Snapshot,
    token::Bearer,
};
use hyper::header::{ACCEPT_LANGUAGE, HeaderName};
use shop_http::BoxFuture;

/// Canada Post, by its JSON API.
pub struct CanadaPost {
    bearer: Bearer,
    tracking: String,
}

/// Paths of the API, which differ from one application of the portal to the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// Path of the token endpoint.
    pub token: String,
    /// Path before `/pins/NUMBER/details`.
    pub tracking: String,
}

impl Default for Paths {
    fn default() -> Self {
        let portal = "/prod/devportal-portaildesdeveloppeurs";
        Self {
            token: format!("{portal}/cpc-api-native-oauth-provider/oauth2/token"),
            tracking: format!("{portal}/tracking/v1"),
        }
    }
}

impl CanadaPost {
    /// Creates a client with an application's key.
    #[must_use]
    pub fn new(server: Server, paths: Paths, client_id: &Secret, client_secret: &Secret) -> Self {
        let form = "grant_type=client_credentials&scope=merchant".to_owned();
        let token_request = Question::post(paths.token, form)
            .header(HeaderName::from_static("x-ibm-client-id"), client_id.expose().to_owned())
            .header(
                HeaderName::from_static("x-ibm-client-secret"),
                client_secret.expose().to_owned(),
            );
        let bearer = Bearer::new(server, Limits::POSTAL, token_request);
        Self { bearer, tracking: paths.tracking.trim_end_matches('/').to_owned() }
    }

    async fn ask(&self, number: &Number) -> Result<Snapshot, CarrierError> {
        if number.carrier() != CarrierName::CanadaPost {
            return Err(CarrierError::OtherCarrier);
        }
        let path = format!("{}/pins/{}/details", self.tracking, number.as_str());
        let question =
            Question::get(path, "application/json").header(ACCEPT_LANGUAGE, "en-CA".to_owned());
        let answer = self.bearer.get(question).await?;
        if answer.status == 200 {
            return json::parse(&answer.body, number);
        }
        let error = match (json::told(&answer.body), answer.status) {
            (Told::Throttled, _) => CarrierError::Throttled { retry_after: answer.retry_after },
            (Told::NotFound, _) | (Told::Nothing, 404) => {
                return Ok(Snapshot::not_found(answer.body));
            }
            (Told::Nothing, _) => answer.refusal(),
        };
        if let CarrierError::Throttled { retry_after } = error {
            self.bearer.pause(retry_after);
        }
        Err(error)
    }
}

impl Carrier for CanadaPost {
    fn name(&self) -> CarrierName {
        CarrierName::CanadaPost
    }

    fn limits(&self) -> Limits {
        self.bearer.limits()
    }

    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>> {
        Box::pin(self.ask(number))
    }
}
