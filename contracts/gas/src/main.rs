//! Sends the transactions whose gas the contracts' tests measure once more, under the rules
//! of today and under the gas schedule that comes next, which forge does not know.
//!
//! `escrow-gas CALLS` reads what the tests wrote (see test/Gas.t.sol) and fails if
//! - the rules that forge measured by give another gas than snapshots/gas.json has: then this
//!   program does something else than forge,
//! - the rules of today give more than that,
//! - a transaction ends otherwise under the coming schedule: other events are other payments,
//! - a transaction with too little gas succeeds, but ends otherwise: a caller could starve a payee,
//! - its gas there is not in snapshots/gas-next.json, or the table in README.md has other figures.
//!
//! `escrow-gas CALLS --write` writes snapshots/gas-next.json, and prints the table.

mod chain;

use chain::{Call, Done};
use revm::primitives::hardfork::SpecId;
use serde_json::{Map, Value};
use std::{
    env,
    error::Error,
    fs,
    ops::RangeInclusive,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The rules that forge measures by: `evm_version` in foundry.toml.
const MEASURED: SpecId = SpecId::CANCUN;
/// The rules of Ethereum since December 2025.
const TODAY: SpecId = SpecId::OSAKA;
/// The rules after the upgrade that is called Glamsterdam.
const NEXT: SpecId = SpecId::AMSTERDAM;

/// Gas limits to try, in hundredths of what a transaction uses: up to six times that, because
/// some of it is only lent to a payee.
const LIMITS: RangeInclusive<u64> = 30..=600;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("escrow-gas: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let mut words = env::args().skip(1);
    let calls =
        words.next().map(PathBuf::from).ok_or("name the folder that test/Gas.t.sol wrote")?;
    let is_writing = words.next().as_deref() == Some("--write");
    let contracts = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let next_file = contracts.join("snapshots/gas-next.json");
    let snapshot = read_figures(&contracts.join("snapshots/gas.json"))?;

    let mut next = Map::new();
    let mut table = vec![
        "| row | today | next | of it for new state |".to_owned(),
        "|---|--:|--:|--:|".to_owned(),
    ];
    let mut wrong = Vec::new();
    for (name, expected) in &snapshot {
        let call = Call::read(&calls, name)?;
        let measured = chain::send(&call, MEASURED)?;
        let today = chain::send(&call, TODAY)?;
        let coming = chain::send(&call, NEXT)?;
        if measured.gas != figure(expected)? {
            wrong.push(format!("{name}: forge measured {expected}, and revm {}", measured.gas));
        }
        if today.gas > measured.gas {
            wrong.push(format!(
                "{name}: {} today, and {} by the rules that forge has",
                today.gas, measured.gas
            ));
        }
        if coming.events != measured.events {
            wrong.push(format!("{name} ends otherwise under the coming schedule"));
        }
        for (rules, whole) in [(TODAY, &today), (NEXT, &coming)] {
            wrong.extend(
                starve(&call, rules, whole)?
                    .map(|limit| format!("{name} ends otherwise with {limit} gas")),
            );
        }
        next.insert(name.clone(), Value::from(coming.gas.to_string()));
        table.push(row(name, &today, &coming));
    }

    if is_writing {
        fs::write(&next_file, serde_json::to_string_pretty(&next)? + "\n")?;
        println!("{}", table.join("\n"));
    } else {
        wrong.extend(differences(&read_figures(&next_file)?, &next));
        let page = fs::read_to_string(contracts.join("README.md"))?;
        wrong.extend(
            table
                .iter()
                .filter(|line| !page.contains(*line))
                .map(|line| format!("not in README.md: {line}")),
        );
    }
    if wrong.is_empty() {
        println!("{} transactions are as they must be under both schedules", snapshot.len());
        return Ok(());
    }
    Err(wrong.join("\n").into())
}

/// Returns a gas limit with which a transaction succeeds but ends otherwise than it does as a
/// `whole`.
fn starve(call: &Call, rules: SpecId, whole: &Done) -> Result<Option<u64>, Box<dyn Error>> {
    if call.is_deployment() {
        return Ok(None);
    }
    for part in LIMITS.step_by(12) {
        let limit = whole.gas / 100 * part;
        let done = chain::send_with(call, rules, limit)?;
        if done.is_some_and(|done| done.events != whole.events) {
            return Ok(Some(limit));
        }
    }
    Ok(None)
}

/// Returns one line for each figure that is not in both.
fn differences(pinned: &Map<String, Value>, found: &Map<String, Value>) -> Vec<String> {
    let names = pinned.keys().chain(found.keys().filter(|name| !pinned.contains_key(*name)));
    names
        .filter(|name| pinned.get(*name) != found.get(*name))
        .map(|name| {
            format!("{name}: {:?} is pinned, and {:?} was found", pinned.get(name), found.get(name))
        })
        .collect()
}

fn read_figures(file: &Path) -> Result<Map<String, Value>, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_json::from_str(&text)?)
}

fn figure(value: &Value) -> Result<u64, Box<dyn Error>> {
    Ok(value.as_str().ok_or("a figure is no text")?.parse()?)
}

fn row(name: &str, today: &Done, coming: &Done) -> String {
    format!(
        "| {name} | {} | {} | {} |",
        thousands(today.gas),
        thousands(coming.gas),
        thousands(coming.state_gas)
    )
}

/// Digits in groups of three.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
