//! Opens a mailbox: every sealed mail in it, several at once, and groups them by order.

use super::{
    mailbox::Mailbox,
    orders::{Mail, Order},
};
use crate::{
    cli::gpg::{Decrypted, Gpg},
    error::{CliError, IoContext},
};
use shop_core::{kind::Kind, order::OrderId};
use shop_seal::{
    mail::{self, Letter},
    mbox::Found,
};
use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

/// Mails that are in memory while they are still sealed.
const BATCH: usize = 32;
/// Most gpg processes at once: its agent does their secret work one after the other.
const MOST_AT_ONCE: usize = 4;
/// Mails that may stay closed after a passphrase was asked for, before it is taken for wrong.
/// One of them may be sealed to a key of somebody else.
const MOST_LOCKED: usize = 2;

/// A mailbox, opened.
#[derive(Default)]
pub(super) struct Opened {
    /// The orders, in the order of their first mails.
    pub(super) orders: Vec<Order>,
    /// Mails about no order: a chain that could not be read.
    pub(super) about_shop: Vec<Mail>,
    /// Number of mails that this program did not write.
    pub(super) other: usize,
    /// Number of mails that no key here opens.
    pub(super) other_key: usize,
    /// Number of mails without their end.
    pub(super) incomplete: usize,
    /// Number of mails in a version of the format that is not known here.
    pub(super) newer: usize,
}

/// Opens the mailbox at this path.
pub(super) fn open(path: &Path) -> Result<Opened, CliError> {
    let mailbox = Mailbox::open(path)?;
    let gpg = Gpg::find()?;
    Work { gpg, mailbox, opened: Opened::default(), places: HashMap::new(), mails: 0, locked: 0 }
        .run()
}

struct Work {
    gpg: Gpg,
    mailbox: Mailbox,
    opened: Opened,
    places: HashMap<OrderId, usize>,
    /// Number of mails that were opened.
    mails: usize,
    /// Number of mails that stayed closed after a passphrase was asked for.
    locked: usize,
}

/// A sealed mail, and the day it has outside.
struct Sealed {
    day: Option<String>,
    armored: Vec<u8>,
}

impl Work {
    fn run(mut self) -> Result<Opened, CliError> {
        loop {
            // One at first, so that the passphrase is asked for once.
            let most = if self.mails == 0 { 1 } else { BATCH };
            let batch = self.next_sealed(most)?;
            if batch.is_empty() {
                break;
            }
            for (sealed, decrypted) in batch.iter().zip(self.decrypt(&batch)) {
                self.take(sealed, decrypted?)?;
            }
            if self.mails > 0 {
                self.mailbox.show_progress(self.mails);
            }
        }
        self.mailbox.end_progress();
        self.is_opened()?;
        Ok(self.opened)
    }

    /// Reads up to `most` sealed mails, and counts what is between them.
    fn next_sealed(&mut self, most: usize) -> Result<Vec<Sealed>, CliError> {
        let mut batch = Vec::new();
        while batch.len() < most {
            let Some(mail) = self.mailbox.reader.next() else { break };
            let mail = mail.io_context(|| "reading the mailbox".to_owned())?;
            match mail.found {
                Found::Sealed(armored) => batch.push(Sealed { day: mail.day, armored }),
                Found::Incomplete => self.opened.incomplete += 1,
                Found::Other => self.opened.other += 1,
            }
        }
        Ok(batch)
    }

    /// Decrypts a batch, a few at once. The results are in the batch's order.
    fn decrypt(&self, batch: &[Sealed]) -> Vec<Result<Decrypted, CliError>> {
        let at_once = thread::available_parallelism().map_or(1, usize::from).min(MOST_AT_ONCE);
        let gpg = &self.gpg;
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::with_capacity(batch.len()));
        let work = || {
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(sealed) = batch.get(at) else { return };
                let decrypted = gpg.decrypt(&sealed.armored);
                done.lock().unwrap_or_else(PoisonError::into_inner).push((at, decrypted));
            }
        };
        thread::scope(|scope| {
            for _ in 0..at_once.min(batch.len()) {
                scope.spawn(work);
            }
        });
        let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        done.sort_by_key(|(at, _)| *at);
        done.into_iter().map(|(_, decrypted)| decrypted).collect()
    }

    fn take(&mut self, sealed: &Sealed, decrypted: Decrypted) -> Result<(), CliError> {
        match decrypted {
            Decrypted::Opened(inside) => {
                self.mails += 1;
                match mail::read_inside(&inside) {
                    Some(letter) => self.add(sealed.day.clone(), letter),
                    None => self.opened.other += 1,
                }
            }
            Decrypted::OtherKey => self.opened.other_key += 1,
            Decrypted::Locked => {
                self.opened.other_key += 1;
                self.locked += 1;
                if self.mails == 0 && self.locked >= MOST_LOCKED {
                    return Err(stays_locked());
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, day: Option<String>, letter: Letter) {
        let mail = Mail::new(day, letter);
        self.opened.newer += usize::from(mail.is_newer);
        let Some(id) = mail.order() else { return self.opened.about_shop.push(mail) };
        let orders = &mut self.opened.orders;
        let place = *self.places.entry(id).or_insert_with(|| {
            orders.push(Order { id, mails: Vec::new() });
            orders.len() - 1
        });
        if let Some(order) = orders.get_mut(place) {
            order.mails.push(mail);
        }
    }

    /// Fails if there were sealed mails, and none could be opened.
    fn is_opened(&self) -> Result<(), CliError> {
        if self.mails > 0 || self.opened.other_key == 0 {
            return Ok(());
        }
        if self.locked > 0 {
            return Err(stays_locked());
        }
        let what = "none of your secret keys opens the mails of this mailbox";
        Err(CliError::new(Kind::Denied, what).hint(
            "they are sealed to the key that was in seller.asc when they were written: import its \
             secret half with gpg --import",
        ))
    }
}

fn stays_locked() -> CliError {
    CliError::new(Kind::Denied, "gpg could not unlock your secret key").hint(
        "the passphrase was wrong, the question was closed, or there was no terminal to ask on. \
         Try again; over ssh use ssh -t",
    )
}
