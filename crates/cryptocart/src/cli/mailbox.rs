//! `cryptocart mailbox`: the shop's mailbox, for `fetch` at home.

use super::folder::NamedFolder;
use crate::{
    config::Config,
    error::{CliError, IoContext},
    mail_transfer,
    shop_dir::ShopDir,
};
use clap::Subcommand;
use shop_seal::mbox::Mbox;
use std::io;

#[derive(Debug, Subcommand)]
pub(crate) enum Mailbox {
    /// Send mails to `cryptocart fetch`, which starts this over ssh.
    ///
    /// The two speak over standard input and output. It needs no terminal.
    ///
    /// Only sealed mails of the shop are sent, and only they are deleted, when fetch has them. To let
    /// an ssh key do this and nothing else, put this before it in ~/.ssh/authorized_keys on the
    /// server:
    ///
    ///   restrict,command="cryptocart mailbox send --dir DIR" ssh-ed25519 AAAA...
    Send {
        #[command(flatten)]
        dir: NamedFolder,
        /// Let mails be read, and none be deleted.
        #[arg(long)]
        read_only: bool,
    },
}

impl Mailbox {
    pub(super) fn run(self) -> Result<(), CliError> {
        let Self::Send { dir, read_only } = self;
        let answered = match mbox(&dir.shop()) {
            Ok(mbox) => {
                mail_transfer::send(&mbox, !read_only, io::stdin().lock(), io::stdout().lock())
            }
            Err(error) => mail_transfer::refuse(&error, io::stdout().lock()),
        };
        answered.io_context(|| "sending mails to fetch".into())
    }
}

/// Finds the mailbox of a shop. Nothing else of the shop needs to be right.
fn mbox(dir: &ShopDir) -> Result<Mbox, CliError> {
    let config = Config::load(dir)?;
    Ok(Mbox::open(dir.resolve(&config.orders.mailbox)))
}
