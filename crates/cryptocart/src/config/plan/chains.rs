//! Chains that a shop is paid on, and the assets it takes there.

mod trust;

pub(super) use trust::deciding;

use super::{
    key,
    node::{self, NodeUrl},
    numbered::Numbered,
    view::ViewPlan,
};
use crate::{
    config::{
        Config,
        chains::{NodeForm, NodeSetting, Section, Token},
    },
    error::CliError,
    files,
    shop_dir::ShopDir,
};
use shop_chain::{Chain, ViewAccount};
use shop_core::{
    chain::ChainId,
    money::{AssetId, Assets, Currency},
    pay_to::PayTo,
    view::Confirmations,
};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// Everything that is needed to be paid on one chain.
#[derive(Clone, Debug)]
pub(crate) struct ChainPlan {
    pub(crate) chain: ChainId,
    /// Section of `shop.toml`.
    pub(crate) section: &'static str,
    /// Assets that are taken there, the coin first.
    pub(crate) assets: Vec<AssetPlan>,
    /// Assets of the chain that the shop knows, taken or not: money of another one than an order
    /// asks for is noticed.
    pub(crate) known: BTreeSet<AssetId>,
    pub(crate) nodes: Vec<NodeUrl>,
    /// Number of the network.
    pub(crate) network: u64,
    pub(crate) needs: Confirmations,
    /// Account that it is paid to, where payments are seen with a view key alone.
    pub(crate) view: Option<ViewPlan>,
    /// True if the word of one remote node may hand out digital goods.
    digital_on_one_node: bool,
}

/// An asset that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AssetPlan {
    pub(crate) asset: AssetId,
    pub(crate) source: Source,
    /// Differences below this are nobody's debt, in 1e-9 of the asset.
    pub(crate) ignore_below: u64,
    /// Settings of the source: section, key and file.
    pub(crate) named: String,
    /// Numbers of the addresses; none where they do not follow from a key.
    pub(crate) numbered: Option<Numbered>,
}

/// Source of payment addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// One static address; the whole amount names the order.
    Wallet(PayTo),
    /// One address an order.
    Pool(Vec<PayTo>),
    /// The same, of an account whose view key was not read.
    Unopened,
}

/// Terms of a chain, in a demo too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChainTerms {
    pub(crate) chain: ChainId,
    /// Section of `shop.toml`; none for a chain that has no settings.
    pub(crate) section: Option<&'static str>,
    /// Differences below this are nobody's debt, in 1e-9 of the coin.
    pub(crate) ignore_below: u64,
    /// Hours without the chain after which its assets are not offered any more.
    pub(crate) stop_after_hours: u64,
}

/// Chains of a shop, checked.
#[derive(Clone, Debug)]
pub(super) struct Chains {
    /// One for each section.
    pub(super) terms: Vec<ChainTerms>,
    /// Chains that are complete; none in a demo.
    pub(super) payments: Vec<ChainPlan>,
    /// Settings that are missing for real payments.
    pub(super) missing: Vec<String>,
}

/// The greatest difference that a seller may ignore, in 1e-9 of the coin: 0.01 of it.
const MOST_IGNORED: u64 = 10_000_000;
/// The same where the settings do not mention the chain.
pub(crate) const STOP_AFTER_HOURS: u64 = 12;
/// The difference in a built-in token that is ignored unless the settings say otherwise.
/// It is 0.05 of it: of the size of what exchanges round, and more than what is sent to make
/// somebody see an address.
pub(crate) const TOKEN_IGNORED: u64 = 50_000_000;
/// The greatest difference in a token that a seller may ignore: one of it.
const MOST_TOKEN_IGNORED: u64 = 1_000_000_000;
/// Fewest decimals that leave room for a name at the end of an amount.
const FEWEST_TO_NAME: u32 = 6;

impl AssetPlan {
    /// Returns the number of addresses in a row that the seller's wallet must look through.
    /// There is none where the addresses do not follow from a key.
    pub(crate) fn gap_limit(&self) -> Option<u32> {
        self.numbered.as_ref().map(|numbered| numbered.watched.end)
    }
}

