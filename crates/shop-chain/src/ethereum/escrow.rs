//! Escrow on a chain: hashes, addresses, signatures, calls and events of the contract.
//!
//! Everything here is computed, and nothing is asked of a node: [`super::Client`] asks. The contract is
//! in `contracts/`, the rules that need no chain are in [`shop_core::escrow`], and no type of a chain
//! library shows.

mod abi;
mod accounts;
mod calls;
mod commitments;
mod described;
mod events;
mod keys;
mod mnemonic;
mod pinned;
mod recompute;
mod signing;
mod transaction;
mod typed_data;

pub use accounts::{account_of, checksum, parse_account, pay_to_of};
pub use calls::{
    AttestError, Call, Proof, StateAnswerError, attest_call, decode_owed, decode_state, extend_call,
};
pub use commitments::{
    attestors_hash, destination_hash, evidence_commitment, id_of, order_commitment,
    order_commitment_of, release_hash, tracking_commitment, vault_of,
};
pub use described::{DescribedCall, describe_call};
pub use events::{EventError, TOPICS, decode_event};
pub use keys::{Key, KeyError};
pub use mnemonic::{Mnemonic, MnemonicError};
pub use pinned::{PINNED, Pinned};
pub use recompute::recompute;
pub use signing::{is_signed_by, recover};
pub use transaction::{SignedTransaction, Transaction};
pub use typed_data::{
    Act, Domain, act_digest, case_digest, case_text, delivered_digest, domain_separator,
    extend_digest, payout_digest, payout_text, refused_digest, release_digest, release_text,
    sign_payout,
};

#[cfg(test)]
mod tests;
