//! The chain, as whoever sends transactions to the contract needs it.

use shop_chain::{
    NodeError, WatchError,
    ethereum::{
        Client, Fees, Mined, Moment,
        escrow::{Call, PINNED, decode_state},
    },
};
use shop_core::{
    escrow::{Account, EscrowState, Hash},
    view::Height,
};
use shop_http::BoxFuture;

/// Answer of the nodes.
type Told<'a, T> = BoxFuture<'a, Result<T, WatchError>>;

/// Nodes that are asked about the known contract, and given transactions.
///
/// An error is "not known", never "no". An answer is that of a strict majority of the nodes, but for
/// estimates and fees, whose median one node can move: whoever sends limits what they can cost.
pub(crate) trait Ledger: Send + Sync {
    /// Returns the newest block.
    fn newest(&self) -> Told<'_, Moment>;
    /// Returns the state of an order in the contract.
    fn state(&self, id: Hash, at: Height) -> Told<'_, EscrowState>;
    /// Returns what an account has of an asset, in smallest units. None is the chain's coin.
    fn balance_of(&self, token: Option<Account>, account: Account, at: Height) -> Told<'_, u128>;
    /// Returns the hash of the contract's code; None where there is no code.
    fn contract_code(&self, at: Height) -> Told<'_, Option<Hash>>;
    /// Returns true if an account has code: what it does when it is paid is for its maker to say.
    fn has_code(&self, account: Account, at: Height) -> Told<'_, bool>;
    /// Returns the number of the next transaction of an account, as the block leaves it.
    fn next_nonce(&self, account: Account, at: Height) -> Told<'_, u64>;
    /// Returns the gas that a call of the contract takes now. An error may be its refusal.
    fn estimate<'a>(&'a self, from: Account, data: &'a [u8]) -> Told<'a, u64>;
    /// Returns what to offer for a transaction now.
    fn fees(&self, now: Moment) -> BoxFuture<'_, Fees>;
    /// Gives a signed transaction to all nodes. Returns how many have it.
    fn send<'a>(&'a self, raw: &'a [u8], hash: Hash) -> Told<'a, usize>;
    /// Returns the outcome of a transaction; None while it is in no block.
    fn mined(&self, hash: Hash) -> Told<'_, Option<Mined>>;
}

/// Returns the state of an order in a contract.
///
/// # Errors
/// The nodes do not agree, too few answer, or the answer is none of the contract.
pub(crate) async fn state_of(
    client: &Client,
    contract: Account,
    id: Hash,
    at: Height,
) -> Result<EscrowState, WatchError> {
    let told = client.call(contract, &Call::state_of(id), at).await?;
    let malformed = WatchError::Node { number: 1, trouble: NodeError::Malformed };
    decode_state(&told).map_err(|_| malformed)
}

impl Ledger for Client {
    fn newest(&self) -> Told<'_, Moment> {
        Box::pin(self.newest())
    }

    fn state(&self, id: Hash, at: Height) -> Told<'_, EscrowState> {
        Box::pin(state_of(self, PINNED.contract, id, at))
    }

    fn balance_of(&self, token: Option<Account>, account: Account, at: Height) -> Told<'_, u128> {
        Box::pin(async move {
            match token {
                None => self.balance(account, at).await,
                Some(token) => self.token_balance(token, account, at).await,
            }
        })
    }

    fn contract_code(&self, at: Height) -> Told<'_, Option<Hash>> {
        Box::pin(self.code_hash(PINNED.contract, at))
    }

    fn has_code(&self, account: Account, at: Height) -> Told<'_, bool> {
        Box::pin(async move { self.code_hash(account, at).await.map(|code| code.is_some()) })
    }

    fn next_nonce(&self, account: Account, at: Height) -> Told<'_, u64> {
        Box::pin(self.next_nonce(account, at))
    }

    fn estimate<'a>(&'a self, from: Account, data: &'a [u8]) -> Told<'a, u64> {
        Box::pin(self.estimate(from, PINNED.contract, 0, data))
    }

    fn fees(&self, now: Moment) -> BoxFuture<'_, Fees> {
        Box::pin(async move { self.fees(&now).await })
    }

    fn send<'a>(&'a self, raw: &'a [u8], hash: Hash) -> Told<'a, usize> {
        Box::pin(self.send(raw, hash))
    }

    fn mined(&self, hash: Hash) -> Told<'_, Option<Mined>> {
        Box::pin(self.mined(hash))
    }
}
