//! Registered parcels at rest: one sealed file each, under a name that tells nothing.
//!
//! The parcel's number and the postal code are in them, until the order has ended. What stays is one
//! small file a parcel number, so that a number serves no second order, for two years.

use crate::{
    error::{CliError, IoContext},
    files,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use shop_carrier::{Number, Watch};
use shop_core::{
    entropy::Entropy,
    escrow::{Hash, Registration},
    time::UnixTime,
};
use shop_seal::HomeKey;
use std::{path::PathBuf, sync::Arc};
use zeroize::Zeroizing;

/// Seconds for which a parcel number stays used: carriers may give one again after a year or
/// two.
const NUMBER_USED: u64 = 730 * 86_400;

/// A parcel that is watched.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Record {
    /// Order.
    pub(super) id: Hash,
    /// Registration as it came.
    pub(super) registration: Registration,
    /// Answers of the carrier so far.
    pub(super) watch: Watch,
    /// Seconds since 1970 at which the carrier is asked next; none when it is not asked any more.
    pub(super) poll_at: Option<u64>,
    /// Salt of the commitment to the carrier's answer.
    pub(super) blind: Hash,
    /// Carrier's last answer that was signed, for the arbiter.
    pub(super) evidence: Option<Vec<u8>>,
}

/// Use of a parcel number.
#[derive(Serialize, Deserialize)]
struct Used {
    id: Hash,
    until: u64,
}

/// All records.
pub(super) struct Records {
    folder: PathBuf,
    key: HomeKey,
    entropy: Arc<dyn Entropy>,
}

