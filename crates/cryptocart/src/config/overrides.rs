//! Settings from the environment, under the names that the old cart's `.env` had.
//!
//! They count where the container image says so ([`SWITCH`]), and nowhere else. A `WALLET` in the
//! environment of somebody's desktop must not change where a shop's money goes.

use super::{Config, plan};
use crate::error::CliError;
use shop_core::money::AssetId;
use std::{env, ffi::OsString};

/// Variable that turns this on, with the value [`ON`].
const SWITCH: &str = "CRYPTOCART_SETTINGS";

const ON: &str = "environment";

/// Variables that only processes that read settings inherit.
pub(crate) const VARIABLES: [&str; 5] =
    [SWITCH, NAMES[0].variable, NAMES[1].variable, NAMES[2].variable, NAMES[3].variable];

/// Longest value, in bytes.
const LONGEST: usize = 1000;

/// A variable, and the setting it takes the place of.
#[derive(Debug)]
struct Name {
    variable: &'static str,
    /// As `section.key`.
    setting: &'static str,
    /// Sets a value, or says what is wrong with it.
    set: fn(&mut Config, String) -> Result<(), String>,
}

const NAMES: [Name; 4] = [
    Name { variable: "SITE_NAME", setting: "shop.name", set: set_name },
    Name { variable: "CONTACT", setting: "shop.contact", set: set_contact },
    Name { variable: "CURRENCY", setting: "shop.currency", set: set_currency },
    Name { variable: "WALLET", setting: "ether.wallet", set: set_wallet },
];

/// Values of the environment.
#[derive(Debug, Default)]
pub(crate) struct Overrides(Vec<(&'static Name, String)>);

impl Overrides {
    /// Reads them from this process's environment.
    ///
    /// # Errors
    /// One of them is no text, or too long.
    pub(crate) fn from_env() -> Result<Self, CliError> {
        Self::read(|name| env::var_os(name))
    }

    fn read(variable: impl Fn(&str) -> Option<OsString>) -> Result<Self, CliError> {
        if variable(SWITCH).is_none_or(|value| value != ON) {
            return Ok(Self::default());
        }
        let mut found = Vec::new();
        for name in &NAMES {
            let Some(value) = variable(name.variable) else { continue };
            let value = value.into_string().map_err(|_| name.refuse("it is not text"))?;
            let value = value.trim();
            let value = without_quotes(value).unwrap_or(value);
            if value.len() > LONGEST {
                return Err(name.refuse("it is too long"));
            }
            // Compose files pass a variable that is not set as an empty one.
            if !value.is_empty() {
                found.push((name, value.to_owned()));
            }
        }
        Ok(Self(found))
    }

    /// Puts the values into the settings.
    ///
    /// # Errors
    /// A value cannot be used.
    pub(super) fn apply(&self, config: &mut Config) -> Result<(), CliError> {
        for (name, value) in &self.0 {
            (name.set)(config, value.clone()).map_err(|what| name.refuse(&what))?;
        }
        Ok(())
    }

    /// Returns true if the shop's name is among them.
    pub(super) fn name_the_shop(&self) -> bool {
        self.0.iter().any(|(name, _)| name.setting == "shop.name")
    }

    /// Returns each variable and its setting.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0.iter().map(|(name, _)| (name.variable, name.setting))
    }

    /// Returns which settings come from the environment; nothing if none does.
    pub(crate) fn words(&self) -> Option<String> {
        let names: Vec<_> = self.names().map(|(name, key)| format!("{name} ({key})")).collect();
        (!names.is_empty())
            .then(|| format!("from the environment, not from shop.toml: {}", names.join(", ")))
    }
}

impl Name {
    fn refuse(&self, what: &str) -> CliError {
        let Self { variable, setting, .. } = self;
        CliError::misconfigured(format!("{variable} in the environment: {what}")).hint(format!(
            "correct {variable} in .env, or remove it there and set {setting} in shop.toml"
        ))
    }
}

/// Returns a value of a `.env` without the quotes around it; nothing if there are none.
pub(crate) fn without_quotes(value: &str) -> Option<&str> {
    let inner = |quote| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\''))
}

fn set_name(config: &mut Config, value: String) -> Result<(), String> {
    config.shop.name = value;
    Ok(())
}

fn set_contact(config: &mut Config, value: String) -> Result<(), String> {
    config.shop.contact = value;
    Ok(())
}

