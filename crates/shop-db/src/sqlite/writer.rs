//! Thread that writes, the only one.
//!
//! Jobs that wait together are committed together: one wait for the disk serves them all, and each
//! is told only after it.

use crate::error::{DbError, OpenError};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{mpsc, oneshot};

/// Number of jobs that may wait; more callers wait for a place.
const QUEUE: usize = 256;
/// Number of jobs that are committed together.
const BATCH: usize = 128;

pub(super) struct Writer {
    queue: mpsc::Sender<Message>,
    commits: Arc<AtomicU64>,
}

enum Message {
    Work(Work),
    EmptyLog(oneshot::Sender<Result<bool, DbError>>),
    Stop(oneshot::Sender<()>),
}

/// A job and what to say to its caller. Without a connection it only passes the error on.
type Work = Box<dyn FnOnce(Result<&Connection, DbError>) -> Done + Send>;

/// A job that ran, not committed yet.
struct Done {
    /// True if what it wrote is to stay.
    keep: bool,
    /// Answer to the caller, once the commit has or has not happened.
    answer: Answer,
}

type Answer = Box<dyn FnOnce(Result<(), DbError>) + Send>;

impl Writer {
    pub(super) fn start(conn: Connection) -> Result<Self, OpenError> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let commits = Arc::default();
        let thread = Thread { conn, commits: Arc::clone(&commits) };
        std::thread::Builder::new()
            .name("shop-db".to_owned())
            .spawn(move || thread.serve(jobs))
            .map_err(OpenError::Thread)?;
        Ok(Self { queue, commits })
    }

    pub(super) async fn run<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        self.run_or(job, || {}).await
    }

    /// Runs a job. `undo` is called if what it wrote does not stay.
    /// That is on the same thread, and before another job could see what else the job has changed.
    pub(super) async fn run_or<T, E>(
        &self,
        job: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        undo: impl FnOnce() + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
    {
        let (tell, told) = oneshot::channel();
        let work: Work = Box::new(move |conn| {
            // A panic in one job must not take the writer, and with it the shop, away.
            let run = |conn| catch_unwind(AssertUnwindSafe(|| job(conn)));
            let result = match conn.map(run) {
                Ok(Ok(result)) => result,
                Ok(Err(_panic)) => Err(DbError::Broken.into()),
                Err(error) => Err(error.into()),
            };
            let keep = result.is_ok();
            let mut undo = Some(undo);
            if !keep {
                undo.take().into_iter().for_each(|undo| undo());
            }
            let answer = Box::new(move |committed: Result<(), DbError>| {
                if committed.is_err() {
                    undo.into_iter().for_each(|undo| undo());
                }
                let result = result.and_then(|value| Ok(committed.map(|()| value)?));
                // A caller that went away is not told; what was committed stays.
                let _gone = tell.send(result);
            });
            Done { keep, answer }
        });
        self.queue.send(Message::Work(work)).await.map_err(|_| DbError::Closed)?;
        told.await.map_err(|_| DbError::Closed)?
    }

    pub(super) async fn empty_log(&self) -> Result<bool, DbError> {
        let (tell, told) = oneshot::channel();
        self.queue.send(Message::EmptyLog(tell)).await.map_err(|_| DbError::Closed)?;
        told.await.map_err(|_| DbError::Closed)?
    }

    /// Returns when everything queued is done and the file is closed.
    pub(super) async fn stop(&self) {
        let (tell, told) = oneshot::channel();
        if self.queue.send(Message::Stop(tell)).await.is_ok() {
            let _stopped = told.await;
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.queue.is_closed()
    }

    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::SeqCst)
    }

    #[cfg(test)]
    pub(super) fn queued(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

struct Thread {
    conn: Connection,
    commits: Arc<AtomicU64>,
}

impl Thread {
    /// Serves jobs until it is told to stop and the queue is empty, or nobody is left to ask.
    fn serve(self, mut jobs: mpsc::Receiver<Message>) {
        let mut stoppers = Vec::new();
        let mut batch = Vec::new();
        while jobs.blocking_recv_many(&mut batch, BATCH) > 0 {
            let mut together = Vec::new();
            for message in batch.drain(..) {
                match message {
                    Message::Work(work) => together.push(work),
                    Message::EmptyLog(tell) => {
                        self.commit(std::mem::take(&mut together));
                        let _gone = tell.send(self.empty_log());
                    }
                    Message::Stop(tell) => {
                        jobs.close();
                        stoppers.push(tell);
                    }
                }
            }
            self.commit(together);
        }
        let _left_to_the_next_start = self.empty_log();
        drop(self.conn);
        for tell in stoppers {
            let _gone = tell.send(());
        }
    }

    /// Runs jobs in one transaction, a savepoint each, and answers after the commit.
    fn commit(&self, together: Vec<Work>) {
        let mut waiting = Vec::new();
        for work in together {
            if waiting.is_empty()
                && let Err(error) = self.execute("begin immediate")
            {
                (work(Err(error)).answer)(Err(error));
                continue;
            }
            waiting.push(self.one(work));
            // A full disk makes SQLite undo the whole transaction, not just the last job.
            if self.conn.is_autocommit() {
                answer(&mut waiting, Err(DbError::Undone));
            }
        }
        if waiting.is_empty() {
            return;
        }
        let committed = self.execute("commit");
        match committed {
            Ok(()) => {
                self.commits.fetch_add(1, Ordering::SeqCst);
            }
            Err(_) => self.roll_back(),
        }
        answer(&mut waiting, committed);
    }

    fn one(&self, work: Work) -> Answer {
        if let Err(error) = self.execute("savepoint job") {
            return work(Err(error)).answer;
        }
        let Done { keep, answer } = work(Ok(&self.conn));
        if self.conn.is_autocommit() {
            return answer;
        }
        let undone = if keep { Ok(()) } else { self.execute("rollback to job") };
        match undone.and_then(|()| self.execute("release job")) {
            Ok(()) => answer,
            // Half a job must not be committed with the others.
            Err(error) => {
                self.roll_back();
                Box::new(move |_| answer(Err(error)))
            }
        }
    }

    /// Rolls back. Where this fails, SQLite has rolled back by itself.
    fn roll_back(&self) {
        let _done_already = self.execute("rollback");
    }

    fn execute(&self, sql: &str) -> Result<(), DbError> {
        self.conn.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Empties the write-ahead log.
    /// `secure_delete` overwrites in the file; the log still holds the old pages until this.
    fn empty_log(&self) -> Result<bool, DbError> {
        let busy: i64 =
            self.conn.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
        Ok(busy == 0)
    }
}

fn answer(waiting: &mut Vec<Answer>, committed: Result<(), DbError>) {
    for answer in waiting.drain(..) {
        answer(committed);
    }
}
