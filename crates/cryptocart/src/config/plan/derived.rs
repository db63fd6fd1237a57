//! Addresses that follow from a descriptor or an account.

use super::{
    chains::{AssetPlan, Reading, Source},
    key,
    view::ViewPlan,
};
use crate::{
    config::chains::{Derived, Origin},
    error::CliError,
};
use shop_chain::bitcoin::{Descriptor, Network};
use shop_core::{money::AssetId, pay_to::PayTo};
use std::ops::Range;

/// Most addresses that are derived: they are all watched.
const MOST_DERIVED: u32 = 20_000;
/// Number below which addresses of an account are: those before the first are recognised too.
const ACCOUNT_END: u32 = 100_000;

impl Reading<'_> {
    /// Derives addresses; those of an account follow once its view key is read.
    pub(super) fn derive(
        &self,
        coin: AssetId,
        derived: Derived<'_>,
    ) -> Result<AssetPlan, CliError> {
        if !self.section.pool.is_empty() {
            let what = "both descriptor and pool are set";
            return Err(key(self.section.name, what, "use only one of them"));
        }
        if !(1..=MOST_DERIVED).contains(&derived.addresses) {
            let hint = format!("write a number from 1 to {MOST_DERIVED}");
            return Err(self.refuse("addresses", "it is out of range", &hint));
        }
        let (source, setting, end) = match derived.origin {
            Origin::Descriptor(descriptor) => {
                let (pool, end) = self.of_descriptor(descriptor, derived)?;
                (Source::Pool(pool), "descriptor", end)
            }
            Origin::Account { .. } => {
                (Source::Unopened, "address", self.account_numbers(derived)?.end)
            }
        };
        let named = format!("{}.{setting}", self.section.name);
        Ok(AssetPlan { asset: coin, source, ignore_below: 0, named, gap_limit: Some(end) })
    }

    /// Returns the numbers of an account's addresses that are given. Number 0 is its own address.
    fn account_numbers(&self, derived: Derived<'_>) -> Result<Range<u32>, CliError> {
        let Derived { first, addresses, .. } = derived;
        if first == 0 {
            let hint = "write 1 or more: number 0 is the address of the wallet itself";
            return Err(self.refuse("first", "it is 0", hint));
        }
        let end = first.checked_add(addresses).filter(|end| *end <= ACCOUNT_END);
        let end = end.ok_or_else(|| {
            let hint = format!("first + addresses is at most {ACCOUNT_END}: use a new wallet");
            self.refuse("first", "it is too large", &hint)
        })?;
        Ok(first..end)
    }

    /// Returns the account that the section names; none where it names none.
    pub(super) fn view(&self) -> Result<Option<ViewPlan>, CliError> {
        let Some(derived) = self.section.derived else { return Ok(None) };
        let Origin::Account { address } = derived.origin else { return Ok(None) };
        let chain = shop_chain::rules(self.section.coin.chain());
        let unknown = || self.refuse("network", "it is unknown", self.section.main_network);
        let address = chain.ok_or_else(unknown)?.view_address(address, self.section.network);
        let address = address
            .map_err(|error| self.refuse("address", &error.to_string(), "see docs/monero.md"))?;
        let numbers = self.account_numbers(derived)?;
        let reads_unmined = self.section.reads_unmined;
        Ok(Some(ViewPlan { address, numbers, reads_unmined, account: None }))
    }

    /// Derives the addresses of a descriptor. Returns them, and the number after the last.
    fn of_descriptor(
        &self,
        descriptor: &str,
        Derived { first, addresses, .. }: Derived<'_>,
    ) -> Result<(Vec<PayTo>, u32), CliError> {
        let beyond = || self.refuse("first", "it is too large", "the last address is 2147483647");
        let end = first.checked_add(addresses).ok_or_else(beyond)?;
        let network = Network::from_number(self.section.network);
        let unknown = || self.refuse("network", "it is unknown", self.section.main_network);
        let descriptor =
            Descriptor::parse(descriptor, network.ok_or_else(unknown)?).map_err(|error| {
                self.refuse("descriptor", &error.to_string(), "see docs/bitcoin.md")
            })?;
        let pool = (first..end).map(|number| descriptor.address(number).ok_or_else(beyond));
        Ok((pool.collect::<Result<_, _>>()?, end))
    }
}
