//! Price feeds of Chainlink: contracts that say what a coin or a currency costs in dollars.
//!
//! Each is read by `eth_call` at one block that the nodes agree on. An answer counts if a strict
//! majority of the nodes gives it, byte for byte. That is their word, not a proof: nodes that are
//! asked are told which feeds a shop reads, and a majority of them can make a price up. The feed
//! itself is the word of its operators.

use super::{Client, Moment, escrow};
use crate::{
    transport::{BoxFuture, join_all},
    watcher::WatchError,
};
use abi::{decimalsCall, descriptionCall, latestRoundDataCall};
use alloy_primitives::{I256, U256};
use alloy_sol_types::SolCall;
use shop_core::{escrow::Account, time::UnixTime};
use std::borrow::Cow;

/// A feed: the price of one code in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Code of what is priced: `ETH`.
    pub base: Cow<'static, str>,
    /// Code of what it is priced in: `USD`.
    pub quote: Cow<'static, str>,
    /// Address of its contract, with its checksum.
    pub contract: Cow<'static, str>,
    /// Seconds after which it writes a price though it has not moved.
    pub heartbeat: u64,
}

/// Answer of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedAnswer {
    /// The price in units of 10^-[`FeedAnswer::decimals`]; more than 0.
    pub answer: u128,
    /// Decimal places of the answer.
    pub decimals: u32,
    /// Time at which the feed wrote it.
    pub updated_at: UnixTime,
    /// Time of the block in which it was read.
    pub read_at: UnixTime,
}

/// Reason why a feed told no price.
#[derive(Debug, thiserror::Error)]
pub enum FeedError {
    /// The nodes do not agree, or too few answer.
    #[error(transparent)]
    Nodes(#[from] WatchError),
    /// The address is not one of a contract.
    #[error("its address in the settings is mistyped: copy it again")]
    Address,
    /// There is no feed at this address.
    #[error("there is no price feed at its address on this chain")]
    NotAFeed,
    /// The feed says that it is one of something else.
    #[error("the feed at its address is of another pair")]
    OtherPair,
    /// The price is zero or less, or too large.
    #[error("it told a price that cannot be true")]
    Price,
    /// The price was carried over from an earlier round, or was never written.
    #[error("its round has not ended")]
    Unfinished,
    /// The feed should have written a price since, and has not.
    #[error("it has written no price for {hours} hours")]
    Old {
        /// Age of the price in hours.
        hours: u64,
    },
}

/// Seconds that a feed may be late after its heartbeat.
const LATE: u64 = 3_600;
/// Seconds by which a feed may be ahead of the block that it is read in.
const AHEAD: u64 = 60;
/// Greatest number of decimals of a feed.
const MOST_DECIMALS: u8 = 36;

const HOUR: u64 = 3_600;
const DAY: u64 = 86_400;

const fn feed(base: &'static str, contract: &'static str, heartbeat: u64) -> Feed {
    Feed {
        base: Cow::Borrowed(base),
        quote: Cow::Borrowed("USD"),
        contract: Cow::Borrowed(contract),
        heartbeat,
    }
}

/// The feeds on Ethereum's main chain, as they were in November 2026.
pub const MAIN_FEEDS: [Feed; 11] = [
    feed("ETH", "0x5f4eC3Df9cbd43714FE2740f5E3616155c5b8419", HOUR),
    feed("BTC", "0xF4030086522a5bEEa4988F8cA5B36dbC97BeE88c", HOUR),
    feed("CAD", "0xa34317DB73e77d453b1B8d04550c44D10e981C8e", DAY),
    feed("EUR", "0xb49f677943BC038e9857d61E7d053CaA2C1734C1", DAY),
    feed("GBP", "0x5c0Ab2d9b5a7ed9f470386e82BB36A3613cDd4b5", DAY),
    feed("JPY", "0xBcE206caE7f0ec07b545EddE332A47C2F75bbeb3", DAY),
    feed("CHF", "0x449d117117838fFA61263B61dA6301AA2a88B13A", DAY),
    feed("AUD", "0x77F9710E7d0A19669A13c055F62cd80d313dF022", DAY),
    feed("USDC", "0x8fFfFfd4AfB6115b954Bd326cbe7B4BA576818f6", DAY),
    feed("USDT", "0x3E7d1eAB13ad0104d2750B8863b489D65364e32D", DAY),
    feed("DAI", "0xAed0c38402a5d19df6E4c03F4E2DceD6e29c1ee9", HOUR),
];

/// The functions of a feed that are called.
#[allow(missing_docs, unreachable_pub, reason = "the macro writes items")]
mod abi {
    alloy_sol_types::sol! {
        function decimals() external view returns (uint8);
        function description() external view returns (string);
        function latestRoundData() external view
            returns (uint80 round, int256 answer, uint256 started, uint256 updated, uint80 answeredIn);
    }
}

/// Answers of one contract, as a majority of the nodes tells them.
struct Told {
    decimals: Vec<u8>,
    description: Vec<u8>,
    round: Vec<u8>,
}

/// Reads feeds, in their order, at one block that a strict majority of the nodes has.
///
/// # Errors
/// The nodes do not agree on a block, or too few answer.
pub async fn read_feeds(
    client: &Client,
    feeds: &[Feed],
) -> Result<Vec<Result<FeedAnswer, FeedError>>, WatchError> {
    let block = client.newest().await?;
    let read = |feed| Box::pin(read_feed(client, feed, block)) as BoxFuture<'_, _>;
    Ok(join_all(feeds.iter().map(read).collect()).await)
}

async fn read_feed(client: &Client, feed: &Feed, block: Moment) -> Result<FeedAnswer, FeedError> {
    let contract = feed.account()?;
    let description = descriptionCall {}.abi_encode();
    let decimals = decimalsCall {}.abi_encode();
    let round = latestRoundDataCall {}.abi_encode();
    let told = Told {
        description: client.call(contract, &description, block.height).await?,
        decimals: client.call(contract, &decimals, block.height).await?,
        round: client.call(contract, &round, block.height).await?,
    };
    feed.answer(&told, block.time)
}

impl Feed {
    /// Returns the address of its contract.
    ///
    /// # Errors
    /// [`FeedError::Address`].
    pub fn account(&self) -> Result<Account, FeedError> {
        escrow::parse_account(&self.contract).map_err(|_| FeedError::Address)
    }

