//! Sending a transaction, so that no node and no crash costs more than was agreed.
//!
//! A transaction is written down before it is sent. Run again, the same one is sent once more, or
//! another with the same number and higher fees: of all that have one number, the chain takes one.
//! Another number is used only if the chain has used that one up. The sum over all numbers of what
//! was signed for an action of an order stays below `--max-fee`, so a node gains nothing by false
//! numbers or fees.

use super::{
    chain::{Chain, NodeArgs},
    decide::{Step, Wish},
    home::Home,
    offline,
    order::Order,
    records::Records,
    sending::{agree, send_and_wait},
    settings::Settings,
};
use crate::{
    error::CliError,
    escrow::sending::{Exposure, Quote, Sent, ether, room_for_payees, wei},
    terminal,
};
use clap::Args;
use shop_chain::ethereum::{
    Mined, Moment,
    escrow::{Transaction, checksum},
};
use shop_core::{escrow::Hash, kind::Kind};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Transactions for one action that the contract may refuse before a person has to look.
const MOST_TRIES: usize = 3;

/// Options of a command that sends something.
#[derive(Args, Clone, Debug)]
pub(super) struct SendArgs {
    #[command(flatten)]
    pub(super) nodes: NodeArgs,
    /// The most that this action may cost in fees, in ETH [default: max_fee of escrow.toml].
    #[arg(long, value_name = "ETH")]
    max_fee: Option<String>,
    /// Send without asking.
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Replace a transaction that is stuck by one with higher fees.
    #[arg(long)]
    replace: bool,
    /// Write the transaction into a file, to be signed on a machine that has the key.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["replace"])]
    pub(super) write: Option<PathBuf>,
    /// Seconds to wait until the transaction is in a block.
    #[arg(long, value_name = "SECONDS", default_value_t = 180)]
    pub(super) wait: u64,
}

impl SendArgs {
    /// Returns the most that the action may cost, in wei.
    pub(super) fn max_fee(&self, settings: &Settings) -> Result<u128, CliError> {
        match &self.max_fee {
            None => Ok(settings.max_fee),
            Some(text) => wei(text)
                .ok_or_else(|| CliError::input("--max-fee: write ETH as a decimal, such as 0.01")),
        }
    }
}

/// Result of an action.
pub(super) enum Outcome {
    /// It was so before anything was sent.
    WasDone(String),
    /// The transaction is in a block.
    Mined(Hash, Mined),
    /// Another transaction than ours did it.
    ByOthers(String),
    /// The transaction is in a file, to be signed elsewhere.
    Written(PathBuf),
}

/// Everything that an action needs.
pub(super) struct Desk<'a> {
    pub(super) home: &'a Home,
    pub(super) settings: &'a Settings,
    pub(super) records: &'a Records<'a>,
    pub(super) chain: &'a Chain,
    pub(super) args: &'a SendArgs,
}

/// Returns true if an action ends an order, so that its payees are called.
fn pays(action: &str) -> bool {
    matches!(action, "refund" | "finalize" | "release")
}

