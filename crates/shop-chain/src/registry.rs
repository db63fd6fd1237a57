//! The chains that are built in.

use crate::{
    bitcoin,
    chain::{Chain, PayToRefusal, TxidRefusal},
    ethereum, fake, monero,
};
use shop_core::{
    chain::ChainId,
    money::{Amount, AssetId},
    pay_to::PayTo,
};

/// The chains that are built in, one for each coin.
static CHAINS: [&dyn Chain; 3] = [&ethereum::Rules, &bitcoin::Rules, &monero::Rules];

/// Returns the rules of a chain; None for one that this program does not know.
#[must_use]
pub fn rules(chain: ChainId) -> Option<&'static dyn Chain> {
    CHAINS.into_iter().find(|rules| rules.coin().chain() == chain)
}

/// Returns the chains that are built in.
pub fn chains() -> impl Iterator<Item = &'static dyn Chain> {
    CHAINS.into_iter()
}

/// Returns the pay-to that `text` spells, by the rules of the asset's chain.
///
/// # Errors
/// [`PayToRefusal`].
pub fn pay_to(asset: AssetId, text: &str) -> Result<PayTo, PayToRefusal> {
    rules(asset.chain()).ok_or(PayToRefusal::NotWatched(asset))?.pay_to(asset, text)
}

/// Returns the one spelling of a transaction id that was typed for money to this pay-to.
/// The chain of the pay-to decides: that of a demo has ids as Ethereum has them.
///
/// # Errors
/// [`TxidRefusal`].
pub fn txid(pay_to: &PayTo, text: &str) -> Result<String, TxidRefusal> {
    if fake::is_demo(pay_to) {
        return ethereum::Rules.txid(text);
    }
    let rules = rules(pay_to.asset().chain());
    rules.ok_or(TxidRefusal("this program does not know the chain"))?.txid(text)
}

/// Returns the payment request for a pay-to, by the rules of its chain.
#[must_use]
pub fn payment_uri(pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
    rules(pay_to.asset().chain())?.payment_uri(pay_to, due, network)
}

/// Returns the payment request for a pay-to as a link, by the rules of its chain.
#[must_use]
pub fn payment_link(pay_to: &PayTo, due: Amount, network: u64) -> Option<String> {
    rules(pay_to.asset().chain())?.payment_link(pay_to, due, network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_coin_has_one_chain_with_its_rules() {
        for coin in AssetId::COINS {
            let rules = rules(coin.chain()).unwrap();
            assert_eq!(rules.coin(), coin);
            assert_eq!(rules.usual_fee().asset(), coin);
            assert_eq!(rules.typed_decimals(), 8, "{coin}");
        }
        assert_eq!(chains().count(), AssetId::COINS.len());
        assert!(rules(ChainId::parse("elsewhere").unwrap()).is_none());
    }

    #[test]
    fn transaction_id_has_the_form_of_its_chain() {
        let typed = format!(" 0X{} ", "AB".repeat(32));
        let spelled = Ok(format!("0x{}", "ab".repeat(32)));
        let wallet = PayTo::new(AssetId::ETH, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed");
        assert_eq!(txid(&wallet.unwrap(), &typed), spelled);
        assert_eq!(
            txid(&fake::demo_pay_to(AssetId::BTC, 1), &typed),
            spelled,
            "of the demo's chain"
        );
        let bitcoin = PayTo::new(AssetId::BTC, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzz").unwrap();
        assert!(txid(&bitcoin, &typed).is_err(), "its ids have no 0x");
        assert_eq!(txid(&bitcoin, &"AB".repeat(32)), Ok("ab".repeat(32)));
        let unknown = ChainId::parse("elsewhere").unwrap();
        let token = AssetId::token(unknown, "0xA0b8", "USDC", 6, 6).unwrap();
        assert!(txid(&PayTo::new(token, "somewhere").unwrap(), &typed).is_err());
    }
}
