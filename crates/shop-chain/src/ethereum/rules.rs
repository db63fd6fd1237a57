//! Rules of Ethereum: addresses, transaction ids and payment requests, in one spelling each.

use super::{
    Ethereum, Settings,
    tokens::{Listed, listed},
};
use crate::{
    chain::{Chain, PayToRefusal, TokenRefusal, TxidRefusal},
    transport::Node,
    wallet_path::WalletPath,
    watcher::{ChainWatcher, WatchError},
};
use alloy_primitives::Address;
use shop_core::{
    money::{Amount, AssetId},
    pay_to::PayTo,
};
use std::{sync::Arc, time::Duration};

/// Form of an address.
const ADDRESS: &str = "an Ethereum address is 0x followed by 40 digits of 0-9, a-f";
/// Form of a transaction id.
const TXID: &str = "a transaction id is 0x followed by 64 digits of 0-9, a-f";
/// The usual fee of a transfer, in wei.
const FEE: u128 = 20_000_000_000_000;
/// The usual fee of a transfer of a token, in wei: it takes three times as much gas.
const TOKEN_FEE: u128 = 3 * FEE;
/// Bytes of a block from the node that is read, as `bench/run chain` counts.
const BLOCK_BYTES: u64 = 184_622;
/// Bytes of a block from each other node, counted alike.
const HEAD_BYTES: u64 = 14_016;
/// Number of blocks of a day on the main chain.
const BLOCKS_A_DAY: u64 = 7_200;
/// Networks with a block every twelve seconds: the main chain, Sepolia and Hoodi.
const STEADY: [u64; 3] = [1, 11_155_111, 560_048];

/// Rules of Ethereum.
pub struct Rules;

impl Chain for Rules {
    fn coin(&self) -> AssetId {
        AssetId::ETH
    }

    /// Returns true for Ether and for every token that names its contract.
    fn is_watched(&self, asset: AssetId) -> bool {
        let is_contract = |name| address(name).is_ok();
        asset.chain() == AssetId::ETH.chain() && asset.token_on_chain().is_none_or(is_contract)
    }

    /// Returns the pay-to in the spelling of EIP-55.
    /// A mixed-case address with a wrong checksum is refused; one without capital letters, or with
    /// nothing else, carries no checksum and is taken.
    fn pay_to(&self, asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
        let text = address(text.trim())?.to_checksum(None);
        PayTo::new(asset, &text).map_err(|_| PayToRefusal::NotAnAddress(ADDRESS))
    }

    fn txid(&self, text: &str) -> Result<String, TxidRefusal> {
        let text = text.trim().to_ascii_lowercase();
        let digits = text.strip_prefix("0x").ok_or(TxidRefusal(TXID))?;
        let shaped = digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        if shaped { Ok(text) } else { Err(TxidRefusal(TXID)) }
    }

    /// Returns the payment request of EIP-681.
    /// A token has none: wallets that drop the part they do not know would send to its contract.
    ///
    /// It names no gas limit and no gas price: forks change what a transfer costs, and a wallet that
    /// obeyed an old figure would send a transaction that fails.
    fn payment_uri(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        let is_ether = pay_to.asset() == AssetId::ETH && due.asset() == AssetId::ETH;
        if !is_ether || address(pay_to.as_str()).is_err() {
            return None;
        }
        Some(format!("ethereum:{}@{network}?value={}", pay_to.as_str(), due.units()))
    }

    /// Returns the payment request of EIP-681; of a token, the call of its contract.
    fn payment_link(&self, pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
        let Some(contract) = due.asset().token_on_chain() else {
            return self.payment_uri(pay_to, due, network);
        };
        let is_real = address(pay_to.as_str()).is_ok() && address(contract).is_ok();
        let to = pay_to.as_str();
        let units = due.units();
        (is_real && pay_to.asset() == due.asset())
            .then(|| format!("ethereum:{contract}@{network}/transfer?address={to}&uint256={units}"))
    }

    fn built_in_tokens(&self, network: u64) -> Vec<AssetId> {
        let asset = |Listed { code, contract, decimals }: &Listed| {
            self.token(contract, code, *decimals).ok()
        };
        listed(network).iter().filter_map(asset).collect()
    }

    /// Returns true for Ether: contracts send it without a log before EIP-7708. Contracts that
    /// send tokens are seen.
    fn needs_balances(&self, asset: AssetId) -> bool {
        asset == AssetId::ETH
    }

