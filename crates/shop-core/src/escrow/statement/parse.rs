//! Reading the text of a statement.

use super::{
    ParsedStatement, Statement, StatementError, StatementFault, ValueFault,
    field::Field,
    prose::{END, TITLE},
    value::{self, NONE},
    write,
};
use crate::{
    escrow::{Account, AttestorSet, Goods, Hash, HexError, MatchLevel, Signature, Terms},
    time::UnixTime,
};
use zeroize::Zeroizing;

pub(super) fn statement(text: &str) -> Result<ParsedStatement, StatementError> {
    if text.len() > Statement::LONGEST_TEXT {
        return Err(StatementError { line: 1, fault: StatementFault::TooLong });
    }
    let lines = Lines::read(text)?;
    let statement = Statement {
        terms: lines.terms()?,
        contract: lines.hex(Field::Contract, Account::parse)?,
        vault: lines.hex(Field::Vault, Account::parse)?,
        id: lines.hex(Field::Id, Hash::parse)?,
        attestors: lines.attestors()?,
        shop_key: lines.hex(Field::ShopKey, Account::parse)?,
        payout_signature: lines.hex(Field::PayoutSignature, Signature::parse)?,
        goods: lines.goods()?,
    };
    let expected = write::words(&statement);
    let has_other_sentences = !lines.sentences.split_whitespace().eq(expected.split_whitespace());
    Ok(ParsedStatement { statement, has_other_sentences })
}

/// A value with its line, as it was read.
struct Value {
    field: Field,
    line: usize,
    text: Zeroizing<String>,
}

/// The lines of a statement, sorted.
struct Lines {
    values: Vec<Value>,
    /// All that is no value, in small letters.
    sentences: Zeroizing<String>,
    /// Line of the title.
    first: usize,
}

impl Lines {
    /// Sorts the lines from the title to the end.
    ///
    /// A line after a value, with no name of its own and no blank line before it, belongs to that
    /// value: a mail program broke it off.
    fn read(text: &str) -> Result<Self, StatementError> {
        let mut lines = (1..).zip(text.lines().map(unquoted));
        let title = lines.find_map(|(line, text)| Some((line, version(text)?)));
        let (first, version) = match title {
            Some(found) => found,
            None => return Err(StatementError { line: 1, fault: StatementFault::NoStatement }),
        };
        if version != Some(write::VERSION) {
            return Err(StatementError { line: first, fault: StatementFault::Version });
        }
        let sentences = Zeroizing::new(String::with_capacity(text.len() * 2));
        let mut read = Self { values: Vec::new(), sentences, first };
        let mut is_value = false;
        for (line, text) in lines.take_while(|(_, text)| *text != END) {
            if let Some((field, value)) = Field::split(text) {
                read.add(field, line, value, text.len())?;
                is_value = true;
            } else if text.is_empty() {
                is_value = false;
            } else if let Some(value) = read.values.last_mut().filter(|_| is_value)
                && !is_part_2(value, text)
            {
                if value.field != Field::Goods && has_name(text) {
                    return Err(StatementError { line, fault: StatementFault::UnknownLine });
                }
                let mut longer =
                    Zeroizing::new(String::with_capacity(value.text.len() + 1 + text.len()));
                longer.push_str(&value.text);
                longer.push(' ');
                longer.push_str(text);
                value.text = longer;
            } else {
                is_value = false;
                read.sentences.extend(text.chars().flat_map(char::to_lowercase));
                read.sentences.push(' ');
            }
        }
        Ok(read)
    }

    fn add(
        &mut self,
        field: Field,
        line: usize,
        value: &str,
        room: usize,
    ) -> Result<(), StatementError> {
        if !field.is_list() && self.values.iter().any(|value| value.field == field) {
            return Err(StatementError { line, fault: StatementFault::Twice(field.name()) });
        }
        let mut text = Zeroizing::new(String::with_capacity(room));
        text.push_str(value);
        self.values.push(Value { field, line, text });
        Ok(())
    }

    fn find(&self, field: Field) -> Result<&Value, StatementError> {
        let found = self.values.iter().find(|value| value.field == field);
        found.ok_or(StatementError {
            line: self.first,
            fault: StatementFault::Missing(field.name()),
        })
    }

    fn value<T>(
        &self,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, ValueFault>,
    ) -> Result<T, StatementError> {
        let value = self.find(field)?;
        read(value.text.trim()).map_err(|fault| value.fault(fault))
    }

    fn hex<T>(
        &self,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, HexError>,
    ) -> Result<T, StatementError> {
        self.find(field)?.hex(read)
    }

    fn optional<T>(
        &self,
        field: Field,
        read: impl FnOnce(&str) -> Result<T, HexError>,
    ) -> Result<Option<T>, StatementError> {
        let value = self.find(field)?;
        if value.text.trim() == NONE { Ok(None) } else { value.hex(read).map(Some) }
    }

    fn number<T: TryFrom<u128>>(&self, field: Field, most: u128) -> Result<T, StatementError> {
        self.value(field, |text| value::parse_number(text, most))
    }

    fn time(&self, field: Field) -> Result<UnixTime, StatementError> {
        self.value(field, value::parse_time)
    }

