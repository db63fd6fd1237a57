//! Which request goes where.

use crate::shop::ShopWeb;
use std::sync::Arc;

/// Every route of the shop, behind the checks that all requests share.
pub fn router(shop: Arc<ShopWeb>) -> axum::Router {
    axum::Router::new().with_state(shop)
}
