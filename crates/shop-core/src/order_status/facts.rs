//! Facts about an order from which its status follows.

use super::{EscrowFacts, SellerEvents};
use crate::{
    invoice::{Invoice, State},
    money::Amount,
    stock::ReservationStatus,
    time::CoarseTime,
};

/// Facts about one order from which its status follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderFacts {
    /// State of its invoice.
    pub state: State,
    /// Amount due.
    pub due: Amount,
    /// The hour it was placed in.
    pub placed: CoarseTime,
    /// The hour in which the offer ends.
    pub expires: CoarseTime,
    /// True if the buyer cancelled it.
    pub cancelled: bool,
    /// Standing of the order with the goods.
    pub reservation_status: ReservationStatus,
    /// Events that the seller added to it.
    pub events: SellerEvents,
    /// Standing of the order with its chain.
    pub on_chain: OnChain,
    /// True if something of it is handed out online.
    pub digital: bool,
    /// True if that needs no word of the seller any more.
    pub released: bool,
    /// True if the seller was told that too little came, and no more is waited for.
    pub underpaid_notified: bool,
    /// Money of another asset that came for it.
    pub other_money: OtherMoney,
    /// True if a payment that the buyer named was not looked up yet, or waits for the seller.
    pub has_open_claim: bool,
    /// True if a block whose logs are not read may hold money for it.
    pub may_be_paid_unread: bool,
    /// Facts about its escrow, if its money waits there.
    pub escrow: Option<EscrowFacts>,
}

/// Standing of money of another asset than an order asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OtherMoney {
    /// Nothing came.
    #[default]
    None,
    /// Something is in a block, and the seller was not told yet.
    Seen,
    /// It lay deep enough, and the seller was told.
    Told,
}

/// Standing of an order with the chain it is paid on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OnChain {
    /// True while its payment is being checked.
    /// Nodes report another branch where it lies, or it is gone from the blocks read so far and more
    /// are to be read.
    pub is_checked: bool,
    /// Set once its chain is not followed any more.
    pub put_away: Option<PutAway>,
}

/// Reason why an order is put away: its chain is not followed any more.
///
/// The order stays as it is until its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutAway {
    /// The order was placed in a demo, and the shop takes real money now.
    Demo,
    /// The order was placed for real money, and the shop is a demo now.
    Real,
}

impl OrderFacts {
    /// Creates the facts of an order with this invoice, and no others.
    /// Nothing in it is counted or digital, no payment was named and no event added.
    #[must_use]
    pub fn new(invoice: &Invoice, placed: CoarseTime) -> Self {
        Self {
            state: invoice.state(),
            due: invoice.due(),
            placed,
            expires: invoice.expires(),
            cancelled: false,
            reservation_status: ReservationStatus::Untracked,
            events: SellerEvents::default(),
            on_chain: OnChain::default(),
            digital: false,
            released: false,
            underpaid_notified: false,
            other_money: OtherMoney::None,
            has_open_claim: false,
            may_be_paid_unread: false,
            escrow: None,
        }
    }

    /// Returns true if no money was ever seen for it, neither by its invoice nor by the contract.
    #[must_use]
    pub fn is_unpaid(&self) -> bool {
        let is_proved = self.escrow.is_some_and(|escrow| escrow.step.proves_payment());
        self.state.is_unseen() && !is_proved
    }

    /// Returns true if it was placed in a demo, and the shop takes real money now.
    #[must_use]
    pub const fn is_left_by_demo(&self) -> bool {
        matches!(self.on_chain.put_away, Some(PutAway::Demo))
    }

    /// Returns true if too little came, and the rest cannot come in time any more.
    #[must_use]
    pub fn is_rest_too_late(&self, now: CoarseTime) -> bool {
        matches!(self.state, State::Underpaid { .. }) && now > self.expires
    }
}
