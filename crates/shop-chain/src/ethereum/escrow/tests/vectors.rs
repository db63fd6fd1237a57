//! Values of `contracts/pinned/vectors.json`, which cast made. The contract is held to them.

use super::super::{
    Act, Domain, Key, PINNED, abi, act_digest, attestors_hash, checksum,
    commitments::{copier_hash, order_of},
    delivered_digest, destination_hash, domain_separator, extend_digest, id_of, order_commitment,
    recover, release_digest, release_hash, release_text, tracking_commitment, vault_of,
};
use alloy_primitives::hex;
use alloy_sol_types::SolValue;
use serde_json::Value;
use shop_core::{
    escrow::{Account, AttestorSet, Goods, Hash, MatchLevel, Report, Signature, Terms, Tracking},
    time::UnixTime,
};

const VECTORS: &str = include_str!("../../../../../../contracts/pinned/vectors.json");
const DEPLOYED: &str = include_str!("../../../../../../contracts/pinned/escrow.json");

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    let found = value.pointer(path).unwrap_or_else(|| panic!("{path} is missing"));
    found.as_str().unwrap_or_else(|| panic!("{path} is no text"))
}

fn number(value: &Value, path: &str) -> u128 {
    text(value, path).parse().unwrap_or_else(|_| panic!("{path} is no number"))
}

fn account(value: &Value, path: &str) -> Account {
    Account::parse(text(value, path)).unwrap()
}

fn hash(value: &Value, path: &str) -> Hash {
    Hash::parse(text(value, path)).unwrap()
}

fn small<T: TryFrom<u128>>(value: &Value, path: &str) -> T {
    T::try_from(number(value, path)).ok().unwrap_or_else(|| panic!("{path} is too great"))
}

fn terms(case: &Value) -> Terms {
    let time = |name: &str| UnixTime(small(case, name));
    let release_hash = hash(case, "/terms/releaseHash");
    Terms {
        chain_id: small(case, "/terms/chainId"),
        seller: account(case, "/terms/seller"),
        operator: account(case, "/terms/sellerOp"),
        refund_to: account(case, "/terms/refundTo"),
        buyer_key: account(case, "/terms/buyerKey").non_zero(),
        arbiter: account(case, "/terms/arbiter").non_zero(),
        token: account(case, "/terms/token").non_zero(),
        price: number(case, "/terms/price"),
        ship_by: time("/terms/shipBy"),
        deliver_by: time("/terms/deliverBy"),
        dispute_window: small(case, "/terms/disputeWindow"),
        arbiter_window: small(case, "/terms/arbiterWindow"),
        arbiter_fee_bps: small(case, "/terms/arbiterFeeBps"),
        keeper_tip: number(case, "/terms/keeperTip"),
        min_match: MatchLevel(small(case, "/terms/minMatch")),
        attestors: hash(case, "/terms/attestors"),
        release_hash: Some(release_hash).filter(|hash| hash.0 != [0; 32]),
        order: hash(case, "/terms/order"),
    }
}

fn cases() -> Vec<Value> {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    assert_eq!(account(&all, "/escrow"), PINNED.contract);
    let cases = all["cases"].as_array().unwrap().clone();
    assert_eq!(cases.len(), 3);
    cases
}

fn domain(terms: &Terms) -> Domain {
    Domain { chain_id: terms.chain_id, contract: PINNED.contract }
}

#[test]
fn terms_have_the_encoding_id_and_vault_of_cast() {
    for case in cases() {
        let terms = terms(&case);
        let encoded = abi::terms(&terms).abi_encode();
        assert_eq!(format!("0x{}", hex::encode(encoded)), text(&case, "/encoded"));
        assert_eq!(id_of(&terms), hash(&case, "/id"));
        let vault = vault_of(PINNED.contract, id_of(&terms));
        assert_eq!(checksum(vault), text(&case, "/vault"));
        assert_eq!(domain_separator(domain(&terms)), hash(&case, "/domain_separator"));
    }
}

#[test]
fn attestors_secret_and_parcel_have_the_hashes_of_cast() {
    for case in cases() {
        let list = case.pointer("/attestors/addresses").unwrap().as_array().unwrap();
        let accounts = list.iter().map(|text| Account::parse(text.as_str().unwrap()).unwrap());
        let set = AttestorSet::new(small(&case, "/attestors/threshold"), accounts.collect());
        assert_eq!(attestors_hash(&set.unwrap()), hash(&case, "/attestors/hash"));
        let secret = text(&case, "/release_secret");
        let expected = terms(&case).release_hash;
        assert_eq!(expected.is_none(), secret.is_empty());
        assert!(expected.is_none_or(|hash| hash == release_hash(secret.as_bytes())));
        let carrier = text(&case, "/tracking/carrier");
        let parcel = text(&case, "/tracking/number");
        let tracking = tracking_commitment(carrier, parcel, hash(&case, "/tracking/salt"));
        assert_eq!(Hash(tracking.padded()), hash(&case, "/tracking/tracking"));
    }
}

