//! The stock levels task: what is left of the goods reaches the pages.

use shop_db::Availabilities;
use shop_web::ShopWeb;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// Shows every change of the stock until told to stop.
pub(crate) async fn run(
    web: Arc<ShopWeb>,
    mut levels: watch::Receiver<Availabilities>,
    stop: CancellationToken,
) {
    loop {
        let now = Arc::clone(&levels.borrow_and_update());
        web.restock(now.iter().map(|(key, level)| (key.clone(), *level)));
        tokio::select! {
            () = stop.cancelled() => return,
            changed = levels.changed() => if changed.is_err() { return },
        }
    }
}
