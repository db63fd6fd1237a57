//! Attestors that run, and the carrier they ask.

use super::{Anvil, children, cryptocart, shop::role_of, until, until_within};
use crate::{tools::free_port, torbed::TorNet};
use shop_carrier::fake::{FakePost, KEY_ID, KEY_SECRET, Parcel};
use shop_chain::ethereum::escrow::{Key, checksum};
use shop_core::{
    escrow::{Account, Statement},
    time::{SetClock, UnixTime},
};
use std::{
    collections::BTreeMap,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Returns the library that shows a program another time (Debian: libfaketime).
fn fake_time() -> PathBuf {
    let name = format!("/usr/lib/{}-linux-gnu/faketime/libfaketime.so.1", std::env::consts::ARCH);
    let path = PathBuf::from(name);
    assert!(path.exists(), "libfaketime is missing: apt install faketime");
    path
}

/// Returns the seconds since 1970.
pub(crate) fn real_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// Fake carrier on a port of this machine.
pub(crate) struct CarrierServer {
    post: Arc<FakePost>,
    port: u16,
}

impl CarrierServer {
    /// Starts a carrier that knows no parcel yet. It ends with the test's process.
    pub(crate) fn start() -> Self {
        let clock = Arc::new(SetClock::new(UnixTime(real_now())));
        let post = Arc::new(FakePost::new(clock));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let served = Arc::clone(&post);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async move {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                let mut streams = tokio::task::JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    let post = Arc::clone(&served);
                    streams.spawn(async move { post.serve(stream).await });
                }
            });
        });
        Self { post, port }
    }

    /// Has the carrier know a parcel.
    pub(crate) fn put(&self, number: &str, parcel: Parcel) {
        self.post.put(number, parcel);
    }

    /// Sets the carrier's clock.
    pub(crate) fn set_clock(&self, now: u64) {
        self.post.set_clock(now);
    }
}

/// An attestor of its own folder, running or not.
pub(crate) struct Attestor {
    folder: PathBuf,
    port: u16,
    pub(crate) account: Account,
    pub(crate) name: String,
    child: Option<Child>,
    is_onion: bool,
}

