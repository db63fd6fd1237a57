//! An order for which too little came.

use crate::{
    order_life::{deliver_all, due, pool, says, shop_with, steps},
    shop::owes_payment,
    visitor::{Answer, Visitor},
};
use shop_core::money::Amount;
use shop_core::order_status::EventKind;

/// Words on the page once the offer has ended, and those that are gone then.
struct Words {
    prefix: &'static str,
    /// Words that ask for the rest, before the offer has ended.
    asks: &'static str,
    ended: [&'static str; 3],
    forgotten: &'static str,
}

const ALL: [Words; 3] = [
    Words {
        prefix: "",
        asks: "is missing. Please send the rest.",
        ended: [
            "Too little arrived before the offer ended",
            "Please don’t send the rest",
            "The order is on the seller’s refund list",
        ],
        forgotten: "This order is forgotten",
    },
    Words {
        prefix: "/fr-CA",
        asks: "Veuillez envoyer le reste.",
        ended: [
            "Paiement incomplet à la fin de l’offre",
            "N’envoyez pas le reste",
            "La commande est sur la liste des remboursements du vendeur",
        ],
        forgotten: "Cette commande est oubliée",
    },
    Words {
        prefix: "/ar",
        asks: "يُرجى إرسال الباقي.",
        ended: [
            "انتهى العرض والمبلغ ناقص",
            "يُرجى ألا ترسل الباقي",
            "الطلب في قائمة المبالغ التي سيعيدها البائع",
        ],
        forgotten: "نُسي الطلب",
    },
];

#[track_caller]
fn says_not(page: &Answer, words: &str) {
    assert!(!page.text().contains(words), "{words:?} in\n{}", page.text());
}

/// It can be forgotten once it is refunded.
#[tokio::test]
async fn underpaid_order_asks_for_nothing_after_its_offer_ended() {
    for Words { prefix, asks, ended, forgotten } in ALL {
        let shop = shop_with(10).await;
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        let (_, ticket) = visitor.pays_next().await;
        let part =
            Amount::new(due(&shop).await.asset(), due(&shop).await.units() - 1_000_000_000_000_000);
        shop.chain(102, &[("0xaa", 101, part, pool(101))]).await;
        let page = visitor.get("/order").await;
        page.shows(asks);
        page.shows("qr.png");

        shop.clock.advance(25 * 3600);
        let page = visitor.follow("/order/enter", &[("ticket", &ticket)]).await;
        for wanted in ended {
            page.shows(wanted);
        }
        page.shows("id=\"refund\"");
        for gone in [asks, "qr.png", "class=\"copy code\""] {
            says_not(&page, gone);
        }
        assert_eq!(visitor.get("/order/qr.png").await.status, 404, "{prefix}");
        crate::lint::answer(&page);
        if prefix.is_empty() {
            let way = ["done Placed", "stop Partial payment at", "stop Offer ended"];
            assert_eq!(steps(&page), [&way[..], &["next Refunded"]].concat());
            visitor.get("/order/receipt").await.shows(ended[0]);
        }

        // The seller is told with the next block, and gives the money back.
        shop.chain(103, &[]).await;
        assert!(owes_payment(&shop.db.orders().await.unwrap()[0]));
        deliver_all(&shop).await;
        let forget = [("token", &*page.token())];
        let refused = visitor.post("/order/forget", &forget).await;
        assert_eq!(refused.status, 422);
        says(&shop, &ticket, EventKind::Refunded, None).await;
        visitor.get("/order/forget").await.shows("<button");
        visitor.follow("/order/forget", &forget).await.shows(forgotten);
        assert!(shop.db.orders().await.unwrap().is_empty());
    }
}
