//! `cryptocart escrow report`: brings the attestors' signatures to the contract.

use super::{act::ActArgs, attestors::ask_each, decide::Wish};
use crate::{error::CliError, escrow::published::fetch_report, runtime::block_on, system::System};
use clap::Args;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct Report {
    #[command(flatten)]
    args: ActArgs,
}

impl Report {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let nodes = &self.args.send().nodes;
        self.args.run(system, |order, settings| {
            let good = "reports the delivery";
            let reports = ask_each(order, settings, nodes, system, good, async |dial, host, by| {
                fetch_report(dial, host, by, &order.statement).await
            });
            block_on(reports).map(Wish::Report)
        })
    }
}
