//! Wallet that addresses are made of.

use super::wallet::{Source, Wallet};
use crate::{error::CliError, terminal};
use clap::Args;
use shop_chain::{
    Chain, WalletPath,
    bitcoin::{self, Descriptor},
    ethereum::escrow::{Mnemonic, MnemonicError},
    monero,
    wallet::{AccountKey, AccountKeyError},
};
use shop_core::money::AssetId;
use std::path::PathBuf;

/// Advice on words that are of no BIP-39 wallet.
const NOT_BIP39: &str = "the words of Electrum's own wallets and of Monero's are not of this kind. \
    Electrum: take Wallet, Information, and give the key it shows with --xpub";

#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// The coin: BTC, ETH or XMR.
    #[arg(long, value_name = "COIN")]
    coin: String,
    /// The kind of account, where the coin has several: bip84 (bc1q...), bip86 (bc1p...), bip49
    /// (3...) or bip44 (1...).
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The network, as shop.toml names it: main, or one to try things on.
    #[arg(long, value_name = "NAME", default_value = "main")]
    network: String,
    /// The public key of the account (xpub, ypub, zpub), instead of the words.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["words_file", "passphrase", "account"])]
    xpub: Option<String>,
    /// A descriptor of the addresses, as wpkh([..]xpub../0/*), instead of the words.
    #[arg(
        long,
        value_name = "TEXT",
        conflicts_with_all = ["xpub", "words_file", "passphrase", "account", "kind"]
    )]
    descriptor: Option<String>,
    /// Read the words from the first line of a file, instead of the terminal.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Ask for the passphrase that the wallet adds to its words (BIP-39).
    #[arg(long)]
    passphrase: bool,
    /// The account of the wallet. Use one for the shop alone.
    #[arg(long, value_name = "N", default_value_t = 0)]
    account: u32,
    /// XMR: the primary address of the wallet. Its private view key is asked for, and no seed.
    #[arg(
        long,
        value_name = "ADDRESS",
        conflicts_with_all = ["xpub", "descriptor", "words_file", "passphrase", "account", "kind"]
    )]
    address: Option<String>,
    /// XMR: read the private view key from the first line of a file, instead of the terminal.
    #[arg(long, value_name = "FILE", requires = "address")]
    view_key_file: Option<PathBuf>,
}

impl SourceArgs {
    /// Opens the account; asks for the words or the view key where they are needed.
    pub(super) fn open(&self) -> Result<Source, CliError> {
        let coin = self.coin()?;
        if coin == AssetId::XMR {
            return self.monero();
        }
        if self.address.is_some() {
            let what = format!("--address is for XMR, and the coin is {coin}");
            return Err(CliError::input(what).hint("give the words, --xpub or --descriptor"));
        }
        let unknown = || CliError::input(format!("no chain of {coin} is known"));
        let rules = shop_chain::rules(coin.chain()).ok_or_else(unknown)?;
        if let Some(descriptor) = &self.descriptor {
            return self.descriptor(coin, descriptor);
        }
        let network = self.network_number(rules)?;
        let key = match &self.xpub {
            Some(xpub) => self.public_key(rules, network, xpub)?,
            None => self.words(rules, network)?,
        };
        let account = self.xpub.is_none().then_some(self.account);
        Ok(Source::new(coin, account, Wallet::Account(Box::new(key))))
    }

    fn coin(&self) -> Result<AssetId, CliError> {
        let made = [AssetId::BTC, AssetId::ETH, AssetId::XMR];
        let found = made.into_iter().find(|coin| coin.code().eq_ignore_ascii_case(&self.coin));
        found.ok_or_else(|| {
            CliError::input(format!("addresses of {:?} cannot be made here", self.coin))
                .hint(format!("the coins are {}", made.map(AssetId::code).join(", ")))
        })
    }

    fn network_number(&self, rules: &dyn Chain) -> Result<u64, CliError> {
        rules.network_of_name(&self.network).ok_or_else(|| {
            let what = format!("{} has no network {:?}", rules.coin().name(), self.network);
            CliError::input(what).hint("write the name that is in shop.toml; the usual one is main")
        })
    }

