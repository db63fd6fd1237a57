//! Settings of a shop, checked and ready to be used.
//!
//! Nothing here is optional by accident.

mod bridges;
mod chains;
mod clear_web;
mod derived;
mod escrow;
mod node;
mod numbered;
pub(crate) mod operators;
mod rates;
mod tor;
mod view;

use super::{Config, credentials, rules::prices};
use crate::{error::CliError, secret_file::Passphrase, shop_dir::ShopDir};
pub(crate) use bridges::TransportProgram;
use chains::Chains;
pub(super) use chains::assets;
pub(crate) use chains::{
    AssetPlan, ChainPlan, ChainTerms, STOP_AFTER_HOURS, Source, TOKEN_IGNORED,
};
pub(crate) use clear_web::ClearWebPlan;
pub(crate) use escrow::EscrowPlan;
#[cfg(test)]
pub(crate) use escrow::tests::sample as sample_escrow;
pub(crate) use node::NodeUrl;
pub(crate) use numbered::{Numbered, short_name, wallet_setting};
pub(crate) use rates::{HandRate, RatesPlan, SourcePlan};
use shop_core::{
    bill::Prices,
    chain::ChainId,
    escrow::Account,
    money::{AssetId, Assets, Currency},
    pay_to::PayTo,
};
use shop_web::{Language, Languages};
use std::{net::SocketAddr, path::PathBuf};
pub(crate) use tor::{TorBackend, TorSettings};
pub(crate) use view::ViewPlan;

/// A checked [`Config`].
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) dir: ShopDir,
    pub(crate) name: String,
    pub(crate) tagline: String,
    pub(crate) contact: Option<String>,
    pub(crate) seller_key: PathBuf,
    pub(crate) currency: AssetId,
    /// Assets that prices can be in.
    pub(crate) assets: Assets,
    pub(crate) languages: Languages,
    pub(crate) preview: Option<SocketAddr>,
    pub(crate) clear_web: Option<ClearWebPlan>,
    pub(crate) mailbox: PathBuf,
    pub(crate) offer_hours: u64,
    pub(crate) most_open: u32,
    /// The least value of goods in an order.
    pub(crate) minimum: Prices,
    pub(crate) unpaid_hours: u64,
    pub(crate) paid_hours: u64,
    terms: Vec<ChainTerms>,
    /// Chains that the shop is paid on; none in a demo.
    pub(crate) payments: Vec<ChainPlan>,
    /// Escrow, where it is offered; none in a demo.
    pub(crate) escrow: Option<EscrowPlan>,
    /// Payout addresses that the settings name, also while escrow is off.
    pub(crate) payouts: Vec<Account>,
    /// Sources of exchange rates, and rates by hand.
    pub(crate) rates: RatesPlan,
    /// Settings that are missing before a chain can be paid on.
    pub(crate) missing: Vec<String>,
    pub(crate) tor: Option<TorSettings>,
    /// Path of the file with the onion key's passphrase; none if it is asked for.
    pub(crate) passphrase_file: Option<PathBuf>,
}

impl Plan {
    /// Reads and checks a shop's settings.
    pub(crate) fn load(dir: &ShopDir) -> Result<Self, CliError> {
        Self::check(dir, &Config::load(dir)?)
    }

    fn check(dir: &ShopDir, config: &Config) -> Result<Self, CliError> {
        let name = shop_core::text::line(&config.shop.name);
        if name.is_empty() {
            return Err(key("shop.name", "it is blank", "give the shop a name"));
        }
        let assets = assets(config)?;
        let currency = assets.find(&config.shop.currency).ok_or_else(|| {
            let hint = format!("the currencies are {}", assets.codes());
            key("shop.currency", "not a currency of this shop", &hint)
        })?;
        let Chains { terms, payments, missing } = chains::chains(dir, config, &assets)?;
        Ok(Self {
            dir: dir.clone(),
            name,
            tagline: shop_core::text::line(&config.shop.tagline),
            contact: Some(shop_core::text::line(&config.shop.contact)).filter(|c| !c.is_empty()),
            seller_key: dir.resolve(&config.shop.seller_key),
            currency,
            assets: assets.clone(),
            languages: languages(&config.shop)?,
            preview: preview(config)?,
            clear_web: clear_web::plan(dir, &config.clear_web)?,
            mailbox: dir.resolve(&config.orders.mailbox),
            offer_hours: hours("orders.offer_hours", config.orders.offer_hours, 24 * 14)?,
            most_open: config.orders.most_open.max(1),
            minimum: prices::of_settings("orders.minimum", &config.orders.minimum, &assets)?,
            unpaid_hours: hours("records.unpaid_hours", config.records.unpaid_hours, 24 * 90)?,
            paid_hours: hours("records.paid_days", config.records.paid_days, 366)? * 24,
            terms,
            escrow: escrow::escrow(dir, config, &payments)?,
            payouts: escrow::named_payouts(dir, config),
            payments,
            rates: rates::rates(config, &assets)?,
            missing,
            tor: TorSettings::read(dir, config)?,
            passphrase_file: passphrase_file(dir, config),
        })
    }

