//! Sentence before it is said in a language.

use shop_core::{
    money::{Amount, Price},
    time::CoarseTime,
};
use zeroize::Zeroizing;

/// Message to be said, with its values.
/// It may carry what a buyer typed, so it prints nothing.
#[derive(Clone)]
pub(crate) struct Sentence {
    pub(super) key: &'static str,
    pub(super) args: Vec<(&'static str, Arg)>,
}

/// Value in a sentence.
#[derive(Clone)]
pub(crate) enum Arg {
    /// A name, a code, somebody's words: as they are, and wiped when dropped.
    Text(Zeroizing<String>),
    /// A count, which may decide which form of a word is used.
    Count(u64),
    /// An amount to read, not to copy.
    Amount(Price),
    /// An hour.
    Hour(CoarseTime),
}

impl Sentence {
    /// Returns the message of this name.
    pub(crate) const fn new(key: &'static str) -> Self {
        Self { key, args: Vec::new() }
    }

    /// Returns true if it is the message of this name.
    pub(crate) fn is(&self, key: &str) -> bool {
        self.key == key
    }

    /// Adds a value.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Arg>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(Zeroizing::new(text))
    }
}

impl From<u32> for Arg {
    fn from(count: u32) -> Self {
        Self::Count(u64::from(count))
    }
}

impl From<usize> for Arg {
    fn from(count: usize) -> Self {
        Self::Count(u64::try_from(count).unwrap_or(u64::MAX))
    }
}

impl From<Amount> for Arg {
    fn from(amount: Amount) -> Self {
        Self::Amount(amount.into())
    }
}

impl From<Price> for Arg {
    fn from(price: Price) -> Self {
        Self::Amount(price)
    }
}

impl From<CoarseTime> for Arg {
    fn from(hour: CoarseTime) -> Self {
        Self::Hour(hour)
    }
}
