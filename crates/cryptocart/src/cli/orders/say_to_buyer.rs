//! What the seller says about an order, sealed to its buyer.

use crate::{
    cli::{block_on, database},
    error::{CliError, While, WhileIo},
    say,
    shop_dir::ShopDir,
    system::SystemEntropy,
};
use shop_core::{kind::Kind, order::OrderId, text};
use shop_db::{EventKind, OrderSummary};
use shop_seal::LetterSlot;
use std::io::Read;
use zeroize::Zeroizing;

/// The longest note, in characters.
const LONGEST: usize = 1_000;
/// The longest note, in bytes as they are read.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) fn run(
    dir: &ShopDir,
    number: &str,
    kind: EventKind,
    note: Option<&str>,
) -> Result<(), CliError> {
    let id = OrderId::parse(number).ok_or_else(|| {
        CliError::input(format!("{number:?} is no order number"))
            .hint("it looks like K7Q2-9FXD; cryptocart orders lists them")
    })?;
    let words = note.map(words).transpose()?;
    if kind == EventKind::Note && words.is_none() {
        return Err(CliError::input("a note without words").hint("add --note TEXT, or --note -"));
    }
    let unknown = || {
        CliError::new(Kind::NotFound, format!("there is no order {id}"))
            .hint("cryptocart orders lists them")
    };
    let db = database(dir)?.ok_or_else(unknown)?;
    block_on(async {
        let orders = db.orders().await.doing(|| "reading the orders".into())?;
        let order = orders.into_iter().find(|order| order.id == id).ok_or_else(unknown)?;
        let letter = words.map(|words| seal(&order, &words)).transpose()?;
        let added = db.add_event(id, kind, letter).await;
        db.close().await;
        added.doing(|| format!("marking order {id}"))
    })?;
    say::line(match kind {
        EventKind::Note => format!("The buyer of order {id} reads your note on the order page."),
        kind => format!("Order {id} is marked as {}; its buyer sees it.", kind.word()),
    });
    Ok(())
}

/// The note, made safe to show. What it says is in no error.
fn words(note: &str) -> Result<Zeroizing<String>, CliError> {
    let mut read = Zeroizing::new(String::new());
    if note == "-" {
        std::io::stdin()
            .take(MOST_BYTES)
            .read_to_string(&mut read)
            .doing_io(|| "reading the note from standard input".into())?;
    } else {
        read.push_str(note);
    }
    let clean = Zeroizing::new(text::block(&read));
    if clean.trim().is_empty() {
        return Err(CliError::input("the note is empty"));
    }
    match clean.chars().count() {
        0..=LONGEST => Ok(clean),
        long => Err(CliError::input(format!("the note has {long} characters"))
            .hint(format!("at most {LONGEST} fit; send the rest as a second note"))),
    }
}

fn seal(order: &OrderSummary, words: &str) -> Result<Vec<u8>, CliError> {
    let key = order.letter_key.ok_or_else(|| {
        let what = format!("order {} is older than letters to buyers", order.id);
        CliError::input(what).hint("leave --note out: its buyer sees the mark alone")
    })?;
    Ok(LetterSlot::from_public(key).seal(order.id, words.as_bytes(), &SystemEntropy))
}
