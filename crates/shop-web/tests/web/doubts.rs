//! Addresses that look wrong.

use crate::{lint, shop::TestShop, visitor::Visitor};

/// The shop asks about an address that looks wrong; the buyer has the last word.
#[tokio::test]
async fn doubtful_address_is_asked_about_and_can_be_overruled() {
    for (prefix, germany, shape) in [
        ("", "Did you mean Germany?", "Postal codes in Germany look like this: 10115."),
        (
            "/fr-CA",
            "Vouliez-vous dire Allemagne?",
            "(Allemagne), un code postal s’écrit ainsi : 10115.",
        ),
        ("/ar", "هل تقصد ألمانيا؟", "(ألمانيا) يُكتب هكذا"),
    ] {
        let shop = TestShop::new();
        let mut visitor = Visitor { prefix, ..Visitor::of(&shop) };
        visitor.takes_a_tee().await;
        let mut filled = visitor.filled().await;
        let mut set = |name: &str, to: &str| {
            filled.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, v)| *v = to.to_owned());
            filled.clone()
        };
        let mut sends = async |fields: Vec<(&'static str, String)>| {
            let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            let answer = visitor.post("/checkout", &fields).await;
            if answer.status == 422 {
                lint::answer(&answer);
                answer.shows("<input id=\"sure\" name=\"sure\"");
            }
            answer
        };
        sends(set("country", "Germny")).await.shows(germany);
        set("country", "Germany");
        let asked = sends(set("postcode", "99999")).await;
        asked.shows(shape);
        asked.shows("<a href=\"#postcode\">");
        assert!(shop.db.orders().await.unwrap().is_empty());
        let mut sure = set("postcode", "99999");
        sure.push(("sure", "yes".into()));
        assert_eq!(sends(sure).await.status, 303);
        assert_eq!(shop.db.orders().await.unwrap().len(), 1);
    }
}
