//! Escrow of an order, as its pages tell it.

pub(super) mod words;

use shop_core::{
    escrow::{
        Account, Action, Allowed, Closing, EscrowState, Event, NamedParty, Outlook, OwedPayment,
        Party, Situation, Statement, outlook,
    },
    order::OrderDetails,
    time::UnixTime,
    view::BlockAt,
};
use shop_db::{EscrowRecord, OrderRecord};

/// Progress of an order in escrow, by its terms and the events of the contract.
pub(super) struct Progress<'a> {
    /// Statement, from the buyer's copy.
    pub(super) statement: Statement,
    /// Its text.
    text: &'a str,
    /// Attestors and arbiter of it, from the buyer's copy.
    parties: &'a [NamedParty],
    /// Part of it that the database has, with the events.
    pub(super) record: &'a EscrowRecord,
    /// State that follows from the events.
    pub(super) state: EscrowState,
    /// Payments that failed and wait in the contract.
    pub(super) owed: Vec<OwedPayment>,
}

impl<'a> Progress<'a> {
    /// Returns the progress of an order, if its money waits in a contract and its copy opens.
    pub(super) fn of(record: &'a OrderRecord, receipt: Option<&'a OrderDetails>) -> Option<Self> {
        let receipt = receipt?;
        let text = receipt.escrow.as_ref()?;
        let statement = text.statement().ok()?;
        let record = record.escrow.as_ref()?;
        let history = record.history();
        let state = history.state(&statement.terms);
        let owed = history.owed();
        let parties = &receipt.parties;
        Some(Self { statement, text: text.as_str(), parties, record, state, owed })
    }

    /// Returns an attestor or the arbiter of the order, as its seller named it.
    pub(super) fn party(&self, account: Account) -> Option<&'a NamedParty> {
        self.parties.iter().find(|party| party.account == account)
    }

    /// Returns an address as the statement spells it, with its checksum.
    pub(super) fn spell(&self, account: Account) -> String {
        let digits = account.to_string();
        let spelled = self.text.split_whitespace().find(|word| word.eq_ignore_ascii_case(&digits));
        spelled.map_or(digits.clone(), str::to_owned)
    }

    /// Returns what comes next at this moment.
    pub(super) fn outlook(&self, now: UnixTime) -> Outlook {
        let terms = &self.statement.terms;
        outlook(&Situation {
            terms,
            state: self.state,
            balance: None,
            owed: self.owed.iter().map(|owed| owed.amount).fold(0, u128::saturating_add),
            chain_id: terms.chain_id,
            now,
        })
    }

    /// Returns true if the buyer can pay the seller before time.
    pub(super) fn can_release(&self, now: UnixTime) -> bool {
        let is_release = |party| matches!(party, Party::BuyerKey | Party::SecretHolder);
        let allowed = self.outlook(now).allowed;
        allowed.iter().any(|one| one.action == Action::Release && is_release(one.party))
    }

    /// Returns the last second in which the arbiter can be called, if it can be now.
    pub(super) fn can_object_until(&self, now: UnixTime) -> Option<UnixTime> {
        let allowed = self.outlook(now).allowed;
        let by_arbiter =
            |one: &&Allowed| one.action == Action::Dispute && one.party == Party::Arbiter;
        allowed.iter().find(by_arbiter).and_then(|one| one.until)
    }

    /// Returns the ending, if the order has ended.
    pub(super) const fn closing(&self) -> Option<&Closing> {
        if let EscrowState::Closed(Some(closing)) = &self.state { Some(closing) } else { None }
    }

    /// Returns true if the order ended, and no money was there.
    pub(super) fn ended_empty(&self) -> bool {
        self.closing().is_some_and(|closing| {
            let Closing { to_seller, to_buyer, fee, tip, .. } = *closing;
            [to_seller, to_buyer, fee, tip].iter().all(|units| *units == 0)
        })
    }

    /// Returns the block of the first event of a kind.
    pub(super) fn block_of(&self, is_kind: impl Fn(&Event) -> bool) -> Option<BlockAt> {
        self.record.events.iter().find(|seen| is_kind(&seen.event)).map(|seen| seen.block)
    }
}
