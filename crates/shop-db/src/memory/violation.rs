//! Errors of rows that the schema does not allow: those that the SQLite engine gives.

use crate::error::DbError;

/// There is a row with this value already.
pub(super) const UNIQUE: DbError = DbError::Engine(2067);
/// The values of the row contradict each other.
pub(super) const CHECK: DbError = DbError::Engine(275);
/// The row names one that is not there, or is named by another.
pub(super) const FOREIGN_KEY: DbError = DbError::Engine(787);

/// Fails with this violation unless the row keeps to the rule.
pub(super) const fn ensure(holds: bool, violation: DbError) -> Result<(), DbError> {
    if holds { Ok(()) } else { Err(violation) }
}
