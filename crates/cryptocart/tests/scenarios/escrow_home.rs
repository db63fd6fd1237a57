//! `cryptocart escrow` at the seller's home, on a real node with the real contract.

mod nodes;

use crate::support::{
    Anvil,
    escrow::{
        EscrowHome, EscrowOrder, PIN, PRICE, SECRET, balance, chain_with_contract, pass, pay,
        transactions, write,
    },
    until,
};
use serde_json::json;
use shop_chain::ethereum::escrow::{Call, PINNED, Proof, case_digest, checksum, is_signed_by};
use shop_core::escrow::{Account, Signature};
use std::process::{Command, Stdio};

const DAY: u64 = 86_400;
const ORDER: &str = "K7Q2-9FXD";

/// Ships the parcel of the order, without attestors: theirs are tests of their own.
fn ship(home: &EscrowHome) -> serde_json::Value {
    home.json(&[
        "ship",
        ORDER,
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--without-attestors",
        "--yes",
        "--json",
    ])
}

fn paid_order(anvil: &Anvil) -> (EscrowHome, EscrowOrder) {
    let home = EscrowHome::new(anvil);
    let order = home.order(anvil, 0);
    order.pay(anvil);
    (home, order)
}

/// Returns the commands of the seller's page that this test runs, in order.
fn commands() -> Vec<&'static str> {
    let document = include_str!("../../../../docs/escrow-seller.md");
    let marked = document.split("<!-- run by: scenarios::escrow_home -->\n```console\n").skip(1);
    marked
        .flat_map(|rest| rest.split("```").next().unwrap_or_default().lines())
        .filter_map(|line| line.strip_prefix("$ cryptocart escrow "))
        .collect()
}

/// The seller's page, followed to the letter. `init` was typed before, by the home itself.
#[test]
fn seller_page_leads_from_keys_to_money() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    let mut seen = Vec::new();
    for line in commands() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = *words.first().unwrap();
        match word {
            "init" => {
                home.refused(&words, 2);
            }
            "payouts" => assert!(home.run(&words).status.success()),
            "status" => assert!(home.run(&words).status.success()),
            "ship" => {
                let more = ["--statement", "statement.txt", "--without-attestors", "--yes"];
                let output = home.run(&[&words[..], &more].concat());
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{said}");
                order.attest(&anvil);
                pass(&anvil, 5 * DAY + 1);
            }
            "case" => {
                let printed = String::from_utf8(home.run(&words).stdout).unwrap();
                assert!(printed.contains("\nEND OF STATEMENT\n"), "{printed}");
                let signature = printed.lines().last().unwrap_or_default();
                let signature = Signature::parse(signature).unwrap();
                let digest = case_digest(order.statement.id);
                assert!(is_signed_by(home.operator, digest, &signature));
            }
            "finalize" | "sweep" => {
                let output = home.run(&[&words[..], &["--yes"]].concat());
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
            other => panic!("the page has a command no test follows: {other}"),
        }
        seen.push(word);
    }
    assert_eq!(seen, ["init", "payouts", "status", "ship", "finalize", "case", "sweep"]);
    let to = Account::parse("0x52908400098527886e0f7030069857d2e4169ee7").unwrap();
    assert!(balance(&anvil, to) > PRICE - PRICE / 100);
}

#[test]
fn parcel_is_shipped_reported_and_paid_to_the_cold_address() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    assert_eq!(ship(&home)["result"], "mined");
    let status = home.json(&["status", "--json"]);
    assert_eq!(status["orders"][0]["state"], "shipped");
    order.attest(&anvil);
    let early = home.refused(&["finalize", ORDER, "--yes"], 75);
    assert!(early.contains("you can be paid from"), "{early}");
    pass(&anvil, 5 * DAY + 1);
    assert_eq!(home.json(&["finalize", ORDER, "--yes", "--json"])["result"], "mined");
    assert_eq!(balance(&anvil, order.statement.terms.seller), PRICE);
    let again = home.json(&["finalize", ORDER, "--yes", "--json"]);
    assert_eq!(again["result"], "mined", "its own transaction is found again: {again}");
    let text = String::from_utf8(home.run(&["status", ORDER]).stdout).unwrap();
    assert!(text.contains("delivered, and nobody objected; 0.25 ETH for you"), "{text}");
}