#[test]
fn goods_have_the_commitment_of_cast() {
    for case in cases() {
        let country = text(&case, "/order/country");
        let postal_code = text(&case, "/order/postal_code");
        let postal_salt = hash(&case, "/order/postal_salt");
        let salt = hash(&case, "/order/salt");
        let destination = destination_hash(postal_salt, country, postal_code);
        assert_eq!(destination, hash(&case, "/order/destination"));
        let words = text(&case, "/order/goods");
        assert_eq!(order_of(salt, destination, words), hash(&case, "/order/order"));
        if !words.is_empty() {
            let goods = Goods::new(salt, postal_salt, country, postal_code, words).unwrap();
            assert_eq!(order_commitment(&goods), terms(&case).order);
        }
    }
}

fn is_signed(entry: &Value, digest: Hash) {
    assert_eq!(digest, hash(entry, "/digest"));
    let key = Key::parse(text(entry, "/key")).unwrap();
    let signature = Signature::parse(text(entry, "/signature")).unwrap();
    assert_eq!(key.sign(digest), signature);
    assert_eq!(recover(digest, &signature), Some(key.account()));
}

fn tracking(entry: &Value, path: &str) -> Tracking {
    let mut first = [0; 21];
    first.copy_from_slice(&hash(entry, path).0[..21]);
    Tracking(first)
}

#[test]
fn actions_have_the_digests_and_signatures_of_cast() {
    for case in cases() {
        let terms = terms(&case);
        let acts = case["acts"].as_array().unwrap();
        assert_eq!(acts.len(), 5);
        for entry in acts {
            let act = match text(entry, "/action") {
                "ship" => Act::Ship(tracking(&case, "/tracking/tracking")),
                "dispute" => Act::Dispute,
                "release" => Act::Release,
                "refund" => Act::Refund,
                "rule" => Act::Rule { buyer_bps: small(entry, "/arg") },
                other => panic!("an action {other}"),
            };
            assert_eq!(act.arg().to_string(), text(entry, "/arg"));
            is_signed(entry, act_digest(domain(&terms), id_of(&terms), act));
        }
    }
}

#[test]
fn attestors_words_have_the_digests_and_signatures_of_cast() {
    for case in cases() {
        let terms = terms(&case);
        let entry = &case["delivered"];
        let report = Report {
            accepted_at: UnixTime(small(entry, "/acceptedAt")),
            delivered_at: UnixTime(small(entry, "/deliveredAt")),
            match_level: MatchLevel(small(entry, "/matchLevel")),
            evidence: hash(entry, "/evidence"),
        };
        let parcel = tracking(entry, "/tracking");
        is_signed(entry, delivered_digest(domain(&terms), id_of(&terms), parcel, &report));
        let entry = &case["extend"];
        let until = UnixTime(small(entry, "/until"));
        is_signed(entry, extend_digest(domain(&terms), id_of(&terms), until));
    }
}

#[test]
fn release_text_has_the_digest_and_signature_of_cast() {
    for case in cases() {
        let entry = &case["release_text"];
        let vault = account(&case, "/vault");
        assert_eq!(release_text(vault), text(entry, "/text"));
        is_signed(entry, release_digest(vault));
    }
}

#[test]
fn known_contract_is_the_one_of_the_pinned_file() {
    let pinned: Value = serde_json::from_str(DEPLOYED).unwrap();
    assert_eq!(PINNED.contract, account(&pinned, "/escrow"));
    assert_eq!(PINNED.code_hash, hash(&pinned, "/escrow_code_hash"));
    assert_eq!(PINNED.init_code_hash, hash(&pinned, "/init_code_hash"));
    assert_eq!(PINNED.deployer, account(&pinned, "/deployer"));
    let contract = abi::address(PINNED.contract);
    assert_eq!(abi::account(contract.create(1)), account(&pinned, "/vault_code"));
    assert_eq!(abi::hash(copier_hash(contract)), hash(&pinned, "/vault_init_code_hash"));
    let data = PINNED.deploy_data();
    let (salt, code) = data.split_at(32);
    assert_eq!(Hash::parse(text(&pinned, "/salt")).unwrap().0, *salt);
    let hash_of_code = alloy_primitives::keccak256(code);
    assert_eq!(abi::hash(hash_of_code), PINNED.init_code_hash);
    let deployer = abi::address(PINNED.deployer);
    let salt = alloy_primitives::B256::from_slice(salt);
    assert_eq!(abi::account(deployer.create2(salt, hash_of_code)), PINNED.contract);
    assert!(!PINNED.is_code(code));
}
