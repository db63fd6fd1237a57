//! Nodes of the tests' chain: they speak the protocol with the library's own messages.

use super::chain::Regtest;
use bitcoin::{
    Block, BlockHash, ScriptBuf,
    bip158::{BlockFilter, FilterHash, FilterHeader},
    consensus::{deserialize, serialize},
    hashes::Hash,
    p2p::{
        Address, Magic, ServiceFlags,
        message::{NetworkMessage, RawNetworkMessage},
        message_blockdata::Inventory,
        message_filter::{CFHeaders, CFilter},
        message_network::VersionMessage,
    },
};
use shop_chain::{
    BoxFuture,
    bitcoin::Node,
    transport::{Dial, Stream},
};
use std::{io, sync::Arc};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// Manner of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Says what is so.
    Honest,
    /// Cannot be reached.
    Dead,
    /// Takes a connection and says nothing.
    Silent,
    /// Has no filters, and says so when it greets.
    WithoutFilters,
    /// Does not answer when it is asked for filters, as one whose index lags.
    WithholdsFilters,
    /// Tells filters that hold nothing, with the hashes of them.
    HidesScripts,
    /// Tells true hashes, and gives filters that hold nothing.
    GivesOtherFilters,
    /// Gives blocks without their last transaction.
    CutsBlocks,
    /// Gives blocks whose last transaction comes twice, in a tree with the same root.
    RepeatsTransactions,
    /// Is on another network.
    Elsewhere,
    /// Lacks this number of the newest blocks.
    Behind(u32),
    /// Ends the connection once it has answered a question.
    HangsUp,
}

/// Returns a node of this chain, as the shop's settings would name it.
pub(super) fn node(chain: &Regtest, manner: Manner) -> Node {
    let dial = Arc::new(Dialled { chain: chain.clone(), manner });
    Node { dial, host: String::new(), path: "/".into() }
}

struct Dialled {
    chain: Regtest,
    manner: Manner,
}

#[expect(clippy::disallowed_methods, reason = "a node of the tests ends with its stream")]
impl Dial for Dialled {
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async {
            if self.manner == Manner::Dead {
                return Err(io::ErrorKind::ConnectionRefused.into());
            }
            let (ours, theirs) = tokio::io::duplex(1 << 16);
            let serving =
                Serving { chain: self.chain.clone(), manner: self.manner, stream: theirs };
            tokio::spawn(serving.run());
            Ok(Box::new(ours) as Box<dyn Stream>)
        })
    }
}

struct Serving {
    chain: Regtest,
    manner: Manner,
    stream: DuplexStream,
}

impl Serving {
    /// Answers until the other side has gone.
    async fn run(mut self) {
        while let Some(message) = self.next().await {
            let is_last = matches!(message, NetworkMessage::Ping(_)) && self.hangs_up();
            for answer in self.answers(message) {
                if self.send(answer).await.is_none() {
                    return;
                }
            }
            if is_last {
                return;
            }
        }
    }

    fn hangs_up(&self) -> bool {
        self.manner == Manner::HangsUp
    }

    async fn next(&mut self) -> Option<NetworkMessage> {
        let mut bytes = vec![0; 24];
        self.stream.read_exact(&mut bytes).await.ok()?;
        let length = u32::from_le_bytes(bytes[16..20].try_into().expect("4 bytes"));
        bytes.resize(24 + length as usize, 0);
        self.stream.read_exact(&mut bytes[24..]).await.ok()?;
        let message: RawNetworkMessage = deserialize(&bytes).expect("the shop's message");
        assert_eq!(*message.magic(), Magic::REGTEST);
        Some(message.into_payload())
    }

    async fn send(&mut self, message: NetworkMessage) -> Option<()> {
        let magic = if self.manner == Manner::Elsewhere { Magic::BITCOIN } else { Magic::REGTEST };
        let bytes = serialize(&RawNetworkMessage::new(magic, message));
        self.stream.write_all(&bytes).await.ok()
    }

