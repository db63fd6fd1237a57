//! A whole purchase in a real Firefox with Tor Browser's *Safest* settings.

use crate::support::{Anvil, CHAIN, Firefox, SHIP_TO, Shop, WALLET, real_shop, until, wei};
use std::process::Command;

/// The button that places the order.
pub(crate) const PLACE: &str = "form[action$='/checkout'] button:not(.skip):not(.plain)";

#[test]
fn firefox_at_safest_buys_in_a_demo_up_to_the_receipt() {
    let mut shop = Shop::new();
    shop.open();
    let mut buyer = Sitting::at(&shop, 1280);
    assert!(buyer.firefox.text(".demo").contains("DEMO"));
    let placed = buyer.buys();
    assert!(placed.pay_to.starts_with("demo-"), "{placed:?}");
    assert_eq!(placed.scanned, placed.pay_to, "a demo has nothing a wallet could pay");

    shop.run(&["demo", "pay", &placed.id]);
    shop.run(&["demo", "mine", "5"]);
    buyer.returns(&placed);
    until("the order is paid", || {
        buyer.firefox.open(&buyer.shop);
        buyer.firefox.follow("a[href$='/order']");
        buyer.firefox.text("main").contains("Paid").then_some(())
    });
    buyer.look("paid");
    buyer.reads_the_receipt(&placed);
    assert_eq!(buyer.firefox.strays(), [""; 0], "somebody else was asked");
}

/// The code on the page has the address, the chain and the exact amount.
#[test]
fn wallet_scans_the_payment_off_a_narrow_screen() {
    let anvil = Anvil::start();
    let mut shop = real_shop(&anvil);
    shop.open();
    let mut buyer = Sitting::at(&shop, 360);
    assert_eq!(buyer.firefox.find(".demo"), None);
    let placed = buyer.buys();
    assert!(placed.pay_to.eq_ignore_ascii_case(WALLET), "{placed:?}");
    let to = &placed.pay_to;
    let wei = wei(&placed.amount);
    assert_eq!(placed.scanned, format!("ethereum:{to}@{CHAIN}?value={wei}"));
    buyer.returns(&placed);
    buyer.reads_the_receipt(&placed);
    assert_eq!(buyer.firefox.strays(), [""; 0], "somebody else was asked");
}

/// The pages run from right to left.
#[test]
fn arabic_reader_buys_on_wide_and_narrow_screens() {
    let anvil = Anvil::start();
    for width in [1280, 360] {
        let mut shop = real_shop(&anvil);
        shop.set("shop", "languages", "[\"en\", \"fr-CA\", \"ar\"]");
        shop.open();
        let mut buyer = Sitting::at(&shop, width);
        buyer.chooses_the_language("ar");
        let placed = buyer.buys();
        let to = &placed.pay_to;
        let wei = wei(&placed.amount);
        assert_eq!(placed.scanned, format!("ethereum:{to}@{CHAIN}?value={wei}"));
        buyer.returns(&placed);
        buyer.reads_the_receipt(&placed);
        buyer.chooses_the_language("fr-CA");
        buyer.reads_the_receipt(&placed);
        assert_eq!(buyer.firefox.strays(), [""; 0], "somebody else was asked");
    }
}

/// Somebody in front of a browser.
struct Sitting {
    firefox: Firefox,
    shop: String,
    width: u64,
    language: &'static str,
}

/// An order as the buyer saw it.
#[derive(Debug)]
struct Placed {
    id: String,
    ticket: String,
    amount: String,
    pay_to: String,
    scanned: String,
}

impl Sitting {
    /// Opens a browser of this width at the shop.
    fn at(shop: &Shop, width: u64) -> Self {
        let shop = format!("http://{}/", shop.preview());
        let mut firefox = Firefox::safest();
        firefox.open(&shop);
        firefox.widen(width);
        Self { firefox, shop, width, language: "en" }
    }

    /// Follows the link at the foot of the page; it leads to the same page.
    fn chooses_the_language(&mut self, language: &'static str) {
        self.firefox.follow(&format!("footer a[hreflang='{language}']"));
        let root = self.firefox.seen("html");
        assert_eq!(self.firefox.property(&root, "lang"), language);
        let direction = if language == "ar" { "rtl" } else { "ltr" };
        assert_eq!(self.firefox.property(&root, "dir"), direction);
        self.language = language;
    }

