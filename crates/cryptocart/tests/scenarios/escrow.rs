//! Escrow from the checkout to the seller's cold address: shop, home, attestors, carrier,
//! chain.

use crate::support::{
    Anvil, Buyer, Form, Shop,
    attestors::{Attestor, CarrierServer, put_forward, real_now},
    cryptocart,
    escrow::{EscrowHome, PIN, arbiter, balance, chain_with_contract, pass, send, write},
    html, real_shop, until,
};
use serde_json::Value;
use shop_carrier::fake::{Parcel, Scan, Scanned};
use shop_chain::ethereum::escrow::{
    Act, Call, Domain, PINNED, act_digest, checksum, id_of, vault_of,
};
use shop_core::{
    escrow::{Account, Statement},
    time::UnixTime,
};

pub(crate) const HOUR: u64 = 3_600;
pub(crate) const DAY: u64 = 24 * HOUR;
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

/// Life of a parcel: hours after the start, and what the carrier scans.
pub(crate) const DELIVERED: [(u64, Scan); 2] = [(1, Scan::Accepted), (50, Scan::Delivered)];

/// Everybody who takes part.
pub(crate) struct Market {
    pub(crate) anvil: Anvil,
    pub(crate) home: EscrowHome,
    pub(crate) carrier: CarrierServer,
    pub(crate) attestors: Vec<Attestor>,
    pub(crate) shop: Shop,
    /// Folder of the services.
    _folder: tempfile::TempDir,
}

impl Market {
    /// Opens everything. The arbiter is one whose key the tests have.
    pub(crate) fn open() -> Self {
        let mut market = Self::new(arbiter().account());
        market.start();
        market
    }

    /// Makes everything, for orders with this arbiter. Nothing is open yet.
    pub(crate) fn new(arbiter: Account) -> Self {
        let anvil = chain_with_contract();
        let home = EscrowHome::new(&anvil);
        let carrier = CarrierServer::start();
        let folder = tempfile::tempdir().unwrap();
        let names = ["north", "east", "south"];
        let attestors: Vec<Attestor> =
            names.iter().map(|name| Attestor::new(folder.path(), name, &anvil, &carrier)).collect();
        let shop = real_shop(&anvil);
        let payouts = shop.dir().join("payouts.txt");
        std::fs::copy(home.path("escrow-home/payouts.txt"), payouts).unwrap();
        shop.set("escrow", "enabled", "true");
        shop.set("escrow", "key", &format!("\"{}\"", home.shop_key));
        shop.set("escrow", "operator", &format!("\"{}\"", home.operator));
        shop.set("escrow", "payouts", "\"payouts.txt\"");
        let onion = arbiter_onion();
        let party =
            format!("{{ address = \"{arbiter}\", name = \"Arbiter\", onion = \"{onion}\" }}");
        shop.set("escrow", "arbiter", &party);
        home.accept_arbiter(arbiter);
        shop.set("escrow", "from", "1");
        shop.set("escrow", "most", "10000000000");
        Self { anvil, home, carrier, attestors, shop, _folder: folder }
    }

    /// Opens the attestors and the shop, and tells shop and home where the attestors are.
    pub(crate) fn start(&mut self) {
        self.attestors.iter_mut().for_each(|attestor| attestor.start(0));
        let party = |attestor: &Attestor| {
            let onion = attestor.onion().map(|onion| format!(", onion = \"{onion}\""));
            let onion = onion.unwrap_or_default();
            format!("{{ address = \"{}\", name = \"{}\"{onion} }}", attestor.account, attestor.name)
        };
        let listed: Vec<String> = self.attestors.iter().map(party).collect();
        self.shop.set("escrow", "attestors", &format!("[{}]", listed.join(", ")));
        self.shop.open();
        let place = |attestor: &Attestor| (attestor.account, attestor.url());
        self.home.name_attestors(&self.attestors.iter().map(place).collect::<Vec<_>>());
    }

