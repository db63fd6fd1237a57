//! Calls, answers and events, held to the interface that the compiler wrote.

use super::super::{
    AttestError, Call, Key, Proof, TOPICS, abi, attest_call, decode_event, decode_owed,
    decode_state, events::EventError, extend_call,
};
use alloy_primitives::{U256, keccak256};
use alloy_sol_types::{SolCall, SolEvent, SolValue};
use serde_json::Value;
use shop_core::{
    escrow::{
        Account, AttestorSet, Closing, Ending, EscrowState, Event, Hash, MatchLevel, Parcel,
        Report, Signature, SignedExtension, SignedReport, Terms, Tracking,
    },
    time::UnixTime,
};

const INTERFACE: &str = include_str!("../../../../../../contracts/pinned/escrow.abi.json");

/// Returns the signatures of all entries of a kind, as they are hashed.
fn declared(kind: &str) -> Vec<String> {
    let all: Value = serde_json::from_str(INTERFACE).unwrap();
    let entries = all.as_array().unwrap().iter().filter(|entry| entry["type"] == kind);
    entries
        .map(|entry| format!("{}{}", entry["name"].as_str().unwrap(), tuple(&entry["inputs"])))
        .collect()
}

fn tuple(inputs: &Value) -> String {
    let types: Vec<String> = inputs.as_array().unwrap().iter().map(type_of).collect();
    format!("({})", types.join(","))
}

fn type_of(input: &Value) -> String {
    let name = input["type"].as_str().unwrap();
    match name.strip_prefix("tuple") {
        Some(rest) => format!("{}{rest}", tuple(&input["components"])),
        None => name.to_owned(),
    }
}

#[test]
fn calls_are_those_of_the_contract() {
    let declared = declared("function");
    let ours = [
        abi::idOfCall::SIGNATURE,
        abi::vaultOfCall::SIGNATURE,
        abi::stateOfCall::SIGNATURE,
        abi::owedCall::SIGNATURE,
        abi::shipCall::SIGNATURE,
        abi::attestCall::SIGNATURE,
        abi::extendCall::SIGNATURE,
        abi::disputeCall::SIGNATURE,
        abi::refundLateCall::SIGNATURE,
        abi::finalizeCall::SIGNATURE,
        abi::ruleCall::SIGNATURE,
        abi::arbiterTimeoutCall::SIGNATURE,
        abi::releaseCall::SIGNATURE,
        abi::refundCall::SIGNATURE,
        abi::pullCall::SIGNATURE,
        abi::sweepCall::SIGNATURE,
    ];
    for call in ours {
        assert!(declared.iter().any(|other| other == call), "{call} is not in {declared:?}");
    }
}

#[test]
fn topics_are_those_of_the_contract() {
    let mut declared: Vec<[u8; 32]> =
        declared("event").iter().map(|text| keccak256(text.as_bytes()).0).collect();
    let mut ours = TOPICS.map(|topic| topic.0).to_vec();
    declared.sort_unstable();
    ours.sort_unstable();
    assert_eq!(declared, ours);
}

fn terms() -> Terms {
    Terms {
        chain_id: 1,
        seller: Account([1; 20]),
        operator: Account([2; 20]),
        refund_to: Account([3; 20]),
        buyer_key: None,
        arbiter: Some(Account([4; 20])),
        token: None,
        price: 100,
        ship_by: UnixTime(1_000_000),
        deliver_by: UnixTime(2_000_000),
        dispute_window: 86_400,
        arbiter_window: 300_000,
        arbiter_fee_bps: 100,
        keeper_tip: 1,
        min_match: MatchLevel::POSTAL_CODE,
        attestors: Hash([5; 32]),
        release_hash: None,
        order: Hash([6; 32]),
    }
}

fn key(number: u8) -> Key {
    Key::from_bytes(&[number; 32]).unwrap()
}

fn set(threshold: u8, numbers: &[u8]) -> AttestorSet {
    let accounts = numbers.iter().map(|number| key(*number).account());
    AttestorSet::new(threshold, accounts.collect()).unwrap()
}

fn report(number: u8) -> SignedReport {
    let report = Report {
        accepted_at: UnixTime(1),
        delivered_at: UnixTime(2),
        match_level: MatchLevel(3),
        evidence: Hash([number; 32]),
    };
    SignedReport { attestor: key(number).account(), report, signature: Signature([number; 65]) }
}

