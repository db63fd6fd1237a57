//! Escrow from the checkout to the seller's cold address: shop, home, attestors, carrier, chain.

use crate::support::{
    Anvil, Buyer, Form, Shop,
    attestors::{Attestor, CarrierServer, real_now},
    escrow::{EscrowHome, PIN, balance, chain_with_contract, pass, write},
    html, real_shop, until,
};
use shop_carrier::fake::{Parcel, Scan, Scanned};
use shop_core::escrow::Statement;

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
/// Address of the buyer's own wallet.
const REFUND: &str = "0x52908400098527886E0F7030069857D2E4169EE7";
const SHIP_TO: Form<'static> = &[
    ("recipient", "Ada Byron"),
    ("street", "1 Wellington Street"),
    ("city", "Ottawa"),
    ("province", "Ontario"),
    ("country", "CA"),
    ("postcode", "K1A 0B1"),
];

/// Everybody who takes part.
struct Market {
    anvil: Anvil,
    home: EscrowHome,
    carrier: CarrierServer,
    attestors: Vec<Attestor>,
    shop: Shop,
    _folder: tempfile::TempDir,
}

impl Market {
    fn open() -> Self {
        let anvil = chain_with_contract();
        let home = EscrowHome::new(&anvil);
        let carrier = CarrierServer::start();
        let folder = tempfile::tempdir().unwrap();
        let names = ["north", "east", "south"];
        let mut attestors: Vec<Attestor> =
            names.iter().map(|name| Attestor::new(folder.path(), name, &anvil, &carrier)).collect();
        attestors.iter_mut().for_each(|attestor| attestor.start(0));
        let mut shop = real_shop(&anvil);
        let payouts = shop.dir().join("payouts.txt");
        std::fs::copy(home.path("escrow-home/payouts.txt"), payouts).unwrap();
        let listed: Vec<String> = attestors
            .iter()
            .zip(names)
            .map(|(attestor, name)| {
                format!("{{ address = \"{}\", name = \"{name}\" }}", attestor.account)
            })
            .collect();
        shop.set("escrow", "enabled", "true");
        shop.set("escrow", "key", &format!("\"{}\"", home.shop_key));
        shop.set("escrow", "operator", &format!("\"{}\"", home.operator));
        shop.set("escrow", "payouts", "\"payouts.txt\"");
        shop.set("escrow", "attestors", &format!("[{}]", listed.join(", ")));
        shop.set("escrow", "from", "1");
        shop.set("escrow", "most", "10000000000");
        shop.open();
        let settings = home.path("escrow-home/escrow.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let lines: Vec<String> = attestors
            .iter()
            .map(|attestor| format!("\"{}\" = \"{}\"", attestor.account, attestor.url()))
            .collect();
        let named = format!("[attestors]\n{}\n", lines.join("\n"));
        assert!(text.contains("[attestors]\n"), "{text}");
        write(&settings, &text.replacen("[attestors]\n", &named, 1));
        Self { anvil, home, carrier, attestors, shop, _folder: folder }
    }

    /// Starts the attestors again, `hours` after the start.
    fn later(&mut self, start: u64, hours: u64) {
        self.attestors.iter_mut().for_each(Attestor::kill);
        self.carrier.set_clock(start + hours * HOUR);
        self.attestors.iter_mut().for_each(|attestor| attestor.start(hours));
    }

    /// Has the carrier know the parcel of these tests, and what happens to it.
    fn parcel(&self, start: u64, scans: &[(u64, Scan)]) {
        let scans =
            scans.iter().map(|(hours, scan)| Scanned { at: start + hours * HOUR, scan: *scan });
        let postal = "K1A0B1".to_owned();
        self.carrier.put(PIN, Parcel { postal, scans: scans.collect(), ..Parcel::default() });
    }
}

/// Buys a shirt into escrow, and returns the number, the statement as text, and the address to pay.
fn buy(buyer: &mut Buyer) -> (String, String, String) {
    buyer.take_a_shirt().unwrap();
    let fields = [SHIP_TO, &[("pay", "escrow"), ("release", "none"), ("escrow-refund", REFUND)]];
    let fresh = buyer.check_out(&fields.concat()).unwrap().text();
    let token = html::hidden(&fresh, "/order/kept", "token")
        .unwrap_or_else(|| panic!("{}", html::plain(&fresh)));
    buyer.post("/order/kept", &[("token", &token)]).unwrap();
    let statement = buyer.get("/order/statement.txt").unwrap().text();
    let parsed = Statement::parse(&statement).expect("a statement").statement;
    let vault = shop_chain::ethereum::escrow::checksum(parsed.vault);
    // Before the statement is kept, it alone names the address.
    assert_ne!(buyer.get("/order/qr.png").unwrap().status, 200);
    assert!(!buyer.get("/order").unwrap().text().contains("class=\"big\""));
    let page = buyer.get("/order/statement").unwrap().text();
    let token = html::hidden(&page, "/order/statement", "token").expect("a form");
    let order = buyer.post("/order/statement", &[("token", &token), ("kept", "yes")]).unwrap();
    let order = order.text();
    assert!(order.contains(&vault), "{order}");
    let id = html::text_of(&order, "<h1").expect("a heading").replace("Order ", "");
    (id.split_whitespace().next().unwrap_or_default().to_owned(), statement, vault)
}

/// Waits until the order page has these words.
fn shows(market: &Market, buyer: &mut Buyer, words: &str) {
    until(words, || {
        market.anvil.mine(1);
        let page = buyer.get("/order").unwrap().text();
        html::plain(&page).contains(words).then_some(())
    });
}

/// The buyer pays a plain address and does nothing else. The seller ships from home, three attestors
/// ask the carrier, two signatures are enough, nobody objects, and the money arrives at an address
/// whose key is on no server.
#[test]
fn parcel_that_the_carrier_delivers_pays_the_cold_address() {
    let mut market = Market::open();
    let start = real_now();
    let mut buyer = market.shop.buyer();
    let (id, text, vault) = buy(&mut buyer);
    let statement = Statement::parse(&text).unwrap().statement;
    let price = statement.terms.price;
    market.anvil.pay(&vault, price);
    market.anvil.mine(3);
    shows(&market, &mut buyer, "paid");
    write(&market.home.path("statement.txt"), &text);
    market.parcel(start, &[(1, Scan::Accepted), (50, Scan::Delivered)]);
    let ship = [
        "ship",
        &id,
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--yes",
        "--json",
    ];
    // The chain has to show the shipment before an attestor takes the parcel.
    market.home.run(&[&ship[..9], &["--without-attestors", "--json"]].concat());
    market.anvil.mine(3);
    market.home.json(&ship);
    shows(&market, &mut buyer, "has named one parcel");
    for hours in [60, 70, 110] {
        market.later(start, hours);
        pass(&market.anvil, 1);
    }
    pass(&market.anvil, 111 * HOUR);
    let report = until("two attestors have signed", || {
        let output = market.home.run(&["report", &id, "--yes", "--json"]);
        output.status.success().then_some(output)
    });
    assert!(String::from_utf8_lossy(&report.stdout).contains("mined"));
    shows(&market, &mut buyer, "look inside the parcel");
    pass(&market.anvil, 5 * DAY + 1);
    market.home.json(&["finalize", &id, "--yes", "--json"]);
    // Whoever sends what is due has the tip: here the seller's own operator key.
    let tip = statement.terms.keeper_tip.min(price / 20);
    assert_eq!(balance(&market.anvil, statement.terms.seller), price - tip);
    shows(&market, &mut buyer, "The seller has been paid");
}
