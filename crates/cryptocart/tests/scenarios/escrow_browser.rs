//! Escrow in a real Firefox with Tor Browser's *Safest* settings, wide and on a phone.

use crate::{
    escrow::{DELIVERED, Market, PaidOrder},
    support::{Arbiter, Firefox, escrow::write, until},
};
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::Statement;

const WIDE: u64 = 1280;
const PHONE: u64 = 360;
/// Address of the buyer's own wallet.
const REFUND: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
/// Fields of the checkout, by name.
const SHIP_TO: [(&str, &str); 6] = [
    ("recipient", "Ada Byron"),
    ("street", "1 Wellington Street"),
    ("city", "Ottawa"),
    ("province", "Ontario"),
    ("country", "CA"),
    ("postcode", "K1A 0B1"),
];

/// Nothing that a buyer sees of escrow needs a script, and nothing sticks out of a screen.
///
/// That is checkout, statement and order page, and the pages of attestor and arbiter.
#[test]
fn firefox_at_safest_buys_into_escrow_and_objects() {
    let mut arbiter = Arbiter::new();
    let mut market = Market::new(arbiter.account);
    let onion = format!("{}d.onion", "a".repeat(55));
    let party = format!(
        "{{ address = \"{}\", name = \"The Arbiter\", onion = \"{onion}\" }}",
        arbiter.account
    );
    market.shop.set("escrow", "arbiter", &party);
    market.start();
    arbiter.serve(&market.anvil);
    let shop = format!("http://{}", market.shop.preview());
    let mut sitting = Sitting { firefox: Firefox::safest(), shop };
    let mut order = sitting.buys(&market);
    market.anvil.pay(&checksum(order.statement.vault), order.statement.terms.price);
    sitting.sees(&market, "Your payment waits in the contract", "funded");
    sitting.checks(&order.statement, &market.attestors[0].url());
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    sitting.sees(&market, "has named one parcel", "shipped");
    market.deliver(&mut order);
    sitting.sees(&market, "look inside the parcel", "delivered");
    let page = sitting.firefox.text("main");
    assert!(page.contains("You can object until") && page.contains(&onion), "{page}");
    sitting.objects(&market.kept(), &arbiter.url());
    market.home.json(&["refund", &order.id, "--yes", "--json"]);
    sitting.sees(&market, "Your money has been paid back", "refunded");
    assert_eq!(sitting.firefox.strays(), [""; 0], "somebody else was asked");
}

/// Somebody in front of a browser.
struct Sitting {
    firefox: Firefox,
    /// Address of the shop.
    shop: String,
}

impl Sitting {
    /// Types the address of a page of the shop.
    fn opens(&mut self, path: &str) {
        self.firefox.open(&format!("{}{path}", self.shop));
    }

    /// Looks at the page wide and on a phone.
    fn look(&mut self, name: &str) {
        for width in [PHONE, WIDE] {
            self.firefox.widen(width);
            self.firefox.look(&format!("escrow-{name}"), width);
        }
    }

    /// Opens the order page again until it says this, and looks at it.
    fn sees(&mut self, market: &Market, words: &str, name: &str) {
        until(words, || {
            market.anvil.mine(1);
            self.opens("/order");
            self.firefox.text("main").contains(words).then_some(())
        });
        self.look(name);
    }

    /// Goes from a shirt to the page with the address to pay.
    fn buys(&mut self, market: &Market) -> PaidOrder {
        self.opens("/product/hash-range");
        self.firefox.click("select[name='option'] option:nth-child(4)");
        self.firefox.follow("form[action='/cart'] button");
        self.firefox.follow("button[name='checkout']");
        self.look("checkout");
        for (name, value) in SHIP_TO {
            self.firefox.fill(&format!("[name='{name}']"), value);
        }
        self.firefox.click("#pay-escrow");
        self.look("chosen");
        self.firefox.click("#release-secret");
        self.look("secret");
        self.firefox.click("#release-wallet");
        self.look("wallet");
        self.firefox.click("#release-none");
        self.firefox.fill("#escrow-refund", "nowhere");
        self.firefox.follow("form[action='/checkout'] button");
        assert!(self.firefox.find("#escrow-refund[aria-invalid='true']").is_some());
        self.look("wrong");
        self.firefox.fill("#escrow-refund", REFUND);
        self.firefox.follow("form[action='/checkout'] button");
        self.firefox.follow("form[action='/order/kept'] button");
        self.look("statement");
        let proof = self.firefox.text("pre.copy:not(.long)");
        let text = format!("{}\n{}\n{proof}", self.part(1), self.part(2));
        let statement = Statement::parse(&text).unwrap().statement;
        let vault = checksum(statement.vault);
        // The order page is this one until the statement is kept.
        self.opens("/order");
        assert!(self.firefox.find("#kept").is_some());
        self.firefox.follow("form[action^='/order/statement'] button");
        assert!(self.firefox.find("#kept[aria-invalid='true']").is_some());
        self.look("unticked");
        self.firefox.click("#kept");
        self.firefox.follow("form[action^='/order/statement'] button");
        let page = self.firefox.text("main");
        assert!(page.contains(&vault), "{page}");
        self.look("waiting");
        let heading = self.firefox.text("h1");
        let id = heading.split_whitespace().last().unwrap().to_owned();
        write(&market.home.path("statement.txt"), &text);
        market.order_of(id, statement, &self.firefox.cookies())
    }

    /// Returns a part of the statement that the page shows.
    fn part(&mut self, number: usize) -> String {
        let block = format!("pre.long:nth-of-type({number})");
        self.firefox.text(&block)
    }

    /// Pastes the statement into the page of an attestor.
    fn checks(&mut self, statement: &Statement, url: &str) {
        self.firefox.open(url);
        self.look("attestor");
        self.firefox.click("a[href='/check']");
        self.firefox.seen("#statement");
        self.look("check");
        let part_1 = statement.part_1().to_text(checksum).to_string();
        self.firefox.fill("#statement", &part_1);
        self.firefox.click("button");
        let found = self.firefox.text("main:not(:has(form))");
        assert!(found.contains(&checksum(statement.vault)), "{found}");
        self.look("checked");
        self.firefox.open(&format!("{url}/check"));
        self.firefox.fill("#statement", &part_1.replace(REFUND, &checksum(statement.shop_key)));
        self.firefox.click("button");
        let found = self.firefox.text("main:not(:has(form))");
        assert!(found.contains("Something is wrong"), "{found}");
        assert!(!found.contains("Pay to this address"), "{found}");
        self.look("false");
    }

    /// Objects on the arbiter's page, and comes back with the code.
    fn objects(&mut self, kept: &str, url: &str) {
        self.firefox.open(url);
        self.look("arbiter");
        self.firefox.click("a[href='/buyer']");
        self.firefox.seen("#words");
        self.look("intake");
        self.firefox.fill("#statement", kept);
        self.firefox.fill("#words", "The box was full of newspapers.\nI have a picture of it.");
        self.firefox.click("button");
        let code = self.firefox.text("pre");
        self.look("taken");
        self.firefox.click("a[href='/case']");
        self.firefox.fill("#code", &code);
        self.firefox.click("button");
        let page = self.firefox.text("main:has(#words)");
        assert!(page.contains("The box was full of newspapers."), "{page}");
        self.look("case");
    }
}
