//! Chain of Bitcoin like the main one, as its filters and blocks are on the wire.

use crate::far::served;
use bitcoin::{
    Amount as Sats, Block, BlockHash, CompactTarget, Network as Net, OutPoint, ScriptBuf, Sequence,
    Transaction, TxIn, TxMerkleNode, TxOut, Txid, WPubkeyHash, Witness,
    absolute::LockTime,
    bip158::{BlockFilter, FilterHash, FilterHeader},
    block::{Header, Version},
    blockdata::constants::genesis_block,
    consensus::{deserialize, serialize},
    hashes::{Hash, sha256},
    p2p::{
        Address, Magic, ServiceFlags,
        message::{NetworkMessage, RawNetworkMessage},
        message_filter::{CFHeaders, CFilter},
        message_network::VersionMessage,
    },
    transaction,
};
use shop_chain::{
    BoxFuture,
    bitcoin::{Bitcoin, Network, Settings},
    transport::{Dial, Node, Stream},
};
use shop_core::{money::AssetId, pay_to::PayTo};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Scripts in a block's filter: 3,500 transactions, each with three that no other has.
pub(crate) const SCRIPTS: u64 = 10_500;

/// Node that tells the first blocks of a chain. Clones are the same node.
#[derive(Clone, Default)]
pub(crate) struct Chain {
    headers: Arc<Vec<Header>>,
    filters: Arc<Vec<Vec<u8>>>,
    /// The newest block, whole, if a shop asks for it.
    whole: Arc<Option<Block>>,
    /// Number of the newest block that is there.
    pub(crate) tip: Arc<AtomicUsize>,
}

/// Returns a watcher over Tor's settings, on a network where blocks cost nothing.
pub(crate) fn watcher(nodes: Vec<Node>) -> Bitcoin {
    Bitcoin::new(nodes, Settings::new(Network::Regtest)).expect("nodes")
}

/// Returns addresses of the shop.
pub(crate) fn pay_tos(count: u32) -> Vec<PayTo> {
    (0..u64::from(count)).map(|number| spelled(&script("shop", number))).collect()
}

fn spelled(script: &ScriptBuf) -> PayTo {
    let address = bitcoin::Address::from_script(script, Net::Regtest).expect("an address");
    shop_chain::pay_to(AssetId::BTC, &address.to_string()).expect("an address")
}

fn script(of: &str, number: u64) -> ScriptBuf {
    let hash = sha256::Hash::hash(format!("{of} {number}").as_bytes()).to_byte_array();
    ScriptBuf::new_p2wpkh(&WPubkeyHash::from_slice(&hash[..20]).expect("20 bytes"))
}

fn transaction(seed: u64, inputs: u64, to: Vec<ScriptBuf>) -> Transaction {
    let input = |number| {
        let hash = sha256::Hash::hash(format!("coin {seed} {number}").as_bytes());
        let previous_output =
            OutPoint { txid: Txid::from_byte_array(hash.to_byte_array()), vout: 0 };
        let sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;
        // A signature and a public key.
        let witness = Witness::from_slice(&[vec![0x30; 71], vec![2; 33]]);
        TxIn { previous_output, script_sig: ScriptBuf::new(), sequence, witness }
    };
    let output = |script_pubkey| TxOut { value: Sats::from_sat(50_000 + seed), script_pubkey };
    Transaction {
        version: transaction::Version::TWO,
        lock_time: LockTime::ZERO,
        input: (0..inputs).map(input).collect(),
        output: to.into_iter().map(output).collect(),
    }
}

/// Returns transactions of two inputs and two outputs each.
pub(crate) fn transactions(count: u64) -> Vec<Transaction> {
    let one = |seed| transaction(seed, 2, vec![script("a", seed), script("b", seed)]);
    (0..count).map(one).collect()
}

impl Chain {
    /// Makes a chain of blocks whose filters are as large as those of the main chain.
    pub(crate) fn like_mainnet(blocks: u64) -> Self {
        let mut chain = Made::new();
        for block in 1..=blocks {
            let first = block * SCRIPTS;
            let scripts = (first..first + SCRIPTS).map(|number| script("all", number)).collect();
            chain.push(vec![transaction(block, 1, scripts)]);
        }
        chain.into_chain(None)
    }

    /// Makes a chain whose newest block has these transactions.
    /// One more pays the shop's first address, so that it is asked for.
    pub(crate) fn of_block(mut transactions: Vec<Transaction>) -> Self {
        let mut chain = Made::new();
        chain.push(vec![transaction(1, 1, vec![script("all", 0)])]);
        transactions.push(transaction(0, 1, vec![script("shop", 0)]));
        let block = chain.push(transactions);
        chain.into_chain(Some(block))
    }

    /// Returns the bytes of the block that is given whole.
    pub(crate) fn whole_bytes(&self) -> Vec<u8> {
        serialize(self.whole.as_ref().as_ref().expect("a block"))
    }

