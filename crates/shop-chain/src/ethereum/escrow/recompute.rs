//! Facts about a statement that only its hashes and signatures tell.

use super::{PINNED, attestors_hash, id_of, order_commitment, payout_digest, recover, vault_of};
use shop_core::escrow::{Recomputed, Statement};

/// Computes from a statement what must be in it.
///
/// Compare it by [`shop_core::escrow::warnings()`]. Nothing is asked of anybody.
#[must_use]
pub fn recompute(statement: &Statement) -> Recomputed {
    let id = id_of(&statement.terms);
    Recomputed {
        id,
        vault: vault_of(statement.contract, id),
        attestors: attestors_hash(&statement.attestors),
        order: statement.goods.as_ref().map(order_commitment),
        payout_signer: recover(payout_digest(statement.terms.seller), &statement.payout_signature),
        is_known_contract: statement.contract == PINNED.contract,
    }
}