    /// Goes from the window to the page that says how to pay.
    fn buys(&mut self) -> Placed {
        self.chooses();
        self.is_told_what_is_missing();
        self.is_asked_whether_it_is_right();
        for (name, value) in SHIP_TO {
            self.firefox.fill(&format!("[name='{name}']"), value);
        }
        self.firefox.fill("[name='note']", "Ring twice, please");
        self.firefox.follow(PLACE);

        self.look("ticket");
        let ticket = self.firefox.text(".ticket");
        self.firefox.follow("form[action$='/order/kept'] button");
        self.look("order");
        let id = self.number_in_the_heading();
        let amount = self.firefox.text(".ways .big .copy");
        let pay_to = self.firefox.text(".ways dd:not(.big) .copy");
        let qr = self.firefox.seen("img.qr");
        let scanned = scan(&self.firefox.screenshot(Some(&qr)));
        Placed { id, ticket, amount, pay_to, scanned }
    }

    /// Returns the order's number: the last word of the heading, whatever the language.
    fn number_in_the_heading(&mut self) -> String {
        let heading = self.firefox.text("h1");
        plain(heading.split_whitespace().last().unwrap_or_default())
    }

    /// Puts a product with an option into the cart, then a second one.
    fn chooses(&mut self) {
        self.look("window");
        self.firefox.follow("a[href*='hash-range']");
        self.look("product");
        self.firefox.click("select[name='option'] option:nth-child(5)");
        self.firefox.follow("form[action$='/cart'] button");
        let line = self.firefox.text(".line");
        assert!(line.contains("Hash Range") && line.contains("XL"), "{line}");
        self.look("cart");
        // Typed, and not updated: the way to the checkout takes it along.
        self.firefox.fill(".line [name^='quantity']", "2");
        self.firefox.follow("button[name='checkout']");
        let sums = self.firefox.text(".sums");
        assert!(plain(&sums).contains("2 × Hash Range, XL"), "{sums}");
        self.look("checkout");
    }

    /// Sends a form with a hole in it, which comes back with what was typed.
    fn is_told_what_is_missing(&mut self) {
        self.firefox.fill("[name='recipient']", "Ada Byron");
        self.firefox.fill("[name='note']", "<b>\"Bell\" & whistle</b>");
        self.firefox.follow(PLACE);
        self.look("missing");
        let summary = self.firefox.text("[role='alert']");
        assert_eq!(summary.contains("Street"), self.language == "en", "{summary}");
        assert!(self.firefox.find("#street[aria-invalid='true']").is_some());
        assert!(self.firefox.find("#recipient[aria-invalid]").is_none());
        assert_eq!(self.firefox.value("[name='recipient']"), "Ada Byron");
        assert_eq!(self.firefox.value("[name='note']"), "<b>\"Bell\" & whistle</b>");
    }

    /// Sends an address that looks wrong, and is asked about it.
    fn is_asked_whether_it_is_right(&mut self) {
        for (name, value) in SHIP_TO {
            self.firefox.fill(&format!("[name='{name}']"), value);
        }
        self.firefox.fill("[name='country']", "Germny");
        self.firefox.follow(PLACE);
        self.look("doubt");
        assert!(self.firefox.find("#country[aria-invalid='true']").is_some());
        assert!(self.firefox.find("#sure").is_some());
    }

    /// Closes the order, and comes back by typing the order code.
    fn returns(&mut self, placed: &Placed) {
        self.firefox.follow("form[action$='/order/leave'] button");
        assert!(self.firefox.url().ends_with("/order/enter"), "{}", self.firefox.url());
        self.firefox.follow("a[href$='/order']");
        assert!(self.firefox.find("#ticket").is_some(), "it is still open");
        self.look("enter");
        self.firefox.fill("#ticket", &placed.ticket.to_lowercase().replace('-', " "));
        self.firefox.follow("form[action$='/order/enter'] button");
        assert_eq!(self.number_in_the_heading(), placed.id);
    }

    fn reads_the_receipt(&mut self, placed: &Placed) {
        if self.firefox.find("a[href$='/order/receipt.txt']").is_none() {
            self.firefox.follow("a[href$='/order/receipt']");
        }
        self.look("receipt");
        let receipt = plain(&self.firefox.text("main"));
        let street = "12 St James's Square";
        for wanted in ["2 × Hash Range, XL", street, &placed.id, &placed.amount, &placed.pay_to] {
            assert!(receipt.contains(wanted), "{wanted} is missing:\n{receipt}");
        }
    }

    /// Looks at the page: see [`Firefox::look`].
    fn look(&mut self, name: &str) {
        self.firefox.look(&format!("{name}-{}", self.language), self.width);
    }
}

/// Returns a text without the marks that isolate a name.
/// It has the comma of Latin script.
fn plain(text: &str) -> String {
    text.replace(['\u{2068}', '\u{2069}'], "").replace('،', ",")
}

/// Reads a picture as a wallet's camera does.
fn scan(png: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("qr.png");
    std::fs::write(&file, png).unwrap();
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(&file)
        .output()
        .expect("zbarimg starts (Debian: apt install zbar-tools)");
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "zbarimg finds no code: {wrong}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
