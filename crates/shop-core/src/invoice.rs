//! Invoices: what one order still owes, judged from what the chain shows now.
//!
//! Invariant: nothing here asks the clock, the chain or the disk; they arrive as arguments.

mod debts;
mod fit;

pub use fit::{ClaimFit, Fit};

use crate::{
    escrow::EscrowStep,
    kind::{HasKind, Kind},
    money::{Amount, MoneyError},
    pay_to::{Matching, Offer, PayTo},
    time::CoarseTime,
    view::{Confirmations, View},
};
use serde::{Deserialize, Serialize};

/// A demand for payment in one asset, as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    due: Amount,
    pay_to: PayTo,
    matching: Matching,
    needs: Confirmations,
    expires: CoarseTime,
    state: State,
    /// Differences below this are nobody's debt; none where every difference is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ignore_below: Option<Amount>,
    /// While a payment is being confirmed for a second time: what the seller knows of the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    before: Option<Before>,
}

/// State before a payment that is being confirmed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Before {
    /// Deep enough, with this much.
    Paid(Amount),
    /// Deep enough, and then gone, with this much.
    Gone(Amount),
}

/// State of an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum State {
    /// No money seen yet.
    Awaiting,
    /// Enough was seen, in no block yet.
    Seen {
        /// Amount that was seen.
        paid: Amount,
    },
    /// Enough is in blocks, not deep enough yet.
    Confirming {
        /// Amount that was seen.
        paid: Amount,
        /// Depth of the last transfer that is needed.
        have: Confirmations,
    },
    /// Paid, deep enough.
    Settled {
        /// Amount that arrived.
        paid: Amount,
    },
    /// Less than is due was seen.
    #[serde(rename = "short")]
    Underpaid {
        /// Amount that was seen.
        paid: Amount,
    },
    /// Paid, deep enough, with too much.
    #[serde(rename = "over")]
    Overpaid {
        /// Amount that arrived.
        paid: Amount,
    },
    /// The offer ended unpaid.
    Expired,
    /// Paid in full after the offer had ended: the seller decides.
    Late {
        /// Amount that arrived.
        paid: Amount,
    },
    /// Paid, and then taken back by the chain.
    Reversed {
        /// Amount that had arrived.
        lost: Amount,
    },
}

/// Errors of opening or judging an invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// There is nothing to pay.
    #[error("an invoice over nothing")]
    Nothing,
    /// The transfers do not add up.
    #[error("adding up the transfers: {0}")]
    Money(#[from] MoneyError),
}

impl HasKind for InvoiceError {
    fn kind(&self) -> Kind {
        Kind::Bug
    }
}

