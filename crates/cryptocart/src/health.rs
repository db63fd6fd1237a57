//! What an open shop cannot do now, since when, and what follows from it.
//!
//! A pure state machine: tasks report what worked and what did not, [`Health::changes`] says what
//! the seller and the buyers are to be told since it was last asked, and time is an argument. What
//! it says names no order.

use shop_core::{
    money::AssetId,
    time::{CoarseTime, UnixTime},
    view::Height,
};
use std::collections::BTreeMap;

/// One failure may be a circuit that broke: the second in a row is told.
const TOLD_AFTER: u32 = 2;

/// A shop that was just opened does not act on an outage for so many seconds: its node may be
/// starting too.
const SETTLING: u64 = 600;

/// After so many hours without a chain the seller gets a mail, or when its asset is not offered any
/// more if that is sooner.
const MAIL_AFTER_HOURS: u64 = 3;

/// A chain that is known to have a block every few seconds and whose newest one is so many hours old
/// stands still. Hours are rounded down, so one more than is meant.
const STANDS_STILL_HOURS: u64 = 2;

/// What the shop leans on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// Reading the chain of an asset.
    Chain(AssetId),
    /// The receipts of every block that was read, without which payments by contracts are not seen.
    Receipts(AssetId),
    /// Writing the seller's mailbox.
    Mailbox,
    /// Sealing to the seller's key what is about no order.
    Sealing,
    /// Room on the disk.
    Disk,
    /// Addresses to give to new orders.
    Pool,
}

/// How far a chain was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// The newest block read, and its hour.
    pub(crate) newest: Option<(Height, CoarseTime)>,
    /// How many blocks are still to be read.
    pub(crate) behind: u64,
}

/// What is to be told, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// A part does not work.
    Fails {
        /// Which.
        part: Part,
        /// Since when.
        since: CoarseTime,
        /// Why.
        why: String,
    },
    /// A chain was not seen for so long that the seller gets a mail.
    Mail {
        /// Whose chain.
        asset: AssetId,
        /// Since when.
        since: CoarseTime,
        /// Why.
        why: String,
        /// Whether its asset is not offered any more from now on.
        stopped: bool,
    },
    /// A part works again.
    Works {
        /// Which.
        part: Part,
        /// Since when it had not.
        since: CoarseTime,
        /// Whether the seller had a mail about it.
        mailed: bool,
    },
}

/// A part that does not work now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Outage {
    /// Since when; of a chain the time it was last seen.
    pub(crate) since: CoarseTime,
    /// Why, in the words of whoever tried last.
    pub(crate) why: String,
    /// Whether an asset is not offered because of it.
    pub(crate) stopped: bool,
}

/// Everything the shop leans on.
#[derive(Debug)]
pub(crate) struct Health {
    stop_after_hours: u64,
    parts: BTreeMap<Part, Record>,
}

/// What is known of one part.
#[derive(Debug)]
struct Record {
    /// When it worked last.
    worked: Option<UnixTime>,
    failing: Option<Failing>,
    told: Told,
    /// Since when what was told has not worked.
    told_since: CoarseTime,
    progress: Progress,
}

impl Default for Record {
    fn default() -> Self {
        Self {
            worked: None,
            failing: None,
            told: Told::Nothing,
            told_since: CoarseTime::from_hours(0),
            progress: Progress::default(),
        }
    }
}

#[derive(Debug)]
struct Failing {
    /// When it worked last; when that is not known, when it first failed.
    since: UnixTime,
    /// When it first failed here.
    began: UnixTime,
    times: u32,
    /// Trying again will not help.
    certain: bool,
    why: String,
}

/// How much of an outage was told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    #[default]
    Nothing,
    Fails,
    Mailed,
    Stopped,
}

impl Health {
    /// A shop in which an asset is not offered any more when its chain was not seen for so many
    /// hours.
    pub(crate) const fn new(stop_after_hours: u64) -> Self {
        Self { stop_after_hours, parts: BTreeMap::new() }
    }

    /// A chain was read before the shop was opened.
    pub(crate) fn was_read(&mut self, asset: AssetId, newest: Height, hour: CoarseTime) {
        let record = self.parts.entry(Part::Chain(asset)).or_default();
        record.worked = Some(hour.start());
        record.progress.newest = Some((newest, hour));
    }

    /// A part works.
    pub(crate) fn works(&mut self, part: Part, now: UnixTime) {
        let record = self.parts.entry(part).or_default();
        record.worked = Some(now);
        record.failing = None;
    }

