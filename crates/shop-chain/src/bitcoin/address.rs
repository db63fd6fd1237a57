//! Addresses: base58 and, for segwit and taproot, bech32 and bech32m (BIP 173, BIP 350).

use super::network::Network;
use crate::chain::PayToRefusal;
use bitcoin::{
    Address, AddressType, ScriptBuf,
    address::{NetworkUnchecked, ParseError},
};

/// Form of an address.
const ADDRESS: &str = "a Bitcoin address begins with bc1, 1 or 3";
/// Beginnings of segwit addresses, of each network.
const SEGWIT: [&str; 3] = ["bc1", "tb1", "bcrt1"];
/// Reason to refuse a witness version that nobody can guard yet.
const TOO_NEW: &str =
    "this kind of Bitcoin address is not in use yet: anybody could take the money";

/// Returns an address in its one spelling.
pub(super) fn spelled(text: &str) -> Result<String, PayToRefusal> {
    Ok(parse(text.trim())?.assume_checked().to_string())
}

/// Returns the script that pays an address.
pub(super) fn script(text: &str) -> Option<ScriptBuf> {
    Some(parse(text).ok()?.assume_checked().script_pubkey())
}

/// Returns true if an address is one of this network.
/// Test networks share the form of their older addresses.
pub(super) fn is_on(text: &str, network: Network) -> bool {
    parse(text).is_ok_and(|address| address.is_valid_for_network(network.kind()))
}

fn parse(text: &str) -> Result<Address<NetworkUnchecked>, PayToRefusal> {
    let parsed: Result<Address<NetworkUnchecked>, _> = text.parse();
    let address = parsed.map_err(|error| refusal(text, &error))?;
    match address.clone().assume_checked().address_type() {
        Some(
            AddressType::P2pkh
            | AddressType::P2sh
            | AddressType::P2wpkh
            | AddressType::P2wsh
            | AddressType::P2tr,
        ) => Ok(address),
        _ => Err(PayToRefusal::NotAnAddress(TOO_NEW)),
    }
}

/// Returns why text is no address. Of bech32 the library says no more than that it is none.
fn refusal(text: &str, error: &ParseError) -> PayToRefusal {
    let is_segwit = |prefix: &&str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let is_mistyped = SEGWIT.iter().any(is_segwit)
        || matches!(error, ParseError::Base58(bitcoin::base58::Error::IncorrectChecksum(_)));
    if is_mistyped { PayToRefusal::Mistyped } else { PayToRefusal::NotAnAddress(ADDRESS) }
}
