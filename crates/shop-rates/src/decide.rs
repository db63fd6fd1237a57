//! The rule for what is believed: several sources, one rate, or the reason why there is none.
//!
//! A quote counts if it is neither old nor from the future, and not far from the last rate. Of those
//! that count, at least two and more than half must lie within a bound of each other. The rate is the
//! middle one of all that count; of an even number, the middle between the two in the middle. So one
//! liar among two stops the rate. One among three cannot move it beyond what the honest ones say.

use crate::price::QuotedPrice;
use shop_core::time::UnixTime;
use std::collections::BTreeMap;

/// Bounds of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Most by which agreeing quotes may differ, in parts per million of the lowest.
    pub agree_within: u32,
    /// Most by which a quote may differ from the last rate, while that one is not old.
    pub most_jump: u32,
    /// Seconds after which a quote, or a rate, is old.
    pub max_age: u64,
}

impl Default for Rules {
    /// Returns 2 %, 20 % and an hour.
    fn default() -> Self {
        Self { agree_within: 20_000, most_jump: 200_000, max_age: 3_600 }
    }
}

/// Price of a pair, as one source has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Voice {
    /// The price.
    pub price: QuotedPrice,
    /// Time for which it holds.
    pub at: UnixTime,
}

/// The rate that was taken last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The rate.
    pub price: QuotedPrice,
    /// Time for which it holds.
    pub at: UnixTime,
}

/// A rate that can be sold at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The rate.
    pub price: QuotedPrice,
    /// Time for which it holds: that of the oldest quote that agrees.
    pub at: UnixTime,
    /// Names of the sources that agree, in order.
    pub sources: Vec<&'static str>,
}

/// Reason why there is no rate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRate {
    /// No source told a price.
    #[error("no source told a price")]
    Nobody,
    /// All prices are old.
    #[error(
        "all prices that were told are old, or from the future: is this machine's clock right?"
    )]
    Old,
    /// One source alone told a price that counts, and two must agree.
    #[error("{0} alone told a price, and two sources must agree")]
    Alone(&'static str),
    /// The sources differ by more than the bound.
    #[error("the sources differ too much: from {} to {}", said(lowest), said(highest))]
    Disagree {
        /// The lowest price, and who told it.
        lowest: (QuotedPrice, &'static str),
        /// The highest price, and who told it.
        highest: (QuotedPrice, &'static str),
    },
    /// The prices are far from the last rate.
    #[error("{} is too far from {last}, which was right a moment ago", said(told))]
    Jump {
        /// The last rate.
        last: QuotedPrice,
        /// A price that was told, and who told it.
        told: (QuotedPrice, &'static str),
    },
}

fn said((price, source): &(QuotedPrice, &'static str)) -> String {
    format!("{price} ({source})")
}

/// Seconds by which a source's clock may be ahead.
const AHEAD: u64 = 300;

/// Decides on the rate of one pair. `voices` has each source's name once.
///
/// # Errors
/// [`NoRate`].
pub fn decide(
    voices: &BTreeMap<&'static str, Voice>,
    last: Option<Accepted>,
    now: UnixTime,
    rules: &Rules,
) -> Result<Decided, NoRate> {
    let is_new = |at: UnixTime| at.plus_seconds(rules.max_age) >= now;
    let mut counted: Vec<(Voice, &'static str)> = voices
        .iter()
        .filter(|(_, voice)| !voice.price.is_zero())
        .map(|(name, voice)| (*voice, *name))
        .collect();
    if counted.is_empty() {
        return Err(NoRate::Nobody);
    }
    counted.retain(|(voice, _)| is_new(voice.at) && voice.at <= now.plus_seconds(AHEAD));
    if counted.is_empty() {
        return Err(NoRate::Old);
    }
    counted.sort_unstable();
    if let Some(last) = last.filter(|last| is_new(last.at)) {
        let is_near = |voice: &Voice| voice.price.is_within(last.price, rules.most_jump);
        let far = counted.iter().find(|(voice, _)| !is_near(voice)).copied();
        counted.retain(|(voice, _)| is_near(voice));
        if let Some((voice, name)) = far.filter(|_| counted.len() < 2) {
            return Err(NoRate::Jump { last: last.price, told: (voice.price, name) });
        }
    }
    match counted.as_slice() {
        [] => Err(NoRate::Nobody),
        [(_, name)] => Err(NoRate::Alone(name)),
        [lowest, .., highest] => agreed(&counted, rules).ok_or(NoRate::Disagree {
            lowest: (lowest.0.price, lowest.1),
            highest: (highest.0.price, highest.1),
        }),
    }
}

/// Returns the middle of the counted quotes, in order, if more than half of them agree.
fn agreed(counted: &[(Voice, &'static str)], rules: &Rules) -> Option<Decided> {
    let needed = (counted.len() / 2 + 1).max(2);
    let is_narrow = |group: &&[(Voice, &'static str)]| match group {
        [first, .., last] => first.0.price.is_within(last.0.price, rules.agree_within),
        _ => false,
    };
    // More than half of a list in order are about its middle.
    let group =
        (needed..=counted.len()).rev().find_map(|size| counted.windows(size).find(is_narrow))?;
    let middle = |place: usize| counted.get(place).map(|(voice, _)| voice.price);
    let upper = middle(counted.len() / 2)?;
    let lower = middle(counted.len().saturating_sub(1) / 2)?;
    let mut sources: Vec<&'static str> = group.iter().map(|(_, name)| *name).collect();
    sources.sort_unstable();
    let at = group.iter().map(|(voice, _)| voice.at).min()?;
    Some(Decided { price: lower.middle(upper), at, sources })
}

#[cfg(test)]
mod tests;
