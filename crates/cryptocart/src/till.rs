//! The till: which way to pay an order is offered next. The database decides what is used up; this
//! only avoids offering the same thing to two buyers at once.

mod pool;

use crate::{
    config::plan::{Money, Plan, Source},
    error::CliError,
    say,
    shop_dir::ShopDir,
    system::{SystemClock, SystemEntropy},
    tasks::{Bell, Readiness, watch_list::Offered},
};
use shop_chain::PayToRefusal;
use shop_core::{
    catalog::{Catalog, Product},
    entropy,
    money::{Amount, AssetId},
    order::OrderId,
    pay_to::{Matching, Offer, PayTo},
    time::{Clock, UnixTime},
    view::Confirmations,
};
use shop_db::{Db, PaymentPolicies, PaymentPolicy};
use shop_web::{BoxFuture, RefundTo, RefundToError, Terms, Till, TillError};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicUsize},
};

/// How many pay-tos a demo has for each asset.
const DEMO_POOL: usize = 20_000;
/// So many of them are watched before their turn comes.
const DEMO_AHEAD: usize = 256;
/// How long an offer is kept from others while its order is being placed, in seconds.
const HELD: u64 = 120;
/// The demo's depth: a few blocks, so that a newcomer sees the states go by.
pub(crate) const DEMO_NEEDS: Confirmations = Confirmations(3);

/// The money desk of one shop.
pub(crate) struct ShopTill {
    drawers: Vec<Drawer>,
    db: Db,
    offer_hours: u64,
    most_open: u32,
    /// Differences below this are nobody's debt, in 1e-9 of the coin.
    ignore_below: u64,
    /// Whether a payment that is deep enough releases digital goods by itself.
    releases: bool,
    chain_id: u64,
    demo_dir: Option<ShopDir>,
}

/// Where a drawer's pay-tos come from.
enum Addresses {
    /// One that all orders share.
    Wallet(PayTo),
    /// One an order, in this order.
    Pool(Vec<PayTo>),
    /// One an order, of [`DEMO_POOL`] that follow from their numbers. They are made when their turn
    /// comes: all of them would be most of what a new shop holds in memory.
    Demo,
}

/// One asset's way of being paid.
pub(crate) struct Drawer {
    pub(crate) asset: AssetId,
    addresses: Addresses,
    /// Every pay-to this drawer could hand out; of a demo's pool, those whose turn comes soon.
    pub(crate) ours: Offered,
    needs: Confirmations,
    held: Mutex<HashMap<PayTo, UnixTime>>,
    /// So many at the beginning of the pool were given, at least.
    given: AtomicUsize,
    /// Rung when somebody waits for news of this chain.
    pub(crate) bell: Arc<Bell>,
    /// Rung when somebody has named a payment.
    pub(crate) claims_bell: Arc<Bell>,
    /// Whether its chain was read: nothing is offered before.
    pub(crate) readiness: Readiness,
}

/// What a shop with this catalogue is paid in: in a demo, every asset it has prices in. Refused where
/// something could not be paid.
pub(crate) fn taken(plan: &Plan, catalog: &Catalog) -> Result<Vec<AssetId>, CliError> {
    if plan.is_demo() {
        return Ok(catalog.assets());
    }
    let names = without(AssetId::Eth, catalog);
    if names.is_empty() {
        return Ok(vec![AssetId::Eth]);
    }
    let named = say::some_of(&names);
    Err(CliError::misconfigured(format!("these have no price in ETH, or not all of it: {named}"))
        .hint("the shop takes Ether: give each product in catalog.json one"))
}

/// The products that have no price in an asset, or not for every choice.
fn without(asset: AssetId, catalog: &Catalog) -> Vec<&str> {
    let unpriced = |product: &&Product| product.lowest(asset).is_none();
    catalog.products().iter().filter(unpriced).map(|product| product.id.as_str()).collect()
}

impl ShopTill {
    /// The till of a shop that takes these assets ([`taken`]).
    pub(crate) fn new(plan: &Plan, assets: &[AssetId], db: Db) -> Self {
        let (drawers, chain_id) = match &plan.money {
            Money::Demo { .. } => (assets.iter().map(|asset| Drawer::demo(*asset)).collect(), 1),
            Money::Ether(ether) => {
                let drawer = Drawer::new(AssetId::Eth, ether.source.clone(), ether.needs);
                (vec![drawer], ether.chain_id)
            }
        };
        Self {
            drawers,
            db,
            offer_hours: plan.offer_hours,
            most_open: plan.most_open,
            ignore_below: plan.ignore_below,
            releases: plan.releases_digital(),
            chain_id,
            demo_dir: plan.is_demo().then(|| plan.dir.clone()),
        }
    }

    /// The drawers, for the tasks that watch their chains.
    pub(crate) fn drawers(&self) -> &[Drawer] {
        &self.drawers
    }