#[test]
fn unpaid_order_is_not_shipped_and_nothing_is_sent() {
    let anvil = chain_with_contract();
    let home = EscrowHome::new(&anvil);
    let order = home.order(&anvil, 0);
    let arguments = [
        "ship",
        ORDER,
        "--statement",
        "statement.txt",
        "--carrier",
        "canada-post",
        "--pin",
        PIN,
        "--without-attestors",
        "--yes",
    ];
    let said = home.refused(&arguments, 4);
    assert!(said.contains("do not send the parcel"), "{said}");
    pay(&anvil, order.statement.vault, PRICE - 1);
    home.refused(&arguments, 4);
    assert_eq!(transactions(&anvil, home.operator), 0);
}

#[test]
fn mistyped_parcel_number_is_refused_before_anything_is_kept() {
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
            "1234567890123453",
            "--yes",
        ],
        2,
    );
    assert!(said.contains("check digit"), "{said}");
    assert_eq!(std::fs::read_dir(home.path("escrow-home/orders")).unwrap().count(), 0);
}

/// The server was taken over, and names the thief's address and key.
#[test]
fn statement_that_pays_somebody_else_is_refused() {
    let anvil = chain_with_contract();
    let home = EscrowHome::new(&anvil);
    let thief = EscrowHome::new(&anvil);
    let order = thief.order(&anvil, 0);
    order.pay(&anvil);
    order.write(&home.path("statement.txt"));
    let arguments = ["refund", ORDER, "--statement", "statement.txt", "--yes"];
    let said = home.refused(&arguments, 77);
    assert!(said.contains("not this home's"), "{said}");
    let mut order = home.order(&anvil, 0);
    order.statement.terms.seller = Account([5; 20]);
    let id = shop_chain::ethereum::escrow::id_of(&order.statement.terms);
    order.statement.id = id;
    order.statement.vault = shop_chain::ethereum::escrow::vault_of(PINNED.contract, id);
    order.write(&home.path("statement.txt"));
    let said = home.refused(&arguments, 77);
    assert!(said.contains("did not sign the payout address"), "{said}");
}

/// The server was taken over, or its seller wrote other terms into `shop.toml` than at home.
#[test]
fn terms_that_the_home_does_not_accept_stop_the_shipment() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let settings = home.path("escrow-home/escrow.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    write(&settings, &text.replace("most_dispute_days = 7", "most_dispute_days = 4"));
    let words = format!(
        "ship {ORDER} --statement statement.txt --carrier canada-post --pin {PIN} \
         --without-attestors --yes --json"
    );
    let ship: Vec<&str> = words.split_whitespace().collect();
    let said = home.refused(&ship, 77);
    assert!(said.contains("most_dispute_days: the buyer can object for 5 days"), "{said}");
    assert!(said.contains("--accept most_dispute_days"), "{said}");
    let other = home.refused(&[&ship[..], &["--accept", "arbiters"]].concat(), 77);
    assert!(other.contains("most_dispute_days"), "{other}");
    assert_eq!(std::fs::read_dir(home.path("escrow-home/orders")).unwrap().count(), 0);
    assert_eq!(transactions(&anvil, home.operator), 0);
    home.json(&[&ship[..], &["--accept", "most_dispute_days"]].concat());
    // An order that runs asks nothing of what is accepted now.
    let text = std::fs::read_to_string(&settings).unwrap();
    let (before, _) = text.split_once("\n[attestors]\n").unwrap();
    write(&settings, &before.replace("arbiters = [\"", "arbiters = [] # [\""));
    home.json(&ship);
    assert_eq!(home.json(&["dispute", ORDER, "--yes", "--json"])["result"], "mined");
}

#[test]
fn refund_goes_to_the_buyer_and_again_is_success() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    let refund = ["refund", ORDER, "--statement", "statement.txt", "--yes", "--json"];
    assert_eq!(home.json(&refund)["result"], "mined");
    assert_eq!(balance(&anvil, order.statement.terms.refund_to), PRICE);
    home.json(&refund);
    assert_eq!(transactions(&anvil, home.operator), 1, "nothing is sent twice");
}

#[test]
fn dispute_is_possible_after_shipment_alone() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let dispute = ["dispute", ORDER, "--statement", "statement.txt", "--yes", "--json"];
    let said = home.refused(&dispute, 2);
    assert!(said.contains("nothing was shipped"), "{said}");
    ship(&home);
    assert_eq!(home.json(&dispute)["result"], "mined");
    assert_eq!(home.json(&["status", "--json"])["orders"][0]["state"], "disputed");
    home.json(&dispute);
    assert_eq!(transactions(&anvil, home.operator), 2);
}

