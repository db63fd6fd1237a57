//! Running shop, as handlers see it.

use crate::{
    files::Files, form_locks::FormLocks, hosts::Hosts, limits::Limits, order_queue::OrderQueue,
    payments::Payments, refusal::Refusal, sealing::Sealing, storefront::Storefront,
    strikes::Strikes, unseen::Unseen,
};
use arc_swap::ArcSwap;
use shop_core::{
    entropy::Entropy,
    money::AssetId,
    stock::{Availability, StockKey},
    time::Clock,
};
use shop_db::Db;
use shop_seal::{CookieKey, SealCert};
use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

/// Parts of a running shop.
pub struct ShopParts {
    /// Storefront it shows.
    pub storefront: Storefront,
    /// Names under which it answers.
    pub hosts: Hosts,
    /// Database of the orders.
    pub db: Db,
    /// Offers of ways to pay.
    pub payments: Arc<dyn Payments>,
    /// Files that are handed out.
    pub files: Files,
    /// Key for cookies and form tokens. A fresh one at every start closes the carts of before.
    pub cookie_key: CookieKey,
    /// Source of the time.
    pub clock: Arc<dyn Clock>,
    /// Source of randomness.
    pub entropy: Arc<dyn Entropy>,
}

/// The running shop. What can change while it runs (storefront, names) is swapped whole.
pub struct ShopWeb {
    storefront: ArcSwap<Storefront>,
    /// Lock held while what is shown is exchanged.
    /// A change of the stock must not put back the catalogue it was calculated from after another
    /// was shown.
    showing: Mutex<()>,
    pub(crate) hosts: ArcSwap<Hosts>,
    pub(crate) db: Db,
    pub(crate) payments: Arc<dyn Payments>,
    pub(crate) files: Files,
    pub(crate) cookie_key: CookieKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) limits: Limits,
    pub(crate) strikes: Strikes,
    pub(crate) form_locks: FormLocks,
    pub(crate) gate: OrderQueue,
    pub(crate) sealing: Sealing,
    takes_orders: AtomicBool,
    /// True if orders could not be sealed when this was last looked at.
    unsealable: AtomicBool,
    unseen: ArcSwap<Vec<Unseen>>,
}

impl ShopWeb {
    /// Builds a shop that is ready to serve.
    #[must_use]
    pub fn new(parts: ShopParts) -> Arc<Self> {
        let ShopParts { storefront, hosts, db, payments, files, cookie_key, clock, entropy } =
            parts;
        let storefront = with_stock(storefront, &db);
        let shop = Arc::new(Self {
            sealing: Sealing::new(storefront.seal_cert().clone()),
            storefront: ArcSwap::from_pointee(storefront),
            showing: Mutex::default(),
            hosts: ArcSwap::from_pointee(hosts),
            db,
            payments,
            files,
            cookie_key,
            clock,
            entropy,
            limits: Limits::default(),
            strikes: Strikes::default(),
            form_locks: FormLocks::default(),
            gate: OrderQueue::default(),
            takes_orders: AtomicBool::new(true),
            unsealable: AtomicBool::new(false),
            unseen: ArcSwap::default(),
        });
        shop.fill();
        shop
    }

    /// Shows this from now on, with the stock of now.
    /// Requests under way finish with what they began with.
    pub fn show(&self, storefront: Storefront) {
        let _alone = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        self.put(with_stock(storefront, &self.db));
    }

    fn put(&self, storefront: Storefront) {
        self.storefront.store(Arc::new(storefront));
        self.fill();
    }

    /// Shows what is left of the goods now; whether buyers see a difference.
    pub fn restock(&self, levels: impl IntoIterator<Item = (StockKey, Availability)>) -> bool {
        let _alone = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        let next = self.front().with_levels(levels);
        let differs = next.is_some();
        if let Some(next) = next {
            self.put(next);
        }
        differs
    }

