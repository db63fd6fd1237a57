//! Answers of the open shop to commands.

use super::OpenShop;
use crate::{
    config::plan::{Money, Source},
    control::{
        AnswerLine, Backlog, ChainState, ChainStatus, DiskStatus, PartStatus, PoolStatus, Question,
        ShopStatus,
    },
    error::{CliError, Context},
    health::{Health, Outage, Part},
    nodes,
    tasks::disk_space,
};
use serde_json::Value;
use shop_core::{kind::Kind, money::AssetId};
use std::sync::Arc;
use tokio::{io::AsyncWriteExt, net::UnixStream};

/// Answers one question on its stream.
pub(super) async fn answer(shop: Arc<OpenShop>, question: Value, mut stream: UnixStream) {
    let answered = match serde_json::from_value(question) {
        Ok(Question::Status) => AnswerLine::new(shop.status().await),
        Ok(Question::Reload) => AnswerLine::new(shop.reload().await),
        Ok(Question::Compare) => AnswerLine::new(shop.compare()),
        Ok(Question::Nodes) => AnswerLine::new(Ok(shop.ask_nodes().await)),
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
        for asset_payments in self.payments.drawers() {
            let unread = self.db.logs_unread(asset_payments.asset).await;
            let unread = unread.context(|| "counting the blocks".into())?.len();
            asked.push((asset_payments.asset, asset_payments.readiness.is_set(), unread));
        }
        let nodes = self.plan.nodes().len();
        let (chains, mailbox) = self.monitor.with(|health| {
            let chains = asked.iter().map(|(asset, is_ready, unread)| ChainStatus {
                blocks_unread: *unread,
                ..chain(health, *asset, *is_ready, nodes)
            });
            (chains.collect::<Vec<_>>(), part(health.outage(Part::Mailbox)))
        });
        let needs_restart = self.changed_settings();
        Ok(ShopStatus {
            sealed_to: self.key.load().fingerprint(),
            takes_orders: self.web.takes_orders() && chains.iter().any(|chain| chain.offered),
            chains,
            mailbox,
            backlog: Backlog { mails, unsealed },
            pool,
            disk: DiskStatus {
                free_mib: disk_space::mib(free),
                needed_mib: disk_space::mib(disk_space::LEAST),
            },
            needs_restart: needs_restart.unwrap_or_else(|error| vec![error.what().to_owned()]),
        })
    }

    /// Asks every node of every chain what it can do now.
    async fn ask_nodes(&self) -> Vec<nodes::Answer> {
        let mut answers = Vec::new();
        for chain in &self.chains {
            for report in chain.probe().await {
                let node = self.plan.nodes().get(report.number.saturating_sub(1));
                answers.push(nodes::Answer::new(node, &report));
            }
        }
        answers
    }

    async fn pool(&self) -> Result<Option<PoolStatus>, CliError> {
        let Money::Ether(ether) = &self.plan.money else { return Ok(None) };
        let Source::Pool(pool) = &ether.source else { return Ok(None) };
        let standing = self.db.pool(pool.clone(), self.system.hour()).await;
        let standing = standing.context(|| "counting the pool".into())?;
        Ok(Some(PoolStatus {
            addresses: pool.len(),
            never_given: standing.never_given,
            reusable: standing.reusable,
            stray: standing.unmatched.len(),
        }))
    }
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

/// Returns the state of a chain.
/// `is_ready`: it was read, so that something can be offered on it.
fn chain(health: &Health, asset: AssetId, is_ready: bool, nodes: usize) -> ChainStatus {
    let outage = health.outage(Part::Chain(asset));
    let progress = health.progress(asset);
    let state = match &outage {
        Some(_) => ChainState::NotSeen,
        None if !is_ready || !health.was_tried(Part::Chain(asset)) => ChainState::Starting,
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
        blocks_unread: 0,
        nodes,
    }
}
