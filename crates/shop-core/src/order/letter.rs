//! The letters the seller reads, in English. Plain text; sealing and MIME are shop-seal's.

mod buyer_says;

use super::{Destination, OrderId, Receipt};
use crate::{
    bill::{Row, RowKind, Sign},
    invoice::{Invoice, News, NotCounted, State},
    time::CoarseTime,
    view::Transfer,
};
use std::fmt::Write;

/// The letters of one shop.
#[derive(Clone, Debug)]
pub struct Letters {
    /// The shop's name, one line.
    pub shop: String,
    /// Whether payments are simulated.
    pub demo: bool,
}

impl Letters {
    /// Subject of the letter about a new order.
    #[must_use]
    pub fn placed_subject(&self, receipt: &Receipt) -> String {
        format!("{}New order {}", self.mark(), receipt.order)
    }

    /// The letter about a new order: what to send where, and what is to be paid.
    #[must_use]
    pub fn placed(&self, receipt: &Receipt) -> String {
        let mut text = format!("Order {} at {}\n", receipt.order, self.shop);
        if self.demo {
            text.push_str("This is a DEMO order: its payment is simulated.\n");
        }
        let _ = writeln!(text, "Placed:  {}", receipt.placed);
        let _ = writeln!(text, "Payment: not seen yet; a further message says when it is.\n");
        text.push_str(&goods(receipt));
        text.push_str(&billed_for(receipt));
        text.push_str(&to_pay(receipt));
        // The buyer's words follow: a buffer that grew from here on would leave copies of them behind.
        text.reserve_exact(room_for_words(receipt));
        text.push_str("\nShip to\n");
        match &receipt.draft.destination {
            Destination::ShipTo(to) => {
                for line in to.lines() {
                    let _ = writeln!(text, "  {line}");
                }
            }
            Destination::Sealed(armored) => {
                text.push_str("  (the buyer encrypted it to your key; decrypt this block)\n\n");
                let _ = writeln!(text, "{armored}");
            }
            Destination::Nowhere => text.push_str("  (nothing: all of it is handed out online)\n"),
        }
        match &receipt.draft.email {
            Some(email) => {
                let _ = writeln!(text, "\nThe buyer may be written to: {email}");
                text.push_str("A message to relay by hand is attached.\n");
            }
            None => text.push_str("\nThe buyer gave no email to be written to.\n"),
        }
        if let Some(tag) = &receipt.read_in {
            let _ = writeln!(text, "The buyer reads the shop in: {tag}");
        }
        if let Some(note) = &receipt.draft.note {
            text.push_str("\nNote from the buyer\n");
            for line in note.lines() {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }

    /// Subject and letter about a change of an order's payment.
    #[must_use]
    pub fn news(
        &self,
        order: OrderId,
        news: News,
        invoice: &Invoice,
        transfers: &[Transfer],
        today: CoarseTime,
    ) -> (String, String) {
        let mark = self.mark();
        let subject = match news {
            News::Paid if matches!(invoice.state(), State::Late { .. }) => {
                format!("{mark}Order {order} is paid, but LATE")
            }
            News::Paid => format!("{mark}Order {order} is paid"),
            News::Missed => format!("{mark}Order {order} is paid, but its goods are GONE"),
            News::Served => format!("{mark}Order {order}: the goods are back"),
            News::CodesMissing => format!("{mark}Order {order} is paid, but CODES are missing"),
            News::Shallow => format!("{mark}Order {order}: WAIT, the payment moved"),
            News::Reversed => format!("{mark}Order {order}: payment REVERSED"),
            News::Short => format!("{mark}Order {order}: too LITTLE was paid"),
            News::ToReview => format!("{mark}Order {order}: LOOK at a payment its buyer names"),
            News::ToRelease => format!("{mark}Order {order} is paid; its downloads WAIT for you"),
            News::NotCounted(_) => {
                format!("{mark}Order {order}: the payment you accepted does NOT count")
            }
        };
        let mut text = format!("Order {order} at {}\n{today}\n\n", self.shop);
        if news == News::ToReview {
            text.push_str(
                "Its buyer names a payment that does not name the order by its amount.\n",
            );
        } else if let News::NotCounted(why) = news {
            let _ = writeln!(text, "The payment that you accepted for it {}.", not_counted(why));
        } else {
            text.push_str(&payment(invoice));
        }
        text.push_str(what_to_do(news));
        let _ = writeln!(text, "Due:  {}\nAt:   {}\n", invoice.due(), invoice.pay_to().as_str());
        if let News::NotCounted(_) = news {
            for transfer in transfers {
                let _ = writeln!(text, "  {}", transfer.id.0);
            }
            return (subject, text);
        }
        for transfer in transfers {
            let block = transfer.block.map_or_else(
                || "in no block".to_owned(),
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
The encrypted address names no key, so the shop could not tell if it is encrypted to yours.
Decrypt it before you do anything else. If your key does not open it, ask the buyer:
  cryptocart orders note NUMBER --note -
";

/// Where the payment stands.
fn payment(invoice: &Invoice) -> String {
    match invoice.state() {
        State::Settled { paid } => format!("Paid in full: {paid}.\n"),
        State::Over { paid } => format!(
            "Paid: {paid}, which is {} too much. You may want to return the difference.\n",
            invoice.excess(paid)
        ),
        State::Late { paid } => format!(
            "Paid: {paid}, but late: the offer had ended, or its buyer had cancelled (cryptocart \
             orders says which). Send the goods or the money back: you decide. To mark it as sent \
             also opens files and codes that were bought.\n"
        ),
        State::Confirming { paid, have } => format!(
            "A reorganisation has moved the payment of {paid} into a later block. It has {} of \
             the {} confirmations it needs.\n",
            have.0,
            invoice.needs().0
        ),
        State::Reversed { lost } => format!(
            "The chain has taken the payment of {lost} back (a reorganisation or a double \
             spend).\n"
        ),
        State::Short { paid } => {
            format!("Paid: {paid}, which is {} too little.\n", invoice.missing())
        }
        other => format!("State: {}.\n", other.word()),
    }
}

/// Returns why an accepted payment does not count, as the end of a sentence.
#[must_use]
pub const fn not_counted(why: NotCounted) -> &'static str {
    match why {
        NotCounted::Elsewhere => "counts for another order",
        NotCounted::Failed => "failed: the chain did not carry it out",
        NotCounted::NotOurs => "pays somebody else: nothing of it came to the order's address",
        NotCounted::Unknown => "could not be found on the chain",
    }
}

/// What the seller does about it, beside what the payment says.
const fn what_to_do(news: News) -> &'static str {
    match news {
        News::Paid => "",
        News::Missed => {
            "Others have paid for the last of the goods before. Do NOT send anything: give the \
             money back, then run\n  cryptocart orders refunded NUMBER\nUntil you do, goods that \
             come back go to this order, and a further message says so.\n"
        }
        News::Served => {
            "Its goods were gone when it was paid; now they are there, and kept for it.\nSend \
             them, if you have not given the money back.\n"
        }
        News::CodesMissing => {
            "There are fewer codes than the order bought: too few in the list, or none because what \
             it bought has another name in catalog.json now, is not there, or is not sold from a \
             list any more. Add codes to the list in digital/, or put the product back as it was, \
             and run\n  cryptocart catalog reload\nThe order gets its codes then, and its buyer sees \
             them. Or give the money back.\n"
        }
        News::Shallow => "Wait: a further message says when it is paid again, or gone.\n",
        News::Reversed => {
            "Do NOT send the goods, nor money back. If the payment returns, a further message \
             says so.\n"
        }
        News::Short => {
            "The offer has ended, or others have paid for the goods. Do NOT send anything. Give the \
             money back, then run\n  cryptocart orders refunded NUMBER\nor ask the buyer for the \
             rest with\n  cryptocart orders note NUMBER --note -\nIf it comes, a further message \
             says so. Until then the order stands on the list of\n  cryptocart orders refunds\n"
        }
        News::ToReview => {
            "The payment below came to the address of this order, with another amount than the order \
             asks for. It may be this buyer's (an exchange has changed the amount), or anybody's: \
             whoever reads the chain could name it. Ask for something only its sender knows, if you \
             can, and compare what you expected from others. Then run one of\n  \
             cryptocart orders accept NUMBER\n  cryptocart orders reject NUMBER\nUntil you do, the \
             order waits, and its record is kept.\n"
        }
        News::NotCounted(_) => {
            "The order is not paid by it, and nothing was handed out for it; its buyer reads why. Compare \
             the transaction id below with what you meant. To accept another one, run\n  \
             cryptocart orders accept NUMBER --payment TXID\n"
        }
        News::ToRelease => {
            "One remote node alone has told of this payment, and one node can lie. Look for the \
             payment in another place: in your wallet, or in a block explorer through Tor Browser. If \
             it is there, run\n  cryptocart orders accept NUMBER\nThe buyer gets the files and codes \
             then. With a second node in shop.toml, or one of your own, nobody has to wait.\n"
        }
    }
}

fn goods(receipt: &Receipt) -> String {
    let mut text = String::from("Items\n");
    for line in receipt.bill.lines() {
        let option = line.option.as_ref().map(|o| format!(" ({o})")).unwrap_or_default();
        let sku = line.sku.as_ref().map(|sku| format!(" [{sku}]")).unwrap_or_default();
        let how = if line.digital.is_some() { "  (handed out online)" } else { "" };
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

/// The rows of a bill, their amounts aligned at the decimal point.
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
    let (titles, wholes, fractions) = (width(0), width(1), width(2));
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
        RowKind::FreeShipping => format!("Discount {}: shipping is free", row.label),
        RowKind::Shipping => format!("Shipping: {}", row.label),
        RowKind::ShippingIncluded => "Shipping is included.".into(),
        RowKind::TaxAdded => format!("{}{percent}", row.label),
        RowKind::TaxIncluded => format!("{}{percent}, in the total", row.label),
        RowKind::Rounding => "Rounding".into(),
        RowKind::Total => "Total".into(),
    }
}

/// The place the bill was reckoned with. The address may name another one, or be for the seller's
/// eyes alone.
fn billed_for(receipt: &Receipt) -> String {
    let Some(place) = receipt.billed else { return String::new() };
    let country = place.country().name("en");
    let region = place.region().map(|region| format!(", {}", region.name("en")));
    let mut text =
        format!("\nBilled for: {country}{} ({})\n", region.unwrap_or_default(), place.code());
    if matches!(receipt.draft.destination, Destination::Sealed(_)) {
        text.push_str("  Look whether the encrypted address is there.\n");
    }
    text
}

fn to_pay(receipt: &Receipt) -> String {
    let mut text = String::from("\nPayment\n");
    let _ = writeln!(text, "  Amount: {}", receipt.due);
    let _ = writeln!(text, "  To:     {}", receipt.pay_to.as_str());
    let _ = writeln!(text, "  Until:  {}", receipt.expires);
    if receipt.due != receipt.bill.total() {
        text.push_str("  It is the total, and a little more that names this order.\n");
    }
    text
}

/// Bytes that a letter may take for the buyer's words and all that stands around them, a note about
/// an encrypted address included.
pub(super) fn room_for_words(receipt: &Receipt) -> usize {
    let Receipt { draft, read_in, .. } = receipt;
    let tag = read_in.as_ref().map_or(0, String::len);
    // Each line is indented by two, and an address adds up to ten lines and signs of its own.
    draft.len() + 2 * (draft.line_ends() + 10) + tag + NAMES_NO_KEY.len() + 512
}
