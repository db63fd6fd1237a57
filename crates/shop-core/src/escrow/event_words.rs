//! Events as words, as they are stored.

use super::{Account, Closing, Ending, Event, Tracking};
use crate::time::UnixTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Word for the chain's coin, where a token could stand.
const COIN: &str = "coin";

impl Event {
    /// Returns it as words: its kind, and its values in the sequence of its fields.
    #[must_use]
    pub fn to_words(&self) -> String {
        words(self)
    }

    /// Reads what [`Event::to_words`] wrote.
    #[must_use]
    pub fn from_words(text: &str) -> Option<Self> {
        event(text)
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.to_words())
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::from_words(&text).ok_or_else(|| D::Error::custom("no event of escrow"))
    }
}

fn words(event: &Event) -> String {
    let named = |token: &Option<Account>| token.map_or(COIN.to_owned(), |token| token.to_string());
    match event {
        Event::Shipped { tracking, at } => format!("shipped {tracking} {}", at.0),
        Event::Extended { until } => format!("extended {}", until.0),
        Event::Delivered { until } => format!("delivered {}", until.0),
        Event::Disputed { by, until } => format!("disputed {by} {}", until.0),
        Event::Closed(Closing { ending, to_seller, to_buyer, fee, tip }) => {
            format!("closed {} {to_seller} {to_buyer} {fee} {tip}", ending.number())
        }
        Event::Owed { token, payee, amount } => format!("owed {} {payee} {amount}", named(token)),
        Event::Pulled { token, payee, to, amount } => {
            format!("pulled {} {payee} {to} {amount}", named(token))
        }
        Event::Swept { token, amount } => format!("swept {} {amount}", named(token)),
    }
}

fn event(text: &str) -> Option<Event> {
    let words: Vec<&str> = text.split(' ').collect();
    Some(match words.as_slice() {
        ["shipped", tracking, at] => {
            Event::Shipped { tracking: Tracking::parse(tracking).ok()?, at: time(at)? }
        }
        ["extended", until] => Event::Extended { until: time(until)? },
        ["delivered", until] => Event::Delivered { until: time(until)? },
        ["disputed", by, until] => Event::Disputed { by: account(by)?, until: time(until)? },
        ["closed", ending, to_seller, to_buyer, fee, tip] => Event::Closed(Closing {
            ending: Ending::from_number(ending.parse().ok()?)?,
            to_seller: to_seller.parse().ok()?,
            to_buyer: to_buyer.parse().ok()?,
            fee: fee.parse().ok()?,
            tip: tip.parse().ok()?,
        }),
        ["owed", asset, payee, amount] => Event::Owed {
            token: token(asset)?,
            payee: account(payee)?,
            amount: amount.parse().ok()?,
        },
        ["pulled", asset, payee, to, amount] => Event::Pulled {
            token: token(asset)?,
            payee: account(payee)?,
            to: account(to)?,
            amount: amount.parse().ok()?,
        },
        ["swept", asset, amount] => {
            Event::Swept { token: token(asset)?, amount: amount.parse().ok()? }
        }
        _ => return None,
    })
}

fn time(word: &str) -> Option<UnixTime> {
    word.parse().ok().map(UnixTime)
}

fn account(word: &str) -> Option<Account> {
    Account::parse(word).ok()
}

fn token(word: &str) -> Option<Option<Account>> {
    if word == COIN { Some(None) } else { account(word).map(Some) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_is_read_as_it_was_written() {
        let by = Account([7; 20]);
        let until = UnixTime(1_800_000_000);
        let closing =
            Closing { ending: Ending::Ruled, to_seller: u128::MAX, to_buyer: 2, fee: 3, tip: 0 };
        for event in [
            Event::Shipped { tracking: Tracking([9; 21]), at: until },
            Event::Extended { until },
            Event::Delivered { until },
            Event::Disputed { by, until },
            Event::Closed(closing),
            Event::Owed { token: None, payee: by, amount: 5 },
            Event::Pulled { token: Some(by), payee: by, to: Account([1; 20]), amount: 5 },
            Event::Swept { token: Some(by), amount: 0 },
        ] {
            assert_eq!(Event::from_words(&event.to_words()), Some(event));
        }
        for damaged in ["", "shipped", "extended soon", "closed 9 1 1 1 1", "swept coin"] {
            assert_eq!(Event::from_words(damaged), None, "{damaged}");
        }
    }
}
