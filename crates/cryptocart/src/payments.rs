//! The till: the next way to pay that an order is offered.
//!
//! The database decides what is used up; this only avoids offering the same thing to two buyers at
//! once.

mod pool;

use crate::{
    config::plan::{Money, Plan, Source},
    error::CliError,
    shop_dir::ShopDir,
    system::System,
    tasks::{Readiness, WakeSignal, watch_list::Offered},
    terminal,
};
use shop_chain::PayToRefusal;
use shop_core::{
    catalog::{Catalog, Product},
    entropy::{self, Entropy},
    money::{Amount, AssetId},
    order::OrderId,
    pay_to::{Matching, Offer, PayTo},
    time::UnixTime,
    view::Confirmations,
};
use shop_db::{Db, PaymentPolicies, PaymentPolicy};
use shop_web::{BoxFuture, OfferError, PaymentTerms, Payments, RefundTo, RefundToError};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, atomic::AtomicUsize},
};

/// Number of payment addresses a demo has for each asset.
const DEMO_POOL: usize = 20_000;
/// Number of addresses that are watched before their turn comes.
const DEMO_AHEAD: usize = 256;
/// Seconds an offer is kept from others while its order is being placed.
const HELD: u64 = 120;
/// The demo's depth: a few blocks, so that a newcomer sees the states go by.
pub(crate) const DEMO_NEEDS: Confirmations = Confirmations(3);

/// The money desk of one shop.
pub(crate) struct ShopPayments {
    drawers: Vec<AssetPayments>,
    db: Db,
    offer_hours: u64,
    most_open: u32,
    /// Differences below this are nobody's debt, in 1e-9 of the coin.
    ignore_below: u64,
    /// True if a payment that is deep enough releases digital goods by itself.
    releases: bool,
    chain_id: u64,
    demo_dir: Option<ShopDir>,
    system: System,
}

/// Source of an asset's payment addresses.
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
pub(crate) struct AssetPayments {
    pub(crate) asset: AssetId,
    addresses: Addresses,
    /// Every address it could offer; of a demo's pool, those whose turn comes soon.
    pub(crate) watched: Offered,
    needs: Confirmations,
    held: Mutex<HashMap<PayTo, UnixTime>>,
    /// Least number of addresses given, from the beginning of the pool.
    given: AtomicUsize,
    /// Rung when somebody waits for news of this chain.
    pub(crate) wake_signal: Arc<WakeSignal>,
    /// Rung when somebody has named a payment.
    pub(crate) claims_bell: Arc<WakeSignal>,
    /// State of its chain: nothing is offered before it was read.
    pub(crate) readiness: Readiness,
}

/// Returns the assets that a shop with this catalogue is paid in.
/// In a demo, they are those it has prices in. A catalogue in which something could not be paid is
/// refused.
pub(crate) fn taken(plan: &Plan, catalog: &Catalog) -> Result<Vec<AssetId>, CliError> {
    if plan.is_demo() {
        return Ok(catalog.assets());
    }
    let names = without(AssetId::Eth, catalog);
    if names.is_empty() {
        return Ok(vec![AssetId::Eth]);
    }
    let named = terminal::some_of(&names);
    Err(CliError::misconfigured(format!(
        "these products or some of their variants have no price in ETH: {named}"
    ))
    .hint("the shop takes Ether: add the missing prices in catalog.json"))
}

/// Returns the products that have no price in an asset, or not for every choice.
fn without(asset: AssetId, catalog: &Catalog) -> Vec<&str> {
    let unpriced = |product: &&Product| product.lowest(asset).is_none();
    catalog.products().iter().filter(unpriced).map(|product| product.id.as_str()).collect()
}

