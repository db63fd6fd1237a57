//! Private Ethereum node: a real process on a free loopback port, one for each test.
#![expect(clippy::disallowed_methods, reason = "a test drives a real node over loopback")]

use crate::tools;
use serde_json::{Value, json};
use shop_chain::{
    BoxFuture,
    ethereum::{Node, Settings},
    transport::{Dial, Stream},
};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

/// The chain id of [`Anvil`].
pub(crate) const CHAIN_ID: u64 = 31_337;
/// Account that pays in the tests: the node holds the key.
const BUYER: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

/// A running node; it ends with this value.
pub(crate) struct Anvil {
    process: Child,
    port: u16,
}

/// Dialer of a loopback port.
pub(crate) struct Loopback(pub(crate) u16);

impl Dial for Loopback {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async {
            let stream = tokio::net::TcpStream::connect(("127.0.0.1", self.0)).await?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

/// Returns a node at a loopback port, as the shop's settings would name it.
pub(crate) fn node(port: u16) -> Node {
    Node { dial: Arc::new(Loopback(port)), host: format!("127.0.0.1:{port}"), path: "/".into() }
}

/// Returns the settings for a chain of tests: small steps.
pub(crate) fn settings() -> Settings {
    Settings { chain_id: CHAIN_ID, most_blocks: 5, ..Settings::default() }
}

impl Anvil {
    /// Starts a node and waits until it says that it listens.
    pub(crate) fn start() -> Self {
        let mut process = Command::new(binary())
            .args(["--host", "127.0.0.1", "--port", "0", "--no-mining", "--accounts", "1"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("anvil starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it was piped")).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("Listening on 127.0.0.1:")?.trim().parse().ok())
            .expect("anvil says where it listens");
        // It goes on writing: a full pipe would stop it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Self { process, port }
    }

    /// Returns the port at which it listens.
    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Asks it, and takes no error for an answer.
    pub(crate) fn ask(&self, method: &str, params: Value) -> Value {
        call(self.port, method, params)
    }

    /// Sends a transaction from [`BUYER`], which waits to be mined. Returns its id.
    pub(crate) fn send(&self, mut transaction: Value) -> String {
        transaction["from"] = json!(BUYER);
        let txid = self.ask("eth_sendTransaction", json!([transaction]));
        txid.as_str().expect("an id").to_owned()
    }

    /// Adds blocks; the first takes what waits.
    pub(crate) fn mine(&self, blocks: u32) {
        self.ask("anvil_mine", json!([format!("{blocks:#x}")]));
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn binary() -> PathBuf {
    let platform = match (std::env::consts::OS, std::env::consts::ARCH) {
        ("macos", "aarch64") => "darwin-arm64",
        ("macos", _) => "darwin-amd64",
        (_, "aarch64") => "linux-arm64",
        _ => "linux-amd64",
    };
    let package = format!("npm/node_modules/@foundry-rs/anvil-{platform}");
    let path = tools::path("ANVIL", Path::new(&package).join("bin/anvil"));
    assert!(path.is_file(), "anvil is missing: run maint/get-anvil, or set ANVIL to its path");
    path
}

/// Asks a node at a loopback port, and takes no error for an answer.
pub(crate) fn call(port: u16, method: &str, params: Value) -> Value {
    let question = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let answer: Value = serde_json::from_slice(&post(port, &question.to_string())).expect("JSON");
    assert!(answer.get("error").is_none(), "{method}: {answer}");
    answer["result"].clone()
}

/// Makes one HTTP exchange, without the crate under test.
fn post(port: u16, body: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    let length = body.len();
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).expect("answered");
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    assert!(!answer[..end].to_ascii_lowercase().windows(7).any(|w| w == b"chunked"), "one piece");
    answer.split_off(end + 4)
}
