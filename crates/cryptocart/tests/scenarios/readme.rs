//! The README, followed to the letter.

use crate::support::{Mutt, SHIP_TO, Shop, until};
use std::process::Command;

/// Returns the commands of the README's blocks that this test runs, in order.
fn commands() -> Vec<&'static str> {
    let document = include_str!("../../../../README.md");
    let marked = document.split("<!-- run by: scenarios::readme -->\n```console\n").skip(1);
    marked
        .flat_map(|rest| rest.split("```").next().unwrap_or_default().lines())
        .filter_map(|line| line.strip_prefix("$ "))
        .collect()
}

#[test]
fn the_readme_leads_a_newcomer_to_a_paid_order_in_mutt() {
    // The first `serve` would make the shop itself; here it is made before, so that it stays off
    // the real Tor network.
    let mut shop = Shop::new();
    let mut number = String::new();
    let mut seen = Vec::new();
    for line in commands() {
        let typed = line.replace("K7Q2-9FXD", &number);
        let words: Vec<&str> = typed.split_whitespace().collect();
        match words.as_slice() {
            ["cargo", "run", "--release", "--", "serve"] => {
                shop.open();
                number = shop.buyer().buy(SHIP_TO).unwrap().id;
            }
            ["cargo", "run", "--release", "--", arguments @ ..] => {
                let said = shop.run(arguments);
                assert!(said.contains(&number) || said.contains("Mined"), "{line}: {said}");
            }
            ["gpg", "--import", secret] => {
                let home = tempfile::tempdir().unwrap();
                let import = Command::new("gpg")
                    .args(["--batch", "--homedir"])
                    .arg(home.path())
                    .args(["--import", secret])
                    .current_dir(shop.folder())
                    .output()
                    .unwrap();
                assert!(import.status.success(), "{line}");
            }
            ["mutt", "-f", mailbox] => {
                until("the payment has arrived", || {
                    shop.run(&["orders"]).contains("settled").then_some(())
                });
                let mutt = Mutt::open(shop.folder(), &shop.folder().join(mailbox));
                until("mutt lists the messages", || mutt.screen().contains("Msgs:").then_some(()));
                mutt.press("1");
                mutt.press("Enter");
                mutt.press("Enter");
                until("mutt shows the order", || mutt.screen().contains(&number).then_some(()));
            }
            other => panic!("the README has a command no test follows: {other:?}"),
        }
        seen.push(line.split(" ").next().unwrap());
    }
    assert_eq!(seen.iter().filter(|word| **word == "cargo").count(), 4, "{seen:?}");
    assert!(seen.contains(&"gpg") && seen.contains(&"mutt"));
}
