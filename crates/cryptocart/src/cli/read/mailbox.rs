//! The mailbox as a file, or on standard input.

use crate::{
    error::{CliError, IoContext},
    terminal,
};
use shop_core::kind::Kind;
use shop_seal::mbox::Reader;
use std::{
    fs::File,
    io::{self, IsTerminal, Read},
    path::Path,
};

/// A mailbox that is being read, and its length in bytes if it is known.
pub(super) struct Mailbox {
    pub(super) reader: Reader<Box<dyn Read>>,
    length: Option<u64>,
    shown: String,
}

impl Mailbox {
    /// Opens the mailbox at this path; `-` is standard input.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let doing = || format!("reading {}", path.display());
        let (file, length): (Box<dyn Read>, _) = if path == Path::new("-") {
            (Box::new(io::stdin()), None)
        } else {
            if path.is_dir() {
                return Err(is_folder(path));
            }
            let file = File::open(path).io_context(doing)?;
            let length = file.metadata().io_context(doing)?.len();
            (Box::new(file), Some(length))
        };
        let reader = Reader::new(file).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => {
                let what = format!("{} is not a mailbox: {error}", path.display());
                CliError::input(what)
                    .hint("the shop's mailbox is mailorders/root in its folder; copy it whole")
            }
            _ => CliError::new(Kind::Unavailable, format!("{}: {error}", doing())),
        })?;
        Ok(Self { reader, length, shown: String::new() })
    }

    /// Shows on a terminal how far it is read, after `opened` mails.
    pub(super) fn show_progress(&mut self, opened: usize) {
        if !io::stderr().is_terminal() {
            return;
        }
        let mails = terminal::many(opened, "mail", "mails");
        let said = match self.length.filter(|length| *length > 0) {
            Some(length) => {
                let percent = (self.reader.position().min(length) * 100).div_euclid(length);
                format!("Opening mails: {percent} %")
            }
            None => format!("Opening mails: {mails}"),
        };
        if said != self.shown {
            terminal::progress(&said);
            self.shown = said;
        }
    }

    /// Takes the progress from the terminal again.
    pub(super) fn end_progress(&self) {
        if !self.shown.is_empty() {
            terminal::progress("");
        }
    }
}

fn is_folder(path: &Path) -> CliError {
    let error = CliError::input(format!("{} is a folder, not a mailbox", path.display()));
    let mailbox = path.join("mailorders/root");
    if mailbox.is_file() {
        return error.hint(format!("did you mean {}?", mailbox.display()));
    }
    error.hint("name the mailbox itself: my-shop/mailorders/root")
}
