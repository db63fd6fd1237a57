//! Taking back what the seller said last about an order.

use super::{parse, unknown};
use crate::{
    cli::{block_on, database},
    error::{CliError, While},
    say,
    shop_dir::ShopDir,
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
            undone => undone.doing(|| format!("taking back what was said of order {id}")),
        }
    })?;
    let what = kind.word();
    say::line(format!(
        "{what:?} is taken back from order {id}. Its buyer may have read it already."
    ));
    Ok(())
}
