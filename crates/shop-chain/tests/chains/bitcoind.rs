//! Private Bitcoin node: a real process on free loopback ports, one for each test.
#![expect(clippy::disallowed_methods, reason = "a test drives a real node over loopback")]

use crate::tools::{self, free_port};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// A running node; it ends with this value.
pub(crate) struct Bitcoind {
    process: Child,
    folder: TempDir,
    rpc: u16,
    p2p: u16,
}

/// Returns the node's program; none where it is not installed.
pub(crate) fn program() -> Option<PathBuf> {
    tools::installed("BITCOIND", "bitcoind/bitcoind")
}

impl Bitcoind {
    /// Returns the port at which it speaks with other nodes.
    pub(crate) const fn port(&self) -> u16 {
        self.p2p
    }

    /// Starts a node and waits until it answers.
    pub(crate) fn start(program: &Path, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let rpc = free_port();
        let p2p = free_port();
        let process = Command::new(program)
            .args(["-regtest", "-server", "-rpcuser=u", "-rpcpassword=p"])
            .args(more)
            .args(["-rpcbind=127.0.0.1", "-rpcallowip=127.0.0.1", "-blockfilterindex=1"])
            .args([
                "-peerblockfilters=1",
                "-dnsseed=0",
                "-discover=0",
                "-listenonion=0",
                "-natpmp=0",
            ])
            .arg(format!("-datadir={}", folder.path().display()))
            .arg(format!("-rpcport={rpc}"))
            .arg(format!("-port={p2p}"))
            .arg(format!("-bind=127.0.0.1:{p2p}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("bitcoind starts");
        let mut node = Self { process, folder, rpc, p2p };
        while node.try_ask("getblockcount", &json!([])).is_none_or(|said| !said["error"].is_null())
        {
            let ended = node.process.try_wait().expect("its state");
            assert!(ended.is_none(), "bitcoind ended: {ended:?}");
            std::thread::yield_now();
        }
        node
    }

    fn try_ask(&self, method: &str, params: &Value) -> Option<Value> {
        let body = json!({ "id": 1, "method": method, "params": params }).to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.rpc)).ok()?;
        // The user and the password above, in base64.
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic dTpw\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
    }

    /// Asks it, and takes no error for an answer.
    pub(crate) fn ask(&self, method: &str, params: Value) -> Value {
        let answer = self.try_ask(method, &params).expect("it answers");
        assert!(answer["error"].is_null(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits until its index of filters has every block.
    pub(crate) fn settle(&self) {
        self.ask("syncwithvalidationinterfacequeue", json!([]));
        while self.ask("getindexinfo", json!(["basic block filter index"]))["basic block filter index"]
            ["synced"]
            != json!(true)
        {
            std::thread::yield_now();
        }
    }
}

impl Drop for Bitcoind {
    fn drop(&mut self) {
        // It may have ended by itself. Its folder goes with it.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = self.folder.path();
    }
}