impl Desk<'_> {
    /// Brings a wish about, or says why that cannot be.
    pub(super) async fn perform(
        &self,
        order: &mut Order,
        wish: &Wish,
    ) -> Result<Outcome, CliError> {
        let mut has_sent = false;
        loop {
            let reading = self.chain.read(&order.statement, order.record.since).await?;
            self.chain.check_contract(&reading.now).await?;
            if order.record.since == 0 && !reading.state.is_closed() {
                order.record.since = reading.now.height.0;
                self.records.save(&order.record)?;
            }
            let data = match wish.step(&order.statement, &reading)? {
                Step::Done(words) if has_sent => return Ok(Outcome::ByOthers(words)),
                Step::Done(words) => return Ok(self.done_before(order, wish, words).await),
                Step::Send(data) => data,
            };
            if let Some(file) = &self.args.write {
                let pending = self.pending(order, wish, &reading.now).await?;
                if let Some(hash) = pending.and_then(|pending| pending.hash) {
                    let what = format!("transaction {hash} was signed for this and is on its way");
                    return Err(CliError::input(what).hint("run this again without --write"));
                }
                return self.write(order, wish, data, &reading.now, file).await;
            }
            let sent = match self.pending(order, wish, &reading.now).await? {
                Some(pending) if self.args.replace && !has_sent => {
                    self.replace(order, &pending, data, &reading.now).await?
                }
                Some(pending) if pending.hash.is_some() => pending,
                _ => self.sign_new(order, wish, data, &reading.now).await?,
            };
            has_sent = true;
            if let Some((hash, mined)) = self.send_and_wait(order, &sent).await? {
                if mined.is_success {
                    return Ok(Outcome::Mined(hash, mined));
                }
                // The state changed in between: what it is now decides.
                terminal::warn(format!(
                    "the contract refused transaction {hash}, which cost {}",
                    ether(mined.cost)
                ));
                Self::check_tries(order, wish.name())?;
            }
        }
    }

    /// Finds our own transaction behind what is done already, so that its fee is known.
    async fn done_before(&self, order: &Order, wish: &Wish, words: String) -> Outcome {
        for sent in order.record.of_action(wish.name()) {
            let Some(hash) = sent.hash else { continue };
            if let Ok(Some(mined)) = self.chain.client.mined(hash).await
                && mined.is_success
            {
                return Outcome::Mined(hash, mined);
            }
        }
        Outcome::WasDone(words)
    }

    /// Returns the newest transaction of an action whose number the chain has not used up.
    async fn pending(
        &self,
        order: &Order,
        wish: &Wish,
        now: &Moment,
    ) -> Result<Option<Sent>, CliError> {
        let next = self.next_nonce(now).await?;
        let pending = order.record.of_action(wish.name()).filter(|sent| sent.nonce >= next);
        Ok(pending.last().cloned())
    }

    async fn next_nonce(&self, now: &Moment) -> Result<u64, CliError> {
        let next = self.chain.client.next_nonce(self.settings.operator, now.height).await;
        next.map_err(|error| {
            self.chain.explain("asking for the operator key's transactions", &error)
        })
    }

    /// Returns the number of a new transaction: after all of this home that are on their way.
    async fn free_nonce(&self, now: &Moment) -> Result<u64, CliError> {
        let next = self.next_nonce(now).await?;
        let all = self.records.all()?;
        // One that was only written, to be signed elsewhere, may never come.
        let signed = all.iter().flat_map(|record| &record.sent).filter(|sent| sent.hash.is_some());
        let last = signed.map(|sent| sent.nonce).filter(|nonce| *nonce >= next).max();
        Ok(last.map_or(next, |last| last + 1))
    }

    async fn prepare(
        &self,
        order: &Order,
        action: &str,
        data: Vec<u8>,
        now: &Moment,
        in_place_of: Option<&Sent>,
    ) -> Result<Transaction, CliError> {
        let from = self.settings.operator;
        let client = &self.chain.client;
        let quote = Quote::ask(client, from, &data, now).await.map_err(|error| {
            CliError::new(Kind::Unavailable, format!("trying the transaction: {error}")).hint(
                "the contract may refuse it now, or the operator key has no Ether for the fee: \
                 cryptocart escrow status",
            )
        })?;
        let room = if pays(action) {
            let room = room_for_payees(client, &order.statement.terms, now).await;
            room.map_err(|error| self.chain.explain("asking for the payees' code", &error))?
        } else {
            0
        };
        let quote = quote.with_room(room);
        let (nonce, quote) = match in_place_of {
            Some(old) => (old.nonce, quote.in_place_of(&old.fees())),
            None => (self.free_nonce(now).await?, quote),
        };
        let transaction = quote.transaction(self.chain.chain_id, nonce, data);
        self.check_budget(order, action, &transaction)?;
        self.check_balance(&transaction, now).await?;
        self.show(action, &transaction, &quote);
        Ok(transaction)
    }

    /// Refuses what could cost more than was agreed.
    /// All that was signed for this action counts.
    fn check_budget(
        &self,
        order: &Order,
        action: &str,
        transaction: &Transaction,
    ) -> Result<(), CliError> {
        let max_fee = self.args.max_fee(self.settings)?;
        let exposure = Exposure::with(order.record.of_action(action), transaction);
        if exposure.most <= max_fee {
            return Ok(());
        }
        let what = format!(
            "the fees could be up to {}, and the limit is {}",
            ether(exposure.most),
            ether(max_fee)
        );
        let hint = if exposure.numbers > 1 {
            "nothing was sent. Transactions for this were signed before and count: raise --max-fee if \
             you agree, and compare the nodes"
        } else {
            "nothing was sent. Wait until fees are lower, or raise --max-fee"
        };
        Err(CliError::new(Kind::Denied, what).hint(hint))
    }

    async fn check_balance(&self, transaction: &Transaction, now: &Moment) -> Result<(), CliError> {
        let operator = self.settings.operator;
        let has = self.chain.client.balance(operator, now.height).await;
        let has = has.map_err(|error| self.chain.explain("asking for the operator key", &error))?;
        if has >= transaction.most_fee() {
            return Ok(());
        }
        let what = format!(
            "the operator key has {}, and the fee may need {}",
            ether(has),
            ether(transaction.most_fee())
        );
        Err(CliError::new(Kind::Unpaid, what)
            .hint(format!("send some Ether to {}", checksum(operator))))
    }

    fn show(&self, action: &str, transaction: &Transaction, quote: &Quote) {
        terminal::warn(format!(
            "Fee of {action}: about {}, at most {}, paid by {}",
            ether(quote.usual_fee()),
            ether(transaction.most_fee()),
            checksum(self.settings.operator),
        ));
    }

    async fn sign_new(
        &self,
        order: &mut Order,
        wish: &Wish,
        data: Vec<u8>,
        now: &Moment,
    ) -> Result<Sent, CliError> {
        let transaction = self.prepare(order, wish.name(), data, now, None).await?;
        self.agree()?;
        self.sign(order, wish.name(), &transaction)
    }

    async fn replace(
        &self,
        order: &mut Order,
        old: &Sent,
        data: Vec<u8>,
        now: &Moment,
    ) -> Result<Sent, CliError> {
        let action = old.action.clone();
        let transaction = self.prepare(order, &action, data, now, Some(old)).await?;
        self.agree()?;
        self.sign(order, &action, &transaction)
    }

    /// Signs, and writes it down before anybody else sees it.
    fn sign(
        &self,
        order: &mut Order,
        action: &str,
        transaction: &Transaction,
    ) -> Result<Sent, CliError> {
        let key = self.home.operator_key(self.settings)?;
        let signed = transaction.sign(&key);
        let sent = Sent::new(action, self.settings.operator, transaction, Some(&signed));
        order.record.sent.push(sent.clone());
        self.records.save(&order.record)?;
        Ok(sent)
    }

    async fn write(
        &self,
        order: &mut Order,
        wish: &Wish,
        data: Vec<u8>,
        now: &Moment,
        file: &Path,
    ) -> Result<Outcome, CliError> {
        let transaction = self.prepare(order, wish.name(), data, now, None).await?;
        let operator = self.settings.operator;
        offline::write(file, vec![offline::unsigned(wish.name(), operator, &transaction)])?;
        order.record.sent.push(Sent::new(wish.name(), operator, &transaction, None));
        self.records.save(&order.record)?;
        Ok(Outcome::Written(file.to_owned()))
    }

    /// Sends, and waits until a transaction with that number is in a block.
    /// None: the number is used up, and not by one of ours.
    async fn send_and_wait(
        &self,
        order: &Order,
        sent: &Sent,
    ) -> Result<Option<(Hash, Mined)>, CliError> {
        let hashes: Vec<Hash> = order
            .record
            .sent
            .iter()
            .filter(|other| other.nonce == sent.nonce)
            .filter_map(|other| other.hash)
            .collect();
        let Some((hash, raw)) = sent.signed() else {
            return Err(CliError::new(Kind::Bug, "a signed transaction is not in its record"));
        };
        self.send_earlier(sent).await?;
        send_and_wait(self.chain, sent.from, sent.nonce, &hashes, (&raw, hash), self.args.wait)
            .await
    }

    /// Sends what was signed before and waits: a later number is not taken before an earlier one.
    async fn send_earlier(&self, sent: &Sent) -> Result<(), CliError> {
        let Ok(now) = self.chain.client.newest().await else { return Ok(()) };
        let next = self.next_nonce(&now).await?;
        let all = self.records.all()?;
        let earlier = all.iter().flat_map(|record| &record.sent);
        for other in earlier.filter(|other| (next..sent.nonce).contains(&other.nonce)) {
            if let Some((hash, raw)) = other.signed() {
                // One that is in a block already is refused, and that is right.
                drop(self.chain.client.send(&raw, hash).await);
            }
        }
        Ok(())
    }

    /// Gives up when the contract has refused several times.
    fn check_tries(order: &Order, action: &str) -> Result<(), CliError> {
        let numbers: BTreeSet<u64> =
            order.record.of_action(action).map(|sent| sent.nonce).collect();
        if numbers.len() >= MOST_TRIES {
            return Err(CliError::new(Kind::Unavailable, "the contract refused three times")
                .hint("see the state of the order: cryptocart escrow status"));
        }
        Ok(())
    }

    fn agree(&self) -> Result<(), CliError> {
        agree(self.args.yes, "Send it?")
    }
}
