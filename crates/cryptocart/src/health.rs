//! Outages of an open shop: what it cannot do now, since when, and what follows from it.
//!
//! A pure state machine: tasks report what worked and what did not, [`Health::changes`] returns what
//! the seller and the buyers are to be told since it was last asked, and time is an argument. Its
//! words name no order.

use shop_core::{
    chain::ChainId,
    time::{CoarseTime, UnixTime},
    view::Height,
};
use shop_db::ChainNotice;
use std::collections::BTreeMap;

/// One failure may be a circuit that broke: the second in a row is told.
const TOLD_AFTER: u32 = 2;

/// Seconds for which a shop that was just opened does not act on an outage.
/// Its node may be starting too.
const SETTLING: u64 = 600;

/// Hours without a chain, or without a rate, after which the seller gets a mail.
/// The mail comes sooner if the asset is not offered any more before that.
const MAIL_AFTER_HOURS: u64 = 3;

/// A part that the shop depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Reading a chain.
    Chain(ChainId),
    /// Receipts of all blocks read: without them payments by contracts are not seen.
    Receipts(ChainId),
    /// Exchange rates of what is paid on a chain.
    Rates(ChainId),
    /// Writing the seller's mailbox.
    Mailbox,
    /// Sealing notices to the seller's key.
    Sealing,
    /// Room on the disk.
    Disk,
    /// Addresses to give to new orders.
    Pool,
}

/// Progress of reading a chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The newest block read, and its hour.
    pub(crate) newest: Option<(Height, CoarseTime)>,
    /// Number of blocks still to be read.
    pub(crate) behind: u64,
}

/// A change that is to be told, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A part does not work.
    Fails {
        /// The part that fails.
        part: Part,
        /// Hour since which it has not worked.
        since: CoarseTime,
        /// Reason in words.
        why: String,
    },
    /// A chain was not seen for so long that the seller gets a mail.
    Mail {
        /// The chain.
        chain: ChainId,
        /// Hour at which the chain was last seen.
        since: CoarseTime,
        /// Reason in words.
        why: String,
        /// True if its assets are not offered any more from now on.
        stopped: bool,
    },
    /// Rates were missing for so long that the seller gets a mail.
    NoRate {
        /// The chain whose assets have no rate.
        chain: ChainId,
        /// Hour since which a rate is missing.
        since: CoarseTime,
        /// Reason in words.
        why: String,
    },
    /// A part works again.
    Works {
        /// The part that works.
        part: Part,
        /// Hour since which it had not worked.
        since: CoarseTime,
        /// True if the seller had a mail about it.
        mailed: bool,
    },
}

/// A part that does not work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    /// Start of the outage; of a chain the time it was last seen.
    pub(crate) since: CoarseTime,
    /// Reason, in the words of whoever tried last.
    pub(crate) why: String,
    /// True while an asset is not offered because of it.
    pub(crate) stopped: bool,
}

/// Health of every part the shop depends on.
#[derive(Debug)]
pub(crate) struct Health {
    stop_after_hours: u64,
    /// Hours of chains that have others.
    stop_after: BTreeMap<ChainId, u64>,
    parts: BTreeMap<Part, Record>,
}

/// Observations of one part.
#[derive(Debug, Default)]
struct Record {
    /// When it worked last.
    worked: Option<UnixTime>,
    failing: Option<Failing>,
    told: Reported,
    /// Start of the outage that was told last.
    told_since: Option<CoarseTime>,
    progress: Progress,
}

#[derive(Debug)]
struct Failing {
    /// Time it worked last; if that is not known, the time it first failed.
    since: UnixTime,
    /// Time of the first failure here.
    began: UnixTime,
    times: u32,
    /// True if trying again will not help.
    certain: bool,
    why: String,
}

/// Extent to which an outage was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Reported {
    #[default]
    Nothing,
    Fails,
    Mailed,
    Stopped,
}

impl Health {
    /// Makes the health of a shop that was just opened.
    /// Assets are not offered any more when their chain was not seen for `stop_after_hours`.
    pub(crate) const fn new(stop_after_hours: u64) -> Self {
        Self { stop_after_hours, stop_after: BTreeMap::new(), parts: BTreeMap::new() }
    }

    /// Sets the hours after which the assets of one chain are not offered any more.
    pub(crate) fn stop_after(&mut self, chain: ChainId, hours: u64) {
        self.stop_after.insert(chain, hours);
    }

    /// Records that a chain was read before the shop was opened.
    pub(crate) fn was_read(&mut self, chain: ChainId, newest: Height, hour: CoarseTime) {
        let record = self.parts.entry(Part::Chain(chain)).or_default();
        record.worked = Some(hour.start());
        record.progress.newest = Some((newest, hour));
    }

    /// Records that a part works.
    pub(crate) fn works(&mut self, part: Part, now: UnixTime) {
        let record = self.parts.entry(part).or_default();
        record.worked = Some(now);
        record.failing = None;
    }

    /// Records that a part does not work. `certain`: trying again will not help.
    pub(crate) fn fails(&mut self, part: Part, why: String, certain: bool, now: UnixTime) {
        let record = self.parts.entry(part).or_default();
        let since = record.worked.map_or(now, |worked| worked.min(now));
        let failing = record.failing.get_or_insert_with(|| Failing {
            since,
            began: now,
            times: 0,
            certain,
            why: String::new(),
        });
        failing.times = failing.times.saturating_add(1);
        failing.certain |= certain;
        failing.why = why;
    }

