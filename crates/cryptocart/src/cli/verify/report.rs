//! The result of a check, in words and as JSON.

use crate::{known_parties::KnownParties, terminal::many};
use serde_json::{Value, json};
use shop_chain::ethereum::escrow::checksum;
use shop_core::{
    escrow::{Account, Recomputed, Severity, Statement, Verdict, Warning, amount_text, utc_text},
    text::paragraph,
};

/// Columns of the text.
const WIDTH: usize = 78;

pub(super) struct Report {
    pub(super) statement: Statement,
    pub(super) recomputed: Recomputed,
    pub(super) warnings: Vec<Warning>,
    pub(super) verdict: Verdict,
    pub(super) known: KnownParties,
}

impl Report {
    pub(super) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Returns the verdict first, then the rules, then the warnings.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        paragraph(&mut text, "", &self.headline(), WIDTH);
        text.push('\n');
        for sentence in self.statement.sentences(checksum) {
            paragraph(&mut text, "- ", &sentence, WIDTH);
        }
        let parties = self.parties();
        if !parties.is_empty() {
            text.push('\n');
            for party in parties {
                paragraph(&mut text, "known:   ", &party, WIDTH);
            }
        }
        if !self.warnings.is_empty() {
            text.push('\n');
        }
        for warning in &self.warnings {
            let mark = match warning.severity() {
                Severity::Danger => "DANGER:  ",
                Severity::Caution => "caution: ",
                Severity::Note => "note:    ",
            };
            paragraph(&mut text, mark, &warning.words(checksum), WIDTH);
        }
        text
    }

    fn headline(&self) -> String {
        let count = |severity| {
            self.warnings.iter().filter(|warning| warning.severity() == severity).count()
        };
        let vault = checksum(self.recomputed.vault);
        let price = amount_text(&self.statement.terms, self.statement.terms.price, checksum);
        match self.verdict {
            Verdict::DoNotPay => format!(
                "DO NOT PAY: {} with this statement, named below.",
                many(count(Severity::Danger), "thing is wrong", "things are wrong")
            ),
            Verdict::Careful => format!(
                "PAY WITH CARE: nothing is wrong, but weigh {} that the lines below name. The address \
                 of this order is {vault}, and the price {price}.",
                many(count(Severity::Caution), "risk", "risks")
            ),
            Verdict::Sound => format!(
                "NOTHING IS WRONG. The address of this order is {vault}, and the price {price}."
            ),
        }
    }

    /// Returns the parties that the list has a name of.
    fn parties(&self) -> Vec<String> {
        let arbiter = self.statement.terms.arbiter.into_iter().map(|account| ("arbiter", account));
        let attestors = self.statement.attestors.accounts().iter();
        let shop = ("shop", self.statement.shop_key);
        attestors
            .map(|account| ("attestor", *account))
            .chain(arbiter)
            .chain([shop])
            .filter_map(|(role, account)| {
                let name = self.known.name(account)?;
                Some(format!("the {role} {} is {name}", checksum(account)))
            })
            .collect()
    }

    pub(super) fn json(&self) -> Value {
        let terms = &self.statement.terms;
        let optional = |account: Option<Account>| account.map(checksum);
        let warnings: Vec<Value> = self.warnings.iter().map(warning_json).collect();
        json!({
            "version": 1,
            "verdict": match self.verdict {
                Verdict::Sound => "sound",
                Verdict::Careful => "careful",
                Verdict::DoNotPay => "do-not-pay",
            },
            "warnings": warnings,
            "rules": self.statement.sentences(checksum),
            "vault": checksum(self.recomputed.vault),
            "id": self.recomputed.id.to_string(),
            "contract": checksum(self.statement.contract),
            "chain": terms.chain_id,
            "token": optional(terms.token),
            "price": terms.price.to_string(),
            "payout_address": checksum(terms.seller),
            "refund_address": checksum(terms.refund_to),
            "buyer_key": optional(terms.buyer_key),
            "release_hash": terms.release_hash.map(|hash| hash.to_string()),
            "arbiter": optional(terms.arbiter),
            "shop_key": checksum(self.statement.shop_key),
            "attestors": self.statement.attestors.accounts().iter().copied().map(checksum)
                .collect::<Vec<_>>(),
            "attestors_needed": self.statement.attestors.threshold(),
            "ship_by": utc_text(terms.ship_by),
            "deliver_by": utc_text(terms.deliver_by),
            "has_part_2": self.statement.goods.is_some(),
        })
    }
}

fn warning_json(warning: &Warning) -> Value {
    let severity = match warning.severity() {
        Severity::Danger => "danger",
        Severity::Caution => "caution",
        Severity::Note => "note",
    };
    json!({ "severity": severity, "code": warning.code(), "text": warning.words(checksum) })
}
