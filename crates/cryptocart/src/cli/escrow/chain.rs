//! The chain, as the home sees it: through its nodes, over Tor.

use super::settings::Settings;
use crate::{
    config::plan::NodeUrl,
    error::CliError,
    escrow::sending::Ledger,
    home_dial::{self, HomeDialer},
};
use clap::Args;
use shop_chain::{
    WatchError,
    ethereum::{
        Client, Moment,
        escrow::{Call, PINNED, decode_owed},
    },
};
use shop_core::{
    entropy::Entropy,
    escrow::{Account, Closing, EscrowState, Situation, Statement, Terms},
    kind::{HasKind, Kind},
    view::Height,
};
use shop_net::socks_dialer::SocksPort;

/// Beginning of the names of the nodes' purposes.
const PREFIX: &str = "escrow-node";

/// The nodes that a command asks.
#[derive(Args, Clone, Debug)]
pub(super) struct NodeArgs {
    /// Ask this node instead of those of escrow.toml. Say it several times for several nodes.
    #[arg(long = "node", value_name = "URL")]
    nodes: Vec<String>,
    /// The SOCKS port of the tor on this machine, instead of the one of escrow.toml.
    #[arg(long, value_name = "ADDRESS")]
    tor: Option<String>,
}

impl NodeArgs {
    fn nodes(&self, settings: &Settings) -> Result<Vec<NodeUrl>, CliError> {
        if self.nodes.is_empty() {
            return Ok(settings.nodes.clone());
        }
        let parse = |url: &String| NodeUrl::parse(url);
        let nodes = self.nodes.iter().map(parse).collect::<Result<Vec<_>, _>>();
        nodes.map_err(|why| CliError::input(format!("--node: {why}")))
    }

    /// Returns the SOCKS port of the tor on this machine.
    pub(super) fn tor(&self, settings: &Settings) -> Result<SocksPort, CliError> {
        match &self.tor {
            None => Ok(settings.tor.clone()),
            Some(text) => text.parse().map_err(|error| CliError::input(format!("--tor: {error}"))),
        }
    }
}

/// The chain of a home.
pub(super) struct Chain {
    pub(super) client: Client,
    pub(super) chain_id: u64,
    confirmations: u64,
    dialer: HomeDialer,
}

/// State of an order on its chain, at one block.
pub(super) struct Reading {
    /// The block.
    pub(super) now: Moment,
    /// State in the contract.
    pub(super) state: EscrowState,
    /// Money in the vault, in smallest units.
    pub(super) balance: u128,
    /// Money that was in the vault as many blocks ago as a payment needs to count.
    pub(super) settled: u128,
    /// Smallest units that are owed to the seller after a payment that failed.
    pub(super) owed_seller: u128,
    /// Smallest units that are owed to the buyer or the arbiter.
    pub(super) owed_others: u128,
    /// Ending of a closed order, if the nodes tell it.
    pub(super) closing: Option<Closing>,
    chain_id: u64,
}

impl Reading {
    /// Returns all that decides what comes next.
    pub(super) fn situation<'a>(&self, terms: &'a Terms) -> Situation<'a> {
        Situation {
            terms,
            state: self.state,
            balance: Some(self.balance),
            owed: self.owed_seller.saturating_add(self.owed_others),
            chain_id: self.chain_id,
            now: self.now.time,
        }
    }
}

impl Chain {
    /// Opens the chain of a home. Nothing is dialled yet.
    pub(super) fn open(
        settings: &Settings,
        args: &NodeArgs,
        entropy: &dyn Entropy,
    ) -> Result<Self, CliError> {
        let urls = args.nodes(settings)?;
        if urls.is_empty() {
            return Err(CliError::misconfigured("escrow.toml names no node")
                .hint("name one in `nodes`, or for this command: --node http://127.0.0.1:8545"));
        }
        let tor = args.tor(settings)?;
        let targets = home_dial::targets(urls.iter(), PREFIX);
        let targets = targets.map_err(|error| CliError::misconfigured(error.to_string()))?;
        let dialer = HomeDialer::new(targets, PREFIX, &tor, entropy);
        let nodes = (1..).zip(&urls).map(|(number, url)| dialer.node(number, url)).collect();
        let chain_id = settings.chain_id;
        let client = Client::new(nodes, chain_id)
            .map_err(|error| CliError::new(error.kind(), error.to_string()))?;
        Ok(Self { client, chain_id, confirmations: settings.confirmations, dialer })
    }

