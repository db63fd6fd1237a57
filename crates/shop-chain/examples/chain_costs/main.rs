//! Benchmark of the watchers: bytes a day, speed of catching up, and cost of matching.
//!
//! Nodes are played over loopback, behind delays and narrow lines. The watcher runs in a process of
//! its own. `bench/run chain` builds and runs it; it prints tables for `bench/README.md`. With the
//! word `matching` it prints the last table alone.

mod bitcoin;
mod far;
mod matching;
mod monero;
#[path = "../../tests/chains/monero_chain.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod monero_chain;
#[path = "../../tests/chains/monero_node.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod monero_node;
mod reader;
#[path = "../../tests/chains/stand.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod stand;
#[path = "../../tests/chains/synthetic.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod synthetic;

use far::{Counts, Line};
use shop_chain::transport::Dial;
use std::{
    io::{BufRead, BufReader, Lines, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

/// Addresses that the shop looks for, where no other number is said.
const PAY_TOS: u32 = 1_000;
/// Blocks at the tip that are read one at a time.
const AT_THE_TIP: usize = 20;

/// A watcher in a process of its own, which ends with this value.
pub(crate) struct Reader {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// Costs of reading to the tip.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) blocks: u64,
    pub(crate) millis: u64,
    pub(crate) micros_of_processor: u64,
    pub(crate) most_kb: u64,
}

/// A chain as its table names it.
struct Benched {
    name: &'static str,
    blocks_a_day: u64,
    node: Arc<dyn Dial>,
    tip: Arc<AtomicUsize>,
    blocks: u64,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.first().is_some_and(|word| word == "reader") {
        return reader::run(&args[1..]);
    }
    let only_matching = args.first().is_some_and(|word| word == "matching");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let runtime = runtime.expect("a runtime");
    let _inside = runtime.enter();
    if !only_matching {
        print_chains(&[bitcoin_like_mainnet(), monero_like_mainnet()]);
    }
    matching::print();
}

/// Prints how fast chains are read, and what a day of them costs.
fn print_chains(benched: &[Benched]) {
    say(
        "| chain, nodes | there and back | a stream's bytes/s | blocks/s | a day away, minutes | most streams | CPU ms a block | most memory MiB |",
    );
    say("|---|---|---|---|---|---|---|---|");
    for chain in benched {
        let far = Line { delay: Duration::from_millis(400), rate: 500_000 };
        for (nodes, line) in [(1, Line::default()), (1, far), (3, far)] {
            catch_up(chain, nodes, line);
        }
    }
    say(
        "\n| chain | nodes | KB a block, read one at a time | MB a day | with nobody's block between, bytes a look |",
    );
    say("|---|---|---|---|---|");
    for chain in benched {
        for (nodes, pool) in [(1, false), (1, true), (3, false), (3, true)] {
            if chain.name == "monero" || !pool {
                at_the_tip(chain, nodes, pool);
            }
        }
    }
}

pub(crate) fn say(line: &str) {
    // Whoever reads it may have heard enough.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn bitcoin_like_mainnet() -> Benched {
    let chain = bitcoin::Chain::like_mainnet(144);
    let tip = Arc::clone(&chain.tip);
    Benched { name: "bitcoin", blocks_a_day: 144, node: Arc::new(chain), tip, blocks: 144 }
}

fn monero_like_mainnet() -> Benched {
    let chain = monero::Chain::new(128, monero::TRANSACTIONS);
    let tip = Arc::clone(&chain.tip);
    Benched { name: "monero", blocks_a_day: 720, node: Arc::new(chain), tip, blocks: 128 }
}

impl Reader {
    /// Starts a watcher of nodes at these ports.
    pub(crate) fn start(chain: &str, pay_tos: u32, pool: bool, ports: &[u16]) -> Self {
        let program = std::env::current_exe().expect("this program");
        let mut process = Command::new(program)
            .args(["reader", chain, &pay_tos.to_string(), if pool { "1" } else { "0" }])
            .args(ports.iter().map(u16::to_string))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let input = process.stdin.take().expect("it was piped");
        let output = BufReader::new(process.stdout.take().expect("it was piped")).lines();
        Self { process, input, output }
    }

    /// Reads to the tip.
    pub(crate) fn read(&mut self) -> Cost {
        writeln!(self.input, "read").expect("it listens");
        let line = self.output.next().expect("it answers").expect("a line");
        let mut numbers = line.split(' ').map(|number| number.parse().expect("a number"));
        let mut next = || numbers.next().expect("four numbers");
        Cost { blocks: next(), millis: next(), micros_of_processor: next(), most_kb: next() }
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Puts a node behind a port, once for each of its names.
pub(crate) fn behind(
    node: &Arc<dyn Dial>,
    nodes: usize,
    line: Line,
) -> (Vec<u16>, Vec<Arc<Counts>>) {
    let one = |_| {
        let counts = Arc::new(Counts::default());
        let port = far::listen(Arc::clone(node), line, Arc::clone(&counts)).expect("a port");
        (port, counts)
    };
    (0..nodes).map(one).unzip()
}

fn catch_up(chain: &Benched, nodes: usize, line: Line) {
    let (ports, counts) = behind(&chain.node, nodes, line);
    let cost = Reader::start(chain.name, PAY_TOS, false, &ports).read();
    assert!(cost.blocks >= chain.blocks);
    let streams = counts.iter().map(|counts| counts.most_open.load(SeqCst)).max();
    say(&format!(
        "| {}, {nodes} | {} ms | {} | {} | {} | {} | {} | {} |",
        chain.name,
        line.delay.as_millis(),
        if line.rate == 0 { "-".into() } else { line.rate.to_string() },
        tenths(cost.blocks * 10_000 / cost.millis.max(1)),
        tenths(chain.blocks_a_day * cost.millis / cost.blocks / 6_000),
        streams.unwrap_or(0),
        tenths(cost.micros_of_processor / cost.blocks / 100),
        tenths(cost.most_kb * 10 / 1_024),
    ));
}

/// Reads one block at a time, as they come, and looks once between two blocks.
fn at_the_tip(chain: &Benched, nodes: usize, pool: bool) {
    let last = chain.blocks as usize - 1;
    let first = last - AT_THE_TIP;
    chain.tip.store(first, SeqCst);
    let (ports, counts) = behind(&chain.node, nodes, Line::default());
    let bytes = || counts.iter().map(|counts| counts.bytes()).sum::<u64>();
    let mut reader = Reader::start(chain.name, PAY_TOS, pool, &ports);
    reader.read();
    // Once more: those that wait after the newest block.
    reader.read();
    let mut blocks = 0;
    let mut looks = 0;
    for tip in first + 1..=last {
        chain.tip.store(tip, SeqCst);
        let before = bytes();
        assert_eq!(reader.read().blocks, 1);
        blocks += bytes() - before;
        let before = bytes();
        assert_eq!(reader.read().blocks, 0);
        looks += bytes() - before;
    }
    chain.tip.store(last + 1, SeqCst);
    let a_block = blocks / AT_THE_TIP as u64;
    let name = if pool { "monero, what waits too" } else { chain.name };
    say(&format!(
        "| {name} | {nodes} | {} | {} | {} |",
        tenths(a_block / 100),
        tenths(a_block * chain.blocks_a_day / 100_000),
        looks / AT_THE_TIP as u64,
    ));
}

pub(crate) fn tenths(number: u64) -> String {
    format!("{}.{}", number / 10, number % 10)
}
