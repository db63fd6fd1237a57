//! Steps of an order in escrow, by the events of the contract.

use super::Step;
use crate::{language::Sentence, pages::escrow::Progress};
use shop_core::escrow::{Closing, Ending, EscrowState, Event};

/// Adds the steps that follow the payment.
/// If it `is_over`, no payment is waited for; if it `is_missed`, the money is to go back.
pub(super) fn add(steps: &mut Vec<Step>, progress: &Progress<'_>, is_over: bool, is_missed: bool) {
    for step in steps.iter_mut().filter(|step| step.what.is("step-paid")) {
        step.what = Sentence::new("step-escrow-funded");
    }
    let shipped = progress.block_of(|event| matches!(event, Event::Shipped { .. }));
    let delivered = progress.block_of(|event| matches!(event, Event::Delivered { .. }));
    let disputed = progress.block_of(|event| matches!(event, Event::Disputed { .. }));
    let closed = progress.block_of(|event| matches!(event, Event::Closed(_)));
    if progress.ended_empty() {
        steps.retain(|step| step.reached);
        steps.push(Step { block: closed, ..Step::wrong(Sentence::new("step-ended")) });
        return;
    }
    let is_open = !progress.state.is_closed();
    if is_open && shipped.is_none() && is_over {
        return;
    }
    let goes_on = is_open && !is_missed;
    if shipped.is_some() || goes_on {
        let step = Step::new(Sentence::new("step-escrow-shipped"), shipped.is_some());
        steps.push(Step { block: shipped, ..step });
    }
    let is_disputed = disputed.is_some();
    if delivered.is_some() || goes_on && !is_disputed {
        let step = Step::new(Sentence::new("step-escrow-delivered"), delivered.is_some());
        let part = match progress.state {
            EscrowState::Delivered { until, .. } => Some(until),
            _ => None,
        };
        let part = part.map(|until| objection(progress).with("until", until.coarse()));
        steps.push(Step { block: delivered, part, ..step });
    }
    if is_disputed {
        let step = Step::new(Sentence::new("step-escrow-disputed"), true);
        steps.push(Step { block: disputed, ..step });
    }
    steps.push(match progress.closing() {
        Some(closing) => Step { block: closed, ..Step::new(ending(closing), true) },
        None if is_missed => Step::new(Sentence::new("step-escrow-refunded"), false),
        None if is_disputed => Step::new(Sentence::new("step-escrow-ruled"), false),
        None => Step::new(Sentence::new("step-escrow-released"), false),
    });
}

/// Returns the words for the time that runs after a delivery.
fn objection(progress: &Progress<'_>) -> Sentence {
    match progress.statement.terms.arbiter {
        Some(_) => Sentence::new("step-escrow-objection"),
        None => Sentence::new("step-escrow-until"),
    }
}

fn ending(closing: &Closing) -> Sentence {
    match closing.ending {
        Ending::Ruled => Sentence::new("step-escrow-ruled"),
        Ending::Finalized | Ending::Released => Sentence::new("step-escrow-released"),
        Ending::ArbiterSilent if closing.to_seller > 0 => Sentence::new("step-escrow-released"),
        Ending::ArbiterSilent | Ending::Expired | Ending::Refunded => {
            Sentence::new("step-escrow-refunded")
        }
    }
}
