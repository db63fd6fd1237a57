//! One bill, wherever it stands.

use super::{PriceRules, Visitor, borrowed, discount, eth, flat, full, shop, tax, zones};
use shop_core::{
    bill::{DiscountEffect, Discounts, Rate},
    money::Amount,
};
use shop_seal::open::SealKey;

/// Order, and the rows of its bill: title and amount on pages, and in the letter.
struct Case {
    rules: PriceRules,
    takes: &'static [(&'static str, &'static str)],
    says: &'static [&'static [(&'static str, &'static str)]],
    rows: &'static [[&'static str; 4]],
}

/// Goods of 0.1 ETH.
const GOODS: [&str; 4] = ["Subtotal", "0.1 ETH", "Goods", "0.1"];

async fn holds(case: Case) {
    let shop = shop(case.rules).await;
    let mut visitor = Visitor::of(&shop);
    for (id, count) in case.takes {
        visitor.takes(id, count).await;
    }
    for fields in case.says {
        assert_eq!(visitor.says(fields).await.status, 200, "{fields:?}");
    }
    let cart = visitor.get("/cart").await;
    cart.shows("name=\"checkout\"");
    let checkout = visitor.get("/checkout").await;
    let filled = visitor.fills().await;
    let fresh = visitor.follow("/checkout", &borrowed(&filled)).await;
    let order = visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    let receipt = visitor.get("/order/receipt").await;
    let text = visitor.get("/order/receipt.txt").await;
    let mails = shop.db.outbox(9).await.unwrap();
    let mail = mails[0].sealed().unwrap();
    let letter = SealKey::parse(&shop.secret, "").unwrap().open(mail).unwrap().body.clone();

    for [title, amount, in_letter, number] in case.rows {
        let row = format!("<tr><th scope=\"row\">{title}</th><td>{amount}</td></tr>");
        for page in [&cart, &checkout, &order, &receipt] {
            page.shows(&row);
        }
        text.shows(&format!("\n{title}: {amount}\n"));
        let lines =
            letter.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
        let wanted = format!("{in_letter} {number} ETH");
        assert_eq!(lines.filter(|line| *line == wanted).count(), 1, "{wanted}\n{letter}");
    }
    // What names the order stands below the total, once there is an order.
    for (page, naming) in [(&cart, 0), (&checkout, 0), (&order, 2), (&receipt, 2)] {
        let rows =
            page.text().split("<tbody class=\"bill\">").nth(1).unwrap().matches("<tr>").count();
        let said = page.text().matches("<tr><td colspan").count();
        assert_eq!(rows, case.rows.len() + said + naming, "no row more\n{}", page.text());
    }
    // The till is asked for the total; the fake one adds 101 steps of the eighth decimal.
    let [.., total] = case.rows else { unreachable!() };
    let due = shop.db.orders().await.unwrap()[0].facts.due;
    for page in [&order, &receipt] {
        page.shows("<th scope=\"row\">Added to identify your payment</th><td>0.00000101 ETH</td>");
        page.shows(&format!("<th scope=\"row\">Total to pay</th><td>{due}</td>"));
    }
    text.shows("\nAdded to identify your payment: 0.00000101 ETH\n");
    let named = Amount::from_steps(due.asset(), 101).unwrap();
    assert_eq!(format!("{} ETH", total[3]), due.minus(named).unwrap().to_string());
}

#[tokio::test]
async fn zones_tax_that_is_added_and_a_percentage_off() {
    holds(Case {
        rules: full(),
        takes: &[("tee", "2")],
        says: &[
            &[("country", "CA"), ("region", "CA-QC")],
            &[("rate", "express")],
            &[("code", "ten off")],
        ],
        rows: &[
            ["Subtotal", "0.2 ETH", "Goods", "0.2"],
            ["Discount (10%)", "−0.02 ETH", "Discount 1 (10 %)", "-0.02"],
            ["Shipping: Express", "0.03 ETH", "Shipping: Express", "0.03"],
            ["GST+QST (14.975%)", "0.0314475 ETH", "GST+QST 14.975 %", "0.0314475"],
            ["Total", "0.2414475 ETH", "Total", "0.2414475"],
        ],
    })
    .await;
}

