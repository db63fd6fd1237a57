//! Reading accounts and contracts through nodes that nobody has to trust alone, and sending
//! transactions.
//!
//! An answer counts if a strict majority of the nodes gives it for the same block. A single node is
//! believed, so a caller bounds what its false answers can cost: see [`Fees::most`].

use crate::{
    ethereum::{
        Ethereum, Node, Settings,
        answer::Parts,
        escrow::{TOPICS, decode_event},
        limits,
        quorum::Quorum,
        rpc::Session,
    },
    heads::most_told_by,
    transport::{BoxFuture, join_all, join_enough},
    watcher::{NodeError, WatchError},
};
use alloy_primitives::{B256, Bytes, U64, U256};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use shop_core::{
    escrow::{Account, Closing, Event, Hash},
    time::UnixTime,
    view::Height,
};

/// Nodes of one chain, asked for accounts and given transactions.
pub struct Client {
    ethereum: Ethereum,
}

/// A block to which answers belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Height of the block.
    pub height: Height,
    /// Time of the block.
    pub time: UnixTime,
    /// Fee per unit of gas that is burnt in this block, in wei.
    pub base_fee: u128,
}

/// Fees of a transaction, in wei per unit of gas (EIP-1559).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fees {
    /// Most that is paid for a unit.
    pub max_fee: u128,
    /// Most of that for whoever makes the block.
    pub max_priority_fee: u128,
}

/// Outcome of a transaction that is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mined {
    /// Height of the block.
    pub height: Height,
    /// False if the contract refused.
    pub is_success: bool,
    /// Wei that it cost.
    pub cost: u128,
}

