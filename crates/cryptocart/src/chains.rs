//! Comparison of the chains and addresses of kept orders with the settings.
//!
//! `serve` refuses some settings by it; `serve` and `check` print the rest.

use crate::{
    config::{
        chains::section_of,
        plan::{Plan, Source},
    },
    error::CliError,
    terminal::{many, some_of},
};
use shop_core::{
    invoice::State,
    kind::{HasKind, Kind},
    pay_to::PayTo,
};
use shop_db::{Db, DbError, FollowError, Networks, OrderSummary};
use std::collections::{BTreeSet, HashSet};

/// Returns the networks of a shop's settings.
pub(crate) fn networks(plan: &Plan) -> Networks {
    plan.payments.iter().map(|chain| (chain.chain, chain.network)).collect()
}

/// Returns the refusal of a chain that is not followed, in words for the seller.
pub(crate) fn refused(error: FollowError) -> CliError {
    let FollowError::OtherChain { chain, kept, told, .. } = error else {
        return CliError::new(error.kind(), format!("checking the chains: {error}"));
    };
    let section = section_of(chain).unwrap_or(chain.as_str());
    let back = if kept == told {
        format!("set {section}.nodes in shop.toml to nodes of the chain these orders are paid on")
    } else {
        let setting = shop_chain::rules(chain).map(|rules| rules.network_setting(kept));
        let setting = setting.unwrap_or_else(|| format!("chain_id = {kept}"));
        format!("set {setting} in shop.toml, [{section}], with nodes of that chain")
    };
    CliError::new(Kind::Misconfigured, error.to_string()).hint(format!(
        "{back}, until those orders are deleted; or use a separate shop folder for the other chain"
    ))
}

/// Refuses settings with another chain than kept orders are paid on.
pub(crate) async fn look(plan: &Plan, db: &Db) -> Result<(), CliError> {
    db.check_chains(&networks(plan)).await.map_err(refused)
}

/// Orders that are not paid where the settings say, counted for the seller.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Orders of the demo this was, in a shop that takes real money.
    of_demo: usize,
    /// Orders for real money on chains that the settings do not name: in a demo, all of them.
    of_real: usize,
    /// Sections of those chains.
    sections: BTreeSet<&'static str>,
    /// Orders that are still to be paid at addresses the settings do not name any more.
    open: usize,
    /// Those addresses.
    addresses: BTreeSet<PayTo>,
    /// Orders that are still to be paid at addresses of another account than the settings name.
    unseen: usize,
    /// Sections of those accounts.
    accounts: BTreeSet<&'static str>,
}

/// Counts those orders.
pub(crate) async fn elsewhere(plan: &Plan, db: &Db) -> Result<Elsewhere, DbError> {
    let chains = db.chains().await?;
    let mut found = Elsewhere::default();
    for chain in chains.iter().filter(|chain| chain.orders > 0) {
        match chain.demo {
            Some(true) if !plan.is_demo() => found.of_demo += chain.orders,
            Some(false) if plan.chain(chain.chain).is_none() => {
                found.of_real += chain.orders;
                let section = section_of(chain.chain).unwrap_or(chain.chain.as_str());
                found.sections.insert(section);
            }
            _ => {}
        }
    }
    if plan.is_demo() {
        return Ok(found);
    }
    let named = named(plan);
    let orders = db.orders().await?;
    let elsewhere: Vec<_> =
        orders.into_iter().filter(|order| !named.contains(&order.pay_to)).collect();
    let unseen = unrecognised(plan, elsewhere.iter().map(|order| &order.pay_to));
    for order in elsewhere.into_iter().filter(is_to_be_paid) {
        let chain = plan.chain(order.pay_to.asset().chain());
        match chain {
            // Its addresses are not known before its key was read.
            Some(chain) if chain.is_unopened() => {}
            Some(chain) if unseen.contains(&order.pay_to) => {
                found.unseen += 1;
                found.accounts.insert(chain.section);
            }
            _ => {
                found.open += 1;
                found.addresses.insert(order.pay_to);
            }
        }
    }
    Ok(found)
}

/// Returns those of these pay-tos that belong to another account than the settings name.
/// Their payments are not seen. The watchers recognise the others from now on.
fn unrecognised<'a>(plan: &Plan, pay_tos: impl Iterator<Item = &'a PayTo>) -> HashSet<PayTo> {
    let pay_tos: Vec<&PayTo> = pay_tos.collect();
    let mut unseen = HashSet::new();
    for chain in &plan.payments {
        let Some(account) = chain.view.as_ref().and_then(|view| view.account.as_ref()) else {
            continue;
        };
        let is_real = |pay_to: &&&PayTo| {
            pay_to.asset().chain() == chain.chain && !shop_chain::fake::is_demo(pay_to)
        };
        let of_chain = pay_tos.iter().filter(is_real).map(|pay_to| (*pay_to).clone());
        unseen.extend(account.unrecognised(&of_chain.collect()));
    }
    unseen
}

