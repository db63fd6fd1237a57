//! The command line: what can be asked, in the words of the manual.

mod addresses;
mod arbitrate;
mod attest;
mod backup;
mod catalog;
mod check;
mod config;
mod demo;
mod discount;
mod doctor;
mod escrow;
mod fetch;
mod folder;
mod gpg;
mod import;
mod mailbox;
mod manual;
mod monero;
mod new;
mod nodes;
mod onion;
mod orders;
mod progress;
mod read;
mod restore;
mod role;
mod status;
mod stock;
mod theme;
mod verify;

use crate::{error::CliError, program::Role, serve, shop_dir::ShopDir, system::System};
use clap::{CommandFactory, Parser, Subcommand};
use folder::{Folder, NewFolder};
use role::RoleArguments;
use std::path::PathBuf;

/// A private crypto shop in one program: an onion service, encrypted orders, payments
/// straight to your wallet.
#[derive(Debug, Parser)]
#[command(
    name = "cryptocart",
    version,
    max_term_width = 100,
    after_help = "First steps:\n  \
        cryptocart serve                  create a sample shop in ./my-shop and open it\n  \
        mutt -f my-shop/mailorders/root   read incoming orders\n  \
        cryptocart read my-shop/mailorders/root   list them, where your secret key is\n  \
        cryptocart check my-shop          see what is left to do before taking real money\n\n\
        Every command has --help. Commands about a shop take its folder as --dir DIR \
        [default: ./my-shop]. Every command that lists or shows has --json (docs/json.md).\n\n\
        Exit status: 0 success; 2 invalid input; 3 not found; 4 money is missing; \
        70 internal error; 75 temporary failure, try again; 77 permission denied; \
        78 invalid settings."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a shop on the Tor network, with a preview on this machine; creates a sample shop on
    /// first use.
    ///
    /// Prints, as they are known: the preview's address, Tor's progress, the onion address, where
    /// orders arrive, and what to change before taking real money. On a terminal, and nowhere else,
    /// a new order is a line with its number. Ctrl-C closes the shop; SIGHUP reloads the catalogue.
    Serve {
        #[command(flatten)]
        dir: Folder,
        /// Open the shop even though state/shop.db or state/cookie.key is lost, older than the shop,
        /// or restored from a backup. What was given out since is not known: put new addresses into
        /// the pool, and take the codes given since out of their lists (after a restore, no code is
        /// given until `stock codes`).
        #[arg(long)]
        after_loss: bool,
    },
    /// Create a new shop: a sample catalogue, a commented settings file, and a throw-away seller
    /// key next to it.
    New {
        #[command(flatten)]
        dir: NewFolder,
    },
    /// Create a shop from the old cart's folder (.env, db/data.json, public/images/products).
    ///
    /// Reports what was imported, converted and skipped, and why. Secrets are never copied. The old
    /// folder is left unchanged, and on any error nothing is written.
    #[command(override_usage = "cryptocart import <FROM> <DIR|--dir <DIR>>")]
    Import {
        /// The old cart's folder.
        from: PathBuf,
        #[command(flatten)]
        dir: NewFolder,
    },
    /// Check a shop (settings, seller key, catalogue, pictures, pages) and list what is left to
    /// do.
    Check {
        #[command(flatten)]
        dir: Folder,
        /// Print as JSON (docs/json.md).
        #[arg(long)]
        json: bool,
    },
    /// List operators of nodes that others run, or ask them all through Tor.
    ///
    /// For a seller without a node. No shop uses one of them before its seller wrote it into shop.toml
    /// (docs/nodes.md).
    #[command(subcommand)]
    Nodes(nodes::Nodes),
    /// Look over the machine a shop runs on: ports, login, memory, disk, keys, logs, updates.
    ///
    /// It only reads and starts no program. It asks the shop's preview and no network. Each finding has a grade: `good`; `look`,
    /// which you should look at and may have a reason for; `BAD`, which is wrong for any shop. Below it
    /// stands what to do. Run it with sudo to see all of it. docs/doctor.md explains each check.
    ///
    /// Exit status: 0 nothing is bad; 78 something is.
    Doctor(doctor::Doctor),
    /// Show the status of the open shop: processes, address, chains, mailbox, backlog, pool,
    /// disk.
    ///
    /// Exit status, for health checks: 0 everything works; 3 the shop is not open; 75 it is open,
    /// but something does not work or it does not respond; 77 it belongs to another user.
    Status(status::Show),
    /// List the catalogue, or have the open shop reload it.
    #[command(subcommand)]
    Catalog(catalog::Catalog),
    /// Add, list and remove discount codes. Only hashes of the codes are stored.
    #[command(subcommand)]
    Discount(discount::Discount),
    /// At home: make addresses for buyers to pay to, from your wallet's words or public key.
    #[command(subcommand)]
    Addresses(addresses::Addresses),
    /// Store the view key that shows payments in Monero, and list the addresses of orders.
    #[command(subcommand)]
    Monero(monero::Monero),
    /// List the orders stored on this machine (numbers, states, amounts, times; never contents),
    /// or mark one as sent, delivered or refunded.
    ///
    /// GOODS shows the stock of an order: `reserved` is held for it for an hour or two; `open` goes
    /// to whoever pays first; `allocated` belongs to it; `SOLD OUT` means the stock was gone when
    /// its payment arrived.
    Orders(orders::Orders),
    /// At home: list, search, show and export the orders in a mailbox, decrypted by gpg.
    ///
    /// Run it where your secret key is. It hands each mail to gpg, which asks for your passphrase.
    /// Nothing decrypted is written to a file, and the key stays with gpg. Without a subcommand it
    /// lists the orders.
    Read(read::Read),
    /// At home: bring new orders from the server into a mailbox here, over ssh.
    ///
    /// Runs `cryptocart mailbox send` on the server, through the ssh of this machine with its usual
    /// settings. Each mail is compared by SHA-256 at both ends, and written to the disk here before
    /// anything else happens. Nothing is fetched twice. A fetch that was interrupted is simply run
    /// again. The mails stay on the server unless you say --delete.
    ///
    /// Then read them: cryptocart read orders.mbox, or mutt -f orders.mbox
    Fetch(fetch::Fetch),
    /// The server's side of `fetch`: gives the mailbox's sealed mails out over ssh.
    #[command(subcommand)]
    Mailbox(mailbox::Mailbox),
    /// Run an attestor: an onion service that asks carriers for parcels and signs what they say.
    ///
    /// It is not part of a shop, and is run by somebody else than sellers. docs/attestor.md says what
    /// it learns, keeps and signs.
    #[command(subcommand)]
    Attest(attest::Attest),
    /// At home: keys, parcels, refunds and payments of orders in escrow.
    ///
    /// Run it where your keys are, never on the server: the shop has none of them. Every command that
    /// sends something shows the fee first and asks. Requests go through the tor of this machine
    /// (docs/escrow-seller.md).
    #[command(subcommand)]
    Escrow(escrow::Escrow),
    /// Run an arbiter: an onion service to which both sides of a dispute write. Rule at home.
    ///
    /// It is not part of a shop, and is run by somebody else than sellers. docs/arbiter.md says what
    /// it keeps, and what an arbiter can and cannot do.
    #[command(subcommand)]
    Arbitrate(arbitrate::Arbitrate),
    /// Back the shop up, open or closed, into one file that only your secret key opens.
    ///
    /// In it are the settings, the catalogue with its pictures, pages, theme and digital goods, the
    /// pool of addresses, your public key, and state/: the database of this moment, the onion key,
    /// and the key of cookies. The mailbox is not in it, because its mails are sealed already: copy
    /// mailorders/root as well. Nothing unsealed is written anywhere. The file opens without
    /// cryptocart, too: gpg --decrypt FILE | tar x
    Backup(backup::Backup),
    /// Make a shop from a backup, in a new folder.
    ///
    /// Where your secret key is, gpg opens the file: cryptocart restore FILE DIR. To restore on a
    /// server, which has no secret key: gpg --decrypt FILE | ssh SERVER cryptocart restore - DIR. The
    /// shop has the same onion address. It opens with `serve --after-loss` once you have made sure
    /// that the shop it was made from never runs again. Then no address of the pool and no code is
    /// given a second time.
    Restore(restore::Restore),
    /// For a buyer: check an escrow statement before paying. Nobody is asked anything.
    ///
    /// Computes the address again from the terms, checks the shop's signature, and prints the verdict,
    /// the rules in words, and what to think of. docs/verify.md explains each warning.
    ///
    /// Exit status: 0 nothing is wrong; 2 it cannot be read; 78 do not pay.
    Verify(verify::Verify),
    /// List the stock, or set how many of an item you have.
    Stock(stock::Stock),
    /// Start a theme of your own, or check it.
    #[command(subcommand)]
    Theme(theme::Theme),
    /// Print a commented example of the settings, check them, or show the current ones.
    #[command(subcommand)]
    Config(config::Config),
    /// In a demo shop: pay an order, mine blocks, undo blocks.
    #[command(subcommand)]
    Demo(demo::Demo),
    /// Manage the onion address and its key: show, lock with a passphrase, import from or export
    /// to C tor.
    #[command(subcommand)]
    Onion(onion::Onion),
    /// Print shell completions: cryptocart completions bash > /etc/bash_completion.d/cryptocart
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages into a folder, one for each command: for packages.
    #[command(hide = true)]
    Manual {
        /// The folder, which exists.
        folder: PathBuf,
    },
    /// One of the processes that `serve` starts; not meant to be run by hand.
    #[command(hide = true)]
    Role {
        /// The process to run.
        role: Role,
        #[command(flatten)]
        arguments: RoleArguments,
    },
}