#[test]
fn release_secret_pays_at_once() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    write(&home.path("letter.txt"), &format!("The buyer releases the money:\n\n  {SECRET}\n"));
    write(&home.path("other.txt"), "no secret in here\n");
    let release = |file: &str| {
        let all = ["release", ORDER, "--statement", "statement.txt", "--secret-file"].to_vec();
        [all, [file, "--yes", "--json"].to_vec()].concat().iter().map(ToString::to_string).collect()
    };
    let words: Vec<String> = release("other.txt");
    home.refused(&words.iter().map(String::as_str).collect::<Vec<_>>(), 3);
    let words: Vec<String> = release("letter.txt");
    home.json(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(balance(&anvil, order.statement.terms.seller), PRICE);
}

/// The buyer paid the seller by themselves: that is what the seller wanted.
#[test]
fn done_by_somebody_else_is_success_and_costs_nothing() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    let call = Call::Release(Proof::Secret(SECRET.as_bytes())).encode(&order.statement.terms);
    crate::support::escrow::send(&anvil, PINNED.contract, &call);
    let told = home.json(&["finalize", ORDER, "--statement", "statement.txt", "--yes", "--json"]);
    assert_eq!(told["result"], "was-done");
    let said = home.refused(&["refund", ORDER, "--yes"], 3);
    assert!(said.contains("from your own wallet"), "{said}");
    assert_eq!(transactions(&anvil, home.operator), 0);
}

#[test]
fn fee_above_the_limit_is_refused_before_anything_is_signed() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let said = home.refused(
        &["refund", ORDER, "--statement", "statement.txt", "--yes", "--max-fee", "0.000001"],
        77,
    );
    assert!(said.contains("the limit is 0.000001 ETH"), "{said}");
    assert_eq!(transactions(&anvil, home.operator), 0);
}

#[test]
fn nothing_is_sent_without_a_yes() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let said = home.refused(&["refund", ORDER, "--statement", "statement.txt"], 2);
    assert!(said.contains("Fee of refund: about") && said.contains("--yes"), "{said}");
    assert_eq!(transactions(&anvil, home.operator), 0);
}

#[test]
fn node_of_another_chain_is_refused() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    let settings = home.path("escrow-home/escrow.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    write(&settings, &text.replace("chain_id = 31337", "chain_id = 1"));
    let said = home.refused(&["status"], 78);
    assert!(said.contains("is on chain 31337, not 1"), "{said}");
}

#[test]
fn contract_with_other_code_is_refused() {
    let anvil = chain_with_contract();
    let (home, _order) = paid_order(&anvil);
    anvil.ask("anvil_setCode", &json!([PINNED.contract, "0x6000"]));
    let said = home.refused(&["status"], 77);
    assert!(said.contains("not the one that this program knows"), "{said}");
}

/// Fees rose after it was sent: with higher ones it gets into a block, and it was sent once.
#[test]
fn stuck_transaction_is_replaced_under_the_same_number() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    anvil.ask("evm_setAutomine", &json!([false]));
    let refund = |more: &[&'static str]| {
        let all = ["refund", ORDER, "--statement", "statement.txt", "--yes", "--wait", "0"];
        [&all, more].concat()
    };
    let said = home.refused(&refund(&[]), 75);
    assert!(said.contains("in no block yet"), "{said}");
    home.refused(&refund(&[]), 75);
    home.refused(&refund(&["--replace"]), 75);
    let waiting = anvil.ask("txpool_status", &json!([]));
    assert_eq!(waiting["pending"], "0x1", "{waiting}");
    anvil.mine(1);
    let told = home.json(&refund(&["--json"]));
    assert_eq!(told["result"], "mined");
    assert_eq!(balance(&anvil, order.statement.terms.refund_to), PRICE);
    assert_eq!(transactions(&anvil, home.operator), 1);
}

/// The computer loses power while the transaction is on its way.
#[test]
fn killed_command_goes_on_with_the_same_parcel_and_number() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    anvil.ask("evm_setAutomine", &json!([false]));
    let mut child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
        .current_dir(home.path("."))
        .args(["escrow", "ship", ORDER, "--statement", "statement.txt", "--carrier"])
        .args(["canada-post", "--pin", PIN, "--without-attestors", "--yes"])
        .args(["--passphrase-file", "phrase"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the transaction is sent", || {
        (anvil.ask("txpool_status", &json!([]))["pending"] == "0x1").then_some(())
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let sent = anvil.ask("txpool_content", &json!([])).to_string();
    anvil.ask("evm_setAutomine", &json!([true]));
    anvil.mine(1);
    let told = home.json(&["ship", ORDER, "--without-attestors", "--yes", "--json"]);
    assert_eq!(told["result"], "mined");
    assert!(sent.contains(told["transaction"].as_str().unwrap()), "it is the one of before");
    let tracking = order.tracking(&anvil).to_string();
    assert!(sent.contains(tracking.trim_start_matches("0x")), "and the same parcel");
    assert_eq!(transactions(&anvil, home.operator), 1);
    let said = home.refused(
        &["ship", ORDER, "--carrier", "canada-post", "--pin", "1371134583769923", "--yes"],
        77,
    );
    assert!(said.contains("another parcel"), "{said}");
}

/// The block with the refund is replaced by an empty one.
#[test]
fn transaction_that_a_reorganisation_took_is_sent_again() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    anvil.mine(3);
    let refund = ["refund", ORDER, "--statement", "statement.txt", "--yes", "--json"];
    let first = home.json(&refund);
    anvil.reorg(1);
    assert_eq!(transactions(&anvil, home.operator), 0);
    let again = home.json(&refund);
    assert_eq!(first["transaction"], again["transaction"]);
    assert_eq!(balance(&anvil, order.statement.terms.refund_to), PRICE);
}

