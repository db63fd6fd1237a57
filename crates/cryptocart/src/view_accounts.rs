//! Accounts of a shop, opened with their view keys.

use crate::{
    config::{
        Config,
        chains::Origin,
        plan::{ChainPlan, Plan, ViewPlan},
    },
    error::CliError,
    secret_file::Passphrase,
    shop_dir::ShopDir,
    view_key::{ViewKey, ViewKeyFile, ViewKeys},
};
use shop_chain::{ViewAccount, ViewAccountRefusal};
use shop_core::chain::ChainId;
use std::sync::Arc;

/// Reads the view keys that the settings need, and checks them.
///
/// # Errors
/// One is missing, cannot be read, or is not the key of its address.
pub(crate) fn read_keys(plan: &Plan, passphrase: &Passphrase) -> Result<ViewKeys, CliError> {
    let mut keys = ViewKeys::new();
    for chain in &plan.payments {
        let Some(view) = &chain.view else { continue };
        let key = ViewKeyFile::of(&plan.dir, chain.section).read(passphrase)?;
        account(&plan.dir, chain, view, &key)?;
        keys.insert(chain.section.to_owned(), key);
    }
    Ok(keys)
}

/// Opens the accounts of a plan with these keys.
/// It takes about a second for 10,000 addresses.
///
/// # Errors
/// A key is missing or not the one of its address.
pub(crate) fn open(plan: &mut Plan, keys: &ViewKeys) -> Result<(), CliError> {
    for chain in plan.payments.iter_mut().filter(|chain| chain.view.is_some()) {
        let key = keys.get(chain.section).ok_or_else(|| {
            let what =
                format!("[{}] was added to shop.toml while the shop was open", chain.section);
            CliError::misconfigured(what).hint("restart the shop")
        })?;
        open_one(&plan.dir, chain, key)?;
    }
    Ok(())
}

/// Opens the account of one chain.
///
/// # Errors
/// The key is not the one of its address.
pub(crate) fn open_one(
    dir: &ShopDir,
    chain: &mut ChainPlan,
    key: &ViewKey,
) -> Result<(), CliError> {
    if let Some(view) = &chain.view {
        let account = account(dir, chain, view, key)?;
        chain.open_account(&account);
    }
    Ok(())
}

/// Opens the account that a section of the settings names, with this key.
///
/// # Errors
/// The address cannot be used, or the key is not its.
pub(crate) fn of_section(
    config: &Config,
    name: &str,
    key: &ViewKey,
) -> Result<Arc<dyn ViewAccount>, CliError> {
    let sections = config.chains();
    let section = sections.iter().find(|section| section.name == name);
    let found = section.and_then(|section| match section.derived?.origin {
        Origin::Account { address } => Some((section.coin.chain(), address, section.network)),
        Origin::Descriptor(_) => None,
    });
    let (chain, address, network) = found.ok_or_else(|| {
        CliError::misconfigured(format!("shop.toml, {name}: there is no address"))
    })?;
    view_account(chain, address, key, network).map_err(|error| match error {
        ViewAccountRefusal::Key(_) => CliError::input(error.to_string()),
        _ => CliError::misconfigured(format!("shop.toml, {name}.address: {error}"))
            .hint("see docs/monero.md"),
    })
}

fn account(
    dir: &ShopDir,
    chain: &ChainPlan,
    view: &ViewPlan,
    key: &ViewKey,
) -> Result<Arc<dyn ViewAccount>, CliError> {
    let made = view_account(chain.chain, &view.address, key, chain.network);
    made.map_err(|error| {
        let command = dir.command(&format!("{} key", chain.section));
        let what = format!("the stored view key of [{}]: {error}", chain.section);
        CliError::misconfigured(what)
            .hint(format!("store the key of the address in shop.toml: {command}"))
    })
}

fn view_account(
    chain: ChainId,
    address: &str,
    key: &ViewKey,
    network: u64,
) -> Result<Arc<dyn ViewAccount>, ViewAccountRefusal> {
    let rules = shop_chain::rules(chain).ok_or(ViewAccountRefusal::NoViewKeys)?;
    rules.view_account(address, key.as_str(), network)
}