    fn account(&self, field: Field) -> Result<Option<Account>, StatementError> {
        Ok(self.optional(field, Account::parse)?.and_then(Account::non_zero))
    }

    fn terms(&self) -> Result<Terms, StatementError> {
        let release_hash = self.optional(Field::ReleaseHash, Hash::parse)?;
        Ok(Terms {
            chain_id: self.number(Field::Chain, u64::MAX.into())?,
            seller: self.hex(Field::Seller, Account::parse)?,
            operator: self.hex(Field::Operator, Account::parse)?,
            refund_to: self.hex(Field::RefundTo, Account::parse)?,
            buyer_key: self.account(Field::BuyerKey)?,
            arbiter: self.account(Field::Arbiter)?,
            token: self.account(Field::Token)?,
            price: self.number(Field::Price, u128::MAX)?,
            ship_by: self.time(Field::ShipBy)?,
            deliver_by: self.time(Field::DeliverBy)?,
            dispute_window: self.value(Field::DisputeWindow, value::parse_duration)?,
            arbiter_window: self.value(Field::ArbiterWindow, value::parse_duration)?,
            arbiter_fee_bps: self.value(Field::ArbiterFee, value::parse_percent)?,
            keeper_tip: self.number(Field::Tip, Terms::MOST_TIP)?,
            min_match: self.number(Field::LeastMatch, u8::MAX.into()).map(MatchLevel)?,
            attestors: self.hex(Field::Attestors, Hash::parse)?,
            release_hash: release_hash.filter(|hash| hash.0 != [0; 32]),
            order: self.hex(Field::Order, Hash::parse)?,
        })
    }

    fn attestors(&self) -> Result<AttestorSet, StatementError> {
        let said = self.find(Field::Threshold)?;
        let (threshold, count) = self.value(Field::Threshold, value::parse_threshold)?;
        let listed = self.values.iter().filter(|value| value.field == Field::Attestor);
        // One more than any set can have is enough to refuse it.
        let listed = listed.take(AttestorSet::MOST + 1);
        let accounts =
            listed.map(|value| value.hex(Account::parse)).collect::<Result<Vec<_>, _>>()?;
        if accounts.len() != count {
            return Err(said.fault(ValueFault::Count));
        }
        let set = AttestorSet::new(threshold, accounts);
        set.map_err(|error| StatementError { line: said.line, fault: error.into() })
    }

    /// Reads part 2, which is there as a whole or not at all.
    fn goods(&self) -> Result<Option<Goods>, StatementError> {
        const PART_2: [Field; 5] =
            [Field::Salt, Field::PostalSalt, Field::Country, Field::PostalCode, Field::Goods];
        let Some(first) = self.values.iter().find(|value| PART_2.contains(&value.field)) else {
            return Ok(None);
        };
        let lines = self.values.iter().filter(|value| value.field == Field::Goods);
        let room = lines.clone().map(|value| value.text.len() + 1).sum();
        let mut text = Zeroizing::new(String::with_capacity(room));
        for line in lines {
            text.push_str(&line.text);
            text.push('\n');
        }
        self.find(Field::Goods)?;
        let country = &self.find(Field::Country)?.text;
        let postal_code = &self.find(Field::PostalCode)?.text;
        let or_empty = |text: &str| if text == NONE { String::new() } else { text.to_owned() };
        let goods = Goods::new(
            self.hex(Field::Salt, Hash::parse)?,
            self.hex(Field::PostalSalt, Hash::parse)?,
            &Zeroizing::new(or_empty(country)),
            &Zeroizing::new(or_empty(postal_code)),
            &text,
        );
        let error =
            |fault| StatementError { line: first.line, fault: StatementFault::Goods(fault) };
        goods.map(Some).map_err(error)
    }
}

impl Value {
    fn fault(&self, fault: ValueFault) -> StatementError {
        let fault = StatementFault::Value(self.field.name(), fault);
        StatementError { line: self.line, fault }
    }

    /// Reads hexadecimal digits, with blanks where a mail program broke them.
    fn hex<T>(&self, read: impl FnOnce(&str) -> Result<T, HexError>) -> Result<T, StatementError> {
        let mut whole = Zeroizing::new(String::with_capacity(self.text.len()));
        whole.extend(self.text.split_whitespace());
        read(&whole).map_err(|error| self.fault(error.into()))
    }
}

/// Returns a line without the marks of a quoted mail, and without blanks around it.
fn unquoted(line: &str) -> &str {
    line.trim_start_matches(|c: char| c == '>' || c == '\u{feff}' || c.is_whitespace()).trim_end()
}

/// Returns true for the first line of part 2, behind a value of part 1.
/// Whoever copies one part after the other leaves no blank line between them.
fn is_part_2(before: &Value, line: &str) -> bool {
    before.field == Field::PayoutSignature && line.starts_with("Part 2.")
}

/// Returns true for a line that begins like one with a value: small letters and a colon.
fn has_name(line: &str) -> bool {
    let name = line.split_once(':').map_or("", |(name, _)| name);
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == ' ')
}

/// Returns the version of a title line: None within if it is no number.
fn version(line: &str) -> Option<Option<u32>> {
    line.strip_prefix(TITLE).map(|version| version.trim().parse().ok())
}
