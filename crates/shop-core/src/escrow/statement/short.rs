//! The short form of a statement, for a QR code: part 1 as bytes, in base32.

use super::{ParsedStatement, Statement, StatementError, StatementFault};
use crate::{
    base32,
    escrow::{Account, AttestorSet, Hash, MatchLevel, Signature, Terms},
    fnv::fnv,
    time::UnixTime,
};

/// First characters of a short form; a number and a colon follow.
const NAME: &str = "CRYPTOCART-ESCROW-";
const VERSION: &str = "1:";
/// Characters of the checksum.
const CHECK: usize = 8;

/// Optional values that are there.
const BUYER_KEY: u8 = 1;
const ARBITER: u8 = 2;
const TOKEN: u8 = 4;
const RELEASE_HASH: u8 = 8;

pub(super) fn is_short(text: &str) -> bool {
    let start: String = text.chars().filter(|c| !c.is_whitespace()).take(NAME.len()).collect();
    start.eq_ignore_ascii_case(NAME)
}

pub(super) fn write(statement: &Statement) -> String {
    let body = base32_text(&bytes(statement));
    let check = check_of(&body);
    format!("{NAME}{VERSION}{body}{check}")
}

pub(super) fn parse(text: &str) -> Result<ParsedStatement, StatementError> {
    read(text).map_err(|fault| StatementError { line: 1, fault })
}

fn read(text: &str) -> Result<ParsedStatement, StatementFault> {
    if text.len() > Statement::LONGEST_SHORT {
        return Err(StatementFault::TooLong);
    }
    let mut plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    plain.make_ascii_uppercase();
    let rest = plain.strip_prefix(NAME).ok_or(StatementFault::NoStatement)?;
    let rest = rest.strip_prefix(VERSION).ok_or(StatementFault::Version)?;
    let length = rest.len().checked_sub(CHECK).ok_or(StatementFault::Damaged)?;
    let (body, check) = rest.split_at_checked(length).ok_or(StatementFault::Damaged)?;
    if check_of(body) != check {
        return Err(StatementFault::Damaged);
    }
    let bytes = base32_bytes(body).ok_or(StatementFault::Damaged)?;
    let mut bytes = Bytes(&bytes);
    let statement = bytes.statement()?;
    // Base32 may leave no more than the bits of one unfinished character.
    if !bytes.0.is_empty() {
        return Err(StatementFault::Damaged);
    }
    Ok(ParsedStatement { statement, has_other_sentences: false })
}

fn check_of(body: &str) -> String {
    let hash = fnv(body);
    (0..CHECK).map(|place| base32::digit((hash >> (5 * place) & 31) as u8)).collect()
}

fn base32_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 8 / 5 + 1);
    let mut bits = Bits::default();
    for byte in bytes {
        bits.push(u32::from(*byte), 8);
        while let Some(value) = bits.take(5) {
            text.push(base32::digit(value));
        }
    }
    if bits.count > 0 {
        bits.push(0, 5 - bits.count);
        text.extend(bits.take(5).map(base32::digit));
    }
    text
}

/// Returns the bytes. None for a wrong character, or if bits are left that are not zero.
fn base32_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8);
    let mut bits = Bits::default();
    for character in text.chars() {
        bits.push(u32::from(base32::value(character)?), 5);
        bytes.extend(bits.take(8));
    }
    (bits.count < 5 && bits.value == 0).then_some(bytes)
}

/// Bits between bytes and characters, at most twelve.
#[derive(Default)]
struct Bits {
    value: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, count: u32) {
        self.value = self.value << count | value;
        self.count += count;
    }

    fn take(&mut self, count: u32) -> Option<u8> {
        self.count = self.count.checked_sub(count)?;
        let taken = self.value >> self.count;
        self.value &= (1 << self.count) - 1;
        u8::try_from(taken).ok()
    }
}

