//! `cryptocart verify`.

mod report;

use crate::{
    config::rules::discounts,
    error::{CliError, IoContext},
    known_parties::{self, KnownParties},
    system::System,
    terminal,
};
use clap::Args;
use report::Report;
use shop_chain::ethereum::escrow::{parse_account, recompute};
use shop_core::{
    escrow::{Account, Hash, HexError, Policy, Statement, Verdict, verdict, warnings},
    kind::Kind,
    text,
    time::CoarseTime,
};
use std::{
    io::Read,
    path::{Path, PathBuf},
};

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The escrow statement, as text or in short form; - for standard input.
    statement: PathBuf,
    /// The refund address that you gave the shop.
    #[arg(long, value_name = "ADDRESS", value_parser = account)]
    refund: Option<Account>,
    /// The wallet address that you gave the shop as your key.
    #[arg(long, value_name = "ADDRESS", value_parser = account)]
    buyer_key: Option<Account>,
    /// The SHA-256 of your release secret that you gave the shop.
    #[arg(long, value_name = "HASH", value_parser = secret_hash)]
    secret_hash: Option<Hash>,
    /// The shop's key, from elsewhere than the page with this statement.
    #[arg(long, value_name = "ADDRESS", value_parser = account)]
    shop_key: Option<Account>,
    /// A list of the attestors, arbiters and shops that you trust (docs/verify.md).
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,
    /// Check as on this day (2027-01-15, UTC) and not as of now.
    #[arg(long, value_name = "DAY", value_parser = day)]
    on: Option<CoarseTime>,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

impl Verify {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        let report = self.check(system)?;
        if self.json {
            terminal::json(&report.json());
        } else {
            terminal::raw(&report.text());
        }
        match report.verdict() {
            Verdict::Sound | Verdict::Careful => Ok(()),
            Verdict::DoNotPay => Err(CliError::new(Kind::Misconfigured, "do not pay")),
        }
    }

    fn check(&self, system: &System) -> Result<Report, CliError> {
        let name = |path: &Path| {
            if path == Path::new("-") {
                "standard input".to_owned()
            } else {
                path.display().to_string()
            }
        };
        let text = read(&self.statement, Statement::LONGEST_TEXT, &name(&self.statement))?;
        let parsed = Statement::parse_any(&text).map_err(|error| {
            CliError::input(format!("{}, {error}", name(&self.statement)))
                .hint("nothing was checked: do not pay before the statement is read")
        })?;
        let known = match &self.known {
            Some(path) => {
                let list = read(path, known_parties::LONGEST, &name(path))?;
                KnownParties::parse(&list, &name(path))?
            }
            None => KnownParties::default(),
        };
        let shop = parsed.statement.shop_key;
        let now = self.on.map_or_else(|| system.clock.now(), CoarseTime::start);
        let policy = Policy {
            refund_to: self.refund,
            buyer_key: self.buyer_key,
            release_hash: self.secret_hash,
            shop_key: self.shop_key.or_else(|| known.has_shop(shop).then_some(shop)),
            attestors: known.attestors(),
            arbiters: known.arbiters(),
            ..Policy::new(now)
        };
        let recomputed = recompute(&parsed.statement);
        let warnings = warnings(&parsed, &recomputed, &policy);
        let verdict = verdict(&warnings);
        Ok(Report { statement: parsed.statement, recomputed, warnings, verdict, known })
    }
}

/// Reads a file or standard input, at most so much that one byte too many is seen.
fn read(path: &Path, most: usize, name: &str) -> Result<String, CliError> {
    let reading = || format!("reading {name}");
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::with_capacity(most.min(1 << 16));
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit).read_to_end(&mut bytes).io_context(reading)?;
    } else {
        let file = std::fs::File::open(path).io_context(reading)?;
        file.take(limit).read_to_end(&mut bytes).io_context(reading)?;
    }
    if bytes.len() > most {
        return Err(CliError::input(format!("{name} is too long: it may have {most} bytes")));
    }
    text::decode(bytes).ok_or_else(|| {
        CliError::input(format!("{name} is no text")).hint("save it as plain text (UTF-8)")
    })
}

fn account(typed: &str) -> Result<Account, String> {
    parse_account(typed).map_err(|error| error.to_string())
}

/// Reads a hash as `sha256sum` prints it, or with `0x` before it.
fn secret_hash(typed: &str) -> Result<Hash, HexError> {
    let digits = typed.trim().trim_end_matches('-').trim_end();
    Hash::parse(&format!("0x{}", digits.strip_prefix("0x").unwrap_or(digits)))
}

fn day(typed: &str) -> Result<CoarseTime, String> {
    discounts::day(typed).ok_or_else(|| "write a day such as 2027-01-15".to_owned())
}

#[cfg(test)]
mod tests;
