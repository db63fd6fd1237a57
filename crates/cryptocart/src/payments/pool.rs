//! Choice of the address of a pool that is offered next.
//!
//! It is one that was never given; if none is left, one that was given, never paid, and has rested.

use super::{Addresses, AssetPayments, DEMO_AHEAD, DEMO_POOL, HELD};
use shop_chain::fake;
use shop_core::{pay_to::PayTo, time::UnixTime};
use shop_db::Db;
use shop_web::OfferError;
use std::{
    collections::HashSet,
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

/// Number of addresses asked about first, and at most: the first few nearly always do.
const LOOKED_AT_FIRST: usize = 8;
const LOOKED_AT: usize = 256;

/// The addresses of a pool's file, in its order.
#[derive(Default)]
pub(super) struct Listed {
    all: Vec<PayTo>,
    names: HashSet<PayTo>,
    /// Least number of addresses given, from the beginning.
    given: AtomicUsize,
}

impl Listed {
    pub(super) fn new(all: Vec<PayTo>) -> Self {
        let names = all.iter().cloned().collect();
        Self { all, names, given: AtomicUsize::new(0) }
    }
}

impl AssetPayments {
    /// Returns the addresses of the pool's file, as it was read last.
    pub(super) fn pool(&self) -> Vec<PayTo> {
        self.listed.load().all.clone()
    }

    /// Takes the pool's file as it was read again. Returns how many addresses are new.
    /// They are watched before one can be offered.
    pub(super) fn take_pool(&self, pool: &[PayTo]) -> usize {
        let new: Vec<PayTo> =
            pool.iter().filter(|pay_to| !self.watched.contains(pay_to)).cloned().collect();
        self.watched.add(&new);
        if self.pool() != pool {
            self.listed.store(Arc::new(Listed::new(pool.to_vec())));
        }
        new.len()
    }

    /// Returns the first of the pool that was never given and is not being offered.
    /// An address that was given stays so, so the pool is read on from where the given ones ended.
    pub(super) async fn never_given(
        &self,
        db: &Db,
        now: UnixTime,
    ) -> Result<Option<PayTo>, OfferError> {
        let listed = self.listed.load_full();
        let mut from = listed.given.load(Ordering::SeqCst);
        let mut looked_at = LOOKED_AT_FIRST;
        loop {
            let some = self.page(&listed, from, looked_at);
            looked_at = (2 * looked_at).min(LOOKED_AT);
            if some.is_empty() {
                return Ok(None);
            }
            let given = db.given(some.clone()).await.map_err(|_| OfferError::Unavailable)?;
            if from == listed.given.load(Ordering::SeqCst) {
                let first = given.iter().take_while(|given| **given).count();
                listed.given.fetch_max(from + first, Ordering::SeqCst);
            }
            from += some.len();
            let free = some.into_iter().zip(given).filter(|(_, given)| !given);
            if let Some(pay_to) = self.hold(free.map(|(pay_to, _)| pay_to), now) {
                return Ok(Some(pay_to));
            }
        }
    }

    /// Returns the pool's addresses from here on, at most so many.
    fn page(&self, listed: &Listed, from: usize, count: usize) -> Vec<PayTo> {
        match &self.addresses {
            Addresses::Wallet(_) => Vec::new(),
            Addresses::Pool => listed.all.iter().skip(from).take(count).cloned().collect(),
            Addresses::Demo => {
                let end = from.saturating_add(count).min(DEMO_POOL);
                self.watch_demo_up_to(end);
                self.demo_addresses(from..end)
            }
        }
    }

    /// Has a demo's addresses up to this one watched, and some more before their turn comes.
    pub(super) fn watch_demo_up_to(&self, end: usize) {
        let watched = self.watched.all().len();
        if watched < end {
            let ahead = end.saturating_add(DEMO_AHEAD).min(DEMO_POOL);
            self.watched.add(&self.demo_addresses(watched..ahead));
        }
    }

    fn demo_addresses(&self, places: Range<usize>) -> Vec<PayTo> {
        places.map(|place| fake::demo_pay_to(self.asset, place as u64 + 1)).collect()
    }

    /// Returns the one that has rested longest, of those still in the pool.
    pub(super) async fn rested(&self, db: &Db, now: UnixTime) -> Result<PayTo, OfferError> {
        let mut skip = 0;
        loop {
            let some = db
                .reusable(self.asset, now.coarse(), skip, LOOKED_AT)
                .await
                .map_err(|_| OfferError::Unavailable)?;
            if some.is_empty() {
                return Err(OfferError::Exhausted);
            }
            skip += some.len();
            let free = some.into_iter().filter(|pay_to| self.is_listed(pay_to));
            if let Some(pay_to) = self.hold(free, now) {
                return Ok(pay_to);
            }
        }
    }

    /// Returns true if an address is of the pool as it is now.
    fn is_listed(&self, pay_to: &PayTo) -> bool {
        match self.addresses {
            Addresses::Pool => self.listed.load().names.contains(pay_to),
            Addresses::Wallet(_) | Addresses::Demo => self.watched.contains(pay_to),
        }
    }

    /// Keeps the first of these that is not being offered from others for a while.
    fn hold(&self, free: impl Iterator<Item = PayTo>, now: UnixTime) -> Option<PayTo> {
        let mut held = self.held.lock().expect("no holder panics");
        held.retain(|_, since| since.plus_seconds(HELD) > now);
        let pay_to = free.into_iter().find(|pay_to| !held.contains_key(pay_to))?;
        held.insert(pay_to.clone(), now);
        Some(pay_to)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::{
        super::{AssetPayments, Source},
        *,
    };
    use crate::sample_order::sample_order;
    use shop_chain::fake;
    use shop_core::{
        entropy,
        money::{Amount, AssetId},
        pay_to::{Matching, Offer},
        time::CoarseTime,
        view::{BlockAt, BlockHash, ChainUpdate, Confirmations, Height},
    };

    static CHANCE: entropy::Seeded = entropy::Seeded::new(1);

    #[tokio::test]
    async fn two_buyers_at_once_are_offered_two_addresses() {
        let pool: Vec<_> = (1..=2).map(|n| fake::demo_pay_to(AssetId::ETH, n)).collect();
        let asset_payments = AssetPayments::new(AssetId::ETH, Source::Pool(pool), Confirmations(1));
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        let db = Db::in_memory().unwrap();
        let pick = |now| asset_payments.pick(&db, total, UnixTime(now), &CHANCE);
        let one = pick(0).await.unwrap();
        let two = pick(0).await.unwrap();
        assert_ne!(one.pay_to, two.pay_to);
        assert_eq!(pick(1).await, Err(OfferError::Exhausted));
        assert_eq!(pick(HELD).await.unwrap().pay_to, one.pay_to, "an order that was not placed");
    }

    #[tokio::test]
    async fn what_was_given_is_not_looked_at_again() {
        let pool: Vec<_> = (1..=600).map(|n| fake::demo_pay_to(AssetId::ETH, n)).collect();
        let asset_payments =
            AssetPayments::new(AssetId::ETH, Source::Pool(pool.clone()), Confirmations(1));
        let db = Db::in_memory().unwrap();
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        // Given in a row, but for one that somebody let go.
        for (n, pay_to) in pool.iter().take(300).enumerate().filter(|(n, _)| *n != 290) {
            place(&db, n, pay_to, total).await;
        }
        let offers = [
            asset_payments.pick(&db, total, UnixTime(0), &CHANCE).await.unwrap().pay_to,
            asset_payments.pick(&db, total, UnixTime(0), &CHANCE).await.unwrap().pay_to,
        ];
        assert_eq!(offers, [pool[290].clone(), pool[300].clone()]);
        assert_eq!(asset_payments.listed.load().given.load(Ordering::SeqCst), 290);
    }

    /// An address is watched before it is offered; one far from its turn takes no memory.
    #[tokio::test]
    async fn demo_pool_grows_as_it_is_given() {
        let asset_payments = AssetPayments::demo(AssetId::ETH);
        let db = Db::in_memory().unwrap();
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        let watched = || asset_payments.watched.all().len();
        assert!(watched() < 2 * DEMO_AHEAD);
        for n in 0..2 * DEMO_AHEAD {
            let before = asset_payments.watched.all();
            let offer = asset_payments.pick(&db, total, UnixTime(0), &CHANCE).await.unwrap();
            assert_eq!(offer.pay_to, fake::demo_pay_to(AssetId::ETH, n as u64 + 1));
            assert!(before.contains(&offer.pay_to), "watched before its turn");
            place_offer(&db, n, offer).await;
        }
        assert!(watched() < 5 * DEMO_AHEAD, "{}", watched());
        // Opened again, it has all that were given.
        let again = AssetPayments::demo(AssetId::ETH);
        let offer = again.pick(&db, total, UnixTime(0), &CHANCE).await.unwrap();
        assert_eq!(offer.pay_to, fake::demo_pay_to(AssetId::ETH, 2 * DEMO_AHEAD as u64 + 1));
        assert!((1..=512).all(|n| again.watched.contains(&fake::demo_pay_to(AssetId::ETH, n))));
        let page = |from| again.page(&Listed::default(), from, 9).len();
        assert_eq!((page(DEMO_POOL - 1), page(DEMO_POOL)), (1, 0));
    }

    /// A file that was only added to is read on where it was; another one from its beginning.
    #[tokio::test]
    async fn reloaded_pool_offers_what_is_listed_now() {
        let addresses = |range: std::ops::RangeInclusive<u64>| -> Vec<_> {
            range.map(|n| fake::demo_pay_to(AssetId::ETH, n)).collect()
        };
        let source = Source::Pool(addresses(1..=2));
        let payments = AssetPayments::new(AssetId::ETH, source, Confirmations(1));
        let db = Db::in_memory().unwrap();
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        let mut orders = 0;
        let mut next = async || {
            let offer = payments.pick(&db, total, UnixTime(0), &CHANCE).await.ok()?;
            let pay_to = offer.pay_to.clone();
            place_offer(&db, orders, offer).await;
            orders += 1;
            Some(pay_to)
        };
        assert_eq!(next().await, Some(fake::demo_pay_to(AssetId::ETH, 1)));
        assert_eq!(payments.take_pool(&addresses(1..=4)), 2);
        assert!(addresses(1..=4).iter().all(|pay_to| payments.watched.contains(pay_to)));
        assert_eq!(next().await, Some(fake::demo_pay_to(AssetId::ETH, 2)));
        assert_eq!(payments.take_pool(&addresses(4..=6)), 2, "one is known");
        assert!(payments.watched.contains(&fake::demo_pay_to(AssetId::ETH, 3)), "it may be paid");
        for n in 4..=6 {
            assert_eq!(next().await, Some(fake::demo_pay_to(AssetId::ETH, n)));
        }
        assert_eq!(next().await, None);
        read_up_to(&db, 400).await;
        let later = payments.pick(&db, total, UnixTime(400 * 3600), &CHANCE).await.unwrap();
        assert!(addresses(4..=6).contains(&later.pay_to), "1 and 2 are not listed any more");
    }

    async fn place(db: &Db, n: usize, pay_to: &PayTo, total: Amount) {
        let offer = Offer { pay_to: pay_to.clone(), due: total, matching: Matching::PayTo };
        place_offer(db, n, offer).await;
    }

    /// Places an order of this offer.
    pub(crate) async fn place_offer(db: &Db, n: usize, offer: Offer) {
        let source = entropy::Seeded::new(n as u64 + 1);
        let placed = UnixTime(0).coarse();
        db.place(sample_order(&source, offer, placed, placed)).await.unwrap();
    }

    /// Reads blocks up to this hour, and deletes what had ended by then.
    async fn read_up_to(db: &Db, hours: u64) {
        let hash = BlockHash([u8::try_from(hours % 251).unwrap(); 32]);
        let block = BlockAt { height: Height(hours), hash, time: CoarseTime::from_hours(hours) };
        let advance = ChainUpdate { blocks: vec![block], ..ChainUpdate::default() };
        let now = CoarseTime::from_hours(hours);
        db.apply_update(AssetId::ETH.chain(), advance, now).await.unwrap();
        let mails = db.outbox(usize::MAX).await.unwrap();
        db.delivered(mails.into_iter().map(|mail| mail.id).collect()).await.unwrap();
        db.purge(now, shop_core::order_status::RetentionPolicy { unpaid_hours: 0, paid_hours: 0 })
            .await
            .unwrap();
    }

    /// A late payment would be told by its amount alone.
    #[tokio::test]
    async fn address_of_an_account_is_never_given_twice() {
        let pool: Vec<_> = (1..=2).map(|n| fake::demo_pay_to(AssetId::ETH, n)).collect();
        let make =
            || AssetPayments::new(AssetId::ETH, Source::Pool(pool.clone()), Confirmations(1));
        let of_account = AssetPayments { reuses: false, ..make() };
        let db = Db::in_memory().unwrap();
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        for (n, pay_to) in pool.iter().enumerate() {
            place(&db, n, pay_to, total).await;
        }
        read_up_to(&db, 400).await;
        let later = UnixTime(400 * 3600);
        let refused = of_account.pick(&db, total, later, &CHANCE).await;
        assert_eq!(refused, Err(OfferError::Exhausted));
        assert!(make().pick(&db, total, later, &CHANCE).await.is_ok(), "a pool's has rested");
    }

    /// The last digits of the amount name the order, as the address was given before.
    #[tokio::test]
    async fn used_up_pool_gives_an_address_again_with_naming_digits() {
        let pool: Vec<_> = (1..=3).map(|n| fake::demo_pay_to(AssetId::ETH, n)).collect();
        let gone = fake::demo_pay_to(AssetId::ETH, 9);
        let kept = pool[1..].to_vec();
        let asset_payments = AssetPayments::new(AssetId::ETH, Source::Pool(kept), Confirmations(1));
        let db = Db::in_memory().unwrap();
        let total = Amount::new(AssetId::ETH, 50_000_000_000);
        for (n, pay_to) in [&gone, &pool[0], &pool[1]].into_iter().enumerate() {
            place(&db, n, pay_to, total).await;
        }
        read_up_to(&db, 400).await;
        let pick = || asset_payments.pick(&db, total, UnixTime(400 * 3600), &CHANCE);
        let fresh = pick().await.unwrap();
        assert_eq!((&fresh.pay_to, fresh.matching), (&pool[2], Matching::PayTo));
        // Two more have rested, but are not in the pool any more.
        let again = pick().await.unwrap();
        assert_eq!(again.pay_to, pool[1]);
        let Matching::Amount { naming } = again.matching else { panic!("no name") };
        assert_eq!(again.due.steps(), total.steps() + u128::from(naming));
        assert_eq!(pick().await, Err(OfferError::Exhausted));
    }
}
