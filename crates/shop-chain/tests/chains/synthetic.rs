//! Chain made up here, with true hashes and roots, in the JSON nodes speak.

use alloy_consensus::{
    EthereumTxEnvelope, Header, Receipt, ReceiptEnvelope, ReceiptWithBloom, TxEip1559, TxEip4844,
    proofs::{calculate_receipt_root, calculate_transaction_root},
};
use alloy_eips::Encodable2718;
use alloy_primitives::{Address, B256, Bytes, Log, LogData, Signature, TxKind, U256, keccak256};
use serde_json::{Value, json};
use std::collections::HashMap;

type Tx = EthereumTxEnvelope<TxEip4844>;

/// The chain id of every chain made here.
pub(crate) const CHAIN_ID: u64 = 31_337;
/// The hour of the first block.
pub(crate) const FIRST_TIME: u64 = 1_795_348_800;
/// Address from which EIP-7708 logs every movement of Ether.
const SYSTEM: &str = "0xfffffffffffffffffffffffffffffffffffffffe";
const TRANSFER: &str = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";

/// A transaction to be, and what it does.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) to: Address,
    pub(crate) value: u128,
    pub(crate) input: Vec<u8>,
    pub(crate) logs: Vec<Log>,
    pub(crate) succeeds: bool,
}

impl Made {
    /// Sends Ether.
    pub(crate) fn payment(to: &str, value: u128) -> Self {
        let to = to.parse().expect("an address");
        Self { to, value, input: Vec::new(), logs: Vec::new(), succeeds: true }
    }

    /// Writes so many empty logs.
    pub(crate) fn log0(count: usize) -> Self {
        let emitter = Address::repeat_byte(0x10);
        let log = Log { address: emitter, data: LogData::new_unchecked(vec![], Bytes::new()) };
        Self { logs: vec![log; count], ..Self::payment(&emitter.to_string(), 0) }
    }

    /// Has a contract send Ether on, logged as EIP-7708 does.
    pub(crate) fn sent_on(to: &str, value: u64) -> Self {
        let to: Address = to.parse().expect("an address");
        let topics = vec![TRANSFER.parse().expect("a topic"), B256::ZERO, to.into_word()];
        let data = U256::from(value).to_be_bytes::<32>().to_vec().into();
        let address = SYSTEM.parse().expect("an address");
        let log = Log { address, data: LogData::new_unchecked(topics, data) };
        Self { logs: vec![log], ..Self::payment(&Address::repeat_byte(0x20).to_string(), 0) }
    }
}

/// A block as a node tells it, each answer's `result` as text.
#[derive(Clone, Debug)]
pub(crate) struct MadeBlock {
    pub(crate) hash: B256,
    pub(crate) whole: String,
    pub(crate) ids: String,
    pub(crate) receipts: String,
    pub(crate) transactions: Vec<B256>,
}

/// Blocks from number 0 up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Synthetic {
    pub(crate) blocks: Vec<MadeBlock>,
    singles: HashMap<String, String>,
    gas_limit: u64,
    salt: u64,
}

impl Synthetic {
    /// Returns a chain with its first block.
    pub(crate) fn new(gas_limit: u64) -> Self {
        let mut chain = Self { gas_limit, ..Self::default() };
        chain.push(&[]);
        chain
    }

    /// Returns a copy of the first `blocks` blocks, whose further ones will be others.
    pub(crate) fn fork(&self, blocks: usize) -> Self {
        let mut fork = self.clone();
        fork.blocks.truncate(blocks);
        fork.salt += 1;
        fork
    }

    /// Adds a block with these transactions.
    pub(crate) fn push(&mut self, made: &[Made]) -> &MadeBlock {
        self.push_with(made, true)
    }

    /// Adds a block with these transactions whose header has an empty bloom, as no chain has it.
    pub(crate) fn push_without_bloom(&mut self, made: &[Made]) -> &MadeBlock {
        self.push_with(made, false)
    }

