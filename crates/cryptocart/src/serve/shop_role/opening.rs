//! Opening the shop, and answering commands, beside the link.
//!
//! Both wait for the disk: a large database, a log to be replayed, a folder on a slow disk. The
//! supervisor ends a role that does not answer it for a minute, and would end a healthy one at every
//! start. So they run on threads that may wait, and what answers the link waits for nothing.

use super::note;
use crate::error::CliError;
use shop_core::kind::Kind;
use shop_net::shop_side::{ClientConnection, Event, Reporter, ShopSide};
use std::time::Duration;
use tokio::{net::UnixStream, runtime::Handle, time::Instant};
use tokio_util::task::TaskTracker;

/// Visitors who may wait while the shop opens.
const MOST_WAITING: usize = 512;

/// Questions of commands that may wait so.
const MOST_QUESTIONS: usize = 16;

/// After so long it is said that the shop is still being opened.
const LONG: Duration = Duration::from_secs(60);

/// Messages that came while the shop opened.
#[derive(Default)]
pub(super) struct Early {
    pub(super) visits: Vec<ClientConnection>,
    pub(super) questions: Vec<(serde_json::Value, UnixStream)>,
    pub(super) reload: bool,
}

/// Opens the shop and hears its link meanwhile; nothing, if it was told to stop.
pub(super) async fn beside<T: Send + 'static>(
    opening: impl Future<Output = Result<T, CliError>> + Send + 'static,
    side: &mut ShopSide,
    reporter: &Reporter,
) -> Result<Option<(T, Early)>, CliError> {
    let runtime = Handle::current();
    let mut opening = tokio::task::spawn_blocking(move || runtime.block_on(opening));
    let mut early = Early::default();
    let mut long = Some(Instant::now() + LONG);
    loop {
        tokio::select! {
            opened = &mut opening => {
                let failed = |_| CliError::new(Kind::Bug, "opening the shop failed");
                return Ok(Some((opened.map_err(failed)??, early)));
            }
            () = tokio::time::sleep_until(long.unwrap_or_else(Instant::now)), if long.is_some() => {
                long = None;
                let text = "is still opening: the database is large, or the disk is slow";
                note(reporter, "shop", text).await;
            }
            event = side.next() => match event {
                Event::Visit(visit) if early.visits.len() < MOST_WAITING => {
                    early.visits.push(visit);
                }
                Event::Ask(question, stream) if early.questions.len() < MOST_QUESTIONS => {
                    early.questions.push((question, stream));
                }
                Event::Visit(_) | Event::Ask(..) | Event::Word(_) => {}
                Event::Reload => early.reload = true,
                Event::Ping => reporter.alive().await,
                Event::Stop => return Ok(None),
            },
        }
    }
}

/// Runs what may wait for the disk on a thread of its own.
pub(super) fn waiting(tasks: &TaskTracker, work: impl Future<Output = ()> + Send + 'static) {
    let runtime = Handle::current();
    tasks.spawn_blocking(move || runtime.block_on(work));
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop_net::{
        link::{Link, Message},
        roles::Watchdog,
    };
    use std::sync::mpsc;

    /// A shop side, and the supervisor's end of its link.
    fn joined() -> (ShopSide, Link) {
        let (supervisor, shop) = Link::pair().unwrap();
        (ShopSide::start(Link::from_fd(shop).unwrap(), Vec::new()), supervisor)
    }

    async fn answers(supervisor: &Link) {
        supervisor.send(&Message::Ping, None).await.unwrap();
        assert!(supervisor.recv().await.unwrap().0 == Message::Pong);
    }

    /// It opens when more questions were answered than a stuck role may leave unanswered, and
    /// does not wait for them as a task.
    #[tokio::test]
    async fn opening_that_blocks_leaves_no_question_unanswered() {
        let (mut side, supervisor) = joined();
        let reporter = side.reporter();
        let (asked, answered) = mpsc::channel();
        let opening = async move {
            let waited = answered.recv_timeout(Duration::from_secs(20));
            waited.map_err(|_| CliError::input("no question was answered"))
        };
        let questions = async {
            for _ in 0..=Watchdog::USUAL.most_unanswered {
                answers(&supervisor).await;
            }
            supervisor.send(&Message::Reload, None).await.unwrap();
            answers(&supervisor).await;
            asked.send("opened").unwrap();
        };
        let mut opened = std::pin::pin!(beside(opening, &mut side, &reporter));
        tokio::select! {
            biased;
            _ = &mut opened => panic!("it ended before its questions were answered"),
            () = questions => {}
        }
        let (shop, early) = opened.await.unwrap().unwrap();
        assert!(shop == "opened" && early.reload);
    }

    #[tokio::test]
    async fn opening_is_given_up_when_told_to_stop() {
        let (mut side, supervisor) = joined();
        let reporter = side.reporter();
        let (ends, ended) = tokio::sync::oneshot::channel::<()>();
        let opening = async move {
            drop(ended.await);
            Ok(())
        };
        supervisor.send(&Message::Stop, None).await.unwrap();
        assert!(beside(opening, &mut side, &reporter).await.unwrap().is_none());
        // The runtime of a test waits for its threads.
        drop(ends);
    }
}