    /// What the database goes by when payments come.
    pub(crate) fn policies(&self) -> PaymentPolicies {
        let policy = |drawer: &Drawer| PaymentPolicy {
            ignore_below: self.ignored(drawer.asset),
            pool: match drawer.addresses {
                Addresses::Pool(_) => drawer.ours.all(),
                Addresses::Wallet(_) | Addresses::Demo => Arc::default(),
            },
            releases: self.releases,
        };
        self.drawers.iter().map(policy).collect()
    }

    /// The setting in this asset; what is finer than its smallest unit is left away.
    fn ignored(&self, asset: AssetId) -> Amount {
        let whole = self.ignore_below - self.ignore_below % 10;
        Amount::from_price_list(asset, whole).unwrap_or(Amount::zero(asset))
    }

    fn drawer(&self, asset: AssetId) -> Option<&Drawer> {
        self.drawers.iter().find(|drawer| drawer.asset == asset)
    }
}

impl Drawer {
    fn new(asset: AssetId, source: Source, needs: Confirmations) -> Self {
        match source {
            Source::Wallet(pay_to) => Self::with(asset, Addresses::Wallet(pay_to), needs),
            Source::Pool(pool) => Self::with(asset, Addresses::Pool(pool), needs),
        }
    }

    fn with(asset: AssetId, addresses: Addresses, needs: Confirmations) -> Self {
        let ours = match &addresses {
            Addresses::Wallet(pay_to) => Offered::from_iter([pay_to.clone()]),
            Addresses::Pool(pool) => pool.iter().cloned().collect(),
            Addresses::Demo => Offered::default(),
        };
        Self {
            asset,
            addresses,
            ours,
            needs,
            held: Mutex::default(),
            given: AtomicUsize::new(0),
            bell: Arc::default(),
            claims_bell: Arc::default(),
            readiness: Readiness::default(),
        }
    }

    /// For what nothing is offered in any more, though orders are kept that are paid in it.
    pub(crate) fn of_kept_orders(asset: AssetId) -> Self {
        Self::new(asset, Source::Pool(Vec::new()), DEMO_NEEDS)
    }

    fn demo(asset: AssetId) -> Self {
        let drawer = Self::with(asset, Addresses::Demo, DEMO_NEEDS);
        drawer.watch_demo_up_to(1);
        drawer
    }

    async fn pick(&self, db: &Db, total: Amount, now: UnixTime) -> Result<Offer, TillError> {
        match &self.addresses {
            Addresses::Wallet(pay_to) => named(db, pay_to, total).await,
            Addresses::Pool(_) | Addresses::Demo => match self.never_given(db, now).await? {
                Some(pay_to) => {
                    let due = total.rounded_up().map_err(|_| TillError::Unavailable)?;
                    Ok(Offer { pay_to, due, matching: Matching::PayTo })
                }
                // Who had it before may pay yet: the amount tells their money from this order's.
                None => named(db, &self.rested(db, now).await?, total).await,
            },
        }
    }
}

/// The total, and a little more that makes the amount name its order among all at this address.
async fn named(db: &Db, pay_to: &PayTo, total: Amount) -> Result<Offer, TillError> {
    let start = u64::from_le_bytes(entropy::bytes(&SystemEntropy));
    let price = total.rounded_up().map_err(|_| TillError::Unavailable)?;
    let name = db.free_name(pay_to, price, start).await.map_err(|_| TillError::Unavailable)?;
    let name = name.ok_or(TillError::Exhausted)?;
    Ok(Offer { pay_to: pay_to.clone(), due: name.due, matching: name.matching() })
}

impl Till for ShopTill {
    fn assets(&self) -> Vec<AssetId> {
        self.drawers.iter().map(|drawer| drawer.asset).collect()
    }

    fn offer<'a>(&'a self, total: Amount) -> BoxFuture<'a, Result<Offer, TillError>> {
        Box::pin(async move {
            let drawer = self.drawer(total.asset()).ok_or(TillError::Unavailable)?;
            if !drawer.readiness.is_set() {
                return Err(TillError::ChainUnread);
            }
            drawer.pick(&self.db, total, SystemClock.now()).await
        })
    }

    fn terms(&self, asset: AssetId) -> Terms {
        let needs = self.drawer(asset).map_or(Confirmations(1), |drawer| drawer.needs);
        let (offer_hours, most_open) = (self.offer_hours, self.most_open);
        Terms { needs, offer_hours, most_open, ignore_below: self.ignored(asset) }
    }

    fn payment_uri(&self, pay_to: &PayTo, due: Amount) -> Option<String> {
        shop_chain::payment_uri(pay_to, due, self.chain_id)
    }

    fn nudge(&self, asset: AssetId) {
        if let Some(drawer) = self.drawer(asset) {
            drawer.bell.ring();
            drawer.claims_bell.ring();
        }
    }

    fn chain_id(&self, asset: AssetId) -> Option<u64> {
        (asset == AssetId::Eth && self.demo_dir.is_none()).then_some(self.chain_id)
    }

    fn refund_to(&self, asset: AssetId, text: &str) -> Result<RefundTo, RefundToError> {
        refund_to(asset, text.trim(), self.demo_dir.is_some())
    }

    fn demo_hint(&self, order: OrderId) -> Option<String> {
        Some(self.demo_dir.as_ref()?.command(&format!("demo pay {order}")))
    }
}