impl Records {
    /// Opens the records in a folder, which is made if it is not there.
    pub(super) fn open(
        folder: PathBuf,
        key: HomeKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CliError> {
        files::private_folder(&folder)?;
        Ok(Self { folder, key, entropy })
    }

    /// Returns the record of an order.
    pub(super) fn of(&self, id: Hash) -> Result<Option<Record>, CliError> {
        self.read(&order_name(id))
    }

    /// Keeps a record, in place of an earlier one of the same order.
    pub(super) fn keep(&self, record: &Record) -> Result<(), CliError> {
        self.write(&order_name(record.id), record)
    }

    /// Drops a record: its order has ended.
    pub(super) fn drop(&self, id: Hash) -> Result<(), CliError> {
        let path = self.path(&order_name(id));
        std::fs::remove_file(&path).io_context(|| format!("removing {}", path.display()))
    }

    /// Returns the order that a parcel number belongs to, if it is used.
    pub(super) fn order_of(
        &self,
        number: &Number,
        now: UnixTime,
    ) -> Result<Option<Hash>, CliError> {
        let used: Option<Used> = self.read(&number_name(number))?;
        Ok(used.filter(|used| used.until > now.0).map(|used| used.id))
    }

    /// Notes that a parcel number belongs to an order.
    pub(super) fn use_number(
        &self,
        number: &Number,
        id: Hash,
        now: UnixTime,
    ) -> Result<(), CliError> {
        let used = Used { id, until: now.0.saturating_add(NUMBER_USED) };
        self.write(&number_name(number), &used)
    }

    /// Returns the number of orders that have a record. None is opened for it.
    pub(super) fn count(&self) -> Result<usize, CliError> {
        let entries = std::fs::read_dir(&self.folder);
        let entries = entries.io_context(|| format!("reading {}", self.folder.display()))?;
        let is_order = |name: &std::ffi::OsString| name.to_string_lossy().ends_with(".order");
        Ok(entries.flatten().filter(|entry| is_order(&entry.file_name())).count())
    }

    /// Returns the ids of all orders that have a record. Files that do not open are passed over.
    pub(super) fn all(&self) -> Result<Vec<Hash>, CliError> {
        let entries = std::fs::read_dir(&self.folder);
        let entries = entries.io_context(|| format!("reading {}", self.folder.display()))?;
        let mut ids = Vec::new();
        for entry in entries.flatten() {
            let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
            let Some(hex) = name.strip_suffix(".order") else { continue };
            if let Ok(Some(record)) = self.read_file::<Record>(&name, hex) {
                ids.push(record.id);
            }
        }
        Ok(ids)
    }

    fn path(&self, name: &Name) -> PathBuf {
        self.folder.join(self.file(name))
    }

    fn file(&self, name: &Name) -> String {
        format!("{}.{}", self.key.file_name(&name.text), name.ending)
    }

    fn read<T: DeserializeOwned>(&self, name: &Name) -> Result<Option<T>, CliError> {
        let file = self.file(name);
        let sealed_as = self.key.file_name(&name.text);
        self.read_file(&file, &sealed_as)
    }

    /// Reads a file. Records are sealed under the name of their file, so that none can be put in
    /// another one's place.
    fn read_file<T: DeserializeOwned>(
        &self,
        file: &str,
        name: &str,
    ) -> Result<Option<T>, CliError> {
        let path = self.folder.join(file);
        // An error is not "no such record".
        if !path.try_exists().io_context(|| format!("reading {}", path.display()))? {
            return Ok(None);
        }
        let sealed = files::read(&path, 4 << 20)?;
        let plain = self.key.open(name, &sealed);
        let record = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        record.map(Some).ok_or_else(|| {
            CliError::misconfigured(format!("{} does not open", path.display()))
                .hint("restore the folder state/ as a whole from your backup")
        })
    }

    fn write(&self, name: &Name, record: &impl Serialize) -> Result<(), CliError> {
        let plain = serde_json::to_vec(record).map(Zeroizing::new);
        let plain = plain.map_err(|_| CliError::input("this registration cannot be kept"))?;
        let sealed = self.key.seal(&self.key.file_name(&name.text), &plain, &*self.entropy);
        files::write(&self.path(name), &sealed, true)
    }
}

/// Name of a record, and the ending of its file.
struct Name {
    text: String,
    ending: &'static str,
}

fn order_name(id: Hash) -> Name {
    Name { text: format!("order {id}"), ending: "order" }
}

/// Returns the name of the use of a parcel number.
/// Numbers of the postal union (S10) are of all its carriers together.
fn number_name(number: &Number) -> Name {
    let carrier = if number.is_reused() { "s10" } else { number.carrier().code() };
    Name { text: format!("number {carrier} {}", number.as_str()), ending: "number" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_carrier::CarrierName;
    use shop_core::entropy::Seeded;

    fn records(folder: &std::path::Path) -> Records {
        let key = HomeKey::from_bytes(&[7; 32]);
        Records::open(folder.to_owned(), key, Arc::new(Seeded::new(1))).unwrap()
    }

    fn record(number: &str) -> Record {
        let registration = Registration {
            version: 1,
            statement: "part 1".into(),
            carrier: "canada-post".into(),
            number: number.into(),
            salt: Hash([1; 32]),
            order_salt: Hash([2; 32]),
            postal_salt: Hash([3; 32]),
            country: "CA".into(),
            postal_code: "K1A0B1".into(),
            goods: Hash([4; 32]),
        };
        let watch = Watch::new(UnixTime(1), UnixTime(1), UnixTime(9));
        let id = Hash([5; 32]);
        Record { id, registration, watch, poll_at: Some(7), blind: Hash([6; 32]), evidence: None }
    }

    #[test]
    fn parcel_and_postal_code_are_nowhere_in_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let record = record("1371134583769923");
        let number = Number::parse(CarrierName::CanadaPost, "1371134583769923").unwrap();
        records.keep(&record).unwrap();
        records.use_number(&number, record.id, UnixTime(10)).unwrap();
        let id = record.id.to_string();
        let id = id.get(2..20).unwrap();
        let mut seen = 0;
        for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            let bytes = std::fs::read(entry.path()).unwrap();
            let text = format!("{name}{}", String::from_utf8_lossy(&bytes));
            for canary in ["1371134583769923", "K1A0B1", id] {
                assert!(!text.contains(canary), "{canary} in {name}");
            }
            seen += 1;
        }
        assert_eq!(seen, 2);
        let back = records.of(record.id).unwrap().unwrap();
        assert!(back.registration == record.registration && back.watch == record.watch);
        assert_eq!(records.all().unwrap(), [record.id]);
        assert_eq!(records.order_of(&number, UnixTime(11)).unwrap(), Some(record.id));
        let later = UnixTime(11 + NUMBER_USED);
        assert_eq!(records.order_of(&number, later).unwrap(), None);
    }

    #[test]
    fn a_record_in_another_ones_place_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let mut one = record("1371134583769923");
        records.keep(&one).unwrap();
        let path = records.path(&order_name(one.id));
        let bytes = std::fs::read(&path).unwrap();
        one.id = Hash([9; 32]);
        let other = records.path(&order_name(one.id));
        files::write(&other, &bytes, true).unwrap();
        assert!(records.of(one.id).is_err());
        assert_eq!(records.all().unwrap().len(), 1, "the rest is still there");
    }
}
