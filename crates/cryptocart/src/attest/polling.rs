//! Asking carriers for the parcels that are registered, one after the other.

use super::{desk::Desk, records::Record};
use crate::error::CliError;
use shop_carrier::{Next, Snapshot};
use shop_core::{
    entropy,
    escrow::{Hash, Statement},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio_util::sync::CancellationToken;

/// Longest time between two looks at what is due; a new registration is looked at at once.
const LOOK: Duration = Duration::from_secs(60);

/// Seconds between two looks at the chain for an order that is not asked for any more.
const CHAIN: u64 = 6 * 3_600;

/// Seconds between two looks at the chain for an order that is still asked for.
const DAY: u64 = 24 * 3_600;

/// Longest time in seconds between two questions about a parcel.
const LONGEST_WAIT: u64 = 26 * 3_600;

/// Polls until the service closes.
pub(super) async fn run(desk: Arc<Desk>, stop: CancellationToken) {
    let mut looked: BTreeMap<Hash, u64> = BTreeMap::new();
    while !stop.is_cancelled() {
        let pass = pass(&desk, &mut looked, &stop);
        if let Err(error) = pass.await {
            // It names a folder of this machine, and nothing of a parcel.
            tracing::error!("the parcels cannot be read: {error}");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = desk.news.notified() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Asks for every parcel that is due.
pub(super) async fn pass(
    desk: &Desk,
    looked: &mut BTreeMap<Hash, u64>,
    stop: &CancellationToken,
) -> Result<(), CliError> {
    for id in desk.records.all()? {
        if stop.is_cancelled() {
            return Ok(());
        }
        if let Err(error) = look(desk, id, looked).await {
            // It names a file of this machine, and nothing of a parcel. The others go on.
            tracing::error!("a parcel cannot be looked after: {error}");
        }
    }
    looked.retain(|id, _| desk.records.of(*id).is_ok_and(|record| record.is_some()));
    Ok(())
}

/// Does what is due about one parcel.
async fn look(desk: &Desk, id: Hash, looked: &mut BTreeMap<Hash, u64>) -> Result<(), CliError> {
    if let Some(record) = desk.records.of(id)? {
        let now = desk.now().0;
        match record.poll_at {
            // A clock that was wrong for a while can have put it years away.
            Some(at) if at <= now || at > now.saturating_add(LONGEST_WAIT) => {
                let last = looked.get(&id).copied().unwrap_or_default();
                let is_due = last.saturating_add(DAY) <= now || last > now;
                if is_due {
                    looked.insert(id, now);
                    if forget_ended(desk, &record).await? {
                        return Ok(());
                    }
                }
                poll(desk, record).await?;
            }
            Some(_) => {}
            None => {
                let is_due = looked.get(&id).is_none_or(|last| last.saturating_add(CHAIN) <= now);
                if is_due {
                    looked.insert(id, now);
                    forget_ended(desk, &record).await?;
                }
            }
        }
    }
    Ok(())
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
                desk.sign_delivered(&record, &statement, delivery, snapshot)?;
                record.evidence = Some(evidence(snapshot));
            }
            record.poll_at = None;
        }
        Next::Refuse(refusal) => {
            desk.sign_refused(record.id, statement.contract, refusal)?;
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
