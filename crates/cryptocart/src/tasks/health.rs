//! The health task: tells seller and buyers what works and what does not.

use crate::{
    config::plan::ChainTerms,
    health::{Change, Health, Part, Progress},
};
use shop_core::{
    chain::ChainId,
    seller_mail::{ChainOutage, SellerLetter, SellerMail},
    time::Clock,
};
use shop_db::{ChainNotice, Db};
use shop_web::Unseen;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Interval at which changes that are due by time alone are looked for.
const PAUSE: Duration = Duration::from_secs(60);

/// The shop's health, as its tasks report it.
pub(crate) struct Monitor {
    clock: Arc<dyn Clock>,
    health: Mutex<Health>,
    reported: Notify,
}

impl Monitor {
    /// Makes a monitor of this health.
    pub(crate) fn new(health: Health, clock: Arc<dyn Clock>) -> Arc<Self> {
        let reported = Notify::new();
        Arc::new(Self { clock, health: Mutex::new(health), reported })
    }

    /// Reports that a part works.
    pub(crate) fn works(&self, part: Part) {
        self.change(|health| health.works(part, self.clock.now()));
    }

    /// Reports that a part does not work. `certain`: trying again will not help.
    pub(crate) fn fails(&self, part: Part, why: String, certain: bool) {
        self.change(|health| health.fails(part, why, certain, self.clock.now()));
    }

    /// Reports that a chain was read on; `stuck_after` as in [`Health::chain_read`].
    pub(crate) fn chain_read(&self, chain: ChainId, progress: Progress, stuck_after: Option<u64>) {
        self.change(|health| health.chain_read(chain, progress, stuck_after, self.clock.now()));
    }

    /// Returns what `look` makes of the health.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Health) -> T) -> T {
        look(&self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn change(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
        self.reported.notify_one();
    }

    /// Returns the changes to tell now, and the chains that buyers are told about.
    pub(super) fn news(&self) -> (Vec<Change>, Vec<Unseen>) {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = health.changes(self.clock.now());
        let unseen = health.outages().filter_map(|(part, outage)| match part {
            Part::Chain(chain) => {
                Some(Unseen { chain, since: outage.since, stopped: outage.stopped })
            }
            _ => None,
        });
        (changes, unseen.collect())
    }

    /// Returns true while notices cannot be sealed to the seller.
    pub(crate) fn cannot_seal(&self) -> bool {
        self.with(|health| health.outage(Part::Sealing).is_some())
    }
}

/// Notices about chains on their way into the outbox.
pub(super) struct ChainNotices {
    db: Db,
    /// Those the database could not take yet.
    waiting: Vec<(ChainId, ChainNotice)>,
}

impl ChainNotices {
    pub(super) const fn new(db: Db) -> Self {
        Self { db, waiting: Vec::new() }
    }

