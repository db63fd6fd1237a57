//! Probe of what every node can do now, for the seller.

use super::{
    Ethereum,
    fetch::from_one,
    quorum::{head_of, tip_of},
    rpc::{Session, is_unknown_method},
};
use crate::{
    reports::{compared, set_blocks_behind},
    transport::{BoxFuture, join_all},
    watcher::{NodeComparison, NodeError, NodeReport, ReceiptsMethod},
};
use alloy_primitives::U64;
use serde_json::{Value, json};
use shop_core::view::{BlockAt, Height};
use std::sync::atomic::Ordering::Relaxed;
use tokio::time::Instant;

/// Depth below a node's own newest block of the block that it has to prove.
/// A block that comes in just now may not yet be at every replica behind one address.
const DEPTH: u64 = 2;

pub(super) async fn probe(ethereum: &Ethereum) -> Vec<NodeReport> {
    let ask = |(place, peer)| {
        let session = Session::new(peer, &ethereum.settings);
        Box::pin(report_of(usize::saturating_add(place, 1), session)) as BoxFuture<'_, NodeReport>
    };
    let mut reports = join_all(ethereum.peers.iter().enumerate().map(ask).collect()).await;
    set_blocks_behind(&mut reports);
    reports
}

async fn report_of(number: usize, session: Session<'_>) -> NodeReport {
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
    report.trouble = fill(&mut report, &session).await.err();
    report.took = began.elapsed();
    report
}

/// Asks for the receipts of an empty block, which nobody needs, to learn if that can be asked.
async fn lacks_receipts_method(session: &Session<'_>, height: Height) -> bool {
    let params = json!([format!("{:#x}", height.0)]);
    let told: Result<Option<Value>, _> = session.ask("eth_getBlockReceipts", params).await;
    told.is_err_and(|trouble| is_unknown_method(&trouble))
}

async fn fill(report: &mut NodeReport, session: &Session<'_>) -> Result<(), NodeError> {
    session.peer.chain_checked.store(false, Relaxed);
    session.peer.one_by_one.store(false, Relaxed);
    let tip: U64 = session.ask_some("eth_blockNumber", json!([])).await.inspect_err(|trouble| {
        if let NodeError::WrongChain { told, .. } = trouble {
            report.chain_id = Some(*told);
        }
    })?;
    report.chain_id = Some(session.settings.chain_id);
    report.tip = Some(Height(tip.to()));
    let height = Height(tip.to::<u64>().saturating_sub(DEPTH));
    match from_one(session, height).await {
        Ok(block) => {
            report.block_proved = true;
            let is_missing = if block.is_empty() {
                lacks_receipts_method(session, height).await
            } else {
                session.peer.one_by_one.load(Relaxed)
            };
            report.receipts =
                Some(if is_missing { ReceiptsMethod::OneByOne } else { ReceiptsMethod::ByBlock });
            Ok(())
        }
        Err(short) => {
            report.receipts = short.partial.map(|_| ReceiptsMethod::Unavailable);
            Err(short.trouble)
        }
    }
}

/// Asks every node for its newest block, and for the one at this height.
pub(super) async fn compare(ethereum: &Ethereum, block: BlockAt) -> Vec<NodeComparison> {
    let ask = |(place, peer)| {
        let session = Session::new(peer, &ethereum.settings);
        let compared = compare_one(usize::saturating_add(place, 1), session, block);
        Box::pin(compared) as BoxFuture<'_, NodeComparison>
    };
    join_all(ethereum.peers.iter().enumerate().map(ask).collect()).await
}

async fn compare_one(number: usize, session: Session<'_>, block: BlockAt) -> NodeComparison {
    let tip = async { tip_of(&session).await.map(|tip| Height(tip.to())) };
    let held = async { head_of(&session, block.height).await.map(|head| head.hash) };
    compared(number, block, tip, held).await
}