    fn serve(&self, message: NetworkMessage) -> Vec<NetworkMessage> {
        let there = self.tip.load(SeqCst);
        let height = |hash: &BlockHash| {
            self.headers[..=there].iter().position(|header| header.block_hash() == *hash)
        };
        match message {
            NetworkMessage::Version(_) => vec![greeting(), NetworkMessage::Verack],
            NetworkMessage::Ping(nonce) => vec![NetworkMessage::Pong(nonce)],
            NetworkMessage::GetHeaders(wanted) => {
                let from = wanted.locator_hashes.iter().find_map(height).map_or(0, |at| at + 1);
                let headers = &self.headers[from..=there];
                vec![NetworkMessage::Headers(headers.iter().take(2_000).copied().collect())]
            }
            NetworkMessage::GetCFHeaders(wanted) => {
                let to = height(&wanted.stop_hash).expect("a block that is there");
                let filters = &self.filters[wanted.start_height as usize..=to];
                vec![NetworkMessage::CFHeaders(CFHeaders {
                    filter_type: 0,
                    stop_hash: wanted.stop_hash,
                    previous_filter_header: FilterHeader::all_zeros(),
                    filter_hashes: filters.iter().map(|filter| FilterHash::hash(filter)).collect(),
                })]
            }
            NetworkMessage::GetCFilters(wanted) => {
                let to = height(&wanted.stop_hash).expect("a block that is there");
                let from = wanted.start_height as usize;
                let one = |at: usize| {
                    let block_hash = self.headers[at].block_hash();
                    let filter = self.filters[at].clone();
                    NetworkMessage::CFilter(CFilter { filter_type: 0, block_hash, filter })
                };
                (from..=to).map(one).collect()
            }
            NetworkMessage::GetData(_) => {
                let block = self.whole.as_ref().clone().expect("no other block is asked for");
                vec![NetworkMessage::Block(block)]
            }
            _ => Vec::new(),
        }
    }

    async fn run(self, mut stream: DuplexStream) -> io::Result<()> {
        loop {
            let mut bytes = vec![0; 24];
            stream.read_exact(&mut bytes).await?;
            let length = u32::from_le_bytes(bytes[16..20].try_into().expect("4 bytes"));
            bytes.resize(24 + length as usize, 0);
            stream.read_exact(&mut bytes[24..]).await?;
            let message: RawNetworkMessage = deserialize(&bytes).map_err(io::Error::other)?;
            for answer in self.serve(message.into_payload()) {
                let bytes = serialize(&RawNetworkMessage::new(Magic::REGTEST, answer));
                stream.write_all(&bytes).await?;
            }
        }
    }
}

impl Dial for Chain {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        let chain = self.clone();
        served(|far| chain.run(far))
    }
}

fn greeting() -> NetworkMessage {
    let services = ServiceFlags::NETWORK | ServiceFlags::WITNESS | ServiceFlags::COMPACT_FILTERS;
    let nobody = || Address { services: ServiceFlags::NONE, address: [0; 8], port: 0 };
    let agent = "/a node of the benchmark/".to_owned();
    NetworkMessage::Version(VersionMessage::new(services, 0, nobody(), nobody(), 1, agent, 0))
}

/// A chain that is being made.
struct Made {
    headers: Vec<Header>,
    filters: Vec<Vec<u8>>,
}

impl Made {
    fn new() -> Self {
        let genesis = genesis_block(Net::Regtest);
        Self { headers: vec![genesis.header], filters: vec![filter(&genesis)] }
    }

    fn push(&mut self, txdata: Vec<Transaction>) -> Block {
        let parent = self.headers.last().expect("the first block");
        let header = Header {
            version: Version::TWO,
            prev_blockhash: parent.block_hash(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: parent.time + 600,
            bits: CompactTarget::from_consensus(0x207f_ffff),
            nonce: 0,
        };
        let mut block = Block { header, txdata };
        block.header.merkle_root = block.compute_merkle_root().expect("transactions");
        while !block.header.target().is_met_by(block.block_hash()) {
            block.header.nonce += 1;
        }
        self.headers.push(block.header);
        self.filters.push(filter(&block));
        block
    }

    fn into_chain(self, whole: Option<Block>) -> Chain {
        let tip = Arc::new(AtomicUsize::new(self.headers.len() - 1));
        let headers = Arc::new(self.headers);
        Chain { headers, filters: Arc::new(self.filters), whole: Arc::new(whole), tip }
    }
}

/// Returns a block's filter. What is spent has one script for all.
fn filter(block: &Block) -> Vec<u8> {
    let spent = |_: &_| Ok(ScriptBuf::from(vec![0x52]));
    BlockFilter::new_script_filter(block, spent).expect("a filter").content
}
