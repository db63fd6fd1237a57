//! Answers of the open shop to commands.

use super::OpenShop;
use crate::{
    control::{
        AnswerLine, Backlog, ChainState, ChainStatus, DiskStatus, PartStatus, PoolStatus, Question,
        RateStatus, ShopStatus,
    },
    error::{CliError, Context},
    health::{Health, Outage, Part},
    nodes,
    payments::ChainPayments,
    rates::{Wanted, answer::Answer, asker},
    tasks::disk_space,
};
use futures_util::future::join_all;
use serde_json::Value;
use shop_core::{
    kind::Kind,
    money::{AssetId, ExchangeRate, RateOrigin},
};
use std::sync::Arc;
use tokio::{io::AsyncWriteExt, net::UnixStream};

/// Answers one question on its stream.
pub(super) async fn answer(shop: Arc<OpenShop>, question: Value, mut stream: UnixStream) {
    let answered = match serde_json::from_value(question) {
        Ok(Question::Status) => AnswerLine::new(shop.status().await),
        Ok(Question::Reload) => AnswerLine::new(shop.reload().await),
        Ok(Question::Compare) => AnswerLine::new(shop.compare()),
        Ok(Question::Nodes) => AnswerLine::new(Ok(shop.ask_nodes().await)),
        Ok(Question::Rates) => AnswerLine::new(shop.ask_rates().await),
        Err(_) => AnswerLine::new(Err::<(), _>(CliError::new(Kind::Bug, "unknown request"))),
    };
    // Who asked may be gone.
    drop(stream.write_all(&answered.line()).await);
}

impl OpenShop {
    async fn status(&self) -> Result<ShopStatus, CliError> {
        let waiting = self.db.backlog().await.context(|| "counting pending mail".into())?;
        let unsealed = if self.monitor.cannot_seal() { waiting.notices } else { 0 };
        let mails = waiting.mails + waiting.notices - unsealed;
        let pool = self.pool().await?;
        let free = disk_space::free(self.plan.dir.path()).unwrap_or(0);
        let mut asked = Vec::new();
        for payments in self.payments.chains() {
            let unread = self.db.logs_unread(payments.chain).await;
            let blocks_unread = unread.context(|| "counting the blocks".into())?.len();
            let nodes = self.plan.chain(payments.chain).map_or(0, |chain| chain.nodes.len());
            let is_ready = payments.readiness.is_set();
            asked.push((payments, Reading { is_ready, blocks_unread, nodes }));
        }
        let (chains, mailbox) = self.monitor.with(|health| {
            let of_chain = |(payments, reading): &(&ChainPayments, Reading)| {
                let assets = payments.assets.iter();
                let status = assets.map(|payments| chain(health, payments.asset, *reading));
                status.collect::<Vec<_>>()
            };
            let chains = asked.iter().flat_map(of_chain).collect::<Vec<_>>();
            (chains, part(health.outage(Part::Mailbox)))
        });
        let needs_restart = self.changed_settings();
        Ok(ShopStatus {
            sealed_to: self.key.load().fingerprint(),
            takes_orders: self.web.takes_orders() && chains.iter().any(|chain| chain.offered),
            chains,
            rates: self.rates(),
            mailbox,
            backlog: Backlog { mails, unsealed },
            pool,
            disk: DiskStatus {
                free_mib: disk_space::mib(free),
                needed_mib: disk_space::mib(disk_space::LEAST),
            },
            warnings: self.warnings(),
            needs_restart: needs_restart.unwrap_or_else(|error| vec![error.what().to_owned()]),
        })
    }

    /// Returns what is missing, what waits for a node, and how others differ from the own ones.
    fn warnings(&self) -> Vec<String> {
        let mut warnings = self.missing.clone();
        let desk = self.payments.escrow_desk();
        if desk.is_some_and(|desk| !desk.contract().is_set()) {
            warnings.push(
                "escrow is not offered: the nodes have not shown the code of its contract".into(),
            );
        }
        warnings.extend(self.differences.said());
        warnings
    }

