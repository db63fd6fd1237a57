//! Keys, signatures and transactions.

use super::super::{
    Key, KeyError, Mnemonic, MnemonicError, Transaction, checksum, is_signed_by, payout_digest,
    payout_text, recover, sign_payout,
};
use alloy_consensus::{TxEnvelope, transaction::SignerRecoverable};
use alloy_eips::eip2718::Decodable2718;
use shop_core::{
    entropy::Seeded,
    escrow::{Account, Hash, Signature},
};

/// The words that anvil and hardhat start with. Their addresses are known to everybody.
const WORDS: &str = "test test test test test test test test test test test junk";

fn key(number: u8) -> Key {
    let mut bytes = [0; 32];
    bytes[31] = number;
    Key::from_bytes(&bytes).unwrap()
}

#[test]
fn payout_keys_are_those_of_wallets_with_the_same_words() {
    let words = Mnemonic::parse(WORDS).unwrap();
    let shown = |index| checksum(words.payout_key(index).unwrap().account());
    assert_eq!(shown(0), "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266");
    assert_eq!(shown(1), "0x70997970C51812dc3A010C7d01b50e0d17dc79C8");
    assert_eq!(shown(9), "0xa0Ee7A142d267C1f36714E4a8F75612F20a79720");
    assert_eq!(words.payout_key(1 << 31).err(), Some(KeyError));
}

#[test]
fn shop_operator_and_payout_keys_differ() {
    let words = Mnemonic::parse(WORDS).unwrap();
    let shop = words.shop_key().unwrap().account();
    let operator = words.operator_key().unwrap().account();
    let payout = words.payout_key(0).unwrap().account();
    // Computed by `cast wallet address --mnemonic ... --mnemonic-derivation-path`.
    assert_eq!(checksum(shop), "0x8C8d35429F74ec245F8Ef2f4Fd1e551cFF97d650");
    assert_eq!(checksum(operator), "0x98e503f35D0a019cB0a251aD243a4cCFCF371F46");
    assert!(payout != shop && payout != operator && shop != operator);
}

#[test]
fn words_read_back_in_any_case_and_with_any_blanks() {
    let words = Mnemonic::random(&Seeded::new(7));
    let shown = words.reveal();
    assert_eq!(shown.split(' ').count(), 24);
    let typed = format!("  {}\n", shown.to_uppercase().replace(' ', "\r\n "));
    let read = Mnemonic::parse(&typed).unwrap();
    assert_eq!(*read.reveal(), *shown);
    assert_eq!(read.shop_key().unwrap().account(), words.shop_key().unwrap().account());
}

#[test]
fn wrong_words_are_refused_with_their_place() {
    let error = |text: &str| Mnemonic::parse(text).err();
    assert_eq!(error("test test"), Some(MnemonicError::Count(2)));
    assert_eq!(error(""), Some(MnemonicError::Count(0)));
    assert_eq!(error(&WORDS.replacen("test test", "test tst", 1)), Some(MnemonicError::Word(2)));
    assert_eq!(error(&WORDS.replace("junk", "test")), Some(MnemonicError::Checksum));
    assert_eq!(error(&"test ".repeat(100_000)), Some(MnemonicError::Count(100_000)));
}

#[test]
fn secret_key_reads_back_and_prints_nothing() {
    let made = Key::random(&Seeded::new(3));
    assert_eq!(Key::parse(&made.reveal()).unwrap().account(), made.account());
    assert_eq!(Key::from_bytes(&made.to_bytes()).unwrap().account(), made.account());
    assert_eq!(format!("{made:?}"), "Key(..)");
    assert_eq!(format!("{:?}", Mnemonic::random(&Seeded::new(3))), "Mnemonic(..)");
    let order = "0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141";
    for text in ["", "0x00", &format!("0x{}", "0".repeat(64)), order] {
        assert_eq!(Key::parse(text).err(), Some(KeyError), "{text}");
    }
}

#[test]
fn signature_of_another_digest_or_key_is_refused() {
    let digest = payout_digest(Account([7; 20]));
    let signature = key(1).sign(digest);
    assert!(is_signed_by(key(1).account(), digest, &signature));
    assert!(!is_signed_by(key(2).account(), digest, &signature));
    assert!(!is_signed_by(key(1).account(), Hash([0; 32]), &signature));
    assert!(!is_signed_by(Account::ZERO, digest, &signature));
}

#[test]
fn signature_with_high_s_or_another_v_is_refused() {
    let digest = Hash([9; 32]);
    let signature = key(1).sign(digest);
    let with_v = |v: u8| {
        let mut changed = signature;
        changed.0[64] = v;
        changed
    };
    let v = signature.0[64];
    assert!(v == 27 || v == 28);
    for other in [0, 1, 26, 29, 30, 255] {
        assert_eq!(recover(digest, &with_v(other)), None, "{other}");
    }
    let mut high = with_v(55 - v);
    let s = k256::ecdsa::Signature::from_slice(&signature.0[..64]).unwrap().s().as_ref().to_owned();
    high.0[32..64].copy_from_slice(&(-s).to_bytes());
    assert_eq!(recover(digest, &high), None);
    assert_eq!(recover(digest, &Signature([0; 65])), None);
    assert_eq!(
        recover(digest, &Signature([27; 65])).map(|_| ()),
        recover(digest, &Signature([27; 65])).map(|_| ())
    );
}

#[test]
fn payout_address_is_signed_in_lower_case() {
    let seller = key(21).account();
    assert_eq!(payout_text(seller), "cryptocart payout 0x157bfbecd023fd6384dad2bded5dad7e27bf92e4");
    let signed = sign_payout(&key(1), seller);
    assert_eq!(signed.seller, seller);
    assert!(is_signed_by(key(1).account(), payout_digest(seller), &signed.signature));
}

#[test]
fn signed_transaction_is_what_a_node_reads() {
    let transaction = Transaction {
        chain_id: 31_337,
        nonce: 5,
        to: Account([0xab; 20]),
        value: 7,
        data: vec![1, 2, 3],
        gas_limit: 90_000,
        max_fee_per_gas: 20,
        max_priority_fee_per_gas: 30,
    };
    let signed = transaction.sign(&key(1));
    let read = TxEnvelope::decode_2718(&mut signed.raw.as_slice()).unwrap();
    assert_eq!(read.tx_hash().0, signed.hash.0);
    assert_eq!(read.recover_signer().unwrap().into_array(), key(1).account().0);
    let TxEnvelope::Eip1559(read) = read else { panic!("another kind") };
    let inside = read.tx();
    assert_eq!((inside.chain_id, inside.nonce, inside.gas_limit), (31_337, 5, 90_000));
    assert_eq!((inside.max_fee_per_gas, inside.max_priority_fee_per_gas), (20, 20));
    assert_eq!(inside.input.as_ref(), [1, 2, 3]);
    assert_eq!(transaction.most_fee(), 1_800_000);
}
