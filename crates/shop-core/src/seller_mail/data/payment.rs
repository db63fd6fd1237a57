//! Payments, refund addresses and chains, for programs.

use super::{EscrowData, MailData, Money};
use crate::{
    invoice::{Invoice, NotCounted, State},
    order::OrderId,
    pay_to::PayTo,
    seller_mail::{MailKind, SellerMail},
    time::CoarseTime,
    view::Transfer,
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// State of an order's payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment<'a> {
    /// One of the words of [`state_word`]; none where the text says none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<Cow<'a, str>>,
    /// Amount that arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid: Option<Money<'a>>,
    /// Amount that is still missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Money<'a>>,
    /// Amount that is too much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Money<'a>>,
    /// Amount that arrived and was taken back by the chain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lost: Option<Money<'a>>,
    /// Depth of the payment, while it is being confirmed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmations: Option<ConfirmationsData>,
    /// Reason for which an accepted payment does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_counted: Option<Cow<'a, str>>,
    /// Amount due.
    pub due: Money<'a>,
    /// Address to pay to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pay_to: Option<Cow<'a, str>>,
    /// The transfers it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transfers: Vec<TransferData<'a>>,
}

/// Number of blocks on a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationsData {
    /// Number it has.
    pub have: u32,
    /// Number it needs.
    pub needed: u32,
}

/// Money that came to the order's address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransferData<'a> {
    /// Its id on the chain.
    pub id: Cow<'a, str>,
    /// Its amount.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money<'a>>,
    /// Number of its block; none while it is in no block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<u64>,
}

/// Address to which a buyer wants money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundAddress<'a> {
    /// Currency of the address.
    pub currency: Cow<'a, str>,
    /// The address.
    pub address: Cow<'a, str>,
    /// True if it carried a checksum that fits.
    pub checksum: bool,
}

/// A chain that cannot be read, or can be read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainData<'a> {
    /// Currency that is paid on it.
    pub currency: Cow<'a, str>,
    /// The hour of the last reading before the outage.
    pub since: Cow<'a, str>,
    /// The reason for the outage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'a, str>>,
}

impl<'a> Payment<'a> {
    /// Takes what is due alone.
    pub(in crate::seller_mail) fn due(invoice: &'a Invoice) -> Self {
        Self {
            state: None,
            paid: None,
            missing: None,
            excess: None,
            lost: None,
            confirmations: None,
            not_counted: None,
            due: invoice.due().into(),
            pay_to: Some(invoice.pay_to().as_str().into()),
            transfers: Vec::new(),
        }
    }

    /// Takes what is due, and the state of the payment.
    pub(in crate::seller_mail) fn of(invoice: &'a Invoice) -> Self {
        let state = invoice.state();
        let mut payment = Self {
            state: Some(state_word(&state).into()),
            paid: state.paid().map(Money::from),
            ..Self::due(invoice)
        };
        match state {
            State::Overpaid { paid } => payment.excess = Some(invoice.excess(paid).into()),
            State::Underpaid { .. } => payment.missing = Some(invoice.missing().into()),
            State::Reversed { lost } => payment.lost = Some(lost.into()),
            State::Confirming { have, .. } => {
                let needed = invoice.needs().0;
                payment.confirmations = Some(ConfirmationsData { have: have.0, needed });
            }
            _ => {}
        }
        payment
    }

    /// Takes what is due, and the reason for which accepted transfers do not count.
    pub(in crate::seller_mail) fn not_counted(
        why: NotCounted,
        invoice: &'a Invoice,
        transfers: &'a [Transfer],
    ) -> Self {
        let why = match why {
            NotCounted::Elsewhere => "elsewhere",
            NotCounted::Failed => "failed",
            NotCounted::NotOurs => "not_ours",
            NotCounted::OtherAsset => "other_asset",
            NotCounted::Unknown => "unknown",
        };
        let id = |transfer: &'a Transfer| TransferData {
            id: transfer.id.0.as_str().into(),
            amount: None,
            block: None,
        };
        let transfers = transfers.iter().map(id).collect();
        Self { not_counted: Some(why.into()), transfers, ..Self::due(invoice) }
    }

    pub(in crate::seller_mail) fn with_transfers(self, transfers: &'a [Transfer]) -> Self {
        let data = |transfer: &'a Transfer| TransferData {
            id: transfer.id.0.as_str().into(),
            amount: Some(transfer.amount.into()),
            block: transfer.block.map(|block| block.height.0),
        };
        Self { transfers: transfers.iter().map(data).collect(), ..self }
    }

    pub(in crate::seller_mail) fn without_address(self) -> Self {
        Self { pay_to: None, ..self }
    }
}

impl<'a> RefundAddress<'a> {
    pub(in crate::seller_mail) fn new(to: &'a PayTo, checksum: bool) -> Self {
        Self { currency: to.asset().code().into(), address: to.as_str().into(), checksum }
    }
}

/// Returns the word of an invoice's state in JSON.
#[must_use]
pub const fn state_word(state: &State) -> &'static str {
    match state {
        State::Underpaid { .. } => "underpaid",
        State::Overpaid { .. } => "overpaid",
        state => state.word(),
    }
}

/// Longest JSON of a mail about a payment that is not expected to grow.
const ROOM: usize = 4096;

/// Fields of each document about a change of an order.
pub(in crate::seller_mail) struct NoticeData {
    pub(in crate::seller_mail) kind: MailKind,
    pub(in crate::seller_mail) order: OrderId,
    /// The hour it is written in.
    pub(in crate::seller_mail) today: CoarseTime,
    /// True if it was so when it was queued, and is not any more.
    pub(in crate::seller_mail) is_overtaken: bool,
}

/// Returns the document about a change of an order.
pub(in crate::seller_mail) fn notice(
    letters: &SellerMail,
    data: NoticeData,
    payment: Payment<'_>,
    refund_to: Option<RefundAddress<'_>>,
) -> String {
    MailData {
        written: Some(data.today.to_string().into()),
        overtaken: data.is_overtaken,
        order: Some(data.order),
        payment: Some(payment),
        refund_to,
        ..MailData::new(letters, data.kind)
    }
    .write(ROOM)
}

/// Returns the document about a change of an order that may be in escrow.
pub(in crate::seller_mail) fn escrow_notice(
    letters: &SellerMail,
    data: NoticeData,
    payment: Payment<'_>,
    escrow: Option<EscrowData<'_>>,
) -> String {
    MailData {
        written: Some(data.today.to_string().into()),
        overtaken: data.is_overtaken,
        order: Some(data.order),
        payment: Some(payment),
        escrow,
        ..MailData::new(letters, data.kind)
    }
    .write(ROOM)
}

/// Returns the document about a chain.
pub(in crate::seller_mail) fn chain_notice(
    letters: &SellerMail,
    kind: MailKind,
    assets: &str,
    since: CoarseTime,
    why: Option<&str>,
) -> String {
    let chain = ChainData {
        currency: assets.into(),
        since: since.to_string().into(),
        reason: why.map(Cow::from),
    };
    MailData { chain: Some(chain), ..MailData::new(letters, kind) }.write(ROOM)
}