    /// Checks that the contract on this chain is the one that this program knows.
    pub(super) async fn check_contract(&self, now: &Moment) -> Result<(), CliError> {
        let code = self.client.code_hash(PINNED.contract, now.height).await;
        match code.map_err(|error| self.explain("asking for the contract", &error))? {
            Some(hash) if hash == PINNED.code_hash => Ok(()),
            Some(_) => Err(CliError::new(
                Kind::Denied,
                "the contract on this chain is not the one that this program knows",
            )
            .hint(
                "nothing was sent. Ask another node; if it says the same, do not use escrow here",
            )),
            None => {
                let what = format!("there is no escrow contract on chain {}", self.chain_id);
                Err(CliError::misconfigured(what).hint("check chain_id in escrow.toml"))
            }
        }
    }

    /// Reads an order.
    pub(super) async fn read(
        &self,
        statement: &Statement,
        since: u64,
    ) -> Result<Reading, CliError> {
        let reading = self.try_read(statement, since).await;
        reading.map_err(|error| self.explain("asking for the order", &error))
    }

    async fn try_read(&self, statement: &Statement, since: u64) -> Result<Reading, WatchError> {
        let Statement { terms, id, vault, .. } = statement;
        let now = self.client.newest().await?;
        let state = self.client.state(*id, now.height).await?;
        let balance = self.client.balance_of(terms.token, *vault, now.height).await?;
        let depth = self.confirmations.saturating_sub(1);
        let settled = match now.height.0.checked_sub(depth) {
            None => 0,
            Some(height) => self.client.balance_of(terms.token, *vault, Height(height)).await?,
        };
        let mut reading = Reading {
            now,
            state,
            balance,
            settled: settled.min(balance),
            owed_seller: 0,
            owed_others: 0,
            closing: None,
            chain_id: self.chain_id,
        };
        if state.is_closed() {
            reading.owed_seller = self.owed(statement, terms.seller, now.height).await?;
            let mut others = vec![terms.refund_to];
            others.extend(terms.arbiter.filter(|arbiter| *arbiter != terms.refund_to));
            for payee in others.into_iter().filter(|payee| *payee != terms.seller) {
                let owed = self.owed(statement, payee, now.height).await?;
                reading.owed_others = reading.owed_others.saturating_add(owed);
            }
            // A node that does not search so far back only knows less to tell.
            let closing = self.client.closing(PINNED.contract, *id, Height(since), now.height);
            reading.closing = closing.await.unwrap_or_default();
        }
        Ok(reading)
    }

    async fn owed(
        &self,
        statement: &Statement,
        payee: Account,
        at: Height,
    ) -> Result<u128, WatchError> {
        let call = Call::owed(statement.id, statement.terms.token, payee);
        let told = self.client.call(PINNED.contract, &call, at).await?;
        Ok(decode_owed(&told).unwrap_or_default())
    }

    /// Says what went wrong with the nodes, and what to do.
    pub(super) fn explain(&self, doing: &str, error: &WatchError) -> CliError {
        let said = CliError::new(error.kind(), format!("{doing}: {error}"));
        if let Some(hint) = self.dialer.missing_tor() {
            return said.hint(hint);
        }
        match error.kind() {
            Kind::Misconfigured => said.hint("check chain_id and nodes in escrow.toml"),
            _ => said.hint("nothing is lost. Try again later, or ask another node with --node"),
        }
    }
}
