//! State of an open shop, as `cryptocart status` shows it.
//!
//! The JSON form is stable: what is here keeps its name and meaning, and `docs/running.md` has all
//! of it.

use crate::tasks::watch;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {
    /// The version of this form; 1.
    pub(crate) version: u32,
    /// True if there is no problem.
    pub(crate) healthy: bool,
    /// Problems, each in a sentence.
    pub(crate) problems: Vec<String>,
    /// The shop's name.
    pub(crate) name: String,
    /// True if payments are simulated.
    pub(crate) demo: bool,
    /// The processes.
    pub(crate) roles: Roles,
    /// The onion address; none in a shop without Tor.
    pub(crate) onion: Option<String>,
    /// True if the onion address can be reached; none in a shop without Tor.
    pub(crate) reachable: Option<bool>,
    /// The preview's address; none where there is no preview.
    pub(crate) preview: Option<String>,
    /// Report of the shop's own process; none while it does not answer.
    pub(crate) shop: Option<ShopStatus>,
    /// Transports that do not work, and why not; they are among the problems, and nowhere else.
    #[serde(skip)]
    pub(crate) failed_transports: BTreeMap<String, String>,
}

/// The processes of a shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Roles {
    /// Pages, database and sealing.
    pub(crate) shop: RoleState,
    /// Tor; none in a shop without it.
    pub(crate) tor: Option<RoleState>,
}

/// State of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RoleState {
    /// The process is starting.
    Starting,
    /// The process runs.
    Running,
    /// The process ended by itself and is started again.
    Restarting,
}

/// Report of the shop's own process. Times are hours: `2026-11-29 14:00 UTC`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ShopStatus {
    /// The fingerprint of the key that everything is sealed to.
    pub(crate) sealed_to: String,
    /// True if orders are taken in any currency.
    pub(crate) takes_orders: bool,
    /// Each chain.
    pub(crate) chains: Vec<ChainStatus>,
    /// Each exchange rate that prices need; left out where none is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rates: Vec<RateStatus>,
    /// The seller's mailbox.
    pub(crate) mailbox: PartStatus,
    /// Mails and news that wait to be written to the mailbox.
    pub(crate) backlog: Backlog,
    /// The pool of addresses; none where there is no pool.
    pub(crate) pool: Option<PoolStatus>,
    /// The disk.
    pub(crate) disk: DiskStatus,
    /// The protections that this system does not give, each in a sentence. They are no problems.
    pub(crate) warnings: Vec<String>,
    /// The settings that were changed since the shop was opened: they need a restart.
    pub(crate) needs_restart: Vec<String>,
}

/// A currency, and the chain it is paid on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChainStatus {
    /// The currency. Several may be paid on one chain.
    pub(crate) currency: String,
    /// State of its reading.
    pub(crate) state: ChainState,
    /// Hour since which it is not seen; none while it is.
    pub(crate) since: Option<String>,
    /// Reason why it is not seen; none while it is.
    pub(crate) why: Option<String>,
    /// True if orders in this currency are taken.
    pub(crate) offered: bool,
    /// The newest block read.
    pub(crate) newest_block: Option<u64>,
    /// The hour of the newest block read.
    pub(crate) newest_block_hour: Option<String>,
    /// Number of blocks still to be read.
    pub(crate) blocks_behind: u64,
    /// Number of blocks read without receipts: payments by contracts there are not known.
    pub(crate) blocks_unread: usize,
    /// Number of nodes that are asked.
    pub(crate) nodes: usize,
}

/// State of the reading of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ChainState {
    /// Not read yet since the shop was opened.
    Starting,
    /// Read up to its newest block.
    Seen,
    /// Older blocks are being read.
    CatchingUp,
    /// Cannot be read.
    NotSeen,
}

/// An exchange rate that prices need.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateStatus {
    /// Code of the coin or token.
    pub(crate) asset: String,
    /// Code of the currency.
    pub(crate) currency: String,
    /// Price of one whole coin, as exact decimal text; none where there is no rate.
    pub(crate) rate: Option<String>,
    /// The hour that it is of.
    pub(crate) hour: Option<String>,
    /// Sources that agree on it; empty for a rate by hand.
    pub(crate) sources: Vec<String>,
    /// True if the seller set it.
    pub(crate) by_hand: bool,
    /// Reason why there is none.
    pub(crate) why: Option<String>,
}

/// A part that works or not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartStatus {
    /// True if the part works.
    pub(crate) works: bool,
    /// Hour since which it does not work; none while it does.
    pub(crate) since: Option<String>,
    /// Reason why it does not work; none while it does.
    pub(crate) why: Option<String>,
}