#[test]
fn reports_are_chosen_once_each_by_ascending_address() {
    let attestors = set(2, &[1, 2, 3]);
    let given = [report(3), report(9), report(3), report(1), report(2)];
    let data = attest_call(&terms(), &attestors, &given).unwrap();
    let call = abi::attestCall::abi_decode_validate(&data).unwrap();
    assert_eq!(call.threshold, 2);
    assert_eq!(call.attestors.len(), 3);
    assert!(call.attestors.is_sorted());
    let indexes: Vec<u8> = call.reports.iter().map(|report| report.index).collect();
    assert_eq!(indexes, [0, 1]);
    for one in &call.reports {
        let signer = attestors.accounts()[usize::from(one.index)];
        let own = given.iter().find(|report| report.attestor == signer).unwrap();
        assert_eq!(one.evidence.0, own.report.evidence.0);
        assert_eq!((one.v, one.r.0, one.s.0), (own.signature.0[0], [one.v; 32], [one.v; 32]));
    }
}

#[test]
fn too_few_reports_make_no_call() {
    let attestors = set(2, &[1, 2, 3]);
    let error = attest_call(&terms(), &attestors, &[report(3), report(3), report(9)]).unwrap_err();
    assert_eq!(error, AttestError::TooFew { have: 1, need: 2 });
}

#[test]
fn extensions_to_another_time_are_left_out() {
    let attestors = set(1, &[1, 2]);
    let signed = |number: u8, until: u64| SignedExtension {
        attestor: key(number).account(),
        until: UnixTime(until),
        signature: Signature([number; 65]),
    };
    let data =
        extend_call(&terms(), &attestors, UnixTime(7), &[signed(1, 8), signed(2, 7)]).unwrap();
    let call = abi::extendCall::abi_decode_validate(&data).unwrap();
    assert_eq!((call.until, call.signatures.len(), call.signatures[0].v), (7, 1, 2));
    let none = extend_call(&terms(), &attestors, UnixTime(9), &[signed(1, 8)]);
    assert_eq!(none.unwrap_err(), AttestError::TooFew { have: 0, need: 1 });
}

#[test]
fn calls_carry_terms_and_arguments() {
    let terms = terms();
    let data = Call::Rule { buyer_bps: 6_000, signature: None }.encode(&terms);
    let call = abi::ruleCall::abi_decode_validate(&data).unwrap();
    assert_eq!(call.buyerBps, U256::from(6_000));
    assert_eq!(call.terms.abi_encode(), abi::terms(&terms).abi_encode());
    let data = Call::Release(Proof::Secret(b"secret")).encode(&terms);
    assert_eq!(abi::releaseCall::abi_decode_validate(&data).unwrap().proof.as_ref(), b"secret");
    let data = Call::Release(Proof::Sender).encode(&terms);
    assert!(abi::releaseCall::abi_decode_validate(&data).unwrap().proof.is_empty());
    let data = Call::Refund(Some(Signature([8; 65]))).encode(&terms);
    assert_eq!(abi::refundCall::abi_decode_validate(&data).unwrap().signature.len(), 65);
    let data = Call::Ship(Tracking([9; 21]), None).encode(&terms);
    assert_eq!(abi::shipCall::abi_decode_validate(&data).unwrap().tracking.0, [9; 21]);
    let to = Account([7; 20]);
    let data = Call::Pull { token: None, payee: to, to }.encode(&terms);
    assert_eq!(abi::pullCall::abi_decode_validate(&data).unwrap().to.into_array(), to.0);
    let data = Call::Dispute { by: to, signature: None }.encode(&terms);
    assert_eq!(abi::disputeCall::abi_decode_validate(&data).unwrap().by.into_array(), to.0);
    let data = Call::Sweep { token: Some(to) }.encode(&terms);
    assert_eq!(abi::sweepCall::abi_decode_validate(&data).unwrap().token.into_array(), to.0);
    for (call, selector) in [
        (Call::RefundLate, abi::refundLateCall::SELECTOR),
        (Call::Finalize, abi::finalizeCall::SELECTOR),
        (Call::ArbiterTimeout, abi::arbiterTimeoutCall::SELECTOR),
    ] {
        assert_eq!(call.encode(&terms)[..4], selector);
    }
    assert_eq!(Call::state_of(Hash([1; 32]))[..4], abi::stateOfCall::SELECTOR);
    assert_eq!(Call::owed(Hash([1; 32]), None, to)[..4], abi::owedCall::SELECTOR);
}

fn state_answer(status: u8) -> Vec<u8> {
    let mut answer = vec![0; 128];
    answer[31] = status;
    answer[63] = 10;
    answer[95] = 20;
    answer[96..117].copy_from_slice(&[7; 21]);
    answer
}

