//! Transactions in files, so that a key can stay on a machine without network.
//!
//! `--write` makes a file, `escrow sign` adds the signatures where the key is, and `escrow send` gives
//! them to the nodes. A file names no order and no buyer; what it calls is public once it is sent.

use super::{
    chain::{Chain, NodeArgs},
    home::{Home, HomeArgs},
    payouts::{Counter, bug, open_mnemonic},
    records::Records,
    sending::{agree, send_and_wait},
    settings::Settings,
};
use crate::{
    error::CliError,
    escrow::sending::{bytes, ether, hex},
    files,
    runtime::block_on,
    system::System,
    terminal,
};
use clap::Args;
use serde::{Deserialize, Serialize};
use shop_chain::ethereum::escrow::{Key, Mnemonic, PINNED, Transaction, checksum, describe_call};
use shop_core::{
    escrow::{Account, Hash},
    kind::Kind,
};
use std::path::{Path, PathBuf};

/// Largest file, in bytes.
const LARGEST: u64 = 4 << 20;
/// Version of the format.
const VERSION: u8 = 1;
/// Addresses that are looked through for the key of one, behind the last that was given out.
const LOOK_AHEAD: u32 = 500;

/// File of transactions.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u8,
    transactions: Vec<Entry>,
}

/// One transaction of a file.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    action: String,
    chain_id: u64,
    from: Account,
    nonce: u64,
    to: Account,
    #[serde(with = "decimal")]
    value: u128,
    data: String,
    gas: u64,
    #[serde(with = "decimal")]
    max_fee_per_gas: u128,
    #[serde(with = "decimal")]
    max_priority_fee_per_gas: u128,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    signed: Option<Signed>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Signed {
    raw: String,
    hash: Hash,
}

#[derive(Debug, Args)]
pub(crate) struct Sign {
    /// The file that --write made.
    file: PathBuf,
    /// The file to make [default: FILE with .signed behind it].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Sign without asking.
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    home: HomeArgs,
}

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// The file that `escrow sign` made.
    file: PathBuf,
    /// Seconds to wait until each transaction is in a block.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    wait: u64,
    #[command(flatten)]
    nodes: NodeArgs,
    #[command(flatten)]
    home: HomeArgs,
}

/// Makes an entry of a transaction that is not signed yet.
pub(super) fn unsigned(action: &str, from: Account, transaction: &Transaction) -> Entry {
    Entry {
        action: action.to_owned(),
        chain_id: transaction.chain_id,
        from,
        nonce: transaction.nonce,
        to: transaction.to,
        value: transaction.value,
        data: hex(&transaction.data),
        gas: transaction.gas_limit,
        max_fee_per_gas: transaction.max_fee_per_gas,
        max_priority_fee_per_gas: transaction.max_priority_fee_per_gas,
        signed: None,
    }
}

/// Writes a file of transactions. A file that is there is not replaced.
pub(super) fn write(path: &Path, transactions: Vec<Entry>) -> Result<(), CliError> {
    if path.exists() {
        return Err(CliError::input(format!("{} already exists", path.display()))
            .hint("name another file, or remove it if it was not signed"));
    }
    let text = serde_json::to_string_pretty(&File { version: VERSION, transactions });
    let text = text.map_err(|error| CliError::new(Kind::Bug, error.to_string()))?;
    files::write(path, format!("{text}\n").as_bytes(), true)
}

impl Entry {
    fn load(path: &Path) -> Result<Vec<Self>, CliError> {
        let text = files::read_text(path, LARGEST)?;
        let wrong = |why: String| {
            CliError::input(format!("{}: {why}", path.display()))
                .hint("it must be a file of --write, or of cryptocart escrow sign")
        };
        let file: File = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if file.version != VERSION {
            return Err(wrong("it is of another version of cryptocart".into()));
        }
        if file.transactions.is_empty() {
            return Err(wrong("there is no transaction in it".into()));
        }
        Ok(file.transactions)
    }

