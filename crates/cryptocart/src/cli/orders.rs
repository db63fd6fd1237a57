//! `cryptocart orders`.

use super::{block_on, database};
use crate::{
    error::{CliError, While},
    say,
    shop_dir::ShopDir,
};

pub(super) fn run(dir: &ShopDir) -> Result<(), CliError> {
    let Some(db) = database(dir)? else {
        say::line("No orders yet.");
        return Ok(());
    };
    let orders = block_on(async { db.orders().await.doing(|| "reading the orders".into()) })?;
    if orders.is_empty() {
        say::line("No orders.");
        return Ok(());
    }
    say::line(format!("{:<11}{:<22}{:<12}{}", "ORDER", "PLACED", "STATE", "DUE"));
    for order in orders {
        let (id, placed) = (order.id.to_string(), order.placed.to_string());
        say::line(format!("{id:<11}{placed:<22}{:<12}{}", order.state.word(), order.due));
    }
    Ok(())
}
