//! Fake carrier behind a port of this machine, for scenarios.
//!
//! `fake_carrier 127.0.0.1:8123` speaks both APIs of Canada Post, and USPS, without TLS. The
//! module `fake::control` says how parcels are put into it.

use shop_carrier::fake::{FakePost, KEY_ID, KEY_SECRET};
use shop_core::time::{Clock, UnixTime, Uptime};
use std::{process::ExitCode, sync::Arc, time::SystemTime};
use tokio::{net::TcpListener, task::JoinSet};

struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this program is where time comes from")]
    fn now(&self) -> UnixTime {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        UnixTime(since.map_or(0, |since| since.as_secs()))
    }

    fn uptime(&self) -> Uptime {
        Uptime(self.now().0)
    }
}

#[tokio::main]
#[expect(clippy::disallowed_methods, reason = "a program for tests, on a port of this machine")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]
async fn main() -> ExitCode {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let listener = match TcpListener::bind(&address).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("cannot listen on {address}: {error}. Name a free port of this machine.");
            return ExitCode::FAILURE;
        }
    };
    match listener.local_addr() {
        Ok(bound) if bound.ip().is_loopback() => {
            println!("listening on {bound}; key {KEY_ID}, secret {KEY_SECRET}");
        }
        _ => {
            eprintln!("{address} is no address of this machine alone: use 127.0.0.1.");
            return ExitCode::FAILURE;
        }
    }
    let post = Arc::new(FakePost::new(Arc::new(SystemClock)));
    let mut streams = JoinSet::new();
    loop {
        tokio::select! {
            Ok((stream, _)) = listener.accept() => {
                let post = Arc::clone(&post);
                streams.spawn(async move { post.serve(stream).await });
            }
            Some(_) = streams.join_next() => {}
        }
    }
}
