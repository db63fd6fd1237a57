//! One transaction on a chain that has the state before it and nothing else.

use revm::{
    Context, ExecuteEvm, MainBuilder, MainContext,
    context::{
        BlockEnv, CfgEnv, TxEnv,
        result::{EVMError, ExecutionResult, InvalidTransaction},
    },
    database::{CacheDB, EmptyDB},
    primitives::{Address, Bytes, Log, TxKind, U256, address, hardfork::SpecId, hex},
    state::{AccountInfo, Bytecode},
};
use serde_json::Value;
use std::{error::Error, fs, path::Path};

/// Address by which transfers of Ether are told as events under the coming rules (EIP-7708).
const TRANSFERS: Address = address!("fffffffffffffffffffffffffffffffffffffffe");
/// Below the limit that a transaction has since December 2025 (EIP-7825).
const GAS_LIMIT: u64 = 16_000_000;
/// New state may cost more than that limit under the coming rules, and a new contract does.
const DEPLOYMENT_GAS_LIMIT: u64 = 60_000_000;

impl Done {
    fn new(result: ExecutionResult) -> Option<Self> {
        let ExecutionResult::Success { gas, logs, .. } = result else { return None };
        Some(Self {
            gas: gas.tx_gas_used(),
            state_gas: gas.state_gas_spent_final(),
            events: logs.into_iter().filter(|log| log.address != TRANSFERS).collect(),
        })
    }
}

/// A transaction, and the state before it.
pub struct Call {
    from: Address,
    to: Address,
    value: U256,
    time: U256,
    data: Bytes,
    state: CacheDB<EmptyDB>,
    name: String,
}

/// Outcome of a transaction.
pub struct Done {
    /// Gas that the sender pays for, refunds deducted.
    pub gas: u64,
    /// The part of it that new accounts, new storage and new code cost on their own meter.
    pub state_gas: u64,
    /// Events of the contracts.
    pub events: Vec<Log>,
}

impl Call {
    /// Returns true for the transaction that makes the contract.
    pub fn is_deployment(&self) -> bool {
        self.name == "deployment"
    }

    /// Reads the transaction `name` from the folder that test/Gas.t.sol wrote.
    pub fn read(folder: &Path, name: &str) -> Result<Self, Box<dyn Error>> {
        let call = read_json(&folder.join(format!("{name}.call.json")))?;
        let mut state = CacheDB::new(EmptyDB::default());
        let accounts = read_json(&folder.join(format!("{name}.state.json")))?;
        for (account, known) in accounts.as_object().ok_or("the state is no object")? {
            insert(&mut state, account.parse()?, known)?;
        }
        let from = text(&call, "from")?.parse()?;
        let value = text(&call, "value")?.parse()?;
        let mut sender = state.load_account(from)?.info.clone();
        sender.balance = sender.balance.max(value);
        state.insert_account_info(from, sender);
        Ok(Self {
            from,
            to: text(&call, "to")?.parse()?,
            value,
            time: text(&call, "time")?.parse()?,
            data: hex::decode(text(&call, "data")?)?.into(),
            state,
            name: name.to_owned(),
        })
    }
}

/// Sends a transaction under the rules `spec`, with gas to spare. Fails unless it succeeds.
pub fn send(call: &Call, spec: SpecId) -> Result<Done, Box<dyn Error>> {
    let is_larger = call.is_deployment() && spec.is_enabled_in(SpecId::AMSTERDAM);
    let gas_limit = if is_larger { DEPLOYMENT_GAS_LIMIT } else { GAS_LIMIT };
    let done = send_with(call, spec, gas_limit)?;
    done.ok_or_else(|| format!("{} failed under {spec:?}", call.name).into())
}

/// Sends a transaction with a gas limit, on a copy of its state. Returns nothing if it fails.
pub fn send_with(
    call: &Call,
    spec: SpecId,
    gas_limit: u64,
) -> Result<Option<Done>, Box<dyn Error>> {
    let nonce = call.state.cache.accounts.get(&call.from).map_or(0, |account| account.info.nonce);
    let transaction = TxEnv::builder()
        .caller(call.from)
        .kind(TxKind::Call(call.to))
        .value(call.value)
        .data(call.data.clone())
        .gas_limit(gas_limit)
        .nonce(nonce)
        .build()
        .map_err(|error| format!("not a transaction: {error:?}"))?;
    let mut rules = CfgEnv::new_with_spec(spec);
    // One payee is a contract that pulls what is owed to it.
    rules.disable_eip3607 = true;
    let mut chain = Context::mainnet()
        .with_ref_db(&call.state)
        .with_cfg(rules)
        .with_block(BlockEnv { timestamp: call.time, ..BlockEnv::default() })
        .build_mainnet();
    match chain.transact(transaction) {
        Ok(done) => Ok(Done::new(done.result)),
        // Less than the transaction costs before any code runs.
        Err(EVMError::Transaction(
            InvalidTransaction::CallGasCostMoreThanGasLimit { .. }
            | InvalidTransaction::GasFloorMoreThanGasLimit { .. },
        )) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn insert(
    state: &mut CacheDB<EmptyDB>,
    account: Address,
    known: &Value,
) -> Result<(), Box<dyn Error>> {
    let mut info =
        AccountInfo { balance: text(known, "balance")?.parse()?, ..AccountInfo::default() };
    if let Some(nonce) = known.get("nonce").and_then(Value::as_str) {
        info.nonce = U256::from_str_radix(nonce.trim_start_matches("0x"), 16)?.to();
    }
    if let Some(code) = known.get("code").and_then(Value::as_str) {
        let code = Bytecode::new_raw(hex::decode(code)?.into());
        info.code_hash = code.hash_slow();
        info.code = Some(code);
    }
    state.insert_account_info(account, info);
    for (slot, value) in known.get("storage").and_then(Value::as_object).into_iter().flatten() {
        let value = value.as_str().ok_or("a value of storage is no text")?;
        state.insert_account_storage(account, slot.parse()?, value.parse()?)?;
    }
    Ok(())
}

fn read_json(file: &Path) -> Result<Value, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn text<'a>(value: &'a Value, name: &str) -> Result<&'a str, Box<dyn Error>> {
    value.get(name).and_then(Value::as_str).ok_or_else(|| format!("{name} is missing").into())
}
