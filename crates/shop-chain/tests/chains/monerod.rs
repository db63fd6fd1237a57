//! Private Monero node and wallets: real processes on free loopback ports, one for each test.
//!
//! Nothing here waits without an end: each question has a time, and each wait says for what it was.
#![expect(clippy::disallowed_methods, reason = "a test drives a real node over loopback")]

use crate::tools::{self, free_port};
use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Time a process may take to answer for the first time.
const START: Duration = Duration::from_secs(60);
/// Time an answer may take, without the blocks that are mined for it.
const ANSWER: Duration = Duration::from_secs(30);
/// Time one block may take.
const BLOCK: Duration = Duration::from_secs(3);
/// Number of blocks asked for at a time.
const AT_A_TIME: u32 = 20;

/// Programs of the node and of the wallet.
#[derive(Clone)]
pub(crate) struct Programs {
    node: PathBuf,
    wallet: PathBuf,
}

/// A running node; it ends with this value.
pub(crate) struct Monerod {
    process: Child,
    program: PathBuf,
    folder: TempDir,
    ports: Ports,
}

/// Ports of a node.
#[derive(Clone, Copy)]
struct Ports {
    /// Port that does all it is told.
    control: u16,
    /// Port that gives what public nodes give.
    restricted: u16,
    p2p: u16,
}

/// A running wallet program; it ends with this value.
pub(crate) struct Wallet {
    process: Child,
    port: u16,
    _folder: TempDir,
}

/// Returns the programs; none where they are not installed.
pub(crate) fn programs() -> Option<Programs> {
    let node = tools::installed("MONEROD", "monero/monerod")?;
    let wallet = tools::installed("MONERO_WALLET_RPC", "monero/monero-wallet-rpc")?;
    Some(Programs { node, wallet })
}

/// Waits until something is so, or fails with the name of what was waited for.
pub(crate) fn wait_for(name: &str, limit: Duration, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < limit, "waited {limit:?} for {name}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

impl Monerod {
    /// Starts a node of a new chain, and waits until it answers.
    pub(crate) fn start(programs: &Programs) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let ports = Ports { control: free_port(), restricted: free_port(), p2p: free_port() };
        let program = programs.node.clone();
        let process = run_node(&program, folder.path(), ports, &[]);
        let node = Self { process, program, folder, ports };
        node.answers()
    }

    fn answers(mut self) -> Self {
        wait_for("monerod to answer", START, || {
            let ended = self.process.try_wait().expect("its state");
            assert!(ended.is_none(), "monerod ended: {ended:?}");
            let question = json!({});
            let answers = |port| exchange(port, "/get_height", &question, ANSWER).is_ok();
            answers(self.ports.control) && answers(self.ports.restricted)
        });
        self
    }

    /// Ends the process, and keeps its chain.
    pub(crate) fn stop(&mut self) {
        self.post("/stop_daemon", &json!({}));
        let process = &mut self.process;
        wait_for("monerod to end", START, || process.try_wait().expect("its state").is_some());
    }

    /// Starts the process again, with its chain and at its ports.
    /// It allows this number of streams to the restricted port, if it can be told so.
    pub(crate) fn start_again(mut self, streams: u32) -> Self {
        let option = "--rpc-max-connections-per-private-ip";
        let streams = streams.to_string();
        let mut more = vec!["--keep-fakechain"];
        if takes(&self.program, option) {
            more.extend([option, &streams]);
        }
        self.process = run_node(&self.program, self.folder.path(), self.ports, &more);
        self.answers()
    }

    /// Returns the port that gives what public nodes give.
    pub(crate) const fn port(&self) -> u16 {
        self.ports.restricted
    }

    /// Calls a method of JSON-RPC at the port that does all, and takes no error for an answer.
    fn ask(&self, method: &str, params: &Value, time: Duration) -> Value {
        let answer = call(self.ports.control, method, params, time);
        let answer = answer.unwrap_or_else(|error| panic!("monerod: {method}: {error}"));
        assert!(answer["error"].is_null(), "monerod: {method}: {answer}");
        answer["result"].clone()
    }

    /// Asks at the port that does all, and takes no error for an answer.
    pub(crate) fn post(&self, path: &str, question: &Value) -> Value {
        let answer = exchange(self.ports.control, path, question, ANSWER);
        let answer = answer.unwrap_or_else(|error| panic!("monerod: {path}: {error}"));
        assert_eq!(answer["status"], json!("OK"), "monerod: {path}: {answer}");
        answer
    }

    /// Adds blocks, whose coins go to this address; the first takes what waits.
    pub(crate) fn mine(&self, blocks: u32, address: &str) {
        let mut left = blocks;
        while left > 0 {
            let now = left.min(AT_A_TIME);
            let params = json!({ "amount_of_blocks": now, "wallet_address": address });
            self.ask("generateblocks", &params, ANSWER + BLOCK * now);
            left -= now;
        }
    }

    /// Removes the last blocks, and forgets their transactions and those that wait.
    pub(crate) fn pop(&self, blocks: u32) {
        self.post("/pop_blocks", &json!({ "nblocks": blocks }));
        self.ask("flush_txpool", &json!({}), ANSWER);
    }

    /// Returns the ids of transactions that wait, as anybody is told them.
    pub(crate) fn waiting(&self) -> Vec<String> {
        let told =
            exchange(self.ports.restricted, "/get_transaction_pool_hashes", &json!({}), ANSWER)
                .unwrap_or_else(|error| panic!("monerod: its pool: {error}"));
        let ids = told["tx_hashes"].as_array().cloned().unwrap_or_default();
        ids.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
    }

    /// Sends a transaction, and waits until everybody is told that it waits.
    pub(crate) fn send(&self, txid: &str, raw: &str) {
        self.post("/send_raw_transaction", &json!({ "tx_as_hex": raw }));
        let is_told = || self.waiting().iter().any(|waiting| waiting == txid);
        wait_for("a transaction to be among those that wait", ANSWER, is_told);
    }
}