    /// Queues what these changes tell the seller by mail, and what could not be queued before.
    pub(super) async fn queue(&mut self, changes: &[Change]) {
        self.waiting.extend(changes.iter().filter_map(mailed));
        while let Some((chain, notice)) = self.waiting.first().copied() {
            if let Err(error) = self.db.tell_of_chain(chain, notice).await {
                tracing::warn!("queueing a notice about payments: {error}; trying again");
                return;
            }
            self.waiting.remove(0);
        }
    }
}

/// Returns the notice that a change gives rise to, if the seller gets a mail of it.
const fn mailed(change: &Change) -> Option<(ChainId, ChainNotice)> {
    match change {
        Change::Mail { chain, stopped: true, .. } => Some((*chain, ChainNotice::Stopped)),
        Change::Mail { chain, stopped: false, .. } => Some((*chain, ChainNotice::Undetected)),
        Change::Works { part: Part::Chain(chain), mailed: true, .. } => {
            Some((*chain, ChainNotice::Detected))
        }
        Change::NoRate { chain, .. } => Some((*chain, ChainNotice::NoRate)),
        Change::Works { part: Part::Rates(chain), mailed: true, .. } => {
            Some((*chain, ChainNotice::RateAgain))
        }
        _ => None,
    }
}

/// Tells what changes until told to stop: on the terminal by `note`, to buyers on their pages by `show`,
/// and by mail where a chain was not seen, or a rate was missing, for hours.
pub(crate) async fn run<F: Future<Output = ()>>(
    monitor: Arc<Monitor>,
    db: Db,
    show: impl Fn(Vec<Unseen>),
    note: impl Fn(&'static str, String) -> F,
    stop: CancellationToken,
) {
    let mut notices = ChainNotices::new(db);
    loop {
        tell(&monitor, &mut notices, &show, &note).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = monitor.reported.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Tells what has changed since it was last told.
async fn tell<F: Future<Output = ()>>(
    monitor: &Monitor,
    notices: &mut ChainNotices,
    show: &impl Fn(Vec<Unseen>),
    note: &impl Fn(&'static str, String) -> F,
) {
    let (changes, unseen) = monitor.news();
    notices.queue(&changes).await;
    if !changes.is_empty() {
        show(unseen);
    }
    for change in changes {
        if let Some((subject, text)) = said(&change) {
            note(subject, text).await;
        }
    }
}

/// A line for the terminal. It names no order.
fn said(change: &Change) -> Option<(&'static str, String)> {
    match change {
        Change::Fails { part, since, why } => Some(match part {
            Part::Chain(chain) => (
                coin(*chain),
                format!(
                    "PAYMENTS NOT DETECTED since {since}: {why}. Buyers are told; no payment is lost"
                ),
            ),
            Part::Receipts(chain) => (
                coin(*chain),
                format!("{why}. Trying again; no offer that could be paid there ends"),
            ),
            Part::Rates(_) => {
                ("rates", format!("MISSING since {since}, and nothing is sold at them: {why}"))
            }
            Part::Mailbox => (
                "mailbox",
                format!("NOT WRITABLE since {since}: {why}. Nothing is lost; trying again"),
            ),
            Part::Sealing => (
                "key",
                format!(
                    "CANNOT SEAL NOTICES since {since}: {why}. Nothing is lost; install a usable key \
                     and run: cryptocart catalog reload"
                ),
            ),
            Part::Disk => ("disk", format!("{why}: TAKING NO ORDERS")),
            Part::Pool => ("pool", format!("{why}: TAKING NO ORDERS")),
        }),
        Change::Mail { chain, since, stopped: true, .. } => Some((
            coin(*chain),
            format!(
                "TAKING NO ORDERS in this currency: payments have not been detected since {since}"
            ),
        )),
        Change::Mail { .. } | Change::NoRate { .. } => None,
        Change::Works { part, since, .. } => Some(match part {
            Part::Chain(chain) => (
                coin(*chain),
                format!("payments are detected again, for the first time since {since}"),
            ),
            Part::Receipts(chain) => {
                (coin(*chain), "all relevant blocks have been read again".into())
            }
            Part::Rates(chain) => ("rates", format!("of what is paid on {chain} are there again")),
            Part::Mailbox => {
                ("mailbox", format!("is writable again, for the first time since {since}"))
            }
            Part::Sealing => ("key", "notices are sealed again".into()),
            Part::Disk => ("disk", "there is enough space again: taking orders".into()),
            Part::Pool => ("pool", "there are addresses again: taking orders".into()),
        }),
    }
}

/// Returns the ticker by which lines about a chain begin: that of its coin.
fn coin(chain: ChainId) -> &'static str {
    shop_chain::rules(chain).map_or(chain.as_str(), |rules| rules.coin().code())
}

/// Writes the mails about chains.
#[derive(Clone)]
pub(crate) struct ChainMail {
    /// The shop's letters.
    pub(crate) letters: SellerMail,
    /// Terms of the chains that have settings.
    pub(crate) terms: Vec<ChainTerms>,
    /// Tickers of the assets on each chain, as a sentence lists them.
    pub(crate) codes: BTreeMap<ChainId, String>,
}

impl ChainMail {
    fn codes(&self, chain: ChainId) -> &str {
        self.codes.get(&chain).map_or(coin(chain), String::as_str)
    }

    fn terms(&self, chain: ChainId) -> ChainTerms {
        let terms = self.terms.iter().find(|terms| terms.chain == chain);
        terms.copied().unwrap_or_else(|| ChainTerms::usual(chain))
    }

    /// Returns the mail about a change, if there is one.
    pub(super) fn about(&self, change: &Change) -> Option<SellerLetter> {
        match change {
            Change::Mail { chain, since, why, stopped } => {
                let terms = self.terms(*chain);
                Some(self.letters.chain_unread(&ChainOutage {
                    assets: self.codes(*chain),
                    since: *since,
                    why,
                    stopped: *stopped,
                    stop_after_hours: terms.stop_after_hours,
                    section: terms.section,
                }))
            }
            Change::NoRate { chain, since, why } => {
                Some(self.letters.rate_missing(self.codes(*chain), *since, why))
            }
            Change::Works { part: Part::Rates(chain), since, mailed: true } => {
                Some(self.letters.rate_again(self.codes(*chain), *since))
            }
            Change::Works { part: Part::Chain(chain), since, mailed: true } => {
                Some(self.letters.chain_read_again(self.codes(*chain), *since))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
