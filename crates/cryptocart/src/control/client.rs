//! A command's side of the control socket.

use super::{AnswerLine, LONGEST_ANSWER, Question, QuestionLine};
use crate::{
    error::{CliError, Context},
    runtime::block_on,
    shop_dir::ShopDir,
    shop_lock,
};
use serde::de::DeserializeOwned;
use shop_core::kind::Kind;
use shop_net::control::{ConnectError, connect, read_line};
use std::{io::ErrorKind, time::Duration};
use tokio::{io::AsyncWriteExt, time::timeout};

/// Time a command waits beyond the shop role's.
/// The supervisor says first what is wrong.
const GRACE: Duration = Duration::from_secs(5);

/// A shop that is open.
pub(crate) struct Talk {
    dir: ShopDir,
}

/// Returns the shop in this folder, if it is open.
///
/// # Errors
/// Its folder cannot be read.
pub(crate) fn open_shop(dir: &ShopDir) -> Result<Option<Talk>, CliError> {
    Ok(shop_lock::is_open(dir)?.then(|| Talk { dir: dir.clone() }))
}

impl Talk {
    /// Asks, and waits for the answer.
    ///
    /// # Errors
    /// The shop's refusal, or it does not answer.
    pub(crate) fn ask<T: DeserializeOwned>(&self, question: Question) -> Result<T, CliError> {
        block_on(async {
            let patience = question.patience() + GRACE;
            match timeout(patience, self.exchange(question)).await {
                Ok(line) => AnswerLine::read(&line?),
                Err(_) => Err(self.silent(&format!("in {} seconds", patience.as_secs()))),
            }
        })
    }

    async fn exchange(&self, question: Question) -> Result<Vec<u8>, CliError> {
        let mut stream = match connect(&self.dir.state()).await {
            Ok(stream) => stream,
            // It holds its lock, and does not listen yet, or any more.
            Err(ConnectError::NobodyThere) => return Err(self.silent("yet")),
            Err(error) => {
                let other = matches!(error, ConnectError::OtherUser(_));
                let error = Err(error).context(|| "talking to the open shop".into());
                return match other {
                    true => {
                        error.map_err(|error: CliError| error.hint("run this command as that user"))
                    }
                    false => error,
                };
            }
        };
        let mut line = serde_json::to_vec(&QuestionLine::new(question)).unwrap_or_default();
        line.push(b'\n');
        // A shop that ends just now has said nothing: reading says so too.
        drop(stream.write_all(&line).await);
        read_line(stream, LONGEST_ANSWER).await.map_err(|error| match error.kind() {
            ErrorKind::InvalidData => {
                CliError::new(Kind::Bug, "the open shop's answer is too long")
            }
            _ => self.silent("because it was just closed"),
        })
    }

    fn silent(&self, when: &str) -> CliError {
        let what =
            format!("the shop in {} is open, but did not answer {when}", self.dir.path().display());
        CliError::new(Kind::Unavailable, what)
            .hint("try again in a moment: it may be opening or closing. If that does not help, restart it")
    }
}

/// Returns the error that the shop is not open, where a command needs it to be.
pub(crate) fn not_open(dir: &ShopDir, then: &str) -> CliError {
    CliError::new(Kind::NotFound, format!("the shop in {} is not open", dir.path().display()))
        .hint(format!("{then}: {}", dir.command("serve")))
}