    /// Sets the clocks of carrier and attestors to some hours after the start.
    pub(crate) fn later(&mut self, start: u64, hours: u64) {
        self.carrier.set_clock(start + hours * HOUR);
        put_forward(&mut self.attestors, hours);
    }

    /// Has the carrier know the parcel of these tests, and what happens to it.
    pub(crate) fn parcel(&self, start: u64, scans: &[(u64, Scan)]) {
        let scans =
            scans.iter().map(|(hours, scan)| Scanned { at: start + hours * HOUR, scan: *scan });
        let postal = "K1A0B1".to_owned();
        self.carrier.put(PIN, Parcel { postal, scans: scans.collect(), ..Parcel::default() });
    }
}

/// Returns the onion address that the shop names for the arbiter. Nobody listens there.
pub(crate) fn arbiter_onion() -> String {
    format!("{}.onion", "a".repeat(56))
}

/// An order that is paid, and what its buyer and seller have of it.
pub(crate) struct PaidOrder {
    pub(crate) buyer: Buyer,
    pub(crate) id: String,
    pub(crate) statement: Statement,
    pub(crate) start: u64,
}

impl Market {
    /// Has a shirt bought into escrow and paid by a plain transfer.
    pub(crate) fn paid(&self) -> PaidOrder {
        let mut buyer = self.shop.buyer();
        let (id, text, vault) = buy(&mut buyer);
        write(&self.home.path("statement.txt"), &text);
        let statement = Statement::parse(&text).unwrap().statement;
        self.anvil.pay(&vault, statement.terms.price);
        self.anvil.mine(3);
        shows(self, &mut buyer, "Your payment waits in the contract");
        PaidOrder { buyer, id, statement, start: real_now() }
    }

    /// Returns the file that the buyer has kept.
    pub(crate) fn kept(&self) -> String {
        std::fs::read_to_string(self.home.path("statement.txt")).unwrap()
    }

