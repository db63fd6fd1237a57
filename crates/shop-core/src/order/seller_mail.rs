//! The letters the seller reads, in English. Plain text; sealing and MIME are shop-seal's.

mod buyer_says;

use super::{Destination, OrderDetails, OrderId};
use crate::{
    bill::{Row, RowKind, Sign},
    invoice::{Invoice, NotCounted, SellerNotice, State},
    time::CoarseTime,
    view::Transfer,
};
use std::fmt::Write;

/// The letters of one shop.
#[derive(Clone, Debug)]
pub struct SellerMail {
    /// The shop's name, one line.
    pub shop: String,
    /// True if payments are simulated.
    pub demo: bool,
}

impl SellerMail {
    /// Returns the subject of the letter about a new order.
    #[must_use]
    pub fn placed_subject(&self, receipt: &OrderDetails) -> String {
        format!("{}New order {}", self.mark(), receipt.order)
    }

    /// Returns the letter about a new order: what to send where, and what is to be paid.
    #[must_use]
    pub fn placed(&self, receipt: &OrderDetails) -> String {
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
        text
    }

    /// Returns the subject and letter about a change of an order's payment.
    #[must_use]
    pub fn news(
        &self,
        order: OrderId,
        news: SellerNotice,
        invoice: &Invoice,
        transfers: &[Transfer],
        today: CoarseTime,
    ) -> (String, String) {
        let mark = self.mark();
        let subject = match news {
            SellerNotice::Paid if matches!(invoice.state(), State::Late { .. }) => {
                format!("{mark}Order {order} is paid, but LATE")
            }
            SellerNotice::Paid => format!("{mark}Order {order} is paid"),
            SellerNotice::OutOfStock => format!("{mark}Order {order} is paid, but SOLD OUT"),
            SellerNotice::BackInStock => format!("{mark}Order {order}: back in stock"),
            SellerNotice::CodesMissing => {
                format!("{mark}Order {order} is paid, but CODES are missing")
            }
            SellerNotice::Reconfirming => format!("{mark}Order {order}: WAIT, the payment moved"),
            SellerNotice::Reversed => format!("{mark}Order {order}: payment REVERSED"),
            SellerNotice::Short => format!("{mark}Order {order} is UNDERPAID"),
            SellerNotice::ToReview => {
                format!("{mark}Order {order}: REVIEW a payment its buyer claims")
            }
            SellerNotice::ToRelease => {
                format!("{mark}Order {order} is paid; RELEASE its downloads")
            }
            SellerNotice::NotCounted(_) => {
                format!("{mark}Order {order}: the payment you accepted does NOT count")
            }
        };
        let mut text = format!("Order {order} at {}\n{today}\n\n", self.shop);
        if news == SellerNotice::ToReview {
            text.push_str("The buyer claims a payment whose amount does not match the order.\n");
        } else if let SellerNotice::NotCounted(why) = news {
            let _ = writeln!(text, "The payment you accepted for this order {}.", not_counted(why));
        } else {
            text.push_str(&payment(invoice));
        }
        text.push_str(what_to_do(news));
        let _ = writeln!(text, "Due:  {}\nAt:   {}\n", invoice.due(), invoice.pay_to().as_str());
        if let SellerNotice::NotCounted(_) = news {
            for transfer in transfers {
                let _ = writeln!(text, "  {}", transfer.id.0);
            }
            return (subject, text);
        }
        for transfer in transfers {
            let block = transfer.block.map_or_else(
                || "not in a block yet".to_owned(),
                |block| format!("block {}", block.height.0),
            );
            let _ = writeln!(text, "  {}  {}\n    {}", transfer.amount, block, transfer.id.0);
        }
        (subject, text)
    }

    fn mark(&self) -> &'static str {
        if self.demo { "[demo] " } else { "" }
    }
}

/// Follows the letter about an order whose encrypted address names no recipient.
pub const NAMES_NO_KEY: &str = "
The encrypted address does not say for which key, so the shop could not check that it is yours.
Try to decrypt it before you do anything else. If you cannot, ask the buyer:
  cryptocart orders note NUMBER --note -
";