impl State {
    /// Returns its word in lists, pages and tests.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Awaiting => "awaiting",
            Self::Seen { .. } => "seen",
            Self::Confirming { .. } => "confirming",
            Self::Settled { .. } => "settled",
            Self::Underpaid { .. } => "short",
            Self::Overpaid { .. } => "over",
            Self::Expired => "expired",
            Self::Late { .. } => "late",
            Self::Reversed { .. } => "reversed",
        }
    }

    /// Returns one of each state, with this amount and depth where it has one.
    #[cfg(test)]
    pub(crate) const fn each(paid: Amount, have: Confirmations) -> [Self; 9] {
        [
            Self::Awaiting,
            Self::Seen { paid },
            Self::Confirming { paid, have },
            Self::Settled { paid },
            Self::Underpaid { paid },
            Self::Overpaid { paid },
            Self::Expired,
            Self::Late { paid },
            Self::Reversed { lost: paid },
        ]
    }

    /// Returns true if the money is there, deep enough.
    #[must_use]
    pub const fn is_paid(&self) -> bool {
        matches!(self, Self::Settled { .. } | Self::Overpaid { .. } | Self::Late { .. })
    }

    /// Returns the amount that has arrived and was not taken back; none if nothing has.
    #[must_use]
    pub const fn paid(&self) -> Option<Amount> {
        match *self {
            Self::Seen { paid }
            | Self::Confirming { paid, .. }
            | Self::Settled { paid }
            | Self::Underpaid { paid }
            | Self::Overpaid { paid }
            | Self::Late { paid } => Some(paid),
            Self::Awaiting | Self::Expired | Self::Reversed { .. } => None,
        }
    }

    /// Returns true if the money is there, deep enough, and came before the offer ended.
    #[must_use]
    pub const fn is_paid_in_time(&self) -> bool {
        matches!(self, Self::Settled { .. } | Self::Overpaid { .. })
    }

    /// Returns true if no money was ever seen for it.
    #[must_use]
    pub const fn is_unseen(&self) -> bool {
        matches!(self, Self::Awaiting | Self::Expired)
    }

    /// Returns true while the order waits for money, or for its money to stand in a block.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.is_payable() || matches!(self, Self::Seen { .. })
    }

    /// Returns true while the buyer is asked for money: for all, or for the rest.
    #[must_use]
    pub const fn is_payable(&self) -> bool {
        matches!(self, Self::Awaiting | Self::Underpaid { .. })
    }

    /// Returns true if the full amount is seen, however deep.
    #[must_use]
    pub const fn is_covered(&self) -> bool {
        self.is_paid() || matches!(self, Self::Seen { .. } | Self::Confirming { .. })
    }
}

impl Invoice {
    /// Opens an invoice for what was offered.
    ///
    /// # Errors
    /// [`InvoiceError::Nothing`] if nothing is due.
    pub fn open(
        offer: Offer,
        needs: Confirmations,
        expires: CoarseTime,
    ) -> Result<Self, InvoiceError> {
        if offer.due.is_zero() {
            return Err(InvoiceError::Nothing);
        }
        let Offer { pay_to, due, matching } = offer;
        let state = State::Awaiting;
        let ignore_below = None;
        let before = None;
        Ok(Self { due, pay_to, matching, needs, expires, state, ignore_below, before })
    }

    /// Returns the amount due.
    #[must_use]
    pub const fn due(&self) -> Amount {
        self.due
    }

    /// Returns the address to pay to.
    #[must_use]
    pub const fn pay_to(&self) -> &PayTo {
        &self.pay_to
    }

    /// Returns the way its transfers are recognised.
    #[must_use]
    pub const fn matching(&self) -> Matching {
        self.matching
    }

    /// Returns the depth at which it counts as paid.
    #[must_use]
    pub const fn needs(&self) -> Confirmations {
        self.needs
    }

    /// Returns the hour in which the offer ends.
    #[must_use]
    pub const fn expires(&self) -> CoarseTime {
        self.expires
    }

    /// Returns its state.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Ends the offer now, before its time.
    /// Money in a block of this hour or later is [`State::Late`]. Returns None if money was seen,
    /// or the offer has ended already.
    #[must_use]
    pub fn cancel(self, now: CoarseTime) -> Option<Self> {
        if self.state != State::Awaiting || now > self.expires {
            return None;
        }
        let hour_before = CoarseTime::from_hours(now.hours().saturating_sub(1));
        Some(Self { expires: hour_before, state: State::Expired, ..self })
    }

