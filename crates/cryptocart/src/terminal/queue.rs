//! Lines for a terminal that may not take them: a thread writes, and nobody waits for it.

use std::{
    io::{self, Write},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    time::Duration,
};

/// Lines that may wait. What comes when they are full is dropped and counted.
const MOST_WAITING: usize = 1024;

/// One output and its thread.
pub(super) struct Queue {
    lines: SyncSender<Vec<u8>>,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    dropped: AtomicU64,
    /// Lines given and not yet written.
    waiting: Mutex<usize>,
    written: Condvar,
}

impl Queue {
    /// Starts a thread that writes to `out`.
    pub(super) fn new(name: &str, out: impl Write + Send + 'static) -> io::Result<Self> {
        let (lines, received) = sync_channel(MOST_WAITING);
        let state = Arc::new(State::default());
        let for_thread = Arc::clone(&state);
        let thread = std::thread::Builder::new().name(name.into());
        thread.spawn(move || write_all(out, &received, &for_thread))?;
        Ok(Self { lines, state })
    }

    /// Gives whole lines. Never waits.
    pub(super) fn give(&self, lines: Vec<u8>) {
        *self.state.waiting() += 1;
        if self.lines.try_send(lines).is_err() {
            *self.state.waiting() -= 1;
            self.state.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until all that was given is written, but no longer than `most`.
    pub(super) fn flush(&self, most: Duration) {
        let waiting = self.state.waiting();
        let is_waiting = |waiting: &mut usize| *waiting > 0;
        // Whether it was written or has lasted too long, nothing else is to be done.
        drop(self.state.written.wait_timeout_while(waiting, most, is_waiting));
    }
}

impl State {
    fn waiting(&self) -> std::sync::MutexGuard<'_, usize> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what comes. A closed pipe is no error: nobody reads on.
fn write_all(mut out: impl Write, received: &Receiver<Vec<u8>>, state: &State) {
    for lines in received {
        let dropped = state.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            drop(writeln!(out, "({dropped} lines were dropped because the output was blocked)"));
        }
        drop(out.write_all(&lines).and_then(|()| out.flush()));
        *state.waiting() -= 1;
        state.written.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader, pipe};

    const LONG: Duration = Duration::from_secs(60);

    #[test]
    fn full_pipe_drops_lines_and_counts_them() {
        let (reader, writer) = pipe().unwrap();
        let queue = Queue::new("test", writer).unwrap();
        // More than a pipe and the queue hold; giving would wait for ever if it waited at all.
        let line = [vec![b'x'; 1023], vec![b'\n']].concat();
        let given = 3 * MOST_WAITING;
        for _ in 0..given {
            queue.give(line.clone());
        }
        queue.flush(Duration::ZERO);
        let lines = BufReader::new(reader).lines().map(Result::unwrap);
        let reading = std::thread::spawn(move || lines.collect::<Vec<_>>());
        queue.flush(LONG);
        drop(queue);
        let lines = reading.join().unwrap();
        // The thread says how many are missing before the next line it writes. It does so twice if it
        // begins to write late, when lines are being dropped already.
        let missing = |line: &String| {
            let rest = line.strip_prefix('(')?;
            rest.split(' ').next()?.parse::<usize>().ok()
        };
        let reports: Vec<usize> = lines.iter().filter_map(missing).collect();
        let dropped: usize = reports.iter().sum();
        assert!(dropped > 0 && dropped < given, "{dropped} of {given}");
        assert_eq!(lines.len() - reports.len() + dropped, given);
    }

    #[test]
    fn closed_pipe_is_no_error() {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let queue = Queue::new("test", writer).unwrap();
        for _ in 0..10 {
            queue.give(b"line\n".to_vec());
        }
        queue.flush(LONG);
        assert_eq!(*queue.state.waiting(), 0);
    }
}
