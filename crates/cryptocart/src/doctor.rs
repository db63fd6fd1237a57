//! `cryptocart doctor`: looks a machine over that a shop runs on, and changes nothing.
//!
//! Each group of checks is a file: functions of what they read through [`Machine`], which tests
//! replace by made-up machines. What cannot be seen without root is said as well.

mod disk;
mod kernel;
mod keys;
mod login;
mod logs;
mod machine;
mod memory;
mod network;
mod outside;
mod report;
mod roles;
mod shop_files;
mod sockets;
mod updates;

pub(crate) use machine::{Machine, System};
pub(crate) use report::{Finding, Grade, Report};

use std::path::PathBuf;

/// The shop that is looked over, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Subject {
    /// The shop's folder, from the root.
    pub(crate) folder: PathBuf,
    /// True if its payments are simulated.
    pub(crate) is_demo: bool,
    /// Fingerprint of the seller's key, 40 hexadecimal digits.
    pub(crate) seller: Option<String>,
    /// Folder of the throw-away key that belongs to a demo.
    pub(crate) throw_away_key: PathBuf,
}

/// Looks at everything.
pub(crate) fn examine(machine: &dyn Machine, subject: &Subject) -> Report {
    let mut report = Report::default();
    report.group("network", |report| network::look(machine, report));
    report.group("login", |report| login::look(machine, report));
    report.group("memory", |report| memory::look(machine, report));
    report.group("disk", |report| disk::look(machine, subject, report));
    report.group("keys", |report| keys::look(machine, subject, report));
    report.group("shop", |report| {
        shop_files::look(machine, subject, report);
        roles::look(machine, subject, report);
    });
    report.group("outside", |report| outside::look(machine, report));
    report.group("system", |report| {
        kernel::look(machine, report);
        updates::look(machine, report);
    });
    report.group("logs", |report| logs::look(machine, report));
    report
}

#[cfg(test)]
mod tests;
