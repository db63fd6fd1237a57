//! Notices to the service manager that started this process, as systemd takes them.
//!
//! The manager names a datagram socket in the environment, and each notice is one datagram of
//! assignments (`sd_notify(3)`). They say nothing of the shop but that it is open, closing or alive.

use std::{
    env,
    ffi::OsStr,
    io,
    os::{
        linux::net::SocketAddrExt as _,
        unix::{
            ffi::OsStrExt as _,
            net::{SocketAddr, UnixDatagram},
        },
    },
    time::Duration,
};

/// Names the socket: a path, or an abstract name after `@`.
const SOCKET: &str = "NOTIFY_SOCKET";

/// Microseconds without a sign of life after which the manager ends this process.
const WATCHDOG: &str = "WATCHDOG_USEC";

/// Process that is to give the signs of life.
const WATCHDOG_PROCESS: &str = "WATCHDOG_PID";

/// Variables of the environment that are meant for this process alone, not for its children.
pub const VARIABLES: [&str; 3] = [SOCKET, WATCHDOG, WATCHDOG_PROCESS];

/// The service manager that waits for notices from this process.
#[derive(Debug)]
pub struct ServiceManager {
    socket: UnixDatagram,
    address: SocketAddr,
    watchdog: Option<Duration>,
}

impl ServiceManager {
    /// Returns the manager that the environment names; none if it names none.
    ///
    /// # Errors
    /// The environment names no possible socket, or the system gives none.
    pub fn from_env() -> io::Result<Option<Self>> {
        let Some(name) = env::var_os(SOCKET) else { return Ok(None) };
        let number = |name| env::var_os(name)?.to_str()?.parse::<u64>().ok();
        let is_ours =
            number(WATCHDOG_PROCESS).is_none_or(|pid| pid == u64::from(std::process::id()));
        let watchdog = number(WATCHDOG).filter(|time| *time > 0 && is_ours);
        Self::new(&name, watchdog.map(Duration::from_micros)).map(Some)
    }

    fn new(name: &OsStr, watchdog: Option<Duration>) -> io::Result<Self> {
        let address = match name.as_bytes() {
            [b'@', name @ ..] => SocketAddr::from_abstract_name(name)?,
            path => SocketAddr::from_pathname(OsStr::from_bytes(path))?,
        };
        let socket = UnixDatagram::unbound()?;
        // A manager that reads nothing must not hold up a shop.
        socket.set_nonblocking(true)?;
        Ok(Self { socket, address, watchdog })
    }

    /// Returns the pause between two signs of life: half of what the manager waits.
    #[must_use]
    pub fn heartbeat(&self) -> Option<Duration> {
        self.watchdog.map(|patience| (patience / 2).max(Duration::from_millis(1)))
    }

    /// Tells that the shop is open.
    pub fn ready(&self) {
        self.send("READY=1");
    }

    /// Tells that the shop is closing.
    pub fn stopping(&self) {
        self.send("STOPPING=1");
    }

    /// Gives a sign of life.
    pub fn alive(&self) {
        self.send("WATCHDOG=1");
    }

    fn send(&self, notice: &str) {
        // A manager that is gone has nothing left to decide.
        drop(self.socket.send_to_addr(notice.as_bytes(), &self.address));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    fn received(socket: &UnixDatagram) -> String {
        let mut bytes = [0; 64];
        let length = socket.recv(&mut bytes).unwrap();
        String::from_utf8(bytes[..length].to_vec()).unwrap()
    }

    #[test]
    fn notices_reach_a_socket_with_a_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let manager = ServiceManager::new(path.as_os_str(), None).unwrap();
        manager.ready();
        manager.alive();
        manager.stopping();
        let notices = [(); 3].map(|()| received(&socket));
        assert_eq!(notices, ["READY=1", "WATCHDOG=1", "STOPPING=1"]);
    }

    #[test]
    fn notices_reach_a_socket_with_an_abstract_name() {
        let name = format!("cryptocart-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        ServiceManager::new(OsStr::new(&format!("@{name}")), None).unwrap().ready();
        assert_eq!(received(&socket), "READY=1");
    }

    #[test]
    fn manager_that_reads_nothing_delays_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let _unread = UnixDatagram::bind(&path).unwrap();
        let manager = ServiceManager::new(path.as_os_str(), None).unwrap();
        let begun = Instant::now();
        for _ in 0..10_000 {
            manager.alive();
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn sign_of_life_comes_twice_in_the_managers_patience() {
        let manager = |patience| ServiceManager::new(OsStr::new("@nobody"), patience).unwrap();
        let beat = manager(Some(Duration::from_secs(60))).heartbeat();
        assert_eq!(beat, Some(Duration::from_secs(30)));
        assert_eq!(manager(None).heartbeat(), None);
    }
}
