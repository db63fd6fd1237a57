//! `cryptocart orders`.

mod json;
mod review;
mod say_to_buyer;
mod undo;

use super::{
    folder::{Folder, NamedFolder},
    is_there,
};
use crate::{
    control::{self, Question, Status},
    error::{CliError, Context},
    shop_dir::ShopDir,
    system::System,
    terminal,
};
use clap::{Args, Subcommand};
use shop_core::{
    invoice::State,
    kind::Kind,
    order::OrderId,
    order_status::{Debt, EventKind, PutAway},
    stock::ReservationStatus,
    time::CoarseTime,
};
use shop_db::{ClaimState, Db, OrderSummary};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Orders {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    list: List,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    dir: Folder,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Mark an order as sent; the buyer sees it on the order page.
    Sent(Event),
    /// Mark an order as delivered.
    Delivered(Event),
    /// Mark an order as refunded, after you have sent the money back. It leaves the list of
    /// `cryptocart orders refunds`. Its goods are not put back in stock automatically: only you
    /// know if you still have them.
    Refunded {
        #[command(flatten)]
        event: Event,
        /// You refunded only the overpaid amount: the order stays paid.
        #[arg(long)]
        difference: bool,
    },
    /// Show the buyer a note on the order page.
    Note(Said),
    /// Accept a payment that the buyer claimed, or release downloads and codes that are on hold.
    Accept(Decision),
    /// Reject the payments that the buyer claimed.
    Reject(Decision),
    /// Undo your last entry for an order, with its note: after a wrong order number, say, or a
    /// refund that did not go out. The buyer may have read it already.
    Undo {
        /// The order's number, such as K7Q2-9FXD.
        order: String,
        #[command(flatten)]
        dir: NamedFolder,
    },
    /// List the orders you owe a full or partial refund: they were paid when the goods were gone,
    /// were underpaid when the offer ended, were overpaid, or got money in another currency.
    Refunds(List),
}

/// An order, and the payment that is decided about.
#[derive(Debug, Args)]
struct Decision {
    /// The order's number, such as K7Q2-9FXD.
    order: String,
    /// The transaction id of the payment [default: the one waiting for a decision]. You can also
    /// accept a payment that the buyer did not claim.
    #[arg(long, value_name = "TXID")]
    payment: Option<String>,
    #[command(flatten)]
    dir: NamedFolder,
}

/// An order, and words about its goods or its money.
#[derive(Debug, Args)]
struct Event {
    #[command(flatten)]
    said: Said,
    /// Mark it even though no payment was found: it was paid another way.
    #[arg(long)]
    force: bool,
}

/// An order, and words for its buyer.
#[derive(Debug, Args)]
struct Said {
    /// The order's number, such as K7Q2-9FXD.
    order: String,
    /// A note to the buyer (a tracking number, a code), at most 1,000 characters; - reads it from
    /// standard input, which keeps it out of your shell's history. It is encrypted to the buyer's
    /// order code: nobody else can read it, and you cannot read it again.
    #[arg(long)]
    note: Option<String>,
    #[command(flatten)]
    dir: NamedFolder,
}

impl Orders {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        let now = system.hour();
        let (event, kind) = match self.command {
            None => return self.list.all(now),
            Some(Command::Refunds(list)) => return list.refunds(now),
            Some(Command::Accept(decision)) => return review::accept(&decision),
            Some(Command::Reject(decision)) => return review::reject(&decision),
            Some(Command::Undo { order, dir }) => return undo::run(&dir.shop(), &order),
            Some(Command::Sent(event)) => (event, EventKind::Sent),
            Some(Command::Delivered(event)) => (event, EventKind::Delivered),
            Some(Command::Refunded { event, difference: true }) => (event, EventKind::Difference),
            Some(Command::Refunded { event, difference: false }) => (event, EventKind::Refunded),
            Some(Command::Note(said)) => (Event { said, force: false }, EventKind::Note),
        };
        say_to_buyer::run(&event, kind, &*system.entropy)
    }
}