/// Name of the event by which an order ends.
const CLOSED: Hash = TOPICS[4];
/// Fee for whoever makes the block, where no node says what is usual: 1 gwei.
const USUAL_PRIORITY: u128 = 1_000_000_000;
/// Most of it that is offered because nodes say so: 5 gwei.
const MOST_PRIORITY: u128 = 5 * USUAL_PRIORITY;
/// A replacement is taken if it pays a tenth more; this is an eighth, as wallets do.
const REPLACEMENT_DIVISOR: u128 = 8;

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldBlock {
    number: U64,
    hash: B256,
    timestamp: U64,
    base_fee_per_gas: Option<U256>,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldReceipt {
    block_number: U64,
    block_hash: B256,
    status: U64,
    gas_used: U256,
    effective_gas_price: U256,
}

#[derive(Clone, PartialEq, Eq, Deserialize)]
struct ToldLog {
    topics: Vec<B256>,
    data: Bytes,
}

impl Fees {
    /// Returns the most that a transaction with this limit of gas can cost, in wei.
    #[must_use]
    pub const fn most(&self, gas: u64) -> u128 {
        self.max_fee.saturating_mul(gas as u128)
    }

    /// Returns fees that nodes take for a transaction in place of one with the fees `old`.
    #[must_use]
    pub fn replacing(&self, old: &Self) -> Self {
        let raised = |fee: u128| fee.saturating_add(fee / REPLACEMENT_DIVISOR).saturating_add(1);
        Self {
            max_fee: self.max_fee.max(raised(old.max_fee)),
            max_priority_fee: self.max_priority_fee.max(raised(old.max_priority_fee)),
        }
    }
}

impl Client {
    /// Builds a client that asks these nodes, and refuses those of another chain.
    ///
    /// # Errors
    /// [`WatchError::NoNodes`].
    pub fn new(nodes: Vec<Node>, chain_id: u64) -> Result<Self, WatchError> {
        let settings = Settings { chain_id, ..Settings::default() };
        Ethereum::new(nodes, settings).map(|ethereum| Self { ethereum })
    }

    /// Returns the newest block that a strict majority of the nodes has.
    ///
    /// # Errors
    /// The nodes do not agree, or too few answer.
    pub async fn newest(&self) -> Result<Moment, WatchError> {
        let height = self.quorum().tip().await?;
        self.moment(height).await
    }

    /// Returns a block by its height.
    ///
    /// # Errors
    /// The nodes do not agree, too few answer, or there is no such block.
    pub async fn moment(&self, height: Height) -> Result<Moment, WatchError> {
        let params = json!([number(height), false]);
        let told: ToldBlock = self.agreed("eth_getBlockByNumber", params).await?;
        if told.number.to::<u64>() != height.0 {
            return Err(WatchError::Moved);
        }
        Ok(Moment {
            height,
            time: UnixTime(told.timestamp.to()),
            base_fee: told.base_fee_per_gas.map_or(0, clipped),
        })
    }

    /// Returns what an account has, in wei.
    ///
    /// # Errors
    /// The nodes do not agree, or too few answer.
    pub async fn balance(&self, account: Account, at: Height) -> Result<u128, WatchError> {
        let params = json!([account, number(at)]);
        self.agreed("eth_getBalance", params).await.map(clipped)
    }

    /// Returns the number of the next transaction of an account, as the block leaves it.
    ///
    /// # Errors
    /// The nodes do not agree, or too few answer.
    pub async fn next_nonce(&self, account: Account, at: Height) -> Result<u64, WatchError> {
        let params = json!([account, number(at)]);
        let told: U64 = self.agreed("eth_getTransactionCount", params).await?;
        Ok(told.to())
    }

    /// Returns the hash of a contract's code (Keccak-256); None where there is no code.
    ///
    /// # Errors
    /// The nodes do not agree, or too few answer.
    pub async fn code_hash(&self, at: Account, when: Height) -> Result<Option<Hash>, WatchError> {
        let code: Bytes = self.agreed("eth_getCode", json!([at, number(when)])).await?;
        let hash = || Hash(alloy_primitives::keccak256(&code).0);
        Ok((!code.is_empty()).then(hash))
    }

    /// Returns what a contract answers to a call that changes nothing.
    ///
    /// # Errors
    /// The nodes do not agree, too few answer, or the contract refuses.
    pub async fn call(
        &self,
        contract: Account,
        data: &[u8],
        at: Height,
    ) -> Result<Vec<u8>, WatchError> {
        let data = Bytes::copy_from_slice(data);
        let params = json!([{ "to": contract, "data": data }, number(at)]);
        let told: Bytes = self.agreed("eth_call", params).await?;
        Ok(told.to_vec())
    }

    /// Returns what an account has of a token (ERC-20), in smallest units.
    ///
    /// # Errors
    /// The nodes do not agree, too few answer, or the contract is no token.
    pub async fn token_balance(
        &self,
        token: Account,
        account: Account,
        at: Height,
    ) -> Result<u128, WatchError> {
        // balanceOf(address)
        let mut data = vec![0x70, 0xa0, 0x82, 0x31];
        data.extend([0; 12]);
        data.extend(account.0);
        let told = self.call(token, &data, at).await?;
        let told = U256::try_from_be_slice(&told).filter(|_| told.len() == 32);
        told.map(clipped).ok_or(WatchError::Node { number: 1, trouble: NodeError::Malformed })
    }

    /// Returns the ending of an order, if it is between these blocks.
    ///
    /// # Errors
    /// The nodes do not agree, too few answer, or they do not search all these blocks.
    pub async fn closing(
        &self,
        contract: Account,
        id: Hash,
        from: Height,
        to: Height,
    ) -> Result<Option<Closing>, WatchError> {
        let params = json!([{
            "address": contract, "topics": [CLOSED, id], "fromBlock": number(from),
            "toBlock": number(to),
        }]);
        let quorum = self.quorum();
        let ask = |session| boxed(logs_of(session, params.clone()));
        let told = join_all(quorum.sessions.iter().map(ask).collect()).await;
        let Some((logs, by)) = most_told_by(&told, Clone::clone) else {
            return Err(quorum.no_majority(0, &told));
        };
        if by.len() < quorum.needed() {
            return Err(quorum.no_majority(by.len(), &told));
        }
        let Some(log) = logs.first() else { return Ok(None) };
        let topics: Vec<[u8; 32]> = log.topics.iter().map(|topic| topic.0).collect();
        match decode_event(&topics, &log.data, UnixTime(0)) {
            Ok(Some((told, Event::Closed(closing)))) if told == id => Ok(Some(closing)),
            _ => Ok(None),
        }
    }

    /// Returns what to offer for a transaction now.
    ///
    /// It follows the block's own fee, and the usual tip for the block's maker: the median of what the
    /// nodes say, and at most 5 gwei.
    pub async fn fees(&self, now: &Moment) -> Fees {
        let quorum = self.quorum();
        let told = ask_all::<U256>(&quorum, "eth_maxPriorityFeePerGas", &json!([])).await;
        let mut told: Vec<u128> = told.into_iter().flatten().flatten().map(clipped).collect();
        told.sort_unstable();
        let median = told.get(told.len() / 2).copied().unwrap_or(USUAL_PRIORITY);
        let max_priority_fee = median.clamp(1, MOST_PRIORITY);
        let max_fee = now.base_fee.saturating_mul(2).saturating_add(max_priority_fee);
        Fees { max_fee, max_priority_fee }
    }

    /// Returns the gas that a call takes now, as most nodes estimate it.
    ///
    /// # Errors
    /// No node estimates it: the contract refuses, for example.
    pub async fn estimate(
        &self,
        from: Account,
        to: Account,
        value: u128,
        data: &[u8],
    ) -> Result<u64, WatchError> {
        let data = Bytes::copy_from_slice(data);
        let params = json!([{
            "from": from, "to": to, "value": U256::from(value), "data": data,
        }]);
        let quorum = self.quorum();
        let told = ask_all::<U64>(&quorum, "eth_estimateGas", &params).await;
        let mut gas: Vec<u64> = told.iter().flatten().flatten().map(|gas| gas.to()).collect();
        gas.sort_unstable();
        let median = gas.get(gas.len() / 2).copied();
        median.ok_or_else(|| quorum.no_majority(0, &told))
    }

    /// Gives a signed transaction to all nodes. Returns how many took it, or have it already.
    ///
    /// # Errors
    /// No node took it.
    pub async fn send(&self, raw: &[u8], hash: Hash) -> Result<usize, WatchError> {
        let quorum = self.quorum();
        let params = json!([Bytes::copy_from_slice(raw)]);
        let told = ask_all::<B256>(&quorum, "eth_sendRawTransaction", &params).await;
        let mut took = told.iter().flatten().flatten().filter(|told| told.0 == hash.0).count();
        // A node that has it already refuses it, each with words of its own.
        let failed = quorum.sessions.iter().zip(&told).filter(|(_, told)| told.is_err());
        let ask = |session| boxed(has_transaction(session, hash));
        let known = join_all(failed.map(|(session, _)| ask(session)).collect()).await;
        took = took.saturating_add(known.into_iter().filter(|known| *known).count());
        if took == 0 { Err(quorum.no_majority(0, &told)) } else { Ok(took) }
    }

    /// Returns the outcome of a transaction; None while it is in no block.
    ///
    /// # Errors
    /// The nodes do not agree, or too few answer.
    pub async fn mined(&self, hash: Hash) -> Result<Option<Mined>, WatchError> {
        let quorum = self.quorum();
        let params = json!([hash]);
        let told = ask_all::<ToldReceipt>(&quorum, "eth_getTransactionReceipt", &params).await;
        let Some((receipt, by)) = most_told_by(&told, Clone::clone) else {
            return Err(quorum.no_majority(0, &told));
        };
        if by.len() < quorum.needed() {
            return Err(quorum.no_majority(by.len(), &told));
        }
        Ok(receipt.as_ref().map(|receipt| Mined {
            height: Height(receipt.block_number.to()),
            is_success: receipt.status.to::<u64>() == 1,
            cost: clipped(receipt.gas_used).saturating_mul(clipped(receipt.effective_gas_price)),
        }))
    }

    fn quorum(&self) -> Quorum<'_> {
        Quorum::of(&self.ethereum)
    }

    /// Asks all nodes, and returns the answer of a strict majority.
    /// Once there is one, the others do not hold it up for long.
    async fn agreed<T>(&self, method: &str, params: Value) -> Result<T, WatchError>
    where
        T: DeserializeOwned + Clone + PartialEq + Send,
    {
        let quorum = self.quorum();
        let ask = |session| boxed(ask_for_some::<T>(session, method, params.clone()));
        let asked = quorum.sessions.iter().map(ask).collect();
        let agreeing = |told: &[Result<T, NodeError>]| {
            most_told_by(told, Clone::clone).map_or(0, |(_, by)| by.len())
        };
        let is_enough = |told: &[Result<T, NodeError>]| agreeing(told) >= quorum.needed();
        let late = Err(NodeError::Timeout);
        let told = join_enough(asked, late, quorum.grace(), is_enough).await;
        match most_told_by(&told, Clone::clone) {
            Some((value, by)) if by.len() >= quorum.needed() => Ok(value.clone()),
            _ => Err(quorum.no_majority(agreeing(&told), &told)),
        }
    }
}

