//! Orders that the keeper looks after, sealed: the statement, and what was signed for each.
//!
//! A transaction is here, on the disk, before any node sees it. A restart finds it again.

use crate::{
    attest::sealed::{Name, SealedFolder},
    error::CliError,
    escrow::sending::Sent,
};
use serde::{Deserialize, Serialize};
use shop_core::{
    entropy::Entropy,
    escrow::{Hash, Statement},
};
use shop_seal::HomeKey;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// Ending of the files.
const KEPT: &str = "kept";

/// An order that the keeper looks after, until it has ended on the chain.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::attest) struct Kept {
    /// Order.
    pub(in crate::attest) id: Hash,
    /// Statement, part 1.
    pub(in crate::attest) statement: String,
    /// Transactions that were signed for it, newest last.
    pub(in crate::attest) sent: Vec<Sent>,
}

/// All orders that the keeper looks after.
pub(in crate::attest) struct Orders {
    files: SealedFolder,
    known: Mutex<BTreeMap<Hash, Brief>>,
}

/// Facts of an order that are known without opening its file.
#[derive(Clone, Copy)]
struct Brief {
    /// Tip for whoever sends what is due.
    tip: u128,
    /// True if a transaction was signed for it.
    is_sent: bool,
}

impl Kept {
    pub(super) const fn new(id: Hash, statement: String) -> Self {
        Self { id, statement, sent: Vec::new() }
    }

    /// Returns the statement. None: this program reads more strictly than the one that took it.
    pub(super) fn statement(&self) -> Option<Statement> {
        Statement::parse_any(&self.statement).ok().map(|parsed| parsed.statement)
    }

    /// Returns the count of numbers that transactions for an action have.
    pub(super) fn tries(&self, action: &str) -> usize {
        let numbers = self.sent.iter().filter(|sent| sent.action == action);
        numbers.map(|sent| sent.nonce).collect::<BTreeSet<u64>>().len()
    }

    /// Returns the most wei that an action's transactions with other numbers can have cost.
    pub(super) fn may_have_cost(&self, action: &str, nonce: u64) -> u128 {
        let mut by_number: BTreeMap<u64, u128> = BTreeMap::new();
        for sent in self.sent.iter().filter(|one| one.action == action && one.nonce != nonce) {
            let most = by_number.entry(sent.nonce).or_default();
            *most = (*most).max(sent.fees().most(sent.gas));
        }
        by_number.values().fold(0, |sum: u128, most| sum.saturating_add(*most))
    }

    fn brief(&self) -> Brief {
        let tip = self.statement().map_or(0, |statement| statement.terms.keeper_tip);
        Brief { tip, is_sent: !self.sent.is_empty() }
    }

    /// Returns the newest transaction with a number.
    pub(super) fn with_number(&self, nonce: u64) -> Option<&Sent> {
        self.sent.iter().rev().find(|sent| sent.nonce == nonce)
    }
}

impl Orders {
    /// Opens the folder, which is made if it is not there.
    pub(in crate::attest) fn open(
        folder: PathBuf,
        key: HomeKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CliError> {
        let files = SealedFolder::open(folder, key, entropy)?;
        let known = files.all::<Kept>(KEPT)?.iter().map(|kept| (kept.id, kept.brief())).collect();
        Ok(Self { files, known: Mutex::new(known) })
    }

    /// Returns the order of each number among the transactions that were signed.
    pub(super) fn numbers(&self) -> Result<BTreeMap<u64, Hash>, CliError> {
        let all = self.files.all::<Kept>(KEPT)?;
        // If two orders have one number, the later signature took the number from the other one.
        let one = |kept: &Kept| {
            let id = kept.id;
            kept.sent.iter().map(move |sent| (sent.nonce, sent.max_fee, id)).collect::<Vec<_>>()
        };
        let mut numbers: Vec<(u64, u128, Hash)> = all.iter().flat_map(one).collect();
        numbers.sort_unstable();
        Ok(numbers.into_iter().map(|(nonce, _, id)| (nonce, id)).collect())
    }

    /// Opens the record of an order.
    pub(in crate::attest) fn of(&self, id: Hash) -> Result<Option<Kept>, CliError> {
        self.files.read(&name(id))
    }

    /// Keeps a record, in place of an earlier one of the same order.
    pub(in crate::attest) fn keep(&self, kept: &Kept) -> Result<(), CliError> {
        self.files.write(&name(kept.id), kept)?;
        self.known().insert(kept.id, kept.brief());
        Ok(())
    }

    /// Takes a number from an order: another one's transaction has it now.
    pub(super) fn take_number(&self, id: Hash, nonce: u64) -> Result<(), CliError> {
        let Some(mut kept) = self.of(id)? else { return Ok(()) };
        kept.sent.retain(|sent| sent.nonce != nonce);
        self.keep(&kept)
    }

    /// Drops a record: its order has ended.
    pub(super) fn drop(&self, id: Hash) -> Result<(), CliError> {
        self.files.remove(&name(id))?;
        self.known().remove(&id);
        Ok(())
    }

    /// Returns true if the order is looked after.
    pub(in crate::attest) fn has(&self, id: Hash) -> bool {
        self.known().contains_key(&id)
    }

    /// Returns all orders that are looked after.
    pub(super) fn ids(&self) -> Vec<Hash> {
        self.known().keys().copied().collect()
    }

    /// Returns the order with the smallest tip for which nothing was signed, and the tip.
    /// Those that `is_bound` names are left out.
    pub(super) fn smallest_tip(&self, is_bound: impl Fn(Hash) -> bool) -> Option<(u128, Hash)> {
        let known = self.known();
        let free = known.iter().filter(|(id, brief)| !brief.is_sent && !is_bound(**id));
        free.map(|(id, brief)| (brief.tip, *id)).min()
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Hash, Brief>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(id: Hash) -> Name {
    Name { text: format!("kept {id}"), ending: KEPT }
}
