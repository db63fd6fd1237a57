//! Claims.

use super::{
    tables::{ClaimEntry, Tables},
    violation::{self, UNIQUE},
};
use crate::{
    claim::{Claim, ClaimState, PendingClaim},
    error::DbError,
    rows::{ChainNumber, ClaimRows},
};
use shop_core::{
    money::{Amount, AssetId},
    order::OrderId,
};

impl Tables {
    /// Returns the claims of these numbers.
    fn claim_entries(&self, numbers: Vec<u64>) -> Vec<ClaimEntry> {
        numbers.iter().filter_map(|number| self.claims.rows().get(number)).collect()
    }

    /// Returns the number of an order's claim of this transaction id.
    fn claim_number(&self, order: OrderId, txid: &str) -> Option<u64> {
        let is_it = |entry: &ClaimEntry| entry.claim.txid == txid;
        let mut numbers = self.claims.by.order.all(&order).into_iter();
        numbers.find(|number| self.claims.rows().read(number, is_it) == Some(true))
    }

    /// Changes an order's claim of this transaction id, if there is one.
    fn change_claim(&self, order: OrderId, txid: &str, change: impl FnOnce(&mut Claim)) {
        if let Some(number) = self.claim_number(order, txid) {
            self.claims.update(&number, |entry| change(&mut entry.claim));
        }
    }

    /// Returns a claim as it is looked up, if its order is paid on this chain.
    fn pending(&self, entry: ClaimEntry, chain: ChainNumber) -> Option<PendingClaim> {
        let ClaimEntry { order, claim, .. } = entry;
        let at = self.seq(order)?;
        let found = self
            .orders
            .rows()
            .read(&at, |order| (order.chain == chain).then(|| order.invoice.pay_to().clone()));
        let pay_to = found.flatten()?;
        let accepted = claim.state == ClaimState::Accepted;
        Some(PendingClaim { order, pay_to, txid: claim.txid, accepted })
    }
}

impl ClaimRows for Tables {
    fn claims(&self, order: OrderId, _asset: AssetId) -> Result<Vec<Claim>, DbError> {
        let entries = self.claim_entries(self.claims.by.order.all(&order));
        Ok(entries.into_iter().map(|entry| entry.claim).collect())
    }

    fn all_claims(&self) -> Result<Vec<(OrderId, Claim)>, DbError> {
        Ok(self.claims.rows().filter_map(|_, entry| Some((entry.order, entry.claim.clone()))))
    }

    fn claim_state(&self, order: OrderId, txid: &str) -> Result<Option<ClaimState>, DbError> {
        let number = self.claim_number(order, txid);
        Ok(number.and_then(|number| self.claims.rows().read(&number, |entry| entry.claim.state)))
    }

    fn claims_of(&self, asset: AssetId, txid: &str) -> Result<Vec<(OrderId, ClaimState)>, DbError> {
        let entries = self.claim_entries(self.claims.by.txid.all(&(asset, txid.to_owned())));
        Ok(entries.into_iter().map(|entry| (entry.order, entry.claim.state)).collect())
    }

    fn open_claims(&self, chain: ChainNumber) -> Result<Vec<PendingClaim>, DbError> {
        let entries = self.claim_entries(self.claims.by.open.all(&()));
        Ok(entries.into_iter().filter_map(|entry| self.pending(entry, chain)).collect())
    }

    fn insert_claim(
        &self,
        order: OrderId,
        asset: AssetId,
        txid: &str,
        state: ClaimState,
    ) -> Result<(), DbError> {
        if !self.is_order(order) {
            return Ok(());
        }
        violation::ensure(self.claim_number(order, txid).is_none(), UNIQUE)?;
        let number = self.claims.rows().last_key().map_or(0, |last| last + 1);
        let claim = Claim { txid: txid.to_owned(), came: None, state };
        self.claims.put(number, ClaimEntry { order, asset, claim });
        Ok(())
    }

    fn set_claim(&self, order: OrderId, txid: &str, state: ClaimState) -> Result<(), DbError> {
        self.change_claim(order, txid, |claim| claim.state = state);
        Ok(())
    }

    fn set_came(&self, order: OrderId, txid: &str, came: Option<Amount>) -> Result<(), DbError> {
        self.change_claim(order, txid, |claim| claim.came = came);
        Ok(())
    }
}
