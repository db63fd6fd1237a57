//! The way of an order, step by step. Only blocks give a step its time.

mod escrow;

use crate::{
    language::Sentence,
    page::view,
    pages::{PageRequest, escrow::Progress},
};
use shop_core::{
    invoice::{Invoice, State},
    money::Amount,
    order_status::SellerEvents,
    stock::ReservationStatus,
    time::CoarseTime,
    view::{BlockAt, Transfer},
};
use shop_db::OrderRecord;
use std::borrow::Cow;

view! {
    /// Step on the way of an order.
    pub(super) struct StepView {
        /// Name of the step.
        what: String,
        /// Word for how far it is, such as *done*; none where the name says it.
        how: Option<String>,
        /// Part of it that is done, such as `3 of 12`.
        part: Option<String>,
        /// Hour of the block that dates it.
        when: Option<String>,
        /// Class of its element: `done`, `now`, `next` or `stop`.
        class: Cow<'static, str>,
        /// True if it is the last one that was reached.
        current: bool,
    }
}

/// One step.
struct Step {
    what: Sentence,
    /// True if the order has come this far.
    reached: bool,
    /// True if the order should not have come this far.
    wrong: bool,
    /// Part of it that is done.
    part: Option<Sentence>,
    /// Block that dates it.
    block: Option<BlockAt>,
}

impl Step {
    const fn new(what: Sentence, reached: bool) -> Self {
        Self { what, reached, wrong: false, part: None, block: None }
    }

    fn wrong(what: Sentence) -> Self {
        Self { wrong: true, ..Self::new(what, true) }
    }
}

/// Builds the steps for a template.
/// The last one that was reached is the current one, and done if nothing comes after it. Nobody
/// waits for what is not sent.
pub(super) fn view(
    request: &PageRequest,
    record: &OrderRecord,
    progress: Option<&Progress<'_>>,
    ships: bool,
) -> Vec<StepView> {
    let steps = steps(record, progress, ships, request.hour());
    let now = steps.iter().rposition(|step| step.reached);
    let shown = steps.iter().enumerate().map(|(at, step)| {
        let current = Some(at) == now;
        let (class, how) = match step {
            Step { wrong: true, .. } => ("stop", None),
            Step { reached: false, .. } => ("next", Some(Sentence::new("step-is-next"))),
            _ if current && at + 1 < steps.len() => ("now", Some(Sentence::new("step-is-now"))),
            _ => ("done", Some(Sentence::new("step-is-done"))),
        };
        StepView {
            what: request.say(&step.what),
            how: how.map(|how| request.say(&how)),
            part: step.part.as_ref().map(|part| request.say(part)),
            when: step.block.map(|block| request.reader.words().hour(block.time)),
            class: Cow::Borrowed(class),
            current,
        }
    });
    shown.collect()
}

/// Returns the block by which the full amount had arrived, if all that it takes is in blocks.
pub(crate) fn paid_in(invoice: &Invoice, transfers: &[Transfer]) -> Option<BlockAt> {
    let mut mined: Vec<_> = transfers.iter().filter_map(|t| Some((t.block?, t.amount))).collect();
    mined.sort_by_key(|(block, _)| block.height);
    let mut sum = Amount::zero(invoice.due().asset());
    for (block, amount) in mined {
        sum = sum.plus(amount).ok()?;
        if invoice.is_covered_by(sum) {
            return Some(block);
        }
    }
    None
}

fn steps(
    record: &OrderRecord,
    progress: Option<&Progress<'_>>,
    ships: bool,
    now: CoarseTime,
) -> Vec<Step> {
    let state = record.invoice.state();
    let facts = &record.facts;
    let SellerEvents { sent, delivered, refunded, difference } = facts.events;
    let sent = delivered || sent;
    let missed = facts.reservation_status == ReservationStatus::Backordered;
    let short = facts.is_rest_too_late(now);
    let gone = !record.goods_left && state.is_payable();

    let mut steps = vec![Step::new(Sentence::new("step-placed"), true)];
    if facts.cancelled {
        steps.push(Step::wrong(Sentence::new("step-cancelled")));
    } else if matches!(state, State::Expired | State::Late { .. }) {
        steps.push(Step::wrong(Sentence::new("step-ended")));
    }
    steps.extend(payment(record, gone, missed, short));
    if let Some(progress) = progress {
        let is_over = gone || short || matches!(state, State::Expired | State::Reversed { .. });
        escrow::add(&mut steps, progress, is_over, missed);
        return steps;
    }
    let over = !ships
        || gone
        || short
        || missed
        || refunded
        || matches!(state, State::Expired | State::Reversed { .. });
    if sent || !over {
        steps.push(Step::new(Sentence::new("step-sent"), sent));
    }
    if delivered || !over {
        steps.push(Step::new(Sentence::new("step-delivered"), delivered));
    }
    if difference {
        steps.push(Step::new(Sentence::new("step-difference"), true));
    }
    if refunded || missed || short {
        steps.push(Step::new(Sentence::new("step-refunded"), refunded));
    }
    steps
}

/// Returns the part of the way that the chain tells.
fn payment(record: &OrderRecord, gone: bool, missed: bool, short: bool) -> Vec<Step> {
    let invoice = &record.invoice;
    let state = invoice.state();
    let block = paid_in(invoice, &record.transfers);
    let mut steps = Vec::new();
    match state {
        State::Expired => return steps,
        State::Reversed { .. } => {
            steps.push(Step::new(Sentence::new("step-seen"), true));
            steps.push(Step::new(Sentence::new("step-paid"), true));
            steps.push(Step::wrong(Sentence::new("step-reversed")));
            return steps;
        }
        State::Underpaid { .. } => {
            let block = record.transfers.iter().filter_map(|transfer| transfer.block);
            let block = block.max_by_key(|block| block.height);
            steps.push(Step { block, ..Step::wrong(Sentence::new("step-short")) });
        }
        _ if gone => {}
        _ => steps.push(Step::new(Sentence::new("step-seen"), state.is_covered())),
    }
    // Nothing that follows is so until nodes agree on the block.
    let checked = record.facts.on_chain.is_checked && record.facts.on_chain.put_away.is_none();
    if checked {
        steps.push(Step::new(Sentence::new("state-checked"), true));
    }
    let paid = state.is_paid() && !checked;
    if gone || missed {
        steps.push(Step::wrong(Sentence::new("step-gone")));
    }
    if short && !record.facts.cancelled {
        steps.push(Step::wrong(Sentence::new("step-ended")));
    }
    if gone || short {
        return steps;
    }
    let confirming = Step::new(Sentence::new("step-confirming"), paid);
    steps.push(match state {
        State::Confirming { have, .. } if !checked => {
            let part = Sentence::new("confirmations-of").with("have", have.0);
            let part = Some(part.with("needs", invoice.needs().0));
            Step { reached: true, part, block, ..confirming }
        }
        _ => confirming,
    });
    let block = block.filter(|_| paid);
    steps.push(Step { block, ..Step::new(Sentence::new("step-paid"), paid) });
    steps
}
