//! Confinement of a role: taking away capabilities, files and system calls it never uses.
//!
//! Each of the three is asked for on its own and none depends on another, so that a kernel that
//! lacks one still gives the rest. What is lacking is returned, to be said to the seller.

use std::path::PathBuf;

use caps::CapSet;
use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, NetPort, Ruleset, RulesetAttr as _,
    RulesetCreatedAttr as _, RulesetStatus, Scope, path_beneath_rules,
};

use super::{calls, confinement::Confinement};

/// Landlock version that is asked for. An older kernel leaves out the parts it does not know.
const LANDLOCK: ABI = ABI::V6;

/// Files that many programs need: the loader, libraries, names of hosts, certificates.
const SYSTEM: [&str; 15] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/etc/ld.so.cache",
    "/etc/hosts",
    "/etc/host.conf",
    "/etc/gai.conf",
    "/etc/nsswitch.conf",
    "/etc/resolv.conf",
    "/run/systemd/resolve",
    "/etc/ssl",
    "/etc/pki",
    "/usr/share/ca-certificates",
    "/proc/sys/net/core/somaxconn",
];

/// The part of those that can have a loader, without which the kernel starts no program.
const LOADERS: [&str; 4] = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"];

/// The files and ports a role may use.
/// Folders stand for everything below them; what is not there when the role starts is left out.
#[derive(Clone, Debug, Default)]
pub struct Paths {
    /// Paths to be read.
    pub read: Vec<PathBuf>,
    /// Paths to be read, written, made and removed.
    pub write: Vec<PathBuf>,
    /// The program that [`Confinement::Transport`] becomes.
    pub program: Option<PathBuf>,
    /// TCP ports that [`Confinement::Tor`] may connect to; none: any.
    pub connect: Option<Vec<u16>>,
}

/// A protection that this system does not give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Files cannot be kept from a process.
    Files,
    /// System calls cannot be kept from a process.
    Calls,
    /// The process could not give up its capabilities.
    Capabilities,
}

impl Missing {
    /// Returns the missing protection and what follows from that, in words for the seller.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Files => {
                "this kernel cannot restrict a process's access to files (landlock: needs Linux \
                 5.13 or later, not disabled by `lsm=`); an intruder in the shop could read every \
                 file of the user it runs as"
            }
            Self::Calls => {
                "this kernel cannot restrict a process's system calls (seccomp); an intruder in \
                 the shop could start programs"
            }
            Self::Capabilities => {
                "this process could not drop its capabilities; do not run the shop as root"
            }
        }
    }
}

/// Takes from this process what `role` never uses, and returns what could not be taken.
///
/// Comes after [`super::harden`], and before the process has threads: it holds for this thread and
/// those it starts.
#[must_use]
pub fn confine(role: Confinement, paths: &Paths) -> Vec<Missing> {
    let mut missing = Vec::new();
    if !drop_capabilities() {
        missing.push(Missing::Capabilities);
    }
    if !restrict_files(role, paths).is_ok_and(|status| status != RulesetStatus::NotEnforced) {
        missing.push(Missing::Files);
    }
    // Last: it takes away the calls the others are made of.
    let filter = calls::filter(role);
    if filter.and_then(|filter| seccompiler::apply_filter(&filter)).is_err() {
        missing.push(Missing::Calls);
    }
    missing
}

/// Returns the protections [`confine`] would not get on this system, and takes nothing away.
#[must_use]
pub fn report() -> Vec<Missing> {
    let mut missing = Vec::new();
    // A kernel that knows landlock but has it switched off does not make rule sets either.
    let rules = Ruleset::default();
    let rules =
        landlock::Compatible::set_compatibility(rules, landlock::CompatLevel::HardRequirement);
    let rules = rules.handle_access(AccessFs::from_all(ABI::V1)).and_then(Ruleset::create);
    if rules.is_err() {
        missing.push(Missing::Files);
    }
    let actions = std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail");
    if !actions.is_ok_and(|actions| actions.split_whitespace().any(|action| action == "errno")) {
        missing.push(Missing::Calls);
    }
    missing
}

/// Drops all capabilities, and returns true if none is left.
fn drop_capabilities() -> bool {
    for capability in caps::runtime::thread_all_supported() {
        // Who may not drop it from the bounding set has none to pass on, and gains none by
        // another program: no-new-privs.
        let _ = caps::drop(None, CapSet::Bounding, capability);
    }
    for set in [CapSet::Ambient, CapSet::Effective, CapSet::Inheritable, CapSet::Permitted] {
        let _ = caps::clear(None, set);
    }
    [CapSet::Effective, CapSet::Permitted, CapSet::Inheritable]
        .into_iter()
        .all(|set| caps::read(None, set).is_ok_and(|left| left.is_empty()))
}

fn restrict_files(
    role: Confinement,
    paths: &Paths,
) -> Result<RulesetStatus, landlock::RulesetError> {
    let never = AccessFs::Execute
        | AccessFs::MakeBlock
        | AccessFs::MakeChar
        | AccessFs::MakeFifo
        | AccessFs::MakeSym
        | AccessFs::IoctlDev;
    let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let net = match (role, &paths.connect) {
        // Ports of relays and nodes can be any.
        (Confinement::Tor, None) | (Confinement::Transport, _) => {
            BitFlags::from(AccessNet::BindTcp)
        }
        (Confinement::Tor, Some(_))
        | (Confinement::Shop | Confinement::TorSocket | Confinement::Pictures, _) => {
            AccessNet::from_all(LANDLOCK)
        }
    };
    let connect = paths.connect.iter().flatten().map(|port| (*port, AccessNet::ConnectTcp));
    // A free port, which the system chooses.
    let listen = (role == Confinement::Transport).then_some((0, AccessNet::BindTcp));
    let ports = connect.chain(listen).map(|(port, access)| NetPort::new(port, access));
    let ports = ports.map(Ok::<_, landlock::RulesetError>);
    // What takes the place of a standard input that is a link, and what SQLite seeds itself with.
    let devices = match role {
        Confinement::Pictures => &[],
        _ => &["/dev/null", "/dev/urandom"][..],
    };
    let (system, loaders, sink): (&[&str], &[&str], &[&str]) = match role {
        Confinement::Transport => (&SYSTEM, &LOADERS, &["/dev/null"]),
        _ => (&[], &[], &[]),
    };
    let start = read | AccessFs::Execute;
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))?
        .handle_access(net)?
        .scope(Scope::from_all(LANDLOCK))?
        .create()?
        .add_rules(path_beneath_rules(devices, AccessFs::ReadFile))?
        .add_rules(path_beneath_rules(sink, AccessFs::ReadFile | AccessFs::WriteFile))?
        .add_rules(path_beneath_rules(system, read))?
        .add_rules(path_beneath_rules(loaders, start))?
        .add_rules(path_beneath_rules(&paths.program, start))?
        .add_rules(ports)?
        .add_rules(path_beneath_rules(&paths.read, read))?
        .add_rules(path_beneath_rules(&paths.write, AccessFs::from_all(LANDLOCK) & !never))?;
    Ok(rules.restrict_self()?.ruleset)
}
