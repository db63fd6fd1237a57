//! `cryptocart escrow status`: the orders of this home, what comes next, and what to do.

use super::{
    chain::{Chain, NodeArgs, Reading},
    decide::{date, ended_words},
    home::{Home, HomeArgs},
    order::{self, Order},
    policy::Field,
    records::{Record, Records},
    settings::Settings,
};
use crate::{error::CliError, escrow::sending::ether, runtime::block_on, system::System, terminal};
use clap::Args;
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::{Action, EscrowState, OutcomeReason, Party, outlook};
use std::path::PathBuf;

/// Seconds by which this machine's clock may differ from the chain's before it is told.
const CLOCK: u64 = 3_600;

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Show this order alone. Without it: all that have not ended.
    order: Option<String>,
    /// Show orders that have ended, too.
    #[arg(long)]
    all: bool,
    /// First take orders out of the mailbox of escrow.toml that are new here; gpg opens it.
    #[arg(long)]
    new: bool,
    /// With --new: take them out of this mailbox.
    #[arg(long, value_name = "FILE", requires = "new")]
    mailbox: Option<PathBuf>,
    /// With --new: take orders although this field of `[accept]` refuses them. Can be repeated.
    #[arg(long, value_name = "FIELD", requires = "new")]
    accept: Vec<Field>,
    #[command(flatten)]
    nodes: NodeArgs,
    #[command(flatten)]
    home: HomeArgs,
}

/// Words about an order for the seller.
struct Told {
    state: &'static str,
    says: String,
    next: String,
    until: Option<u64>,
}

impl Status {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let records = Records::new(home.path("orders"), home.records_key()?, &*system.entropy);
        if self.new {
            let mailbox = order::named_mailbox(self.mailbox.as_deref(), &settings)?;
            order::take_new(mailbox, &records, &settings, &self.accept)?;
        }
        let wanted = self.order.as_deref().map(order::parse_id).transpose()?;
        let mut found = records.all()?;
        if let Some(wanted) = wanted {
            found.retain(|record| record.order == wanted);
            if found.is_empty() {
                return Err(order::not_here(wanted));
            }
        }
        let chain = Chain::open(&settings, &self.nodes, &*system.entropy)?;
        block_on(self.show(found, &chain, &settings, &records, system))
    }

    async fn show(
        &self,
        found: Vec<Record>,
        chain: &Chain,
        settings: &Settings,
        records: &Records<'_>,
        system: &System,
    ) -> Result<(), CliError> {
        let now = chain.client.newest().await;
        let now = now.map_err(|error| chain.explain("asking for the newest block", &error))?;
        chain.check_contract(&now).await?;
        let operator = chain.client.balance(settings.operator, now.height).await;
        let operator =
            operator.map_err(|error| chain.explain("asking for the operator key", &error))?;
        let clock = system.clock.now().0;
        if clock.abs_diff(now.time.0) > CLOCK {
            terminal::warn(format!(
                "warning: this machine's clock and the newest block ({}) differ by more than an \
                 hour. Deadlines follow the block",
                date(now.time)
            ));
        }
        let mut orders = Vec::new();
        for record in found {
            let mut order = Order::from_record(record, settings)?;
            let reading = chain.read(&order.statement, order.record.since).await?;
            if order.record.since == 0 && !reading.state.is_closed() {
                order.record.since = reading.now.height.0;
                records.save(&order.record)?;
            }
            if reading.state.is_closed() && !self.all && self.order.is_none() && is_empty(&reading)
            {
                continue;
            }
            let told = tell(&order, &reading);
            orders.push((order, told));
        }
        if self.home.json {
            terminal::json(&document(&orders, settings, operator));
        } else {
            self.print(&orders, settings, operator);
        }
        Ok(())
    }

    fn print(&self, orders: &[(Order, Told)], settings: &Settings, operator: u128) {
        terminal::line(format!(
            "Operator key {}: {} for fees",
            checksum(settings.operator),
            ether(operator)
        ));
        if orders.is_empty() {
            terminal::line("No order in escrow is open here.");
        }
        for (order, told) in orders {
            let price = order::price(&order.statement, order.statement.terms.price);
            terminal::line(format!("\n{}  {}  {price}", order.record.order, told.state));
            terminal::line(format!("  {}", told.says));
            if !told.next.is_empty() {
                terminal::line(format!("  Next: {}", told.next));
            }
        }
    }
}

