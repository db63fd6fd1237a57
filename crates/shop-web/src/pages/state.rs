//! Where an order stands, in words.

use crate::language::{Reader, Sentence};
use minijinja::{Value, context};
use shop_core::{
    invoice::{Invoice, State},
    money::Amount,
    pay_to::Matching,
};
use shop_db::{Claim, ClaimRefusal, ClaimState};

/// Where an order stands.
pub(super) struct Standing {
    /// In a few words.
    pub(super) heading: Sentence,
    /// What it means and what to do.
    sentences: Vec<Sentence>,
    /// `note`, `good` or `wrong`: how it looks.
    tone: &'static str,
    /// Confirmations there are, and how many it takes.
    depth: Option<(u32, u32)>,
    /// Whether looking again later can show something new.
    pub(super) waits: bool,
    /// What is still to be paid.
    pub(super) to_pay: Option<Amount>,
}

impl Standing {
    /// Of an invoice.
    pub(super) fn of(invoice: &Invoice) -> Self {
        let missing = invoice.missing();
        let until = invoice.expires();
        let over = |paid: Amount| paid.minus(invoice.due()).unwrap_or(missing);
        match invoice.state() {
            State::Awaiting => {
                Self::waiting(Sentence::of("state-awaiting"), Sentence::of("state-awaiting-what"))
                    .asking(invoice.due())
            }
            State::Seen { paid } => Self::waiting(
                Sentence::of("state-seen"),
                Sentence::of("state-seen-what").with("paid", paid),
            ),
            State::Confirming { paid, have } => {
                let needs = invoice.needs().0;
                let what = Sentence::of("state-confirming-what").with("paid", paid);
                let what = what.with("have", have.0).with("needs", needs);
                let confirming = Self::waiting(Sentence::of("state-confirming"), what);
                Self { depth: Some((have.0, needs)), ..confirming }
            }
            State::Short { paid } => {
                let what = Sentence::of("state-short-what").with("paid", paid);
                let what = what.with("missing", missing);
                let mut short = Self::waiting(Sentence::of("state-short"), what).asking(missing);
                // The rest has not the digits that name the order.
                if let Matching::Tag(_) = invoice.matching() {
                    short.sentences.push(Sentence::of("state-short-claim"));
                }
                Self { tone: "wrong", ..short }
            }
            State::Settled { .. } => {
                Self::end("good", Sentence::of("state-settled"), Sentence::of("state-settled-what"))
            }
            State::Over { paid } => Self::end(
                "good",
                Sentence::of("state-over"),
                Sentence::of("state-over-what").with("over", over(paid)),
            ),
            State::Expired => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    Sentence::of("state-expired"),
                    Sentence::of("state-expired-what").with("until", until),
                )
            },
            State::Late { paid } => Self::end(
                "note",
                Sentence::of("state-late"),
                Sentence::of("state-late-what").with("paid", paid).with("until", until),
            ),
            State::Reversed { lost } => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    Sentence::of("state-reversed"),
                    Sentence::of("state-reversed-what").with("lost", lost),
                )
            },
        }
    }

    fn waiting(heading: Sentence, sentence: Sentence) -> Self {
        Self { waits: true, ..Self::end("note", heading, sentence) }
    }

    fn end(tone: &'static str, heading: Sentence, sentence: Sentence) -> Self {
        let sentences = vec![sentence];
        Self { heading, sentences, tone, depth: None, waits: false, to_pay: None }
    }

    fn asking(self, amount: Amount) -> Self {
        Self { to_pay: Some(amount), ..self }
    }

    /// For a template.
    pub(super) fn view(&self, reader: Reader) -> Value {
        let sentences: Vec<String> = self.sentences.iter().map(|s| reader.say(s)).collect();
        context! {
            heading => reader.say(&self.heading),
            sentences,
            tone => self.tone,
            have => self.depth.map(|(have, _)| have),
            needs => self.depth.map(|(_, needs)| needs),
        }
    }
}

/// What came of a transaction id the buyer named.
pub(super) const fn outcome(claim: &Claim) -> Sentence {
    match claim.state {
        ClaimState::Pending => Sentence::of("claim-pending"),
        ClaimState::Found => Sentence::of("claim-found"),
        ClaimState::Refused(ClaimRefusal::NotFound) => Sentence::of("claim-not-found"),
        ClaimState::Refused(ClaimRefusal::NotOurs) => Sentence::of("claim-not-ours"),
        ClaimState::Refused(ClaimRefusal::Failed) => Sentence::of("claim-failed"),
        ClaimState::Refused(ClaimRefusal::AlreadyCounted) => Sentence::of("claim-counted"),
        ClaimState::Refused(ClaimRefusal::TooOld) => Sentence::of("claim-too-old"),
    }
}
