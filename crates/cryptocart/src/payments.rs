//! The till: the next way to pay that an order is offered.
//!
//! The database decides what is used up; this only avoids offering the same thing to two buyers at
//! once.

mod known;
mod pool;

use crate::{
    config::plan::{Plan, Source},
    demo_rates::made_up,
    error::CliError,
    escrow::{self, ShopEscrow},
    rates::RateBoard,
    refund_address::refund_to,
    shop_dir::ShopDir,
    system::System,
    tasks::{
        Readiness, WakeSignal,
        pool::Pool,
        watch_list::{Offered, WatchSettings},
    },
    terminal,
};
use arc_swap::ArcSwap;
use known::{ignored, known};
use pool::Listed;
#[cfg(test)]
pub(crate) use pool::tests::place_offer;
use shop_core::{
    catalog::{Catalog, Product},
    chain::ChainId,
    entropy::{self, Entropy},
    escrow::Statement,
    money::{Amount, AssetId, ExchangeRates, PriceUnit},
    order::OrderId,
    pay_to::{Matching, Offer, PayTo},
    time::UnixTime,
    view::Confirmations,
};
use shop_db::{Db, PaymentPolicies, PaymentPolicy};
use shop_web::{
    BoxFuture, EscrowDesk, OfferError, PaymentTerms, Payments, RefundTo, RefundToError,
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
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
    chains: Vec<ChainPayments>,
    db: Db,
    offer_hours: u64,
    most_open: u32,
    /// Networks of the chains that are really paid on.
    networks: HashMap<ChainId, u64>,
    /// Exchange rates of a demo, which are made up.
    made_up: Option<ExchangeRates>,
    /// Exchange rates of a shop that takes real money.
    board: Arc<RateBoard>,
    demo_dir: Option<ShopDir>,
    escrow: Option<ShopEscrow>,
    system: System,
}

/// One chain's ways of being paid.
pub(crate) struct ChainPayments {
    pub(crate) chain: ChainId,
    pub(crate) assets: Vec<AssetPayments>,
    /// Assets of the chain that the shop knows, taken or not, and the amount of each that is too
    /// small to matter.
    known: BTreeMap<AssetId, Amount>,
    /// Rung when somebody waits for news of this chain.
    pub(crate) wake_signal: Arc<WakeSignal>,
    /// Rung when somebody has named a payment.
    pub(crate) claims_bell: Arc<WakeSignal>,
    /// Rung when somebody asks for a proof of a balance.
    pub(crate) balances_bell: Arc<WakeSignal>,
    /// State of the chain: nothing is offered on it before it was read.
    pub(crate) readiness: Readiness,
}

/// Source of an asset's payment addresses.
enum Addresses {
    /// One that all orders share.
    Wallet(PayTo),
    /// One an order, of those in the pool's file ([`AssetPayments::listed`]).
    Pool,
    /// One an order, of [`DEMO_POOL`] that follow from their numbers. They are made when their
    /// turn comes: all of them would be most of what a new shop holds in memory.
    Demo,
}

/// One asset's way of being paid.
pub(crate) struct AssetPayments {
    pub(crate) asset: AssetId,
    addresses: Addresses,
    /// Every address it could offer; of a demo's pool, those whose turn comes soon.
    pub(crate) watched: Offered,
    needs: Confirmations,
    /// Amount below which a difference is nobody's debt.
    ignore_below: Amount,
    /// True if a payment that is deep enough releases digital goods by itself.
    releases: bool,
    /// True if an address that was given and never paid is given again when all were given.
    reuses: bool,
    held: Mutex<HashMap<PayTo, UnixTime>>,
    /// The pool's file as it was read last; empty where there is none.
    listed: ArcSwap<Listed>,
}

