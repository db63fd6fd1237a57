//! cryptocart: a private crypto shop in one program.
//!
//! The crate wires the layers below together and talks to the person at the terminal.

mod chains;
mod cli;
mod config;
mod control;
mod digital;
mod error;
mod files;
mod health;
mod identity;
mod import;
mod load;
mod memory;
mod nodes;
mod payments;
mod pictures;
mod sample;
mod say;
mod sealer;
mod serve;
mod shop_dir;
mod system;
mod tasks;
mod theme;
mod warnings;
mod wiping;
mod words;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let code = match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::warn(format!("cryptocart: {error}"));
            ExitCode::from(error.kind().exit_code())
        }
    };
    say::flush();
    code
}
