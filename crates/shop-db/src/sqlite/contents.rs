//! Contents of a file before it is opened, which makes a database where there is none.

use super::{
    key, read_alone,
    schema::{self, Found},
};
use crate::{error::OpenError, model::Contents};
use std::path::Path;

pub(crate) fn contents(path: &Path) -> Result<Contents, OpenError> {
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Ok(Contents::Nothing),
        Err(source) => return Err(OpenError::File { path: path.to_owned(), source }),
    }
    let conn = read_alone::connection(path)?;
    if schema::find(&conn)? == Found::Empty {
        return Ok(Contents::Nothing);
    }
    Ok(Contents::Shop { key_proof: key::recorded(&conn)? })
}
