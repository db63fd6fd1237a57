//! Standing of an order in dispute, in words: what the chain shows, and what comes by itself.

use shop_core::{
    escrow::{Action, EscrowState, OutcomeReason, Outlook, Party, Situation, Statement, outlook},
    time::UnixTime,
};

/// Returns sentences about an order.
/// `state` is none where the chain was not asked or is silent.
pub(super) fn sentences(
    statement: &Statement,
    state: Option<EscrowState>,
    chain_id: u64,
    now: UnixTime,
) -> Vec<String> {
    let terms = &statement.terms;
    let Some(state) = state else {
        return vec![
            "This service could not look at the chain now. What follows is what the terms say."
                .to_owned(),
            format!("The seller can ship until {}.", hour(terms.ship_by)),
            format!("A delivery can be reported until {}.", hour(terms.deliver_by)),
            "If there is no dispute by then, everything goes back to the buyer.".to_owned(),
        ];
    };
    let situation = Situation { terms, state, balance: None, owed: 0, chain_id, now };
    let outlook = outlook(&situation);
    let mut said = vec![state_words(&state).to_owned()];
    said.extend(next_words(&outlook));
    said.extend(arbiter_words(&outlook));
    said
}

const fn state_words(state: &EscrowState) -> &'static str {
    match state {
        EscrowState::Open => "The seller has not shipped yet.",
        EscrowState::Shipped { .. } => "The seller has shipped. No delivery was reported yet.",
        EscrowState::Delivered { .. } => "A delivery was reported. There is no dispute.",
        EscrowState::Disputed { .. } => "There is a dispute. No delivery was reported.",
        EscrowState::DisputedDelivered { .. } => "There is a dispute. A delivery was reported.",
        EscrowState::Closed(_) => "The order has ended. Nobody can change it any more.",
    }
}

/// Says what happens if nobody does anything: silence has a defined end.
fn next_words(outlook: &Outlook) -> Option<String> {
    let next = outlook.next.as_ref()?;
    let what = match next.reason {
        OutcomeReason::WrongChain => "the terms are for another chain, so everything goes back",
        OutcomeReason::Void => "the terms are void, so everything goes back to the buyer",
        OutcomeReason::NotShipped => "nothing was shipped, so everything goes back to the buyer",
        OutcomeReason::NotDelivered => "no delivery was reported, so everything goes back",
        OutcomeReason::Delivered => "nobody disputed, so the seller is paid",
        OutcomeReason::SilentNotDelivered => {
            "the arbiter did not rule, and no delivery was reported, so everything goes back"
        }
        OutcomeReason::SilentDelivered => {
            "the arbiter did not rule, and a delivery was reported, so the seller is paid"
        }
    };
    Some(if next.is_due {
        format!("Anybody can end the order now: {what}.")
    } else {
        format!("If nobody acts, the order ends after {}: {what}.", hour(next.from))
    })
}

fn arbiter_words(outlook: &Outlook) -> Option<String> {
    let mut ours = outlook.allowed.iter().filter(|allowed| allowed.party == Party::Arbiter);
    let allowed = ours.find(|allowed| matches!(allowed.action, Action::Rule | Action::Dispute))?;
    let what = match allowed.action {
        Action::Rule => "The arbiter can rule",
        _ => "The arbiter can open a dispute",
    };
    Some(match allowed.until {
        Some(until) => format!("{what} until {}.", hour(until)),
        None => format!("{what}."),
    })
}

fn hour(time: UnixTime) -> String {
    time.coarse().to_string()
}
