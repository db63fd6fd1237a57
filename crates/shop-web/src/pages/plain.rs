//! Text without marks, line by line, in one language.
//!
//! Words that may be copied stand on lines of their own, with nothing else.

use super::{bill, cart};
use crate::{language::Sentence, storefront::Voice};
use shop_core::order::Receipt;

/// A text that is being written.
pub(super) struct Plain<'a> {
    voice: Voice<'a>,
    lines: Vec<String>,
}

impl<'a> Plain<'a> {
    pub(super) const fn new(voice: Voice<'a>) -> Self {
        Self { voice, lines: Vec::new() }
    }

    pub(super) fn say(&mut self, indent: usize, sentence: &Sentence) {
        self.lines.push(format!("{:indent$}{}", "", self.voice.say(sentence)));
    }

    pub(super) fn labelled(&mut self, label: &Sentence, value: String) {
        let label = self.voice.say(label);
        self.say(0, &Sentence::of("labelled").with("label", label).with("value", value));
    }

    pub(super) fn block(&mut self, text: &str) {
        self.lines.extend(text.lines().map(|line| format!("  {line}")));
    }

    pub(super) fn gap(&mut self) {
        self.lines.push(String::new());
    }

    pub(super) fn extend(&mut self, lines: Vec<String>) {
        self.lines.extend(lines);
    }

    /// Writes what was ordered, and the rows of its bill.
    pub(super) fn goods(&mut self, receipt: &Receipt) {
        self.say(0, &Sentence::of("items"));
        for line in receipt.bill.lines() {
            let item = Sentence::of("line-item").with("count", line.quantity);
            self.say(2, &item.with("item", cart::full(self.voice, line)));
            let prices = Sentence::of("receipt-line").with("each", line.each);
            self.say(6, &prices.with("total", line.total));
        }
        for row in receipt.bill.rows() {
            let title = bill::title(self.voice, &row);
            match bill::amount(self.voice.reader, &row) {
                Some(amount) => self.labelled(&title, amount),
                None => self.say(0, &title),
            }
        }
        if let Some(naming) = bill::naming(receipt) {
            let naming = self.voice.reader.words().amount(naming);
            self.labelled(&Sentence::of("bill-naming"), naming);
        }
    }

    /// Writes the amount due, and where it goes.
    pub(super) fn due(&mut self, receipt: &Receipt) {
        self.say(0, &Sentence::of("receipt-due"));
        self.block(&receipt.due.to_string());
        if bill::naming(receipt).is_some() {
            self.say(2, &Sentence::of("receipt-tagged"));
        }
        self.say(0, &Sentence::of("receipt-to"));
        self.block(receipt.pay_to.as_str());
    }

    pub(super) fn end(mut self) -> String {
        self.lines.push(String::new());
        self.lines.join("\n")
    }
}
