//! Watch over one parcel: when to ask again, and when a delivery can be signed.
//!
//! It asks nobody and reads no clock. It is stored between two answers, so that a restart loses
//! nothing; what is stored names neither parcel nor place.

use crate::{
    carrier::CarrierError,
    classify::{Rules, Status, accepted_at, classify, was_handed_over},
    snapshot::{Found, Snapshot},
};
use serde::{Deserialize, Serialize};
use shop_core::time::UnixTime;

/// Watch over one parcel, from its registration on. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    since: u64,
    until: u64,
    funded: u64,
    failures: u32,
    candidate: Option<Candidate>,
    end: Option<Refusal>,
    is_signed: bool,
}

/// A delivery that may still turn out to be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Candidate {
    at: u64,
    first_seen: u64,
    /// Number of answers that said the same.
    answers: u32,
}

/// Outcome of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Meaning of the answer; none after an error.
    pub status: Option<Status>,
    /// True if the carrier should have known the number by now.
    pub is_overdue: bool,
    /// Next thing to do.
    pub next: Next,
}

/// Next thing to do about a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Ask the carrier again, not before this time.
    PollAt(UnixTime),
    /// Sign that it was delivered, and ask no more.
    Sign(Delivery),
    /// Sign that it will not be signed, and ask no more.
    Refuse(Refusal),
    /// Ask no more: the time is over.
    Over,
}

/// A delivery that is certain enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Time at which the carrier took the parcel.
    pub accepted_at: UnixTime,
    /// Time at which the carrier delivered it.
    pub delivered_at: UnixTime,
}

/// Reason why a parcel never counts as delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// It goes back to its sender, or is there.
    #[error("the parcel goes back to its sender")]
    Returned,
    /// The carrier had it long before the order was paid.
    #[error("the carrier had the parcel before the order was paid: it is another order's")]
    TooOld,
    /// It was delivered before it was registered.
    #[error("the parcel was delivered before it was registered: register a parcel as it is sent")]
    AlreadyDelivered,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// Time a delivery has to stay as it is.
const STABLE: u64 = 48 * HOUR;
/// Further time where the carrier named no time zone.
const ZONES: u64 = 6 * HOUR;
/// Answers that have to say the same.
/// Downtime, or a clock that was set, can put 48 hours between two.
const ANSWERS: u32 = 3;
/// Time for which a carrier need not know a number.
const NOT_YET: u64 = 72 * HOUR;
/// Time by which a first scan may be older than the payment.
const EARLY: u64 = 24 * HOUR;

impl Watch {
    /// Begins to watch a parcel that was [admitted](admit).
    ///
    /// `funded` is when the order was paid. After `until` nobody needs the answer.
    #[must_use]
    pub const fn new(now: UnixTime, funded: UnixTime, until: UnixTime) -> Self {
        Self {
            since: now.0,
            until: until.0,
            funded: funded.0,
            failures: 0,
            candidate: None,
            end: None,
            is_signed: false,
        }
    }

    /// Takes an answer and says what to do next. `jitter` is any random number.
    #[must_use]
    pub fn answer(
        &mut self,
        now: UnixTime,
        answer: Result<&Snapshot, &CarrierError>,
        rules: &Rules,
        jitter: u64,
    ) -> Step {
        if let Some(refusal) = self.end {
            return Step { status: None, is_overdue: false, next: Next::Refuse(refusal) };
        }
        if self.is_signed {
            return Step { status: None, is_overdue: false, next: Next::Over };
        }
        let step = match answer {
            Ok(snapshot) => self.snapshot(now.0, snapshot, rules, jitter),
            Err(error) => self.error(now.0, error, jitter),
        };
        if matches!(step.next, Next::PollAt(_)) && now.0 > self.until {
            return Step { next: Next::Over, ..step };
        }
        step
    }

