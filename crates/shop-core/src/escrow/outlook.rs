//! The next step of an order: what happens if nobody does anything, and who may act now.
//!
//! One rule for the order page, the seller's home, attestors and arbiters. It is the state table of
//! `contracts/README.md`, whose rows the comments name.

mod shares;

pub use shares::Shares;

use super::{EscrowState, Terms};
use crate::time::UnixTime;

/// All that decides what comes next.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The terms.
    pub terms: &'a Terms,
    /// The state.
    pub state: EscrowState,
    /// Money in the vault in the order's asset. None: not known, taken as the price.
    pub balance: Option<u128>,
    /// Smallest units of that money that are owed to somebody after a payment that failed.
    pub owed: u128,
    /// Number of the chain that was read.
    pub chain_id: u64,
    /// The time. That of a block may be behind: a call that is due may have to wait.
    pub now: UnixTime,
}

/// Next step of an order: what comes by itself, and what is possible now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Ending that comes if nobody does anything. None: the order has ended.
    pub next: Option<Outcome>,
    /// Actions that are possible now, by party.
    pub allowed: Vec<Allowed>,
}

/// Ending of an order in which nobody acts any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// First second in which anybody can bring it about.
    pub from: UnixTime,
    /// True if that second has come.
    pub is_due: bool,
    /// Transaction that brings it about.
    pub call: DueCall,
    /// Reason.
    pub reason: OutcomeReason,
    /// Division of the money. All zero if there is none.
    pub shares: Shares,
}

/// Transaction that anybody may send when it is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueCall {
    /// `refundLate`: everything goes back to the buyer.
    RefundLate,
    /// `finalize`: the seller is paid.
    Finalize,
    /// `arbiterTimeout`: the seller is paid if delivery was reported, else everything goes back.
    ArbiterTimeout,
}

/// Reason of the ending that comes by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeReason {
    /// The terms are for another chain. Everything goes back.
    WrongChain,
    /// The terms break a bound of the contract. Everything goes back.
    Void,
    /// The seller did not ship. Everything goes back.
    NotShipped,
    /// No delivery was reported. Everything goes back.
    NotDelivered,
    /// Delivery was reported, and nobody disputed. The seller is paid.
    Delivered,
    /// No delivery was reported, and the arbiter did not rule. Everything goes back.
    SilentNotDelivered,
    /// Delivery was reported, and the arbiter did not rule. The seller is paid.
    SilentDelivered,
}

impl OutcomeReason {
    /// Returns true if the seller is paid, false if everything goes back to the buyer.
    #[must_use]
    pub const fn pays_seller(self) -> bool {
        matches!(self, Self::Delivered | Self::SilentDelivered)
    }
}

/// Party that can act, by the key or the knowledge it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// Whoever has the seller's operator key.
    Operator,
    /// Whoever has the buyer's wallet key.
    BuyerKey,
    /// Whoever has the buyer's release secret.
    SecretHolder,
    /// The arbiter.
    Arbiter,
    /// As many attestors as the threshold demands. Anybody can send their signatures.
    Attestors,
    /// Anybody.
    Anyone,
}

/// Action of a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Commit to a parcel.
    Ship,
    /// Send everything back.
    Refund,
    /// Report the delivery.
    Attest,
    /// Move the deadline for deliveries.
    Extend,
    /// Call the arbiter.
    Dispute,
    /// Divide the money.
    Rule,
    /// Pay the seller.
    Release,
    /// Bring the due ending about.
    Due(DueCall),
    /// Have a payment made that failed.
    Pull,
    /// Send what is left to the buyer.
    Sweep,
}

/// An action that is possible now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// The party.
    pub party: Party,
    /// The action.
    pub action: Action,
    /// Last second in which it is possible in this state. None: as long as the state lasts.
    pub until: Option<UnixTime>,
}

/// Returns what comes next.
#[must_use]
pub fn outlook(situation: &Situation<'_>) -> Outlook {
    Outlook { next: situation.next(), allowed: situation.allowed() }
}

