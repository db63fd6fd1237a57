//! The table of all mails to the seller: one row for each kind.

use crate::{
    invoice::{Invoice, SellerNotice, State},
    order_status::{EscrowFacts, EscrowStep},
};

/// Kind of a mail to the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// An order was placed.
    NewOrder,
    /// An order is paid: exactly, or with too much.
    Paid,
    /// An order was paid after its offer had ended.
    PaidLate,
    /// An order is paid, and its goods are gone.
    OutOfStock,
    /// Goods of a paid order that were gone are there again.
    BackInStock,
    /// An order is paid, and there are too few codes for it.
    CodesMissing,
    /// A payment is in a later block now.
    Reconfirming,
    /// A payment was taken back by the chain.
    Reversed,
    /// Too little came, and no more is expected.
    Underpaid,
    /// Money of another currency came for an order.
    OtherMoney,
    /// A buyer claims a payment that the seller must judge.
    ToReview,
    /// An order is paid, and its downloads wait for the seller.
    ToRelease,
    /// A payment that the seller accepted does not count.
    NotCounted,
    /// A buyer cancelled before paying.
    Cancelled,
    /// A buyer named an address for a refund.
    RefundAddress,
    /// The money of an order waits in the escrow contract: ship it.
    EscrowPaid,
    /// The contract has the commitment to the parcel of an order.
    EscrowShipped,
    /// Attestors reported the delivery of an order.
    EscrowDelivered,
    /// Somebody called the arbiter about an order.
    EscrowDisputed,
    /// An order ended in the escrow contract.
    EscrowClosed,
    /// The chain took back what the contract had told of an order.
    EscrowUndone,
    /// A buyer releases the money of an order.
    EscrowRelease,
    /// A chain cannot be read, so payments are not seen.
    Undetected,
    /// A chain could not be read for so long that orders stopped.
    Stopped,
    /// A chain can be read again.
    Detected,
    /// There is no exchange rate for what is paid on a chain.
    NoRate,
    /// There is a rate again.
    RateAgain,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct MailRow {
    /// Its word in JSON. A word that was once written never changes.
    pub word: &'static str,
    /// Status of the order after this mail, for lists; none if the mail changes none.
    pub status: Option<&'static str>,
    /// The subject; `{}` stands for the order's number, or the currency.
    pub(super) subject: &'static str,
    /// Advice to the seller.
    pub(super) to_do: &'static str,
}

impl MailKind {
    /// Every kind, in the order of the table.
    pub const ALL: [Self; 27] = [
        Self::NewOrder,
        Self::Paid,
        Self::PaidLate,
        Self::OutOfStock,
        Self::BackInStock,
        Self::CodesMissing,
        Self::Reconfirming,
        Self::Reversed,
        Self::Underpaid,
        Self::OtherMoney,
        Self::ToReview,
        Self::ToRelease,
        Self::NotCounted,
        Self::Cancelled,
        Self::RefundAddress,
        Self::EscrowPaid,
        Self::EscrowShipped,
        Self::EscrowDelivered,
        Self::EscrowDisputed,
        Self::EscrowClosed,
        Self::EscrowUndone,
        Self::EscrowRelease,
        Self::Undetected,
        Self::Stopped,
        Self::Detected,
        Self::NoRate,
        Self::RateAgain,
    ];

