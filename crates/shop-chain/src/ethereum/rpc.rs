//! Questions to one node: JSON-RPC over HTTP/1.1 on a dialled stream.

use super::{Node, Settings};
use crate::{
    transport::{BoxFuture, Stream},
    watch::Trouble,
};
use alloy_primitives::U64;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    Request, StatusCode,
    body::{Body, Bytes},
    client::conn::http1::{self, SendRequest},
    header::{CONTENT_TYPE, HOST},
};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// What is asked of one node during one call of the watcher. After the first trouble it only
/// repeats that trouble, so that a dead node costs its time limit once.
pub(super) struct Session<'a> {
    node: &'a Node,
    settings: &'a Settings,
    connection: Option<Connection>,
    asked: u64,
    chain_checked: bool,
    trouble: Option<Trouble>,
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// What moves the bytes; polled only while a question is open, so that no task outlives us.
    driver: BoxFuture<'static, ()>,
    over: bool,
}

impl<'a> Session<'a> {
    pub(super) fn new(node: &'a Node, settings: &'a Settings) -> Self {
        Self { node, settings, connection: None, asked: 0, chain_checked: false, trouble: None }
    }

    /// The chain id it has to tell, and has told once it answered anything.
    pub(super) const fn chain_id(&self) -> u64 {
        self.settings.chain_id
    }

    /// Asks, and reads the result as `T`; none is the node's `null`.
    pub(super) async fn ask<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, Trouble> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone());
        }
        let result = self.try_ask(method, params).await;
        if let Err(trouble) = &result {
            self.trouble = Some(trouble.clone());
        }
        result
    }

    /// [`Session::ask`], where a `null` is trouble too.
    pub(super) async fn ask_some<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<T, Trouble> {
        self.ask(method, params).await?.ok_or(Trouble::Missing)
    }

    async fn try_ask<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, Trouble> {
        if !self.chain_checked {
            let told: Option<U64> = self.exchange("eth_chainId", json!([])).await?;
            let told = told.ok_or(Trouble::Rubbish)?.to::<u64>();
            let wanted = self.settings.chain_id;
            if told != wanted {
                return Err(Trouble::WrongChain { told, wanted });
            }
            self.chain_checked = true;
        }
        self.exchange(method, params).await
    }

    /// The stream in use, or a new one: some servers close after every answer.
    async fn connection(&mut self) -> Result<&mut Connection, Trouble> {
        let usable = match &mut self.connection {
            Some(connection) => {
                let usable = connection.is_usable();
                tokio::time::timeout(self.settings.request_time, usable).await.unwrap_or(false)
            }
            None => false,
        };
        if !usable {
            self.connection = Some(Connection::open(self.node, self.settings).await?);
        }
        self.connection.as_mut().ok_or(Trouble::BrokeOff)
    }

    async fn exchange<T: DeserializeOwned>(
        &mut self,
        method: &str,
        params: Value,
    ) -> Result<Option<T>, Trouble> {
        self.asked = self.asked.wrapping_add(1);
        let question =
            json!({ "jsonrpc": "2.0", "id": self.asked, "method": method, "params": params });
        let request = Request::post(&self.node.path)
            .header(HOST, &self.node.host)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::new(Bytes::from(question.to_string())))
            .map_err(|_| Trouble::Unreachable)?;
        let (asked, settings) = (self.asked, self.settings);
        let answer = self.connection().await?.send(request, settings.most_bytes);
        let bytes = tokio::time::timeout(settings.request_time, answer)
            .await
            .map_err(|_| Trouble::Late)??;
        read_answer(&bytes, asked)
    }
}

impl Connection {
    async fn open(node: &Node, settings: &Settings) -> Result<Self, Trouble> {
        let dial = async {
            let stream = node.dial.dial().await.map_err(|_| Trouble::Unreachable)?;
            let io: TokioIo<Box<dyn Stream>> = TokioIo::new(stream);
            http1::handshake(io).await.map_err(|_| Trouble::BrokeOff)
        };
        let dialled = tokio::time::timeout(settings.dial_time, dial).await;
        let (sender, driver) = dialled.map_err(|_| Trouble::Late)??;
        let driver = Box::pin(async move {
            // How the stream ended shows in the answer that is missing.
            let _ = driver.await;
        });
        Ok(Self { sender, driver, over: false })
    }

    /// Whether another question can be sent: the node may have closed after its last answer.
    async fn is_usable(&mut self) -> bool {
        tokio::select! {
            // First, so that an end that has come is noticed before something is sent into it.
            biased;
            () = &mut self.driver, if !self.over => {
                self.over = true;
                false
            }
            ready = self.sender.ready() => ready.is_ok() && !self.over,
        }
    }

    /// Sends and reads the whole answer, moving the bytes meanwhile.
    async fn send(&mut self, request: Request<Full<Bytes>>, most: usize) -> Result<Bytes, Trouble> {
        let Self { sender, driver, over } = self;
        let answer = async {
            let response = sender.send_request(request).await.map_err(|_| Trouble::BrokeOff)?;
            if response.status() != StatusCode::OK {
                return Err(Trouble::Status(response.status().as_u16()));
            }
            let body = response.into_body();
            if body.size_hint().lower() > most as u64 {
                return Err(Trouble::TooLarge);
            }
            let body = Limited::new(body, most).collect().await.map_err(|error| {
                if error.is::<LengthLimitError>() { Trouble::TooLarge } else { Trouble::BrokeOff }
            })?;
            Ok(body.to_bytes())
        };
        tokio::pin!(answer);
        tokio::select! {
            answer = &mut answer => answer,
            () = driver => {
                *over = true;
                answer.await
            }
        }
    }
}

#[derive(Deserialize)]
struct Answer<T> {
    id: u64,
    // Not `default`: it would ask `T` to have one. A missing field of this type is none anyway.
    result: Option<T>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    code: i64,
}

fn read_answer<T: DeserializeOwned>(bytes: &[u8], asked: u64) -> Result<Option<T>, Trouble> {
    let answer: Answer<T> = serde_json::from_slice(bytes).map_err(|_| Trouble::Rubbish)?;
    if let Some(refusal) = answer.error {
        return Err(Trouble::Refused(refusal.code));
    }
    if answer.id != asked {
        return Err(Trouble::Rubbish);
    }
    Ok(answer.result)
}