/// Returns the state of the payment in words.
fn payment(invoice: &Invoice) -> String {
    match invoice.state() {
        State::Settled { paid } => format!("Paid in full: {paid}.\n"),
        State::Overpaid { paid } => format!(
            "Paid: {paid}, which is {} too much. You may want to refund the difference.\n",
            invoice.excess(paid)
        ),
        State::Late { paid } => format!(
            "Paid: {paid}, but late: the offer had ended, or the buyer had cancelled (cryptocart \
             orders shows which). You decide: send the goods, or refund the money. Marking the \
             order as sent also releases its downloads and codes.\n"
        ),
        State::Confirming { paid, have } => format!(
            "A chain reorganisation moved the payment of {paid} to a later block. It now has {} \
             of the {} confirmations it needs.\n",
            have.0,
            invoice.needs().0
        ),
        State::Reversed { lost } => format!(
            "The payment of {lost} is no longer on the chain (after a reorganisation or a double \
             spend).\n"
        ),
        State::Underpaid { paid } => {
            format!("Paid: {paid}, which is {} too little.\n", invoice.missing())
        }
        other => format!("State: {}.\n", other.word()),
    }
}

/// Says for which reason an accepted payment does not count, as the end of a sentence.
#[must_use]
pub const fn not_counted(why: NotCounted) -> &'static str {
    match why {
        NotCounted::Elsewhere => "counts for another order",
        NotCounted::Failed => "failed on the chain",
        NotCounted::NotOurs => "went elsewhere: the order's address received nothing from it",
        NotCounted::Unknown => "was not found on the chain",
    }
}

/// Says how the seller can answer it, in addition to what the payment says.
const fn what_to_do(news: SellerNotice) -> &'static str {
    match news {
        SellerNotice::Paid => "",
        SellerNotice::OutOfStock => {
            "The last of the goods went to orders that were paid earlier. Do NOT send anything: \
             refund the money, then run\n  cryptocart orders refunded NUMBER\nUntil you do, new \
             stock goes to this order, and another message will tell you.\n"
        }
        SellerNotice::BackInStock => {
            "Its goods were sold out when it was paid. They are back in stock now, and set aside \
             for this order.\nSend them, unless you have refunded the money.\n"
        }
        SellerNotice::CodesMissing => {
            "There are not enough codes for this order: the list has run out, or the product was \
             renamed in catalog.json, removed, or no longer uses a list. Add codes to the list in \
             digital/, or restore the product, and run\n  cryptocart catalog reload\nThe order \
             then gets its codes, and the buyer sees them. Or refund the money.\n"
        }
        SellerNotice::Reconfirming => {
            "Wait: another message will tell you when it is paid again, or lost.\n"
        }
        SellerNotice::Reversed => {
            "Do NOT send the goods or a refund. If the payment comes back, another message will \
             tell you.\n"
        }
        SellerNotice::Short => {
            "The offer has ended, or the goods were sold to others. Do NOT send anything. Refund \
             the money, then run\n  cryptocart orders refunded NUMBER\nor ask the buyer for the \
             rest with\n  cryptocart orders note NUMBER --note -\nIf the rest arrives, another \
             message will tell you. Until then the order is listed by\n  cryptocart orders \
             refunds\n"
        }
        SellerNotice::ToReview => {
            "The address of this order received the payment below, but the amount is not the one \
             due. It may be this buyer's (an exchange may have changed the amount), or anyone's: \
             everyone who reads the chain could claim it. If you can, ask for something only the \
             sender knows, and compare it with payments you expect from others. Then run one of\n  \
             cryptocart orders accept NUMBER\n  cryptocart orders reject NUMBER\nUntil you do, \
             the order waits, and its record is kept.\n"
        }
        SellerNotice::NotCounted(_) => {
            "It does not pay for the order, and nothing was released; the buyer can see why. \
             Check that the transaction id below is the one you meant. To accept another payment, \
             run\n  cryptocart orders accept NUMBER --payment TXID\n"
        }
        SellerNotice::ToRelease => {
            "Only one remote node has reported this payment, and a single node can lie. Check the \
             payment elsewhere: in your wallet, or in a block explorer through Tor Browser. If it \
             is there, run\n  cryptocart orders accept NUMBER\nThe buyer then gets the files and \
             codes. With a second node in shop.toml, or one of your own, nobody has to wait.\n"
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
    text
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
                row.amount.asset()
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
    if receipt.due != receipt.bill.total() {
        text.push_str("  This is the total plus a tiny amount that identifies the order.\n");
    }
    text
}

/// Returns the bytes a letter may take for the buyer's words and all around them.
/// A note about an encrypted address is included.
pub(super) fn room_for_words(receipt: &OrderDetails) -> usize {
    let OrderDetails { details: draft, read_in, .. } = receipt;
    let tag = read_in.as_ref().map_or(0, String::len);
    // Each line is indented by two, and an address adds up to ten lines and signs of its own.
    draft.len() + 2 * (draft.line_ends() + 10) + tag + NAMES_NO_KEY.len() + 512
}
