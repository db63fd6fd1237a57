//! Words of the seller about an order, sealed to its buyer.

use super::{Event, Said, parse, unknown};
use crate::{
    cli::database,
    error::{CliError, Context, IoContext},
    runtime::block_on,
    terminal,
};
use shop_core::{entropy::Entropy, order_status::EventKind, stock::ReservationStatus, text};
use shop_db::{EventError, OrderSummary};
use shop_seal::BuyerInbox;
use std::io::Read;
use zeroize::Zeroizing;

/// The longest note, in characters.
const LONGEST: usize = 1_000;
/// The longest note, in bytes as they are read.
const MOST_BYTES: u64 = 64 * 1024;

pub(super) fn run(event: &Event, kind: EventKind, entropy: &dyn Entropy) -> Result<(), CliError> {
    let Event { said: Said { order, note, dir }, force } = event;
    let dir = dir.shop();
    let id = parse(&dir, order)?;
    let words = note.as_deref().map(words).transpose()?;
    if kind == EventKind::Note && words.is_none() {
        return Err(CliError::input("a note needs some text").hint("add --note TEXT, or --note -"));
    }
    let db = database(&dir)?.ok_or_else(|| unknown(&dir, id))?;
    let reservation_status = block_on(async {
        let orders = db.orders().await.context(|| "reading the orders".into())?;
        let order = orders.into_iter().find(|order| order.id == id);
        let order = order.ok_or_else(|| unknown(&dir, id))?;
        let letter = words.map(|words| seal(&order, &words, entropy));
        let added = if *force {
            db.force_event(id, kind, letter).await
        } else {
            db.add_event(id, kind, letter).await
        };
        db.close().await;
        match added {
            Err(EventError::Unseen) => Err(CliError::input(format!(
                "order {id} has no payment yet, so it is not marked as {}",
                kind.word()
            ))
            .hint("check the order number; if it was paid another way, add --force")),
            Err(EventError::NothingOver) => {
                Err(CliError::input(format!("order {id} was not overpaid"))
                    .hint("leave out --difference if you have refunded all of it"))
            }
            added => added.context(|| format!("marking order {id}")),
        }?;
        Ok(order.facts.reservation_status)
    })?;
    terminal::line(match kind {
        EventKind::Note => format!("The buyer of order {id} can read your note on the order page."),
        EventKind::Difference => {
            format!("The buyer of order {id} can see that the difference was refunded.")
        }
        kind => format!("Order {id} is marked as {}; the buyer can see it.", kind.word()),
    });
    if kind == EventKind::Refunded && reservation_status == ReservationStatus::Allocated {
        terminal::line(
            "Its goods are not put back in stock automatically. If you still have them, set the \
             count:",
        );
        terminal::line(format!("  {}", dir.command("stock set KEY COUNT")));
    }
    Ok(())
}

/// Returns the note, made safe to show. Its words are in no error.
fn words(note: &str) -> Result<Zeroizing<String>, CliError> {
    let mut read = Zeroizing::new(String::new());
    if note == "-" {
        std::io::stdin()
            .take(MOST_BYTES)
            .read_to_string(&mut read)
            .io_context(|| "reading the note from standard input".into())?;
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
            .hint(format!("the limit is {LONGEST}; send the rest as a second note"))),
    }
}

fn seal(order: &OrderSummary, words: &str, entropy: &dyn Entropy) -> Vec<u8> {
    BuyerInbox::from_public(order.inbox_key).seal(order.id, words.as_bytes(), entropy)
}