impl ChainPlan {
    /// Returns true if its addresses are not known, because its view key was not read.
    pub(crate) fn is_unopened(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.account.is_none())
    }

    /// Returns true if an address that was given and never paid may be given to another order.
    /// Whoever was shown an account's before could tell by it that both orders are of one shop.
    pub(crate) const fn reuses_addresses(&self) -> bool {
        self.view.is_none()
    }

    /// Has it paid to the account that its settings name.
    pub(crate) fn open_account(&mut self, account: &Arc<dyn ViewAccount>) {
        let Some(view) = &mut self.view else { return };
        view.account = Some(Arc::clone(account));
        for asset in self.assets.iter_mut().filter(|asset| asset.source == Source::Unopened) {
            let numbers = asset.numbered.as_ref().map(|numbered| numbered.watched.clone());
            asset.source = Source::Pool(account.pay_tos(numbers.unwrap_or_default()));
        }
    }
}

impl ChainTerms {
    /// Returns the terms of a chain that the settings do not mention.
    pub(crate) fn usual(chain: ChainId) -> Self {
        let fee = shop_chain::rules(chain).map(Chain::usual_fee);
        let fee = fee.and_then(|fee| u64::try_from(fee.in_price_list()).ok());
        let ignore_below = fee.unwrap_or_default();
        Self { chain, section: None, ignore_below, stop_after_hours: STOP_AFTER_HOURS }
    }
}

/// Reads the registry: the coins that are built in, and the tokens of the settings.
pub(crate) fn assets(config: &Config) -> Result<Assets, CliError> {
    let tokens = config.assets.tokens.iter().map(|token| self::token(config, token));
    let tokens = tokens.collect::<Result<Vec<_>, _>>()?;
    let assets = Assets::default().with(&tokens);
    assets.map_err(|error| key("assets.tokens", &error.to_string(), "list each token once"))
}

/// Returns the token of an entry.
fn token(config: &Config, token: &Token) -> Result<AssetId, CliError> {
    let refuse = |what: &str, hint: &str| key("assets.tokens", what, hint);
    let built_in = built_in(config);
    if token.is_by_code() {
        let mut known = built_in.iter().copied();
        return known.find(|asset| asset.code() == token.code).ok_or_else(|| {
            let codes: Vec<_> = built_in.iter().map(|asset| asset.code()).collect();
            let what = format!("{:?} is not a token that is built in", token.code);
            let known = match codes.as_slice() {
                [] => "none is, on this network".to_owned(),
                codes => format!("these are: {}", codes.join(", ")),
            };
            refuse(&what, &format!("{known}; for others {HINT}"))
        });
    }
    let chain = ChainId::parse(&token.chain).and_then(shop_chain::rules).ok_or_else(|| {
        let known = shop_chain::chains().map(|rules| rules.coin().chain().as_str());
        let hint = format!("the chains are {}", known.collect::<Vec<_>>().join(", "));
        refuse(&format!("{:?} is not a chain of this program", token.chain), &hint)
    })?;
    let decimals =
        token.decimals.ok_or_else(|| refuse(&format!("{}: no decimals", token.code), HINT))?;
    let made = chain.token(&token.token, &token.code, decimals);
    let made = made.map_err(|error| refuse(&format!("{}: {error}", token.code), HINT))?;
    if Currency::parse(made.code()).is_some() {
        let what = format!("{} is the code of a currency, which prices may be in", made.code());
        return Err(refuse(&what, "give the token another code"));
    }
    match built_in.iter().find(|asset| asset.code() == made.code()) {
        Some(asset) if *asset != made => {
            let what =
                format!("{} has another contract or other decimals than {0} has", token.code);
            Err(refuse(&what, "give it another code, or write its code alone"))
        }
        _ => Ok(made),
    }
}

/// Advice on a token that is not built in.
const HINT: &str =
    "write { code = \"USDC\", chain = \"ethereum\", token = \"0x..\", decimals = 6 }";

/// Returns the tokens that are built in, of the networks that the settings name.
fn built_in(config: &Config) -> Vec<AssetId> {
    let of_section = |section: &Section<'_>| {
        let rules = shop_chain::rules(section.coin.chain());
        rules.map_or_else(Vec::new, |rules| rules.built_in_tokens(section.network))
    };
    config.chains().iter().flat_map(of_section).collect()
}

/// Reads the sections of chains.
pub(super) fn chains(dir: &ShopDir, config: &Config, assets: &Assets) -> Result<Chains, CliError> {
    let mut chains = Chains { terms: Vec::new(), payments: Vec::new(), missing: Vec::new() };
    for section in config.chains() {
        chains.terms.push(terms(&section)?);
        let reading = Reading { dir, section };
        match reading.complete(config, assets)? {
            Ok(plan) => chains.payments.push(plan),
            Err(missing) => chains.missing.extend(missing),
        }
    }
    Ok(chains)
}

