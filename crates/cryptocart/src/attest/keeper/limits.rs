//! Limits of what a transaction may cost, and if it is worth it.

use super::due::Due;
use crate::{attest::settings::Limits, escrow::sending::Quote};
use shop_chain::ethereum::Fees;

/// Reason why nothing is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotNow {
    /// The tip does not cover it.
    Unworthy,
    /// It is above what the operator allows.
    TooDear,
}

impl Limits {
    /// Returns the price at which a call may be sent.
    ///
    /// Unless the operator works for free, the fees are capped so that even the most that the call can
    /// cost is within the tip. `old` are the fees of the transaction that it takes the place of.
    pub(super) fn accept(
        &self,
        quote: Quote,
        due: &Due,
        old: Option<&Fees>,
    ) -> Result<Quote, NotNow> {
        let quote = old.map_or(quote, |old| quote.in_place_of(old));
        let usual = quote.usual_price();
        let gas = u128::from(quote.gas_limit);
        let allowed = self.max_fee_per_gas.min(self.max_fee / gas.max(1));
        if allowed < usual {
            return Err(NotNow::TooDear);
        }
        let earned = if self.is_for_free {
            u128::MAX
        } else {
            due.tip / gas.saturating_add(u128::from(due.later_gas)).max(1)
        };
        let wanted = usual.saturating_mul(100_u128.saturating_add(self.margin_percent)) / 100;
        if earned < wanted {
            return Err(NotNow::Unworthy);
        }
        let max_fee = quote.fees.max_fee.min(allowed).min(earned);
        let fees = Fees { max_fee, max_priority_fee: quote.fees.max_priority_fee.min(max_fee) };
        let least = old.map(|old| Fees { max_fee: 0, max_priority_fee: 0 }.replacing(old));
        let is_taken = least.is_none_or(|least| {
            fees.max_fee >= least.max_fee && fees.max_priority_fee >= least.max_priority_fee
        });
        if is_taken { Ok(Quote { fees, ..quote }) } else { Err(NotNow::TooDear) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GWEI: u128 = 1_000_000_000;
    const LIMITS: Limits = Limits {
        max_fee_per_gas: 50 * GWEI,
        max_fee: 10_000_000 * GWEI,
        margin_percent: 20,
        is_for_free: false,
        max_free_a_day: 0,
    };

    const fn due(tip: u128) -> Due {
        Due { action: "finalize", data: Vec::new(), tip, later_gas: 0 }
    }

    fn quote(base_fee: u128) -> Quote {
        let fees = Fees { max_fee: 2 * base_fee + GWEI, max_priority_fee: GWEI };
        Quote::new(130_000, base_fee, fees)
    }

    #[test]
    fn tip_must_cover_todays_fee_and_the_margin() {
        let gas = u128::from(quote(9 * GWEI).gas_limit);
        let enough = gas * 12 * GWEI;
        let accepted = LIMITS.accept(quote(9 * GWEI), &due(enough), None).unwrap();
        assert_eq!(accepted.fees.max_fee, 12 * GWEI, "no more than the tip pays");
        let short = LIMITS.accept(quote(9 * GWEI), &due(enough - gas), None);
        assert_eq!(short, Err(NotNow::Unworthy));
        let free = Limits { is_for_free: true, ..LIMITS };
        assert_eq!(free.accept(quote(9 * GWEI), &due(0), None).unwrap().fees.max_fee, 19 * GWEI);
    }

    #[test]
    fn limits_hold_whatever_the_tip_is() {
        let rich = due(u128::MAX);
        let capped = LIMITS.accept(quote(40 * GWEI), &rich, None).unwrap();
        assert_eq!(capped.fees.max_fee, 50 * GWEI);
        assert_eq!(LIMITS.accept(quote(50 * GWEI), &rich, None), Err(NotNow::TooDear));
        let small = Limits { max_fee: GWEI, ..LIMITS };
        assert_eq!(small.accept(quote(GWEI), &rich, None), Err(NotNow::TooDear));
        let old = Fees { max_fee: 46 * GWEI, max_priority_fee: GWEI };
        let stuck = LIMITS.accept(quote(40 * GWEI), &rich, Some(&old));
        assert_eq!(stuck, Err(NotNow::TooDear), "an eighth more is above the limit");
    }

    proptest! {
        #[test]
        fn nothing_costs_more_than_tip_and_limits(
            gas in 0_u64..400_000,
            base_fee in 0_u128..60 * GWEI,
            priority in 0_u128..10 * GWEI,
            tip in 0_u128..100_000_000 * GWEI,
            later_gas in prop_oneof![Just(0_u64), Just(165_000)],
            max_fee_per_gas in 0_u128..300 * GWEI,
            max_fee in 0_u128..400_000_000 * GWEI,
            old in proptest::option::of((0_u128..100 * GWEI, 0_u128..5 * GWEI)),
        ) {
            let limits = Limits { max_fee_per_gas, max_fee, ..LIMITS };
            let fees = Fees { max_fee: 2 * base_fee + priority, max_priority_fee: priority };
            let due = Due { later_gas, ..due(tip) };
            let old = old.map(|(max_fee, max_priority_fee)| Fees { max_fee, max_priority_fee });
            if let Ok(quote) = limits.accept(Quote::new(gas, base_fee, fees), &due, old.as_ref()) {
                let most = quote.fees.most(quote.gas_limit);
                prop_assert!(most <= tip && most <= max_fee);
                prop_assert!(quote.fees.max_fee <= max_fee_per_gas);
                prop_assert!(quote.fees.max_priority_fee <= quote.fees.max_fee);
                prop_assert!(quote.fees.max_fee >= base_fee);
                if let Some(old) = old {
                    prop_assert!(quote.fees.max_fee > old.max_fee);
                }
            }
        }
    }
}