    /// Asks every node of every chain what it can do now.
    async fn ask_nodes(&self) -> Vec<nodes::Answer> {
        let mut answers = Vec::new();
        for chain in &self.chains {
            let plan = self.plan.chain(chain.chain());
            let reports = chain.probe().await;
            for (report, answer) in reports.iter().zip(nodes::Answer::of_chain(plan, &reports)) {
                let differs = self.differences.of_node(chain.chain(), report.number);
                answers.push(answer.with_difference(differs));
            }
        }
        answers
    }

    /// Asks every source of exchange rates what it says now.
    async fn ask_rates(&self) -> Result<Vec<Answer>, CliError> {
        let pairs = self.rates.pairs().borrow().clone();
        let askers = asker::all(&self.plan.rates, &self.dialer)?;
        let clock = &*self.system.clock;
        Ok(join_all(askers.iter().map(|asker| Answer::ask(asker, &pairs, clock))).await)
    }

    /// Returns the rates that prices need.
    fn rates(&self) -> Vec<RateStatus> {
        let rates = self.rates.rates();
        let missing = self.rates.missing();
        let status = |(asset, currency): Wanted| {
            let rate = rates.rate(currency, asset);
            let why = missing.iter().find(|it| (it.asset, it.currency) == (asset, currency));
            let (sources, by_hand) = match rate.map(ExchangeRate::origin) {
                Some(RateOrigin::Sources(names)) => (names.clone(), false),
                Some(_) => (Vec::new(), true),
                None => (Vec::new(), false),
            };
            RateStatus {
                asset: asset.code().to_owned(),
                currency: currency.code().to_owned(),
                rate: rate.map(|rate| rate.price().to_string()),
                hour: rate.map(|rate| rate.hour().to_string()),
                sources,
                by_hand,
                why: why.map(|missing| missing.why.clone()),
            }
        };
        self.rates.wanted().into_iter().map(status).collect()
    }

    /// Returns the standing of the pool that has least to give.
    async fn pool(&self) -> Result<Option<PoolStatus>, CliError> {
        let mut least: Option<PoolStatus> = None;
        for pool in self.payments.pools() {
            let standing = pool.standing(&self.db, self.system.hour()).await;
            let standing = standing.context(|| "counting the pool".into())?;
            let found = PoolStatus {
                addresses: pool.addresses.len(),
                never_given: standing.never_given,
                reusable: standing.reusable,
                stray: standing.unmatched.len(),
            };
            let left = |status: PoolStatus| status.never_given + status.reusable;
            if least.is_none_or(|least| left(found) < left(least)) {
                least = Some(found);
            }
        }
        Ok(least)
    }
}

/// Progress of reading a chain.
#[derive(Clone, Copy)]
struct Reading {
    /// True if it was read, so that something can be offered on it.
    is_ready: bool,
    /// Number of blocks that were read without their receipts.
    blocks_unread: usize,
    nodes: usize,
}

fn part(outage: Option<Outage>) -> PartStatus {
    match outage {
        None => PartStatus { works: true, since: None, why: None },
        Some(outage) => PartStatus {
            works: false,
            since: Some(outage.since.to_string()),
            why: Some(outage.why),
        },
    }
}

/// Returns the state of an asset and of its chain.
fn chain(health: &Health, asset: AssetId, reading: Reading) -> ChainStatus {
    let Reading { is_ready, blocks_unread, nodes } = reading;
    let part = Part::Chain(asset.chain());
    let outage = health.outage(part);
    let progress = health.progress(asset.chain());
    let state = match &outage {
        Some(_) => ChainState::NotSeen,
        None if !is_ready || !health.was_tried(part) => ChainState::Starting,
        None if progress.behind > 0 => ChainState::CatchingUp,
        None => ChainState::Seen,
    };
    ChainStatus {
        currency: asset.code().to_owned(),
        state,
        offered: is_ready && outage.as_ref().is_none_or(|outage| !outage.stopped),
        since: outage.as_ref().map(|outage| outage.since.to_string()),
        why: outage.map(|outage| outage.why),
        newest_block: progress.newest.map(|(height, _)| height.0),
        newest_block_hour: progress.newest.map(|(_, hour)| hour.to_string()),
        blocks_behind: progress.behind,
        blocks_unread,
        nodes,
    }
}
