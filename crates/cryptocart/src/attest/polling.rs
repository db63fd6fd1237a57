//! Asking carriers for the parcels that are registered.
//!
//! Each carrier has a line of its own: one that is slow or dead holds up no parcel of another.

use super::{desk::Desk, records::Record, rights::Ground};
use crate::error::CliError;
use shop_carrier::{CarrierName, Next, Snapshot};
use shop_core::{
    entropy,
    escrow::{Hash, Statement},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Longest time between two looks at what is due; a new registration is looked at at once.
const LOOK: Duration = Duration::from_secs(60);

/// Seconds between two looks at the chain for an order that is not asked for any more.
const CHAIN: u64 = 6 * 3_600;

/// Seconds between two looks at the chain for an order that is still asked for.
const DAY: u64 = 24 * 3_600;

/// Longest time in seconds between two questions about a parcel.
const LONGEST_WAIT: u64 = 26 * 3_600;

/// Starts the lines of all carriers, which end when the service closes.
pub(super) fn start(desk: &Arc<Desk>, stop: &CancellationToken, tasks: &TaskTracker) {
    for carrier in CarrierName::ALL {
        tasks.spawn(run(Arc::clone(desk), carrier, stop.clone()));
    }
}

/// Polls the parcels of a carrier until the service closes.
async fn run(desk: Arc<Desk>, carrier: CarrierName, stop: CancellationToken) {
    let mut news = desk.news.subscribe();
    let mut looked: BTreeMap<Hash, u64> = BTreeMap::new();
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => return,
            () = pass(&desk, carrier, &mut looked) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = news.changed() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Asks a carrier for each of its parcels that is due.
pub(super) async fn pass(desk: &Desk, carrier: CarrierName, looked: &mut BTreeMap<Hash, u64>) {
    for (id, poll_at) in desk.records.line(carrier) {
        if let Err(error) = look(desk, id, poll_at, looked).await {
            // It names a file of this machine, and nothing of a parcel. The others go on.
            tracing::error!("a parcel cannot be looked after: {error}");
        }
    }
    looked.retain(|id, _| desk.records.has(*id));
}

/// Does what is due about one parcel. Its record is opened once, and only if something is.
async fn look(
    desk: &Desk,
    id: Hash,
    poll_at: Option<u64>,
    looked: &mut BTreeMap<Hash, u64>,
) -> Result<(), CliError> {
    let now = desk.now().0;
    // A clock that was wrong for a while can have put it years away.
    let is_due = poll_at.is_none_or(|at| at <= now || at > now.saturating_add(LONGEST_WAIT));
    if !is_due {
        return Ok(());
    }
    let pause = if poll_at.is_some() { DAY } else { CHAIN };
    let last = looked.get(&id).copied();
    let is_chain_due = last.is_none_or(|last| last.saturating_add(pause) <= now || last > now);
    if poll_at.is_none() && !is_chain_due {
        return Ok(());
    }
    let Some(record) = desk.records.of(id)? else { return Ok(()) };
    if is_chain_due {
        looked.insert(id, now);
        if forget_ended(desk, &record).await? {
            return Ok(());
        }
    }
    if poll_at.is_some() { poll(desk, record).await } else { Ok(()) }
}

/// Asks the carrier for one parcel, and does what follows.
async fn poll(desk: &Desk, mut record: Record) -> Result<(), CliError> {
    let statement = Statement::parse_any(&record.registration.statement);
    let Ok(statement) = statement.map(|parsed| parsed.statement) else {
        // It was read when it was registered: a newer program reads more strictly.
        record.poll_at = None;
        return desk.records.keep(&record);
    };
    // A crash can have come between the signature and the record of it.
    if desk.signed.of(record.id)?.is_some() {
        record.poll_at = None;
        return desk.records.keep(&record);
    }
    let number = desk.parcel(&record);
    let carrier = number.as_ref().and_then(|number| desk.carriers.get(number.carrier()));
    let (Some(number), Some(carrier)) = (&number, carrier) else {
        record.poll_at = Some(desk.now().0.saturating_add(CHAIN));
        return desk.records.keep(&record);
    };
    let answer = carrier.fetch(number).await;
    let jitter = u64::from_le_bytes(entropy::bytes(&*desk.system.entropy));
    let step = record.watch.answer(desk.now(), answer.as_ref(), &desk.rules, jitter);
    match step.next {
        Next::PollAt(at) => record.poll_at = Some(at.0),
        // The chain ends a watch, and no clock of this machine: see `forget_ended`.
        Next::Over => record.poll_at = Some(desk.now().0.saturating_add(LONGEST_WAIT)),
        Next::Sign(delivery) => {
            if let Ok(snapshot) = &answer {
                desk.sign_by_right(&record, &statement, number, delivery, snapshot).await?;
                record.evidence = Some(evidence(snapshot));
            }
            record.poll_at = None;
        }
        Next::Refuse(refusal) => {
            desk.sign_refused(record.id, statement.contract, Ground::Carrier(refusal))?;
            record.evidence = answer.as_ref().ok().map(evidence);
            record.poll_at = None;
        }
    }
    desk.records.keep(&record)
}

fn evidence(snapshot: &Snapshot) -> Vec<u8> {
    snapshot.body.clone()
}

/// Drops the record of an order that has ended on the chain. Returns true if it had.
async fn forget_ended(desk: &Desk, record: &Record) -> Result<bool, CliError> {
    let statement = Statement::parse_any(&record.registration.statement);
    let Ok(statement) = statement.map(|parsed| parsed.statement) else { return Ok(false) };
    match desk.chain.state(statement.contract, record.id).await {
        Ok(state) if state.is_closed() => desk.records.drop(record.id).map(|()| true),
        Ok(_) | Err(_) => Ok(false),
    }
}