    fn answers(&self, message: NetworkMessage) -> Vec<NetworkMessage> {
        if self.manner == Manner::Silent {
            return Vec::new();
        }
        match message {
            NetworkMessage::Version(greeting) => {
                assert!(greeting.user_agent.is_empty() && !greeting.relay);
                assert_eq!((greeting.timestamp, greeting.start_height), (0, 0));
                // Messages that nobody asked for come in between.
                vec![self.greeting(), NetworkMessage::SendHeaders, NetworkMessage::Verack]
            }
            NetworkMessage::Ping(nonce) => {
                vec![NetworkMessage::Ping(7), NetworkMessage::Pong(nonce)]
            }
            NetworkMessage::GetHeaders(wanted) => self.headers(&wanted.locator_hashes),
            NetworkMessage::GetCFHeaders(wanted) => {
                self.filter_hashes(wanted.start_height, wanted.stop_hash)
            }
            NetworkMessage::GetCFilters(wanted) => {
                self.filters(wanted.start_height, wanted.stop_hash)
            }
            NetworkMessage::GetData(wanted) => {
                wanted.iter().filter_map(|it| self.block(it)).collect()
            }
            NetworkMessage::Verack | NetworkMessage::Pong(7) => Vec::new(),
            other => panic!("nobody should send {}", other.cmd()),
        }
    }

    fn greeting(&self) -> NetworkMessage {
        let mut services = ServiceFlags::NETWORK | ServiceFlags::WITNESS;
        if self.manner != Manner::WithoutFilters {
            services |= ServiceFlags::COMPACT_FILTERS;
        }
        let nobody = || Address { services: ServiceFlags::NONE, address: [0; 8], port: 0 };
        let agent = "/a node of the tests/".to_owned();
        NetworkMessage::Version(VersionMessage::new(services, 0, nobody(), nobody(), 1, agent, 0))
    }

    /// Returns the blocks that it has.
    fn blocks(&self) -> Vec<Block> {
        let chain = self.chain.lock();
        let mut blocks = chain.blocks.clone();
        if let Manner::Behind(missing) = self.manner {
            blocks.truncate(blocks.len() - missing as usize);
        }
        blocks
    }

    fn headers(&self, located: &[BlockHash]) -> Vec<NetworkMessage> {
        let blocks = self.blocks();
        let place = |hash: &BlockHash| blocks.iter().position(|it| it.block_hash() == *hash);
        let from = located.iter().find_map(place).map_or(0, |place| place + 1);
        let headers = blocks.iter().skip(from).take(2_000).map(|block| block.header).collect();
        vec![NetworkMessage::Headers(headers)]
    }

    fn stretch(&self, from: u32, stop: BlockHash) -> Vec<Block> {
        let blocks = self.blocks();
        let Some(last) = blocks.iter().position(|block| block.block_hash() == stop) else {
            return Vec::new();
        };
        blocks[from as usize..=last].to_vec()
    }

    fn filter_hashes(&self, from: u32, stop: BlockHash) -> Vec<NetworkMessage> {
        let blocks = self.stretch(from, stop);
        if blocks.is_empty() || self.manner == Manner::WithholdsFilters {
            return Vec::new();
        }
        let lies = self.manner == Manner::HidesScripts;
        let hash = |block: &Block| FilterHash::hash(&filter(block, lies));
        vec![NetworkMessage::CFHeaders(CFHeaders {
            filter_type: 0,
            stop_hash: stop,
            previous_filter_header: FilterHeader::all_zeros(),
            filter_hashes: blocks.iter().map(hash).collect(),
        })]
    }

    fn filters(&self, from: u32, stop: BlockHash) -> Vec<NetworkMessage> {
        if self.manner == Manner::WithholdsFilters {
            return Vec::new();
        }
        let lies = matches!(self.manner, Manner::HidesScripts | Manner::GivesOtherFilters);
        let one = |block: &Block| {
            let filter = filter(block, lies);
            let block_hash = block.block_hash();
            NetworkMessage::CFilter(CFilter { filter_type: 0, block_hash, filter })
        };
        self.stretch(from, stop).iter().map(one).collect()
    }

    fn block(&self, wanted: &Inventory) -> Option<NetworkMessage> {
        let Inventory::WitnessBlock(hash) = wanted else { panic!("{wanted:?} is asked for") };
        let mut block = self.blocks().into_iter().find(|it| it.block_hash() == *hash)?;
        match self.manner {
            Manner::CutsBlocks => drop(block.txdata.pop()),
            Manner::RepeatsTransactions => block.txdata.extend(block.txdata.last().cloned()),
            _ => {}
        }
        Some(NetworkMessage::Block(block))
    }
}

/// Returns a block's filter, or one that holds nothing. What is spent has one script for all.
fn filter(block: &Block, lies: bool) -> Vec<u8> {
    let spent = |_: &_| Ok(ScriptBuf::from(vec![0x52]));
    if lies { vec![0] } else { BlockFilter::new_script_filter(block, spent).expect("one").content }
}
