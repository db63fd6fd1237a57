//! Networks of Bitcoin: where reading them begins, and how hard their blocks are to make.

use bitcoin::{
    BlockHash, CompactTarget, blockdata::constants::genesis_block, consensus::Params, hashes::Hash,
    p2p::Magic,
};
use shop_core::view;

/// A network of Bitcoin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// The network whose coins are money.
    Main,
    /// A public network for trying things out, whose blocks a few people sign (BIP 325).
    Signet,
    /// A network of one's own, where a block costs nothing.
    Regtest,
}

/// A block that is taken for granted, and what the next one must look like.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    pub(super) height: u64,
    pub(super) hash: BlockHash,
    /// Its time in seconds since 1970; 0 where it is not known.
    pub(super) time: u32,
    /// Difficulty of the block that follows.
    pub(super) next_bits: CompactTarget,
}

/// A block of the main network whose hash is known for certain.
struct Checkpoint {
    height: u64,
    /// Its hash as it is written, which is from the last byte to the first.
    hash: [u8; 32],
}

/// Last block of a difficulty period (June 2026) from which headers are read.
/// Those before it are not fetched: each release may name a newer one.
const MAIN_ANCHOR: Checkpoint = Checkpoint {
    height: 951_551,
    hash: hex("0000000000000000000195dd7790358834443ede81e6800d8c497aa58040790d"),
};
/// Difficulty of the period after [`MAIN_ANCHOR`].
const MAIN_NEXT_BITS: u32 = 0x1702_40c3;
/// A later block that the chain must hold.
const MAIN_CHECKPOINT: Checkpoint = Checkpoint {
    height: 953_567,
    hash: hex("00000000000000000001b315e72169bef4867bf780527aa97c625ee9c001dc5d"),
};

impl Network {
    /// Returns the network of a number, as records have it.
    #[must_use]
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            1 => Some(Self::Main),
            2 => Some(Self::Signet),
            3 => Some(Self::Regtest),
            _ => None,
        }
    }

    /// Returns the number of the network, as records have it.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Main => 1,
            Self::Signet => 2,
            Self::Regtest => 3,
        }
    }

    /// Returns the network of a name, as settings have it: `main`, `signet` or `regtest`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Main, Self::Signet, Self::Regtest].into_iter().find(|network| network.name() == name)
    }

    /// Returns the name of the network, as settings have it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Main => "main",
            Self::Signet => "signet",
            Self::Regtest => "regtest",
        }
    }

    /// Returns the port that its nodes listen at.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::Main => 8333,
            Self::Signet => 38333,
            Self::Regtest => 18444,
        }
    }

    pub(super) const fn kind(self) -> bitcoin::Network {
        match self {
            Self::Main => bitcoin::Network::Bitcoin,
            Self::Signet => bitcoin::Network::Signet,
            Self::Regtest => bitcoin::Network::Regtest,
        }
    }

    pub(super) const fn magic(self) -> Magic {
        match self {
            Self::Main => Magic::BITCOIN,
            Self::Signet => Magic::SIGNET,
            Self::Regtest => Magic::REGTEST,
        }
    }

    pub(super) const fn params(self) -> Params {
        match self {
            Self::Main => Params::MAINNET,
            Self::Signet => Params::SIGNET,
            Self::Regtest => Params::REGTEST,
        }
    }

    /// Returns the hash of block 0.
    pub(super) fn genesis(self) -> view::BlockHash {
        view::BlockHash(genesis_block(self.params()).block_hash().to_byte_array())
    }

    /// Returns the block that reading begins above.
    pub(super) fn anchor(self) -> Anchor {
        if self == Self::Main {
            let next_bits = CompactTarget::from_consensus(MAIN_NEXT_BITS);
            let hash = MAIN_ANCHOR.hash();
            return Anchor { height: MAIN_ANCHOR.height, hash, time: 0, next_bits };
        }
        let genesis = genesis_block(self.params());
        let header = genesis.header;
        Anchor { height: 0, hash: header.block_hash(), time: header.time, next_bits: header.bits }
    }

    /// Returns true if the chain may hold this block at this height.
    pub(super) fn allows(self, height: u64, hash: BlockHash) -> bool {
        self != Self::Main || height != MAIN_CHECKPOINT.height || hash == MAIN_CHECKPOINT.hash()
    }
}

impl Checkpoint {
    fn hash(&self) -> BlockHash {
        let mut bytes = self.hash;
        bytes.reverse();
        BlockHash::from_byte_array(bytes)
    }
}

/// Reads 64 digits while the program is compiled.
#[expect(clippy::indexing_slicing, reason = "a place that is not there ends the compilation")]
const fn hex(digits: &str) -> [u8; 32] {
    let digits = digits.as_bytes();
    assert!(digits.len() == 64, "a hash has 64 digits");
    let mut bytes = [0; 32];
    let mut i = 0;
    while i < 32 {
        bytes[i] = digit(digits[2 * i]) * 16 + digit(digits[2 * i + 1]);
        i += 1;
    }
    bytes
}

const fn digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => panic!("a digit of a hash is one of 0-9, a-f"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn anchor_of_the_main_network_ends_a_period_and_has_its_work() {
        let anchor = Network::Main.anchor();
        assert_eq!((anchor.height + 1) % 2016, 0);
        assert_eq!(MAIN_CHECKPOINT.height, anchor.height + 2016);
        // Each difficulty is at most four times easier than the one before.
        let target = bitcoin::Target::from_compact(anchor.next_bits);
        for hash in [anchor.hash, MAIN_CHECKPOINT.hash()] {
            assert!(target.max_transition_threshold_unchecked().is_met_by(hash), "{hash}");
        }
        assert!(anchor.hash.to_string().ends_with("8040790d"), "{}", anchor.hash);
    }

    #[test]
    fn network_has_one_name_and_one_number() {
        for network in [Network::Main, Network::Signet, Network::Regtest] {
            assert_eq!(Network::from_number(network.number()), Some(network));
            assert_eq!(Network::from_name(network.name()), Some(network));
        }
        assert_eq!((Network::from_number(0), Network::from_name("test")), (None, None));
    }
}