    /// Returns what the seller's home prints for the arbiter.
    pub(crate) fn case_of(&self, order: &PaidOrder) -> String {
        let output = self.home.run(&["case", &order.id]);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Returns an order that was placed in a browser with these cookies. It is paid from now on.
    pub(crate) fn order_of(
        &self,
        id: String,
        statement: Statement,
        cookies: &[Value],
    ) -> PaidOrder {
        let mut buyer = self.shop.buyer();
        buyer.take_over(cookies);
        PaidOrder { buyer, id, statement, start: real_now() }
    }

    /// Ships the parcel from home, and registers it with the attestors.
    pub(crate) fn ship(&self, order: &mut PaidOrder) {
        let ship = [
            "ship",
            &order.id,
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
        self.home.json(&[&ship[..], &["--without-attestors"]].concat());
        self.anvil.mine(3);
        self.home.json(&ship);
        shows(self, &mut order.buyer, "has named one parcel");
    }

    /// Has anybody send a call of the contract.
    pub(crate) fn send(&self, order: &PaidOrder, call: &Call<'_>) {
        send(&self.anvil, PINNED.contract, &call.encode(&order.statement.terms));
        self.anvil.mine(3);
    }

    /// Returns the money of an account that had none before.
    pub(crate) fn has(&self, account: Account) -> u128 {
        balance(&self.anvil, account)
    }

    /// Has the attestors report the delivery, hours after the start; the seller brings it.
    pub(crate) fn is_reported(&mut self, order: &PaidOrder) {
        for hours in [60, 70, 110] {
            self.later(order.start, hours);
        }
        pass(&self.anvil, 111 * HOUR);
        let report = until("two attestors have signed", || {
            let output = self.home.run(&["report", &order.id, "--yes", "--json"]);
            output.status.success().then_some(output)
        });
        assert!(String::from_utf8_lossy(&report.stdout).contains("mined"));
    }

    /// The same, and the buyer sees it.
    pub(crate) fn deliver(&mut self, order: &mut PaidOrder) {
        self.is_reported(order);
        shows(self, &mut order.buyer, "look inside the parcel");
    }
}

impl PaidOrder {
    /// Returns the tip of whoever sends what is due: at most a twentieth.
    pub(crate) fn tip(&self) -> u128 {
        self.statement.terms.keeper_tip.min(self.statement.terms.price / 20)
    }
}

/// Buys a shirt into escrow, and returns the number, the statement as text, and the address
/// to pay.
pub(crate) fn buy(buyer: &mut Buyer) -> (String, String, String) {
    buyer.take_a_shirt().unwrap();
    let fields = [SHIP_TO, &[("pay", "escrow"), ("release", "none"), ("escrow-refund", REFUND)]];
    let fresh = buyer.check_out(&fields.concat()).unwrap().text();
    let token = html::hidden(&fresh, "/order/kept", "token")
        .unwrap_or_else(|| panic!("{}", html::plain(&fresh)));
    buyer.post("/order/kept", &[("token", &token)]).unwrap();
    let statement = buyer.get("/order/statement.txt").unwrap().text();
    let parsed = Statement::parse(&statement).expect("a statement").statement;
    let vault = checksum(parsed.vault);
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
pub(crate) fn shows(market: &Market, buyer: &mut Buyer, words: &str) {
    until(words, || {
        market.anvil.mine(1);
        let page = buyer.get("/order").unwrap().text();
        html::plain(&page).contains(words).then_some(())
    });
}

/// The buyer pays a plain address and does nothing else. The seller ships from home, three
/// attestors ask the carrier, two signatures are enough, nobody objects, and the money
/// arrives at an address whose key is on no server.
#[test]
fn parcel_that_the_carrier_delivers_pays_the_cold_address() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    market.deliver(&mut order);
    pass(&market.anvil, 5 * DAY + 1);
    market.home.json(&["finalize", &order.id, "--yes", "--json"]);
    // Whoever sends what is due has the tip: here the seller's own operator key.
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.seller), terms.price - order.tip());
    shows(&market, &mut order.buyer, "The seller has been paid");
}

/// The seller never ships. After the deadline anybody can send the money back.
#[test]
fn order_that_is_not_shipped_pays_the_buyer_back() {
    let market = Market::open();
    let mut order = market.paid();
    let deadline = order.statement.terms.ship_by.0;
    pass(&market.anvil, deadline - real_now() + HOUR);
    let said = market.home.refused(
        &[
            "ship",
            &order.id,
            "--statement",
            "statement.txt",
            "--carrier",
            "canada-post",
            "--pin",
            PIN,
            "--without-attestors",
            "--yes",
        ],
        3,
    );
    assert!(said.contains("do not send the parcel"), "{said}");
    market.send(&order, &Call::RefundLate);
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.refund_to), terms.price - order.tip());
    shows(&market, &mut order.buyer, "Your money has been paid back");
}

/// The carrier brings the parcel back to its sender. No attestor reports a delivery, although
/// the carrier calls the return "delivered", and the money goes back.
#[test]
fn returned_parcel_pays_the_buyer_back() {
    let mut market = Market::open();
    let mut order = market.paid();
    let scans = [(1, Scan::Accepted), (40, Scan::Returning), (50, Scan::Delivered)];
    market.parcel(order.start, &scans);
    market.ship(&mut order);
    for hours in [60, 70, 110] {
        market.later(order.start, hours);
    }
    let said = until("the attestors have refused", || {
        let output = market.home.run(&["report", &order.id, "--yes"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (said.matches("will not report a delivery: returned").count() == 3).then_some(said)
    });
    assert!(said.contains("0 of the 2 attestors"), "{said}");
    let deadline = order.statement.terms.deliver_by.0;
    pass(&market.anvil, deadline - real_now() + HOUR);
    market.send(&order, &Call::RefundLate);
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.refund_to), terms.price - order.tip());
    shows(&market, &mut order.buyer, "Your money has been paid back");
}