fn is_empty(reading: &Reading) -> bool {
    reading.owed_seller == 0 && reading.balance <= reading.owed_others
}

fn document(orders: &[(Order, Told)], settings: &Settings, operator: u128) -> serde_json::Value {
    let one = |(order, told): &(Order, Told)| {
        let terms = &order.statement.terms;
        serde_json::json!({
            "order": order.record.order,
            "id": order.statement.id,
            "vault": order.statement.vault,
            "state": told.state,
            "text": told.says,
            "next": told.next,
            "until": told.until,
            "price": terms.price.to_string(),
            "ship_by": terms.ship_by.0,
            "registered": order.record.registered.len(),
        })
    };
    serde_json::json!({
        "version": 1,
        "operator": settings.operator,
        "operator_wei": operator.to_string(),
        "orders": orders.iter().map(one).collect::<Vec<_>>(),
    })
}

/// Says what an order waits for, and what the seller does next.
fn tell(order: &Order, reading: &Reading) -> Told {
    let terms = &order.statement.terms;
    let id = order.record.order;
    let outlook = outlook(&reading.situation(terms));
    let may = |action| {
        outlook.allowed.iter().any(|one| one.party == Party::Operator && one.action == action)
    };
    let due = outlook.next.as_ref().filter(|next| next.is_due);
    let is_refund_due = due.is_some_and(|next| !next.reason.pays_seller());
    let refund = || "the money goes back to the buyer; anybody can send it".to_owned();
    let told =
        |state, says: String, next: String, until: Option<u64>| Told { state, says, next, until };
    match reading.state {
        EscrowState::Open if is_refund_due => {
            let why = match due.map(|next| next.reason) {
                Some(OutcomeReason::NotShipped) => "the deadline for shipping has passed",
                _ => "these terms can never pay you",
            };
            let next = if reading.balance > 0 { refund() } else { String::new() };
            told("too late to ship", why.to_owned(), next, Some(terms.ship_by.0))
        }
        EscrowState::Open if reading.settled < terms.price => {
            let has = order::price(&order.statement, reading.settled);
            told("unpaid", format!("{has} is there"), "wait; send nothing yet".into(), None)
        }
        EscrowState::Open => {
            let by = date(terms.ship_by);
            let next = format!(
                "send the parcel until {by}, then: cryptocart escrow ship {id} --carrier NAME --pin \
                 NUMBER"
            );
            told("paid", "the money is in the contract".into(), next, Some(terms.ship_by.0))
        }
        EscrowState::Shipped { until, .. } if is_refund_due => told(
            "not delivered",
            "nobody reported the delivery in time".into(),
            refund(),
            Some(until.0),
        ),
        EscrowState::Shipped { until, .. } => {
            let count = order.record.registered.len();
            let need = order.statement.attestors.threshold();
            let says = format!("attestors report the delivery until {}", date(until));
            let next = if count < usize::from(need) {
                format!(
                    "only {count} of the {need} attestors that are needed know the parcel: \
                     cryptocart escrow ship {id}"
                )
            } else if may(Action::Dispute) {
                format!("if it was delivered and nobody reports it: cryptocart escrow dispute {id}")
            } else {
                String::new()
            };
            told("shipped", says, next, Some(until.0))
        }
        EscrowState::Delivered { until, .. } if due.is_some() => {
            let next = format!("be paid: cryptocart escrow finalize {id}");
            told("delivered", "the time to object has passed".into(), next, Some(until.0))
        }
        EscrowState::Delivered { until, .. } => {
            let says = format!("the buyer can object until {}", date(until));
            told("delivered", says, "wait; then you are paid".into(), Some(until.0))
        }
        EscrowState::Disputed { until, .. } | EscrowState::DisputedDelivered { until, .. } => {
            let is_delivered = matches!(reading.state, EscrowState::DisputedDelivered { .. });
            let next = match (due.is_some(), is_delivered) {
                (true, true) => format!("be paid: cryptocart escrow finalize {id}"),
                (true, false) => refund(),
                (false, _) => "answer on the arbiter's page".into(),
            };
            let says = format!("the arbiter can rule until {}", date(until));
            told("disputed", says, next, Some(until.0))
        }
        EscrowState::Closed(_) => {
            let next = if is_empty(reading) {
                String::new()
            } else {
                format!("the contract still has money of it: cryptocart escrow pull {id}")
            };
            told("ended", ended_words(reading), next, None)
        }
    }
}
