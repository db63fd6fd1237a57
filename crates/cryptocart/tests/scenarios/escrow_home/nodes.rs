//! Nodes that lie to the seller's home, and attestors that it registers parcels with.

use super::{ORDER, paid_order};
use crate::support::{
    Anvil, Responder,
    escrow::{PIN, PRICE, balance, chain_with_contract, transactions, write},
};
use serde_json::json;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

/// A node between the home and the real one, which changes some of its answers.
fn liar(
    anvil: &Arc<Anvil>,
    change: impl Fn(&str, &mut serde_json::Value) + Send + Sync + 'static,
) -> Responder {
    let anvil = Arc::clone(anvil);
    Responder::new(move |_, question| {
        let method = question["method"].as_str().unwrap();
        let mut told = anvil.ask(method, &question["params"]);
        change(method, &mut told);
        json!({ "jsonrpc": "2.0", "id": question["id"], "result": told })
    })
}

#[test]
fn node_that_lies_about_fees_is_refused_by_the_limit() {
    let anvil = Arc::new(chain_with_contract());
    let (home, _order) = paid_order(&anvil);
    let liar = liar(&anvil, |method, told| {
        if method == "eth_getBlockByNumber" {
            told["baseFeePerGas"] = json!("0x5af3107a4000");
        }
    });
    let url = liar.url();
    let refund = ["refund", ORDER, "--statement", "statement.txt", "--yes", "--node", &url];
    let said = home.refused(&refund, 77);
    assert!(said.contains("the limit is 0.01 ETH"), "{said}");
    assert_eq!(transactions(&anvil, home.operator), 0);
}

/// It says each time that another transaction had the number, so that a new one is signed.
#[test]
fn node_that_lies_about_numbers_gains_no_more_than_the_limit() {
    let anvil = Arc::new(chain_with_contract());
    let (home, _order) = paid_order(&anvil);
    let count = AtomicU64::new(3);
    let sent = Arc::new(Mutex::new(0));
    let heard = Arc::clone(&sent);
    let liar = liar(&anvil, move |method, told| match method {
        "eth_getTransactionCount" => {
            *told = json!(format!("{:#x}", count.fetch_add(1, Ordering::Relaxed)));
        }
        "eth_sendRawTransaction" => *heard.lock().unwrap() += 1,
        _ => {}
    });
    let url = liar.url();
    let refund = [
        "refund",
        ORDER,
        "--statement",
        "statement.txt",
        "--yes",
        "--max-fee",
        "0.005",
        "--node",
        &url,
    ];
    let said = home.refused(&refund, 77);
    assert!(said.contains("were signed before and count"), "{said}");
    let sent = *sent.lock().unwrap();
    assert!((1..=8).contains(&sent), "{sent} were signed");
}

#[test]
fn two_honest_nodes_outvote_one_that_lies() {
    let anvil = Arc::new(chain_with_contract());
    let (home, order) = paid_order(&anvil);
    let honest = [liar(&anvil, |_, _| {}), liar(&anvil, |_, _| {})];
    let liar = liar(&anvil, |method, told| match method {
        "eth_getBalance" => *told = json!("0x0"),
        "eth_getTransactionCount" => *told = json!("0x63"),
        _ => {}
    });
    let urls = [liar.url(), honest[0].url(), honest[1].url()];
    let nodes: Vec<&str> = urls.iter().flat_map(|url| ["--node", url]).collect();
    let refund = ["refund", ORDER, "--statement", "statement.txt", "--yes", "--json"];
    assert_eq!(home.json(&[&refund[..], &nodes].concat())["result"], "mined");
    assert_eq!(balance(&anvil, order.statement.terms.refund_to), PRICE);
}

/// One attestor takes the parcel at once, one when the contract knows of it; one never does.
#[test]
fn parcel_is_registered_before_and_after_the_shipment() {
    let anvil = Arc::new(chain_with_contract());
    let (home, order) = paid_order(&anvil);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let accounts = order.statement.attestors.accounts().to_vec();
    let attestor = |place: usize| {
        let anvil = Arc::clone(&anvil);
        let asked = Arc::clone(&asked);
        let account = accounts[place];
        let operator = home.operator;
        Responder::new(move |path, registration| {
            assert_eq!(path, "/v1/register");
            asked.lock().unwrap().push((place, registration.clone()));
            let is_shipped = transactions(&anvil, operator) > 0;
            let (accepted, try_again) = match place {
                0 => (true, false),
                1 => (is_shipped, !is_shipped),
                _ => (false, false),
            };
            json!({ "accepted": accepted, "attestor": account, "words": "as I say",
                "try_again": try_again })
        })
    };
    let attestors = [attestor(0), attestor(1), attestor(2)];
    let settings = home.path("escrow-home/escrow.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("\n[attestors]\n").unwrap();
    let mut text = format!("{before}\n[attestors]\n");
    for (account, attestor) in accounts.iter().zip(&attestors) {
        text.push_str(&format!("\"{account}\" = \"{}\"\n", attestor.url()));
    }
    write(&settings, &text);
    let told = home.json(&[
        "ship",
        ORDER,
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--yes",
        "--json",
    ]);
    assert_eq!(told["result"], "mined");
    assert_eq!(home.json(&["status", "--json"])["orders"][0]["registered"], 2);
    let asked = asked.lock().unwrap();
    let places: Vec<usize> = asked.iter().map(|(place, _)| *place).collect();
    assert_eq!(places, [0, 1, 2, 1, 2]);
    let salts: Vec<&serde_json::Value> = asked.iter().map(|(_, told)| &told["salt"]).collect();
    assert!(salts.iter().all(|salt| *salt == salts[0]), "one salt for all");
    let told = asked[0].1.to_string();
    assert!(told.contains(PIN) && told.contains("K1A0B1"));
    assert!(!told.contains("shirt"), "the goods are nobody's business");
}

#[test]
fn parcel_that_no_attestor_takes_is_not_shipped() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let said = home.refused(
        &[
            "ship",
            ORDER,
            "--statement",
            "statement.txt",
            "--carrier",
            "canada-post",
            "--pin",
            PIN,
            "--yes",
        ],
        75,
    );
    assert!(said.contains("0 attestors know the parcel, and 2 must"), "{said}");
    assert_eq!(transactions(&anvil, home.operator), 0);
}
