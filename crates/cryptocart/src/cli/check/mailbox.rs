//! Check of the mailbox: can mails be written to it.

use super::open::OpenShop;
use crate::{
    config::plan::Plan,
    control::ShopStatus,
    error::{CliError, Context, IoContext},
    tasks::disk_space,
};
use shop_seal::mbox::Mbox;

/// With less than this free on the mailbox's own disk, the next mails do not fit.
const LEAST: u64 = 1 << 20;

/// Reports what the open shop says of its mailbox, or else the state found there.
pub(super) fn look(plan: &Plan, open: &OpenShop) -> Result<String, CliError> {
    let found = match open.status().map(ShopStatus::mailbox_problem) {
        Some(None) => Ok(()),
        Some(Some(what)) => {
            Err(CliError::misconfigured(what).hint("none is lost: the open shop tries again"))
        }
        None => find(plan),
    };
    found.map(|()| plan.mailbox.display().to_string())
}

fn find(plan: &Plan) -> Result<(), CliError> {
    let locked = Mbox::open(&plan.mailbox).try_lock();
    locked.context(|| "looking at the mailbox".into())?;
    let Some(folder) = plan.mailbox.parent().filter(|folder| folder.is_dir()) else {
        return Ok(());
    };
    let free =
        disk_space::free(folder).io_context(|| format!("looking at {}", folder.display()))?;
    if free >= LEAST {
        return Ok(());
    }
    let what = format!("the disk of {} is full: mails wait in state/", folder.display());
    Err(CliError::misconfigured(what).hint("make room there"))
}
