//! Chains and mailboxes that fail: seller and buyer are told, and told of the recovery.

use crate::support::{
    Alter, Altering, Anvil, CHAIN, Proxy, SHIP_TO, Shop, WALLET, asks_nodes, cryptocart, until,
    until_within,
};
use serde_json::{Value, json};
use std::time::Duration;

/// Two looks at the chain, twelve seconds apart or more.
const LOOKS: Duration = Duration::from_secs(150);

fn shop_that_asks(nodes: &[String], chain: u64) -> Shop {
    let shop = Shop::new();
    asks_nodes(&shop, nodes, chain);
    shop
}

fn run(shop: &Shop, arguments: &[&str]) -> (i32, String) {
    let output = cryptocart(shop.folder(), arguments);
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn dead_node_is_said_everywhere_and_so_is_its_recovery() {
    let anvil = Anvil::start();
    let proxy = Proxy::to(&anvil.url());
    let mut shop = shop_that_asks(&[proxy.url()], CHAIN);
    shop.open();
    until_within(LOOKS, "everything works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    let mut buyer = shop.buyer();
    let placed = buyer.buy(SHIP_TO).unwrap();
    proxy.cut();
    until_within(LOOKS, "the terminal says it", || {
        shop.said().contains("PAYMENTS NOT DETECTED since").then_some(())
    });
    let (code, status) = run(&shop, &["status"]);
    assert!(
        code == 75 && status.contains("payments in ETH have not been detected since"),
        "{status}"
    );
    let (code, orders) = run(&shop, &["orders"]);
    assert!(
        code == 0 && orders.starts_with("NOTE: payments in ETH have not been detected since"),
        "{orders}"
    );
    assert!(orders.contains(&placed.id), "{orders}");
    let (code, check) = run(&shop, &["check"]);
    assert!(code == 78 && check.contains("ERROR  node       node 1, http://127.0.0.1:"), "{check}");
    let words = "This shop can’t see payments in Ether right now";
    assert!(buyer.get("/order").unwrap().text().contains(words));
    let mut other = shop.buyer();
    other.take_a_shirt().unwrap();
    assert!(other.get("/checkout").unwrap().text().contains(words));
    for line in shop.said().lines().filter(|line| line.contains("NOT DETECTED")) {
        assert!(!line.contains(&placed.id) && !line.contains(WALLET), "{line}");
    }
    proxy.mend();
    until_within(LOOKS, "recovery is said", || {
        shop.said().contains("payments are detected again").then_some(())
    });
    assert_eq!(run(&shop, &["status"]).0, 0);
    assert!(!run(&shop, &["orders"]).1.contains("NOTE"));
    assert!(!buyer.get("/order").unwrap().text().contains(words));
}

#[test]
fn check_of_a_closed_shop_asks_the_nodes_of_this_machine() {
    let anvil = Anvil::start();
    let dead = "http://127.0.0.1:1".to_owned();
    let far = "https://rpc.example".to_owned();
    let shop = shop_that_asks(&[anvil.url(), dead, far], CHAIN);
    anvil.mine(3);
    let (code, said) = run(&shop, &["check"]);
    assert_eq!(code, 78, "{said}");
    let node = |start: &str| {
        said.lines().find(|line| line.trim_start().starts_with(start)).unwrap_or_default()
    };
    let lives = node("ok     node       node 1,");
    for wanted in ["chain 31337", "at block 3", "block proof works", "receipts by block", " ms"] {
        assert!(lives.contains(wanted), "{wanted}: {said}");
    }
    assert!(
        node("ERROR  node       node 2, http://127.0.0.1:1:").contains("cannot be reached"),
        "{said}"
    );
    assert!(said.contains("1 remote node was not checked") && !said.contains("node 3,"), "{said}");
}

#[test]
fn wrong_chain_is_said_by_check_and_by_the_open_shop() {
    let anvil = Anvil::start();
    let mut shop = shop_that_asks(&[anvil.url()], 1);
    let (code, said) = run(&shop, &["check"]);
    assert!(code == 78 && said.contains("is on chain 31337, not 1"), "{said}");
    shop.open();
    until("the open shop says it", || {
        shop.said().contains("is on chain 31337, not 1").then_some(())
    });
    let (code, said) = run(&shop, &["check"]);
    assert!(code == 78 && said.contains("is on chain 31337, not 1"), "{said}");
}

/// A hash that no header this program can write has.
fn unknown_hash() -> Value {
    json!(format!("0x{}", "5a".repeat(32)))
}

fn with_unknown_field(block: &mut Value) {
    block["inclusionListRoot"] = unknown_hash();
    block["hash"] = unknown_hash();
}

fn with_unknown_transaction(block: &mut Value) {
    // Ids instead of transactions say nothing of their types.
    if let Some(transaction) = block["transactions"].get_mut(0).filter(|tx| tx.is_object()) {
        transaction["type"] = json!("0x7f");
        transaction["signatures"] = json!([unknown_hash()]);
        transaction.as_object_mut().expect("an object").remove("r");
    }
}

/// The chain was upgraded, and the program was not: that is no node that lies, and no silence.
#[test]
fn chain_newer_than_the_program_is_said_and_so_is_its_end() {
    let anvil = Anvil::start();
    let node = Altering::new(&anvil.url());
    let mut shop = shop_that_asks(&[node.url()], CHAIN);
    shop.open();
    until_within(LOOKS, "everything works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    let mut buyer = shop.buyer();
    buyer.buy(SHIP_TO).unwrap();
    let forms: [(Alter, &str); 2] = [
        (with_unknown_field, "a block with unknown fields"),
        (with_unknown_transaction, "a new type of transaction"),
    ];
    let words = "This shop can’t see payments in Ether right now";
    let count = |text: &str| shop.said().matches(text).count();
    for (times, (alter, what)) in (1..).zip(forms) {
        node.alter(anvil.height() + 1, alter);
        anvil.pay(WALLET, 5);
        anvil.mine(1);
        until_within(LOOKS, "the terminal says it", || {
            (count("PAYMENTS NOT DETECTED since") == times).then_some(())
        });
        let why = format!("sent {what}, which this program is too old to read");
        assert!(shop.said().contains(&why), "{}", shop.said());
        let (code, status) = run(&shop, &["status"]);
        assert!(code == 75 && status.contains(&why), "{status}");
        // It proves a block that lies two deep.
        anvil.pay(WALLET, 5);
        anvil.mine(1);
        anvil.mine(2);
        let (code, check) = run(&shop, &["check"]);
        assert!(code == 78 && check.contains(&why), "{check}");
        assert!(buyer.get("/order").unwrap().text().contains(words));
        node.be_honest();
        until_within(LOOKS, "recovery is said", || {
            (count("payments are detected again") == times).then_some(())
        });
        let (code, status) = run(&shop, &["status"]);
        assert!(code == 0 && !status.contains("too old"), "{status}");
        assert!(!buyer.get("/order").unwrap().text().contains(words));
    }
}

/// Mails wait, and the seller is told why.
#[test]
fn unwritable_mailbox_is_said_and_so_is_its_recovery() {
    let mut shop = Shop::new();
    shop.open();
    until("everything works", || (run(&shop, &["status"]).0 == 0).then_some(()));
    let mailbox = shop.dir().join("mailorders/root");
    std::fs::create_dir(&mailbox).unwrap();
    shop.buyer().buy(SHIP_TO).unwrap();
    until("the terminal says it", || {
        shop.said().contains("mailbox  NOT WRITABLE since").then_some(())
    });
    let (code, status) = run(&shop, &["status"]);
    assert!(code == 75 && status.contains("NOT WRITABLE, 1 mail waiting"), "{status}");
    assert!(run(&shop, &["orders"]).1.starts_with("NOTE: the mailbox has not been writable since"));
    std::fs::remove_dir(&mailbox).unwrap();
    until("recovery is said", || shop.said().contains("mailbox  is writable again").then_some(()));
    until("the order arrives", || {
        let text = std::fs::read_to_string(&mailbox).unwrap_or_default();
        text.contains("-----END PGP MESSAGE-----").then_some(())
    });
    assert_eq!(run(&shop, &["status"]).0, 0);
}

#[test]
fn one_far_node_is_named_as_what_has_to_be_trusted() {
    let mut shop = shop_that_asks(&["https://rpc.example".to_owned()], 1);
    let said = run(&shop, &["check"]).1;
    let wanted = "whoever runs it can fake or hide payments";
    assert!(said.contains(wanted), "{said}");
    shop.open();
    assert!(shop.said().contains(wanted), "{}", shop.said());
    shop.close();
    shop.set("ether", "nodes", "[\"https://1.2.3.4:8545\"]");
    let check = cryptocart(shop.folder(), &["check"]);
    let serve = cryptocart(shop.folder(), &["serve"]);
    assert_eq!((check.status.code(), serve.status.code()), (Some(78), Some(78)));
    assert!(
        String::from_utf8_lossy(&serve.stderr).contains("must be a host name, not an IP address")
    );
    assert!(
        String::from_utf8_lossy(&check.stdout).contains("must be a host name, not an IP address")
    );
}
