//! Wallet that addresses are made of.

use crate::{error::CliError, terminal};
use clap::Args;
use shop_chain::{Chain, WalletPath, ethereum::escrow::Mnemonic, wallet::AccountKey};
use std::path::PathBuf;

/// Unused addresses after which most wallets stop looking, unless they are told otherwise.
const USUAL_GAP: u32 = 20;
/// Number of the main network, of every coin that has addresses like these.
const NETWORK: u64 = 1;

#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// The coin: ETH, or another one whose wallets derive addresses.
    #[arg(long, value_name = "COIN")]
    coin: String,
    /// The kind of account, where the coin has several.
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The public key of the account (xpub), instead of the words.
    #[arg(long, value_name = "KEY", conflicts_with_all = ["words_file", "passphrase", "account"])]
    xpub: Option<String>,
    /// Read the words from the first line of a file, instead of the terminal.
    #[arg(long, value_name = "FILE")]
    words_file: Option<PathBuf>,
    /// Ask for the passphrase that the wallet adds to its words (BIP-39).
    #[arg(long)]
    passphrase: bool,
    /// The account of the wallet. Use one for the shop alone.
    #[arg(long, value_name = "N", default_value_t = 0)]
    account: u32,
}

/// A wallet's account.
pub(super) struct Source {
    rules: &'static dyn Chain,
    key: AccountKey,
    account: Option<u32>,
}

impl SourceArgs {
    /// Opens the account; asks for the words where they are needed.
    pub(super) fn open(&self) -> Result<Source, CliError> {
        let rules = self.rules()?;
        let path = self.path(rules)?;
        if let Some(xpub) = &self.xpub {
            let key = AccountKey::parse(rules, self.kind.as_deref(), NETWORK, xpub);
            let key = key.map_err(|error| CliError::input(error.to_string()))?;
            return Ok(Source { rules, key, account: None });
        }
        let prompt = "Recovery words, with blanks between them (not shown): ";
        let words = terminal::secret_line(self.words_file.as_deref(), prompt, "--words-file")?;
        let words = Mnemonic::parse(&words).map_err(|error| CliError::input(error.to_string()))?;
        let passphrase = if self.passphrase {
            terminal::secret_line(None, "Passphrase of the wallet (not shown): ", "--xpub")?
        } else {
            String::new().into()
        };
        let account = self.account;
        let key = AccountKey::from_words(rules, path, NETWORK, &words, &passphrase, account);
        let key = key.map_err(|error| CliError::input(error.to_string()))?;
        Ok(Source { rules, key, account: Some(account) })
    }

    fn rules(&self) -> Result<&'static dyn Chain, CliError> {
        let has_paths = |rules: &&dyn Chain| !rules.wallet_paths(NETWORK).is_empty();
        let found = shop_chain::chains()
            .filter(has_paths)
            .find(|rules| rules.coin().code().eq_ignore_ascii_case(&self.coin));
        found.ok_or_else(|| {
            let known: Vec<_> =
                shop_chain::chains().filter(has_paths).map(|rules| rules.coin().code()).collect();
            CliError::input(format!("addresses of {:?} cannot be made here", self.coin))
                .hint(format!("the coins are {}", known.join(", ")))
        })
    }

    fn path(&self, rules: &dyn Chain) -> Result<WalletPath, CliError> {
        let paths = rules.wallet_paths(NETWORK);
        let named = |path: &&WalletPath| self.kind.as_deref().is_none_or(|kind| kind == path.name);
        paths.iter().find(named).copied().ok_or_else(|| {
            let known: Vec<_> = paths.iter().map(|path| path.name).collect();
            let coin = rules.coin().code();
            let kind = self.kind.as_deref().unwrap_or_default();
            CliError::input(format!("{coin} has no accounts of the kind {kind:?}"))
                .hint(format!("the kinds are {}", known.join(", ")))
        })
    }
}

impl Source {
    /// Returns the coin's ticker.
    pub(super) fn coin(&self) -> &'static str {
        self.rules.coin().code()
    }

    /// Returns the name of the kind of account.
    pub(super) fn kind(&self) -> &'static str {
        self.key.path().name
    }

    /// Returns a short name of the account's key, which tells nothing of its addresses.
    pub(super) fn fingerprint(&self) -> String {
        self.key.fingerprint()
    }

    /// Returns the receive address with this number.
    pub(super) fn address(&self, index: u32) -> Result<String, CliError> {
        let address = self.key.address(index);
        let address = address.map_err(|error| CliError::input(error.to_string()))?;
        Ok(address.as_str().to_owned())
    }

    /// Shows the first addresses, with their paths where the account is known.
    pub(super) fn show(&self, beginning: &[String]) {
        let kind = self.kind();
        terminal::line(format!("The first addresses of this wallet ({}, {kind}):\n", self.coin()));
        for (index, address) in (0..).zip(beginning) {
            let path = self.account.map(|account| self.key.path().of_address(account, index));
            terminal::line(
                format!("  {index}  {address}  {}", path.unwrap_or_default()).trim_end(),
            );
        }
        terminal::line("\nCompare them with your wallet. If they differ, stop.\n");
    }

    /// Returns advice for wallets that would not look as far as the last address.
    pub(super) fn gap_hint(&self, last: u32) -> Option<String> {
        (last >= USUAL_GAP).then(|| {
            format!(
                "Most wallets look for {USUAL_GAP} unused addresses and then stop. Set your \
                 wallet's gap limit above {last}, or it may not show what buyers paid."
            )
        })
    }
}