    /// Returns the passphrase that secrets of a shop with these settings are sealed with.
    pub(crate) fn passphrase(dir: &ShopDir, config: &Config) -> Passphrase {
        Passphrase::new(passphrase_file(dir, config).as_deref())
    }

    /// Returns true if exchange rates for this currency come from anywhere.
    /// In a demo they are made up.
    pub(crate) fn converts(&self, currency: Currency) -> bool {
        let by_hand = self.rates.by_hand.iter().any(|rate| rate.currency == currency);
        self.is_demo() || by_hand || !self.rates.sources.is_empty()
    }

    /// Returns the plan of a chain that the shop is really paid on.
    pub(crate) fn chain(&self, chain: ChainId) -> Option<&ChainPlan> {
        self.payments.iter().find(|plan| plan.chain == chain)
    }

    /// Returns the terms of a chain.
    pub(crate) fn terms(&self, chain: ChainId) -> ChainTerms {
        let terms = self.terms.iter().find(|terms| terms.chain == chain);
        terms.copied().unwrap_or_else(|| ChainTerms::usual(chain))
    }

    /// Returns the terms of the chains that have settings.
    pub(crate) fn all_terms(&self) -> &[ChainTerms] {
        &self.terms
    }

    /// Returns the assets that are really taken, each with its addresses; none in a demo.
    pub(crate) fn taken(&self) -> impl Iterator<Item = &AssetPlan> {
        self.payments.iter().flat_map(|chain| &chain.assets)
    }

    /// Opens the accounts that are open in `other`, which has the same settings of payments.
    pub(crate) fn share_accounts(&mut self, other: &Self) {
        for chain in &mut self.payments {
            let opened = other.chain(chain.chain).and_then(|opened| opened.view.as_ref());
            if let Some(account) = opened.and_then(|view| view.account.as_ref()) {
                chain.open_account(account);
            }
        }
    }

    /// Returns the pools of addresses.
    pub(crate) fn pools(&self) -> impl Iterator<Item = &Vec<PayTo>> {
        self.taken().filter_map(|taken| match &taken.source {
            Source::Pool(pool) => Some(pool),
            Source::Wallet(_) | Source::Unopened => None,
        })
    }

    /// Returns true if the key of a setting, as `section.key`, is about chains or assets.
    pub(crate) fn is_about_payments(&self, key: &str) -> bool {
        let section = key.split('.').next();
        section == Some("assets")
            || section == Some("escrow")
            || self.terms.iter().any(|terms| terms.section == section)
    }

    /// Returns true if payments are simulated.
    pub(crate) fn is_demo(&self) -> bool {
        self.payments.is_empty()
    }
}

/// Checks a number of hours.
fn hours(name: &str, value: u64, most: u64) -> Result<u64, CliError> {
    match value {
        0 => Err(key(name, "it is 0", "use a number above 0")),
        value if value > most => {
            Err(key(name, "it is too large", &format!("the maximum is {most}")))
        }
        value => Ok(value),
    }
}

fn key(name: &str, what: &str, hint: &str) -> CliError {
    CliError::misconfigured(format!("shop.toml, {name}: {what}")).hint(hint)
}

fn passphrase_file(dir: &ShopDir, config: &Config) -> Option<PathBuf> {
    named(dir, &config.tor.passphrase_file).or_else(credentials::onion_passphrase)
}

fn named(dir: &ShopDir, path: &str) -> Option<PathBuf> {
    (!path.is_empty()).then(|| dir.resolve(path))
}

fn languages(shop: &super::Shop) -> Result<Languages, CliError> {
    let known = Language::ALL.map(Language::tag).join(", ");
    let language = |name: &str, tag: &str| {
        Language::from_tag(tag).ok_or_else(|| {
            let what = format!("{tag:?} is not a language of this program");
            key(name, &what, &format!("the languages are {known}"))
        })
    };
    let own = language("shop.language", &shop.language)?;
    let all = shop.languages.iter().map(|tag| language("shop.languages", tag));
    let all = all.collect::<Result<Vec<_>, _>>()?;
    if !all.contains(&own) {
        let what = format!("the list does not include the shop's own language, {}", own.tag());
        return Err(key("shop.languages", &what, "add it, or change shop.language"));
    }
    Ok(Languages::new(own, &all))
}

fn preview(config: &Config) -> Result<Option<SocketAddr>, CliError> {
    if !config.preview.enabled {
        return Ok(None);
    }
    let hint = "write 127.0.0.1:8080, or enabled = false";
    let address: SocketAddr = config
        .preview
        .listen
        .parse()
        .map_err(|_| key("preview.listen", "not an address with a port", hint))?;
    if !address.ip().is_loopback() {
        let what = "this address would open the shop to the network outside Tor";
        return Err(key("preview.listen", what, "use a loopback address such as 127.0.0.1:8080"));
    }
    Ok(Some(address))
}

#[cfg(test)]
pub(crate) mod tests;
