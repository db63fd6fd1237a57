//! `cryptocart stock codes`: redeem codes after a restore.

use super::{meant, unknown};
use crate::{
    cli::{catalog, database},
    control, data_loss,
    digital::{CodeLists, held_codes},
    error::{CliError, Context},
    load,
    runtime::block_on,
    sealer,
    shop_dir::ShopDir,
    system::System,
    terminal::{self, many},
};
use shop_core::{kind::Kind, stock::StockKey};
use std::sync::Arc;

/// Notes that this many codes were given since the backup, and sells the rest again.
pub(super) fn run(
    dir: &ShopDir,
    typed: &str,
    given: usize,
    system: &System,
) -> Result<(), CliError> {
    let db = database(dir)?.ok_or_else(|| unknown(dir, typed, &[]))?;
    data_loss::look(dir)?;
    let secret = sealer::read_secret(&dir.cookie_key())?;
    let lists = CodeLists::new(&secret);
    let listed = load::catalog(dir)?;
    let known: Vec<&str> = listed.code_lists().map(|(key, _)| key.as_str()).collect();
    let key = meant(typed, &known).ok_or_else(|| unknown(dir, typed, &known))?;
    let list = listed.code_lists().find(|(listed, _)| listed.as_str() == key);
    let (_, list) = list.ok_or_else(|| unknown(dir, typed, &known))?;
    if !held_codes::held(dir)?.contains(list) {
        let what = format!("the codes of {key:?} are not held back: they are for sale");
        return Err(CliError::input(what).hint("this command is for a shop that was restored"));
    }
    lists.take_up(Arc::new(lists.read_all(dir, &listed)?));
    let sealer = sealer::sealer(&secret, &lists, system);
    let left = block_on(async {
        let db = db.with_sealer(sealer);
        let left = db.skip_codes(StockKey::from_stored(key.to_owned()), given).await;
        db.close().await;
        left.context(|| "writing which codes are given".into())
    })?;
    if left < given {
        return Err(too_many(key, list, given, left));
    }
    // After the codes: what stops between the two has them skipped twice, and none given twice.
    held_codes::release(dir, list)?;
    terminal::line(format!(
        "{key}: {} of digital/{list} are skipped, {} for sale again.",
        many(given, "code", "codes"),
        left - given
    ));
    if control::open_shop(dir)?.is_some() { catalog::reload(dir) } else { Ok(()) }
}

fn too_many(key: &str, list: &str, given: usize, left: usize) -> CliError {
    let what = format!(
        "{given} codes of {key:?} cannot have been given since the backup: digital/{list} had only \
         {left} left"
    );
    CliError::new(Kind::BadInput, what)
        .hint(format!("if all of them may have been given: --given {left}"))
}
