//! Registered parcels at rest: one sealed file each, under a name that tells nothing.
//!
//! The parcel's number and the postal code are in them, until the order has ended. What stays is one
//! small file a parcel number, so that a number serves no second order, for two years.

use super::{
    claims::{self, Added, Claim},
    sealed::{Name, SealedFolder},
};
use crate::error::CliError;
use serde::{Deserialize, Serialize};
use shop_carrier::{CarrierName, Number, Watch};
use shop_core::{
    entropy::Entropy,
    escrow::{Hash, Registration},
    time::UnixTime,
};
use shop_seal::HomeKey;
use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

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
#[derive(Default, Serialize, Deserialize)]
struct Used {
    claims: Vec<Claim>,
    until: u64,
}

/// Next thing to do about a record, known without opening it.
#[derive(Clone, Copy)]
struct Due {
    carrier: CarrierName,
    poll_at: Option<u64>,
}

/// All records. Each is opened once, to know what is due; after that those that are due.
pub(super) struct Records {
    files: SealedFolder,
    due: Mutex<BTreeMap<Hash, Due>>,
}

impl Record {
    fn due(&self) -> Option<Due> {
        let carrier = self.registration.carrier.parse().ok()?;
        Some(Due { carrier, poll_at: self.poll_at })
    }
}

impl Records {
    /// Opens the records in a folder, which is made if it is not there.
    pub(super) fn open(
        folder: PathBuf,
        key: HomeKey,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CliError> {
        let files = SealedFolder::open(folder, key, entropy)?;
        let known = files.all::<Record>(ORDER)?;
        let due = known.iter().filter_map(|record| Some((record.id, record.due()?)));
        let due = Mutex::new(due.collect());
        Ok(Self { files, due })
    }

    /// Opens the record of an order.
    pub(super) fn of(&self, id: Hash) -> Result<Option<Record>, CliError> {
        self.files.read(&order_name(id))
    }

    /// Keeps a record, in place of an earlier one of the same order.
    pub(super) fn keep(&self, record: &Record) -> Result<(), CliError> {
        self.files.write(&order_name(record.id), record)?;
        if let Some(due) = record.due() {
            self.due().insert(record.id, due);
        }
        Ok(())
    }

    /// Drops a record: its order has ended.
    pub(super) fn drop(&self, id: Hash) -> Result<(), CliError> {
        self.files.remove(&order_name(id))?;
        self.due().remove(&id);
        Ok(())
    }

    /// Returns the claims of orders to a parcel number.
    ///
    /// Those of orders that ended without a report are left out: they are reported no more, and must
    /// not take the parcel from another one.
    pub(super) fn claims(&self, number: &Number, now: UnixTime) -> Result<Vec<Claim>, CliError> {
        let used: Option<Used> = self.files.read(&number_name(number))?;
        let mut claims = used.filter(|used| used.until > now.0).unwrap_or_default().claims;
        claims.retain(|claim| claim.is_signed || self.has(claim.id));
        Ok(claims)
    }

    /// Notes the claims of orders to a parcel number.
    pub(super) fn note_claims(
        &self,
        number: &Number,
        claims: Vec<Claim>,
        now: UnixTime,
    ) -> Result<(), CliError> {
        let used = Used { claims, until: now.0.saturating_add(NUMBER_USED) };
        self.files.write(&number_name(number), &used)
    }

    /// Adds the claim of an order to a parcel number, if there is room for it.
    pub(super) fn claim(
        &self,
        number: &Number,
        claim: Claim,
        now: UnixTime,
    ) -> Result<Added, CliError> {
        let mut claims = self.claims(number, now)?;
        let added = claims::add(&mut claims, claim);
        if added != Added::Full {
            self.note_claims(number, claims, now)?;
        }
        Ok(added)
    }

    /// Returns the number of orders that have a record.
    pub(super) fn count(&self) -> usize {
        self.due().len()
    }

    /// Returns true if an order has a record.
    pub(super) fn has(&self, id: Hash) -> bool {
        self.due().contains_key(&id)
    }

    /// Returns the orders that have a record.
    pub(super) fn ids(&self) -> Vec<Hash> {
        self.due().keys().copied().collect()
    }

    /// Returns the orders whose parcels are with a carrier, and when it is asked for each next.
    pub(super) fn line(&self, carrier: CarrierName) -> Vec<(Hash, Option<u64>)> {
        let due = self.due();
        let of_carrier = due.iter().filter(|(_, due)| due.carrier == carrier);
        of_carrier.map(|(id, due)| (*id, due.poll_at)).collect()
    }

    fn due(&self) -> MutexGuard<'_, BTreeMap<Hash, Due>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ending of the files of orders.
const ORDER: &str = "order";

fn order_name(id: Hash) -> Name {
    Name { text: format!("order {id}"), ending: ORDER }
}

/// Returns the name of the use of a parcel number.
/// Numbers of the postal union (S10) are of all its carriers together.
fn number_name(number: &Number) -> Name {
    let carrier = if number.is_reused() { "s10" } else { number.carrier().code() };
    Name { text: format!("number {carrier} {}", number.registry_form()), ending: "number" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files;
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
        let claim = Claim { id: record.id, shipped_at: 9, level: 3, is_signed: false };
        assert_eq!(records.claim(&number, claim, UnixTime(10)).unwrap(), Added::Kept(None));
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
        assert_eq!(records.ids(), [record.id]);
        assert_eq!(records.claims(&number, UnixTime(11)).unwrap(), [claim]);
        let later = UnixTime(11 + NUMBER_USED);
        assert!(records.claims(&number, later).unwrap().is_empty());
    }

    /// The label's bar code, the long form and the short one are one parcel.
    #[test]
    fn usps_number_has_one_use_in_all_its_forms() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let short = "71969010756003077385";
        let forms = [short.to_owned(), format!("91{short}"), format!("4202215391{short}")];
        let numbers = forms.map(|form| Number::parse(CarrierName::Usps, &form).unwrap());
        let claim = Claim { id: Hash([5; 32]), shipped_at: 9, level: 3, is_signed: true };
        records.claim(&numbers[0], claim, UnixTime(10)).unwrap();
        for number in &numbers {
            assert_eq!(records.claims(number, UnixTime(11)).unwrap(), [claim]);
        }
    }

    #[test]
    fn a_record_in_another_ones_place_does_not_open() {
        let folder = tempfile::tempdir().unwrap();
        let records = records(folder.path());
        let mut one = record("1371134583769923");
        records.keep(&one).unwrap();
        let path = records.files.path(&order_name(one.id));
        let bytes = std::fs::read(&path).unwrap();
        one.id = Hash([9; 32]);
        let other = records.files.path(&order_name(one.id));
        files::write(&other, &bytes, true).unwrap();
        assert!(records.of(one.id).is_err());
        let again = self::records(folder.path());
        assert_eq!(again.ids().len(), 1, "the rest is still there");
    }
}