/// The parcel is empty, say. The arbiter is called and gives the buyer 60 of 100.
#[test]
fn arbiter_divides_the_money_of_a_disputed_order() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    market.deliver(&mut order);
    let terms = order.statement.terms;
    let domain = Domain { chain_id: terms.chain_id, contract: PINNED.contract };
    let sign = |act| arbiter().sign(act_digest(domain, order.statement.id, act));
    let signature = Some(sign(Act::Dispute));
    market.send(&order, &Call::Dispute { by: arbiter().account(), signature });
    shows(&market, &mut order.buyer, "In dispute");
    let signature = Some(sign(Act::Rule { buyer_bps: 6_000 }));
    market.send(&order, &Call::Rule { buyer_bps: 6_000, signature });
    let fee = terms.price * u128::from(terms.arbiter_fee_bps) / 10_000;
    assert_eq!(market.has(arbiter().account()), fee);
    let rest = terms.price - fee;
    assert_eq!(market.has(terms.refund_to), rest * 6 / 10);
    assert_eq!(market.has(terms.seller), rest - rest * 6 / 10);
    shows(&market, &mut order.buyer, "The arbiter has decided");
}

/// All attestors are gone. The seller calls the arbiter, who says nothing: nobody reported a
/// delivery, so the money goes back.
#[test]
fn silence_after_no_report_pays_the_buyer_back() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    market.attestors.iter_mut().for_each(Attestor::kill);
    market.home.json(&["dispute", &order.id, "--yes", "--json"]);
    shows(&market, &mut order.buyer, "In dispute");
    pass(&market.anvil, 120 * DAY);
    market.send(&order, &Call::ArbiterTimeout);
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.refund_to), terms.price - order.tip());
    shows(&market, &mut order.buyer, "Your money has been paid back");
}

/// The delivery was reported, the arbiter is called and says nothing: the report stands.
#[test]
fn silence_after_a_report_pays_the_seller() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &DELIVERED);
    market.ship(&mut order);
    market.deliver(&mut order);
    let terms = order.statement.terms;
    let domain = Domain { chain_id: terms.chain_id, contract: PINNED.contract };
    let digest = act_digest(domain, order.statement.id, Act::Dispute);
    let signature = Some(arbiter().sign(digest));
    market.send(&order, &Call::Dispute { by: arbiter().account(), signature });
    pass(&market.anvil, 15 * DAY);
    market.home.json(&["finalize", &order.id, "--yes", "--json"]);
    assert_eq!(market.has(terms.seller), terms.price - order.tip());
    shows(&market, &mut order.buyer, "The seller has been paid");
}

/// The server is seized after the payment, and nothing of it is left. The seller has the
/// statement and the keys at home, so the order goes on; nobody needs the shop.
#[test]
fn seized_server_stops_no_order_that_is_paid() {
    let mut market = Market::open();
    let mut order = market.paid();
    market.shop.cut_power();
    std::fs::remove_dir_all(market.shop.dir()).unwrap();
    market.parcel(order.start, &DELIVERED);
    let ship = [
        "ship",
        &order.id,
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--yes",
        "--json",
    ];
    market.home.json(&[&ship[..], &["--without-attestors"]].concat());
    market.anvil.mine(3);
    market.home.json(&ship);
    market.is_reported(&order);
    pass(&market.anvil, 5 * DAY + 1);
    market.home.json(&["finalize", &order.id, "--yes", "--json"]);
    let terms = order.statement.terms;
    assert_eq!(market.has(terms.seller), terms.price - order.tip());
    drop(order.buyer.get("/order").unwrap_err());
}

