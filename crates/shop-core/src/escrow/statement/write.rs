//! The text of a statement.

use super::{
    Spell, Statement,
    field::Field,
    prose::{self, END, PART_1, PART_2, TITLE},
    value::{self, NONE},
};
use crate::{
    escrow::{Account, Goods, Hash},
    text,
};
use zeroize::Zeroizing;

/// Version that is written.
pub(super) const VERSION: u32 = 1;
/// Columns of the text. Mail programs do not break such lines.
const WIDTH: usize = 72;
/// Room for part 1. A buffer that grows leaves copies behind.
const PART_1_ROOM: usize = 16_384;

pub(super) fn statement(statement: &Statement, spell: Spell) -> Zeroizing<String> {
    let goods = statement.goods.as_ref().map_or(0, |goods| goods.text().len());
    // A line of one character becomes nine.
    let mut text = Text(Zeroizing::new(String::with_capacity(PART_1_ROOM + goods * 9)));
    text.line(&format!("{TITLE} {VERSION}"));
    for sentences in PART_1 {
        text.blank();
        text.paragraph("", sentences);
    }
    text.blank();
    for rule in prose::rules(statement, spell) {
        text.paragraph("- ", &rule);
    }
    text.blank();
    text.part_1(statement, spell);
    if let Some(goods) = &statement.goods {
        text.blank();
        text.paragraph("", PART_2);
        text.blank();
        text.part_2(goods);
    }
    text.blank();
    text.line(END);
    text.0
}

/// Returns the sentences of a statement as one line, in small letters, to compare them.
pub(super) fn words(statement: &Statement) -> String {
    let mut words: Vec<String> = PART_1.map(str::to_owned).to_vec();
    let rules = prose::rules(statement, |account| account.to_string());
    words.extend(rules.into_iter().map(|rule| format!("- {rule}")));
    if statement.goods.is_some() {
        words.push(PART_2.to_owned());
    }
    words.join(" ").to_lowercase()
}

struct Text(Zeroizing<String>);

impl Text {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn blank(&mut self) {
        self.0.push('\n');
    }

    fn paragraph(&mut self, mark: &str, sentences: &str) {
        text::paragraph(&mut self.0, mark, sentences, WIDTH);
    }

    fn value(&mut self, field: Field, value: &str) {
        self.0.push_str(field.name());
        self.0.push_str(": ");
        self.line(value);
    }

    /// Writes a long value below its name, in lines that no mail program breaks.
    fn long(&mut self, field: Field, value: &str) {
        self.0.push_str(field.name());
        self.line(":");
        let mut rest = value;
        while let Some((line, after)) = rest.split_at_checked(66) {
            self.0.push_str("  ");
            self.line(line);
            rest = after;
        }
        if !rest.is_empty() {
            self.0.push_str("  ");
            self.line(rest);
        }
    }

    fn hash(&mut self, field: Field, hash: Option<Hash>) {
        match hash {
            Some(hash) => self.long(field, &hash.to_string()),
            None => self.value(field, NONE),
        }
    }

    fn account(&mut self, field: Field, account: Option<Account>, spell: Spell) {
        self.value(field, &account.map_or_else(|| NONE.to_owned(), spell));
    }

    fn part_1(&mut self, statement: &Statement, spell: Spell) {
        let terms = &statement.terms;
        let attestors = &statement.attestors;
        self.account(Field::Vault, Some(statement.vault), spell);
        self.hash(Field::Id, Some(statement.id));
        self.account(Field::Contract, Some(statement.contract), spell);
        self.value(Field::Chain, &terms.chain_id.to_string());
        self.account(Field::Token, terms.token, spell);
        self.value(Field::Price, &terms.price.to_string());
        self.account(Field::Seller, Some(terms.seller), spell);
        self.account(Field::Operator, Some(terms.operator), spell);
        self.account(Field::RefundTo, Some(terms.refund_to), spell);
        self.account(Field::BuyerKey, terms.buyer_key, spell);
        self.hash(Field::ReleaseHash, terms.release_hash);
        self.value(Field::ShipBy, &value::time(terms.ship_by));
        self.value(Field::DeliverBy, &value::time(terms.deliver_by));
        self.value(Field::DisputeWindow, &value::duration(terms.dispute_window));
        self.account(Field::Arbiter, terms.arbiter, spell);
        self.value(Field::ArbiterWindow, &value::duration(terms.arbiter_window));
        self.value(Field::ArbiterFee, &value::percent(terms.arbiter_fee_bps));
        self.value(Field::Tip, &terms.keeper_tip.to_string());
        self.value(Field::LeastMatch, &terms.min_match.0.to_string());
        let count = attestors.accounts().len();
        self.value(Field::Threshold, &format!("{} of {count}", attestors.threshold()));
        for attestor in attestors.accounts() {
            self.account(Field::Attestor, Some(*attestor), spell);
        }
        self.hash(Field::Attestors, Some(terms.attestors));
        self.hash(Field::Order, Some(terms.order));
        self.account(Field::ShopKey, Some(statement.shop_key), spell);
        self.long(Field::PayoutSignature, &statement.payout_signature.to_string());
    }

    fn part_2(&mut self, goods: &Goods) {
        let or_none = |text: &str| if text.is_empty() { NONE.to_owned() } else { text.to_owned() };
        self.hash(Field::Salt, Some(goods.salt()));
        self.hash(Field::PostalSalt, Some(goods.postal_salt()));
        self.value(Field::Country, &or_none(goods.country()));
        self.value(Field::PostalCode, &or_none(goods.postal_code()));
        for line in goods.text().lines() {
            self.value(Field::Goods, line);
        }
    }
}
