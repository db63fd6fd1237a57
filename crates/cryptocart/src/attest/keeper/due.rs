//! The transaction that is due for an order, if one is.

use crate::escrow::{published::taken, sending::due_call};
use shop_chain::ethereum::escrow::attest_call;
use shop_core::{
    escrow::{
        Action, DueCall, EscrowState, OutcomeReason, SignedReport, Situation, Statement, outlook,
    },
    time::UnixTime,
};

/// Gas of the payment that a report leads to, and that has the tip: a quarter above today's.
const PAYMENT_GAS: u64 = 165_000;
/// Name of the action that reports a delivery.
const REPORT: &str = "report";
/// Seconds between the turns of two attestors of an order.
/// The first in the order's list begins, and no two pay for the same.
const TURN: u64 = 180;

/// A transaction that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Due {
    /// Name of the action, as records have it.
    pub(super) action: &'static str,
    /// Data of the call.
    pub(super) data: Vec<u8>,
    /// Wei that the sender gets for it, at once or at the payment that it leads to.
    pub(super) tip: u128,
    /// Gas of that payment, if the tip comes with it.
    pub(super) later_gas: u64,
}

/// State of one order, as the newest block has it.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) statement: &'a Statement,
    pub(super) state: EscrowState,
    /// Money in the vault, in smallest units of the order's asset.
    pub(super) balance: u128,
    pub(super) chain_id: u64,
    pub(super) now: UnixTime,
    /// Place of this attestor among those of the order.
    pub(super) place: u8,
}

impl Seen<'_> {
    const fn situation(&self) -> Situation<'_> {
        Situation {
            terms: &self.statement.terms,
            state: self.state,
            balance: Some(self.balance),
            owed: 0,
            chain_id: self.chain_id,
            now: self.now,
        }
    }

    /// Returns the ending that is due, or the second in which it may be.
    ///
    /// There is neither if nothing is to be paid.
    pub(super) fn ending(&self) -> Result<Due, Option<UnixTime>> {
        let next = outlook(&self.situation()).next.ok_or(None)?;
        // Terms of another chain and void ones have no tip, and were refused when they came.
        let is_ours = !matches!(next.reason, OutcomeReason::WrongChain | OutcomeReason::Void);
        if self.balance == 0 || !is_ours {
            return Err(None);
        }
        let turn = next.from.plus_seconds(u64::from(self.place).saturating_mul(TURN));
        if self.now < turn {
            return Err(Some(turn));
        }
        let terms = &self.statement.terms;
        let action = match next.call {
            DueCall::RefundLate => "refundLate",
            DueCall::Finalize => "finalize",
            DueCall::ArbiterTimeout => "arbiterTimeout",
        };
        let tip = if terms.token.is_none() { next.shares.tip } else { 0 };
        Ok(Due { action, data: due_call(terms, next.call), tip, later_gas: 0 })
    }

    /// Returns true if an action is due.
    pub(super) fn is_due(&self, action: &str) -> bool {
        match action {
            REPORT => self.takes_report(),
            ending => self.ending().is_ok_and(|due| due.action == ending),
        }
    }

    /// Returns true if the contract takes a report of the delivery now.
    pub(super) fn takes_report(&self) -> bool {
        let allowed = outlook(&self.situation()).allowed;
        allowed.iter().any(|one| one.action == Action::Attest)
    }

    /// Returns the report of the delivery, if enough of these are such as the contract takes.
    pub(super) fn report(&self, reports: &[SignedReport]) -> Option<Due> {
        let Statement { terms, attestors, .. } = self.statement;
        let reports = taken(self.statement, self.state.parcel()?, self.now, reports);
        let data = attest_call(terms, attestors, &reports).ok()?;
        let tip = terms.seller_shares(self.balance, true).tip;
        let tip = if terms.token.is_none() { tip } else { 0 };
        Some(Due { action: REPORT, data, tip, later_gas: PAYMENT_GAS })
    }
}
