//! One account: the code of a contract, and the balance of an address, proved from a block's
//! hash.
//!
//! Both name an address to the nodes. The contract's is everybody's; a balance is asked for when a
//! buyer wants it.

use super::{answer::NoParts, header::ToldHeader, limits, quorum::Quorum, rpc::Session};
use crate::{
    transport::{BoxFuture, join_all},
    watcher::{NodeError, WatchError},
};
use alloy_primitives::{Address, Bytes, KECCAK256_EMPTY, U256, keccak256};
use alloy_trie::{Nibbles, TrieAccount, proof::verify_proof};
use serde::Deserialize;
use serde_json::json;
use shop_core::{
    escrow::{Account, Hash},
    money::{Amount, AssetId},
    view::{BalanceAt, BlockAt},
};

/// Most bytes of a contract's code (EIP-170), and of more than one of its kind.
const MOST_CODE: usize = 128 << 10;
/// Most nodes of a proof: a path has 64 digits.
const MOST_NODES: usize = 65;

/// An account that was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Proved {
    balance: U256,
    /// True if it has sent no transaction, and is no contract: nothing can have left it.
    is_untouched: bool,
}

/// Answer of `eth_getProof`. The proof alone counts.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldAccount {
    balance: U256,
    nonce: alloy_primitives::U64,
    storage_hash: alloy_primitives::B256,
    code_hash: alloy_primitives::B256,
    account_proof: Vec<Bytes>,
}

/// Returns the hash of a contract's code, if a strict majority of the nodes tells the same.
pub(super) async fn code_hash(quorum: &Quorum<'_>, contract: Account) -> Result<Hash, WatchError> {
    let ask = |session| Box::pin(code_of(session, contract)) as BoxFuture<'_, _>;
    let told: Vec<Result<Hash, NodeError>> =
        join_all(quorum.sessions.iter().map(ask).collect()).await;
    let tells = |hash: &Hash| told.iter().filter(|told| told.as_ref() == Ok(hash)).count();
    let most = told.iter().flatten().max_by_key(|hash| tells(hash));
    let agreed = most.map_or(0, &tells);
    match most {
        Some(hash) if agreed >= quorum.needed() => Ok(*hash),
        _ => Err(quorum.no_majority(agreed, &told)),
    }
}

async fn code_of(session: &Session<'_>, contract: Account) -> Result<Hash, NodeError> {
    let params = json!([address(contract), "latest"]);
    let code: Bytes = session.ask_some("eth_getCode", params).await?;
    if code.len() > MOST_CODE {
        return Err(NodeError::TooLarge);
    }
    Ok(Hash(keccak256(code).0))
}

/// Returns the balance of an address after a block that was read, from the first node that
/// proves it. What the nodes agreed on is the hash of the block; the header and the account
/// follow from it.
pub(super) async fn balance(
    quorum: &Quorum<'_>,
    account: Account,
    at: BlockAt,
) -> Result<BalanceAt, WatchError> {
    let mut failed = None;
    for (place, session) in quorum.sessions.iter().enumerate() {
        match proved_balance(session, account, at).await {
            Ok(Proved { balance, is_untouched }) => {
                let units = u128::try_from(balance).unwrap_or(u128::MAX);
                let amount = Amount::new(AssetId::ETH, units);
                return Ok(BalanceAt { amount, block: at, is_all_that_came: is_untouched });
            }
            Err(trouble) => {
                failed.get_or_insert((place.saturating_add(1), trouble));
            }
        }
    }
    let (number, trouble) = failed.unwrap_or((1, NodeError::Missing));
    Err(WatchError::Node { number, trouble })
}

async fn proved_balance(
    session: &Session<'_>,
    account: Account,
    at: BlockAt,
) -> Result<Proved, NodeError> {
    let height = format!("{:#x}", at.height.0);
    let params = json!([height, false]);
    let told: Option<ToldHeader> =
        session.read("eth_getBlockByNumber", params, limits::SMALL, &mut NoParts).await?;
    let header = told.ok_or(NodeError::Missing)?.prove(None)?;
    if header.hash_slow().0 != at.hash.0 {
        return Err(NodeError::Missing);
    }
    let params = json!([address(account), [], height]);
    let told: ToldAccount = session.ask_some("eth_getProof", params).await?;
    told.prove(header.state_root, account)
}

