//! `cryptocart escrow payouts`: addresses to be paid at, each given out once.

use super::home::{Home, HomeArgs, Secret};
use crate::{
    error::CliError,
    files,
    terminal::{self, many},
};
use clap::Args;
use shop_chain::ethereum::escrow::{KeyError, Mnemonic, sign_payout};
use shop_core::{
    escrow::{Account, PayoutSignature},
    kind::Kind,
};
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

/// Largest file of payout addresses, in bytes.
const LARGEST: u64 = 16 << 20;
/// Most addresses of one run.
const MOST: u32 = 10_000;
/// Addresses that are looked for behind the last known one, so that gaps do no harm.
const LOOK_AHEAD: u32 = 500;

#[derive(Debug, Args)]
pub(crate) struct Payouts {
    /// Number of addresses to make.
    #[arg(long, value_name = "N")]
    count: u32,
    /// The file to append them to [default: payouts.txt in the home].
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// A file with addresses that were given out before, the server's: none is made again.
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Number of the first address. It cannot be lower than that of one that was given out.
    #[arg(long, value_name = "INDEX")]
    from: Option<u32>,
    #[command(flatten)]
    home: HomeArgs,
}

impl Payouts {
    pub(super) fn run(&self) -> Result<(), CliError> {
        if self.count == 0 || self.count > MOST {
            return Err(CliError::input(format!("--count is 1 to {MOST}")));
        }
        let home = Home::open(&self.home)?;
        let file = self.file.clone().unwrap_or_else(|| home.path("payouts.txt"));
        let mut known = HashSet::new();
        if let Some(path) = &self.known {
            known.extend(read(path)?.iter().map(|payout| payout.seller));
        }
        for path in [&file, &home.path("payouts.txt")] {
            if path.exists() {
                known.extend(read(path)?.iter().map(|payout| payout.seller));
            }
        }
        let counter = Counter { path: home.path("payouts.next") };
        let stored = counter.read()?;
        let mnemonic = open_mnemonic(&home)?;
        let next = first_unused(&mnemonic, stored, &known)?;
        let first = self.from.unwrap_or(next);
        if first < next {
            let what = format!("address {first} was given out before; the next is {next}");
            return Err(CliError::input(what).hint("leave --from out"));
        }
        let end = first.checked_add(self.count).filter(|end| *end < 1 << 31);
        let end = end.ok_or_else(|| CliError::input("there are no more addresses"))?;
        // Before anything is written: what a crash leaves is a gap, never an address twice.
        counter.write(end)?;
        let lines = signed(&mnemonic, first, end)?;
        append(&file, &lines)?;
        if self.home.json {
            let addresses = lines.iter().map(|line| line.seller.to_string());
            let addresses: Vec<String> = addresses.collect();
            terminal::json(&serde_json::json!({
                "version": 1, "file": file, "first": first, "addresses": addresses, "next": end,
            }));
            return Ok(());
        }
        let count = many(self.count, "payout address", "payout addresses");
        terminal::line(format!(
            "{count} (numbers {first} to {}) added to {}.",
            end - 1,
            file.display()
        ));
        terminal::line(
            "Copy the file to the server, where shop.toml names it ([escrow] payouts), and restart \
             the shop.",
        );
        Ok(())
    }
}

/// Opens the recovery words of a home.
pub(super) fn open_mnemonic(home: &Home) -> Result<Mnemonic, CliError> {
    let words = home.secret(Secret::Mnemonic)?;
    let words = std::str::from_utf8(&words).ok().and_then(|text| Mnemonic::parse(text).ok());
    words.ok_or_else(|| {
        CliError::misconfigured("the sealed recovery words are damaged")
            .hint("make the home again from your paper: cryptocart escrow init --words")
    })
}

/// Reads a file of payout addresses.
pub(super) fn read(path: &Path) -> Result<Vec<PayoutSignature>, CliError> {
    let text = files::read_text(path, LARGEST)?;
    let lines = text.lines().enumerate().filter(|(_, line)| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with('#')
    });
    let parse = |(number, line): (usize, &str)| {
        PayoutSignature::parse(line).map_err(|error| {
            let what = format!("{}, line {}: {error}", path.display(), number + 1);
            CliError::misconfigured(what).hint("it is a file of cryptocart escrow payouts")
        })
    };
    lines.map(parse).collect()
}

/// Returns the number after the last address that is known.
fn first_unused(
    mnemonic: &Mnemonic,
    stored: u32,
    known: &HashSet<Account>,
) -> Result<u32, CliError> {
    let mut next = stored;
    let mut index = stored;
    // The stored number is the truth of this folder; a file can know of a copy that went further.
    while !known.is_empty() && index < next.saturating_add(LOOK_AHEAD) {
        if known.contains(&mnemonic.payout_key(index).map_err(bug)?.account()) {
            next = index + 1;
        }
        index += 1;
    }
    Ok(next)
}

fn signed(mnemonic: &Mnemonic, first: u32, end: u32) -> Result<Vec<PayoutSignature>, CliError> {
    let shop_key = mnemonic.shop_key().map_err(bug)?;
    let sign = |index| {
        let seller = mnemonic.payout_key(index).map_err(bug)?.account();
        Ok(sign_payout(&shop_key, seller))
    };
    (first..end).map(sign).collect()
}

fn append(file: &Path, lines: &[PayoutSignature]) -> Result<(), CliError> {
    let mut text = if file.exists() { files::read_text(file, LARGEST)? } else { String::new() };
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    for line in lines {
        text.push_str(&format!("{line}\n"));
    }
    files::write(file, text.as_bytes(), true)
}

/// Says that a key could not be derived, which happens to nobody.
pub(super) fn bug(error: KeyError) -> CliError {
    CliError::new(Kind::Bug, format!("deriving a key: {error}"))
}

/// Number of the next address, in a file of its own.
pub(super) struct Counter {
    pub(super) path: PathBuf,
}

impl Counter {
    pub(super) fn read(&self) -> Result<u32, CliError> {
        if !self.path.exists() {
            return Err(CliError::misconfigured(format!("{} is missing", self.path.display()))
                .hint(
                    "it says which address is next. Restore it, or write into it a number that \
                     is certainly above that of every address you ever gave out",
                ));
        }
        let text = files::read_text(&self.path, 64)?;
        let wrong = || {
            CliError::misconfigured(format!("{} has no number in it", self.path.display()))
                .hint("restore it")
        };
        text.trim().parse().map_err(|_| wrong())
    }

    pub(super) fn write(&self, next: u32) -> Result<(), CliError> {
        files::write(&self.path, format!("{next}\n").as_bytes(), true)
    }
}
