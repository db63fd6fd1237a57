//! A copy of the database in memory, of one moment.

use super::{
    connection,
    read_alone::{FileCheck, read_file},
    schema::{self, Found},
};
use crate::{
    error::{DbError, OpenError},
    model::ShopIdentity,
    rows::{RecordRows, Rows},
};
use rusqlite::MAIN_DB;
use std::path::Path;

/// All bytes of a database file, of one moment; at most 256 MiB.
pub struct Snapshot {
    bytes: Vec<u8>,
    identity: ShopIdentity,
}

impl Snapshot {
    /// Returns the bytes. As a file of their own they are a whole database.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the identity of the shop at that moment.
    #[must_use]
    pub const fn identity(&self) -> ShopIdentity {
        self.identity
    }

    /// Reads the file at `path` while others may write to it, and makes a change in the copy.
    pub(crate) fn read(
        path: &Path,
        change: impl FnOnce(&dyn Rows) -> Result<(), DbError>,
    ) -> Result<Option<Self>, OpenError> {
        let taken = read_file(path, FileCheck::Whole, |conn| {
            // The first read begins the moment; the pages are of the same.
            let Some(identity) = conn.shop_identity()? else { return Ok(None) };
            Ok(Some((connection::from_bytes(&conn.serialize(MAIN_DB)?)?, identity)))
        })?;
        let Some((copy, identity)) = taken.flatten() else { return Ok(None) };
        // SQLite writes zeros in place of a page that it could not read, and says nothing.
        if schema::check(&copy)? != Found::Shop {
            return Err(OpenError::Damaged);
        }
        let transaction = copy.unchecked_transaction().map_err(DbError::from)?;
        change(&*transaction)?;
        transaction.commit().map_err(DbError::from)?;
        let bytes = copy.serialize(MAIN_DB).map_err(DbError::from)?.to_vec();
        Ok(Some(Self { bytes, identity }))
    }
}

/// Writes the name of the type alone.
impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Snapshot(..)")
    }
}
