//! Cases at rest. What a side sent opens with its case code alone, not for the service.
//!
//! What the service can open says of each order which sides have a case, and from when on it is
//! deleted. Letters to the arbiter are kept as they were sealed, until they are taken home.

use super::{proof::Proof, side::Side};
use crate::{
    error::{CliError, IoContext},
    files,
};
use serde::{Deserialize, Serialize};
use shop_core::{
    entropy::{self, Entropy},
    escrow::Hash,
    order_code::OrderCode,
    time::{CoarseTime, UnixTime},
};
use shop_seal::{HomeKey, OrderCodeKeys};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use zeroize::{Zeroize, Zeroizing};

/// Case of one side, as its code opens it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Case {
    /// Order.
    pub(super) id: Hash,
    /// Side that opened it.
    pub(super) side: Side,
    /// Way in which it proved that it is this side.
    #[serde(default)]
    pub(super) proof: Proof,
    /// Part 1 of the statement.
    pub(super) statement: String,
    /// Everything that the side wrote, oldest first.
    pub(super) entries: Vec<Entry>,
}

/// Words of one side.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Entry {
    pub(super) at: CoarseTime,
    pub(super) words: String,
}

impl Drop for Case {
    fn drop(&mut self) {
        self.statement.zeroize();
        self.entries.iter_mut().for_each(|entry| entry.words.zeroize());
    }
}

/// Order in dispute, as far as the service itself knows it.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) id: Hash,
    /// Seconds since 1970 after which all of it is deleted.
    pub(super) drop_after: u64,
    pub(super) filings: Vec<Filing>,
}

/// Case of a side, without what it says.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Filing {
    pub(super) side: Side,
    #[serde(default)]
    pub(super) proof: Proof,
    /// True once the side has opened another case: its code opens nothing any more.
    #[serde(default)]
    pub(super) is_closed: bool,
    /// Last time that it wrote.
    pub(super) at: CoarseTime,
    /// Name of its file.
    pub(super) name: String,
}

/// Most entries of a case.
const MOST_ENTRIES: usize = 20;
/// Most times that a side of an order can open a case, by each kind of proof.
/// One is open at once.
const MOST_FILINGS: usize = 3;
/// Most letters that wait for the arbiter, for each case that there can be.
/// Half of them are first letters, so that nobody can keep the cases of others out by writing much
/// about their own.
const LETTERS: usize = 4;

/// Reason why something is not kept.
#[derive(Debug)]
pub(super) enum NotKept {
    /// There are as many as there can be.
    Full,
    /// The side has opened a case too often, or has one that is proved better.
    Taken,
    /// No case has this code.
    NotFound,
    /// It could not be written or read.
    Failed(CliError),
}

impl From<CliError> for NotKept {
    fn from(error: CliError) -> Self {
        Self::Failed(error)
    }
}

/// All cases of a service.
pub(super) struct Cases {
    folder: PathBuf,
    letters: PathBuf,
    key: HomeKey,
    most: usize,
    entropy: Arc<dyn Entropy>,
    /// One change at a time.
    writing: Mutex<()>,
}

