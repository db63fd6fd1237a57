//! A dispute, from the buyer's objection to the money.
//!
//! The arbiter's service is a program of its own. The keys are at the arbiter's home.

use crate::{
    escrow::{Market, shows},
    support::{
        Anvil, Arbiter, Buyer,
        escrow::{bytes, send},
        html,
    },
};
use serde_json::json;
use shop_chain::ethereum::escrow::{PINNED, checksum};

const OBJECTION: &str = "The box was full of newspapers.\nI have a picture of it.";
const ANSWER: &str = "The shirt was between the newspapers.";
const REASONS: &str = "Both sides could have looked better.";

/// The parcel was delivered, and the buyer objects on the arbiter's page. The arbiter opens a
/// dispute, hears the seller too, and gives the buyer 60 of 100. Somebody who has nothing to do
/// with it sends what the arbiter's page shows.
#[test]
fn arbiter_hears_both_sides_and_its_ruling_is_paid() {
    let mut arbiter = Arbiter::new();
    let mut market = Market::new(arbiter.account);
    market.start();
    arbiter.serve(&market.anvil);
    let mut order = market.paid();
    market.parcel(order.start, &crate::escrow::DELIVERED);
    market.ship(&mut order);
    market.deliver(&mut order);

    let mut buyer = Side::opens(&arbiter, "/buyer", &market.kept(), OBJECTION);
    let letter = only(arbiter.letters());
    assert!(letter.contains("side: buyer") && letter.contains("| The box was full"), "{letter}");
    arbiter.keep_statement(&letter);
    arbiter.decides(&["dispute"], "");
    let page = buyer.case();
    assert!(page.contains("The arbiter opens a dispute"), "{page}");
    send_shown(&market.anvil, &page);
    shows(&market, &mut order.buyer, "In dispute");

    let mut seller = Side::opens(&arbiter, "/seller", &market.case_of(&order), ANSWER);
    let page = seller.case();
    assert!(page.contains("has written to the arbiter"), "{page}");
    assert!(!page.contains("newspapers.\nI have"), "the sides do not see each other's words");
    assert!(only(arbiter.letters()).contains("| The shirt was between"));
    let page = buyer.adds("Three shirts were ordered.");
    assert!(page.contains("full of newspapers") && page.contains("Three shirts"), "{page}");
    assert!(only(arbiter.letters()).contains("| Three shirts were ordered."));

    arbiter.decides(&["rule", "--buyer-share", "60%"], REASONS);
    for side in [&mut buyer, &mut seller] {
        let page = side.case();
        let said = ["The arbiter has ruled", "60% go to the buyer and 40% to the seller", REASONS];
        assert!(said.iter().all(|words| page.contains(words)), "{page}");
    }
    let page = buyer.case();
    let ruling = page.split("The arbiter has ruled").nth(1).unwrap();
    send_shown(&market.anvil, ruling);
    let terms = order.statement.terms;
    let fee = terms.price * u128::from(terms.arbiter_fee_bps) / 10_000;
    let rest = terms.price - fee;
    assert_eq!(market.has(arbiter.account), fee);
    assert_eq!(market.has(terms.refund_to), rest * 6 / 10);
    assert_eq!(market.has(terms.seller), rest - rest * 6 / 10);
    shows(&market, &mut order.buyer, "The arbiter has decided");

    let page = buyer.case();
    assert!(page.contains("The order has ended"), "{page}");
    let late = Side::posts(&mut arbiter.visitor(), "/buyer", &market.kept(), "One more thing.");
    assert!(late.contains("Your case was not taken"), "{late}");
    let disk = arbiter.disk();
    for words in ["newspapers", "Three shirts", "between the"] {
        let has = |file: &Vec<u8>| file.windows(words.len()).any(|at| at == words.as_bytes());
        assert!(!disk.iter().any(has), "{words} is on the server's disk");
        assert!(!arbiter.said().contains(words));
    }
}

/// Nobody has shipped: there is nothing to rule on, and the page says what comes instead.
#[test]
fn arbiter_takes_no_case_before_a_shipment() {
    let mut arbiter = Arbiter::new();
    let mut market = Market::new(arbiter.account);
    market.start();
    arbiter.serve(&market.anvil);
    market.paid();
    let page = Side::posts(&mut arbiter.visitor(), "/buyer", &market.kept(), OBJECTION);
    assert!(page.contains("everything goes back to the buyer"), "{page}");
    assert_eq!(arbiter.letters(), [""; 0]);
}

/// One side of a dispute, in a browser without script.
struct Side {
    browser: Buyer,
    code: String,
}

impl Side {
    /// Writes to the arbiter, and keeps the code of the case.
    fn opens(arbiter: &Arbiter, path: &str, statement: &str, words: &str) -> Self {
        let mut browser = arbiter.visitor();
        assert_eq!(browser.get(path).unwrap().status, 200);
        let taken = Self::posts(&mut browser, path, statement, words);
        assert!(taken.contains("Your case is with the arbiter"), "{taken}");
        let code = html::verbatim(&taken).into_iter().next().expect("a code");
        Self { browser, code }
    }

    /// Sends the form with both parts of the statement, and the proof below them.
    fn posts(browser: &mut Buyer, path: &str, statement: &str, words: &str) -> String {
        let form = [("statement", statement), ("words", words)];
        html::plain(&browser.post(path, &form).unwrap().text())
    }

    /// Opens the case again with its code.
    fn case(&mut self) -> String {
        html::plain(&self.browser.post("/case", &[("code", &self.code)]).unwrap().text())
    }

    /// Adds words, with the form of the case's page.
    fn adds(&mut self, words: &str) -> String {
        let page = self.case();
        let code = html::hidden(&page, "/case/add", "code").expect("a form");
        let form = [("code", &*code), ("words", words)];
        html::plain(&self.browser.post("/case/add", &form).unwrap().text())
    }
}

/// Has somebody send the decision that a page shows.
fn send_shown(anvil: &Anvil, page: &str) {
    assert_eq!(html::fact(page, "Contract"), Some(checksum(PINNED.contract)));
    let data = html::fact(page, "Data").expect("the data of a transaction");
    send(anvil, PINNED.contract, &bytes(&json!(data)));
    anvil.mine(3);
}

fn only(letters: Vec<String>) -> String {
    let [letter] = letters.try_into().expect("one letter");
    letter
}
