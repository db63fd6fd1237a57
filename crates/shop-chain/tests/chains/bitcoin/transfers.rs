//! Money that comes in every kind of output, and what is no payment.

use super::{
    Simulated,
    chain::{script, spelled},
    node::Manner,
};
use crate::suite::{Reader, TestChain};
use bitcoin::{
    Address, Amount as Sats, Network, PubkeyHash, ScriptBuf, ScriptHash, TxOut, WScriptHash,
    WitnessProgram, WitnessVersion, hashes::Hash,
};
use shop_core::pay_to::PayTo;

fn address(script: &ScriptBuf) -> PayTo {
    spelled(&Address::from_script(script, Network::Regtest).expect("an address"))
}

fn output(script_pubkey: ScriptBuf, units: u64) -> TxOut {
    TxOut { value: Sats::from_sat(units), script_pubkey }
}

/// P2PKH, P2SH, P2WPKH, P2WSH and P2TR.
fn kinds() -> [ScriptBuf; 5] {
    let taproot = WitnessProgram::new(WitnessVersion::V1, &[7; 32]).expect("32 bytes");
    [
        ScriptBuf::new_p2pkh(&PubkeyHash::from_byte_array([1; 20])),
        ScriptBuf::new_p2sh(&ScriptHash::from_byte_array([2; 20])),
        ScriptBuf::new_p2wpkh(&bitcoin::WPubkeyHash::from_byte_array([3; 20])),
        ScriptBuf::new_p2wsh(&WScriptHash::from_byte_array([4; 32])),
        ScriptBuf::new_witness_program(&taproot),
    ]
}

#[tokio::test]
async fn every_kind_of_address_is_seen_in_one_transaction() {
    let mut bench = Simulated::new(&[Manner::Honest]);
    let addresses = kinds().map(|script| address(&script));
    let mut reader = Reader::new(&bench, &addresses.each_ref());
    reader.catch_up().await;
    let outputs = kinds().into_iter().zip(1..).map(|(script, units)| output(script, units));
    let txid = bench.chain.send(outputs.collect());
    bench.mine(1).await;
    reader.catch_up().await;
    for (place, pay_to) in addresses.iter().enumerate() {
        let seen = reader.payments(pay_to);
        assert_eq!(seen.len(), 1, "{pay_to:?}");
        assert_eq!(
            (&seen[0].0.0, seen[0].1.units()),
            (&format!("{txid}:{place}"), place as u128 + 1)
        );
    }
}

/// Each output counts, though one transaction pays the same address three times.
#[tokio::test]
async fn outputs_of_one_transaction_count_each() {
    let mut bench = Simulated::new(&[Manner::Honest]);
    let to = bench.pay_to();
    let mut reader = Reader::new(&bench, &[&to]);
    reader.catch_up().await;
    let return_data = ScriptBuf::from(vec![0x6a, 1, 7]);
    // The last one is dust, which some miners take.
    let outputs = [(script(&to), 5), (return_data, 0), (script(&to), 5), (script(&to), 1)];
    bench.chain.send(outputs.map(|(script, units)| output(script, units)).into());
    bench.mine(1).await;
    reader.catch_up().await;
    let units: Vec<u128> = reader.payments(&to).iter().map(|seen| seen.1.units()).collect();
    assert_eq!(units, [5, 5, 1]);
}