impl ShopPayments {
    /// Makes the till of a shop that takes these assets ([`taken`]).
    pub(crate) fn new(plan: &Plan, assets: &[AssetId], db: Db, system: System) -> Self {
        let (drawers, chain_id) = match &plan.money {
            Money::Demo { .. } => {
                (assets.iter().map(|asset| AssetPayments::demo(*asset)).collect(), 1)
            }
            Money::Ether(ether) => {
                let asset_payments =
                    AssetPayments::new(AssetId::Eth, ether.source.clone(), ether.needs);
                (vec![asset_payments], ether.chain_id)
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
            system,
        }
    }

    /// Returns the drawers, for the tasks that watch their chains.
    pub(crate) fn drawers(&self) -> &[AssetPayments] {
        &self.drawers
    }

    /// Returns the rules by which the database judges payments.
    pub(crate) fn policies(&self) -> PaymentPolicies {
        let policy = |asset_payments: &AssetPayments| PaymentPolicy {
            ignore_below: self.ignored(asset_payments.asset),
            pool: match asset_payments.addresses {
                Addresses::Pool(_) => asset_payments.watched.all(),
                Addresses::Wallet(_) | Addresses::Demo => Arc::default(),
            },
            releases: self.releases,
        };
        self.drawers.iter().map(policy).collect()
    }

    /// Returns the setting in this asset, rounded down to its smallest unit.
    fn ignored(&self, asset: AssetId) -> Amount {
        let whole = self.ignore_below - self.ignore_below % 10;
        Amount::from_price_list(asset, whole).unwrap_or(Amount::zero(asset))
    }

    fn asset_payments(&self, asset: AssetId) -> Option<&AssetPayments> {
        self.drawers.iter().find(|asset_payments| asset_payments.asset == asset)
    }
}

impl AssetPayments {
    fn new(asset: AssetId, source: Source, needs: Confirmations) -> Self {
        match source {
            Source::Wallet(pay_to) => Self::with(asset, Addresses::Wallet(pay_to), needs),
            Source::Pool(pool) => Self::with(asset, Addresses::Pool(pool), needs),
        }
    }

    fn with(asset: AssetId, addresses: Addresses, needs: Confirmations) -> Self {
        let watched = match &addresses {
            Addresses::Wallet(pay_to) => Offered::from_iter([pay_to.clone()]),
            Addresses::Pool(pool) => pool.iter().cloned().collect(),
            Addresses::Demo => Offered::default(),
        };
        Self {
            asset,
            addresses,
            watched,
            needs,
            held: Mutex::default(),
            given: AtomicUsize::new(0),
            wake_signal: Arc::default(),
            claims_bell: Arc::default(),
            readiness: Readiness::default(),
        }
    }

    /// Makes the drawer of an asset offered no more, in which kept orders are paid.
    pub(crate) fn of_kept_orders(asset: AssetId) -> Self {
        Self::new(asset, Source::Pool(Vec::new()), DEMO_NEEDS)
    }

    fn demo(asset: AssetId) -> Self {
        let asset_payments = Self::with(asset, Addresses::Demo, DEMO_NEEDS);
        asset_payments.watch_demo_up_to(1);
        asset_payments
    }

    async fn pick(
        &self,
        db: &Db,
        total: Amount,
        now: UnixTime,
        entropy: &dyn Entropy,
    ) -> Result<Offer, OfferError> {
        match &self.addresses {
            Addresses::Wallet(pay_to) => named(db, pay_to, total, entropy).await,
            Addresses::Pool(_) | Addresses::Demo => match self.never_given(db, now).await? {
                Some(pay_to) => {
                    let due = total.rounded_up().map_err(|_| OfferError::Unavailable)?;
                    Ok(Offer { pay_to, due, matching: Matching::PayTo })
                }
                // Who had it before may pay yet: the amount tells their money from this order's.
                None => named(db, &self.rested(db, now).await?, total, entropy).await,
            },
        }
    }
}

/// Returns the total, and a little more that names its order among all at this address.
async fn named(
    db: &Db,
    pay_to: &PayTo,
    total: Amount,
    entropy: &dyn Entropy,
) -> Result<Offer, OfferError> {
    let start = u64::from_le_bytes(entropy::bytes(entropy));
    let price = total.rounded_up().map_err(|_| OfferError::Unavailable)?;
    let name = db.free_name(pay_to, price, start).await.map_err(|_| OfferError::Unavailable)?;
    let name = name.ok_or(OfferError::Exhausted)?;
    Ok(Offer { pay_to: pay_to.clone(), due: name.due, matching: name.matching() })
}

impl Payments for ShopPayments {
    fn assets(&self) -> Vec<AssetId> {
        self.drawers.iter().map(|asset_payments| asset_payments.asset).collect()
    }

