//! State of an order, in words.

mod escrow;

use crate::{
    language::{Reader, Sentence},
    page::view,
    unseen::Unseen,
};
use shop_core::{
    invoice::{Invoice, State},
    money::{Amount, AssetId},
    order_status::{HandOut, Phase, PutAway},
    stock::ReservationStatus,
    time::CoarseTime,
};
use shop_db::{Claim, ClaimRefusal, ClaimState, OrderRecord};
use std::borrow::Cow;

view! {
    /// State of an order in words, on its page and its receipt.
    pub(super) struct StateView {
        /// State in a few words.
        heading: String,
        /// Meaning of it and what to do, one sentence each.
        sentences: Vec<String>,
        /// Class of its section: `note`, `good` or `wrong`.
        tone: Cow<'static, str>,
        /// True if there is nothing left to do but to order again.
        ended: bool,
        /// Confirmations so far, while they are counted.
        have: Option<u32>,
        /// Confirmations needed, while they are counted.
        needs: Option<u32>,
    }
}

/// State of an order, as its page shows it.
pub(super) struct Standing {
    /// State in a few words.
    pub(super) heading: Sentence,
    /// Meaning of it and what to do.
    sentences: Vec<Sentence>,
    /// Look of it: `note`, `good` or `wrong`.
    tone: &'static str,
    /// Confirmations there are, and the number needed.
    depth: Option<(u32, u32)>,
    /// True if looking again later can show something new.
    pub(super) waits: bool,
    /// Amount still to be paid.
    pub(super) to_pay: Option<Amount>,
}

impl Standing {
    /// Returns the state of an order in this hour.
    /// Its payment comes first, then the goods, then what the seller said.
    pub(super) fn of(record: &OrderRecord, now: CoarseTime) -> Self {
        Self::of_order(record, now).and_other_money(record)
    }

    fn of_order(record: &OrderRecord, now: CoarseTime) -> Self {
        let invoice = &record.invoice;
        let facts = &record.facts;
        let standing = Self::of_payment(invoice, facts.cancelled);
        let is_missed = facts.reservation_status == ReservationStatus::Backordered;
        if let Some(away) = facts.on_chain.put_away {
            return Self::put_away(away);
        }
        if facts.on_chain.is_checked {
            return Self::checked();
        }
        match record.status(now).phase {
            Phase::Refunded => Self::end(
                "good",
                Sentence::new("state-refunded"),
                Sentence::new("state-refunded-what"),
            ),
            Phase::Awaiting
            | Phase::Underpaid
            | Phase::UnderpaidEnded
            | Phase::Expired
            | Phase::Cancelled
                if record.is_to_review() =>
            {
                Self::waiting(Sentence::new("state-review"), Sentence::new("state-review-what"))
            }
            Phase::Awaiting | Phase::Underpaid | Phase::UnderpaidEnded if !record.goods_left => {
                Self::gone(invoice)
            }
            Phase::UnderpaidEnded => Self::short_ended(invoice),
            Phase::Awaiting | Phase::Underpaid => standing.and(goods(record)),
            Phase::Confirming if is_missed => {
                Self { tone: "wrong", ..standing }.and(Some(Sentence::new("state-missed-soon")))
            }
            Phase::Backordered => Self {
                // Goods that come back are the order's.
                waits: true,
                ..Self::end(
                    "wrong",
                    Sentence::new("state-missed"),
                    Sentence::new("state-missed-what"),
                )
            },
            Phase::Delivered => Self::end(
                "good",
                Sentence::new("state-delivered"),
                Sentence::new("state-delivered-what"),
            )
            .and(too_much(record)),
            Phase::Sent => {
                Self::end("good", Sentence::new("state-sent"), Sentence::new("state-sent-what"))
                    .and(too_much(record))
            }
            Phase::Paid if facts.events.difference => Self::end(
                "good",
                Sentence::new("state-settled"),
                Sentence::new("state-settled-what"),
            )
            .and(too_much(record)),
            Phase::Paid
            | Phase::Late
            | Phase::Confirming
            | Phase::Expired
            | Phase::Cancelled
            | Phase::Reversed => standing,
        }
    }

