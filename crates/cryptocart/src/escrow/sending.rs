//! Transactions to the escrow contract, sent by the seller's home and by attestors.
//!
//! One is priced by what the nodes say now ([`Quote`]), written down as it is signed ([`Sent`]), given
//! to the nodes, and followed until its number is used up ([`follow`]). Who sends what, and within
//! which limits, is for each of them to say.

mod following;
mod hex;
mod ledger;
mod quote;
mod sent;
mod units;

pub(crate) use following::{Followed, follow};
pub(crate) use hex::{bytes, hex};
pub(crate) use ledger::{Ledger, state_of};
pub(crate) use quote::{Quote, room_for_payees};
pub(crate) use sent::{Exposure, Sent};
pub(crate) use units::{ether, wei};

use shop_chain::ethereum::escrow::Call;
use shop_core::escrow::{DueCall, Terms};

/// Returns the data of a call that anybody may send when it is due.
pub(crate) fn due_call(terms: &Terms, call: DueCall) -> Vec<u8> {
    match call {
        DueCall::Finalize => Call::Finalize.encode(terms),
        DueCall::ArbiterTimeout => Call::ArbiterTimeout.encode(terms),
        DueCall::RefundLate => Call::RefundLate.encode(terms),
    }
}