fn named(plan: &Plan) -> BTreeSet<PayTo> {
    let named = plan.taken().flat_map(|taken| match &taken.source {
        Source::Wallet(pay_to) => std::slice::from_ref(pay_to),
        Source::Pool(pool) => pool.as_slice(),
        Source::Unopened => &[],
    });
    named.cloned().collect()
}

/// Returns true while an order at a real address is unpaid and has not expired.
fn is_to_be_paid(order: &OrderSummary) -> bool {
    // A vault is in no setting: it follows from the terms of its order.
    order.facts.escrow.is_none()
        && !order.facts.is_left_by_demo()
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

    /// Checks that no order for real money is kept whose chain is not read.
    ///
    /// # Errors
    /// There are such orders: nobody looks whether they are paid.
    pub(crate) fn wrong(&self) -> Result<(), CliError> {
        if self.unseen > 0 {
            let sections: Vec<_> = self.accounts.iter().map(|name| format!("[{name}]")).collect();
            let sections = sections.join(" and ");
            let what = format!(
                "{} paid to another account than {sections} names: payments for them cannot be seen",
                are(self.unseen)
            );
            return Err(CliError::misconfigured(what).hint(format!(
                "until they are paid or have expired, restore the previous address in shop.toml, \
                 {sections}, and its view key"
            )));
        }
        if self.of_real == 0 {
            return Ok(());
        }
        let what = format!(
            "{} for real money and now inactive, because shop.toml does not say how to read their \
             chain: payments for them are not looked for",
            are(self.of_real)
        );
        let sections: Vec<_> = self.sections.iter().map(|name| format!("[{name}]")).collect();
        Err(CliError::misconfigured(what).hint(format!(
            "restore the previous wallet (or pool) and nodes in shop.toml, {}",
            sections.join(" and ")
        )))
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
    use crate::{
        config::plan::tests::{MONERO as PRIMARY, VIEW_KEY, shop},
        sample_order::sample_order,
    };
    use shop_core::{
        entropy::Seeded,
        money::{Amount, AssetId},
        pay_to::{Matching, Offer},
        time::CoarseTime,
    };

    fn elsewhere(addresses: u64) -> Elsewhere {
        let address = |n| PayTo::new(AssetId::ETH, &format!("0x{n}")).unwrap();
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

    /// One order is at a number that the settings do not name any more, one at another wallet's
    /// address.
    #[tokio::test]
    async fn order_at_another_account_is_wrong_and_an_old_number_is_seen() {
        let settings = format!(
            "[monero]\naddress = \"{PRIMARY}\"\naddresses = 3\nnodes = [\"http://127.0.0.1:1\"]"
        );
        let mut plan = shop(&settings, &[]).unwrap();
        let rules = shop_chain::rules(AssetId::XMR.chain()).unwrap();
        let account = || rules.view_account(PRIMARY, VIEW_KEY, 18).unwrap();
        let db = Db::in_memory().unwrap();
        let old = account().pay_tos(60..61).remove(0);
        let other = PayTo::new(AssetId::XMR, PRIMARY).unwrap();
        for (seed, pay_to) in (1..).zip([old.clone(), other]) {
            let due = Amount::new(AssetId::XMR, 250_000_000_000);
            let offer = Offer { pay_to, due, matching: Matching::PayTo };
            let hour = CoarseTime::from_hours(500_000);
            db.place(sample_order(&Seeded::new(seed), offer, hour, hour)).await.unwrap();
        }
        let unopened = super::elsewhere(&plan, &db).await.unwrap();
        assert_eq!((unopened.open, unopened.unseen), (0, 0), "nobody can tell");
        let account = account();
        plan.payments[0].open_account(&account);
        let found = super::elsewhere(&plan, &db).await.unwrap();
        assert_eq!((found.open, found.unseen), (1, 1));
        assert!(found.said().join("").contains(old.as_str()));
        let wrong = found.wrong().unwrap_err().to_string();
        assert!(wrong.contains("another account than [monero] names"), "{wrong}");
    }

    #[test]
    fn refusal_names_the_chain_id_to_go_back_to() {
        let refused = |kept, told| {
            let refused = refused(FollowError::OtherChain {
                chain: AssetId::ETH.chain(),
                orders: 2,
                kept,
                told,
            });
            refused.to_string()
        };
        assert!(refused(1, 5).contains("chain_id = 1"));
        assert!(refused(5, 5).contains("ether.nodes"));
    }
}
