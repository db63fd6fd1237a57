//! Check of the shop's key.

use super::Db;
use crate::{error::DbError, sqlite};
use shop_core::order::OrderId;

impl Db {
    /// Says if a key is the one that this database's records are sealed and marked with.
    /// `proof` is a one-way check of the key; `opens` tells if it opens what an order takes. A
    /// database that recorded no key yet takes this one, if it opens any hold or there is none.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn is_own_key(
        &self,
        proof: [u8; 32],
        opens: impl Fn(OrderId, &[u8]) -> bool + Send + 'static,
    ) -> Result<bool, DbError> {
        self.engine.write(move |conn| sqlite::is_own_key(conn, &proof, opens)).await
    }

    /// Records a key as this database's, although another was before.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn adopt_key(&self, proof: [u8; 32]) -> Result<(), DbError> {
        self.engine.write(move |conn| sqlite::adopt_key(conn, &proof)).await
    }
}
