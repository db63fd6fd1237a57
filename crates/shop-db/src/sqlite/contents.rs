//! Contents of a file before it is opened, which makes a database where there is none.

use super::{key, read_alone, schema};
use crate::{
    error::{DbError, OpenError},
    model::Contents,
};
use std::{io, path::Path};

pub(crate) fn contents(path: &Path) -> Result<Contents, OpenError> {
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(Contents::Nothing),
        Err(source) => return Err(unusable(path, source)),
    }
    let conn = read_alone::connection(path)?;
    if schema::ours(&conn)? == 0 {
        return Ok(Contents::Nothing);
    }
    let any = |sql| conn.prepare(sql)?.exists([]).map_err(DbError::from);
    let kept = any("select 1 from sqlite_schema where name = 'code_marks'")?;
    let proves = any("select 1 from sqlite_schema where name = 'shop_key'")?;
    Ok(Contents::Shop {
        codes_given: kept && any("select 1 from code_marks")?,
        key_proof: if proves { key::recorded(&conn)? } else { None },
    })
}

/// Returns true for a file of ours that an earlier build made.
pub(crate) fn needs_upgrade(path: &Path) -> Result<bool, OpenError> {
    if !path.try_exists().map_err(|source| unusable(path, source))? {
        return Ok(false);
    }
    let version = schema::ours(&read_alone::connection(path)?)?;
    Ok(version > 0 && usize::try_from(version).is_ok_and(|found| found < schema::MIGRATIONS.len()))
}

fn unusable(path: &Path, source: io::Error) -> OpenError {
    OpenError::File { path: path.to_owned(), source }
}
