//! Client of the XML API.

use super::xml;
use crate::{
    carrier::{Carrier, CarrierError, Limits},
    http::{Question, Server},
    name::CarrierName,
    number::Number,
    pace::Pace,
    secret::Secret,
    snapshot::Snapshot,
};
use data_encoding::BASE64;
use hyper::header::{ACCEPT_LANGUAGE, AUTHORIZATION};
use shop_http::BoxFuture;

/// Canada Post, by its XML API.
pub struct CanadaPostXml {
    server: Server,
    pace: Pace,
    path: String,
    authorization: Secret,
}

/// Path of the API, before `/pin/NUMBER/detail`.
pub const XML_PATH: &str = "/vis/track";

/// Answers the API knows; it refuses `*/*`.
const ACCEPT: &str = "application/vnd.cpc.track-v2+xml";

impl CanadaPostXml {
    /// Creates a client with an account's user name and password.
    #[must_use]
    pub fn new(server: Server, path: &str, user: &Secret, password: &Secret) -> Self {
        let both = Secret::new(format!("{}:{}", user.expose(), password.expose()));
        let encoded = Secret::new(BASE64.encode(both.expose().as_bytes()));
        Self {
            server,
            pace: Pace::new(Limits::POSTAL),
            path: path.trim_end_matches('/').to_owned(),
            authorization: Secret::new(format!("Basic {}", encoded.expose())),
        }
    }

    async fn ask(&self, number: &Number) -> Result<Snapshot, CarrierError> {
        if number.carrier() != CarrierName::CanadaPost {
            return Err(CarrierError::OtherCarrier);
        }
        let path = format!("{}/pin/{}/detail", self.path, number.as_str());
        let question = Question::get(path, ACCEPT)
            .header(AUTHORIZATION, self.authorization.expose().to_owned())
            .header(ACCEPT_LANGUAGE, "en-CA".to_owned());
        self.pace.turn().await;
        let answer = self.server.ask(&question).await?;
        // Messages say more than the status they come with.
        let read = match (xml::parse(&answer.body, number), answer.status) {
            (Err(CarrierError::Malformed), 404) => Ok(Snapshot::not_found(answer.body)),
            (
                Err(
                    CarrierError::Malformed
                    | CarrierError::Unavailable(_)
                    | CarrierError::Refused(_),
                ),
                status,
            ) if status != 200 => Err(answer.refusal()),
            (Ok(snapshot), status) if status != 200 && !snapshot.events.is_empty() => {
                Err(answer.refusal())
            }
            (read, _) => read,
        };
        if let Err(CarrierError::Throttled { .. }) = read {
            self.pace.pause(answer.retry_after);
        }
        read
    }
}

impl Carrier for CanadaPostXml {
    fn name(&self) -> CarrierName {
        CarrierName::CanadaPost
    }

    fn limits(&self) -> Limits {
        self.pace.limits()
    }

    fn fetch<'a>(&'a self, number: &'a Number) -> BoxFuture<'a, Result<Snapshot, CarrierError>> {
        Box::pin(self.ask(number))
    }
}
