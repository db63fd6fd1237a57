//! `cryptocart escrow ship`: a parcel is on its way.
//!
//! In this order, each step kept before the next: parcel and salt; the money seen; registrations with
//! the attestors; the transaction.

use super::{
    act::tell,
    chain::Chain,
    decide::{Step, Wish},
    home::{Home, HomeArgs},
    order::{self, Order, OrderArgs},
    policy::Field,
    records::{Parcel, Records},
    register,
    transact::{Desk, Outcome, SendArgs},
};
use crate::{error::CliError, runtime::block_on, system::System, terminal};
use clap::Args;
use shop_carrier::{CarrierName, Number};
use shop_chain::ethereum::escrow::{checksum, tracking_commitment};
use shop_core::{entropy, escrow::Hash, kind::Kind};

#[derive(Debug, Args)]
pub(crate) struct Ship {
    #[command(flatten)]
    order: OrderArgs,
    /// The carrier: canada-post or usps. Needed the first time.
    #[arg(long, value_name = "NAME", requires = "pin")]
    carrier: Option<CarrierName>,
    /// The parcel's number, as it is on the label. Needed the first time.
    #[arg(long, value_name = "NUMBER", requires = "carrier")]
    pin: Option<String>,
    /// Send the transaction even if fewer attestors registered the parcel than must report its
    /// delivery. Run this again later to register with the others.
    #[arg(long)]
    without_attestors: bool,
    /// Ship although this field of `[accept]` refuses the terms. Can be repeated.
    #[arg(long, value_name = "FIELD")]
    accept: Vec<Field>,
    #[command(flatten)]
    send: SendArgs,
    #[command(flatten)]
    home: HomeArgs,
}

impl Ship {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let number = self.number()?;
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let id = self.order.id()?;
        let records = Records::new(home.path("orders"), home.records_key()?, &*system.entropy);
        let mut order = self.order.open(&records, &settings)?;
        order.accept(&settings, &self.accept)?;
        take(&mut order, number.as_ref(), system)?;
        records.save(&order.record)?;
        let parcel = order.record.parcel.clone();
        let parcel = parcel.ok_or_else(|| CliError::new(Kind::Bug, "the parcel is not kept"))?;
        let wish = Wish::Ship(parcel.tracking);
        let chain = Chain::open(&settings, &self.send.nodes, &*system.entropy)?;
        let desk = Desk {
            home: &home,
            settings: &settings,
            records: &records,
            chain: &chain,
            args: &self.send,
        };
        block_on(async {
            let reading = chain.read(&order.statement, order.record.since).await?;
            let is_new = matches!(wish.step(&order.statement, &reading)?, Step::Send(_));
            if is_new {
                self.show(&order);
            }
            let known = register::all(&desk, &mut order, system).await?;
            known.warn();
            if is_new && !self.without_attestors {
                register::check(&order, known.accepted + known.later, false)?;
            }
            let outcome = desk.perform(&mut order, &wish).await?;
            tell(&outcome, id, &wish, self.home.json);
            if self.without_attestors || matches!(outcome, Outcome::Written(_)) {
                return Ok(());
            }
            // Some take a parcel only when the contract knows of it.
            let known = register::until_enough(&desk, &mut order, system).await?;
            known.warn();
            register::check(&order, known.accepted, true)
        })
    }

    fn number(&self) -> Result<Option<Number>, CliError> {
        let (Some(carrier), Some(pin)) = (self.carrier, &self.pin) else { return Ok(None) };
        let number = Number::parse(carrier, pin);
        number.map(Some).map_err(|error| CliError::input(error.to_string()))
    }

    /// Shows what is at stake, so that a false order is noticed before the parcel is gone.
    fn show(&self, order: &Order) {
        let terms = &order.statement.terms;
        terminal::warn(format!(
            "{}: {} waits for you. Compare it with the price of the goods.",
            order.record.order,
            order::price(&order.statement, terms.price)
        ));
        terminal::warn(format!("You are paid to {}", checksum(terms.seller)));
        terminal::warn(match terms.arbiter {
            Some(arbiter) => format!("The arbiter is {}", checksum(arbiter)),
            None => "There is no arbiter.".to_owned(),
        });
    }
}

/// Keeps the parcel of an order. There is one salt for an order, ever.
fn take(order: &mut Order, number: Option<&Number>, system: &System) -> Result<(), CliError> {
    let record = &mut order.record;
    let Some(number) = number else {
        return if record.parcel.is_some() {
            Ok(())
        } else {
            Err(CliError::input("the parcel of this order is not known yet")
                .hint("name it: --carrier canada-post --pin NUMBER"))
        };
    };
    let carrier = number.carrier().as_str();
    if let Some(parcel) = &record.parcel {
        if parcel.carrier == carrier && parcel.number == number.as_str() {
            return Ok(());
        }
        let is_told = !record.registered.is_empty() || record.of_action("ship").next().is_some();
        if is_told {
            let what = "another parcel of this order was registered or signed before";
            return Err(CliError::new(Kind::Denied, what).hint(
                "an order has one parcel. If you sent it with another number, refund the order or \
                 agree with the buyer",
            ));
        }
    }
    let salt = match &record.parcel {
        Some(parcel) => parcel.salt,
        None => Hash(entropy::bytes(&*system.entropy)),
    };
    let code = number.carrier().code();
    record.parcel = Some(Parcel {
        carrier: carrier.to_owned(),
        number: number.as_str().to_owned(),
        salt,
        tracking: tracking_commitment(code, number.as_str(), salt),
    });
    Ok(())
}
