//! Identity of the shop that a database belongs to, and how often that shop was opened.

use super::{
    codec::int,
    read_alone,
    schema::{self, Found},
};
use crate::{
    error::{DbError, OpenError},
    model::ShopIdentity,
};
use rusqlite::{Connection, OptionalExtension, params};
use shop_core::pay_to::PayTo;
use std::path::Path;

/// The identity recorded in a file, which may not be there.
pub(crate) fn identity_in(path: &Path) -> Result<Option<ShopIdentity>, OpenError> {
    let exists = path.try_exists();
    if !exists.map_err(|source| OpenError::File { path: path.to_owned(), source })? {
        return Ok(None);
    }
    let conn = read_alone::connection(path)?;
    match schema::find(&conn)? {
        Found::Empty => Ok(None),
        Found::Shop => Ok(identity(&conn)?),
    }
}

/// The identity that was recorded.
pub(crate) fn identity(conn: &Connection) -> Result<Option<ShopIdentity>, DbError> {
    let read = |row: &rusqlite::Row<'_>| {
        let starts: i64 = row.get(1)?;
        Ok(ShopIdentity { shop: row.get(0)?, starts: starts.unsigned_abs() })
    };
    Ok(conn.query_row("select shop, starts from shop_identity", [], read).optional()?)
}

/// Records an identity, whichever was before.
pub(crate) fn identify(conn: &Connection, identity: &ShopIdentity) -> Result<(), DbError> {
    let sql = "insert or replace into shop_identity (id, shop, starts) values (1, ?1, ?2)";
    conn.execute(sql, params![identity.shop, int(identity.starts)])?;
    Ok(())
}

/// Treats every address of a pool that was never given as one that was, whose offer ended long ago:
/// whoever had it may pay there yet. One that money came to is not given at all, as before.
pub(crate) fn give_up_unused(conn: &Connection, pool: &[PayTo]) -> Result<(), DbError> {
    let mut give = conn.prepare(
        "insert or ignore into pay_to_used (asset, pay_to, chain, money, closed)
         select ?1, ?2, ?3, 0, 0 where not exists (
             select 1 from unmatched_addresses where asset = ?1 and pay_to = ?2 and retired = 1)",
    )?;
    for pay_to in pool {
        let asset = pay_to.asset();
        give.execute([asset.stored(), pay_to.as_str(), asset.chain().as_str()])?;
    }
    Ok(())
}