    fn transaction(&self) -> Option<Transaction> {
        Some(Transaction {
            chain_id: self.chain_id,
            nonce: self.nonce,
            to: self.to,
            value: self.value,
            data: bytes(&self.data)?,
            gas_limit: self.gas,
            max_fee_per_gas: self.max_fee_per_gas,
            max_priority_fee_per_gas: self.max_priority_fee_per_gas,
        })
    }
}

impl Sign {
    pub(super) fn run(&self) -> Result<(), CliError> {
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let mut entries = Entry::load(&self.file)?;
        let mut out = self.file.clone().into_os_string();
        out.push(".signed");
        let out = self.out.clone().unwrap_or_else(|| out.into());
        for entry in &entries {
            terminal::warn(describe(entry, &settings)?);
        }
        agree(self.yes, "Sign?")?;
        let mut keys = Keys { home: &home, settings: &settings, mnemonic: None };
        for entry in &mut entries {
            let transaction = entry.transaction().ok_or_else(not_hex)?;
            let signed = transaction.sign(&keys.of(entry)?);
            entry.signed = Some(Signed { raw: hex(&signed.raw), hash: signed.hash });
        }
        let count = terminal::many(entries.len(), "transaction", "transactions");
        write(&out, entries)?;
        if self.home.json {
            terminal::json(&serde_json::json!({ "version": 1, "file": out }));
        } else {
            terminal::line(format!("Signed {count} into {}.", out.display()));
            terminal::line(format!(
                "On the machine with network: cryptocart escrow send {}",
                out.display()
            ));
        }
        Ok(())
    }
}

/// Says what a transaction does, from its own bytes.
/// Anything that no command here makes is refused.
fn describe(entry: &Entry, settings: &Settings) -> Result<String, CliError> {
    let transaction = entry.transaction().ok_or_else(not_hex)?;
    if entry.chain_id != settings.chain_id {
        let what =
            format!("the transaction is for chain {}, not {}", entry.chain_id, settings.chain_id);
        return Err(CliError::new(Kind::Denied, what).hint("nothing was signed"));
    }
    let fee = ether(transaction.most_fee());
    let from = checksum(entry.from);
    let to = checksum(entry.to);
    if entry.from != settings.operator {
        let is_payment = transaction.data.is_empty();
        return if is_payment {
            Ok(format!("pay {} from {from} to {to}, fee at most {fee}", ether(entry.value)))
        } else {
            Err(CliError::new(Kind::Denied, "a payout address only ever pays")
                .hint("nothing was signed: somebody made this file"))
        };
    }
    if entry.to != PINNED.contract || entry.value != 0 {
        return Err(CliError::new(Kind::Denied, "the operator key only ever calls the contract")
            .hint("nothing was signed: somebody made this file"));
    }
    // The file says what it is for; what counts is what it calls.
    let call = describe_call(&transaction.data).ok_or_else(|| {
        CliError::new(Kind::Denied, "the call is none about an order")
            .hint("nothing was signed: somebody made this file")
    })?;
    let nonce = entry.nonce;
    Ok(format!(
        "{} of the order with the id {} by {from}, transaction number {nonce}, fee at most {fee}",
        call.name, call.id
    ))
}

/// Keys of a home, opened when they are needed.
struct Keys<'a> {
    home: &'a Home,
    settings: &'a Settings,
    mnemonic: Option<(Mnemonic, u32)>,
}

impl Keys<'_> {
    fn of(&mut self, entry: &Entry) -> Result<Key, CliError> {
        if entry.from == self.settings.operator {
            return self.home.operator_key(self.settings);
        }
        let (mnemonic, next) = match &self.mnemonic {
            Some(open) => open,
            None => {
                let next = Counter { path: self.home.path("payouts.next") }.read()?;
                self.mnemonic.insert((open_mnemonic(self.home)?, next))
            }
        };
        key_of(mnemonic, *next, entry.from)
    }
}