    /// Renders the pages nobody has asked for yet, on a thread of its own, until it is through or
    /// something else is shown.
    fn fill(&self) {
        let front = Arc::downgrade(&self.front());
        let fill = move || {
            let Some(now) = front.upgrade() else { return };
            // One reference is ours; the shop's own is gone when something else is shown.
            now.fill(&|| Arc::strong_count(&now) > 1);
        };
        if let Err(error) = std::thread::Builder::new().name("pages".into()).spawn(fill) {
            tracing::warn!("pages are rendered as they are asked for: {error}");
        }
    }

    /// Sets whether orders are taken from now on.
    /// While they are not, prices stay up, and what was ordered before can be looked at and paid.
    pub fn take_orders(&self, takes: bool) {
        self.takes_orders.store(takes, Ordering::Relaxed);
    }

    /// Returns true while orders are taken, as far as the disk goes.
    #[must_use]
    pub fn takes_orders(&self) -> bool {
        self.takes_orders.load(Ordering::Relaxed)
    }

    /// Tells buyers from now on that these chains cannot be read.
    /// Takes no orders in the assets that are stopped.
    pub fn show_unseen(&self, chains: Vec<Unseen>) {
        self.unseen.store(Arc::new(chains));
    }

    /// Returns what to tell a buyer who pays in this asset, if its chain cannot be read.
    pub(crate) fn unseen(&self, asset: AssetId) -> Option<Unseen> {
        self.unseen.load().iter().copied().find(|unseen| unseen.chain == asset.chain())
    }

    /// Refuses to go on towards an order in this asset while none is taken in it.
    pub(crate) fn may_order_in(&self, asset: AssetId) -> Result<(), Refusal> {
        self.may_order()?;
        match self.unseen(asset) {
            Some(Unseen { stopped: true, .. }) => Err(Refusal::Unseen),
            _ => Ok(()),
        }
    }

    /// Seals everything buyers do to `cert` from the moment `accepted` has succeeded. When this
    /// returns, nothing that was sealed to the certificate of before is still on its way into the
    /// database. If `accepted` fails, that certificate stays. (What is shown is
    /// [`ShopWeb::show`]'s.)
    ///
    /// # Errors
    /// Those of `accepted`.
    pub async fn exchange_key<E>(
        &self,
        cert: SealCert,
        accepted: impl Future<Output = Result<(), E>>,
    ) -> Result<(), E> {
        self.sealing.exchange(cert, accepted).await
    }

    /// Refuses to go on towards an order while none is taken.
    /// That is for want of room, or because none can be sealed to the seller. A clock that is
    /// behind the making of the seller's key is wrong for certain, and an offer that went by it
    /// would end before it began.
    pub(crate) fn may_order(&self) -> Result<(), Refusal> {
        if !self.takes_orders() {
            return Err(Refusal::Closed);
        }
        let usable = self.front().seal_cert().check(self.clock.now().coarse());
        let failed_before = self.unsealable.swap(usable.is_err(), Ordering::Relaxed);
        match usable {
            Ok(()) if failed_before => {
                tracing::warn!("orders can be encrypted again: taking orders")
            }
            Ok(()) => {}
            Err(_) if failed_before => return Err(Refusal::Closed),
            Err(error) => {
                tracing::error!(
                    "taking no orders, because they cannot be encrypted to you: {error}"
                );
                return Err(Refusal::Closed);
            }
        }
        Ok(())
    }

    /// Answers under these names from now on.
    pub fn answer_to(&self, hosts: Hosts) {
        self.hosts.store(Arc::new(hosts));
    }

    pub(crate) fn front(&self) -> Arc<Storefront> {
        self.storefront.load_full()
    }
}

/// Returns the storefront with the stock of now instead of the catalogue's counts.
fn with_stock(storefront: Storefront, db: &Db) -> Storefront {
    let levels = Arc::clone(&db.availabilities().borrow());
    let levels = levels.iter().map(|(key, level)| (key.clone(), *level));
    storefront.with_levels(levels).unwrap_or(storefront)
}
