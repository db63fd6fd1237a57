//! Signatures of digests, and who made them.

use alloy_primitives::Address;
use k256::ecdsa::{self, RecoveryId, SigningKey, VerifyingKey};
use shop_core::escrow::{Account, Hash, Signature};

/// The v of a signature whose point has an even y.
const EVEN: u8 = 27;

pub(super) fn sign(key: &SigningKey, digest: Hash) -> Signature {
    let (signature, parity) =
        key.sign_prehash_recoverable(&digest.0).expect("a digest of 32 bytes can be signed");
    let mut bytes = [0; 65];
    let v = EVEN + u8::from(parity.is_y_odd());
    let all = signature.to_bytes().into_iter().chain([v]);
    bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
    Signature(bytes)
}

/// Returns the address whose key signed a digest, as the contract recovers it.
///
/// None if v is neither 27 nor 28, s is the higher of the two that are possible, or it is no
/// signature.
#[must_use]
pub fn recover(digest: Hash, signature: &Signature) -> Option<Account> {
    let (v, rs) = signature.0.split_last()?;
    let parity = v.checked_sub(EVEN).filter(|parity| *parity <= 1)?;
    let signature = ecdsa::Signature::from_slice(rs).ok()?;
    if signature.normalize_s().is_some() {
        return None;
    }
    let parity = RecoveryId::from_byte(parity)?;
    let key = VerifyingKey::recover_from_prehash(&digest.0, &signature, parity).ok()?;
    Some(account_of_key(&key))
}

/// Returns true if this address's key signed the digest. Nobody has the key of address zero.
#[must_use]
pub fn is_signed_by(account: Account, digest: Hash, signature: &Signature) -> bool {
    !account.is_zero() && recover(digest, signature) == Some(account)
}

pub(super) fn account_of_key(key: &VerifyingKey) -> Account {
    super::abi::account(Address::from_public_key(key))
}
