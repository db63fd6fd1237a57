//! A private Tor network on loopback, made from Debian's tor; for tests.
//!
//! One directory authority and eight relays, up in about ten seconds. Half as many are enough for C
//! tor, and for arti with lighter vanguards; with full ones, a service then finds no way to some of
//! its visitors' meeting points ("no suitable relays"). Nothing in it leaves this machine.

#![expect(clippy::disallowed_methods, reason = "its time and its ports are those of this machine")]

mod keys;
mod node;
mod socks;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use tokio::time::{Instant, sleep};

use keys::Keys;
use node::Node;
use shop_net::onion::{Front, OnionAddress, OnionKey, TestAuthority, TestNetwork, torrc};
pub(crate) use socks::SocksClient;

/// Relays beside the authority.
const RELAYS: usize = 8;
/// Seconds from the start until the first consensus is voted on.
/// A relay that is not there by then waits for the next one; on a busy machine that takes some
/// seconds.
const FIRST_CONSENSUS: u64 = 12;
/// Number of the nine that have to be in the first consensus.
/// On a machine so busy that more than two are late, everybody waits for the second.
const ENOUGH: usize = 7;
/// Between two consensuses, one of these.
/// Below 15 seconds arti would plan its publications by other hours than C tor does.
const INTERVALS: [u64; 3] = [60, 90, 120];
/// Consensuses to a run, at the end of which shared random values change.
const RUN: u64 = 24;
/// Longest time for anything of the network before a test is told that it will not happen.
const PATIENCE: Duration = Duration::from_secs(180);

