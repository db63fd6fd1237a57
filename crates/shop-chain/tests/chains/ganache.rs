//! Ethereum on ganache: a node of another make, which knows no receipts of a whole block.

use crate::{
    anvil::{call, node, settings},
    suite::{TestChain, run_all_scenarios},
    tools::{self, free_port},
};
use serde_json::{Value, json};
use shop_chain::{
    ChainWatcher,
    ethereum::{Ethereum, Settings},
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

/// Number of its chain.
const CHAIN_ID: u64 = 1_337;

/// A running node; it ends with this value.
struct Ganache {
    process: Child,
    /// Folder that it writes into.
    _folder: TempDir,
    port: u16,
    buyer: String,
    /// Name of the state after each block, by its number: the node goes back to one by its name.
    states: Vec<String>,
    next_address: u64,
    /// Each transaction as sent, so that it can be sent again.
    raw: HashMap<String, String>,
    /// Nonce of each transaction.
    nonces: HashMap<String, u64>,
    /// Number of transactions that wait to be mined.
    waiting: u64,
}

impl Ganache {
    /// Starts a node that mines when it is told, and waits until it says that it listens.
    fn start(program: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut process = Command::new("node")
            .arg(program)
            .args(["--server.port", &port.to_string(), "--server.host", "127.0.0.1"])
            .args(["--miner.blockTime", "1000000", "--wallet.totalAccounts", "1"])
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts");
        let mut lines = BufReader::new(process.stdout.take().expect("it was piped")).lines();
        let listens = format!("RPC Listening on 127.0.0.1:{port}");
        let has_begun = lines.by_ref().map_while(Result::ok).any(|line| line.trim() == listens);
        assert!(has_begun, "ganache ended");
        // It goes on writing: a full pipe would stop it.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        let mut ganache = Self {
            process,
            _folder: folder,
            port,
            buyer: String::new(),
            states: Vec::new(),
            next_address: 0,
            raw: HashMap::new(),
            nonces: HashMap::new(),
            waiting: 0,
        };
        ganache.buyer = text(&ganache.ask("eth_accounts", json!([]))[0]);
        ganache.note_state();
        ganache
    }

    /// Asks it, and takes no error for an answer.
    fn ask(&self, method: &str, params: Value) -> Value {
        call(self.port, method, params)
    }

    fn note_state(&mut self) {
        let state = text(&self.ask("evm_snapshot", json!([])));
        self.states.push(state);
    }

    fn mine_one(&mut self) {
        self.ask("evm_mine", json!([]));
        self.waiting = 0;
        self.note_state();
    }

    /// Removes the last blocks, and forgets their transactions.
    fn go_back(&mut self, depth: u32) {
        let left = self.states.len() - usize::try_from(depth).expect("small");
        self.states.truncate(left);
        let state = self.states.pop().expect("a block is left");
        assert_eq!(self.ask("evm_revert", json!([state])), json!(true));
        self.waiting = 0;
        // A name holds for one return.
        self.note_state();
        // Without it, a block as empty as the one before would be the same block.
        self.ask("evm_increaseTime", json!([1]));
    }

    /// Sends money, signed so that it can be sent again. Returns the transaction id.
    fn send(&mut self, to: &str, units: u128, nonce: u64) -> String {
        let signed = self.ask(
            "eth_signTransaction",
            json!([{
                "from": self.buyer, "to": to, "value": format!("{units:#x}"), "type": "0x2",
                "gas": "0x5208", "nonce": format!("{nonce:#x}"),
                "maxFeePerGas": "0x2540be400", "maxPriorityFeePerGas": "0x1",
            }]),
        );
        let txid = text(&self.ask("eth_sendRawTransaction", json!([signed])));
        self.raw.insert(txid.clone(), text(&signed));
        self.nonces.insert(txid.clone(), nonce);
        txid
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

impl Drop for Ganache {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl TestChain for Ganache {
    fn asset(&self) -> AssetId {
        AssetId::ETH
    }
    fn watch(&self) -> Box<dyn ChainWatcher> {
        let settings = Settings { chain_id: CHAIN_ID, ..settings() };
        Box::new(Ethereum::new(vec![node(self.port)], settings).expect("a node"))
    }
    fn most_blocks(&self) -> u32 {
        u32::try_from(settings().most_blocks).expect("small")
    }
    fn shows_unmined(&self) -> bool {
        false
    }
    fn pay_to(&mut self) -> PayTo {
        self.next_address += 1;
        let text = format!("0x5403{:036x}", self.next_address);
        shop_chain::pay_to(AssetId::ETH, &text).expect("an address")
    }
    fn unknown_txid(&self) -> String {
        format!("0x{}", "ab".repeat(32))
    }
    async fn pay(&mut self, to: &PayTo, amount: Amount) -> String {
        // It counts none of those that wait.
        let mined = text(&self.ask("eth_getTransactionCount", json!([self.buyer, "latest"])));
        let mined = u64::from_str_radix(mined.trim_start_matches("0x"), 16).expect("a number");
        let nonce = mined + self.waiting;
        self.waiting += 1;
        self.send(to.as_str(), amount.units(), nonce)
    }
    async fn mine(&mut self, blocks: u32) {
        (0..blocks).for_each(|_| self.mine_one());
    }
    async fn reorg(&mut self, depth: u32) {
        self.go_back(depth);
        self.mine(depth).await;
    }
    async fn shrink(&mut self, depth: u32) {
        self.go_back(depth);
    }
    async fn again(&mut self, txid: &str) {
        self.ask("eth_sendRawTransaction", json!([self.raw[txid]]));
    }
    async fn double_spend(&mut self, txid: &str, depth: u32) {
        let nonce = self.nonces[txid];
        self.go_back(depth);
        self.send("0x00000000000000000000000000000000deadbeef", 1, nonce);
        self.mine(depth).await;
    }
}

/// Every sentence of the suite, on a node that nobody here wrote.
#[tokio::test]
async fn ganache_passes_the_suite() {
    let Some(program) =
        tools::installed("GANACHE", "ganache/node_modules/ganache/dist/node/cli.js")
    else {
        eprintln!("LEFT OUT: no ganache here; run maint/get-ganache, or set GANACHE to its path");
        return;
    };
    run_all_scenarios!(Ganache::start(&program));
}
