//! The health task: tells seller and buyers what works and what does not.

use crate::health::{Change, Health, Part, Progress};
use shop_core::{
    money::AssetId,
    seller_mail::{ChainOutage, SellerLetter, SellerMail},
    time::Clock,
};
use shop_web::Unseen;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Interval at which changes that are due by time alone are looked for.
const PAUSE: Duration = Duration::from_secs(60);

/// Most letters that wait: a mailbox that is not written for weeks needs no more.
const MOST_NOTICES: usize = 32;

/// The shop's health, as its tasks report it.
pub(crate) struct Monitor {
    clock: Arc<dyn Clock>,
    health: Mutex<Health>,
    reported: Notify,
    notices: Mutex<Vec<SellerLetter>>,
}

impl Monitor {
    /// Makes a monitor of this health.
    pub(crate) fn new(health: Health, clock: Arc<dyn Clock>) -> Arc<Self> {
        let reported = Notify::new();
        let notices = Mutex::default();
        Arc::new(Self { clock, health: Mutex::new(health), reported, notices })
    }

    /// Reports that a part works.
    pub(crate) fn works(&self, part: Part) {
        self.change(|health| health.works(part, self.clock.now()));
    }

    /// Reports that a part does not work. `certain`: trying again will not help.
    pub(crate) fn fails(&self, part: Part, why: String, certain: bool) {
        self.change(|health| health.fails(part, why, certain, self.clock.now()));
    }

    /// Reports that a chain was read on; `steady` as in [`Health::chain_read`].
    pub(crate) fn chain_read(&self, asset: AssetId, progress: Progress, steady: bool) {
        self.change(|health| health.chain_read(asset, progress, steady, self.clock.now()));
    }

    /// Returns what `look` makes of the health.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Health) -> T) -> T {
        look(&self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the letters that wait to be delivered, oldest first.
    /// They are sealed when they are delivered, so that none is sealed to a key that was exchanged
    /// meanwhile; a restart tells again what is still so.
    pub(crate) fn notices(&self) -> Vec<SellerLetter> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Removes the first `count` letters: they are in the mailbox.
    pub(crate) fn delivered(&self, count: usize) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).drain(..count);
    }

    fn change(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
        self.reported.notify_one();
    }

    /// Returns the changes to tell now, and the chains that buyers are told about.
    /// Letters about the changes wait for delivery from now on.
    pub(super) fn news(&self, letters: &ChainMail) -> (Vec<Change>, Vec<Unseen>) {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = health.changes(self.clock.now());
        changes.iter().filter_map(|change| letters.about(change)).for_each(|n| self.put(n));
        let unseen = health.outages().filter_map(|(part, outage)| match part {
            Part::Chain(asset) => {
                Some(Unseen { asset, since: outage.since, stopped: outage.stopped })
            }
            _ => None,
        });
        (changes, unseen.collect())
    }

    /// Returns the number of notices that wait because they cannot be sealed.
    pub(crate) fn unsealed(&self) -> u64 {
        let is_out = self.with(|health| health.outage(Part::Sealing).is_some());
        if is_out { self.notices().len() as u64 } else { 0 }
    }

    fn put(&self, notice: SellerLetter) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.len() < MOST_NOTICES {
            notices.push(notice);
        }
    }
}

/// Tells what changes until told to stop: on the terminal by `note`, to buyers on their pages by `show`,
/// and by mail where a chain was not seen for hours.
pub(crate) async fn run<F: Future<Output = ()>>(
    monitor: Arc<Monitor>,
    letters: ChainMail,
    show: impl Fn(Vec<Unseen>),
    note: impl Fn(&'static str, String) -> F,
    stop: CancellationToken,
) {
    loop {
        tell(&monitor, &letters, &show, &note).await;
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
    letters: &ChainMail,
    show: &impl Fn(Vec<Unseen>),
    note: &impl Fn(&'static str, String) -> F,
) {
    let (changes, unseen) = monitor.news(letters);
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
            Part::Chain(asset) => (
                asset.code(),
                format!(
                    "PAYMENTS NOT DETECTED since {since}: {why}. Buyers are told; no payment is lost"
                ),
            ),
            Part::Receipts(asset) => (
                asset.code(),
                format!("{why}. Trying again; no offer that could be paid there ends"),
            ),
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
        Change::Mail { asset, since, stopped: true, .. } => Some((
            asset.code(),
            format!(
                "TAKING NO ORDERS in this currency: payments have not been detected since {since}"
            ),
        )),
        Change::Mail { .. } => None,
        Change::Works { part, since, .. } => Some(match part {
            Part::Chain(asset) => (
                asset.code(),
                format!("payments are detected again, for the first time since {since}"),
            ),
            Part::Receipts(asset) => {
                (asset.code(), "all relevant blocks have been read again".into())
            }
            Part::Mailbox => {
                ("mailbox", format!("is writable again, for the first time since {since}"))
            }
            Part::Sealing => ("key", "notices are sealed again".into()),
            Part::Disk => ("disk", "there is enough space again: taking orders".into()),
            Part::Pool => ("pool", "there are addresses again: taking orders".into()),
        }),
    }
}

/// Writes the mails about chains.
pub(crate) struct ChainMail {
    /// The shop's letters.
    pub(crate) letters: SellerMail,
    /// After so many hours without a chain its asset is not offered any more.
    pub(crate) stop_after_hours: u64,
}

impl ChainMail {
    fn about(&self, change: &Change) -> Option<SellerLetter> {
        match change {
            Change::Mail { asset, since, why, stopped } => {
                Some(self.letters.chain_unread(&ChainOutage {
                    asset: *asset,
                    since: *since,
                    why,
                    stopped: *stopped,
                    stop_after_hours: self.stop_after_hours,
                }))
            }
            Change::Works { part: Part::Chain(asset), since, mailed: true } => {
                Some(self.letters.chain_read_again(*asset, *since))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
