//! `attest.toml`.

use super::AttestDir;
use crate::{
    config::plan::NodeUrl,
    error::CliError,
    escrow::sending::wei,
    files,
    service::settings::{LARGEST, RawChain, RawPreview, RawTor, TorSettings},
};
use serde::Deserialize;
use shop_carrier::Rules;
use shop_chain::ethereum::escrow::parse_account;
use shop_core::escrow::Account;
use shop_net::outbound::{Target, TargetError};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// The settings as they are written when an attestor is created.
pub(super) const EXAMPLE: &str = include_str!("attest.toml");

/// Settings of an attestor, checked.
pub(crate) struct Settings {
    /// Name on the pages.
    pub(super) name: String,
    /// Number of the chain (EIP-155).
    pub(super) chain_id: u64,
    /// Nodes that are asked.
    pub(super) nodes: Vec<NodeUrl>,
    /// Most parcels that are watched at once.
    pub(super) most_parcels: usize,
    /// Hand-overs that count besides the one at the address.
    pub(super) rules: Rules,
    /// Canada Post.
    pub(super) canada_post: Option<CarrierAccount>,
    /// USPS.
    pub(super) usps: Option<CarrierAccount>,
    /// Keeper, where it is turned on.
    pub(super) keeper: Option<KeeperSettings>,
    /// Places of other attestors.
    pub(super) peers: BTreeMap<Account, NodeUrl>,
    /// Address on this machine at which the pages can be looked at.
    pub(super) preview: Option<SocketAddr>,
    /// Tor.
    pub(super) tor: Option<TorSettings>,
}

/// Limits that the operator sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    /// Most wei for a unit of gas.
    pub(super) max_fee_per_gas: u128,
    /// Most wei for a transaction.
    pub(super) max_fee: u128,
    /// Hundredths by which the tip must be above the cost of today.
    pub(super) margin_percent: u128,
    /// True if the operator pays what the tip does not.
    pub(super) is_for_free: bool,
    /// Most wei of that on one day.
    pub(super) max_free_a_day: u128,
}

/// Settings of the keeper.
pub(super) struct KeeperSettings {
    /// File of the key that pays the fees.
    pub(super) key_file: PathBuf,
    /// Limits of what a transaction may cost.
    pub(super) limits: Limits,
}

/// Account with a carrier.
pub(super) struct CarrierAccount {
    /// Server of the API.
    pub(super) server: NodeUrl,
    /// True for the older API that speaks XML.
    pub(super) is_xml: bool,
    /// Path of the token endpoint, where the usual one does not serve.
    pub(super) token_path: Option<String>,
    /// Path of the tracking endpoint, where the usual one does not serve.
    pub(super) tracking_path: Option<String>,
    /// Files of the two halves of the key.
    pub(super) id_file: PathBuf,
    pub(super) secret_file: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    name: String,
    #[serde(default = "most_parcels")]
    most_parcels: usize,
    chain: RawChain,
    #[serde(default)]
    rules: Rules,
    #[serde(default)]
    keeper: RawKeeper,
    #[serde(default)]
    attestors: BTreeMap<String, String>,
    #[serde(default)]
    preview: RawPreview,
    #[serde(default)]
    tor: RawTor,
    canada_post: Option<RawCarrier>,
    usps: Option<RawCarrier>,
}

/// `[keeper]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawKeeper {
    enabled: bool,
    key_file: String,
    max_fee_gwei: u32,
    max_fee: String,
    margin_percent: u32,
    for_free: bool,
    max_free_a_day: String,
}

impl Default for RawKeeper {
    fn default() -> Self {
        Self {
            enabled: false,
            key_file: KEEPER_KEY.into(),
            max_fee_gwei: 50,
            max_fee: "0.005".into(),
            margin_percent: 20,
            for_free: false,
            max_free_a_day: "0.02".into(),
        }
    }
}

/// Usual file of the keeper key, in the attestor's folder.
pub(super) const KEEPER_KEY: &str = "state/keeper.key";
/// Wei of a gwei.
const GWEI: u128 = 1_000_000_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawCarrier {
    server: String,
    #[serde(default)]
    xml: bool,
    token_path: Option<String>,
    tracking_path: Option<String>,
    id_file: String,
    secret_file: String,
}

