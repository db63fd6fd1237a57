//! What a shop must not forget without being told to: its database, and the key in
//! `state/cookie.key` that reads and marks what is in it. Each is made where there is none, which
//! is right in a new shop alone.

use crate::{
    chains, clerk,
    config::plan::Plan,
    error::{CliError, While, WhileIo},
    load,
    shop_dir::ShopDir,
};
use shop_db::{Contents, Db};

/// What opens a shop although something was lost.
const FLAG: &str = "cryptocart serve --after-loss";

/// Refuses where the database or the key is lost.
pub(crate) fn look(dir: &ShopDir) -> Result<(), CliError> {
    database_is_there(dir)?;
    key_is_there(dir)
}

/// Refuses where there is a key, so there was a database, and it is gone or empty.
pub(crate) fn database_is_there(dir: &ShopDir) -> Result<(), CliError> {
    if !has_key(dir)? || contents(dir)? != Contents::Nothing {
        return Ok(());
    }
    let path = dir.database();
    let what = format!(
        "{} is missing or empty, and this shop was open before. With it are lost: every order that \
         was kept, the counts, which addresses of the pool were used, and which codes were given",
        path.display()
    );
    Err(CliError::misconfigured(what).hint(format!(
        "put back a copy. If there is none, take used addresses out of the pool and given codes out \
         of the lists, or they are given again; then open it once with: {FLAG}"
    )))
}

/// Refuses where codes were given that only the lost key recognises, and codes are sold still.
pub(crate) fn key_is_there(dir: &ShopDir) -> Result<(), CliError> {
    if has_key(dir)?
        || contents(dir)? != (Contents::Shop { codes_given: true })
        || load::catalog(dir)?.code_lists().next().is_none()
    {
        return Ok(());
    }
    let what = format!(
        "{} is missing. With another key every code that was given would be given again, and what \
         open orders took from the stock would not be counted",
        dir.cookie_key().display()
    );
    Err(CliError::misconfigured(what).hint(format!(
        "put back a copy. If there is none, take the codes that were given out of the lists in \
         digital/; then open it once with: {FLAG}"
    )))
}

/// Makes what is not there, and refuses settings that do not fit what is kept. The database comes first:
/// a key without one is a loss.
pub(crate) async fn begin(plan: &Plan) -> Result<(), CliError> {
    let dir = &plan.dir;
    let db = Db::open(&dir.database()).doing(|| "opening the database".into())?;
    let fits = chains::look(plan, &db).await;
    db.close().await;
    fits?;
    clerk::secret(&dir.cookie_key()).map(|_| ())
}

fn has_key(dir: &ShopDir) -> Result<bool, CliError> {
    let path = dir.cookie_key();
    path.try_exists().doing_io(|| format!("looking at {}", path.display()))
}

fn contents(dir: &ShopDir) -> Result<Contents, CliError> {
    Db::contents(&dir.database()).doing(|| "looking at the database".into())
}