/// Finds the key of a payout address.
pub(super) fn key_of(mnemonic: &Mnemonic, next: u32, account: Account) -> Result<Key, CliError> {
    for index in 0..next.saturating_add(LOOK_AHEAD) {
        let key = mnemonic.payout_key(index).map_err(bug)?;
        if key.account() == account {
            return Ok(key);
        }
    }
    let what = format!("{} is no payout address of these recovery words", checksum(account));
    Err(CliError::new(Kind::NotFound, what).hint("is this the right escrow home?"))
}

impl Send {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let entries = Entry::load(&self.file)?;
        let chain = Chain::open(&settings, &self.nodes, &*system.entropy)?;
        let has_operator = entries.iter().any(|entry| entry.from == settings.operator);
        let records = if has_operator {
            let key = home.records_key()?;
            Some(Records::new(home.path("orders"), key, &*system.entropy))
        } else {
            None
        };
        block_on(self.send(&entries, &chain, records.as_ref()))
    }

    async fn send(
        &self,
        entries: &[Entry],
        chain: &Chain,
        records: Option<&Records<'_>>,
    ) -> Result<(), CliError> {
        let mut sent = Vec::new();
        for entry in entries {
            let Some(signed) = &entry.signed else {
                return Err(CliError::input("the file is not signed")
                    .hint("on the machine that has the key: cryptocart escrow sign FILE"));
            };
            if entry.chain_id != chain.chain_id {
                return Err(CliError::input("the transaction is for another chain"));
            }
            let raw = bytes(&signed.raw).ok_or_else(not_hex)?;
            if let Some(records) = records {
                note(records, entry, signed)?;
            }
            let hashes = [signed.hash];
            let given = (raw.as_slice(), signed.hash);
            let mined =
                send_and_wait(chain, entry.from, entry.nonce, &hashes, given, self.wait).await?;
            let Some((hash, mined)) = mined else {
                let what = format!("transaction number {} was another one", entry.nonce);
                return Err(CliError::new(Kind::Expired, what)
                    .hint("write a new file: what it was for may be done already"));
            };
            if !mined.is_success {
                let what = format!("the contract refused transaction {hash}");
                return Err(CliError::new(Kind::Unavailable, what)
                    .hint("see the state of the order: cryptocart escrow status"));
            }
            if !self.home.json {
                terminal::line(format!(
                    "{}: transaction {hash} is in block {}, fee {}",
                    entry.action,
                    mined.height.0,
                    ether(mined.cost)
                ));
            }
            sent.push(serde_json::json!({
                "action": entry.action, "transaction": hash, "block": mined.height.0,
                "fee_wei": mined.cost.to_string(),
            }));
        }
        if self.home.json {
            terminal::json(&serde_json::json!({ "version": 1, "sent": sent }));
        }
        Ok(())
    }
}

/// Notes in the order's record that what was written is signed now.
fn note(records: &Records<'_>, entry: &Entry, signed: &Signed) -> Result<(), CliError> {
    for mut record in records.all()? {
        let found = record.sent.iter_mut().find(|sent| {
            let is_same = sent.action == entry.action
                && sent.nonce == entry.nonce
                && sent.from == entry.from
                && sent.max_fee == entry.max_fee_per_gas;
            is_same && sent.hash.is_none()
        });
        if let Some(sent) = found {
            sent.hash = Some(signed.hash);
            sent.raw = Some(signed.raw.clone());
            return records.save(&record);
        }
    }
    Ok(())
}

fn not_hex() -> CliError {
    CliError::input("the file has a value that is not 0x and hexadecimal digits")
        .hint("it is damaged: write it again")
}

/// Numbers that JSON cannot hold exactly, as decimal text.
mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(number: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = String::deserialize(from)?;
        text.parse().map_err(|_| D::Error::custom("this must be a whole number in quotes"))
    }
}