    /// Reads what the contract answered in a block of this time.
    fn answer(&self, told: &Told, read_at: UnixTime) -> Result<FeedAnswer, FeedError> {
        let name = descriptionCall::abi_decode_returns(&told.description).map_err(not_a_feed)?;
        if name.split('/').map(str::trim).ne([&*self.base, &*self.quote]) {
            return Err(FeedError::OtherPair);
        }
        let decimals = decimalsCall::abi_decode_returns(&told.decimals).map_err(not_a_feed)?;
        if decimals > MOST_DECIMALS {
            return Err(FeedError::NotAFeed);
        }
        let round = latestRoundDataCall::abi_decode_returns(&told.round).map_err(not_a_feed)?;
        if round.answer <= I256::ZERO {
            return Err(FeedError::Price);
        }
        let answer = u128::try_from(round.answer).map_err(|_| FeedError::Price)?;
        if round.updated == U256::ZERO || round.answeredIn < round.round {
            return Err(FeedError::Unfinished);
        }
        let updated_at = u64::try_from(round.updated).map_err(|_| FeedError::Unfinished)?;
        let age = read_at.0.saturating_sub(updated_at);
        if updated_at > read_at.0.saturating_add(AHEAD) {
            return Err(FeedError::Unfinished);
        }
        if age > self.heartbeat.saturating_add(LATE) {
            return Err(FeedError::Old { hours: age / HOUR });
        }
        let updated_at = UnixTime(updated_at);
        Ok(FeedAnswer { answer, decimals: u32::from(decimals), updated_at, read_at })
    }
}

fn not_a_feed(_: alloy_sol_types::Error) -> FeedError {
    FeedError::NotAFeed
}

#[cfg(test)]
mod tests;
