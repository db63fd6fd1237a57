//! The letter that the seller relays to the buyer.

use crate::{
    shop::{TestShop, Wanted},
    visitor::Visitor,
};
use shop_seal::open::SealKey;

/// Returns the letter that a buyer reads who ordered in this language.
async fn letter(prefix: &'static str, email: &str) -> (String, Option<(String, String)>) {
    let shop = TestShop::with(Wanted { demo: true, ..Wanted::default() });
    let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
    visitor.takes_a_tee().await;
    let mut filled = visitor.filled().await;
    let ticked = if email.is_empty() { "" } else { "yes" };
    filled.extend([("contact", ticked.to_owned()), ("email", email.into())]);
    let fields: Vec<(&str, &str)> = filled.iter().map(|(n, v)| (*n, v.as_str())).collect();
    visitor.post("/checkout", &fields).await.location();
    let mails = shop.db.outbox(9).await.unwrap();
    let letter =
        SealKey::parse(&shop.secret, "").unwrap().open(mails[0].sealed().unwrap()).unwrap();
    let relay = letter.relay.as_ref().map(|relay| {
        assert_eq!(relay.to, email);
        (relay.subject.clone(), relay.body.clone())
    });
    (letter.body.clone(), relay)
}

#[tokio::test]
async fn it_is_in_the_language_the_order_was_placed_in() {
    for (prefix, tag, subject, wanted) in [
        (
            "",
            "en",
            "Your order ",
            [
                "Thank you for your order",
                "1 × Plain Tee, M",
                "Total: 0.05199 ETH",
                "Please pay before: 23 November 2026, 12:00 UTC",
                "choose “Your order”",
            ],
        ),
        (
            "/fr-CA",
            "fr-CA",
            "Votre commande ",
            [
                "Merci de votre commande",
                "1 × Plain Tee, M",
                "Total : 0,05199 ETH",
                "Veuillez payer avant le : 23 novembre 2026",
                "choisissez « Votre commande »",
            ],
        ),
        (
            "/ar",
            "ar",
            "طلبك ",
            ["شكرًا على طلبك", "Plain Tee، M", "المجموع: ", "يُرجى الدفع قبل: ", "واختر «طلبك»"],
        ),
    ] {
        let (to_seller, relay) = letter(prefix, "ada@example.org").await;
        let (said, body) = relay.unwrap();
        let body = body.replace(['\u{a0}', '\u{202f}'], " ");
        assert!(said.starts_with(subject), "{said}");
        for wanted in wanted {
            assert!(body.contains(wanted), "no {wanted:?} in\n{body}");
        }
        // To be copied: alone on its line, with a dot, whatever the language.
        assert!(body.contains("\n  0x52908400098527886E0F7030069857D2E4169EE7\n"), "{body}");
        assert!(body.contains("\n  0.05199"), "{body}");
        for secret in ["Ada", "James", "London", "SW1Y", "Ring"] {
            assert!(!body.contains(secret), "a mail service reads it: {secret} in\n{body}");
        }
        // The seller's own letter is English, and says which language that is.
        assert!(to_seller.contains(&format!("\nThe buyer's language: {tag}\n")));
        assert!(to_seller.contains("\nShip to\n"));
    }
}

#[tokio::test]
async fn who_left_no_email_is_written_no_letter() {
    let (to_seller, relay) = letter("/fr-CA", "").await;
    assert!(relay.is_none());
    assert!(to_seller.contains("left no email"));
}