/// Ten thousand parcels are some 8,000 requests a day each six hours.
const fn most_parcels() -> usize {
    5_000
}

impl Settings {
    /// Reads the settings of a folder.
    pub(crate) fn load(dir: &AttestDir) -> Result<Self, CliError> {
        let path = dir.settings();
        if !path.exists() {
            let what = format!("there is no attestor in {}", dir.shop_dir().path().display());
            return Err(CliError::input(what).hint("create one with: cryptocart attest new FOLDER"));
        }
        let text = files::read_text(&path, LARGEST)?;
        let named = |what: String| CliError::misconfigured(format!("{}: {what}", path.display()));
        let raw: Raw = toml::from_str(&text).map_err(|error| named(error.to_string()))?;
        Self::check(raw, dir.shop_dir().path()).map_err(named)
    }

    fn check(raw: Raw, folder: &Path) -> Result<Self, String> {
        let nodes = raw.chain.nodes()?;
        if nodes.is_empty() {
            return Err("[chain] nodes is empty: an attestor has to see who ships what".into());
        }
        let account = |carrier: Option<RawCarrier>, name: &str| {
            let checked = carrier.map(|carrier| carrier.check(folder)).transpose();
            checked.map_err(|why| format!("[{name}] {why}"))
        };
        let peer = |(address, place): (&String, &String)| -> Result<(Account, NodeUrl), String> {
            let account = parse_account(address).map_err(|why| format!("[attestors] {why}"))?;
            let url = if place.contains("://") { place.clone() } else { format!("http://{place}") };
            let url = NodeUrl::parse(&url);
            Ok((account, url.map_err(|_| format!("[attestors] {place:?} is no onion address"))?))
        };
        let peers: BTreeMap<Account, NodeUrl> =
            raw.attestors.iter().map(peer).collect::<Result<_, String>>()?;
        if peers.len() != raw.attestors.len() {
            return Err("[attestors] names one address twice, in two spellings".into());
        }
        Ok(Self {
            name: raw.name,
            keeper: raw.keeper.check(folder)?,
            peers,
            chain_id: raw.chain.chain_id,
            nodes,
            most_parcels: raw.most_parcels,
            rules: raw.rules,
            canada_post: account(raw.canada_post, "canada_post")?,
            usps: account(raw.usps, "usps")?,
            preview: raw.preview.address()?,
            tor: raw.tor.check(folder)?,
        })
    }

    /// Returns everything that the service may dial.
    pub(super) fn targets(&self) -> Result<Vec<Target>, TargetError> {
        let node = |(place, node): (usize, &NodeUrl)| node.target(&node_purpose(place));
        let mut targets = self.nodes.iter().enumerate().map(node).collect::<Result<Vec<_>, _>>()?;
        for (account, purpose) in [(&self.canada_post, CANADA_POST), (&self.usps, USPS)] {
            if let Some(account) = account {
                targets.push(account.server.carrier_target(purpose)?);
            }
        }
        if self.keeper.is_some() {
            for (place, peer) in self.peers.values().enumerate() {
                targets.push(peer.target(&peer_purpose(place))?);
            }
        }
        Ok(targets)
    }
}

/// Purpose by which Canada Post is dialled.
pub(super) const CANADA_POST: &str = "canada-post";
/// Purpose by which USPS is dialled.
pub(super) const USPS: &str = "usps";

/// Returns the purpose by which a node is dialled.
pub(super) fn node_purpose(place: usize) -> String {
    format!("attest-node-{}", place + 1)
}

/// Returns the purpose by which another attestor is dialled.
pub(super) fn peer_purpose(place: usize) -> String {
    format!("attest-peer-{}", place + 1)
}