    /// A part does not work. `certain`: trying again will not help.
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

    /// A chain was read on. `steady`: it is known to have a block every few seconds, so that an old
    /// newest block means that the nodes stand still.
    pub(crate) fn chain_read(
        &mut self,
        asset: AssetId,
        progress: Progress,
        steady: bool,
        now: UnixTime,
    ) {
        let part = Part::Chain(asset);
        let record = self.parts.entry(part).or_default();
        record.progress.behind = progress.behind;
        record.progress.newest = progress.newest.or(record.progress.newest);
        let hour = record.progress.newest.map(|(_, hour)| hour);
        let old = |hour: &CoarseTime| hour.plus_hours(STANDS_STILL_HOURS) <= now.coarse();
        match hour.filter(old).filter(|_| steady && progress.behind == 0) {
            Some(hour) => {
                record.worked = Some(hour.start());
                let why = format!(
                    "the newest block is of {hour}: the nodes stand still, or this machine's clock is ahead"
                );
                self.fails(part, why, false, now);
            }
            None => self.works(part, now),
        }
    }

    /// What is to be told since this was last asked. What is due by time alone is found too, so this
    /// is to be asked every minute or so.
    pub(crate) fn changes(&mut self, now: UnixTime) -> Vec<Change> {
        let stop_after = self.stop_after_hours;
        let mut changes = Vec::new();
        for (part, record) in &mut self.parts {
            let due = record.due(*part, stop_after, now);
            let before = record.told;
            let Some(failing) = record.failing.as_ref().filter(|_| due > Told::Nothing) else {
                if before > Told::Nothing {
                    let mailed = before >= Told::Mailed;
                    changes.push(Change::Works { part: *part, since: record.told_since, mailed });
                    record.told = Told::Nothing;
                }
                continue;
            };
            let since = failing.since.coarse();
            if before == Told::Nothing {
                record.told_since = since;
                changes.push(Change::Fails { part: *part, since, why: failing.why.clone() });
            }
            if let Part::Chain(asset) = part
                && due >= Told::Mailed
                && due > before
            {
                let stopped = due == Told::Stopped;
                changes.push(Change::Mail {
                    asset: *asset,
                    since,
                    why: failing.why.clone(),
                    stopped,
                });
            }
            record.told = before.max(due);
        }
        changes
    }

    /// The parts that do not work now, as far as that was told.
    pub(crate) fn outages(&self) -> impl Iterator<Item = (Part, Outage)> {
        self.parts.iter().filter_map(|(part, record)| Some((*part, record.outage()?)))
    }

    /// Whether this part does not work now, as far as that was told.
    pub(crate) fn outage(&self, part: Part) -> Option<Outage> {
        self.parts.get(&part)?.outage()
    }

    /// How far this chain was read.
    pub(crate) fn progress(&self, asset: AssetId) -> Progress {
        self.parts.get(&Part::Chain(asset)).map(|record| record.progress).unwrap_or_default()
    }

    /// Whether this part was found to work since the shop was opened.
    pub(crate) fn was_tried(&self, part: Part) -> bool {
        let tried = |record: &Record| record.worked.is_some() || record.failing.is_some();
        self.parts.get(&part).is_some_and(tried)
    }
}

impl Record {
    /// How much is to be told of it now.
    fn due(&self, part: Part, stop_after: u64, now: UnixTime) -> Told {
        let Some(failing) = &self.failing else { return Told::Nothing };
        // What was told stays so until it works.
        if self.told == Told::Nothing && failing.times < TOLD_AFTER && !failing.certain {
            return Told::Nothing;
        }
        let hours = now.0.saturating_sub(failing.since.0) / 3_600;
        let settled = now.0.saturating_sub(failing.began.0) >= SETTLING;
        match part {
            Part::Chain(_) if settled && hours >= stop_after => Told::Stopped,
            Part::Chain(_) if settled && hours >= MAIL_AFTER_HOURS => Told::Mailed,
            _ => Told::Fails,
        }
    }

    fn outage(&self) -> Option<Outage> {
        let failing = self.failing.as_ref().filter(|_| self.told > Told::Nothing)?;
        let stopped = self.told == Told::Stopped;
        Some(Outage { since: failing.since.coarse(), why: failing.why.clone(), stopped })
    }
}

#[cfg(test)]
mod tests;
