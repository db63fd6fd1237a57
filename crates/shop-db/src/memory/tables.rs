//! All tables of the engine.

mod claim;
mod escrow;
mod form;
mod mail;
mod order;
mod pool;
mod reservation;
mod transfer;

pub(super) use self::{
    claim::ClaimEntry,
    escrow::EscrowEventKey,
    form::Form,
    mail::{Mail, order_of},
    order::{Order, Seq},
    pool::Given,
    transfer::TransferKey,
};

use self::{
    claim::ClaimIndexes,
    escrow::{EscrowEventIndexes, EscrowIndexes},
    form::FormIndexes,
    mail::MailIndexes,
    order::OrderIndexes,
    pool::PoolIndexes,
    reservation::ReservationIndexes,
    transfer::TransferIndexes,
};
use super::{
    index::IndexedTable,
    table::{Journal, Table},
};
use crate::{
    balance::BalanceClaim,
    event::OrderEvent,
    model::{ShopIdentity, StockLine},
    rows::{
        ChainNumber, ChainRow, EscrowEventRow, EscrowRow, ReservationRow, TransferRow, UnreadBlock,
    },
};
use shop_core::{
    digital::Fetched,
    escrow::Account,
    order::OrderId,
    pay_to::PayTo,
    stock::StockKey,
    time::CoarseTime,
    view::{BlockAt, ChainIdentity, Height},
};

/// All rows of a shop, in one transaction.
pub(crate) struct Tables {
    pub(super) chains: Table<ChainNumber, Chain>,
    pub(super) blocks: Table<(ChainNumber, Height), BlockAt>,
    pub(super) logs_unread: Table<(ChainNumber, Height), UnreadBlock>,
    pub(super) orders: IndexedTable<Seq, Order, OrderIndexes>,
    /// Apart from the orders: a row is copied when it is changed.
    pub(super) buyer_copies: Table<OrderId, Vec<u8>>,
    pub(super) forms: IndexedTable<[u8; 32], Form, FormIndexes>,
    /// By the order, and the number of the event in it.
    pub(super) events: Table<(OrderId, u64), OrderEvent>,
    pub(super) mails: IndexedTable<i64, Mail, MailIndexes>,
    /// Place of the last mail there ever was.
    pub(super) last_mail: Table<(), i64>,
    pub(super) transfers: IndexedTable<TransferKey, TransferRow, TransferIndexes>,
    pub(super) used_transfers: Table<TransferKey, CoarseTime>,
    /// In the order they were added.
    pub(super) claims: IndexedTable<u64, ClaimEntry, ClaimIndexes>,
    pub(super) given: IndexedTable<PayTo, Given, PoolIndexes>,
    /// Addresses that no order ever had and money came to. True: retired.
    pub(super) unmatched: Table<PayTo, bool>,
    pub(super) stock: Table<StockKey, StockLine>,
    pub(super) reservations: IndexedTable<Seq, ReservationRow, ReservationIndexes>,
    /// By the order, and the number of the codes in it.
    pub(super) issued_codes: Table<(OrderId, u64), Vec<u8>>,
    pub(super) code_fingerprints: Table<[u8; 16], ()>,
    /// By the order, and the line of it.
    pub(super) downloads: Table<(OrderId, u32), Fetched>,
    pub(super) balance_claims: Table<OrderId, BalanceClaim>,
    pub(super) escrows: IndexedTable<OrderId, EscrowRow, EscrowIndexes>,
    pub(super) escrow_events: IndexedTable<EscrowEventKey, EscrowEventRow, EscrowEventIndexes>,
    /// Payout addresses of paid orders that are gone.
    pub(super) payouts_used: Table<Account, ()>,
    pub(super) key_proof: Table<(), [u8; 32]>,
    pub(super) identity: Table<(), ShopIdentity>,
}

/// Row of a chain.
#[derive(Clone)]
pub(super) struct Chain {
    pub(super) row: ChainRow,
    pub(super) identity: Option<ChainIdentity>,
}

impl Tables {
    pub(super) fn new() -> Self {
        Self {
            chains: Table::new(),
            blocks: Table::new(),
            logs_unread: Table::new(),
            orders: IndexedTable::new(OrderIndexes::new()),
            buyer_copies: Table::new(),
            forms: IndexedTable::new(FormIndexes::new()),
            events: Table::new(),
            mails: IndexedTable::new(MailIndexes::new()),
            last_mail: Table::new(),
            transfers: IndexedTable::new(TransferIndexes::new()),
            used_transfers: Table::new(),
            claims: IndexedTable::new(ClaimIndexes::new()),
            given: IndexedTable::new(PoolIndexes::new()),
            unmatched: Table::new(),
            stock: Table::new(),
            reservations: IndexedTable::new(ReservationIndexes::new()),
            issued_codes: Table::new(),
            code_fingerprints: Table::new(),
            downloads: Table::new(),
            balance_claims: Table::new(),
            escrows: IndexedTable::new(EscrowIndexes::new()),
            escrow_events: IndexedTable::new(EscrowEventIndexes::new()),
            payouts_used: Table::new(),
            key_proof: Table::new(),
            identity: Table::new(),
        }
    }

    /// Returns the place of an order in the sequence.
    pub(super) fn seq(&self, order: OrderId) -> Option<Seq> {
        self.orders.by.id.first(&order)
    }

    /// Returns true if there is this order.
    pub(super) fn is_order(&self, order: OrderId) -> bool {
        self.orders.by.id.has(&order)
    }

    /// Changes an order. One that is not there stays so.
    pub(super) fn update_order(&self, order: OrderId, change: impl FnOnce(&mut Order)) {
        if let Some(at) = self.seq(order) {
            self.orders.update(&at, change);
        }
    }

    fn each(&self) -> [&dyn Journal; 25] {
        // All of them are named: a table that is forgotten here does not compile.
        let Self {
            chains,
            blocks,
            logs_unread,
            orders,
            buyer_copies,
            forms,
            events,
            mails,
            last_mail,
            transfers,
            used_transfers,
            claims,
            given,
            unmatched,
            stock,
            reservations,
            issued_codes,
            code_fingerprints,
            downloads,
            balance_claims,
            escrows,
            escrow_events,
            payouts_used,
            key_proof,
            identity,
        } = self;
        [
            chains,
            blocks,
            logs_unread,
            orders,
            buyer_copies,
            forms,
            events,
            mails,
            last_mail,
            transfers,
            used_transfers,
            claims,
            given,
            unmatched,
            stock,
            reservations,
            issued_codes,
            code_fingerprints,
            downloads,
            balance_claims,
            escrows,
            escrow_events,
            payouts_used,
            key_proof,
            identity,
        ]
    }
}

impl Journal for Tables {
    fn commit(&self) {
        self.each().into_iter().for_each(Journal::commit);
    }

    fn roll_back(&self) {
        self.each().into_iter().for_each(Journal::roll_back);
    }
}
