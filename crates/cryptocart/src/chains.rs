//! Comparison of the chains and addresses of kept orders with the settings.
//!
//! `serve` refuses some settings by it; `serve` and `check` print the rest.

use crate::{
    config::plan::{Money, Plan, Source},
    error::CliError,
    terminal::{many, some_of},
};
use shop_core::{
    invoice::State,
    kind::{HasKind, Kind},
    pay_to::PayTo,
};
use shop_db::{DEMO_CHAIN, Db, DbError, FollowError, OrderSummary};
use std::collections::BTreeSet;

/// Returns the chain id of a shop's settings.
pub(crate) const fn id_of(plan: &Plan) -> u64 {
    match &plan.money {
        Money::Demo { .. } => DEMO_CHAIN,
        Money::Ether(ether) => ether.chain_id,
    }
}

/// Returns the refusal of a chain that is not followed, in words for the seller.
pub(crate) fn refused(error: FollowError) -> CliError {
    let FollowError::OtherChain { kept, told, .. } = error else {
        return CliError::new(error.kind(), format!("checking the chains: {error}"));
    };
    let back = if kept == told {
        "set ether.nodes in shop.toml to nodes of the chain these orders are paid on".to_owned()
    } else {
        format!("set chain_id = {kept} in shop.toml, [ether], with nodes of that chain")
    };
    CliError::new(Kind::Misconfigured, error.to_string()).hint(format!(
        "{back}, until those orders are deleted; or use a separate shop folder for the other chain"
    ))
}

/// Refuses settings with another chain than kept orders are paid on.
pub(crate) async fn look(plan: &Plan, db: &Db) -> Result<(), CliError> {
    db.check_chains(id_of(plan)).await.map_err(refused)
}

/// Orders that are not paid where the settings say, counted for the seller.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Orders of the demo this was, in a shop that takes real money.
    of_demo: usize,
    /// Orders for real money, in a demo.
    of_real: usize,
    /// Orders that are still to be paid at addresses the settings do not name any more.
    open: usize,
    /// Those addresses.
    addresses: BTreeSet<PayTo>,
}

/// Counts those orders.
pub(crate) async fn elsewhere(plan: &Plan, db: &Db) -> Result<Elsewhere, DbError> {
    let chains = db.chains().await?;
    let is_demo = plan.is_demo();
    let of = |demo: bool| {
        let chains = chains.iter().filter(move |chain| chain.demo == Some(demo));
        chains.map(|chain| chain.orders).sum()
    };
    let mut found = Elsewhere::default();
    if is_demo {
        found.of_real = of(false);
        return Ok(found);
    }
    found.of_demo = of(true);
    let named = named(plan);
    for order in db.orders().await?.into_iter().filter(is_to_be_paid) {
        if !named.contains(&order.pay_to) {
            found.open += 1;
            found.addresses.insert(order.pay_to);
        }
    }
    Ok(found)
}

fn named(plan: &Plan) -> BTreeSet<PayTo> {
    match &plan.money {
        Money::Demo { .. } => BTreeSet::new(),
        Money::Ether(ether) => match &ether.source {
            Source::Wallet(pay_to) => BTreeSet::from([pay_to.clone()]),
            Source::Pool(pool) => pool.iter().cloned().collect(),
        },
    }
}

/// Returns true while an order at a real address is unpaid and has not expired.
fn is_to_be_paid(order: &OrderSummary) -> bool {
    !order.facts.is_left_by_demo()
        && !shop_chain::fake::is_demo(&order.pay_to)
        && !order.facts.state.is_paid()
        && !matches!(order.facts.state, State::Expired)
}

impl Elsewhere {
    /// Returns what the seller should know although nothing is wrong, a sentence each.
    pub(crate) fn said(&self) -> Vec<String> {
        let mut said = Vec::new();
        if self.of_demo > 0 {
            said.push(format!(
                "{} from the demo and now inactive: nothing changes them, and they are deleted in time",
                are(self.of_demo)
            ));
        }
        if self.open > 0 {
            let point = if self.open == 1 { "points" } else { "point" };
            let watched = if self.addresses.len() == 1 { "it is" } else { "they are" };
            said.push(format!(
                "{} still {point} to {}, which is no longer in shop.toml; {watched} still watched",
                many(self.open, "open order", "open orders"),
                some_of(&self.addresses.iter().map(PayTo::as_str).collect::<Vec<_>>())
            ));
        }
        said
    }

    /// Checks that a demo keeps no order for real money.
    ///
    /// # Errors
    /// Orders for real money are in a demo: nobody looks whether they are paid.
    pub(crate) fn wrong(&self) -> Result<(), CliError> {
        if self.of_real == 0 {
            return Ok(());
        }
        let what = format!(
            "{} for real money and now inactive, because this is a demo: payments for them are \
             not looked for",
            are(self.of_real)
        );
        Err(CliError::misconfigured(what)
            .hint("restore the previous wallet (or pool) and nodes in shop.toml, [ether]"))
    }
}

fn are(orders: usize) -> String {
    match orders {
        1 => "1 order is".to_owned(),
        orders => format!("{orders} orders are"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::money::AssetId;

    fn elsewhere(addresses: u64) -> Elsewhere {
        let address = |n| PayTo::new(AssetId::Eth, &format!("0x{n}")).unwrap();
        let addresses = (1..=addresses).map(address).collect();
        Elsewhere { open: 4, addresses, ..Elsewhere::default() }
    }

    #[test]
    fn old_addresses_are_named_and_many_are_counted() {
        let one = elsewhere(1).said().join("\n");
        assert!(one.contains("4 open orders still point to 0x1, which"), "{one}");
        assert!(one.ends_with("it is still watched"), "{one}");
        let seven = elsewhere(7).said().join("\n");
        assert!(seven.contains("to 0x1, 0x2, 0x3, 0x4, 0x5 and 2 more, which"), "{seven}");
        assert!(Elsewhere::default().said().is_empty() && Elsewhere::default().wrong().is_ok());
    }

    #[test]
    fn real_orders_in_a_demo_are_wrong() {
        let real = Elsewhere { of_real: 1, ..Elsewhere::default() };
        let wrong = real.wrong().unwrap_err();
        assert!(wrong.what().contains("not looked for") && wrong.hint_text().is_some());
    }

    #[test]
    fn refusal_names_the_chain_id_to_go_back_to() {
        let refused = |kept, told| {
            let refused = refused(FollowError::OtherChain { orders: 2, kept, told });
            refused.to_string()
        };
        assert!(refused(1, 5).contains("chain_id = 1"));
        assert!(refused(5, 5).contains("ether.nodes"));
    }
}
