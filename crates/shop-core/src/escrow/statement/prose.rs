//! The sentences of a statement. They follow from its values alone.

use super::{Spell, Statement, value};
use crate::escrow::{MatchLevel, Terms};

/// First words of a statement; a number follows.
pub(super) const TITLE: &str = "CRYPTOCART ESCROW STATEMENT, VERSION";
/// Last line of a statement.
pub(super) const END: &str = "END OF STATEMENT";
/// Words before the sentences.
pub(super) const PART_1: [&str; 2] = [
    "Keep this text. With it the money of this order can be found, checked, and sent on when it \
     is due, even if the shop is gone.",
    "Part 1. Show it to anybody who checks it for you. The command is: cryptocart verify FILE",
];
/// Words before the values of part 2.
pub(super) const PART_2: &str =
    "Part 2. For the arbiter of a dispute alone. Do not show it to anybody else.";

/// Returns the sentences about the terms.
pub(super) fn rules(statement: &Statement, spell: Spell) -> Vec<String> {
    let words = Words { statement, terms: &statement.terms, spell };
    let mut rules = vec![words.payment()];
    if words.terms.is_void() {
        rules.push(words.void());
        return rules;
    }
    rules.push(words.amounts());
    rules.push(words.shipment());
    rules.push(words.delivery());
    rules.push(words.least_match());
    rules.push(words.end());
    rules.push(words.dispute());
    rules.push(words.operator());
    rules.push(words.release());
    rules.push(words.keeper());
    rules.push("Nobody outside the project has audited the contract.".to_owned());
    rules
}

struct Words<'a> {
    statement: &'a Statement,
    terms: &'a Terms,
    spell: Spell,
}

impl Words<'_> {
    fn price(&self) -> String {
        value::amount(self.terms, self.terms.price, self.spell)
    }

    fn refund_to(&self) -> String {
        (self.spell)(self.terms.refund_to)
    }

    fn payment(&self) -> String {
        format!(
            "The buyer pays {} on chain {} to the vault {}. The vault is an address of this order \
             alone. Only the contract {} can pay out of it.",
            self.price(),
            self.terms.chain_id,
            (self.spell)(self.statement.vault),
            (self.spell)(self.statement.contract),
        )
    }

    fn void(&self) -> String {
        let reasons: Vec<String> =
            self.terms.void_reasons().iter().map(ToString::to_string).collect();
        format!(
            "Do not pay. By these terms the seller can never be paid: {}. Anybody can send all \
             money back to {} at once.",
            reasons.join("; "),
            self.refund_to(),
        )
    }

    fn amounts(&self) -> String {
        format!(
            "If less than the price is paid, the order cannot be shipped. All money above the price \
             goes back to {} when the order ends.",
            self.refund_to(),
        )
    }

    fn shipment(&self) -> String {
        format!(
            "The seller must ship by {}. If the seller has not shipped by then, all money goes back \
             to {}.",
            value::time(self.terms.ship_by),
            self.refund_to(),
        )
    }

    fn delivery(&self) -> String {
        let attestors = &self.statement.attestors;
        format!(
            "Then {} of {} attestors must report the delivery by {}. If they have not reported it \
             by then, all money goes back to {}. They can move this time once, to {} at the latest.",
            attestors.threshold(),
            attestors.accounts().len(),
            value::time(self.terms.deliver_by),
            self.refund_to(),
            value::time(self.terms.latest_delivery()),
        )
    }

    fn least_match(&self) -> String {
        let MatchLevel(level) = self.terms.min_match;
        let number = match level & 7 {
            0 => "A parcel to any address counts.",
            1 => "A parcel to the country of the order counts.",
            2 => "A parcel to the postal area of the order counts.",
            3 => "Only a parcel to the postal code of the order counts.",
            4 => "Only a parcel with the reference of the order counts.",
            _ => "No parcel counts: the terms demand a match that does not exist.",
        };
        let demands = match level & 0xf8 {
            0 => "",
            8 => " There must be a signature of who received it.",
            _ => " The terms also demand what no attestor knows, so no parcel counts.",
        };
        format!("{number}{demands}")
    }

    fn end(&self) -> String {
        let before = match self.terms.arbiter {
            Some(_) => format!(
                "When the delivery is reported, there are {} to dispute. If nobody disputes,",
                value::duration(self.terms.dispute_window)
            ),
            None => format!(
                "There is no arbiter, so nobody can dispute. {} after the delivery is reported,",
                value::duration(self.terms.dispute_window)
            ),
        };
        let seller = (self.spell)(self.terms.seller);
        format!("{before} the seller gets {} at {seller}.", self.price())
    }

    fn dispute(&self) -> String {
        let Some(arbiter) = self.terms.arbiter else {
            return "A parcel that is wrong or empty counts as delivered.".to_owned();
        };
        let buyer = match self.terms.buyer_key {
            Some(key) => format!("The buyer's key {} and the arbiter", (self.spell)(key)),
            None => "The arbiter, whom the buyer asks,".to_owned(),
        };
        format!(
            "{buyer} can open a dispute, and the seller until the delivery is reported. Then the \
             arbiter {} has {} to divide the price between buyer and seller, for a fee of {} of \
             the price. The arbiter can send money to nobody else. If the arbiter does not rule, \
             there is no fee: the seller is paid if the delivery was reported, and if not, all \
             money goes back to {}.",
            (self.spell)(arbiter),
            value::duration(self.terms.arbiter_window),
            value::percent(self.terms.arbiter_fee_bps),
            self.refund_to(),
        )
    }

    fn operator(&self) -> String {
        format!(
            "The seller's operator key {} can send all money back at any time. It cannot take any.",
            (self.spell)(self.terms.operator)
        )
    }

    fn release(&self) -> String {
        let secret = self.terms.release_hash.map(|hash| {
            format!("Whoever knows the secret whose SHA-256 is {hash} can pay the seller at once.")
        });
        let key = self.terms.buyer_key.map(|key| {
            format!("Whoever has the buyer's key {} can pay the seller at once.", (self.spell)(key))
        });
        match (secret, key) {
            (Some(secret), Some(key)) => format!("{secret} {key}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => {
                "The buyer needs no key, and nobody can pay the seller early.".to_owned()
            }
        }
    }

    fn keeper(&self) -> String {
        let tip = match self.terms.keeper_tip {
            0 => String::new(),
            tip => format!(
                " Whoever sends it gets {} of the money, at most a twentieth of it.",
                value::amount(self.terms, tip, self.spell)
            ),
        };
        format!(
            "For each of these endings somebody must send a transaction when it is due. Anybody \
             who has part 1 can do that.{tip}"
        )
    }
}
