//! Bearer tokens (OAuth 2, client credentials): got once, kept while they last.

use crate::{
    carrier::{CarrierError, Limits},
    http::{Answer, Question, Server},
    pace::Pace,
    secret::Secret,
};
use hyper::header::AUTHORIZATION;
use serde::Deserialize;
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};

/// A server that wants a bearer token with each request.
pub(crate) struct Bearer {
    server: Server,
    pace: Pace,
    token_request: Question,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<Token>,
    /// Until then the account is not tried again.
    refused_until: Option<Instant>,
}

#[derive(Clone)]
struct Token {
    text: Secret,
    until: Instant,
    /// Number of tokens before it.
    serial: u64,
}

/// Time before its end from which a token is not used any more.
const MARGIN: Duration = Duration::from_secs(60);
/// Bounds of a token's life, whatever the server says.
const LIFE: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(24 * 3_600)];
/// Time for which an account that was refused is not tried again.
const REFUSED: Duration = Duration::from_secs(600);

impl Bearer {
    pub(crate) fn new(server: Server, limits: Limits, token_request: Question) -> Self {
        Self { server, pace: Pace::new(limits), token_request, state: Mutex::default() }
    }

    pub(crate) const fn limits(&self) -> Limits {
        self.pace.limits()
    }

    /// Asks with a token. If it is refused, a new one is tried once.
    pub(crate) async fn get(&self, question: Question) -> Result<Answer, CarrierError> {
        let token = self.token(None).await?;
        let answer = self.ask(&question, &token).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let token = self.token(Some(token.serial)).await?;
        let answer = self.ask(&question, &token).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        self.state.lock().await.refuse();
        Err(CarrierError::AccountRefused)
    }

    /// Leaves the carrier alone for a while.
    pub(crate) fn pause(&self, retry_after: Option<Duration>) {
        self.pace.pause(retry_after);
    }

    async fn ask(&self, question: &Question, token: &Token) -> Result<Answer, CarrierError> {
        let bearer = format!("Bearer {}", token.text.expose());
        let question = question.clone().header(AUTHORIZATION, bearer);
        self.pace.turn().await;
        self.server.ask(&question).await
    }

    /// Returns a token that is not the one of this serial.
    async fn token(&self, stale: Option<u64>) -> Result<Token, CarrierError> {
        // Held while a token is got: who comes meanwhile takes the same one.
        let mut state = self.state.lock().await;
        let now = Instant::now();
        if state.refused_until.is_some_and(|until| until > now) {
            return Err(CarrierError::AccountRefused);
        }
        let kept = state.token.clone().filter(|token| token.until > now);
        if let Some(token) = kept.filter(|token| Some(token.serial) != stale) {
            return Ok(token);
        }
        let serial = state.token.as_ref().map_or(0, |token| token.serial + 1);
        let answer = self.server.ask(&self.token_request).await?;
        if matches!(answer.status, 400 | 401 | 403) {
            state.refuse();
            return Err(CarrierError::AccountRefused);
        }
        if answer.status != 200 {
            return Err(answer.refusal());
        }
        let said: TokenAnswer =
            serde_json::from_slice(&answer.body).map_err(|_| CarrierError::Malformed)?;
        let [shortest, longest] = LIFE;
        let life = said.life().clamp(shortest, longest).saturating_sub(MARGIN);
        let token = Token { text: Secret::new(said.access_token), until: now + life, serial };
        state.token = Some(token.clone());
        Ok(token)
    }
}

impl State {
    fn refuse(&mut self) {
        self.token = None;
        self.refused_until = Some(Instant::now() + REFUSED);
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(default)]
    expires_in: Seconds,
}

/// A number of seconds, which some servers write as a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(u64),
    Text(String),
}

impl Default for Seconds {
    fn default() -> Self {
        Self::Number(0)
    }
}

impl TokenAnswer {
    fn life(&self) -> Duration {
        match &self.expires_in {
            Seconds::Number(seconds) => Duration::from_secs(*seconds),
            Seconds::Text(text) => Duration::from_secs(text.trim().parse().unwrap_or(0)),
        }
    }
}
