//! Values of a statement as text: times, lengths of time, percentages, amounts.

use super::{Spell, ValueFault};
use crate::{
    escrow::Terms,
    money::{Amount, AssetId},
    time::{CoarseTime, UnixTime},
};

const DAY: u64 = 86_400;
const HOUR: u64 = 3_600;
/// Text of a value that is not there.
pub(super) const NONE: &str = "none";
/// Text after a time that no calendar has.
const SINCE: &str = " seconds since 1970";

/// Returns a time to the second, such as `2027-01-20 08:00:00 UTC`.
#[must_use]
pub fn time(time: UnixTime) -> String {
    let (year, month, day) = time.coarse().date();
    if year > 9_999 {
        return format!("{}{SINCE}", time.0);
    }
    let second = time.0 % DAY;
    let hour = second / HOUR;
    let minute = second / 60 % 60;
    let second = second % 60;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02} UTC")
}

pub(super) fn parse_time(text: &str) -> Result<UnixTime, ValueFault> {
    if let Some(seconds) = text.strip_suffix(SINCE) {
        return seconds.parse().map(UnixTime).map_err(|_| ValueFault::Time);
    }
    calendar_time(text).ok_or(ValueFault::Time)
}

fn calendar_time(text: &str) -> Option<UnixTime> {
    let (date, clock) = text.strip_suffix(" UTC")?.split_once(' ')?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let start = CoarseTime::from_date(year, month, day)?.start();
    Some(start.plus_seconds(hour * HOUR + minute * 60 + second))
}

/// Returns three numbers of at most four digits each.
fn numbers(text: &str, between: char) -> Option<[u64; 3]> {
    let mut parts = text.split(between);
    let mut three = [0; 3];
    for number in &mut three {
        let digits = parts.next()?;
        let is_number =
            (2..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        *number = digits.parse().ok().filter(|_| is_number)?;
    }
    parts.next().is_none().then_some(three)
}

/// Returns a length of time in its largest whole unit, such as `5 days`.
#[must_use]
pub fn duration(seconds: u32) -> String {
    let seconds = u64::from(seconds);
    let (count, unit) = if seconds > 0 && seconds.is_multiple_of(DAY) {
        (seconds / DAY, "day")
    } else if seconds > 0 && seconds.is_multiple_of(HOUR) {
        (seconds / HOUR, "hour")
    } else {
        (seconds, "second")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

pub(super) fn parse_duration(text: &str) -> Result<u32, ValueFault> {
    let (count, unit) = text.split_once(' ').ok_or(ValueFault::Duration)?;
    let unit = match unit.strip_suffix('s').unwrap_or(unit) {
        "day" => DAY,
        "hour" => HOUR,
        "second" => 1,
        _ => return Err(ValueFault::Duration),
    };
    let count: u64 = digits(count).ok_or(ValueFault::Duration)?;
    let seconds = count.checked_mul(unit).ok_or(ValueFault::Duration)?;
    u32::try_from(seconds).map_err(|_| ValueFault::Duration)
}

/// Returns hundredths of a percent, such as `5.00 %`.
pub(super) fn percent(bps: u16) -> String {
    format!("{}.{:02} %", bps / 100, bps % 100)
}

pub(super) fn parse_percent(text: &str) -> Result<u16, ValueFault> {
    let number = text.strip_suffix('%').ok_or(ValueFault::Percent)?.trim_end();
    let (whole, part) = number.split_once('.').ok_or(ValueFault::Percent)?;
    let whole: u16 = digits(whole).ok_or(ValueFault::Percent)?;
    let part: u16 = digits(part).filter(|_| part.len() == 2).ok_or(ValueFault::Percent)?;
    let bps = whole.checked_mul(100).and_then(|bps| bps.checked_add(part));
    bps.ok_or(ValueFault::Percent)
}

pub(super) fn parse_number<T: TryFrom<u128>>(text: &str, most: u128) -> Result<T, ValueFault> {
    let number: u128 = digits(text).filter(|n| *n <= most).ok_or(ValueFault::Number(most))?;
    T::try_from(number).map_err(|_| ValueFault::Number(most))
}

/// Returns two numbers, such as `2 of 3`.
pub(super) fn parse_threshold(text: &str) -> Result<(u8, usize), ValueFault> {
    let (threshold, count) = text.split_once(" of ").ok_or(ValueFault::Threshold)?;
    digits(threshold).zip(digits(count)).ok_or(ValueFault::Threshold)
}

/// Reads digits alone: no sign, no blank.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

/// Returns an amount for people: coins with their decimals, or units of a token.
#[must_use]
pub fn amount(terms: &Terms, units: u128, spell: Spell) -> String {
    match terms.token {
        None => format!("{} ETH", Amount::new(AssetId::ETH, units).decimal()),
        Some(token) => format!("{units} smallest units of the token {}", spell(token)),
    }
}