/// Returns the assets that a shop with this catalogue is paid in.
/// They are those it has prices in, and all if it has prices in a currency: of all coins in a demo,
/// otherwise of those the settings take. A catalogue in which something could not be paid is
/// refused.
pub(crate) fn taken(plan: &Plan, catalog: &Catalog) -> Result<Vec<AssetId>, CliError> {
    let mut priced = catalog.assets();
    if catalog.currency().is_some() {
        let others = AssetId::COINS.into_iter().chain(plan.taken().map(|taken| taken.asset));
        for asset in others {
            if !priced.contains(&asset) {
                priced.push(asset);
            }
        }
    }
    if plan.is_demo() {
        return Ok(priced);
    }
    let taken: Vec<AssetId> = plan.taken().map(|taken| taken.asset).collect();
    let names = without(&taken, catalog);
    if names.is_empty() {
        let offered: Vec<AssetId> =
            taken.iter().copied().filter(|asset| priced.contains(asset)).collect();
        return Ok(if offered.is_empty() { taken } else { offered });
    }
    let named = terminal::some_of(&names);
    let list = |name: fn(AssetId) -> &'static str, word: &str| {
        taken.iter().map(|asset| name(*asset)).collect::<Vec<_>>().join(word)
    };
    let codes = list(AssetId::code, " or ");
    let taken = list(AssetId::name, " and ");
    Err(CliError::misconfigured(format!(
        "these products or some of their variants have no price in {codes}: {named}"
    ))
    .hint(format!("the shop takes {taken}: add the missing prices in catalog.json")))
}

/// Returns the products without a price in any of these assets or a currency.
/// They have none, or not for every choice.
fn without<'a>(assets: &[AssetId], catalog: &'a Catalog) -> Vec<&'a str> {
    let units: Vec<PriceUnit> = assets.iter().copied().map(PriceUnit::from).collect();
    let units = [units, catalog.currency().map(PriceUnit::from).into_iter().collect()].concat();
    let unpriced = |product: &&Product| units.iter().all(|unit| product.lowest(*unit).is_none());
    catalog.products().iter().filter(unpriced).map(|product| product.id.as_str()).collect()
}

impl ShopPayments {
    /// Makes the till of a shop that takes these assets ([`taken`]).
    pub(crate) fn new(plan: &Plan, assets: &[AssetId], db: Db, system: System) -> Self {
        let mut chains: Vec<ChainPayments> = Vec::new();
        for asset in assets {
            let Some(payments) = AssetPayments::by_plan(plan, *asset) else { continue };
            match chains.iter_mut().find(|chain| chain.chain == asset.chain()) {
                Some(chain) => chain.assets.push(payments),
                None => {
                    let known = known(plan, asset.chain());
                    let assets = vec![payments];
                    chains
                        .push(ChainPayments { known, ..ChainPayments::new(asset.chain(), assets) })
                }
            }
        }
        let escrow = plan.escrow.as_ref().and_then(|escrow| {
            let chain = chains.iter().find(|chain| chain.chain == escrow.asset.chain())?;
            let is_taken = chain.assets.iter().any(|taken| taken.asset == escrow.asset);
            let ready = chain.readiness.clone();
            let desk =
                || ShopEscrow::new(escrow, db.clone(), system.clone(), ready, Readiness::default());
            is_taken.then(desk)
        });
        Self {
            chains,
            escrow,
            db,
            offer_hours: plan.offer_hours,
            most_open: plan.most_open,
            networks: plan.payments.iter().map(|chain| (chain.chain, chain.network)).collect(),
            made_up: plan.is_demo().then(|| made_up(system.hour())),
            board: RateBoard::new(plan.rates.clone()),
            demo_dir: plan.is_demo().then(|| plan.dir.clone()),
            system,
        }
    }

    /// Returns the exchange rates of a shop that takes real money.
    pub(crate) const fn rate_board(&self) -> &Arc<RateBoard> {
        &self.board
    }

    /// Returns the escrow desk, where escrow is offered.
    pub(crate) const fn escrow_desk(&self) -> Option<&ShopEscrow> {
        self.escrow.as_ref()
    }

    /// Returns the chains, for the tasks that watch them.
    pub(crate) fn chains(&self) -> &[ChainPayments] {
        &self.chains
    }

    fn all(&self) -> impl Iterator<Item = &AssetPayments> {
        self.chains.iter().flat_map(|chain| &chain.assets)
    }

    /// Returns the rules by which the database judges payments.
    pub(crate) fn policies(&self) -> PaymentPolicies {
        let policy = |asset_payments: &AssetPayments| PaymentPolicy {
            ignore_below: asset_payments.ignore_below,
            pool: match asset_payments.addresses {
                Addresses::Pool => asset_payments.watched.all(),
                Addresses::Wallet(_) | Addresses::Demo => Arc::default(),
            },
            releases: asset_payments.releases,
        };
        let is_taken = |asset: &AssetId| self.asset_payments(*asset).is_some();
        let known = self.chains.iter().flat_map(|chain| &chain.known);
        let others = known.filter(|(asset, _)| !is_taken(asset)).map(|(_, ignore_below)| {
            PaymentPolicy { ignore_below: *ignore_below, pool: Arc::default(), releases: true }
        });
        self.all().map(policy).chain(others).collect()
    }

