//! The watcher in a process of its own, so that its time and memory are its alone.
//!
//! `chain_costs reader CHAIN PAY-TOS POOL PORT...` reads to the tip at each line of its input, and
//! writes a line: blocks, milliseconds, microseconds of processor time, the most memory ever in KB.

use crate::{bitcoin, monero};
use shop_chain::{
    BoxFuture, ChainWatcher, WatchList,
    ethereum::{Ethereum, Settings},
    transport::{Dial, Node, Stream},
};
use shop_core::{pay_to::PayTo, time::CoarseTime};
use std::{
    io::{self, BufRead, Write},
    sync::Arc,
};
use tokio::time::Instant;

/// Dialer of a loopback port.
struct Loopback(u16);

impl Dial for Loopback {
    #[expect(clippy::disallowed_methods, reason = "a benchmark over loopback")]
    fn dial(&self) -> BoxFuture<'_, io::Result<Box<dyn Stream>>> {
        Box::pin(async {
            let stream = tokio::net::TcpStream::connect(("127.0.0.1", self.0)).await?;
            stream.set_nodelay(true)?;
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}

/// Returns a watcher of a chain and the pay-tos that it looks for.
fn watcher(
    chain: &str,
    pay_tos: u32,
    pool: bool,
    nodes: Vec<Node>,
) -> (Box<dyn ChainWatcher>, Vec<PayTo>) {
    match chain {
        "bitcoin" => (Box::new(bitcoin::watcher(nodes)), bitcoin::pay_tos(pay_tos)),
        "monero" => {
            let account = monero::account();
            let pay_tos = account.subaddresses(1..pay_tos + 1);
            (Box::new(monero::watcher(account, nodes, pool)), pay_tos)
        }
        _ => {
            let settings = Settings { chain_id: crate::synthetic::CHAIN_ID, ..Settings::default() };
            let watcher = Ethereum::new(nodes, settings).expect("nodes");
            (Box::new(watcher), crate::matching::ethereum_pay_tos(pay_tos))
        }
    }
}

/// Reads to the tip at each line of the input.
pub(crate) fn run(args: &[String]) {
    let [chain, pay_tos, pool, ports @ ..] = args else { panic!("three words and ports") };
    let number = |text: &String| text.parse::<u32>().expect("a number");
    let node = |port: &String| {
        let port: u16 = port.parse().expect("a port");
        let host = format!("127.0.0.1:{port}");
        Node { dial: Arc::new(Loopback(port)), host, path: "/".into() }
    };
    let nodes = ports.iter().map(node).collect();
    let (watcher, pay_tos) = watcher(chain, number(pay_tos), number(pool) == 1, nodes);
    let watch_list = WatchList {
        watched: pay_tos.into_iter().collect(),
        since: Some(CoarseTime::from_hours(0)),
        ..WatchList::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let mut known = Vec::new();
    for line in io::stdin().lock().lines() {
        line.expect("a line");
        let before = known.len();
        let cpu = processor_micros();
        let millis = runtime.block_on(async {
            let began = Instant::now();
            loop {
                let update = watcher.next_update(&known, &watch_list).await.expect("readable");
                assert_eq!(update.logs_unread, []);
                known.extend(update.blocks);
                if update.blocks_behind == 0 {
                    return began.elapsed().as_millis();
                }
            }
        });
        let cpu = processor_micros() - cpu;
        let blocks = known.len() - before;
        let _ = writeln!(io::stdout(), "{blocks} {millis} {cpu} {}", most_memory());
    }
}

/// Returns the time that this thread has run.
pub(crate) fn processor_micros() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanos: u64 = text.split(' ').next().expect("a number").parse().expect("a number");
    nanos / 1_000
}

/// Returns the most memory that this process ever had, in KB.
fn most_memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("Linux");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
