//! Giving a transaction to the nodes, and waiting for it.

use super::chain::Chain;
use crate::{
    error::{CliError, IoContext},
    escrow::sending::{Followed, follow},
    terminal,
};
use shop_chain::ethereum::Mined;
use shop_core::{
    escrow::{Account, Hash},
    kind::Kind,
};
use std::{
    io::{self, BufRead, IsTerminal},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// Pause between two looks for a transaction.
const PAUSE: Duration = Duration::from_secs(3);

/// Sends a transaction, and waits until one of `hashes` is in a block.
/// None: its number is used up, and not by one of them.
pub(super) async fn send_and_wait(
    chain: &Chain,
    from: Account,
    nonce: u64,
    hashes: &[Hash],
    (raw, hash): (&[u8], Hash),
    seconds: u64,
) -> Result<Option<(Hash, Mined)>, CliError> {
    let began = Instant::now();
    let given = chain.client.send(raw, hash).await;
    loop {
        match follow(&chain.client, from, nonce, hashes).await {
            Followed::Mined(hash, mined) => return Ok(Some((hash, mined))),
            Followed::UsedUp => return Ok(None),
            Followed::Waiting => {}
        }
        if let Err(error) = &given {
            return Err(chain.explain("sending the transaction", error));
        }
        if began.elapsed() >= Duration::from_secs(seconds) {
            let what = format!("transaction {hash} is sent, and in no block yet");
            return Err(CliError::new(Kind::Unavailable, what).hint(
                "run the same command again to look. If it is stuck, because fees have risen: --replace",
            ));
        }
        sleep(PAUSE).await;
    }
}

/// Asks the person at the terminal, unless `yes`.
pub(super) fn agree(yes: bool, question: &str) -> Result<(), CliError> {
    if yes {
        return Ok(());
    }
    if !io::stdin().is_terminal() {
        return Err(CliError::input("there is no terminal to ask on, and nothing was sent")
            .hint("add --yes to send without asking"));
    }
    terminal::progress(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).io_context(|| "reading the answer".into())?;
    if matches!(answer.trim(), "y" | "Y" | "yes") {
        return Ok(());
    }
    Err(CliError::input("nothing was sent"))
}
