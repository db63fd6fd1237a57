//! Sources of exchange rates, asked by the open shop through its own Tor.
//!
//! If the shop is not open they are asked directly, and then those on this machine alone.

use super::{dialing::with_dialer, report::Found};
use crate::{
    config::plan::{HandRate, Plan, SourcePlan},
    control::{self, Question},
    error::CliError,
    outbound,
    rates::{Wanted, answer::Answer, asker::Asker, pairs_of},
    runtime::block_on,
};
use shop_core::time::{Clock, CoarseTime};

/// Days before the end of a rate by hand from which on the seller is reminded.
const REMIND_DAYS: u64 = 14;

/// Findings about the rates that a shop's prices need.
pub(super) struct Rates {
    pub(super) found: Vec<Found>,
    /// Number of sources not asked: the shop is not open, and they are elsewhere.
    pub(super) not_asked: usize,
    /// Tasks that are left for the seller.
    pub(super) to_do: Vec<String>,
}

/// Asks the sources for what the prices need; nobody where they need nothing.
pub(super) fn ask(plan: &Plan, wanted: &[Wanted], clock: &dyn Clock) -> Rates {
    let mut rates = Rates { found: Vec::new(), not_asked: 0, to_do: Vec::new() };
    let now = clock.now().coarse();
    for rate in &plan.rates.by_hand {
        rates.found.push(("rate", by_hand(rate, wanted, now)));
        rates.to_do.extend(reminder(rate, now));
    }
    let pairs = pairs_of(&plan.rates, wanted);
    if pairs.is_empty() || plan.is_demo() {
        return rates;
    }
    let answers = match control::open_shop(&plan.dir) {
        Ok(Some(shop)) => shop.ask(Question::Rates),
        Ok(None) => {
            let is_here = |source: &&SourcePlan| source.urls().iter().all(|url| url.is_loopback());
            let here: Vec<&SourcePlan> = plan.rates.sources.iter().filter(is_here).collect();
            rates.not_asked = plan.rates.sources.len() - here.len();
            block_on(async {
                let targets = outbound::targets(plan)?;
                with_dialer(targets, async |dialer| {
                    let mut answers = Vec::new();
                    for source in here {
                        let asker = Asker::new(source, &dialer)?;
                        answers.push(Answer::ask(&asker, &pairs, clock).await);
                    }
                    Ok(answers)
                })
                .await
            })
        }
        Err(error) => Err(error),
    };
    match answers {
        Ok(answers) => rates.found.extend(answers.iter().map(finding)),
        Err(error) => rates.found.push(("rates", Err(error))),
    }
    rates
}

fn finding(answer: &Answer) -> Found {
    let line = answer.line();
    ("rates", if answer.works() { Ok(line) } else { Err(CliError::misconfigured(line)) })
}

fn by_hand(rate: &HandRate, wanted: &[Wanted], now: CoarseTime) -> Result<String, CliError> {
    let HandRate { asset, currency, price, end } = rate;
    let said = format!("1 {asset} = {price} {currency} by hand, until {end}");
    if !wanted.contains(&(*asset, *currency)) {
        return Ok(format!("{said}; no price needs it"));
    }
    if now < *end {
        return Ok(said);
    }
    let what = format!("the rate of {asset} in {currency} by hand ended at {end}");
    Err(CliError::misconfigured(what)
        .hint("nothing is sold at it: set a new one in shop.toml, rates.by_hand, or remove it"))
}

fn reminder(rate: &HandRate, now: CoarseTime) -> Option<String> {
    let ends_soon = now < rate.end && now.plus_hours(REMIND_DAYS * 24) >= rate.end;
    ends_soon.then(|| {
        format!(
            "set a new rate of {} in {} by hand: this one ends at {}",
            rate.asset, rate.currency, rate.end
        )
    })
}

#[cfg(test)]
mod tests;