impl Cases {
    /// Opens the cases, in folders that are made if they are not there.
    pub(super) fn open(
        folder: PathBuf,
        letters: PathBuf,
        key: HomeKey,
        most: usize,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, CliError> {
        files::private_folder(&folder)?;
        files::private_folder(&letters)?;
        Ok(Self { folder, letters, key, most, entropy, writing: Mutex::default() })
    }

    /// Keeps a new case with its letter, and returns the code that opens it.
    /// A side has one case: one that was open before is closed, and its file deleted.
    pub(super) fn add(
        &self,
        case: &Case,
        letter: &[u8],
        now: CoarseTime,
        drop_after: UnixTime,
    ) -> Result<OrderCode, NotKept> {
        let _one = self.one();
        let mut order = self.order(case.id)?.unwrap_or(Order {
            id: case.id,
            drop_after: drop_after.0,
            filings: Vec::new(),
        });
        let of_side = order.filings.iter_mut().filter(|filing| filing.side == case.side);
        let mut of_side: Vec<&mut Filing> = of_side.collect();
        let same = of_side.iter().filter(|filing| filing.proof == case.proof).count();
        let is_first = of_side.is_empty();
        let open = of_side.iter_mut().find(|filing| !filing.is_closed);
        if same >= MOST_FILINGS || open.as_ref().is_some_and(|open| open.proof > case.proof) {
            return Err(NotKept::Taken);
        }
        if open.is_none() && self.count()? >= self.most {
            self.purge_all(now.start())?;
            if self.count()? >= self.most {
                return Err(NotKept::Full);
            }
        }
        let before = open.map(|open| {
            open.is_closed = true;
            open.name.clone()
        });
        let code = OrderCode::random(&*self.entropy);
        let keys = OrderCodeKeys::derive(&code);
        // The letter first: whatever is lost by a crash, the arbiter has what was said.
        self.keep_letter(letter, is_first)?;
        self.write_case(&keys, case)?;
        let name = name_of(&keys);
        let Case { side, proof, .. } = *case;
        order.filings.push(Filing { side, proof, is_closed: false, at: now, name });
        self.write_order(&order)?;
        if let Some(name) = before {
            self.delete_case(&name)?;
        }
        Ok(code)
    }

    /// Returns the case that a code opens.
    pub(super) fn find(&self, code: &OrderCode) -> Result<Case, NotKept> {
        let keys = OrderCodeKeys::derive(code);
        let path = self.case_path(&name_of(&keys));
        if !path.exists() {
            return Err(NotKept::NotFound);
        }
        let sealed = files::read(&path, 8 << 20)?;
        let case = keys.open_box(&sealed).and_then(|plain| serde_json::from_slice(&plain).ok());
        case.ok_or_else(|| damaged(&path).into())
    }

    /// Adds words to a case, with their letter.
    pub(super) fn append(
        &self,
        code: &OrderCode,
        entry: Entry,
        letter: &[u8],
    ) -> Result<Case, NotKept> {
        let _one = self.one();
        let mut case = self.find(code)?;
        if case.entries.len() >= MOST_ENTRIES {
            return Err(NotKept::Full);
        }
        let keys = OrderCodeKeys::derive(code);
        let at = entry.at;
        case.entries.push(entry);
        self.keep_letter(letter, false)?;
        self.write_case(&keys, &case)?;
        if let Some(mut order) = self.order(case.id)? {
            let name = name_of(&keys);
            order.filings.iter_mut().filter(|one| one.name == name).for_each(|one| one.at = at);
            self.write_order(&order)?;
        }
        Ok(case)
    }

    /// Returns what the service knows of an order.
    pub(super) fn order(&self, id: Hash) -> Result<Option<Order>, CliError> {
        let name = self.order_name(id);
        let path = self.folder.join(format!("{name}.order"));
        if path.exists() { self.read_order(&path, &name).map(Some) } else { Ok(None) }
    }

    /// Deletes the cases whose time is over. Letters stay until the arbiter takes them.
    pub(super) fn purge(&self, now: UnixTime) -> Result<usize, CliError> {
        let _one = self.one();
        self.purge_all(now)
    }

    /// Deletes the cases whose time is over, while nothing else is changed.
    fn purge_all(&self, now: UnixTime) -> Result<usize, CliError> {
        let mut deleted = 0;
        for name in names_in(&self.folder, ".order")? {
            let path = self.folder.join(format!("{name}.order"));
            // One that does not open is left for its owner to look at.
            let Ok(order) = self.read_order(&path, &name) else { continue };
            if order.drop_after >= now.0 {
                continue;
            }
            for filing in &order.filings {
                self.delete_case(&filing.name)?;
            }
            // Last, so that what a crash leaves is deleted the next time.
            std::fs::remove_file(&path).io_context(|| "deleting a case".into())?;
            deleted += 1;
        }
        Ok(deleted)
    }

    /// Returns the number of cases.
    pub(super) fn count(&self) -> Result<usize, CliError> {
        Ok(names_in(&self.folder, ".case")?.len())
    }

    fn delete_case(&self, name: &str) -> Result<(), CliError> {
        let case = self.case_path(name);
        if case.exists() {
            std::fs::remove_file(&case).io_context(|| "deleting a case".into())?;
        }
        Ok(())
    }

    /// Keeps a letter, while not too many wait for the arbiter.
    fn keep_letter(&self, letter: &[u8], is_first: bool) -> Result<(), NotKept> {
        let room = if is_first { LETTERS } else { LETTERS / 2 };
        if names_in(&self.letters, ".pgp")?.len() >= self.most.saturating_mul(room) {
            return Err(NotKept::Full);
        }
        let name = hex(&entropy::bytes::<16>(&*self.entropy));
        Ok(files::write(&self.letters.join(format!("{name}.pgp")), letter, true)?)
    }

    fn case_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.case"))
    }

    fn write_case(&self, keys: &OrderCodeKeys, case: &Case) -> Result<(), CliError> {
        let plain = serde_json::to_vec(case).map(Zeroizing::new);
        let plain = plain.map_err(|_| CliError::input("this case cannot be kept"))?;
        let sealed = keys.seal_box(&plain, &*self.entropy);
        files::write(&self.case_path(&name_of(keys)), &sealed, true)
    }

    fn order_name(&self, id: Hash) -> String {
        self.key.file_name(&format!("order {id}"))
    }

    fn read_order(&self, path: &Path, name: &str) -> Result<Order, CliError> {
        let sealed = files::read(path, 1 << 20)?;
        let plain = self.key.open(name, &sealed);
        let order = plain.and_then(|plain| serde_json::from_slice(&plain).ok());
        order.ok_or_else(|| damaged(path))
    }

    fn write_order(&self, order: &Order) -> Result<(), CliError> {
        let name = self.order_name(order.id);
        let plain = serde_json::to_vec(order);
        let plain = plain.map_err(|_| CliError::input("this case cannot be kept"))?;
        let sealed = self.key.seal(&name, &plain, &*self.entropy);
        files::write(&self.folder.join(format!("{name}.order")), &sealed, true)
    }

    fn one(&self) -> MutexGuard<'_, ()> {
        self.writing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the names of a folder's files with this ending, without it.
fn names_in(folder: &Path, ending: &str) -> Result<Vec<String>, CliError> {
    let entries = std::fs::read_dir(folder);
    let entries = entries.io_context(|| format!("reading {}", folder.display()))?;
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.strip_suffix(ending).map(str::to_owned)
    };
    Ok(entries.filter_map(name).collect())
}

fn damaged(path: &Path) -> CliError {
    CliError::misconfigured(format!("{} does not open", path.display()))
        .hint("restore the folder state/ as a whole from your backup")
}

fn name_of(keys: &OrderCodeKeys) -> String {
    hex(&keys.lookup())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
