//! Addresses of buyers, as they type them.

use shop_chain::PayToRefusal;
use shop_core::{money::AssetId, pay_to::PayTo};
use shop_web::{RefundTo, RefundToError};

/// Checks an address for refunds.
/// Money that is simulated can be paid in coins whose addresses cannot be checked yet: they are taken
/// for their shape.
pub(crate) fn refund_to(asset: AssetId, text: &str, demo: bool) -> Result<RefundTo, RefundToError> {
    match shop_chain::pay_to(asset, text) {
        Ok(pay_to) => {
            let checked = pay_to.as_str() == text;
            Ok(RefundTo { pay_to, checked })
        }
        Err(PayToRefusal::NotWatched(_)) if demo => {
            let pay_to = PayTo::new(asset, text).map_err(|_| RefundToError::NotAnAddress)?;
            Ok(RefundTo { pay_to, checked: false })
        }
        Err(PayToRefusal::NotWatched(_) | PayToRefusal::NotAnAddress(_)) => {
            Err(RefundToError::NotAnAddress)
        }
        Err(PayToRefusal::Checksum) => Err(RefundToError::Checksum),
        Err(PayToRefusal::Nobody) => Err(RefundToError::Nobody),
    }
}