impl Wallet {
    /// Starts a wallet program that asks this node, and waits until it answers.
    pub(crate) fn start(programs: &Programs, node: &Monerod) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut command = Command::new(&programs.wallet);
        command
            .arg("--wallet-dir")
            .arg(folder.path())
            .arg("--log-file")
            .arg(folder.path().join("log"))
            .arg("--shared-ringdb-dir")
            .arg(folder.path().join("rings"))
            .args(["--rpc-bind-ip", "127.0.0.1", "--rpc-bind-port", &port.to_string()])
            .args(["--disable-rpc-login", "--daemon-ssl", "disabled", "--rpc-ssl", "disabled"])
            .args(["--daemon-address", &format!("127.0.0.1:{}", node.ports.control)])
            .arg("--trusted-daemon");
        // A node for tests is on the newest rules from the first block on. Older programs do not ask.
        for option in ["--allow-mismatched-daemon-version", "--no-initial-sync"] {
            if takes(&programs.wallet, option) {
                command.arg(option);
            }
        }
        let mut wallet = Self { process: spawn(command), port, _folder: folder };
        wait_for("monero-wallet-rpc to answer", START, || {
            let ended = wallet.process.try_wait().expect("its state");
            assert!(ended.is_none(), "monero-wallet-rpc ended: {ended:?}");
            call(port, "get_version", &json!({}), ANSWER).is_ok()
        });
        wallet
    }

    /// Asks it. An error is the text of its answer.
    pub(crate) fn try_ask(&self, method: &str, params: &Value) -> Result<Value, String> {
        let answer = call(self.port, method, params, ANSWER * 2)?;
        if answer["error"].is_null() {
            Ok(answer["result"].clone())
        } else {
            Err(answer["error"]["message"].to_string())
        }
    }

    /// Asks it, and takes no error for an answer.
    pub(crate) fn ask(&self, method: &str, params: Value) -> Value {
        self.try_ask(method, &params).unwrap_or_else(|error| panic!("wallet: {method}: {error}"))
    }

    /// Makes a new wallet, and returns its address.
    pub(crate) fn make(&self, name: &str) -> String {
        let params = json!({ "filename": name, "password": "", "language": "English" });
        self.ask("create_wallet", params);
        self.ask("auto_refresh", json!({ "enable": false }));
        self.text("get_address", json!({ "account_index": 0 }), "address")
    }

    /// Reads the chain to its tip.
    pub(crate) fn refresh(&self) {
        self.ask("refresh", json!({ "start_height": 0 }));
    }

    /// Returns a text of an answer.
    pub(crate) fn text(&self, method: &str, params: Value, field: &str) -> String {
        self.ask(method, params)[field].as_str().expect("a text").to_owned()
    }
}

