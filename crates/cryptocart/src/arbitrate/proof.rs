//! Proof that whoever writes to the arbiter is a side of the order.
//!
//! Part 2 of a statement alone proves little: buyer and seller both have it. So the buyer shows the code
//! that follows from the order code, whose mark is in part 2, or signs with the refund address or the
//! buyer's key. The seller signs with the operator key. The release secret is not asked for: whoever
//! has it can pay the seller.

use super::side::Side;
use serde::{Deserialize, Serialize};
use shop_chain::ethereum::escrow::{case_digest, is_signed_by};
use shop_core::escrow::{Account, Goods, Signature, Statement};
use shop_seal::BuyerProof;

/// Way in which a side was proved. What comes later in the list is the stronger one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Proof {
    /// By the buyer's code.
    /// The shop's server knows it too while the buyer has the order page open.
    #[default]
    Code,
    /// By a signature of a key that the terms name.
    Signature,
}

/// Most signatures that are tried. A statement has one, and a proof is another.
const MOST_SIGNATURES: usize = 8;

/// Finds the proof of a side, in the field for it or anywhere below the statement.
///
/// The error says what is missing.
pub(super) fn find(
    side: Side,
    statement: &Statement,
    field: &str,
    pasted: &str,
) -> Result<Proof, &'static str> {
    if statement.goods.is_none() {
        return Err(
            "Part 2 of the statement is missing. Paste all of it: the arbiter has to see what \
                    was ordered, and nobody but buyer and seller has it.",
        );
    }
    let keys: Vec<Account> = match side {
        Side::Buyer => {
            let refund_to = statement.terms.refund_to;
            [Some(refund_to), statement.terms.buyer_key].into_iter().flatten().collect()
        }
        Side::Seller => vec![statement.terms.operator],
    };
    let digest = case_digest(statement.id);
    let is_signed = |it: Signature| keys.iter().any(|key| is_signed_by(*key, digest, &it));
    let words = field.split_whitespace().chain(pasted.split_whitespace());
    // Each costs a moment of this machine, and there is room for thousands.
    let mut signatures = words.filter_map(|word| Signature::parse(word).ok()).take(MOST_SIGNATURES);
    if signatures.any(is_signed) {
        return Ok(Proof::Signature);
    }
    match side {
        Side::Buyer => by_code(statement, field, pasted),
        Side::Seller => {
            Err("Nothing here shows that you are the seller. At home, run: cryptocart \
                             escrow case ORDER. Then paste all that it prints.")
        }
    }
}

/// Finds the buyer's code. A proof of another order is none.
fn by_code(statement: &Statement, field: &str, pasted: &str) -> Result<Proof, &'static str> {
    let Some(mark) = statement.goods.as_ref().and_then(Goods::buyer_mark) else {
        return Err(
            "This statement has no mark of its buyer. Sign the text below with the wallet of \
                    your refund address, and paste the signature.",
        );
    };
    let found = [field, pasted].into_iter().filter_map(BuyerProof::find).collect::<Vec<_>>();
    match found.iter().any(|proof| proof.mark() == mark) {
        true => Ok(Proof::Code),
        false if found.is_empty() => {
            Err("Nothing here shows that you are the buyer. Your proof begins \
                                          with BUYER- and is below the statement in the file that \
                                          you saved, and on your order page. Never paste your order \
                                          code anywhere but in the shop.")
        }
        false => {
            Err("This proof belongs to another order. Paste the one that was saved with this \
                      statement.")
        }
    }
}

/// Says how a side was proved, to the arbiter.
pub(super) const fn words(side: Side, proof: Proof) -> &'static str {
    match (side, proof) {
        (Side::Buyer, Proof::Code) => {
            "the buyer's code. The shop's server can know it too, so a seller who has changed the \
             shop could write this"
        }
        (Side::Buyer, Proof::Signature) => {
            "a signature of the refund address or of the buyer's key. The shop cannot make it"
        }
        (Side::Seller, _) => "a signature of the seller's operator key",
    }
}
