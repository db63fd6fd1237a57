//! `cryptocart escrow extend`: brings a later deadline for the delivery to the contract.

use super::{act::ActArgs, attestors::ask_each, decide::Wish};
use crate::{
    error::CliError, escrow::published::fetch_extensions, runtime::block_on, system::System,
};
use clap::Args;

/// Arguments of `extend`.
#[derive(Debug, Args)]
pub(crate) struct Extend {
    #[command(flatten)]
    args: ActArgs,
}

impl Extend {
    pub(super) fn run(&self, system: &System) -> Result<(), CliError> {
        let nodes = &self.args.send().nodes;
        self.args.run(system, |order, settings| {
            let good = "has signed a later deadline";
            let signed = ask_each(order, settings, nodes, system, good, async |dial, host, by| {
                fetch_extensions(dial, host, by, &order.statement).await
            });
            block_on(signed).map(|signed| Wish::Extend(signed.into_iter().flatten().collect()))
        })
    }
}
