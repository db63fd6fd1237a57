//! The seller reads in the real mutt.

use crate::support::{Mutt, SHIP_TO, Shop, until};

#[test]
fn mutt_shows_the_order_and_its_subject() {
    let mut shop = Shop::new();
    shop.open();
    let placed = shop.buyer().buy(SHIP_TO).unwrap();
    let mailbox = shop.dir().join("mailorders/root");
    until("the order is in the mailbox", || {
        let text = std::fs::read_to_string(&mailbox).unwrap_or_default();
        text.contains("-----END PGP MESSAGE-----").then_some(())
    });
    let mutt = Mutt::open(shop.folder(), &mailbox);
    until("mutt lists one message", || mutt.screen().contains("Msgs:1").then_some(()));
    mutt.press("Enter");
    until("mutt shows the order", || {
        let screen = mutt.screen();
        (screen.contains("Ada Byron") && screen.contains(&placed.id)).then_some(())
    });
}