    /// Returns the token of a contract (ERC-20).
    fn token(&self, name: &str, code: &str, decimals: u32) -> Result<AssetId, TokenRefusal> {
        let contract = address(name.trim())?.to_checksum(None);
        let typed = decimals.min(self.typed_decimals());
        Ok(AssetId::token(AssetId::ETH.chain(), &contract, code, decimals, typed)?)
    }

    fn usual_fee(&self) -> Amount {
        Amount::new(AssetId::ETH, FEE)
    }

    fn usual_fee_of(&self, asset: AssetId) -> Amount {
        let fee = if asset.token_on_chain().is_some() { TOKEN_FEE } else { FEE };
        Amount::new(AssetId::ETH, fee)
    }

    fn block_time(&self) -> Duration {
        Duration::from_secs(12)
    }

    fn stuck_after_hours(&self, network: u64) -> Option<u64> {
        STEADY.contains(&network).then_some(2)
    }

    fn shown_network(&self, network: u64) -> Option<u64> {
        Some(network)
    }

    /// Returns the account that most wallets have (BIP-44).
    fn wallet_paths(&self, _network: u64) -> &'static [WalletPath] {
        &[WalletPath { name: "bip44", purpose: 44, coin: 60, prefixes: &["xpub"], depths: &[3] }]
    }

    fn address_of_key(&self, _path: WalletPath, _network: u64, key: &[u8; 33]) -> Option<PayTo> {
        let key = k256::ecdsa::VerifyingKey::from_sec1_bytes(key).ok()?;
        let address = Address::from_public_key(&key).to_checksum(None);
        PayTo::new(self.coin(), &address).ok()
    }

    fn watcher(&self, nodes: Vec<Node>, network: u64) -> Result<Arc<dyn ChainWatcher>, WatchError> {
        let settings = Settings { chain_id: network, ..Settings::default() };
        Ok(Arc::new(Ethereum::new(nodes, settings)?))
    }

    fn bytes_a_day(&self, nodes: u64) -> u64 {
        let others = nodes.saturating_sub(1);
        BLOCK_BYTES.saturating_add(others.saturating_mul(HEAD_BYTES)).saturating_mul(BLOCKS_A_DAY)
    }
}

