//! Header as a node tells it, and the hash that says which reading of it is right.

use crate::watcher::NodeError;
use alloy_consensus::Header;
use alloy_primitives::{B64, B256, Bloom};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A block as told, without its transactions: nothing of it is believed yet.
#[derive(Deserialize)]
pub(super) struct ToldHeader {
    hash: B256,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// Fields of a header that the library knows, as nodes name them.
const FIELDS: [&str; 21] = [
    "parentHash",
    "sha3Uncles",
    "miner",
    "stateRoot",
    "transactionsRoot",
    "receiptsRoot",
    "logsBloom",
    "difficulty",
    "number",
    "gasLimit",
    "gasUsed",
    "timestamp",
    "extraData",
    "mixHash",
    "nonce",
    "baseFeePerGas",
    "withdrawalsRoot",
    "blobGasUsed",
    "excessBlobGas",
    "parentBeaconBlockRoot",
    "requestsHash",
];
/// The access list's two, and what nodes say of a block that is not in its header.
const BESIDE: [&str; 11] = [
    "blockAccessListHash",
    "slotNumber",
    "size",
    "totalDifficulty",
    "transactions",
    "uncles",
    "withdrawals",
    "author",
    "sealFields",
    "ommersHash",
    "beneficiary",
];

/// The main chain's first slot, in Unix seconds, and the seconds of a slot.
const FIRST_SLOT: u64 = 1_606_824_023;
const SLOT: u64 = 12;

impl ToldHeader {
    /// Returns true if the node left the bloom out: the hash follows only with the receipts.
    pub(super) fn lacks_bloom(&self) -> bool {
        self.fields.get("logsBloom").is_none_or(Value::is_null)
    }

    /// Returns the header that has the told hash. Fields some nodes leave out are filled in; the
    /// hash decides.
    ///
    /// # Errors
    /// [`NodeError::InvalidProof`] where none has it, [`NodeError::TooNew`] where there are fields nobody knows.
    pub(super) fn prove(&self, bloom: Option<Bloom>) -> Result<Header, NodeError> {
        let header = self.read(bloom)?;
        if header.hash_slow() == self.hash {
            return Ok(header);
        }
        if header.block_access_list_hash.is_some() && header.slot_number.is_none() {
            let slot = header.timestamp.checked_sub(FIRST_SLOT).map(|time| time / SLOT);
            let with_slot = Header { slot_number: slot, ..header };
            if with_slot.hash_slow() == self.hash {
                return Ok(with_slot);
            }
        }
        if self.fields.keys().any(|name| is_unknown(name)) {
            return Err(NodeError::TooNew("a block with unknown fields"));
        }
        Err(NodeError::InvalidProof("hash"))
    }

    /// Returns the header without proof, with this bloom if the node told none.
    pub(super) fn read(&self, bloom: Option<Bloom>) -> Result<Header, NodeError> {
        let mut fields = self.fields.clone();
        fields.retain(|_, value| !value.is_null());
        if let Some(told) = fields.remove("balHash") {
            fields.entry("blockAccessListHash").or_insert(told);
        }
        let mut fill = |name: &str, value: Value| {
            fields.entry(name).or_insert(value);
        };
        fill("logsBloom", json!(bloom.unwrap_or_default()));
        fill("mixHash", json!(B256::ZERO));
        fill("nonce", json!(B64::ZERO));
        fill("difficulty", json!("0x0"));
        serde_json::from_value(Value::Object(fields)).map_err(|_| NodeError::Malformed)
    }
}

fn is_unknown(name: &str) -> bool {
    !FIELDS.contains(&name) && !BESIDE.contains(&name) && name != "balHash"
}
