//! Requests to one node: JSON-RPC.

use super::{
    Settings,
    answer::{NoParts, Parts, Splitter},
    limits,
    peer::Peer,
};
use crate::watcher::NodeError;
use alloy_primitives::U64;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shop_http::{Fault, Refusal};
use std::{
    sync::{Mutex, PoisonError, atomic::Ordering::Relaxed},
    time::Duration,
};

/// Requests to one node during one call of the watcher.
/// Once the node could not be reached, or follows another chain, the session only repeats that, so
/// that a dead node costs its time limit once.
pub(super) struct Session<'a> {
    pub(super) peer: &'a Peer,
    pub(super) settings: &'a Settings,
    lost: Mutex<Option<NodeError>>,
}

/// Number of times a question is asked again that came to nothing for a reason that passes.
const TRIES: u32 = 3;
/// Number of times a question is asked again that came too soon.
const BUSY_TRIES: u32 = 8;

impl<'a> Session<'a> {
    pub(super) const fn new(peer: &'a Peer, settings: &'a Settings) -> Self {
        Self { peer, settings, lost: Mutex::new(None) }
    }

    /// Asks, and reads the result as `T`; none is the node's `null`.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, NodeError> {
        self.read(method, params, limits::SMALL, &mut NoParts).await
    }

    /// Asks like [`Session::ask`], where a `null` is trouble too.
    pub(super) async fn ask_some<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
    ) -> Result<T, NodeError> {
        self.ask(method, params).await?.ok_or(NodeError::Missing)
    }

    /// Asks for an answer of at most `most` bytes, and hands its parts on as they come.
    /// Reads what is left of the result as `T`.
    pub(super) async fn read<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
        most: u64,
        parts: &mut impl Parts,
    ) -> Result<Option<T>, NodeError> {
        if let Some(trouble) = self.lost.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Err(trouble);
        }
        self.check_chain().await?;
        let result = self.try_often(method, params, most, parts).await;
        if result.is_err() {
            self.peer.chain_checked.store(false, Relaxed);
        }
        result
    }

    /// Asks for the chain id, the first time and again after trouble.
    async fn check_chain(&self) -> Result<(), NodeError> {
        if self.peer.chain_checked.load(Relaxed) {
            return Ok(());
        }
        let wanted = self.settings.chain_id;
        let nothing = json!([]);
        let told = self.try_often("eth_chainId", nothing, limits::SMALL, &mut NoParts).await?;
        let told: U64 = told.ok_or(NodeError::Malformed)?;
        let told = told.to::<u64>();
        if told != wanted {
            return Err(self.lose(NodeError::WrongChain { told, wanted }));
        }
        self.peer.chain_checked.store(true, Relaxed);
        Ok(())
    }

    fn lose(&self, trouble: NodeError) -> NodeError {
        *self.lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble.clone());
        trouble
    }

    /// Asks again after trouble that passes: a pause it asked for, a stream that broke, a replica
    /// that is ill.
    async fn try_often<T: DeserializeOwned>(
        &self,
        method: &str,
        params: Value,
        most: u64,
        parts: &mut impl Parts,
    ) -> Result<Option<T>, NodeError> {
        let mut tries = 0;
        let mut busy = 0;
        let mut unanswered = 0;
        loop {
            self.peer.wait_until_asked_again().await;
            let trouble = match self.exchange(method, &params, most, parts).await {
                Ok(result) => {
                    self.peer.answered();
                    return Ok(result);
                }
                // A stream that was closed while it was not in use says nothing of the node.
                Err(Failure::Stale) if unanswered < self.settings.connections => {
                    unanswered += 1;
                    continue;
                }
                Err(Failure::Stale) => NodeError::Disconnected,
                Err(Failure::Lost(trouble)) => return Err(self.lose(trouble)),
                Err(Failure::Trouble(trouble)) => trouble,
            };
            if let NodeError::Busy { retry_after } = trouble {
                busy += 1;
                if busy > BUSY_TRIES || !self.peer.quieten(retry_after) {
                    return Err(trouble);
                }
                continue;
            }
            tries += 1;
            if tries >= TRIES || !passes(&trouble) {
                return Err(trouble);
            }
            self.peer.lines.close_idle();
            tokio::time::sleep(self.settings.retry_pause * tries).await;
        }
    }

    async fn exchange<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &Value,
        most: u64,
        parts: &mut impl Parts,
    ) -> Result<Option<T>, Failure> {
        let id = self.peer.next_id();
        let question = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        let Peer { node, lines, .. } = self.peer;
        let patience = self.settings.patience();
        let mut line = lines.line(node, &patience).await.map_err(Failure::Lost)?;
        parts.begin();
        let mut splitter = Splitter::default();
        let mut feed = |bytes: &[u8]| splitter.feed(bytes, parts);
        let question = question.to_string();
        let asked = line.post(&node.host, &node.path, question, &patience, most, &mut feed);
        match asked.await {
            Ok(()) => {}
            Err(Fault::Unanswered) if line.is_used => return Err(Failure::Stale),
            Err(Fault::Unanswered) => return Err(Failure::Trouble(NodeError::Disconnected)),
            Err(Fault::Refused(refusal)) => return Err(Failure::Trouble(meaning_of(&refusal))),
            Err(Fault::Trouble(trouble)) => return Err(Failure::Trouble(trouble)),
        }
        lines.keep(line);
        let left = splitter.finish().map_err(Failure::Trouble)?;
        read_answer(&left, id).map_err(Failure::Trouble)
    }
}

