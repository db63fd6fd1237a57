//! Where an order stands, in words.

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
    pub(super) heading: &'static str,
    /// What it means and what to do.
    pub(super) sentences: Vec<String>,
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
        let expires = invoice.expires();
        let over = |paid: Amount| paid.minus(invoice.due()).unwrap_or(missing);
        match invoice.state() {
            State::Awaiting => Self::waiting(
                "Waiting for your payment",
                "We have not seen it yet. After you have sent it, it can take some minutes until \
                 it shows here.",
            )
            .asking(invoice.due()),
            State::Seen { paid } => Self::waiting(
                "We see your payment",
                &format!("{paid} is on its way. It is not in a block of the chain yet."),
            ),
            State::Confirming { paid, have } => Self {
                depth: Some((have.0, invoice.needs().0)),
                ..Self::waiting(
                    "Your payment is being confirmed",
                    &format!(
                        "{paid} arrived. It has {} of the {} confirmations it needs; you need not \
                         wait here.",
                        have.0,
                        invoice.needs().0
                    ),
                )
            },
            State::Short { paid } => {
                let mut short = Self::waiting(
                    "Something is missing",
                    &format!("{paid} arrived, and {missing} is missing. Please send the rest."),
                )
                .asking(missing);
                // The rest has not the digits that name the order.
                if let Matching::Tag(_) = invoice.matching() {
                    let sentence = "Then enter its transaction id below, so that we know it is \
                                    yours.";
                    short.sentences.push(sentence.to_owned());
                }
                Self { tone: "wrong", ..short }
            }
            State::Settled { .. } => Self::end(
                "good",
                "Paid. Thank you!",
                "The seller has what it takes to send your order.",
            ),
            State::Over { paid } => Self::end(
                "good",
                "Paid, and more than that",
                &format!(
                    "{} more than due arrived. The seller knows; write to the seller to get the \
                     difference back.",
                    over(paid)
                ),
            ),
            State::Expired => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    "This offer has ended",
                    &format!(
                        "Nothing was seen until {expires}. Please do not pay any more: order \
                         again instead. If you did pay in time, the payment will still be found."
                    ),
                )
            },
            State::Late { paid } => Self::end(
                "note",
                "Paid after the offer had ended",
                &format!(
                    "{paid} arrived, but only after {expires}. The seller decides: send the goods, \
                     or the money back."
                ),
            ),
            State::Reversed { lost } => Self {
                waits: true,
                ..Self::end(
                    "wrong",
                    "The chain took your payment back",
                    &format!(
                        "{lost} had arrived and is gone: the chain was reorganised, or the money \
                         was spent twice. If the payment comes back it counts again. Otherwise \
                         write to the seller."
                    ),
                )
            },
        }
    }

    fn waiting(heading: &'static str, sentence: &str) -> Self {
        Self { waits: true, ..Self::end("note", heading, sentence) }
    }

    fn end(tone: &'static str, heading: &'static str, sentence: &str) -> Self {
        let sentences = vec![sentence.to_owned()];
        Self { heading, sentences, tone, depth: None, waits: false, to_pay: None }
    }

    fn asking(self, amount: Amount) -> Self {
        Self { to_pay: Some(amount), ..self }
    }

    /// For a template.
    pub(super) fn view(&self) -> Value {
        context! {
            heading => self.heading,
            sentences => self.sentences.clone(),
            tone => self.tone,
            have => self.depth.map(|(have, _)| have),
            needs => self.depth.map(|(_, needs)| needs),
        }
    }
}

/// What came of a transaction id the buyer named.
pub(super) fn outcome(claim: &Claim) -> &'static str {
    match claim.state {
        ClaimState::Pending => "We are looking it up. Please check again in a minute.",
        ClaimState::Found => "Found: it counts for this order.",
        ClaimState::Refused(ClaimRefusal::NotFound) => {
            "The chain does not know it, or not yet. You can try again later."
        }
        ClaimState::Refused(ClaimRefusal::NotOurs) => "It pays somebody else.",
        ClaimState::Refused(ClaimRefusal::Failed) => "It failed: the chain did not carry it out.",
        ClaimState::Refused(ClaimRefusal::AlreadyCounted) => "It counts for another order.",
        ClaimState::Refused(ClaimRefusal::TooOld) => "It is older than this order.",
    }
}
