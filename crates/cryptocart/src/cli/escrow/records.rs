//! Records of orders: statement, parcel, and what was signed for each.
//!
//! Each order is a file, sealed with the home's key and named by a hash with it. It is written, and
//! synced, before anything of it is sent, so that a crash never leads to a second salt or a second
//! payment of fees.

use super::policy::Field;
use crate::{
    error::{CliError, IoContext},
    escrow::sending::Sent,
    files,
};
use serde::{Deserialize, Serialize};
use shop_core::{
    entropy::Entropy,
    escrow::{Account, Hash, Tracking},
    kind::Kind,
    order::OrderId,
};
use shop_seal::HomeKey;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use zeroize::Zeroizing;

/// Largest record, in bytes.
const LARGEST: u64 = 1 << 20;
/// Version of the layout.
const VERSION: u8 = 1;

/// Records of all orders of a home.
pub(super) struct Records<'a> {
    folder: PathBuf,
    key: HomeKey,
    entropy: &'a dyn Entropy,
}

/// Record of one order.
#[derive(Serialize, Deserialize)]
pub(super) struct Record {
    version: u8,
    /// Number of the order.
    pub(super) order: OrderId,
    /// Text of the escrow statement, both parts.
    pub(super) statement: String,
    /// Height of the chain when the order was first seen here.
    pub(super) since: u64,
    /// The parcel.
    pub(super) parcel: Option<Parcel>,
    /// Places of the order's attestors, as they were known: the settings may name others by now.
    #[serde(default)]
    pub(super) places: BTreeMap<Account, String>,
    /// Terms that the seller has accepted although `[accept]` does not.
    #[serde(default)]
    pub(super) accepted: BTreeSet<Field>,
    /// Attestors that registered the parcel.
    pub(super) registered: BTreeMap<Account, Registered>,
    /// Transactions that were signed or written for this order, oldest first.
    pub(super) sent: Vec<Sent>,
}

/// A parcel, and what ties the order to it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Parcel {
    /// Name of the carrier.
    pub(super) carrier: String,
    /// Number of the parcel, in the carrier's one spelling.
    pub(super) number: String,
    /// Salt of the commitment.
    pub(super) salt: Hash,
    /// Commitment.
    pub(super) tracking: Tracking,
}

/// Answer of an attestor to a registration.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Registered {
    /// Words of its answer.
    pub(super) said: String,
}

impl Record {
    /// Creates the record of an order that is new here.
    pub(super) const fn new(order: OrderId, statement: String, since: u64) -> Self {
        Self {
            version: VERSION,
            order,
            statement,
            since,
            parcel: None,
            places: BTreeMap::new(),
            accepted: BTreeSet::new(),
            registered: BTreeMap::new(),
            sent: Vec::new(),
        }
    }

    /// Returns the transactions of an action, newest last.
    pub(super) fn of_action<'a>(&'a self, action: &'a str) -> impl Iterator<Item = &'a Sent> {
        self.sent.iter().filter(move |sent| sent.action == action)
    }
}

impl<'a> Records<'a> {
    /// Opens the records in a folder.
    pub(super) const fn new(folder: PathBuf, key: HomeKey, entropy: &'a dyn Entropy) -> Self {
        Self { folder, key, entropy }
    }

    /// Reads the record of an order; None if there is none.
    pub(super) fn load(&self, order: OrderId) -> Result<Option<Record>, CliError> {
        let name = self.key.file_name(&order.to_string());
        if !self.folder.join(&name).exists() {
            return Ok(None);
        }
        self.read(&name).map(Some)
    }

    /// Writes a record, and waits until it is on the disk.
    pub(super) fn save(&self, record: &Record) -> Result<(), CliError> {
        let name = self.key.file_name(&record.order.to_string());
        let plain = serde_json::to_vec(record)
            .map(Zeroizing::new)
            .map_err(|error| CliError::new(Kind::Bug, format!("writing a record: {error}")))?;
        let sealed = self.key.seal(&name, &plain, self.entropy);
        files::write(&self.folder.join(name), &sealed, true)
    }

    /// Reads all records, by number of the order.
    pub(super) fn all(&self) -> Result<Vec<Record>, CliError> {
        let doing = || format!("reading {}", self.folder.display());
        let mut records = Vec::new();
        for entry in std::fs::read_dir(&self.folder).io_context(doing)? {
            let entry = entry.io_context(doing)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // What a crash left of a file that was being written has another name.
            if name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                records.push(self.read(&name)?);
            }
        }
        records.sort_by_key(|record| record.order);
        Ok(records)
    }

    fn read(&self, name: &str) -> Result<Record, CliError> {
        let path = self.folder.join(name);
        let sealed = files::read_secret(&path, LARGEST)?;
        let damaged = |why: &str| {
            CliError::misconfigured(format!("the record {} {why}", path.display()))
                .hint("restore it from your copy of the home")
        };
        let plain = self.key.open(name, &sealed);
        let plain = plain.ok_or_else(|| damaged("is damaged, or of another home"))?;
        let record: Record = serde_json::from_slice(&plain).map_err(|_| damaged("is damaged"))?;
        if record.version == VERSION {
            Ok(record)
        } else {
            Err(damaged("is of a newer cryptocart"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_core::entropy::Seeded;

    #[test]
    fn record_is_read_as_written_and_hides_its_order() {
        let folder = tempfile::tempdir().unwrap();
        let entropy = Seeded::new(1);
        let records =
            Records::new(folder.path().to_owned(), HomeKey::from_bytes(&[7; 32]), &entropy);
        let order = OrderId::parse("K7Q2-9FXD").unwrap();
        assert!(records.load(order).unwrap().is_none());
        let mut record = Record::new(order, "K1A 0B1".into(), 7);
        record.registered.insert(Account([1; 20]), Registered { said: "watching".into() });
        records.save(&record).unwrap();
        let read = records.load(order).unwrap().unwrap();
        assert_eq!((read.since, read.statement.as_str(), read.registered.len()), (7, "K1A 0B1", 1));
        assert_eq!(records.all().unwrap().len(), 1);
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap();
        let bytes = std::fs::read(file.path()).unwrap();
        let shown = format!("{:?}{}", file.file_name(), String::from_utf8_lossy(&bytes));
        assert!(!shown.contains("K7Q2") && !shown.contains("K1A"));
    }

    #[test]
    fn damaged_record_is_named_and_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let entropy = Seeded::new(1);
        let key = || HomeKey::from_bytes(&[7; 32]);
        let records = Records::new(folder.path().to_owned(), key(), &entropy);
        let order = OrderId::parse("K7Q2-9FXD").unwrap();
        records.save(&Record::new(order, "statement".into(), 7)).unwrap();
        let path = folder.path().join(key().file_name(&order.to_string()));
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[30] ^= 1;
        files::write(&path, &bytes, true).unwrap();
        let error = records.load(order).err().unwrap().to_string();
        assert!(error.contains("is damaged") && error.contains("restore"), "{error}");
    }
}
