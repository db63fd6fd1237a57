//! `cryptocart arbitrate key`, `rule` and `dispute`: the arbiter at home.

use crate::{
    arbitrate::ruling::{Decision, SignedDecision, parse_share, share_text},
    error::CliError,
    files, secret_file,
    system::System,
    terminal,
};
use clap::Args;
use serde_json::json;
use shop_chain::ethereum::escrow::{Key, checksum};
use shop_core::{
    escrow::{ParsedStatement, Statement, Terms},
    kind::Kind,
};
use shop_seal::passphrase;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Fewest characters of a passphrase.
const SHORTEST_PASSPHRASE: usize = 8;

#[derive(Debug, Args)]
pub(crate) struct NewKey {
    /// File of the new key, which is sealed with a passphrase. It must not exist.
    file: PathBuf,
    /// Read the passphrase from a file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

/// Arguments of every decision.
#[derive(Debug, Args)]
pub(crate) struct DecideArgs {
    /// File with the escrow statement, as a side sent it.
    statement: PathBuf,
    /// File of the key that rules.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Read the passphrase from a file instead of the terminal.
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// File with the reasons, which both sides read.
    #[arg(long, value_name = "FILE")]
    reasons: Option<PathBuf>,
    /// Folder to write the signed file into.
    #[arg(long, value_name = "DIR", default_value = ".")]
    output: PathBuf,
    /// Print as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Rule {
    #[command(flatten)]
    args: DecideArgs,
    /// The buyer's share of the price without your fee, such as 60%. The seller gets the rest.
    #[arg(long, value_name = "PERCENT", value_parser = parse_share)]
    buyer_share: u16,
}

#[derive(Debug, Args)]
pub(crate) struct Dispute {
    #[command(flatten)]
    args: DecideArgs,
}

impl NewKey {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        if self.file.exists() {
            let what = format!("{} exists already", self.file.display());
            return Err(CliError::input(what).hint("name a file that is not there yet"));
        }
        let file = self.passphrase_file.as_deref();
        let phrase = ask(file, "New passphrase for the key: ")?;
        if phrase.chars().count() < SHORTEST_PASSPHRASE {
            return Err(CliError::input("the passphrase is too short").hint("use several words"));
        }
        if file.is_none() && *ask(None, "Repeat the passphrase: ")? != *phrase {
            return Err(CliError::input("the passphrases do not match"));
        }
        let key = Key::random(&*system.entropy);
        let sealed = passphrase::seal(&phrase, &*key.to_bytes(), &*system.entropy)
            .map_err(|error| CliError::new(Kind::Bug, format!("sealing: {error}")))?;
        files::write(&self.file, &sealed, true)?;
        let address = checksum(key.account());
        if self.json {
            terminal::json(&json!({ "version": 1, "address": address }));
        } else {
            terminal::line(format!("The key is in {}. Back it up.", self.file.display()));
            terminal::line(format!("Its address: {address}"));
        }
        Ok(())
    }
}

impl Rule {
    pub(super) fn run(self) -> Result<(), CliError> {
        let decision = Decision::Rule { buyer_bps: self.buyer_share };
        self.args.decide(decision)
    }
}

impl Dispute {
    pub(super) fn run(self) -> Result<(), CliError> {
        self.args.decide(Decision::Dispute)
    }
}

impl DecideArgs {
    fn decide(&self, decision: Decision) -> Result<(), CliError> {
        let parsed = self.statement()?;
        let reasons = match &self.reasons {
            Some(path) => files::read_text(path, 1 << 20)?,
            None => String::new(),
        };
        let key = read_key(&self.key, self.passphrase_file.as_deref())?;
        let signed = SignedDecision::sign(&parsed, &key, decision, reasons)?;
        let path = self.output.join(signed.file_name());
        if let Ok(earlier) = SignedDecision::read(&path)
            && earlier.decision != decision
        {
            let what = format!("{} has another decision about this order", path.display());
            return Err(CliError::input(what).hint(
                "whichever is sent first counts. If it was not given out, remove the file first",
            ));
        }
        let text = serde_json::to_string_pretty(&signed)
            .map_err(|error| CliError::new(Kind::Bug, error.to_string()))?;
        files::write(&path, text.as_bytes(), false)?;
        self.report(&signed, &parsed.statement, &path);
        Ok(())
    }

    fn statement(&self) -> Result<ParsedStatement, CliError> {
        let text = files::read_text(&self.statement, Statement::LONGEST_TEXT as u64)?;
        let text = Zeroizing::new(text);
        Statement::parse_any(&text).map_err(|error| {
            CliError::input(format!("{}: {error}", self.statement.display()))
                .hint("save the statement from the letter into a file of its own")
        })
    }

    fn report(&self, signed: &SignedDecision, statement: &Statement, path: &Path) {
        if self.json {
            terminal::json(&json!({
                "version": 1,
                "order": signed.id.to_string(),
                "file": path.display().to_string(),
                "contract": checksum(signed.contract),
                "data": signed.data,
                "signature": signed.signature.to_string(),
            }));
            return;
        }
        terminal::line(format!("order      {}", signed.id));
        match signed.decision {
            Decision::Dispute => terminal::line("decision   a dispute is opened"),
            Decision::Rule { buyer_bps } => {
                let shares = statement.terms.ruling_shares(statement.terms.price, buyer_bps);
                let rest = share_text(Terms::WHOLE_BPS.saturating_sub(buyer_bps));
                let line = format!("{} to the buyer, {rest} to the seller", share_text(buyer_bps));
                terminal::line(format!("decision   {line}"));
                terminal::line(format!(
                    "amounts    {} to the buyer, {} to the seller, {} to you, in smallest units",
                    shares.to_buyer, shares.to_seller, shares.fee
                ));
            }
        }
        terminal::line(format!("file       {}", path.display()));
        terminal::line(
            "\nCopy the file into rulings/ on your server. It counts once it is on the chain.",
        );
    }
}

fn read_key(path: &Path, phrase: Option<&Path>) -> Result<Key, CliError> {
    let sealed = files::read_secret(path, 4_096)?;
    let phrase = ask(phrase, "Passphrase of the key: ")?;
    let bytes = passphrase::open(&phrase, &sealed).map_err(|error| {
        CliError::new(Kind::Denied, format!("cannot open {}: {error}", path.display()))
    })?;
    let bytes = bytes.first_chunk::<32>().filter(|_| bytes.len() == 32);
    let key = bytes.and_then(|bytes| Key::from_bytes(bytes).ok());
    key.ok_or_else(|| {
        CliError::input(format!("{} is no key", path.display()))
            .hint("name the file that cryptocart arbitrate key has written")
    })
}

fn ask(file: Option<&Path>, prompt: &str) -> Result<Zeroizing<String>, CliError> {
    secret_file::ask(file, prompt)
}
