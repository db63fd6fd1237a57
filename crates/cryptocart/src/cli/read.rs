//! `cryptocart read`: the seller's mailbox, opened at home by gpg.
//!
//! The plaintext goes from gpg through a pipe into memory and to the terminal, and into no file. The
//! secret key stays with gpg.

mod csv;
mod json;
mod mailbox;
mod opening;
mod orders;
mod show;

use super::gpg::Gpg;
use crate::{
    error::CliError,
    terminal::{self, many},
};
use clap::{Args, Subcommand};
use opening::Opened;
use orders::Order;
use shop_core::{kind::Kind, order::OrderId};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

#[derive(Debug, Args)]
pub(crate) struct Read {
    /// The mailbox, such as my-shop/mailorders/root; - reads it from standard input.
    mailbox: PathBuf,
    /// Print as JSON: the mails with their letters and data (docs/json.md, docs/order-format.md).
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the orders, oldest first, with the status that their newest mail gives them.
    List,
    /// List the orders whose mails contain all these words: a name, a town, a product, an order
    /// number, an address on the chain. Case does not matter.
    Find {
        /// The words.
        #[arg(required = true)]
        words: Vec<String>,
    },
    /// Show everything about an order: all its letters, oldest first.
    ///
    /// An address that the buyer encrypted is decrypted too.
    Show {
        /// The order's number, such as K7Q2-9FXD.
        order: String,
    },
    /// Write all orders as a table for a spreadsheet, to standard output. It contains names and
    /// addresses: keep the file where your secret key is.
    Export {
        /// Comma-separated values (RFC 4180, UTF-8), a row for each order.
        #[arg(long, required = true)]
        csv: bool,
        /// A row for each item of each order.
        #[arg(long)]
        items: bool,
    },
}

impl Read {
    pub(super) fn run(self) -> Result<(), CliError> {
        let command = self.command.unwrap_or(Command::List);
        if let Command::Export { .. } = command
            && self.json
        {
            return Err(CliError::input("--json and export --csv are two formats")
                .hint("leave out one of them: without export, --json prints all orders"));
        }
        // Before gpg asks for a passphrase.
        let wanted = match &command {
            Command::Show { order } => Some(parse(order)?),
            _ => None,
        };
        let opened = opening::open(&self.mailbox)?;
        for warning in opened.warnings() {
            terminal::warn(format!("warning: {warning}"));
        }
        match &command {
            Command::List if self.json => terminal::json(&json::document(&opened, |_| true)),
            Command::List => show::list(&opened),
            Command::Find { words } => find(&opened, words, self.json)?,
            Command::Show { .. } => show_one(&opened, wanted, self.json)?,
            Command::Export { items, .. } => terminal::raw(&csv::table(&opened.orders, *items)),
        }
        Ok(())
    }
}

/// Letters about one order, oldest first.
pub(super) type Letters = (OrderId, Vec<Zeroizing<String>>);

/// Returns the letters about each order in a mailbox, opened by gpg.
pub(super) fn all_letters(mailbox: &Path) -> Result<Vec<Letters>, CliError> {
    let opened = opening::open(mailbox)?;
    let letters = |order: Order| {
        let bodies = order.mails.iter().map(|mail| Zeroizing::new(mail.letter.body.clone()));
        (order.id, bodies.collect())
    };
    Ok(opened.orders.into_iter().map(letters).collect())
}

/// Escrow statement that the mails of an order name; none if they name two.
pub(super) type Told = (OrderId, Option<Zeroizing<String>>);

/// Returns the escrow statement of each order in a mailbox, opened by gpg.
///
/// It is the one of the data for programs, never one in a letter: a letter has the buyer's words in it,
/// and they can be another statement. An order whose mails name two is left out, with `None`.
pub(super) fn all_statements(mailbox: &Path) -> Result<Vec<Told>, CliError> {
    let opened = opening::open(mailbox)?;
    let statements = |order: &Order| {
        let mut told: Vec<&str> = order.statements().collect();
        told.dedup();
        match told.as_slice() {
            [] => None,
            [one] => Some((order.id, Some(Zeroizing::new((*one).to_owned())))),
            _ => Some((order.id, None)),
        }
    };
    Ok(opened.orders.iter().filter_map(statements).collect())
}

/// Returns the letters about one order in a mailbox, oldest first, opened by gpg.
pub(super) fn letters(mailbox: &Path, id: OrderId) -> Result<Vec<Zeroizing<String>>, CliError> {
    let found = all_letters(mailbox)?.into_iter().find(|(order, _)| *order == id);
    found.map(|(_, letters)| letters).ok_or_else(|| {
        CliError::new(Kind::NotFound, "no mail in this mailbox is about that order")
            .hint("bring new mails home first: cryptocart fetch SERVER")
    })
}

fn find(opened: &Opened, words: &[String], json: bool) -> Result<(), CliError> {
    let words: Vec<String> = words.iter().map(|word| word.to_lowercase()).collect();
    let found: Vec<&Order> = opened.orders.iter().filter(|order| order.has_all(&words)).collect();
    if found.is_empty() {
        return Err(CliError::new(Kind::NotFound, "no order's mails contain that")
            .hint("all words must be in the mails of one order; try fewer"));
    }
    if json {
        terminal::json(&json::document(opened, |order| order.has_all(&words)));
    } else {
        show::table(&found);
    }
    Ok(())
}

fn show_one(opened: &Opened, id: Option<OrderId>, json: bool) -> Result<(), CliError> {
    let order = opened.orders.iter().find(|order| Some(order.id) == id).ok_or_else(|| {
        CliError::new(Kind::NotFound, "no mail in this mailbox is about that order")
            .hint("list the orders: cryptocart read MAILBOX")
    })?;
    if json {
        terminal::json(&json::document(opened, |other| other.id == order.id));
        return Ok(());
    }
    show::letters(order);
    let armored = order.details().and_then(|details| details.encrypted_address.as_deref());
    if let Some(armored) = armored {
        show::address(&Gpg::find()?.decrypt(armored.as_bytes())?);
    }
    Ok(())
}

fn parse(number: &str) -> Result<OrderId, CliError> {
    OrderId::parse(number).ok_or_else(|| {
        CliError::input(format!("{number:?} is not an order number"))
            .hint("order numbers look like K7Q2-9FXD; to search for a word, use find")
    })
}

impl Opened {
    /// Returns what the reader should know of mails that were not opened.
    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.other_key > 0 {
            warnings.push(format!(
                "{} sealed to a key that gpg does not have here, or damaged",
                many(self.other_key, "mail is", "mails are")
            ));
        }
        if self.incomplete > 0 {
            warnings.push(format!(
                "{} incomplete: the shop is writing it, or was stopped while it did. The shop \
                 completes the last mail of its mailbox by itself",
                many(self.incomplete, "mail is", "mails are")
            ));
        }
        if self.newer > 0 {
            warnings.push(format!(
                "{} written by a newer version of cryptocart: only the letter is shown. Upgrade \
                 this program",
                many(self.newer, "mail was", "mails were")
            ));
        }
        warnings
    }
}
