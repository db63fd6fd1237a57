//! The keeper: sends transactions that are due when nobody else does, for the tip.
//!
//! It looks after the orders whose parcels are registered, and those whose statement somebody brought
//! ([`accept`]). One transaction is on its way at a time, written down before a node sees it
//! ([`orders`]). Everything else follows from the chain each time: a number that the chain has not used
//! up is still to be sent, also after a restart or a reorganisation, and an order that has ended needs
//! nothing, whoever ended it. What may be spent is in [`limits`].

mod accept;
mod due;
mod limits;
mod memory;
mod orders;
mod peers;

pub(super) use accept::NotKept;
pub(super) use memory::Memory;
pub(super) use orders::Orders;
pub(super) use peers::{Peers, Reports};

use super::{desk::Desk, settings::Limits};
use crate::{
    error::CliError,
    escrow::sending::{Ledger, Quote, Sent, ether, room_for_payees},
};
use due::{Due, Seen};
use orders::Kept;
use shop_chain::{
    WatchError,
    ethereum::{
        Fees, Moment,
        escrow::{Key, PINNED, checksum},
    },
};
use shop_core::{
    escrow::{Account, Attestation, Hash, Statement},
    view::Height,
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// Longest time between two passes.
const LOOK: Duration = Duration::from_secs(60);
/// Least time between two passes.
const LEAST: Duration = Duration::from_secs(3);
/// Time between two passes while a transaction is on its way.
const WATCH: Duration = Duration::from_secs(15);
/// Longest time in seconds between two looks at an order.
const LONGEST: u64 = 6 * 3_600;
/// Seconds after which the other attestors are asked again.
const PEERS: u64 = 3_600;
/// Seconds after which a price, or an order that could not be read, is looked at again.
const PRICE: u64 = 600;
/// Seconds after which an order is looked at again for which the contract refused too often.
const GIVEN_UP: u64 = 24 * 3_600;
/// Seconds after which an order is looked at again that has ended, and is not deep yet.
const ENDED: u64 = 120;
/// Blocks after which a transaction that is in none is replaced by one with higher fees.
const STUCK: u64 = 25;
/// Blocks that must lie above an ending before the order is forgotten.
const DEEP: u64 = 12;
/// Numbers that may be used up for one action of an order.
const MOST_TRIES: usize = 3;
/// Statements that may be brought at once.
const ACCEPTING: usize = 4;

/// Keeper of one attestor.
pub(super) struct Keeper {
    ledger: Box<dyn Ledger>,
    key: Key,
    limits: Limits,
    orders: Orders,
    reports: Box<dyn Reports>,
    desk: Arc<Desk>,
    accepting: Semaphore,
}

/// Result of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nothing is on its way.
    Idle,
    /// A transaction is on its way.
    Waiting,
}

