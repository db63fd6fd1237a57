//! Orders as `cryptocart orders` lists them.

use super::{Placed, Shop, until};

/// Returns the line of an order; nothing if it is not listed.
pub(crate) fn listed(shop: &Shop, placed: &Placed) -> String {
    let orders = shop.run(&["orders"]);
    orders.lines().find(|line| line.starts_with(&placed.id)).unwrap_or_default().to_owned()
}

/// Waits until the line of an order has this word.
pub(crate) fn becomes(shop: &Shop, placed: &Placed, wanted: &str) {
    until_listed(shop, placed, wanted, |line| line.contains(wanted));
}

/// Waits until the line of an order is as wanted.
/// A buyer's "check now" spares the wait for the next look.
pub(crate) fn until_listed(
    shop: &Shop,
    placed: &Placed,
    wanted: &str,
    is_so: impl Fn(&str) -> bool,
) {
    until(&format!("the order is {wanted}, not: {}", listed(shop, placed)), || {
        let mut buyer = shop.buyer();
        buyer.return_with(&placed.ticket).unwrap();
        buyer.check_now();
        is_so(&listed(shop, placed)).then_some(())
    });
}
