//! The shop's key and its identity.

use super::Db;
use crate::{
    error::{DbError, OpenError},
    model::{LastUsed, ShopIdentity},
    rows::RecordRows,
    rules,
    sqlite::{self, FileCheck, Snapshot},
};
use shop_core::{escrow::Account, pay_to::PayTo};
use std::path::Path;

impl Db {
    /// Says if a key is the one that this database's records are sealed and marked with.
    /// `proof` is a one-way check of the key. A database that recorded no key yet takes this one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn is_own_key(&self, proof: [u8; 32]) -> Result<bool, DbError> {
        self.engine.write(move |rows| rules::is_own_key(rows, &proof)).await
    }

    /// Records a key as this database's, although another was before.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn adopt_key(&self, proof: [u8; 32]) -> Result<(), DbError> {
        self.engine.write(move |rows| rows.set_key_proof(&proof)).await
    }

    /// Returns the identity recorded in the file at `path`, which may not be there.
    /// Nothing is made.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not a shop's.
    pub fn identity_in(path: &Path) -> Result<Option<ShopIdentity>, OpenError> {
        let found = sqlite::read_file(path, FileCheck::Header, |rows| rows.shop_identity())?;
        Ok(found.flatten())
    }

    /// Returns a copy of the file at `path` for a backup.
    ///
    /// It is of one moment, although others may write to the file. In the copy, no address of `pool`
    /// is given to an order any more, and none of `payouts`: after that moment others may get them. It
    /// is in memory alone, and takes twice the size of the file. There is none if there is no file, or
    /// no shop was opened with it yet.
    ///
    /// # Errors
    /// [`OpenError`] if the file cannot be used, is damaged, or is not a shop's.
    pub fn snapshot(
        path: &Path,
        pool: &[PayTo],
        payouts: &[Account],
    ) -> Result<Option<Snapshot>, OpenError> {
        Snapshot::read(path, |rows| {
            rules::retire_pool(rows, pool)?;
            rules::retire_payouts(rows, payouts)
        })
    }

    /// Records an identity as this database's, whichever was before.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn identify(&self, identity: ShopIdentity) -> Result<(), DbError> {
        self.engine.write(move |rows| rows.set_shop_identity(&identity)).await
    }

    /// Treats every address of a pool that was never given as one that was, and may be given again: for
    /// a database that does not know any more which were. Orders there are told by their amounts.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn give_up_unused(&self, pool: Vec<PayTo>) -> Result<(), DbError> {
        self.engine.write(move |rows| rules::give_up_unused(rows, &pool)).await
    }

    /// Gives none of these addresses to an order any more, as in a backup ([`Db::snapshot`]).
    /// Orders that have one keep it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn retire_pool(&self, pool: Vec<PayTo>) -> Result<(), DbError> {
        self.engine.write(move |rows| rules::retire_pool(rows, &pool)).await
    }

    /// Returns the last places of a list of addresses that are used up.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn last_used(&self, pool: Vec<PayTo>) -> Result<LastUsed, DbError> {
        self.engine.read(move |rows| rules::last_used(rows, &pool)).await
    }
}