    fn push_with(&mut self, made: &[Made], bloom: bool) -> &MadeBlock {
        let number = self.blocks.len() as u64;
        let transactions: Vec<Tx> = made
            .iter()
            .zip(0..)
            .map(|(made, place)| signed(made, number * 10_000 + place))
            .collect();
        let receipts: Vec<_> =
            made.iter().zip(1..).map(|(made, place)| receipt(made, place)).collect();
        let header = Header {
            parent_hash: self.blocks.last().map_or(B256::ZERO, |block| block.hash),
            transactions_root: calculate_transaction_root(&transactions),
            receipts_root: calculate_receipt_root(&receipts),
            state_root: keccak256(number.to_be_bytes()),
            logs_bloom: receipts
                .iter()
                .filter(|_| bloom)
                .fold(Default::default(), |bloom, r| bloom | *r.logs_bloom()),
            number,
            gas_limit: self.gas_limit,
            gas_used: self.gas_limit / 2,
            timestamp: FIRST_TIME + 12 * number,
            extra_data: self.salt.to_be_bytes().to_vec().into(),
            mix_hash: keccak256(self.salt.to_be_bytes()),
            base_fee_per_gas: Some(1_000_000_000),
            withdrawals_root: Some(B256::repeat_byte(3)),
            blob_gas_used: Some(0),
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(keccak256([7])),
            requests_hash: Some(B256::repeat_byte(4)),
            ..Header::default()
        };
        let block = self.told(&header, made, &transactions, &receipts);
        self.blocks.push(block);
        self.blocks.last().expect("just added")
    }

    fn told(
        &mut self,
        header: &Header,
        made: &[Made],
        transactions: &[Tx],
        receipts: &[ReceiptEnvelope<Log>],
    ) -> MadeBlock {
        let hash = header.hash_slow();
        let ids: Vec<B256> = transactions.iter().map(|tx| keccak256(tx.encoded_2718())).collect();
        let number = format!("{:#x}", header.number);
        let mut whole = Vec::new();
        let mut all = Vec::new();
        let mut first_log = 0usize;
        for (place, tx) in transactions.iter().enumerate() {
            let place_text = format!("{place:#x}");
            let mut told = serde_json::to_value(tx).expect("JSON");
            told["hash"] = json!(ids[place]);
            told["blockHash"] = json!(hash);
            told["blockNumber"] = json!(number);
            told["transactionIndex"] = json!(place_text);
            told["from"] = json!(Address::from_word(ids[place]));
            told["gasPrice"] = json!("0x3b9aca01");
            whole.push(told);
            let logs = receipts[place].logs().iter().enumerate().map(|(at, log)| {
                json!({
                    "address": log.address, "topics": log.topics(), "data": log.data.data,
                    "blockNumber": number, "transactionHash": ids[place],
                    "transactionIndex": place_text, "blockHash": hash,
                    "logIndex": format!("{:#x}", first_log + at), "removed": false,
                    "blockTimestamp": format!("{:#x}", header.timestamp),
                })
            });
            let receipt = json!({
                "type": "0x2", "status": if made[place].succeeds { "0x1" } else { "0x0" },
                "cumulativeGasUsed": format!("{:#x}", 21_000 * (place + 1)),
                "logs": logs.collect::<Vec<_>>(), "logsBloom": receipts[place].logs_bloom(),
                "transactionHash": ids[place], "transactionIndex": place_text,
                "blockHash": hash, "blockNumber": number, "gasUsed": "0x5208",
                "effectiveGasPrice": "0x3b9aca01", "from": Address::from_word(ids[place]),
                "to": made[place].to, "contractAddress": null,
            });
            first_log += made[place].logs.len();
            let text = receipt.to_string();
            self.singles.insert(ids[place].to_string(), text.clone());
            all.push(text);
        }
        let mut block = serde_json::to_value(header).expect("JSON");
        block["hash"] = json!(hash);
        block["size"] = json!("0x1d000");
        block["uncles"] = json!([]);
        block["withdrawals"] = withdrawals(header.number);
        let mut with = |transactions: Value| {
            block["transactions"] = transactions;
            block.to_string()
        };
        let ids_only = with(json!(ids));
        let whole = with(Value::Array(whole));
        let receipts = format!("[{}]", all.join(","));
        MadeBlock { hash, whole, ids: ids_only, receipts, transactions: ids }
    }

