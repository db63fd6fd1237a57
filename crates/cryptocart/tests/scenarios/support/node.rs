//! A real Ethereum node: anvil, on this machine alone.

use crate::tools::free_port;
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// A running anvil that mines when told.
pub(crate) struct Anvil {
    child: Child,
    port: u16,
}

impl Anvil {
    /// Starts a new chain.
    pub(crate) fn start() -> Self {
        Self::start_as(super::CHAIN)
    }

    /// Starts a new chain with this number.
    pub(crate) fn start_as(chain: u64) -> Self {
        let program = program();
        let port = free_port();
        let child = Command::new(program)
            .args(["--host", "127.0.0.1", "--no-mining", "--silent", "--port", &port.to_string()])
            .args(["--chain-id", &chain.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("anvil starts");
        let anvil = Self { child, port };
        super::until("anvil answers", || anvil.try_ask("eth_chainId", &json!([])).ok());
        anvil
    }

    /// Returns the URL of its JSON-RPC.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sends so many wei from one of its funded accounts; not mined yet.
    pub(crate) fn pay(&self, to: &str, wei: u128) -> String {
        let from = self.account(0);
        let transaction = json!([{ "from": from, "to": to, "value": format!("0x{wei:x}") }]);
        self.ask("eth_sendTransaction", &transaction).as_str().expect("a transaction id").to_owned()
    }

    /// Returns one of its funded accounts.
    pub(crate) fn account(&self, index: usize) -> String {
        self.ask("eth_accounts", &json!([]))[index].as_str().expect("an account").to_owned()
    }

    /// Mines so many blocks.
    pub(crate) fn mine(&self, blocks: u64) {
        self.ask("anvil_mine", &json!([format!("0x{blocks:x}")]));
    }

    /// Replaces the last blocks by empty ones.
    pub(crate) fn reorg(&self, depth: u64) {
        self.ask("anvil_reorg", &json!([depth, []]));
    }

    /// Returns the number of its newest block.
    pub(crate) fn height(&self) -> u64 {
        let tip = self.ask("eth_blockNumber", &json!([]));
        u64::from_str_radix(tip.as_str().unwrap_or_default().trim_start_matches("0x"), 16)
            .expect("a number")
    }

    /// Asks for anything else.
    pub(crate) fn ask(&self, method: &str, params: &Value) -> Value {
        self.try_ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    fn try_ask(&self, method: &str, params: &Value) -> std::io::Result<Value> {
        let body =
            json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let length = body.len();
        write!(
            stream,
            "POST / HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let json = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let value: Value = serde_json::from_str(json).map_err(std::io::Error::other)?;
        match value.get("error") {
            Some(error) => Err(std::io::Error::other(error.to_string())),
            None => Ok(value["result"].clone()),
        }
    }
}

/// Returns the path of anvil, from the environment or from the script that installs it.
fn program() -> String {
    if let Ok(program) = std::env::var("ANVIL") {
        return program;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../maint/get-anvil");
    let output = Command::new(script).output().expect("maint/get-anvil runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

impl Drop for Anvil {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
