//! Findings about the clear web.

use super::report::Found;
use crate::{config::plan::Plan, error::CliError};

/// Returns the name and the socket of the shop on the clear web; none if it is not there.
pub(super) fn finding(plan: &Plan) -> Option<Found> {
    let clear = plan.clear_web.as_ref()?;
    let folder = clear.socket.parent().filter(|folder| folder.is_dir());
    let said = match folder {
        Some(_) => Ok(format!("{} through {}", clear.address(), clear.socket.display())),
        None => {
            let what = format!("the folder of the socket {} is missing", clear.socket.display());
            let hint = "create it, or change shop.toml, [clear_web] socket";
            Err(CliError::misconfigured(what).hint(hint))
        }
    };
    Some(("clear web", said))
}

/// Returns what the clear web gives away.
pub(super) fn warning(plan: &Plan) -> Option<String> {
    let clear = plan.clear_web.as_ref()?;
    let linked = if plan.tor.is_some() {
        " Each page there names the onion address, so that everybody knows both are one shop."
    } else {
        ""
    };
    Some(format!(
        "the clear web shows where this machine is: the name {} leads to its IP address, and is in \
         the public lists of certificates.{linked} Its owner and its provider can be asked who you \
         are. If that is a secret, set clear_web.enabled = false, and move to another machine with \
         another onion address (docs/clear-web.md)",
        clear.host
    ))
}
