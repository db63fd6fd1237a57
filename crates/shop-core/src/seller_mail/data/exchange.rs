//! Exchange rate of an order, for programs.

use super::Money;
use crate::{
    bill::Converted,
    money::{ExchangeRate, RateOrigin},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Rate by which the total of a bill in a currency was converted, and its result.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExchangeData<'a> {
    /// Ticker of the asset that has this price.
    pub asset: Cow<'a, str>,
    /// Price of one whole unit of the asset.
    pub price: Money<'a>,
    /// The hour the rate is of.
    pub hour: Cow<'a, str>,
    /// `sources`, `by_hand` or `made_up`, or a word of a later build.
    pub origin: Cow<'a, str>,
    /// Names of the sources that agreed on it; empty for another origin.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Cow<'a, str>>,
    /// The bill's total in the asset, before a little more names the order.
    pub total: Money<'a>,
}

impl<'a> ExchangeData<'a> {
    pub(super) fn new(converted: &'a Converted) -> Self {
        let rate = converted.rate();
        let currency = rate.currency().code().into();
        let sources: &[String] = match rate.origin() {
            RateOrigin::Sources(names) => names,
            RateOrigin::ByHand | RateOrigin::MadeUp => &[],
        };
        Self {
            asset: rate.asset().code().into(),
            price: Money { currency, amount: rate.price().to_string().into() },
            hour: rate.hour().to_string().into(),
            origin: origin_word(rate).into(),
            sources: sources.iter().map(|name| name.as_str().into()).collect(),
            total: converted.total().into(),
        }
    }
}

const fn origin_word(rate: &ExchangeRate) -> &'static str {
    match rate.origin() {
        RateOrigin::Sources(_) => "sources",
        RateOrigin::ByHand => "by_hand",
        RateOrigin::MadeUp => "made_up",
    }
}
