//! `shop.toml`: one struct a section, each key with its default, unknown keys refused.
//!
//! [`Config`] is what the file says, and what the environment says in its place ([`overrides`]);
//! [`plan::Plan`] is what it means, checked.

pub(crate) mod chains;
pub(crate) mod credentials;
pub(crate) mod escrow;
mod lints;
pub(crate) mod overrides;
pub(crate) mod plan;
pub(crate) mod rates;
pub(crate) mod rules;
mod short_form;
pub(crate) mod tor;

use crate::{
    error::{CliError, IoContext},
    files,
    shop_dir::ShopDir,
};
use chains::{AssetSettings, Bitcoin, Ether, Monero};
use escrow::Escrow;
use overrides::Overrides;
use rates::RateSettings;
use rules::PriceTable;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shop_core::{kind::Kind, money::Assets};
use tor::Tor;

/// The file a new shop gets: every key, its default and what it is for.
pub(crate) const EXAMPLE: &str = include_str!("config/example.toml");

/// The whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    pub(crate) shop: Shop,
    pub(crate) preview: Preview,
    pub(crate) clear_web: ClearWeb,
    pub(crate) orders: Orders,
    pub(crate) records: Records,
    pub(crate) assets: AssetSettings,
    pub(crate) rates: RateSettings,
    pub(crate) ether: Ether,
    pub(crate) bitcoin: Bitcoin,
    pub(crate) monero: Monero,
    pub(crate) escrow: Escrow,
    pub(crate) tor: Tor,
}

/// `[shop]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Shop {
    pub(crate) name: String,
    pub(crate) tagline: String,
    pub(crate) contact: String,
    pub(crate) seller_key: String,
    pub(crate) currency: String,
    pub(crate) language: String,
    pub(crate) languages: Vec<String>,
}

impl Default for Shop {
    fn default() -> Self {
        Self {
            name: "Plain Sight Tees".into(),
            tagline: "Shirts for people who read the manual".into(),
            contact: String::new(),
            seller_key: "seller.asc".into(),
            currency: Assets::default().usual().code().into(),
            language: "en".into(),
            languages: vec!["en".into(), "fr-CA".into()],
        }
    }
}

/// `[preview]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Preview {
    pub(crate) enabled: bool,
    pub(crate) listen: String,
}

impl Default for Preview {
    fn default() -> Self {
        Self { enabled: true, listen: "127.0.0.1:8080".into() }
    }
}

/// `[clear_web]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ClearWeb {
    pub(crate) enabled: bool,
    pub(crate) host: String,
    pub(crate) socket: String,
}

impl Default for ClearWeb {
    fn default() -> Self {
        Self { enabled: false, host: String::new(), socket: "state/clear-web.sock".into() }
    }
}

/// `[orders]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Orders {
    pub(crate) mailbox: String,
    pub(crate) offer_hours: u64,
    pub(crate) most_open: u32,
    pub(crate) minimum: PriceTable,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            mailbox: "mailorders/root".into(),
            offer_hours: 24,
            most_open: 50,
            minimum: PriceTable::new(),
        }
    }
}

/// `[records]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Records {
    pub(crate) unpaid_hours: u64,
    pub(crate) paid_days: u64,
}

impl Default for Records {
    fn default() -> Self {
        Self { unpaid_hours: 168, paid_days: 30 }
    }
}

impl Config {
    /// Reads a shop's settings, those of the environment included.
    pub(crate) fn load(dir: &ShopDir) -> Result<Self, CliError> {
        let path = dir.config();
        if !path.try_exists().io_context(|| format!("opening {}", path.display()))? {
            let what = format!("no shop found in {}: it has no shop.toml", dir.path().display());
            return Err(CliError::new(Kind::NotFound, what).hint(dir.how_to_have_one()));
        }
        let text = files::read_text(&path, 256 * 1024)?;
        let refuse = |what: &str| {
            CliError::misconfigured(format!("{}: {what}", path.display()))
                .hint("cryptocart config example explains every key")
        };
        let mut config = Self::parse(&text).map_err(|error| refuse(error.what()))?;
        let overrides = Overrides::from_env()?;
        // Every other key has a value that suits most shops; this one would be the sample's.
        if !is_named(&text) && !overrides.name_the_shop() {
            return Err(refuse("the shop has no name: add name = \"...\" under [shop]"));
        }
        overrides.apply(&mut config)?;
        Ok(config)
    }

    /// Reads the assets that prices of a shop can be in: coins, and the tokens of its settings.
    pub(crate) fn known_assets(dir: &ShopDir) -> Result<Assets, CliError> {
        plan::assets(&Self::load(dir)?)
    }

    pub(crate) fn parse(text: &str) -> Result<Self, CliError> {
        from_toml(text)
    }

    /// Returns the settings without what names the seller's money, network or files.
    pub(crate) fn redacted(mut self) -> Self {
        let hide = |text: &mut String| {
            if !text.is_empty() {
                "[redacted]".clone_into(text);
            }
        };
        hide(&mut self.tor.passphrase_file);
        self.tor.bridges.iter_mut().for_each(hide);
        hide(&mut self.shop.contact);
        self.private_texts().into_iter().for_each(hide);
        self
    }