    fn snapshot(&mut self, now: u64, snapshot: &Snapshot, rules: &Rules, jitter: u64) -> Step {
        self.failures = 0;
        let status = classify(snapshot, rules);
        let accepted = accepted_at(snapshot);
        let is_early = accepted.is_some_and(|at| at.0.saturating_add(EARLY) < self.funded);
        let refusal = match status {
            Status::Returned => Some(Refusal::Returned),
            _ if is_early => Some(Refusal::TooOld),
            _ => None,
        };
        if let Some(refusal) = refusal {
            self.end = Some(refusal);
            let next = Next::Refuse(refusal);
            return Step { status: Some(status), is_overdue: false, next };
        }
        let is_overdue =
            snapshot.found == Found::Nowhere && now > self.since.saturating_add(NOT_YET);
        let next = match status {
            Status::Delivered { at, .. } => {
                let accepted_at = accepted.unwrap_or(at);
                let zones = if is_zone_known(snapshot, at) { 0 } else { ZONES };
                self.delivered(now, at.0, accepted_at, zones, jitter)
            }
            _ => {
                self.candidate = None;
                let pause = match status {
                    Status::OutForDelivery => jittered(HOUR, 10 * MINUTE, jitter),
                    _ if is_overdue => jittered(24 * HOUR, HOUR, jitter),
                    _ => jittered(6 * HOUR, HOUR, jitter),
                };
                poll(now, pause)
            }
        };
        Step { status: Some(status), is_overdue, next }
    }

    /// Counts an answer that says "delivered", and signs once it has been said for long enough.
    fn delivered(
        &mut self,
        now: u64,
        at: u64,
        accepted_at: UnixTime,
        zones: u64,
        jitter: u64,
    ) -> Next {
        let is_same = |known: &Candidate| known.at == at && known.first_seen <= now;
        let known = self.candidate.take().filter(is_same);
        let mut candidate = known.unwrap_or(Candidate { at, first_seen: now, answers: 0 });
        candidate.answers = candidate.answers.saturating_add(1);
        let stable_at = candidate.first_seen.max(at.saturating_add(zones)).saturating_add(STABLE);
        let is_enough = candidate.answers >= ANSWERS;
        self.candidate = Some(candidate);
        if now >= stable_at && is_enough {
            self.is_signed = true;
            return Next::Sign(Delivery { accepted_at, delivered_at: UnixTime(at) });
        }
        let regular = jittered(6 * HOUR, HOUR, jitter);
        let left = stable_at.saturating_sub(now);
        poll(now, if left == 0 { HOUR } else { regular.min(left) })
    }

    fn error(&mut self, now: u64, error: &CarrierError, jitter: u64) -> Step {
        let pause = match error {
            CarrierError::Throttled { retry_after } => {
                let told = retry_after.unwrap_or_default().as_secs().min(24 * HOUR);
                told.max(MINUTE).saturating_add(jitter % MINUTE)
            }
            CarrierError::AccountRefused | CarrierError::OtherCarrier => {
                jittered(6 * HOUR, HOUR, jitter)
            }
            _ => {
                let doubled = (10 * MINUTE) << self.failures.min(5);
                self.failures = self.failures.saturating_add(1);
                jittered(doubled.min(6 * HOUR), doubled.min(6 * HOUR) / 10, jitter)
            }
        };
        Step { status: None, is_overdue: false, next: poll(now, pause) }
    }
}

/// Says whether a parcel may be registered for an order that was paid at `funded`.
///
/// # Errors
/// [`Refusal`].
pub fn admit(snapshot: &Snapshot, funded: UnixTime) -> Result<(), Refusal> {
    if classify(snapshot, &Rules::default()) == Status::Returned {
        return Err(Refusal::Returned);
    }
    if was_handed_over(snapshot) {
        return Err(Refusal::AlreadyDelivered);
    }
    let is_early = |at: UnixTime| at.0.saturating_add(EARLY) < funded.0;
    if accepted_at(snapshot).is_some_and(is_early) { Err(Refusal::TooOld) } else { Ok(()) }
}

fn is_zone_known(snapshot: &Snapshot, at: UnixTime) -> bool {
    let mut then = snapshot.events.iter().filter(|event| event.at == Some(at));
    then.all(|event| event.zone_known)
}

const fn poll(now: u64, pause: u64) -> Next {
    Next::PollAt(UnixTime(now.saturating_add(pause)))
}

/// Returns a time around `middle`, by at most `spread` shorter or longer.
const fn jittered(middle: u64, spread: u64, jitter: u64) -> u64 {
    middle - spread + jitter % (2 * spread + 1)
}

#[cfg(test)]
mod tests;