/// Reason why one exchange came to nothing.
enum Failure {
    /// Stream used before that had been closed.
    Stale,
    /// Error in opening a stream.
    Lost(NodeError),
    Trouble(NodeError),
}

/// Returns true if asking again may help at once.
/// Load balancers have replicas that lag or are ill.
fn passes(trouble: &NodeError) -> bool {
    match trouble {
        NodeError::Disconnected | NodeError::Malformed => true,
        NodeError::Status(status) => *status == 408 || *status >= 500,
        _ => false,
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    // Errors come with `null` where the node did not get as far as the question's id.
    id: Option<u64>,
    // Not `default`: it would ask `T` to have one. A missing field of this type is none anyway.
    result: Option<T>,
    error: Option<ToldError>,
}

#[derive(Deserialize)]
struct ToldError {
    code: i64,
    message: Option<String>,
}

fn read_answer<T: DeserializeOwned>(bytes: &[u8], asked: u64) -> Result<Option<T>, NodeError> {
    let answer: Answer<T> = serde_json::from_slice(bytes).map_err(|_| NodeError::Malformed)?;
    if let Some(error) = answer.error {
        return Err(error.meaning());
    }
    if answer.id != Some(asked) {
        return Err(NodeError::Malformed);
    }
    Ok(answer.result)
}

/// Codes by which providers say "too many requests".
const BUSY_CODES: [i64; 6] = [429, -32_005, -32_007, -32_029, -32_090, -32_097];
/// Words by which they say it.
const BUSY_WORDS: [&str; 6] =
    ["too many requests", "rate limit", "request limit", "limit exceeded", "throttl", "capacity"];
/// Codes by which clients say that they do not know a method, or do not offer it.
const UNKNOWN_METHOD: [i64; 4] = [-32_601, -32_004, -32_700, -32_600];
/// Words by which they say it of a method under a code that says nothing.
const UNKNOWN_WORDS: [&str; 5] =
    ["not supported", "unsupported", "not found", "does not exist", "not available"];

impl ToldError {
    fn meaning(&self) -> NodeError {
        let message = self.message.as_deref().unwrap_or_default().to_ascii_lowercase();
        if BUSY_CODES.contains(&self.code) || BUSY_WORDS.iter().any(|word| message.contains(word)) {
            return NodeError::Busy { retry_after: None };
        }
        if message.contains("method") && UNKNOWN_WORDS.iter().any(|word| message.contains(word)) {
            return NodeError::Refused(UNKNOWN_METHOD[0]);
        }
        NodeError::Refused(self.code)
    }
}

/// Returns true if it may be that the node does not offer the method it was asked for.
pub(super) fn is_unknown_method(trouble: &NodeError) -> bool {
    matches!(trouble, NodeError::Refused(code) if UNKNOWN_METHOD.contains(code))
}

/// Returns the meaning of an answer with another status than 200.
/// Some nodes put their errors there.
fn meaning_of(refusal: &Refusal) -> NodeError {
    let retry_after: Option<Duration> = refusal.retry_after;
    if refusal.status == 429 || (refusal.status == 503 && retry_after.is_some()) {
        return NodeError::Busy { retry_after };
    }
    let answer: Result<Answer<Value>, _> = serde_json::from_slice(&refusal.body);
    let told = answer.ok().and_then(|answer| answer.error).map(|error| error.meaning());
    match told {
        Some(NodeError::Busy { .. }) => NodeError::Busy { retry_after },
        Some(told) => told,
        None => NodeError::Status(refusal.status),
    }
}
