//! Orders that the keeper looks after because somebody brought their statement.

use super::{Keeper, orders::Kept};
use crate::{attest::judge, error::CliError};
use shop_chain::{WatchError, ethereum::escrow::checksum};
use shop_core::escrow::{Statement, Terms};

/// Reason why an order is not looked after, in words for whoever brought its statement.
#[derive(Debug, thiserror::Error)]
pub(in crate::attest) enum NotKept {
    /// The statement is not one of this attestor's.
    #[error("{0}")]
    Denied(#[from] judge::Denial),
    /// The order has ended.
    #[error("the order has ended: there is nothing to send any more")]
    Over,
    /// The order is paid in a token, and so is its tip.
    #[error("the order is paid in a token, and this attestor sends for orders in Ether alone")]
    Token,
    /// Nobody pays the fee.
    #[error("the order has no tip for whoever sends, and this attestor sends nothing for free")]
    NoTip,
    /// The money is not there.
    #[error("the price is not in the contract: bring the statement again once it is paid")]
    Unpaid,
    /// The chain cannot be read.
    #[error("this attestor cannot read the chain now: try again later")]
    Chain(#[from] WatchError),
    /// The record cannot be written.
    #[error("this attestor could not keep the statement: try again later")]
    Ours(#[from] CliError),
}

impl Keeper {
    /// Looks after an order whose statement somebody brings.
    ///
    /// It must name this attestor, and have its money and a tip in Ether: so filling the list costs
    /// money.
    pub(in crate::attest) async fn accept(&self, text: &str) -> Result<(), NotKept> {
        let parsed = Statement::parse_any(text).map_err(judge::Denial::from)?;
        let statement = parsed.statement;
        judge::judge_statement(&statement, self.desk.account(), self.desk.chain_id)?;
        if self.orders.has(statement.id) {
            // It wakes nobody: whoever has one statement could have the nodes asked without end.
            return Ok(());
        }
        self.judge_tip(&statement.terms)?;
        let _turn = self.accepting.try_acquire().map_err(|_| judge::Denial::Busy)?;
        let now = self.ledger.newest().await?;
        if self.ledger.state(statement.id, now.height).await?.is_closed() {
            return Err(NotKept::Over);
        }
        let terms = &statement.terms;
        let vault = statement.vault;
        let balance = self.ledger.balance_of(terms.token, vault, now.height).await?;
        if balance < terms.price {
            return Err(NotKept::Unpaid);
        }
        self.make_room(terms.keeper_tip)?;
        // Part 2 is for the arbiter alone, and not kept if somebody pastes it.
        let text = statement.part_1().to_text(checksum).to_string();
        self.orders.keep(&Kept::new(statement.id, text))?;
        self.desk.ring();
        Ok(())
    }

    /// Refuses an order that pays no fee, and would only take room.
    const fn judge_tip(&self, terms: &Terms) -> Result<(), NotKept> {
        if terms.token.is_some() {
            return Err(NotKept::Token);
        }
        if terms.keeper_tip == 0 && !self.limits.is_for_free {
            return Err(NotKept::NoTip);
        }
        Ok(())
    }

    /// Makes room for an order, if there is none: the one with the smallest tip goes.
    ///
    /// A tip is a twentieth of the money at most. So whoever wants to fill the list has to have twenty
    /// times the tips of all others in it.
    fn make_room(&self, tip: u128) -> Result<(), NotKept> {
        if self.orders.ids().len() < self.desk.most_parcels {
            return Ok(());
        }
        match self.orders.smallest_tip(|id| self.desk.records.has(id)) {
            Some((smallest, id)) if smallest < tip => Ok(self.orders.drop(id)?),
            _ => Err(judge::Denial::Full.into()),
        }
    }
}
