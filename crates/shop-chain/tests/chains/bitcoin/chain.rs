//! Chain of blocks that cost nothing, made with the library's own types.

use bitcoin::{
    Address, Amount as Sats, Block, CompactTarget, Network, OutPoint, ScriptBuf, Sequence,
    Transaction, TxIn, TxMerkleNode, TxOut, Txid, WPubkeyHash, Witness,
    absolute::LockTime,
    block::{Header, Version},
    blockdata::constants::genesis_block,
    hashes::{Hash, sha256},
    transaction,
};
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::sync::{Arc, Mutex, MutexGuard};

/// Seconds from one block to the next.
const SPACING: u32 = 60;

/// A chain of these tests. Clones share it.
#[derive(Clone)]
pub(super) struct Regtest(Arc<Mutex<Chain>>);

pub(super) struct Chain {
    pub(super) blocks: Vec<Block>,
    waiting: Vec<Transaction>,
    forgotten: Vec<Transaction>,
    /// Number that makes each block and transaction unlike others.
    salt: u64,
}

impl Regtest {
    pub(super) fn new() -> Self {
        let blocks = vec![genesis_block(Network::Regtest)];
        let chain = Chain { blocks, waiting: Vec::new(), forgotten: Vec::new(), salt: 0 };
        let regtest = Self(Arc::new(Mutex::new(chain)));
        regtest.mine(1);
        regtest
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Chain> {
        self.0.lock().expect("no test panics inside")
    }

    /// Returns a copy that goes its own way from now on.
    pub(super) fn copy(&self) -> Self {
        let chain = self.lock();
        let blocks = chain.blocks.clone();
        let salt = chain.salt + 1_000_000;
        let copy = Chain { blocks, waiting: Vec::new(), forgotten: Vec::new(), salt };
        Self(Arc::new(Mutex::new(copy)))
    }

    /// Returns an address that nobody was paid at.
    pub(super) fn pay_to(&self) -> PayTo {
        let hash = WPubkeyHash::from_slice(&self.lock().unique()[..20]).expect("20 bytes");
        let script = ScriptBuf::new_p2wpkh(&hash);
        spelled(&Address::from_script(&script, Network::Regtest).expect("an address"))
    }

    /// Pays in a transaction of its own, which waits to be mined. Returns its id.
    pub(super) fn pay(&self, to: &PayTo, amount: Amount) -> String {
        let units = u64::try_from(amount.units()).expect("a test's amount");
        self.send(vec![TxOut { value: Sats::from_sat(units), script_pubkey: script(to) }])
    }

    /// Sends a transaction with these outputs. Returns its id.
    pub(super) fn send(&self, output: Vec<TxOut>) -> String {
        let mut chain = self.lock();
        let spent = OutPoint { txid: Txid::from_byte_array(chain.unique()), vout: 0 };
        let transaction = transaction(spent, ScriptBuf::new(), output);
        let txid = transaction.compute_txid().to_string();
        chain.waiting.push(transaction);
        txid
    }

    pub(super) fn mine(&self, blocks: u32) {
        let mut chain = self.lock();
        let waiting = std::mem::take(&mut chain.waiting);
        chain.add(waiting);
        for _ in 1..blocks {
            chain.add(Vec::new());
        }
    }

    pub(super) fn mine_empty(&self, blocks: u32) {
        let mut chain = self.lock();
        for _ in 0..blocks {
            chain.add(Vec::new());
        }
    }

    /// Removes the last blocks, and forgets their transactions.
    pub(super) fn shrink(&self, depth: u32) {
        let mut chain = self.lock();
        let keep = chain.blocks.len() - depth as usize;
        for block in chain.blocks.split_off(keep) {
            chain.forgotten.extend(block.txdata.into_iter().skip(1));
        }
    }

    /// Sends a forgotten transaction again.
    pub(super) fn again(&self, txid: &str) {
        let transaction = self.forget(txid);
        self.lock().waiting.push(transaction);
    }

    /// Takes a transaction out of the forgotten ones.
    pub(super) fn forget(&self, txid: &str) -> Transaction {
        let mut chain = self.lock();
        let is_it = |it: &Transaction| it.compute_txid().to_string() == txid;
        let place = chain.forgotten.iter().position(is_it).expect("it was forgotten");
        chain.forgotten.remove(place)
    }

    /// Changes the newest block's header before its work is done.
    pub(super) fn mine_with(&self, change: impl FnOnce(&mut Header)) {
        let mut chain = self.lock();
        let mut block = chain.next(Vec::new());
        change(&mut block.header);
        work(&mut block.header);
        chain.blocks.push(block);
    }
}

impl Chain {
    pub(super) fn tip(&self) -> u32 {
        u32::try_from(self.blocks.len() - 1).expect("short")
    }

    fn add(&mut self, transactions: Vec<Transaction>) {
        let mut block = self.next(transactions);
        work(&mut block.header);
        self.blocks.push(block);
    }

    fn next(&mut self, transactions: Vec<Transaction>) -> Block {
        let parent = self.blocks.last().expect("the first block").header;
        let height = self.tip() + 1;
        let mut coinbase = vec![8];
        coinbase.extend(self.unique().into_iter().take(8));
        coinbase.extend(height.to_le_bytes());
        let reward = TxOut { value: Sats::from_sat(1), script_pubkey: ScriptBuf::from(vec![0x51]) };
        let coinbase = transaction(OutPoint::null(), ScriptBuf::from(coinbase), vec![reward]);
        let txdata = std::iter::once(coinbase).chain(transactions).collect();
        let header = Header {
            version: Version::TWO,
            prev_blockhash: parent.block_hash(),
            merkle_root: TxMerkleNode::all_zeros(),
            time: parent.time + SPACING,
            bits: CompactTarget::from_consensus(0x207f_ffff),
            nonce: 0,
        };
        let mut block = Block { header, txdata };
        block.header.merkle_root = block.compute_merkle_root().expect("transactions");
        block
    }

    /// Returns bytes that were never returned before.
    fn unique(&mut self) -> [u8; 32] {
        self.salt += 1;
        sha256::Hash::hash(&self.salt.to_le_bytes()).to_byte_array()
    }
}

/// Tries numbers until the header has its work.
pub(super) fn work(header: &mut Header) {
    while !header.target().is_met_by(header.block_hash()) {
        header.nonce += 1;
    }
}

pub(super) fn script(to: &PayTo) -> ScriptBuf {
    let address: Address<_> = to.as_str().parse().expect("an address");
    address.assume_checked().script_pubkey()
}

/// Returns an address as the shop spells it.
pub(super) fn spelled(address: &Address) -> PayTo {
    shop_chain::pay_to(AssetId::BTC, &address.to_string()).expect("an address")
}

fn transaction(
    previous_output: OutPoint,
    script_sig: ScriptBuf,
    output: Vec<TxOut>,
) -> Transaction {
    let sequence = Sequence::ENABLE_RBF_NO_LOCKTIME;
    let input = vec![TxIn { previous_output, script_sig, sequence, witness: Witness::new() }];
    Transaction { version: transaction::Version::TWO, lock_time: LockTime::ZERO, input, output }
}