impl Situation<'_> {
    fn is_wrong_chain(&self) -> bool {
        self.chain_id != self.terms.chain_id
    }

    fn is_void(&self) -> bool {
        self.state == EscrowState::Open && self.terms.is_void()
    }

    fn is_funded(&self) -> bool {
        self.balance.is_none_or(|balance| balance >= self.terms.price)
    }

    fn next(&self) -> Option<Outcome> {
        // Rows 13, 3, 6, 8 and 10.
        let (from, call, reason) = match self.state {
            EscrowState::Closed(_) => return None,
            _ if self.is_wrong_chain() => {
                (UnixTime(0), DueCall::RefundLate, OutcomeReason::WrongChain)
            }
            EscrowState::Open if self.is_void() => {
                (UnixTime(0), DueCall::RefundLate, OutcomeReason::Void)
            }
            EscrowState::Open => {
                (after(self.terms.ship_by), DueCall::RefundLate, OutcomeReason::NotShipped)
            }
            EscrowState::Shipped { until, .. } => {
                (after(until), DueCall::RefundLate, OutcomeReason::NotDelivered)
            }
            EscrowState::Delivered { until, .. } => {
                (until, DueCall::Finalize, OutcomeReason::Delivered)
            }
            EscrowState::Disputed { until, .. } => {
                (until, DueCall::ArbiterTimeout, OutcomeReason::SilentNotDelivered)
            }
            EscrowState::DisputedDelivered { until, .. } => {
                (until, DueCall::ArbiterTimeout, OutcomeReason::SilentDelivered)
            }
        };
        let balance = self.balance.unwrap_or(self.terms.price);
        let has_tip = !matches!(reason, OutcomeReason::WrongChain | OutcomeReason::Void);
        let shares = if reason.pays_seller() {
            self.terms.seller_shares(balance, has_tip)
        } else {
            self.terms.refund_shares(balance, has_tip)
        };
        Some(Outcome { from, is_due: self.now >= from, call, reason, shares })
    }

    fn allowed(&self) -> Vec<Allowed> {
        let mut list = AllowedList(Vec::new());
        if self.state.is_closed() {
            self.add_after_the_end(&mut list);
            return list.0;
        }
        if !self.is_wrong_chain() {
            self.add_steps(&mut list);
            self.add_release(&mut list);
        }
        // Row 12, on every chain.
        if !self.terms.operator.is_zero() {
            list.add(Party::Operator, Action::Refund, None);
        }
        if let Some(due) = self.next().filter(|outcome| outcome.is_due) {
            list.add(Party::Anyone, Action::Due(due.call), None);
        }
        list.0
    }

    /// Adds what leads from the state to another one that is no ending, and rulings.
    fn add_steps(&self, list: &mut AllowedList) {
        match self.state {
            EscrowState::Open => self.add_ship(list),
            EscrowState::Shipped { until, .. } if self.now <= until => {
                // Rows 4, 5 and 7.
                list.add(Party::Attestors, Action::Attest, Some(until));
                if until == self.terms.deliver_by {
                    list.add(Party::Attestors, Action::Extend, Some(until));
                }
                self.add_dispute(list, until);
                if self.terms.arbiter.is_some() && !self.terms.operator.is_zero() {
                    list.add(Party::Operator, Action::Dispute, Some(until));
                }
            }
            // Row 7.
            EscrowState::Delivered { until, .. } if self.now < until => {
                self.add_dispute(list, before(until));
            }
            // Rows 4 and 9.
            EscrowState::Disputed { until, .. } if self.now < until => {
                list.add(Party::Attestors, Action::Attest, Some(before(until)));
                list.add(Party::Arbiter, Action::Rule, Some(before(until)));
            }
            EscrowState::DisputedDelivered { until, .. } if self.now < until => {
                list.add(Party::Arbiter, Action::Rule, Some(before(until)));
            }
            _ => {}
        }
    }

    /// Row 2.
    fn add_ship(&self, list: &mut AllowedList) {
        let ship_by = self.terms.ship_by;
        let is_possible = self.is_funded() && !self.is_void() && self.now <= ship_by;
        if is_possible && !self.terms.operator.is_zero() {
            list.add(Party::Operator, Action::Ship, Some(ship_by));
        }
    }

    /// Row 7, without the seller.
    fn add_dispute(&self, list: &mut AllowedList, until: UnixTime) {
        if self.terms.arbiter.is_none() {
            return;
        }
        if self.terms.buyer_key.is_some() {
            list.add(Party::BuyerKey, Action::Dispute, Some(until));
        }
        list.add(Party::Arbiter, Action::Dispute, Some(until));
    }

    /// Row 11.
    fn add_release(&self, list: &mut AllowedList) {
        if self.is_void() {
            return;
        }
        if self.terms.buyer_key.is_some() {
            list.add(Party::BuyerKey, Action::Release, None);
        }
        if self.terms.release_hash.is_some() {
            list.add(Party::SecretHolder, Action::Release, None);
        }
    }

    /// Rows 14 and 15, on every chain.
    fn add_after_the_end(&self, list: &mut AllowedList) {
        if self.owed > 0 {
            list.add(Party::Anyone, Action::Pull, None);
        }
        if self.balance.is_some_and(|balance| balance > self.owed) {
            list.add(Party::Anyone, Action::Sweep, None);
        }
    }
}

struct AllowedList(Vec<Allowed>);

impl AllowedList {
    fn add(&mut self, party: Party, action: Action, until: Option<UnixTime>) {
        self.0.push(Allowed { party, action, until });
    }
}

const fn after(last: UnixTime) -> UnixTime {
    last.plus_seconds(1)
}

const fn before(first: UnixTime) -> UnixTime {
    UnixTime(first.0.saturating_sub(1))
}

#[cfg(test)]
mod tests;