impl ToldAccount {
    /// Returns the balance of an account, if it follows from the state root.
    /// An account that the state does not have has nothing, which is proved as well.
    fn prove(
        self,
        state_root: alloy_primitives::B256,
        account: Account,
    ) -> Result<Proved, NodeError> {
        let Self { balance, nonce, storage_hash, code_hash, account_proof } = self;
        if account_proof.len() > MOST_NODES {
            return Err(NodeError::TooLarge);
        }
        let key = || Nibbles::unpack(keccak256(address(account)));
        let nonce = nonce.to();
        let told = TrieAccount { nonce, balance, storage_root: storage_hash, code_hash };
        let is_proved =
            |expected| verify_proof(state_root, key(), expected, &account_proof).is_ok();
        if is_proved(Some(alloy_rlp::encode(told))) {
            Ok(Proved { balance, is_untouched: nonce == 0 && code_hash == KECCAK256_EMPTY })
        } else if balance.is_zero() && is_proved(None) {
            Ok(Proved { balance: U256::ZERO, is_untouched: true })
        } else {
            Err(NodeError::InvalidProof("state"))
        }
    }
}

const fn address(account: Account) -> Address {
    Address::new(account.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::{B256, U64};
    use alloy_trie::{EMPTY_ROOT_HASH, HashBuilder, proof::ProofRetainer};

    const VAULT: Account = Account([7; 20]);

    /// Returns a state with a vault that has this balance and another account, and the proof of
    /// the account asked for.
    fn state(balance: u64, asked: Account) -> (B256, Vec<Bytes>) {
        state_with(balance, 0, asked)
    }

    /// Returns the same of a vault with this nonce.
    fn state_with(balance: u64, nonce: u64, asked: Account) -> (B256, Vec<Bytes>) {
        let path = |account| Nibbles::unpack(keccak256(address(account)));
        let account = |balance: u64, nonce: u64| TrieAccount {
            nonce,
            balance: U256::from(balance),
            storage_root: EMPTY_ROOT_HASH,
            code_hash: KECCAK256_EMPTY,
        };
        let mut leaves =
            vec![(path(VAULT), account(balance, nonce)), (path(Account([9; 20])), account(1, 0))];
        leaves.sort_by_key(|(path, _)| *path);
        let retainer = ProofRetainer::new(vec![path(asked)]);
        let mut builder = HashBuilder::default().with_proof_retainer(retainer);
        for (path, account) in leaves {
            builder.add_leaf(path, &alloy_rlp::encode(account));
        }
        let root = builder.root();
        let nodes = builder.take_proof_nodes().into_nodes_sorted();
        (root, nodes.into_iter().map(|(_, node)| node).collect())
    }

    fn told(balance: u64, account_proof: Vec<Bytes>) -> ToldAccount {
        ToldAccount {
            balance: U256::from(balance),
            nonce: U64::ZERO,
            storage_hash: EMPTY_ROOT_HASH,
            code_hash: KECCAK256_EMPTY,
            account_proof,
        }
    }

    #[test]
    fn balance_is_believed_only_as_the_state_root_has_it() {
        let (root, proof) = state(500, VAULT);
        let proved = Proved { balance: U256::from(500), is_untouched: true };
        assert_eq!(told(500, proof.clone()).prove(root, VAULT), Ok(proved));
        let forged = Err(NodeError::InvalidProof("state"));
        assert_eq!(told(501, proof.clone()).prove(root, VAULT), forged);
        assert_eq!(told(500, proof.clone()).prove(B256::ZERO, VAULT), forged);
        assert_eq!(told(500, proof.clone()).prove(root, Account([8; 20])), forged);
        let half = proof.get(..1).unwrap().to_vec();
        assert_eq!(told(500, half).prove(root, VAULT), forged);
        assert_eq!(told(500, Vec::new()).prove(root, VAULT), forged);
    }

    /// A balance that is left is not all that came.
    #[test]
    fn address_that_has_sent_money_is_told_from_one_that_has_not() {
        let (root, proof) = state_with(500, 3, VAULT);
        let told = ToldAccount { nonce: U64::from(3), ..told(500, proof.clone()) };
        let proved = Proved { balance: U256::from(500), is_untouched: false };
        assert_eq!(told.prove(root, VAULT), Ok(proved));
        let pretended = ToldAccount { nonce: U64::ZERO, ..self::told(500, proof) };
        assert_eq!(pretended.prove(root, VAULT), Err(NodeError::InvalidProof("state")));
    }

    #[test]
    fn empty_vault_is_proved_and_cannot_be_pretended() {
        let nobody = Account([8; 20]);
        let (root, proof) = state(500, nobody);
        let nothing = Proved { balance: U256::ZERO, is_untouched: true };
        assert_eq!(told(0, proof).prove(root, nobody), Ok(nothing));
        let (root, proof) = state(500, VAULT);
        let pretended = told(0, proof).prove(root, VAULT);
        assert_eq!(pretended, Err(NodeError::InvalidProof("state")));
    }
}