async fn ask_for_some<T: DeserializeOwned>(
    session: &Session<'_>,
    method: &str,
    params: Value,
) -> Result<T, NodeError> {
    session.ask_some(method, params).await
}

/// Asks all nodes at once. An answer that is none is the node's `null`.
async fn ask_all<T: DeserializeOwned + Send>(
    quorum: &Quorum<'_>,
    method: &str,
    params: &Value,
) -> Vec<Result<Option<T>, NodeError>> {
    let ask = |session| boxed(ask_one(session, method, params.clone()));
    join_all(quorum.sessions.iter().map(ask).collect()).await
}

async fn ask_one<T: DeserializeOwned>(
    session: &Session<'_>,
    method: &str,
    params: Value,
) -> Result<Option<T>, NodeError> {
    session.ask(method, params).await
}

async fn logs_of(session: &Session<'_>, params: Value) -> Result<Vec<ToldLog>, NodeError> {
    let mut logs = Logs::default();
    session.read::<Vec<Value>>("eth_getLogs", params, limits::SMALL, &mut logs).await?;
    Ok(logs.0)
}

/// Logs of an answer, which come one by one. An order ends once, so there is one.
#[derive(Default)]
struct Logs(Vec<ToldLog>);

impl Parts for Logs {
    fn begin(&mut self) {
        self.0.clear();
    }

