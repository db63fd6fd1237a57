//! The health task: what works and what does not, from the tasks to the seller and the buyers.

use crate::{
    health::{Change, Health, Part, Progress},
    say,
    system::SystemClock,
};
use shop_core::{money::AssetId, time::Clock};
use shop_web::{ShopWeb, Unseen};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How often it is looked what is due by time alone.
const PAUSE: Duration = Duration::from_secs(60);

/// So many letters wait at most: a mailbox that is not written for weeks needs no more of them.
const MOST_NOTICES: usize = 32;

/// The shop's health, as its tasks report it.
pub(crate) struct Monitor {
    health: Mutex<Health>,
    reported: Notify,
    notices: Mutex<Vec<Notice>>,
}

/// A letter to the seller that is about no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Notice {
    /// Its subject, one line.
    pub(crate) subject: String,
    /// Its text.
    pub(crate) body: String,
}

impl Monitor {
    /// A monitor of this.
    pub(crate) fn new(health: Health) -> Arc<Self> {
        let (reported, notices) = (Notify::new(), Mutex::default());
        Arc::new(Self { health: Mutex::new(health), reported, notices })
    }

    /// A part works.
    pub(crate) fn works(&self, part: Part) {
        self.change(|health| health.works(part, SystemClock.now()));
    }

    /// A part does not work. `certain`: trying again will not help.
    pub(crate) fn fails(&self, part: Part, why: String, certain: bool) {
        self.change(|health| health.fails(part, why, certain, SystemClock.now()));
    }

    /// A chain was read on; `steady` as in [`Health::chain_read`].
    pub(crate) fn chain_read(&self, asset: AssetId, progress: Progress, steady: bool) {
        self.change(|health| health.chain_read(asset, progress, steady, SystemClock.now()));
    }

    /// Looks at it.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Health) -> T) -> T {
        look(&self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The letters that wait to be delivered, oldest first. They are sealed when they are, so that
    /// none is sealed to a key that was exchanged meanwhile; a restart tells anew what is still so.
    pub(crate) fn notices(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The first so many of them are in the mailbox.
    pub(crate) fn delivered(&self, count: usize) {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).drain(..count);
    }

    fn change(&self, change: impl FnOnce(&mut Health)) {
        change(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner));
        self.reported.notify_one();
    }

    /// What is to be told now, and the chains that buyers are told about. The letters about it wait for
    /// delivery from now on.
    pub(super) fn news(&self, letters: &Letters) -> (Vec<Change>, Vec<Unseen>) {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let changes = health.changes(SystemClock.now());
        changes.iter().filter_map(|change| letters.about(change)).for_each(|n| self.put(n));
        let unseen = health.outages().filter_map(|(part, outage)| match part {
            Part::Chain(asset) => {
                Some(Unseen { asset, since: outage.since, stopped: outage.stopped })
            }
            _ => None,
        });
        (changes, unseen.collect())
    }

    /// How many notices wait because they cannot be sealed.
    pub(crate) fn unsealed(&self) -> u64 {
        let is_out = self.with(|health| health.outage(Part::Sealing).is_some());
        if is_out { self.notices().len() as u64 } else { 0 }
    }

    fn put(&self, notice: Notice) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if notices.len() < MOST_NOTICES {
            notices.push(notice);
        }
    }
}

