use super::*;
use bitcoin::consensus::deserialize;

fn hex(digits: &str) -> Vec<u8> {
    let pairs = digits.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    pairs.map(byte).collect()
}

/// Block 0 of testnet, and its filter: the first of BIP 158's test vectors.
fn vector() -> (Block, Vec<u8>) {
    let block = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff001d1aa4ae180101000000010000000000000000000000000000000000000000000000000000000000000000ffffffff4d04ffff001d0104455468652054696d65732030332f4a616e2f32303039204368616e63656c6c6f72206f6e206272696e6b206f66207365636f6e64206261696c6f757420666f722062616e6b73ffffffff0100f2052a01000000434104678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5fac00000000";
    (deserialize(&hex(block)).unwrap(), hex("019dfca8"))
}

#[test]
fn filter_of_the_vector_holds_its_script_and_no_other() {
    let (block, filter) = vector();
    let hash = block.block_hash();
    let script = block.txdata[0].output[0].script_pubkey.to_bytes();
    assert_eq!(may_pay(&filter, hash, [script.clone()].iter()), Ok(true));
    assert_eq!(may_pay(&filter, hash, [vec![7; 22]].iter()), Ok(false));
    assert_eq!(may_pay(&filter, hash, [vec![7; 22], script].iter()), Ok(true));
    assert_eq!(may_pay(&filter, hash, std::iter::empty::<&[u8]>()), Ok(false));
    assert!(is_of(&filter, &block));
}

#[test]
fn filter_without_a_script_of_its_block_is_false() {
    let (block, filter) = vector();
    assert!(!is_of(&[0], &block), "it holds nothing");
    let mut other = filter;
    other[2] ^= 1;
    assert!(!is_of(&other, &block));
}

/// Each script takes 20 bits at least: a number that is greater is not counted with.
#[test]
fn filter_that_says_it_holds_more_than_it_can_is_refused() {
    let (block, _) = vector();
    let hash = block.block_hash();
    for filter in [&[][..], &[0xff; 9], &[1], &[2, 0x9d, 0xfc, 0xa8], &[0xfd, 0, 1, 0x9d]] {
        let read = may_pay(filter, hash, [vec![7; 22]].iter());
        assert_eq!(read, Err(NodeError::Malformed), "{filter:?}");
        assert!(!is_of(filter, &block));
    }
}