impl RawKeeper {
    fn check(self, folder: &Path) -> Result<Option<KeeperSettings>, String> {
        let ether = |name: &str, text: &str| {
            let what = || format!("[keeper] {name}: write ETH as a decimal, such as \"0.005\"");
            wei(text).ok_or_else(what)
        };
        let max_fee = ether("max_fee", &self.max_fee)?;
        let limits = Limits {
            max_fee_per_gas: u128::from(self.max_fee_gwei).saturating_mul(GWEI),
            max_fee,
            margin_percent: u128::from(self.margin_percent),
            is_for_free: self.for_free,
            max_free_a_day: ether("max_free_a_day", &self.max_free_a_day)?,
        };
        let key_file = folder.join(self.key_file);
        Ok(self.enabled.then_some(KeeperSettings { key_file, limits }))
    }
}

impl RawCarrier {
    fn check(self, folder: &Path) -> Result<CarrierAccount, String> {
        Ok(CarrierAccount {
            server: NodeUrl::parse(&self.server).map_err(|why| format!("server: {why}"))?,
            is_xml: self.xml,
            token_path: self.token_path,
            tracking_path: self.tracking_path,
            id_file: folder.join(self.id_file),
            secret_file: folder.join(self.secret_file),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_net::outbound::Via;

    #[test]
    fn example_is_read_and_names_no_carrier_yet() {
        let raw: Raw = toml::from_str(EXAMPLE).unwrap();
        let settings = Settings::check(raw, Path::new("/srv/attest")).unwrap();
        assert!(settings.canada_post.is_none() && settings.tor.is_some());
        assert!(settings.targets().unwrap().iter().all(|target| target.via() != Via::Carrier));
    }

    #[test]
    fn keeper_is_off_until_it_is_turned_on_with_its_limits() {
        let with = |more: &str| {
            let text =
                format!("name = \"a\"\n[chain]\nnodes = [\"http://127.0.0.1:8545\"]\n{more}");
            let raw: Raw = toml::from_str(&text).map_err(|error| error.to_string())?;
            Settings::check(raw, Path::new("/srv/attest"))
        };
        let peers =
            "[attestors]\n\"0x3da8d322cb2435da26e9c9fee670f9fb7fe74e49\" = \"127.0.0.1:9\"\n";
        let off = with(peers).unwrap();
        assert!(off.keeper.is_none() && off.targets().unwrap().len() == 1);
        let on = with(&format!("[keeper]\nenabled = true\nmax_fee_gwei = 7\n{peers}")).unwrap();
        let keeper = on.keeper.as_ref().unwrap();
        assert_eq!(keeper.limits.max_fee_per_gas, 7_000_000_000);
        assert_eq!(keeper.limits.max_fee, 5_000_000_000_000_000);
        assert!(!keeper.limits.is_for_free);
        assert_eq!(keeper.key_file, Path::new("/srv/attest/state/keeper.key"));
        let targets = on.targets().unwrap();
        assert!(targets.iter().any(|target| target.purpose() == "attest-peer-1"));
        for wrong in [
            "[keeper]\nmax_fee = \"1,5\"\n",
            "[keeper]\nmax_free_a_day = \"much\"\n",
            "[keeper]\nfee = 1\n",
            "[attestors]\n\"0x12\" = \"x\"\n",
            "[attestors]\n\"0x3da8d322cb2435da26e9c9fee670f9fb7fe74e49\" = \"127.0.0.1:9\"\n\
             \"0x3DA8D322CB2435dA26E9C9fEE670f9fB7Fe74E49\" = \"127.0.0.1:8\"\n",
        ] {
            assert!(with(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn carrier_is_dialled_on_the_clear_net_and_a_fake_one_here() {
        let with = |server: &str| {
            let text = format!(
                "name = \"a\"\n[chain]\nnodes = [\"http://127.0.0.1:8545\"]\n[canada_post]\n\
                 server = \"{server}\"\nid_file = \"id\"\nsecret_file = \"secret\"\n"
            );
            let raw: Raw = toml::from_str(&text).unwrap();
            Settings::check(raw, Path::new("/srv/attest")).map(|settings| {
                let targets = settings.targets().unwrap();
                targets.iter().find(|target| target.purpose() == CANADA_POST).unwrap().via()
            })
        };
        assert_eq!(with("https://api.carrier.example"), Ok(Via::Carrier));
        assert_eq!(with("http://127.0.0.1:9000"), Ok(Via::Loopback));
        assert!(with("http://api.carrier.example").is_err());
    }
}
