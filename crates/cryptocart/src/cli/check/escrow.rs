//! Escrow: what is offered, and how many payout addresses are left.

use crate::{
    cli::database,
    config::plan::{EscrowPlan, Plan},
    error::{CliError, Context},
    runtime::block_on,
    tasks::payouts::{are_few, left_of},
};

/// Payout addresses of a shop that offers escrow.
pub(super) struct Payouts {
    all: usize,
    left: usize,
    most_open: u32,
    limits: String,
}

/// Counts the payout addresses; none where escrow is not offered.
pub(super) fn payouts(plan: &Plan) -> Result<Option<Payouts>, CliError> {
    let Some(escrow) = &plan.escrow else { return Ok(None) };
    let EscrowPlan { payouts, from, most, .. } = escrow;
    let all = payouts.len();
    let left = match database(&plan.dir)? {
        Some(db) => {
            let counted = left_of(&db, payouts);
            block_on(async { counted.await.context(|| "counting payout addresses".into()) })?
        }
        None => all,
    };
    let limits = format!("offered from {from} to {most}");
    Ok(Some(Payouts { all, left, most_open: plan.most_open, limits }))
}

impl Payouts {
    /// Says how many are left; an error where no order can be paid into escrow.
    pub(super) fn said(&self) -> Result<String, CliError> {
        let Self { all, left, limits, .. } = self;
        let said = format!("{limits}; of {all} payout addresses, {left} are unused");
        if *left > 0 {
            return Ok(said);
        }
        Err(CliError::misconfigured(said).hint(
            "escrow is not offered: make payout addresses at home (cryptocart escrow payouts), add \
             them to the file and restart",
        ))
    }

    /// Returns what the seller should do about them.
    pub(super) fn to_do(&self) -> Option<String> {
        let is_few = self.left > 0 && are_few(self.left, self.all, self.most_open);
        is_few.then(|| {
            "escrow: few payout addresses are left: make some at home, add them to the file and \
             restart"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn used_up_payout_addresses_are_wrong_and_few_to_do() {
        let payouts = |left| Payouts { all: 100, left, most_open: 50, limits: "offered".into() };
        assert_eq!(payouts(30).said().unwrap(), "offered; of 100 payout addresses, 30 are unused");
        assert!(payouts(30).to_do().is_none() && payouts(24).to_do().is_some());
        assert!(payouts(0).said().is_err() && payouts(0).to_do().is_none());
    }
}