/// Reads an order's number as it was typed.
pub(super) fn parse(dir: &ShopDir, number: &str) -> Result<OrderId, CliError> {
    OrderId::parse(number).ok_or_else(|| {
        CliError::input(format!("{number:?} is not an order number")).hint(format!(
            "order numbers look like K7Q2-9FXD; {} lists them",
            dir.command("orders")
        ))
    })
}

pub(super) fn unknown(dir: &ShopDir, id: OrderId) -> CliError {
    CliError::new(Kind::NotFound, format!("there is no order {id}"))
        .hint(format!("{} lists them", dir.command("orders")))
}

impl List {
    fn all(&self, now: CoarseTime) -> Result<(), CliError> {
        let dir = self.dir.shop();
        if !self.json {
            return list(&dir, now);
        }
        let problems = problems(&dir);
        let orders = all(&dir)?.unwrap_or_default();
        terminal::json(&json::document(&problems, &orders, now));
        Ok(())
    }

    fn refunds(&self, now: CoarseTime) -> Result<(), CliError> {
        let dir = self.dir.shop();
        if !self.json {
            return refunds(&dir, now);
        }
        let mut orders = all(&dir)?.unwrap_or_default();
        orders.retain(|order| is_owed(order, now));
        terminal::json(&json::document(&[], &orders, now));
        Ok(())
    }
}

fn list(dir: &ShopDir, now: CoarseTime) -> Result<(), CliError> {
    for problem in problems(dir) {
        terminal::line(format!("NOTE: {problem}"));
    }
    let Some(orders) = all(dir)? else {
        terminal::line("No orders yet.");
        return Ok(());
    };
    if orders.is_empty() {
        terminal::line("No orders.");
        return Ok(());
    }
    let open: Vec<_> = orders.iter().filter(|order| needs_word(order, now)).cloned().collect();
    let heads = format!("{:<11}{:<22}{:<12}{:<11}", "ORDER", "PLACED", "STATE", "GOODS");
    terminal::line(format!("{heads}DUE"));
    for order in orders {
        let id = order.id.to_string();
        let facts = &order.facts;
        let placed = facts.placed.to_string();
        let state = facts.state.word();
        let goods = goods(facts.reservation_status);
        let line = format!("{id:<11}{placed:<22}{state:<12}{goods:<11}{}", facts.due);
        terminal::line(format!("{line}  {}", marks(&order, now)).trim_end());
    }
    review::list(dir, &open, now);
    Ok(())
}

/// Returns true while an order waits for the seller's decision.
fn needs_word(order: &OrderSummary, now: CoarseTime) -> bool {
    order.status(now).is_release_due()
        || order.reviews.iter().any(|c| c.state == ClaimState::ToReview)
}

/// Returns what does not work in the open shop. A list of orders is of use without it.
fn problems(dir: &ShopDir) -> Vec<String> {
    let Ok(Some(shop)) = control::open_shop(dir) else { return Vec::new() };
    match shop.ask::<Status>(Question::Status) {
        Ok(status) => status.shop.map_or(status.problems, |shop| shop.problems()),
        Err(error) => vec![error.what().to_owned()],
    }
}

/// Returns the word that `orders` prints for an order's reservation.
const fn goods(reservation_status: ReservationStatus) -> &'static str {
    match reservation_status {
        ReservationStatus::Untracked => "-",
        ReservationStatus::Unreserved => "open",
        ReservationStatus::Reserved => "reserved",
        ReservationStatus::Allocated => "allocated",
        ReservationStatus::Backordered => "SOLD OUT",
    }
}