/// The server is seized before the buyer has paid: whoever has it shows another address. The
/// statement that the buyer kept and checked names the right one, and a false one does not
/// pass.
#[test]
fn false_statement_of_a_seized_server_is_told_by_the_check() {
    let market = Market::open();
    let mut buyer = market.shop.buyer();
    let kept = buy(&mut buyer).1;
    let folder = tempfile::tempdir().unwrap();
    let key = market.home.shop_key.to_string();
    let verify = |text: &str| {
        write(&folder.path().join("statement.txt"), text);
        let arguments = ["verify", "statement.txt", "--shop-key", &key, "--refund", REFUND];
        cryptocart(folder.path(), &arguments)
    };
    let sound = verify(&kept);
    let said = String::from_utf8_lossy(&sound.stdout).into_owned();
    assert!(sound.status.success(), "{said}");
    let parsed = Statement::parse(&kept).unwrap().statement;
    let thief = Account([0x66; 20]);
    let mut swapped = parsed.clone();
    swapped.vault = thief;
    let mut paid_out = parsed.clone();
    paid_out.terms.seller = thief;
    paid_out.id = id_of(&paid_out.terms);
    paid_out.vault = vault_of(PINNED.contract, paid_out.id);
    let mut refunded = parsed;
    refunded.terms.refund_to = thief;
    refunded.id = id_of(&refunded.terms);
    refunded.vault = vault_of(PINNED.contract, refunded.id);
    for lie in [swapped, paid_out, refunded] {
        let told = verify(&lie.to_text(checksum));
        assert!(!told.status.success());
        let said = String::from_utf8_lossy(&told.stdout).to_lowercase();
        assert!(said.contains("do not pay"), "{said}");
    }
}

/// Returns the deadline for the delivery on the order page, once it is not `old`.
fn deadline(market: &Market, buyer: &mut Buyer, old: &str) -> String {
    until("the page has the deadline", || {
        market.anvil.mine(1);
        let page = html::plain(&buyer.get("/order").unwrap().text()).replace('\u{a0}', " ");
        let (_, rest) = page.split_once("If no delivery is reported by ")?;
        let words = rest.split(", your money").next()?.to_owned();
        (words != old).then_some(words)
    })
}

/// The carrier is on strike. Two attestors sign a later deadline, the seller brings it to the
/// contract, and everybody sees the later date.
#[test]
fn strike_moves_the_deadline_and_the_order_page_says_so() {
    let market = Market::open();
    let mut order = market.paid();
    market.parcel(order.start, &[(1, Scan::Accepted)]);
    market.ship(&mut order);
    let by = order.statement.terms.deliver_by;
    let first = deadline(&market, &mut order.buyer, "");
    let early = market.home.refused(&["extend", &order.id, "--yes"], 75);
    assert!(early.contains("0 of the 2 attestors"), "{early}");
    let (year, month, day) = by.plus_seconds(30 * DAY).coarse().date();
    let date = format!("{year:04}-{month:02}-{day:02}");
    // The services run, and see what their operators sign meanwhile.
    for attestor in &market.attestors[..2] {
        let said = attestor.run(&["extend"], &["--carrier", "canada-post", "--until", &date]);
        assert!(said.contains("Signed a later deadline for 1 order."), "{said}");
    }
    let told = market.home.json(&["extend", &order.id, "--yes", "--json"]);
    assert_eq!((&told["result"], &told["action"]), (&"mined".into(), &"extend".into()));
    let until = market.home.json(&["status", "--json"])["orders"][0]["until"].as_u64().unwrap();
    assert!(until > by.0 + 29 * DAY && until % DAY == DAY - 1, "{until}");
    market.anvil.mine(3);
    let moved = deadline(&market, &mut order.buyer, &first);
    // The page names the end of that second: midnight.
    let (_, _, day) = UnixTime(until + 1).coarse().date();
    assert!(moved.contains(&format!("{day} ")), "{moved} is not day {day}");
    let again = market.home.json(&["extend", &order.id, "--yes", "--json"]);
    assert_eq!(again["result"], "mined", "its own transaction is found again: {again}");
}
