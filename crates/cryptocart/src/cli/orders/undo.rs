//! Taking back what the seller said last about an order.

use super::{parse, unknown};
use crate::{
    cli::database,
    error::{CliError, Context},
    runtime::block_on,
    shop_dir::ShopDir,
    terminal,
};
use shop_db::EventError;

pub(super) fn run(dir: &ShopDir, number: &str) -> Result<(), CliError> {
    let id = parse(dir, number)?;
    let db = database(dir)?.ok_or_else(|| unknown(dir, id))?;
    let kind = block_on(async {
        let undone = db.undo_event(id).await;
        db.close().await;
        match undone {
            Err(EventError::NoSuchOrder) => Err(unknown(dir, id)),
            undone => undone.context(|| format!("undoing the last entry for order {id}")),
        }
    })?;
    let what = kind.word();
    terminal::line(format!(
        "Removed {what:?} from order {id}. The buyer may have read it already."
    ));
    Ok(())
}