    /// Judges the invoice against the whole view, not against the last notification.
    /// A missed event or a reorg cannot leave it wrong.
    ///
    /// `now` only ends an offer nobody has paid; whether a payment is late is judged by the time of
    /// its block, so it does not matter when we came to read it. What once was paid becomes
    /// [`State::Reversed`] when the payment is in no block any more, and stays so until it is back.
    /// If it only lies less deep than it must (a reorganisation put it into a later block), it is
    /// [`State::Confirming`] again.
    ///
    /// A payment that is in a block, but not deep enough:
    ///
    /// ```
    /// use shop_core::invoice::{Invoice, State};
    /// use shop_core::money::{Amount, AssetId};
    /// use shop_core::pay_to::{Matching, Offer, PayTo};
    /// use shop_core::time::CoarseTime;
    /// use shop_core::view::{BlockAt, BlockHash, Confirmations, Height, Transfer, TransferId, View};
    ///
    /// let hour = CoarseTime::from_hours(498_000);
    /// let due = Amount::parse(AssetId::ETH, "0.05")?;
    /// let pay_to = PayTo::new(AssetId::ETH, "demo-eth-1")?;
    /// let offer = Offer { pay_to: pay_to.clone(), due, matching: Matching::PayTo };
    /// let invoice = Invoice::open(offer, Confirmations(12), hour.plus_hours(24))?;
    ///
    /// let block = BlockAt { height: Height(100), hash: BlockHash([7; 32]), time: hour };
    /// let id = TransferId("0xabc".into());
    /// let transfer = Transfer { id, pay_to, amount: due, block: Some(block) };
    /// let view = View { tip: Height(102), transfers: vec![transfer] };
    ///
    /// let transition = invoice.assess(&view, hour)?;
    /// let have = Confirmations(3);
    /// assert_eq!(transition.next().state(), State::Confirming { paid: due, have });
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`InvoiceError::Money`] if the transfers do not fit an [`Amount`] of the invoice's asset.
    pub fn assess(self, view: &View, now: CoarseTime) -> Result<Transition, InvoiceError> {
        let evidence = self.evidence(view)?;
        let before = match self.state {
            State::Settled { paid } | State::Overpaid { paid } | State::Late { paid } => {
                Some(Before::Paid(paid))
            }
            State::Reversed { lost } => Some(Before::Gone(lost)),
            State::Confirming { .. } => self.before,
            _ => None,
        };
        let paid = evidence.paid;
        let state = match (evidence.standing, before) {
            (Standing::Deep { mined }, _) if mined > self.expires => State::Late { paid },
            (Standing::Deep { .. }, _) => self.settled(paid),
            (Standing::Mined { have }, _) => State::Confirming { paid, have },
            (_, Some(Before::Paid(lost) | Before::Gone(lost))) => State::Reversed { lost },
            (Standing::Unmined, None) => State::Seen { paid },
            (Standing::Short, None) => State::Underpaid { paid },
            (Standing::Nothing, None) if now > self.expires => State::Expired,
            (Standing::Nothing, None) => State::Awaiting,
        };
        let was = (self.state, self.before);
        let before = before.filter(|_| matches!(state, State::Confirming { .. }));
        Ok(Transition { was, invoice: Self { state, before, ..self } })
    }

    fn settled(&self, paid: Amount) -> State {
        if self.excess(paid).is_zero() { State::Settled { paid } } else { State::Overpaid { paid } }
    }

    /// Adds transfers from the deepest up.
    /// The one that completes the amount sets the depth and the time.
    fn evidence(&self, view: &View) -> Result<Evidence, InvoiceError> {
        let mut transfers: Vec<_> =
            view.transfers.iter().map(|t| (view.confirmations(t), t)).collect();
        transfers.sort_by(|(a, s), (b, t)| b.cmp(a).then_with(|| s.id.cmp(&t.id)));
        let mut paid = Amount::zero(self.due.asset());
        let mut completes = None;
        for (depth, transfer) in transfers {
            paid = paid.plus(transfer.amount)?;
            if completes.is_none() && self.is_covered_by(paid) {
                completes = Some((depth, transfer.block));
            }
        }
        let standing = match completes {
            Some((have, Some(block))) if have >= self.needs => Standing::Deep { mined: block.time },
            Some((have, Some(_))) => Standing::Mined { have },
            Some((_, None)) => Standing::Unmined,
            None if paid.is_zero() => Standing::Nothing,
            None => Standing::Short,
        };
        Ok(Evidence { paid, standing })
    }
}

struct Evidence {
    paid: Amount,
    standing: Standing,
}