impl Attestor {
    /// Makes an attestor that asks this carrier and this node.
    pub(crate) fn new(place: &Path, name: &str, anvil: &Anvil, carrier: &CarrierServer) -> Self {
        let made = cryptocart(place, &["attest", "new", name]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let folder = place.join(name);
        let port = free_port();
        let settings = folder.join("attest.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let text = text
            .replace("chain_id = 1", &format!("chain_id = {}", super::CHAIN))
            .replace("http://127.0.0.1:8545", &anvil.url())
            .replace("127.0.0.1:8090", &format!("127.0.0.1:{port}"))
            .replace("enabled = true", "enabled = false");
        let account = format!(
            "\n[canada_post]\nserver = \"http://127.0.0.1:{}\"\nid_file = \"id\"\n\
             secret_file = \"secret\"\n",
            carrier.port
        );
        std::fs::write(&settings, text + &account).unwrap();
        for (file, key) in [("id", KEY_ID), ("secret", KEY_SECRET)] {
            let path = folder.join(file);
            std::fs::write(&path, key).unwrap();
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
        let told = cryptocart(place, &["attest", "address", name]);
        let address = String::from_utf8(told.stdout).unwrap().trim().to_lowercase();
        let account = Account::parse(&address).unwrap();
        Self { folder, port, account, name: name.to_owned(), child: None, is_onion: false }
    }

    /// Gives it another key than the one it was made with.
    pub(crate) fn with_key(mut self, key: &Key) -> Self {
        std::fs::write(self.folder.join("state/attestor.key"), *key.to_bytes()).unwrap();
        self.account = key.account();
        self
    }

    /// Replaces words of its settings.
    pub(crate) fn set(&self, words: &str, others: &str) {
        let settings = self.folder.join("attest.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        assert!(text.contains(words), "{words:?} in {text}");
        std::fs::write(&settings, text.replacen(words, others, 1)).unwrap();
    }

    /// Turns its keeper on. Returns the address that pays the fees.
    pub(crate) fn turn_keeper_on(&self) -> Account {
        self.set("[keeper]\nenabled = false", "[keeper]\nenabled = true");
        let address = self.run(&["keeper"], &[]);
        Account::parse(&address.trim().to_lowercase()).unwrap()
    }

    /// Runs a command of `attest` about its folder, and returns what it says.
    pub(crate) fn run(&self, command: &[&str], more: &[&str]) -> String {
        let folder = self.folder.to_str().unwrap();
        let output = cryptocart(&self.folder, &[&["attest"], command, &[folder], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Brings the statement of an order to its keeper. Returns the HTTP status.
    pub(crate) fn bring(&self, statement: &Statement) -> u16 {
        let text = statement.to_text(checksum);
        let encoded: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let body = format!("statement={encoded}");
        let host = format!("127.0.0.1:{}", self.port);
        let mut stream = TcpStream::connect(&host).unwrap();
        write!(
            stream,
            "POST /keep HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap()
    }

    /// Returns the number of orders that its keeper looks after.
    pub(crate) fn kept(&self) -> usize {
        std::fs::read_dir(self.folder.join("state/kept")).map_or(0, Iterator::count)
    }

    /// Returns the address of its pages.
    /// Makes it an onion service of this network. It is not running yet.
    pub(crate) fn on_network(&mut self, tor: &TorNet) {
        let network = serde_json::to_string(&tor.network()).unwrap();
        std::fs::write(self.folder.join("network.json"), network).unwrap();
        let settings = self.folder.join("attest.toml");
        let text = std::fs::read_to_string(&settings).unwrap();
        let text = text
            .replace("[tor]\nenabled = false", "[tor]\nenabled = true")
            .replace("test_network = \"\"", "test_network = \"network.json\"");
        std::fs::write(&settings, text).unwrap();
        self.is_onion = true;
    }

    /// Returns the address of its pages, while it runs.
    pub(crate) fn url(&self) -> String {
        let host = self.onion().unwrap_or_else(|| format!("127.0.0.1:{}", self.port));
        format!("http://{host}")
    }

    /// Returns its onion name, while it runs; none if it is on no network.
    pub(crate) fn onion(&self) -> Option<String> {
        self.is_onion.then(|| {
            until("the attestor says its address", || {
                let said = std::fs::read_to_string(self.said()).unwrap_or_default();
                let url = said.lines().find_map(|line| line.strip_prefix("onion "))?;
                Some(url.trim().strip_prefix("http://")?.to_owned())
            })
        })
    }

    fn said(&self) -> PathBuf {
        self.folder.join("said")
    }

    /// Returns the file that says how far its clock is ahead.
    ///
    /// The role that asks the carrier may read its folder, and sees the clock. The tor role may
    /// not: what it shows to the network has the time of the network.
    fn clock(&self) -> PathBuf {
        self.folder.join("clock")
    }

    /// Starts it, with a clock that is `hours` ahead.
    pub(crate) fn start(&mut self, hours: u64) {
        write(&self.clock(), &format!("+{hours}h\n"));
        let log = std::fs::File::create(self.said()).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_cryptocart"))
            .args(["attest", "serve"])
            .arg(&self.folder)
            .env("LD_PRELOAD", fake_time())
            .env("FAKETIME_TIMESTAMP_FILE", self.clock())
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("NO_SHM", "1")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        self.child = Some(child);
        until("the attestor is open", || {
            let said = std::fs::read_to_string(self.said()).unwrap_or_default();
            said.contains("is open").then_some(())
        });
    }

    /// Returns the process id of a role, while that runs.
    fn role(&self, word: &str) -> Option<u32> {
        role_of(self.child.as_ref()?.id(), word)
    }

    /// Returns what it has of its parcels, and what it has signed, as it is on the disk.
    fn records(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let folders = ["parcels", "signed"].map(|name| self.folder.join("state").join(name));
        let files = folders.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        // A name that begins with a dot is still being written.
        let is_whole =
            |entry: &std::fs::DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
        let paths = files.flatten().filter(is_whole).map(|entry| entry.path());
        paths.filter_map(|path| Some((path.clone(), std::fs::read(path).ok()?))).collect()
    }

    /// Waits until it has asked its carrier for its parcels, which were like this before.
    /// One that has signed, or has no parcel, asks for none.
    fn has_asked(&self, before: &BTreeMap<PathBuf, Vec<u8>>) {
        let is_signed = |path: &PathBuf| path.parent().is_some_and(|it| it.ends_with("signed"));
        if before.is_empty() || before.keys().any(is_signed) {
            return;
        }
        until_within(Duration::from_secs(90), "the attestor has asked its carrier", || {
            (self.records() != *before).then_some(())
        });
    }

    /// Returns true if its records or what it said have these words.
    pub(crate) fn tells(&self, words: &str) -> bool {
        let words = words.as_bytes();
        let has = |bytes: &Vec<u8>| bytes.windows(words.len()).any(|window| window == words);
        self.records().values().any(has) || has(&std::fs::read(self.said()).unwrap_or_default())
    }

    /// Kills it, as a power cut does: a role that outlived its host could still write.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let roles = children(child.id());
            kill(child.id());
            roles.into_iter().for_each(kill);
            drop(child.wait());
        }
    }
}

/// Puts the clocks of attestors forward, to be `hours` ahead.
///
/// Waits until each has asked its carrier then.
/// A role looks for what is due when it is started. So it is killed, and its host starts it again: the onion service stays where it is. Without one, all of it is started again.
pub(crate) fn put_forward(attestors: &mut [Attestor], hours: u64) {
    let mut before = Vec::new();
    for attestor in &mut *attestors {
        let tor = attestor.role("tor");
        if tor.is_some() {
            write(&attestor.clock(), &format!("+{hours}h\n"));
            kill(attestor.role("attest").expect("it runs"));
            before.push((attestor.records(), tor));
        } else {
            attestor.kill();
            before.push((attestor.records(), tor));
            attestor.start(hours);
        }
    }
    for (attestor, (records, tor)) in attestors.iter().zip(before) {
        attestor.has_asked(&records);
        assert_eq!(attestor.role("tor"), tor, "its onion service is the one of before");
    }
}

fn kill(pid: u32) {
    // One that is gone already is what is wanted.
    drop(Command::new("kill").args(["-9", &pid.to_string()]).output());
}

fn write(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
}

impl Drop for Attestor {
    fn drop(&mut self) {
        self.kill();
    }
}
