//! A shop that is paid in real Ether, on nodes of this machine.

use super::{Anvil, Placed, Shop};

/// An address nobody in these tests has.
pub(crate) const WALLET: &str = "0xd24def0856636050cf891befc0fa69ecf96c160b";

/// The chain a node of these tests follows.
pub(crate) const CHAIN: u64 = 31_337;

/// Makes the sample shop, not open yet, paid at [`WALLET`] on this node.
/// A payment counts after three blocks.
pub(crate) fn real_shop(anvil: &Anvil) -> Shop {
    let shop = Shop::new();
    turn_real(&shop, anvil, WALLET);
    shop.set("ether", "confirmations", "3");
    shop
}

/// Changes what the README says to set before real money is taken.
/// A payment counts after two blocks.
pub(crate) fn turn_real(shop: &Shop, anvil: &Anvil, wallet: &str) {
    asks_nodes(shop, &[anvil.url()], CHAIN);
    shop.set("ether", "wallet", &format!("\"{wallet}\""));
}

/// Has a shop paid at [`WALLET`] on this chain, of which it asks these nodes.
pub(crate) fn asks_nodes(shop: &Shop, nodes: &[String], chain: u64) {
    shop.set("ether", "wallet", &format!("\"{WALLET}\""));
    let nodes: Vec<String> = nodes.iter().map(|url| format!("\"{url}\"")).collect();
    shop.set("ether", "nodes", &format!("[{}]", nodes.join(", ")));
    shop.set("ether", "chain_id", &chain.to_string());
    shop.set("ether", "confirmations", "2");
}

impl Placed {
    /// Returns the amount that an exchange sends which cuts it to six decimals, in wei.
    pub(crate) fn cut(&self) -> u128 {
        self.wei() / 1_000_000_000_000 * 1_000_000_000_000
    }

    /// Returns the amount asked for, in wei.
    pub(crate) fn wei(&self) -> u128 {
        wei(&self.amount)
    }
}

/// Returns an amount such as `0.25 ETH` in wei.
pub(crate) fn wei(amount: &str) -> u128 {
    let digits = amount.trim_end_matches("ETH").trim();
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    format!("{whole}{fraction:0<18}").parse().expect("an amount")
}