enum Standing {
    Nothing,
    Short,
    Unmined,
    Mined { have: Confirmations },
    Deep { mined: CoarseTime },
}

/// A judgement that is not yet on disk.
/// Only the database turns it into the invoice's new state.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a transition that is not committed did not happen"]
pub struct Transition {
    was: (State, Option<Before>),
    invoice: Invoice,
}

/// Meaning of an order's change for the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SellerNotice {
    /// The order is paid: exactly, with too much, or late.
    Paid,
    /// The order is paid, but its goods are gone: the money is to be given back.
    OutOfStock,
    /// The goods of a missed order have come back, and are its now.
    BackInStock,
    /// The order is paid, and there are too few codes to give it.
    CodesMissing,
    /// The payment is less deep than it must be: it is in a later block now.
    Reconfirming,
    /// A payment was taken back by the chain.
    Reversed,
    /// Too little came, and the offer has ended or the goods are gone.
    /// The money is to be given back, or the rest asked for.
    Short,
    /// Money of another asset came at its address: it is to be given back.
    OtherMoney,
    /// The buyer claims a payment whose amount does not name the order: the seller decides.
    ToReview,
    /// The order is paid, and what it bought online waits for the seller's word.
    ToRelease,
    /// The payment that the seller accepted for the order does not count for it.
    NotCounted(NotCounted),
    /// The order is at this step in the escrow contract, as deep as a payment must be.
    Escrow(EscrowStep),
}

/// Reason for which a payment that the seller accepted does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotCounted {
    /// It counts for another order.
    Elsewhere,
    /// The chain did not carry it out.
    Failed,
    /// It pays somebody else.
    NotOurs,
    /// It pays the order's address in another asset.
    OtherAsset,
    /// It could not be found.
    Unknown,
}

impl SellerNotice {
    /// Returns true if it holds for an order in this state, as far as the payment goes.
    #[must_use]
    pub const fn is_still_true(self, now: State) -> bool {
        match self {
            Self::Paid | Self::OutOfStock | Self::BackInStock | Self::CodesMissing => now.is_paid(),
            Self::Reconfirming => matches!(now, State::Confirming { .. }),
            Self::Reversed => matches!(now, State::Reversed { .. }),
            Self::Short => matches!(now, State::Underpaid { .. }),
            Self::ToReview | Self::NotCounted(_) => !now.is_paid(),
            Self::ToRelease => now.is_paid_in_time(),
            // The contract alone says so, and such money pays nothing.
            Self::Escrow(_) | Self::OtherMoney => true,
        }
    }
}

impl Transition {
    /// Returns true if anything changes on disk.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.was != (self.invoice.state, self.invoice.before)
    }

    /// Returns the news of the payment for the seller, if there is any.
    /// It is [`SellerNotice::Paid`], [`SellerNotice::Reconfirming`] or [`SellerNotice::Reversed`]. The database says whether the
    /// goods are there, and whether too little is all that came.
    #[must_use]
    pub fn notice(&self) -> Option<SellerNotice> {
        let (was, before) = self.was;
        let knows_paid = was.is_paid() || matches!(before, Some(Before::Paid(_)));
        match self.invoice.state {
            now if now.is_paid() => (!was.is_paid()).then_some(SellerNotice::Paid),
            State::Confirming { .. } => was.is_paid().then_some(SellerNotice::Reconfirming),
            State::Reversed { .. } => knows_paid.then_some(SellerNotice::Reversed),
            _ => None,
        }
    }

    /// Returns true if the full amount was seen before and is not any more.
    #[must_use]
    pub const fn uncovers(&self) -> bool {
        self.was.0.is_covered() && !self.invoice.state.is_covered()
    }

    /// Returns the invoice as it will be.
    #[must_use]
    pub const fn next(&self) -> &Invoice {
        &self.invoice
    }
}

#[cfg(test)]
mod tests;
