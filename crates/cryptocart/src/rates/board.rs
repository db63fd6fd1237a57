//! Handle of the rates: what pages and payments take, and what tasks put there.

use super::keeper::{Keeper, Missing, Wanted};
use crate::config::plan::RatesPlan;
use arc_swap::ArcSwap;
use shop_core::{money::ExchangeRates, time::UnixTime};
use shop_rates::{Pair, Table};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The rates of the moment, in memory alone.
pub(crate) struct RateBoard {
    keeper: Mutex<Keeper>,
    rates: ArcSwap<ExchangeRates>,
    missing: ArcSwap<Vec<Missing>>,
    /// Pairs that sources are asked for.
    pairs: watch::Sender<Vec<Pair>>,
}

impl RateBoard {
    /// Creates a board without rates. Nobody is asked before something is wanted.
    pub(crate) fn new(plan: RatesPlan) -> Arc<Self> {
        Arc::new(Self {
            keeper: Mutex::new(Keeper::new(Arc::new(plan))),
            rates: ArcSwap::default(),
            missing: ArcSwap::default(),
            pairs: watch::Sender::new(Vec::new()),
        })
    }

    /// Returns the rates of this moment. A pair that is not there must not be sold at.
    pub(crate) fn rates(&self) -> ExchangeRates {
        ExchangeRates::clone(&self.rates.load())
    }

    /// Sets the rates that the shop's prices need; sources are asked for nothing else.
    /// Rates by hand are there at once, others when sources have agreed.
    pub(crate) fn want(&self, wanted: Vec<Wanted>, now: UnixTime) {
        let pairs = self.keeper().want(wanted);
        self.assess(now);
        self.pairs.send_if_modified(|old| {
            *old != pairs && {
                *old = pairs;
                true
            }
        });
    }

    /// Returns what sources are asked for, now and when it changes.
    pub(crate) fn pairs(&self) -> watch::Receiver<Vec<Pair>> {
        self.pairs.subscribe()
    }

    /// Returns the rates that are wanted.
    pub(crate) fn wanted(&self) -> Vec<Wanted> {
        self.keeper().wanted().to_vec()
    }

    /// Returns the rates that are wanted and missing.
    pub(crate) fn missing(&self) -> Arc<Vec<Missing>> {
        self.missing.load_full()
    }

    /// Notes what a source told.
    pub(crate) fn hear(&self, title: &'static str, told: Table, error: Option<String>) {
        self.keeper().hear(title, told, error);
    }

    /// Returns true if every source was asked once.
    pub(crate) fn is_tried(&self) -> bool {
        self.keeper().is_tried()
    }

    /// Makes the rates of this moment. Those that are old, or that sources do not agree on, end.
    pub(crate) fn assess(&self, now: UnixTime) {
        // Under the lock, so that an older assessment does not take the place of a newer one.
        let mut keeper = self.keeper();
        let (rates, missing) = keeper.assess(now);
        self.rates.store(Arc::new(rates));
        self.missing.store(Arc::new(missing));
    }

    fn keeper(&self) -> MutexGuard<'_, Keeper> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