fn bytes(statement: &Statement) -> Vec<u8> {
    let terms = &statement.terms;
    let mut out = Vec::with_capacity(512);
    let flag = |is_there: bool, flag: u8| if is_there { flag } else { 0 };
    out.push(
        flag(terms.buyer_key.is_some(), BUYER_KEY)
            | flag(terms.arbiter.is_some(), ARBITER)
            | flag(terms.token.is_some(), TOKEN)
            | flag(terms.release_hash.is_some(), RELEASE_HASH),
    );
    for account in [statement.contract, statement.vault, statement.shop_key] {
        out.extend(account.0);
    }
    for account in [terms.seller, terms.operator, terms.refund_to] {
        out.extend(account.0);
    }
    for account in [terms.buyer_key, terms.arbiter, terms.token] {
        out.extend(account.iter().flat_map(|account| account.0));
    }
    let numbers = [
        u128::from(terms.chain_id),
        terms.price,
        u128::from(terms.ship_by.0),
        u128::from(terms.deliver_by.0),
        u128::from(terms.dispute_window),
        u128::from(terms.arbiter_window),
        u128::from(terms.arbiter_fee_bps),
        terms.keeper_tip,
        u128::from(terms.min_match.0),
    ];
    for number in numbers {
        push_number(&mut out, number);
    }
    for hash in [statement.id, terms.attestors, terms.order] {
        out.extend(hash.0);
    }
    out.extend(terms.release_hash.iter().flat_map(|hash| hash.0));
    out.push(statement.attestors.threshold());
    push_number(&mut out, statement.attestors.accounts().len() as u128);
    for attestor in statement.attestors.accounts() {
        out.extend(attestor.0);
    }
    out.extend(statement.payout_signature.0);
    out
}

/// Writes a number: how many bytes, then those from the first that is not zero.
fn push_number(out: &mut Vec<u8>, number: u128) {
    let bytes = number.to_be_bytes();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    out.push(u8::try_from(significant.clone().count()).unwrap_or(16));
    out.extend(significant);
}

/// Bytes that are still to be read.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], StatementFault> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(StatementFault::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], StatementFault> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(StatementFault::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn account(&mut self) -> Result<Account, StatementFault> {
        self.array().map(Account)
    }

    fn account_if(&mut self, is_there: bool) -> Result<Option<Account>, StatementFault> {
        if is_there { self.account().map(Account::non_zero) } else { Ok(None) }
    }

    fn hash(&mut self) -> Result<Hash, StatementFault> {
        self.array().map(Hash)
    }

    fn number<T: TryFrom<u128>>(&mut self) -> Result<T, StatementFault> {
        let [count] = self.array()?;
        if count > 16 {
            return Err(StatementFault::Damaged);
        }
        let bytes = self.take(usize::from(count))?;
        let number = bytes.iter().fold(0u128, |number, byte| number << 8 | u128::from(*byte));
        T::try_from(number).map_err(|_| StatementFault::Damaged)
    }

    fn statement(&mut self) -> Result<Statement, StatementFault> {
        let [flags] = self.array()?;
        if flags >= 16 {
            return Err(StatementFault::Damaged);
        }
        let contract = self.account()?;
        let vault = self.account()?;
        let shop_key = self.account()?;
        let seller = self.account()?;
        let operator = self.account()?;
        let refund_to = self.account()?;
        let buyer_key = self.account_if(flags & BUYER_KEY != 0)?;
        let arbiter = self.account_if(flags & ARBITER != 0)?;
        let token = self.account_if(flags & TOKEN != 0)?;
        let chain_id = self.number()?;
        let price = self.number()?;
        let ship_by = self.number().map(UnixTime)?;
        let deliver_by = self.number().map(UnixTime)?;
        let dispute_window = self.number()?;
        let arbiter_window = self.number()?;
        let arbiter_fee_bps = self.number()?;
        let keeper_tip = self.number()?;
        let min_match = self.number().map(MatchLevel)?;
        let id = self.hash()?;
        let attestors = self.hash()?;
        let order = self.hash()?;
        let release_hash = if flags & RELEASE_HASH == 0 { None } else { Some(self.hash()?) };
        if keeper_tip > Terms::MOST_TIP {
            return Err(StatementFault::Damaged);
        }
        let terms = Terms {
            chain_id,
            seller,
            operator,
            refund_to,
            buyer_key,
            arbiter,
            token,
            price,
            ship_by,
            deliver_by,
            dispute_window,
            arbiter_window,
            arbiter_fee_bps,
            keeper_tip,
            min_match,
            attestors,
            release_hash: release_hash.filter(|hash| hash.0 != [0; 32]),
            order,
        };
        let attestors = self.attestors()?;
        let payout_signature = self.array().map(Signature)?;
        Ok(Statement {
            terms,
            contract,
            vault,
            id,
            attestors,
            shop_key,
            payout_signature,
            goods: None,
        })
    }

    fn attestors(&mut self) -> Result<AttestorSet, StatementFault> {
        let [threshold] = self.array()?;
        let count: usize = self.number()?;
        if count > AttestorSet::MOST {
            return Err(StatementFault::Damaged);
        }
        let accounts = (0..count).map(|_| self.account()).collect::<Result<Vec<_>, _>>()?;
        Ok(AttestorSet::new(threshold, accounts)?)
    }
}