#[tokio::test]
async fn tax_that_is_in_the_prices_and_shipping_too() {
    holds(Case {
        rules: PriceRules { tax: tax(&[("FR", "TVA", "20", true)]), ..PriceRules::default() },
        takes: &[("tee", "2")],
        says: &[&[("country", "FR")]],
        rows: &[
            ["Subtotal", "0.2 ETH", "Goods", "0.2"],
            ["Includes TVA (20%)", "0.03333333 ETH", "TVA 20 %, in the total", "0.03333333"],
            ["Total", "0.2 ETH", "Total", "0.2"],
        ],
    })
    .await;
}

#[tokio::test]
async fn shipping_that_is_free_from_a_value_on() {
    let post = || Rate { free_over: eth("0.2"), ..flat("Post", "0.01") };
    let rules =
        || PriceRules { shipping: zones(vec![("*", vec![post()])]), ..PriceRules::default() };
    holds(Case {
        rules: rules(),
        takes: &[("tee", "2")],
        says: &[&[("country", "NZ")]],
        rows: &[
            ["Subtotal", "0.2 ETH", "Goods", "0.2"],
            ["Shipping: Post", "0 ETH", "Shipping: Post", "0"],
            ["Total", "0.2 ETH", "Total", "0.2"],
        ],
    })
    .await;
    // A download is not in the parcel.
    holds(Case {
        rules: rules(),
        takes: &[("tee", "1"), ("book", "2")],
        says: &[&[("country", "NZ")]],
        rows: &[
            ["Subtotal", "0.2 ETH", "Goods", "0.2"],
            ["Shipping: Post", "0.01 ETH", "Shipping: Post", "0.01"],
            ["Total", "0.21 ETH", "Total", "0.21"],
        ],
    })
    .await;
}

#[tokio::test]
async fn an_amount_off_and_a_code_that_makes_sending_free() {
    let free = discount(3, "FREIGHT", DiscountEffect::FreeShipping);
    let amount = discount(2, "CENT", DiscountEffect::Amount(eth("0.001")));
    let discounts = Discounts::new(vec![amount, free]).unwrap();
    let rules = PriceRules { discounts, ..full() };
    const TO_FRANCE: &[(&str, &str)] = &[("country", "FR")];
    holds(Case {
        rules: rules.clone(),
        takes: &[("tee", "1")],
        says: &[TO_FRANCE, &[("code", "cent")]],
        rows: &[
            GOODS,
            ["Discount", "−0.001 ETH", "Discount 2", "-0.001"],
            ["Shipping: Colis", "0.02 ETH", "Shipping: Colis", "0.02"],
            ["Total", "0.119 ETH", "Total", "0.119"],
        ],
    })
    .await;
    holds(Case {
        rules,
        takes: &[("tee", "1")],
        says: &[TO_FRANCE, &[("code", "freight")]],
        rows: &[
            GOODS,
            ["Shipping: Colis", "0 ETH", "Shipping: Colis", "0"],
            ["Total", "0.1 ETH", "Total", "0.1"],
        ],
    })
    .await;
}

#[tokio::test]
async fn an_order_of_which_nothing_is_sent() {
    let rules = PriceRules { tax: tax(&[]), ..full() };
    holds(Case {
        rules: rules.clone(),
        takes: &[("book", "2")],
        says: &[],
        rows: &[GOODS, ["Total", "0.1 ETH", "Total", "0.1"]],
    })
    .await;
    let shop = shop(rules).await;
    let mut visitor = Visitor::of(&shop);
    visitor.takes("book", "1").await;
    let checkout = visitor.get("/checkout").await;
    checkout.shows("Nothing in this order is shipped, so no address is needed.");
    for field in ["recipient", "street", "country", "sealed"] {
        assert!(!checkout.text().contains(&format!("name=\"{field}\"")), "{field}");
    }
    let fields = [("token", &*checkout.token()), ("recipient", "Ada Byron")];
    let fresh = visitor.follow("/checkout", &fields).await;
    visitor.follow("/order/kept", &[("token", &fresh.token())]).await;
    for page in ["/order/receipt", "/order/receipt.txt"] {
        let receipt = visitor.get(page).await;
        receipt.shows("Nothing in this order is shipped, so no address is needed.");
        assert!(!receipt.text().contains("Ada Byron"), "what nobody asked for is not kept");
    }
}
