//! Reason why a checkout form placed no order.

use super::{escrow::EscrowError, fields::SummaryLine};
use crate::{
    language::{Reader, Sentence},
    pages::{bill, items::ShortItem},
    refusal::Refusal,
};
use shop_core::order::FormErrors;

/// Reason why a checkout form placed no order.
/// But for the last two, the form comes back with its words.
pub(super) enum CheckoutError {
    /// The form was not given out at the checkout, or long ago, or has become an order.
    Stale,
    /// The order has to wait, because many come.
    Waits {
        /// Time to wait.
        seconds: u64,
    },
    /// The buyer takes fewer units of a line.
    TookFewer,
    /// The buyer pays in another asset.
    ChoseAsset,
    /// The prices cannot be converted now.
    NotConverted,
    /// The discount does not hold any more, and was taken off.
    DiscountEnded,
    /// The bill is another one than the page showed.
    BillChanged,
    /// The form came back faster than anybody writes.
    TooQuick,
    /// Fields are wrong.
    Invalid {
        /// Errors of the address, the contact and the note.
        fields: FormErrors,
        /// Errors of the choice of escrow.
        escrow: Vec<EscrowError>,
    },
    /// Others were quicker.
    SoldOut {
        /// Lines of the cart that ask for more than is left.
        short: Vec<ShortItem>,
        /// True if the last use of the discount is gone too, and it was taken off.
        discount_ended: bool,
    },
    /// There is no complete bill: the checkout says what is missing.
    NoBill,
    /// A refusal with a page of its own.
    Refused(Refusal),
}

impl CheckoutError {
    /// Returns true if the form keeps the token it came with.
    /// Nothing was ordered with it, and a wait gets no better one by waiting in vain.
    pub(super) const fn keeps_token(&self) -> bool {
        matches!(
            self,
            Self::Waits { .. }
                | Self::TookFewer
                | Self::ChoseAsset
                | Self::NotConverted
                | Self::SoldOut { .. }
        )
    }

    /// Returns true if the cart is another one now, or remembers since when it waits.
    pub(super) const fn changes_cart(&self) -> bool {
        match self {
            Self::Waits { .. } | Self::TookFewer | Self::ChoseAsset | Self::DiscountEnded => true,
            Self::SoldOut { discount_ended, .. } => *discount_ended,
            _ => false,
        }
    }

    /// Returns true if the bill that was calculated does not hold any more.
    pub(super) const fn changes_bill(&self) -> bool {
        matches!(
            self,
            Self::TookFewer | Self::ChoseAsset | Self::DiscountEnded | Self::SoldOut { .. }
        )
    }

    /// Returns the fields that are wrong.
    pub(super) const fn fields(&self) -> Option<&FormErrors> {
        if let Self::Invalid { fields, .. } = self { Some(fields) } else { None }
    }

    /// Returns what is wrong with the choice of escrow.
    pub(super) fn escrow(&self) -> &[EscrowError] {
        if let Self::Invalid { escrow, .. } = self { escrow } else { &[] }
    }

    /// Returns the lines that ask for more than is left.
    pub(super) fn short(&self) -> &[ShortItem] {
        if let Self::SoldOut { short, .. } = self { short } else { &[] }
    }

    /// Says what is wrong, apart from fields.
    pub(super) fn say(&self, reader: Reader) -> Vec<SummaryLine> {
        let line = |sentence: &Sentence| SummaryLine { text: reader.say(sentence), to: None };
        self.sentences().iter().map(line).collect()
    }

    fn sentences(&self) -> Vec<Sentence> {
        match self {
            Self::Stale => vec![Sentence::new("checkout-stale")],
            Self::Waits { seconds } => {
                let minutes = u32::try_from(seconds.div_ceil(60)).unwrap_or(u32::MAX);
                vec![Sentence::new("checkout-waits").with("minutes", minutes)]
            }
            Self::TookFewer => vec![Sentence::new("checkout-lowered")],
            Self::ChoseAsset => vec![Sentence::new("checkout-chosen")],
            Self::NotConverted => vec![Sentence::new("checkout-not-converted")],
            Self::DiscountEnded => vec![bill::over()],
            Self::BillChanged => vec![Sentence::new("checkout-changed")],
            Self::TooQuick => vec![Sentence::new("checkout-quick")],
            Self::SoldOut { short, discount_ended } => {
                let few =
                    |item: &ShortItem| Sentence::new("bill-too-few").with("name", &*item.name);
                let over = discount_ended.then(bill::over);
                over.into_iter().chain(short.iter().map(few)).collect()
            }
            Self::Invalid { .. } | Self::NoBill | Self::Refused(_) => Vec::new(),
        }
    }
}
