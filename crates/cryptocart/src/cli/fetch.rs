//! `cryptocart fetch`: new mails from the server into a mailbox at home, over ssh.

mod ssh;

use super::progress;
use crate::{
    error::CliError,
    mail_transfer::{FetchedMails, Progress, Received, Receiver},
    terminal::{self, many},
};
use clap::Args;
use shop_core::kind::Kind;
use shop_seal::mbox::Mbox;
use ssh::Ssh;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The server, as ssh takes it: user@host, ssh://user@host:port, or a name of ~/.ssh/config.
    /// The host may be an onion address.
    #[arg(value_name = "SERVER")]
    pub(super) server: String,
    /// The mailbox here that new mails are added to. It is made if there is none.
    #[arg(long, value_name = "FILE", default_value = "orders.mbox")]
    pub(super) mailbox: PathBuf,
    /// Delete the mails on the server that are in the mailbox here.
    /// Both ends compare their SHA-256 once more before that. Mails that you moved out of the mailbox
    /// stay on the server.
    #[arg(long)]
    delete: bool,
    /// Connect through the Tor of this machine, whose SOCKS port is at ADDRESS.
    /// An onion address that has no ProxyCommand in ~/.ssh/config is always reached like that. The
    /// Tor Browser's port is 127.0.0.1:9150.
    #[arg(long, value_name = "ADDRESS", num_args = 0..=1, require_equals = true,
        default_missing_value = ssh::TOR)]
    pub(super) tor: Option<String>,
    /// The command to run on the server.
    /// A key that is limited to one command runs that one instead.
    #[arg(long, value_name = "COMMAND", default_value = "cryptocart mailbox send")]
    pub(super) command: String,
    /// Print as JSON (docs/json.md).
    #[arg(long)]
    json: bool,
}

impl Fetch {
    pub(super) fn run(&self) -> Result<(), CliError> {
        if self.mailbox.is_dir() {
            return Err(CliError::input(format!("{} is a folder", self.mailbox.display()))
                .hint("name a file in it: --mailbox FOLDER/orders.mbox"));
        }
        // Before anything is asked of the server, and before ssh asks for a passphrase.
        let mut fetched = FetchedMails::open(&self.mailbox)?;
        let mut ssh = Ssh::start(self)?;
        let done = self.fetch(&mut ssh, &mut fetched);
        let received = ssh.end(done)?;
        if self.json {
            terminal::json(&self.as_json(&received));
        } else {
            self.say(&received);
        }
        Ok(())
    }

    fn fetch(&self, ssh: &mut Ssh, fetched: &mut FetchedMails) -> Result<Received, CliError> {
        let (from, to) = ssh.pipes()?;
        let mut receiver = Receiver::greet(from, to)?;
        let mut shown = None;
        let home = Mbox::open(&self.mailbox);
        let received =
            receiver.fetch(&home, fetched, self.delete, &mut |progress| match progress {
                Progress::ToCome(bytes) => {
                    shown = Some(progress::Progress::new("Fetching mails", Some(bytes)));
                }
                Progress::Came(bytes) => {
                    if let Some(shown) = &mut shown {
                        shown.add(bytes);
                    }
                }
            });
        if let Some(shown) = &shown {
            shown.end();
        }
        received.map_err(|error| self.with_hint(error))
    }

    /// Adds what to do about a refusal of the server that has a usual reason.
    fn with_hint(&self, error: CliError) -> CliError {
        let is_elsewhere = match error.kind() {
            Kind::NotFound => true,
            // A key that may not delete finds the shop.
            Kind::Denied => !self.delete,
            _ => false,
        };
        if error.hint_text().is_some() || !is_elsewhere {
            return error;
        }
        error.hint(
            "where the shop came with its Debian package: --command \"sudo -n cryptocart mailbox \
             send\"; in a folder of its own: --command \"cryptocart mailbox send --dir FOLDER\" \
             (docs/reading-at-home.md)",
        )
    }

    fn say(&self, received: &Received) {
        let mailbox = self.mailbox.display();
        let new = match received.new {
            0 => "No new mails".to_owned(),
            new => format!("{} into {mailbox}", many(new, "new mail", "new mails")),
        };
        terminal::line(format!(
            "{new} from {}; {} fetched before.",
            self.server,
            many(received.known, "was", "were")
        ));
        if received.other > 0 {
            terminal::line(format!(
                "{} on the server: not a sealed mail of the shop, or not finished yet.",
                many(received.other, "other entry stays", "other entries stay")
            ));
        }
        if let Some(deleted) = received.deleted {
            terminal::line(format!("Deleted {} on the server.", many(deleted, "mail", "mails")));
        }
        if received.deleted.is_some() && received.not_here > 0 {
            terminal::line(format!(
                "{} on the server, because {mailbox} does not have them any more.",
                many(received.not_here, "mail stays", "mails stay")
            ));
        }
        if received.unlisted > 0 {
            terminal::line(format!(
                "{} not listed: the mailbox there is very large. Run this again with --delete.",
                many(received.unlisted, "mail was", "mails were")
            ));
        }
        if received.new > 0 {
            terminal::line(format!("Read them: cryptocart read {mailbox}, or mutt -f {mailbox}"));
        }
    }

    fn as_json(&self, received: &Received) -> serde_json::Value {
        serde_json::json!({
            "version": 1,
            "server": self.server,
            "mailbox": self.mailbox,
            "new": received.new,
            "known": received.known,
            "gone": received.gone,
            "other": received.other,
            "unlisted": received.unlisted,
            "deleted": received.deleted,
            "not_here": received.not_here,
        })
    }
}
