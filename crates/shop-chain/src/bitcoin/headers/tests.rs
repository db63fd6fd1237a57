use super::*;
use bitcoin::blockdata::constants::genesis_block;

/// Headers of the main network's first blocks, as anybody can look them up.
fn first_blocks() -> Vec<Header> {
    let first = genesis_block(Params::MAINNET).header;
    let next = |parent: BlockHash, root: &str, time, nonce| Header {
        version: bitcoin::block::Version::ONE,
        prev_blockhash: parent,
        merkle_root: root.parse().unwrap(),
        time,
        bits: first.bits,
        nonce,
    };
    let one = next(
        first.block_hash(),
        "0e3e2357e806b6cdb1f70b54c3a3a17b6714ee1f0e68bebb44a74b1efd512098",
        1_231_469_665,
        2_573_394_689,
    );
    let two = next(
        one.block_hash(),
        "9b0fc92260312ce44e74ef369f5c66bb85b64b9f6e5ed5c1a0e4d5b5cf4e1a4e",
        1_231_469_744,
        1_639_830_024,
    );
    vec![one, two]
}

/// Returns headers that begin at a height, on a network with the main network's rules.
fn at(height: u64, time: u32, bits: u32) -> Headers {
    let params = Params::MAINNET;
    let next_bits = CompactTarget::from_consensus(bits);
    let anchor = Anchor { height, hash: BlockHash::all_zeros(), time, next_bits };
    Headers { network: Network::Signet, params, anchor, entries: Vec::new() }
}

#[test]
fn first_block_of_the_main_network_follows_from_its_genesis() {
    let mut headers = at(0, 1_231_006_505, 0x1d00_ffff);
    headers.anchor.hash = genesis_block(Params::MAINNET).block_hash();
    let [one, two] = first_blocks().try_into().unwrap();
    let branch = headers.branch(&[one]).unwrap();
    assert_eq!((branch.tip(), branch.fork()), (1, 0));
    headers.adopt(branch);
    assert_eq!(headers.tip(), 1);
    assert!(headers.hash_at(1).unwrap().to_string().starts_with("00000000839a8e68"));
    // Its root is not the real one, so it has not the work.
    assert_eq!(headers.branch(&[two]).unwrap_err(), NodeError::InvalidProof("work"));
}

/// The first change that was not 1: block 32,256 at the end of 2009.
#[test]
fn difficulty_changes_as_it_did_on_the_main_network() {
    let mut headers = at(30_239, 0, 0x1d00_ffff);
    let entry = |time| Entry {
        hash: BlockHash::all_zeros(),
        time,
        bits: CompactTarget::from_consensus(0x1d00_ffff),
    };
    // Times of blocks 30,240 and 32,255.
    headers.entries.push(entry(1_261_130_161));
    headers.entries.extend((1..2_015).map(|_| entry(1_261_200_000)));
    headers.entries.push(entry(1_262_152_739));
    assert_eq!(headers.tip(), 32_255);
    let nothing = Branch { fork: 32_255, entries: Vec::new() };
    let bits = headers.next_bits(&nothing, 32_256).unwrap();
    assert_eq!(bits, CompactTarget::from_consensus(0x1d00_d86a));
    // Inside a period it stays, and the block above the anchor has that of the anchor.
    assert_eq!(headers.next_bits(&nothing, 32_255).unwrap().to_consensus(), 0x1d00_ffff);
    assert_eq!(headers.next_bits(&nothing, 30_240).unwrap().to_consensus(), 0x1d00_ffff);
}

/// Each period is at most four times harder or easier than the one before.
#[test]
fn difficulty_changes_by_four_at_most() {
    for (span, wanted) in [(1_u32, 0x1c3f_ffc0_u32), (u32::MAX / 2, 0x1d00_ffff)] {
        let mut headers = at(4_031, 0, 0x1d00_ffff);
        let entry = |time| Entry {
            hash: BlockHash::all_zeros(),
            time,
            bits: CompactTarget::from_consensus(0x1d00_ffff),
        };
        headers.entries.push(entry(1));
        headers.entries.extend((1..2_016).map(|_| entry(1_u32.saturating_add(span))));
        let nothing = Branch { fork: headers.tip(), entries: Vec::new() };
        assert_eq!(headers.next_bits(&nothing, 6_048).unwrap().to_consensus(), wanted);
    }
}

#[test]
fn locator_begins_near_the_tip_and_ends_at_the_anchor() {
    let mut headers = at(100, 0, 0x1d00_ffff);
    for n in 1..=1_000_u32 {
        let mut hash = [0; 32];
        hash[..4].copy_from_slice(&n.to_be_bytes());
        let hash = BlockHash::from_byte_array(hash);
        headers.entries.push(Entry { hash, time: n, bits: CompactTarget::from_consensus(1) });
    }
    let located = headers.locator();
    assert_eq!(located.first().copied(), headers.hash_at(1_100 - TOLD_AGAIN));
    assert_eq!(located.last().copied(), Some(BlockHash::all_zeros()));
    assert!(located.len() < 15, "{}", located.len());
    let heights: Vec<_> = located.iter().map(|hash| headers.height_of(*hash).unwrap()).collect();
    assert!(heights.is_sorted_by(|a, b| a > b), "{heights:?}");
}
