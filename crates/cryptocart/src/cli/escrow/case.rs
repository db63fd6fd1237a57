//! `cryptocart escrow case`: text with which the seller opens a case at the arbiter.

use super::{
    home::{Home, HomeArgs},
    order::OrderArgs,
    records::Records,
};
use crate::{error::CliError, system::System, terminal};
use clap::Args;
use shop_chain::ethereum::escrow::{case_digest, checksum};

/// Arguments of `case`.
#[derive(Debug, Args)]
pub(crate) struct Case {
    #[command(flatten)]
    order: OrderArgs,
    #[command(flatten)]
    home: HomeArgs,
}

impl Case {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let home = Home::open(&self.home)?;
        let settings = home.settings()?;
        let records = Records::new(home.path("orders"), home.records_key()?, &*system.entropy);
        let order = self.order.open(&records, &settings)?;
        let statement = &order.statement;
        if statement.terms.arbiter.is_none() {
            return Err(CliError::input("this order has no arbiter: nobody can rule on it"));
        }
        if statement.goods.is_none() {
            return Err(CliError::input("the statement has no part 2, which the arbiter needs")
                .hint("take the whole statement from the order's mail"));
        }
        let signature = home.operator_key(&settings)?.sign(case_digest(statement.id));
        let text = statement.to_text(checksum);
        if self.home.json {
            terminal::json(&serde_json::json!({
                "version": 1, "order": order.record.order, "id": statement.id,
                "statement": *text, "signature": signature,
            }));
            return Ok(());
        }
        terminal::warn(
            "Paste all of this into the seller's page of the arbiter, in Tor Browser:\n",
        );
        terminal::line(format!("{}\nSignature of the seller's operator key:\n{signature}", *text));
        Ok(())
    }
}
