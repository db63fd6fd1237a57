//! Chain of Monero in memory: real blocks and outputs, whose signatures prove nothing.
//!
//! The watcher checks no signature, so a node over this chain can lie in every field.

use monero_wallet::{
    address::{AddressType, MoneroAddress, Network as Addresses},
    block::{Block, BlockHeader},
    ed25519::{Commitment, CompressedPoint, Point, Scalar},
    primitives::keccak256,
    ringct::{EncryptedAmount, PrunedRctProofs, RctBase, RctType},
    transaction::{Input, Output, Pruned, Timelock, Transaction, TransactionPrefix},
};
use shop_chain::monero::{Account, Network};
use shop_core::pay_to::PayTo;
use std::sync::Arc;

/// Second in which the chains of these tests begin: in the middle of an hour.
pub(crate) const BEGIN: u64 = 1_700_000_000;

/// Returns the account of a wallet with this number.
pub(crate) fn account(number: u8) -> Arc<Account> {
    let key = |name: &str| Scalar::hash(format!("{name} {number}"));
    let half = |key| times(generator(), key);
    let view = key("view");
    let kind = AddressType::Legacy;
    let address = MoneroAddress::new(Addresses::Mainnet, kind, half(key("spend")), half(view));
    let view = <[u8; 32]>::from(view);
    Arc::new(Account::new(&address.to_string(), &hex(&view), Network::Main).expect("keys"))
}

/// A transaction as nodes keep it.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) txid: [u8; 32],
    pub(crate) pruned: Vec<u8>,
    pub(crate) prunable: Vec<u8>,
}

/// A block and its transactions.
#[derive(Clone)]
pub(crate) struct Mined {
    pub(crate) block: Block,
    pub(crate) transactions: Vec<Sent>,
}

/// A chain, and the transactions that wait.
#[derive(Clone)]
pub(crate) struct MoneroChain {
    pub(crate) blocks: Vec<Mined>,
    pub(crate) waiting: Vec<Sent>,
    forgotten: Vec<Sent>,
    /// Number that makes each block and transaction unlike others.
    salt: u64,
    /// Second in which the next block is mined.
    pub(crate) clock: u64,
}

/// Payment to one address in a transaction.
#[derive(Clone, Copy)]
pub(crate) struct Pays<'a> {
    pub(crate) to: &'a PayTo,
    pub(crate) units: u64,
}

/// Choices of who sends a transaction.
#[derive(Clone, Copy, Default)]
pub(crate) struct Choices {
    /// Secret of the transaction; a new one if it is none. Two with one secret have one key.
    pub(crate) secret: Option<u64>,
    pub(crate) lock: Option<Timelock>,
    /// True for the size of most transactions: two inputs, each hidden among sixteen outputs.
    pub(crate) is_usual: bool,
}

impl MoneroChain {
    /// Makes a chain of one block, at this second.
    pub(crate) fn new(clock: u64) -> Self {
        let empty =
            Self { blocks: Vec::new(), waiting: Vec::new(), forgotten: Vec::new(), salt: 0, clock };
        let mut chain = empty;
        chain.push(Vec::new());
        chain
    }

    fn salt(&mut self) -> u64 {
        self.salt += 1;
        self.salt
    }