/// Returns what else is to be known: cancelled, and what the seller said, each once.
fn marks(order: &OrderSummary, now: CoarseTime) -> String {
    let mut marks = Vec::new();
    match order.facts.on_chain.put_away {
        Some(PutAway::Demo) => marks.push("DEMO, inactive"),
        Some(PutAway::Real) => marks.push("INACTIVE: its payment is no longer looked for"),
        None if order.facts.on_chain.is_checked => marks.push("CHECKING PAYMENT: do not send"),
        None => {}
    }
    if needs_word(order, now) {
        marks.push("REVIEW");
    } else if !order.reviews.is_empty() {
        marks.push("payment accepted, not counted yet");
    }
    if order.facts.cancelled {
        marks.push("cancelled");
    }
    match order.status(now).debt {
        Debt::None => {}
        Debt::Payment(_) => marks.push("refund due"),
        Debt::Difference(_) => marks.push("refund the difference"),
    }
    if order.status(now).owes_other_money {
        marks.push("refund another currency");
    }
    for word in order.events.iter().filter(|kind| **kind != EventKind::Note).map(|k| k.word()) {
        if !marks.contains(&word) {
            marks.push(word);
        }
    }
    marks.join(", ")
}

/// Returns true if the seller owes the buyer of an order money.
fn is_owed(order: &OrderSummary, now: CoarseTime) -> bool {
    let status = order.status(now);
    status.debt != Debt::None || status.owes_other_money
}

/// Lists money that came in another currency than its order asks for.
fn other_money(dir: &ShopDir, orders: &[OrderSummary], now: CoarseTime) {
    let owed = orders.iter().filter(|order| order.status(now).owes_other_money);
    for order in owed.clone() {
        let sums: Vec<_> = order.other_money.iter().map(ToString::to_string).collect();
        let id = order.id.to_string();
        terminal::line(format!(
            "{id:<11}got {}, and asks for {}",
            sums.join(" and "),
            order.facts.due.asset()
        ));
    }
    if owed.count() > 0 {
        terminal::line("It does not count as a payment. When you have sent it back:");
        terminal::line(format!("  {}", dir.command("orders refunded ORDER")));
        terminal::line("or, if the order itself is paid:");
        terminal::line(format!("  {}", dir.command("orders refunded ORDER --difference")));
    }
}

fn refunds(dir: &ShopDir, now: CoarseTime) -> Result<(), CliError> {
    let mut owed = Vec::new();
    let mut over = Vec::new();
    let all = all(dir)?.unwrap_or_default();
    other_money(dir, &all, now);
    let is_other = all.iter().any(|order| order.status(now).owes_other_money);
    for order in all {
        match order.status(now).debt {
            Debt::None => {}
            Debt::Payment(paid) => owed.push((order, paid)),
            Debt::Difference(difference) => over.push((order.id, difference)),
        }
    }
    for (id, difference) in &over {
        terminal::line(format!("{:<11}was overpaid by {difference}", id.to_string()));
    }
    if !over.is_empty() {
        terminal::line("These orders stay paid. When you have refunded the difference:");
        terminal::line(format!("  {}", dir.command("orders refunded ORDER --difference")));
    }
    if owed.is_empty() && (is_other || !over.is_empty()) {
        return Ok(());
    }
    if owed.is_empty() {
        terminal::line("No refunds are due.");
        return Ok(());
    }
    terminal::line(format!("{:<11}{:<22}{}", "ORDER", "PLACED", "PAID"));
    for (order, paid) in &owed {
        let part = match order.facts.state {
            State::Underpaid { .. } => format!(" of {}", order.facts.due),
            _ => String::new(),
        };
        let id = order.id.to_string();
        let placed = order.facts.placed.to_string();
        terminal::line(format!("{id:<11}{placed:<22}{paid}{part}"));
    }
    terminal::line(
        "They were paid when the goods were gone, or only in part. The mails say how to reach the \
         buyers.",
    );
    let refunded = dir.command("orders refunded ORDER");
    terminal::line(format!("When you have sent a refund:  {refunded}"));
    Ok(())
}

fn all(dir: &ShopDir) -> Result<Option<Vec<OrderSummary>>, CliError> {
    if !is_there(dir)? {
        return Ok(None);
    }
    Db::orders_in(&dir.database()).context(|| "reading the orders".into()).map(Some)
}
