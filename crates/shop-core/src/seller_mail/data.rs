//! The letters for programs: a JSON document in each sealed mail.
//! `docs/order-format.md` promises what is in it. It says nothing that the text does not say.

mod address;
mod escrow;
mod exchange;
mod order;
mod payment;

pub use address::Address;
pub use escrow::EscrowData;
pub use exchange::ExchangeData;
pub use order::{BillRow, Item, OrderData};
pub use payment::{ChainData, ConfirmationsData, Payment, RefundAddress, TransferData, state_word};
pub(super) use payment::{NoticeData, chain_notice, escrow_notice, notice};

use super::{SellerMail, notices::MailKind};
use crate::{
    money::{Amount, Denomination},
    order::{OrderDetails, OrderId},
};
use serde::{Deserialize, Serialize};
use serde_json::ser::{PrettyFormatter, Serializer};
use std::borrow::Cow;

/// Name of the format, in each document.
pub const FORMAT: &str = "cryptocart-mail";
/// Version of the format. Fields and words can be added to a version, and none is taken away.
pub const VERSION: u32 = 1;

/// One mail to the seller, as a program reads it.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
pub struct MailData<'a> {
    /// [`FORMAT`].
    pub format: Cow<'a, str>,
    /// [`VERSION`].
    pub version: u32,
    /// The word of a [`MailKind`], or one of a later build.
    pub kind: Cow<'a, str>,
    /// The shop's name.
    pub shop: Cow<'a, str>,
    /// True if payments are simulated.
    pub demo: bool,
    /// The hour it was written in; none where the text has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<Cow<'a, str>>,
    /// True if it was so once, and was not any more when it was written.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overtaken: bool,
    /// The order it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The order itself, where it is new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<OrderData<'a>>,
    /// State of the payment, where something changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<Payment<'a>>,
    /// Address for a refund, where the buyer named one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_to: Option<RefundAddress<'a>>,
    /// Step in the escrow contract, where its money waits there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<EscrowData<'a>>,
    /// The chain, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chain: Option<ChainData<'a>>,
}

/// An amount of money: decimal text in whole coins, so that no reader rounds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money<'a> {
    /// The ticker, or the code of a currency: `ETH`, `CAD`.
    pub currency: Cow<'a, str>,
    /// `0.05199`, `25.00`.
    pub amount: Cow<'a, str>,
}

/// Errors of reading a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataError {
    /// No JSON, or JSON of something else.
    #[error("this is not the data of a cryptocart mail")]
    NotOurs,
    /// A version that this build does not know.
    #[error("this mail was written in version {0} of the format; this program reads {VERSION}")]
    Newer(u32),
}

impl<'a> MailData<'a> {
    fn new(letters: &'a SellerMail, kind: MailKind) -> Self {
        Self {
            format: FORMAT.into(),
            version: VERSION,
            kind: kind.row().word.into(),
            shop: letters.shop.as_str().into(),
            demo: letters.demo,
            written: None,
            overtaken: false,
            order: None,
            details: None,
            payment: None,
            refund_to: None,
            escrow: None,
            chain: None,
        }
    }

    /// Reads a document. Fields that this build does not know are passed over.
    ///
    /// # Errors
    /// [`DataError`].
    pub fn read(json: &str) -> Result<MailData<'static>, DataError> {
        let start: Start = serde_json::from_str(json).map_err(|_| DataError::NotOurs)?;
        if start.format != FORMAT {
            return Err(DataError::NotOurs);
        }
        if start.version != VERSION {
            return Err(DataError::Newer(start.version));
        }
        serde_json::from_str(json).map_err(|_| DataError::NotOurs)
    }

    /// Returns its kind; none for a word of a later build.
    #[must_use]
    pub fn mail_kind(&self) -> Option<MailKind> {
        MailKind::from_word(&self.kind)
    }

    /// Writes the document, with a line for each field, so that it fits into a mail.
    /// `room` is at least its length: a buffer that grew would leave a copy of it behind.
    fn write(&self, room: usize) -> String {
        let mut bytes = Vec::with_capacity(room);
        let lines = PrettyFormatter::with_indent(b"");
        if self.serialize(&mut Serializer::with_formatter(&mut bytes, lines)).is_err() {
            bytes.clear();
        }
        String::from_utf8(bytes).unwrap_or_default()
    }
}

/// Fields that every version has.
#[derive(Deserialize)]
struct Start {
    format: String,
    version: u32,
}

impl<U: Denomination> From<Amount<U>> for Money<'_> {
    fn from(amount: Amount<U>) -> Self {
        Self { currency: amount.unit().into().code().into(), amount: amount.decimal().into() }
    }
}

/// `0.05199 ETH`.
impl std::fmt::Display for Money<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Returns the document about a new order.
pub(super) fn new_order(letters: &SellerMail, receipt: &OrderDetails) -> String {
    let details = OrderData::new(receipt);
    let room = details.room() + 2 * letters.shop.len() + 512;
    MailData {
        order: Some(receipt.order),
        details: Some(details),
        ..MailData::new(letters, MailKind::NewOrder)
    }
    .write(room)
}

/// The kind alone.
impl std::fmt::Debug for MailData<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MailData({}, ..)", self.kind)
    }
}

#[cfg(test)]
mod tests;