    /// Sends a transaction, which waits to be mined. Returns its id.
    pub(crate) fn send(&mut self, pays: &[Pays<'_>], choices: Choices) -> String {
        let salt = self.salt();
        let sent = transaction(pays, choices, salt);
        let txid = hex(&sent.txid);
        self.waiting.push(sent);
        txid
    }

    /// Sends a transaction as before confidential amounts.
    pub(crate) fn send_old(&mut self) {
        let salt = self.salt();
        let key_image = CompressedPoint::from(keccak256(format!("image {salt}")));
        let input = Input::ToKey { amount: Some(5), key_offsets: vec![1], key_image };
        let output = Output { amount: Some(5), key: CompressedPoint::G, view_tag: None };
        let prefix = TransactionPrefix {
            additional_timelock: Timelock::None,
            inputs: vec![input],
            outputs: vec![output],
            extra: Vec::new(),
        };
        let pruned = Transaction::<Pruned>::V1 { prefix, signatures: () }.serialize();
        let prunable = vec![0; 64];
        let txid = keccak256([&pruned[..], &prunable].concat());
        self.waiting.push(Sent { txid, pruned, prunable });
    }

    /// Adds blocks; the first takes what waits.
    pub(crate) fn mine(&mut self, blocks: u32) {
        for _ in 0..blocks {
            let transactions = std::mem::take(&mut self.waiting);
            self.push(transactions);
        }
    }

    /// Adds blocks that take nothing of what waits.
    pub(crate) fn mine_empty(&mut self, blocks: u32) {
        (0..blocks).for_each(|_| self.push(Vec::new()));
    }

    fn push(&mut self, transactions: Vec<Sent>) {
        let number = self.blocks.len();
        let previous = self.blocks.last().map_or([0; 32], |mined| mined.block.hash());
        let salt = self.salt();
        let header = BlockHeader {
            hardfork_version: 16,
            hardfork_signal: 16,
            timestamp: self.clock,
            previous,
            nonce: u32::try_from(salt).expect("few blocks"),
        };
        self.clock += 1;
        let prefix = TransactionPrefix {
            additional_timelock: Timelock::Block(number + 60),
            inputs: vec![Input::Gen(number)],
            outputs: Vec::new(),
            extra: Vec::new(),
        };
        let miner = Transaction::V2 { prefix, proofs: None };
        let hashes = transactions.iter().map(|sent| sent.txid).collect();
        let block = Block::new(header, miner, hashes).expect("a block");
        self.blocks.push(Mined { block, transactions });
    }

    /// Removes the last blocks, and forgets their transactions.
    pub(crate) fn shrink(&mut self, depth: u32) {
        let left = self.blocks.len() - depth as usize;
        for mined in self.blocks.drain(left..) {
            self.forgotten.extend(mined.transactions);
        }
    }

    /// Sends a forgotten transaction again, unchanged.
    pub(crate) fn again(&mut self, txid: &str) {
        let place = self.forgotten.iter().position(|sent| hex(&sent.txid) == txid);
        let sent = self.forgotten.remove(place.expect("it was forgotten"));
        self.waiting.push(sent);
    }

    /// Returns a transaction by its id, and its block.
    pub(crate) fn find(&self, txid: &str) -> Option<(&Sent, Option<u64>)> {
        let waiting = self.waiting.iter().map(|sent| (sent, None));
        let blocks = (0..).zip(&self.blocks);
        let mined = blocks.flat_map(|(height, mined)| {
            mined.transactions.iter().map(move |sent| (sent, Some(height)))
        });
        waiting.chain(mined).find(|(sent, _)| hex(&sent.txid) == txid)
    }
}

/// Makes a transaction with one output for each payment.
/// A payment alone has the transaction's key; of several, each has a key of its own.
fn transaction(pays: &[Pays<'_>], choices: Choices, salt: u64) -> Sent {
    let secret = choices.secret.unwrap_or(salt);
    let secrets: Vec<Scalar> =
        (0..pays.len()).map(|place| Scalar::hash(format!("{secret} {place}"))).collect();
    let addresses: Vec<MoneroAddress> = pays.iter().map(|pays| address(pays.to)).collect();
    let keys: Vec<Point> =
        secrets.iter().zip(&addresses).map(|(secret, to)| times(to.spend(), *secret)).collect();
    let mut extra = vec![1];
    extra.extend(keys.first().expect("a payment").compress().to_bytes());
    if keys.len() > 1 {
        extra.extend([4, u8::try_from(keys.len()).expect("few")]);
        extra.extend(keys.iter().flat_map(|key| key.compress().to_bytes()));
    }
    let mut outputs = Vec::new();
    let mut base = RctBase {
        fee: 1,
        pseudo_outs: Vec::new(),
        encrypted_amounts: Vec::new(),
        commitments: Vec::new(),
    };
    for (place, (pays, to)) in pays.iter().zip(&addresses).enumerate() {
        let shared = times(times(to.view(), secrets[place]), eight());
        let mut derivation = shared.compress().to_bytes().to_vec();
        derivation.push(u8::try_from(place).expect("few"));
        let offset = Scalar::hash(&derivation);
        let key = plus(times(generator(), offset), to.spend());
        let view_tag = keccak256([&b"view_tag"[..], &derivation].concat())[0];
        let offset = <[u8; 32]>::from(offset);
        let mask = Scalar::hash([&b"commitment_mask"[..], &offset].concat());
        let pad = keccak256([&b"amount"[..], &offset].concat());
        let pad = u64::from_le_bytes(pad[..8].try_into().expect("eight bytes"));
        outputs.push(Output { amount: None, key: key.compress(), view_tag: Some(view_tag) });
        let amount = (pays.units ^ pad).to_le_bytes();
        base.encrypted_amounts.push(EncryptedAmount::Compact { amount });
        base.commitments.push(Commitment::new(mask, pays.units).commit().compress());
    }
    let inputs = inputs(choices.is_usual, salt);
    if choices.is_usual {
        // The encrypted payment id that wallets write where there is none.
        extra.extend([2, 9, 1]);
        extra.extend(&keccak256(format!("id {salt}"))[..8]);
    }
    let additional_timelock = choices.lock.unwrap_or(Timelock::None);
    let prefix = TransactionPrefix { additional_timelock, inputs, outputs, extra };
    let proofs = Some(PrunedRctProofs { rct_type: RctType::ClsagBulletproofPlus, base });
    let pruned = Transaction::<Pruned>::V2 { prefix, proofs };
    let prunable = prunable(pays.len());
    let txid = pruned.hash_with_prunable_hash(keccak256(&prunable)).expect("of version 2");
    Sent { txid, pruned: pruned.serialize(), prunable }
}

/// Returns one input of a ring of one, or what most transactions have.
fn inputs(are_usual: bool, salt: u64) -> Vec<Input> {
    let input = |place: u64| {
        let key_image = CompressedPoint::from(keccak256(format!("image {salt} {place}")));
        // Most outputs of a ring are young, and the first offset is from the beginning.
        let offset = |number: u64| {
            let young = 90_000u64.checked_div(number);
            young.map_or(120_000_000, |young| young + salt % 99)
        };
        let key_offsets = if are_usual { (0..16).map(offset).collect() } else { vec![1] };
        Input::ToKey { amount: None, key_offsets, key_image }
    };
    (0..if are_usual { 2 } else { 1 }).map(input).collect()
}

/// Returns what proves a transaction of one input, in form and not in truth.
fn prunable(outputs: usize) -> Vec<u8> {
    let mut bytes = vec![1];
    // A range proof: three points, three scalars, and two lists of points.
    bytes.extend([0; 6 * 32]);
    let length = 6 + u8::try_from(outputs.next_power_of_two().ilog2()).expect("few");
    for _ in 0..2 {
        bytes.push(length);
        bytes.extend(vec![0; 32 * usize::from(length)]);
    }
    // A ring signature of one member, and the commitment of the input.
    bytes.extend([0; 4 * 32]);
    bytes
}

fn address(to: &PayTo) -> MoneroAddress {
    MoneroAddress::from_str_with_unchecked_network(to.as_str()).expect("an address")
}

fn generator() -> Point {
    CompressedPoint::G.decompress().expect("a point")
}

fn eight() -> Scalar {
    let mut bytes = [0; 32];
    bytes[0] = 8;
    Scalar::read(&mut bytes.as_slice()).expect("a scalar")
}

fn times(point: Point, scalar: Scalar) -> Point {
    Point::from(point.into() * scalar.into())
}

fn plus(one: Point, other: Point) -> Point {
    Point::from(one.into() + other.into())
}

/// Returns hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
