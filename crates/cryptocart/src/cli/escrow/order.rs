//! An order at home: its statement, checked against the home's keys.

use super::{
    policy::{Breach, Field},
    records::{Record, Records},
    settings::Settings,
};
use crate::{
    cli::read, config::plan::NodeUrl, error::CliError, escrow::sending::ether, files, terminal,
};
use clap::Args;
use shop_chain::ethereum::escrow::{PINNED, checksum, recompute};
use shop_core::{
    escrow::{Account, Statement},
    kind::Kind,
    order::OrderId,
};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The order that a command is about.
#[derive(Args, Clone, Debug)]
pub(super) struct OrderArgs {
    /// The order's number, such as K7Q2-9FXD.
    order: String,
    /// Take the escrow statement from this file, instead of the mailbox.
    #[arg(long, value_name = "FILE", conflicts_with = "mailbox")]
    statement: Option<PathBuf>,
    /// Take the escrow statement from this mailbox; gpg opens it [default: that of escrow.toml].
    #[arg(long, value_name = "FILE")]
    mailbox: Option<PathBuf>,
}

/// An order that is open for a command.
pub(super) struct Order {
    pub(super) record: Record,
    pub(super) statement: Statement,
}

impl OrderArgs {
    /// Returns the order's number.
    pub(super) fn id(&self) -> Result<OrderId, CliError> {
        parse_id(&self.order)
    }

    /// Returns the mailbox that was named.
    pub(super) fn mailbox(&self) -> Option<&Path> {
        self.mailbox.as_deref()
    }

    /// Opens an order: the home's own record, or else the statement that is named.
    pub(super) fn open(
        &self,
        records: &Records<'_>,
        settings: &Settings,
    ) -> Result<Order, CliError> {
        let id = self.id()?;
        let record = match (records.load(id)?, &self.statement) {
            (Some(record), None) => record,
            (Some(record), Some(file)) => {
                let named = parse(&read_statement(file)?, id)?;
                if named.id != parse(&record.statement, id)?.id {
                    let what = "this home knows another statement of that order";
                    return Err(CliError::new(Kind::Denied, what).hint(
                        "somebody may have changed one of them: compare the file with the mail",
                    ));
                }
                record
            }
            (None, Some(file)) => Record::new(id, read_statement(file)?.to_string(), 0),
            (None, None) => Record::new(id, self.find_in_mailbox(id, settings)?, 0),
        };
        Order::from_record(record, settings)
    }

    fn find_in_mailbox(&self, id: OrderId, settings: &Settings) -> Result<String, CliError> {
        let Some(mailbox) = self.mailbox.as_ref().or(settings.mailbox.as_ref()) else {
            return Err(CliError::input("the order is new here, and no mailbox is named").hint(
                "name it in escrow.toml or with --mailbox FILE, or name its statement: --statement FILE",
            ));
        };
        let told = read::all_statements(mailbox)?.into_iter().find(|(order, _)| *order == id);
        match told {
            Some((_, Some(text))) => return Ok(text.to_string()),
            Some((_, None)) => {
                let what = "the mails of that order name two escrow statements";
                return Err(CliError::new(Kind::Denied, what)
                    .hint("anybody can write a mail to your key: name the file that the shop wrote first, with --statement FILE"));
            }
            None => {}
        }
        Err(CliError::new(Kind::NotFound, "no mail of that order has an escrow statement").hint(
            "was it paid without escrow? If its mail is newer, fetch it first: cryptocart fetch SERVER",
        ))
    }
}

impl Order {
    /// Opens the order of a record, which must be this seller's.
    pub(super) fn from_record(mut record: Record, settings: &Settings) -> Result<Self, CliError> {
        let statement = parse(&record.statement, record.order)?;
        check(&statement, settings)?;
        // Kept with the order: an attestor that is not chosen any more still watches its parcel.
        for account in statement.attestors.accounts() {
            if let Some(url) = settings.attestors.get(account) {
                record.places.insert(*account, url.name());
            }
        }
        Ok(Self { record, statement })
    }

    /// Returns the place of an attestor: that of the settings, or the one that was known before.
    pub(super) fn place(&self, account: Account, settings: &Settings) -> Option<NodeUrl> {
        let known = || NodeUrl::parse(self.record.places.get(&account)?).ok();
        settings.attestors.get(&account).cloned().or_else(known)
    }

    /// Refuses terms that the seller does not accept, but for the fields that are named.
    /// Terms that were accepted once, or shipped, are not asked about again.
    pub(super) fn accept(
        &mut self,
        settings: &Settings,
        accepted: &[Field],
    ) -> Result<(), CliError> {
        let is_shipped =
            !self.record.registered.is_empty() || self.record.of_action("ship").next().is_some();
        if is_shipped {
            return Ok(());
        }
        self.record.accepted.extend(accepted);
        let found = settings.accept.breaches(&self.statement, &settings.attestors);
        let is_refused = |breach: &&Breach| !self.record.accepted.contains(&breach.field);
        let refused: Vec<&Breach> = found.iter().filter(is_refused).collect();
        let Some(first) = refused.first() else {
            for breach in &found {
                terminal::warn(format!("accepted all the same: {breach}"));
            }
            return Ok(());
        };
        let all = refused.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        Err(CliError::new(Kind::Denied, format!("escrow.toml does not accept these terms. {all}"))
            .hint(format!(
                "do not send the parcel if you did not choose this: the shop's server may be in \
                 somebody else's hands. If you did, set it under [accept] or [attestors] in \
                 escrow.toml, or repeat the command with --accept {}",
                first.field
            )))
    }
}

