//! Addresses that follow from a descriptor or an account.

use super::{
    chains::{AssetPlan, Reading, Source},
    key,
    numbered::{KEY_END, MOST_WATCHED, Numbered, short_name},
    view::ViewPlan,
};
use crate::{
    config::chains::{Derived, Origin},
    error::CliError,
};
use shop_chain::bitcoin::{Descriptor, Network};
use shop_core::money::AssetId;

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
        if !(1..=MOST_WATCHED).contains(&derived.addresses) {
            let hint = format!("write a number from 1 to {MOST_WATCHED}");
            return Err(self.refuse("addresses", "it is out of range", &hint));
        }
        match derived.origin {
            Origin::Descriptor(descriptor) => self.of_descriptor(coin, descriptor, derived),
            Origin::Account { address } => self.of_account(coin, address, derived),
        }
    }

    /// Returns the plan of an account's addresses. Number 0 is its own address.
    fn of_account(
        &self,
        coin: AssetId,
        address: &str,
        Derived { first, addresses, .. }: Derived<'_>,
    ) -> Result<AssetPlan, CliError> {
        if first == 0 {
            let hint = "write 1 or more: number 0 is the address of the wallet itself";
            return Err(self.refuse("first", "it is 0", hint));
        }
        let key = short_name(address);
        let numbered =
            Numbered::read(self.dir, self.section.name, key, first, addresses, ACCOUNT_END)?;
        let numbered = numbered.ok_or_else(|| {
            let hint = format!("first + addresses is at most {ACCOUNT_END}: use a new wallet");
            self.refuse("first", "it is too large", &hint)
        })?;
        Ok(self.numbered(coin, Source::Unopened, "address", numbered))
    }

    /// Derives the addresses of a descriptor.
    fn of_descriptor(
        &self,
        coin: AssetId,
        descriptor: &str,
        Derived { first, addresses, .. }: Derived<'_>,
    ) -> Result<AssetPlan, CliError> {
        let beyond = || self.refuse("first", "it is too large", "the last address is 2147483647");
        let network = Network::from_number(self.section.network);
        let unknown = || self.refuse("network", "it is unknown", self.section.main_network);
        let descriptor =
            Descriptor::parse(descriptor, network.ok_or_else(unknown)?).map_err(|error| {
                self.refuse("descriptor", &error.to_string(), "see docs/bitcoin.md")
            })?;
        let key = descriptor.fingerprint();
        let numbered = Numbered::read(self.dir, self.section.name, key, first, addresses, KEY_END)?;
        let numbered = numbered.ok_or_else(beyond)?;
        let pool = numbered.watched.clone().map(|number| descriptor.address(number));
        let pool = pool.collect::<Option<_>>().ok_or_else(beyond)?;
        Ok(self.numbered(coin, Source::Pool(pool), "descriptor", numbered))
    }

    fn numbered(
        &self,
        coin: AssetId,
        source: Source,
        setting: &str,
        numbered: Numbered,
    ) -> AssetPlan {
        AssetPlan {
            asset: coin,
            source,
            ignore_below: 0,
            named: format!("{}.{setting}", self.section.name),
            numbered: Some(numbered),
        }
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
        let reads_unmined = self.section.reads_unmined;
        Ok(Some(ViewPlan { address, reads_unmined, account: None }))
    }
}