    /// Returns its row: word, status, subject and advice.
    #[must_use]
    pub const fn row(self) -> MailRow {
        match self {
            Self::NewOrder => MailRow {
                word: "new_order",
                status: Some("new"),
                subject: "New order {}",
                to_do: "",
            },
            Self::Paid => MailRow {
                word: "paid",
                status: Some("paid"),
                subject: "Order {} is paid",
                to_do: "",
            },
            Self::PaidLate => MailRow {
                word: "paid_late",
                status: Some("paid LATE"),
                subject: "Order {} is paid, but LATE",
                to_do: "",
            },
            Self::OutOfStock => MailRow {
                word: "out_of_stock",
                status: Some("SOLD OUT"),
                subject: "Order {} is paid, but SOLD OUT",
                to_do: "The last of the goods went to orders that were paid earlier. Do NOT send \
                    anything: refund the money, then run\n  cryptocart orders refunded \
                    NUMBER\nUntil you do, new stock goes to this order, and another message will \
                    tell you.\n",
            },
            Self::BackInStock => MailRow {
                word: "back_in_stock",
                status: Some("back in stock"),
                subject: "Order {}: back in stock",
                to_do: "Its goods were sold out when it was paid. They are back in stock now, \
                    and set aside for this order.\nSend them, unless you have refunded the \
                    money.\n",
            },
            Self::CodesMissing => MailRow {
                word: "codes_missing",
                status: Some("CODES missing"),
                subject: "Order {} is paid, but CODES are missing",
                to_do: "There are not enough codes for this order: the list has run out, or the \
                    product was renamed in catalog.json, removed, or no longer uses a list. Add \
                    codes to the list in digital/, or restore the product, and run\n  cryptocart \
                    catalog reload\nThe order then gets its codes, and the buyer sees them. Or \
                    refund the money.\n",
            },
            Self::Reconfirming => MailRow {
                word: "reconfirming",
                status: Some("WAIT"),
                subject: "Order {}: WAIT, the payment moved",
                to_do: "Wait: another message will tell you when it is paid again, or lost.\n",
            },
            Self::Reversed => MailRow {
                word: "reversed",
                status: Some("REVERSED"),
                subject: "Order {}: payment REVERSED",
                to_do: "Do NOT send the goods or a refund. If the payment comes back, another \
                    message will tell you.\n",
            },
            Self::Underpaid => MailRow {
                word: "underpaid",
                status: Some("UNDERPAID"),
                subject: "Order {} is UNDERPAID",
                to_do: "The offer has ended, or the goods were sold to others. Do NOT send \
                    anything. Refund the money, then run\n  cryptocart orders refunded \
                    NUMBER\nor ask the buyer for the rest with\n  cryptocart orders note NUMBER \
                    --note -\nIf the rest arrives, another message will tell you. Until then the \
                    order is listed by\n  cryptocart orders refunds\n",
            },
            Self::OtherMoney => MailRow {
                word: "other_currency",
                status: None,
                subject: "Order {}: money in ANOTHER CURRENCY",
                to_do: "The address of this order received the money below, in a currency that \
                    the order does not ask for. It does not count as a payment. Refund it to \
                    the address that the buyer names (another message will tell you), then \
                    run\n  cryptocart orders refunded NUMBER\nor, if the order itself is \
                    paid,\n  cryptocart orders refunded NUMBER --difference\nUntil then the \
                    order is listed by\n  cryptocart orders refunds\n",
            },
            Self::ToReview => MailRow {
                word: "review",
                status: Some("REVIEW"),
                subject: "Order {}: REVIEW a payment its buyer claims",
                to_do: "The address of this order received the payment below, but the amount is \
                    not the one due. It may be this buyer's (an exchange may have changed the \
                    amount), or anyone's: everyone who reads the chain could claim it. If you \
                    can, ask for something only the sender knows, and compare it with payments \
                    you expect from others. Then run one of\n  cryptocart orders accept NUMBER\n \
                     cryptocart orders reject NUMBER\nUntil you do, the order waits, and its \
                    record is kept.\n",
            },
            Self::ToRelease => MailRow {
                word: "release",
                status: Some("RELEASE"),
                subject: "Order {} is paid; RELEASE its downloads",
                to_do: "Only one remote node has reported this payment, and a single node can \
                    lie. Check the payment elsewhere: in your wallet, or in a block explorer \
                    through Tor Browser. If it is there, run\n  cryptocart orders accept \
                    NUMBER\nThe buyer then gets the files and codes. With a second node in \
                    shop.toml, or one of your own, nobody has to wait.\n",
            },
            Self::NotCounted => MailRow {
                word: "not_counted",
                status: Some("NOT COUNTED"),
                subject: "Order {}: the payment you accepted does NOT count",
                to_do: "It does not pay for the order, and nothing was released; the buyer can \
                    see why. Check that the transaction id below is the one you meant. To accept \
                    another payment, run\n  cryptocart orders accept NUMBER --payment TXID\n",
            },
            Self::Cancelled => MailRow {
                word: "cancelled",
                status: Some("cancelled"),
                subject: "Order {} is cancelled",
                to_do: "The buyer cancelled this order before paying. Do NOT send anything.\nIf \
                    a payment still arrives, another message will tell you, and you decide.\n",
            },
            Self::RefundAddress => MailRow {
                word: "refund_address",
                status: None,
                subject: "Order {}: refund address",
                to_do: "This replaces any address in earlier messages. It does not mean that you \
                    owe anything.\n",
            },
            Self::EscrowPaid => MailRow {
                word: "escrow_paid",
                status: Some("SHIP (escrow)"),
                subject: "Order {} is paid into escrow: SHIP it",
                to_do: "The money waits in the escrow contract. You get it after the carrier has \
                    reported the delivery. Buy the label, and run at home\n  cryptocart escrow \
                    ship NUMBER\nbefore the date above: it commits you to the parcel. If you do \
                    not, the buyer gets the money back.\n",
            },
            Self::EscrowShipped => MailRow {
                word: "escrow_shipped",
                status: Some("shipped (escrow)"),
                subject: "Order {}: the escrow contract knows the parcel",
                to_do: "If no delivery is reported by the date above, the buyer gets the money \
                    back. If the parcel is delivered and the attestors do not say so, call the \
                    arbiter before that date:\n  cryptocart escrow dispute NUMBER\n",
            },
            Self::EscrowDelivered => MailRow {
                word: "escrow_delivered",
                status: Some("delivered (escrow)"),
                subject: "Order {} is delivered; the buyer can still object",
                to_do: "If nobody objects before the date above, anybody can have you paid then. \
                    To do it yourself, run\n  cryptocart escrow finalize NUMBER\n",
            },
            Self::EscrowDisputed => MailRow {
                word: "escrow_disputed",
                status: Some("DISPUTED"),
                subject: "Order {} is DISPUTED",
                to_do: "The arbiter decides before the date above. Send it your evidence. If it \
                    stays silent, you are paid if the delivery was reported, and the buyer gets \
                    the money back if not.\n",
            },
            Self::EscrowClosed => MailRow {
                word: "escrow_closed",
                status: Some("closed (escrow)"),
                subject: "Order {} has ended in escrow",
                to_do: "The line above says how. Nothing is left for you to do.\n",
            },
            Self::EscrowUndone => MailRow {
                word: "escrow_undone",
                status: Some("SHIP (escrow)"),
                subject: "Order {}: the chain took back what escrow had told",
                to_do: "A reorganisation undid it. Look at the order with\n  cryptocart escrow \
                    status NUMBER\nand send the transaction again if it does not come back by \
                    itself.\n",
            },
            Self::EscrowRelease => MailRow {
                word: "escrow_release",
                status: None,
                subject: "Order {}: the buyer RELEASES the money",
                to_do: "With the text above anybody can have you paid at once, and nobody else. \
                    Run at home\n  cryptocart escrow release NUMBER\n",
            },
            Self::Undetected => MailRow {
                word: "payments_not_detected",
                status: None,
                subject: "Payments in {} are NOT DETECTED",
                to_do: "",
            },
            Self::Stopped => MailRow {
                word: "orders_stopped",
                status: None,
                subject: "No orders in {}: payments are NOT DETECTED",
                to_do: "",
            },
            Self::Detected => MailRow {
                word: "payments_detected",
                status: None,
                subject: "Payments in {} are detected again",
                to_do: "",
            },
            Self::NoRate => MailRow {
                word: "no_rate",
                status: None,
                subject: "No exchange rate for {}",
                to_do: "",
            },
            Self::RateAgain => MailRow {
                word: "rate_again",
                status: None,
                subject: "Exchange rate for {} again",
                to_do: "",
            },
        }
    }

