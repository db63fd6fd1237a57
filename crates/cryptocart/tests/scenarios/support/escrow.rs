//! A seller's escrow home, and an order in escrow on a real node with the real contract.

use super::{Anvil, cryptocart, until};
use serde_json::{Value, json};
use shop_chain::ethereum::escrow::{
    Call, Domain, Key, PINNED, attest_call, attestors_hash, checksum, decode_state,
    delivered_digest, id_of, order_commitment, recompute, release_hash, vault_of,
};
use shop_core::{
    escrow::{
        Account, AttestorSet, Goods, Hash, MatchLevel, PayoutSignature, Report, SignedReport,
        Statement, Terms, Tracking,
    },
    time::UnixTime,
};
use std::{
    path::{Path, PathBuf},
    process::Output,
};

/// The chain of the node.
const CHAIN: u64 = 31_337;
const DAY: u64 = 86_400;
/// Price of an order of these tests, in wei: 0.25 ETH.
pub(crate) const PRICE: u128 = 250_000_000_000_000_000;
/// The buyer's release secret.
pub(crate) const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// A parcel number with a right check digit.
pub(crate) const PIN: &str = "1234567890123452";

/// Makes the contract on a node that mines each transaction at once.
pub(crate) fn chain_with_contract() -> Anvil {
    let anvil = Anvil::start();
    anvil.ask("evm_setAutomine", &json!([true]));
    send(&anvil, PINNED.deployer, &PINNED.deploy_data());
    assert!(PINNED.is_code(&code(&anvil, PINNED.contract)), "the contract is not the pinned one");
    anvil
}

/// Sends a call from one of the node's own accounts.
pub(crate) fn send(anvil: &Anvil, to: Account, data: &[u8]) -> String {
    let call = json!([{
        "from": anvil.account(1), "to": to, "data": hex(data), "gas": "0x5b8d80",
    }]);
    let hash = anvil.ask("eth_sendTransaction", &call).as_str().unwrap().to_owned();
    wait_for(anvil, &hash);
    hash
}

/// Pays from one of the node's own accounts, and waits until that is in a block.
pub(crate) fn pay(anvil: &Anvil, to: Account, wei: u128) {
    wait_for(anvil, &anvil.pay(&to.to_string(), wei));
}

fn wait_for(anvil: &Anvil, hash: &str) {
    until("the transaction is in a block", || {
        let receipt = anvil.ask("eth_getTransactionReceipt", &json!([hash]));
        receipt.is_object().then_some(())
    });
}

/// Pays by a contract that hands on what it gets, as exchanges do.
///
/// Neither a transaction nor an event names who is paid.
pub(crate) fn pay_by_contract(anvil: &Anvil, to: Account, wei: u128) {
    // Eleven bytes that store what follows as the contract: 4 x PUSH1 0, CALLVALUE, PUSH1 0,
    // CALLDATALOAD, GAS, CALL, STOP. It calls the address in its data with all that it got.
    const FORWARDER: &str = "0x600f80600b6000396000f36000600060006000346000355af100";
    let from = anvil.account(2);
    let make = json!([{ "from": from, "data": FORWARDER }]);
    let made = anvil.ask("eth_sendTransaction", &make).as_str().unwrap().to_owned();
    wait_for(anvil, &made);
    let receipt = anvil.ask("eth_getTransactionReceipt", &json!([made]));
    let data = format!("0x{:0>64}", to.to_string().trim_start_matches("0x"));
    let value = format!("0x{wei:x}");
    let call = json!([{
        "from": from, "to": receipt["contractAddress"], "value": value, "data": data,
        "gas": "0x186a0",
    }]);
    let sent = anvil.ask("eth_sendTransaction", &call).as_str().unwrap().to_owned();
    wait_for(anvil, &sent);
    let receipt = anvil.ask("eth_getTransactionReceipt", &json!([sent]));
    assert_eq!(receipt["status"], "0x1", "{receipt}");
    assert_eq!(receipt["logs"], json!([]), "{receipt}");
}

/// Moves the clock of the chain, and makes a block there.
pub(crate) fn pass(anvil: &Anvil, seconds: u64) {
    anvil.ask("evm_increaseTime", &json!([seconds]));
    anvil.mine(1);
}

/// Returns what an account has, in wei.
pub(crate) fn balance(anvil: &Anvil, account: Account) -> u128 {
    number(&anvil.ask("eth_getBalance", &json!([account, "latest"])))
}

/// Returns how many transactions an account has sent.
pub(crate) fn transactions(anvil: &Anvil, account: Account) -> u128 {
    number(&anvil.ask("eth_getTransactionCount", &json!([account, "latest"])))
}