    fn of_payment(invoice: &Invoice, cancelled: bool) -> Self {
        let missing = invoice.missing();
        let until = invoice.expires();
        match invoice.state() {
            State::Awaiting => {
                Self::waiting(Sentence::new("state-awaiting"), Sentence::new("state-awaiting-what"))
                    .asking(invoice.due())
            }
            State::Seen { paid } => Self::waiting(
                Sentence::new("state-seen"),
                Sentence::new("state-seen-what").with("paid", paid),
            ),
            State::Confirming { paid, have } => {
                let needs = invoice.needs().0;
                let what = Sentence::new("state-confirming-what").with("paid", paid);
                let what = what.with("have", have.0).with("needs", needs);
                let confirming = Self::waiting(Sentence::new("state-confirming"), what);
                Self { depth: Some((have.0, needs)), ..confirming }
            }
            State::Underpaid { paid } => {
                let what = Sentence::new("state-short-what").with("paid", paid);
                let what = what.with("missing", missing);
                let short =
                    Self::waiting(Sentence::new("state-short"), what).asking(invoice.asked());
                let fee = invoice.may_lack_a_fee().then_some(Sentence::new("state-short-fee"));
                Self { tone: "wrong", ..short.and(fee) }
            }
            State::Settled { .. } => Self::end(
                "good",
                Sentence::new("state-settled"),
                Sentence::new("state-settled-what"),
            ),
            State::Overpaid { paid } => {
                Self::end("good", Sentence::new("state-over"), over_by(invoice, paid))
            }
            State::Expired if cancelled => Self::end(
                "note",
                Sentence::new("state-cancelled"),
                Sentence::new("state-cancelled-what"),
            ),
            State::Expired => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    Sentence::new("state-expired"),
                    Sentence::new("state-expired-what").with("until", until),
                )
            },
            State::Late { paid } if cancelled => Self::end(
                "note",
                Sentence::new("state-late-cancelled"),
                Sentence::new("state-late-cancelled-what").with("paid", paid),
            ),
            State::Late { paid } => Self::end(
                "note",
                Sentence::new("state-late"),
                Sentence::new("state-late-what").with("paid", paid).with("until", until),
            ),
            State::Reversed { lost } => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    Sentence::new("state-reversed"),
                    Sentence::new("state-reversed-what").with("lost", lost),
                )
            },
        }
    }

    /// Nodes do not agree about the block it was paid in.
    fn checked() -> Self {
        Self::waiting(Sentence::new("state-checked"), Sentence::new("state-checked-what"))
    }

    /// Returns the state of an order whose chain nobody looks at any more.
    fn put_away(away: PutAway) -> Self {
        match away {
            PutAway::Demo => {
                Self::end("note", Sentence::new("state-demo"), Sentence::new("state-demo-what"))
            }
            PutAway::Real => Self {
                tone: "wrong",
                ..Self::waiting(Sentence::new("state-away"), Sentence::new("state-away-what"))
            },
        }
    }

    /// Returns the state where too little came and the rest cannot come in time any more.
    fn short_ended(invoice: &Invoice) -> Self {
        let paid = invoice.state().paid().unwrap_or(Amount::zero(invoice.due().asset()));
        let what = Sentence::new("state-short-ended-what").with("paid", paid);
        let what = what.with("missing", invoice.missing()).with("until", invoice.expires());
        let ended = Self::waiting(Sentence::new("state-short-ended"), what);
        Self { tone: "wrong", ..ended }.and(Some(Sentence::new("state-short-ended-refund")))
    }

    /// Returns the state of an unpaid order whose goods are somebody else's by now.
    fn gone(invoice: &Invoice) -> Self {
        let (heading, what) = match invoice.state() {
            State::Underpaid { paid } => (
                Sentence::new("state-gone-rest"),
                Sentence::new("state-gone-rest-what").with("paid", paid),
            ),
            _ => (Sentence::new("state-gone"), Sentence::new("state-gone-what")),
        };
        Self { tone: "wrong", ..Self::waiting(heading, what) }
    }

    /// Adapts the state to an order of which nothing is sent.
    pub(super) fn handed_out(mut self, hand_out: HandOut) -> Self {
        let waits = hand_out == HandOut::AwaitsSeller;
        for sentence in &mut self.sentences {
            if sentence.is("state-settled-what") {
                *sentence = if waits {
                    Sentence::new("state-settled-waits")
                } else {
                    Sentence::new("state-settled-digital")
                };
            }
        }
        self
    }

    fn waiting(heading: Sentence, sentence: Sentence) -> Self {
        Self { waits: true, ..Self::end("note", heading, sentence) }
    }

    fn end(tone: &'static str, heading: Sentence, sentence: Sentence) -> Self {
        let sentences = vec![sentence];
        Self { heading, sentences, tone, depth: None, waits: false, to_pay: None }
    }

    fn and(mut self, sentence: Option<Sentence>) -> Self {
        self.sentences.extend(sentence);
        self
    }

    /// Adds what came in another currency, which pays nothing.
    fn and_other_money(mut self, record: &OrderRecord) -> Self {
        let facts = &record.facts;
        if facts.on_chain.put_away.is_some() || record.other_money.is_empty() {
            return self;
        }
        if facts.events.refunded || facts.events.difference {
            return self.and(Some(Sentence::new("state-other-money-back")));
        }
        let asset = record.invoice.due().asset();
        for sum in &record.other_money {
            let what = Sentence::new("state-other-money").with("paid", *sum);
            self = self.and(Some(what.with("asset", asset.code())));
        }
        let tone = if record.invoice.state().is_covered() { self.tone } else { "wrong" };
        Self { tone, ..self }.and(Some(Sentence::new("state-other-money-refund")))
    }

    /// Adapts the state while its chain cannot be read: who waits for a payment is told.
    pub(super) fn unseen(self, unseen: Unseen, asset: AssetId) -> Self {
        if self.waits { self.and(Some(unseen.of_order(asset))) } else { self }
    }

    fn asking(self, amount: Amount) -> Self {
        Self { to_pay: Some(amount), ..self }
    }

    /// Builds the view for a template.
    pub(super) fn view(&self, reader: Reader) -> StateView {
        let (have, needs) = self.depth.unzip();
        StateView {
            heading: reader.say(&self.heading),
            sentences: self.sentences.iter().map(|sentence| reader.say(sentence)).collect(),
            tone: Cow::Borrowed(self.tone),
            ended: ["state-expired", "state-cancelled"].iter().any(|key| self.heading.is(key)),
            have,
            needs,
        }
    }
}

