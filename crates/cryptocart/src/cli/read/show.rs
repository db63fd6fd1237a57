//! Orders on the terminal. All text is a stranger's, and cleaned before it is shown.

use super::{opening::Opened, orders::Order};
use crate::{cli::gpg::Decrypted, terminal};
use shop_core::{
    seller_mail::data::{Item, OrderData},
    text,
};

/// Most characters of a name in the table.
const WIDEST_NAME: usize = 24;

/// Prints the orders, and what the shop wrote about itself.
pub(super) fn list(opened: &Opened) {
    if opened.orders.is_empty() {
        terminal::line("No orders in this mailbox.");
    } else {
        table(&opened.orders.iter().collect::<Vec<_>>());
    }
    if !opened.about_shop.is_empty() {
        terminal::line("");
        terminal::line("About the shop:");
    }
    for mail in &opened.about_shop {
        let day = mail.day.as_deref().unwrap_or("-");
        terminal::line(format!("  {day:<12}{}", text::line(&mail.letter.subject)));
    }
}

/// Prints a line for each order.
pub(super) fn table(orders: &[&Order]) {
    row(["ORDER", "PLACED", "STATUS", "DUE", "TO", "ITEMS"]);
    for order in orders {
        let details = order.details();
        let unknown = || "-".to_owned();
        row([
            &order.id.to_string(),
            &text::line(order.placed()),
            order.status(),
            &details.map_or_else(unknown, |details| text::line(&details.due.to_string())),
            &details.map_or_else(unknown, recipient),
            &details.map_or_else(unknown, |details| {
                let items: Vec<String> = details.items.iter().map(item).collect();
                text::line(&items.join(", "))
            }),
        ]);
    }
}

fn row([order, placed, status, due, to, items]: [&str; 6]) {
    let line = format!("{order:<11}{placed:<22}{status:<15}{due:<16}  {to:<WIDEST_NAME$}  {items}");
    terminal::line(line.trim_end());
}

/// Returns the recipient's name, or the way the order goes instead.
fn recipient(details: &OrderData<'_>) -> String {
    match (&details.ship_to, &details.encrypted_address) {
        (Some(to), _) => {
            let name = text::line(&to.recipient);
            if name.chars().count() <= WIDEST_NAME {
                return name;
            }
            name.chars().take(WIDEST_NAME - 2).chain("..".chars()).collect()
        }
        (None, Some(_)) => "(encrypted)".into(),
        (None, None) => "(delivered online)".into(),
    }
}

/// Returns an item in words: `2 x Tee (L) [TEE-L]`.
pub(super) fn item(item: &Item<'_>) -> String {
    let variant = item.variant.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let sku = item.sku.as_ref().map(|sku| format!(" [{sku}]")).unwrap_or_default();
    format!("{} x {}{variant}{sku}", item.quantity, item.name)
}

/// Prints all letters about an order, oldest first.
pub(super) fn letters(order: &Order) {
    for (at, mail) in order.mails.iter().enumerate() {
        if at > 0 {
            terminal::line("");
        }
        let day = mail.day.as_deref().unwrap_or("(no date)");
        terminal::line(format!("--- {day}  {} ---", text::line(&mail.letter.subject)));
        terminal::line(text::block(&mail.letter.body));
        if let Some(relay) = &mail.letter.relay {
            terminal::line("");
            terminal::line(format!(
                "--- A message for you to forward to {} ---",
                text::line(&relay.to)
            ));
            terminal::line(format!("Subject: {}", text::line(&relay.subject)));
            terminal::line("");
            terminal::line(text::block(&relay.body));
        }
    }
}

/// Prints an address that the buyer encrypted.
pub(super) fn address(decrypted: &Decrypted) {
    terminal::line("");
    match decrypted {
        Decrypted::Opened(address) => {
            terminal::line("--- The encrypted address ---");
            terminal::line(text::block(&String::from_utf8_lossy(address)));
        }
        Decrypted::OtherKey | Decrypted::Locked => terminal::warn(
            "warning: gpg does not open the encrypted address. If you cannot open it either, ask \
             the buyer: cryptocart orders note NUMBER --note -",
        ),
    }
}
