//! Asking the attestors of an order for what they have signed.

use super::{chain::NodeArgs, order::Order, register::dial, settings::Settings};
use crate::{error::CliError, system::System, terminal};
use shop_chain::ethereum::escrow::checksum;
use shop_core::escrow::Account;
use shop_http::Dial;

/// Asks each attestor of an order.
///
/// Prints each answer; no attestor can hold up the others. `good` are the words for an answer that
/// counts.
pub(super) async fn ask_each<T>(
    order: &Order,
    settings: &Settings,
    nodes: &NodeArgs,
    system: &System,
    good: &str,
    ask: impl AsyncFn(&dyn Dial, &str, Account) -> Result<T, String>,
) -> Result<Vec<T>, CliError> {
    let mut answers = Vec::new();
    for account in order.statement.attestors.accounts() {
        let name = checksum(*account);
        let Some(url) = order.place(*account, settings) else {
            terminal::warn(format!("attestor {name}: escrow.toml does not say where it is"));
            continue;
        };
        let dial = dial(settings, *account, &url, nodes, system)?;
        match ask(&dial, &url.authority(), *account).await {
            Ok(answer) => {
                terminal::warn(format!("attestor {name}: {good}"));
                answers.push(answer);
            }
            Err(words) => terminal::warn(format!("attestor {name}: {words}")),
        }
    }
    Ok(answers)
}
