//! The coins that are built in: data alone.
//!
//! Records name a coin by its ticker, so they are read without any settings.

use super::asset::{Asset, AssetId};
use crate::chain::ChainId;

/// Satoshi of an output below which Bitcoin's nodes pass no transaction on.
/// It is that of the oldest form of address, the greatest. Wallets send no less to any address.
const DUST: u128 = 546;

impl AssetId {
    /// Ether, counted in wei.
    pub const ETH: Self = Self(&Asset {
        code: "ETH",
        name: "Ether",
        chain: ChainId::built_in("ethereum"),
        token: None,
        decimals: 18,
        typed: 8,
        least: 0,
        stored: "ETH",
    });
    /// Bitcoin, counted in satoshi.
    pub const BTC: Self = Self(&Asset {
        code: "BTC",
        name: "Bitcoin",
        chain: ChainId::built_in("bitcoin"),
        token: None,
        decimals: 8,
        typed: 8,
        least: DUST,
        stored: "BTC",
    });
    /// Monero, counted in piconero.
    pub const XMR: Self = Self(&Asset {
        code: "XMR",
        name: "Monero",
        chain: ChainId::built_in("monero"),
        token: None,
        decimals: 12,
        typed: 8,
        least: 0,
        stored: "XMR",
    });

    /// Every coin that is built in.
    pub const COINS: [Self; 3] = [Self::ETH, Self::BTC, Self::XMR];
}