    /// Returns the names of the keys that have another value in `other`, as `section.key`.
    pub(crate) fn differences(&self, other: &Self) -> Vec<String> {
        let sections = |config| match toml::Table::try_from(config) {
            Ok(table) => table,
            Err(_) => toml::Table::new(),
        };
        let mine = sections(self);
        let theirs = sections(other);
        let mut differ = Vec::new();
        for (section, keys) in &mine {
            for (key, value) in keys.as_table().into_iter().flatten() {
                let other = theirs.get(section).and_then(|keys| keys.get(key));
                if other != Some(value) {
                    differ.push(format!("{section}.{key}"));
                }
            }
        }
        differ
    }

    pub(crate) fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }
}

/// Checks that the file itself names the shop.
fn is_named(text: &str) -> bool {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    table.get("shop").and_then(|shop| shop.get("name")).is_some()
}

/// Reads TOML; a refusal names the line.
fn from_toml<T: DeserializeOwned>(text: &str) -> Result<T, CliError> {
    toml::from_str(text).map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count();
        let words = lints::words(error.message(), text.lines().nth(line).unwrap_or_default());
        CliError::misconfigured(format!("line {}: {words}", line + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chains::NodeSetting;

    #[test]
    fn the_example_is_the_defaults_and_names_every_key() {
        assert_eq!(Config::parse(EXAMPLE).unwrap(), Config::default());
        let defaults = toml::Value::try_from(Config::default()).unwrap();
        let example: toml::Value = toml::from_str(EXAMPLE).unwrap();
        assert_eq!(example, defaults, "a key is missing in example.toml, or one too many");
    }

    #[test]
    fn settings_that_differ_are_named_by_section_and_key() {
        let opened = Config::parse("[shop]\nname = \"A\"\n").unwrap();
        let same = Config::parse("# moved\n[shop]\nname = \"A\"\n[ether]\nnodes = []\n").unwrap();
        assert_eq!(opened.differences(&same), Vec::<String>::new());
        let text =
            "[shop]\nname = \"B\"\n[orders]\nminimum = { ETH = 5 }\n[ether]\nnodes = [\"x\"]\n";
        let changed = Config::parse(text).unwrap();
        assert_eq!(opened.differences(&changed), ["ether.nodes", "orders.minimum", "shop.name"]);
        assert_eq!(changed.differences(&opened), ["ether.nodes", "orders.minimum", "shop.name"]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error = Config::parse("[shop]\nname = \"x\"\nnmae = \"y\"\n").unwrap_err().to_string();
        assert!(error.starts_with("line 3") && error.contains("nmae"), "{error}");
    }

    #[test]
    fn the_commonest_slips_are_refused_with_what_to_write() {
        for (text, wanted) in [
            ("[shop]\nname = Nordlys\n", "line 2: put quotes around it: name = \"Nordlys\""),
            ("[shop]\nname = Nord & Lys # ours\n", "put quotes around it: name = \"Nord & Lys\""),
            ("[tor]\nenabled = True\n", "line 2: write it in lower case: enabled = true"),
            (
                "[shop]\nname = \"Nordlys\ntagline = \"x\"\n",
                "line 2: there is a missing or extra quote",
            ),
            ("[orders]\nminimum = { ETH = 0.005 }\n", "for 0.005 of a coin write 5000000"),
            ("[orders]\nminimum = { ETH = -5 }\n", "-5 is below 0"),
        ] {
            let error = Config::parse(text).unwrap_err().to_string();
            assert!(error.contains(wanted), "{text}\n{error}");
        }
    }

    /// All other keys may be missing.
    #[test]
    fn settings_without_a_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(folder.path());
        for (text, opens) in [
            ("", false),
            ("[shop]\n", false),
            ("[tor]\nenabled = false\n", false),
            ("[shop]\nname = \"Nordlys\"\n", true),
            ("\u{feff}[shop]\nname = \"Nordlys\"\n", true),
        ] {
            files::write(&dir.config(), text.as_bytes(), false).unwrap();
            let found = Config::load(&dir);
            assert_eq!(found.is_ok(), opens, "{text:?}: {found:?}");
        }
    }

    #[test]
    fn redacted_settings_name_no_money_and_no_node() {
        let mut config = Config::default();
        config.ether.wallet = "0xabc".into();
        config.ether.nodes = vec!["https://node.example/secret".into()];
        config.bitcoin.nodes = vec![NodeSetting { url: "mine.example".into(), own: true }];
        config.shop.contact = "me@example.org".into();
        config.ether.pool = "elsewhere/alice/addresses".into();
        config.tor.passphrase_file = "elsewhere/alice/phrase".into();
        config.tor.bridges = vec!["obfs4 192.0.2.1:443 alice".into()];
        let shown = config.redacted().to_toml();
        for secret in ["0xabc", "node.example", "mine.example", "me@", "alice"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