    fn offer<'a>(&'a self, total: Amount) -> BoxFuture<'a, Result<Offer, OfferError>> {
        Box::pin(async move {
            let asset_payments =
                self.asset_payments(total.asset()).ok_or(OfferError::Unavailable)?;
            if !asset_payments.readiness.is_set() {
                return Err(OfferError::ChainUnread);
            }
            let System { clock, entropy } = &self.system;
            asset_payments.pick(&self.db, total, clock.now(), &**entropy).await
        })
    }

    fn terms(&self, asset: AssetId) -> PaymentTerms {
        let needs = self
            .asset_payments(asset)
            .map_or(Confirmations(1), |asset_payments| asset_payments.needs);
        let offer_hours = self.offer_hours;
        let most_open = self.most_open;
        PaymentTerms { needs, offer_hours, most_open, ignore_below: self.ignored(asset) }
    }

    fn payment_uri(&self, pay_to: &PayTo, due: Amount) -> Option<String> {
        shop_chain::payment_uri(pay_to, due, self.chain_id)
    }

    fn nudge(&self, asset: AssetId) {
        if let Some(asset_payments) = self.asset_payments(asset) {
            asset_payments.wake_signal.wake();
            asset_payments.claims_bell.wake();
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

/// Checks an address for refunds.
/// Money that is simulated can be paid in coins whose addresses cannot be checked yet: they are taken
/// for their shape.
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
        let asset_payments =
            AssetPayments::new(AssetId::Eth, Source::Wallet(wallet()), Confirmations(12));
        let db = Db::in_memory().unwrap();
        let chance = entropy::Seeded::new(1);
        for units in [51_990_000_000_000_000, 59_775_502_500_000_001, 1, 10_000_000_000] {
            let total = Amount::new(AssetId::Eth, units);
            for _ in 0..50 {
                let offer = asset_payments.pick(&db, total, UnixTime(0), &chance).await.unwrap();
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
        let asset_payments =
            AssetPayments::new(AssetId::Eth, Source::Wallet(wallet()), Confirmations(12));
        let db = Db::in_memory().unwrap();
        let chance = entropy::Seeded::new(1);
        let total = Amount::from_price_list(AssetId::Eth, 51_990_000).unwrap();
        let mut endings = std::collections::BTreeSet::new();
        for n in 0..60 {
            let offer = asset_payments.pick(&db, total, UnixTime(0), &chance).await.unwrap();
            assert!(endings.insert(naming::digits(offer.due)));
            pool::tests::place_offer(&db, n, offer).await;
        }
    }

    #[test]
    fn difference_that_is_ignored_is_whole_in_every_asset() {
        let plan_of = |nano| ShopPayments {
            drawers: Vec::new(),
            db: Db::in_memory().unwrap(),
            offer_hours: 1,
            most_open: 1,
            ignore_below: nano,
            releases: true,
            chain_id: 1,
            demo_dir: None,
            system: System::fake(),
        };
        let payments = plan_of(20_007);
        let units = AssetId::ALL.map(|asset| payments.ignored(asset).units());
        assert_eq!(units, [20_000_000_000_000, 2_000, 20_000_000]);
        assert!(plan_of(0).ignored(AssetId::Eth).is_zero());
    }

    /// One without a checksum is taken, and noted as unchecked.
    #[test]
    fn refund_address_is_checked_by_its_chain() {
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
