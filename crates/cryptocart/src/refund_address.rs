//! Addresses of buyers, as they type them.

use shop_chain::PayToRefusal;
use shop_core::{money::AssetId, pay_to::PayTo};
use shop_web::{RefundTo, RefundToError};

/// Checks an address for refunds, by the rules of its chain.
/// `network` is the one that the shop is really paid on, where it is.
pub(crate) fn refund_to(
    asset: AssetId,
    text: &str,
    network: Option<u64>,
) -> Result<RefundTo, RefundToError> {
    let is_elsewhere = |pay_to: &PayTo| {
        let rules = shop_chain::rules(asset.chain()).zip(network);
        rules.is_some_and(|(rules, network)| !rules.is_on_network(pay_to, network))
    };
    match shop_chain::pay_to(asset, text) {
        Ok(pay_to) if is_elsewhere(&pay_to) => Err(RefundToError::NotAnAddress),
        Ok(pay_to) => {
            let checked = pay_to.as_str() == text;
            Ok(RefundTo { pay_to, checked })
        }
        Err(PayToRefusal::NotWatched(_) | PayToRefusal::NotAnAddress(_)) => {
            Err(RefundToError::NotAnAddress)
        }
        Err(PayToRefusal::Checksum | PayToRefusal::Mistyped) => Err(RefundToError::Checksum),
        Err(PayToRefusal::Nobody) => Err(RefundToError::Nobody),
    }
}
