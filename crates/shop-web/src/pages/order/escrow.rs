//! Escrow on the order page: what comes next, where the money went, what the buyer can do.

pub(crate) mod release;

use super::Mode;
use crate::{
    language::Sentence,
    page::view,
    pages::{
        PageRequest,
        escrow::{Progress, words::end_of},
    },
};
use release::ReleaseView;
use shop_core::{
    escrow::{Account, EscrowState, Outcome, OutcomeReason},
    money::{Amount, AssetId},
};
use shop_db::OrderRecord;

view! {
    /// Escrow of an order, on its page.
    pub(super) struct EscrowView<'a> {
        /// Sentences about what happens if nobody does anything.
        next: Vec<String>,
        /// Payments at the end.
        went: Vec<PaymentView>,
        /// True if a payment failed, and waits for its payee.
        owed: bool,
        /// Way to object, while that is possible.
        objection: Option<ObjectionView>,
        /// Way to pay the seller before time, if the buyer wanted one.
        release: Option<ReleaseView<'a>>,
    }
}

view! {
    /// Payment that the contract made when it ended.
    pub(in crate::pages) struct PaymentView {
        /// Words for whom it paid.
        pub(in crate::pages) who: String,
        /// Amount, as a wallet shows it.
        pub(in crate::pages) amount: String,
        /// Address that was paid; empty if there is none.
        pub(in crate::pages) to: String,
    }
}

view! {
    /// Way to object.
    struct ObjectionView {
        /// Sentence about how, and until when.
        how: String,
        /// Name of the arbiter.
        name: String,
        /// Onion address of its page.
        onion: String,
    }
}

/// Builds the escrow of an order, for a template.
pub(super) fn view<'a>(
    request: &PageRequest,
    record: &OrderRecord,
    progress: &Progress<'_>,
    mode: &Mode<'a>,
) -> EscrowView<'a> {
    let asset = record.invoice.due().asset();
    EscrowView {
        next: next(request, record, progress, asset),
        went: went(request, progress, asset),
        owed: !progress.owed.is_empty(),
        objection: objection(request, progress),
        release: release::view(request, record, progress, mode),
    }
}

/// Returns what happens if nobody does anything, once there is money that it can happen to.
fn next(
    request: &PageRequest,
    record: &OrderRecord,
    progress: &Progress<'_>,
    asset: AssetId,
) -> Vec<String> {
    let is_open = progress.state == EscrowState::Open;
    if is_open && record.invoice.state().paid().is_none() {
        return Vec::new();
    }
    let Some(next) = progress.outlook(request.shop.clock.now()).next else { return Vec::new() };
    let terms = &progress.statement.terms;
    let price = Amount::new(asset, terms.price);
    let what = coming(&next, price);
    let tip = Amount::new(asset, terms.keeper_tip);
    let who = match (next.is_due, tip.is_zero()) {
        (false, _) => None,
        (true, false) => Some(Sentence::new("next-who").with("tip", tip)),
        (true, true) => Some(Sentence::new("next-who-free")),
    };
    std::iter::once(what).chain(who).map(|sentence| request.say(&sentence)).collect()
}

fn coming(next: &Outcome, price: Amount) -> Sentence {
    if next.is_due {
        return if next.reason.pays_seller() {
            Sentence::new("next-payout-due").with("price", price)
        } else {
            Sentence::new("next-refund-due")
        };
    }
    let until = next.from.coarse();
    match next.reason {
        OutcomeReason::NotShipped | OutcomeReason::WrongChain | OutcomeReason::Void => {
            Sentence::new("next-unshipped").with("until", until)
        }
        OutcomeReason::NotDelivered => Sentence::new("next-undelivered").with("until", until),
        OutcomeReason::Delivered => {
            Sentence::new("next-delivered").with("until", until).with("price", price)
        }
        OutcomeReason::SilentNotDelivered => Sentence::new("next-disputed").with("until", until),
        OutcomeReason::SilentDelivered => {
            Sentence::new("next-disputed-delivered").with("until", until)
        }
    }
}

/// Returns the payments of the ending.
pub(in crate::pages) fn went(
    request: &PageRequest,
    progress: &Progress<'_>,
    asset: AssetId,
) -> Vec<PaymentView> {
    let Some(closing) = progress.closing() else { return Vec::new() };
    let terms = &progress.statement.terms;
    let payment = |who, units, to: Option<Account>| PaymentView {
        who: request.say(&who),
        amount: Amount::new(asset, units).to_string(),
        to: to.map(|to| progress.spell(to)).unwrap_or_default(),
    };
    let all = [
        (Sentence::new("went-seller"), closing.to_seller, Some(terms.seller)),
        (Sentence::new("went-you"), closing.to_buyer, Some(terms.refund_to)),
        (Sentence::new("went-arbiter"), closing.fee, terms.arbiter),
        (Sentence::new("went-keeper"), closing.tip, None),
    ];
    let paid = all.into_iter().filter(|(_, units, _)| *units > 0);
    paid.map(|(who, units, to)| payment(who, units, to)).collect()
}

fn objection(request: &PageRequest, progress: &Progress<'_>) -> Option<ObjectionView> {
    let until = progress.can_object_until(request.shop.clock.now())?;
    let arbiter = progress.statement.terms.arbiter?;
    let arbiter = progress.party(arbiter)?;
    let onion = arbiter.onion.clone()?;
    let how = match progress.state {
        EscrowState::Delivered { .. } => Sentence::new("object-what").with("until", end_of(until)),
        _ => Sentence::new("object-shipped"),
    };
    let name = Sentence::new("statement-arbiter").with("name", &*arbiter.name);
    Some(ObjectionView { how: request.say(&how), name: request.say(&name), onion })
}