/// Takes the orders of a mailbox that this home does not know yet. Returns how many.
///
/// An order whose statement is not this seller's is left out, and told.
pub(super) fn take_new(
    mailbox: &Path,
    records: &Records<'_>,
    settings: &Settings,
    accepted: &[Field],
) -> Result<usize, CliError> {
    let mut count = 0;
    for (id, text) in read::all_statements(mailbox)? {
        if records.load(id)?.is_some() {
            continue;
        }
        let Some(text) = text else {
            terminal::warn(format!("warning: {id} is not taken: its mails name two statements"));
            continue;
        };
        let order = Order::from_record(Record::new(id, text.to_string(), 0), settings);
        let order = order.and_then(|mut order| {
            order.accept(settings, accepted)?;
            Ok(order)
        });
        match order {
            Ok(order) => {
                records.save(&order.record)?;
                count += 1;
            }
            Err(error) => {
                terminal::warn(format!("warning: {id} is not taken: {}", error.what()));
                if let Some(hint) = error.hint_text() {
                    terminal::warn(format!("  {hint}"));
                }
            }
        }
    }
    Ok(count)
}

/// Reads an order number.
pub(super) fn parse_id(text: &str) -> Result<OrderId, CliError> {
    OrderId::parse(text).ok_or_else(|| {
        CliError::input(format!("{text:?} is not an order number"))
            .hint("order numbers look like K7Q2-9FXD")
    })
}

/// Says that this home does not know an order.
pub(super) fn not_here(id: OrderId) -> CliError {
    CliError::new(Kind::NotFound, format!("this home does not know {id}"))
        .hint("an order comes here with cryptocart escrow ship or refund")
}

/// Returns the newest letters about an order that may have a release secret.
pub(super) fn letters(
    mailbox: Option<&Path>,
    settings: &Settings,
    id: OrderId,
) -> Result<Vec<Zeroizing<String>>, CliError> {
    read::letters(named_mailbox(mailbox, settings)?, id)
}

/// Returns the mailbox that was named, here or in the settings.
pub(super) fn named_mailbox<'a>(
    mailbox: Option<&'a Path>,
    settings: &'a Settings,
) -> Result<&'a Path, CliError> {
    mailbox.or(settings.mailbox.as_deref()).ok_or_else(|| {
        CliError::input("no mailbox is named").hint("name it in escrow.toml or with --mailbox FILE")
    })
}

fn read_statement(file: &Path) -> Result<Zeroizing<String>, CliError> {
    files::read_text(file, Statement::LONGEST_TEXT as u64).map(Zeroizing::new)
}

fn parse(text: &str, id: OrderId) -> Result<Statement, CliError> {
    let parsed = Statement::parse_any(text).map_err(|error| {
        CliError::input(format!("the escrow statement of {id}: {error}"))
            .hint("copy it again, whole, from the order's mail")
    })?;
    Ok(parsed.statement)
}

/// Refuses an order that is not this seller's, or whose money would go to somebody else.
fn check(statement: &Statement, settings: &Settings) -> Result<(), CliError> {
    let terms = &statement.terms;
    let found = recompute(statement);
    let wrong = |what: String| {
        CliError::new(Kind::Denied, what).hint(
            "do not send the parcel. The shop's server may be in somebody else's hands: compare its \
             shop.toml with this home's escrow.toml",
        )
    };
    if found.id != statement.id || found.vault != statement.vault {
        return Err(wrong("the statement contradicts itself: somebody changed it".into()));
    }
    if statement.contract != PINNED.contract {
        let contract = checksum(statement.contract);
        return Err(wrong(format!("the contract {contract} is not the one of this program")));
    }
    if found.attestors != terms.attestors {
        return Err(wrong("the statement names other attestors than its terms".into()));
    }
    if found.order.is_some_and(|order| order != terms.order) {
        return Err(wrong("the goods of the statement are not those of its terms".into()));
    }
    if terms.operator != settings.operator {
        let operator = checksum(terms.operator);
        return Err(wrong(format!("the order's operator key is {operator}, not this home's")));
    }
    if found.payout_signer != Some(settings.shop_key) {
        let seller = checksum(terms.seller);
        return Err(wrong(format!(
            "your shop key did not sign the payout address {seller}: the money would go to \
             somebody else"
        )));
    }
    if terms.chain_id != settings.chain_id {
        let what =
            format!("the order is paid on chain {}, not {}", terms.chain_id, settings.chain_id);
        return Err(CliError::misconfigured(what).hint("check chain_id in escrow.toml"));
    }
    if let Some(reason) = terms.void_reasons().first() {
        return Err(wrong(format!("the terms are void, so that you can never be paid: {reason}")));
    }
    Ok(())
}

/// Returns the price in words.
pub(super) fn price(statement: &Statement, units: u128) -> String {
    match statement.terms.token {
        None => ether(units),
        Some(token) => format!("{units} smallest units of the token {}", checksum(token)),
    }
}