#[test]
fn answers_of_the_contract_read_as_states() {
    let parcel = Parcel { tracking: Tracking([7; 21]), shipped_at: UnixTime(10) };
    let until = UnixTime(20);
    let states = [
        EscrowState::Open,
        EscrowState::Shipped { parcel, until },
        EscrowState::Delivered { parcel, until },
        EscrowState::Disputed { parcel, until },
        EscrowState::DisputedDelivered { parcel, until },
        EscrowState::Closed(None),
    ];
    for (status, state) in (0..).zip(states) {
        assert_eq!(decode_state(&state_answer(status)), Ok(state));
    }
    for wrong in [vec![], vec![0; 31], vec![0; 127], state_answer(6), vec![0xff; 128]] {
        assert!(decode_state(&wrong).is_err());
    }
    assert_eq!(decode_owed(&[0xff; 32]), Ok(u128::MAX));
    assert!(decode_owed(&[0; 31]).is_err());
}

#[test]
fn logs_of_the_contract_read_as_events() {
    let id = Hash([1; 32]);
    let party = Account([2; 20]);
    let at = UnixTime(99);
    let read = |event: &dyn Fn() -> alloy_primitives::LogData| {
        let log = event();
        let topics: Vec<[u8; 32]> = log.topics().iter().map(|topic| topic.0).collect();
        decode_event(&topics, &log.data, at).unwrap().unwrap()
    };
    let word = abi::word(id);
    let big = U256::MAX;
    let shipped = abi::Shipped { id: word, tracking: [7; 21].into() };
    let expected = Event::Shipped { tracking: Tracking([7; 21]), at };
    assert_eq!(read(&|| shipped.encode_log_data()), (id, expected));
    let extended = abi::Extended { id: word, until: U256::from(5) };
    let expected = Event::Extended { until: UnixTime(5) };
    assert_eq!(read(&|| extended.encode_log_data()), (id, expected));
    let disputed = abi::Disputed { id: word, by: abi::address(party), until: big };
    let expected = Event::Disputed { by: party, until: UnixTime(u64::MAX) };
    assert_eq!(read(&|| disputed.encode_log_data()), (id, expected));
    let closed = abi::Closed {
        id: word,
        ending: 2,
        toSeller: U256::from(1),
        toBuyer: big,
        fee: U256::from(3),
        tip: U256::from(4),
    };
    let closing =
        Closing { ending: Ending::Ruled, to_seller: 1, to_buyer: u128::MAX, fee: 3, tip: 4 };
    assert_eq!(read(&|| closed.encode_log_data()), (id, Event::Closed(closing)));
    let zero = abi::address_or_zero(None);
    let owed =
        abi::Owed { id: word, token: zero, payee: abi::address(party), amount: U256::from(6) };
    let expected = Event::Owed { token: None, payee: party, amount: 6 };
    assert_eq!(read(&|| owed.encode_log_data()), (id, expected));
}

#[test]
fn logs_with_other_data_are_refused() {
    let topic = abi::Closed::SIGNATURE_HASH.0;
    let id = [1; 32];
    assert_eq!(decode_event(&[], &[], UnixTime(0)), Ok(None));
    assert_eq!(decode_event(&[[9; 32], id], &[], UnixTime(0)), Ok(None));
    for data in [vec![], vec![0; 159], vec![0xff; 160]] {
        assert_eq!(decode_event(&[topic, id], &data, UnixTime(0)), Err(EventError));
    }
    assert_eq!(decode_event(&[topic], &[0; 160], UnixTime(0)), Err(EventError));
    let mut unknown_ending = vec![0; 160];
    unknown_ending[31] = 6;
    assert_eq!(decode_event(&[topic, id], &unknown_ending, UnixTime(0)), Err(EventError));
}

/// A buyer whose shop is gone types these. A wrong type would be refused by the contract.
#[test]
fn commands_of_the_buyers_page_are_functions_of_the_contract() {
    let page = include_str!("../../../../../../docs/escrow-buyer.md");
    let types = page.split("TYPES=\"").nth(1).unwrap().split('"').next().unwrap();
    let functions = declared("function");
    let mut count = 0;
    for line in page.lines().filter(|line| line.starts_with("$ cast ")) {
        let Some(typed) = line.split("$CONTRACT \"").nth(1) else { continue };
        let typed = typed.split('"').next().unwrap().replace("$TYPES", types);
        // Return values come after it, in brackets of their own.
        let is_there = functions.iter().any(|function| typed.starts_with(function.as_str()));
        assert!(is_there, "{typed}");
        count += 1;
    }
    assert_eq!(count, 9);
}
