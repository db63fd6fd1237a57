//! `cryptocart nodes`: the list of operators, and a try of each over Tor.

mod list;
mod trying;

use crate::{config::plan::operators::Operators, error::CliError, system::System};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Commands about nodes of others.
#[derive(Debug, Subcommand)]
pub(crate) enum Nodes {
    /// List operators of nodes, with the source of each entry. None was tried by us.
    List(list::List),
    /// Ask every operator of a chain through Tor, and print the lines for shop.toml.
    ///
    /// Says who answers, how fast, how far behind, and who tells the same block. The lines are printed
    /// if three different operators do; they are written nowhere. Each operator is asked on circuits of
    /// its own. Nothing of a shop is read or said.
    ///
    /// Exit status: 0 enough operators answer; 75 too few.
    Try(trying::Try),
}

impl Nodes {
    pub(super) fn run(self, system: &System) -> Result<(), CliError> {
        match self {
            Self::List(list) => list.run(),
            Self::Try(trying) => trying.run(system),
        }
    }
}

/// The list that a command is about.
#[derive(Args, Clone, Debug)]
struct ListArgs {
    /// A list of your own instead of the built-in one (docs/nodes.md says what it looks like).
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

impl ListArgs {
    fn operators(&self) -> Result<Operators, CliError> {
        self.list.as_deref().map_or_else(Operators::built_in, Operators::load)
    }
}
