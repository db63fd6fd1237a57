//! cryptocart: a private crypto shop in one program.
//!
//! The crate wires the layers below together and talks to the person at the terminal.

mod address_numbers;
mod arbitrate;
mod attest;
mod backup;
mod chains;
mod cli;
mod config;
mod content;
mod control;
mod data_loss;
mod demo_rates;
mod digital;
mod doctor;
mod error;
mod escrow;
mod files;
mod health;
mod home_dial;
mod home_tor;
mod identity;
mod import;
mod known_parties;
mod load;
mod mail_transfer;
mod nodes;
mod onion_key;
mod outbound;
mod owner;
mod payments;
mod pictures;
mod program;
mod rates;
mod refund_address;
mod role_process;
mod runtime;
mod sample;
#[cfg(test)]
mod sample_order;
mod sealer;
mod secret_file;
mod seller_key;
mod serve;
mod service;
mod shop_dir;
mod shop_lock;
mod supervising;
mod system;
mod tasks;
mod terminal;
mod theme;
mod to_do;
mod tor_fronts;
mod tor_lines;
mod translations;
mod transport;
mod view_accounts;
mod view_key;
mod warnings;
mod wiping;

use clap::Parser;
use std::process::ExitCode;
use system::System;

fn main() -> ExitCode {
    let code = match cli::Cli::parse().run(&System::new()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            terminal::warn(format!("cryptocart: {error}"));
            ExitCode::from(error.kind().exit_code())
        }
    };
    terminal::flush();
    code
}