#[test]
fn payout_addresses_are_never_made_twice() {
    let anvil = chain_with_contract();
    let home = EscrowHome::new(&anvil);
    let first = home.payouts();
    home.json(&["payouts", "--count", "2", "--json"]);
    let all = home.payouts();
    assert_eq!(all.len(), 5);
    assert!(all[3..].iter().all(|new| !first.contains(new)));
    // An older copy of the home was restored; the server has all five.
    std::fs::copy(home.path("escrow-home/payouts.txt"), home.path("server.txt")).unwrap();
    let text: Vec<String> = first.iter().map(ToString::to_string).collect();
    write(&home.path("escrow-home/payouts.txt"), &(text.join("\n") + "\n"));
    write(&home.path("escrow-home/payouts.next"), "3\n");
    let made = home.json(&["payouts", "--count", "1", "--known", "server.txt", "--json"]);
    assert_eq!(made["first"], 5);
    home.refused(&["payouts", "--count", "1", "--from", "2"], 2);
    std::fs::remove_file(home.path("escrow-home/payouts.next")).unwrap();
    let said = home.refused(&["payouts", "--count", "1"], 78);
    assert!(said.contains("payouts.next is missing"), "{said}");
}

#[test]
fn wrong_passphrase_opens_nothing() {
    let anvil = chain_with_contract();
    let home = EscrowHome::new(&anvil);
    write(&home.path("phrase"), "other words\n");
    let said = home.refused(&["status"], 77);
    assert!(said.contains("the passphrase is wrong"), "{said}");
}

#[test]
fn sweep_moves_what_payout_addresses_have() {
    let anvil = chain_with_contract();
    let home = EscrowHome::new(&anvil);
    let payouts = home.payouts();
    for payout in &payouts[..2] {
        pay(&anvil, payout.seller, PRICE);
    }
    let to = checksum(Account([0xaa; 20]));
    let moved = home.json(&["sweep", "--to", &to, "--yes", "--json"]);
    assert_eq!(moved["moved"].as_array().unwrap().len(), 2);
    let got = balance(&anvil, Account([0xaa; 20]));
    assert!(got > 2 * PRICE - 1_000_000_000_000_000 && got < 2 * PRICE, "{got}");
    let again = home.json(&["sweep", "--to", &to, "--yes", "--json"]);
    assert_eq!(again["moved"].as_array().unwrap().len(), 0, "what is left is less than a fee");
}

/// The operator key and the recovery words are on a machine without network.
#[test]
fn transactions_are_signed_on_another_machine() {
    let anvil = chain_with_contract();
    let (home, order) = paid_order(&anvil);
    let words = home.path("escrow-home/mnemonic.sealed");
    let operator = home.path("escrow-home/operator.sealed");
    let moved = |file: &std::path::Path| file.with_extension("away");
    for file in [&words, &operator] {
        std::fs::rename(file, moved(file)).unwrap();
    }
    let refund = ["refund", ORDER, "--statement", "statement.txt", "--yes"];
    let said = home.refused(&refund, 3);
    assert!(said.contains("--write FILE"), "{said}");
    home.json(&[&refund[..], &["--write", "refund.json", "--json"]].concat());
    for file in [&words, &operator] {
        std::fs::rename(moved(file), file).unwrap();
    }
    let unsigned = home.refused(&["send", "refund.json"], 2);
    assert!(unsigned.contains("not signed"), "{unsigned}");
    home.json(&["sign", "refund.json", "--yes", "--json"]);
    home.json(&["send", "refund.json.signed", "--json"]);
    assert_eq!(balance(&anvil, order.statement.terms.refund_to), PRICE);
    let told = home.json(&[&refund[..], &["--json"]].concat());
    assert_eq!(told["result"], "mined", "the home knows what was signed elsewhere");
}
