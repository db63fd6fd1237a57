//! A real Firefox with Tor Browser's *Safest* settings in a shop with rules.
//!
//! The rules say what goes where. There is a discount, money back, cancelling and forgetting, once at
//! the preview, and once at the onion address itself through a tor: whether `Secure` cookies are kept
//! there over http, and what forms say of where they come from, is the browser's own doing.

use crate::{
    browser::PLACE,
    onion::{PATIENCE, keys, on_network, onion_of, over_tor},
    support::{Buyer, Firefox, SHIP_TO, Shop, until, until_within},
    torbed::TorNet,
};
use std::time::{Duration, Instant};

const SHIPPING: &str = r#"
[[zone]]
to = ["CA"]
[[zone.rate]]
id = "post"
name = "Letter post"
price = { ETH = 2000000 }
[[zone.rate]]
id = "parcel"
name = "Parcel"
price = { ETH = 4000000 }
"#;
const TAX: &str = "[[tax]]\nto = [\"CA-QC\"]\nname = \"QST\"\npercent = \"10\"\nincluded = false\n";
/// Nobody writes an address faster, says the shop; and a little more.
const WRITING: Duration = Duration::from_secs(6);
/// Address to which the buyer wants money back, in a demo.
const REFUND: &str = "0xd24def0856636050cf891befc0fa69ecf96c160b";

/// Goods are sent, and money is asked back, before the order is cancelled and forgotten.
#[test]
fn firefox_at_safest_orders_cancels_and_is_forgotten() {
    let mut shop = with_rules();
    shop.open();
    Sitting { firefox: Firefox::safest(), host: shop.preview() }.journey(&shop);
    shop.close();
}

#[test]
fn the_same_firefox_does_the_same_at_the_onion_address() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut tor = runtime.block_on(TorNet::start(folder.path(), &keys())).unwrap();
    let client = tor.client("buyer").unwrap();
    let mut shop = with_rules();
    on_network(&shop, &tor);
    shop.open();
    let host = onion_of(&shop);
    let mut early = Buyer::through(&host, over_tor(client, runtime.handle().clone(), host.clone()));
    until_within(PATIENCE, "the onion address answers", || {
        early.get("/").ok().filter(|answer| answer.status == 200)
    });

    Sitting { firefox: Firefox::over_tor(client.address()), host }.journey(&shop);
    shop.close();
}

fn with_rules() -> Shop {
    let shop = Shop::new();
    std::fs::write(shop.dir().join("shipping.toml"), SHIPPING).unwrap();
    std::fs::write(shop.dir().join("tax.toml"), TAX).unwrap();
    shop.run(&["discount", "add", "TENTH", "--percent", "10", "--dir", "my-shop"]);
    shop
}

/// Somebody in front of a browser.
struct Sitting {
    firefox: Firefox,
    host: String,
}

impl Sitting {
    fn journey(mut self, shop: &Shop) {
        let first = self.orders();
        shop.run(&["demo", "pay", &first, "--amount", "0.001"]);
        self.wants_money_back_to(REFUND);
        self.firefox.follow("form[action='/order/leave'] button");
        let second = self.orders();
        assert_ne!(first, second);
        self.cancels_and_is_forgotten();
        assert!(!shop.run(&["orders", "my-shop"]).contains(&second), "the record is gone");
        assert_eq!(self.firefox.strays(), [""; 0], "somebody else was asked");
    }

    /// Goes from the window to the order page, and returns the order's number.
    fn orders(&mut self) -> String {
        self.firefox.open(&format!("http://{}/", self.host));
        self.firefox.follow("a[href*='hash-range']");
        self.firefox.click("select[name='option'] option:nth-child(4)");
        self.firefox.follow("form[action='/cart'] button");
        self.keeps("__Host-cart");
        // The way to the checkout asks for what the bill needs.
        self.firefox.follow("button[name='checkout']");
        self.firefox.click("#country option[value='CA-QC']");
        self.firefox.follow("button[name='checkout']");
        self.firefox.follow("a[href='/cart']:not(nav a)");
        self.firefox.click("#rate-parcel");
        self.firefox.fill("#code", "ten th");
        self.firefox.follow("form[action='/cart/change'] .card button:not([name])");
        let sums = self.firefox.text(".sums");
        for wanted in ["10%", "Parcel", "QST"] {
            assert!(sums.contains(wanted), "{wanted} is missing: {sums}");
        }
        self.firefox.follow("button[name='checkout']");
        let begun = Instant::now();
        for (name, value) in SHIP_TO {
            // Province and country are those of the cart.
            if self.firefox.find(&format!("[name='{name}']")).is_some() {
                self.firefox.fill(&format!("[name='{name}']"), value);
            }
        }
        self.firefox.fill("[name='postcode']", "H2X 1Y4");
        // At the onion's door a form that comes back faster than anybody writes is refused.
        until("an address can have been written", || (begun.elapsed() > WRITING).then_some(()));
        self.firefox.follow(PLACE);
        self.firefox.seen(".ticket");
        self.firefox.follow("form[action='/order/kept'] button");
        self.keeps("__Host-order");
        let heading = self.firefox.text("h1");
        heading.split_whitespace().last().unwrap().to_owned()
    }

    /// Checks that the browser has this cookie, as the shop meant it.
    fn keeps(&mut self, name: &str) {
        let cookies = self.firefox.cookies();
        let cookie = cookies.iter().find(|cookie| cookie["name"] == name);
        let cookie = cookie.unwrap_or_else(|| panic!("{name} was dropped: {cookies:?}"));
        assert_eq!(Some(cookie["domain"].as_str().unwrap()), self.host.split(':').next());
        for (what, wanted) in [("secure", true), ("httpOnly", true)] {
            assert_eq!(cookie[what], wanted, "{cookie}");
        }
        assert_eq!(cookie["sameSite"], "Strict");
    }

    fn wants_money_back_to(&mut self, address: &str) {
        until("some of the money was seen", || {
            self.firefox.follow("nav a[href='/order']");
            self.firefox.find("#refund")
        });
        if self.firefox.find("details[open] #refund").is_none() {
            self.firefox.click("details:has(#refund) summary");
        }
        self.firefox.fill("#refund", address);
        self.firefox.follow("form[action^='/order/refund'] button");
        let page = self.firefox.text("main").to_lowercase();
        assert!(page.contains(address), "{page}");
    }

    fn cancels_and_is_forgotten(&mut self) {
        self.firefox.follow("a[href='/order/cancel']");
        self.firefox.follow("form[action='/order/cancel'] button");
        assert!(self.firefox.text("main").contains("You cancelled this order"));
        // What is still on its way to the seller's mailbox is not destroyed.
        until("the order is forgotten", || {
            self.firefox.open(&format!("http://{}/order/forget", self.host));
            self.firefox.follow("form[action='/order/forget'] button");
            self.firefox.url().ends_with("/order/forgotten").then_some(())
        });
        let left = self.firefox.cookies();
        assert!(left.iter().all(|cookie| cookie["name"] != "__Host-order"), "{left:?}");
    }
}