    /// Records that a chain was read on.
    /// `stuck_after`: age in hours of the newest block that means that the nodes are stuck.
    pub(crate) fn chain_read(
        &mut self,
        chain: ChainId,
        progress: Progress,
        stuck_after: Option<u64>,
        now: UnixTime,
    ) {
        let part = Part::Chain(chain);
        let record = self.parts.entry(part).or_default();
        record.progress.behind = progress.behind;
        record.progress.newest = progress.newest.or(record.progress.newest);
        let newest = record.progress.newest.filter(|_| progress.behind == 0);
        let stuck =
            newest.zip(stuck_after).map(|((_, hour), after)| (hour, hour.plus_hours(after)));
        match stuck {
            Some((hour, until)) if until <= now.coarse() => {
                record.worked = Some(hour.start());
                let why = format!(
                    "the newest block is from {hour}: the nodes are stuck, or this machine's clock is ahead"
                );
                self.fails(part, why, false, now);
            }
            _ => self.works(part, now),
        }
    }

    /// Returns what is to be told since this was last asked.
    /// Changes that are due by time alone are found too, so this is to be asked every minute or so.
    pub(crate) fn changes(&mut self, now: UnixTime) -> Vec<Change> {
        let mut changes = Vec::new();
        for (part, record) in &mut self.parts {
            let own = match part {
                Part::Chain(chain) => self.stop_after.get(chain).copied(),
                _ => None,
            };
            let stop_after = own.unwrap_or(self.stop_after_hours);
            let due = record.due(*part, stop_after, now);
            let before = record.told;
            let Some(failing) = record.failing.as_ref().filter(|_| due > Reported::Nothing) else {
                if let Some(since) = record.told_since.filter(|_| before > Reported::Nothing) {
                    let mailed = before >= Reported::Mailed;
                    changes.push(Change::Works { part: *part, since, mailed });
                    record.told = Reported::Nothing;
                }
                continue;
            };
            let since = failing.since.coarse();
            if before == Reported::Nothing {
                record.told_since = Some(since);
                changes.push(Change::Fails { part: *part, since, why: failing.why.clone() });
            }
            if let Part::Chain(chain) = part
                && due >= Reported::Mailed
                && due > before
            {
                let stopped = due == Reported::Stopped;
                changes.push(Change::Mail {
                    chain: *chain,
                    since,
                    why: failing.why.clone(),
                    stopped,
                });
            }
            if let Part::Rates(chain) = part
                && due == Reported::Mailed
                && due > before
            {
                let why = failing.why.clone();
                changes.push(Change::NoRate { chain: *chain, since, why });
            }
            record.told = before.max(due);
        }
        changes
    }

    /// Returns the parts that do not work now, as far as that was told.
    pub(crate) fn outages(&self) -> impl Iterator<Item = (Part, Outage)> {
        self.parts.iter().filter_map(|(part, record)| Some((*part, record.outage()?)))
    }

    /// Returns this part's outage, if it was told.
    pub(crate) fn outage(&self, part: Part) -> Option<Outage> {
        self.parts.get(&part)?.outage()
    }

    /// Returns the change that a queued notice about a chain tells of, if it is so now.
    /// A shop that was opened since knows of no outage before it finds one itself, and tells it then.
    pub(crate) fn chain_change(&self, chain: ChainId, notice: ChainNotice) -> Option<Change> {
        let part = match notice {
            ChainNotice::NoRate | ChainNotice::RateAgain => Part::Rates(chain),
            _ => Part::Chain(chain),
        };
        let record = self.parts.get(&part)?;
        match (notice, record.outage()) {
            (ChainNotice::NoRate, Some(Outage { since, why, .. })) => {
                Some(Change::NoRate { chain, since, why })
            }
            (ChainNotice::Undetected | ChainNotice::Stopped, Some(outage))
                if outage.stopped == (notice == ChainNotice::Stopped) =>
            {
                let Outage { since, why, stopped } = outage;
                Some(Change::Mail { chain, since, why, stopped })
            }
            (ChainNotice::Detected | ChainNotice::RateAgain, None) => {
                let since = record.told_since?;
                Some(Change::Works { part, since, mailed: true })
            }
            _ => None,
        }
    }

    /// Returns how far this chain was read.
    pub(crate) fn progress(&self, chain: ChainId) -> Progress {
        self.parts.get(&Part::Chain(chain)).map(|record| record.progress).unwrap_or_default()
    }

    /// Returns true if this part was tried since the shop was opened.
    pub(crate) fn was_tried(&self, part: Part) -> bool {
        let tried = |record: &Record| record.worked.is_some() || record.failing.is_some();
        self.parts.get(&part).is_some_and(tried)
    }
}

impl Record {
    /// Returns how much of an outage is to be told now.
    fn due(&self, part: Part, stop_after: u64, now: UnixTime) -> Reported {
        let Some(failing) = &self.failing else { return Reported::Nothing };
        // What was told stays so until it works.
        if self.told == Reported::Nothing && failing.times < TOLD_AFTER && !failing.certain {
            return Reported::Nothing;
        }
        let hours = now.0.saturating_sub(failing.since.0) / 3_600;
        let settled = now.0.saturating_sub(failing.began.0) >= SETTLING;
        match part {
            Part::Chain(_) if settled && hours >= stop_after => Reported::Stopped,
            Part::Chain(_) | Part::Rates(_) if settled && hours >= MAIL_AFTER_HOURS => {
                Reported::Mailed
            }
            _ => Reported::Fails,
        }
    }

    fn outage(&self) -> Option<Outage> {
        let failing = self.failing.as_ref().filter(|_| self.told > Reported::Nothing)?;
        let stopped = self.told == Reported::Stopped;
        Some(Outage { since: failing.since.coarse(), why: failing.why.clone(), stopped })
    }
}

#[cfg(test)]
mod tests;
