//! Discount codes.

use super::{PriceRules, Visitor, borrowed, discount, eth, full, percent, redacted, shop};
use crate::shop::START;
use shop_core::{
    bill::{Discount, Discounts},
    stock::StockKey,
};

fn with(discounts: Vec<Discount>) -> PriceRules {
    PriceRules { discounts: Discounts::new(discounts).unwrap(), ..PriceRules::default() }
}

#[tokio::test]
async fn invalid_discount_code_is_answered_like_an_unknown_one() {
    let hour = START.coarse();
    let rules = with(vec![
        discount(1, "GOOD", percent("10")),
        Discount { until: Some(hour), ..discount(2, "ENDED", percent("10")) },
        Discount { from: Some(hour.plus_hours(1)), ..discount(3, "LATER", percent("10")) },
        Discount { uses: Some(1), ..discount(4, "USED-UP", percent("10")) },
        Discount { minimum: eth("5"), ..discount(5, "LARGE", percent("10")) },
    ]);
    let shop = shop(rules).await;
    shop.db.set_stock(StockKey::discount("4"), 0).await.unwrap();
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    let long = "x".repeat(300);
    let mut pages = Vec::new();
    for code in ["nobody's", "ENDED", "later", "used up", "Large", " - ", &long, "\u{0}"] {
        let before = visitor.cookies.clone();
        let answer = visitor.sends(&[("code", code)]).await;
        assert_eq!(answer.status, 422, "{code:?}");
        answer.shows("That code isn’t valid for this order.");
        assert_eq!(visitor.cookies, before);
        pages.push((redacted(&answer.text()), answer.headers.clone()));
    }
    assert!(pages.iter().all(|page| *page == pages[0]));
    visitor.says(&[("code", "good")]).await.shows("Discount (10%)");
    let wrong = visitor.says(&[("code", "used-up")]).await;
    wrong.shows("That code isn’t valid");
    wrong.shows("Discount (10%)");
    let off = visitor.says(&[("remove", "1")]).await;
    assert!(!off.text().contains("Discount ("));
}

#[tokio::test]
async fn shop_without_codes_answers_the_same_and_asks_for_none() {
    let shop = shop(PriceRules::default()).await;
    let mut visitor = Visitor::of(&shop);
    let cart = visitor.takes("tee", "1").await;
    assert!(!cart.text().contains("Discount code"));
    let answer = visitor.sends(&[("code", "GOOD")]).await;
    assert_eq!(answer.status, 422);
    answer.shows("That code isn’t valid for this order.");
}

#[tokio::test]
async fn the_last_use_of_a_code_is_one_order_s() {
    let shop =
        shop(with(vec![Discount { uses: Some(1), ..discount(1, "ONCE", percent("50")) }])).await;
    let mut one = Visitor::of(&shop);
    let mut two = Visitor::of(&shop);
    let mut forms = Vec::new();
    for visitor in [&mut one, &mut two] {
        visitor.takes("tee", "1").await;
        visitor.says(&[("code", "once")]).await.shows("Discount (50%)");
        forms.push(visitor.fills().await);
    }
    let fields = borrowed(&forms[0]);
    let others = borrowed(&forms[1]);
    let (a, b) = tokio::join!(one.post("/checkout", &fields), two.post("/checkout", &others));
    let (loser, form, refused) =
        if a.status == 303 { (&mut two, others, b) } else { (&mut one, fields, a) };
    assert_eq!(refused.status, 422);
    refused.shows("The discount no longer applies to this order and has been removed.");
    refused.shows("Ada Byron");
    refused.shows("<th scope=\"row\">Total</th><td>0.1 ETH</td>");
    let orders = shop.db.orders().await.unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].facts.due.steps() / 10_000, 500, "the whole price");
    loser.follow("/checkout", &form).await.shows("Keep this code");
    assert_eq!(shop.db.orders().await.unwrap().len(), 2);
}

#[tokio::test]
async fn one_click_sent_twice_uses_a_code_once() {
    let shop =
        shop(with(vec![Discount { uses: Some(1), ..discount(1, "ONCE", percent("50")) }])).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    visitor.says(&[("code", "once")]).await;
    let filled = visitor.fills().await;
    let mut second = Visitor { cookies: visitor.cookies.clone(), ..Visitor::of(&shop) };
    let first = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(first.location(), "/order?opened");
    let again = second.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(again.location(), "/order?sent-before");
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
}

