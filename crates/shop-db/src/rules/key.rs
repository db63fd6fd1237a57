//! Key that the shop's records are sealed and marked with: the database recognises it.

use crate::{error::DbError, rows::Rows};

/// Says if a key is this database's; records it if there was none before.
pub(crate) fn is_own_key(rows: &dyn Rows, proof: &[u8; 32]) -> Result<bool, DbError> {
    match rows.key_proof()? {
        Some(recorded) => Ok(recorded == *proof),
        None => rows.set_key_proof(proof).map(|()| true),
    }
}