/// Returns the sentence that more came than was due.
fn over_by(invoice: &Invoice, paid: Amount) -> Sentence {
    Sentence::new("state-over-what").with("over", invoice.excess(paid))
}

/// Returns the sentence that too much came, also while the goods are on their way.
/// If the difference was given back, the sentence says that.
fn too_much(record: &OrderRecord) -> Option<Sentence> {
    let invoice = &record.invoice;
    match invoice.state() {
        State::Overpaid { .. } if record.facts.events.difference => {
            Some(Sentence::new("state-difference-back"))
        }
        State::Overpaid { paid } => Some(over_by(invoice, paid)),
        _ => None,
    }
}

/// Returns the sentence about goods that wait for the money.
fn goods(record: &OrderRecord) -> Option<Sentence> {
    match (record.facts.reservation_status, record.until) {
        (ReservationStatus::Reserved, Some(until)) => {
            Some(Sentence::new("goods-aside").with("until", until))
        }
        (ReservationStatus::Unreserved, _) => Some(Sentence::new("goods-open")),
        _ => None,
    }
}

/// Returns the outcome of a transaction id the buyer named.
pub(super) const fn outcome(claim: &Claim) -> Sentence {
    match claim.state {
        ClaimState::Pending => Sentence::new("claim-pending"),
        ClaimState::Found => Sentence::new("claim-found"),
        ClaimState::ToReview => Sentence::new("claim-review"),
        ClaimState::Accepted => Sentence::new("claim-accepted"),
        ClaimState::Refused(ClaimRefusal::NotFound) => Sentence::new("claim-not-found"),
        ClaimState::Refused(ClaimRefusal::NotOurs) => Sentence::new("claim-not-ours"),
        ClaimState::Refused(ClaimRefusal::OtherAsset) => Sentence::new("claim-other-asset"),
        ClaimState::Refused(ClaimRefusal::Failed) => Sentence::new("claim-failed"),
        ClaimState::Refused(ClaimRefusal::AlreadyCounted) => Sentence::new("claim-counted"),
        ClaimState::Refused(ClaimRefusal::TooOld) => Sentence::new("claim-too-old"),
        ClaimState::Refused(ClaimRefusal::OfOthers) => Sentence::new("claim-of-others"),
        ClaimState::Refused(ClaimRefusal::Unanswered) => Sentence::new("claim-unanswered"),
        ClaimState::Refused(ClaimRefusal::Rejected) => Sentence::new("claim-rejected"),
    }
}