/// Money that is simulated can be paid in coins whose addresses cannot be checked yet: they are
/// taken for their shape.
fn refund_to(asset: AssetId, text: &str, demo: bool) -> Result<RefundTo, RefundToError> {
    match shop_chain::pay_to(asset, text) {
        Ok(pay_to) => {
            let checked = pay_to.as_str() == text;
            Ok(RefundTo { pay_to, checked })
        }
        Err(PayToRefusal::NotWatched(_)) if demo => {
            let pay_to = PayTo::new(asset, text).map_err(|_| RefundToError::NotAnAddress)?;
            Ok(RefundTo { pay_to, checked: false })
        }
        Err(PayToRefusal::NotWatched(_) | PayToRefusal::NotAnAddress) => {
            Err(RefundToError::NotAnAddress)
        }
        Err(PayToRefusal::Checksum) => Err(RefundToError::Checksum),
        Err(PayToRefusal::Nobody) => Err(RefundToError::Nobody),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::naming;

    fn wallet() -> PayTo {
        shop_chain::pay_to(AssetId::Eth, "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266").unwrap()
    }

    #[test]
    fn what_cannot_be_paid_in_the_shops_currency_is_named() {
        let goods = r#"{"products":{"tee":{"name":"Tee","price":1},
            "mug":{"name":"Mug","prices":[{"price":5000,"currency":"BTC"}]}}}"#;
        let catalog = Catalog::from_json(goods).unwrap();
        assert_eq!(without(AssetId::Eth, &catalog), ["mug"]);
        assert_eq!(without(AssetId::Btc, &catalog), ["tee"]);
    }

    /// At most 0.0001 ETH is added, whatever the total ends in.
    #[tokio::test]
    async fn wallet_offer_is_the_total_and_a_name() {
        let drawer = Drawer::new(AssetId::Eth, Source::Wallet(wallet()), Confirmations(12));
        let db = Db::in_memory().unwrap();
        for units in [51_990_000_000_000_000, 59_775_502_500_000_001, 1, 10_000_000_000] {
            let total = Amount::new(AssetId::Eth, units);
            for _ in 0..50 {
                let offer = drawer.pick(&db, total, UnixTime(0)).await.unwrap();
                let Matching::Amount { naming } = offer.matching else { panic!("no name") };
                let more = offer.due.units() - total.units();
                assert!((1..=100_000_000_000_000).contains(&more), "{more}");
                assert!((1..=9_999).contains(&naming));
                assert_eq!(offer.due, offer.due.rounded_up().unwrap(), "eight decimals");
            }
        }
    }

    /// Two orders of one price have two amounts, and two endings.
    #[tokio::test]
    async fn wallet_offer_shares_its_digits_with_no_placed_order() {
        let drawer = Drawer::new(AssetId::Eth, Source::Wallet(wallet()), Confirmations(12));
        let db = Db::in_memory().unwrap();
        let total = Amount::from_price_list(AssetId::Eth, 51_990_000).unwrap();
        let mut endings = std::collections::BTreeSet::new();
        for n in 0..60 {
            let offer = drawer.pick(&db, total, UnixTime(0)).await.unwrap();
            assert!(endings.insert(naming::digits(offer.due)));
            pool::tests::place_offer(&db, n, offer).await;
        }
    }

    #[test]
    fn difference_that_is_ignored_is_whole_in_every_asset() {
        let plan_of = |nano| ShopTill {
            drawers: Vec::new(),
            db: Db::in_memory().unwrap(),
            offer_hours: 1,
            most_open: 1,
            ignore_below: nano,
            releases: true,
            chain_id: 1,
            demo_dir: None,
        };
        let till = plan_of(20_007);
        let units = AssetId::ALL.map(|asset| till.ignored(asset).units());
        assert_eq!(units, [20_000_000_000_000, 2_000, 20_000_000]);
        assert!(plan_of(0).ignored(AssetId::Eth).is_zero());
    }

    #[test]
    fn a_refund_goes_to_an_address_its_chain_knows_and_a_missing_checksum_is_said() {
        let good = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
        let eth = |text: &str| refund_to(AssetId::Eth, text, false);
        let lower = good.to_lowercase();
        for (typed, checked) in [(good, true), (&lower, false)] {
            let refund = eth(typed).unwrap();
            assert_eq!((refund.pay_to.as_str(), refund.checked), (good, checked));
        }
        assert_eq!(eth(&good.replace("5aA", "5aa")).err(), Some(RefundToError::Checksum));
        assert_eq!(eth(&format!("0x{}1", "0".repeat(39))).err(), Some(RefundToError::Nobody));
        assert_eq!(eth("demo-eth-1").err(), Some(RefundToError::NotAnAddress));
        let btc = |demo| refund_to(AssetId::Btc, "bc1qar0srrr7xfkvy5l643lydnw9re59gtzz", demo);
        assert!(btc(true).is_ok_and(|refund| !refund.checked));
        assert_eq!(btc(false).err(), Some(RefundToError::NotAnAddress));
    }
}
