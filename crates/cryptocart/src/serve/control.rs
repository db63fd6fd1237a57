//! The supervisor's end of the control socket.

use super::seen::Seen;
use crate::{
    control::{AnswerLine, LONGEST_ANSWER, LONGEST_QUESTION, Question, QuestionLine, Status},
    error::{CliError, IoContext},
    shop_dir::ShopDir,
};
use shop_core::kind::Kind;
use shop_net::{
    control::{ControlSocket, read_line},
    link::Link,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::UnixStream,
    sync::{Semaphore, watch},
    time::timeout,
};
use tokio_util::task::TaskTracker;

/// Clients at once.
const CLIENTS: usize = 8;

/// Longest time a client may take to say what it wants.
const CLIENT_PATIENCE: Duration = Duration::from_secs(5);

/// Answers commands while the shop is open.
pub(super) struct Control {
    socket: ControlSocket,
    asks: Asks,
}

/// Sources of an answer.
#[derive(Clone)]
struct Asks {
    seen: Arc<Seen>,
    shop: watch::Receiver<Option<Arc<Link>>>,
}

impl Control {
    /// Listens in the shop's folder; this process holds the shop's lock.
    pub(super) fn open(
        dir: &ShopDir,
        seen: Arc<Seen>,
        shop: watch::Receiver<Option<Arc<Link>>>,
    ) -> Result<Self, CliError> {
        let socket = ControlSocket::bind(&dir.state())
            .io_context(|| format!("listening in {}", dir.state().display()))?;
        Ok(Self { socket, asks: Asks { seen, shop } })
    }

    /// Answers until dropped.
    pub(super) async fn serve(self) {
        let places = Arc::new(Semaphore::new(CLIENTS));
        let tasks = TaskTracker::new();
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let mut client = self.socket.accept().await;
            let asks = self.asks.clone();
            tasks.spawn(async move {
                let line = asks.answer(&mut client).await;
                // Who has gone meanwhile hears nothing.
                drop(client.write_all(&line).await);
                drop(place);
            });
        }
    }
}

impl Asks {
    async fn answer(&self, client: &mut UnixStream) -> Vec<u8> {
        let line = timeout(CLIENT_PATIENCE, read_line(client, LONGEST_QUESTION)).await;
        let Ok(Ok(line)) = line else { return Vec::new() };
        let question = match QuestionLine::read(&line) {
            Ok(question) => question,
            Err(error) => return AnswerLine::new(Err::<(), _>(error)).line(),
        };
        match (question, self.shop_says(question).await) {
            (Question::Status, line) => {
                let shop = line.ok().and_then(|line| AnswerLine::read(&line).ok());
                AnswerLine::new(Ok::<Status, _>(self.seen.status(shop))).line()
            }
            (_, Ok(mut line)) => {
                line.push(b'\n');
                line
            }
            (_, Err(error)) => AnswerLine::new(Err::<(), _>(error)).line(),
        }
    }

    /// Returns the shop role's answer to a question.
    async fn shop_says(&self, question: Question) -> Result<Vec<u8>, CliError> {
        let link = self.shop.borrow().clone();
        let asking = async {
            let question = serde_json::to_value(question).unwrap_or_default();
            let stream = link.ok_or_else(gone)?.ask(question).await.map_err(|_| gone())?;
            read_line(stream, LONGEST_ANSWER).await.map_err(|_| gone())
        };
        timeout(question.patience(), asking).await.unwrap_or_else(|_| Err(silent()))
    }
}

fn gone() -> CliError {
    CliError::new(
        Kind::Unavailable,
        "the shop's process stopped before it answered, and is restarting",
    )
    .hint("try again in a moment")
}

fn silent() -> CliError {
    CliError::new(Kind::Unavailable, "the shop is open, but its process did not answer in time")
        .hint(
            "try again; if that does not help, restart it: press Ctrl-C, then run cryptocart serve",
        )
}