    fn item(&mut self, json: &[u8]) -> Result<(), NodeError> {
        if !self.0.is_empty() {
            return Err(NodeError::TooLarge);
        }
        self.0.push(serde_json::from_slice(json).map_err(|_| NodeError::Malformed)?);
        Ok(())
    }

    fn log(&mut self, _: &[u8]) -> Result<(), NodeError> {
        Err(NodeError::Malformed)
    }
}

async fn has_transaction(session: &Session<'_>, hash: Hash) -> bool {
    let told: Result<Option<Value>, _> =
        session.ask("eth_getTransactionByHash", json!([hash])).await;
    told.is_ok_and(|told| told.is_some())
}

fn boxed<'a, T>(future: impl Future<Output = T> + Send + 'a) -> BoxFuture<'a, T> {
    Box::pin(future)
}

fn number(height: Height) -> String {
    format!("{:#x}", height.0)
}

/// Returns a number, or the greatest one if it does not fit.
fn clipped(number: U256) -> u128 {
    number.try_into().unwrap_or(u128::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replacement_pays_an_eighth_more_in_both_fees() {
        let old = Fees { max_fee: 800, max_priority_fee: 80 };
        let now = Fees { max_fee: 500, max_priority_fee: 200 };
        assert_eq!(now.replacing(&old), Fees { max_fee: 901, max_priority_fee: 200 });
        assert_eq!(now.most(3), 1_500);
        let most = Fees { max_fee: u128::MAX, max_priority_fee: u128::MAX };
        assert_eq!(now.replacing(&most), most);
        assert_eq!(most.most(2), u128::MAX);
    }
}
