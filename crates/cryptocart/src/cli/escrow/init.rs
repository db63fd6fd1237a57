//! `cryptocart escrow init`: the folder, the recovery words, and the keys.

use super::{
    home::{self, Home, HomeArgs, Secret},
    payouts::{Counter, bug},
    settings,
};
use crate::{
    error::CliError,
    files,
    system::System,
    terminal::{self},
};
use clap::Args;
use shop_chain::ethereum::escrow::{Mnemonic, checksum};
use shop_core::entropy;
use std::path::PathBuf;
use zeroize::Zeroizing;

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Take recovery words that you have, instead of making new ones. They are asked for.
    #[arg(long)]
    words: bool,
    /// Read the recovery words from a file instead of the terminal.
    #[arg(long, value_name = "FILE", requires = "words")]
    words_file: Option<PathBuf>,
    /// With --words: the number of the first payout address that was never given out.
    #[arg(long, value_name = "INDEX", requires = "words", required_if_eq("words", "true"))]
    next: Option<u32>,
    #[command(flatten)]
    home: HomeArgs,
}

impl Init {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let mnemonic = if self.words {
            let prompt = "Recovery words, with blanks between them: ";
            let words = home::read_line(self.words_file.as_deref(), prompt)?;
            Mnemonic::parse(&words).map_err(|error| CliError::input(error.to_string()))?
        } else {
            Mnemonic::random(&*system.entropy)
        };
        let operator = mnemonic.operator_key().map_err(bug)?;
        let shop_key = mnemonic.shop_key().map_err(bug)?;
        let home = Home::create(&self.home)?;
        home.choose_passphrase()?;
        let records = Zeroizing::new(entropy::bytes::<32>(&*system.entropy));
        home.keep_secret(Secret::Mnemonic, mnemonic.reveal().as_bytes(), &*system.entropy)?;
        home.keep_secret(Secret::Operator, &*operator.to_bytes(), &*system.entropy)?;
        home.keep_secret(Secret::Records, &*records, &*system.entropy)?;
        Counter { path: home.path("payouts.next") }.write(self.next.unwrap_or(0))?;
        let operator = checksum(operator.account());
        let shop_key = checksum(shop_key.account());
        // Last: a home without it was not finished, and is made again.
        let text = settings::new_file(&operator, &shop_key);
        files::write(&home.path("escrow.toml"), text.as_bytes(), true)?;
        self.tell(&operator, &shop_key, &mnemonic);
        Ok(())
    }

    fn tell(&self, operator: &str, shop_key: &str, mnemonic: &Mnemonic) {
        let words = mnemonic.reveal();
        let folder = self.home.home.display().to_string();
        if self.home.json {
            let words = (!self.words).then(|| words.as_str());
            terminal::json(&serde_json::json!({
                "version": 1, "home": folder, "operator": operator, "shop_key": shop_key,
                "words": words,
            }));
            return;
        }
        terminal::line(format!("Made the escrow home {folder}.\n"));
        if !self.words {
            terminal::line("Write these words on paper, in this order. They are shown once.");
            terminal::line("Whoever has them has the money of all your payout addresses.\n");
            for (number, words) in words.split(' ').collect::<Vec<_>>().chunks(6).enumerate() {
                terminal::line(format!("  {:>2}  {}", number * 6 + 1, words.join(" ")));
            }
            terminal::line("");
        }
        terminal::line("Into the shop's shop.toml, under [escrow]:\n");
        terminal::line(format!("  operator = \"{operator}\"\n  key = \"{shop_key}\"\n"));
        terminal::line("Next:");
        terminal::line(format!("1. Name your nodes and your tor in {folder}/escrow.toml."));
        terminal::line(format!("2. Send some Ether for fees to the operator key: {operator}"));
        terminal::line("3. Make payout addresses: cryptocart escrow payouts --count 50");
        terminal::line(
            "4. To keep the words off this machine, move mnemonic.sealed to another one. Only \
             payouts and sweep need it.",
        );
    }
}
