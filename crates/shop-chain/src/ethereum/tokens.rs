//! Tokens that are built in: those that most wallets and exchanges send.

/// A token of the list.
pub(super) struct Listed {
    pub(super) code: &'static str,
    pub(super) contract: &'static str,
    pub(super) decimals: u32,
}

/// Number of the main network (EIP-155), the only one whose tokens are listed.
const MAIN: u64 = 1;

/// Tokens of the main network, as their issuers publish them: Circle, Tether, Sky (Maker).
const MAIN_TOKENS: [Listed; 3] = [
    Listed { code: "USDC", contract: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48", decimals: 6 },
    Listed { code: "USDT", contract: "0xdAC17F958D2ee523a2206206994597C13D831ec7", decimals: 6 },
    Listed { code: "DAI", contract: "0x6B175474E89094C44Da98b954EedeAC495271d0F", decimals: 18 },
];

/// Returns the tokens of a network that are built in.
pub(super) const fn listed(network: u64) -> &'static [Listed] {
    if network == MAIN { &MAIN_TOKENS } else { &[] }
}
