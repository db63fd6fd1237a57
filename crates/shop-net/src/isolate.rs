//! Taking from this process what it never uses: the network, and with [`confine()`] the rest.
//!
//! A fresh network namespace holds one interface, `lo`, which is down: no address of any kind can
//! be reached, this machine's own included. What the process was given stays usable: its link, and
//! the streams that arrive on it. Unix sockets that have a *path* are not part of a network and are
//! not taken away; file permissions are what protects those.

mod calls;
mod confine;
mod confinement;
mod container;

pub use confine::{Missing, Paths, confine, report};
pub use confinement::Confinement;

use std::{
    fs::OpenOptions,
    io::{self, ErrorKind, Write as _},
    net::UdpSocket,
};

use caps::{CapSet, Capability};
use nix::{
    errno::Errno,
    sched::{CloneFlags, unshare},
    sys::{
        prctl,
        resource::{Resource, setrlimit},
    },
    unistd::{getegid, geteuid},
};
use shop_core::kind::{HasKind, Kind};

/// Interfaces the kernel puts, down, into every namespace when their modules are loaded.
const FALLBACK_DEVICES: [&str; 10] = [
    "tunl0",
    "sit0",
    "gre0",
    "gretap0",
    "erspan0",
    "ip_vti0",
    "ip6_vti0",
    "ip6tnl0",
    "ip6gre0",
    "ip6gretap0",
];

/// Errors of taking the network away.
#[derive(Debug, thiserror::Error)]
pub enum IsolateError {
    /// The system does not let this user make namespaces.
    #[error(
        "the system does not allow this process to create a network namespace. Under systemd, `RestrictNamespaces=` must permit `user net`. On Debian, `sysctl \
         kernel.unprivileged_userns_clone` must be 1 and `user.max_user_namespaces` not 0. On \
         Ubuntu, AppArmor forbids it (`kernel.apparmor_restrict_unprivileged_userns`)"
    )]
    Refused,
    /// The engine of this container does not let it make namespaces.
    #[error(
        "it shares the network of this container, whose seccomp profile does not allow a process to \
         give its network up (docker's own does not). An intruder in the shop could reach the \
         network past Tor. Start the container with the profile that comes with cryptocart, \
         --security-opt seccomp=seccomp.json, as compose.yaml does. If it has that profile, the \
         machine forbids user namespaces: there, `sysctl user.max_user_namespaces` must not be 0, \
         and on Ubuntu `kernel.apparmor_restrict_unprivileged_userns` must be 0"
    )]
    RefusedInContainer,
    /// The process is root without the right to take root into a user namespace.
    #[error(
        "it is root without the right that root needs to make a user namespace (CAP_SETFCAP). Run \
         the shop as an ordinary user; in a container, leave `--user` away: the image has one"
    )]
    WeakRoot,
    /// Too many namespaces exist.
    #[error("the system has reached its limit of namespaces (`sysctl user.max_net_namespaces`)")]
    TooMany,
    /// The kernel has no such thing, or threads run already.
    #[error("this kernel has no network namespaces, or this process already has threads")]
    Unsupported,
    /// The namespace was made, but this process lost its user in it and must end.
    #[error("the system created a namespace but did not allow this user to be mapped into it: {0}")]
    Nobody(io::Error),
    /// Something is left in the namespace.
    #[error("the new network namespace is not empty: {0}")]
    NotEmpty(String),
}

impl IsolateError {
    /// Returns true if the process is as it was, and may go on without isolation, saying so.
    #[must_use]
    pub const fn harmless(&self) -> bool {
        matches!(
            self,
            Self::Refused
                | Self::RefusedInContainer
                | Self::WeakRoot
                | Self::TooMany
                | Self::Unsupported
        )
    }
}

impl HasKind for IsolateError {
    fn kind(&self) -> Kind {
        match self {
            Self::NotEmpty(_) => Kind::Bug,
            _ => Kind::Misconfigured,
        }
    }
}