pub(super) fn address(text: &str) -> Result<Address, PayToRefusal> {
    let digits = text.strip_prefix("0x").ok_or(PayToRefusal::NotAnAddress(ADDRESS))?;
    if digits.len() != 40 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(PayToRefusal::NotAnAddress(ADDRESS));
    }
    let address: Address = text.parse().map_err(|_| PayToRefusal::NotAnAddress(ADDRESS))?;
    let lower = digits.bytes().any(|b| b.is_ascii_lowercase());
    let upper = digits.bytes().any(|b| b.is_ascii_uppercase());
    if lower && upper && address.to_checksum(None) != text {
        return Err(PayToRefusal::Checksum);
    }
    // The zero address and the precompiled contracts, present and future.
    if address.iter().take(18).all(|byte| *byte == 0) {
        return Err(PayToRefusal::Nobody);
    }
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pay_to, payment_link, payment_uri};

    const CHECKSUMMED: &str = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";

    fn digits() -> &'static str {
        CHECKSUMMED.trim_start_matches("0x")
    }

    #[test]
    fn every_spelling_of_an_address_becomes_the_one_with_a_checksum() {
        let lower = CHECKSUMMED.to_lowercase();
        let upper = format!("0x{}", digits().to_uppercase());
        for text in [CHECKSUMMED, &lower, &upper, &format!(" {CHECKSUMMED}\n")] {
            let made = pay_to(AssetId::ETH, text).expect("a real address");
            assert_eq!(made.as_str(), CHECKSUMMED);
        }
    }

    #[test]
    fn an_address_with_one_wrong_capital_is_refused() {
        let wrong = CHECKSUMMED.replace("5aA", "5aa");
        assert_eq!(pay_to(AssetId::ETH, &wrong), Err(PayToRefusal::Checksum));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "0x", "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", digits()] {
            assert_eq!(
                pay_to(AssetId::ETH, text),
                Err(PayToRefusal::NotAnAddress(ADDRESS)),
                "{text}"
            );
        }
        let long = format!("{CHECKSUMMED}0");
        assert_eq!(pay_to(AssetId::ETH, &long), Err(PayToRefusal::NotAnAddress(ADDRESS)));
        assert_eq!(
            pay_to(AssetId::ETH, "demo-eth-7k2q9f"),
            Err(PayToRefusal::NotAnAddress(ADDRESS))
        );
    }

    #[test]
    fn an_address_of_nobody_is_refused() {
        for last in ["0000", "0001", "0100"] {
            let text = format!("0x{}{last}", "0".repeat(36));
            assert_eq!(pay_to(AssetId::ETH, &text), Err(PayToRefusal::Nobody), "{text}");
        }
    }

    #[test]
    fn a_transaction_id_has_one_spelling() {
        let canonical = format!("0x{}", "ab".repeat(32));
        assert_eq!(Rules.txid(&format!(" 0X{} ", "AB".repeat(32))), Ok(canonical));
        for text in ["", "0x", &"ab".repeat(32), &format!("0x{}", "g".repeat(64))] {
            assert_eq!(Rules.txid(text), Err(TxidRefusal(TXID)), "{text}");
        }
    }

    #[test]
    fn the_payment_request_names_the_exact_wei_and_no_gas() {
        let to = pay_to(AssetId::ETH, CHECKSUMMED).expect("a real address");
        let due = Amount::new(AssetId::ETH, 51_990_000_123_456_789);
        assert_eq!(
            payment_uri(&to, due, 1).as_deref(),
            Some("ethereum:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed@1?value=51990000123456789")
        );
        let demo = PayTo::new(AssetId::ETH, "demo-eth-7k2q9f").expect("shaped");
        assert_eq!(payment_uri(&demo, due, 1), None);
    }

    #[test]
    fn listed_tokens_are_spelled_with_their_checksum() {
        for Listed { code, contract, decimals } in listed(1) {
            let spelled = address(contract).unwrap().to_checksum(None);
            assert_eq!(spelled, *contract, "{code}");
            let made = Rules.token(contract, code, *decimals).unwrap();
            assert_eq!((made.code(), made.decimals()), (*code, *decimals));
        }
    }

    #[test]
    fn main_network_alone_has_built_in_tokens() {
        let codes: Vec<_> = Rules.built_in_tokens(1).into_iter().map(AssetId::code).collect();
        assert_eq!(codes, ["USDC", "USDT", "DAI"]);
        assert!(Rules.built_in_tokens(31_337).is_empty() && Rules.built_in_tokens(0).is_empty());
    }

    #[test]
    fn token_is_named_by_its_contract() {
        let lower = CHECKSUMMED.to_lowercase();
        let token = Rules.token(&lower, "USDC", 6).unwrap();
        assert_eq!(token.stored(), format!("USDC.6.6@ethereum:{CHECKSUMMED}"));
        assert_eq!(Rules.token(&lower, "WETH", 18).unwrap().typed_decimals(), 8);
        let refused = Rules.token("0x12", "USDC", 6).unwrap_err();
        assert_eq!(refused, TokenRefusal::Name(PayToRefusal::NotAnAddress(ADDRESS)));
        assert!(Rules.is_watched(token) && Rules.is_watched(AssetId::ETH));
        assert!(!Rules.is_watched(AssetId::BTC) && !Rules.needs_balances(token));
        let unnamed = AssetId::token(AssetId::ETH.chain(), "0xA0", "ODD", 6, 6).unwrap();
        assert!(!Rules.is_watched(unnamed), "it names no contract");
    }

    /// A wallet that drops what it does not know would send to the contract: the picture has the
    /// bare address, and the link is for those who choose it.
    #[test]
    fn token_is_asked_for_by_a_link_and_never_by_the_picture() {
        let usdc = Rules.built_in_tokens(1).into_iter().next().expect("a token");
        let to = pay_to(usdc, CHECKSUMMED).expect("a real address");
        let due = Amount::new(usdc, 25_001_234);
        assert_eq!(payment_uri(&to, due, 1), None);
        let link = "ethereum:0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48@1/transfer\
                    ?address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=25001234";
        assert_eq!(payment_link(&to, due, 1).as_deref(), Some(link));
        let ether = to.with_asset(AssetId::ETH);
        let wei = Amount::new(AssetId::ETH, 7);
        assert_eq!(payment_link(&ether, wei, 1), payment_uri(&ether, wei, 1));
        assert_eq!(payment_link(&ether, due, 1), None, "two assets");
        let demo = PayTo::new(usdc, "demo-usdc-7k2q9f").expect("shaped");
        assert_eq!(payment_link(&demo, due, 1), None);
        assert!(Rules.usual_fee_of(usdc).units() > Rules.usual_fee_of(AssetId::ETH).units());
    }
}