/// Tells what changes until told to stop: on the terminal by `note`, to buyers on their pages, and by
/// mail where a chain was not seen for hours.
pub(crate) async fn run<F: Future<Output = ()>>(
    monitor: Arc<Monitor>,
    letters: Letters,
    web: Arc<ShopWeb>,
    note: impl Fn(&'static str, String) -> F,
    stop: CancellationToken,
) {
    loop {
        let (changes, unseen) = monitor.news(&letters);
        if !changes.is_empty() {
            web.show_unseen(unseen);
        }
        for change in changes {
            if let Some((subject, text)) = said(&change) {
                note(subject, text).await;
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = monitor.reported.notified() => {}
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// A line for the terminal. It names no order.
fn said(change: &Change) -> Option<(&'static str, String)> {
    match change {
        Change::Fails { part, since, why } => Some(match part {
            Part::Chain(asset) => (
                asset.code(),
                format!("PAYMENTS NOT SEEN since {since}: {why}. Buyers are told; none is lost"),
            ),
            Part::Receipts(asset) => (
                asset.code(),
                format!("{why}. They are asked for again; no offer that could be paid there ends"),
            ),
            Part::Mailbox => (
                "mailbox",
                format!("NOT WRITTEN since {since}: {why}. Nothing is lost, trying again"),
            ),
            Part::Sealing => (
                "key",
                format!(
                    "NOTICES CANNOT BE SEALED since {since}: {why}. None is lost; put in a key that \
                     can be used, and run: cryptocart catalog reload"
                ),
            ),
            Part::Disk => ("disk", format!("{why}: NO ORDERS are taken")),
            Part::Pool => ("pool", format!("{why}: NO ORDERS are taken")),
        }),
        Change::Mail { asset, since, stopped: true, .. } => Some((
            asset.code(),
            format!("NO ORDERS are taken in it: payments are not seen since {since}"),
        )),
        Change::Mail { .. } => None,
        Change::Works { part, since, .. } => Some(match part {
            Part::Chain(asset) => {
                (asset.code(), format!("payments are seen again; they were not since {since}"))
            }
            Part::Receipts(asset) => (asset.code(), "every block is read again".into()),
            Part::Mailbox => ("mailbox", format!("is written again; it was not since {since}")),
            Part::Sealing => ("key", "notices are sealed again".into()),
            Part::Disk => ("disk", "there is room again: orders are taken".into()),
            Part::Pool => ("pool", "there are addresses again: orders are taken".into()),
        }),
    }
}

/// Writes the mails about chains.
pub(crate) struct Letters {
    /// The shop's name, one line.
    pub(crate) shop: String,
    /// Whether payments are simulated.
    pub(crate) demo: bool,
    /// After so many hours without a chain its asset is not offered any more.
    pub(crate) stop_after_hours: u64,
}

impl Letters {
    fn about(&self, change: &Change) -> Option<Notice> {
        let mark = if self.demo { "[demo] " } else { "" };
        let shop = &self.shop;
        let (subject, text) = match change {
            Change::Mail { asset, since, why, stopped } => {
                let orders = if *stopped {
                    format!("{shop} takes no orders in {asset} until then.")
                } else {
                    let hours = say::many(self.stop_after_hours, "hour", "hours");
                    format!(
                        "Orders in {asset} are still taken. When the chain was not seen for {hours} \
                         (ether.stop_after_hours in shop.toml), they are not any more."
                    )
                };
                let subject = if *stopped {
                    format!("No orders in {asset}: payments are NOT SEEN")
                } else {
                    format!("Payments in {asset} are NOT SEEN")
                };
                let text = format!(
                    "{shop} has not seen payments in {asset} since {since}:\n  {why}\n\nWhat was paid \
                     since is not lost: it is found when the chain can be read again. Buyers read \
                     that on their order pages. {orders}\n\nTo see what is wrong, run\n  cryptocart \
                     check\non the shop's machine, and\n  cryptocart status\nlater. A further mail \
                     says when payments are seen again.\n"
                );
                (subject, text)
            }
            Change::Works { part: Part::Chain(asset), since, mailed: true } => (
                format!("Payments in {asset} are seen again"),
                format!(
                    "{shop} sees payments in {asset} again, and takes orders in it. It had not since \
                     {since}. What was paid meanwhile is being found now.\n"
                ),
            ),
            _ => return None,
        };
        Some(Notice { subject: format!("{mark}{subject}"), body: text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::time::CoarseTime;

    const LETTERS: fn() -> Letters =
        || Letters { shop: "Nordlys".into(), demo: false, stop_after_hours: 12 };

    fn mail(stopped: bool) -> Change {
        let since = CoarseTime::from_hours(500_000);
        let why = "node 1 cannot be reached".into();
        Change::Mail { asset: AssetId::Eth, since, why, stopped }
    }

    #[test]
    fn letter_says_since_when_why_and_what_comes() {
        let letter = LETTERS().about(&mail(false)).unwrap();
        assert_eq!(letter.subject, "Payments in ETH are NOT SEEN");
        for wanted in [
            "since 2027-01-15 08:00 UTC",
            "node 1 cannot be reached",
            "12 hours",
            "cryptocart check",
        ] {
            assert!(letter.body.contains(wanted), "{wanted}: {}", letter.body);
        }
        let stopped = LETTERS().about(&mail(true)).unwrap();
        assert!(stopped.subject.starts_with("No orders in ETH"), "{}", stopped.subject);
        let since = CoarseTime::from_hours(500_000);
        let works = |mailed| Change::Works { part: Part::Chain(AssetId::Eth), since, mailed };
        assert!(LETTERS().about(&works(true)).is_some());
        assert_eq!(LETTERS().about(&works(false)), None, "no mail told of it");
    }

    #[test]
    fn recovery_is_told_on_the_terminal() {
        let since = CoarseTime::from_hours(500_000);
        for part in [
            Part::Chain(AssetId::Eth),
            Part::Receipts(AssetId::Eth),
            Part::Mailbox,
            Part::Sealing,
            Part::Disk,
            Part::Pool,
        ] {
            let told = said(&Change::Works { part, since, mailed: false }).unwrap();
            assert!(told.1.contains("again"), "{told:?}");
        }
    }
}
