//! Names of calls, for whoever is asked to sign one.

use super::abi;
use alloy_primitives::keccak256;
use alloy_sol_types::SolCall;
use shop_core::escrow::Hash;

/// Bytes of the terms in a call: 18 words.
const TERMS: usize = 18 * 32;

/// Call of the contract, as its own bytes tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescribedCall {
    /// Name of the function.
    pub name: &'static str,
    /// Order that it is about.
    pub id: Hash,
}

/// Returns what a call does, from its bytes alone. None: it is no call about an order.
#[must_use]
pub fn describe_call(data: &[u8]) -> Option<DescribedCall> {
    let (selector, rest) = data.split_first_chunk::<4>()?;
    let names = [
        (abi::shipCall::SELECTOR, "ship"),
        (abi::attestCall::SELECTOR, "attest"),
        (abi::extendCall::SELECTOR, "extend"),
        (abi::disputeCall::SELECTOR, "dispute"),
        (abi::refundLateCall::SELECTOR, "refundLate"),
        (abi::finalizeCall::SELECTOR, "finalize"),
        (abi::ruleCall::SELECTOR, "rule"),
        (abi::arbiterTimeoutCall::SELECTOR, "arbiterTimeout"),
        (abi::releaseCall::SELECTOR, "release"),
        (abi::refundCall::SELECTOR, "refund"),
        (abi::pullCall::SELECTOR, "pull"),
        (abi::sweepCall::SELECTOR, "sweep"),
    ];
    let (_, name) = names.into_iter().find(|(known, _)| known == selector)?;
    let id = abi::hash(keccak256(rest.get(..TERMS)?));
    Some(DescribedCall { name, id })
}