impl Cli {
    pub(crate) fn run(self, system: &System) -> Result<(), CliError> {
        match self.command {
            Command::Serve { dir, after_loss } => serve::run(dir.shop(), after_loss, system),
            Command::New { dir } => new::run(dir.path(), system),
            Command::Import { from, dir } => import::run(&from, dir.path()),
            Command::Check { dir, json } => check::run(&dir.shop(), json, system),
            Command::Nodes(command) => command.run(system),
            Command::Doctor(doctor) => doctor.run(system),
            Command::Status(show) => show.run(),
            Command::Catalog(command) => command.run(),
            Command::Orders(orders) => orders.run(system),
            Command::Read(read) => read.run(),
            Command::Fetch(fetch) => fetch.run(),
            Command::Mailbox(command) => command.run(),
            Command::Attest(command) => command.run(system),
            Command::Escrow(command) => command.run(system),
            Command::Arbitrate(command) => command.run(system),
            Command::Backup(backup) => backup.run(system),
            Command::Restore(restore) => restore.run(),
            Command::Addresses(addresses) => addresses.run(),
            Command::Monero(command) => command.run(&*system.entropy),
            Command::Verify(verify) => verify.run(system),
            Command::Stock(stock) => stock.run(system),
            Command::Discount(command) => command.run(system),
            Command::Theme(command) => command.run(),
            Command::Config(command) => command.run(),
            Command::Demo(command) => command.run(system.hour()),
            Command::Onion(command) => command.run(&*system.entropy),
            Command::Completions { shell } => {
                let mut text = Vec::new();
                clap_complete::generate(shell, &mut Self::command(), "cryptocart", &mut text);
                crate::terminal::raw(&String::from_utf8_lossy(&text));
                Ok(())
            }
            Command::Manual { folder } => manual::write(Self::command(), &folder),
            Command::Role { role, arguments } => role::run(role, &arguments, system),
        }
    }
}