/// Mails that wait for the mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Backlog {
    /// Mails that are not in the mailbox yet, without those that cannot be sealed.
    pub(crate) mails: u64,
    /// Notices that cannot be sealed now.
    pub(crate) unsealed: u64,
}

/// A pool of addresses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PoolStatus {
    /// All of them.
    pub(crate) addresses: usize,
    /// Those never given to an order.
    pub(crate) never_given: usize,
    /// Those that can be given again now.
    pub(crate) reusable: usize,
    /// Those to which money came that is no order's.
    pub(crate) stray: usize,
}

/// The disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DiskStatus {
    /// Free space in MiB.
    pub(crate) free_mib: u64,
    /// Least free space in MiB: below it no orders are taken.
    pub(crate) needed_mib: u64,
}

impl Status {
    /// Fills in what does not work, and whether anything is.
    pub(crate) fn judged(mut self) -> Self {
        self.problems = self.found();
        self.healthy = self.problems.is_empty();
        self
    }

    fn found(&self) -> Vec<String> {
        let mut found = Vec::new();
        match self.roles.shop {
            RoleState::Starting => found.push("the shop's process is starting".into()),
            RoleState::Running if self.shop.is_none() => {
                found.push("the shop's process does not answer".into());
            }
            RoleState::Running => {}
            RoleState::Restarting => {
                found.push("the shop's process stopped unexpectedly and is restarting".into());
            }
        }
        match (self.roles.tor, self.reachable) {
            (Some(RoleState::Restarting), _) => {
                found.push("the Tor process stopped unexpectedly and is restarting".into());
            }
            (Some(_), Some(false)) => found.push("the onion address cannot be reached yet".into()),
            _ => {}
        }
        let failed = self.failed_transports.iter();
        found.extend(failed.map(|(name, why)| format!("the transport {name} {why}")));
        if let Some(shop) = &self.shop {
            let starting = shop.chains.iter().filter(|chain| chain.state == ChainState::Starting);
            found.extend(
                starting
                    .map(|chain| format!("payments in {} are not yet looked for", chain.currency)),
            );
            shop.find(&mut found);
        }
        found
    }
}

impl ShopStatus {
    /// Returns what does not work, each in a sentence.
    pub(crate) fn problems(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.find(&mut found);
        found
    }

    /// Returns a sentence about the mailbox if no mail can be written to it.
    pub(crate) fn mailbox_problem(&self) -> Option<String> {
        let PartStatus { works, since, why } = &self.mailbox;
        let since = said(since.as_ref());
        let why = said(why.as_ref());
        (!works).then(|| format!("the mailbox has not been writable since {since}: {why}"))
    }

    fn find(&self, found: &mut Vec<String>) {
        for chain in &self.chains {
            found.extend(chain.problem());
            if chain.blocks_unread > 0 {
                found.push(format!("{}: {}", chain.currency, watch::unread(chain.blocks_unread)));
            }
        }
        found.extend(self.rates.iter().filter_map(RateStatus::problem));
        found.extend(self.mailbox_problem());
        if self.backlog.unsealed > 0 {
            found.push(
                "notices cannot be encrypted to you: check your key with cryptocart check".into(),
            );
        }
        if self.pool.is_some_and(|pool| pool.never_given == 0 && pool.reusable == 0) {
            found.push("all addresses of the pool are in use: the shop takes no orders".into());
        }
        let DiskStatus { free_mib, needed_mib } = self.disk;
        if free_mib < needed_mib {
            found.push(format!(
                "{free_mib} MiB free on the disk, but {needed_mib} MiB needed: the shop takes no orders"
            ));
        }
    }
}

impl RateStatus {
    fn problem(&self) -> Option<String> {
        let Self { asset, currency, rate, why, .. } = self;
        let why = said(why.as_ref());
        let missing = rate.is_none();
        missing
            .then(|| format!("there is no rate of {asset} in {currency}, nor a sale at it: {why}"))
    }
}

impl ChainStatus {
    fn problem(&self) -> Option<String> {
        let currency = &self.currency;
        match self.state {
            ChainState::Seen | ChainState::Starting => None,
            ChainState::CatchingUp => Some(format!(
                "payments in {currency} are detected only up to {}: {} blocks left to read",
                said(self.newest_block_hour.as_ref()),
                self.blocks_behind
            )),
            ChainState::NotSeen => {
                let stopped = if self.offered { "" } else { "; no orders in this currency" };
                let since = said(self.since.as_ref());
                let why = said(self.why.as_ref());
                Some(format!(
                    "payments in {currency} have not been detected since {since}: {why}{stopped}"
                ))
            }
        }
    }
}

fn said(text: Option<&String>) -> &str {
    text.map_or("?", String::as_str)
}

#[cfg(test)]
mod tests;
