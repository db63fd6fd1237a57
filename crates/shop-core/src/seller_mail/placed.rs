//! The letter about a new order: what to send where, and what is to be paid.

use super::{SellerLetter, SellerMail, data, notices::MailKind};
use crate::{
    bill::{Converted, Row, RowKind, Sign},
    money::RateOrigin,
    order::{Destination, OrderDetails},
};
use std::fmt::Write;

/// Follows the letter about an order whose encrypted address names no recipient.
pub const NAMES_NO_KEY: &str = "
The encrypted address does not say for which key, so the shop could not check that it is yours.
Try to decrypt it before you do anything else. If you cannot, ask the buyer:
  cryptocart orders note NUMBER --note -
";

/// Heading of the escrow statement in the letter.
const ESCROW: &str = "
Escrow statement
The money of this order waits in the escrow contract. `cryptocart escrow` reads this at home.

";

impl SellerMail {
    /// Returns the letter about a new order: what to send where, and what is to be paid.
    #[must_use]
    pub fn placed(&self, receipt: &OrderDetails) -> SellerLetter {
        let mut text = format!("Order {} at {}\n", receipt.order, self.shop);
        if self.demo {
            text.push_str("This is a DEMO order: its payment is simulated.\n");
        }
        let _ = writeln!(text, "Placed:  {}", receipt.placed);
        let _ = writeln!(
            text,
            "Payment: not received yet; another message will tell you when it is.\n"
        );
        text.push_str(&goods(receipt));
        text.push_str(&billed_for(receipt));
        text.push_str(&to_pay(receipt));
        // The buyer's words follow: a buffer that grew from here on would leave copies of them behind.
        text.reserve_exact(room_for_words(receipt));
        text.push_str("\nShip to\n");
        match &receipt.details.destination {
            Destination::ShipTo(to) => {
                for line in to.lines() {
                    let _ = writeln!(text, "  {line}");
                }
            }
            Destination::Sealed(armored) => {
                text.push_str("  (encrypted to your key by the buyer; decrypt this block)\n\n");
                let _ = writeln!(text, "{armored}");
            }
            Destination::NothingToShip => {
                text.push_str("  (nothing to ship: everything is delivered online)\n");
            }
        }
        match &receipt.details.email {
            Some(email) => {
                let _ = writeln!(text, "\nYou can write to the buyer at: {email}");
                text.push_str("A message for you to forward is attached.\n");
            }
            None => text.push_str("\nThe buyer left no email address.\n"),
        }
        if let Some(tag) = &receipt.read_in {
            let _ = writeln!(text, "The buyer's language: {tag}");
        }
        if let Some(note) = &receipt.details.note {
            text.push_str("\nNote from the buyer\n");
            for line in note.lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        if let Some(statement) = &receipt.escrow {
            text.push_str(ESCROW);
            text.push_str(statement.as_str());
        }
        SellerLetter {
            subject: self.subject(MailKind::NewOrder, receipt.order),
            body: text,
            json: data::new_order(self, receipt),
        }
    }
}

fn goods(receipt: &OrderDetails) -> String {
    let mut text = String::from("Items\n");
    for line in receipt.bill.lines() {
        let option = line.option.as_ref().map(|o| format!(" ({o})")).unwrap_or_default();
        let sku = line.sku.as_ref().map(|sku| format!(" [{sku}]")).unwrap_or_default();
        let how = if line.digital.is_some() { "  (delivered online)" } else { "" };
        let _ = writeln!(
            text,
            "  {} x {}{option}{sku}  at {}  = {}{how}",
            line.quantity, line.name, line.each, line.total
        );
    }
    text.push('\n');
    text.push_str(&sums(&receipt.bill.rows()));
    text.push_str(&receipt.bill.converted().map(exchange).unwrap_or_default());
    text
}

/// Returns the lines about a total that was converted.
fn exchange(converted: &Converted) -> String {
    let rate = converted.rate();
    let from = match rate.origin() {
        RateOrigin::Sources(names) => format!("from {}", names.join(", ")),
        RateOrigin::ByHand => "set by you".to_owned(),
        RateOrigin::MadeUp => "made up for a demo".to_owned(),
    };
    let hour = rate.hour();
    let total = converted.total();
    format!("\nConverted\n  Total: {total}\n  Rate:  {rate}, {from}\n  Of:    {hour}\n")
}

/// Returns the rows of a bill, their amounts aligned at the decimal point.
fn sums(rows: &[Row]) -> String {
    let cells: Vec<[String; 3]> = rows
        .iter()
        .map(|row| {
            let decimal = match row.kind.sign() {
                Sign::Minus => format!("-{}", row.amount.decimal()),
                Sign::Plus | Sign::Says => row.amount.decimal(),
            };
            let point = decimal.find('.').unwrap_or(decimal.len());
            let (whole, fraction) = decimal.split_at(point);
            [title(row), whole.to_owned(), fraction.to_owned()]
        })
        .collect();
    let width = |cell: usize| {
        let widths = cells.iter().filter_map(|row| row.get(cell)).map(|c| c.chars().count());
        widths.max().unwrap_or(0)
    };
    let titles = width(0);
    let wholes = width(1);
    let fractions = width(2);
    let mut text = String::new();
    for (row, [title, whole, fraction]) in rows.iter().zip(&cells) {
        let _ = match row.kind {
            RowKind::ShippingIncluded | RowKind::FreeShipping => writeln!(text, "  {title}"),
            _ => writeln!(
                text,
                "  {title:<titles$}  {whole:>wholes$}{fraction:<fractions$} {}",
                row.amount.unit()
            ),
        };
    }
    text
}

fn title(row: &Row) -> String {
    let percent = row.percent.map(|percent| format!(" {percent} %")).unwrap_or_default();
    match row.kind {
        RowKind::Subtotal => "Goods".into(),
        RowKind::Discount if percent.is_empty() => format!("Discount {}", row.label),
        RowKind::Discount => format!("Discount {} ({})", row.label, percent.trim_start()),
        RowKind::FreeShipping => format!("Discount {}: free shipping", row.label),
        RowKind::Shipping => format!("Shipping: {}", row.label),
        RowKind::ShippingIncluded => "Shipping is included.".into(),
        RowKind::TaxAdded => format!("{}{percent}", row.label),
        RowKind::TaxIncluded => format!("{}{percent}, in the total", row.label),
        RowKind::Rounding => "Rounding".into(),
        RowKind::Total => "Total".into(),
    }
}

/// Returns a line about the place the bill was reckoned with.
/// The address may name another one, or be for the seller's eyes alone.
fn billed_for(receipt: &OrderDetails) -> String {
    let Some(place) = receipt.billed else { return String::new() };
    let country = place.country().name("en");
    let region = place.region().map(|region| format!(", {}", region.name("en")));
    let mut text =
        format!("\nBilled for: {country}{} ({})\n", region.unwrap_or_default(), place.code());
    if matches!(receipt.details.destination, Destination::Sealed(_)) {
        text.push_str("  Check that the encrypted address is in this place.\n");
    }
    text
}

fn to_pay(receipt: &OrderDetails) -> String {
    let mut text = String::from("\nPayment\n");
    let _ = writeln!(text, "  Amount: {}", receipt.due);
    let _ = writeln!(text, "  To:     {}", receipt.pay_to.as_str());
    let _ = writeln!(text, "  Until:  {}", receipt.expires);
    if Some(receipt.due) != receipt.bill.to_pay() {
        text.push_str("  This is the total plus a tiny amount that identifies the order.\n");
    }
    text
}

/// Returns the bytes a letter may take for the buyer's words and all around them.
/// A note about an encrypted address is included.
pub(crate) fn room_for_words(receipt: &OrderDetails) -> usize {
    let OrderDetails { details: draft, read_in, escrow, .. } = receipt;
    let tag = read_in.as_ref().map_or(0, String::len);
    // Each line is indented by two, and an address adds up to ten lines and signs of its own.
    let escrow = escrow.as_ref().map_or(0, |escrow| ESCROW.len() + escrow.as_str().len());
    draft.len() + 2 * (draft.line_ends() + 10) + tag + NAMES_NO_KEY.len() + escrow + 512
}