impl Drop for Monerod {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

impl Drop for Wallet {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// Ends a process, which may have ended by itself.
fn end(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

fn run_node(program: &Path, folder: &Path, ports: Ports, more: &[&str]) -> Child {
    let mut command = Command::new(program);
    command
        .args(["--regtest", "--offline", "--fixed-difficulty", "1", "--non-interactive"])
        .args(["--no-igd", "--no-zmq", "--check-updates", "disabled"])
        .arg("--disable-dns-checkpoints")
        .arg("--data-dir")
        .arg(folder)
        .args(["--rpc-bind-ip", "127.0.0.1", "--rpc-bind-port", &ports.control.to_string()])
        .args(["--rpc-restricted-bind-ip", "127.0.0.1"])
        .args(["--rpc-restricted-bind-port", &ports.restricted.to_string()])
        .args(["--p2p-bind-ip", "127.0.0.1", "--p2p-bind-port", &ports.p2p.to_string()])
        .args(more);
    spawn(command)
}

fn spawn(mut command: Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().expect("the program starts")
}

/// Returns true if the program knows an option.
fn takes(program: &Path, option: &str) -> bool {
    let said = Command::new(program).arg("--help").output().expect("it says its options");
    String::from_utf8_lossy(&said.stdout).contains(option)
}

/// Returns the answer of the node at a port.
pub(crate) fn told(port: u16, path: &str, question: &Value) -> Result<Value, String> {
    exchange(port, path, question, ANSWER)
}

fn call(port: u16, method: &str, params: &Value, time: Duration) -> Result<Value, String> {
    let question = json!({ "jsonrpc": "2.0", "id": "0", "method": method, "params": params });
    exchange(port, "/json_rpc", &question, time)
}

/// Makes one HTTP exchange, without the crate under test, in this time.
fn exchange(port: u16, path: &str, question: &Value, time: Duration) -> Result<Value, String> {
    let until = Instant::now() + time;
    let said = |error: std::io::Error| format!("{path}: {error}");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let mut stream = TcpStream::connect_timeout(&address, time).map_err(said)?;
    stream.set_write_timeout(Some(time)).map_err(said)?;
    let body = question.to_string();
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .map_err(said)?;
    let mut answer = Vec::new();
    let mut piece = [0; 1 << 14];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(format!("{path}: no whole answer in {time:?}"));
        }
        stream.set_read_timeout(Some(left)).map_err(said)?;
        let read = stream.read(&mut piece).map_err(said)?;
        answer.extend_from_slice(&piece[..read]);
        if let Some(whole) = body_of(&answer) {
            return serde_json::from_slice(whole).map_err(|error| format!("{path}: {error}"));
        }
        if read == 0 {
            return Err(format!("{path}: closed in the middle"));
        }
    }
}

/// Returns the body of an answer, once all of it is there.
fn body_of(answer: &[u8]) -> Option<&[u8]> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"))?;
    answer.get(end..end + length.trim().parse::<usize>().ok()?)
}