/// Moves this process into a network namespace with nothing in it, and checks that.
///
/// Must run before the process has threads, so before a tokio runtime; and before [`harden`],
/// after which the process may no longer write its own user map.
///
/// # Errors
/// See [`IsolateError`]; [`IsolateError::harmless`] tells whether the process may go on.
pub fn empty_network() -> Result<(), IsolateError> {
    let made = if geteuid().is_root() {
        // A root without CAP_SYS_ADMIN, as containers have it, is a user like any other.
        unshare(CloneFlags::CLONE_NEWNET).or_else(|_| unshare_as_user())
    } else {
        unshare_as_user()
    };
    match made {
        Ok(()) => check_empty(),
        // Somebody may have taken the network away before.
        Err(error) if error.harmless() && check_empty().is_ok() => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes the network namespace in a user namespace, where every user may.
fn unshare_as_user() -> Result<(), IsolateError> {
    let user = geteuid();
    let group = getegid();
    // Since Linux 5.12 such a root would lose its user in the namespace (user_namespaces(7)), and
    // could not go back.
    if user.is_root()
        && !caps::has_cap(None, CapSet::Effective, Capability::CAP_SETFCAP).unwrap_or(false)
    {
        return Err(IsolateError::WeakRoot);
    }
    // In one call, so that it happens whole or not at all.
    let made = unshare(CloneFlags::CLONE_NEWUSER | CloneFlags::CLONE_NEWNET);
    made.map_err(|errno| refusal(errno, container::is_container()))?;
    keep_name(user.as_raw(), group.as_raw()).map_err(IsolateError::Nobody)
}

/// Forbids core dumps, reading by other processes of this user, and gaining privileges.
///
/// # Errors
/// The system refuses, which Linux does not.
pub fn harden() -> io::Result<()> {
    setrlimit(Resource::RLIMIT_CORE, 0, 0)?;
    prctl::set_dumpable(false)?;
    prctl::set_no_new_privs()?;
    Ok(())
}

fn refusal(errno: Errno, in_container: bool) -> IsolateError {
    match errno {
        Errno::EPERM | Errno::EACCES if in_container => IsolateError::RefusedInContainer,
        Errno::EPERM | Errno::EACCES => IsolateError::Refused,
        Errno::ENOSPC | Errno::EUSERS => IsolateError::TooMany,
        _ => IsolateError::Unsupported,
    }
}

/// Maps the same user and group into the new user namespace: files keep their owner.
fn keep_name(user: u32, group: u32) -> io::Result<()> {
    let write =
        |path, text: String| OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    // The kernel asks for this before an ordinary user may write the group map.
    write("/proc/self/setgroups", "deny".into())?;
    write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// Checks for interfaces of use, and then tries to reach an address.
fn check_empty() -> Result<(), IsolateError> {
    let devices = std::fs::read_to_string("/proc/self/net/dev")
        .map_err(|error| IsolateError::NotEmpty(format!("cannot check ({error})")))?;
    for name in interfaces(&devices) {
        if name != "lo" && !FALLBACK_DEVICES.contains(&name) {
            return Err(IsolateError::NotEmpty(format!("it has the interface {name}")));
        }
    }
    for (from, to) in [
        ("0.0.0.0:0", "127.0.0.1:9"),
        ("0.0.0.0:0", "192.0.2.1:9"),
        ("[::]:0", "[::1]:9"),
        ("[::]:0", "[2001:db8::1]:9"),
    ] {
        // Connecting a datagram socket only looks for a route; nothing is sent.
        match UdpSocket::bind(from).and_then(|socket| socket.connect(to)) {
            Err(error) if unreachable(&error) => {}
            Err(error) => return Err(IsolateError::NotEmpty(format!("cannot try ({error})"))),
            Ok(()) => return Err(IsolateError::NotEmpty(format!("it leads to {to}"))),
        }
    }
    Ok(())
}

fn interfaces(devices: &str) -> impl Iterator<Item = &str> {
    devices.lines().filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim())
}

fn unreachable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable | ErrorKind::AddrNotAvailable
    ) || error.raw_os_error() == Some(Errno::EAFNOSUPPORT as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interface_names_are_read_whatever_their_alignment() {
        let text = "Inter-|   Receive\n face |bytes\n    lo:  0 0\nenp0s31f6:1 2\n";
        assert_eq!(interfaces(text).collect::<Vec<_>>(), ["lo", "enp0s31f6"]);
    }

    #[test]
    fn a_process_with_a_network_is_not_taken_for_one_without() {
        assert!(matches!(check_empty(), Err(IsolateError::NotEmpty(_))));
    }

    #[test]
    fn refused_isolation_is_harmless_and_names_the_settings() {
        let refused = refusal(Errno::EPERM, false);
        assert!(refused.harmless() && refused.to_string().contains("RestrictNamespaces"));
        assert!(!refused.to_string().contains("container"));
        assert!(!IsolateError::NotEmpty(String::new()).harmless());
    }

    #[test]
    fn refused_isolation_in_a_container_names_the_profile() {
        let refused = refusal(Errno::EPERM, true);
        let said = refused.to_string();
        assert!(refused.harmless() && said.contains("--security-opt seccomp=seccomp.json"));
        assert!(!said.contains("RestrictNamespaces") && !said.contains("PrivateNetwork"));
        assert_eq!(refusal(Errno::EINVAL, true).to_string(), IsolateError::Unsupported.to_string());
    }
}