fn terms(section: &Section<'_>) -> Result<ChainTerms, CliError> {
    let named = |name: &str| format!("{}.{name}", section.name);
    if section.ignore_below > MOST_IGNORED {
        let hint =
            format!("write it in 1e-9 {0}: at most 10000000, which is 0.01 {0}", section.coin);
        return Err(key(&named("ignore_below"), "it is too large", &hint));
    }
    Ok(ChainTerms {
        chain: section.coin.chain(),
        section: Some(section.name),
        ignore_below: section.ignore_below,
        stop_after_hours: super::hours(
            &named("stop_after_hours"),
            section.stop_after_hours,
            24 * 30,
        )?,
    })
}

/// A section that is read.
pub(super) struct Reading<'a> {
    pub(super) dir: &'a ShopDir,
    pub(super) section: Section<'a>,
}

impl Reading<'_> {
    /// Returns the section's plan, or what is missing for one.
    fn complete(
        &self,
        config: &Config,
        assets: &Assets,
    ) -> Result<Result<ChainPlan, Vec<String>>, CliError> {
        let Section { name, coin, wallet, pool, nodes, network, .. } = self.section;
        let mut seen = HashSet::new();
        if network == shop_db::DEMO_CHAIN {
            let key = self.section.network_key;
            return Err(self.refuse(key, "no chain has this id", self.section.main_network));
        }
        let source = match self.section.derived {
            Some(derived) => Some(self.derive(coin, derived)?),
            None => self.source(coin, name, wallet.unwrap_or_default(), pool, &mut seen)?,
        };
        let ignore_below = self.section.ignore_below;
        let source = source.map(|coin| AssetPlan { ignore_below, ..coin });
        let nodes =
            nodes.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, CliError>>()?;
        self.refuse_twice(&nodes)?;
        let mut missing = Vec::new();
        if source.is_none() && coin != assets.usual() {
            // Nobody has to take more than the usual coin.
            return Ok(Err(missing));
        }
        if source.is_none() {
            missing.push(format!("a wallet (or a pool of addresses) in shop.toml, [{name}]"));
        }
        if nodes.is_empty() {
            missing.push(format!("a node in shop.toml, [{name}]"));
        }
        // A key that cannot be read is no reason for a shop to open without the chain.
        let view = if source.is_some() { self.view()? } else { None };
        if view.is_some() && nodes.is_empty() {
            return Err(self.refuse("nodes", "there is none, and an address is set", node::HINT));
        }
        let Some(coin) = source.filter(|_| !nodes.is_empty()) else { return Ok(Err(missing)) };
        let chain = coin.asset.chain();
        let named = assets.iter().chain(built_in(config));
        let known = named.filter(|asset| asset.chain() == chain).collect();
        Ok(Ok(ChainPlan {
            chain,
            known,
            section: name,
            assets: self.with_tokens(coin, config, assets, &mut seen)?,
            nodes,
            network,
            needs: Confirmations(self.section.confirmations.max(1)),
            view,
            digital_on_one_node: self.section.digital_on_one_node,
        }))
    }

    /// Returns the coin, and the tokens of its chain.
    fn with_tokens(
        &self,
        coin: AssetPlan,
        config: &Config,
        assets: &Assets,
        seen: &mut HashSet<String>,
    ) -> Result<Vec<AssetPlan>, CliError> {
        let chain = coin.asset.chain();
        let wallet = match &coin.source {
            Source::Wallet(pay_to) => pay_to.as_str().to_owned(),
            Source::Pool(_) | Source::Unopened => String::new(),
        };
        let mut all = vec![coin];
        for token in config.assets.tokens.iter() {
            let Some(asset) = assets.find(&token.code).filter(|asset| asset.chain() == chain)
            else {
                continue;
            };
            let refuse = |what: &str, hint: &str| key("assets.tokens", what, hint);
            if !shop_chain::rules(chain).is_some_and(|rules| rules.is_watched(asset)) {
                let what = shop_chain::PayToRefusal::NotWatched(asset).to_string();
                return Err(refuse(&what, "take it out of the list"));
            }
            let own = [&token.wallet, &token.pool].iter().any(|text| !text.trim().is_empty());
            let shared = if own { token.wallet.trim() } else { wallet.as_str() };
            let plan = self.source(asset, "assets.tokens", shared, token.pool.trim(), seen)?;
            let plan = plan.ok_or_else(|| {
                let what = format!("{asset} has no addresses of its own");
                refuse(&what, "give it a wallet or a pool: it cannot use the pool of another asset")
            })?;
            let usual = if built_in(config).contains(&asset) { TOKEN_IGNORED } else { 0 };
            let ignore_below = token.ignore_below.unwrap_or(usual);
            if ignore_below > MOST_TOKEN_IGNORED {
                let hint =
                    format!("write it in 1e-9 {asset}: at most 1000000000, which is 1 {asset}");
                return Err(refuse(&format!("{asset}: ignore_below is too large"), &hint));
            }
            all.push(AssetPlan { ignore_below, ..plan });
        }
        Ok(all)
    }

    /// Reads a node in the form of the chain.
    fn node(&self, setting: &NodeSetting) -> Result<NodeUrl, CliError> {
        let NodeSetting { url, own } = setting;
        let (url, hint) = match self.section.node_form {
            NodeForm::Url => (NodeUrl::parse(url), node::HINT),
            NodeForm::Peer { port } => (NodeUrl::parse_peer(url.trim(), port), node::PEER_HINT),
        };
        let mut node = url.map_err(|why| self.refuse("nodes", &why, hint))?;
        node.own = *own;
        Ok(node)
    }

    /// Reads where an asset is paid. `settings` is where the seller wrote it.
    fn source(
        &self,
        asset: AssetId,
        settings: &str,
        wallet: &str,
        pool: &str,
        seen: &mut HashSet<String>,
    ) -> Result<Option<AssetPlan>, CliError> {
        let named = format!("{settings}.pool, {pool}");
        let source = match (wallet, pool) {
            ("", "") => return Ok(None),
            (wallet, "") if asset.typed_decimals() >= FEWEST_TO_NAME => {
                Source::Wallet(self.address(asset, &format!("{settings}.wallet"), wallet)?)
            }
            (_, "") => {
                let what = format!("{asset} has too few decimals for amounts that name an order");
                return Err(key(settings, &what, "use a pool of addresses"));
            }
            ("", pool) => Source::Pool(self.read_pool(asset, settings, pool, seen)?),
            _ => {
                return Err(key(settings, "both wallet and pool are set", "use only one of them"));
            }
        };
        Ok(Some(AssetPlan { asset, source, ignore_below: 0, named, numbered: None }))
    }

    /// Reads a pool, one address a line; blank lines and `#` lines are skipped.
    fn read_pool(
        &self,
        asset: AssetId,
        settings: &str,
        name: &str,
        seen: &mut HashSet<String>,
    ) -> Result<Vec<PayTo>, CliError> {
        let key_name = format!("{settings}.pool");
        let text = files::read_text(&self.dir.resolve(name), 8 * 1024 * 1024)?;
        let mut pool = Vec::new();
        for (i, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let pay_to =
                self.address(asset, &format!("{key_name}, {name} line {}", i + 1), line)?;
            if !seen.insert(pay_to.as_str().to_owned()) {
                let what = format!("{name} line {} repeats an address", i + 1);
                return Err(key(&key_name, &what, "each address is used once: remove one of them"));
            }
            pool.push(pay_to);
        }
        if pool.is_empty() {
            let hint = "write one address per line";
            return Err(key(&key_name, "the file has no address", hint));
        }
        Ok(pool)
    }

    /// Refuses a node that is listed twice: a majority that counts it twice is none.
    fn refuse_twice(&self, nodes: &[NodeUrl]) -> Result<(), CliError> {
        for (i, node) in nodes.iter().enumerate() {
            let before = nodes.iter().take(i).position(|other| node.is_same_node(other));
            if let Some(before) = before {
                let what =
                    format!("node {} is the same as node {}: {}", i + 1, before + 1, node.name());
                let hint = "list each node once, and use nodes of different operators: the majority decides";
                return Err(self.refuse("nodes", &what, hint));
            }
        }
        Ok(())
    }

    /// Reads an address of the section's network.
    fn address(&self, asset: AssetId, name: &str, text: &str) -> Result<PayTo, CliError> {
        let pay_to = shop_chain::pay_to(asset, text)
            .map_err(|error| CliError::misconfigured(format!("shop.toml, {name}: {error}")))?;
        let rules = shop_chain::rules(asset.chain());
        if rules.is_some_and(|rules| rules.is_on_network(&pay_to, self.section.network)) {
            return Ok(pay_to);
        }
        Err(key(name, "this is an address of another network", self.section.main_network))
    }

    pub(super) fn refuse(&self, name: &str, what: &str, hint: &str) -> CliError {
        key(&format!("{}.{name}", self.section.name), what, hint)
    }
}