/// Opens a shop's database, which may be open in a shop at the same time.
fn database(dir: &ShopDir) -> Result<Option<shop_db::Db>, CliError> {
    use crate::error::Context;
    if !is_there(dir)? {
        return Ok(None);
    }
    shop_db::Db::open(&dir.database()).context(|| "opening the database".to_owned()).map(Some)
}

/// Returns true if the shop has a database; not having one must be right.
fn is_there(dir: &ShopDir) -> Result<bool, CliError> {
    crate::config::Config::load(dir)?;
    crate::data_loss::database_is_there(dir)?;
    Ok(dir.database().exists())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::block_on;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Another version of the program made it, and may have it open.
    #[test]
    fn database_of_another_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let dir = ShopDir::new(&folder.path().join("shop"));
        crate::sample::create(dir.path(), &System::fake()).unwrap();
        crate::files::private_folder(&dir.state()).unwrap();
        let close = |db: shop_db::Db| {
            block_on(async {
                db.close().await;
                Ok(())
            })
            .unwrap();
        };
        close(shop_db::Db::open(&dir.database()).unwrap());
        close(database(&dir).unwrap().expect("of the same version"));
        let mut file = std::fs::read(dir.database()).unwrap();
        // SQLite keeps `user_version` here.
        file[60..64].copy_from_slice(&7u32.to_be_bytes());
        crate::files::write(&dir.database(), &file, true).unwrap();
        let refused = database(&dir).err().unwrap().to_string();
        assert!(refused.contains("the database has schema version 7"), "{refused}");
        assert!(refused.contains("move the database away"), "{refused}");
        assert_eq!(std::fs::read(dir.database()).unwrap(), file);
    }

    /// Returns the commands that have none below them, with the words that lead to them.
    fn leaves(command: &clap::Command, words: &str) -> Vec<(String, clap::Command)> {
        let below = command.get_subcommands();
        let below = below.flat_map(|c| leaves(c, &format!("{words} {}", c.get_name())));
        let below: Vec<_> = below.collect();
        if below.is_empty() { vec![(words.to_owned(), command.clone())] } else { below }
    }

    #[test]
    fn every_command_on_a_shop_takes_dir() {
        let without = [" config example", " completions", " manual"];
        for (words, command) in leaves(&Cli::command(), "") {
            let takes = command.get_arguments().any(|arg| arg.get_long() == Some("dir"));
            // A mailbox at home is in no shop, nor is the way into the server, nor a service of others.
            let is_without = without.contains(&words.as_str())
                || words.starts_with(" read ")
                || words.starts_with(" addresses make")
                || words.starts_with(" onion ssh ")
                || words.starts_with(" escrow ")
                || words.starts_with(" attest ")
                || words.starts_with(" nodes ")
                || words.starts_with(" arbitrate ")
                || words == " fetch"
                || words == " verify";
            assert_eq!(takes, !is_without, "cryptocart{words}");
        }
    }

    /// Commands that list or show something, and their page of the documents.
    #[test]
    fn every_command_that_lists_or_shows_takes_json() {
        const DOCUMENT: &str = include_str!("../../../docs/json.md");
        let shows = [
            "status",
            "check",
            "doctor",
            "nodes list",
            "nodes try",
            "catalog list",
            "discount list",
            "orders",
            "orders refunds",
            "read",
            "fetch",
            "backup",
            "restore",
            "escrow status",
            "stock",
            "stock list",
            "theme check",
            "config show",
            "onion address",
            "monero addresses",
            "verify",
        ];
        for words in shows {
            let mut command = Cli::command();
            for word in words.split(' ') {
                command = command.find_subcommand(word).expect(words).clone();
            }
            let takes = command.get_arguments().any(|arg| arg.get_long() == Some("json"));
            assert!(takes, "{words}");
            assert!(DOCUMENT.contains(&format!("`{words}")), "{words} is not in docs/json.md");
        }
        for (words, command) in leaves(&Cli::command(), "") {
            let is_list = words.ends_with(" list") || words.ends_with(" show");
            let takes = command.get_arguments().any(|arg| arg.get_long() == Some("json"));
            assert!(takes || !is_list || words.starts_with(" read "), "cryptocart{words}");
        }
    }
}
