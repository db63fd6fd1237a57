//! Record of an order that both sides keep, always sealed.

use super::{BuyerDetails, OrderId, StatementText};
use crate::{
    bill::Bill, escrow::NamedParty, money::Amount, pay_to::PayTo, place::Place, time::CoarseTime,
    view::Confirmations,
};
use serde::{Deserialize, Serialize};
use zeroize::{ZeroizeOnDrop, Zeroizing};

/// A placed order in full: what, to whom, for how much, to be paid where.
/// On disk it exists only sealed: to the seller's key (as a letter) and to the buyer's order code (as
/// this, in JSON).
#[derive(Serialize, Deserialize)]
pub struct OrderDetails {
    /// Version of this layout: [`OrderDetails::VERSION`].
    pub v: u8,
    /// The order's number.
    pub order: OrderId,
    /// The hour it was placed in.
    pub placed: CoarseTime,
    /// The goods, and the rows that lead to the total.
    pub bill: Bill,
    /// Amount due: the bill's total, and in `wallet` mode the little more that names the order.
    pub due: Amount,
    /// Address to pay to.
    pub pay_to: PayTo,
    /// The depth at which it counts as paid.
    pub needs: Confirmations,
    /// The hour in which the offer ends.
    pub expires: CoarseTime,
    /// The place the bill was reckoned with, if prices depend on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billed: Option<Place>,
    /// The language the buyer reads the shop in: a tag of BCP 47.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_in: Option<String>,
    /// The buyer's words.
    #[serde(rename = "draft")]
    pub details: BuyerDetails,
    /// Address to which the buyer wants money back, if any is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_to: Option<PayTo>,
    /// Number of times that the buyer has named such an address.
    #[serde(default, skip_serializing_if = "is_never")]
    pub refund_said: u32,
    /// Escrow statement, if the money waits in the escrow contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub escrow: Option<StatementText>,
    /// Attestors and arbiter of that statement, as the seller named them when it was made.
    ///
    /// The order page shows these and asks no setting: an order outlives what its seller offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<NamedParty>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_never(times: &u32) -> bool {
    *times == 0
}

impl OrderDetails {
    /// Version of the layout that is written now.
    pub const VERSION: u8 = 2;

    /// Returns true if any of it is sent, rather than handed out on the order page.
    #[must_use]
    pub fn ships(&self) -> bool {
        self.bill.lines().iter().any(|line| line.digital.is_none())
    }

    /// Returns the bytes to seal, wiped when dropped.
    /// Their buffer is large enough from the start: one that grew would leave copies of the buyer's
    /// words behind.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.most_bytes()));
        if serde_json::to_writer(&mut *bytes, self).is_err() {
            bytes.clear();
        }
        bytes
    }

    /// Returns more bytes than the JSON takes.
    /// It writes a character of the buyer's words as two at most, since they hold no control
    /// character but the line end; what is beside them and the bill is short.
    pub(super) fn most_bytes(&self) -> usize {
        let bill = serde_json::to_vec(&self.bill).map_or(0, |json| json.len());
        let escrow = self.escrow.as_ref().map_or(0, |statement| statement.as_str().len());
        let parties = serde_json::to_vec(&self.parties).map_or(0, |json| json.len());
        bill + 2 * self.details.len() + 2 * escrow + parties + 1024
    }

    /// Reads what [`OrderDetails::to_bytes`] wrote; nothing in another layout.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let details: Self = serde_json::from_slice(bytes).ok()?;
        (details.v == Self::VERSION).then_some(details)
    }
}

impl ZeroizeOnDrop for OrderDetails {}

/// The order's number alone.
impl std::fmt::Debug for OrderDetails {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrderDetails({}, ..)", self.order)
    }
}
