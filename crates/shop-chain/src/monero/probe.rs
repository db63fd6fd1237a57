//! Probe of what every node can do now, for the seller.

use super::{Monero, account::Account, fetch::from_one, node::Session};
use crate::{
    reports::{compared, set_blocks_behind},
    transport::{BoxFuture, join_all},
    watcher::{NodeComparison, NodeError, NodeReport, ReceiptsMethod},
};
use shop_core::view::{BlockAt, Height};
use tokio::time::Instant;

/// Depth below a node's own newest block of the block that it has to prove.
const DEPTH: u64 = 2;

pub(super) async fn probe(monero: &Monero) -> Vec<NodeReport> {
    let ask = |(place, peer)| {
        let session = Session::new(peer, &monero.settings);
        let report = report_of(usize::saturating_add(place, 1), session, &monero.account);
        Box::pin(report) as BoxFuture<'_, NodeReport>
    };
    let mut reports = join_all(monero.peers.iter().enumerate().map(ask).collect()).await;
    set_blocks_behind(&mut reports);
    reports
}

async fn report_of(number: usize, session: Session<'_>, account: &Account) -> NodeReport {
    let began = Instant::now();
    let mut report = NodeReport {
        number,
        chain_id: None,
        tip: None,
        blocks_behind: None,
        block_proved: false,
        receipts: None,
        took: began.elapsed(),
        trouble: None,
    };
    report.trouble = fill(&mut report, &session, account).await.err();
    report.took = began.elapsed();
    report
}

async fn fill(
    report: &mut NodeReport,
    session: &Session<'_>,
    account: &Account,
) -> Result<(), NodeError> {
    let info = session.told_info().await?;
    report.chain_id = Some(info.network);
    report.tip = Some(info.tip);
    let wanted = session.settings.network.number();
    if info.network != wanted {
        return Err(NodeError::WrongChain { told: info.network, wanted });
    }
    let head = session.head(Height(info.tip.0.saturating_sub(DEPTH))).await?;
    from_one(session, head, account).await?;
    report.block_proved = true;
    // A block's transactions are all there is: nothing is told by receipts.
    report.receipts = Some(ReceiptsMethod::ByBlock);
    Ok(())
}

/// Asks every node for its newest block, and for the one at this height.
pub(super) async fn compare(monero: &Monero, block: BlockAt) -> Vec<NodeComparison> {
    let ask = |(place, peer)| {
        let session = Session::new(peer, &monero.settings);
        let compared = compare_one(usize::saturating_add(place, 1), session, block);
        Box::pin(compared) as BoxFuture<'_, NodeComparison>
    };
    join_all(monero.peers.iter().enumerate().map(ask).collect()).await
}

async fn compare_one(number: usize, session: Session<'_>, block: BlockAt) -> NodeComparison {
    let held = async { session.head(block.height).await.map(|head| head.hash) };
    compared(number, block, session.tip(), held).await
}
