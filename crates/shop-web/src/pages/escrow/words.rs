//! Rules of escrow in words: on the checkout, the statement and the order page.

use crate::{
    escrow::EscrowRules,
    language::{Reader, Sentence},
    page::view,
};
use shop_core::{
    bill::Percent,
    escrow::{AttestorSet, MatchLevel, Terms},
    money::{Amount, AssetId},
    time::{CoarseTime, UnixTime},
};

view! {
    /// One case, and what happens then.
    pub(in crate::pages) struct RuleView {
        /// The case, such as *If the seller doesn’t ship by ...*.
        case: String,
        /// Outcome of the case.
        outcome: String,
    }
}

/// Returns a number of hours in days, the last one whole.
pub(in crate::pages) fn days(hours: u64) -> u32 {
    u32::try_from(hours.div_ceil(24)).unwrap_or(u32::MAX)
}

/// Returns the sentences of the checkout: cost, arbiter, longest time, no audit.
pub(in crate::pages) fn checkout(
    reader: Reader,
    rules: &EscrowRules,
    offer_hours: u64,
) -> Vec<Sentence> {
    let tip = rules.keeper_tip;
    let cost = if tip.is_zero() {
        Sentence::new("escrow-into-free")
    } else {
        Sentence::new("escrow-into-cost").with("tip", tip)
    };
    let arbiter = if rules.arbiter.is_some() {
        Sentence::new("escrow-into-arbiter").with("fee", percent(reader, rules.arbiter_fee_bps))
    } else {
        Sentence::new("rule-no-arbiter-then")
    };
    let extension = Terms::MOST_EXTENSION.div_ceil(3_600);
    let arbiter_hours = rules.arbiter.as_ref().map_or(0, |_| rules.arbiter_hours);
    let longest = [
        offer_hours,
        rules.ship_hours,
        rules.deliver_hours,
        extension,
        rules.dispute_hours,
        arbiter_hours,
    ];
    let longest = longest.into_iter().fold(0u64, u64::saturating_add);
    let longest = Sentence::new("escrow-into-longest").with("days", days(longest));
    vec![cost, arbiter, longest, Sentence::new("escrow-unaudited")]
}

/// Returns every case of the terms, each with its dates.
pub(in crate::pages) fn rules(
    reader: Reader,
    terms: &Terms,
    attestors: &AttestorSet,
    asset: AssetId,
) -> Vec<RuleView> {
    let until = |sentence: Sentence, last: UnixTime| sentence.with("until", end_of(last));
    let ship_by = |sentence| until(sentence, terms.ship_by);
    let deliver_by = |sentence| until(sentence, terms.deliver_by);
    let window = |seconds: u32| days(u64::from(seconds).div_ceil(3_600));
    let delivered = Sentence::new("rule-delivered-then")
        .with("threshold", u32::from(attestors.threshold()))
        .with("attestors", attestors.accounts().len())
        .with("days", window(terms.dispute_window))
        .with("price", Amount::new(asset, terms.price));
    let fee = percent(reader, terms.arbiter_fee_bps);
    let objection = match terms.arbiter {
        Some(_) => vec![
            (
                Sentence::new("rule-objection"),
                Sentence::new("rule-objection-then")
                    .with("days", window(terms.arbiter_window))
                    .with("fee", fee),
            ),
            (Sentence::new("rule-silent"), Sentence::new("rule-silent-then")),
        ],
        None => vec![(Sentence::new("rule-no-arbiter"), Sentence::new("rule-no-arbiter-then"))],
    };
    let before = vec![
        (ship_by(Sentence::new("rule-unshipped")), Sentence::new("rule-unshipped-then")),
        (Sentence::new("rule-delivered"), delivered),
        (Sentence::new("rule-match"), least_match(terms.min_match)),
        (deliver_by(Sentence::new("rule-undelivered")), Sentence::new("rule-undelivered-then")),
        (Sentence::new("rule-returned"), deliver_by(Sentence::new("rule-returned-then"))),
        (Sentence::new("rule-attestors"), deliver_by(Sentence::new("rule-attestors-then"))),
    ];
    let after = vec![
        (Sentence::new("rule-release"), release(terms)),
        (Sentence::new("rule-back"), Sentence::new("rule-back-then")),
        (Sentence::new("rule-little"), ship_by(Sentence::new("rule-little-then"))),
        (Sentence::new("rule-much"), Sentence::new("rule-much-then")),
        (Sentence::new("rule-late"), ship_by(Sentence::new("rule-late-then"))),
        (Sentence::new("rule-wrong"), Sentence::new("rule-wrong-then")),
        (Sentence::new("rule-reorg"), Sentence::new("rule-reorg-then")),
        (Sentence::new("rule-idle"), idle(terms, asset)),
        (Sentence::new("rule-gone"), Sentence::new("rule-gone-then")),
        (Sentence::new("rule-lost"), Sentence::new("rule-lost-then")),
        (Sentence::new("rule-longest"), until(Sentence::new("rule-longest-then"), latest(terms))),
    ];
    let rule = |(case, outcome): (Sentence, Sentence)| RuleView {
        case: reader.say(&case),
        outcome: reader.say(&outcome),
    };
    let mut rules: Vec<RuleView> =
        before.into_iter().chain(objection).chain(after).map(rule).collect();
    if terms.min_match.0 & MatchLevel::SIGNATURE != 0 {
        let signed = rule((Sentence::new("rule-signed"), Sentence::new("rule-signed-then")));
        rules.insert(SIGNED_AT, signed);
    }
    rules
}

/// Place of the rule about a signature: below the one about the parcel.
const SIGNED_AT: usize = 3;

/// Returns the parcel that counts as the order's.
const fn least_match(least: MatchLevel) -> Sentence {
    match least.0 & 7 {
        0 => Sentence::new("rule-match-any"),
        1 => Sentence::new("rule-match-country"),
        2 => Sentence::new("rule-match-area"),
        3 => Sentence::new("rule-match-code"),
        4 => Sentence::new("rule-match-reference"),
        _ => Sentence::new("rule-match-none"),
    }
}

/// Returns the way to pay the seller before time, which the buyer chose at the checkout.
const fn release(terms: &Terms) -> Sentence {
    match (terms.release_hash, terms.buyer_key) {
        (Some(_), _) => Sentence::new("rule-release-secret"),
        (None, Some(_)) => Sentence::new("rule-release-wallet"),
        (None, None) => Sentence::new("rule-release-none"),
    }
}

/// Returns the hour that a last second ends, to be read as *until*.
pub(in crate::pages) const fn end_of(last: UnixTime) -> CoarseTime {
    last.plus_seconds(1).coarse()
}

/// Writes hundredths of a percent as the reader's language does.
fn percent(reader: Reader, bps: u16) -> String {
    let percent = Percent::try_from(u32::from(bps) * 100).ok();
    percent.map_or_else(|| format!("{bps}/10000"), |percent| reader.words().percent(percent))
}

fn idle(terms: &Terms, asset: AssetId) -> Sentence {
    match terms.keeper_tip {
        0 => Sentence::new("rule-idle-free"),
        tip => Sentence::new("rule-idle-then").with("tip", Amount::new(asset, tip)),
    }
}

/// Returns the second at which every deadline has passed, however late each step is.
fn latest(terms: &Terms) -> UnixTime {
    let arbiter = terms.arbiter.map_or(0, |_| u64::from(terms.arbiter_window));
    let delivered = terms.latest_delivery().plus_seconds(u64::from(terms.dispute_window));
    delivered.plus_seconds(arbiter)
}