    /// Returns the `result` of an honest node's answer.
    pub(crate) fn answer(&self, method: &str, params: &Value) -> String {
        let null = || "null".to_owned();
        match method {
            "eth_chainId" => format!("\"{CHAIN_ID:#x}\""),
            "eth_blockNumber" => format!("\"{:#x}\"", self.blocks.len() - 1),
            "eth_getBlockByNumber" => self.block(&params[0]).map_or_else(null, |block| {
                if params[1] == true { block.whole.clone() } else { block.ids.clone() }
            }),
            "eth_getBlockReceipts" => {
                self.block(&params[0]).map_or_else(null, |block| block.receipts.clone())
            }
            "eth_getTransactionReceipt" => {
                let id = params[0].as_str().unwrap_or_default();
                self.singles.get(id).cloned().unwrap_or_else(null)
            }
            _ => null(),
        }
    }

    fn block(&self, number: &Value) -> Option<&MadeBlock> {
        let number = number.as_str()?.strip_prefix("0x")?;
        self.blocks.get(usize::from_str_radix(number, 16).ok()?)
    }
}

/// Returns sixteen withdrawals, as in every block of the main chain.
fn withdrawals(number: u64) -> Value {
    let one = |n: u64| {
        let index = number * 16 + n;
        let address = Address::from_word(keccak256((index % 900).to_be_bytes()));
        json!({
            "index": format!("{index:#x}"), "validatorIndex": format!("{:#x}", index * 37),
            "address": address, "amount": format!("{:#x}", 18_000_000 + index % 1_000_003),
        })
    };
    Value::Array((0..16).map(one).collect())
}

fn signed(made: &Made, nonce: u64) -> Tx {
    let tx = TxEip1559 {
        chain_id: CHAIN_ID,
        nonce,
        gas_limit: 21_000,
        max_fee_per_gas: 2_000_000_000,
        max_priority_fee_per_gas: 1,
        to: TxKind::Call(made.to),
        value: U256::from(made.value),
        input: made.input.clone().into(),
        access_list: Default::default(),
    };
    let half =
        |salt: u8| U256::from_be_bytes(*keccak256([&nonce.to_be_bytes()[..], &[salt]].concat()));
    let signature = Signature::new(half(1), half(2) >> 1, nonce % 2 == 1);
    alloy_consensus::SignableTransaction::into_signed(tx, signature).into()
}

fn receipt(made: &Made, place: u64) -> ReceiptEnvelope<Log> {
    let receipt = Receipt {
        status: made.succeeds.into(),
        cumulative_gas_used: 21_000 * place,
        logs: made.logs.clone(),
    };
    ReceiptEnvelope::Eip1559(ReceiptWithBloom::from(receipt))
}

/// Returns the transactions of a block like the main chain's: `count`, with 2.2 logs each.
pub(crate) fn like_mainnet(block: u64, count: u64) -> Vec<Made> {
    (0..count).map(|place| one_like_mainnet(block * 1_000 + place)).collect()
}

fn one_like_mainnet(seed: u64) -> Made {
    let hash = |salt: u64| keccak256([seed.to_be_bytes(), salt.to_be_bytes()].concat());
    // A few hundred contracts and some thousands of people are most of the traffic.
    let contract =
        |salt: u64| Address::from_word(keccak256((hash(salt)[0] as u64 * 3).to_be_bytes()));
    let person = |salt: u64| hash(salt)[12..].to_vec();
    let word = |bytes: &[u8]| {
        let mut word = vec![0; 32 - bytes.len()];
        word.extend_from_slice(bytes);
        word
    };
    let mut input = Vec::new();
    let words = [0, 2, 4, 7, 9, 12][(seed % 6) as usize];
    for at in 0..words {
        let salt = 10 + at;
        let part = hash(salt);
        input.extend(match at % 3 {
            0 => word(&person(salt)),
            1 => word(&part[..7]),
            _ => word(&[part[0] % 4]),
        });
    }
    if words > 0 {
        input.splice(0..0, hash(9)[..4].to_vec());
    }
    let logs = [0u64, 1, 1, 2, 3, 6][(seed % 6) as usize];
    let log = |at: u64| {
        let salt = 100 + at * 8;
        let topics = vec![
            TRANSFER.parse().expect("a topic"),
            B256::from_slice(&word(&person(salt))),
            B256::from_slice(&word(&person(salt + 1))),
        ];
        let data = word(&hash(salt + 2)[..8]);
        Log { address: contract(salt + 3), data: LogData::new_unchecked(topics, data.into()) }
    };
    Made {
        to: contract(1),
        value: if words == 0 { u128::from(seed) << 40 } else { 0 },
        input,
        logs: (0..logs).map(log).collect(),
        succeeds: !seed.is_multiple_of(50),
    }
}