fn number(told: &Value) -> u128 {
    u128::from_str_radix(told.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
}

fn code(anvil: &Anvil, at: Account) -> Vec<u8> {
    bytes(&anvil.ask("eth_getCode", &json!([at, "latest"])))
}

/// Reads bytes as a node tells them.
pub(crate) fn bytes(told: &Value) -> Vec<u8> {
    let (digits, _) = told.as_str().unwrap().as_bytes().as_chunks::<2>();
    let text = |pair: &[u8; 2]| String::from_utf8(pair.to_vec()).unwrap();
    digits.iter().skip(1).map(|pair| u8::from_str_radix(&text(pair), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("0x{digits}")
}

fn now(anvil: &Anvil) -> u64 {
    let block = anvil.ask("eth_getBlockByNumber", &json!(["latest", false]));
    u64::try_from(number(&block["timestamp"])).unwrap()
}

/// Returns the arbiter's key.
pub(crate) fn arbiter() -> Key {
    Key::from_bytes(&[62; 32]).unwrap()
}

/// Returns the keys of the attestors of [`EscrowHome::order`].
fn attestors() -> Vec<Key> {
    (41..44).map(|n| Key::from_bytes(&[n; 32]).unwrap()).collect()
}

/// A seller's home on this machine.
pub(crate) struct EscrowHome {
    folder: tempfile::TempDir,
    pub(crate) operator: Account,
    pub(crate) shop_key: Account,
}

impl EscrowHome {
    /// Makes a home with a funded operator key, three payout addresses, and this node.
    pub(crate) fn new(anvil: &Anvil) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("phrase"), "six words of a passphrase\n");
        let mut home = Self { folder, operator: Account::ZERO, shop_key: Account::ZERO };
        let made = home.json(&["init", "--json"]);
        home.operator = Account::parse(&lower(&made["operator"])).unwrap();
        home.shop_key = Account::parse(&lower(&made["shop_key"])).unwrap();
        let settings = home.path("escrow-home/escrow.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        // Nobody listens there: tests with attestors name theirs.
        let place = |key: &Key| format!("\"{}\" = \"127.0.0.1:1\"\n", key.account());
        let listed: Vec<String> = attestors().iter().map(place).collect();
        let text = text
            .replace("chain_id = 1", &format!("chain_id = {CHAIN}"))
            .replace("\nnodes = []", &format!("\nnodes = [\"{}\"]", anvil.url()))
            .replace("confirmations = 12", "confirmations = 1")
            .replace("arbiters = []", &format!("arbiters = [\"{}\"]", arbiter().account()))
            .replace("[attestors]\n", &format!("[attestors]\n{}", listed.join("")));
        write(&settings, &text);
        home.json(&["payouts", "--count", "3", "--json"]);
        pay(anvil, home.operator, 1_000_000_000_000_000_000);
        home
    }

    /// Has the home accept orders with this arbiter too.
    pub(crate) fn accept_arbiter(&self, arbiter: Account) {
        let settings = self.path("escrow-home/escrow.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        assert!(text.contains("arbiters = ["), "{text}");
        write(
            &settings,
            &text.replacen("arbiters = [", &format!("arbiters = [\"{arbiter}\", "), 1),
        );
    }

    /// Returns a path in the folder that the home is in.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs `cryptocart escrow`.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let phrase = self.path("phrase");
        let more = ["--passphrase-file", phrase.to_str().unwrap()];
        let all = [&["escrow"], arguments, &more].concat();
        cryptocart(self.folder.path(), &all)
    }

    /// Changes one key of `escrow.toml`.
    pub(crate) fn set(&self, key: &str, value: &str) {
        let path = self.path("escrow-home/escrow.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let begin = format!("{key} = ");
        assert!(text.lines().any(|line| line.starts_with(&begin)), "escrow.toml has no {key}");
        let line = |line: &str| match line.starts_with(&begin) {
            true => format!("{begin}{value}\n"),
            false => format!("{line}\n"),
        };
        write(&path, &text.lines().map(line).collect::<String>());
    }

    /// Says where attestors are.
    pub(crate) fn name_attestors(&self, places: &[(Account, String)]) {
        let settings = self.path("escrow-home/escrow.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let line = |(account, url): &(Account, String)| format!("\"{account}\" = \"{url}\"\n");
        let lines: String = places.iter().map(line).collect();
        let (before, _) = text.split_once("[attestors]\n").expect("the section");
        write(&settings, &format!("{before}[attestors]\n{lines}"));
    }

    /// Runs `cryptocart escrow` with the gpg of this folder, which has to work, and returns its
    /// JSON.
    pub(crate) fn json_with_gpg(&self, gpg: &Path, arguments: &[&str]) -> Value {
        let phrase = self.path("phrase");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_cryptocart"))
            .current_dir(self.folder.path())
            .arg("escrow")
            .args(arguments)
            .arg("--passphrase-file")
            .arg(phrase)
            .env("GNUPGHOME", gpg)
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs `cryptocart escrow`, which has to work, and returns its JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Runs `cryptocart escrow`, which has to fail with this status, and returns what it says.
    pub(crate) fn refused(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        said
    }

    /// Returns the payout addresses that were made.
    pub(crate) fn payouts(&self) -> Vec<PayoutSignature> {
        let text = std::fs::read_to_string(self.path("escrow-home/payouts.txt")).unwrap();
        text.lines().map(|line| PayoutSignature::parse(line).unwrap()).collect()
    }

    /// Makes an order that is paid to the home's payout address of this number, and writes its
    /// statement into a file.
    pub(crate) fn order(&self, anvil: &Anvil, payout: usize) -> EscrowOrder {
        self.order_with(anvil, payout, |_| {})
    }

    /// Makes such an order, with its terms changed.
    pub(crate) fn order_with(
        &self,
        anvil: &Anvil,
        payout: usize,
        change: impl FnOnce(&mut Terms),
    ) -> EscrowOrder {
        let attestors = attestors();
        let accounts = attestors.iter().map(Key::account).collect();
        let set = AttestorSet::new(2, accounts).unwrap();
        let payout = self.payouts()[payout];
        let goods = Goods::new(Hash([7; 32]), Hash([8; 32]), "CA", "K1A 0B1", "one shirt").unwrap();
        let ship_by = now(anvil) + 5 * DAY;
        let mut terms = Terms {
            chain_id: CHAIN,
            seller: payout.seller,
            operator: self.operator,
            refund_to: Key::from_bytes(&[61; 32]).unwrap().account(),
            buyer_key: None,
            arbiter: Some(arbiter().account()),
            token: None,
            price: PRICE,
            ship_by: UnixTime(ship_by),
            deliver_by: UnixTime(ship_by + 60 * DAY),
            dispute_window: u32::try_from(5 * DAY).unwrap(),
            arbiter_window: u32::try_from(14 * DAY).unwrap(),
            arbiter_fee_bps: 500,
            keeper_tip: 0,
            min_match: MatchLevel::POSTAL_CODE,
            attestors: attestors_hash(&set),
            release_hash: Some(release_hash(SECRET.as_bytes())),
            order: order_commitment(&goods),
        };
        change(&mut terms);
        let id = id_of(&terms);
        let statement = Statement {
            terms,
            contract: PINNED.contract,
            vault: vault_of(PINNED.contract, id),
            id,
            attestors: set,
            shop_key: self.shop_key,
            payout_signature: payout.signature,
            goods: Some(goods),
        };
        assert_eq!(recompute(&statement).payout_signer, Some(self.shop_key));
        let order = EscrowOrder { statement, attestors };
        order.write(&self.path("statement.txt"));
        order
    }
}

fn lower(told: &Value) -> String {
    told.as_str().unwrap().to_lowercase()
}

pub(crate) fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(path, mode).unwrap();
}

/// An order in escrow, with the keys of its attestors.
pub(crate) struct EscrowOrder {
    pub(crate) statement: Statement,
    attestors: Vec<Key>,
}

impl EscrowOrder {
    /// Writes the statement into a file.
    pub(crate) fn write(&self, file: &Path) {
        write(file, &self.statement.to_text(checksum));
    }

    /// Pays the price to the vault.
    pub(crate) fn pay(&self, anvil: &Anvil) {
        pay(anvil, self.statement.vault, PRICE);
    }

    /// Returns the commitment that the contract has of the order's parcel.
    pub(crate) fn tracking(&self, anvil: &Anvil) -> Tracking {
        let data = hex(&Call::state_of(self.statement.id));
        let call = json!([{ "to": PINNED.contract, "data": data }, "latest"]);
        let state = decode_state(&bytes(&anvil.ask("eth_call", &call))).unwrap();
        state.parcel().expect("a parcel").tracking
    }

    /// Has two attestors report that the parcel was delivered.
    pub(crate) fn attest(&self, anvil: &Anvil) {
        let tracking = self.tracking(anvil);
        let at = UnixTime(now(anvil));
        let terms = &self.statement.terms;
        let domain = Domain { chain_id: CHAIN, contract: PINNED.contract };
        let report = Report {
            accepted_at: at,
            delivered_at: at,
            match_level: MatchLevel::POSTAL_CODE,
            evidence: Hash([9; 32]),
        };
        let digest = delivered_digest(domain, self.statement.id, tracking, &report);
        let sign = |key: &Key| SignedReport {
            attestor: key.account(),
            report,
            signature: key.sign(digest),
        };
        let reports: Vec<SignedReport> = self.attestors.iter().take(2).map(sign).collect();
        let call = attest_call(terms, &self.statement.attestors, &reports).unwrap();
        send(anvil, PINNED.contract, &call);
    }
}