/// Reason why a pass was broken off. It names no order.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The nodes do not answer, or do not agree.
    #[error("keeper: the chain cannot be read: {0}")]
    Chain(#[from] WatchError),
    /// The contract is not the known one.
    #[error("keeper: the nodes show another contract, so nothing is sent: compare the nodes")]
    Contract,
    /// There is no Ether for fees.
    #[error("keeper: the fee may need {0}, which the keeper key does not have: send Ether to {1}")]
    Empty(String, String),
    /// A record cannot be read or written.
    #[error("keeper: {0}")]
    Ours(#[from] CliError),
}

/// A number of a transaction which nobody needs any more, or which is not worth higher fees.
struct Vacant {
    nonce: u64,
    fees: Fees,
    /// True if the transaction is still due, and may be taken by a block.
    is_due: bool,
}

impl Keeper {
    pub(super) fn new(
        ledger: Box<dyn Ledger>,
        key: Key,
        limits: Limits,
        orders: Orders,
        reports: Box<dyn Reports>,
        desk: Arc<Desk>,
    ) -> Arc<Self> {
        let accepting = Semaphore::new(ACCEPTING);
        Arc::new(Self { ledger, key, limits, orders, reports, desk, accepting })
    }

    /// Returns the address that pays the fees.
    pub(super) fn account(&self) -> Account {
        self.key.account()
    }

    /// Returns the orders that are looked after.
    #[cfg(test)]
    pub(super) const fn orders(&self) -> &Orders {
        &self.orders
    }

    /// Returns the desk of its attestor.
    #[cfg(test)]
    pub(super) const fn desk(&self) -> &Arc<Desk> {
        &self.desk
    }

    /// Works until the service closes.
    pub(super) async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut news = self.desk.news.subscribe();
        let mut memory = Memory::default();
        let mut said = String::new();
        while !stop.is_cancelled() {
            let passed = tokio::select! {
                () = stop.cancelled() => return,
                passed = self.pass(&mut memory) => passed,
            };
            let pause = if matches!(passed, Ok(Progress::Waiting)) { WATCH } else { LOOK };
            let trouble = passed.err().map(|trouble| trouble.to_string()).unwrap_or_default();
            if trouble != said {
                if !trouble.is_empty() {
                    tracing::error!("{trouble}");
                }
                said = trouble;
            }
            // However many are registered at once, the nodes are asked once in a while.
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LEAST) => {}
            }
            tokio::select! {
                () = stop.cancelled() => return,
                _ = news.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Does what is due now.
    pub(super) async fn pass(&self, memory: &mut Memory) -> Result<Progress, Trouble> {
        self.take_registered(memory)?;
        let now = self.ledger.newest().await?;
        let next = self.ledger.next_nonce(self.account(), now.height).await?;
        memory.next = next;
        let vacant = match self.follow(memory, &now, next).await? {
            Waits::No(vacant) => vacant,
            Waits::Yes => return Ok(Progress::Waiting),
        };
        for id in self.orders.ids() {
            if memory.look_at.get(&id).is_some_and(|at| memory::is_later(*at, now.time.0)) {
                continue;
            }
            let Some((kept, due)) = self.look(memory, id, &now).await? else { continue };
            let nonce = vacant.as_ref().map_or(next, |vacant| vacant.nonce);
            let old = vacant.as_ref().map(|vacant| vacant.fees);
            if self.send(memory, kept, due, &now, nonce, old).await? {
                return Ok(Progress::Waiting);
            }
        }
        let waits = vacant.is_some_and(|vacant| vacant.is_due);
        Ok(if waits { Progress::Waiting } else { Progress::Idle })
    }

    /// Takes the orders whose parcels are registered, and those that this attestor has reported.
    fn take_registered(&self, memory: &mut Memory) -> Result<(), CliError> {
        memory.left_out.retain(|id| self.desk.records.has(*id));
        memory.look_at.retain(|id, _| self.orders.has(*id));
        for id in self.desk.records.ids() {
            if self.orders.has(id) || memory.left_out.contains(&id) {
                continue;
            }
            let Some(record) = self.desk.records.of(id)? else { continue };
            let kept = Kept::new(id, record.registration.statement.clone());
            if kept.statement().is_some_and(|statement| statement.terms.token.is_none()) {
                self.orders.keep(&kept)?;
            } else {
                memory.left_out.insert(id);
            }
        }
        let reported: Vec<Hash> =
            memory.unreported.iter().copied().filter(|id| self.desk.signed.has(*id)).collect();
        for id in reported {
            memory.unreported.remove(&id);
            memory.look_at.remove(&id);
        }
        Ok(())
    }

    /// Follows the transactions that the chain has not taken.
    /// They are given to the nodes once more, and the first is replaced if it is stuck.
    async fn follow(&self, memory: &mut Memory, now: &Moment, next: u64) -> Result<Waits, Trouble> {
        let numbers = match memory.numbers.take() {
            Some(numbers) => numbers,
            None => self.orders.numbers()?,
        };
        let waiting = in_sequence(&numbers, next);
        memory.numbers = Some(numbers);
        memory.waits_since.retain(|nonce, _| *nonce >= next);
        for (nonce, id) in &waiting {
            let Some(kept) = self.orders.of(*id)? else { continue };
            let Some(sent) = kept.with_number(*nonce) else { continue };
            // One that the contract refuses by now costs a fee, and nobody pays for it.
            if !self.is_due(&kept, &sent.action, now).await? {
                continue;
            }
            if let Some((hash, raw)) = sent.signed() {
                // One that a node has already is refused, and that is right.
                drop(self.ledger.send(&raw, hash).await);
            }
        }
        let Some((nonce, id)) = waiting.first().copied() else { return Ok(Waits::No(None)) };
        let since = memory.waits_since.entry(nonce).or_insert(now.height.0);
        // A height that a node made up is not waited for.
        *since = (*since).min(now.height.0);
        if now.height.0 < since.saturating_add(STUCK) {
            return Ok(Waits::Yes);
        }
        let kept = self.orders.of(id)?;
        let old = kept.as_ref().and_then(|kept| kept.with_number(nonce)).map(Sent::fees);
        let Some(old) = old else { return Ok(Waits::Yes) };
        match self.look(memory, id, now).await? {
            Some((kept, due)) => {
                if self.send(memory, kept, due, now, nonce, Some(old)).await? {
                    memory.waits_since.insert(nonce, now.height.0);
                    return Ok(Waits::Yes);
                }
                // A small tip must not hold up the orders that pay more.
                Ok(Waits::No(Some(Vacant { nonce, fees: old, is_due: true })))
            }
            // Somebody else did it. Its number is free for the next one. What waits behind it waits on.
            None => Ok(Waits::No(Some(Vacant { nonce, fees: old, is_due: false }))),
        }
    }

    /// Returns what the newest block has of an order.
    async fn see<'a>(
        &self,
        statement: &'a Statement,
        now: &Moment,
    ) -> Result<Seen<'a>, WatchError> {
        let state = self.ledger.state(statement.id, now.height).await?;
        let token = statement.terms.token;
        let balance = self.ledger.balance_of(token, statement.vault, now.height).await?;
        let place = statement.attestors.index_of(self.desk.account()).unwrap_or_default();
        let chain_id = self.desk.chain_id;
        Ok(Seen { statement, state, balance, chain_id, now: now.time, place })
    }

    /// Returns true if an action is due for an order, or still is.
    async fn is_due(&self, kept: &Kept, action: &str, now: &Moment) -> Result<bool, Trouble> {
        let Some(statement) = kept.statement() else { return Ok(false) };
        Ok(self.see(&statement, now).await?.is_due(action))
    }

    /// Looks at one order. Returns what is due.
    async fn look(
        &self,
        memory: &mut Memory,
        id: Hash,
        now: &Moment,
    ) -> Result<Option<(Kept, Due)>, Trouble> {
        // Soon again, if the nodes fail in between.
        memory.look_at.insert(id, now.time.0.saturating_add(PRICE));
        let Some(kept) = self.orders.of(id)? else { return Ok(None) };
        let Some(statement) = kept.statement() else { return Ok(None) };
        if statement.terms.token.is_some() {
            // Whoever made the token decides what it answers, and could stop every pass here.
            self.orders.drop(id)?;
            memory.left_out.insert(id);
            return Ok(None);
        }
        let seen = self.see(&statement, now).await?;
        if seen.state.is_closed() {
            self.forget(memory, &kept, now).await?;
            return Ok(None);
        }
        let later = match seen.ending() {
            Ok(due) => return Ok(Some((kept, due))),
            Err(later) => later,
        };
        let longest = now.time.0.saturating_add(LONGEST);
        memory.look_at.insert(id, later.map_or(longest, |at| at.0.min(longest)));
        if seen.takes_report() {
            let due = self.report(memory, &seen).await?;
            return Ok(due.map(|due| (kept, due)));
        }
        Ok(None)
    }

    /// Returns the report of a delivery that this attestor has signed, once enough others have.
    async fn report(&self, memory: &mut Memory, seen: &Seen<'_>) -> Result<Option<Due>, Trouble> {
        let statement = seen.statement;
        let id = statement.id;
        let file = match self.desk.signed.of(id)? {
            None => {
                memory.unreported.insert(id);
                return Ok(None);
            }
            Some(Attestation::Refused(_)) => return Ok(None),
            Some(Attestation::Delivered(file)) => file,
        };
        // A reorganisation can have put another parcel into its place.
        if seen.state.parcel().is_none_or(|parcel| parcel.tracking != file.tracking) {
            return Ok(None);
        }
        let mut reports = vec![file.signed_report()];
        if let Some(due) = seen.report(&reports) {
            return Ok(Some(due));
        }
        reports.extend(self.reports.of_others(statement, file.attestor).await);
        let due = seen.report(&reports);
        if due.is_none() {
            let at = memory.look_at.entry(id).or_default();
            *at = (*at).min(seen.now.0.saturating_add(PEERS));
        }
        Ok(due)
    }

    /// Forgets an order that has ended, once no reorganisation brings it back.
    /// A transaction of it that still waits is remembered: another one must take its number.
    async fn forget(&self, memory: &mut Memory, kept: &Kept, now: &Moment) -> Result<(), Trouble> {
        let id = kept.id;
        let deep = Height(now.height.0.saturating_sub(DEEP));
        let waits = kept.sent.iter().any(|sent| sent.nonce >= memory.next);
        if !waits && self.ledger.state(id, deep).await?.is_closed() {
            self.orders.drop(id)?;
            memory.look_at.remove(&id);
            memory.unreported.remove(&id);
            memory.left_out.insert(id);
        } else {
            memory.look_at.insert(id, now.time.0.saturating_add(ENDED));
        }
        Ok(())
    }

    /// Sends a transaction, if it is worth it and within the limits.
    /// Returns true if one was signed.
    async fn send(
        &self,
        memory: &mut Memory,
        mut kept: Kept,
        mut due: Due,
        now: &Moment,
        nonce: u64,
        old: Option<Fees>,
    ) -> Result<bool, Trouble> {
        let id = kept.id;
        let again = |seconds: u64| now.time.0.saturating_add(seconds);
        let is_new = kept.with_number(nonce).is_none_or(|sent| sent.action != due.action);
        if is_new && kept.tries(due.action) >= MOST_TRIES {
            tracing::error!("keeper: the contract refused one transaction {MOST_TRIES} times");
            memory.look_at.insert(id, again(GIVEN_UP));
            return Ok(false);
        }
        memory.look_at.insert(id, again(PRICE));
        match self.ledger.contract_code(now.height).await? {
            Some(hash) if hash == PINNED.code_hash => {}
            _ => return Err(Trouble::Contract),
        }
        // A refusal is no trouble: somebody else may have done it in this moment.
        let quote = Quote::ask(&*self.ledger, self.account(), &due.data, now).await;
        let Ok(quote) = quote else { return Ok(false) };
        let Some(statement) = kept.statement() else { return Ok(false) };
        let room = room_for_payees(&*self.ledger, &statement.terms, now).await?;
        let quote = if due.later_gas == 0 { quote.with_room(room) } else { quote };
        due.later_gas = if due.later_gas == 0 { 0 } else { due.later_gas.saturating_add(room) };
        // The tip comes once, whatever numbers are used up for it.
        due.tip = due.tip.saturating_sub(kept.may_have_cost(due.action, nonce));
        let Ok(quote) = self.limits.accept(quote, &due, old.as_ref()) else { return Ok(false) };
        let transaction = quote.transaction(self.desk.chain_id, nonce, due.data);
        let has = self.ledger.balance_of(None, self.account(), now.height).await?;
        if has < transaction.most_fee() {
            let account = checksum(self.account());
            return Err(Trouble::Empty(ether(transaction.most_fee()), account));
        }
        let beyond = transaction.most_fee().saturating_sub(due.tip);
        if !memory.take_free(beyond, now, &self.limits) {
            return Ok(false);
        }
        let signed = transaction.sign(&self.key);
        kept.sent.push(Sent::new(due.action, self.account(), &transaction, Some(&signed)));
        // On the disk before any node sees it.
        self.orders.keep(&kept)?;
        let before = memory.numbers.get_or_insert_default().insert(nonce, id);
        if let Some(before) = before.filter(|before| *before != id) {
            self.orders.take_number(before, nonce)?;
        }
        // If no node takes it now, the next pass gives it to them again.
        drop(self.ledger.send(&signed.raw, signed.hash).await);
        Ok(true)
    }
}

/// Returns the numbers from the next one on, up to a gap.
///
/// No block takes those behind it, which a node made that told a false number. Once the numbers before
/// them are used up, they are followed.
fn in_sequence(numbers: &BTreeMap<u64, Hash>, next: u64) -> Vec<(u64, Hash)> {
    let mut wanted = Some(next);
    let mut found = Vec::new();
    for (number, id) in numbers.range(next..) {
        if wanted != Some(*number) {
            break;
        }
        found.push((*number, *id));
        wanted = number.checked_add(1);
    }
    found
}

/// Answer to: does a transaction wait for a block?
enum Waits {
    Yes,
    /// Nothing waits, but for a transaction whose number can be taken.
    No(Option<Vacant>),
}
