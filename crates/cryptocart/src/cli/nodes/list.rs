//! `cryptocart nodes list`.

use super::ListArgs;
use crate::{
    config::plan::operators::{self, Operator},
    error::CliError,
    terminal,
};
use clap::Args;
use serde_json::{Value, json};

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The chain, as its section in shop.toml: ether, bitcoin or monero. All, if it is left out.
    chain: Option<String>,
    #[command(flatten)]
    list: ListArgs,
}

impl List {
    pub(super) fn run(self) -> Result<(), CliError> {
        let operators = self.list.operators()?;
        let chain = self.chain.as_deref().map(operators::chain).transpose()?;
        let entries = operators.entries.iter();
        let entries = entries.filter(|entry| chain.is_none_or(|chain| entry.chain == chain));
        if self.list.json {
            let entries: Vec<Value> = entries.map(as_json).collect();
            terminal::json(&json!({ "version": 1, "seen": operators.seen, "entries": entries }));
            return Ok(());
        }
        terminal::line(format!(
            "Operators of nodes, as others had listed them on {}. NOT TRIED BY US.",
            operators.seen
        ));
        for entry in entries {
            let section = operators::section_name(entry.chain);
            terminal::line(format!("\n{section}  {}  {}", entry.operator, entry.node));
            terminal::line(format!("  source: {}", entry.source));
            terminal::line(format!("  known:  {}", entry.known));
            if entry.forwards {
                terminal::line("  It passes questions on to others: it counts for no operator.");
            }
        }
        terminal::line("\nTo ask all of a chain through Tor: cryptocart nodes try ether");
        Ok(())
    }
}

/// Returns an entry for programs.
pub(super) fn as_json(entry: &Operator) -> Value {
    json!({
        "chain": operators::section_name(entry.chain),
        "operator": entry.operator,
        "node": entry.node,
        "source": entry.source,
        "known": entry.known,
        "forwards": entry.forwards,
        "tried_by_us": false,
    })
}