fn set_currency(config: &mut Config, value: String) -> Result<(), String> {
    let assets = plan::assets(config).map_err(|error| error.what().to_owned())?;
    if assets.find(&value).is_none() {
        return Err(format!("not a currency of this shop, which has {}", assets.codes()));
    }
    config.shop.currency = value;
    Ok(())
}

fn set_wallet(config: &mut Config, value: String) -> Result<(), String> {
    if !config.ether.pool.trim().is_empty() {
        // One address for all orders in place of one for each is not to happen by a forgotten line.
        return Err("shop.toml has a pool of addresses, [ether] pool; use only one of them".into());
    }
    let address = shop_chain::pay_to(AssetId::ETH, &value);
    address.map_err(|error| format!("it is the address that Ether is paid to: {error}"))?;
    config.ether.wallet = value;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALLET: &str = "0xd8da6bf26964af9d7eed9e03e53415d37aa96045";

    fn read(variables: &[(&str, &str)]) -> Result<Overrides, CliError> {
        let find = |name: &str| variables.iter().find(|(found, _)| *found == name);
        Overrides::read(|name| find(name).map(|(_, value)| OsString::from(value)))
    }

    fn applied(variables: &[(&str, &str)]) -> Result<Config, String> {
        let mut all = vec![(SWITCH, ON)];
        all.extend(variables);
        let mut config = Config::default();
        let overrides = read(&all).map_err(|error| error.to_string())?;
        overrides.apply(&mut config).map_err(|error| error.to_string())?;
        Ok(config)
    }

    #[test]
    fn variables_take_the_place_of_settings() {
        let config = applied(&[
            ("SITE_NAME", "\"Shop #1\""),
            ("CONTACT", " me@example.org "),
            ("CURRENCY", "btc"),
            ("WALLET", WALLET),
        ])
        .unwrap();
        assert_eq!(config.shop.name, "Shop #1");
        assert_eq!(config.shop.contact, "me@example.org");
        assert_eq!(config.shop.currency, "btc");
        assert_eq!(config.ether.wallet, WALLET);
        let differ = config.differences(&Config::default());
        assert_eq!(differ, ["ether.wallet", "shop.contact", "shop.currency", "shop.name"]);
    }

    #[test]
    fn variables_count_only_where_the_switch_is_on() {
        for switch in [None, Some((SWITCH, "")), Some((SWITCH, "1")), Some((SWITCH, "file"))] {
            let variables: Vec<_> = switch.into_iter().chain([("WALLET", "0xnope")]).collect();
            let overrides = read(&variables).unwrap();
            assert_eq!(overrides.words(), None, "{switch:?}");
        }
    }

    #[test]
    fn empty_variable_leaves_the_setting_of_the_file() {
        let config = applied(&[("SITE_NAME", ""), ("CONTACT", "''"), ("WALLET", " ")]).unwrap();
        assert_eq!(config, Config::default());
    }

    #[test]
    fn wrong_value_is_refused_with_its_variable() {
        let long = "a".repeat(LONGEST + 1);
        for (name, value, wanted) in [
            ("WALLET", "0xnope", "WALLET in the environment: it is the address that Ether"),
            ("WALLET", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "WALLET in the environment"),
            ("CURRENCY", "XYZ", "CURRENCY in the environment: not a currency of this shop"),
            ("SITE_NAME", &long, "SITE_NAME in the environment: it is too long"),
        ] {
            let error = applied(&[(name, value)]).unwrap_err();
            assert!(error.contains(wanted), "{error}");
            assert!(error.contains("correct") && error.contains(".env"), "{error}");
            assert!(!error.contains(&long), "{error}");
        }
    }

    #[test]
    fn wallet_does_not_take_the_place_of_a_pool() {
        let mut config = Config::default();
        config.ether.pool = "addresses.txt".into();
        let overrides = read(&[(SWITCH, ON), ("WALLET", WALLET)]).unwrap();
        let error = overrides.apply(&mut config).unwrap_err().to_string();
        assert!(error.contains("WALLET") && error.contains("pool"), "{error}");
    }

    #[test]
    fn settings_of_the_environment_are_named() {
        let overrides = read(&[(SWITCH, ON), ("SITE_NAME", "Nordlys"), ("WALLET", WALLET)]);
        let words = overrides.unwrap().words().unwrap();
        assert!(words.ends_with("shop.toml: SITE_NAME (shop.name), WALLET (ether.wallet)"));
        assert!(!words.contains("Nordlys") && !words.contains(WALLET), "{words}");
    }
}
