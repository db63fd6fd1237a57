//! An order in words, for pages, for the receipt and for the letter to its buyer.
//!
//! A text is written line by line, in one language and without marks. Words that may be copied
//! stand on lines of their own, with nothing else.

pub(crate) mod bill_row;
pub(crate) mod item;
pub(crate) mod relay;

use crate::{language::Sentence, storefront::Localizer};
use shop_core::order::{AddressLine, OrderDetails};
use zeroize::Zeroizing;

/// A text that is being written, and wiped when dropped: it may hold a buyer's words.
pub(crate) struct OrderText<'a> {
    voice: Localizer<'a>,
    text: Zeroizing<String>,
}

impl<'a> OrderText<'a> {
    pub(crate) fn new(voice: Localizer<'a>) -> Self {
        Self { voice, text: Zeroizing::new(String::new()) }
    }

    pub(crate) fn say(&mut self, indent: usize, sentence: &Sentence) {
        let said = Zeroizing::new(self.voice.say(sentence));
        self.indented(indent, &[&said]);
    }

    pub(crate) fn labelled(&mut self, label: &Sentence, value: &str) {
        let label = self.voice.say(label);
        self.say(0, &Sentence::new("labelled").with("label", label).with("value", value));
    }

    pub(crate) fn block(&mut self, text: &str) {
        text.lines().for_each(|line| self.indented(2, &[line]));
    }

    /// Address lines, as [`OrderText::block`] does other text.
    pub(crate) fn address<'l>(&mut self, lines: impl Iterator<Item = AddressLine<'l>>) {
        lines.for_each(|line| self.indented(2, &line.parts()));
    }

    pub(crate) fn gap(&mut self) {
        self.line("");
    }

    pub(crate) fn line(&mut self, line: &str) {
        self.indented(0, &[line]);
    }

    /// One line, in parts.
    fn indented(&mut self, indent: usize, parts: &[&str]) {
        let length = indent + parts.iter().map(|part| part.len()).sum::<usize>() + 1;
        self.make_room_for(length);
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.extend(parts.iter().copied());
        self.text.push('\n');
    }

    /// Makes room for some bytes. A text that grew by itself would leave what it holds behind.
    fn make_room_for(&mut self, length: usize) {
        let needs = self.text.len() + length;
        if needs > self.text.capacity() {
            let mut larger = Zeroizing::new(String::with_capacity(2 * needs));
            larger.push_str(&self.text);
            self.text = larger;
        }
    }

    /// Writes what was ordered, and the rows of its bill.
    pub(crate) fn goods(&mut self, receipt: &OrderDetails) {
        self.say(0, &Sentence::new("items"));
        for line in receipt.bill.lines() {
            let item = Sentence::new("line-item").with("count", line.quantity);
            self.say(2, &item.with("item", item::full(self.voice, line)));
            let prices = Sentence::new("receipt-line").with("each", line.each);
            self.say(6, &prices.with("total", line.total));
        }
        for row in receipt.bill.rows() {
            let title = bill_row::title(self.voice, &row);
            match bill_row::amount(self.voice.reader, &row) {
                Some(amount) => self.labelled(&title, &amount),
                None => self.say(0, &title),
            }
        }
        if let Some(converted) = receipt.bill.converted() {
            let total = self.voice.reader.words().amount(converted.total());
            self.labelled(&bill_row::converted(converted.rate()), &total);
            self.say(0, &bill_row::exchange(self.voice.reader, converted.rate()));
        }
        if let Some(naming) = bill_row::naming(receipt) {
            let naming = self.voice.reader.words().amount(naming);
            self.labelled(&Sentence::new("bill-naming"), &naming);
        }
    }

    /// Writes the amount due, and where it goes; `hidden` until the escrow statement is kept.
    pub(crate) fn due(&mut self, receipt: &OrderDetails, hidden: bool) {
        self.say(0, &Sentence::new("receipt-due"));
        self.block(&receipt.due.to_string());
        if bill_row::naming(receipt).is_some() {
            self.say(2, &Sentence::new("receipt-tagged"));
        }
        if hidden {
            self.say(0, &Sentence::new("statement-first"));
            return;
        }
        let is_escrow = receipt.escrow.is_some();
        self.say(
            0,
            &if is_escrow { Sentence::new("receipt-escrow") } else { Sentence::new("receipt-to") },
        );
        self.block(receipt.pay_to.as_str());
    }

    pub(crate) fn end(self) -> Zeroizing<String> {
        self.text
    }
}