#[tokio::test]
async fn lapsed_discount_is_removed_with_a_message() {
    let hour = START.coarse();
    let least = Discount { minimum: eth("0.2"), ..discount(1, "TWO", percent("10")) };
    let today = Discount { until: Some(hour.plus_hours(1)), ..discount(2, "TODAY", percent("20")) };
    let shop = shop(with(vec![least, today])).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "2").await;
    visitor.says(&[("code", "two")]).await.shows("Discount (10%)");
    let fewer = visitor.says(&[("id", "tee"), ("quantity", "1")]).await;
    fewer.shows("and has been removed.");
    assert!(!fewer.text().contains("Discount ("));
    let again = visitor.get("/cart").await;
    assert!(!again.text().contains("and has been removed."), "it is said once");

    visitor.says(&[("code", "today")]).await.shows("Discount (20%)");
    let filled = visitor.fills().await;
    shop.clock.advance(3_600);
    let late = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(late.status, 422);
    late.shows("and has been removed.");
    late.shows("Ada Byron");
    assert!(shop.db.orders().await.unwrap().is_empty(), "not at a price that was not shown");
    visitor.follow("/checkout", &borrowed(&filled)).await.shows("Keep this code");
}

/// One code holds for an order, and none is spent for nothing.
#[tokio::test]
async fn a_code_that_would_not_lower_the_total_is_not_used() {
    let free = discount(3, "FREIGHT", shop_core::bill::DiscountEffect::FreeShipping);
    let codes = vec![discount(1, "TEN", percent("10")), discount(2, "HALF", percent("50")), free];
    let rules = PriceRules { discounts: Discounts::new(codes).unwrap(), ..full() };
    let shop = shop(rules).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "5").await;
    visitor.says(&[("country", "FR")]).await;
    visitor.says(&[("code", "ten")]).await.shows("Discount (10%)");
    let kept = visitor.sends(&[("code", "freight")]).await;
    assert_eq!(kept.status, 422);
    kept.shows("That code wouldn’t lower your total, so it wasn’t applied.");
    kept.shows("Discount (10%)");
    visitor.says(&[("code", "half")]).await.shows("Discount (50%)");
    let nothing_sent = PriceRules {
        discounts: Discounts::new(vec![discount(
            3,
            "FREIGHT",
            shop_core::bill::DiscountEffect::FreeShipping,
        )])
        .unwrap(),
        shipping: super::zones(vec![("FR", vec![super::flat("Colis", "0")])]),
        ..PriceRules::default()
    };
    let shop = super::shop(nothing_sent).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    visitor.says(&[("country", "FR")]).await;
    let answer = visitor.sends(&[("code", "freight")]).await;
    answer.shows("That code wouldn’t lower your total, so it wasn’t applied.");
}

/// A buyer must not have to write an address twice because others were quicker.
#[tokio::test]
async fn goods_that_others_took_meanwhile_are_lowered_at_the_checkout() {
    let once = Discount { uses: Some(1), ..discount(1, "ONCE", percent("10")) };
    let rules = PriceRules { discounts: Discounts::new(vec![once]).unwrap(), ..full() };
    let shop = shop(rules).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "5").await;
    visitor.says(&[("country", "FR")]).await;
    visitor.says(&[("code", "once")]).await.shows("Discount (10%)");
    let mut filled = visitor.fills().await;
    shop.db.set_stock(StockKey::product("tee"), 4).await.unwrap();
    shop.db.set_stock(StockKey::discount("1"), 0).await.unwrap();
    let answer = visitor.post("/checkout", &borrowed(&filled)).await;
    assert_eq!(answer.status, 422);
    answer.shows("There are fewer of Tee left than in your cart. Please lower the quantity.");
    answer.shows("and has been removed.");
    answer.shows("Ada Byron");
    answer
        .shows("form=\"checkout\" name=\"lower\" value=\"0\">Reduce the quantity of Tee</button>");
    answer.shows("name=\"fewer-0\" value=\"4\" min=\"0\" max=\"4\"");
    // More than there were is one less.
    filled.push(("fewer-0", "9".into()));
    filled.push(("lower", "0".into()));
    let lowered = visitor.post("/checkout", &borrowed(&filled)).await;
    lowered.shows("The quantity in your order is now lower.");
    lowered.shows("Ada Byron");
    lowered.shows("<th scope=\"row\">Total</th><td>0.42 ETH</td>");
    assert!(shop.db.orders().await.unwrap().is_empty(), "not before its buyer has seen it");
    filled.truncate(filled.len() - 2);
    visitor.follow("/checkout", &borrowed(&filled)).await.shows("Keep this code");
    assert_eq!(shop.db.orders().await.unwrap().len(), 1);
}

/// The last of a line goes, and with the last line the checkout.
#[tokio::test]
async fn a_cart_that_is_lowered_to_nothing_is_an_empty_cart() {
    let shop = shop(PriceRules::default()).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("tee", "1").await;
    let mut filled = visitor.fills().await;
    for wild in ["7", "-1", "99999999999999999999", "x"] {
        let mut sent = filled.clone();
        sent.push(("lower", wild.into()));
        sent.retain(|(name, _)| *name != "recipient");
        assert_eq!(visitor.post("/checkout", &borrowed(&sent)).await.status, 422, "{wild}");
    }
    filled.push(("lower", "0".into()));
    let empty = visitor.follow("/checkout", &borrowed(&filled)).await;
    empty.shows("Your cart is empty.");
}
