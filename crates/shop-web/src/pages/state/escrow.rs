//! State of an order in escrow, in words. What the contract says comes before all else.

use super::Standing;
use crate::{
    language::Sentence,
    pages::escrow::{Progress, words::end_of},
};
use shop_core::{
    escrow::{Closing, Ending, EscrowState},
    invoice::State,
    order_status::Phase,
    time::UnixTime,
};
use shop_db::OrderRecord;

/// Sentences about refunds by hand, for which escrow has its own.
const BY_HAND: [&str; 6] = [
    "state-over-what",
    "state-short-ended-refund",
    "state-gone-rest-what",
    "state-missed-soon",
    "state-missed-what",
    "state-late-what",
];

impl Standing {
    /// Adapts the state to an order in escrow.
    pub(in crate::pages) fn in_escrow(
        self,
        record: &OrderRecord,
        progress: &Progress<'_>,
        now: UnixTime,
    ) -> Self {
        let facts = &record.facts;
        if facts.on_chain.put_away.is_some() {
            return self;
        }
        let has_arbiter = progress.statement.terms.arbiter.is_some();
        let standing = match progress.state {
            EscrowState::Open if facts.on_chain.is_checked => return self,
            EscrowState::Open => return self.before_shipment(record, progress, now),
            EscrowState::Shipped { until, .. } if now <= until => Self::waiting(
                Sentence::new("state-escrow-shipped"),
                Sentence::new("state-escrow-shipped-what"),
            ),
            EscrowState::Shipped { until, .. } => Self::waiting(
                Sentence::new("state-escrow-undelivered"),
                Sentence::new("state-escrow-undelivered-what").with("until", end_of(until)),
            ),
            EscrowState::Delivered { until, .. } if now < until => Self::waiting(
                Sentence::new("state-escrow-delivered"),
                if has_arbiter {
                    Sentence::new("state-escrow-delivered-what")
                } else {
                    Sentence::new("state-escrow-delivered-final")
                }
                .with("until", until.coarse()),
            ),
            EscrowState::Delivered { until, .. } => Self::waiting(
                Sentence::new("state-escrow-payable"),
                Sentence::new("state-escrow-payable-what").with("until", until.coarse()),
            ),
            EscrowState::Disputed { until, .. } | EscrowState::DisputedDelivered { until, .. } => {
                disputed(until, now)
            }
            EscrowState::Closed(None) => return self,
            EscrowState::Closed(Some(_)) if progress.ended_empty() => Self::end(
                "wrong",
                Sentence::new("state-escrow-closed"),
                Sentence::new("state-escrow-closed-what"),
            ),
            EscrowState::Closed(Some(closing)) => ended(&closing),
        };
        let is_shallow = !progress.record.is_deep;
        standing.and(is_shallow.then_some(Sentence::new("state-escrow-shallow")))
    }

    /// Returns the state before the seller has shipped: the payment decides.
    fn before_shipment(
        mut self,
        record: &OrderRecord,
        progress: &Progress<'_>,
        now: UnixTime,
    ) -> Self {
        let invoice = &record.invoice;
        let last = progress.statement.terms.ship_by;
        let until = |sentence: Sentence| sentence.with("until", end_of(last));
        let has_money = invoice.state().paid().is_some();
        let phase = record.status(now.coarse()).phase;
        if has_money && now > last {
            return Self::waiting(
                Sentence::new("state-escrow-unshipped"),
                until(Sentence::new("state-escrow-unshipped-what")),
            );
        }
        if phase == Phase::Backordered
            || self.has_any(&["state-gone-rest-what", "state-missed-soon"])
        {
            self.drop_any(&BY_HAND);
            return self.and(Some(until(Sentence::new("state-escrow-sold-out"))));
        }
        match invoice.state() {
            State::Settled { .. } | State::Overpaid { .. } if invoice.state().is_paid() => {
                let over = match invoice.state() {
                    State::Overpaid { paid } => {
                        Some(Sentence::new("state-escrow-over").with("over", invoice.excess(paid)))
                    }
                    _ => None,
                };
                let what = until(Sentence::new("state-escrow-funded-what"));
                Self { tone: "good", ..Self::waiting(Sentence::new("state-escrow-funded"), what) }
                    .and(over)
            }
            State::Late { paid } => {
                self.drop_any(&["state-late-what", "state-late-cancelled-what"]);
                self.and(Some(until(Sentence::new("state-escrow-late")).with("paid", paid)))
            }
            _ if self.has_any(&BY_HAND) => {
                self.drop_any(&BY_HAND);
                self.and(Some(until(Sentence::new("state-escrow-short-ended"))))
            }
            _ => self,
        }
    }

    fn has_any(&self, keys: &[&str]) -> bool {
        self.sentences.iter().any(|sentence| keys.iter().any(|key| sentence.is(key)))
    }

    fn drop_any(&mut self, keys: &[&str]) {
        self.sentences.retain(|sentence| !keys.iter().any(|key| sentence.is(key)));
    }
}

fn disputed(until: UnixTime, now: UnixTime) -> Standing {
    if now < until {
        let what = Sentence::new("state-escrow-disputed-what").with("until", until.coarse());
        Standing::waiting(Sentence::new("state-escrow-disputed"), what)
    } else {
        let what = Sentence::new("state-escrow-silent-what").with("until", until.coarse());
        Standing::waiting(Sentence::new("state-escrow-silent"), what)
    }
}

fn ended(closing: &Closing) -> Standing {
    match closing.ending {
        Ending::Ruled => Standing::end(
            "good",
            Sentence::new("state-escrow-ruled"),
            Sentence::new("state-escrow-ruled-what"),
        ),
        Ending::Finalized | Ending::Released => Standing::end(
            "good",
            Sentence::new("state-escrow-released"),
            Sentence::new("state-escrow-released-what"),
        ),
        Ending::ArbiterSilent if closing.to_seller > 0 => Standing::end(
            "good",
            Sentence::new("state-escrow-released"),
            Sentence::new("state-escrow-released-what"),
        ),
        Ending::ArbiterSilent | Ending::Expired | Ending::Refunded => Standing::end(
            "good",
            Sentence::new("state-escrow-refunded"),
            Sentence::new("state-escrow-refunded-what"),
        ),
    }
}