    fn public_key(
        &self,
        rules: &'static dyn Chain,
        network: u64,
        xpub: &str,
    ) -> Result<AccountKey, CliError> {
        let kind = self.kind.as_deref();
        self.path(rules, network)?;
        AccountKey::parse(rules, kind, network, xpub).map_err(|error| {
            let refused = CliError::input(error.to_string());
            match error {
                AccountKeyError::SeveralKinds(_) => refused.hint(
                    "look at the addresses that your wallet shows: --kind bip84 for bc1q..., bip86 \
                     for bc1p..., bip49 for 3..., bip44 for 1...",
                ),
                _ => refused,
            }
        })
    }

    fn words(&self, rules: &'static dyn Chain, network: u64) -> Result<AccountKey, CliError> {
        let path = self.path(rules, network)?;
        let prompt = "Recovery words, with blanks between them (not shown): ";
        let words = terminal::secret_line(self.words_file.as_deref(), prompt, "--words-file")?;
        let words = Mnemonic::parse(&words).map_err(|error| {
            let refused = CliError::input(error.to_string());
            match error {
                MnemonicError::Checksum | MnemonicError::Count(_) => refused.hint(NOT_BIP39),
                MnemonicError::Word(_) => refused,
            }
        })?;
        let passphrase = if self.passphrase {
            terminal::secret_line(None, "Passphrase of the wallet (not shown): ", "--xpub")?
        } else {
            String::new().into()
        };
        AccountKey::from_words(rules, path, network, &words, &passphrase, self.account)
            .map_err(|error| CliError::input(error.to_string()))
    }

    /// Returns the path of the kind that was asked for, or the usual one.
    fn path(&self, rules: &dyn Chain, network: u64) -> Result<WalletPath, CliError> {
        let paths = rules.wallet_paths(network);
        let named = |path: &&WalletPath| self.kind.as_deref().is_none_or(|kind| kind == path.name);
        paths.iter().find(named).copied().ok_or_else(|| {
            let known: Vec<_> = paths.iter().map(|path| path.name).collect();
            let coin = rules.coin().code();
            let kind = self.kind.as_deref().unwrap_or_default();
            CliError::input(format!("{coin} has no accounts of the kind {kind:?}"))
                .hint(format!("the kinds are {}", known.join(", ")))
        })
    }

    fn descriptor(&self, coin: AssetId, text: &str) -> Result<Source, CliError> {
        if coin != AssetId::BTC {
            return Err(CliError::input(format!("{coin} has no descriptors")).hint("give --xpub"));
        }
        let network = bitcoin::Network::from_name(&self.network).ok_or_else(|| {
            CliError::input(format!("Bitcoin has no network {:?}", self.network))
                .hint("write main, signet or regtest")
        })?;
        let descriptor =
            Descriptor::parse(text, network).map_err(|error| CliError::input(error.to_string()))?;
        Ok(Source::new(coin, None, Wallet::Descriptor(descriptor)))
    }

    /// Opens an account of Monero by its address and view key. A seed is not asked for.
    fn monero(&self) -> Result<Source, CliError> {
        let address = self.address.as_deref().ok_or_else(|| {
            CliError::input("the addresses of Monero follow from an address and a view key").hint(
                "write --address with the primary address of your wallet, which begins with 4. Its \
                 private view key is asked for; never type its seed",
            )
        })?;
        let network = monero::Network::from_name(&self.network);
        let network = network.ok_or_else(|| {
            CliError::input(format!("Monero has no network {:?}", self.network))
                .hint("write main, stage, test or regtest")
        })?;
        let prompt = "Private view key of the wallet (not shown): ";
        let file = self.view_key_file.as_deref();
        let key = terminal::secret_line(file, prompt, "--view-key-file")?;
        let account = monero::Account::new(address, &key, network)
            .map_err(|error| CliError::input(error.to_string()))?;
        let account = Box::new(account);
        let wallet = Wallet::Monero { account, address: address.trim().to_owned() };
        Ok(Source::new(AssetId::XMR, Some(0), wallet))
    }
}