    /// Returns the pools of addresses, as they were read last.
    pub(crate) fn pools(&self) -> Vec<Pool> {
        let is_pool = |payments: &&AssetPayments| matches!(payments.addresses, Addresses::Pool);
        let pool =
            |payments: &AssetPayments| Pool { addresses: payments.pool(), reuses: payments.reuses };
        self.all().filter(is_pool).map(pool).collect()
    }

    /// Returns true if a pool of these settings has other addresses than were read last.
    pub(crate) fn has_other_pool(&self, plan: &Plan) -> bool {
        self.pools_of(plan).any(|(payments, pool)| payments.pool() != *pool)
    }

    /// Takes the pools of these settings, whose files were read again.
    /// New addresses are watched from now on, and those that are not listed any more are not
    /// offered. Returns how many are new.
    pub(crate) fn take_pools(&self, plan: &Plan) -> usize {
        self.pools_of(plan).map(|(payments, pool)| payments.take_pool(pool)).sum()
    }

    fn pools_of<'a>(
        &'a self,
        plan: &'a Plan,
    ) -> impl Iterator<Item = (&'a AssetPayments, &'a Vec<PayTo>)> {
        plan.taken().filter_map(|taken| match &taken.source {
            Source::Pool(pool) => Some((self.asset_payments(taken.asset)?, pool)),
            Source::Wallet(_) | Source::Unopened => None,
        })
    }

    fn asset_payments(&self, asset: AssetId) -> Option<&AssetPayments> {
        self.all().find(|asset_payments| asset_payments.asset == asset)
    }

    fn chain_payments(&self, chain: ChainId) -> Option<&ChainPayments> {
        self.chains.iter().find(|payments| payments.chain == chain)
    }
}

impl ChainPayments {
    fn new(chain: ChainId, assets: Vec<AssetPayments>) -> Self {
        Self {
            chain,
            assets,
            known: BTreeMap::new(),
            wake_signal: Arc::default(),
            claims_bell: Arc::default(),
            balances_bell: Arc::default(),
            readiness: Readiness::default(),
        }
    }

    /// Makes those of a chain on which nothing is offered any more, but kept orders are paid.
    pub(crate) fn of_kept_orders(chain: ChainId) -> Self {
        Self::new(chain, Vec::new())
    }

    /// Returns what it is watched for by the settings.
    pub(crate) fn watch_settings(&self) -> WatchSettings {
        let offered = self.assets.iter().map(|asset_payments| asset_payments.watched.clone());
        WatchSettings { offered: offered.collect(), known: self.known.keys().copied().collect() }
    }

    /// Returns the tickers of its assets, as a sentence lists them.
    pub(crate) fn codes(&self) -> String {
        let codes = self.assets.iter().map(|asset_payments| asset_payments.asset.code());
        codes.collect::<Vec<_>>().join(" and ")
    }
}

impl AssetPayments {
    /// Makes those of an asset by the settings; none where they do not take it.
    fn by_plan(plan: &Plan, asset: AssetId) -> Option<Self> {
        if plan.is_demo() {
            let of_coin = asset.token_on_chain().is_none();
            let nano = if of_coin { plan.terms(asset.chain()).ignore_below } else { 0 };
            return Some(Self { ignore_below: ignored(nano, asset), ..Self::demo(asset) });
        }
        let chain = plan.chain(asset.chain())?;
        let taken = chain.assets.iter().find(|taken| taken.asset == asset)?;
        let releases = chain.releases_digital();
        let ignore_below = ignored(taken.ignore_below, asset);
        let reuses = chain.reuses_addresses();
        let payments = Self::new(asset, taken.source.clone(), chain.needs);
        Some(Self { ignore_below, releases, reuses, ..payments })
    }

    fn new(asset: AssetId, source: Source, needs: Confirmations) -> Self {
        match source {
            Source::Wallet(pay_to) => Self::with(asset, Addresses::Wallet(pay_to), needs),
            Source::Unopened => Self::with(asset, Addresses::Pool, needs),
            Source::Pool(pool) => {
                let payments = Self::with(asset, Addresses::Pool, needs);
                payments.watched.add(&pool);
                payments.listed.store(Arc::new(Listed::new(pool)));
                payments
            }
        }
    }

