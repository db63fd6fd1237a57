//! `cryptocart addresses`: pools of addresses, made at home from the seller's wallet.

mod file;
mod skip;
mod source;
mod wallet;

use crate::{error::CliError, terminal};
use clap::Subcommand;
use file::PoolFile;
use source::SourceArgs;
use std::path::PathBuf;
use wallet::Source;

/// Most addresses of one run.
const MOST: u32 = 100_000;
/// Number of first addresses that are shown, to be compared with the wallet.
pub(super) const SHOWN: u32 = 3;

#[derive(Debug, Subcommand)]
pub(crate) enum Addresses {
    /// Show the first addresses of a wallet, and add some to a pool file.
    ///
    /// Run it at home, never on the server. It asks for the wallet's recovery words (BIP-39), or
    /// takes the public key of its account with --xpub or a descriptor with --descriptor, which
    /// cannot spend. It shows the first addresses: compare them with those your wallet shows under
    /// Receive. Nothing of the words is kept.
    ///
    /// Addresses that are in the file are not made again: the new ones go on after the last of
    /// them. Copy the file to the server, where shop.toml names it as `pool`, and run
    /// `cryptocart catalog reload` there.
    ///
    /// For Bitcoin it also prints the descriptor of the account, which shop.toml can have instead
    /// of a file. Then the shop never runs out, and the server's disk shows all payments to the
    /// account, past and future. A file shows its own addresses alone.
    ///
    /// For Monero it shows the subaddresses that the shop makes itself, to compare them with your
    /// wallet: from its primary address (--address) and its private view key, never from a seed.
    #[command(after_help = "Examples:\n  \
        cryptocart addresses make pool.txt --coin ETH --count 500\n  \
        cryptocart addresses make pool.txt --coin BTC --count 500\n  \
        cryptocart addresses make pool.txt --coin BTC --count 500 --xpub zpub6r...\n  \
        cryptocart addresses make pool.txt --coin BTC --kind bip86     show the first, and write \
        nothing\n  \
        cryptocart addresses make list.txt --coin XMR --address 44AF...")]
    Make(Make),
    /// Have the shop go on with addresses further along, on the server.
    ///
    /// For addresses that follow from a key: Bitcoin's descriptor, Monero's account. After a restore, or
    /// where an older copy of the shop was opened, nobody knows which numbers were given since. The
    /// shop then goes on by itself, 1000 numbers beyond those it knows. Use this command if your
    /// wallet shows payments at higher numbers still (--to), or if the shop was never told of the
    /// loss. No address before that number is given any more. It prints the gap limit that your
    /// wallet must be set to, and reloads a shop that is open.
    #[command(after_help = "Examples:\n  \
        cryptocart addresses skip                go on 1000 beyond the highest given or paid\n  \
        cryptocart addresses skip --to 4200      go on with number 4200")]
    Skip(skip::Skip),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Make {
    /// The pool file: addresses are added at its end.
    file: PathBuf,
    /// Number of addresses to add.
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    count: u32,
    /// Number of the first address that is added [default: the one after the last in the file].
    #[arg(long, value_name = "INDEX")]
    from: Option<u32>,
    /// Do not ask whether the first addresses are those of the wallet.
    #[arg(long)]
    yes: bool,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceArgs,
}

impl Addresses {
    pub(super) fn run(self) -> Result<(), CliError> {
        match self {
            Self::Make(make) => make.run(),
            Self::Skip(skip) => skip.run(),
        }
    }
}

impl Make {
    fn run(&self) -> Result<(), CliError> {
        if self.count > MOST {
            return Err(CliError::input(format!("--count is at most {MOST}")));
        }
        let mut file = PoolFile::open(&self.file)?;
        let source = self.source.open()?;
        let next = file.next(&source)?;
        let first = self.from.or(next).unwrap_or(source.first()).max(source.first());
        if next.is_some_and(|next| first < next) {
            let what = format!("address {first} is in the file, or before one that is");
            return Err(CliError::input(what).hint("leave --from out"));
        }
        if next.is_none() && self.from.is_none() && !file.is_empty() && self.count > 0 {
            let what = format!("{} has addresses, and none is of this wallet", self.file.display());
            return Err(CliError::input(what).hint(
                "is it the right wallet, account and kind? If you changed your wallet, say which \
                 address comes first: --from 0",
            ));
        }
        let shown = source.first()..source.first() + SHOWN;
        let beginning: Vec<String> =
            shown.map(|index| source.address(index)).collect::<Result<_, _>>()?;
        if !self.json {
            source.show(&beginning);
        }
        if self.count == 0 {
            return self.tell(&source, &beginning, first, 0);
        }
        if !self.yes {
            let question = "Are these the first addresses of your wallet?";
            terminal::agree(question, "nothing was written", "--yes")?;
        }
        let end = first.checked_add(self.count).filter(|end| *end < 1 << 31);
        let end = end.ok_or_else(|| CliError::input("there are no more addresses"))?;
        let new: Vec<String> =
            (first..end).map(|index| source.address(index)).collect::<Result<_, _>>()?;
        file.append(&source, first, &new)?;
        self.tell(&source, &beginning, first, self.count)
    }

    fn tell(
        &self,
        source: &Source,
        beginning: &[String],
        first: u32,
        added: u32,
    ) -> Result<(), CliError> {
        if self.json {
            terminal::json(&serde_json::json!({
                "version": 1, "file": self.file, "coin": source.coin(), "kind": source.kind(),
                "first_addresses": beginning, "from": first, "added": added,
                "next": first + added, "descriptor": source.descriptor(),
            }));
            return Ok(());
        }
        if added == 0 {
            terminal::line(format!("Nothing was written. The next is number {first}."));
            tell_descriptor(source);
            return Ok(());
        }
        let count = terminal::many(added, "address", "addresses");
        let last = first + added - 1;
        let file = self.file.display();
        terminal::line(format!("{count} (numbers {first} to {last}) added to {file}.\n"));
        terminal::line("Next:");
        let hint = source.gap_hint(last);
        let steps = if source.is_made_by_the_shop() {
            vec!["Keep the file at home: the shop makes these addresses itself.".to_owned()]
        } else {
            vec![
                "Copy the file to the server, where shop.toml names it as `pool`.".to_owned(),
                "There: cryptocart catalog reload".to_owned(),
            ]
        };
        for (number, step) in (1..).zip(steps.into_iter().chain(hint)) {
            terminal::line(format!("{number}. {step}"));
        }
        tell_descriptor(source);
        Ok(())
    }
}

/// Prints the descriptor of the wallet, and its difference to a file.
fn tell_descriptor(source: &Source) {
    let Some(descriptor) = source.descriptor() else { return };
    terminal::line("\nInstead of a file, shop.toml can have this descriptor of the account:");
    terminal::line(format!("\n  descriptor = \"{descriptor}\"\n"));
    terminal::line(
        "The shop then never runs out of addresses. But whoever copies the server's disk sees all \
         payments to the account, past and future; a file shows its own addresses alone. Either \
         way, your wallet's gap limit must be above the last number that is used.",
    );
}
