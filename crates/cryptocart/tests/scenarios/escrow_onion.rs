//! Escrow over a private Tor network: each part is a program of its own.
//!
//! Shop and attestors are onion services. The buyer has C tor and no script, and the seller is at
//! home behind another C tor. Nobody moves the clock of Tor: see `support::attestors`.

use crate::{
    escrow::{DAY, DELIVERED, HOUR, Market, buy},
    onion::{PATIENCE, keys, on_network, onion_of, over_tor},
    support::{
        Buyer, Seller,
        attestors::{put_forward, real_now},
        cryptocart,
        escrow::{PIN, arbiter, pass, pay_by_contract},
        html, until, until_within,
    },
    torbed::{SocksClient, TorNet},
};
use serde_json::json;
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::Statement;
use shop_net::isolate::{self, Missing};
use std::time::Duration;
use tokio::runtime::Runtime;

/// Time between two looks at a page. Visitors of an onion service have limits.
const LOOK: Duration = Duration::from_secs(2);

/// An exchange pays, and the money arrives at an address whose key is on no server.
///
/// The exchange's contract hands the money on. The seller takes the statement out of the order's
/// mail, and ships. Three attestors ask the carrier, two are left to sign, and
/// nobody objects.
#[test]
fn order_over_tor_pays_the_seller_at_the_cold_address() {
    if isolate::report().contains(&Missing::Files) {
        eprintln!("SKIPPED: this kernel cannot show one role another clock than the other");
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut tor = runtime.block_on(TorNet::start(folder.path(), &keys())).unwrap();
    let buyers = Visitor { tor: tor.client("buyer").unwrap(), runtime };
    let sellers = tor.client("seller").unwrap();
    let mut market = Market::new(arbiter().account());
    market.anvil.ask("evm_setIntervalMining", &json!([1]));
    on_network(&market.shop, &tor);
    market.attestors.iter_mut().for_each(|attestor| attestor.on_network(&tor));
    market.home.set("tor", &format!("\"{}\"", sellers.address()));
    market.start();

    let mut buyer = buyers.at(&onion_of(&market.shop));
    let (id, text, _) = buy(&mut buyer);
    let statement = Statement::parse(&text).unwrap().statement;
    buyers.checks(&mut buyer, &statement);
    pays_by_exchange(&market, &mut buyer, &statement);

    let start = real_now();
    market.parcel(start, &DELIVERED);
    ships_from_the_mailbox(&market, &id);
    sees(&mut buyer, "has named one parcel");

    market.attestors.last_mut().unwrap().kill();
    for hours in [60, 70, 110] {
        market.carrier.set_clock(start + hours * HOUR);
        put_forward(&mut market.attestors[..2], hours);
    }
    pass(&market.anvil, 111 * HOUR);
    until_within(PATIENCE, "two attestors have signed", || {
        let output = market.home.run(&["report", &id, "--yes", "--json"]);
        output.status.success().then_some(())
    });
    sees(&mut buyer, "look inside the parcel");
    pass(&market.anvil, 5 * DAY + 1);
    market.home.json(&["finalize", &id, "--yes", "--json"]);
    let terms = statement.terms;
    let tip = terms.keeper_tip.min(terms.price / 20);
    assert_eq!(market.has(terms.seller), terms.price - tip);
    sees(&mut buyer, "The seller has been paid");
    let page = html::plain(&buyer.get("/order").unwrap().text());
    assert!(page.contains(&checksum(terms.seller)), "{page}");
    assert!(market.attestors.iter().all(|attestor| !attestor.tells(PIN)), "a number is told");
}

/// Somebody with a C tor.
struct Visitor {
    tor: SocksClient,
    runtime: Runtime,
}

impl Visitor {
    /// Goes to an onion address, and waits until it answers.
    fn at(&self, host: &str) -> Buyer {
        let connect = over_tor(self.tor, self.runtime.handle().clone(), host.to_owned());
        let mut visitor = Buyer::through(host, connect);
        until_within(PATIENCE, "the onion address answers", || {
            visitor.get("/").ok().filter(|answer| answer.status == 200)
        });
        visitor
    }

    /// Pastes part 1 of a statement into the page of an attestor that the shop names.
    fn checks(&self, buyer: &mut Buyer, statement: &Statement) {
        let page = html::plain(&buyer.get("/order/statement").unwrap().text());
        let onion = page.split(['<', '>']).find(|word| word.ends_with(".onion"));
        let mut attestor = self.at(onion.unwrap_or_else(|| panic!("no attestor: {page}")));
        let part_1 = statement.part_1().to_text(checksum);
        let found = attestor.post("/check", &[("statement", &part_1)]).unwrap().text();
        assert!(!found.contains("Do not pay"), "{found}");
        assert!(found.contains(&checksum(statement.vault)), "{found}");
    }
}

/// Looks at the order page until it has these words.
fn sees(buyer: &mut Buyer, words: &str) {
    until_within(PATIENCE, words, || {
        let page = buyer.get("/order").map(|answer| html::plain(&answer.text()));
        let has_words = page.is_ok_and(|page| page.contains(words));
        if !has_words {
            std::thread::sleep(LOOK);
        }
        has_words.then_some(())
    });
}

/// Pays by a contract: the shop sees it once the buyer says that an exchange has paid.
fn pays_by_exchange(market: &Market, buyer: &mut Buyer, statement: &Statement) {
    pay_by_contract(&market.anvil, statement.vault, statement.terms.price);
    let paid_at = market.anvil.height();
    until("the shop has read the block", || {
        let status = cryptocart(market.shop.folder(), &["status", "my-shop", "--json"]);
        let status: serde_json::Value = serde_json::from_slice(&status.stdout).unwrap();
        let newest = status["shop"]["chains"][0]["newest_block"].as_u64();
        newest.filter(|newest| *newest >= paid_at)
    });
    let page = html::plain(&buyer.get("/order").unwrap().text());
    assert!(page.contains("Did an exchange send it?"), "{page}");
    buyer.on_order("/order/exchange", &[]).unwrap();
    sees(buyer, "Your payment waits in the contract");
}

/// Ships with the statement out of the order's mail, until all attestors watch the parcel.
fn ships_from_the_mailbox(market: &Market, id: &str) {
    let seller = Seller::of(&market.shop);
    until("the order is in the mailbox", || seller.about(id).into_iter().next());
    let mailbox = market.shop.dir().join("mailorders/root");
    let mailbox = mailbox.to_str().unwrap();
    let parcel = ["--carrier", "canada-post", "--pin", PIN, "--yes", "--json"];
    let ship = [&["ship", id, "--mailbox", mailbox], &parcel[..]].concat();
    assert_eq!(market.home.json_with_gpg(seller.home(), &ship)["result"], "mined");
    until_within(PATIENCE, "all attestors watch the parcel", || {
        let again = [&["ship", id], &parcel[..]].concat();
        market.home.json(&again);
        let status = market.home.json(&["status", "--json"]);
        (status["orders"][0]["registered"] == 3).then_some(())
    });
}