/// Errors of making the network.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TorBedError {
    /// Debian's tor is missing.
    #[error("`{0}` is missing: install the Debian package `tor` (apt-get install tor)")]
    NoTor(&'static str),
    /// One of the programs refused its work.
    #[error("{0}")]
    Refused(String),
    /// It did not get ready in time.
    #[error("the private Tor network was not ready in time: {0}")]
    TooSlow(&'static str),
    /// The system failed.
    #[error("the private Tor network cannot be made: {0}")]
    Io(#[from] io::Error),
}

/// A running network. Dropping it ends its processes, and so does the end of this process.
#[derive(Debug)]
pub(crate) struct TorNet {
    dir: PathBuf,
    authority: TestAuthority,
    authority_line: String,
    nodes: Vec<Node>,
}

impl TorNet {
    /// Starts a network in `dir`, with keys kept in `key_cache` from one run to the next.
    /// Making the keys takes longer than starting the network. Ready when all relays are in a
    /// consensus.
    ///
    /// # Errors
    /// See [`TorBedError`].
    pub(crate) async fn start(dir: &Path, key_cache: &Path) -> Result<Self, TorBedError> {
        Self::start_voting(dir, key_cache, &INTERVALS).await
    }

    /// Starts a network with another time between two consensuses: one of these, in seconds.
    ///
    /// # Errors
    /// See [`TorBedError`].
    pub(crate) async fn start_voting(
        dir: &Path,
        key_cache: &Path,
        intervals: &[u64],
    ) -> Result<Self, TorBedError> {
        let keys = Keys::cached(key_cache, RELAYS)?;
        let ports = free_ports((RELAYS + 1) * 2)?;
        let [orport, dirport, relay_ports @ ..] = ports.as_slice() else {
            return Err(TorBedError::Refused("no free ports".into()));
        };
        let authority = keys.authority(*orport)?;
        let authority_line = format!(
            "DirAuthority auth0 orport={orport} no-v2 v3ident={} 127.0.0.1:{dirport} {}",
            authority.v3ident, authority.rsa,
        );
        let mut net = Self { dir: dir.to_owned(), authority, authority_line, nodes: Vec::new() };
        let voting = Voting::starting_at(seconds_now() + FIRST_CONSENSUS, intervals);
        let home = keys.place("auth0", dir)?;
        node::write(&home.join("sr-state"), &voting.shared_random())?;
        let lines = [relay(*orport, *dirport), voting.lines(), guards(&keys.relays(RELAYS)?)];
        net.spawn("auth0", &lines.concat())?;
        for (place, ports) in relay_ports.chunks_exact(2).enumerate() {
            let nickname = format!("relay{place}");
            keys.place(&nickname, dir)?;
            if let [orport, dirport] = ports {
                net.spawn(&nickname, &relay(*orport, *dirport))?;
            }
        }
        net.wait_for_consensus().await?;
        Ok(net)
    }

    /// Returns the network, as a plan for the tor role names it.
    #[must_use]
    pub(crate) fn network(&self) -> TestNetwork {
        TestNetwork { authorities: vec![self.authority.clone()] }
    }

    /// Starts a C tor client. It may need some seconds more before it connects anywhere.
    ///
    /// # Errors
    /// See [`TorBedError`].
    pub(crate) fn client(&mut self, nickname: &str) -> Result<SocksClient, TorBedError> {
        let port = free_ports(1)?.first().copied().unwrap_or_default();
        let at = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        self.spawn(nickname, &format!("SocksPort {at}\n"))?;
        Ok(SocksClient::at(at))
    }

    /// Starts a C tor onion service with `key`, whose port 80 is the Unix socket at `target`.
    /// Each connection there starts with a PROXY line that ends in the circuit's number. Returns
    /// the address as C tor computes it.
    ///
    /// # Errors
    /// See [`TorBedError`].
    pub(crate) async fn service(
        &mut self,
        nickname: &str,
        key: &OnionKey,
        target: &Path,
    ) -> Result<OnionAddress, TorBedError> {
        let home = node::private_dir(&self.dir.join(nickname))?;
        let service = node::private_dir(&home.join("hs"))?;
        node::write(&service.join("hs_ed25519_secret_key"), key.as_bytes())?;
        let lines = format!(
            "SocksPort 0\nHiddenServiceDir {}\nHiddenServicePort 80 unix:{}\n\
             HiddenServiceExportCircuitID haproxy\n",
            service.display(),
            target.display(),
        );
        self.spawn(nickname, &lines)?;
        let file = service.join("hostname");
        let read = || std::fs::read_to_string(&file).ok()?.trim().parse().ok();
        wait_for("C tor did not write its onion address", read).await
    }

    /// Starts a C tor in front of a shop, with the settings that the program prints for one.
    /// It hands the streams of the onion service with `key` to `front`'s socket.
    ///
    /// # Errors
    /// See [`TorBedError`].
    pub(crate) async fn front(
        &mut self,
        nickname: &str,
        key: &OnionKey,
        front: &Front,
    ) -> Result<OnionAddress, TorBedError> {
        let home = node::private_dir(&self.dir.join(nickname))?;
        let service = node::private_dir(&home.join("hs"))?;
        node::write(&service.join("hs_ed25519_secret_key"), key.as_bytes())?;
        self.spawn(nickname, &torrc::front(front, &service, &torrc::Bridges::default()))?;
        let file = service.join("hostname");
        let read = || std::fs::read_to_string(&file).ok()?.trim().parse().ok();
        wait_for("C tor did not write its onion address", read).await
    }

    /// Kills the tor of this name.
    pub(crate) fn kill(&mut self, nickname: &str) {
        let home = self.dir.join(nickname);
        self.nodes.retain(|node| node.home() != home);
    }

    fn spawn(&mut self, nickname: &str, lines: &str) -> Result<(), TorBedError> {
        let lines = format!("{}\n{lines}", self.authority_line);
        self.nodes.push(Node::spawn(&self.dir.join(nickname), nickname, &lines)?);
        Ok(())
    }

    /// Waits until everybody has what a client may ask for: a consensus, and its descriptors.
    /// A client that asks a relay too early asks the next one ten seconds later.
    async fn wait_for_consensus(&self) -> Result<(), TorBedError> {
        let homes: Vec<PathBuf> = self.nodes.iter().map(|node| node.home().to_owned()).collect();
        let ready = || homes.iter().all(|home| has_directory(home)).then_some(());
        wait_for("no consensus with enough relays", ready).await
    }
}

fn has_directory(home: &Path) -> bool {
    let count = |file: &str, start: &str| {
        let text = std::fs::read_to_string(home.join(file)).unwrap_or_default();
        text.lines().filter(|line| line.starts_with(start)).count()
    };
    let relays = count("cached-microdesc-consensus", "r ");
    let described =
        count("cached-microdescs", "onion-key") + count("cached-microdescs.new", "onion-key");
    relays >= ENOUGH && described >= relays
}

/// Asks every 50 ms, because files cannot be waited for.
async fn wait_for<T>(
    what: &'static str,
    mut ready: impl FnMut() -> Option<T>,
) -> Result<T, TorBedError> {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(answer) = ready() {
            return Ok(answer);
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(TorBedError::TooSlow(what))
}

/// Returns the settings that authority and relays have in common.
fn relay(orport: u16, dirport: u16) -> String {
    format!(
        "SocksPort 0\nORPort 127.0.0.1:{orport} IPv4Only\nDirPort 127.0.0.1:{dirport}\n\
         Address 127.0.0.1\nAssumeReachable 1\nContactInfo nobody@test.test\nExitRelay 0\n\
         ExitPolicyRejectPrivate 0\nExitPolicy reject *:*\n"
    )
}

/// Times of voting.
struct Voting {
    first: u64,
    interval: u64,
}

impl Voting {
    /// Creates times that do not start near the end of a run.
    /// A value seeded there is dropped at once, and arti's service takes itself for unreachable.
    /// Where no interval will do, the first consensus is later.
    fn starting_at(mut first: u64, intervals: &[u64]) -> Self {
        loop {
            let early = |interval: &&u64| first / **interval % RUN < RUN - 2;
            if let Some(interval) = intervals.iter().find(early) {
                return Self { first, interval: *interval };
            }
            first += 1;
        }
    }

    fn lines(&self) -> String {
        let interval = self.interval;
        let offset = self.first % interval;
        // A time period of onion services is one run for C tor in a test network; arti has to be
        // told, in minutes.
        let period = RUN * interval / 60;
        format!(
            "AuthoritativeDirectory 1\nV3AuthoritativeDirectory 1\nV3AuthNIntervalsValid 2\n\
             TestingV3AuthVotingStartOffset {offset}\n\
             TestingV3AuthInitialVotingInterval {interval}\n\
             TestingV3AuthInitialVoteDelay 2\nTestingV3AuthInitialDistDelay 2\n\
             V3AuthVotingInterval {interval}\nV3AuthVoteDelay 2\nV3AuthDistDelay 2\n\
             TestingDirAuthVoteExit *\nTestingDirAuthVoteHSDir *\n\
             TestingMinExitFlagThreshold 0\nAuthDirMaxServersPerAddr 0\n\
             ConsensusParams hsdir_interval={period}\n"
        )
    }

    /// Returns shared random values for the first consensus.
    /// Without them arti's service takes itself for unreachable until the authority has made two of
    /// its own, a run later.
    fn shared_random(&self) -> Vec<u8> {
        let Self { first, interval } = self;
        let offset = first % interval;
        let run = RUN * interval;
        let until = ((first - offset) / run + 1) * run + offset - interval;
        let value = |byte: &[u8; 32]| data_encoding::BASE64.encode(byte);
        format!(
            "Version 1\nTorVersion 0.4.8.0\nValidAfter {}\nValidUntil {}\n\
             SharedRandPreviousValue 1 {}\nSharedRandCurrentValue 1 {}\n",
            date(*first),
            date(until),
            value(&[b'P'; 32]),
            value(&[b'C'; 32]),
        )
        .into_bytes()
    }
}

/// Returns settings that make every relay a guard, but not the authority.
/// In the first consensus it alone has any bandwidth, so C tor wants it at the end of every
/// circuit; were it a client's guard too, no circuit could be built.
fn guards(relays: &[String]) -> String {
    format!("TestingDirAuthVoteGuard {}\nTestingDirAuthVoteGuardIsStrict 1\n", relays.join(","))
}

fn date(seconds: u64) -> String {
    let (year, month, day) = shop_core::time::UnixTime(seconds).coarse().date();
    let hour = seconds / 3600 % 24;
    let minute = seconds / 60 % 60;
    let second = seconds % 60;
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

fn seconds_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Ports nobody listens on, all of them different.
fn free_ports(count: usize) -> io::Result<Vec<u16>> {
    let held: Vec<TcpListener> =
        (0..count).map(|_| TcpListener::bind("127.0.0.1:0")).collect::<io::Result<_>>()?;
    held.iter().map(|listener| Ok(listener.local_addr()?.port())).collect()
}