    fn with(asset: AssetId, addresses: Addresses, needs: Confirmations) -> Self {
        let watched = match &addresses {
            Addresses::Wallet(pay_to) => Offered::from_iter([pay_to.clone()]),
            Addresses::Pool | Addresses::Demo => Offered::default(),
        };
        Self {
            asset,
            addresses,
            watched,
            needs,
            ignore_below: Amount::zero(asset),
            releases: true,
            reuses: true,
            held: Mutex::default(),
            listed: ArcSwap::default(),
        }
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
            Addresses::Pool | Addresses::Demo => match self.never_given(db, now).await? {
                Some(pay_to) => {
                    let due = total.rounded_up().map_err(|_| OfferError::Unavailable)?;
                    Ok(Offer { pay_to, due, matching: Matching::PayTo })
                }
                None if !self.reuses => Err(OfferError::Exhausted),
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
        self.all().map(|asset_payments| asset_payments.asset).collect()
    }

    fn rates(&self) -> ExchangeRates {
        self.made_up.clone().unwrap_or_else(|| self.board.rates())
    }

    fn offer<'a>(&'a self, total: Amount) -> BoxFuture<'a, Result<Offer, OfferError>> {
        Box::pin(async move {
            let asset = total.asset();
            let asset_payments = self.asset_payments(asset).ok_or(OfferError::Unavailable)?;
            let chain = self.chain_payments(asset.chain()).ok_or(OfferError::Unavailable)?;
            if !chain.readiness.is_set() {
                return Err(OfferError::ChainUnread);
            }
            let System { clock, entropy } = &self.system;
            asset_payments.pick(&self.db, total, clock.now(), &**entropy).await
        })
    }

    fn terms(&self, asset: AssetId) -> PaymentTerms {
        let asset_payments = self.asset_payments(asset);
        let needs = asset_payments.map_or(Confirmations(1), |payments| payments.needs);
        let ignore_below =
            asset_payments.map_or(Amount::zero(asset), |payments| payments.ignore_below);
        let offer_hours = self.offer_hours;
        let most_open = self.most_open;
        PaymentTerms { needs, offer_hours, most_open, ignore_below }
    }

    fn payment_uri(&self, pay_to: &PayTo, due: Amount) -> Option<String> {
        let network = self.networks.get(&pay_to.asset().chain())?;
        shop_chain::payment_uri(pay_to, due, *network)
    }

    fn payment_link(&self, pay_to: &PayTo, due: Amount) -> Option<String> {
        let network = self.networks.get(&pay_to.asset().chain())?;
        shop_chain::payment_link(pay_to, due, *network)
    }

    fn usual_fee(&self, asset: AssetId) -> Option<Amount> {
        let is_real = self.networks.contains_key(&asset.chain());
        let rules = shop_chain::rules(asset.chain()).filter(|_| is_real)?;
        Some(rules.usual_fee_of(asset))
    }

    fn needs_balances(&self, asset: AssetId) -> bool {
        shop_chain::rules(asset.chain()).is_some_and(|rules| rules.needs_balances(asset))
    }

    fn txid(&self, pay_to: &PayTo, text: &str) -> Option<String> {
        shop_chain::txid(pay_to, text).ok()
    }

    fn nudge(&self, asset: AssetId) {
        if let Some(chain) = self.chain_payments(asset.chain()) {
            chain.wake_signal.wake();
            chain.claims_bell.wake();
            chain.balances_bell.wake();
        }
    }

    fn chain_id(&self, asset: AssetId) -> Option<u64> {
        let network = self.networks.get(&asset.chain())?;
        shop_chain::rules(asset.chain())?.shown_network(*network)
    }

    fn refund_to(&self, asset: AssetId, text: &str) -> Result<RefundTo, RefundToError> {
        let network = self.networks.get(&asset.chain()).copied();
        refund_to(asset, text.trim(), network)
    }

    fn releases(&self, statement: &Statement, typed: &str) -> bool {
        escrow::releases(statement, typed)
    }

    fn escrow(&self) -> Option<&dyn EscrowDesk> {
        self.escrow.as_ref().map(|desk| desk as &dyn EscrowDesk)
    }

    fn demo_hint(&self, order: OrderId) -> Option<String> {
        Some(self.demo_dir.as_ref()?.command(&format!("demo pay {order}")))
    }
}

#[cfg(test)]
mod tests;
