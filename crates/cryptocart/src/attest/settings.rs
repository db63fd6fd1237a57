//! `attest.toml`.

use super::AttestDir;
use crate::{
    config::plan::NodeUrl,
    error::CliError,
    files,
    service::settings::{LARGEST, RawChain, RawPreview, RawTor, TorSettings},
};
use serde::Deserialize;
use shop_carrier::Rules;
use shop_net::outbound::{Target, TargetError};
use std::{
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
    /// Address on this machine at which the pages can be looked at.
    pub(super) preview: Option<SocketAddr>,
    /// Tor.
    pub(super) tor: Option<TorSettings>,
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
    preview: RawPreview,
    #[serde(default)]
    tor: RawTor,
    canada_post: Option<RawCarrier>,
    usps: Option<RawCarrier>,
}

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
        Ok(Self {
            name: raw.name,
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