    /// Returns the kind with this word; none for a word of a later version.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.row().word == word)
    }

    /// Returns the kind of the mail about a change of an order's payment.
    pub(super) fn of_notice(
        notice: SellerNotice,
        invoice: &Invoice,
        escrow: Option<EscrowFacts>,
    ) -> Self {
        match notice {
            SellerNotice::Paid if escrow.is_some() => Self::EscrowPaid,
            SellerNotice::Escrow(step) => Self::of_step(step),
            SellerNotice::Paid if matches!(invoice.state(), State::Late { .. }) => Self::PaidLate,
            SellerNotice::Paid => Self::Paid,
            SellerNotice::OutOfStock => Self::OutOfStock,
            SellerNotice::BackInStock => Self::BackInStock,
            SellerNotice::CodesMissing => Self::CodesMissing,
            SellerNotice::Reconfirming => Self::Reconfirming,
            SellerNotice::Reversed => Self::Reversed,
            SellerNotice::Short => Self::Underpaid,
            SellerNotice::OtherMoney => Self::OtherMoney,
            SellerNotice::ToReview => Self::ToReview,
            SellerNotice::ToRelease => Self::ToRelease,
            SellerNotice::NotCounted(_) => Self::NotCounted,
        }
    }

    const fn of_step(step: EscrowStep) -> Self {
        match step {
            EscrowStep::Open => Self::EscrowUndone,
            EscrowStep::Shipped => Self::EscrowShipped,
            EscrowStep::Delivered => Self::EscrowDelivered,
            EscrowStep::Disputed | EscrowStep::DisputedDelivered => Self::EscrowDisputed,
            EscrowStep::Closed(_) | EscrowStep::ClosedSilently => Self::EscrowClosed,
        }
    }
}
